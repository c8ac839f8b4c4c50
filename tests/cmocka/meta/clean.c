// SPDX-License-Identifier: MIT
// Everything that must pass, in one table at file scope: fixtures, a first state, a config, cycles
// that only replace a page, announced bug checks, and plain entries.
//
// EXPECT exit 0
// EXPECT says [  PASSED  ] 9 test(s).
// EXPECT never [  FAILED  ]
// EXPECT never [  ERROR   ]
// EXPECT never syspte:
#include "device.h"

static int fixtures_run;
static int seven = 7;
static syspte_config tiny;
static PVOID kept;

static int map_page(void **state)
{
    fixtures_run++;
    *state = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    return *state == NULL;
}

static int unmap_page(void **state)
{
    fixtures_run++;
    MmUnmapIoSpace(*state, DEVICE_BYTES);
    return 0;
}

static void maps_and_unmaps(void **state)
{
    assert_null(*state);

    volatile unsigned char *page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    page[5] = 1;
    assert_int_equal(page[5], 1);

    MmUnmapIoSpace((PVOID)page, DEVICE_BYTES);
}

static void fixtures_map_and_unmap(void **state)
{
    assert_int_equal(fixtures_run, 1);
    assert_non_null(*state);
    assert_int_equal(syspte_counters_now().live_mappings, 1);
}

static void sees_its_first_state(void **state)
{
    assert_int_equal(fixtures_run, 2);
    assert_ptr_equal(*state, &seven);
}

static void runs_with_its_config(void **state)
{
    (void)state;

    assert_int_equal(syspte_machine_config()->strictness, SYSPTE_FREE);
}

static void replaces_its_page(void **state)
{
    (void)state;

    if (kept != NULL)
        MmUnmapIoSpace(kept, DEVICE_BYTES);
    kept = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
}

static void announced_bug_check_ends_it(void **state)
{
    (void)state;

    syspte_expect_bugcheck(0xE2, SYSPTE_ANY);
    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    KeBugCheckEx(0xE2, 1, 2, 3, 4);
    fail();
}

static void announced_misuse_returns(void **state)
{
    PVOID page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    MmUnmapIoSpace(page, DEVICE_BYTES);

    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, SYSPTE_ANY);
    MmUnmapIoSpace(page, DEVICE_BYTES);

    *state = page;
}

static void plain_test_sees_its_first_state(void **state)
{
    assert_ptr_equal(*state, &seven);
}

static int group_config(void **state)
{
    (void)state;
    tiny = syspte_config_default();
    tiny.strictness = SYSPTE_FREE;
    return 0;
}

static const struct CMUnitTest tests[] = {
    syspte_unit_test(maps_and_unmaps),
    syspte_unit_test_setup_teardown(fixtures_map_and_unmap, map_page, unmap_page),
    syspte_unit_test_prestate(sees_its_first_state, &seven),
    syspte_unit_test_with(runs_with_its_config, &tiny),
    syspte_unit_test_cycles(replaces_its_page, 5),
    syspte_unit_test(announced_bug_check_ends_it),
    syspte_unit_test(announced_misuse_returns),
    cmocka_unit_test_prestate(plain_test_sees_its_first_state, &seven),
    syspte_unit_test(maps_and_unmaps),
};

int main(void)
{
    return cmocka_run_group_tests_name("clean", tests, group_config, NULL);
}
