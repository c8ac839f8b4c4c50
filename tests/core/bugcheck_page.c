// SPDX-License-Identifier: MIT
// syspte_bugcheck_page FILE: fails if FILE is not the page that the table of bug checks makes.
// syspte_bugcheck_page --update FILE: writes it.
#include "core/bugcheck.h"
#include "core/rule.h"
#include "page.h"

static const char introduction[] =
    "# Bug checks about mapped, locked and allocated memory\n"
    "\n"
    "What Windows documents about mappings, MDLs, pool and what goes with them, as data: the "
    "report\n"
    "explains a STOP with these words. P1 to P4 are its parameters. *Raised here* is the "
    "strictness\n"
    "from which on the simulated machine stops with it; below that it is a finding that says\n"
    "\"documented as STOP\". Rows without one are here so that a STOP of a real machine can be "
    "looked\n"
    "up. *Finding* has the names of the rules that `syspte_rule_of` tells more of, where the row "
    "is "
    "the\none that such a rule usually stops with. Other empty cells are reserved or not "
    "documented. "
    "What is\nnot in these tables is not documented: 0xDA has no case 0x106, 0xC4 no 0x84, "
    "0x86-0x88 "
    "and\n0x8A-0x90, and none for an I/O-space mapping that is left behind.\n"
    "\n"
    "This page is generated from `lib/core/bugcheck_table.h`: change that, then run\n"
    "`syspte_bugcheck_page --update docs/bugchecks.md`.\n";

static const char *strictness_name(unsigned strictness)
{
    static const char *const names[] = {"`FREE`", "`TRACK`", "`CHECK`", "`VERIFIER`"};
    return strictness < sizeof(names) / sizeof(names[0]) ? names[strictness] : "";
}

// The rules that have this bug check.
static void put_rules(FILE *out, const syspte_bugcheck_row *row)
{
    const char *before = "";
    for (unsigned i = 0; i < SYSPTE_RULE_COUNT; i++) {
        const syspte_rule_row *rule = syspte_rule_row_of((syspte_rule_id)i);
        if (rule->bugcheck == row->code && rule->parameter1 == row->parameter1) {
            fprintf(out, "%s%s", before, rule->words.name);
            before = ", ";
        }
    }
}

static void put_row(FILE *out, const syspte_bugcheck_row *row)
{
    if (row->has_cases) {
        fprintf(out, "| 0x%02X ", (unsigned)row->parameter1);
    } else {
        fprintf(out, "| %s ", row->parameters[0]);
    }
    for (unsigned i = 1; i < 4; i++) {
        fprintf(out, "| %s ", row->parameters[i]);
    }
    fprintf(out, "| %s | %s | %s | ", strictness_name(row->from), row->cause,
            row->fix == NULL ? "" : row->fix);
    put_rules(out, row);
    fprintf(out, " |\n");
}

static void put_page(FILE *out)
{
    const syspte_bugcheck_row *row;
    uint32_t code = 0;
    fputs(introduction, out);
    for (unsigned i = 0; (row = syspte_bugcheck_row_at(i)) != NULL; i++) {
        if (row->code != code) {
            code = row->code;
            fprintf(out, "\n## 0x%02X %s\n\n", (unsigned)code, syspte_bugcheck_name(code));
            fprintf(out, "| P1 | P2 | P3 | P4 | Raised here | Cause | Usual fix | Finding |\n"
                         "|---|---|---|---|---|---|---|---|\n");
        }
        put_row(out, row);
    }
}

int main(int argc, char **argv)
{
    static const page bugchecks = {put_page, "the table of bug checks",
                                   "syspte_bugcheck_page --update"};
    return page_main(&bugchecks, argc, argv);
}
