// SPDX-License-Identifier: MIT
// IRQL as a number of each thread, its rules, and the limits of the mapping functions at their very
// edges. What a violation stops with: test_misuse.c.
#include "harness.h"

#include <pthread.h>

static void boot_strict(syspte_strictness strictness, bool unmap_at_apc)
{
    syspte_config config = syspte_config_default();
    config.strictness = strictness;
    config.unmap_at_apc = unmap_at_apc;
    boot(&config);
}

static void raise_and_lower_give_the_old_irql_back(void **state)
{
    KIRQL before = 99;
    (void)state;

    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeRaiseIrql(APC_LEVEL, &before);
    assert_int_equal(before, PASSIVE_LEVEL);
    assert_int_equal(KeRaiseIrqlToDpcLevel(), APC_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeRaiseIrql(HIGH_LEVEL, &before);
    assert_int_equal(before, DISPATCH_LEVEL);
    KeLowerIrql(DISPATCH_LEVEL);
    KeLowerIrql(PASSIVE_LEVEL);

    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_no_findings();
}

static void raise_to_the_same_irql_is_right(void **state)
{
    KIRQL before;
    (void)state;

    KeRaiseIrql(PASSIVE_LEVEL, &before);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    assert_int_equal(KeRaiseIrqlToDpcLevel(), DISPATCH_LEVEL);
    KeLowerIrql(DISPATCH_LEVEL);

    assert_no_findings();
}

static void raise_to_a_lower_irql_is_misuse(void **state)
{
    KIRQL before;
    (void)state;
    KeRaiseIrql(DISPATCH_LEVEL, &before);

    KeRaiseIrql(APC_LEVEL, &before);

    syspte_finding finding = only_finding(SYSPTE_RULE_RAISE_IRQL);
    assert_int_equal(finding.severity, SYSPTE_MISUSE);
    assert_int_equal(finding.bugcheck.parameter[0], 0x30);
    assert_int_equal(finding.bugcheck.parameter[1], DISPATCH_LEVEL);
    assert_int_equal(finding.bugcheck.parameter[2], APC_LEVEL);
    assert_int_equal(finding.call->api, SYSPTE_API_KE_RAISE_IRQL);
}

static void raise_to_dpc_level_from_above_is_misuse(void **state)
{
    KIRQL before;
    (void)state;
    KeRaiseIrql(HIGH_LEVEL, &before);

    (void)KeRaiseIrqlToDpcLevel();

    (void)only_finding(SYSPTE_RULE_RAISE_IRQL);
}

static void raise_past_high_level_is_misuse(void **state)
{
    KIRQL before;
    (void)state;

    KeRaiseIrql(HIGH_LEVEL + 1, &before);

    (void)only_finding(SYSPTE_RULE_RAISE_IRQL);
}

static void lower_to_a_higher_irql_is_misuse(void **state)
{
    (void)state;

    KeLowerIrql(APC_LEVEL);

    syspte_finding finding = only_finding(SYSPTE_RULE_LOWER_IRQL);
    assert_int_equal(finding.bugcheck.parameter[0], 0x31);
    assert_int_equal(finding.bugcheck.parameter[1], PASSIVE_LEVEL);
    assert_int_equal(finding.bugcheck.parameter[2], APC_LEVEL);
}

static void lower_wrongly(void)
{
    KeLowerIrql(DISPATCH_LEVEL);
}

static void raise_wrongly(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    KeRaiseIrql(PASSIVE_LEVEL, &before);
}

static void wrong_irql_change_stops_the_verifier(void **state)
{
    (void)state;

    boot_strict(SYSPTE_VERIFIER, false);
    assert_true(stops(lower_wrongly));
    assert_stop(0xC4, 0x31, PASSIVE_LEVEL, DISPATCH_LEVEL, 0);
    boot_strict(SYSPTE_VERIFIER, false);
    assert_true(stops(raise_wrongly));
    assert_stop(0xC4, 0x30, DISPATCH_LEVEL, PASSIVE_LEVEL, 0);
}

static void map_and_unmap_are_right_up_to_dispatch_level(void **state)
{
    KIRQL before;
    (void)state;
    boot_strict(SYSPTE_VERIFIER, false);

    for (KIRQL irql = PASSIVE_LEVEL; irql <= DISPATCH_LEVEL; irql++) {
        KeRaiseIrql(irql, &before);
        PVOID va = map(BAR, PAGE);
        assert_int_equal(mapping_at(va).context->irql, irql);
        unmap(va, PAGE);
        va = MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_READWRITE | PAGE_NOCACHE);
        unmap(va, PAGE);
        KeLowerIrql(before);
    }
    assert_no_findings();
}

