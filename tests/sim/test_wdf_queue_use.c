// SPDX-License-Identifier: MIT
// What a KMDF driver does with its queues beside taking requests out of them: creates them wrongly,
// stops, drains and purges them, asks how they are, and uses those that it has deleted.
#include "wdf_driver.h"

enum { HAD_MOST = 8 };

static WDF_IO_QUEUE_CONFIG config; // of the default queue
static WDFQUEUE queue;

static struct {
    unsigned count;
    WDFREQUEST request[HAD_MOST];
    unsigned told; // EvtIoQueueState
    KTIMER timer;
    KDPC dpc;
} had;

// ---- The driver

static VOID NTAPI on_any(WDFQUEUE Queue, WDFREQUEST Request)
{
    assert_ptr_equal(WdfRequestGetIoQueue(Request), Queue);
    assert_in_range(had.count, 0, HAD_MOST - 1);
    had.request[had.count++] = Request;
}

static VOID NTAPI on_queue_state(WDFQUEUE Queue, WDFCONTEXT Context)
{
    assert_ptr_equal(Queue, queue);
    assert_ptr_equal(Context, &had);
    had.told++;
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

#define queue_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void end_clean(void)
{
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// Sends a request that the test ends itself.
static PIRP send(UCHAR major)
{
    PIRP irp = IoAllocateIrp(4, FALSE);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = major;
    next->Parameters.Write.Length = major == IRP_MJ_WRITE ? 1 : 0;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    (void)syspte_irp_send(the_driver.physical, irp);
    return irp;
}

static NTSTATUS end_irp(PIRP irp)
{
    NTSTATUS status = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}

static WDF_IO_QUEUE_STATE queue_state(void)
{
    return WdfIoQueueGetState(queue, NULL, NULL);
}

// What the driver does a millisecond later: it ends what it has.
static VOID NTAPI on_timer(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
                           PVOID SystemArgument2)
{
    (void)Dpc;
    (void)DeferredContext;
    (void)SystemArgument1;
    (void)SystemArgument2;
    WdfRequestComplete(had.request[0], STATUS_DEVICE_BUSY);
}

static void complete_later(void)
{
    LARGE_INTEGER due = {.QuadPart = -10000};
    KeInitializeTimer(&had.timer);
    KeInitializeDpc(&had.dpc, on_timer, NULL);
    assert_false(KeSetTimer(&had.timer, due, &had.dpc));
}

// ---- Begin

static NTSTATUS create(void)
{
    WDFQUEUE created = queue;
    NTSTATUS status =
        WdfIoQueueCreate(the_driver.device, &config, WDF_NO_OBJECT_ATTRIBUTES, &created);
    assert_true(NT_SUCCESS(status) == (created != NULL));
    return status;
}

static void queue_with_a_wrong_config_is_refused(void **state)
{
    (void)state;
    the_driver.added = NULL;
    (void)wdf_start();
    assert_null(WdfDeviceGetDefaultQueue(the_driver.device));

    config.Size--;
    assert_int_equal(create(), STATUS_INFO_LENGTH_MISMATCH);
    config.Size++;
    config.DispatchType = WdfIoQueueDispatchInvalid;
    assert_int_equal(create(), STATUS_INVALID_PARAMETER);
    config.DispatchType = (WDF_IO_QUEUE_DISPATCH_TYPE)(WdfIoQueueDispatchManual + 1);
    assert_int_equal(create(), STATUS_INVALID_PARAMETER);
    config.DispatchType = WdfIoQueueDispatchSequential;
    config.EvtIoDefault = NULL;
    assert_int_equal(create(), STATUS_WDF_NO_CALLBACK);

    assert_null(WdfDeviceGetDefaultQueue(the_driver.device));
    end_clean();
}

static void device_has_one_default_queue(void **state)
{
    (void)state;
    (void)wdf_start();

    assert_int_equal(create(), STATUS_UNSUCCESSFUL);

    assert_ptr_equal(WdfDeviceGetDefaultQueue(the_driver.device), queue);
    assert_ptr_equal(WdfIoQueueGetDevice(queue), the_driver.device);
    end_clean();
}

static NTSTATUS dispatch(WDF_REQUEST_TYPE type)
{
    return WdfDeviceConfigureRequestDispatching(the_driver.device, queue, type);
}

static void each_type_of_request_is_dispatched_to_one_queue(void **state)
{
    (void)state;
    config.DefaultQueue = FALSE;
    (void)wdf_start();

    assert_int_equal(dispatch(WdfRequestTypePnp), STATUS_INVALID_PARAMETER);
    assert_int_equal(dispatch(WdfRequestTypeClose), STATUS_INVALID_PARAMETER);
    assert_int_equal(dispatch(WdfRequestTypeCreate), STATUS_SUCCESS);
    assert_int_equal(dispatch(WdfRequestTypeCreate), STATUS_WDF_BUSY);
    assert_int_equal(dispatch(WdfRequestTypeDeviceControlInternal), STATUS_SUCCESS);

    PIRP create_irp = send(IRP_MJ_CREATE);
    assert_int_equal(had.count, 1);
    assert_int_equal(end_irp(send(IRP_MJ_WRITE)), STATUS_INVALID_DEVICE_REQUEST);
    WdfRequestComplete(had.request[0], STATUS_ACCESS_DENIED);
    assert_int_equal(end_irp(create_irp), STATUS_ACCESS_DENIED);
    end_clean();
}

// ---- Stop, drain and purge

static void stopped_queue_takes_requests_and_keeps_them(void **state)
{
    (void)state;
    (void)wdf_start();

    WdfIoQueueStop(queue, on_queue_state, &had);
    assert_int_equal(had.told, 1);
    PIRP irp = send(IRP_MJ_WRITE);
    assert_int_equal(had.count, 0);
    assert_int_equal(queue_state(), WdfIoQueueAcceptRequests | WdfIoQueueDriverNoRequests);

    WdfIoQueueStart(queue);
    assert_int_equal(had.count, 1);
    assert_int_equal(queue_state(),
                     WdfIoQueueAcceptRequests | WdfIoQueueDispatchRequests | WdfIoQueueNoRequests);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

static void stop_can_wait_for_what_the_driver_has(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP irp = send(IRP_MJ_WRITE);
    PIRP second = send(IRP_MJ_WRITE);
    complete_later();

    WdfIoQueueStopSynchronously(queue);

    assert_int_equal(end_irp(irp), STATUS_DEVICE_BUSY);
    assert_int_equal(had.count, 1);
    assert_int_equal(queue_state(), WdfIoQueueAcceptRequests | WdfIoQueueDriverNoRequests);
    WdfIoQueueStart(queue);
    assert_int_equal(had.count, 2);
    WdfRequestComplete(had.request[1], STATUS_SUCCESS);
    assert_int_equal(end_irp(second), STATUS_SUCCESS);
    end_clean();
}

static void drained_queue_delivers_what_it_has_and_takes_no_more(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP first = send(IRP_MJ_WRITE);
    PIRP second = send(IRP_MJ_WRITE);

    WdfIoQueueDrain(queue, NULL, NULL);
    assert_int_equal(end_irp(send(IRP_MJ_WRITE)), STATUS_INVALID_DEVICE_STATE);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(had.count, 2);
    WdfRequestComplete(had.request[1], STATUS_DEVICE_BUSY);

    assert_int_equal(end_irp(first), STATUS_SUCCESS);
    assert_int_equal(end_irp(second), STATUS_DEVICE_BUSY);
    WdfIoQueueStart(queue);
    PIRP irp = send(IRP_MJ_WRITE);
    assert_int_equal(had.count, 3);
    WdfRequestComplete(had.request[2], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

static void drain_can_wait_for_what_the_driver_has(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP irp = send(IRP_MJ_WRITE);
    complete_later();

    WdfIoQueueDrainSynchronously(queue);

    assert_int_equal(end_irp(irp), STATUS_DEVICE_BUSY);
    assert_int_equal(end_irp(send(IRP_MJ_WRITE)), STATUS_INVALID_DEVICE_STATE);
    end_clean();
}

static void purged_queue_cancels_what_waits(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP irp = send(IRP_MJ_WRITE);
    PIRP second = send(IRP_MJ_WRITE);

    WdfIoQueuePurge(queue, NULL, NULL);

    assert_int_equal(end_irp(second), STATUS_CANCELLED);
    assert_int_equal(end_irp(send(IRP_MJ_WRITE)), STATUS_INVALID_DEVICE_STATE);
    assert_int_equal(had.count, 1);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    WdfIoQueuePurge(queue, on_queue_state, &had);
    assert_int_equal(had.told, 1);
    end_clean();
}

static void purge_can_wait_for_what_the_driver_has(void **state)
{
    (void)state;
    (void)wdf_start();
    PIRP irp = send(IRP_MJ_WRITE);
    PIRP second = send(IRP_MJ_WRITE);
    complete_later();

    WdfIoQueuePurgeSynchronously(queue);

    assert_int_equal(end_irp(irp), STATUS_DEVICE_BUSY);
    assert_int_equal(end_irp(second), STATUS_CANCELLED);
    assert_int_equal(had.count, 1);
    end_clean();
}

// ---- Manual queues

static void manual_queue_tells_when_it_is_empty_no_more(void **state)
{
    WDFREQUEST request;
    (void)state;
    config.DispatchType = WdfIoQueueDispatchManual;
    (void)wdf_start();

    assert_int_equal(WdfIoQueueReadyNotify(queue, on_queue_state, &had), STATUS_SUCCESS);
    PIRP first = send(IRP_MJ_WRITE);
    PIRP second = send(IRP_MJ_WRITE); // it was not empty
    assert_int_equal(had.told, 1);

    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_SUCCESS);
        WdfRequestComplete(request, STATUS_SUCCESS);
    }
    assert_int_equal(end_irp(first), STATUS_SUCCESS);
    assert_int_equal(end_irp(second), STATUS_SUCCESS);
    end_clean();
}

static void queue_tells_one_callback_until_it_is_stopped(void **state)
{
    WDFREQUEST request;
    (void)state;
    config.DispatchType = WdfIoQueueDispatchManual;
    (void)wdf_start();
    assert_int_equal(WdfIoQueueReadyNotify(queue, NULL, NULL), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(WdfIoQueueReadyNotify(queue, on_queue_state, &had), STATUS_SUCCESS);

    assert_int_equal(WdfIoQueueReadyNotify(queue, on_queue_state, NULL),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(WdfIoQueueReadyNotify(queue, NULL, NULL), STATUS_INVALID_DEVICE_REQUEST);
    WdfIoQueueStopSynchronously(queue);
    assert_int_equal(WdfIoQueueReadyNotify(queue, NULL, NULL), STATUS_SUCCESS);

    PIRP irp = send(IRP_MJ_WRITE);
    assert_int_equal(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_WDF_PAUSED);
    assert_null(request);
    WdfIoQueueStart(queue);
    assert_int_equal(had.told, 0);
    assert_int_equal(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_SUCCESS);
    WdfRequestComplete(request, STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

static void queue_that_delivers_itself_does_not_tell(void **state)
{
    (void)state;
    (void)wdf_start();

    assert_int_equal(WdfIoQueueReadyNotify(queue, on_queue_state, &had),
                     STATUS_INVALID_DEVICE_REQUEST);

    end_clean();
}

// ---- Inspect

static void queue_counts_what_waits_and_what_the_driver_has(void **state)
{
    ULONG waiting = 9;
    ULONG drivers = 9;
    PIRP irp[4];
    (void)state;
    config.DispatchType = WdfIoQueueDispatchParallel;
    config.Settings.Parallel.NumberOfPresentedRequests = 2;
    (void)wdf_start();
    assert_int_equal(WdfIoQueueGetState(queue, &waiting, &drivers),
                     WdfIoQueueAcceptRequests | WdfIoQueueDispatchRequests | WdfIoQueueNoRequests |
                         WdfIoQueueDriverNoRequests);
    assert_int_equal(waiting + drivers, 0);
    for (unsigned i = 0; i < 4; i++) {
        irp[i] = send(IRP_MJ_WRITE);
    }

    assert_int_equal(WdfIoQueueGetState(queue, &waiting, &drivers),
                     WdfIoQueueAcceptRequests | WdfIoQueueDispatchRequests);

    assert_int_equal(waiting, 2);
    assert_int_equal(drivers, 2);
    for (unsigned i = 0; i < 4; i++) {
        WdfRequestComplete(had.request[i], STATUS_SUCCESS);
        assert_int_equal(end_irp(irp[i]), STATUS_SUCCESS);
    }
    end_clean();
}

static void queue_is_held_while_the_device_sleeps(void **state)
{
    (void)state;
    (void)wdf_start();
    assert_int_equal(queue_state() & WdfIoQueuePnpHeld, 0);

    assert_int_equal(wdf_set_power(PowerDeviceD3), STATUS_SUCCESS);
    assert_int_equal(queue_state() & WdfIoQueuePnpHeld, WdfIoQueuePnpHeld);
    assert_int_equal(wdf_set_power(PowerDeviceD0), STATUS_SUCCESS);

    assert_int_equal(queue_state() & WdfIoQueuePnpHeld, 0);
    end_clean();
}

static void queue_that_does_not_follow_the_power_is_not_held(void **state)
{
    (void)state;
    config.PowerManaged = WdfFalse;
    (void)wdf_start();
    assert_int_equal(wdf_set_power(PowerDeviceD3), STATUS_SUCCESS);

    PIRP irp = send(IRP_MJ_WRITE);

    assert_int_equal(had.count, 1);
    assert_int_equal(queue_state() & WdfIoQueuePnpHeld, 0);
    WdfRequestComplete(had.request[0], STATUS_SUCCESS);
    assert_int_equal(end_irp(irp), STATUS_SUCCESS);
    end_clean();
}

// ---- Deleted ones

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

static void deleted_queue_is_found_whatever_is_done_with_it(void **state)
{
    ULONG waiting = 7;
    WDFREQUEST request = (WDFREQUEST)&waiting;
    (void)state;
    config.DefaultQueue = FALSE;
    (void)wdf_start();
    WdfObjectDelete(queue);

    WdfIoQueueStart(queue);
    WdfIoQueueStop(queue, on_queue_state, &had);
    WdfIoQueueStopSynchronously(queue);
    WdfIoQueueDrain(queue, on_queue_state, &had);
    WdfIoQueueDrainSynchronously(queue);
    WdfIoQueuePurge(queue, on_queue_state, &had);
    WdfIoQueuePurgeSynchronously(queue);
    assert_int_equal(had.told, 0);
    assert_int_equal(deleted_uses(), 7);
    assert_int_equal(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_INVALID_PARAMETER);
    assert_null(request);
    assert_int_equal(WdfIoQueueReadyNotify(queue, on_queue_state, &had), STATUS_INVALID_PARAMETER);
    assert_null(WdfIoQueueGetDevice(queue));
    assert_int_equal(WdfIoQueueGetState(queue, &waiting, NULL), 0);
    assert_int_equal(waiting, 7);
    assert_int_equal(dispatch(WdfRequestTypeRead), STATUS_INVALID_PARAMETER);

    assert_int_equal(deleted_uses(), 12);
}

static void device_that_is_gone_has_no_queues(void **state)
{
    (void)state;
    (void)wdf_start();
    WDFDEVICE gone = the_driver.device;
    assert_int_equal(wdf_pnp(IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);
    WDFQUEUE created = queue;

    assert_null(WdfDeviceGetDefaultQueue(gone));
    assert_int_equal(WdfIoQueueCreate(gone, &config, WDF_NO_OBJECT_ATTRIBUTES, &created),
                     STATUS_INVALID_PARAMETER);

    assert_null(created);
    assert_int_equal(deleted_uses(), 2);
    syspte_driver_unload(the_driver.wdm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        queue_test(queue_with_a_wrong_config_is_refused),
        queue_test(device_has_one_default_queue),
        queue_test(each_type_of_request_is_dispatched_to_one_queue),
        queue_test(stopped_queue_takes_requests_and_keeps_them),
        queue_test(stop_can_wait_for_what_the_driver_has),
        queue_test(drained_queue_delivers_what_it_has_and_takes_no_more),
        queue_test(drain_can_wait_for_what_the_driver_has),
        queue_test(purged_queue_cancels_what_waits),
        queue_test(purge_can_wait_for_what_the_driver_has),
        queue_test(manual_queue_tells_when_it_is_empty_no_more),
        queue_test(queue_tells_one_callback_until_it_is_stopped),
        queue_test(queue_that_delivers_itself_does_not_tell),
        queue_test(queue_counts_what_waits_and_what_the_driver_has),
        queue_test(queue_is_held_while_the_device_sleeps),
        queue_test(queue_that_does_not_follow_the_power_is_not_held),
        queue_test(deleted_queue_is_found_whatever_is_done_with_it),
        queue_test(device_that_is_gone_has_no_queues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
