// SPDX-License-Identifier: MIT
// Counts findings by severity and says it in a line: for CMocka, which keeps it with the test. The
// report itself goes to stderr before.
#include "verdict.h"

#include <inttypes.h>
#include <stdio.h>

static void finding_add(syspte_cmocka_verdict *verdict, const syspte_finding *finding)
{
    switch (finding->severity) {
    case SYSPTE_LEAK:
        verdict->leaks++;
        verdict->leaked_ptes += finding->pte_count;
        break;
    case SYSPTE_GROWTH:
        verdict->growths++;
        verdict->grown_ptes += finding->pte_count;
        break;
    case SYSPTE_MISUSE:
        verdict->misuses++;
        break;
    case SYSPTE_LIMIT:
        verdict->limits++;
        break;
    case SYSPTE_NOTE:
        break;
    }
}

syspte_cmocka_verdict syspte_cmocka_verdict_take(const syspte_cmocka_entry *entry)
{
    syspte_cmocka_verdict verdict = {.failures = syspte_report_failures()};
    syspte_finding finding;

    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        if (finding.expected || finding.suppressed || finding.severity == SYSPTE_NOTE)
            continue;
        finding_add(&verdict, &finding);
        if (verdict.file == NULL && finding.call != NULL && finding.call->file != NULL) {
            verdict.file = finding.call->file;
            verdict.line = (int)finding.call->line;
        }
    }
    if (verdict.file == NULL) {
        verdict.file = entry->test->file;
        verdict.line = entry->test->line;
    }
    return verdict;
}

static void text_add(syspte_cmocka_text *text, const char *format, ...)
{
    va_list arguments;
    size_t left = sizeof(text->words) - text->bytes;

    va_start(arguments, format);
    int added = vsnprintf(text->words + text->bytes, left, format, arguments);
    va_end(arguments);
    if (added > 0)
        text->bytes += (size_t)added < left ? (size_t)added : left - 1;
}

// A line of its own for each reason.
static void reason_begin(syspte_cmocka_text *text)
{
    text_add(text, "%ssyspte: ", text->bytes == 0 ? "" : "\n");
}

// "1 leak", "2 leaks", with the PTEs where there are any; nothing for none.
static void part_add(syspte_cmocka_text *text, uint64_t count, const char *noun, uint64_t ptes)
{
    if (count == 0)
        return;
    text_add(text, "%s%" PRIu64 " %s%s", text->bytes == 0 ? "" : ", ", count, noun,
             count == 1 ? "" : "s");
    if (ptes != 0)
        text_add(text, ", %" PRIu64 " PTE%s", ptes, ptes == 1 ? "" : "s");
}

static void findings_tell(syspte_cmocka_text *text, const syspte_cmocka_verdict *verdict)
{
    syspte_cmocka_text parts = {.bytes = 0};

    part_add(&parts, verdict->leaks, "leak", verdict->leaked_ptes);
    part_add(&parts, verdict->growths, "growing site", verdict->grown_ptes);
    part_add(&parts, verdict->misuses, "rule violation", 0);
    part_add(&parts, verdict->limits, "host limit", 0);
    reason_begin(text);
    text_add(text, "%" PRIu64 " finding%s (%s): see the report above", verdict->failures,
             verdict->failures == 1 ? "" : "s", parts.bytes == 0 ? "not kept" : parts.words);
}

syspte_cmocka_text syspte_cmocka_verdict_tell(const syspte_cmocka_entry *entry,
                                              const syspte_cmocka_verdict *verdict)
{
    const syspte_bugcheck *stop = &entry->stop;
    syspte_cmocka_text text = {.bytes = 0};

    if (entry->stopped && !entry->stop_expected) {
        const char *name = syspte_bugcheck_name(stop->code);
        bool named = name[0] != '?';
        reason_begin(&text);
        text_add(&text,
                 "bug check 0x%" PRIX32 "%s%s (0x%" PRIX64 ", 0x%" PRIX64 ", 0x%" PRIX64
                 ", 0x%" PRIX64 ")",
                 stop->code, named ? " " : "", named ? name : "", stop->parameter[0],
                 stop->parameter[1], stop->parameter[2], stop->parameter[3]);
    }
    if (verdict->failures > 0)
        findings_tell(&text, verdict);
    if (verdict->unanswered > 0) {
        reason_begin(&text);
        text_add(&text, "an announced bug check never came");
    }
    if (verdict->misused_elsewhere) {
        reason_begin(&text);
        text_add(&text, "another thread misused the library: see the message above");
    }
    return text;
}
