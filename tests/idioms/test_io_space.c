// SPDX-License-Identifier: MIT
// What real drivers do with I/O space, done right: nothing is found.
#include <syspte/fault.h>
#include "hardware.h"

static void release_unmaps_what_prepare_mapped(void **state)
{
    (void)state;
    assert_int_equal(kmdf_life(KmdfEntry, 1), STATUS_SUCCESS);
}

static void release_follows_a_prepare_that_failed(void **state)
{
    (void)state;
    assert_int_equal(kmdf_life(KmdfEntry, 0xFFFFFFFF), STATUS_DEVICE_NOT_READY);
}

static void resources_are_mapped_by_kind_and_size(void **state)
{
    ADAPTER adapter = {.Shadow = NULL};
    PCM_RESOURCE_LIST list = resources();
    (void)state;

    assert_int_equal(AdapterStart(&adapter, list), STATUS_SUCCESS);

    assert_int_equal(adapter.Registers.Bytes, 0x1000);
    assert_int_equal(adapter.Queue.Bytes, 0x800);
    assert_int_equal(adapter.Buffers.Bytes, 0x2800);
    assert_int_equal(BYTE_OFFSET(adapter.Buffers.Base), 0x800);
    assert_int_equal(syspte_counters_now().live_mappings, 4);
    AdapterStop(&adapter);
}

static void one_range_is_carved_into_two_windows_of_one_memory(void **state)
{
    ADAPTER adapter = {.Shadow = NULL};
    uint32_t seen = 0;
    (void)state;
    assert_int_equal(AdapterStart(&adapter, resources()), STATUS_SUCCESS);

    WRITE_REGISTER_ULONG((PULONG)adapter.Buffers.Base, 0x12345678);

    assert_true(syspte_memory_read(DEVICE + 0x10800, &seen, sizeof seen));
    assert_int_equal(seen, 0x12345678);
    AdapterStop(&adapter);
}

static void port_without_the_flag_of_one_is_mapped_as_memory(void **state)
{
    ADAPTER adapter = {.Shadow = NULL};
    (void)state;

    assert_int_equal(AdapterStart(&adapter, resources()), STATUS_SUCCESS);

    assert_non_null(adapter.Port.Base);
    assert_int_equal(adapter.Port.Bytes, 0x20);
    AdapterStop(&adapter);
}

static void start_that_fails_at_any_window_unmaps_the_others(void **state)
{
    (void)state;
    for (unsigned nth = 1; nth <= 5; nth++) { // the pool, and four windows
        syspte_fault_plan plan = {.nth = nth};
        ADAPTER adapter = {.Shadow = NULL};
        assert_true(syspte_fault_set(&plan));
        assert_int_equal(AdapterStart(&adapter, resources()), STATUS_INSUFFICIENT_RESOURCES);
        syspte_fault_clear();
        assert_int_equal(syspte_counters_now().live_mappings, 0);
    }
}

static void bar_is_mapped_once_for_all_its_ranges(void **state)
{
    BAR bar = {.Start = at(DEVICE), .Length = 0x4000};
    (void)state;

    PUCHAR first = BarRange(&bar, 0x100, 0x10);
    PUCHAR second = BarRange(&bar, 0x3FF0, 0x10);

    assert_ptr_equal(second - first, 0x3EF0);
    assert_null(BarRange(&bar, 0x3FF1, 0x10));
    assert_int_equal(syspte_counters_now().live_mappings, 1);
    BarRelease(&bar);
}

static void ram_that_is_shared_is_mapped_cached(void **state)
{
    PVOID page;
    (void)state;
    assert_true(syspte_memory_add(0x7F000000, 0x1000, SYSPTE_MEMORY_RAM_SHARED));

    page = SharedMap(at(0x7F000000), 0x1000);
    assert_non_null(page);
    *(PULONG)page = 7;

    SharedUnmap(&page, 0x1000);
    assert_int_equal(syspte_finding_count(), 0);
}

