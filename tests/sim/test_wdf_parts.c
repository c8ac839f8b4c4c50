// SPDX-License-Identifier: MIT
// The smaller objects of the framework: locks, timers, DPCs, work items, memory, collections,
// strings.
#include "wdf_driver.h"

#include <syspte/fault.h>
#include <syspte/registry.h>

static int begin(void **state)
{
    int failed = wdf_begin(state);
    return failed != 0 || !NT_SUCCESS(wdf_load_and_add());
}

#define parts_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static WDF_OBJECT_ATTRIBUTES of_device(void)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = the_driver.device;
    return attributes;
}

static void end_clean(void)
{
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// ---- Locks

static void spin_lock_raises_to_dispatch_level(void **state)
{
    WDFSPINLOCK lock;
    (void)state;
    assert_int_equal(WdfSpinLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &lock), STATUS_SUCCESS);

    WdfSpinLockAcquire(lock);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    WdfSpinLockRelease(lock);

    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    end_clean();
}

static WDFSPINLOCK twice;

static void acquire_twice(void)
{
    WdfSpinLockAcquire(twice);
    WdfSpinLockAcquire(twice);
}

static void spin_lock_acquired_twice_stops_the_machine(void **state)
{
    (void)state;
    assert_int_equal(WdfSpinLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &twice), STATUS_SUCCESS);

    assert_true(stops(acquire_twice));

    assert_string_equal(only_finding(SYSPTE_RULE_ACQUIRE_TWICE).call->function, "acquire_twice");
}

static void wait_lock_stays_at_passive_level(void **state)
{
    WDFWAITLOCK lock;
    LONGLONG now = 0;
    (void)state;
    assert_int_equal(WdfWaitLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &lock), STATUS_SUCCESS);

    assert_int_equal(WdfWaitLockAcquire(lock, NULL), STATUS_SUCCESS);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_int_equal(WdfWaitLockAcquire(lock, &now), STATUS_TIMEOUT);
    WdfWaitLockRelease(lock);
    assert_int_equal(WdfWaitLockAcquire(lock, &now), STATUS_SUCCESS);
    WdfWaitLockRelease(lock);

    end_clean();
}

static WDFWAITLOCK waited;

static void wait_twice(void)
{
    (void)WdfWaitLockAcquire(waited, NULL);
    (void)WdfWaitLockAcquire(waited, NULL);
}

static void wait_lock_acquired_twice_is_0x10D_2(void **state)
{
    (void)state;
    assert_int_equal(WdfWaitLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &waited), STATUS_SUCCESS);

    assert_true(stops(wait_twice));

    assert_int_equal(seen.stop.code, 0x10D);
    assert_int_equal(seen.stop.parameter[0], 2);
}

static void wait_lock_never_released_is_found(void **state)
{
    WDFWAITLOCK lock;
    (void)state;
    assert_int_equal(WdfWaitLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &lock), STATUS_SUCCESS);
    syspte_scope scope = syspte_scope_enter("a callback");

    (void)WdfWaitLockAcquire(lock, NULL);

    assert_int_equal(syspte_scope_leave(scope), 1);
    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->api, SYSPTE_API_WDF_WAIT_LOCK_ACQUIRE);
}

static void wait_lock_released_unheld_is_found(void **state)
{
    WDFWAITLOCK lock;
    (void)state;
    assert_int_equal(WdfWaitLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &lock), STATUS_SUCCESS);

    WdfWaitLockRelease(lock);

    (void)only_finding(SYSPTE_RULE_RELEASE_NOT_HELD);
}

// ---- What runs later

static unsigned runs;
static KIRQL run_irql;

static VOID NTAPI on_timer(WDFTIMER Timer)
{
    assert_ptr_equal(WdfTimerGetParentObject(Timer), the_driver.device);
    runs++;
    run_irql = KeGetCurrentIrql();
}

static WDFTIMER timer_of(WDF_EXECUTION_LEVEL level, LONG period)
{
    WDFTIMER timer;
    WDF_TIMER_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes = of_device();
    attributes.ExecutionLevel = level;
    WDF_TIMER_CONFIG_INIT_PERIODIC(&config, on_timer, period);
    assert_int_equal(WdfTimerCreate(&config, &attributes, &timer), STATUS_SUCCESS);
    runs = 0;
    return timer;
}

