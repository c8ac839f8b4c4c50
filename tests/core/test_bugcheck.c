// SPDX-License-Identifier: MIT
// The table of bug checks: what public pages say of a few rows, what must hold of all of them, and
// that the rules and the constants of <syspte/bugcheck.h> agree with it.
#include "core_test.h"

#include "core/bugcheck.h"
#include "core/rule.h"

#include <string.h>

static void codes_have_their_windows_names(void **state)
{
    (void)state;
    static const struct {
        uint32_t code;
        const char *name;
    } expected[] = {
        {SYSPTE_IRQL_NOT_GREATER_OR_EQUAL, "IRQL_NOT_GREATER_OR_EQUAL"},
        {SYSPTE_IRQL_NOT_LESS_OR_EQUAL, "IRQL_NOT_LESS_OR_EQUAL"},
        {SYSPTE_MAXIMUM_WAIT_OBJECTS_EXCEEDED, "MAXIMUM_WAIT_OBJECTS_EXCEEDED"},
        {SYSPTE_BAD_POOL_HEADER, "BAD_POOL_HEADER"},
        {SYSPTE_MEMORY_MANAGEMENT, "MEMORY_MANAGEMENT"},
        {SYSPTE_KMODE_EXCEPTION_NOT_HANDLED, "KMODE_EXCEPTION_NOT_HANDLED"},
        {SYSPTE_NO_MORE_SYSTEM_PTES, "NO_MORE_SYSTEM_PTES"},
        {SYSPTE_TARGET_MDL_TOO_SMALL, "TARGET_MDL_TOO_SMALL"},
        {SYSPTE_NO_MORE_IRP_STACK_LOCATIONS, "NO_MORE_IRP_STACK_LOCATIONS"},
        {SYSPTE_MULTIPLE_IRP_COMPLETE_REQUESTS, "MULTIPLE_IRP_COMPLETE_REQUESTS"},
        {SYSPTE_PFN_LIST_CORRUPT, "PFN_LIST_CORRUPT"},
        {SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA, "PAGE_FAULT_IN_NONPAGED_AREA"},
        {SYSPTE_PROCESS_HAS_LOCKED_PAGES, "PROCESS_HAS_LOCKED_PAGES"},
        {SYSPTE_ATTEMPTED_WRITE_TO_READONLY_MEMORY, "ATTEMPTED_WRITE_TO_READONLY_MEMORY"},
        {SYSPTE_SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION"},
        {SYSPTE_BAD_POOL_CALLER, "BAD_POOL_CALLER"},
        {SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, "DRIVER_VERIFIER_DETECTED_VIOLATION"},
        {SYSPTE_DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS, "DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS"},
        {SYSPTE_DRIVER_IRQL_NOT_LESS_OR_EQUAL, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"},
        {SYSPTE_DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL, "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL"},
        {SYSPTE_DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION,
         "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION"},
        {SYSPTE_DRIVER_UNMAPPING_INVALID_VIEW, "DRIVER_UNMAPPING_INVALID_VIEW"},
        {SYSPTE_DRIVER_USED_EXCESSIVE_PTES, "DRIVER_USED_EXCESSIVE_PTES"},
        {SYSPTE_SYSTEM_PTE_MISUSE, "SYSTEM_PTE_MISUSE"},
        {SYSPTE_DRIVER_CORRUPTED_SYSPTES, "DRIVER_CORRUPTED_SYSPTES"},
        {SYSPTE_ATTEMPTED_EXECUTE_OF_NOEXECUTE, "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY"},
        {SYSPTE_INVALID_MDL_RANGE, "INVALID_MDL_RANGE"},
        {0x7F, "UNEXPECTED_KERNEL_MODE_TRAP"},
        {0xD9, "LOCKED_PAGES_TRACKER_CORRUPTION"},
        {0, "?"},
        {0xE2, "?"},
    };
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_string_equal(syspte_bugcheck_name(expected[i].code), expected[i].name);
    }
}

static void a_case_is_found_by_its_first_parameter(void **state)
{
    (void)state;
    const syspte_bugcheck_row *row = syspte_bugcheck_row_of(0xDA, 0x305);
    assert_non_null(row);
    assert_int_equal(row->code, 0xDA);
    assert_true(row->has_cases);
    assert_int_equal(row->parameter1, 0x305);
    assert_int_equal(row->from, SYSPTE_CHECK);
    assert_string_equal(row->parameters[0], "");
    assert_string_equal(row->parameters[1], "first address");
    assert_string_equal(row->parameters[2], "count given");
    assert_string_equal(row->parameters[3], "count to be released");
    assert_string_equal(row->source, "bug check 0xDA, 0x305");
    assert_int_equal(syspte_bugcheck_row_of(0x4E, 7)->from, SYSPTE_FREE);
    assert_null(syspte_bugcheck_row_of(0xDA, UINT64_MAX));
    assert_null(syspte_bugcheck_row_of(0xDA, 0x100000305ull));
}

static void a_code_without_cases_is_found_with_any_first_parameter(void **state)
{
    (void)state;
    const syspte_bugcheck_row *row = syspte_bugcheck_row_of(0x12E, 0xFFFFF88000003000ull);
    assert_non_null(row);
    assert_false(row->has_cases);
    assert_string_equal(row->parameters[0], "source MDL");
    assert_string_equal(row->parameters[3], "length");
    assert_string_equal(row->source, "bug check 0x12E");
    assert_ptr_equal(syspte_bugcheck_row_of(0x12E, 0), row);
    assert_null(syspte_bugcheck_row_of(0xE2, 0));
}

// What no public page has is in no row.
static void nothing_is_invented(void **state)
{
    (void)state;
    static const uint32_t none[] = {0x84, 0x86, 0x87, 0x88, 0x8A, 0x8B,
                                    0x8C, 0x8D, 0x8E, 0x8F, 0x90};
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        assert_null(syspte_bugcheck_row_of(0xC4, none[i]));
    }
    assert_null(syspte_bugcheck_row_of(0xDA, 0x106));
    assert_null(syspte_bugcheck_row_of(0xDA, 0x203));
    assert_null(syspte_bugcheck_row_of(0xDA, 0x307));
}