static void mapping_with_a_spin_lock_held_is_legal(void **state)
{
    KSPIN_LOCK lock;
    ULONG value = 1;
    (void)state;
    KeInitializeSpinLock(&lock);

    assert_int_equal(DispatchPeek(&lock, at(DEVICE), &value), STATUS_SUCCESS);

    assert_int_equal(value, 0);
}

static WINDOW page; // of the device that is suspended and resumed

static void suspend_and_resume_with_another_frame(void **state)
{
    static uint64_t frame;
    (void)state;
    frame += 0x1000;
    assert_int_equal(ResumeMaps(&page, at(DEVICE + frame)), STATUS_SUCCESS);
}

static void mapping_that_stays_shows_what_its_frame_is_filled_with(void **state)
{
    WINDOW kept = {0};
    uint32_t before = 0x11111111;
    uint32_t after = 0x22222222;
    (void)state;
    assert_int_equal(ResumeMaps(&kept, at(DEVICE)), STATUS_SUCCESS);
    assert_true(syspte_memory_write(DEVICE, &before, sizeof before));
    assert_int_equal(READ_REGISTER_ULONG(kept.Base), before);

    assert_true(syspte_memory_write(DEVICE, &after, sizeof after));

    assert_int_equal(READ_REGISTER_ULONG(kept.Base), after);
    ResumeUnmaps(&kept);
}

static void map_with(BOOLEAN expected)
{
    BOOLEAN usedEx = !expected;
    PVOID mapped = RoutineMap(at(DEVICE), 0x1000, &usedEx);
    assert_non_null(mapped);
    assert_int_equal(usedEx, expected);
    MmUnmapIoSpace(mapped, 0x1000);
}

static void newer_routine_is_used_where_it_is_found(void **state)
{
    (void)state;
    map_with(TRUE);
}

static void older_routine_is_used_where_there_is_no_newer_one(void **state)
{
    (void)state;
    map_with(FALSE);
}

static void display_is_noncached_where_it_cannot_be_combined(void **state)
{
    syspte_fault_plan plan = {.caches = 1u << SYSPTE_CACHE_WRITE_COMBINED};
    DISPLAY display;
    (void)state;
    assert_int_equal(DisplayStart(&display, at(DEVICE)), STATUS_SUCCESS);
    assert_true(display.Combined);
    DisplayStop(&display);

    assert_true(syspte_fault_set(&plan));
    assert_int_equal(DisplayStart(&display, at(DEVICE)), STATUS_SUCCESS);
    syspte_fault_clear();

    assert_false(display.Combined);
    DisplayStop(&display);
}

static void display_that_fails_at_any_window_unmaps_the_others(void **state)
{
    (void)state;
    for (unsigned nth = 2; nth <= 4; nth++) {
        syspte_fault_plan plan = {.nth = nth};
        DISPLAY display;
        assert_true(syspte_fault_set(&plan));
        assert_int_equal(DisplayStart(&display, at(DEVICE)), STATUS_INSUFFICIENT_RESOURCES);
        syspte_fault_clear();
        assert_int_equal(syspte_counters_now().live_mappings, 0);
    }
}

static void odd_lengths_at_odd_addresses_keep_their_offset(void **state)
{
    static const struct {
        uint64_t address;
        SIZE_T bytes;
    } odd[] = {{DEVICE, 2},         {DEVICE + 8, 0x18},    {DEVICE + 0xFF8, 0x18},
               {DEVICE + 8, 0x200}, {DEVICE + 0xFFF, 0x2}, {DEVICE + 0xE08, 0x1200}};
    (void)state;
    for (unsigned i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        assert_true(OddMapAndUnmap(at(odd[i].address), odd[i].bytes));
    }
}

