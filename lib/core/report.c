// SPDX-License-Identifier: MIT
// One block a finding: a line that begins with its place, so that editors jump to it, then what
// belongs to it, indented. Nothing that differs between two runs of a test is written: no clock,
// no address of the host, no thread.
#include "core/report.h"
#include "core/bugcheck.h"
#include "core/kind.h"
#include "core/rule.h"
#include "core/text.h"

enum { PARAMETERS_COLUMNS = 110 }; // of a line that explains them, but for the comma at its end

typedef struct report {
    const syspte_account *account;
    const syspte_report_style *style;
    syspte_text text;
} report;

static unsigned address_digits(const report *r)
{
    return r->style->pointer_bits / 4;
}

static void put_symbol(report *r, uintptr_t code_address)
{
    char name[160];
    if (r->style->symbol == NULL) {
        syspte_text_hex(&r->text, code_address, 0);
        return;
    }
    r->style->symbol(code_address, name, sizeof(name));
    syspte_text_add(&r->text, name);
}

// "hw.c:42", or the symbol of the return address.
static void put_site(report *r, const syspte_context *context)
{
    if (context == NULL) {
        syspte_text_add(&r->text, "(unknown site)");
    } else if (context->file != NULL) {
        syspte_text_add(&r->text, context->file);
        syspte_text_add(&r->text, ":");
        syspte_text_decimal(&r->text, context->line);
    } else {
        put_symbol(r, context->return_address);
    }
}

// "MmMapIoSpace in StartDevice"
static void put_call(report *r, const syspte_context *context)
{
    if (context == NULL) {
        syspte_text_add(&r->text, "(unknown call)");
        return;
    }
    syspte_text_add(&r->text, syspte_api_name(context->api));
    if (context->function != NULL) {
        syspte_text_add(&r->text, " in ");
        syspte_text_add(&r->text, context->function);
    }
}

static void put_ptes(report *r, uint64_t ptes)
{
    syspte_text_count(&r->text, ptes, "PTE");
    syspte_text_add(&r->text, " (");
    syspte_text_decimal(&r->text, ptes * 4);
    syspte_text_add(&r->text, " KiB)");
}

static void put_scope(report *r, const char *before, const char *scope)
{
    if (scope != NULL) {
        syspte_text_add(&r->text, before);
        syspte_text_add(&r->text, "\"");
        syspte_text_add(&r->text, scope);
        syspte_text_add(&r->text, "\"");
    }
}

static void line_stack(report *r, const syspte_context *context)
{
    unsigned count = 0;
    if (context == NULL || context->stack == 0) {
        return;
    }
    const uint64_t *frames = syspte_stacks_at(&r->account->stacks, context->stack, &count);
    for (unsigned i = 0; i < count; i++) {
        syspte_text_add(&r->text, "        #");
        syspte_text_decimal(&r->text, i);
        syspte_text_add(&r->text, " ");
        put_symbol(r, (uintptr_t)frames[i]);
        syspte_text_end(&r->text);
    }
}

static void line_physical(report *r, const syspte_finding *f, const syspte_context *mapped)
{
    syspte_text_add(&r->text, "    physical ");
    syspte_text_hex(&r->text, f->physical_address, 8);
    syspte_text_add(&r->text, "-");
    syspte_text_hex(&r->text, f->physical_last, 8);
    syspte_text_add(&r->text, ", ");
    syspte_text_add(&r->text, syspte_cache_name(mapped->cache));
    syspte_text_add(&r->text, ", IRQL ");
    syspte_text_decimal(&r->text, mapped->irql);
    if (!f->held) {
        syspte_text_add(&r->text, f->count > 1 ? ", first at VA " : ", VA ");
        syspte_text_hex(&r->text, f->system_va, address_digits(r));
    }
    syspte_text_end(&r->text);
}

static const syspte_kind_words *words_of(const syspte_finding *f)
{
    return syspte_kind_words_of(f->call != NULL ? f->call->kind : SYSPTE_KIND_NONE, f->held);
}

