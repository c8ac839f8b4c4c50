// SPDX-License-Identifier: MIT
// Requests of a KMDF driver: which queue delivers them, to whom, in which order, what becomes of
// them when the device leaves D0, and where their bytes are.
#include "wdf_driver.h"

enum {
    CODE = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS),
    HAD_MOST = 8
};

static syspte_life *life;
static WDF_IO_QUEUE_CONFIG config; // of the default queue, or of `manual`
static WDFQUEUE queue;

static struct {
    unsigned count;
    WDFREQUEST request[HAD_MOST];
    bool completes; // at once
    NTSTATUS status;
    ULONG_PTR information;
    unsigned stopped;
    unsigned resumed;
    ULONG action;
} had;

// ---- The driver

static void take(WDFREQUEST request)
{
    assert_in_range(had.count, 0, HAD_MOST - 1);
    had.request[had.count++] = request;
    if (had.completes) {
        WdfRequestCompleteWithInformation(request, had.status, had.information);
    }
}

static VOID NTAPI on_control(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                             size_t InputBufferLength, ULONG IoControlCode)
{
    PULONG number;
    size_t length;
    assert_ptr_equal(Queue, queue);
    assert_int_equal(IoControlCode, CODE);
    assert_int_equal(InputBufferLength, 4);
    assert_int_equal(OutputBufferLength, 4);
    assert_int_equal(WdfRequestRetrieveInputBuffer(Request, 4, (PVOID *)&number, &length),
                     STATUS_SUCCESS);
    assert_int_equal(length, 4);
    ULONG twice = *number * 2;
    assert_int_equal(WdfRequestRetrieveOutputBuffer(Request, 4, (PVOID *)&number, NULL),
                     STATUS_SUCCESS);
    *number = twice;
    take(Request);
}

static VOID NTAPI on_write(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    (void)Queue;
    assert_int_not_equal(Length, 0);
    take(Request);
}

static VOID NTAPI on_stop(WDFQUEUE Queue, WDFREQUEST Request, ULONG ActionFlags)
{
    assert_ptr_equal(Queue, queue);
    had.stopped++;
    had.action = ActionFlags;
    if (ActionFlags == WdfRequestStopActionPurge) {
        WdfRequestComplete(Request, STATUS_CANCELLED);
    } else {
        WdfRequestStopAcknowledge(Request, FALSE);
    }
}

static VOID NTAPI on_resume(WDFQUEUE Queue, WDFREQUEST Request)
{
    (void)Queue;
    assert_ptr_equal(Request, had.request[0]);
    had.resumed++;
}

static void create_queue(WDFDEVICE device)
{
    assert_int_equal(WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue),
                     STATUS_SUCCESS);
    if (!config.DefaultQueue) {
        assert_int_equal(WdfDeviceConfigureRequestDispatching(device, queue, WdfRequestTypeWrite),
                         STATUS_SUCCESS);
    }
}

