// SPDX-License-Identifier: MIT
// Scopes through the machine: lifetimes, owners, cycles, nesting, and whose mapping is whose at
// DISPATCH_LEVEL. With them the patterns of drivers that leak on resume, and of those that do not.
#include "harness.h"

#include <stdio.h>

static const char *const device_a = "a";
static const char *const device_b = "b";

// ---- Lifetimes

static void mapping_alive_at_the_end_is_a_leak(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("start to stop");
    PVOID va = map(BAR + 0x10, 2 * PAGE);
    int line = __LINE__ - 1;

    assert_int_equal(syspte_scope_leave(scope), 1);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.severity, SYSPTE_LEAK);
    assert_string_equal(finding.scope, "start to stop");
    assert_int_equal(finding.call->line, line);
    assert_int_equal(finding.pte_count, 3);
    assert_int_equal(finding.count, 1);
    assert_int_equal(finding.system_va, va_of(0) + 0x10);
    assert_int_equal(finding.physical_address, BAR + 0x10);
    assert_int_equal(finding.physical_last, BAR + 0x10 + 2 * PAGE - 1);
    assert_int_equal(finding.bytes, 2 * PAGE);
    assert_int_equal(mapping_at(va).pte_count, 3); // it is told, not taken away
}

static void mapping_given_back_in_time_is_none(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("start to stop");
    unmap(map(BAR, PAGE), PAGE);

    assert_int_equal(syspte_scope_leave(scope), 0);

    assert_no_findings();
}

static void mapping_from_before_is_none_of_the_scopes(void **state)
{
    (void)state;
    PVOID before = map(BAR, PAGE);
    syspte_scope scope = syspte_scope_enter("inner");

    assert_int_equal(syspte_scope_leave(scope), 0);

    assert_no_findings();
    unmap(before, PAGE);
}

static void mapping_from_before_may_end_inside(void **state)
{
    (void)state;
    PVOID before = map(BAR, PAGE);
    syspte_scope scope = syspte_scope_enter("inner");
    unmap(before, PAGE);

    assert_int_equal(syspte_scope_leave(scope), 0);
    assert_no_findings();
}

static void leaks_of_one_site_are_one_finding(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("600 migrations");
    for (uint64_t i = 0; i < 600; i++) {
        (void)map(BAR + i * PAGE, PAGE);
    }

    assert_int_equal(syspte_scope_leave(scope), 600);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.count, 600);
    assert_int_equal(finding.pte_count, 600);
    assert_int_equal(finding.physical_address, BAR);
    assert_int_equal(finding.physical_last, BAR + 600 * PAGE - 1);
    assert_int_equal(syspte_report_failures(), 1);
}

static void leak_is_told_once_by_the_innermost_scope(void **state)
{
    (void)state;
    syspte_scope outer = syspte_scope_enter("outer");
    syspte_scope inner = syspte_scope_enter("inner");
    PVOID va = map(BAR, PAGE);
    assert_non_null(va);

    assert_int_equal(syspte_scope_leave(inner), 1);
    assert_int_equal(syspte_scope_leave(outer), 0);
    assert_int_equal(syspte_shutdown(), 1);

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).scope, "inner");
    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).count, 1);
}

static void leak_of_the_outer_scope_is_told_by_it(void **state)
{
    (void)state;
    syspte_scope outer = syspte_scope_enter("outer");
    (void)map(BAR, PAGE);
    syspte_scope inner = syspte_scope_enter("inner");

    assert_int_equal(syspte_scope_leave(inner), 0);
    assert_int_equal(syspte_scope_leave(outer), 1);

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).scope, "outer");
}

static void what_no_scope_saw_is_told_at_shutdown(void **state)
{
    (void)state;
    (void)map(BAR, PAGE);

    assert_int_equal(syspte_shutdown(), 1);

    assert_null(only_finding(SYSPTE_RULE_LEAK).scope);
}