// " with tag 'Leak'"
static void put_tag(report *r, uint32_t tag)
{
    char name[] = " with tag '....'";
    for (unsigned i = 0; i < 4; i++) {
        uint32_t character = tag >> (8 * i) & 0xFF;
        if (character >= ' ' && character <= '~') {
            name[sizeof(" with tag '") - 1 + i] = (char)character;
        }
    }
    syspte_text_add(&r->text, tag != 0 ? name : NULL);
}

// "2 PTEs (8 KiB)", "96 bytes of pool with tag 'Leak'" or "5 pages": `amount` of them.
static void put_amount(report *r, const syspte_finding *f, uint64_t amount)
{
    if (!f->held) {
        put_ptes(r, amount);
    } else if (f->held_pages != 0) {
        syspte_text_count(&r->text, amount, "page");
    } else {
        syspte_text_count(&r->text, amount, "byte");
        syspte_text_add(&r->text, words_of(f)->bytes);
        put_tag(r, f->call != NULL ? f->call->tag : 0);
    }
}

// Of all that the finding is about.
static uint64_t amount_of(const syspte_finding *f)
{
    if (!f->held) {
        return f->pte_count;
    }
    return f->held_pages != 0 ? f->held_pages : f->held_bytes;
}

static void put_leak(report *r, const syspte_finding *f)
{
    bool lasts = f->rule == SYSPTE_RULE_LEAK;
    put_call(r, f->call);
    syspte_text_add(&r->text, ": ");
    syspte_text_count(&r->text, f->count, words_of(f)->noun);
    syspte_text_add(&r->text, ", ");
    put_amount(r, f, amount_of(f));
    syspte_text_add(&r->text, ", ");
    syspte_text_add(&r->text, lasts ? "never " : NULL);
    syspte_text_add(&r->text, lasts ? words_of(f)->ended : syspte_rule_of(f->rule)->title);
    put_scope(r, " in ", f->scope);
}

static void put_growth(report *r, const syspte_finding_row *row)
{
    const syspte_finding *f = &row->finding;
    bool steady = row->growth_least == row->growth_most && f->cycles == f->cycles_judged;
    put_call(r, f->call);
    syspte_text_add(&r->text, ": ");
    put_amount(r, f, steady ? row->growth_least : amount_of(f));
    syspte_text_add(&r->text, steady ? " more after each of " : " more in ");
    if (!steady) {
        syspte_text_decimal(&r->text, f->cycles);
        syspte_text_add(&r->text, " of ");
    }
    syspte_text_count(&r->text, f->cycles_judged, "cycle");
    put_scope(r, " of ", f->scope);
    if (f->cycles_since > 2 && f->cycles_since <= f->cycles_judged) {
        syspte_text_add(&r->text, ", in each since cycle ");
        syspte_text_decimal(&r->text, f->cycles_since);
    }
}

// "0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION (0xB2, ...)": as it was announced.
static void put_announced(report *r, const syspte_bugcheck *bugcheck)
{
    syspte_text_hex(&r->text, bugcheck->code, 0);
    syspte_text_add(&r->text, " ");
    syspte_text_add(&r->text, syspte_bugcheck_name(bugcheck->code));
    syspte_text_add(&r->text, " (");
    if (bugcheck->parameter[0] == SYSPTE_ANY) {
        syspte_text_add(&r->text, "any");
    } else {
        syspte_text_hex(&r->text, bugcheck->parameter[0], 0);
    }
    syspte_text_add(&r->text, ", ...)");
}

