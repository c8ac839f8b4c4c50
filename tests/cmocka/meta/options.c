// SPDX-License-Identifier: MIT
// Options that make no sense fail every test, also where what is wrong stands in a file: CMocka
// leaves the reading of it in its middle.
//
// EXPECT exit 2
// EXPECT says [  FAILED  ] first
// EXPECT says [  ERROR   ] --- syspte: suppressions: there/is/none: the file cannot be opened
// EXPECT says [  FAILED  ] second
// EXPECT says [  ERROR   ] --- syspte: SYSPTE_OPTIONS: "there/is/none" has no suppressions
// EXPECT never a test ran
#define _POSIX_C_SOURCE 200809L
#include "device.h"

#include <stdio.h>
#include <stdlib.h>

static void first(void **state)
{
    (void)state;
    printf("a test ran\n");
}

static void second(void **state)
{
    first(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(first),
        syspte_unit_test(second),
    };
    setenv("SYSPTE_OPTIONS", "suppressions=there/is/none", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