static void start_life(void)
{
    the_driver.added = create_queue;
    assert_int_equal(syspte_life_load(wdf_driver_entry, NULL, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);
}

static void end_life(void)
{
    syspte_life_unload(life);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static int begin(void **state)
{
    memset(&had, 0, sizeof had);
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoDeviceControl = on_control;
    config.EvtIoWrite = on_write;
    return wdf_begin(state);
}

#define queue_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

// Sends a write that the test ends itself, at the driver's top.
static PIRP send_write(ULONG bytes)
{
    static char data[16];
    PIRP irp = IoAllocateIrp(4, FALSE);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_WRITE;
    next->Parameters.Write.Length = bytes;
    irp->AssociatedIrp.SystemBuffer = data;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    (void)syspte_irp_send(syspte_life_physical(life), irp);
    return irp;
}

static NTSTATUS end_irp(PIRP irp)
{
    NTSTATUS status = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}

// ---- Delivery

static void control_request_comes_back_with_its_answer(void **state)
{
    ULONG number = 21;
    (void)state;
    had.completes = true;
    had.information = 4;
    start_life();
    syspte_request request = {.major = IRP_MJ_DEVICE_CONTROL,
                              .code = CODE,
                              .in = &number,
                              .in_bytes = 4,
                              .out = &number,
                              .out_bytes = 4};

    assert_int_equal(syspte_life_request(life, &request), STATUS_SUCCESS);

    assert_int_equal(number, 42);
    assert_int_equal(request.information, 4);
    end_life();
}

static void sequential_queue_delivers_one_at_a_time(void **state)
{
    (void)state;
    start_life();
    PIRP first = send_write(1);
    PIRP second = send_write(2);
    assert_int_equal(had.count, 1);

    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(had.count, 2);
    WdfRequestComplete(had.request[1], STATUS_DEVICE_BUSY);

    assert_int_equal(end_irp(first), STATUS_SUCCESS);
    assert_int_equal(end_irp(second), STATUS_DEVICE_BUSY);
    end_life();
}

static void parallel_queue_delivers_at_once(void **state)
{
    (void)state;
    config.DispatchType = WdfIoQueueDispatchParallel;
    config.Settings.Parallel.NumberOfPresentedRequests = (ULONG)-1;
    start_life();
    PIRP first = send_write(1);
    PIRP second = send_write(2);

    assert_int_equal(had.count, 2);

    WdfRequestComplete(had.request[1], STATUS_SUCCESS);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(first), STATUS_SUCCESS);
    assert_int_equal(end_irp(second), STATUS_SUCCESS);
    end_life();
}

static void manual_queue_waits_to_be_asked(void **state)
{
    WDFREQUEST request;
    (void)state;
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
    start_life();
    assert_int_equal(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_NO_MORE_ENTRIES);
    PIRP irp = send_write(1);

    assert_int_equal(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_SUCCESS);

    assert_ptr_equal(WdfRequestWdmGetIrp(request), irp);
    assert_ptr_equal(WdfRequestGetIoQueue(request), queue);
    WdfRequestComplete(request, STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_life();
}

static void only_a_manual_queue_takes_a_request_back(void **state)
{
    WDFREQUEST request;
    (void)state;
    start_life();
    WDFQUEUE sequential = queue;
    PIRP irp = send_write(1);
    assert_int_equal(WdfRequestRequeue(had.request[0]), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(had.count, 1);
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
    assert_int_equal(WdfIoQueueCreate(the_driver.device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue),
                     STATUS_SUCCESS);
    assert_int_equal(WdfRequestForwardToIoQueue(had.request[0], queue), STATUS_SUCCESS);
    assert_int_equal(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_SUCCESS);

    assert_int_equal(WdfRequestRequeue(request), STATUS_SUCCESS);

    assert_int_equal(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_SUCCESS);
    assert_ptr_equal(request, had.request[0]);
    WdfRequestComplete(request, STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    queue = sequential;
    end_life();
}

static void request_that_no_callback_takes_is_refused(void **state)
{
    (void)state;
    config.EvtIoWrite = NULL;
    start_life();

    assert_int_equal(end_irp(send_write(1)), STATUS_INVALID_DEVICE_REQUEST);

    end_life();
}

static void write_of_nothing_is_not_delivered(void **state)
{
    (void)state;
    start_life();

    assert_int_equal(end_irp(send_write(0)), STATUS_SUCCESS);

    assert_int_equal(had.count, 0);
    end_life();
}

static void request_can_be_forwarded_and_requeued(void **state)
{
    WDFQUEUE manual;
    WDFREQUEST request;
    (void)state;
    start_life();
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
    assert_int_equal(
        WdfIoQueueCreate(the_driver.device, &config, WDF_NO_OBJECT_ATTRIBUTES, &manual),
        STATUS_SUCCESS);
    PIRP irp = send_write(1);

    assert_int_equal(WdfRequestForwardToIoQueue(had.request[0], manual), STATUS_SUCCESS);
    PIRP second = send_write(2); // there is room again
    assert_int_equal(had.count, 2);
    assert_int_equal(WdfIoQueueRetrieveNextRequest(manual, &request), STATUS_SUCCESS);
    assert_ptr_equal(request, had.request[0]);

    WdfRequestComplete(request, STATUS_SUCCESS);
    WdfRequestComplete(had.request[1], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    assert_int_equal(end_irp(second), STATUS_SUCCESS);
    end_life();
}

// ---- Cancellation

static VOID NTAPI on_cancel(WDFREQUEST Request)
{
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    had.stopped++;
    WdfRequestComplete(Request, STATUS_CANCELLED);
}

static void waiting_request_is_cancelled_by_the_framework(void **state)
{
    (void)state;
    start_life();
    PIRP first = send_write(1);
    PIRP second = send_write(1);

    assert_true(IoCancelIrp(second));
    assert_false(IoCancelIrp(first)); // the driver has it

    assert_int_equal(end_irp(second), STATUS_CANCELLED);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(first), STATUS_SUCCESS);
    assert_int_equal(had.count, 1);
    end_life();
}

static void drivers_request_is_cancelled_by_the_driver(void **state)
{
    (void)state;
    start_life();
    PIRP irp = send_write(1);
    WdfRequestMarkCancelable(had.request[0], on_cancel);

    assert_true(IoCancelIrp(irp));

    assert_int_equal(had.stopped, 1);
    assert_int_equal(end_irp(irp), STATUS_CANCELLED);
    irp = send_write(1);
    assert_int_equal(WdfRequestMarkCancelableEx(had.request[1], on_cancel), STATUS_SUCCESS);
    assert_int_equal(WdfRequestUnmarkCancelable(had.request[1]), STATUS_SUCCESS);
    assert_false(IoCancelIrp(irp));
    assert_true(WdfRequestIsCanceled(had.request[1]));
    assert_int_equal(WdfRequestMarkCancelableEx(had.request[1], on_cancel), STATUS_CANCELLED);
    WdfRequestComplete(had.request[1], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_life();
}

// ---- Power

static void queue_holds_requests_while_the_device_sleeps(void **state)
{
    (void)state;
    had.completes = true;
    start_life();
    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);
    PIRP irp = send_write(1);
    assert_int_equal(had.count, 0);

    assert_int_equal(syspte_life_power_up(life), STATUS_SUCCESS);

    assert_int_equal(had.count, 1);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_life();
}

static void driver_can_keep_a_request_through_a_sleep(void **state)
{
    (void)state;
    config.EvtIoStop = on_stop;
    config.EvtIoResume = on_resume;
    start_life();
    PIRP irp = send_write(1);

    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);
    assert_int_equal(had.stopped, 1);
    assert_int_equal(had.action, WdfRequestStopActionSuspend);
    assert_int_equal(syspte_life_power_up(life), STATUS_SUCCESS);

    assert_int_equal(had.resumed, 1);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_life();
}

static void request_that_is_kept_silently_is_found(void **state)
{
    (void)state;
    start_life();
    PIRP irp = send_write(1);

    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);

    assert_string_equal(only_finding(SYSPTE_RULE_WDF_REQUEST_KEPT).call->function, "create_queue");
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    (void)end_irp(irp);
    syspte_life_unload(life);
}

static void removal_purges_what_waits_and_what_the_driver_has(void **state)
{
    (void)state;
    config.EvtIoStop = on_stop;
    start_life();
    PIRP first = send_write(1);
    PIRP second = send_write(1);

    assert_int_equal(syspte_life_surprise_removal(life), STATUS_SUCCESS);

    assert_int_equal(had.action, WdfRequestStopActionPurge);
    assert_int_equal(end_irp(first), STATUS_CANCELLED);
    assert_int_equal(end_irp(second), STATUS_NO_SUCH_DEVICE);
    end_life();
}

// ---- Misuse

static void request_completed_twice_is_found(void **state)
{
    (void)state;
    start_life();
    PIRP irp = send_write(1);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    unsigned line = __LINE__ - 1;

    WdfRequestComplete(had.request[0], STATUS_SUCCESS);

    syspte_finding finding = only_finding(SYSPTE_RULE_WDF_DELETED);
    assert_int_equal(finding.call->api, SYSPTE_API_WDF_REQUEST_COMPLETE);
    assert_int_equal(finding.unmapped->line, line);
    (void)end_irp(irp);
    syspte_life_unload(life);
}

static void complete_with_too_much(void)
{
    WdfRequestCompleteWithInformation(had.request[0], STATUS_SUCCESS, 2);
}

static void more_bytes_than_there_is_room_for_are_0x10D_6(void **state)
{
    (void)state;
    start_life();
    (void)send_write(1);

    assert_true(stops(complete_with_too_much));

    (void)only_finding(SYSPTE_RULE_WDF_REQUEST_LENGTH);
    assert_int_equal(seen.stop.code, 0x10D);
    assert_int_equal(seen.stop.parameter[0], 6);
}

// ---- Direct I/O

static void set_direct(PWDFDEVICE_INIT init)
{
    WdfDeviceInitSetIoType(init, WdfDeviceIoDirect);
}

static VOID NTAPI on_read_direct(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    PUCHAR bytes;
    PMDL mdl;
    (void)Queue;
    assert_int_equal(WdfRequestRetrieveInputBuffer(Request, 1, (PVOID *)&bytes, NULL),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(WdfRequestRetrieveOutputBuffer(Request, Length + 1, (PVOID *)&bytes, NULL),
                     STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(WdfRequestRetrieveOutputBuffer(Request, Length, (PVOID *)&bytes, NULL),
                     STATUS_SUCCESS);
    assert_int_equal(WdfRequestRetrieveOutputWdmMdl(Request, &mdl), STATUS_SUCCESS);
    assert_ptr_equal(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), bytes);
    memset(bytes, 0x5A, Length);
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, Length);
}

static void direct_read_maps_and_leaves_nothing(void **state)
{
    (void)state;
    the_driver.initialize = set_direct;
    config.EvtIoRead = on_read_direct;
    start_life();
    UCHAR *buffer = syspte_buffer_alloc(100, SYSPTE_BUFFER_USER);
    syspte_request request = {.major = IRP_MJ_READ, .out = buffer, .out_bytes = 100};

    assert_int_equal(syspte_life_request(life, &request), STATUS_SUCCESS);

    assert_int_equal(request.information, 100);
    assert_int_equal(buffer[99], 0x5A);
    assert_true(syspte_buffer_free(buffer));
    end_life();
}

// ---- Below

static VOID NTAPI send_on(WDFQUEUE Queue, WDFREQUEST Request)
{
    WDF_REQUEST_SEND_OPTIONS options;
    (void)Queue;
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET);
    had.count++;
    WdfRequestFormatRequestUsingCurrentType(Request);
    assert_true(WdfRequestSend(Request, WdfDeviceGetIoTarget(the_driver.device), &options));
}

static VOID NTAPI on_sent(WDFREQUEST Request, WDFIOTARGET Target,
                          PWDF_REQUEST_COMPLETION_PARAMS Params, WDFCONTEXT Context)
{
    assert_ptr_equal(Target, WdfDeviceGetIoTarget(the_driver.device));
    assert_ptr_equal(Context, &had);
    assert_int_equal(Params->Type, WdfRequestTypeWrite);
    had.resumed++;
    WdfRequestComplete(Request, STATUS_DEVICE_BUSY);
}

static VOID NTAPI send_and_wait(WDFQUEUE Queue, WDFREQUEST Request)
{
    (void)Queue;
    WdfRequestSetCompletionRoutine(Request, on_sent, &had);
    assert_true(WdfRequestSend(Request, WdfDeviceGetIoTarget(the_driver.device), NULL));
}

static void request_can_be_sent_below(void **state)
{
    (void)state;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoDefault = send_on;
    start_life();

    (void)end_irp(send_write(1));
    (void)end_irp(send_write(1));

    assert_int_equal(had.count, 2);
    end_life();
}

static void request_that_was_sent_below_comes_back(void **state)
{
    (void)state;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoDefault = send_and_wait;
    start_life();

    assert_int_equal(end_irp(send_write(1)), STATUS_DEVICE_BUSY);

    assert_int_equal(had.resumed, 1);
    end_life();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        queue_test(control_request_comes_back_with_its_answer),
        queue_test(sequential_queue_delivers_one_at_a_time),
        queue_test(parallel_queue_delivers_at_once),
        queue_test(manual_queue_waits_to_be_asked),
        queue_test(only_a_manual_queue_takes_a_request_back),
        queue_test(request_that_no_callback_takes_is_refused),
        queue_test(write_of_nothing_is_not_delivered),
        queue_test(request_can_be_forwarded_and_requeued),
        queue_test(waiting_request_is_cancelled_by_the_framework),
        queue_test(drivers_request_is_cancelled_by_the_driver),
        queue_test(queue_holds_requests_while_the_device_sleeps),
        queue_test(driver_can_keep_a_request_through_a_sleep),
        queue_test(request_that_is_kept_silently_is_found),
        queue_test(removal_purges_what_waits_and_what_the_driver_has),
        queue_test(request_completed_twice_is_found),
        queue_test(more_bytes_than_there_is_room_for_are_0x10D_6),
        queue_test(direct_read_maps_and_leaves_nothing),
        queue_test(request_can_be_sent_below),
        queue_test(request_that_was_sent_below_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