static void other_findings_name_the_innermost_scope(void **state)
{
    (void)state;
    syspte_scope outer = syspte_scope_enter("outer");
    syspte_scope inner = syspte_scope_enter("inner");

    (void)map(BAR, 0);

    assert_string_equal(only_finding(SYSPTE_RULE_MAP_ZERO).scope, "inner");
    (void)syspte_scope_leave(inner);
    (void)syspte_scope_leave(outer);
}

// ---- Pairs

static void scope_left_twice_is_a_finding(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("once");
    (void)syspte_scope_leave(scope);

    assert_int_equal(syspte_scope_leave(scope), 0);

    assert_int_equal(only_finding(SYSPTE_RULE_SCOPE).severity, SYSPTE_MISUSE);
}

static void scope_never_entered_is_a_finding(void **state)
{
    (void)state;

    assert_int_equal(syspte_scope_leave(12345), 0);

    (void)only_finding(SYSPTE_RULE_SCOPE);
}

static void inner_scopes_left_open_are_closed_first(void **state)
{
    (void)state;
    syspte_scope outer = syspte_scope_enter("outer");
    (void)syspte_scope_enter("middle");
    syspte_scope inner = syspte_scope_enter("inner");
    (void)map(BAR, PAGE);

    assert_int_equal(syspte_scope_leave(outer), 0);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_SCOPE), 2);
    assert_string_equal(finding_of(SYSPTE_RULE_LEAK).scope, "inner");
    assert_int_equal(syspte_scope_leave(inner), 0); // not open any more
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_SCOPE), 3);
}

static void scope_65_is_refused(void **state)
{
    syspte_scope scopes[64];
    (void)state;

    for (unsigned i = 0; i < 64; i++) {
        scopes[i] = syspte_scope_enter("nested");
        assert_int_not_equal(scopes[i], 0);
    }
    assert_no_findings();
    assert_int_equal(syspte_scope_enter("one too many"), 0);

    (void)only_finding(SYSPTE_RULE_SCOPE);
    for (unsigned i = 64; i-- > 0;) {
        assert_int_equal(syspte_scope_leave(scopes[i]), 0);
    }
    assert_int_not_equal(syspte_scope_enter("room again"), 0);
    (void)only_finding(SYSPTE_RULE_SCOPE);
}

static void scope_without_a_name_is_told_as_such(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter(NULL);
    (void)map(BAR, PAGE);

    assert_int_equal(syspte_scope_leave(scope), 1);

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).scope, "(unnamed)");
}

static void scopes_without_a_machine_are_refused_in_words(void **state)
{
    (void)state;

    assert_int_equal(syspte_scope_enter("none"), 0);
    assert_complaint("scopes need a machine");
    assert_int_equal(syspte_scope_enter_cycle("none"), 0);
    assert_complaint("scopes need a machine");
    assert_int_equal(syspte_scope_leave(1), 0);
    assert_complaint("scopes need a machine");
    assert_null(syspte_owner_set(device_a));
    assert_complaint("scopes need a machine");
}

// ---- Owners

static void scopes_of_two_owners_end_in_any_order(void **state)
{
    (void)state;
    syspte_scope a = syspte_scope_enter_owned("device a", device_a);
    syspte_scope b = syspte_scope_enter_owned("device b", device_b);
    (void)syspte_owner_set(device_a);
    PVOID of_a = map(BAR, PAGE);
    (void)syspte_owner_set(device_b);
    (void)map(BAR + PAGE, PAGE);
    (void)syspte_owner_set(NULL);
    unmap(of_a, PAGE);

    assert_int_equal(syspte_scope_leave(a), 0);
    assert_no_findings();
    assert_int_equal(syspte_scope_leave(b), 1);

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).scope, "device b");
}

static void mapping_without_owner_is_none_of_an_owners(void **state)
{
    (void)state;
    syspte_scope test = syspte_scope_enter("the test");
    syspte_scope a = syspte_scope_enter_owned("device a", device_a);
    (void)map(BAR, PAGE);

    assert_int_equal(syspte_scope_leave(a), 0);
    assert_int_equal(syspte_scope_leave(test), 1);
}