static void put_misuse(report *r, const syspte_finding *f)
{
    if (f->call != NULL) {
        put_call(r, f->call);
        syspte_text_add(&r->text, " ");
    }
    syspte_text_add(&r->text, syspte_rule_of(f->rule)->title);
    if (f->rule == SYSPTE_RULE_BUGCHECK_MISSING) {
        syspte_text_add(&r->text, ": ");
        put_announced(r, &f->bugcheck);
    } else if (f->text != NULL) {
        syspte_text_add(&r->text, ": ");
        syspte_text_add(&r->text, f->text);
    }
    if (f->count > 1) {
        syspte_text_add(&r->text, ", ");
        syspte_text_decimal(&r->text, f->count);
        syspte_text_add(&r->text, " times");
    }
    put_scope(r, ", in ", f->scope);
}

// What parameter `i` means; "" for a reserved one.
static const char *parameter_words(const syspte_bugcheck_row *row, unsigned i)
{
    return i == 0 && row->has_cases ? "case" : row->parameters[i];
}

// ", P2 (first address)", on a line of its own if this one would be too long. `used` columns are;
// returns how many are then.
static unsigned put_parameter(report *r, unsigned number, const char *words, unsigned used)
{
    static const char indent[] = "                "; // as long as "    parameters: "
    unsigned columns = syspte_text_length(words) + (unsigned)sizeof("P1 ()") - 1;
    bool wraps = used + 2 + columns > PARAMETERS_COLUMNS;
    if (used != 0) {
        syspte_text_add(&r->text, wraps ? "," : ", ");
    } else {
        syspte_text_add(&r->text, "    parameters: ");
    }
    if (wraps) {
        syspte_text_end(&r->text);
        syspte_text_add(&r->text, indent);
    }
    syspte_text_add(&r->text, "P");
    syspte_text_decimal(&r->text, number);
    syspte_text_add(&r->text, " (");
    syspte_text_add(&r->text, words);
    syspte_text_add(&r->text, ")");
    return (used == 0 || wraps ? (unsigned)sizeof(indent) - 1 : used + 2) + columns;
}

// "parameters: P1 (case), P2 (first address)": without the reserved ones, and nothing where only a
// case is known, or for a bug check that is expected.
static void lines_parameters(report *r, const syspte_finding *f)
{
    const syspte_bugcheck_row *row =
        syspte_bugcheck_row_of(f->bugcheck.code, f->bugcheck.parameter[0]);
    unsigned count = row == NULL || f->expected ? 0 : 4;
    unsigned used = 0;
    while (count > 0 && row->parameters[count - 1][0] == 0) {
        count--;
    }
    for (unsigned i = 0; i < count; i++) {
        const char *words = parameter_words(row, i);
        used = words[0] != 0 ? put_parameter(r, i + 1, words, used) : used;
    }
    if (used != 0) {
        syspte_text_end(&r->text);
    }
}

static void line_bugcheck(report *r, const syspte_finding *f)
{
    syspte_text_add(&r->text, f->stopped ? "    STOP " : "    documented as STOP ");
    syspte_text_hex(&r->text, f->bugcheck.code, 8);
    syspte_text_add(&r->text, " ");
    syspte_text_add(&r->text, syspte_bugcheck_name(f->bugcheck.code));
    syspte_text_add(&r->text, " (");
    for (unsigned i = 0; i < 4; i++) {
        syspte_text_hex(&r->text, f->bugcheck.parameter[i], 0);
        syspte_text_add(&r->text, i < 3 ? ", " : ")");
    }
    if (!f->stopped) {
        syspte_text_add(&r->text, ", not raised here");
    }
    syspte_text_end(&r->text);
}

// "    freed before at hw.c:42 by ExFreePool in StopDevice"
static void line_other_site(report *r, const char *what, const char *when,
                            const syspte_context *context)
{
    if (context == NULL) {
        return;
    }
    syspte_text_add(&r->text, "    ");
    syspte_text_add(&r->text, what);
    syspte_text_add(&r->text, when);
    put_site(r, context);
    syspte_text_add(&r->text, " by ");
    put_call(r, context);
    syspte_text_end(&r->text);
    line_stack(r, context);
}

