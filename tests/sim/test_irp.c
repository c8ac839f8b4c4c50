// SPDX-License-Identifier: MIT
// Requests: their layout, the way of a completion up the stack, and what is left behind. A stack
// of three drivers is played by hand: device[0] is the top one.
#include "harness.h"

enum { DRIVERS = 3, CALLS = 8, TAG = 0x66667542 };

static DEVICE_OBJECT device[DRIVERS];

static struct {
    unsigned count;
    struct {
        PDEVICE_OBJECT device;
        PVOID context;
        BOOLEAN pending;
    } at[CALLS];
    NTSTATUS answer; // of the routine
} calls;

static NTSTATUS NTAPI note(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    assert_in_range(calls.count, 0, CALLS - 1);
    calls.at[calls.count].device = DeviceObject;
    calls.at[calls.count].context = Context;
    calls.at[calls.count].pending = Irp->PendingReturned;
    calls.count++;
    return calls.answer;
}

static PIRP new_irp(void)
{
    memset(&calls, 0, sizeof calls);
    calls.answer = STATUS_CONTINUE_COMPLETION;
    PIRP irp = IoAllocateIrp(DRIVERS, FALSE);
    assert_non_null(irp);
    return irp;
}

// Sends the request one driver down, with a routine of the driver that sends it.
static void send_down(PIRP irp, unsigned to, UCHAR control)
{
    IoSetCompletionRoutine(
        irp, note, (PVOID)(ULONG_PTR)(to + 1), (control & SL_INVOKE_ON_SUCCESS) != 0,
        (control & SL_INVOKE_ON_ERROR) != 0, (control & SL_INVOKE_ON_CANCEL) != 0);
    IoSetNextIrpStackLocation(irp);
    IoGetCurrentIrpStackLocation(irp)->DeviceObject = &device[to];
}

#define ALWAYS (SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL)

static PIRP sent_irp(UCHAR control)
{
    PIRP irp = new_irp();
    for (unsigned i = 0; i < DRIVERS; i++) {
        send_down(irp, i, control);
    }
    return irp;
}

static void complete(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
}

// ---- Begin and end

static void new_request_is_laid_out_as_on_windows(void **state)
{
    PIRP irp = new_irp();
    (void)state;

    assert_int_equal(irp->Type, IO_TYPE_IRP);
    assert_int_equal(irp->Size, sizeof(IRP) + DRIVERS * sizeof(IO_STACK_LOCATION));
    assert_int_equal(irp->StackCount, DRIVERS);
    assert_int_equal(irp->CurrentLocation, DRIVERS + 1);
    assert_ptr_equal(IoGetNextIrpStackLocation(irp), (PIO_STACK_LOCATION)(irp + 1) + DRIVERS - 1);
    assert_true(IsListEmpty(&irp->ThreadListEntry));
    assert_null(irp->MdlAddress);
    assert_int_equal(irp->AllocationFlags, 0);
    assert_int_equal((ULONG_PTR)irp % MEMORY_ALLOCATION_ALIGNMENT, 0);
    IoFreeIrp(irp);
    assert_no_findings();
}

static void charged_request_says_so(void **state)
{
    PIRP irp = IoAllocateIrp(1, TRUE);
    (void)state;

    assert_int_equal(irp->AllocationFlags, IRP_QUOTA_CHARGED);
    IoFreeIrp(irp);
}

static void stack_can_have_0_to_125_locations(void **state)
{
    static const CCHAR right[] = {0, 1, 2, 124, 125};
    static const CCHAR wrong[] = {126, 127, -1, -128};
    (void)state;

    for (unsigned i = 0; i < RTL_NUMBER_OF(right); i++) {
        PIRP irp = IoAllocateIrp(right[i], FALSE);
        assert_non_null(irp);
        IoCompleteRequest(irp, IO_NO_INCREMENT);
        IoFreeIrp(irp);
    }
    for (unsigned i = 0; i < RTL_NUMBER_OF(wrong); i++) {
        assert_null(IoAllocateIrp(wrong[i], FALSE));
    }
    assert_no_findings();
}

