// SPDX-License-Identifier: MIT
// The way of a request into a queue and out of it. A request is delivered by a call of the driver's
// callback on the thread that brings it, or on the one that makes room for it; a queue that follows
// the device's power delivers in D0 alone.
// Source: wdfio ns-wdfio-_wdf_io_queue_config, nc-wdfio-evt_wdf_io_queue_io_canceled_on_queue,
// wdf/dispatching-irps-to-i-o-queues.
#include "sim/wdf_queue.h"

static syspte_wdf_queue *body_of(syspte_wdf_object *queue)
{
    return syspte_wdf_queue_of(queue);
}

static WDFQUEUE handle_of(const syspte_wdf_object *queue)
{
    return (WDFQUEUE)queue->handle;
}

// ---- Waiting requests

static void append(syspte_wdf_queue *b, syspte_wdf_object *request, bool first)
{
    syspte_wdf_object **at = &b->first;
    while (!first && *at != NULL) {
        at = &syspte_wdf_request_of(*at)->next;
    }
    syspte_wdf_request_of(request)->next = *at;
    *at = request;
    b->waiting++;
}

syspte_wdf_object *syspte_wdf_queue_take(syspte_wdf_object *queue)
{
    syspte_wdf_queue *b = body_of(queue);
    syspte_wdf_object *request = b->first;
    if (request != NULL) {
        b->first = syspte_wdf_request_of(request)->next;
        b->waiting--;
        b->drivers++;
        syspte_wdf_request_of(request)->stage = SYSPTE_WDF_DRIVERS;
        syspte_wdf_request_of(request)->is_kept = false;
        (void)IoSetCancelRoutine(syspte_wdf_request_of(request)->irp, NULL);
    }
    return request;
}

// ---- Delivery

static bool has_room(const syspte_wdf_queue *b)
{
    switch (b->config.DispatchType) {
    case WdfIoQueueDispatchSequential:
        return b->drivers == 0;
    case WdfIoQueueDispatchParallel:
        return b->drivers < b->config.Settings.Parallel.NumberOfPresentedRequests;
    default:
        return false;
    }
}

static void deliver_control(const syspte_wdf_queue *b, WDFQUEUE queue, WDFREQUEST request,
                            const IO_STACK_LOCATION *at)
{
    PFN_WDF_IO_QUEUE_IO_DEVICE_CONTROL callback = at->MajorFunction == IRP_MJ_DEVICE_CONTROL
                                                      ? b->config.EvtIoDeviceControl
                                                      : b->config.EvtIoInternalDeviceControl;
    size_t out = at->Parameters.DeviceIoControl.OutputBufferLength;
    size_t in = at->Parameters.DeviceIoControl.InputBufferLength;
    ULONG code = at->Parameters.DeviceIoControl.IoControlCode;
    SYSPTE_WDF_CALL(callback, "EvtIoDeviceControl", (queue, request, out, in, code));
}

// True if the queue has a callback for requests of that kind alone.
static bool has_callback(const syspte_wdf_queue *b, UCHAR major)
{
    switch (major) {
    case IRP_MJ_READ:
        return b->config.EvtIoRead != NULL;
    case IRP_MJ_WRITE:
        return b->config.EvtIoWrite != NULL;
    case IRP_MJ_DEVICE_CONTROL:
        return b->config.EvtIoDeviceControl != NULL;
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        return b->config.EvtIoInternalDeviceControl != NULL;
    default:
        return false;
    }
}

static void deliver(syspte_wdf_object *queue, syspte_wdf_object *object)
{
    const syspte_wdf_queue *b = body_of(queue);
    const IO_STACK_LOCATION *at = IoGetCurrentIrpStackLocation(syspte_wdf_request_of(object)->irp);
    WDFREQUEST request = (WDFREQUEST)object->handle;
    if (!has_callback(b, at->MajorFunction)) {
        syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
        if (b->config.EvtIoDefault == NULL) {
            syspte_wdf_request_end(&caller, object, STATUS_INVALID_DEVICE_REQUEST, 0);
            return;
        }
        SYSPTE_WDF_CALL(b->config.EvtIoDefault, "EvtIoDefault", (handle_of(queue), request));
        return;
    }
    switch (at->MajorFunction) {
    case IRP_MJ_READ:
        SYSPTE_WDF_CALL(b->config.EvtIoRead, "EvtIoRead",
                        (handle_of(queue), request, at->Parameters.Read.Length));
        break;
    case IRP_MJ_WRITE:
        SYSPTE_WDF_CALL(b->config.EvtIoWrite, "EvtIoWrite",
                        (handle_of(queue), request, at->Parameters.Write.Length));
        break;
    default:
        deliver_control(b, handle_of(queue), request, at);
        break;
    }
}

