// SPDX-License-Identifier: MIT
// Scopes: what leaks from a lifetime, what grows over a cycle, whose mapping it is, and what
// happens to scopes that are not used in pairs.
#include "core_test.h"

#include <stdio.h>
#include <string.h>

static core_account *a;
static syspte_account *account;
static syspte_scopes *scopes;

static int open_account(void **state)
{
    (void)state;
    a = core_account_open(&core_sizes);
    account = &a->account;
    scopes = &account->scopes;
    return 0;
}

static int close_account(void **state)
{
    (void)state;
    core_account_close(a);
    return 0;
}

static syspte_scope enter(const char *name)
{
    return syspte_scopes_enter(account, name, NULL);
}

static syspte_scope cycle(const char *name)
{
    return syspte_scopes_enter_cycle(account, name);
}

static uint64_t leave(syspte_scope scope)
{
    return syspte_scopes_leave(account, scope);
}

// A mapping from hw.c:`line` by `owner`.
static void map(uint64_t id, uint64_t pte_count, uint32_t line, uint32_t owner)
{
    syspte_context context = core_context("hw.c", line);
    context.owner = owner;
    (void)core_map(a, id, pte_count, syspte_contexts_intern(&account->contexts, &context));
}

static const syspte_finding_row *finding(uint32_t index)
{
    assert_true(index < account->findings.count);
    return &account->findings.rows[index];
}

static void complains(uint32_t index, const char *scope, const char *text)
{
    const syspte_finding *f = &finding(index)->finding;
    assert_int_equal(f->rule, SYSPTE_RULE_SCOPE);
    if (scope == NULL) {
        assert_null(f->scope);
    } else {
        assert_string_equal(f->scope, scope);
    }
    assert_string_equal(f->text, text);
}

static void a_clean_lifetime_finds_nothing(void **state)
{
    (void)state;
    map(1, 1, 5, 0); // older than the scope
    syspte_scope scope = enter("test");
    assert_int_not_equal(scope, 0);
    map(2, 1, 6, 0);
    core_unmap(a, 2);

    assert_int_equal(leave(scope), 0);
    assert_int_equal(account->findings.count, 0);
    assert_int_equal(scopes->count, 0);
}

static void what_outlives_its_scope_is_a_leak(void **state)
{
    (void)state;
    map(1, 1, 5, 0);
    syspte_scope scope = enter("test");
    map(2, 1, 6, 0);
    map(4, 3, 6, 0);
    map(8, 2, 7, 0);

    assert_int_equal(leave(scope), 3);
    assert_int_equal(account->findings.count, 2);
    assert_int_equal(finding(0)->finding.rule, SYSPTE_RULE_LEAK);
    assert_string_equal(finding(0)->finding.scope, "test");
    assert_int_equal(finding(0)->finding.call->line, 6);
    assert_int_equal(finding(0)->finding.count, 2);
    assert_int_equal(finding(0)->finding.pte_count, 4);
    assert_int_equal(finding(1)->finding.call->line, 7);
    assert_int_equal(leave(enter("next")), 0);
}

static void the_innermost_scope_reports_a_leak_and_no_other(void **state)
{
    (void)state;
    syspte_scope outer = enter("outer");
    map(1, 1, 5, 0);
    syspte_scope inner = enter("inner");
    map(2, 1, 6, 0);

    assert_int_equal(leave(inner), 1);
    assert_int_equal(leave(outer), 1);
    assert_string_equal(finding(0)->finding.scope, "inner");
    assert_int_equal(finding(0)->finding.call->line, 6);
    assert_string_equal(finding(1)->finding.scope, "outer");
    assert_int_equal(finding(1)->finding.call->line, 5);
}

