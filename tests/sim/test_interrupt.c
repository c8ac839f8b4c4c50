// SPDX-License-Identifier: MIT
// Interrupts: connected by a driver, fired by the test, synchronized with, and left connected.
#include "harness.h"

#include <stdio.h>

enum { VECTOR = 0x91, OTHER_VECTOR = 0xA2, DIRQL = 9 };

static const syspte_resource resources[] = {
    {SYSPTE_RESOURCE_MEMORY, BAR, 0x1000, NULL, 0},
    {SYSPTE_RESOURCE_INTERRUPT, VECTOR, 0, NULL, 0},
};
static const syspte_hardware card = {.resources = resources, .resource_count = 2};
static const syspte_hardware memory_only = {.resources = resources, .resource_count = 1};

// What a device extension has of its interrupt.
typedef struct extension {
    PKINTERRUPT interrupt;
    BOOLEAN mine; // the service routine claims it
    unsigned calls;
    KIRQL irql; // of the last one
    KDPC dpc;
    unsigned dpcs;
} extension;

static extension device;
static extension second;

static VOID NTAPI on_dpc(PKDPC Dpc, PVOID DeferredContext, PVOID Argument1, PVOID Argument2)
{
    (void)Dpc;
    (void)Argument1;
    (void)Argument2;
    ((extension *)DeferredContext)->dpcs++;
}

static BOOLEAN NTAPI on_interrupt(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
    extension *e = ServiceContext;
    assert_ptr_equal(Interrupt, e->interrupt);
    e->calls++;
    e->irql = KeGetCurrentIrql();
    if (e->mine) {
        KeInsertQueueDpc(&e->dpc, NULL, NULL);
    }
    return e->mine;
}

static NTSTATUS connect(extension *e, PKSPIN_LOCK lock, ULONG vector, BOOLEAN share)
{
    return IoConnectInterrupt(&e->interrupt, on_interrupt, e, lock, vector, (KIRQL)(vector >> 4),
                              (KIRQL)(vector >> 4), LevelSensitive, share, 1, FALSE);
}

static int begin(void **state)
{
    int failed = machine_begin(state);
    device = second = (extension){.mine = TRUE};
    KeInitializeDpc(&device.dpc, on_dpc, &device);
    KeInitializeDpc(&second.dpc, on_dpc, &second);
    return failed;
}

#define interrupt_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

// ---- Service

