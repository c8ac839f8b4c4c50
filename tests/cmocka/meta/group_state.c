// SPDX-License-Identifier: MIT
// The state that a group's setup makes reaches every test, ours and plain, before any first state
// of its own, and a test that overwrites it spoils nobody else's.
//
// EXPECT exit 0
// EXPECT says [  PASSED  ] 4 test(s).
// EXPECT says group teardown: 4 tests saw the group's state
#include "device.h"

#include <stdio.h>

static int seen;
static int other = 1;

static int group_begin(void **state)
{
    *state = &seen;
    return 0;
}

static int group_end(void **state)
{
    printf("group teardown: %d tests saw the group's state\n", *(int *)*state);
    return *state != &seen;
}

static int fixture_sees_it(void **state)
{
    return *state != &seen;
}

static void sees_the_groups_state(void **state)
{
    assert_ptr_equal(*state, &seen);

    seen++;
    *state = &other;
}

static int fixture_sees_the_tests(void **state)
{
    return *state != &other;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(sees_the_groups_state),
        cmocka_unit_test(sees_the_groups_state),
        syspte_unit_test_prestate(sees_the_groups_state, &other),
        syspte_unit_test_setup_teardown(sees_the_groups_state, fixture_sees_it,
                                        fixture_sees_the_tests),
    };
    return cmocka_run_group_tests(tests, group_begin, group_end);
}