static void request_that_is_reused_is_as_new(void **state)
{
    PIRP irp = IoAllocateIrp(DRIVERS, TRUE);
    (void)state;
    IoSetNextIrpStackLocation(irp);
    IoMarkIrpPending(irp);
    irp->Cancel = TRUE;

    IoReuseIrp(irp, STATUS_NOT_SUPPORTED);

    assert_int_equal(irp->IoStatus.Status, STATUS_NOT_SUPPORTED);
    assert_int_equal(irp->CurrentLocation, DRIVERS + 1);
    assert_int_equal(irp->Cancel, FALSE);
    assert_int_equal(IoGetNextIrpStackLocation(irp)->Control, 0);
    assert_int_equal(irp->AllocationFlags, IRP_QUOTA_CHARGED);
    IoFreeIrp(irp);
}

static void request_in_memory_of_the_drivers_own_can_be_completed(void **state)
{
    struct {
        IRP irp;
        IO_STACK_LOCATION locations[1];
    } own;
    (void)state;

    IoInitializeIrp(&own.irp, IoSizeOfIrp(1), 1);
    assert_ptr_equal(IoGetNextIrpStackLocation(&own.irp), own.locations);
    complete(&own.irp, STATUS_SUCCESS);

    assert_no_findings();
}

static void request_that_is_never_freed_is_a_leak(void **state)
{
    (void)state;
    (void)new_irp();

    (void)syspte_shutdown();

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_true(finding.held);
    assert_int_equal(finding.call->api, SYSPTE_API_IO_ALLOCATE_IRP);
    assert_int_equal(finding.call->kind, SYSPTE_KIND_POOL);
    assert_int_equal(finding.call->tag, 'I' | 'r' << 8 | 'p' << 16 | ' ' << 24);
    assert_non_null(strstr(finding.call->file, "test_irp.c"));
    assert_int_equal(finding.held_bytes, IoSizeOfIrp(DRIVERS));
}

static void request_that_is_freed_twice_is_found_with_both_sites(void **state)
{
    PIRP irp = new_irp();
    (void)state;
    syspte_config config = *syspte_machine_config();
    config.strictness = SYSPTE_TRACK;
    boot(&config);
    irp = new_irp();

    IoFreeIrp(irp);
    syspte_expect_bugcheck(SYSPTE_BAD_POOL_CALLER, SYSPTE_ANY);
    IoFreeIrp(irp);

    syspte_finding finding = finding_of(SYSPTE_RULE_FREE_TWICE);
    assert_int_equal(finding.call->api, SYSPTE_API_IO_FREE_IRP);
    assert_int_equal(finding.mapped->api, SYSPTE_API_IO_ALLOCATE_IRP);
    assert_int_equal(finding.unmapped->api, SYSPTE_API_IO_FREE_IRP);
    assert_int_equal(finding.bytes, IoSizeOfIrp(DRIVERS));
}

static void freeing_what_is_no_request_is_found(void **state)
{
    IRP irp;
    (void)state;

    syspte_expect_bugcheck(SYSPTE_BAD_POOL_CALLER, SYSPTE_ANY);
    IoFreeIrp(&irp);

    assert_int_equal(finding_of(SYSPTE_RULE_FREE_NO_BLOCK).call->api, SYSPTE_API_IO_FREE_IRP);
}

// ---- Complete

static void routines_are_called_up_the_stack(void **state)
{
    PIRP irp = sent_irp(ALWAYS);
    (void)state;

    complete(irp, STATUS_SUCCESS);

    assert_int_equal(calls.count, 3);
    assert_ptr_equal(calls.at[0].device, &device[1]);
    assert_ptr_equal(calls.at[1].device, &device[0]);
    assert_null(calls.at[2].device);
    assert_int_equal((ULONG_PTR)calls.at[0].context, 3);
    assert_int_equal((ULONG_PTR)calls.at[1].context, 2);
    assert_int_equal((ULONG_PTR)calls.at[2].context, 1);
    IoFreeIrp(irp);
}

// A request between memory that nobody may touch.
static struct {
    IRP irp;
    IO_STACK_LOCATION locations[1];
    IO_STACK_LOCATION behind;
} fenced;

