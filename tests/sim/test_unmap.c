// SPDX-License-Identifier: MIT
// MmUnmapIoSpace and MmUnmapVideoDisplay where they are right, or wrong without harm; and the
// damage that a wrong one does on a free build, where nobody stops it. Wrong ones by the bug check
// they are: test_misuse.c.
#include "harness.h"

static void boot_free(void)
{
    syspte_config config = syspte_config_default();
    config.strictness = SYSPTE_FREE;
    boot(&config);
}

static uint64_t taken(void)
{
    syspte_counters now = syspte_counters_now();
    return now.pte_total - now.pte_free;
}

// ---- Right

static void unmap_gives_every_pte_back(void **state)
{
    (void)state;
    PVOID va = map(BAR + 0xF00, 0x200);

    unmap(va, 0x200);

    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free, now.pte_total);
    assert_int_equal(now.free_blocks, 1);
    assert_int_equal(now.largest_free_block, now.pte_total);
    assert_int_equal(now.live_mappings, 0);
    assert_int_equal(now.live_ptes, 0);
    assert_int_equal(now.peak_ptes, 2);
    assert_no_findings();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void unmaps_in_any_order_join_to_one_free_run(void **state)
{
    static const int order[] = {5, 0, 7, 2, 1, 6, 4, 3};
    PVOID va[8];
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        va[i] = map(BAR, (i + 1) * PAGE);
    }

    for (unsigned i = 0; i < 8; i++) {
        unmap(va[order[i]], ((unsigned)order[i] + 1) * PAGE);
        assert_null(syspte_machine_check());
    }

    assert_int_equal(syspte_counters_now().free_blocks, 1);
    assert_int_equal(taken(), 0);
    assert_no_findings();
}

static void other_byte_size_on_the_same_span_is_a_note(void **state)
{
    (void)state;
    PVOID va = map(BAR + 8, 0x100);
    int line = __LINE__ - 1;

    unmap(va, sizeof(PVOID));

    syspte_finding finding = only_finding(SYSPTE_RULE_UNMAP_OTHER_BYTES);
    assert_int_equal(finding.severity, SYSPTE_NOTE);
    assert_false(finding.has_bugcheck);
    assert_int_equal(finding.mapped->line, line);
    assert_int_equal(finding.call->line, line + 3);
    assert_int_equal(taken(), 0);
    assert_int_equal(syspte_report_failures(), 0);
}

static void page_address_of_a_mapping_inside_one_page_is_a_note(void **state)
{
    (void)state;
    PVOID va = map(BAR + 0x10, 0x100);

    unmap(PAGE_ALIGN(va), 0x100);

    (void)only_finding(SYSPTE_RULE_UNMAP_OTHER_BYTES);
    assert_int_equal(taken(), 0);
}

static void unmap_with_the_other_kinds_function_is_a_note(void **state)
{
    (void)state;
    PVOID video = MmMapVideoDisplay(physical(BAR), PAGE, MmNonCached);
    PVOID io = map(BAR, PAGE);

    unmap(video, PAGE);
    MmUnmapVideoDisplay(io, PAGE);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_OTHER_FUNCTION), 2);
    assert_int_equal(finding_of(SYSPTE_RULE_UNMAP_OTHER_FUNCTION).severity, SYSPTE_NOTE);
    assert_int_equal(taken(), 0);
}

static void unmap_through_a_pointer_is_known_by_its_return_address(void **state)
{
    VOID (*function)(PVOID, SIZE_T) = &MmUnmapIoSpace;
    VOID (*function_video)(PVOID, SIZE_T) = &MmUnmapVideoDisplay;
    (void)state;

    function(map(BAR, PAGE), 1);
    function_video(MmMapVideoDisplay(physical(BAR), PAGE, MmNonCached), 2);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_OTHER_BYTES), 2);
    assert_null(finding_of(SYSPTE_RULE_UNMAP_OTHER_BYTES).call->file);
    assert_int_not_equal(finding_of(SYSPTE_RULE_UNMAP_OTHER_BYTES).call->return_address, 0);
}

static void each_cycle_of_map_and_unmap_is_at_the_same_address(void **state)
{
    (void)state;
    PVOID first = map(BAR, PAGE);
    unmap(first, PAGE);

    for (int i = 0; i < 1000; i++) {
        PVOID va = map(BAR, PAGE);
        assert_ptr_equal(va, first);
        unmap(va, PAGE);
    }
    assert_int_equal(syspte_counters_now().peak_ptes, 1);
}