static void service_routine_runs_at_its_irql(void **state)
{
    (void)state;
    assert_int_equal(connect(&device, NULL, VECTOR, FALSE), STATUS_SUCCESS);

    assert_true(syspte_interrupt_fire(VECTOR));

    assert_int_equal(device.calls, 1);
    assert_int_equal(device.irql, DIRQL);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_int_equal(device.dpcs, 0);
    assert_int_equal(syspte_run_pending(), 1);
    assert_int_equal(device.dpcs, 1);
    IoDisconnectInterrupt(device.interrupt);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void interrupt_that_nobody_claims_is_not_served(void **state)
{
    (void)state;
    device.mine = FALSE;
    assert_false(syspte_interrupt_fire(VECTOR));
    assert_int_equal(connect(&device, NULL, VECTOR, FALSE), STATUS_SUCCESS);

    assert_false(syspte_interrupt_fire(VECTOR));
    assert_false(syspte_interrupt_fire(OTHER_VECTOR));

    assert_int_equal(device.calls, 1);
    IoDisconnectInterrupt(device.interrupt);
    assert_false(syspte_interrupt_fire(VECTOR));
    assert_int_equal(device.calls, 1);
}

static void shared_vector_is_offered_in_order_until_it_is_claimed(void **state)
{
    (void)state;
    assert_int_equal(connect(&device, NULL, VECTOR, TRUE), STATUS_SUCCESS);
    assert_int_equal(connect(&second, NULL, VECTOR, TRUE), STATUS_SUCCESS);
    assert_int_equal(syspte_interrupt_connected(VECTOR), 2);

    assert_true(syspte_interrupt_fire(VECTOR));
    device.mine = FALSE;
    assert_true(syspte_interrupt_fire(VECTOR));

    assert_int_equal(device.calls, 2);
    assert_int_equal(second.calls, 1);
    IoDisconnectInterrupt(device.interrupt);
    IoDisconnectInterrupt(second.interrupt);
    assert_int_equal(syspte_interrupt_connected(VECTOR), 0);
}

static void vector_that_is_not_shared_is_connected_once(void **state)
{
    (void)state;
    assert_int_equal(connect(&device, NULL, VECTOR, TRUE), STATUS_SUCCESS);

    assert_int_equal(connect(&second, NULL, VECTOR, FALSE), STATUS_INVALID_PARAMETER);

    assert_null(second.interrupt);
    IoDisconnectInterrupt(device.interrupt);
}

static void vector_of_the_raw_list_is_refused(void **state)
{
    (void)state;

    assert_int_equal(connect(&device, NULL, VECTOR % 24, FALSE), STATUS_INVALID_PARAMETER);
    assert_int_equal(IoConnectInterrupt(&device.interrupt, on_interrupt, &device, NULL, VECTOR,
                                        DIRQL, DIRQL - 1, Latched, FALSE, 1, FALSE),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(IoConnectInterrupt(&device.interrupt, on_interrupt, &device, NULL, VECTOR,
                                        DIRQL, DIRQL, Latched, FALSE, 0, FALSE),
                     STATUS_INVALID_PARAMETER);

    assert_null(device.interrupt);
}

// ---- At a raised IRQL

static void interrupt_waits_for_the_irql_to_fall(void **state)
{
    (void)state;
    assert_int_equal(connect(&device, NULL, VECTOR, FALSE), STATUS_SUCCESS);
    KIRQL old = KeAcquireInterruptSpinLock(device.interrupt);

    assert_false(syspte_interrupt_fire(VECTOR));
    assert_int_equal(device.calls, 0);
    KeReleaseInterruptSpinLock(device.interrupt, old);

    assert_int_equal(syspte_run_pending(), 2); // the interrupt, and its DPC
    assert_int_equal(device.calls, 1);
    assert_int_equal(device.dpcs, 1);
    IoDisconnectInterrupt(device.interrupt);
    assert_no_findings();
}

// ---- Synchronization

static BOOLEAN NTAPI synchronized(PVOID SynchronizeContext)
{
    *(KIRQL *)SynchronizeContext = KeGetCurrentIrql();
    return TRUE;
}

static void synchronized_routine_runs_at_the_interrupts_irql(void **state)
{
    KIRQL irql = 0;
    (void)state;
    assert_int_equal(connect(&device, NULL, VECTOR, FALSE), STATUS_SUCCESS);

    assert_true(KeSynchronizeExecution(device.interrupt, synchronized, &irql));

    assert_int_equal(irql, DIRQL);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    IoDisconnectInterrupt(device.interrupt);
    assert_no_findings();
}

static BOOLEAN NTAPI synchronized_twice(PVOID SynchronizeContext)
{
    KIRQL irql = 0;
    return KeSynchronizeExecution(SynchronizeContext, synchronized, &irql);
}

static void synchronize_too_often(void)
{
    (void)KeSynchronizeExecution(device.interrupt, synchronized_twice, device.interrupt);
}

static void lock_of_the_interrupt_is_not_recursive(void **state)
{
    (void)state;
    assert_int_equal(connect(&device, NULL, VECTOR, FALSE), STATUS_SUCCESS);

    assert_true(stops(synchronize_too_often));

    assert_string_equal(finding_of(SYSPTE_RULE_ACQUIRE_TWICE).text, "this thread holds it already");
}

static void lock_of_the_interrupt_that_stays_held_is_a_leak(void **state)
{
    KSPIN_LOCK lock;
    (void)state;
    KeInitializeSpinLock(&lock);
    assert_int_equal(connect(&device, &lock, VECTOR, FALSE), STATUS_SUCCESS);
    syspte_scope scope = syspte_scope_enter("a request");
    KIRQL old = KeAcquireInterruptSpinLock(device.interrupt);

    assert_int_equal(syspte_scope_leave(scope), 1);

    assert_non_null(strstr(report_text(), "KeAcquireInterruptSpinLock in "
                                          "lock_of_the_interrupt_that_stays_held_is_a_leak: "
                                          "1 spin lock, "));
    assert_non_null(strstr(report_text(), "release it with KeReleaseInterruptSpinLock"));
    KeReleaseInterruptSpinLock(device.interrupt, old);
    IoDisconnectInterrupt(device.interrupt);
}

static BOOLEAN NTAPI lowers_the_irql(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
    (void)Interrupt;
    (void)ServiceContext;
    KeLowerIrql(DISPATCH_LEVEL);
    return TRUE;
}

static void service_routine_that_changes_the_irql_is_found(void **state)
{
    (void)state;
    assert_int_equal(IoConnectInterrupt(&device.interrupt, lowers_the_irql, NULL, NULL, VECTOR,
                                        DIRQL, DIRQL, Latched, FALSE, 1, FALSE),
                     STATUS_SUCCESS);

    assert_true(syspte_interrupt_fire(VECTOR));

    assert_int_equal(only_finding(SYSPTE_RULE_ROUTINE_IRQL).call->api,
                     SYSPTE_API_IO_CONNECT_INTERRUPT);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    IoDisconnectInterrupt(device.interrupt);
}

// ---- The Ex form

static PDRIVER_OBJECT driver;
static PDEVICE_OBJECT physical_device;

static NTSTATUS NTAPI add_nothing(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDevice)
{
    (void)DriverObject;
    (void)PhysicalDevice;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI driver_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    DriverObject->DriverExtension->AddDevice = add_nothing;
    return STATUS_SUCCESS;
}

static void add(const syspte_hardware *hardware)
{
    assert_int_equal(syspte_driver_load(driver_entry, &driver), STATUS_SUCCESS);
    assert_int_equal(syspte_driver_add_device(driver, &physical_device), STATUS_SUCCESS);
    assert_true(syspte_hardware_give(physical_device, hardware));
}

static IO_CONNECT_INTERRUPT_PARAMETERS line_based(void)
{
    IO_CONNECT_INTERRUPT_PARAMETERS p = {.Version = CONNECT_LINE_BASED};
    p.LineBased.PhysicalDeviceObject = physical_device;
    p.LineBased.InterruptObject = &device.interrupt;
    p.LineBased.ServiceRoutine = on_interrupt;
    p.LineBased.ServiceContext = &device;
    return p;
}

static void disconnect(ULONG version)
{
    IO_DISCONNECT_INTERRUPT_PARAMETERS p = {.Version = version};
    p.ConnectionContext.InterruptObject = device.interrupt;
    IoDisconnectInterruptEx(&p);
}

static void line_based_interrupt_is_that_of_the_device(void **state)
{
    (void)state;
    add(&card);
    IO_CONNECT_INTERRUPT_PARAMETERS p = line_based();

    assert_int_equal(IoConnectInterruptEx(&p), STATUS_SUCCESS);

    assert_true(syspte_interrupt_fire(VECTOR));
    assert_int_equal(device.irql, DIRQL);
    disconnect(p.Version);
    (void)syspte_run_pending();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void device_without_an_interrupt_has_none_to_connect(void **state)
{
    (void)state;
    add(&memory_only);
    IO_CONNECT_INTERRUPT_PARAMETERS p = line_based();

    assert_int_equal(IoConnectInterruptEx(&p), STATUS_NOT_FOUND);
    p.LineBased.PhysicalDeviceObject = NULL;
    assert_int_equal(IoConnectInterruptEx(&p), STATUS_INVALID_PARAMETER);
    p.Version = 9;
    assert_int_equal(IoConnectInterruptEx(&p), STATUS_INVALID_PARAMETER_1);

    assert_null(device.interrupt);
}

static BOOLEAN NTAPI on_message(PKINTERRUPT Interrupt, PVOID ServiceContext, ULONG MessageID)
{
    (void)Interrupt;
    (void)ServiceContext;
    (void)MessageID;
    fail();
    return FALSE;
}

static void device_without_messages_falls_back_to_its_line(void **state)
{
    IO_CONNECT_INTERRUPT_PARAMETERS p = {.Version = CONNECT_MESSAGE_BASED};
    (void)state;
    add(&card);
    p.MessageBased.PhysicalDeviceObject = physical_device;
    p.MessageBased.ConnectionContext.InterruptObject = &device.interrupt;
    p.MessageBased.MessageServiceRoutine = on_message;
    p.MessageBased.ServiceContext = &device;

    assert_int_equal(IoConnectInterruptEx(&p), STATUS_NOT_FOUND);
    assert_int_equal(p.Version, CONNECT_MESSAGE_BASED);
    p.MessageBased.FallBackServiceRoutine = on_interrupt;
    assert_int_equal(IoConnectInterruptEx(&p), STATUS_SUCCESS);

    assert_int_equal(p.Version, CONNECT_LINE_BASED);
    assert_true(syspte_interrupt_fire(VECTOR));
    disconnect(p.Version);
}

static void fully_specified_interrupt_is_as_the_older_function_has_it(void **state)
{
    IO_CONNECT_INTERRUPT_PARAMETERS p = {.Version = CONNECT_FULLY_SPECIFIED};
    (void)state;
    add(&card);
    p.FullySpecified.PhysicalDeviceObject = physical_device;
    p.FullySpecified.InterruptObject = &device.interrupt;
    p.FullySpecified.ServiceRoutine = on_interrupt;
    p.FullySpecified.ServiceContext = &device;
    p.FullySpecified.Vector = VECTOR;
    p.FullySpecified.Irql = DIRQL;
    p.FullySpecified.SynchronizeIrql = DIRQL + 1;

    assert_int_equal(IoConnectInterruptEx(&p), STATUS_INVALID_PARAMETER_10);
    p.FullySpecified.ProcessorEnableMask = 1;
    assert_int_equal(IoConnectInterruptEx(&p), STATUS_SUCCESS);

    assert_true(syspte_interrupt_fire(VECTOR));
    assert_int_equal(device.irql, DIRQL + 1);
    disconnect(p.Version);
}

// ---- What is wrong

static void interrupt_that_stays_connected_is_a_leak(void **state)
{
    char expected[512];
    (void)state;
    (void)!IoConnectInterrupt(&device.interrupt, on_interrupt, &device, NULL, VECTOR, DIRQL, DIRQL,
                              Latched, FALSE, 1, FALSE);

    assert_int_equal(syspte_shutdown(), 1);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    unsigned line = finding.call->line; // of a call on two lines, compilers name either
    (void)snprintf(expected, sizeof expected,
                   "%s:%u: leak: IoConnectInterrupt in interrupt_that_stays_connected_is_a_leak: "
                   "1 block, %llu bytes of pool with tag 'Intr', never freed\n"
                   "    fix: free it with IoDisconnectInterrupt on every path that ends what it "
                   "was allocated for\n"
                   "syspte: 1 leak\n",
                   __FILE__, line, (unsigned long long)finding.held_bytes);
    assert_report(expected);
}

static void interrupt_connected_or_disconnected_at_dispatch_level_is_found(void **state)
{
    (void)state;
    KIRQL old = KeRaiseIrqlToDpcLevel();

    assert_int_equal(connect(&device, NULL, VECTOR, FALSE), STATUS_SUCCESS);
    IoDisconnectInterrupt(device.interrupt);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_CALL_IRQL), 2);
    KeLowerIrql(old);
}

static void disconnect_nothing(void)
{
    static unsigned char no_interrupt[64];
    IoDisconnectInterrupt((PKINTERRUPT)(void *)no_interrupt);
}

static void what_is_no_interrupt_is_not_disconnected(void **state)
{
    (void)state;

    (void)stops(disconnect_nothing);

    assert_string_equal(finding_of(SYSPTE_RULE_FREE_NO_BLOCK).text, "it is no interrupt object");
}

static void vectors_have_a_range(void **state)
{
    (void)state;

    assert_false(syspte_interrupt_fire(0x2F));
    assert_complaint("from 0x30 to 0xCF");
    assert_false(syspte_interrupt_fire(0xD0));
    assert_complaint("from 0x30 to 0xCF");
    (void)syspte_shutdown();
    assert_false(syspte_interrupt_fire(0x30));
    assert_complaint("call syspte_boot first");
}

static void another_machine_has_nothing_connected(void **state)
{
    (void)state;
    assert_int_equal(connect(&device, NULL, VECTOR, FALSE), STATUS_SUCCESS);

    boot(NULL);

    assert_int_equal(syspte_interrupt_connected(VECTOR), 0);
    assert_false(syspte_interrupt_fire(VECTOR));
}

static BOOLEAN NTAPI on_last_interrupt(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
    (void)ServiceContext;
    IoDisconnectInterrupt(Interrupt);
    return TRUE;
}

// Only for its IRQL: its lock is released although the object is gone.
static void routine_that_disconnects_itself_is_found(void **state)
{
    PKINTERRUPT interrupt;
    (void)state;
    assert_int_equal(IoConnectInterrupt(&interrupt, on_last_interrupt, NULL, NULL, VECTOR, DIRQL,
                                        DIRQL, LevelSensitive, FALSE, 1, FALSE),
                     STATUS_SUCCESS);

    assert_true(syspte_interrupt_fire(VECTOR));

    assert_int_equal(only_finding(SYSPTE_RULE_CALL_IRQL).call->irql, DIRQL);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_int_equal(syspte_shutdown(), 0);
}

static PVOID block;

static void disconnect_a_block(void)
{
    IoDisconnectInterrupt(block);
}

static void block_of_pool_is_no_interrupt(void **state)
{
    (void)state;
    block = ExAllocatePoolWithTag(NonPagedPool, 64, 0x6B636F42);

    assert_true(stops(disconnect_a_block));

    assert_string_equal(finding_of(SYSPTE_RULE_FREE_NO_BLOCK).text, "it is no interrupt object");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(block_of_pool_is_no_interrupt, begin, machine_end),
        cmocka_unit_test_setup_teardown(routine_that_disconnects_itself_is_found, begin,
                                        machine_end),
        interrupt_test(service_routine_runs_at_its_irql),
        interrupt_test(interrupt_that_nobody_claims_is_not_served),
        interrupt_test(shared_vector_is_offered_in_order_until_it_is_claimed),
        interrupt_test(vector_that_is_not_shared_is_connected_once),
        interrupt_test(vector_of_the_raw_list_is_refused),
        interrupt_test(interrupt_waits_for_the_irql_to_fall),
        interrupt_test(synchronized_routine_runs_at_the_interrupts_irql),
        interrupt_test(lock_of_the_interrupt_is_not_recursive),
        interrupt_test(lock_of_the_interrupt_that_stays_held_is_a_leak),
        interrupt_test(service_routine_that_changes_the_irql_is_found),
        interrupt_test(line_based_interrupt_is_that_of_the_device),
        interrupt_test(device_without_an_interrupt_has_none_to_connect),
        interrupt_test(device_without_messages_falls_back_to_its_line),
        interrupt_test(fully_specified_interrupt_is_as_the_older_function_has_it),
        interrupt_test(interrupt_that_stays_connected_is_a_leak),
        interrupt_test(interrupt_connected_or_disconnected_at_dispatch_level_is_found),
        interrupt_test(what_is_no_interrupt_is_not_disconnected),
        interrupt_test(vectors_have_a_range),
        interrupt_test(another_machine_has_nothing_connected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