static PIRP fenced_irp(void)
{
    memset(&calls, 0, sizeof calls);
    memset(&fenced, 0xAA, sizeof fenced);
    IoInitializeIrp(&fenced.irp, IoSizeOfIrp(1), 1);
    return &fenced.irp;
}

static void routine_of_whoever_made_the_request_gets_no_device(void **state)
{
    PIRP irp = fenced_irp();
    (void)state;
    send_down(irp, 0, ALWAYS);

    complete(irp, STATUS_SUCCESS);

    assert_int_equal(calls.count, 1);
    assert_null(calls.at[0].device);
}

static void pending_mark_ends_at_the_top(void **state)
{
    PIRP irp = fenced_irp();
    (void)state;
    send_down(irp, 0, 0);
    IoMarkIrpPending(irp);

    complete(irp, STATUS_SUCCESS);

    assert_int_equal(irp->PendingReturned, TRUE);
    assert_int_equal(fenced.behind.Control, 0xAA);
}

static void location_without_a_routine_is_passed(void **state)
{
    PIRP irp = fenced_irp();
    (void)state;
    send_down(irp, 0, ALWAYS);
    IoGetCurrentIrpStackLocation(irp)->CompletionRoutine = NULL;

    complete(irp, STATUS_SUCCESS);

    assert_int_equal(calls.count, 0);
    assert_int_equal(irp->CurrentLocation, 3);
}

static unsigned calls_of(UCHAR control, NTSTATUS status, BOOLEAN cancel)
{
    PIRP irp = sent_irp(control);
    irp->Cancel = cancel;
    complete(irp, status);
    IoFreeIrp(irp);
    return calls.count;
}

static void routine_is_called_for_what_it_asked_for(void **state)
{
    (void)state;

    assert_int_equal(calls_of(SL_INVOKE_ON_SUCCESS, STATUS_SUCCESS, FALSE), 3);
    assert_int_equal(calls_of(SL_INVOKE_ON_SUCCESS, STATUS_UNSUCCESSFUL, FALSE), 0);
    assert_int_equal(calls_of(SL_INVOKE_ON_SUCCESS, STATUS_BUFFER_OVERFLOW, FALSE), 0);
    assert_int_equal(calls_of(SL_INVOKE_ON_ERROR, STATUS_SUCCESS, FALSE), 0);
    assert_int_equal(calls_of(SL_INVOKE_ON_ERROR, STATUS_UNSUCCESSFUL, FALSE), 3);
    assert_int_equal(calls_of(SL_INVOKE_ON_CANCEL, STATUS_SUCCESS, FALSE), 0);
    assert_int_equal(calls_of(SL_INVOKE_ON_CANCEL, STATUS_CANCELLED, TRUE), 3);
    assert_int_equal(calls_of(SL_INVOKE_ON_CANCEL, STATUS_CANCELLED, FALSE), 0);
}

static void driver_that_needs_the_request_longer_stops_the_completion(void **state)
{
    PIRP irp = sent_irp(ALWAYS);
    (void)state;
    calls.answer = STATUS_MORE_PROCESSING_REQUIRED;

    complete(irp, STATUS_SUCCESS);
    assert_int_equal(calls.count, 1);
    assert_ptr_equal(IoGetCurrentIrpStackLocation(irp)->DeviceObject, &device[1]);
    calls.answer = STATUS_CONTINUE_COMPLETION;
    complete(irp, STATUS_SUCCESS);

    assert_int_equal(calls.count, 3);
    assert_no_findings();
    IoFreeIrp(irp);
}