static void the_name_is_that_of_the_innermost_scope_without_owner(void **state)
{
    (void)state;
    static const char device;
    assert_null(syspte_scopes_name(scopes));
    (void)syspte_scopes_enter(account, "device", &device);
    assert_null(syspte_scopes_name(scopes));
    (void)enter("outer");
    assert_string_equal(syspte_scopes_name(scopes), "outer");
    (void)enter(NULL);
    assert_string_equal(syspte_scopes_name(scopes), "(unnamed)");
    (void)syspte_scopes_enter(account, "device", &device);
    assert_string_equal(syspte_scopes_name(scopes), "(unnamed)");
}

static void owners_are_numbered_from_1(void **state)
{
    (void)state;
    static const char devices[2];
    assert_int_equal(syspte_scopes_owner(scopes, NULL), 0);
    assert_int_equal(syspte_scopes_owner(scopes, &devices[0]), 1);
    assert_int_equal(syspte_scopes_owner(scopes, &devices[1]), 2);
    assert_int_equal(syspte_scopes_owner(scopes, &devices[0]), 1);
    assert_int_equal(syspte_scopes_owner(scopes, &devices[1]), 2);
}

static void too_many_owners_are_none(void **state)
{
    (void)state;
    static const char devices[SYSPTE_OWNERS];
    for (uint32_t i = 1; i < SYSPTE_OWNERS; i++) {
        assert_int_equal(syspte_scopes_owner(scopes, &devices[i]), i);
    }
    assert_int_equal(syspte_scopes_owner(scopes, &devices[0]), 0);
    assert_int_equal(syspte_scopes_owner(scopes, &devices[SYSPTE_OWNERS - 1]), SYSPTE_OWNERS - 1);
    assert_int_equal(account->findings.count, 0);

    syspte_scope scope = syspte_scopes_enter(account, "one more", &devices[0]);
    assert_int_not_equal(scope, 0);
    complains(0, "one more", "255 owners are known already: this one is treated as none");
    assert_string_equal(syspte_scopes_name(scopes), "one more");
    (void)syspte_scopes_enter(account, "known", &devices[1]);
    assert_int_equal(account->findings.count, 1);
}

static void owned_scopes_end_in_any_order(void **state)
{
    (void)state;
    static const char devices[2];
    syspte_scope first = syspte_scopes_enter(account, "first", &devices[0]);
    syspte_scope second = syspte_scopes_enter(account, "second", &devices[1]);
    map(1, 1, 5, syspte_scopes_owner(scopes, &devices[0]));
    map(2, 1, 6, syspte_scopes_owner(scopes, &devices[1]));
    map(3, 1, 7, 0);

    assert_int_equal(leave(first), 1);
    assert_int_equal(finding(0)->finding.call->line, 5);
    assert_int_equal(scopes->count, 1);
    assert_int_equal(leave(second), 1);
    assert_int_equal(finding(1)->finding.call->line, 6);
    assert_int_equal(account->findings.count, 2);
}

static void a_mapping_of_an_owner_leaks_from_its_scope_alone(void **state)
{
    (void)state;
    static const char device;
    syspte_scope test = enter("test");
    syspte_scope owned = syspte_scopes_enter(account, "device", &device);
    map(1, 1, 5, syspte_scopes_owner(scopes, &device));
    map(2, 1, 6, 0);

    assert_int_equal(leave(test), 1);
    assert_int_equal(finding(0)->finding.call->line, 6);
    assert_int_equal(leave(owned), 1);
    assert_string_equal(finding(1)->finding.scope, "device");
}

static void without_an_open_scope_of_its_owner_a_mapping_is_the_tests(void **state)
{
    (void)state;
    static const char devices[2];
    uint32_t stranger = syspte_scopes_owner(scopes, &devices[1]);
    syspte_scope test = enter("test");
    syspte_scope owned = syspte_scopes_enter(account, "device", &devices[0]);
    map(1, 1, 5, stranger);

    assert_int_equal(leave(owned), 0);
    assert_int_equal(leave(test), 1);
    assert_string_equal(finding(0)->finding.scope, "test");
}