static void mapping_of_an_owner_without_scope_is_the_innermost_ones(void **state)
{
    (void)state;
    syspte_scope test = syspte_scope_enter("the test");
    (void)syspte_owner_set(device_a);
    (void)map(BAR, PAGE);
    (void)syspte_owner_set(NULL);

    assert_int_equal(syspte_scope_leave(test), 1);
}

static void mapping_of_an_owner_outlives_the_scope_around(void **state)
{
    (void)state;
    syspte_scope a = syspte_scope_enter_owned("device a", device_a);
    syspte_scope test = syspte_scope_enter("the test");
    (void)syspte_owner_set(device_a);
    (void)map(BAR, PAGE);

    assert_int_equal(syspte_scope_leave(test), 0);
    assert_int_equal(syspte_scope_leave(a), 1);

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).scope, "device a");
}

static void owner_set_returns_the_one_before(void **state)
{
    (void)state;

    assert_null(syspte_owner_set(device_a));
    assert_ptr_equal(syspte_owner_set(device_b), device_a);
    assert_ptr_equal(syspte_owner_set(NULL), device_b);
    assert_null(syspte_owner_set(NULL));
}

static void new_machine_has_no_owner(void **state)
{
    (void)state;
    (void)syspte_owner_set(device_a);

    boot(NULL);

    assert_null(syspte_owner_set(NULL));
}

// Another driver's routine may run on the same thread at DISPATCH_LEVEL.
static void owner_set_below_does_not_count_at_dispatch_level(void **state)
{
    KIRQL before;
    (void)state;
    syspte_scope test = syspte_scope_enter("the test");
    syspte_scope a = syspte_scope_enter_owned("device a", device_a);
    (void)syspte_owner_set(device_a);

    KeRaiseIrql(DISPATCH_LEVEL, &before);
    (void)map(BAR, PAGE);
    KeLowerIrql(before);

    assert_int_equal(syspte_scope_leave(a), 0);
    assert_int_equal(syspte_scope_leave(test), 1);
}

static void owner_set_at_dispatch_level_counts_there(void **state)
{
    KIRQL before;
    (void)state;
    syspte_scope test = syspte_scope_enter("the test");
    syspte_scope a = syspte_scope_enter_owned("device a", device_a);

    KeRaiseIrql(DISPATCH_LEVEL, &before);
    (void)syspte_owner_set(device_a);
    (void)map(BAR, PAGE);
    (void)syspte_owner_set(NULL);
    KeLowerIrql(before);

    assert_int_equal(syspte_scope_leave(a), 1);
    assert_int_equal(syspte_scope_leave(test), 0);
}

static void owner_counts_again_when_the_irql_is_lowered(void **state)
{
    KIRQL before;
    (void)state;
    syspte_scope a = syspte_scope_enter_owned("device a", device_a);
    (void)syspte_owner_set(device_a);

    KeRaiseIrql(DISPATCH_LEVEL, &before);
    KeLowerIrql(before);
    (void)map(BAR, PAGE);

    assert_int_equal(syspte_scope_leave(a), 1);
}

static void owner_counts_at_apc_level(void **state)
{
    KIRQL before;
    (void)state;
    syspte_scope a = syspte_scope_enter_owned("device a", device_a);
    (void)syspte_owner_set(device_a);

    KeRaiseIrql(APC_LEVEL, &before);
    (void)map(BAR, PAGE);

    assert_int_equal(syspte_scope_leave(a), 1);
}

