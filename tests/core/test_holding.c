// SPDX-License-Identifier: MIT
// Holdings: what takes no system PTEs is noted, found, ended and remembered; leaks and growth of
// each kind, apart from those of mappings.
#include "core_test.h"

static core_account *a;
static syspte_account *account;

static int open_account(void **state)
{
    (void)state;
    a = core_account_open(&core_sizes);
    account = &a->account;
    return 0;
}

static int close_account(void **state)
{
    (void)state;
    core_account_close(a);
    return 0;
}

// The context of a call at hw.c:`line` that makes a holding of that kind.
static uint32_t site_of(syspte_kind kind, uint32_t line)
{
    syspte_context context = core_context("hw.c", line);
    context.api = SYSPTE_API_EX_ALLOCATE_POOL2;
    context.kind = (uint8_t)kind;
    return syspte_contexts_intern(&account->contexts, &context);
}

static syspte_row hold_of(uint64_t key, uint64_t bytes, uint64_t pages, uint32_t context)
{
    syspte_row row = {.id = key, .bytes = bytes, .pte_count = pages, .context = context};
    assert_true(syspte_account_hold(account, &row));
    return row;
}

// A block of pool.
static syspte_row hold(uint64_t key, uint64_t bytes, uint32_t line)
{
    return hold_of(key, bytes, 0, site_of(SYSPTE_KIND_POOL, line));
}

static void let_go(uint64_t key)
{
    syspte_row row;
    assert_true(syspte_account_held(account, key, &row));
    syspte_account_let_go(account, &row, 0);
}

static const syspte_finding_row *finding(uint32_t index)
{
    assert_true(index < account->findings.count);
    return &account->findings.rows[index];
}

static void a_holding_is_numbered_among_the_mappings_and_takes_no_ptes(void **state)
{
    (void)state;
    syspte_row found;
    (void)core_map(a, 10, 3, core_site(a, "hw.c", 1));
    syspte_row row = hold(0x1000, 96, 2);
    syspte_row mapped = core_map(a, 20, 1, core_site(a, "hw.c", 1));

    assert_int_equal(row.sequence, 2);
    assert_int_equal(mapped.sequence, 3);
    assert_int_equal(account->live_mappings, 2);
    assert_int_equal(account->live_ptes, 4);
    assert_true(syspte_account_held(account, 0x1000, &found));
    assert_int_equal(found.bytes, 96);
    assert_int_equal(found.sequence, 2);
    assert_false(syspte_account_held(account, 10, &found));
    assert_int_equal(syspte_account_held_kind(account, &row), SYSPTE_KIND_POOL);
    row.context = 0;
    assert_int_equal(syspte_account_held_kind(account, &row), SYSPTE_KIND_NONE);
}

static void a_key_is_held_once_at_a_time(void **state)
{
    (void)state;
    syspte_row found;
    (void)hold(0x1000, 96, 2);
    syspte_row again = {.id = 0x1000, .bytes = 5};
    assert_false(syspte_account_hold(account, &again));

    assert_int_equal(account->findings.count, 0);
    assert_int_equal(account->sequence, 1);
    assert_true(syspte_account_held(account, 0x1000, &found));
    assert_int_equal(found.bytes, 96);
    let_go(0x1000);
    (void)hold(0x1000, 5, 3);
}

static void what_was_let_go_is_remembered_with_its_end(void **state)
{
    (void)state;
    syspte_row found;
    assert_null(syspte_account_held_last(account, 0x1000));
    syspte_row row = hold(0x1000, 96, 2);
    (void)hold(0x1001, 5, 2);
    syspte_account_let_go(account, &row, 77);

    assert_false(syspte_account_held(account, 0x1000, &found));
    const syspte_ended *ended = syspte_account_held_last(account, 0x1000);
    assert_non_null(ended);
    assert_int_equal(ended->unmapped, 77);
    assert_int_equal(ended->order, 3);
    assert_int_equal(ended->row.bytes, 96);
    assert_null(syspte_account_held_last(account, 0x1001));
    // Neither history tells of the other's.
    assert_null(syspte_history_last(&account->history, 0x1000));
    row = hold_of(0x2000, 0, 4, 0);
    syspte_account_let_go(account, &row, 78);
    assert_null(syspte_account_held_last(account, 0x2001)); // a key is no range
    assert_int_equal(account->live_mappings, 0);
}

