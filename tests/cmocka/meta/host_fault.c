// SPDX-License-Identifier: MIT
// A fault that is no business of the machine is CMocka's to catch, in our tests and in plain ones.
//
// EXPECT exit 2
// EXPECT says [  FAILED  ] plain_fault
// EXPECT says [  FAILED  ] fault_beside_the_machine
// EXPECT never [  ERROR   ] fault_beside_the_machine
// EXPECT says Test failed with exception: Segmentation fault || EXCEPTION_ACCESS_VIOLATION
// EXPECT reports syspte: fault_beside_the_machine ended early
// EXPECT says [       OK ] starts_on_a_clean_machine
#define _DEFAULT_SOURCE
#include "device.h"

#include <sys/mman.h>

static volatile unsigned char *guarded;

static int guard(void **state)
{
    (void)state;
    void *pages = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    guarded = pages;
    return pages == MAP_FAILED;
}

static void plain_fault(void **state)
{
    (void)state;

    guarded[0] = 1;
}

static void fault_beside_the_machine(void **state)
{
    (void)state;

    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    guarded[0] = 1;
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_counters_now().live_mappings, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(fault_beside_the_machine),
        syspte_unit_test(starts_on_a_clean_machine),
        cmocka_unit_test(plain_fault),
    };
    return cmocka_run_group_tests(tests, guard, NULL);
}
