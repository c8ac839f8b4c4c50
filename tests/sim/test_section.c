// SPDX-License-Identifier: MIT
// Views of section objects in system space, and locks of pageable sections.
#include "harness.h"

static void boot_at(syspte_strictness strictness)
{
    syspte_config config = syspte_config_default();
    config.strictness = strictness;
    boot(&config);
}

static PUCHAR view_of(PVOID section, SIZE_T bytes)
{
    PVOID view = NULL;
    assert_int_equal(MmMapViewInSystemSpace(section, &view, &bytes), STATUS_SUCCESS);
    return view;
}

// ---- Views

static void view_shows_the_whole_section_as_zeros(void **state)
{
    PVOID view = NULL;
    SIZE_T bytes = 0;
    (void)state;
    PVOID section = syspte_section_create(2 * PAGE + 5);

    assert_int_equal(MmMapViewInSystemSpace(section, &view, &bytes), STATUS_SUCCESS);

    assert_int_equal(bytes, 3 * PAGE);
    assert_int_equal((ULONG_PTR)view % PAGE, 0);
    for (SIZE_T i = 0; i < bytes; i++) {
        assert_int_equal(((PUCHAR)view)[i], 0);
    }
    assert_int_equal(MmUnmapViewInSystemSpace(view), STATUS_SUCCESS);
    assert_true(syspte_section_close(section));
    assert_no_findings();
}

static void views_of_one_section_share_its_bytes_at_other_addresses(void **state)
{
    (void)state;
    PVOID section = syspte_section_create(4 * PAGE);
    PUCHAR one = view_of(section, 0);
    PUCHAR two = view_of(section, 1);
    PUCHAR three = view_of(section, 3 * PAGE);

    one[7] = 0x42;
    three[2 * PAGE] = 0x24;

    assert_int_equal(two[7], 0x42);
    assert_int_equal(one[2 * PAGE], 0x24);
    assert_true(two >= one + 5 * PAGE || one >= two + 2 * PAGE);
    assert_int_equal(MmGetPhysicalAddress(one + 7).QuadPart,
                     MmGetPhysicalAddress(two + 7).QuadPart);
    assert_int_equal(syspte_counters_now().live_ptes, 0);
    (void)MmUnmapViewInSystemSpace(two);
    one[8] = 1;
    (void)MmUnmapViewInSystemSpace(one);
    (void)MmUnmapViewInSystemSpace(three);
    assert_no_findings();
}

static void space_of_a_view_is_used_again(void **state)
{
    (void)state;
    PVOID section = syspte_section_create(PAGE);
    PUCHAR first = view_of(section, 0);
    for (unsigned i = 0; i < 3000; i++) {
        (void)MmUnmapViewInSystemSpace(first);
        assert_ptr_equal(view_of(section, 0), first);
    }
    (void)MmUnmapViewInSystemSpace(first);
}

static void section_is_zeros_in_memory_that_was_used_before(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        PVOID section = syspte_section_create(PAGE);
        PUCHAR view = view_of(section, 0);
        assert_int_equal(view[17], 0);
        view[17] = 1;
        (void)MmUnmapViewInSystemSpace(view);
        assert_true(syspte_section_close(section));
    }
}

static void view_of_more_than_the_section_is_refused(void **state)
{
    PVOID view = NULL;
    SIZE_T bytes = PAGE + 1;
    (void)state;
    PVOID section = syspte_section_create(PAGE);

    assert_int_equal(MmMapViewInSystemSpace(section, &view, &bytes), STATUS_INVALID_VIEW_SIZE);

    assert_null(view);
    assert_int_equal(bytes, PAGE + 1);
    assert_string_equal(only_finding(SYSPTE_RULE_VIEW_ARGUMENT).text, "the section is smaller");
}

static void view_of_no_section_is_refused(void **state)
{
    PVOID view = NULL;
    SIZE_T bytes = 0;
    (void)state;
    PVOID closed = syspte_section_create(PAGE);
    assert_true(syspte_section_close(closed));

    assert_false(NT_SUCCESS(MmMapViewInSystemSpace(NULL, &view, &bytes)));
    assert_false(NT_SUCCESS(MmMapViewInSystemSpace(closed, &view, &bytes)));
    assert_false(NT_SUCCESS(MmMapViewInSystemSpace(&bytes, &view, &bytes)));

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_VIEW_ARGUMENT), 3);
}

static void leaked_view_is_told_with_its_line(void **state)
{
    PVOID view = NULL;
    SIZE_T bytes = 0;
    (void)state;
    PVOID section = syspte_section_create(2 * PAGE);
    syspte_scope scope = syspte_scope_enter("scope");
    (void)MmMapViewInSystemSpace(section, &view, &bytes);
    unsigned line = __LINE__ - 1;

    assert_int_equal(syspte_scope_leave(scope), 1);

    syspte_finding f = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(f.call->line, line);
    assert_int_equal(f.call->kind, SYSPTE_KIND_SYSTEM_VIEW);
    assert_int_equal(f.held_pages, 2);
}