static void after_the_scope_of_its_owner_a_mapping_is_the_tests(void **state)
{
    (void)state;
    static const char device;
    syspte_scope test = enter("test");
    (void)leave(syspte_scopes_enter(account, "device", &device));
    map(1, 1, 5, syspte_scopes_owner(scopes, &device));

    assert_int_equal(leave(test), 1);
}

static void a_scope_opened_first_keeps_the_mappings_of_its_owner(void **state)
{
    (void)state;
    static const char device;
    syspte_scope owned = syspte_scopes_enter(account, "device", &device);
    syspte_scope test = enter("test");
    map(1, 1, 5, syspte_scopes_owner(scopes, &device));

    assert_int_equal(leave(test), 0);
    assert_int_equal(leave(owned), 1);
}

static void leaving_one_of_many_scopes_keeps_the_others(void **state)
{
    (void)state;
    static const char devices[4];
    syspte_scope handles[4];
    for (unsigned i = 0; i < 4; i++) {
        handles[i] = syspte_scopes_enter(account, "device", &devices[i]);
    }
    assert_int_equal(leave(handles[2]), 0);
    assert_int_equal(leave(handles[1]), 0);

    assert_int_equal(scopes->count, 2);
    assert_int_equal(scopes->rows[0].handle, handles[0]);
    assert_int_equal(scopes->rows[1].handle, handles[3]);
    assert_int_equal(account->findings.count, 0);
}

static void leaving_a_scope_closes_those_inside_it(void **state)
{
    (void)state;
    static const char device;
    syspte_scope outer = enter("outer");
    (void)enter("inner");
    syspte_scope owned = syspte_scopes_enter(account, "device", &device);
    map(1, 1, 5, 0);
    (void)enter("innermost");
    map(2, 1, 6, 0);

    assert_int_equal(leave(outer), 0); // both leaks were told further inside
    assert_int_equal(account->findings.count, 4);
    complains(0, "innermost", "not left before the scope around it");
    assert_string_equal(finding(1)->finding.scope, "innermost");
    complains(2, "inner", "not left before the scope around it");
    assert_string_equal(finding(3)->finding.scope, "inner");
    assert_int_equal(scopes->count, 1);
    assert_int_equal(leave(owned), 0);
    assert_int_equal(account->findings.count, 4);
}

static void leaving_an_owned_scope_closes_no_other(void **state)
{
    (void)state;
    static const char device;
    syspte_scope owned = syspte_scopes_enter(account, "device", &device);
    syspte_scope test = enter("test");

    assert_int_equal(leave(owned), 0);
    assert_int_equal(scopes->count, 1);
    assert_int_equal(leave(test), 0);
    assert_int_equal(account->findings.count, 0);
}

static void a_scope_that_is_not_open_cannot_be_left(void **state)
{
    (void)state;
    syspte_scope scope = enter("test");
    assert_int_equal(leave(scope), 0);
    assert_int_equal(leave(scope), 0);
    complains(0, NULL, "left a scope that is not open");
    assert_int_equal(leave(0), 0);
    assert_int_equal(finding(0)->finding.count, 2);
    assert_int_not_equal(enter("again"), scope);
}

static void more_than_64_scopes_are_refused(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SYSPTE_SCOPES_OPEN; i++) {
        assert_int_not_equal(enter("test"), 0);
    }
    assert_int_equal(enter("more"), 0);
    complains(0, "more", "64 scopes are open already: leave some first");
    assert_int_equal(cycle("cycle"), 0);
    complains(1, "cycle", "64 scopes are open already: leave some first");
    assert_false(scopes->tally_used[0]);
    assert_int_equal(scopes->count, SYSPTE_SCOPES_OPEN);
}

// ---- Cycles

static void the_first_cycle_is_its_warm_up(void **state)
{
    (void)state;
    syspte_scope scope = cycle("resume");
    map(1, 1, 5, 0);
    assert_int_equal(leave(scope), 0);
    assert_int_equal(account->findings.count, 0);

    scope = cycle("resume");
    map(2, 3, 5, 0);
    assert_int_equal(leave(scope), 3);
    assert_int_equal(account->findings.count, 1);
}