static void timer_expires_at_dispatch_level(void **state)
{
    (void)state;
    WDFTIMER timer = timer_of(WdfExecutionLevelInheritFromParent, 10);

    assert_false(WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_MS(10)));
    (void)syspte_time_advance(350000);
    assert_int_equal(runs, 3);
    assert_int_equal(run_irql, DISPATCH_LEVEL);
    assert_true(WdfTimerStop(timer, TRUE));
    (void)syspte_time_advance(350000);

    assert_int_equal(runs, 3);
    end_clean();
}

static void passive_timer_expires_at_passive_level(void **state)
{
    (void)state;
    (void)WdfTimerStart(timer_of(WdfExecutionLevelPassive, 0), WDF_REL_TIMEOUT_IN_MS(1));

    (void)syspte_time_advance(20000);

    assert_int_equal(runs, 1);
    assert_int_equal(run_irql, PASSIVE_LEVEL);
    end_clean();
}

static void timer_goes_with_its_device(void **state)
{
    (void)state;
    (void)WdfTimerStart(timer_of(WdfExecutionLevelInheritFromParent, 1), WDF_REL_TIMEOUT_IN_MS(1));

    (void)wdf_pnp(IRP_MN_REMOVE_DEVICE);
    (void)syspte_time_advance(100000);

    assert_int_equal(runs, 0);
    syspte_driver_unload(the_driver.wdm);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void timer_needs_a_parent_of_a_device(void **state)
{
    WDFTIMER timer;
    WDF_TIMER_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes = of_device();
    (void)state;
    WDF_TIMER_CONFIG_INIT(&config, on_timer);

    assert_int_equal(WdfTimerCreate(&config, WDF_NO_OBJECT_ATTRIBUTES, &timer),
                     STATUS_WDF_PARENT_NOT_SPECIFIED);
    attributes.ParentObject = the_driver.driver;
    assert_int_equal(WdfTimerCreate(&config, &attributes, &timer), STATUS_INVALID_DEVICE_REQUEST);
}

static VOID NTAPI on_dpc(WDFDPC Dpc)
{
    assert_ptr_equal(WdfDpcGetParentObject(Dpc), the_driver.device);
    runs++;
    run_irql = KeGetCurrentIrql();
}

static VOID NTAPI on_work(WDFWORKITEM WorkItem)
{
    assert_ptr_equal(WdfWorkItemGetParentObject(WorkItem), the_driver.device);
    runs++;
    run_irql = KeGetCurrentIrql();
}

static void dpc_is_queued_once_and_can_be_cancelled(void **state)
{
    WDFDPC dpc;
    WDF_DPC_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes = of_device();
    (void)state;
    WDF_DPC_CONFIG_INIT(&config, on_dpc);
    assert_int_equal(WdfDpcCreate(&config, &attributes, &dpc), STATUS_SUCCESS);
    runs = 0;

    assert_true(WdfDpcEnqueue(dpc));
    assert_false(WdfDpcEnqueue(dpc));
    assert_int_equal(syspte_run_pending(), 1);
    assert_true(WdfDpcEnqueue(dpc));
    assert_true(WdfDpcCancel(dpc, TRUE));

    assert_int_equal(syspte_run_pending(), 0);
    assert_int_equal(runs, 1);
    assert_int_equal(run_irql, DISPATCH_LEVEL);
    end_clean();
}

static void work_item_runs_when_it_is_flushed_or_deleted(void **state)
{
    WDFWORKITEM item;
    WDF_WORKITEM_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes = of_device();
    (void)state;
    WDF_WORKITEM_CONFIG_INIT(&config, on_work);
    assert_int_equal(WdfWorkItemCreate(&config, &attributes, &item), STATUS_SUCCESS);
    runs = 0;

    WdfWorkItemEnqueue(item);
    WdfWorkItemEnqueue(item);
    WdfWorkItemFlush(item);
    assert_int_equal(runs, 1);
    assert_int_equal(run_irql, PASSIVE_LEVEL);
    WdfWorkItemEnqueue(item);
    WdfObjectDelete(item);

    assert_int_equal(runs, 2);
    end_clean();
}

// ---- Memory

static void memory_has_a_buffer_of_its_size(void **state)
{
    WDFMEMORY memory;
    PVOID buffer;
    size_t bytes;
    char copy[4] = "abc";
    (void)state;

    assert_int_equal(
        WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, 'tseT', 100, &memory, &buffer),
        STATUS_SUCCESS);
    assert_ptr_equal(WdfMemoryGetBuffer(memory, &bytes), buffer);
    assert_int_equal(bytes, 100);
    assert_int_equal(WdfMemoryCopyFromBuffer(memory, 96, copy, 4), STATUS_SUCCESS);
    assert_int_equal(WdfMemoryCopyFromBuffer(memory, 97, copy, 4), STATUS_BUFFER_TOO_SMALL);
    memset(copy, 0, sizeof copy);
    assert_int_equal(WdfMemoryCopyToBuffer(memory, 96, copy, 4), STATUS_SUCCESS);

    assert_string_equal(copy, "abc");
    end_clean();
}

