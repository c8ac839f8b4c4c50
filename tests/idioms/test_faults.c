// SPDX-License-Identifier: MIT
// Idioms with bad addresses in them, right and wrong. Valgrind calls such accesses errors: it is
// kept quiet about them.
#include <string.h>
#include "hardware.h"

#ifdef __has_include
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef RUNNING_ON_VALGRIND
#define RUNNING_ON_VALGRIND              0
#define VALGRIND_DISABLE_ERROR_REPORTING (void)0
#define VALGRIND_ENABLE_ERROR_REPORTING  (void)0
#endif

#define BYTES 0x100u

static PUCHAR user; // of an application; the page behind it faults

static int lend_a_table(void **state)
{
    uint32_t table[2] = {0x54535445, 64};
    (void)state;
    user = syspte_buffer_alloc(0x1000, SYSPTE_BUFFER_USER);
    VALGRIND_DISABLE_ERROR_REPORTING;
    return user != NULL && syspte_memory_write(DEVICE, table, sizeof table) ? 0 : 1;
}

static int take_it_back(void **state)
{
    (void)state;
    VALGRIND_ENABLE_ERROR_REPORTING;
    return syspte_buffer_free(user) ? 0 : 1;
}

static void table_is_unmapped_whatever_the_buffer_is(void **state)
{
    (void)state;
    assert_int_equal(TableCopy(at(DEVICE), user, BYTES), STATUS_SUCCESS);
    assert_memory_equal(user, "ETST", 4);
    assert_int_equal(TableCopy(at(DEVICE), user, 63), STATUS_DATA_ERROR);
    assert_int_equal(TableCopy(at(DEVICE), user + 0x1000, BYTES), STATUS_ACCESS_VIOLATION);
    assert_int_equal(TableCopy(at(DEVICE), user + 0x1000 - 32, BYTES), STATUS_ACCESS_VIOLATION);
    assert_int_equal(TableCopy(at(DEVICE), NULL, BYTES), STATUS_ACCESS_VIOLATION);
    assert_int_equal(TableCopy(at(DEVICE + 0x1000), user, BYTES), STATUS_DATA_ERROR);
}

static void right_buffer_hides_the_leak_of_a_table(void **state)
{
    (void)state;
    assert_int_equal(TableCopyLeaks(at(DEVICE), user, BYTES), STATUS_SUCCESS);
}

// The only finding; what the adapter calls a failure is what these tests are about.
static syspte_finding found(void)
{
    syspte_finding finding = {.rule = SYSPTE_RULE_COUNT};
    assert_int_equal(syspte_finding_count(), 1);
    assert_true(syspte_finding_at(0, &finding));
    return finding;
}

static void bad_buffer_leaks_the_mapping_of_a_table(void **state)
{
    uint32_t table[2] = {0x54535445, 64};
    (void)state;
    assert_true(syspte_boot(NULL));
    assert_true(syspte_memory_write(DEVICE, table, sizeof table));
    user = syspte_buffer_alloc(0x1000, SYSPTE_BUFFER_USER);

    VALGRIND_DISABLE_ERROR_REPORTING;
    NTSTATUS status = TableCopyLeaks(at(DEVICE), user + 0x1000 - 32, BYTES);
    VALGRIND_ENABLE_ERROR_REPORTING;
    (void)syspte_shutdown();

    assert_int_equal(status, STATUS_ACCESS_VIOLATION);

    syspte_finding leak = found();
    assert_int_equal(leak.rule, SYSPTE_RULE_LEAK);
    assert_string_equal(leak.call->function, "TableCopyLeaks");
    assert_int_equal(leak.call->api, SYSPTE_API_MM_MAP_IO_SPACE);
    assert_int_equal(leak.pte_count, 1);
}

static void routine_that_is_not_there_is_called(void **state)
{
    (void)state;
    syspte_expect_bugcheck(0x1E, SYSPTE_ANY);
    VALGRIND_DISABLE_ERROR_REPORTING;
    (void)RoutineMapUntested(at(DEVICE), 0x1000);
    fail_msg("the call of NULL came back");
}

// Of the test before: its machine has ended, its findings are kept.
static void caller_of_the_routine_is_named(void **state)
{
    uintptr_t begin = (uintptr_t)RoutineMapUntested;
    (void)state;
    VALGRIND_ENABLE_ERROR_REPORTING;
    if (RUNNING_ON_VALGRIND) {
        skip(); // which does not tell what an access was
    }
    syspte_finding finding = found();
    assert_int_equal(finding.rule, SYSPTE_RULE_USE_NULL);
    assert_in_range(finding.call->return_address, begin, begin + 512);
}

int main(void)
{
    static syspte_config seven;
    seven = syspte_config_default();
    seven.profile = syspte_profile_find("win7-x64");
    const struct CMUnitTest tests[] = {
        syspte_unit_test_setup_teardown(table_is_unmapped_whatever_the_buffer_is, lend_a_table,
                                        take_it_back),
        syspte_unit_test_setup_teardown(right_buffer_hides_the_leak_of_a_table, lend_a_table,
                                        take_it_back),
        cmocka_unit_test(bad_buffer_leaks_the_mapping_of_a_table),
        syspte_unit_test_with(routine_that_is_not_there_is_called, &seven),
        cmocka_unit_test(caller_of_the_routine_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
