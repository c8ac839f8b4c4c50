// SPDX-License-Identifier: MIT
// A test that ends the machine it runs on is told so, and what another machine leaked meanwhile is
// not told as its own.
//
// EXPECT exit 1
// EXPECT says [  FAILED  ] predicts
// EXPECT never [  ERROR   ] predicts
// EXPECT says [  ERROR   ] --- syspte: the test ended its machine: syspte_shutdown and
// EXPECT never leak:
// EXPECT never scopes need a machine
// EXPECT says [       OK ] starts_on_a_clean_machine
// EXPECT says [       OK ] predicts_alone
#include "device.h"

static bool map_one_more(void *context, uint64_t number)
{
    (void)context;
    (void)number;
    return MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached) != NULL;
}

static void predicts(void **state)
{
    const syspte_prospect prospect = {.cycle = map_one_more};
    syspte_prediction first;
    (void)state;

    assert_true(syspte_predict(&prospect, syspte_profile_find("tiny"), &first));
    assert_true(first.cycle > 0);
}

static void predicts_alone(void **state)
{
    predicts(state);
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_finding_count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(predicts),
        syspte_unit_test(starts_on_a_clean_machine),
        cmocka_unit_test(predicts_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