static void a_holding_cannot_end_twice(void **state)
{
    (void)state;
    static syspte_row row;
    row = hold(0x1000, 96, 2);
    syspte_account_let_go(account, &row, 0);
    assert_panics(syspte_account_let_go(account, &row, 0));
}

static void any_key_but_0_can_be_held(void **state)
{
    (void)state;
    syspte_row row = {.bytes = 1};
    (void)hold(syspte_ledger_hash_id(7, 1), 16, 5);
    (void)hold(UINT64_MAX, 16, 5);
    assert_true(syspte_account_held(account, UINT64_MAX, &row));
    row.id = 0;
    assert_panics((void)syspte_account_hold(account, &row));
}

// A mapping of an I/O range at the page with that number.
static void map(uint64_t page, uint64_t physical_address, uint64_t pages, uint32_t line)
{
    syspte_context context = core_context("hw.c", line);
    syspte_row row = {.id = page,
                      .physical_address = physical_address,
                      .bytes = pages * 4096 - (physical_address & 0xFFF),
                      .pte_count = pages,
                      .context = syspte_contexts_intern(&account->contexts, &context)};
    assert_true(syspte_account_hold(account, &row));
    assert_true(syspte_account_is_mapping(account, &row));
}

static void a_mapping_among_the_holdings_leaks_ptes(void **state)
{
    (void)state;
    account->system_va = 0;
    syspte_scope scope = syspte_scopes_enter(account, "test", NULL);
    map(0xFFFFF88000123ull, 0xFEBC0011, 2, 42);
    map(0xFFFFF88000200ull, 0xFEBD0000, 3, 42);
    (void)hold(77, 16, 42);

    assert_int_equal(syspte_scopes_leave(account, scope), 3);
    assert_int_equal(account->findings.count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        const syspte_finding *f = &finding(i)->finding;
        if (f->call->kind == SYSPTE_KIND_POOL) {
            assert_true(f->held);
            assert_int_equal(f->pte_count, 0);
            assert_int_equal(f->system_va, 0);
            continue;
        }
        assert_false(f->held);
        assert_int_equal(f->count, 2);
        assert_int_equal(f->pte_count, 5);
        assert_int_equal(f->held_bytes, 0);
        assert_int_equal(f->held_pages, 0);
        assert_true(f->system_va == 0xFFFFF88000123011ull || f->system_va == 0xFFFFF88000200000ull);
        assert_int_equal(f->physical_address, 0xFEBC0011);
        assert_int_equal(f->physical_last, 0xFEBD2FFF);
    }
}

static void a_mapping_among_the_holdings_grows_in_ptes(void **state)
{
    (void)state;
    account->system_va = 0;
    syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
    map(0x100, 0xFEBC0000, 2, 42);
    (void)syspte_scopes_leave(account, scope);
    (void)hold(5, 16, 41);
    scope = syspte_scopes_enter_cycle(account, "resume");
    map(0x200, 0xFEBC0000, 2, 42);
    assert_int_equal(syspte_scopes_leave(account, scope), 2);
    const syspte_finding *f = &finding(0)->finding;
    assert_int_equal(account->findings.count, 1);
    assert_int_equal(f->rule, SYSPTE_RULE_GROWTH);
    assert_false(f->held);
    assert_int_equal(f->pte_count, 2);
    assert_int_equal(f->system_va, 0x200000);
    assert_non_null(f->text); // the same range again
    assert_int_equal(syspte_scopes_top(account), f->call - account->contexts.rows);
}

static void a_walk_meets_each_holding(void **state)
{
    (void)state;
    uint64_t cursor = 0;
    uint64_t keys = 0;
    syspte_row row;
    (void)core_map(a, 10, 3, core_site(a, "hw.c", 1));
    for (uint64_t key = 1; key <= 8; key <<= 1) {
        (void)hold(key, 96, 2);
    }
    let_go(4);
    while (syspte_account_held_next(account, &cursor, &row)) {
        keys += row.id;
    }
    assert_int_equal(keys, 1 + 2 + 8);
}

