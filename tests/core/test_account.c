// SPDX-License-Identifier: MIT
// The account: births and ends change ledger, counts and history together; its check and its wipe.
#include "core_test.h"

#include <string.h>

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

static void a_birth_counts_and_numbers_the_mapping(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = core_map(a, 10, 3, core_site(a, "hw.c", 1));
    syspte_row second = core_map(a, 20, 2, core_site(a, "hw.c", 2));

    assert_int_equal(row.sequence, 1);
    assert_int_equal(second.sequence, 2);
    assert_int_equal(account->live_mappings, 2);
    assert_int_equal(account->live_ptes, 5);
    assert_true(syspte_ledger_find(&account->ledger, 10, &found));
    assert_int_equal(found.sequence, 1);
}

static void an_end_counts_and_remembers_the_mapping(void **state)
{
    (void)state;
    syspte_row row = core_map(a, 10, 3, core_site(a, "hw.c", 1));
    (void)core_map(a, 20, 2, core_site(a, "hw.c", 1));

    syspte_account_ended(account, &row, 77);
    assert_int_equal(account->live_mappings, 1);
    assert_int_equal(account->live_ptes, 2);
    const syspte_ended *ended = syspte_history_last(&account->history, 11);
    assert_non_null(ended);
    assert_int_equal(ended->unmapped, 77);
    assert_int_equal(ended->order, 3);
    assert_int_equal(ended->row.id, 10);

}

static void a_mapping_cannot_end_twice(void **state)
{
    (void)state;
    static syspte_row row;
    row = core_map(a, 10, 3, core_site(a, "hw.c", 1));
    syspte_account_ended(account, &row, 77);
    assert_panics(syspte_account_ended(account, &row, 78));
}

static void a_finding_gets_the_next_sequence_and_the_open_scope(void **state)
{
    (void)state;
    syspte_event event = {.rule = SYSPTE_RULE_MAP_ZERO};
    syspte_account_find(account, &event);
    event.sequence = 9;
    event.scope = "given";
    syspte_account_find(account, &event);
    (void)syspte_scopes_enter(account, "open", NULL);
    event.scope = NULL;
    syspte_account_find(account, &event);

    const syspte_finding_row *rows = account->findings.rows;
    assert_int_equal(account->findings.count, 3);
    assert_int_equal(rows[0].finding.sequence, 1);
    assert_null(rows[0].finding.scope);
    assert_int_equal(rows[1].finding.sequence, 9);
    assert_string_equal(rows[1].finding.scope, "given");
    assert_string_equal(rows[2].finding.scope, "open");
    assert_int_equal(account->sequence, 1);
}

static bool is_odd(const syspte_account *of, const syspte_row *row, const void *argument)
{
    assert_ptr_equal(of, account);
    assert_ptr_equal(argument, &account->sequence);
    return row->id % 2 != 0;
}

static void a_list_reports_each_mapping_once(void **state)
{
    (void)state;
    uint32_t site = core_site(a, "hw.c", 1);
    (void)core_map(a, 10, 1, site);
    (void)core_map(a, 11, 2, site);
    (void)core_map(a, 15, 4, core_site(a, "hw.c", 2));

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, is_odd,
                                         &account->sequence),
                     2);
    assert_int_equal(account->findings.count, 2);
    const syspte_finding *f = &account->findings.rows[0].finding;
    assert_int_equal(f->rule, SYSPTE_RULE_LEAK);
    assert_string_equal(f->scope, "test");
    assert_int_equal(f->call->line, 1);
    assert_int_equal(f->system_va, 0xFFFFF8800000B000ull);
    assert_int_equal(f->physical_address, 0xFEBCB000);
    assert_int_equal(f->bytes, 0x2000);
    assert_int_equal(f->pte_count, 2);
    assert_int_equal(f->sequence, 2);

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, NULL, NULL), 1);
    assert_int_equal(account->findings.count, 2);
    assert_int_equal(f->count, 2);
    assert_int_equal(f->pte_count, 3);
    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, NULL, NULL), 0);
}

static void of_alike_rows_the_older_ones_stay_unlisted(void **state)
{
    (void)state;
    uint32_t site = core_site(a, "hw.c", 1);
    (void)core_map(a, 11, 1, site);
    (void)core_map(a, 10, 1, site);
    (void)core_map(a, 12, 1, site);

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 2, NULL, NULL), 2);
    assert_int_equal(account->findings.rows[0].finding.count, 2);
    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, NULL, NULL), 1);
}