// ---- Damage on a free build

static void fewer_pages_leave_the_tail_allocated(void **state)
{
    (void)state;
    boot_free();
    PVOID va = map(BAR, 3 * PAGE);

    unmap(va, PAGE);

    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free, now.pte_total - 2);
    assert_int_equal(now.lost_ptes, 2);
    assert_int_equal(now.live_mappings, 0);
    (void)only_finding(SYSPTE_RULE_UNMAP_WRONG_SPAN);
    assert_int_equal(mapping_at(map(BAR, PAGE)).id, 0); // the freed one is used again
    assert_int_equal(mapping_at(map(BAR, PAGE)).id, 3); // the tail never
}

static void tail_left_by_fewer_pages_can_still_be_touched(void **state)
{
    (void)state;
    boot_free();
    volatile unsigned char *va = map(BAR, 2 * PAGE);
    va[PAGE] = 0x5A;

    unmap((PVOID)va, PAGE);

    unsigned char byte = 0;
    assert_int_equal(va[PAGE], 0x5A);
    assert_true(syspte_memory_read(BAR + PAGE, &byte, 1));
    assert_int_equal(byte, 0x5A);
}

static void more_pages_free_the_neighbours(void **state)
{
    (void)state;
    boot_free();
    PVOID victim[2];
    PVOID va = map(BAR, PAGE);
    victim[0] = map(BAR + PAGE, PAGE);
    int line = __LINE__ - 1;
    victim[1] = map(BAR + 2 * PAGE, 3 * PAGE);
    assert_non_null(victim[0]);
    assert_non_null(victim[1]);

    unmap(va, 3 * PAGE); // its own, the next one, and one PTE of the third

    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.live_mappings, 0);
    assert_int_equal(now.lost_ptes, 2); // the rest of the third
    assert_int_equal(now.pte_free, now.pte_total - 2);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_WRONG_SPAN), 1);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_PTES_LOST), 2);
    assert_int_equal(finding_of(SYSPTE_RULE_PTES_LOST).mapped->line, line);
    assert_int_equal(finding_of(SYSPTE_RULE_PTES_LOST).severity, SYSPTE_MISUSE);
}

static void page_address_across_pages_loses_one_pte(void **state)
{
    (void)state;
    boot_free();
    PVOID va = map(BAR + 0xF00, 0x200);

    unmap(PAGE_ALIGN(va), 0x200);

    (void)only_finding(SYSPTE_RULE_UNMAP_WRONG_SPAN);
    assert_int_equal(taken(), 1);
    assert_int_equal(syspte_counters_now().lost_ptes, 1);
}

static void middle_frees_from_there_and_loses_the_head(void **state)
{
    (void)state;
    boot_free();
    PVOID va = map(BAR, 4 * PAGE);

    unmap((PUCHAR)va + PAGE, PAGE);

    (void)only_finding(SYSPTE_RULE_UNMAP_MIDDLE);
    assert_int_equal(taken(), 3);
    assert_int_equal(syspte_counters_now().lost_ptes, 3);
    assert_int_equal(mapping_at(map(BAR, PAGE)).id, 1); // the freed one
    assert_int_equal(mapping_at(map(BAR, PAGE)).id, 4);
}

static void second_unmap_frees_whoever_holds_the_ptes_now(void **state)
{
    (void)state;
    boot_free();
    PVOID stale = map(BAR, PAGE);
    unmap(stale, PAGE);
    PVOID other = map(BAR + PAGE, PAGE);
    assert_ptr_equal(other, stale);

    unmap(stale, PAGE); // a right unmap, as Windows sees it

    assert_no_findings();
    assert_int_equal(taken(), 0);
    unmap(other, PAGE);
    (void)only_finding(SYSPTE_RULE_UNMAP_TWICE);
}

static void second_unmap_of_free_ptes_changes_no_count(void **state)
{
    (void)state;
    boot_free();
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);

    unmap(va, PAGE);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_TWICE), 1);
    assert_int_equal(taken(), 0);
}

static void outside_null_and_zero_change_nothing(void **state)
{
    (void)state;
    boot_free();
    PVOID va = map(BAR, 2 * PAGE);

    unmap(&state, PAGE);
    unmap(NULL, PAGE);
    unmap(NULL, 0);
    unmap(va, 0);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_OUTSIDE), 3);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_ZERO), 1);
    assert_int_equal(taken(), 2);
    assert_int_equal(syspte_counters_now().live_mappings, 1);
}