static void memory_that_is_made_in_each_cycle_grows(void **state)
{
    WDFMEMORY memory;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        syspte_scope scope = syspte_scope_enter_cycle("a transfer");
        assert_int_equal(
            WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, PagedPool, 0, 100, &memory, NULL),
            STATUS_SUCCESS);
        (void)syspte_scope_leave(scope);
    }

    assert_int_equal(finding_of(SYSPTE_RULE_GROWTH).call->api, SYSPTE_API_WDF_MEMORY_CREATE);
}

static void preallocated_memory_is_the_drivers(void **state)
{
    WDFMEMORY memory;
    char own[10];
    (void)state;

    assert_int_equal(
        WdfMemoryCreatePreallocated(WDF_NO_OBJECT_ATTRIBUTES, own, sizeof own, &memory),
        STATUS_SUCCESS);

    assert_ptr_equal(WdfMemoryGetBuffer(memory, NULL), own);
    assert_int_equal(WdfMemoryAssignBuffer(memory, own + 1, 9), STATUS_SUCCESS);
    assert_ptr_equal(WdfMemoryGetBuffer(memory, NULL), own + 1);
    end_clean();
}

static void lookaside_list_gives_memory(void **state)
{
    WDFLOOKASIDE list;
    WDFMEMORY memory;
    size_t bytes;
    (void)state;
    assert_int_equal(WdfLookasideListCreate(WDF_NO_OBJECT_ATTRIBUTES, 48, NonPagedPoolNx,
                                            WDF_NO_OBJECT_ATTRIBUTES, 'tseT', &list),
                     STATUS_SUCCESS);

    assert_int_equal(WdfMemoryCreateFromLookaside(list, &memory), STATUS_SUCCESS);

    assert_non_null(WdfMemoryGetBuffer(memory, &bytes));
    assert_int_equal(bytes, 48);
    WdfObjectDelete(memory);
    end_clean();
}

static void memory_of_nothing_is_refused(void **state)
{
    WDFMEMORY memory = (WDFMEMORY)the_driver.device;
    WDFLOOKASIDE list = (WDFLOOKASIDE)the_driver.device;
    PVOID buffer = &memory;
    (void)state;

    assert_int_equal(
        WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, 0, 0, &memory, &buffer),
        STATUS_INVALID_PARAMETER);
    assert_null(memory);
    assert_null(buffer);
    memory = (WDFMEMORY)the_driver.device;
    assert_int_equal(WdfMemoryCreatePreallocated(WDF_NO_OBJECT_ATTRIBUTES, NULL, 1, &memory),
                     STATUS_INVALID_PARAMETER);
    assert_null(memory);
    assert_int_equal(WdfMemoryCreatePreallocated(WDF_NO_OBJECT_ATTRIBUTES, &buffer, 0, &memory),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(WdfLookasideListCreate(WDF_NO_OBJECT_ATTRIBUTES, 0, NonPagedPoolNx,
                                            WDF_NO_OBJECT_ATTRIBUTES, 0, &list),
                     STATUS_INVALID_PARAMETER);

    assert_null(list);
    end_clean();
}

