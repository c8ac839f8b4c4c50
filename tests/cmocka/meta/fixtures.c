// SPDX-License-Identifier: MIT
// Fixtures are part of the test: what they return or leave mapped fails it, never the whole run.
//
// EXPECT exit 5
// EXPECT says [  FAILED  ] setup_refuses
// EXPECT never [  ERROR   ] setup_refuses
// EXPECT says syspte: the setup returned 3
// EXPECT never the body ran after a failed setup
// EXPECT never teardown ran after a failed setup
// EXPECT says [  FAILED  ] teardown_refuses
// EXPECT never [  ERROR   ] teardown_refuses
// EXPECT says syspte: the teardown returned 4
// EXPECT says [  FAILED  ] setup_leaks
// EXPECT at LEAK leak: MmMapIoSpace
// EXPECT says [  FAILED  ] setup_asserts
// EXPECT never [  ERROR   ] setup_asserts
// EXPECT reports syspte: setup_asserts ended early
// EXPECT says [  FAILED  ] boot_refused
// EXPECT says [       OK ] starts_on_a_clean_machine
#include "device.h"

#include <stdio.h>

static syspte_config senseless;

static int refuse(void **state)
{
    (void)state;
    return 3;
}

static int refuse_teardown(void **state)
{
    (void)state;
    return 4;
}

static int teardown_prints(void **state)
{
    (void)state;
    printf("teardown ran after a failed setup\n");
    return 0;
}

static int nothing(void **state)
{
    (void)state;
    return 0;
}

static int leak(void **state)
{
    *state = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached); // LEAK
    return 0;
}

static int assert_in_setup(void **state)
{
    *state = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    assert_null(*state);
    return 0;
}

static void setup_refuses(void **state)
{
    (void)state;
    printf("the body ran after a failed setup\n");
}

static void teardown_refuses(void **state)
{
    (void)state;
}

static void setup_leaks(void **state)
{
    assert_non_null(*state);
}

static void setup_asserts(void **state)
{
    (void)state;
    printf("the body ran after a failed setup\n");
}

static void boot_refused(void **state)
{
    (void)state;
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_int_equal(syspte_finding_count(), 0);
}

int main(void)
{
    senseless = syspte_config_default();
    senseless.pte_count = UINT64_MAX;
    const struct CMUnitTest tests[] = {
        syspte_unit_test_setup_teardown(setup_refuses, refuse, teardown_prints),
        syspte_unit_test_setup_teardown(teardown_refuses, nothing, refuse_teardown),
        syspte_unit_test_setup_teardown(setup_leaks, leak, nothing),
        syspte_unit_test_setup_teardown(setup_asserts, assert_in_setup, teardown_prints),
        syspte_unit_test_with(boot_refused, &senseless),
        syspte_unit_test(starts_on_a_clean_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