static void a_full_table_is_a_finding(void **state)
{
    (void)state;
    for (uint64_t key = 1; key <= 32; key++) {
        (void)hold(key, 96, 2);
    }
    syspte_row row = {.id = 99, .context = site_of(SYSPTE_KIND_POOL, 3)};
    assert_false(syspte_account_hold(account, &row));

    assert_int_equal(account->findings.count, 1);
    assert_int_equal(finding(0)->finding.rule, SYSPTE_RULE_HOLDINGS_FULL);
    assert_int_equal(finding(0)->finding.severity, SYSPTE_LIMIT);
    assert_int_equal(finding(0)->finding.call->line, 3);
    let_go(5);
    assert_true(syspte_account_hold(account, &row));
}

static bool is_odd(const syspte_account *of, const syspte_row *row, const void *argument)
{
    assert_ptr_equal(of, account);
    assert_ptr_equal(argument, &account->sequence);
    return row->id % 2 != 0;
}

static void a_list_reports_each_holding_once_and_mappings_too(void **state)
{
    (void)state;
    (void)hold(4, 7, 2);
    (void)hold(5, 32, 2);
    (void)core_map(a, 11, 2, core_site(a, "hw.c", 1));
    (void)hold(7, 64, 2);

    assert_int_equal(
        syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, is_odd, &account->sequence), 3);
    assert_int_equal(account->findings.count, 2);
    assert_false(finding(0)->finding.held);
    assert_int_equal(finding(0)->finding.pte_count, 2);
    const syspte_finding *f = &finding(1)->finding;
    assert_int_equal(f->rule, SYSPTE_RULE_LEAK);
    assert_int_equal(f->severity, SYSPTE_LEAK);
    assert_true(f->held);
    assert_string_equal(f->scope, "test");
    assert_int_equal(f->call->line, 2);
    assert_int_equal(f->count, 2);
    assert_int_equal(f->held_bytes, 96);
    assert_int_equal(f->held_pages, 0);
    assert_int_equal(f->pte_count, 0);
    assert_int_equal(f->sequence, 2);

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, NULL, NULL), 1);
    assert_int_equal(f->count, 3);
    assert_int_equal(f->held_bytes, 103);
    assert_int_equal(f->sequence, 1);
    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, NULL, NULL), 0);
    let_go(5);
}

static void a_list_can_begin_with_a_sequence(void **state)
{
    (void)state;
    (void)hold(4, 7, 2);
    (void)hold(5, 32, 2);
    (void)hold(6, 64, 2);
    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 2, NULL, NULL), 2);
    assert_int_equal(finding(0)->finding.held_bytes, 96);
}

static void kinds_and_sites_are_listed_apart(void **state)
{
    (void)state;
    (void)core_map(a, 11, 2, core_site(a, "hw.c", 2));
    (void)hold(1, 32, 2);
    (void)hold_of(2, 4096, 1, site_of(SYSPTE_KIND_LOCK, 2));
    (void)hold(3, 8, 2);
    (void)hold_of(4, 8192, 2, site_of(SYSPTE_KIND_LOCK, 2));
    (void)hold(5, 16, 3);
    (void)hold_of(6, 1, 0, 0); // without a context
    (void)hold_of(7, 2, 0, 0);

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL), 8);
    assert_int_equal(account->findings.count, 5);
    assert_int_equal(finding(1)->finding.held_bytes, 40);
    assert_int_equal(finding(2)->finding.held_bytes, 12288);
    assert_int_equal(finding(2)->finding.held_pages, 3);
    assert_int_equal(finding(2)->finding.count, 2);
    assert_int_equal(finding(3)->finding.held_bytes, 16);
    assert_int_equal(finding(4)->finding.held_bytes, 3);
    assert_null(finding(4)->finding.call);
}

// One function on one line makes a mapping or a holding, as the memory happens to lie.
static void a_mapping_and_a_holding_of_one_site_are_listed_apart(void **state)
{
    (void)state;
    (void)core_map(a, 11, 2, site_of(SYSPTE_KIND_CONTIGUOUS, 2));
    (void)hold_of(1, 4096, 0, site_of(SYSPTE_KIND_CONTIGUOUS_POOL, 2));

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL), 2);
    assert_int_equal(account->findings.count, 2);
    assert_false(finding(0)->finding.held);
    assert_int_equal(finding(0)->finding.held_bytes, 0);
    assert_true(finding(1)->finding.held);
    assert_int_equal(finding(1)->finding.pte_count, 0);
}

