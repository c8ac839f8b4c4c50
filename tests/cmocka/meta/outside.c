// SPDX-License-Identifier: MIT
// A plain test that misuses the library behind one of ours is not failed by CMocka, which knows
// nothing of it: the run is.
//
// EXPECT exit 1
// EXPECT says [       OK ] boots_a_machine
// EXPECT says [       OK ] leads_a_life_without_a_machine
// EXPECT reports syspte: outside a syspte_unit_test: a life needs a machine
// EXPECT reports syspte: tests fails: the library was misused outside of its tests
#include "device.h"

#include <syspte/lifecycle.h>

static NTSTATUS NTAPI entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)driver;
    (void)path;
    return STATUS_SUCCESS;
}

static void boots_a_machine(void **state)
{
    (void)state;

    assert_true(syspte_is_booted());
}

static void leads_a_life_without_a_machine(void **state)
{
    syspte_lifecycle life = syspte_lifecycle_of(entry, NULL);
    (void)state;

    (void)syspte_lifecycle_run(&life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(boots_a_machine),
        cmocka_unit_test(leads_a_life_without_a_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