static void alike_rows_are_summed_up(void **state)
{
    (void)state;
    uint32_t site = core_site(a, "hw.c", 1);
    (void)core_map(a, 12, 1, site);
    (void)core_map(a, 11, 1, site);
    (void)core_map(a, 10, 1, site);
    (void)core_map(a, 13, 1, core_site(a, "hw.c", 2));

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, NULL, NULL), 4);
    const syspte_finding *f = &account->findings.rows[0].finding;
    assert_int_equal(f->count, 3);
    assert_int_equal(f->pte_count, 3);
    assert_int_equal(f->physical_address, 0xFEBCA000);
    assert_int_equal(f->physical_last, 0xFEBCCFFF);
    assert_int_equal(f->sequence, 1);
    assert_int_equal(account->findings.rows[1].finding.count, 1);
}

static void leaks_that_find_no_room_are_counted(void **state)
{
    (void)state;
    account->findings.capacity = 0;
    (void)core_map(a, 10, 1, core_site(a, "hw.c", 1));
    (void)core_map(a, 11, 1, core_site(a, "hw.c", 1));
    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, NULL, NULL), 2);
    assert_int_equal(account->findings.dropped, 2);
}

static void rows_of_different_sites_are_listed_apart(void **state)
{
    (void)state;
    (void)core_map(a, 10, 1, core_site(a, "hw.c", 1));
    (void)core_map(a, 11, 1, 0);
    (void)core_map(a, 12, 1, core_site(a, "hw.c", 1));
    (void)core_map(a, 13, 1, core_site(a, "hw.c", 2));

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL), 4);
    assert_int_equal(account->findings.count, 3);
    assert_int_equal(account->findings.rows[0].finding.count, 2);
    assert_int_equal(account->findings.rows[1].finding.count, 1);
    assert_int_equal(account->findings.rows[2].finding.count, 1);
}

static void a_leak_begins_behind_the_spare_ptes_in_front(void **state)
{
    (void)state;
    syspte_row row = {.id = 4, .physical_address = 0x1234, .bytes = 1, .pte_count = 3, .spare = 2,
                      .front = 2, .context = core_site(a, "hw.c", 5)};
    syspte_ledger_reach(&account->ledger, 4, 3);
    syspte_account_born(account, &row);

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL), 1);
    assert_int_equal(account->findings.rows[0].finding.system_va, 0xFFFFF88000006234ull);
}

static void a_list_ends_with_the_ledger_whatever_was_counted(void **state)
{
    (void)state;
    (void)core_map(a, 10, 1, core_site(a, "hw.c", 1));
    account->live_mappings = 5;

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "test", 0, NULL, NULL), 1);
    account->live_mappings = 1;
}

// Behind the last live row that was counted nobody looks.
static void a_list_ends_with_the_last_row_that_was_counted(void **state)
{
    (void)state;
    uint32_t site = core_site(a, "hw.c", 1);
    (void)core_map(a, 10, 2, site);
    (void)core_map(a, 12, 2, site);
    (void)core_map(a, 14, 2, site);
    account->live_mappings = 2;
    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "first", 0, NULL, NULL), 2);

    for (uint64_t id = 0; id < 5; id++) {
        (void)core_map(a, id, 1, site);
    }
    (void)core_map(a, 7, 1, site);
    account->live_mappings = 5; // alike
    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, "second", 0, NULL, NULL), 5);
    account->live_mappings = 9;
}

static void a_leak_is_told_where_its_first_page_is(void **state)
{
    (void)state;
    syspte_row row = {.id = 5,
                      .physical_address = 0x1235,
                      .bytes = 1,
                      .pte_count = 4,
                      .context = core_site(a, "hw.c", 1),
                      .spare = 3,
                      .front = 2};
    syspte_ledger_reach(&account->ledger, 5, 4);
    syspte_account_born(account, &row);

    (void)syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL);
    assert_int_equal(account->findings.rows[0].finding.system_va, 0xFFFFF88000007235ull);
}

static void a_mapping_that_was_reported_can_still_end(void **state)
{
    (void)state;
    (void)core_map(a, 10, 2, core_site(a, "hw.c", 1));
    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL), 1);

    core_unmap(a, 10);
    assert_int_equal(account->live_mappings, 0);
    assert_null(syspte_account_check(account));
}