static void contiguous_memory_has_its_physical_range(void **state)
{
    (void)state;
    syspte_row row = {.id = 1,
                      .physical_address = 0x5000,
                      .bytes = 0x2000,
                      .context = site_of(SYSPTE_KIND_CONTIGUOUS_POOL, 2)};
    assert_true(syspte_account_hold(account, &row));
    row.id = 2;
    row.physical_address = 0x1000;
    assert_true(syspte_account_hold(account, &row));
    (void)syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL);

    assert_int_equal(finding(0)->finding.physical_address, 0x1000);
    assert_int_equal(finding(0)->finding.physical_last, 0x6FFF);
    assert_int_equal(finding(0)->finding.bytes, 0x2000);
}

static void what_a_bug_check_abandoned_comes_right_after_its_cause(void **state)
{
    (void)state;
    (void)hold(1, 32, 2);
    (void)hold(2, 32, 2);
    syspte_event cause = {.rule = SYSPTE_RULE_BUGCHECK};
    syspte_account_find(account, &cause);
    (void)syspte_account_list(account, SYSPTE_RULE_ABANDONED, NULL, 0, NULL, NULL);

    assert_int_equal(finding(0)->finding.sequence, 3);
    assert_int_equal(finding(1)->finding.sequence, 4);
    assert_int_equal(finding(1)->finding.count, 2);
    assert_int_equal(finding(1)->finding.severity, SYSPTE_NOTE);
}

static void a_full_table_of_findings_loses_leaks_and_counts_them(void **state)
{
    (void)state;
    account->findings.capacity = 0;
    (void)hold(1, 32, 2);
    (void)hold(2, 32, 2);
    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL), 2);
    assert_int_equal(account->findings.dropped, 2);
}

// ---- Scopes

static void what_outlives_its_scope_is_a_leak_of_its_owner(void **state)
{
    (void)state;
    static const char device;
    syspte_scope test = syspte_scopes_enter(account, "test", NULL);
    syspte_scope owned = syspte_scopes_enter(account, "device", &device);
    syspte_context context = core_context("hw.c", 7);
    context.kind = SYSPTE_KIND_POOL;
    context.owner = syspte_scopes_owner(&account->scopes, &device);
    (void)hold_of(1, 32, 0, syspte_contexts_intern(&account->contexts, &context));
    (void)hold(2, 16, 2);

    assert_int_equal(syspte_scopes_leave(account, test), 1);
    assert_string_equal(finding(0)->finding.scope, "test");
    assert_int_equal(finding(0)->finding.call->line, 2);
    assert_int_equal(syspte_scopes_leave(account, owned), 1);
    assert_string_equal(finding(1)->finding.scope, "device");
    assert_int_equal(finding(1)->finding.call->line, 7);
}

static void one_holding_alone_is_a_leak(void **state)
{
    (void)state;
    syspte_scope test = syspte_scopes_enter(account, "test", NULL);
    (void)hold(1, 32, 2);
    assert_int_equal(syspte_scopes_leave(account, test), 1);
}

static void a_clean_lifetime_finds_nothing(void **state)
{
    (void)state;
    (void)hold(1, 32, 2); // older
    syspte_scope test = syspte_scopes_enter(account, "test", NULL);
    (void)hold(2, 16, 2);
    let_go(2);
    assert_int_equal(syspte_scopes_leave(account, test), 0);
    assert_int_equal(account->findings.count, 0);
}

static uint64_t cycle_with(uint64_t key, uint64_t bytes, uint64_t pages, syspte_kind kind)
{
    syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
    (void)hold_of(key, bytes, pages, site_of(kind, 7));
    return syspte_scopes_leave(account, scope);
}

static void pool_grows_in_bytes(void **state)
{
    (void)state;
    assert_int_equal(cycle_with(1, 100, 0, SYSPTE_KIND_POOL), 0); // warms up
    assert_int_equal(cycle_with(2, 96, 0, SYSPTE_KIND_POOL), 96);
    assert_int_equal(cycle_with(3, 32, 0, SYSPTE_KIND_POOL), 32);

    assert_int_equal(account->findings.count, 1);
    const syspte_finding_row *row = finding(0);
    assert_int_equal(row->finding.rule, SYSPTE_RULE_GROWTH);
    assert_true(row->finding.held);
    assert_int_equal(row->finding.held_bytes, 128);
    assert_int_equal(row->finding.held_pages, 0);
    assert_int_equal(row->finding.pte_count, 0);
    assert_int_equal(row->finding.cycles, 2);
    assert_int_equal(row->finding.cycles_judged, 2);
    assert_int_equal(row->growth_least, 32);
    assert_int_equal(row->growth_most, 96);
    assert_int_equal(row->finding.call->kind, SYSPTE_KIND_POOL);
}