static void an_exchange_of_one_page_for_another_is_no_growth(void **state)
{
    (void)state;
    map(1, 1, 5, 0);
    for (unsigned i = 0; i < 4; i++) {
        syspte_scope scope = cycle("resume");
        map(2 + i, 1, 5, 0);
        core_unmap(a, 1 + i);
        assert_int_equal(leave(scope), 0);
    }
    assert_int_equal(account->findings.count, 0);
}

static void each_site_grows_for_itself(void **state)
{
    (void)state;
    (void)leave(cycle("resume"));
    map(1, 4, 5, 0);
    syspte_scope scope = cycle("resume");
    core_unmap(a, 1); // hw.c:5 shrinks by 4
    map(10, 3, 6, 0);
    map(20, 2, 7, 0);
    map(30, 1, 6, 0);

    assert_int_equal(leave(scope), 6);
    assert_int_equal(account->findings.count, 2);
    assert_int_equal(finding(0)->finding.call->line, 6);
    assert_int_equal(finding(0)->finding.pte_count, 4);
    assert_int_equal(finding(1)->finding.call->line, 7);
    assert_int_equal(finding(1)->finding.pte_count, 2);
}

static void growth_tells_what_the_cycle_mapped_and_holds(void **state)
{
    (void)state;
    (void)leave(cycle("resume"));
    map(50, 1, 5, 0);
    syspte_scope scope = cycle("resume");
    map(20, 2, 5, 0);
    map(10, 1, 5, 0);
    map(15, 1, 6, 0);
    map(22, 3, 5, 0); // right behind the row before
    syspte_row lower = {.id = 40,
                        .physical_address = 0xFEBC9011,
                        .bytes = 1,
                        .pte_count = 1,
                        .context = core_site(a, "hw.c", 5)};
    syspte_ledger_reach(&account->ledger, 40, 2);
    syspte_account_born(account, &lower);
    lower.id = 41; // as low: the first one is told
    syspte_account_born(account, &lower);

    assert_int_equal(leave(scope), 9);
    const syspte_finding *f = &finding(0)->finding;
    assert_int_equal(f->rule, SYSPTE_RULE_GROWTH);
    assert_int_equal(f->severity, SYSPTE_GROWTH);
    assert_int_equal(f->physical_address, 0xFEBC9011);
    assert_int_equal(f->physical_last, 0xFEBC0000 + 25 * 0x1000 - 1);
    assert_int_equal(f->system_va, 0xFFFFF88000028011ull);
    assert_int_equal(f->sequence, 8); // after seven births
    assert_string_equal(f->scope, "resume");
}

static void growth_without_a_context_is_found_in_each_cycle(void **state)
{
    (void)state;
    (void)leave(cycle("resume"));
    for (uint64_t i = 0; i < 3; i++) {
        syspte_scope scope = cycle("resume");
        (void)core_map(a, i * 2, 2, 0);
        assert_int_equal(leave(scope), 2);
    }
    assert_int_equal(account->findings.count, 1);
    assert_null(finding(0)->finding.call);
    assert_int_equal(finding(0)->finding.physical_address, 0xFEBC0000); // of PTE 0
}

static void growth_has_the_byte_offset_in_its_address(void **state)
{
    (void)state;
    (void)leave(cycle("resume"));
    syspte_scope scope = cycle("resume");
    syspte_row row = {.id = 4,
                      .physical_address = 0x1234,
                      .bytes = 1,
                      .pte_count = 1,
                      .context = core_site(a, "hw.c", 5)};
    syspte_ledger_reach(&account->ledger, 4, 1);
    syspte_account_born(account, &row);

    assert_int_equal(leave(scope), 1);
    assert_int_equal(finding(0)->finding.system_va, 0xFFFFF88000004234ull);
    assert_int_equal(finding(0)->finding.physical_address, 0x1234);
    assert_int_equal(finding(0)->finding.physical_last, 0x1234);
}