// Where what a misuse is about began, and where it ended, in the words of its kind.
static void lines_other_sites(report *r, const syspte_finding *f)
{
    unsigned kind = f->mapped != NULL ? f->mapped->kind : SYSPTE_KIND_NONE;
    const syspte_kind_words *words = syspte_kind_words_of(kind, kind >= SYSPTE_KIND_POOL);
    line_other_site(r, words->began, NULL, f->mapped);
    line_other_site(r, words->ended, " before at ", f->unmapped);
}

// What belongs to a leak or growth: where it is, or what Windows does about it.
static void lines_leaked(report *r, const syspte_finding *f)
{
    if (f->call == NULL) {
        return;
    }
    bool contiguous = f->call->kind == SYSPTE_KIND_CONTIGUOUS_POOL;
    // Addresses alone.
    bool bare = f->call->kind == SYSPTE_KIND_RESERVED && f->physical_address == 0;
    if (f->held ? contiguous && f->rule != SYSPTE_RULE_GROWTH : !bare) {
        line_physical(r, f, f->call);
    }
    if (f->text != NULL) {
        syspte_text_add(&r->text, "    ");
        syspte_text_add(&r->text, f->text);
        syspte_text_end(&r->text);
    }
    if (f->call->kind == SYSPTE_KIND_LOCK) {
        syspte_text_add(&r->text, "    a process that ends with pages locked: STOP 0x00000076 ");
        syspte_text_add(&r->text, syspte_bugcheck_name(SYSPTE_PROCESS_HAS_LOCKED_PAGES));
        syspte_text_add(&r->text, ", or 0x000000CB where locks are tracked");
        syspte_text_end(&r->text);
    }
}

// "free it with ExFreePoolWithTag on every path that ends what it was allocated for"
static void put_end(report *r, const syspte_finding *f)
{
    bool mapped_in_cycle = f->rule == SYSPTE_RULE_GROWTH && !f->held;
    syspte_api ender = syspte_kind_ender(f->call != NULL ? f->call->api : SYSPTE_API_UNKNOWN);
    syspte_text_add(&r->text, words_of(f)->end);
    if (ender != SYSPTE_API_UNKNOWN) {
        syspte_text_add(&r->text, " with ");
        syspte_text_add(&r->text, syspte_api_name(ender));
    }
    syspte_text_add(&r->text, mapped_in_cycle ? " at the end of each cycle" : words_of(f)->when);
}

static void line_fix(report *r, const syspte_finding *f)
{
    const char *fix = syspte_rule_of(f->rule)->fix;
    if (fix == NULL || f->expected || f->severity == SYSPTE_NOTE) {
        return;
    }
    syspte_text_add(&r->text, "    fix: ");
    if (f->rule == SYSPTE_RULE_LEAK || f->rule == SYSPTE_RULE_GROWTH) {
        put_end(r, f);
    } else {
        syspte_text_add(&r->text, fix);
    }
    syspte_text_end(&r->text);
}

// What the pool had for a request that it refused.
static void line_room(report *r, const syspte_room *room)
{
    if (room->requested == 0) {
        return;
    }
    syspte_text_add(&r->text, "    asked for ");
    put_ptes(r, room->requested);
    syspte_text_add(&r->text, ": ");
    syspte_text_decimal(&r->text, room->pte_free);
    syspte_text_add(&r->text, " free in ");
    syspte_text_count(&r->text, room->free_blocks, "block");
    syspte_text_add(&r->text, ", the largest of ");
    syspte_text_decimal(&r->text, room->largest_free_block);
    syspte_text_end(&r->text);
}

