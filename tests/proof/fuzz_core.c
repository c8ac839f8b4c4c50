// SPDX-License-Identifier: MIT
// The core for libFuzzer: bytes become a pool and calls on it, the model and the checks say whether
// each did right. At the end everything is reported and wiped.
#include "core/account.h"
#include "core/pool_inline.h"
#include "core/report.h"
#include "core/rule.h"
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum { PTES = 320, HOLDINGS = 8, KEYS = 24 };

typedef struct fuzz {
    const uint8_t *at;
    size_t left;
    syspte_pool pool;
    syspte_account account;
    void *pool_storage;
    void *account_storage;
    uint64_t pool_bytes;
    model model;
    uint32_t live[PTES];
    unsigned live_count;
    bool is_held[KEYS]; // by key, less one
    unsigned held_count;
    syspte_scope scopes[8];
    char last; // that the report wrote
} fuzz;

static const syspte_account_sizes sizes = {.ledger_rows = PTES,
                                           .contexts = 32,
                                           .holdings = HOLDINGS,
                                           .history_rows = 5,
                                           .findings = 12,
                                           .stack_words = 64,
                                           .stack_slots = 16};
static const char *const names[] = {"resume", "start", "hw.c", NULL, "", "a longer name"};
static fuzz the;

static void fail(const char *text)
{
    fprintf(stderr, "fuzz_core: %s\n", text);
    abort();
}

static void zero(void *from, uint64_t bytes)
{
    memset(from, 0, (size_t)bytes);
}

static void must_be_zero(const void *from, uint64_t bytes, const char *text)
{
    const unsigned char *at = from;
    for (uint64_t i = 0; i < bytes; i++) {
        if (at[i] != 0) {
            fail(text);
        }
    }
}

static unsigned next(void)
{
    if (the.left == 0) {
        return 0;
    }
    the.left--;
    return *the.at++;
}

static const char *next_name(void)
{
    return names[next() % (sizeof(names) / sizeof(names[0]))];
}

static void begin(void)
{
    unsigned pte_count = next() + next() % 64 + 1;
    syspte_placement placement =
        next() % 2 ? SYSPTE_PLACEMENT_HINT : SYSPTE_PLACEMENT_BEST_FIT_TAIL;
    the.pool_bytes = syspte_pool_storage(pte_count, placement);
    the.pool_storage = aligned_alloc(64, (size_t)the.pool_bytes);
    the.account_storage = aligned_alloc(64, (size_t)syspte_account_storage(&sizes));
    if (the.pool_storage == NULL || the.account_storage == NULL) {
        fail("no memory");
    }
    zero(the.pool_storage, the.pool_bytes);
    zero(the.account_storage, syspte_account_storage(&sizes));
    syspte_pool_init(&the.pool, the.pool_storage, pte_count, placement, fail);
    syspte_account_init(&the.account, the.account_storage, &sizes, 0xFFFFF88000000000ull, fail);
    model_open(&the.model, pte_count, placement);
    the.live_count = 0;
    the.held_count = 0;
    memset(the.is_held, 0, sizeof(the.is_held));
    memset(the.scopes, 0, sizeof(the.scopes));
}

static uint32_t context(void)
{
    uintptr_t frames[SYSPTE_STACK_MAX];
    unsigned depth = next() % 8;
    for (unsigned i = 0; i < depth; i++) {
        frames[i] = next() % 4;
    }
    syspte_context c = {.file = next_name(),
                        .function = next_name(),
                        .line = next() % 8,
                        .return_address = next() % 4,
                        .stack = syspte_stacks_intern(&the.account.stacks, frames, depth),
                        .owner = next() % 4,
                        .api = (uint8_t)(next() % SYSPTE_API_COUNT),
                        .cache = (uint8_t)(next() % 3)};
    uint32_t number = syspte_contexts_intern(&the.account.contexts, &c);
    if (number != syspte_contexts_find(&the.account.contexts, &c)) {
        fail("an interned context is not found");
    }
    return number;
}

static void map(void)
{
    unsigned count = next() % 8 != 0 ? next() % 10 : next();
    bool in_line = next() % 2;
    int expected = model_reserve(&the.model, count);
    uint64_t start =
        in_line ? syspte_pool_take(&the.pool, count) : syspte_pool_reserve(&the.pool, count);
    if (start != (expected < 0 ? SYSPTE_POOL_NONE : (uint64_t)expected)) {
        fail("reserve: another place");
    }
    if (expected < 0) {
        return;
    }
    uint64_t offset = next() * 16;
    syspte_row row = {.id = start,
                      .physical_address = (uint64_t)next() << 32 | offset,
                      .bytes = (uint64_t)count * 4096 - offset - next() % (4096 - offset),
                      .pte_count = count,
                      .context = context()};
    syspte_ledger_reach(&the.account.ledger, start, count);
    syspte_account_born(&the.account, &row);
    model_note(&the.model, &row);
    the.live[the.live_count++] = (uint32_t)start;
}

static void unmap(void)
{
    syspte_row row;
    unsigned at = next();
    unsigned part = next();
    if (the.live_count == 0) {
        return;
    }
    at %= the.live_count;
    if (!syspte_ledger_find(&the.account.ledger, the.live[at], &row)) {
        fail("a live row is not found");
    }
    the.live[at] = the.live[--the.live_count];
    syspte_account_ended(&the.account, &row, context());
    model_strike(&the.model, (unsigned)row.id);
    if (syspte_ledger_strike(&the.account.ledger, &row)) {
        fail("an ended row was ended again");
    }
    unsigned kept = part % 16 == 1 ? part % (unsigned)row.pte_count : 0; // lost for good
    uint64_t start = row.id + kept;
    if (part % 2) {
        syspte_pool_give(&the.pool, start, row.pte_count - kept);
    } else {
        syspte_pool_release(&the.pool, start, row.pte_count - kept);
    }
    model_release(&the.model, (unsigned)start, (unsigned)row.pte_count - kept);
}