static PVOID target;

static void unmap_target(void)
{
    (void)MmUnmapViewInSystemSpace(target);
}

static void unmap_of_no_view_is_0xD7(void **state)
{
    static unsigned char mine[1];
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        boot(NULL);
        PVOID section = syspte_section_create(2 * PAGE);
        PUCHAR view = view_of(section, 0);
        PVOID wrong[] = {NULL, mine, view + PAGE, view + 8, map(BAR, PAGE)};
        target = wrong[i];

        assert_true(stops(unmap_target));

        syspte_finding f = finding_of(SYSPTE_RULE_UNMAP_NO_VIEW);
        assert_stop(0xD7, f.system_va, 1, 0, 0);
        assert_null(f.unmapped);
    }
}

static void unmap_twice_is_0xD7_with_both_sites(void **state)
{
    (void)state;
    target = view_of(syspte_section_create(PAGE), 0);
    (void)MmUnmapViewInSystemSpace(target);
    unsigned line = __LINE__ - 1;

    assert_true(stops(unmap_target));

    syspte_finding f = only_finding(SYSPTE_RULE_UNMAP_NO_VIEW);
    assert_stop(0xD7, f.system_va, 1, 0, 0);
    assert_int_equal(f.unmapped->line, line);
}

static void touch_target(void)
{
    *(volatile unsigned char *)target = 1;
}

static void touch_of_an_unmapped_view_is_0x50(void **state)
{
    (void)state;
    target = view_of(syspte_section_create(PAGE), 0);
    (void)MmUnmapViewInSystemSpace(target);
    unsigned line = __LINE__ - 1;

    assert_true(touch_stops(touch_target));

    syspte_finding f = only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
    assert_stop(0x50, f.system_va, if_write(2), 0, 0);
    assert_int_equal(f.unmapped->line, line);
}

static void touch_behind_a_view_is_0x50(void **state)
{
    (void)state;
    target = view_of(syspte_section_create(PAGE), 0) + PAGE;

    assert_true(touch_stops(touch_target));

    assert_stop(0x50, only_finding(SYSPTE_RULE_USE_NEVER_MAPPED).system_va, if_write(2), 0, 2);
}

static void sections_that_are_in_use_or_none_are_not_closed(void **state)
{
    (void)state;
    PVOID section = syspte_section_create(PAGE);
    PVOID view = view_of(section, 0);

    assert_false(syspte_section_close(section));
    assert_complaint("a view of it is still mapped");
    assert_false(syspte_section_close(&view));
    assert_complaint("this is no section that is open");
    (void)MmUnmapViewInSystemSpace(view);
    assert_true(syspte_section_close(section));
    assert_false(syspte_section_close(section));
    assert_complaint("this is no section that is open");
}

static void sections_that_cannot_be_had_are_null(void **state)
{
    PVOID sections[64];
    syspte_config config = syspte_config_default();
    (void)state;
    config.ram_bytes = 100 * PAGE;
    boot(&config);

    assert_null(syspte_section_create(0));
    assert_null(syspte_section_create(UINT64_MAX));
    assert_null(syspte_section_create(101 * PAGE));
    for (unsigned i = 0; i < 64; i++) {
        sections[i] = syspte_section_create(1);
        assert_non_null(sections[i]);
    }
    assert_null(syspte_section_create(1));
    assert_true(syspte_section_close(sections[3]));
    assert_non_null(syspte_section_create(1));
}

static void sections_end_with_the_machine(void **state)
{
    (void)state;
    PVOID section = syspte_section_create(PAGE);
    PUCHAR view = view_of(section, 0);
    *view = 1;
    (void)syspte_shutdown();

    assert_false(syspte_section_close(section));
    assert_complaint("the machine has ended");
    assert_null(syspte_section_create(PAGE));
    assert_complaint("syspte_boot first");
    boot(NULL);
    assert_false(syspte_section_close(section));
    assert_complaint("this is no section that is open");
    assert_false(MmIsAddressValid(view));
    assert_ptr_equal(view_of(syspte_section_create(PAGE), 0), view);
    assert_int_equal(*view, 0);
}

// ---- Pageable sections

static int paged_data = 1;

static void paged_code(void)
{
    paged_data++;
}

