// SPDX-License-Identifier: MIT
// A table that no memory can hold a copy of is refused before any test, and so is a record that
// could not be made.
//
// EXPECT exit 0
// EXPECT reports syspte: no memory for the 18446744073709551615 tests of huge: none was run
// EXPECT reports syspte: no memory for the 1 tests of recordless: none was run
// EXPECT never [ RUN      ]
#include "device.h"

static void never_runs(void **state)
{
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {syspte_unit_test(never_runs)};
    const struct CMUnitTest recordless[] = {{"never_runs", syspte_cmocka_body, NULL, NULL, NULL}};

    int huge = syspte_cmocka_run("huge", tests, SIZE_MAX, NULL, NULL);
    int without = cmocka_run_group_tests(recordless, NULL, NULL);
    return huge == 0 || without == 0;
}
