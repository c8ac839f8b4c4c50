// SPDX-License-Identifier: MIT
// Physical memory: what was declared, the bytes behind it, and that every mapping of a page shows
// the same ones.
#include "harness.h"

static void two_mappings_of_a_page_share_its_bytes(void **state)
{
    (void)state;
    volatile unsigned char *one = map(BAR, PAGE);
    volatile unsigned char *two = map(BAR, PAGE);

    one[5] = 0xA5;
    two[6] = 0x5A;

    assert_ptr_not_equal((PVOID)one, (PVOID)two);
    assert_int_equal(two[5], 0xA5);
    assert_int_equal(one[6], 0x5A);
}

static void overlapping_mappings_share_the_pages_they_have_in_common(void **state)
{
    (void)state;
    volatile unsigned char *low = map(BAR + 0x234, 3 * PAGE);
    volatile unsigned char *high = map(BAR + 2 * PAGE, 5 * PAGE);

    low[2 * PAGE - 0x234 + 9] = 0x99;

    assert_int_equal(high[9], 0x99);
}

static void mapping_begins_at_the_byte_that_was_asked(void **state)
{
    unsigned char byte = 0;
    (void)state;
    volatile unsigned char *va = map(BAR + 0xFED, 0x20);

    va[0] = 1;
    va[0x13] = 2; // first byte of the second page

    assert_true(syspte_memory_read(BAR + 0xFED, &byte, 1));
    assert_int_equal(byte, 1);
    assert_true(syspte_memory_read(BAR + 0x1000, &byte, 1));
    assert_int_equal(byte, 2);
}

static void memory_is_zeros_at_first(void **state)
{
    (void)state;
    const unsigned char *va = map(0x123450000ull, 16 * PAGE);

    for (unsigned i = 0; i < 16 * PAGE; i++) {
        assert_int_equal(va[i], 0);
    }
}

static void memory_outlives_its_mapping(void **state)
{
    (void)state;
    volatile unsigned char *va = map(BAR, PAGE);
    va[1] = 0x42;
    unmap((PVOID)va, PAGE);

    va = map(BAR + 1, 1);

    assert_int_equal(*va, 0x42);
}

static void device_and_driver_see_each_others_writes(void **state)
{
    unsigned char out[0x3000];
    unsigned char in[0x3000];
    (void)state;
    PUCHAR va = map(BAR + 0x800, sizeof in);
    for (unsigned i = 0; i < sizeof in; i++) {
        in[i] = (unsigned char)(i * 7);
    }

    assert_true(syspte_memory_write(BAR + 0x800, in, sizeof in));
    assert_memory_equal(va, in, sizeof in);
    va[0x1234] ^= 0xFF;
    assert_true(syspte_memory_read(BAR + 0x800, out, sizeof out));
    assert_memory_equal(out, va, sizeof out);
}

static void memory_reaches_to_the_last_physical_byte(void **state)
{
    const uint64_t last = SYSPTE_PHYSICAL_BYTES - 1;
    unsigned char byte = 7;
    (void)state;

    volatile unsigned char *va = map(last, 1);
    *va = 0x33;

    assert_true(syspte_memory_read(last, &byte, 1));
    assert_int_equal(byte, 0x33);
    assert_false(syspte_memory_read(last, &byte, 2));
    assert_false(syspte_memory_write(last + 1, &byte, 1));
    assert_false(syspte_memory_read(UINT64_MAX, &byte, 1));
    assert_false(syspte_memory_read(0, &byte, UINT64_MAX));
    assert_int_equal(byte, 0x33);
}

static void reading_nothing_is_possible_everywhere(void **state)
{
    unsigned char byte = 7;
    (void)state;

    assert_true(syspte_memory_read(SYSPTE_PHYSICAL_BYTES, &byte, 0));
    assert_true(syspte_memory_write(0, &byte, 0));
    assert_int_equal(byte, 7);
}

