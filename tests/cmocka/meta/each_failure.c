// SPDX-License-Identifier: MIT
// A test for each failure: leaks on error paths are named once, with the call that failed and how
// to replay it; what an assertion, a bug check or a broken rule says in one run fails the test; and
// a failure that nobody planned is not excused.
//
// EXPECT exit 6
// EXPECT says [       OK ] leaks_when_its_second_map_fails
// EXPECT says [  FAILED  ] leaks_when_its_second_map_fails [each failure]
// EXPECT never [  ERROR   ] leaks_when_its_second_map_fails
// EXPECT at FIRST leak: MmMapIoSpace in map_two: 1 mapping, 1 PTE (4 KiB), never unmapped
// EXPECT reports     run 3: call 2 fails, MmMapIoSpace in map_two at
// EXPECT reports     run 4: the same, and all later calls fail
// EXPECT reports     replay it with SYSPTE_REPLAY=leaks_when_its_second_map_fails:3
// EXPECT reports syspte: leaks_when_its_second_map_fails: 1 different finding in 2 of 5 runs
// EXPECT says --- syspte: 1 different finding in 2 of 5 runs: see the report above
// EXPECT at FIRST error: Failure!
//
// EXPECT says [       OK ] gives_all_of_it_back [each failure]
// EXPECT says [       OK ] gives_all_of_it_back [VERIFIER, each failure]
//
// EXPECT says [  FAILED  ] excuses_nothing [each failure]
// EXPECT reports syspte: excuses_nothing ended early, in
// EXPECT reports     run 1: call 1 fails, MmMapIoSpace in excuses_nothing at
// EXPECT reports     replay it with SYSPTE_REPLAY=excuses_nothing:1
//
// EXPECT says [  FAILED  ] fails_unplanned
// EXPECT says no planned failure explains this
// EXPECT at UNPLANNED error: Failure!
//
// EXPECT says [  FAILED  ] stops_where_a_map_fails [each failure]
// EXPECT reports     run 1: call 1 fails, MmMapIoSpace in stops_where_a_map_fails at
// EXPECT reports     STOP 0x000000E2
//
// EXPECT says [  FAILED  ] leaks_in_every_run [each failure]
// EXPECT reports     run 3: no call fails
// EXPECT says syspte: leaks_in_every_run: 1 different finding in 1 of 3 runs
// EXPECT never replay it with SYSPTE_REPLAY=leaks_in_every_run
// EXPECT never fault plan made no call fail
#include "device.h"

static int map_two(PVOID pages[2])
{
    pages[0] = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached); // FIRST
    if (pages[0] == NULL)
        return 0;
    pages[1] = MmMapIoSpace(device_page(1), DEVICE_BYTES, MmNonCached);
    return pages[1] != NULL;
}

static void unmap_two(PVOID pages[2])
{
    MmUnmapIoSpace(pages[0], DEVICE_BYTES);
    MmUnmapIoSpace(pages[1], DEVICE_BYTES);
}

static void leaks_when_its_second_map_fails(void **state)
{
    PVOID pages[2];
    (void)state;

    if (!map_two(pages)) {
        syspte_assert_injected();
        return;
    }
    unmap_two(pages);
}

static void gives_all_of_it_back(void **state)
{
    PVOID pages[2] = {NULL, NULL};

    assert_null(*state); // not what the last run left there
    *state = pages;
    if (!map_two(pages)) {
        syspte_assert_injected();
        if (pages[0] != NULL)
            MmUnmapIoSpace(pages[0], DEVICE_BYTES);
        return;
    }
    unmap_two(pages);
}

static void excuses_nothing(void **state)
{
    (void)state;

    PVOID page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    assert_non_null(page);
    MmUnmapIoSpace(page, DEVICE_BYTES);
}

static void fails_unplanned(void **state)
{
    (void)state;

    syspte_assert_injected(); // UNPLANNED
}

static void stops_where_a_map_fails(void **state)
{
    (void)state;

    PVOID page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    if (page == NULL)
        KeBugCheckEx(0xE2, 0, 0, 0, 0);
    MmUnmapIoSpace(page, DEVICE_BYTES);
}

static void leaks_in_every_run(void **state)
{
    (void)state;

    if (MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached) == NULL)
        syspte_assert_injected();
}

static syspte_config verifier;

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(leaks_when_its_second_map_fails),
        syspte_unit_test_each_failure(leaks_when_its_second_map_fails),
        syspte_unit_test_each_failure(gives_all_of_it_back),
        syspte_unit_test_each_failure_with(gives_all_of_it_back, &verifier),
        syspte_unit_test_each_failure(excuses_nothing),
        syspte_unit_test(fails_unplanned),
        syspte_unit_test_each_failure(fails_unplanned),
        syspte_unit_test_each_failure(stops_where_a_map_fails),
        syspte_unit_test_each_failure(leaks_in_every_run),
    };
    verifier = syspte_config_default();
    verifier.strictness = SYSPTE_VERIFIER;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