static void only_preallocated_memory_takes_another_buffer(void **state)
{
    WDFMEMORY memory;
    PVOID buffer;
    char own[4];
    (void)state;
    assert_int_equal(
        WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, 0, 8, &memory, &buffer),
        STATUS_SUCCESS);

    assert_int_equal(WdfMemoryAssignBuffer(memory, own, sizeof own), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(WdfMemoryAssignBuffer(memory, NULL, sizeof own), STATUS_INVALID_PARAMETER);
    assert_int_equal(WdfMemoryAssignBuffer(memory, own, 0), STATUS_INVALID_PARAMETER);

    assert_ptr_equal(WdfMemoryGetBuffer(memory, NULL), buffer);
    end_clean();
}

static void memory_is_copied_from_within_its_bounds_alone(void **state)
{
    WDFMEMORY memory;
    char copy[8] = "unused";
    (void)state;
    assert_int_equal(WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, PagedPool, 0, 8, &memory, NULL),
                     STATUS_SUCCESS);

    assert_int_equal(WdfMemoryCopyToBuffer(memory, 9, copy, 0), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(WdfMemoryCopyToBuffer(memory, 1, copy, 8), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(WdfMemoryCopyToBuffer(memory, 1, copy, SIZE_MAX), STATUS_BUFFER_TOO_SMALL);

    assert_string_equal(copy, "unused");
    end_clean();
}

static void lookaside_list_gives_its_memory_the_attributes(void **state)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFLOOKASIDE list;
    WDFMEMORY memory;
    (void)state;
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, device_context);
    assert_int_equal(WdfLookasideListCreate(WDF_NO_OBJECT_ATTRIBUTES, 48, NonPagedPoolNx,
                                            &attributes, 'tseT', &list),
                     STATUS_SUCCESS);

    assert_int_equal(WdfMemoryCreateFromLookaside(list, &memory), STATUS_SUCCESS);

    assert_non_null(context_of(memory));
    WdfObjectDelete(memory);
    end_clean();
}

static void deleted_lookaside_list_gives_nothing(void **state)
{
    WDFLOOKASIDE list;
    WDFMEMORY memory;
    (void)state;
    assert_int_equal(WdfLookasideListCreate(WDF_NO_OBJECT_ATTRIBUTES, 48, NonPagedPoolNx,
                                            WDF_NO_OBJECT_ATTRIBUTES, 'tseT', &list),
                     STATUS_SUCCESS);
    assert_int_equal(WdfMemoryCreateFromLookaside(list, &memory), STATUS_SUCCESS);
    WdfObjectDelete(list);

    assert_int_equal(WdfMemoryCreateFromLookaside(list, &memory), STATUS_INVALID_PARAMETER);

    assert_null(memory);
    assert_string_equal(only_finding(SYSPTE_RULE_WDF_DELETED).call->function,
                        "deleted_lookaside_list_gives_nothing");
    wdf_end();
}

// ---- Collections and strings

static void collection_keeps_what_is_in_it(void **state)
{
    WDFCOLLECTION collection;
    WDFSPINLOCK lock[2];
    (void)state;
    assert_int_equal(WdfCollectionCreate(WDF_NO_OBJECT_ATTRIBUTES, &collection), STATUS_SUCCESS);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(WdfSpinLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &lock[i]), STATUS_SUCCESS);
        assert_int_equal(WdfCollectionAdd(collection, lock[i]), STATUS_SUCCESS);
    }

    assert_int_equal(WdfCollectionGetCount(collection), 2);
    assert_ptr_equal(WdfCollectionGetFirstItem(collection), lock[0]);
    assert_ptr_equal(WdfCollectionGetItem(collection, 1), lock[1]);
    assert_null(WdfCollectionGetItem(collection, 2));
    WdfCollectionRemove(collection, lock[0]);

    assert_ptr_equal(WdfCollectionGetLastItem(collection), lock[1]);
    assert_int_equal(WdfCollectionGetCount(collection), 1);
    end_clean();
}