static void endless_length_frees_everything_behind(void **state)
{
    (void)state;
    boot_free();
    PVOID kept = map(BAR, PAGE);
    PVOID va = map(BAR, PAGE);
    assert_non_null(map(BAR, 7 * PAGE));

    unmap(va, SIZE_MAX);

    assert_int_equal(taken(), 1);
    assert_int_equal(mapping_at(kept).id, 0);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_PTES_LOST), 1);
}

static void unmap_of_a_free_run_reaches_the_mapping_behind_it(void **state)
{
    (void)state;
    boot_free();
    PVOID gone = map(BAR, PAGE);
    PVOID victim = map(BAR, 2 * PAGE);
    unmap(gone, PAGE);
    assert_non_null(victim);

    unmap(gone, 2 * PAGE);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_TWICE), 1);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_PTES_LOST), 1);
    assert_int_equal(syspte_counters_now().lost_ptes, 1);
    assert_int_equal(taken(), 1);
}

// ---- The policy for addresses that begin no mapping

static PVOID stale;

static void unmap_stale(void)
{
    unmap(stale, 2 * PAGE);
}

static void boot_io_mapping(void)
{
    syspte_config c = syspte_config_default();
    c.unknown_unmap = SYSPTE_UNKNOWN_IO_MAPPING;
    boot(&c);
}

static void twice_as_an_unknown_io_mapping_is_0x400(void **state)
{
    (void)state;
    boot_io_mapping();
    stale = map(BAR, 2 * PAGE);
    unmap(stale, 2 * PAGE);

    assert_true(stops(unmap_stale));

    assert_stop(SYSPTE_SYSTEM_PTE_MISUSE, 0x400, va_of(0), 2, 0);
    assert_non_null(only_finding(SYSPTE_RULE_UNMAP_TWICE).unmapped);
}

static void never_mapped_and_outside_as_unknown_io_mappings_are_0x400(void **state)
{
    (void)state;
    boot_io_mapping();
    PVOID held = map(BAR, PAGE);
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x400);
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x400);

    unmap((char *)held + 100 * PAGE, PAGE);
    unmap(NULL, PAGE);

    assert_true(finding_of(SYSPTE_RULE_UNMAP_NEVER_MAPPED).expected);
    assert_true(finding_of(SYSPTE_RULE_UNMAP_OUTSIDE).expected);
    unmap(held, PAGE);
}

static void middle_keeps_its_own_code_under_that_policy(void **state)
{
    (void)state;
    boot_io_mapping();
    PVOID held = map(BAR, 3 * PAGE);
    stale = (char *)held + PAGE;

    assert_true(stops(unmap_stale));

    assert_stop(SYSPTE_SYSTEM_PTE_MISUSE, 0x304, va_of(1), 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(unmap_gives_every_pte_back),
        machine_test(unmaps_in_any_order_join_to_one_free_run),
        machine_test(other_byte_size_on_the_same_span_is_a_note),
        machine_test(page_address_of_a_mapping_inside_one_page_is_a_note),
        machine_test(unmap_with_the_other_kinds_function_is_a_note),
        machine_test(unmap_through_a_pointer_is_known_by_its_return_address),
        machine_test(each_cycle_of_map_and_unmap_is_at_the_same_address),
        hooked_test(fewer_pages_leave_the_tail_allocated),
        hooked_test(tail_left_by_fewer_pages_can_still_be_touched),
        hooked_test(more_pages_free_the_neighbours),
        hooked_test(page_address_across_pages_loses_one_pte),
        hooked_test(middle_frees_from_there_and_loses_the_head),
        hooked_test(second_unmap_frees_whoever_holds_the_ptes_now),
        hooked_test(second_unmap_of_free_ptes_changes_no_count),
        hooked_test(outside_null_and_zero_change_nothing),
        hooked_test(endless_length_frees_everything_behind),
        hooked_test(unmap_of_a_free_run_reaches_the_mapping_behind_it),
        hooked_test(twice_as_an_unknown_io_mapping_is_0x400),
        hooked_test(never_mapped_and_outside_as_unknown_io_mappings_are_0x400),
        hooked_test(middle_keeps_its_own_code_under_that_policy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
