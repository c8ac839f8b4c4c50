// SPDX-License-Identifier: MIT
// Names are kept, so CMocka's filters choose among our entries and plain ones alike.
//
// EXPECT exit 0
// EXPECT says [       OK ] chosen_ours
// EXPECT says [       OK ] chosen_plain
// EXPECT says [  PASSED  ] 2 test(s).
// EXPECT never [ RUN      ] other
// EXPECT never [ RUN      ] chosen_but_skipped
#include "device.h"

static void chosen_ours(void **state)
{
    (void)state;
}

static void chosen_plain(void **state)
{
    (void)state;
}

static void chosen_but_skipped(void **state)
{
    (void)state;
    fail();
}

static void other(void **state)
{
    (void)state;
    fail();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(other),
        syspte_unit_test(chosen_ours),
        syspte_unit_test(chosen_but_skipped),
        cmocka_unit_test(chosen_plain),
        cmocka_unit_test(other),
    };
    cmocka_set_test_filter("chosen*");
    cmocka_set_skip_filter("*skipped");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