static void owner_256_is_treated_as_none_and_told(void **state)
{
    static char owners[256];
    (void)state;

    for (unsigned i = 0; i < 255; i++) {
        syspte_scope scope = syspte_scope_enter_owned("device", &owners[i]);
        assert_int_not_equal(scope, 0);
        (void)syspte_scope_leave(scope);
    }
    assert_no_findings();
    syspte_scope scope = syspte_scope_enter_owned("device", &owners[255]);

    assert_int_not_equal(scope, 0);
    (void)only_finding(SYSPTE_RULE_SCOPE);
    (void)syspte_scope_leave(scope);
}

// ---- Cycles

static PVOID resumed;

// Maps on resume and never unmaps: the driver of the forum thread.
static void resume_and_forget(void)
{
    resumed = map(BAR, 2 * PAGE);
}

static void resume_and_replace(void)
{
    if (resumed != NULL) {
        unmap(resumed, 2 * PAGE);
    }
    resumed = map(BAR, 2 * PAGE);
}

static uint64_t cycle(void (*resume)(void))
{
    syspte_scope scope = syspte_scope_enter_cycle("suspend and resume");
    resume();
    return syspte_scope_leave(scope);
}

static void map_on_resume_without_unmap_grows_each_cycle(void **state)
{
    (void)state;
    resumed = NULL;

    assert_int_equal(cycle(resume_and_forget), 0); // warms up
    assert_no_findings();
    for (int i = 0; i < 10; i++) {
        assert_int_equal(cycle(resume_and_forget), 2);
    }

    syspte_finding finding = only_finding(SYSPTE_RULE_GROWTH);
    assert_int_equal(finding.severity, SYSPTE_GROWTH);
    assert_int_equal(finding.cycles, 10);
    assert_int_equal(finding.cycles_judged, 10);
    assert_int_equal(finding.pte_count, 20);
    assert_string_equal(finding.scope, "suspend and resume");
    assert_string_equal(finding.call->function, "resume_and_forget");
}

static void unmap_old_and_map_new_on_resume_is_clean(void **state)
{
    (void)state;
    resumed = NULL;

    for (int i = 0; i < 10; i++) {
        assert_int_equal(cycle(resume_and_replace), 0);
    }

    assert_no_findings();
    unmap(resumed, 2 * PAGE);
}

static int cycle_number;

static void resume_and_forget_every_third_time(void)
{
    if (cycle_number++ % 3 == 0) {
        (void)map(BAR, PAGE);
    }
}

static void growth_in_some_cycles_tells_how_many(void **state)
{
    (void)state;
    cycle_number = 0;

    for (int i = 0; i < 10; i++) {
        (void)cycle(resume_and_forget_every_third_time);
    }

    syspte_finding finding = only_finding(SYSPTE_RULE_GROWTH);
    assert_int_equal(finding.cycles, 3); // the first of four was in the warm-up
    assert_int_equal(finding.cycles_judged, 9);
    assert_int_equal(finding.pte_count, 3);
}

static void resume_with_one_less_at_one_site_and_one_more_at_another(void)
{
    if (resumed != NULL) {
        unmap(resumed, PAGE);
    }
    if (cycle_number++ % 2 == 0) {
        resumed = map(BAR, PAGE);
    } else {
        resumed = map(BAR + PAGE, PAGE);
    }
}

static void growth_is_judged_for_each_site(void **state)
{
    (void)state;
    resumed = NULL;
    cycle_number = 0;

    for (int i = 0; i < 5; i++) {
        (void)cycle(resume_with_one_less_at_one_site_and_one_more_at_another);
    }

    // No PTE more in all, but each site holds one more in every second cycle.
    assert_int_equal(syspte_finding_count(), 2);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_GROWTH), 4);
    unmap(resumed, PAGE);
}

static void series_of_two_names_warm_up_apart(void **state)
{
    (void)state;

    (void)cycle(resume_and_forget);
    syspte_scope other = syspte_scope_enter_cycle("start and stop");
    resume_and_forget();
    assert_int_equal(syspte_scope_leave(other), 0);

    assert_no_findings();
    assert_int_equal(cycle(resume_and_forget), 2);
}