static void growth_begins_behind_the_spare_ptes_in_front(void **state)
{
    (void)state;
    (void)leave(cycle("resume"));
    syspte_scope scope = cycle("resume");
    syspte_row row = {.id = 4,
                      .physical_address = 0x1234,
                      .bytes = 1,
                      .pte_count = 3,
                      .spare = 2,
                      .front = 2,
                      .context = core_site(a, "hw.c", 5)};
    syspte_ledger_reach(&account->ledger, 4, 3);
    syspte_account_born(account, &row);

    assert_int_equal(leave(scope), 3);
    assert_int_equal(finding(0)->finding.system_va, 0xFFFFF88000006234ull);
}

static void cycles_that_grew_are_counted_among_those_judged(void **state)
{
    (void)state;
    static const uint64_t grows[] = {9, 3, 0, 5, 2, 0};
    uint64_t id = 0;
    for (size_t i = 0; i < COUNT_OF(grows); i++) {
        syspte_scope scope = cycle("resume");
        if (grows[i] != 0) {
            map(id, grows[i], 5, 0);
            id += grows[i];
        }
        assert_int_equal(leave(scope), i == 0 ? 0 : grows[i]);
    }

    const syspte_finding_row *row = finding(0);
    assert_int_equal(account->findings.count, 1);
    assert_int_equal(row->finding.cycles, 3);
    assert_int_equal(row->finding.cycles_judged, 5);
    assert_int_equal(row->finding.pte_count, 10);
    assert_int_equal(row->growth_least, 2);
    assert_int_equal(row->growth_most, 5);
}

static void the_cycle_since_which_each_one_grew_is_known(void **state)
{
    (void)state;
    // Cycle 1 is the warm-up.
    static const uint64_t grows[] = {1, 1, 1, 0, 1, 1, 1, 0};
    static const uint64_t since[] = {0, 2, 2, 0, 5, 5, 5, 0};
    for (size_t i = 0; i < COUNT_OF(grows); i++) {
        syspte_scope scope = cycle("resume");
        if (grows[i] != 0) {
            map(i, 1, 5, 0);
        }
        (void)leave(scope);
        if (i > 0) {
            assert_int_equal(finding(0)->finding.cycles_since, since[i]);
        }
    }
    assert_int_equal(account->findings.count, 1);
}

// A mapping of one page at that physical address from hw.c:`line`.
static void map_at(uint64_t id, uint64_t physical_address, uint32_t line)
{
    syspte_row row = {.id = id,
                      .physical_address = physical_address,
                      .bytes = 4096,
                      .pte_count = 1,
                      .context = core_site(a, "hw.c", line)};
    syspte_ledger_reach(&account->ledger, id, 1);
    syspte_account_born(account, &row);
}

static void the_same_range_again_is_said(void **state)
{
    (void)state;
    syspte_scope scope = cycle("resume");
    map_at(0, 0xF0000000, 5);
    map_at(1, 0xF1000000, 6);
    map_at(2, 0xF2000000, 7);
    map_at(3, 0xF5000000, 9);
    map_at(4, 0xF6000000, 9);
    (void)leave(scope);
    scope = cycle("resume");
    map_at(5, 0xF0000000, 5); // again
    map_at(6, 0xF3000000, 6); // another one
    map_at(7, 0xF4000000, 8); // for the first time
    map_at(8, 0xF6000000, 9); // again, beside others
    (void)leave(scope);

    assert_int_equal(account->findings.count, 4);
    assert_string_equal(finding(0)->finding.text,
                        "the same physical range each time, and the older mappings stay");
    assert_int_equal(finding(0)->finding.call->line, 5);
    for (uint32_t i = 1; i < 4; i++) {
        assert_null(finding(i)->finding.text);
    }
}

