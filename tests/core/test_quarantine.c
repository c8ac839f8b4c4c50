// SPDX-License-Identifier: MIT
// The quarantine: a ring that gives the oldest run back first.
#include "core_test.h"

#include "sim/quarantine.h"

static syspte_quarantined storage[4];
static syspte_quarantine quarantine;

static int open_quarantine(void **state)
{
    (void)state;
    syspte_quarantine_init(&quarantine, storage, 4);
    return 0;
}

static uint64_t take(void)
{
    syspte_quarantined run;
    return syspte_quarantine_take(&quarantine, &run) ? run.start : UINT64_MAX;
}

static void storage_is_one_entry_a_pte(void **state)
{
    (void)state;
    assert_int_equal(syspte_quarantine_storage(0), 0);
    assert_int_equal(syspte_quarantine_storage(100), 100 * sizeof(syspte_quarantined));
}

static void an_empty_quarantine_gives_nothing(void **state)
{
    (void)state;
    syspte_quarantined run = {.start = 7};
    assert_false(syspte_quarantine_take(&quarantine, &run));
    assert_int_equal(run.start, 7);
    assert_int_equal(quarantine.ptes, 0);
}

static void the_oldest_run_comes_first(void **state)
{
    (void)state;
    syspte_quarantined run;
    syspte_quarantine_add(&quarantine, 10, 3);
    syspte_quarantine_add(&quarantine, 20, 5);
    assert_int_equal(quarantine.ptes, 8);
    assert_int_equal(quarantine.count, 2);

    assert_true(syspte_quarantine_take(&quarantine, &run));
    assert_int_equal(run.start, 10);
    assert_int_equal(run.pte_count, 3);
    assert_int_equal(quarantine.ptes, 5);
    assert_int_equal(take(), 20);
    assert_int_equal(quarantine.ptes, 0);
    assert_int_equal(take(), UINT64_MAX);
}

static void the_ring_wraps_around_full_and_half_full(void **state)
{
    (void)state;
    for (uint64_t waiting = 1; waiting <= 4; waiting++) {
        syspte_quarantine_init(&quarantine, storage, 4);
        for (uint64_t i = 0; i < 20; i++) {
            if (i >= waiting) {
                assert_int_equal(take(), i - waiting);
            }
            syspte_quarantine_add(&quarantine, i, 1);
            assert_in_range(quarantine.first, 0, 3);
        }
        assert_int_equal(quarantine.count, waiting);
    }
}

int core_test_quarantine(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storage_is_one_entry_a_pte),
        cmocka_unit_test_setup(an_empty_quarantine_gives_nothing, open_quarantine),
        cmocka_unit_test_setup(the_oldest_run_comes_first, open_quarantine),
        cmocka_unit_test(the_ring_wraps_around_full_and_half_full),
    };
    return cmocka_run_group_tests_name("sim.quarantine", tests, NULL, NULL);
}
