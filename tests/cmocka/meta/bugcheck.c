// SPDX-License-Identifier: MIT
// A bug check ends the test it happens in, with code, name and parameters; its teardown still runs;
// the next test is not touched by it.
//
// EXPECT exit 5
// EXPECT says [  FAILED  ] stops_the_machine
// EXPECT never [  ERROR   ] stops_the_machine
// EXPECT says syspte: bug check 0xE2 (0x
// EXPECT says (0x11, 0x22, 0x33, 0x44)
// EXPECT says teardown ran
// EXPECT never teardown used a stopped machine
// EXPECT never never reached
// EXPECT says [  FAILED  ] unmaps_twice
// EXPECT says syspte: bug check 0xDA SYSTEM_PTE_MISUSE (0x
// EXPECT at TWICE misuse: MmUnmapIoSpace
// EXPECT says syspte: 1 finding (1 rule violation): see the report above
// EXPECT says [  FAILED  ] announces_what_never_comes
// EXPECT says [  FAILED  ] announces_in_cycles_what_never_comes
// EXPECT says syspte: an announced bug check never came
// EXPECT says [  FAILED  ] leaks_after_an_announced_misuse
// EXPECT says syspte: 1 finding (1 leak, 1 PTE): see the report above
// EXPECT at LEAK error: Failure!
// EXPECT says [       OK ] starts_on_a_clean_machine
// EXPECT never ended early
#include "device.h"

#include <stdio.h>

static PVOID page;

static int nothing(void **state)
{
    (void)state;
    return 0;
}

static int teardown_uses_the_machine(void **state)
{
    (void)state;
    fprintf(stderr, "teardown ran\n");
    MmUnmapIoSpace(page, DEVICE_BYTES);
    fprintf(stderr, "teardown used a stopped machine\n");
    return 0;
}

static void stops_the_machine(void **state)
{
    (void)state;
    page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);

    KeBugCheckEx(0xE2, 0x11, 0x22, 0x33, 0x44);
    fprintf(stderr, "never reached\n");
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_int_equal(syspte_finding_count(), 0);
}

static void unmaps_twice(void **state)
{
    (void)state;
    page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    MmUnmapIoSpace(page, DEVICE_BYTES);

    MmUnmapIoSpace(page, DEVICE_BYTES); // TWICE
    fprintf(stderr, "never reached\n");
}

static void announces_what_never_comes(void **state)
{
    (void)state;

    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, SYSPTE_ANY);
}

static void announces_in_cycles_what_never_comes(void **state)
{
    if (*state == NULL)
        syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, SYSPTE_ANY);
    *state = &page;
}

static void leaks_after_an_announced_misuse(void **state)
{
    (void)state;
    page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    MmUnmapIoSpace(page, DEVICE_BYTES);

    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, SYSPTE_ANY);
    MmUnmapIoSpace(page, DEVICE_BYTES);
    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached); // LEAK
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test_setup_teardown(stops_the_machine, nothing, teardown_uses_the_machine),
        syspte_unit_test(starts_on_a_clean_machine),
        syspte_unit_test(unmaps_twice),
        syspte_unit_test(starts_on_a_clean_machine),
        syspte_unit_test(leaks_after_an_announced_misuse),
        syspte_unit_test(announces_what_never_comes),
        syspte_unit_test_cycles(announces_in_cycles_what_never_comes, 2),
        syspte_unit_test(starts_on_a_clean_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