static void put_finding(report *r, const syspte_finding_row *row)
{
    const syspte_finding *f = &row->finding;
    bool leak = f->rule == SYSPTE_RULE_LEAK || f->rule == SYSPTE_RULE_ABANDONED;
    if (f->call != NULL || f->rule == SYSPTE_RULE_LEAK || f->rule == SYSPTE_RULE_GROWTH) {
        put_site(r, f->call);
        syspte_text_add(&r->text, ": ");
    }
    syspte_text_add(&r->text, f->expected ? "expected " : "");
    syspte_text_add(&r->text, syspte_severity_name(f->severity));
    syspte_text_add(&r->text, ": ");
    if (leak) {
        put_leak(r, f);
    } else if (f->rule == SYSPTE_RULE_GROWTH) {
        put_growth(r, row);
    } else {
        put_misuse(r, f);
    }
    syspte_text_end(&r->text);
    line_stack(r, f->call);
    if (leak || f->rule == SYSPTE_RULE_GROWTH) {
        lines_leaked(r, f);
    }
    if (f->has_bugcheck) {
        line_bugcheck(r, f);
        lines_parameters(r, f);
    }
    line_room(r, &f->room);
    lines_other_sites(r, f);
    line_fix(r, f);
}

typedef struct totals {
    uint64_t by_severity[SYSPTE_NOTE + 1];
    uint64_t leaked_ptes;
    uint64_t expected;
    uint64_t suppressed;
} totals;

static totals count_all(const syspte_account *account)
{
    totals t = {.by_severity = {0}};
    for (uint32_t i = 0; i < account->findings.count; i++) {
        const syspte_finding *f = &account->findings.rows[i].finding;
        if (f->expected || f->suppressed) {
            *(f->expected ? &t.expected : &t.suppressed) += 1;
            continue;
        }
        t.by_severity[f->severity]++;
        if (f->severity == SYSPTE_LEAK || f->severity == SYSPTE_GROWTH) {
            t.leaked_ptes += f->pte_count;
        }
    }
    return t;
}

uint64_t syspte_report_count(const syspte_account *account)
{
    uint64_t failures = account->findings.dropped;
    for (uint32_t i = 0; i < account->findings.count; i++) {
        failures += syspte_finding_fails(&account->findings.rows[i].finding);
    }
    return failures;
}

static void put_summary_part(report *r, uint64_t count, const char *noun, bool *first)
{
    if (count == 0) {
        return;
    }
    syspte_text_add(&r->text, *first ? "" : ", ");
    *first = false;
    syspte_text_count(&r->text, count, noun);
}

static void line_summary(report *r)
{
    totals t = count_all(r->account);
    bool first = true;
    syspte_text_add(&r->text, "syspte: ");
    put_summary_part(r, t.by_severity[SYSPTE_LEAK], "leak", &first);
    put_summary_part(r, t.by_severity[SYSPTE_GROWTH], "growing site", &first);
    if (t.leaked_ptes != 0) {
        syspte_text_add(&r->text, " (");
        put_ptes(r, t.leaked_ptes);
        syspte_text_add(&r->text, ")");
    }
    put_summary_part(r, t.by_severity[SYSPTE_MISUSE], "rule violation", &first);
    put_summary_part(r, t.by_severity[SYSPTE_LIMIT], "host limit", &first);
    put_summary_part(r, t.by_severity[SYSPTE_NOTE], "note", &first);
    put_summary_part(r, t.expected, "expected finding", &first);
    put_summary_part(r, t.suppressed, "suppressed finding", &first);
    uint64_t dropped = r->account->findings.dropped + r->account->findings.dropped_quiet;
    put_summary_part(r, dropped, "more finding", &first);
    syspte_text_add(&r->text, dropped != 0 ? " not kept" : "");
    syspte_text_add(&r->text, first ? "no findings" : "");
    syspte_text_end(&r->text);
}

void syspte_report_write(const syspte_account *account, const syspte_report_style *style,
                         const syspte_writer *writer)
{
    report r = {.account = account, .style = style, .text = {.writer = writer}};
    for (const syspte_finding_row *row = syspte_findings_next(&account->findings, NULL);
         row != NULL; row = syspte_findings_next(&account->findings, row)) {
        if (!row->finding.suppressed) {
            put_finding(&r, row);
        }
    }
    line_summary(&r);
}
