// SPDX-License-Identifier: MIT
// A group whose setup fails runs no test, as without syspte.
//
// EXPECT exit 1
// EXPECT says GROUP SETUP
// EXPECT never [ RUN      ]
#include "device.h"

static int group_begin(void **state)
{
    (void)state;
    return 1;
}

static void never_runs(void **state)
{
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(never_runs),
    };
    return cmocka_run_group_tests(tests, group_begin, NULL);
}