static void an_address_has_index_and_offset(void **state)
{
    (void)state;
    assert_int_equal(syspte_account_va(account, 0, 0), 0xFFFFF88000000000ull);
    assert_int_equal(syspte_account_va(account, 3, 0x123), 0xFFFFF88000003123ull);
    syspte_row row = {.id = 5, .physical_address = 0x1235, .bytes = 1, .pte_count = 1};
    syspte_ledger_reach(&account->ledger, 5, 1);
    syspte_account_born(account, &row);

    (void)syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL);
    assert_int_equal(account->findings.rows[0].finding.system_va, 0xFFFFF88000005235ull);
}

static void the_tables_fill_the_storage(void **state)
{
    (void)state;
    uint64_t bytes = syspte_account_storage(&core_sizes);
    unsigned char *end = (unsigned char *)a->storage + bytes;
    uint64_t tallies =
        (SYSPTE_CYCLES_OPEN + 1) * SYSPTE_UNITS * core_sizes.contexts * sizeof(uint64_t);
    unsigned char *at[] = {(unsigned char *)account->ledger.cells,
                           (unsigned char *)account->contexts.rows,
                           (unsigned char *)account->history.rows,
                           (unsigned char *)account->holdings_ended.rows,
                           (unsigned char *)account->holdings.slots,
                           (unsigned char *)account->findings.rows,
                           (unsigned char *)account->stacks.words,
                           (unsigned char *)account->scopes.tallies[0],
                           end};
    uint64_t needs[] = {syspte_ledger_storage(core_sizes.ledger_rows),
                        syspte_contexts_storage(core_sizes.contexts),
                        syspte_history_storage(core_sizes.history_rows),
                        syspte_history_storage(core_sizes.history_rows),
                        syspte_ledger_hash_storage(core_sizes.holdings),
                        syspte_findings_storage(core_sizes.findings),
                        syspte_stacks_storage(core_sizes.stack_words, core_sizes.stack_slots),
                        tallies};
    assert_ptr_equal(at[0], a->storage);
    for (size_t i = 0; i < COUNT_OF(needs); i++) {
        assert_int_equal((uintptr_t)at[i] % 64, 0);
        assert_int_equal(at[i + 1] - at[i], (needs[i] + 63) / 64 * 64);
    }
}

static void a_wipe_leaves_zeros(void **state)
{
    (void)state;
    uintptr_t frames[2] = {1, 2};
    (void)syspte_stacks_intern(&account->stacks, frames, 2);
    for (uint32_t round = 0; round < 30; round++) {
        syspte_scope cycle = syspte_scopes_enter_cycle(account, "cycle");
        (void)core_map(a, round * 2, 2, core_site(a, "hw.c", round + 1));
        if (round % 2) {
            core_unmap(a, round * 2);
        }
        (void)syspte_scopes_leave(account, cycle);
    }
    (void)syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL);
    assert_true(account->findings.count > 10);

    syspte_account_wipe(account, core_zero);
    assert_true(core_all_zero(a->storage, syspte_account_storage(&core_sizes)));

    // What the next init does, so that the account can be closed.
    account->live_mappings = account->live_ptes = 0;
}

static void says(const char *message)
{
    const char *found = syspte_account_check(account);
    assert_non_null(found);
    assert_string_equal(found, message);
}

static void a_broken_account_is_found(void **state)
{
    (void)state;
    assert_null(syspte_account_check(account));
    (void)core_map(a, 10, 3, core_site(a, "hw.c", 1));
    assert_null(syspte_account_check(account));

    account->live_mappings = 2;
    says("account: the count of live mappings is wrong");
    account->live_mappings = 1;
    account->live_ptes = 4;
    says("account: the count of live PTEs is wrong");
    account->live_ptes = 3;
    account->sequence = 0;
    says("account: a row is younger than the last event");
    account->sequence = 1;
    account->contexts.count = 1;
    says("account: a row has a context that is not stored");
    account->contexts.count = 2;
    account->ledger.cells[11].what = 99;
    says("ledger: a row is longer than any that was noted");
    account->ledger.cells[11].what = 3;
    assert_null(syspte_account_check(account));
}

#define on_account(test) cmocka_unit_test_setup_teardown(test, open_account, close_account)

static void what_a_bug_check_abandoned_comes_right_after_its_cause(void **state)
{
    (void)state;
    (void)core_map(a, 10, 1, core_site(a, "hw.c", 1));
    syspte_event cause = {.rule = SYSPTE_RULE_BUGCHECK};
    syspte_account_find(account, &cause);

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_ABANDONED, NULL, 0, NULL, NULL), 1);

    assert_int_equal(account->findings.rows[0].finding.sequence, 2);
    assert_int_equal(account->findings.rows[1].finding.sequence, 3);
}

