// SPDX-License-Identifier: MIT
// Misuse of the library itself fails the test at once with what to do instead; from another thread
// it fails the test at its end.
//
// EXPECT exit 2
// EXPECT says [  FAILED  ] declares_an_empty_range
// EXPECT never [  ERROR   ] declares_an_empty_range
// EXPECT says [  ERROR   ] --- syspte:
// EXPECT never never reached
// EXPECT says [  FAILED  ] declares_one_on_another_thread
// EXPECT reports syspte: declares_one_on_another_thread: syspte_memory_add
// EXPECT says syspte: another thread misused the library: see the message above
// EXPECT says the test went on
// EXPECT says [       OK ] starts_on_a_clean_machine
#include "device.h"

#include <pthread.h>
#include <stdio.h>

static void declares_an_empty_range(void **state)
{
    (void)state;

    syspte_memory_add(DEVICE_PAGE, 0, SYSPTE_MEMORY_RAM);
    fprintf(stderr, "never reached\n");
}

static void *declare_an_empty_range(void *unused)
{
    syspte_memory_add(DEVICE_PAGE, 0, SYSPTE_MEMORY_RAM);
    return unused;
}

static void declares_one_on_another_thread(void **state)
{
    (void)state;
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, declare_an_empty_range, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    printf("the test went on\n");
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_finding_count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(declares_an_empty_range),
        syspte_unit_test(declares_one_on_another_thread),
        syspte_unit_test(starts_on_a_clean_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