static NTSTATUS NTAPI free_it(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    (void)DeviceObject;
    (void)Context;
    IoFreeIrp(Irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static void routine_may_free_the_request_it_takes_over(void **state)
{
    PIRP irp = new_irp();
    (void)state;
    IoSetCompletionRoutine(irp, free_it, NULL, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);

    complete(irp, STATUS_SUCCESS);

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static PIRP kept;

static VOID NTAPI complete_kept(struct _KDPC *Dpc, PVOID Context, PVOID First, PVOID Second)
{
    (void)Dpc;
    (void)Context;
    (void)First;
    (void)Second;
    complete(kept, STATUS_DEVICE_NOT_READY);
}

static NTSTATUS NTAPI complete_later(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    static KDPC later;
    (void)DeviceObject;
    KeInitializeDpc(&later, complete_kept, NULL);
    kept = Irp;
    IoMarkIrpPending(Irp);
    assert_true(KeInsertQueueDpc(&later, NULL, NULL));
    return STATUS_PENDING;
}

static void forwarded_request_comes_back_when_the_drivers_below_are_done(void **state)
{
    static DRIVER_OBJECT below = {.MajorFunction = {complete_later}};
    PIRP irp = new_irp();
    (void)state;
    send_down(irp, 0, 0);
    device[1].DriverObject = &below;
    CHAR mine = irp->CurrentLocation;

    assert_true(IoForwardIrpSynchronously(&device[1], irp));

    assert_int_equal(irp->IoStatus.Status, STATUS_DEVICE_NOT_READY);
    assert_int_equal(irp->CurrentLocation, mine);
    irp->CurrentLocation = 1;
    assert_false(IoForwardIrpSynchronously(&device[1], irp));
    irp->CurrentLocation = mine;
    complete(irp, STATUS_SUCCESS);
    IoFreeIrp(irp);
    assert_no_findings();
}

static void pending_mark_goes_up_where_no_routine_is(void **state)
{
    PIRP irp = new_irp();
    (void)state;
    send_down(irp, 0, ALWAYS);
    send_down(irp, 1, 0);
    send_down(irp, 2, 0);
    IoMarkIrpPending(irp);

    complete(irp, STATUS_SUCCESS);

    assert_int_equal(calls.count, 1);
    assert_int_equal(calls.at[0].pending, TRUE);
    assert_int_equal(irp->PendingReturned, TRUE);
    IoFreeIrp(irp);
}

static void request_that_is_not_pending_is_not_marked_on_its_way(void **state)
{
    PIRP irp = new_irp();
    (void)state;
    send_down(irp, 0, ALWAYS);
    send_down(irp, 1, 0);
    send_down(irp, 2, 0);

    complete(irp, STATUS_SUCCESS);

    assert_int_equal(calls.at[0].pending, FALSE);
    IoFreeIrp(irp);
}

static void pending_mark_stays_below_a_routine_that_does_not_pass_it_on(void **state)
{
    PIRP irp = sent_irp(ALWAYS);
    (void)state;
    IoMarkIrpPending(irp);

    complete(irp, STATUS_SUCCESS);

    assert_int_equal(calls.at[0].pending, TRUE);
    assert_int_equal(calls.at[1].pending, FALSE);
    assert_int_equal(calls.at[2].pending, FALSE);
    IoFreeIrp(irp);
}

static void copied_location_has_no_routine(void **state)
{
    PIRP irp = new_irp();
    (void)state;
    send_down(irp, 0, ALWAYS);
    IoGetCurrentIrpStackLocation(irp)->MajorFunction = IRP_MJ_READ;

    IoGetNextIrpStackLocation(irp)->CompletionRoutine = NULL;
    IoCopyCurrentIrpStackLocationToNext(irp);

    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    assert_int_equal(next->MajorFunction, IRP_MJ_READ);
    assert_int_equal(next->Control, 0);
    assert_null(next->CompletionRoutine);
    IoFreeIrp(irp);
}

static PIRP done;

static void complete_again(void)
{
    IoCompleteRequest(done, IO_NO_INCREMENT);
}

static void request_that_is_completed_twice_stops_every_machine(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.strictness = SYSPTE_FREE;
    boot(&config);
    done = sent_irp(ALWAYS);
    complete(done, STATUS_SUCCESS);

    assert_true(stops(complete_again));

    syspte_finding finding = only_finding(SYSPTE_RULE_IRP_COMPLETED_TWICE);
    assert_stop(SYSPTE_MULTIPLE_IRP_COMPLETE_REQUESTS, finding.system_va, 0, 0, 0);
    assert_int_not_equal(finding.system_va, 0);
    assert_int_equal(finding.call->api, SYSPTE_API_IO_COMPLETE_REQUEST);
}

static void machine_that_is_gone_has_no_requests(void **state)
{
    IRP irp;
    (void)state;
    IoInitializeIrp(&irp, IoSizeOfIrp(0), 0);

    assert_null(IoAllocateIrp(1, FALSE));
    assert_complaint("there is no machine");
    IoCompleteRequest(&irp, IO_NO_INCREMENT);
    assert_complaint("there is no machine");

    assert_int_equal(irp.CurrentLocation, 1);
}

// ---- MDLs

static void completion_gives_the_mdls_of_the_request_back(void **state)
{
    PIRP irp = sent_irp(0);
    (void)state;
    PVOID buffer = ExAllocatePoolWithTag(NonPagedPool, 3 * PAGE, TAG);
    PMDL first = IoAllocateMdl(buffer, PAGE, FALSE, FALSE, irp);
    PMDL second = IoAllocateMdl((PUCHAR)buffer + PAGE, 2 * PAGE, TRUE, FALSE, irp);
    MmProbeAndLockPages(first, KernelMode, IoReadAccess);
    MmProbeAndLockPages(second, KernelMode, IoReadAccess);
    assert_non_null(MmGetSystemAddressForMdlSafe(second, NormalPagePriority));
    assert_ptr_equal(irp->MdlAddress, first);
    assert_ptr_equal(first->Next, second);

    complete(irp, STATUS_SUCCESS);

    assert_null(irp->MdlAddress);
    assert_int_equal(syspte_counters_now().live_ptes, 0);
    IoFreeIrp(irp);
    ExFreePoolWithTag(buffer, TAG);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void driver_that_takes_the_request_over_keeps_its_mdls(void **state)
{
    PIRP irp = sent_irp(ALWAYS);
    (void)state;
    PVOID buffer = ExAllocatePoolWithTag(NonPagedPool, PAGE, TAG);
    PMDL mdl = IoAllocateMdl(buffer, PAGE, FALSE, FALSE, irp);
    MmBuildMdlForNonPagedPool(mdl);
    calls.answer = STATUS_MORE_PROCESSING_REQUIRED;

    complete(irp, STATUS_SUCCESS);

    assert_ptr_equal(irp->MdlAddress, mdl);
    IoFreeMdl(mdl);
    IoFreeIrp(irp);
    ExFreePoolWithTag(buffer, TAG);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(new_request_is_laid_out_as_on_windows),
        machine_test(charged_request_says_so),
        machine_test(stack_can_have_0_to_125_locations),
        machine_test(request_that_is_reused_is_as_new),
        machine_test(request_in_memory_of_the_drivers_own_can_be_completed),
        machine_test(request_that_is_never_freed_is_a_leak),
        machine_test(request_that_is_freed_twice_is_found_with_both_sites),
        machine_test(freeing_what_is_no_request_is_found),
        machine_test(routines_are_called_up_the_stack),
        machine_test(routine_of_whoever_made_the_request_gets_no_device),
        machine_test(pending_mark_ends_at_the_top),
        machine_test(location_without_a_routine_is_passed),
        machine_test(routine_is_called_for_what_it_asked_for),
        machine_test(driver_that_needs_the_request_longer_stops_the_completion),
        machine_test(routine_may_free_the_request_it_takes_over),
        machine_test(forwarded_request_comes_back_when_the_drivers_below_are_done),
        machine_test(pending_mark_goes_up_where_no_routine_is),
        machine_test(request_that_is_not_pending_is_not_marked_on_its_way),
        machine_test(pending_mark_stays_below_a_routine_that_does_not_pass_it_on),
        machine_test(copied_location_has_no_routine),
        hooked_test(request_that_is_completed_twice_stops_every_machine),
        hooked_test(machine_that_is_gone_has_no_requests),
        machine_test(completion_gives_the_mdls_of_the_request_back),
        machine_test(driver_that_takes_the_request_over_keeps_its_mdls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