// A callback may end its request, which makes room: the loop above it goes on.
void syspte_wdf_queue_deliver(syspte_wdf_object *queue)
{
    syspte_wdf_queue *b = body_of(queue);
    if (b->is_delivering) {
        return;
    }
    b->is_delivering = true;
    syspte_wdf_reference(queue);
    while (!queue->is_deleted && syspte_wdf_queue_is_open(b) && b->first != NULL && has_room(b)) {
        deliver(queue, syspte_wdf_queue_take(queue));
    }
    b->is_delivering = false;
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_wdf_dereference(&caller, queue);
}

void syspte_wdf_queue_put(syspte_wdf_object *queue, syspte_wdf_object *request, bool first)
{
    syspte_wdf_queue *b = body_of(queue);
    bool was_empty = b->first == NULL;
    syspte_wdf_request_of(request)->queue = queue;
    syspte_wdf_request_of(request)->stage = SYSPTE_WDF_WAITING;
    append(b, request, first);
    (void)IoSetCancelRoutine(syspte_wdf_request_of(request)->irp, syspte_wdf_request_cancel);
    if (syspte_wdf_request_of(request)->irp->Cancel) {
        (void)IoSetCancelRoutine(syspte_wdf_request_of(request)->irp, NULL);
        syspte_wdf_queue_cancel(queue, request);
        return;
    }
    if (was_empty && b->config.DispatchType == WdfIoQueueDispatchManual &&
        syspte_wdf_queue_is_open(b)) {
        SYSPTE_WDF_CALL(b->ready, "EvtIoQueueState", (handle_of(queue), b->ready_context));
    }
    syspte_wdf_queue_deliver(queue);
}

void syspte_wdf_queue_cancel(syspte_wdf_object *queue, syspte_wdf_object *request)
{
    syspte_wdf_queue *b = body_of(queue);
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_wdf_object **at = &b->first;
    while (*at != NULL && *at != request) {
        at = &syspte_wdf_request_of(*at)->next;
    }
    if (*at == NULL) {
        return;
    }
    *at = syspte_wdf_request_of(request)->next;
    b->waiting--;
    b->drivers++;
    syspte_wdf_request_of(request)->stage = SYSPTE_WDF_DRIVERS;
    if (b->config.EvtIoCanceledOnQueue == NULL) {
        syspte_wdf_request_end(&caller, request, STATUS_CANCELLED, 0);
        return;
    }
    SYSPTE_WDF_CALL(b->config.EvtIoCanceledOnQueue, "EvtIoCanceledOnQueue",
                    (handle_of(queue), (WDFREQUEST)request->handle));
}

void syspte_wdf_queue_left(syspte_wdf_object *queue)
{
    body_of(queue)->drivers--;
    syspte_wdf_queue_deliver(queue);
}

// ---- Requests of the I/O manager's

syspte_wdf_object *syspte_wdf_queue_for(syspte_wdf_object *device, UCHAR major)
{
    const syspte_wdf_device *d = syspte_wdf_device_of(device);
    syspte_wdf_object *queue = d->queues[major];
    return queue != NULL ? queue : d->default_queue;
}

// Nobody is asked about nothing, unless the queue wants it.
static bool is_nothing(const syspte_wdf_queue *b, const IO_STACK_LOCATION *at)
{
    bool moves = at->MajorFunction == IRP_MJ_READ || at->MajorFunction == IRP_MJ_WRITE;
    return moves && at->Parameters.Read.Length == 0 && !b->config.AllowZeroLengthRequests;
}

NTSTATUS syspte_wdf_io(syspte_wdf_object *device, PIRP irp)
{
    const IO_STACK_LOCATION *at = IoGetCurrentIrpStackLocation(irp);
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    syspte_wdf_object *queue = syspte_wdf_queue_for(device, at->MajorFunction);
    syspte_wdf_object *request;
    irp->IoStatus.Information = 0;
    if (queue == NULL && d->init.in_caller_context == NULL) {
        return d->init.is_filter ? syspte_wdf_pass(device, irp)
                                 : syspte_wdf_complete(irp, STATUS_INVALID_DEVICE_REQUEST);
    }
    if (queue != NULL && !body_of(queue)->accepts) {
        return syspte_wdf_complete(irp, STATUS_INVALID_DEVICE_STATE);
    }
    if (queue != NULL && is_nothing(body_of(queue), at)) {
        return syspte_wdf_complete(irp, STATUS_SUCCESS);
    }
    NTSTATUS status = syspte_wdf_request_create(device, irp, &request);
    if (!NT_SUCCESS(status)) {
        return syspte_wdf_complete(irp, status);
    }
    IoMarkIrpPending(irp);
    if (d->init.in_caller_context != NULL) {
        SYSPTE_WDF_CALL(d->init.in_caller_context, "EvtIoInCallerContext",
                        (syspte_wdf_device_handle(device), (WDFREQUEST)request->handle));
    } else {
        syspte_wdf_queue_put(queue, request, false);
    }
    return STATUS_PENDING;
}