static void all_that_a_bug_check_abandoned_comes_after_it_and_in_one_row_a_site(void **state)
{
    (void)state;
    for (uint64_t id = 10; id < 40; id++) { // alike, apart, long, and of two sites
        if (id % 7 != 0) {
            (void)core_map(a, id, 1, core_site(a, "hw.c", id < 30 || id % 2 ? 1 : 2));
        }
    }
    (void)core_map(a, 40, 3, core_site(a, "hw.c", 1));
    syspte_event cause = {.rule = SYSPTE_RULE_BUGCHECK};
    syspte_account_find(account, &cause);
    uint64_t live = account->live_mappings;

    assert_int_equal(syspte_account_list(account, SYSPTE_RULE_ABANDONED, NULL, 0, NULL, NULL),
                     live);

    const syspte_finding_row *rows = account->findings.rows;
    assert_int_equal(account->findings.count, 3);
    assert_int_equal(rows[1].finding.sequence, rows[0].finding.sequence + 1);
    assert_int_equal(rows[2].finding.sequence, rows[0].finding.sequence + 1);
    assert_int_equal(rows[1].finding.count + rows[2].finding.count, live);
    assert_ptr_equal(syspte_findings_next(&account->findings, NULL), &rows[0]);
}

// ---- Listing against a sum made one row at a time

enum { MODEL_ROWS = 256, MODEL_CONTEXTS = 8, MODEL_SITES = 4 };

typedef struct model_row {
    syspte_row row;
    unsigned site;
    bool live;
} model_row;

static model_row model[MODEL_ROWS];
static unsigned model_count;
static uint64_t random_state;

static unsigned any(unsigned below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state >> 20) % below;
}

// Contexts come in pairs of one site; neighbours are often alike.
static void draw_ledger(const uint32_t *contexts)
{
    unsigned which = 0;
    model_count = 0;
    for (uint64_t id = any(3); id + 4 < core_sizes.ledger_rows;) {
        which = any(5) == 0 ? any(MODEL_CONTEXTS) : which;
        uint64_t offset = any(3) == 0 ? any(0x1000) : 0;
        uint64_t pages = any(6) == 0 ? 1 + any(4) : 1;
        uint64_t most = pages * 0x1000 - offset;
        syspte_row row = {.id = id,
                          .physical_address = ((uint64_t)any(1u << 20) << 12) + offset,
                          .bytes = any(2) == 0 ? most : most - any(0x1000 - (unsigned)offset),
                          .pte_count = pages,
                          .context = contexts[which]};
        syspte_ledger_reach(&account->ledger, id, pages);
        account->sequence += any(8) == 0 ? any(60) : 0; // of calls that map nothing
        syspte_account_born(account, &row);
        model[model_count++] = (model_row){.row = row, .site = which / 2, .live = true};
        id += pages + (any(9) == 0 ? any(5) : 0);
    }
}

static void end_some(void)
{
    for (unsigned i = 0; i < model_count; i++) {
        if (any(12) == 0) {
            core_unmap(a, model[i].row.id);
            model[i].live = false;
        } else if (any(15) == 0) {
            syspte_ledger_mark(&account->ledger, &model[i].row);
            model[i].row.reported = true;
        }
    }
}

static bool is_listed_of_context(const syspte_account *of, const syspte_row *row,
                                 const void *argument)
{
    (void)of;
    return row->context % 3 != *(const uint32_t *)argument;
}

// What a list should find, and marks it as listed.
static uint64_t expect(syspte_finding *sites, uint64_t since, const uint32_t *but)
{
    uint64_t listed = 0;
    for (unsigned i = 0; i < model_count; i++) {
        syspte_row *row = &model[i].row;
        syspte_finding *site = &sites[model[i].site];
        if (!model[i].live || row->reported || row->sequence < since || row->context % 3 == *but) {
            continue;
        }
        uint64_t last = row->physical_address + row->bytes - 1;
        if (site->count == 0) {
            *site = (syspte_finding){
                .physical_address = UINT64_MAX,
                .sequence = UINT64_MAX,
                .bytes = row->bytes,
                .system_va = syspte_account_va(account, row->id, row->physical_address & 0xFFF)};
        }
        site->count++;
        site->pte_count += row->pte_count;
        site->physical_last = last > site->physical_last ? last : site->physical_last;
        if (row->physical_address < site->physical_address) {
            site->physical_address = row->physical_address;
        }
        site->sequence = row->sequence < site->sequence ? row->sequence : site->sequence;
        row->reported = true;
        listed++;
    }
    return listed;
}