static void accounting_only_has_no_memory(void **state)
{
    syspte_config config = syspte_config_default();
    unsigned char byte = 7;
    (void)state;
    config.accounting_only = true;
    boot(&config);

    PVOID va = map(BAR + 0x123, PAGE);

    assert_non_null(va);
    assert_int_equal((ULONG_PTR)va & 0xFFF, 0x123);
    assert_false(syspte_memory_read(BAR, &byte, 1));
    assert_false(syspte_memory_write(BAR, &byte, 1));
    assert_int_equal(mapping_at(va).pte_count, 2);
    unmap(va, PAGE);
    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_no_findings();
}

static void accounting_only_tells_misuse_all_the_same(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.accounting_only = true;
    config.strictness = SYSPTE_TRACK;
    boot(&config);
    PUCHAR va = map(BAR, 3 * PAGE);

    unmap(va + PAGE, PAGE);
    unmap(va, 3 * PAGE);
    unmap((PUCHAR)map(BAR, PAGE) - PAGE, PAGE);

    assert_int_equal(finding_of(SYSPTE_RULE_UNMAP_MIDDLE).system_va, va_of(1));
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_TWICE), 1);
}

static void without_a_machine_there_is_no_memory(void **state)
{
    unsigned char byte = 7;
    (void)state;

    assert_false(syspte_memory_read(0, &byte, 1));
    assert_false(syspte_memory_write(0, &byte, 1));
    assert_int_equal(byte, 7);
}

// ---- Ranges

static void undeclared_memory_is_a_devices(void **state)
{
    (void)state;

    assert_int_equal(syspte_memory_kind_at(0), SYSPTE_MEMORY_DEVICE);
    assert_int_equal(syspte_memory_kind_at(UINT64_MAX), SYSPTE_MEMORY_DEVICE);
}

static void declared_range_has_its_kind_to_the_byte(void **state)
{
    (void)state;

    assert_true(syspte_memory_add(0x1001, 0x10, SYSPTE_MEMORY_RAM));

    assert_int_equal(syspte_memory_kind_at(0x1000), SYSPTE_MEMORY_DEVICE);
    assert_int_equal(syspte_memory_kind_at(0x1001), SYSPTE_MEMORY_RAM);
    assert_int_equal(syspte_memory_kind_at(0x1010), SYSPTE_MEMORY_RAM);
    assert_int_equal(syspte_memory_kind_at(0x1011), SYSPTE_MEMORY_DEVICE);
}

static void later_declaration_wins(void **state)
{
    (void)state;
    assert_true(syspte_memory_add(0x1000, 0x4000, SYSPTE_MEMORY_RAM));
    assert_true(syspte_memory_add(0x2000, 0x1000, SYSPTE_MEMORY_RAM_LOCKED));
    assert_true(syspte_memory_add(0x2000, 0x100, SYSPTE_MEMORY_REFUSED));
    assert_true(syspte_memory_add(0x4000, 0x100, SYSPTE_MEMORY_DEVICE));

    assert_int_equal(syspte_memory_kind_at(0x1FFF), SYSPTE_MEMORY_RAM);
    assert_int_equal(syspte_memory_kind_at(0x2000), SYSPTE_MEMORY_REFUSED);
    assert_int_equal(syspte_memory_kind_at(0x2100), SYSPTE_MEMORY_RAM_LOCKED);
    assert_int_equal(syspte_memory_kind_at(0x3000), SYSPTE_MEMORY_RAM);
    assert_int_equal(syspte_memory_kind_at(0x4000), SYSPTE_MEMORY_DEVICE);
    assert_int_equal(syspte_memory_kind_at(0x4100), SYSPTE_MEMORY_RAM);
}

// A byte of RAM anywhere in the mapped range counts, wherever other ranges begin and end.
static void ram_is_found_behind_other_ranges(void **state)
{
    (void)state;
    assert_true(syspte_memory_add(0x9FFF, 1, SYSPTE_MEMORY_RAM));
    assert_true(syspte_memory_add(0x3000, 0x1000, SYSPTE_MEMORY_RAM_LOCKED));
    assert_true(syspte_memory_add(0x5000, 0x2000, SYSPTE_MEMORY_RAM_SHARED));

    assert_non_null(map(0x2000, 0x7FFF)); // ends one byte before
    assert_no_findings();
    assert_non_null(map(0x2000, 0x8000));
    assert_int_equal(only_finding(SYSPTE_RULE_MAP_UNLOCKED_RAM).bugcheck.parameter[3], 9);
}

