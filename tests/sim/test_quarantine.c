// SPDX-License-Identifier: MIT
// The quarantine: freed PTEs wait before they are used again, so that a stale pointer faults; they
// are counted apart and given back, oldest first, before a map is refused.
#include "harness.h"

static void boot_with(uint64_t pte_count, uint64_t quarantine_ptes)
{
    syspte_config config = syspte_config_default();
    config.pte_count = pte_count;
    config.quarantine_ptes = quarantine_ptes;
    boot(&config);
}

static uint64_t id_of(PVOID va)
{
    assert_non_null(va);
    return mapping_at(va).id;
}

static void freed_pte_is_not_used_again_at_once(void **state)
{
    (void)state;
    boot_with(256, 16);
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);

    PVOID next = map(BAR, PAGE);

    assert_ptr_not_equal(next, va);
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_quarantined, 1);
    assert_int_equal(now.pte_free, 254);
    assert_int_equal(now.live_ptes, 1);
    assert_int_equal(now.peak_ptes, 1);
}

static volatile unsigned char *stale;

static void touch_stale(void)
{
    stale[0] = 1;
}

static void stale_pointer_faults_while_others_map(void **state)
{
    (void)state;
    boot_with(256, 16);
    stale = map(BAR, PAGE);
    unmap((PVOID)stale, PAGE);
    for (int i = 0; i < 10; i++) {
        assert_non_null(map(BAR, PAGE));
    }

    VALGRIND_DISABLE_ERROR_REPORTING;
    assert_true(stops(touch_stale));
    VALGRIND_ENABLE_ERROR_REPORTING;

    assert_non_null(only_finding(SYSPTE_RULE_USE_AFTER_UNMAP).unmapped);
}

static void oldest_leave_when_the_quarantine_is_full(void **state)
{
    PVOID va[5];
    (void)state;
    boot_with(256, 4);
    for (int i = 0; i < 5; i++) {
        va[i] = map(BAR, PAGE);
    }
    for (int i = 0; i < 5; i++) {
        unmap(va[i], PAGE);
    }

    assert_int_equal(syspte_counters_now().pte_quarantined, 4);
    assert_int_equal(id_of(map(BAR, PAGE)), 0); // the first freed
    assert_int_equal(id_of(map(BAR, PAGE)), 5); // the others still wait
}

static void run_longer_than_the_quarantine_does_not_wait(void **state)
{
    (void)state;
    boot_with(256, 4);
    PVOID small = map(BAR, 2 * PAGE);
    PVOID large = map(BAR, 5 * PAGE);
    unmap(small, 2 * PAGE);
    unmap(large, 5 * PAGE);

    assert_int_equal(syspte_counters_now().pte_quarantined, 2);
    assert_int_equal(syspte_counters_now().pte_free, 254);
}

static void map_is_refused_only_when_nothing_waits_any_more(void **state)
{
    PVOID va[8];
    (void)state;
    boot_with(8, 8);
    for (int i = 0; i < 8; i++) {
        va[i] = map(BAR, PAGE);
    }
    for (int i = 0; i < 8; i++) {
        unmap(va[i], PAGE);
    }
    assert_int_equal(syspte_counters_now().pte_free, 0);
    assert_int_equal(syspte_counters_now().pte_quarantined, 8);

    PVOID some = map(BAR, 3 * PAGE); // the three oldest are given back for it
    assert_int_equal(id_of(some), 0);
    assert_int_equal(syspte_counters_now().pte_quarantined, 5);
    assert_int_equal(syspte_counters_now().failed_maps, 0);

    assert_null(map(BAR, 6 * PAGE)); // everything was given back for it, in vain
    assert_int_equal(syspte_counters_now().pte_quarantined, 0);
    assert_int_equal(syspte_counters_now().pte_free, 5);
    assert_int_equal(syspte_counters_now().failed_maps, 1);
    assert_non_null(map(BAR, 5 * PAGE));
}

static void unmap_twice_is_told_while_it_waits(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.quarantine_ptes = 64;
    config.strictness = SYSPTE_TRACK;
    boot(&config);
    PVOID va = map(BAR, 2 * PAGE);
    unmap(va, 2 * PAGE);
    (void)map(BAR, 2 * PAGE);

    unmap(va, 2 * PAGE);

    (void)only_finding(SYSPTE_RULE_UNMAP_TWICE);
    assert_int_equal(syspte_counters_now().pte_quarantined, 2);
    assert_int_equal(syspte_counters_now().live_mappings, 1);
}

static void runs_leave_as_they_came_in_a_ring_that_wraps(void **state)
{
    (void)state;
    boot_with(4096, 64);

    for (uint64_t i = 0; i < 1000; i++) {
        uint64_t pages = 1 + i % 7;
        unmap(map(BAR, pages * PAGE), pages * PAGE);
        assert_true(syspte_counters_now().pte_quarantined <= 64);
    }

    syspte_counters now = syspte_counters_now();
    assert_true(now.pte_quarantined > 56);
    assert_int_equal(now.pte_free + now.pte_quarantined, 4096);
    assert_null(syspte_machine_check());
    assert_non_null(map(BAR, 4096 * PAGE));
    assert_int_equal(syspte_counters_now().pte_quarantined, 0);
}

static void without_quarantine_freed_ptes_are_used_at_once(void **state)
{
    (void)state;
    boot_with(256, 0);
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);

    assert_ptr_equal(map(BAR, PAGE), va);
    assert_int_equal(syspte_counters_now().pte_quarantined, 0);
}

static void machine_after_one_with_a_quarantine_starts_clean(void **state)
{
    (void)state;
    syspte_config first = syspte_config_default();
    first.profile = syspte_profile_find("tiny");
    first.accounting_only = true;
    first.quarantine_ptes = 256;
    syspte_config second = first;
    second.quarantine_ptes = 0;
    // Of the same size, so that the second machine is lent the first one's tables.
    second.history_rows = first.history_rows + 64;
    for (int round = 0; round < 3; round++) {
        boot(&first);
        for (int i = 0; i < 1000; i++) {
            unmap(map(BAR, PAGE), PAGE);
        }
        (void)syspte_shutdown();
        for (uint32_t rows = 0; rows < 512; rows += 16) {
            second.history_rows = first.history_rows - rows;
            boot(&second);
            assert_null(syspte_machine_check());
            assert_int_equal(syspte_counters_now().largest_free_block, 256);
            (void)syspte_shutdown();
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(freed_pte_is_not_used_again_at_once),
        hooked_test(stale_pointer_faults_while_others_map),
        hooked_test(oldest_leave_when_the_quarantine_is_full),
        hooked_test(run_longer_than_the_quarantine_does_not_wait),
        hooked_test(map_is_refused_only_when_nothing_waits_any_more),
        hooked_test(unmap_twice_is_told_while_it_waits),
        hooked_test(runs_leave_as_they_came_in_a_ring_that_wraps),
        hooked_test(without_quarantine_freed_ptes_are_used_at_once),
        machine_test(machine_after_one_with_a_quarantine_starts_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