static void the_site_with_most_ptes_is_the_top(void **state)
{
    (void)state;
    assert_int_equal(syspte_scopes_top(account), 0);
    map(0, 2, 5, 0);
    map(2, 3, 6, 0);
    assert_int_equal(syspte_scopes_top(account), core_site(a, "hw.c", 6));
    map(5, 1, 5, 0); // as many: the first one
    assert_int_equal(syspte_scopes_top(account), core_site(a, "hw.c", 5));
    (void)core_map(a, 6, 4, 0); // without a context
    assert_int_equal(syspte_scopes_top(account), 0);
    core_unmap(a, 6);
    core_unmap(a, 0);
    assert_int_equal(syspte_scopes_top(account), core_site(a, "hw.c", 6));
    syspte_scopes_wipe(scopes, account->contexts.count);
    assert_true(core_all_zero(scopes->tallies[0], syspte_scopes_storage(core_sizes.contexts)));
}

static void each_name_is_a_series_of_its_own(void **state)
{
    (void)state;
    char name[] = "resume"; // equal by content, not by address
    (void)leave(cycle("resume"));
    (void)leave(cycle("other"));
    syspte_scope scope = cycle(name);
    map(1, 1, 5, 0);
    assert_int_equal(leave(scope), 1);
    (void)leave(cycle("other"));
    scope = cycle("other");
    map(2, 1, 5, 0);
    assert_int_equal(leave(scope), 1);

    assert_int_equal(account->findings.count, 2);
    assert_int_equal(finding(0)->finding.cycles_judged, 1);
    assert_int_equal(finding(1)->finding.cycles_judged, 2);
    assert_int_equal(scopes->series_count, 2);
}

static void cycles_inside_each_other_are_compared_each_with_its_own_begin(void **state)
{
    (void)state;
    (void)leave(cycle("outer"));
    (void)leave(cycle("inner"));
    syspte_scope outer = cycle("outer");
    map(1, 1, 5, 0);
    syspte_scope inner = cycle("inner");
    map(2, 2, 5, 0);

    assert_int_equal(leave(inner), 2);
    assert_int_equal(leave(outer), 3);
}

static void an_unnamed_cycle_is_a_series_too(void **state)
{
    (void)state;
    (void)leave(cycle(NULL));
    syspte_scope scope = cycle(NULL);
    map(1, 1, 5, 0);
    assert_int_equal(leave(scope), 1);
    assert_string_equal(finding(0)->finding.scope, "(unnamed)");
}

static const char too_many[] =
    "8 cycles are open, or cycles of 64 names were: leave some, or use fewer names";

static void more_than_8_open_cycles_are_refused(void **state)
{
    (void)state;
    syspte_scope last = 0;
    for (unsigned i = 0; i < SYSPTE_CYCLES_OPEN; i++) {
        last = cycle("resume");
        assert_int_not_equal(last, 0);
    }
    assert_int_equal(cycle("more"), 0);
    complains(0, "more", too_many);
    assert_int_equal(leave(last), 0);
    assert_int_not_equal(cycle("resume"), 0);
}

static void more_than_64_names_are_refused(void **state)
{
    (void)state;
    static char names[SYSPTE_SERIES + 1][8];
    for (unsigned i = 0; i < SYSPTE_SERIES; i++) {
        snprintf(names[i], sizeof(names[i]), "c%u", i);
        (void)leave(cycle(names[i]));
    }
    assert_int_equal(account->findings.count, 0);
    snprintf(names[SYSPTE_SERIES], sizeof(names[0]), "more");
    assert_int_equal(cycle(names[SYSPTE_SERIES]), 0);
    complains(0, "more", too_many);
    assert_int_equal(scopes->series_count, SYSPTE_SERIES);
    assert_int_not_equal(cycle(names[SYSPTE_SERIES - 1]), 0);
}

static void growth_that_finds_no_room_is_still_returned(void **state)
{
    (void)state;
    account->findings.capacity = 0;
    (void)leave(cycle("resume"));
    syspte_scope scope = cycle("resume");
    map(1, 2, 5, 0);
    assert_int_equal(leave(scope), 2);
    assert_int_equal(account->findings.dropped, 1);
}

