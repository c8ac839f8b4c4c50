// SPDX-License-Identifier: MIT
// Cycles: growth fails the test with the line that grows; what stays mapped is no leak; one cycle
// is refused with a word on why.
//
// EXPECT exit 3
// EXPECT says [  FAILED  ] keeps_one_page_more_each_time
// EXPECT never [  ERROR   ] keeps_one_page_more_each_time
// EXPECT at GROWS growth: MmMapIoSpace
// EXPECT says see the report above
// EXPECT never : leak
// EXPECT says [       OK ] keeps_its_page
// EXPECT says [  FAILED  ] needs_two_cycles
// EXPECT says syspte: cycles = 1 judges nothing: the first warms up, so ask for 2 or more
// EXPECT says [  FAILED  ] stops_in_its_second_cycle
// EXPECT says syspte: bug check 0xE2 (0x
// EXPECT never needs_two_cycles ran
#include "device.h"

#include <stdio.h>

static void keeps_one_page_more_each_time(void **state)
{
    (void)state;

    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached); // GROWS
}

static void keeps_its_page(void **state)
{
    if (*state == NULL)
        *state = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
}

static void needs_two_cycles(void **state)
{
    (void)state;
    printf("needs_two_cycles ran\n");
}

static void stops_in_its_second_cycle(void **state)
{
    if (*state != NULL)
        KeBugCheckEx(0xE2, 0, 0, 0, 0);
    *state = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test_cycles(keeps_one_page_more_each_time, 4),
        syspte_unit_test_cycles(keeps_its_page, 4),
        syspte_unit_test_cycles(needs_two_cycles, 1),
        syspte_unit_test_cycles(stops_in_its_second_cycle, 4),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