// Holds what is not held, and lets go of what is. Among 8 holdings no search is too long.
static void hold(void)
{
    unsigned key = next() % KEYS + 1;
    bool *is_held = &the.is_held[key - 1];
    syspte_row row = {.id = key, .bytes = next() * 8, .pte_count = next() % 3};
    syspte_context c = {.file = next_name(),
                        .line = next() % 4,
                        .owner = next() % 4,
                        .kind = (uint8_t)(SYSPTE_KIND_POOL + next() % 6)};
    if (syspte_account_held(&the.account, key, &row) != *is_held) {
        fail("a holding is known wrongly");
    }
    if (*is_held) {
        syspte_account_let_go(&the.account, &row, context());
        *is_held = false;
        the.held_count--;
        const syspte_ended *last = syspte_account_held_last(&the.account, key);
        if (last == NULL || last->row.sequence != row.sequence) {
            fail("the end of a holding is not remembered");
        }
        return;
    }
    row.context = syspte_contexts_intern(&the.account.contexts, &c);
    *is_held = syspte_account_hold(&the.account, &row);
    if (*is_held != (the.held_count < HOLDINGS) ||
        (*is_held && syspte_account_hold(&the.account, &row))) {
        fail("a holding is noted wrongly");
    }
    the.held_count += *is_held;
}

// A list or a scope marks rows as reported; the model must know.
static void learn_reported(void)
{
    syspte_row row;
    for (unsigned i = 0; i < the.live_count; i++) {
        if (syspte_ledger_find(&the.account.ledger, the.live[i], &row)) {
            the.model.rows[row.id].reported = row.reported;
        }
    }
}

static void scope(void)
{
    static const char owners[4];
    unsigned what = next();
    syspte_scope *handle = &the.scopes[what / 4 % 8];
    switch (what % 4) {
    case 0:
        *handle = syspte_scopes_enter(&the.account, next_name(), NULL);
        break;
    case 1:
        *handle = syspte_scopes_enter(&the.account, next_name(), &owners[next() % 4]);
        break;
    case 2:
        *handle = syspte_scopes_enter_cycle(&the.account, next_name());
        break;
    default:
        (void)syspte_scopes_leave(&the.account, *handle);
        learn_reported();
        break;
    }
}

static void find(void)
{
    syspte_event event = {.rule = (syspte_rule_id)(next() % SYSPTE_RULE_COUNT),
                          .call = next() % 4 == 0 ? 0 : context(),
                          .mapped = next() % 4 == 0 ? context() : 0,
                          .unmapped = next() % 4 == 0 ? context() : 0,
                          .has_bugcheck = next() % 2,
                          .stopped = next() % 2,
                          .expected = next() % 4 == 0,
                          .bugcheck = {.code = next()},
                          .physical_address = (uint64_t)next() << 40,
                          .bytes = next(),
                          .pte_count = next(),
                          .text = next_name()};
    syspte_account_find(&the.account, &event);
}

static void collect(void *context_of_writer, const char *text, size_t bytes)
{
    (void)context_of_writer;
    if (bytes == 0 || memchr(text, 0, bytes) != NULL) {
        fail("the report wrote nothing, or a NUL");
    }
    the.last = text[bytes - 1];
}

static void report(void)
{
    syspte_writer writer = {.write = collect};
    syspte_report_style style = {.pointer_bits = next() % 2 ? 32 : 64};
    uint64_t fails = the.account.findings.dropped;
    for (uint32_t i = 0; i < the.account.findings.count; i++) {
        fails += syspte_finding_fails(&the.account.findings.rows[i].finding);
    }
    if (fails != syspte_report_count(&the.account)) {
        fail("the report counts other failures");
    }
    syspte_report_write(&the.account, &style, &writer);
    if (the.last != '\n') {
        fail("the report's last line does not end");
    }
}

static void check(void)
{
    const char *wrong = syspte_pool_check(&the.pool);
    wrong = wrong == NULL ? syspte_account_check(&the.account) : wrong;
    wrong = wrong == NULL ? model_compare(&the.model, &the.pool, &the.account.ledger, 1) : wrong;
    if (wrong != NULL) {
        fail(wrong);
    }
}

static void end(void)
{
    (void)syspte_account_list(&the.account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL);
    report();
    syspte_pool_wipe(&the.pool, zero);
    syspte_account_wipe(&the.account, zero);
    must_be_zero(the.pool_storage, the.pool_bytes, "the pool was not wiped");
    must_be_zero(the.account_storage, syspte_account_storage(&sizes), "the account was not wiped");
    free(the.pool_storage);
    free(the.account_storage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    the.at = data;
    the.left = bytes;
    begin();
    while (the.left > 0) {
        unsigned what = next();
        switch (what < 200 ? what % 8 : 8) {
        case 0:
        case 1:
        case 2:
            map();
            break;
        case 3:
        case 4:
            unmap();
            break;
        case 5:
            scope();
            break;
        case 6:
            find();
            break;
        case 8:
            hold();
            break;
        default:
            report();
            break;
        }
        check();
    }
    end();
    return 0;
}