static void cycles_nest_in_lifetimes(void **state)
{
    (void)state;
    syspte_scope test = syspte_scope_enter("the test");
    (void)cycle(resume_and_forget);
    (void)cycle(resume_and_forget);

    assert_int_equal(syspte_scope_leave(test), 2);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_GROWTH), 1);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 2);
}

static void ninth_open_cycle_is_refused(void **state)
{
    static const char *const names[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    syspte_scope scopes[8];
    (void)state;

    for (unsigned i = 0; i < 8; i++) {
        scopes[i] = syspte_scope_enter_cycle(names[i]);
        assert_int_not_equal(scopes[i], 0);
    }
    assert_int_equal(syspte_scope_enter_cycle("8"), 0);

    (void)only_finding(SYSPTE_RULE_SCOPE);
    for (unsigned i = 8; i-- > 0;) {
        assert_int_equal(syspte_scope_leave(scopes[i]), 0);
    }
}

static void cycle_of_the_65th_name_is_refused(void **state)
{
    static char names[65][8];
    (void)state;

    for (unsigned i = 0; i < 65; i++) {
        (void)snprintf(names[i], sizeof names[i], "%u", i);
        syspte_scope scope = syspte_scope_enter_cycle(names[i]);
        assert_int_equal(scope != 0, i < 64);
        if (scope != 0) {
            (void)syspte_scope_leave(scope);
        }
    }

    (void)only_finding(SYSPTE_RULE_SCOPE);
}

static void new_machine_warms_up_again(void **state)
{
    (void)state;
    (void)cycle(resume_and_forget);
    (void)cycle(resume_and_forget);

    boot(NULL);

    assert_int_equal(cycle(resume_and_forget), 0);
    assert_no_findings();
    assert_int_equal(cycle(resume_and_forget), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(mapping_alive_at_the_end_is_a_leak),
        machine_test(mapping_given_back_in_time_is_none),
        machine_test(mapping_from_before_is_none_of_the_scopes),
        machine_test(mapping_from_before_may_end_inside),
        machine_test(leaks_of_one_site_are_one_finding),
        machine_test(leak_is_told_once_by_the_innermost_scope),
        machine_test(leak_of_the_outer_scope_is_told_by_it),
        machine_test(what_no_scope_saw_is_told_at_shutdown),
        machine_test(other_findings_name_the_innermost_scope),
        machine_test(scope_left_twice_is_a_finding),
        machine_test(scope_never_entered_is_a_finding),
        machine_test(inner_scopes_left_open_are_closed_first),
        machine_test(scope_65_is_refused),
        machine_test(scope_without_a_name_is_told_as_such),
        hooked_test(scopes_without_a_machine_are_refused_in_words),
        machine_test(scopes_of_two_owners_end_in_any_order),
        machine_test(mapping_without_owner_is_none_of_an_owners),
        machine_test(mapping_of_an_owner_without_scope_is_the_innermost_ones),
        machine_test(mapping_of_an_owner_outlives_the_scope_around),
        machine_test(owner_set_returns_the_one_before),
        machine_test(new_machine_has_no_owner),
        machine_test(owner_set_below_does_not_count_at_dispatch_level),
        machine_test(owner_set_at_dispatch_level_counts_there),
        machine_test(owner_counts_again_when_the_irql_is_lowered),
        machine_test(owner_counts_at_apc_level),
        machine_test(owner_256_is_treated_as_none_and_told),
        machine_test(map_on_resume_without_unmap_grows_each_cycle),
        machine_test(unmap_old_and_map_new_on_resume_is_clean),
        machine_test(growth_in_some_cycles_tells_how_many),
        machine_test(growth_is_judged_for_each_site),
        machine_test(series_of_two_names_warm_up_apart),
        machine_test(cycles_nest_in_lifetimes),
        machine_test(ninth_open_cycle_is_refused),
        machine_test(cycle_of_the_65th_name_is_refused),
        machine_test(new_machine_warms_up_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
