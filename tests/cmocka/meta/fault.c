// SPDX-License-Identifier: MIT
// Touching an unmapped page is a bug check: it fails its test unless it was announced. The
// machine's handler is on top of CMocka's in the test, in its fixtures, and in the teardown of a
// failed one.
//
// EXPECT exit 3
// EXPECT says [  FAILED  ] touches_an_unmapped_page
// EXPECT never [  ERROR   ] touches_an_unmapped_page
// EXPECT says syspte: bug check 0x50 PAGE_FAULT_IN_NONPAGED_AREA (0x
// EXPECT says [       OK ] announced_touch_ends_it
// EXPECT says [  FAILED  ] setup_touches_it
// EXPECT never the body ran after a stop in the setup
// EXPECT says [  FAILED  ] teardown_touches_it
// EXPECT never [  ERROR   ] teardown_touches_it
// EXPECT reports syspte: teardown_touches_it ended early
// EXPECT says [       OK ] starts_on_a_clean_machine
// EXPECT never never reached
// EXPECT never Segmentation fault
#include "device.h"

#include <stdio.h>

static int nothing(void **state)
{
    (void)state;
    return 0;
}

static int touch(void **state)
{
    volatile unsigned char *page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    MmUnmapIoSpace((PVOID)page, DEVICE_BYTES);
    page[0] = 1;
    fprintf(stderr, "never reached\n");
    *state = NULL;
    return 0;
}

static void touches_an_unmapped_page(void **state)
{
    touch(state);
}

static void announced_touch_ends_it(void **state)
{
    syspte_expect_bugcheck(SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA, SYSPTE_ANY);

    touch(state);
}

static void setup_touches_it(void **state)
{
    (void)state;
    printf("the body ran after a stop in the setup\n");
}

static void teardown_touches_it(void **state)
{
    (void)state;
    fail();
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_finding_count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(touches_an_unmapped_page),
        syspte_unit_test(announced_touch_ends_it),
        syspte_unit_test_setup_teardown(setup_touches_it, touch, nothing),
        syspte_unit_test_setup_teardown(teardown_touches_it, nothing, touch),
        syspte_unit_test(starts_on_a_clean_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