static void a_full_table_of_contexts_fills_the_tallies(void **state)
{
    (void)state;
    (void)leave(cycle("resume"));
    for (uint32_t line = 1; line < core_sizes.contexts; line++) {
        (void)core_site(a, "hw.c", line);
    }
    assert_int_equal(account->contexts.count, core_sizes.contexts);
    syspte_scope scope = cycle("resume");
    map(0, 1, core_sizes.contexts - 1, 0);
    assert_int_equal(leave(scope), 1);
    assert_int_equal(finding(0)->finding.call->line, core_sizes.contexts - 1);
} // the teardown looks behind the last tally

static void a_wipe_clears_the_tallies_of_cycles(void **state)
{
    (void)state;
    uint64_t bytes = syspte_scopes_storage(core_sizes.contexts);
    assert_int_equal(bytes, 9 * 3 * 8 * core_sizes.contexts);
    for (unsigned i = 0; i <= SYSPTE_CYCLES_OPEN; i++) {
        assert_ptr_equal(scopes->tallies[i], scopes->tallies[0] + i * 3 * core_sizes.contexts);
    }
    (void)leave(cycle("resume"));
    map(1, 2, 5, 0);
    map(3, 2, 6, 0);
    (void)leave(cycle("resume"));
    (void)cycle("resume");
    (void)cycle("resume");
    assert_false(core_all_zero(scopes->tallies[0], bytes));

    syspte_scopes_wipe(scopes, account->contexts.count);
    assert_true(core_all_zero(scopes->tallies[0], bytes));
}

#define on_account(test) cmocka_unit_test_setup_teardown(test, open_account, close_account)

int core_test_scope(void)
{
    const struct CMUnitTest tests[] = {
        on_account(a_clean_lifetime_finds_nothing),
        on_account(what_outlives_its_scope_is_a_leak),
        on_account(the_innermost_scope_reports_a_leak_and_no_other),
        on_account(the_name_is_that_of_the_innermost_scope_without_owner),
        on_account(owners_are_numbered_from_1),
        on_account(too_many_owners_are_none),
        on_account(owned_scopes_end_in_any_order),
        on_account(a_mapping_of_an_owner_leaks_from_its_scope_alone),
        on_account(without_an_open_scope_of_its_owner_a_mapping_is_the_tests),
        on_account(after_the_scope_of_its_owner_a_mapping_is_the_tests),
        on_account(a_scope_opened_first_keeps_the_mappings_of_its_owner),
        on_account(leaving_one_of_many_scopes_keeps_the_others),
        on_account(leaving_a_scope_closes_those_inside_it),
        on_account(leaving_an_owned_scope_closes_no_other),
        on_account(a_scope_that_is_not_open_cannot_be_left),
        on_account(more_than_64_scopes_are_refused),
        on_account(the_first_cycle_is_its_warm_up),
        on_account(an_exchange_of_one_page_for_another_is_no_growth),
        on_account(each_site_grows_for_itself),
        on_account(growth_tells_what_the_cycle_mapped_and_holds),
        on_account(growth_without_a_context_is_found_in_each_cycle),
        on_account(growth_has_the_byte_offset_in_its_address),
        on_account(growth_begins_behind_the_spare_ptes_in_front),
        on_account(cycles_that_grew_are_counted_among_those_judged),
        on_account(the_cycle_since_which_each_one_grew_is_known),
        on_account(the_same_range_again_is_said),
        on_account(the_site_with_most_ptes_is_the_top),
        on_account(each_name_is_a_series_of_its_own),
        on_account(cycles_inside_each_other_are_compared_each_with_its_own_begin),
        on_account(an_unnamed_cycle_is_a_series_too),
        on_account(more_than_8_open_cycles_are_refused),
        on_account(more_than_64_names_are_refused),
        on_account(growth_that_finds_no_room_is_still_returned),
        on_account(a_full_table_of_contexts_fills_the_tallies),
        on_account(a_wipe_clears_the_tallies_of_cycles),
    };
    return cmocka_run_group_tests_name("core.scope", tests, NULL, NULL);
}
