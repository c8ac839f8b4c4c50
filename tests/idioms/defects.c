// SPDX-License-Identifier: MIT
// Runs each defect of the drivers in Source, as a test that must fail: tests/idioms/check.sh
// compares what is reported with what the sources mark. A bug check ends its test.
#include <syspte/fault.h>
#include "hardware.h"

static void release_forgets_what_prepare_mapped(void **state)
{
    (void)state;
    (void)kmdf_life(KmdfEntryForgets, 1);
}

static void second_range_overwrites_the_pointer_to_the_first(void **state)
{
    ADAPTER adapter = {.Shadow = NULL};
    (void)state;
    (void)AdapterStartKeepsTheLast(&adapter, resources());
    AdapterStop(&adapter);
}

static void mapped_port_is_never_unmapped(void **state)
{
    ADAPTER adapter = {.Shadow = NULL};
    (void)state;
    (void)AdapterStart(&adapter, resources());
    AdapterStopForgetsThePort(&adapter);
}

static void pool_beside_the_mappings_is_never_freed(void **state)
{
    ADAPTER adapter = {.Shadow = NULL};
    (void)state;
    (void)AdapterStart(&adapter, resources());
    AdapterStopForgetsTheShadow(&adapter);
}

static void bar_is_unmapped_with_the_length_of_a_request(void **state)
{
    BAR bar = {.Start = at(DEVICE), .Length = 0x4000};
    (void)state;
    (void)BarRange(&bar, 0, 0x100);
    BarReleaseRange(&bar, 0x100);
}

static void raised_status_skips_the_unmap_of_a_table(void **state)
{
    UCHAR buffer[64];
    (void)state;
    assert_int_equal(TableCopyLeaks(at(DEVICE), buffer, sizeof buffer), STATUS_DATA_ERROR);
}

static void shared_page_is_forgotten(void **state)
{
    PVOID shared;
    (void)state;
    (void)syspte_memory_add(0x7F000000, 0x1000, SYSPTE_MEMORY_RAM_SHARED);
    shared = SharedMap(at(0x7F000000), 0x1000);
    SharedForget(&shared);
}

static void ram_that_nobody_declared_shared_is_mapped(void **state)
{
    (void)state;
    (void)syspte_memory_add(0x7F000000, 0x1000, SYSPTE_MEMORY_RAM);
    (void)SharedMap(at(0x7F000000), 0x1000);
}

static void interrupt_maps(void **state)
{
    ULONG value;
    (void)state;
    (void)InterruptPeek(at(DEVICE), &value);
}

static void every_resume_maps_and_no_suspend_unmaps(void **state)
{
    static WINDOW page;
    (void)state;
    (void)ResumeLeaks(&page, at(DEVICE));
}

static void one_way_out_of_four_unmaps_too_little(void **state)
{
    (void)state;
    for (unsigned nth = 2; nth <= 4; nth++) {
        syspte_fault_plan plan = {.nth = nth};
        DISPLAY display;
        (void)syspte_fault_set(&plan);
        (void)DisplayStartLeaks(&display, at(DEVICE));
        syspte_fault_clear();
    }
}

static void size_of_a_pointer_is_another_span(void **state)
{
    (void)state;
    OddUnmapsSizeOfPointer(MmMapIoSpace(at(DEVICE), 0x2000, MmNonCached));
}

static void offset_of_the_address_is_dropped(void **state)
{
    (void)state;
    OddUnmapsThePage(MmMapIoSpace(at(DEVICE + 0xFF8), 0x10, MmNonCached), 0x10);
}

