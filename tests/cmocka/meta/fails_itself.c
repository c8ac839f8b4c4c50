// SPDX-License-Identifier: MIT
// A test that fails or skips by itself keeps that result: its teardown runs, what it left behind is
// listed, and the next test starts clean.
//
// EXPECT exit 2
// EXPECT says [  FAILED  ] asserts_with_a_page_mapped
// EXPECT never [  ERROR   ] asserts_with_a_page_mapped
// EXPECT says 0 != 0x1
// EXPECT at ASSERTS error: Failure!
// EXPECT reports syspte: asserts_with_a_page_mapped ended early: CMocka tells why. It left
// EXPECT at LEAK leak: MmMapIoSpace
// EXPECT order ended early => fails_itself.c
// EXPECT never see the report above
// EXPECT says teardown unmapped its page
// EXPECT says [  SKIPPED ] skips_with_a_page_mapped
// EXPECT reports syspte: skips_with_a_page_mapped ended early: CMocka tells why. It left
// EXPECT says [  FAILED  ] asserts_and_cleans_up
// EXPECT never asserts_and_cleans_up ended early
// EXPECT says [       OK ] starts_on_a_clean_machine
#include "device.h"

#include <stdio.h>

static int map_page(void **state)
{
    *state = MmMapIoSpace(device_page(7), DEVICE_BYTES, MmNonCached);
    return *state == NULL;
}

static int unmap_page(void **state)
{
    volatile unsigned char *page = *state;
    page[0] = 1;
    MmUnmapIoSpace(*state, DEVICE_BYTES);
    printf("teardown unmapped its page\n");
    return 0;
}

static void asserts_with_a_page_mapped(void **state)
{
    (void)state;

    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached); // LEAK
    assert_int_equal(0, 1);                                  // ASSERTS
}

static void asserts_and_cleans_up(void **state)
{
    (void)state;

    assert_true(false);
}

static void skips_with_a_page_mapped(void **state)
{
    (void)state;

    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    skip();
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_counters_now().live_mappings, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(asserts_with_a_page_mapped),
        syspte_unit_test_setup_teardown(asserts_and_cleans_up, map_page, unmap_page),
        syspte_unit_test(skips_with_a_page_mapped),
        syspte_unit_test(starts_on_a_clean_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
