// SPDX-License-Identifier: MIT
// A teardown that asserts after its test failed is CMocka's ERROR, as ever; what is left is still
// listed, and the next test starts clean.
//
// EXPECT exit 2
// EXPECT says [  ERROR   ] fails_in_test_and_teardown
// EXPECT reports syspte: fails_in_test_and_teardown ended early
// EXPECT at LEAK leak: MmMapIoSpace
// EXPECT says [       OK ] starts_on_a_clean_machine
// EXPECT says [  FAILED  ] fails_in_teardown_only
// EXPECT never [  ERROR   ] fails_in_teardown_only
// EXPECT reports syspte: fails_in_teardown_only ended early
#include "device.h"

static int nothing(void **state)
{
    (void)state;
    return 0;
}

static int assert_in_teardown(void **state)
{
    (void)state;
    assert_true(false);
    return 0;
}

static void fails_in_test_and_teardown(void **state)
{
    (void)state;

    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached); // LEAK
    assert_true(false);
}

static void fails_in_teardown_only(void **state)
{
    (void)state;

    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_int_equal(syspte_finding_count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test_setup_teardown(fails_in_test_and_teardown, nothing, assert_in_teardown),
        syspte_unit_test(starts_on_a_clean_machine),
        syspte_unit_test_setup_teardown(fails_in_teardown_only, nothing, assert_in_teardown),
        syspte_unit_test(starts_on_a_clean_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