static void locks_and_frames_grow_in_pages(void **state)
{
    (void)state;
    assert_int_equal(cycle_with(1, 100, 1, SYSPTE_KIND_LOCK), 0);
    assert_int_equal(cycle_with(2, 5000, 2, SYSPTE_KIND_LOCK), 2);

    assert_int_equal(finding(0)->finding.held_pages, 2);
    assert_int_equal(finding(0)->finding.held_bytes, 0);
    assert_int_equal(finding(0)->finding.call->kind, SYSPTE_KIND_LOCK);
}

static void an_exchange_of_one_block_for_another_is_no_growth(void **state)
{
    (void)state;
    (void)hold(1, 64, 7);
    for (uint64_t i = 1; i < 4; i++) {
        assert_int_equal(cycle_with(i + 1, 64, 0, SYSPTE_KIND_POOL), i == 1 ? 0 : 64);
        let_go(i);
        syspte_scope scope = syspte_scopes_enter_cycle(account, "swap");
        (void)hold(100 + i, 64, 8);
        if (i > 1) {
            let_go(99 + i);
        }
        assert_int_equal(syspte_scopes_leave(account, scope), 0);
    }
    assert_int_equal(account->findings.count, 1);
    assert_string_equal(finding(0)->finding.scope, "resume");
}

// One line can map, allocate and lock: each grows for itself, and is told with its own call.
static void one_site_grows_in_each_unit_apart(void **state)
{
    (void)state;
    (void)syspte_scopes_leave(account, syspte_scopes_enter_cycle(account, "resume"));
    (void)hold_of(9, 9, 0, site_of(SYSPTE_KIND_POOL, 8));
    (void)hold_of(10, 9, 1, site_of(SYSPTE_KIND_CONTIGUOUS_POOL, 7)); // older: it did not grow
    syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
    (void)core_map(a, 20, 3, core_site(a, "hw.c", 7));
    (void)hold_of(5, 9, 0, site_of(SYSPTE_KIND_POOL, 8)); // instead of an older one: no growth
    let_go(9);
    (void)hold_of(1, 100, 0, site_of(SYSPTE_KIND_POOL, 7));
    (void)hold_of(2, 1, 5, site_of(SYSPTE_KIND_LOCK, 7));
    (void)hold_of(3, 4, 0, site_of(SYSPTE_KIND_CONTIGUOUS_POOL, 7));
    (void)hold_of(4, 1, 1, site_of(SYSPTE_KIND_PAGES, 7));

    assert_int_equal(syspte_scopes_leave(account, scope), 3 + 104 + 6);
    assert_int_equal(account->findings.count, 3);
    assert_int_equal(finding(0)->finding.pte_count, 3);
    assert_false(finding(0)->finding.held);
    assert_int_equal(finding(1)->finding.held_bytes, 104);
    assert_int_equal(finding(1)->finding.call->kind, SYSPTE_KIND_POOL);
    assert_int_equal(finding(2)->finding.held_pages, 6);
    assert_int_equal(finding(2)->finding.call->kind, SYSPTE_KIND_LOCK);
}

static void a_tally_has_a_part_for_each_unit(void **state)
{
    (void)state;
    uint32_t number = site_of(SYSPTE_KIND_CONTIGUOUS, 7);
    (void)core_map(a, 20, 3, number);
    (void)hold(1, 100, 7);
    (void)hold_of(2, 1, 5, site_of(SYSPTE_KIND_LOCK, 7));
    (void)syspte_scopes_enter_cycle(account, "resume");

    const uint64_t *tally = account->scopes.tallies[0];
    assert_int_equal(tally[number], 3);
    assert_int_equal(tally[core_sizes.contexts + number], 100);
    assert_int_equal(tally[2 * core_sizes.contexts + number], 5);
}