static void video_functions_are_right_up_to_apc_level(void **state)
{
    KIRQL before;
    (void)state;
    boot_strict(SYSPTE_VERIFIER, false);

    KeRaiseIrql(APC_LEVEL, &before);
    MmUnmapVideoDisplay(MmMapVideoDisplay(physical(BAR), PAGE, MmCached), PAGE);

    assert_no_findings();
}

static void map_above_dispatch_level_still_maps_below_the_verifier(void **state)
{
    KIRQL before;
    (void)state;
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);

    PVOID va = map(BAR, PAGE);

    assert_non_null(va);
    syspte_finding finding = only_finding(SYSPTE_RULE_MAP_IRQL);
    assert_false(finding.stopped);
    assert_int_equal(finding.call->irql, DISPATCH_LEVEL + 1);
}

static void unmap_above_apc(void)
{
    KIRQL before;
    PVOID va = map(BAR + 0x10, 8);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    unmap(va, 8);
}

static void unmap_at_dispatch_level_is_wrong_by_the_verifiers_text(void **state)
{
    (void)state;
    boot_strict(SYSPTE_VERIFIER, true);

    assert_true(stops(unmap_above_apc));

    assert_stop(0xC4, 0x7B, DISPATCH_LEVEL, va_of(0) + 0x10, 8);
}

static void unmap_at_apc_level_is_right_by_the_verifiers_text(void **state)
{
    KIRQL before;
    (void)state;
    boot_strict(SYSPTE_VERIFIER, true);

    PVOID va = map(BAR, PAGE);
    KeRaiseIrql(APC_LEVEL, &before);
    unmap(va, PAGE);

    assert_no_findings();
}

static void *irql_of_a_thread(void *context)
{
    KIRQL before;
    KIRQL *seen_irql = context;
    seen_irql[0] = KeGetCurrentIrql();
    KeRaiseIrql(APC_LEVEL, &before);
    seen_irql[1] = KeGetCurrentIrql();
    return NULL;
}

static void each_thread_has_an_irql_of_its_own(void **state)
{
    pthread_t thread;
    KIRQL before;
    KIRQL other[2] = {99, 99};
    (void)state;
    KeRaiseIrql(DISPATCH_LEVEL, &before);

    assert_int_equal(pthread_create(&thread, NULL, irql_of_a_thread, other), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);

    assert_int_equal(other[0], PASSIVE_LEVEL);
    assert_int_equal(other[1], APC_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
}

static void new_machine_begins_at_passive_level(void **state)
{
    KIRQL before;
    (void)state;
    KeRaiseIrql(HIGH_LEVEL, &before);

    boot(NULL);

    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static void wrong_irql_change_without_a_machine_asks_for_one(void **state)
{
    (void)state;
    (void)syspte_shutdown();

    KeLowerIrql(APC_LEVEL);

    assert_complaint("there is no machine: call syspte_boot first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(raise_and_lower_give_the_old_irql_back),
        machine_test(raise_to_the_same_irql_is_right),
        machine_test(raise_to_a_lower_irql_is_misuse),
        machine_test(raise_to_dpc_level_from_above_is_misuse),
        machine_test(raise_past_high_level_is_misuse),
        machine_test(lower_to_a_higher_irql_is_misuse),
        hooked_test(wrong_irql_change_stops_the_verifier),
        hooked_test(map_and_unmap_are_right_up_to_dispatch_level),
        hooked_test(video_functions_are_right_up_to_apc_level),
        machine_test(map_above_dispatch_level_still_maps_below_the_verifier),
        hooked_test(unmap_at_dispatch_level_is_wrong_by_the_verifiers_text),
        hooked_test(unmap_at_apc_level_is_right_by_the_verifiers_text),
        machine_test(each_thread_has_an_irql_of_its_own),
        machine_test(new_machine_begins_at_passive_level),
        machine_test(wrong_irql_change_without_a_machine_asks_for_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