// A locked MDL over a buffer that is the machine's.
static PMDL locked(PVOID *buffer)
{
    *buffer = syspte_buffer_alloc(0x1000, SYSPTE_BUFFER_PAGEABLE);
    PMDL mdl = IoAllocateMdl(*buffer, 0x1000, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    return mdl;
}

static void reservation_is_freed_with_a_mapping_in_it(void **state)
{
    EMERGENCY emergency;
    PVOID buffer;
    UCHAR first;
    (void)state;
    PMDL mdl = locked(&buffer);
    (void)EmergencyReserve(&emergency);
    (void)EmergencyReadLeaks(&emergency, mdl, &first);
    EmergencyFree(&emergency);
}

static void mapping_of_a_ring_is_left(void **state)
{
    RING ring = {.Base = NULL};
    (void)state;
    assert_int_equal(RingCreate(&ring, 0x2000), STATUS_SUCCESS);
    RingDeleteLeaks(&ring);
}

static void mdl_is_forgotten_when_the_lock_raises(void **state)
{
    ULONG sum;
    (void)state;
    assert_int_equal(LockSumLeaksTheMdl((PVOID)(ULONG_PTR)0x8000, 16, UserMode, &sum),
                     STATUS_ACCESS_VIOLATION);
}

static void mdl_is_freed_while_it_is_mapped(void **state)
{
    ULONG sum;
    PVOID buffer = syspte_buffer_alloc(0x1000, SYSPTE_BUFFER_PAGEABLE);
    (void)state;
    (void)LockSumFreesItMapped(buffer, 0x1000, &sum);
}

static void mdl_of_pages_is_forgotten(void **state)
{
    (void)state;
    (void)PagesFillLeaksTheMdl(0x3000, 1);
}

static void application_keeps_its_view_of_the_registers(void **state)
{
    ULONG value;
    (void)state;
    (void)PeekLeaves(at(DEVICE), 0x1000, &value);
}

static void reference_is_not_given_back_on_a_failure(void **state)
{
    (void)state;
    CacheCreate();
    (void)CacheUseLeaks(at(DEVICE), 0x1000, FALSE);
    (void)CacheUseLeaks(at(DEVICE), 0x1000, TRUE);
}

static void start_hides_that_it_failed(void **state)
{
    static STARTED device;
    (void)state;
    syspte_scope scope = syspte_scope_enter_owned("start to stop", &device);
    (void)syspte_owner_set(&device);
    (void)StartedStartHides(&device, at(DEVICE));
    StartedStop(&device);
    (void)syspte_owner_set(NULL);
    assert_int_equal(syspte_scope_leave(scope), 1); // long before the test and its machine end
}

static void map_that_failed_is_read(void **state)
{
    syspte_fault_plan plan = {.nth = 1};
    STARTED device;
    (void)state;
    (void)syspte_fault_set(&plan);
    (void)StartedStartUntested(&device, at(DEVICE));
}

static void stop_and_remove_unmap_twice(void **state)
{
    WINDOW window = {.Bytes = 0x1000};
    (void)state;
    window.Base = MmMapIoSpace(at(DEVICE), 0x1000, MmNonCached);
    StopUnmapsAgain(&window);
    StopUnmapsAgain(&window);
}

static void null_is_unmapped(void **state)
{
    WINDOW window = {.Bytes = 0x1000};
    (void)state;
    StopUnmapsNull(&window);
}

int main(void)
{
    static syspte_config verifier;
    verifier = syspte_config_default();
    verifier.strictness = SYSPTE_VERIFIER;
    const struct CMUnitTest tests[] = {
        syspte_unit_test(release_forgets_what_prepare_mapped),
        syspte_unit_test(second_range_overwrites_the_pointer_to_the_first),
        syspte_unit_test(mapped_port_is_never_unmapped),
        syspte_unit_test(pool_beside_the_mappings_is_never_freed),
        syspte_unit_test(bar_is_unmapped_with_the_length_of_a_request),
        syspte_unit_test(raised_status_skips_the_unmap_of_a_table),
        syspte_unit_test(shared_page_is_forgotten),
        syspte_unit_test_with(ram_that_nobody_declared_shared_is_mapped, &verifier),
        syspte_unit_test(interrupt_maps),
        syspte_unit_test_cycles(every_resume_maps_and_no_suspend_unmaps, 3),
        syspte_unit_test(one_way_out_of_four_unmaps_too_little),
        syspte_unit_test(size_of_a_pointer_is_another_span),
        syspte_unit_test(offset_of_the_address_is_dropped),
        syspte_unit_test(reservation_is_freed_with_a_mapping_in_it),
        syspte_unit_test(mapping_of_a_ring_is_left),
        syspte_unit_test(mdl_is_forgotten_when_the_lock_raises),
        syspte_unit_test(mdl_is_freed_while_it_is_mapped),
        syspte_unit_test(mdl_of_pages_is_forgotten),
        syspte_unit_test(application_keeps_its_view_of_the_registers),
        syspte_unit_test(reference_is_not_given_back_on_a_failure),
        syspte_unit_test(start_hides_that_it_failed),
        syspte_unit_test(map_that_failed_is_read),
        syspte_unit_test(stop_and_remove_unmap_twice),
        syspte_unit_test(null_is_unmapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