// Not with the first call that was ever made from there, which did something else.
static void growth_is_told_with_the_call_of_what_grew(void **state)
{
    (void)state;
    (void)site_of(SYSPTE_KIND_NONE, 7);
    (void)syspte_scopes_leave(account, syspte_scopes_enter_cycle(account, "resume"));
    syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
    (void)hold(1, 100, 7);
    assert_int_equal(syspte_scopes_leave(account, scope), 100);
    assert_int_equal(finding(0)->finding.call->kind, SYSPTE_KIND_POOL);
}

// The first in order of calls, wherever its row lies.
static void growth_is_told_with_the_call_that_came_first(void **state)
{
    (void)state;
    (void)syspte_scopes_leave(account, syspte_scopes_enter_cycle(account, "resume"));
    syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
    (void)hold_of(1, 10, 0, 0);
    (void)hold_of(2, 10, 0, site_of(SYSPTE_KIND_POOL, 7));
    let_go(1);
    (void)hold_of(3, 10, 0, site_of(SYSPTE_KIND_CONTIGUOUS_POOL, 7)); // in the row of the first
    assert_int_equal(syspte_scopes_leave(account, scope), 20);
    assert_int_equal(finding(0)->finding.call->kind, SYSPTE_KIND_POOL);
}

// ---- Wipe and check

static void a_wipe_leaves_zeros(void **state)
{
    (void)state;
    for (uint64_t key = 1; key <= 30; key++) {
        (void)hold(key, 96, (uint32_t)key);
        if (key % 3 == 0) {
            let_go(key);
        }
    }
    (void)syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL);

    syspte_account_wipe(account, core_zero);
    assert_true(core_all_zero(a->storage, syspte_account_storage(&core_sizes)));
}

static void a_broken_holding_is_found(void **state)
{
    (void)state;
    (void)hold(1, 96, 1);
    assert_null(syspte_account_check(account));
    account->sequence = 0;
    assert_string_equal(syspte_account_check(account),
                        "account: a row is younger than the last event");
    account->sequence = 1;
    account->contexts.count = 1;
    assert_string_equal(syspte_account_check(account),
                        "account: a row has a context that is not stored");
    account->contexts.count = 2;
    account->holdings.count = 2;
    assert_string_equal(syspte_account_check(account), "ledger: the count of live rows is wrong");
    account->holdings.count = 1;
}

#define on_account(test) cmocka_unit_test_setup_teardown(test, open_account, close_account)

int core_test_holding(void)
{
    const struct CMUnitTest tests[] = {
        on_account(a_holding_is_numbered_among_the_mappings_and_takes_no_ptes),
        on_account(a_key_is_held_once_at_a_time),
        on_account(what_was_let_go_is_remembered_with_its_end),
        on_account(a_holding_cannot_end_twice),
        on_account(any_key_but_0_can_be_held),
        on_account(a_mapping_among_the_holdings_leaks_ptes),
        on_account(a_mapping_among_the_holdings_grows_in_ptes),
        on_account(a_walk_meets_each_holding),
        on_account(a_full_table_is_a_finding),
        on_account(a_list_reports_each_holding_once_and_mappings_too),
        on_account(a_list_can_begin_with_a_sequence),
        on_account(kinds_and_sites_are_listed_apart),
        on_account(a_mapping_and_a_holding_of_one_site_are_listed_apart),
        on_account(contiguous_memory_has_its_physical_range),
        on_account(what_a_bug_check_abandoned_comes_right_after_its_cause),
        on_account(a_full_table_of_findings_loses_leaks_and_counts_them),
        on_account(what_outlives_its_scope_is_a_leak_of_its_owner),
        on_account(one_holding_alone_is_a_leak),
        on_account(a_clean_lifetime_finds_nothing),
        on_account(pool_grows_in_bytes),
        on_account(locks_and_frames_grow_in_pages),
        on_account(an_exchange_of_one_block_for_another_is_no_growth),
        on_account(one_site_grows_in_each_unit_apart),
        on_account(a_tally_has_a_part_for_each_unit),
        on_account(growth_is_told_with_the_call_of_what_grew),
        on_account(growth_is_told_with_the_call_that_came_first),
        on_account(a_wipe_leaves_zeros),
        on_account(a_broken_holding_is_found),
    };
    return cmocka_run_group_tests_name("core.holding", tests, NULL, NULL);
}