static void locks_are_counted_and_given_back(void **state)
{
    (void)state;
    PVOID data = MmLockPagableDataSection(&paged_data);
    PVOID code = MmLockPagableCodeSection((PVOID)(ULONG_PTR)paged_code);

    assert_non_null(data);
    assert_ptr_not_equal(data, code);
    assert_ptr_equal(MmLockPagableDataSection(&paged_data), data);
    MmLockPagableSectionByHandle(data);
    MmUnlockPagableImageSection(data);
    MmUnlockPagableImageSection(data);
    MmUnlockPagableImageSection(data);
    MmUnlockPagableImageSection(code);
    assert_int_equal(syspte_counters_now().live_ptes, 0);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void missing_unlock_is_told_with_the_line_of_its_lock(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("scope");
    PVOID data = MmLockPagableDataSection(&paged_data);
    unsigned line = __LINE__ - 1;
    MmLockPagableSectionByHandle(data);
    MmUnlockPagableImageSection(data);

    assert_int_equal(syspte_scope_leave(scope), 1);

    syspte_finding f = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(f.call->line, line);
    assert_int_equal(f.call->kind, SYSPTE_KIND_SECTION_LOCK);
    MmUnlockPagableImageSection(data);
}

static void unlock_target(void)
{
    MmUnlockPagableImageSection(target);
}

static void lock_target(void)
{
    (void)MmLockPagableDataSection(target);
}

static void lock_target_by_handle(void)
{
    MmLockPagableSectionByHandle(target);
}

static void one_unlock_too_many_is_0x1A_0x1010(void **state)
{
    (void)state;
    target = MmLockPagableDataSection(&paged_data);
    MmUnlockPagableImageSection(target);

    assert_true(stops(unlock_target));

    assert_stop(0x1A, 0x1010, 0, 0, 0);
}

static void section_that_does_not_exist_is_0x1A_0x1234(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        boot(NULL);
        target = i == 0 ? NULL : ExAllocatePool2(POOL_FLAG_PAGED, 64, 1);
        assert_true(stops(i < 2 ? lock_target : i == 2 ? lock_target_by_handle : unlock_target));
        assert_stop(0x1A, 0x1234, 0, 0, 0);
    }
}

static void announced_wrong_unlock_returns(void **state)
{
    (void)state;
    target = MmLockPagableDataSection(&paged_data);
    MmUnlockPagableImageSection(target);
    syspte_expect_bugcheck(0x1A, 0x1010);

    assert_false(stops(unlock_target));

    assert_int_equal(syspte_report_failures(), 0);
}

static void handle_is_void_on_the_next_machine(void **state)
{
    (void)state;
    target = MmLockPagableDataSection(&paged_data);
    boot(NULL);

    assert_true(stops(unlock_target));

    assert_stop(0x1A, 0x1234, 0, 0, 0);
}

static void irql_limit_is_apc_level(void **state)
{
    KIRQL old;
    (void)state;
    PVOID section = syspte_section_create(PAGE);
    KeRaiseIrql(APC_LEVEL, &old);
    target = MmLockPagableDataSection(&paged_data);
    MmUnlockPagableImageSection(target);
    PVOID view = view_of(section, 0);
    assert_no_findings();
    KeRaiseIrql(DISPATCH_LEVEL, &old);

    MmLockPagableSectionByHandle(target);
    MmUnlockPagableImageSection(target);
    assert_int_equal(MmUnmapViewInSystemSpace(view), STATUS_SUCCESS);
    view = view_of(section, 0);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MEMORY_IRQL), 4);
    KeLowerIrql(PASSIVE_LEVEL);

    boot_at(SYSPTE_VERIFIER);
    target = &paged_data;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    assert_true(stops(lock_target));
    assert_stop(0xC4, 0x20019, 2, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(view_shows_the_whole_section_as_zeros),
        machine_test(views_of_one_section_share_its_bytes_at_other_addresses),
        machine_test(space_of_a_view_is_used_again),
        machine_test(section_is_zeros_in_memory_that_was_used_before),
        machine_test(view_of_more_than_the_section_is_refused),
        machine_test(view_of_no_section_is_refused),
        machine_test(leaked_view_is_told_with_its_line),
        hooked_test(unmap_of_no_view_is_0xD7),
        machine_test(unmap_twice_is_0xD7_with_both_sites),
        machine_test(touch_of_an_unmapped_view_is_0x50),
        machine_test(touch_behind_a_view_is_0x50),
        machine_test(sections_that_are_in_use_or_none_are_not_closed),
        hooked_test(sections_that_cannot_be_had_are_null),
        machine_test(sections_end_with_the_machine),
        machine_test(locks_are_counted_and_given_back),
        machine_test(missing_unlock_is_told_with_the_line_of_its_lock),
        machine_test(one_unlock_too_many_is_0x1A_0x1010),
        hooked_test(section_that_does_not_exist_is_0x1A_0x1234),
        machine_test(announced_wrong_unlock_returns),
        machine_test(handle_is_void_on_the_next_machine),
        machine_test(irql_limit_is_apc_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