static void unmapping_another_size_of_the_same_page_is_a_note(void **state)
{
    syspte_finding finding;
    (void)state;

    OddUnmapsSizeOfPointer(MmMapIoSpace(at(DEVICE), 0x200, MmNonCached));

    assert_int_equal(syspte_finding_count(), 1);
    assert_true(syspte_finding_at(0, &finding));
    assert_int_equal(finding.rule, SYSPTE_RULE_UNMAP_OTHER_BYTES);
    assert_int_equal(finding.severity, SYSPTE_NOTE);
}

static void cached_mapping_is_shared_and_ends_with_its_last_user(void **state)
{
    PVOID mine;
    (void)state;
    CacheCreate();

    mine = CacheAcquire(at(DEVICE), 0x1000);
    assert_int_equal(CacheUse(at(DEVICE), 0x800, FALSE), STATUS_SUCCESS);
    assert_int_equal(CacheUse(at(DEVICE), 0x1000, TRUE), STATUS_DEVICE_NOT_READY);
    assert_int_equal(syspte_counters_now().live_mappings, 1);

    CacheRelease(mine);
    assert_int_equal(syspte_counters_now().live_mappings, 0);
}

static void start_that_hides_its_failure_leaves_nothing_mapped(void **state)
{
    STARTED device = {.Usable = FALSE};
    (void)state;
    syspte_scope scope = syspte_scope_enter_owned("start to stop", &device);

    assert_int_equal(StartedStart(&device, at(DEVICE)), STATUS_SUCCESS);
    assert_false(device.Usable);
    StartedStop(&device);

    assert_int_equal(syspte_scope_leave(scope), 0);
}

static void stop_and_remove_unmap_once(void **state)
{
    WINDOW window = {.Bytes = 0x1000};
    (void)state;
    window.Base = MmMapIoSpace(at(DEVICE), 0x1000, MmNonCached);

    StopUnmaps(&window);
    StopUnmaps(&window);
}

int main(void)
{
    static syspte_config verifier, seven, ten;
    verifier = seven = ten = syspte_config_default();
    verifier.strictness = SYSPTE_VERIFIER;
    seven.profile = syspte_profile_find("win7-x64");
    ten.profile = syspte_profile_find("win10-x64");
    const struct CMUnitTest tests[] = {
        syspte_unit_test(release_unmaps_what_prepare_mapped),
        syspte_unit_test(release_follows_a_prepare_that_failed),
        syspte_unit_test(resources_are_mapped_by_kind_and_size),
        syspte_unit_test(one_range_is_carved_into_two_windows_of_one_memory),
        syspte_unit_test(port_without_the_flag_of_one_is_mapped_as_memory),
        syspte_unit_test(start_that_fails_at_any_window_unmaps_the_others),
        syspte_unit_test(bar_is_mapped_once_for_all_its_ranges),
        syspte_unit_test(ram_that_is_shared_is_mapped_cached),
        syspte_unit_test_with(ram_that_is_shared_is_mapped_cached, &verifier),
        syspte_unit_test_with(mapping_with_a_spin_lock_held_is_legal, &verifier),
        syspte_unit_test_cycles(suspend_and_resume_with_another_frame, 10),
        syspte_unit_test(mapping_that_stays_shows_what_its_frame_is_filled_with),
        syspte_unit_test_with(newer_routine_is_used_where_it_is_found, &ten),
        syspte_unit_test_with(older_routine_is_used_where_there_is_no_newer_one, &seven),
        syspte_unit_test(display_is_noncached_where_it_cannot_be_combined),
        syspte_unit_test(display_that_fails_at_any_window_unmaps_the_others),
        syspte_unit_test(odd_lengths_at_odd_addresses_keep_their_offset),
        syspte_unit_test(unmapping_another_size_of_the_same_page_is_a_note),
        syspte_unit_test(cached_mapping_is_shared_and_ends_with_its_last_user),
        syspte_unit_test(start_that_hides_its_failure_leaves_nothing_mapped),
        syspte_unit_test(stop_and_remove_unmap_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
