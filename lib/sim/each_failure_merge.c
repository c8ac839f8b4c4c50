// SPDX-License-Identifier: MIT
// Findings of different runs are one if rule and sites are the same: their text is that of the
// first run. The text comes from the report of that run, in which each finding is a line and the
// indented ones below it, in the order of syspte_finding_at. All of it stands in one table that
// costs memory where it is used.
#include "sim/each_failure.h"

#include "core/text.h"
#include "sim/machine.h"

#include <syspte/fault.h>
#include <syspte/finding.h>
#include <syspte/report.h>

enum {
    GROUPS = 512,
    TEXT_BYTES = 8 * 1024 * 1024,
    CALL_BYTES = 256,
    CALLS = 8 // of a group; more are counted
};

typedef struct site {
    bool known;
    syspte_context context;
} site;

typedef struct group {
    bool is_words; // of the test, or a broken invariant: then only the text tells them apart
    syspte_rule_id rule;
    site sites[3]; // call, mapped, unmapped
    char *text;
    uint64_t runs;
    uint64_t last; // of them: a run that has it in two scopes is one
    uint64_t run[CALLS];
    char call[CALLS][CALL_BYTES];
} group;

typedef struct store {
    group groups[GROUPS];
    unsigned group_count;
    unsigned dropped;
    uint64_t used; // of the text
    char text[TEXT_BYTES];
} store;

static store *merged; // kept from loop to loop; NULL: the host lends no memory

void syspte_merge_begin(void)
{
    if (merged == NULL) {
        merged = syspte_port_table_reserve((sizeof *merged + 0xFFF) & ~(uint64_t)0xFFF);
    }
    if (merged != NULL) {
        merged->group_count = merged->dropped = 0;
        merged->used = 0;
    }
}

// ---- Words of a run

typedef struct buffer {
    char *at;
    uint64_t used;
    uint64_t bytes;
} buffer;

static void buffer_add(void *context, const char *text, size_t bytes)
{
    buffer *b = context;
    for (size_t i = 0; i < bytes && b->used + 1 < b->bytes; i++) {
        b->at[b->used++] = text[i];
    }
    b->at[b->used] = 0;
}

// "call 4 fails, IoAllocateMdl in StartDevice at hw.c:42"
static void call_words(const syspte_failure_loop *loop, char out[CALL_BYTES])
{
    buffer b = {.at = out, .bytes = CALL_BYTES};
    syspte_writer writer = {buffer_add, &b};
    syspte_text text = {.writer = &writer};
    syspte_failure failure;
    char symbol[160];
    if (!syspte_fault_at(0, &failure)) {
        syspte_text_add(&text, "no call fails");
        syspte_text_add(&text, loop->replays ? ": it is the last run, or behind it" : NULL);
    } else {
        syspte_text_add(&text, "call ");
        syspte_text_decimal(&text, failure.ordinal);
        syspte_text_add(&text, loop->run % 2 == 0 ? " and all later ones fail, " : " fails, ");
        syspte_text_add(&text, syspte_api_name(failure.call->api));
        syspte_text_add(&text, failure.call->function == NULL ? NULL : " in ");
        syspte_text_add(&text, failure.call->function);
        syspte_text_add(&text, " at ");
        if (failure.call->file == NULL) {
            syspte_port_symbol(failure.call->return_address, symbol, sizeof symbol);
            syspte_text_add(&text, symbol);
        } else {
            syspte_text_add(&text, failure.call->file);
            syspte_text_add(&text, ":");
            syspte_text_decimal(&text, failure.call->line);
        }
    }
    writer.write(&b, text.buffer, text.used);
}

// ---- Merge

static site site_of(const syspte_context *context)
{
    site s = {.known = context != NULL};
    if (s.known) {
        s.context = *context;
    }
    return s;
}

static bool same_site(const site *a, const site *b)
{
    return a->known == b->known && a->context.line == b->context.line &&
           a->context.api == b->context.api && a->context.kind == b->context.kind &&
           a->context.return_address == b->context.return_address &&
           syspte_text_same(a->context.file, b->context.file) &&
           syspte_text_same(a->context.function, b->context.function);
}

static bool same_group(const group *a, const group *b)
{
    bool same_words = !a->is_words || syspte_text_same(a->text, b->text);
    return a->is_words == b->is_words && same_words && a->rule == b->rule &&
           same_site(&a->sites[0], &b->sites[0]) && same_site(&a->sites[1], &b->sites[1]) &&
           same_site(&a->sites[2], &b->sites[2]);
}

// The group of that finding, made if there is none; NULL: there are too many.
static group *group_find(const group *wanted)
{
    for (unsigned i = 0; i < merged->group_count; i++) {
        if (same_group(&merged->groups[i], wanted)) {
            return &merged->groups[i];
        }
    }
    if (merged->group_count == GROUPS) {
        merged->dropped++;
        return NULL;
    }
    group *g = &merged->groups[merged->group_count++];
    *g = *wanted;
    return g;
}

// Adds a run to the group of a finding. `text` is copied if it is the group's first.
static void add(syspte_failure_loop *loop, const group *wanted, const char *text, uint64_t bytes,
                const char *words)
{
    group *g = group_find(wanted);
    if (g == NULL || g->last == loop->run) {
        return;
    }
    g->last = loop->run;
    if (g->runs == 0) {
        buffer b = {.at = merged->text + merged->used, .bytes = TEXT_BYTES - merged->used};
        buffer_add(&b, text, bytes);
        g->text = b.at;
        merged->used += b.used + (b.used + 1 < b.bytes);
        loop->findings++;
    }
    if (g->runs < CALLS) {
        buffer b = {.at = g->call[g->runs], .bytes = CALL_BYTES};
        g->run[g->runs] = loop->run;
        buffer_add(&b, words, syspte_text_length(words));
    }
    g->runs++;
}