static void items_are_removed_by_handle_or_place(void **state)
{
    WDFCOLLECTION collection;
    WDFSPINLOCK lock[4];
    (void)state;
    assert_int_equal(WdfCollectionCreate(WDF_NO_OBJECT_ATTRIBUTES, &collection), STATUS_SUCCESS);
    assert_null(WdfCollectionGetLastItem(collection));
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(WdfSpinLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &lock[i]), STATUS_SUCCESS);
        assert_int_equal(WdfCollectionAdd(collection, lock[i]), STATUS_SUCCESS);
    }

    WdfCollectionRemove(collection, lock[2]);
    assert_ptr_equal(WdfCollectionGetItem(collection, 2), lock[3]);
    WdfCollectionRemove(collection, lock[2]); // is not there now
    WdfCollectionRemoveItem(collection, 3);   // nor is that
    assert_int_equal(WdfCollectionGetCount(collection), 3);
    WdfCollectionRemoveItem(collection, 0);

    assert_int_equal(WdfCollectionGetCount(collection), 2);
    assert_ptr_equal(WdfCollectionGetFirstItem(collection), lock[1]);
    assert_ptr_equal(WdfCollectionGetLastItem(collection), lock[3]);
    end_clean();
}

static void deleted_object_is_not_added_to_a_collection(void **state)
{
    WDFCOLLECTION collection;
    WDFSPINLOCK lock;
    (void)state;
    assert_int_equal(WdfCollectionCreate(WDF_NO_OBJECT_ATTRIBUTES, &collection), STATUS_SUCCESS);
    assert_int_equal(WdfSpinLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &lock), STATUS_SUCCESS);
    WdfObjectDelete(lock);

    assert_int_equal(WdfCollectionAdd(collection, lock), STATUS_INVALID_PARAMETER);

    (void)only_finding(SYSPTE_RULE_WDF_DELETED);
    assert_int_equal(WdfCollectionGetCount(collection), 0);
}

static void collection_that_is_full_says_so(void **state)
{
    WDFCOLLECTION collection;
    WDFSPINLOCK lock;
    (void)state;
    assert_int_equal(WdfCollectionCreate(WDF_NO_OBJECT_ATTRIBUTES, &collection), STATUS_SUCCESS);
    assert_int_equal(WdfSpinLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &lock), STATUS_SUCCESS);
    for (unsigned i = 0; i < 143; i++) {
        assert_int_equal(WdfCollectionAdd(collection, lock), STATUS_SUCCESS);
    }
    assert_int_equal(seen.complaints, 0);

    assert_int_equal(WdfCollectionAdd(collection, lock), STATUS_INSUFFICIENT_RESOURCES);

    assert_complaint("at most 143 objects");
    assert_int_equal(WdfCollectionGetCount(collection), 143);
    end_clean();
}

static void string_that_finds_no_memory_is_not_created(void **state)
{
    static const UNICODE_STRING from = RTL_CONSTANT_STRING(L"COM1");
    WDFSTRING string;
    (void)state;
    // The first is for the object, the second for its characters.
    for (uint64_t nth = 1; nth <= 2; nth++) {
        assert_true(syspte_fault_set(
            &(syspte_fault_plan){.at = {.api = SYSPTE_API_WDF_STRING_CREATE}, .nth = nth}));

        assert_int_equal(WdfStringCreate(&from, WDF_NO_OBJECT_ATTRIBUTES, &string),
                         STATUS_INSUFFICIENT_RESOURCES);

        assert_null(string);
        assert_int_equal(syspte_fault_fired(), nth);
        syspte_fault_clear();
    }
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
}

static void string_is_a_copy(void **state)
{
    static const UNICODE_STRING from = RTL_CONSTANT_STRING(L"COM1");
    UNICODE_STRING there;
    WDFSTRING string;
    (void)state;

    assert_int_equal(WdfStringCreate(&from, WDF_NO_OBJECT_ATTRIBUTES, &string), STATUS_SUCCESS);

    WdfStringGetUnicodeString(string, &there);
    assert_int_equal(there.Length, from.Length);
    assert_ptr_not_equal(there.Buffer, from.Buffer);
    assert_memory_equal(there.Buffer, from.Buffer, from.Length);
    end_clean();
}