static void empty_or_too_high_range_is_refused_in_words(void **state)
{
    (void)state;

    assert_false(syspte_memory_add(0x1000, 0, SYSPTE_MEMORY_RAM));
    assert_complaint("the range is empty or ends beyond 2^52 bytes");
    assert_false(syspte_memory_add(SYSPTE_PHYSICAL_BYTES, 1, SYSPTE_MEMORY_RAM));
    assert_complaint("ends beyond 2^52 bytes");
    assert_false(syspte_memory_add(1, SYSPTE_PHYSICAL_BYTES, SYSPTE_MEMORY_RAM));
    assert_complaint("ends beyond 2^52 bytes");
    assert_false(syspte_memory_add(UINT64_MAX, UINT64_MAX, SYSPTE_MEMORY_RAM));
    assert_complaint("ends beyond 2^52 bytes");
    assert_true(syspte_memory_add(0, SYSPTE_PHYSICAL_BYTES, SYSPTE_MEMORY_RAM));
}

static void unknown_kind_is_refused_in_words(void **state)
{
    (void)state;

    assert_false(syspte_memory_add(0, PAGE, (syspte_memory_kind)(SYSPTE_MEMORY_REFUSED + 1)));

    assert_complaint("there is no such kind of memory");
}

static void range_257_is_refused_in_words(void **state)
{
    (void)state;

    for (uint64_t i = 0; i < 256; i++) {
        assert_true(syspte_memory_add(i * 2 * PAGE, PAGE, SYSPTE_MEMORY_RAM));
    }
    assert_false(syspte_memory_add(0, PAGE, SYSPTE_MEMORY_RAM_LOCKED));

    assert_complaint("256 ranges are declared already");
    assert_int_equal(syspte_memory_kind_at(0), SYSPTE_MEMORY_RAM);
    assert_int_equal(syspte_memory_kind_at(255 * 2 * PAGE), SYSPTE_MEMORY_RAM);
}

static void range_without_a_machine_is_refused_in_words(void **state)
{
    (void)state;

    assert_false(syspte_memory_add(0, PAGE, SYSPTE_MEMORY_RAM));

    assert_complaint("call syspte_boot first");
}

static void new_machine_has_no_ranges_and_no_bytes_of_the_last(void **state)
{
    unsigned char byte = 7;
    (void)state;
    assert_true(syspte_memory_add(0, PAGE, SYSPTE_MEMORY_REFUSED));
    assert_true(syspte_memory_write(0x5000, &byte, 1));

    boot(NULL);

    assert_int_equal(syspte_memory_kind_at(0), SYSPTE_MEMORY_DEVICE);
    assert_true(syspte_memory_read(0x5000, &byte, 1));
    assert_int_equal(byte, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(two_mappings_of_a_page_share_its_bytes),
        machine_test(overlapping_mappings_share_the_pages_they_have_in_common),
        machine_test(mapping_begins_at_the_byte_that_was_asked),
        machine_test(memory_is_zeros_at_first),
        machine_test(memory_outlives_its_mapping),
        machine_test(device_and_driver_see_each_others_writes),
        machine_test(memory_reaches_to_the_last_physical_byte),
        machine_test(reading_nothing_is_possible_everywhere),
        hooked_test(accounting_only_has_no_memory),
        hooked_test(accounting_only_tells_misuse_all_the_same),
        hooked_test(without_a_machine_there_is_no_memory),
        machine_test(undeclared_memory_is_a_devices),
        machine_test(declared_range_has_its_kind_to_the_byte),
        machine_test(later_declaration_wins),
        machine_test(ram_is_found_behind_other_ranges),
        machine_test(empty_or_too_high_range_is_refused_in_words),
        machine_test(unknown_kind_is_refused_in_words),
        machine_test(range_257_is_refused_in_words),
        hooked_test(range_without_a_machine_is_refused_in_words),
        machine_test(new_machine_has_no_ranges_and_no_bytes_of_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
