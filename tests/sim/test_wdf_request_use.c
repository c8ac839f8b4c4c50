// SPDX-License-Identifier: MIT
// What a KMDF driver does with its requests: moves them from queue to queue, lets them be
// cancelled, looks at them and uses those that are gone. And where the requests go that no queue
// gets.
#include "wdf_driver.h"

enum {
    DIRECT = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_OUT_DIRECT, FILE_ANY_ACCESS),
    BUFFERED = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS),
    HAD_MOST = 8
};

static WDF_IO_QUEUE_CONFIG config; // of the default queue
static WDFQUEUE queue;

static struct {
    unsigned count;
    WDFREQUEST request[HAD_MOST];
    unsigned internal; // of them, by EvtIoInternalDeviceControl
    unsigned cancelled;
} had;

// ---- The driver

static VOID NTAPI on_any(WDFQUEUE Queue, WDFREQUEST Request)
{
    (void)Queue;
    assert_in_range(had.count, 0, HAD_MOST - 1);
    had.request[had.count++] = Request;
}

static VOID NTAPI on_internal(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                              size_t InputBufferLength, ULONG IoControlCode)
{
    assert_int_equal(OutputBufferLength, 4);
    assert_int_equal(InputBufferLength, 2);
    assert_int_equal(IoControlCode, BUFFERED);
    had.internal++;
    on_any(Queue, Request);
}

static VOID NTAPI on_cancel(WDFREQUEST Request)
{
    assert_true(WdfRequestIsCanceled(Request));
    had.cancelled++;
}

static VOID NTAPI on_canceled_on_queue(WDFQUEUE Queue, WDFREQUEST Request)
{
    assert_ptr_equal(Queue, queue);
    had.cancelled++;
    WdfRequestComplete(Request, STATUS_REQUEST_ABORTED);
}

static VOID NTAPI give_back(WDFQUEUE Queue, WDFREQUEST Request, ULONG ActionFlags)
{
    assert_ptr_equal(Queue, queue);
    assert_int_equal(ActionFlags, WdfRequestStopActionSuspend);
    WdfRequestStopAcknowledge(Request, TRUE);
}

static void create_queue(WDFDEVICE device)
{
    assert_int_equal(WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue),
                     STATUS_SUCCESS);
}

static int begin(void **state)
{
    memset(&had, 0, sizeof had);
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoDefault = on_any;
    int failed = wdf_begin(state);
    the_driver.added = create_queue;
    return failed;
}