// Each family of cases without a hole in it.
static void the_documented_cases_are_there(void **state)
{
    (void)state;
    static const struct {
        uint32_t code, first, last;
    } families[] = {
        {0xDA, 0x01, 0x11},
        {0xDA, 0x100, 0x105},
        {0xDA, 0x107, 0x10C},
        {0xDA, 0x200, 0x202},
        {0xDA, 0x300, 0x306},
        {0xDA, 0x400, 0x400},
        {0xC4, 0x60, 0x62},
        {0xC4, 0x6F, 0x7F},
        {0xC4, 0x81, 0x83},
        {0xC4, 0x85, 0x85},
        {0xC4, 0x89, 0x89},
        {0xC4, 0xB0, 0xB9},
        {0xC4, 0xE5, 0xE5},
        {0xC4, 0x140, 0x141},
        {0xC4, 0x1010, 0x1011},
        {0xC4, 0x2001, 0x2002},
        {0xC4, 0x20019, 0x2001A},
        {0x1A, 0x1233, 0x1236},
        {0x1A, 0x61948, 0x6194A},
        {0x76, 0, 1},
        {0xD9, 1, 4},
        {0xC2, 0x06, 0x0D},
        {0xC2, 0x9A, 0x9D},
        {0x19, 0x20, 0x22},
    };
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        for (uint32_t sub = families[i].first; sub <= families[i].last; sub++) {
            const syspte_bugcheck_row *row = syspte_bugcheck_row_of(families[i].code, sub);
            assert_non_null(row);
            assert_int_equal(row->parameter1, sub);
        }
    }
}

static void every_row_is_whole_and_in_order(void **state)
{
    (void)state;
    const syspte_bugcheck_row *before = NULL;
    const syspte_bugcheck_row *row;
    unsigned count = 0;
    for (; (row = syspte_bugcheck_row_at(count)) != NULL; count++) {
        size_t words = strlen(row->cause);
        assert_string_not_equal(syspte_bugcheck_name(row->code), "?");
        assert_true(words > 15 && row->cause[words - 1] == '.');
        assert_true(row->fix == NULL || strlen(row->fix) > 10);
        assert_true((unsigned)row->from <= SYSPTE_NEVER);
        assert_true(!row->has_cases || row->parameters[0][0] == 0);
        assert_memory_equal(row->source, "bug check 0x", 12);
        assert_ptr_equal(syspte_bugcheck_row_of(row->code, row->parameter1), row);
        if (before != NULL) {
            assert_true(before->code < row->code ||
                        (before->code == row->code && before->has_cases && row->has_cases &&
                         before->parameter1 < row->parameter1));
        }
        before = row;
    }
    assert_true(count > 150);
    assert_null(syspte_bugcheck_row_at(UINT32_MAX));
}

// A rule has the bug check of a row, and stops from where on that one is raised.
static void the_rules_agree_with_the_table(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SYSPTE_RULE_COUNT; i++) {
        const syspte_rule_row *rule = syspte_rule_row_of((syspte_rule_id)i);
        if (rule->bugcheck != 0) {
            const syspte_bugcheck_row *row =
                syspte_bugcheck_row_of(rule->bugcheck, rule->parameter1);
            assert_non_null(row);
            assert_int_equal(row->has_cases, rule->has_parameter1);
            assert_int_equal(row->from, rule->stops_at);
            assert_string_equal(row->source, rule->words.source);
        }
    }
}

int core_test_bugcheck(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_have_their_windows_names),
        cmocka_unit_test(a_case_is_found_by_its_first_parameter),
        cmocka_unit_test(a_code_without_cases_is_found_with_any_first_parameter),
        cmocka_unit_test(nothing_is_invented),
        cmocka_unit_test(the_documented_cases_are_there),
        cmocka_unit_test(every_row_is_whole_and_in_order),
        cmocka_unit_test(the_rules_agree_with_the_table),
    };
    return cmocka_run_group_tests_name("core.bugcheck", tests, NULL, NULL);
}