// The end of the block that begins at `at`: of its line and the indented ones below it.
static const char *block_end(const char *at)
{
    do {
        while (*at != 0 && *at++ != '\n') {
        }
    } while (*at == ' ');
    return at;
}

static void add_findings(syspte_failure_loop *loop, const char *report, const char *words)
{
    const char *at = report;
    syspte_finding f;
    for (size_t i = 0; syspte_finding_at(i, &f); i++) {
        if (f.suppressed) {
            continue; // reports only count them
        }
        const char *end = block_end(at);
        if (!f.expected && f.severity != SYSPTE_NOTE) {
            group wanted = {.rule = f.rule,
                            .sites = {site_of(f.call), site_of(f.mapped), site_of(f.unmapped)}};
            add(loop, &wanted, at, (uint64_t)(end - at), words);
            if (loop->file == NULL && f.call != NULL && f.call->file != NULL) {
                loop->file = f.call->file;
                loop->line = f.call->line;
            }
        }
        at = end;
    }
}

// What is no finding: what the test or the machine says of itself.
static void add_words(syspte_failure_loop *loop, const char *why, const char *words)
{
    char line[CALL_BYTES] = "";
    buffer b = {.at = line, .bytes = sizeof line - 1};
    group wanted = {.is_words = true, .text = line};
    if (why == NULL) {
        return;
    }
    buffer_add(&b, "syspte: ", 8);
    buffer_add(&b, why, syspte_text_length(why));
    line[b.used++] = '\n';
    line[b.used] = 0;
    add(loop, &wanted, line, b.used, words);
}

void syspte_merge_run(syspte_failure_loop *loop, const char *why)
{
    char words[CALL_BYTES] = "";
    if (merged == NULL) {
        return;
    }
    // The report is written behind the texts that are kept.
    buffer report = {.at = merged->text + merged->used, .bytes = TEXT_BYTES - merged->used};
    report.bytes /= 2;
    report.at += report.bytes;
    syspte_writer writer = {buffer_add, &report};
    report.at[0] = 0;
    syspte_report(&writer);
    call_words(loop, words);
    add_findings(loop, report.at, words);
    add_words(loop, why, words);
    add_words(loop, loop->broken, words);
}

// ---- Write

static void line_run(syspte_text *text, uint64_t run, const char *words)
{
    syspte_text_add(text, "    run ");
    syspte_text_decimal(text, run);
    syspte_text_add(text, ": ");
    syspte_text_add(text, words);
    syspte_text_end(text);
}

static void line_replay(syspte_text *text, const syspte_failure_loop *loop, uint64_t run)
{
    syspte_text_add(text, "    replay it with SYSPTE_REPLAY=");
    syspte_text_add(text, loop->name);
    syspte_text_add(text, ":");
    syspte_text_decimal(text, run);
    syspte_text_end(text);
}

static void write_group(const syspte_failure_loop *loop, const group *g,
                        const syspte_writer *writer)
{
    syspte_text text = {.writer = writer};
    uint64_t shown = g->runs < CALLS ? g->runs : CALLS;
    writer->write(writer->context, g->text, syspte_text_length(g->text));
    for (uint64_t i = 0; i < shown; i++) {
        bool again = i > 0 && g->run[i] % 2 == 0 && g->run[i] == g->run[i - 1] + 1;
        line_run(&text, g->run[i], again ? "the same, and all later calls fail" : g->call[i]);
    }
    if (g->runs > shown) {
        syspte_text_add(&text, "    and in ");
        syspte_text_count(&text, g->runs - shown, "more run");
        syspte_text_end(&text);
    }
    if (g->run[0] != loop->run) { // in the last run nothing failed
        line_replay(&text, loop, g->run[0]);
    }
}

static void line_counts(const syspte_failure_loop *loop, syspte_text *text)
{
    syspte_text_add(text, "syspte: ");
    syspte_text_add(text, loop->name);
    syspte_text_add(text, ": ");
    syspte_text_count(text, loop->findings, "different finding");
    syspte_text_add(text, " in ");
    syspte_text_decimal(text, loop->failed);
    syspte_text_add(text, " of ");
    syspte_text_count(text, loop->run, "run");
    if (merged->dropped != 0) {
        syspte_text_add(text, "; more were not kept");
    }
    syspte_text_end(text);
}

void syspte_merge_write(const syspte_failure_loop *loop, const syspte_writer *writer)
{
    syspte_text text = {.writer = writer};
    if (merged == NULL || loop->replays) {
        return;
    }
    for (unsigned i = 0; i < merged->group_count; i++) {
        write_group(loop, &merged->groups[i], writer);
    }
    if (loop->failed != 0) {
        line_counts(loop, &text);
    }
}

void syspte_merge_write_run(const syspte_failure_loop *loop, const char *before,
                            const syspte_writer *writer)
{
    syspte_text text = {.writer = writer};
    char words[CALL_BYTES] = "";
    call_words(loop, words);
    syspte_text_add(&text, "syspte: ");
    syspte_text_add(&text, loop->name);
    syspte_text_add(&text, before);
    syspte_text_end(&text);
    line_run(&text, loop->run, words);
    if (!loop->replays) {
        line_replay(&text, loop, loop->run);
    }
}
