// SPDX-License-Identifier: MIT
// Entries of ours under CMocka's own runner: the test fails and says what to include.
//
// EXPECT exit 1
// EXPECT says [  FAILED  ] needs_our_runner
// EXPECT says include <syspte/cmocka.h> for its cmocka_run_group_tests
// EXPECT says [       OK ] plain
// EXPECT never the body ran
#include "device.h"

#include <stdio.h>

static void needs_our_runner(void **state)
{
    (void)state;
    printf("the body ran\n");
}

static void plain(void **state)
{
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(needs_our_runner),
        cmocka_unit_test(plain),
    };
    return _cmocka_run_group_tests("tests", tests, 2, NULL, NULL);
}