#define request_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void end_clean(void)
{
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static PIRP irp_of(UCHAR major)
{
    PIRP irp = IoAllocateIrp(4, FALSE);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = major;
    if (major == IRP_MJ_READ || major == IRP_MJ_WRITE) {
        next->Parameters.Read.Length = 8;
        next->Parameters.Read.Key = 5;
        next->Parameters.Read.ByteOffset.QuadPart = 0x123456789;
    }
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    return irp;
}

static PIRP control_of(UCHAR major, ULONG code)
{
    PIRP irp = irp_of(major);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->Parameters.DeviceIoControl.IoControlCode = code;
    next->Parameters.DeviceIoControl.OutputBufferLength = 4;
    next->Parameters.DeviceIoControl.InputBufferLength = 2;
    return irp;
}

static PIRP send(PIRP irp)
{
    (void)syspte_irp_send(the_driver.physical, irp);
    return irp;
}

static NTSTATUS end_irp(PIRP irp)
{
    NTSTATUS status = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}

static WDFQUEUE manual_queue(void)
{
    WDF_IO_QUEUE_CONFIG manual;
    WDFQUEUE created;
    WDF_IO_QUEUE_CONFIG_INIT(&manual, WdfIoQueueDispatchManual);
    assert_int_equal(
        WdfIoQueueCreate(the_driver.device, &manual, WDF_NO_OBJECT_ATTRIBUTES, &created),
        STATUS_SUCCESS);
    return created;
}

// ---- End

static void request_ends_with_what_was_set_before(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP irp = send(irp_of(IRP_MJ_READ));

    assert_int_equal(WdfRequestGetInformation(had.request[0]), 0);
    WdfRequestSetInformation(had.request[0], 8);
    assert_int_equal(WdfRequestGetInformation(had.request[0]), 8);
    WdfRequestCompleteWithPriorityBoost(had.request[0], STATUS_SUCCESS, IO_NO_INCREMENT);

    assert_int_equal(irp->IoStatus.Information, 8);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

static void complete_with_nine(void)
{
    WdfRequestSetInformation(had.request[0], 9);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
}

static void read_has_no_room_for_more_than_its_length(void **state)
{
    (void)state;
    (void)wdf_start();
    (void)send(irp_of(IRP_MJ_READ));

    assert_true(stops(complete_with_nine));

    (void)only_finding(SYSPTE_RULE_WDF_REQUEST_LENGTH);
    assert_int_equal(seen.stop.parameter[0], 6);
}

static void more_than_the_buffer_may_be_told_of_direct_and_internal_control(void **state)
{
    (void)state;
    config.EvtIoInternalDeviceControl = on_internal;
    (void)wdf_start();

    PIRP irp = send(control_of(IRP_MJ_DEVICE_CONTROL, DIRECT));
    WdfRequestCompleteWithInformation(had.request[0], STATUS_SUCCESS, 100);
    assert_int_equal(irp->IoStatus.Information, 100);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    assert_int_equal(had.internal, 0);
    irp = send(control_of(IRP_MJ_INTERNAL_DEVICE_CONTROL, BUFFERED));
    assert_int_equal(had.internal, 1);
    WdfRequestCompleteWithInformation(had.request[1], STATUS_SUCCESS, 100);

    assert_int_equal(irp->IoStatus.Information, 100);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

// ---- From queue to queue

static void request_that_waits_is_not_the_drivers_to_move(void **state)
{
    WDFREQUEST request;
    (void)state;
    (void)wdf_start();
    WDFQUEUE manual = manual_queue();
    WDFQUEUE other = manual_queue();
    PIRP irp = send(irp_of(IRP_MJ_WRITE));
    assert_int_equal(WdfRequestForwardToIoQueue(had.request[0], queue),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(WdfRequestForwardToIoQueue(had.request[0], manual), STATUS_SUCCESS);

    assert_int_equal(WdfRequestForwardToIoQueue(had.request[0], other),
                     STATUS_WDF_REQUEST_INVALID_STATE);
    assert_int_equal(WdfRequestRequeue(had.request[0]), STATUS_WDF_REQUEST_INVALID_STATE);

    assert_int_equal(WdfIoQueueRetrieveNextRequest(other, &request), STATUS_NO_MORE_ENTRIES);
    assert_int_equal(WdfIoQueueRetrieveNextRequest(manual, &request), STATUS_SUCCESS);
    WdfRequestComplete(request, STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

static void request_that_is_given_back_is_delivered_again_first(void **state)
{
    (void)state;
    config.EvtIoStop = give_back;
    (void)wdf_start();
    PIRP first = send(irp_of(IRP_MJ_WRITE));
    PIRP second = send(irp_of(IRP_MJ_WRITE));

    assert_int_equal(wdf_set_power(PowerDeviceD3), STATUS_SUCCESS);
    assert_int_equal(had.count, 1);
    assert_int_equal(wdf_set_power(PowerDeviceD0), STATUS_SUCCESS);

    assert_int_equal(had.count, 2);
    assert_ptr_equal(WdfRequestWdmGetIrp(had.request[1]), first);
    WdfRequestComplete(had.request[1], STATUS_SUCCESS);
    WdfRequestComplete(had.request[2], STATUS_SUCCESS);
    assert_int_equal(end_irp(first), STATUS_SUCCESS);
    assert_int_equal(end_irp(second), STATUS_SUCCESS);
    end_clean();
}

// ---- Cancellation

static void driver_can_end_a_request_that_is_cancelled_in_its_queue(void **state)
{
    (void)state;
    config.EvtIoCanceledOnQueue = on_canceled_on_queue;
    (void)wdf_start();
    PIRP irp[3];
    for (unsigned i = 0; i < 3; i++) {
        irp[i] = send(irp_of(IRP_MJ_WRITE));
    }

    assert_true(IoCancelIrp(irp[2])); // behind another

    assert_int_equal(had.cancelled, 1);
    assert_int_equal(end_irp(irp[2]), STATUS_REQUEST_ABORTED);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    WdfRequestComplete(had.request[1], STATUS_SUCCESS);
    assert_int_equal(had.count, 2);
    assert_int_equal(end_irp(irp[0]), STATUS_SUCCESS);
    assert_int_equal(end_irp(irp[1]), STATUS_SUCCESS);
    end_clean();
}

static void cancelled_request_does_not_get_into_another_queue(void **state)
{
    WDFREQUEST request;
    (void)state;
    (void)wdf_start();
    WDFQUEUE manual = manual_queue();
    PIRP irp = send(irp_of(IRP_MJ_WRITE));
    assert_false(IoCancelIrp(irp));

    assert_int_equal(WdfRequestForwardToIoQueue(had.request[0], manual), STATUS_SUCCESS);

    assert_int_equal(end_irp(irp), STATUS_CANCELLED);
    assert_int_equal(WdfIoQueueRetrieveNextRequest(manual, &request), STATUS_NO_MORE_ENTRIES);
    end_clean();
}

static void request_cancelled_before_it_is_cancelable_is_told_at_once(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP irp = send(irp_of(IRP_MJ_WRITE));
    assert_false(WdfRequestIsCanceled(had.request[0]));
    assert_int_equal(WdfRequestUnmarkCancelable(had.request[0]), STATUS_INVALID_DEVICE_REQUEST);
    assert_false(IoCancelIrp(irp));

    WdfRequestMarkCancelable(had.request[0], on_cancel);

    assert_int_equal(had.cancelled, 1);
    WdfRequestComplete(had.request[0], STATUS_CANCELLED);
    assert_int_equal(end_irp(irp), STATUS_CANCELLED);
    end_clean();
}

static void unmarking_tells_that_the_driver_was_told_to_cancel(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP irp = send(irp_of(IRP_MJ_WRITE));
    WdfRequestMarkCancelable(had.request[0], on_cancel);
    assert_true(IoCancelIrp(irp));
    assert_int_equal(had.cancelled, 1);

    assert_int_equal(WdfRequestUnmarkCancelable(had.request[0]), STATUS_CANCELLED);

    WdfRequestComplete(had.request[0], STATUS_CANCELLED);
    assert_int_equal(end_irp(irp), STATUS_CANCELLED);
    end_clean();
}

// ---- Inspect

static WDF_REQUEST_PARAMETERS parameters_of(WDFREQUEST request)
{
    WDF_REQUEST_PARAMETERS parameters;
    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(request, &parameters);
    return parameters;
}

static void request_tells_what_its_irp_says(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP irp = irp_of(IRP_MJ_READ);
    irp->RequestorMode = UserMode;
    (void)send(irp);

    WDF_REQUEST_PARAMETERS p = parameters_of(had.request[0]);

    assert_int_equal(p.Type, WdfRequestTypeRead);
    assert_int_equal(p.Parameters.Read.Length, 8);
    assert_int_equal(p.Parameters.Read.Key, 5);
    assert_int_equal(p.Parameters.Read.DeviceOffset, 0x123456789);
    assert_int_equal(WdfRequestGetRequestorMode(had.request[0]), UserMode);
    assert_int_equal(WdfRequestGetStatus(had.request[0]), STATUS_NOT_SUPPORTED);
    assert_ptr_equal(WdfRequestGetIoQueue(had.request[0]), queue);
    assert_null(WdfRequestGetFileObject(had.request[0]));
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

static void control_request_tells_its_code_and_lengths(void **state)
{
    static char input[2];
    (void)state;
    (void)wdf_start();
    PIRP irp = control_of(IRP_MJ_DEVICE_CONTROL, BUFFERED);
    IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.Type3InputBuffer = input;
    (void)send(irp);

    WDF_REQUEST_PARAMETERS p = parameters_of(had.request[0]);

    assert_int_equal(p.Type, WdfRequestTypeDeviceControl);
    assert_int_equal(p.Parameters.DeviceIoControl.IoControlCode, BUFFERED);
    assert_int_equal(p.Parameters.DeviceIoControl.OutputBufferLength, 4);
    assert_int_equal(p.Parameters.DeviceIoControl.InputBufferLength, 2);
    assert_ptr_equal(p.Parameters.DeviceIoControl.Type3InputBuffer, input);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

static void internal_request_tells_its_arguments(void **state)
{
    static int first;
    static int second;
    static int fourth;
    (void)state;
    (void)wdf_start();
    PIRP irp = irp_of(IRP_MJ_INTERNAL_DEVICE_CONTROL);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->Parameters.Others.Argument1 = &first;
    next->Parameters.Others.Argument2 = &second;
    next->Parameters.Others.Argument3 = (PVOID)(ULONG_PTR)BUFFERED;
    next->Parameters.Others.Argument4 = &fourth;
    (void)send(irp);

    WDF_REQUEST_PARAMETERS p = parameters_of(had.request[0]);

    assert_int_equal(p.Type, WdfRequestTypeDeviceControlInternal);
    assert_ptr_equal(p.Parameters.Others.Arg1, &first);
    assert_ptr_equal(p.Parameters.Others.Arg2, &second);
    assert_int_equal(p.Parameters.Others.IoControlCode, BUFFERED);
    assert_ptr_equal(p.Parameters.Others.Arg4, &fourth);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

// ---- Requests that are gone

// How often that was found, and nothing else was.
static unsigned deleted_uses(void)
{
    syspte_finding finding;
    unsigned count = 0;
    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        assert_int_equal(finding.rule, SYSPTE_RULE_WDF_DELETED);
        count++;
    }
    return count;
}

static void request_that_is_gone_is_found_whatever_is_done_with_it(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP irp = send(irp_of(IRP_MJ_WRITE));
    WDFREQUEST gone = had.request[0];
    WdfRequestComplete(gone, STATUS_SUCCESS);

    assert_int_equal(WdfRequestRequeue(gone), STATUS_INVALID_PARAMETER);
    assert_int_equal(WdfDeviceEnqueueRequest(the_driver.device, gone), STATUS_INVALID_PARAMETER);
    assert_int_equal(WdfRequestMarkCancelableEx(gone, on_cancel), STATUS_INVALID_PARAMETER);
    assert_int_equal(WdfRequestUnmarkCancelable(gone), STATUS_INVALID_PARAMETER);
    assert_false(WdfRequestIsCanceled(gone));
    WdfRequestStopAcknowledge(gone, TRUE);
    WdfRequestSetInformation(gone, 3);
    assert_int_equal(parameters_of(gone).Parameters.Write.Length, 0);
    assert_int_equal(WdfRequestGetInformation(gone), 0);
    assert_null(WdfRequestWdmGetIrp(gone));

    assert_int_equal(WdfRequestForwardToIoQueue(gone, queue), STATUS_INVALID_PARAMETER);

    assert_int_equal(deleted_uses(), 11);
    assert_int_equal(irp->IoStatus.Information, 0);
    (void)end_irp(irp);
    wdf_end();
}

// ---- Without memory

typedef struct request_context {
    char bytes[64];
} request_context;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(request_context, request_context_of)

static void with_request_context(PWDFDEVICE_INIT init)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, request_context);
    WdfDeviceInitSetRequestAttributes(init, &attributes);
}

static void request_without_memory_for_its_context_fails(void **state)
{
    (void)state;
    the_driver.initialize = with_request_context;
    (void)wdf_start();
    const syspte_fault_plan plan = {.nth = 1};
    PIRP irp = irp_of(IRP_MJ_WRITE);
    assert_true(syspte_fault_set(&plan));

    (void)send(irp);

    assert_int_equal(syspte_fault_fired(), 1);
    syspte_fault_clear();
    assert_int_equal(had.count, 0);
    assert_int_equal(end_irp(irp), STATUS_INSUFFICIENT_RESOURCES);
    irp = send(irp_of(IRP_MJ_WRITE));
    assert_non_null(request_context_of(had.request[0]));
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    wdf_end();
    (void)only_finding(SYSPTE_RULE_FAULT_INJECTED);
}

// ---- Past the queues

static void function_driver_refuses_what_it_does_not_know(void **state)
{
    (void)state;
    (void)wdf_start();

    assert_int_equal(end_irp(send(irp_of(IRP_MJ_FLUSH_BUFFERS))), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(end_irp(send(irp_of(IRP_MJ_SYSTEM_CONTROL))), STATUS_SUCCESS); // the bus's

    end_clean();
}

static void device_without_a_stack_refuses_system_control(void **state)
{
    WDFDEVICE control;
    DECLARE_CONST_UNICODE_STRING(name, L"\\Device\\Alone");
    (void)state;
    (void)wdf_start();
    PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(the_driver.driver, NULL);
    assert_int_equal(WdfDeviceInitAssignName(init, &name), STATUS_SUCCESS);
    assert_int_equal(WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &control), STATUS_SUCCESS);
    WdfControlFinishInitializing(control);
    PIRP irp = irp_of(IRP_MJ_SYSTEM_CONTROL);

    (void)syspte_irp_send(WdfDeviceWdmGetDeviceObject(control), irp);

    assert_int_equal(end_irp(irp), STATUS_INVALID_DEVICE_REQUEST);
    end_clean();
}

static void device_that_the_framework_did_not_make_gets_nothing(void **state)
{
    PDEVICE_OBJECT own;
    (void)state;
    (void)wdf_start();
    assert_int_equal(IoCreateDevice(the_driver.wdm, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &own),
                     STATUS_SUCCESS);
    PIRP irp = irp_of(IRP_MJ_WRITE);

    (void)syspte_irp_send(own, irp);

    assert_int_equal(end_irp(irp), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(had.count, 0);
    IoDeleteDevice(own);
    end_clean();
}

// ---- A driver below that takes its time

static struct {
    PDRIVER_OBJECT wdm;
    PDEVICE_OBJECT device;
    PDEVICE_OBJECT below;
    KTIMER timer;
    KDPC dpc;
    unsigned ended; // later
} lower;

static VOID NTAPI lower_ends(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
                             PVOID SystemArgument2)
{
    PIRP irp = DeferredContext;
    (void)Dpc;
    (void)SystemArgument1;
    (void)SystemArgument2;
    lower.ended++;
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
}

static NTSTATUS NTAPI lower_pnp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction == IRP_MN_START_DEVICE) {
        LARGE_INTEGER due = {.QuadPart = -10000};
        IoMarkIrpPending(Irp);
        KeInitializeTimer(&lower.timer);
        KeInitializeDpc(&lower.dpc, lower_ends, Irp);
        (void)KeSetTimer(&lower.timer, due, &lower.dpc);
        return STATUS_PENDING;
    }
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(lower.below, Irp);
}

static NTSTATUS NTAPI lower_add(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDeviceObject)
{
    NTSTATUS status =
        IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &lower.device);
    if (NT_SUCCESS(status)) {
        lower.below = IoAttachDeviceToDeviceStack(lower.device, PhysicalDeviceObject);
        lower.device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    }
    return status;
}

static VOID NTAPI lower_unload(PDRIVER_OBJECT DriverObject)
{
    assert_ptr_equal(DriverObject->DeviceObject, lower.device);
    IoDetachDevice(lower.below);
    IoDeleteDevice(lower.device);
}

static NTSTATUS lower_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    DriverObject->DriverExtension->AddDevice = lower_add;
    DriverObject->DriverUnload = lower_unload;
    DriverObject->MajorFunction[IRP_MJ_PNP] = lower_pnp;
    return STATUS_SUCCESS;
}

static void start_waits_for_the_drivers_below(void **state)
{
    (void)state;
    memset(&lower, 0, sizeof lower);
    assert_int_equal(syspte_driver_load(lower_entry, &lower.wdm), STATUS_SUCCESS);
    assert_int_equal(syspte_driver_add_device(lower.wdm, &the_driver.physical), STATUS_SUCCESS);
    assert_int_equal(syspte_driver_load(wdf_driver_entry, &the_driver.wdm), STATUS_SUCCESS);
    assert_int_equal(
        the_driver.wdm->DriverExtension->AddDevice(the_driver.wdm, the_driver.physical),
        STATUS_SUCCESS);

    assert_int_equal(wdf_pnp(IRP_MN_START_DEVICE), STATUS_SUCCESS);

    assert_int_equal(lower.ended, 1);
    assert_log("Entry Add Prepare D0Entry(D3Final) PostEnabled SelfInit");
    wdf_end();
    syspte_driver_unload(lower.wdm);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        request_test(request_ends_with_what_was_set_before),
        request_test(read_has_no_room_for_more_than_its_length),
        request_test(more_than_the_buffer_may_be_told_of_direct_and_internal_control),
        request_test(request_that_waits_is_not_the_drivers_to_move),
        request_test(request_that_is_given_back_is_delivered_again_first),
        request_test(driver_can_end_a_request_that_is_cancelled_in_its_queue),
        request_test(cancelled_request_does_not_get_into_another_queue),
        request_test(request_cancelled_before_it_is_cancelable_is_told_at_once),
        request_test(unmarking_tells_that_the_driver_was_told_to_cancel),
        request_test(request_tells_what_its_irp_says),
        request_test(control_request_tells_its_code_and_lengths),
        request_test(internal_request_tells_its_arguments),
        request_test(request_that_is_gone_is_found_whatever_is_done_with_it),
        request_test(request_without_memory_for_its_context_fails),
        request_test(function_driver_refuses_what_it_does_not_know),
        request_test(device_without_a_stack_refuses_system_control),
        request_test(device_that_the_framework_did_not_make_gets_nothing),
        request_test(start_waits_for_the_drivers_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