// Findings of one list, which has a scope of its own.
static void compare(const syspte_finding *sites, const char *scope, unsigned long long seed)
{
    unsigned found = 0;
    unsigned expected = 0;
    for (uint32_t i = 0; i < account->findings.count; i++) {
        const syspte_finding *f = &account->findings.rows[i].finding;
        if (f->scope != scope) {
            continue;
        }
        const syspte_finding *site = &sites[f->call->line - 1];
        found++;
        if (f->count != site->count || f->pte_count != site->pte_count ||
            f->physical_address != site->physical_address ||
            f->physical_last != site->physical_last || f->sequence != site->sequence ||
            f->bytes != site->bytes || f->system_va != site->system_va) {
            fail_msg("seed %llu: the rows of line %u are summed up wrongly", seed, f->call->line);
        }
    }
    for (unsigned i = 0; i < MODEL_SITES; i++) {
        expected += sites[i].count != 0;
    }
    assert_int_equal(found, expected);
}

static void check_list(const char *scope, uint64_t since, uint32_t but, unsigned long long seed)
{
    syspte_finding sites[MODEL_SITES];
    memset(sites, 0, sizeof sites);
    uint64_t listed = expect(sites, since, &but);
    if (but < 3) {
        assert_int_equal(syspte_account_list(account, SYSPTE_RULE_LEAK, scope, since,
                                             is_listed_of_context, &but),
                         listed);
    } else {
        assert_int_equal(
            syspte_account_list(account, SYSPTE_RULE_LEAK, scope, since, NULL, NULL), listed);
    }
    compare(sites, scope, seed);
    for (unsigned i = 0; i < model_count; i++) {
        syspte_row row = {0};
        assert_int_equal(syspte_ledger_find(&account->ledger, model[i].row.id, &row),
                         model[i].live);
        assert_true(!model[i].live || row.reported == model[i].row.reported);
    }
}

static void a_list_is_the_sum_of_its_rows(void **state)
{
    static const char *const scopes[] = {"first", "second", "third"};
    (void)state;
    for (unsigned long long seed = 1; seed <= 60; seed++) {
        uint32_t contexts[MODEL_CONTEXTS];
        random_state = seed * 0x9E3779B97F4A7C15ull;
        for (unsigned i = 0; i < MODEL_CONTEXTS; i++) {
            syspte_context context = core_context("hw.c", i / 2 + 1);
            context.irql = (uint8_t)(i % 2);
            contexts[i] = syspte_contexts_intern(&account->contexts, &context);
        }
        draw_ledger(contexts);
        end_some();

        check_list(scopes[0], model[any(model_count)].row.sequence + any(2), any(3), seed);
        check_list(scopes[1], model[any(model_count)].row.sequence, 3, seed);
        check_list(scopes[2], 0, 3, seed);

        (void)close_account(state);
        (void)open_account(state);
    }
}

int core_test_account(void)
{
    const struct CMUnitTest tests[] = {
        on_account(a_birth_counts_and_numbers_the_mapping),
        on_account(an_end_counts_and_remembers_the_mapping),
        on_account(a_mapping_cannot_end_twice),
        on_account(a_finding_gets_the_next_sequence_and_the_open_scope),
        on_account(a_list_reports_each_mapping_once),
        on_account(of_alike_rows_the_older_ones_stay_unlisted),
        on_account(alike_rows_are_summed_up),
        on_account(leaks_that_find_no_room_are_counted),
        on_account(rows_of_different_sites_are_listed_apart),
        on_account(a_leak_begins_behind_the_spare_ptes_in_front),
        on_account(what_a_bug_check_abandoned_comes_right_after_its_cause),
        on_account(all_that_a_bug_check_abandoned_comes_after_it_and_in_one_row_a_site),
        on_account(a_list_is_the_sum_of_its_rows),
        on_account(a_list_ends_with_the_ledger_whatever_was_counted),
        on_account(a_list_ends_with_the_last_row_that_was_counted),
        on_account(a_leak_is_told_where_its_first_page_is),
        on_account(a_mapping_that_was_reported_can_still_end),
        on_account(an_address_has_index_and_offset),
        on_account(the_tables_fill_the_storage),
        on_account(a_wipe_leaves_zeros),
        on_account(a_broken_account_is_found),
    };
    return cmocka_run_group_tests_name("core.account", tests, NULL, NULL);
}
