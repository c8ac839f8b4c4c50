// SPDX-License-Identifier: MIT
// Hundreds of tests, each on a machine of its own, twice in one process.
//
// EXPECT exit 0
// EXPECT says [  PASSED  ] 300 test(s).
// EXPECT says ran 600
#include "device.h"

#include <stdio.h>

static int ran;

static void maps_and_unmaps(void **state)
{
    (void)state;

    ran++;
    MmUnmapIoSpace(MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached), DEVICE_BYTES);
}

int main(void)
{
    static struct CMUnitTest tests[300];
    const struct CMUnitTest one = syspte_unit_test(maps_and_unmaps);

    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tests[i] = one;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    printf("ran %d\n", ran);
    return failed;
}
