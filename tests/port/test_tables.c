// SPDX-License-Identifier: MIT
// Tables: zeros that cost nothing until touched, and zeros again on demand.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "port.h"

enum { PAGE = 4096, LONG = 64 * 1024, TABLE = 1024 * 1024 };

static bool all_are(const unsigned char *from, uint64_t bytes, unsigned char value)
{
    for (uint64_t i = 0; i < bytes; i++) {
        if (from[i] != value) {
            return false;
        }
    }
    return true;
}

static bool is_resident(void *page)
{
    unsigned char state = 0;
    assert_int_equal(mincore(page, PAGE, &state), 0);
    return (state & 1) != 0;
}

// Fills a table, zeros `bytes` from `offset` and checks every byte of it.
static void zero_and_check(unsigned char *table, uint64_t offset, uint64_t bytes)
{
    memset(table, 0xA5, TABLE);

    syspte_port_table_zero(table + offset, bytes);

    assert_true(all_are(table, offset, 0xA5));
    assert_true(all_are(table + offset, bytes, 0));
    assert_true(all_are(table + offset + bytes, TABLE - offset - bytes, 0xA5));
}

static void a_new_table_is_zeros_from_end_to_end(void **state)
{
    (void)state;
    unsigned char *table = syspte_port_table_reserve(TABLE);

    assert_non_null(table);
    assert_true(all_are(table, TABLE, 0));
    table[0] = 1;
    table[TABLE - 1] = 2;
    assert_int_equal(table[0] + table[TABLE - 1], 3);

    syspte_port_table_release(table, TABLE);
}

static void a_huge_table_costs_memory_only_where_it_is_touched(void **state)
{
    (void)state;
    uint64_t bytes = UINT64_C(8) << 30;
    unsigned char *table = syspte_port_table_reserve(bytes);

    assert_non_null(table);
    table[bytes - 1] = 1;

    assert_true(is_resident(table + bytes - PAGE));
    assert_false(is_resident(table));
    assert_false(is_resident(table + bytes / 2));
    syspte_port_table_release(table, bytes);
}

static void a_table_the_host_cannot_give_is_null(void **state)
{
    (void)state;
    assert_null(syspte_port_table_reserve(0));
    assert_null(syspte_port_table_reserve(UINT64_C(1) << 60));
    syspte_port_table_release(NULL, 0);
}

static void zeroing_touches_exactly_the_given_bytes(void **state)
{
    (void)state;
    static const uint64_t offsets[] = {0, 1, 63, PAGE - 1, PAGE, PAGE + 1};
    static const uint64_t lengths[] = {
        0,           1,
        63,          64,
        65,          PAGE - 1,
        PAGE,        PAGE + 1,
        LONG - 1,    LONG,
        LONG + 1,    LONG + PAGE - 1,
        LONG + PAGE, LONG + PAGE + 1,
    };
    unsigned char *table = syspte_port_table_reserve(TABLE);
    assert_non_null(table);

    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        for (size_t j = 0; j < sizeof lengths / sizeof lengths[0]; j++) {
            zero_and_check(table, offsets[i], lengths[j]);
        }
    }
    syspte_port_table_release(table, TABLE);
}

static void zeroing_up_to_the_end_of_a_table_works(void **state)
{
    (void)state;
    unsigned char *table = syspte_port_table_reserve(TABLE);
    assert_non_null(table);

    zero_and_check(table, TABLE - 1, 1);
    zero_and_check(table, TABLE - LONG - 1, LONG + 1);
    zero_and_check(table, 0, TABLE);

    syspte_port_table_release(table, TABLE);
}

static void zeroing_a_long_stretch_gives_its_pages_back(void **state)
{
    (void)state;
    unsigned char *table = syspte_port_table_reserve(TABLE);
    assert_non_null(table);
    memset(table, 0xA5, TABLE);
    assert_true(is_resident(table + TABLE / 2));

    syspte_port_table_zero(table + 1, TABLE - 2);

#ifdef __has_feature
#if __has_feature(memory_sanitizer)
    skip(); // there the pages are overwritten instead
#endif
#endif
    assert_false(is_resident(table + TABLE / 2));
    assert_true(is_resident(table));
    syspte_port_table_release(table, TABLE);
}

static void locked_pages_are_zeroed_all_the_same(void **state)
{
    (void)state;
    unsigned char *table = syspte_port_table_reserve(TABLE);
    assert_non_null(table);
    if (mlock(table + LONG, PAGE) != 0) {
        syspte_port_table_release(table, TABLE);
        skip(); // the host locks nothing for this user
    }

    zero_and_check(table, 1, LONG + 3 * PAGE);

    (void)munlock(table + LONG, PAGE);
    syspte_port_table_release(table, TABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_table_is_zeros_from_end_to_end),
        cmocka_unit_test(a_huge_table_costs_memory_only_where_it_is_touched),
        cmocka_unit_test(a_table_the_host_cannot_give_is_null),
        cmocka_unit_test(zeroing_touches_exactly_the_given_bytes),
        cmocka_unit_test(zeroing_up_to_the_end_of_a_table_works),
        cmocka_unit_test(zeroing_a_long_stretch_gives_its_pages_back),
        cmocka_unit_test(locked_pages_are_zeroed_all_the_same),
    };
    return cmocka_run_group_tests_name("port.tables", tests, NULL, NULL);
}