// ---- Registry

static void parameters_are_read_and_written(void **state)
{
    static const UNICODE_STRING depth = RTL_CONSTANT_STRING(L"Depth");
    static const UNICODE_STRING other = RTL_CONSTANT_STRING(L"Other");
    static const UNICODE_STRING text = RTL_CONSTANT_STRING(L"Text");
    DECLARE_UNICODE_STRING_SIZE(there, 16);
    const char *const parameters =
        "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver\\Parameters";
    WDFKEY key;
    ULONG number = 0;
    ULONG type;
    (void)state;
    assert_int_equal(WdfDriverOpenParametersRegistryKey(the_driver.driver, KEY_READ,
                                                        WDF_NO_OBJECT_ATTRIBUTES, &key),
                     STATUS_SUCCESS);
    WdfRegistryClose(key);
    assert_true(syspte_registry_set_dword(parameters, "Depth", 7));
    assert_true(syspte_registry_set_string(parameters, "Text", "COM1"));
    assert_int_equal(WdfDriverOpenParametersRegistryKey(the_driver.driver, KEY_ALL_ACCESS,
                                                        WDF_NO_OBJECT_ATTRIBUTES, &key),
                     STATUS_SUCCESS);

    assert_int_equal(WdfRegistryQueryULong(key, &depth, &number), STATUS_SUCCESS);
    assert_int_equal(number, 7);
    assert_int_equal(WdfRegistryQueryULong(key, &other, &number), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(WdfRegistryQueryULong(key, &text, &number), STATUS_OBJECT_TYPE_MISMATCH);
    assert_int_equal(WdfRegistryQueryUnicodeString(key, &text, NULL, &there), STATUS_SUCCESS);
    assert_int_equal(there.Length, 8);
    assert_int_equal(WdfRegistryAssignULong(key, &other, 9), STATUS_SUCCESS);
    assert_int_equal(WdfRegistryQueryValue(key, &other, sizeof number, &number, NULL, &type),
                     STATUS_SUCCESS);
    assert_int_equal(number, 9);
    assert_int_equal(type, REG_DWORD);

    WdfRegistryClose(key);
    end_clean();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        parts_test(spin_lock_raises_to_dispatch_level),
        parts_test(spin_lock_acquired_twice_stops_the_machine),
        parts_test(wait_lock_stays_at_passive_level),
        parts_test(wait_lock_acquired_twice_is_0x10D_2),
        parts_test(wait_lock_never_released_is_found),
        parts_test(wait_lock_released_unheld_is_found),
        parts_test(timer_expires_at_dispatch_level),
        parts_test(passive_timer_expires_at_passive_level),
        parts_test(timer_goes_with_its_device),
        parts_test(timer_needs_a_parent_of_a_device),
        parts_test(dpc_is_queued_once_and_can_be_cancelled),
        parts_test(work_item_runs_when_it_is_flushed_or_deleted),
        parts_test(memory_has_a_buffer_of_its_size),
        parts_test(memory_that_is_made_in_each_cycle_grows),
        parts_test(preallocated_memory_is_the_drivers),
        parts_test(lookaside_list_gives_memory),
        parts_test(memory_of_nothing_is_refused),
        parts_test(only_preallocated_memory_takes_another_buffer),
        parts_test(memory_is_copied_from_within_its_bounds_alone),
        parts_test(lookaside_list_gives_its_memory_the_attributes),
        parts_test(deleted_lookaside_list_gives_nothing),
        parts_test(collection_keeps_what_is_in_it),
        parts_test(items_are_removed_by_handle_or_place),
        parts_test(deleted_object_is_not_added_to_a_collection),
        parts_test(collection_that_is_full_says_so),
        parts_test(string_that_finds_no_memory_is_not_created),
        parts_test(string_is_a_copy),
        parts_test(parameters_are_read_and_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
