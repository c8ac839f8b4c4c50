// SPDX-License-Identifier: MIT
// The framework's queues: what a driver says of one, and what becomes of its requests when the
// device leaves D0. Then the driver is asked, by EvtIoStop, for each request that it has; without
// that callback it is waited for, as what is pending runs.
// Source: wdfio nf-wdfio-wdfioqueuecreate, nf-wdfio-wdfioqueueretrievenextrequest,
// nf-wdfio-wdfioqueuereadynotify, ne-wdfio-_wdf_io_queue_state, nc-wdfio-evt_wdf_io_queue_io_stop.
#include "sim/wdf_power.h"
#include "sim/wdf_queue.h"

#include "sim/pending.h"

enum { STEPS_MOST = 10000 };

const syspte_wdf_class syspte_wdf_queue_class = {.name = "WDFQUEUE"};

static syspte_wdf_queue *body_of(syspte_wdf_object *queue)
{
    return syspte_wdf_queue_of(queue);
}

static WDFQUEUE handle_of(const syspte_wdf_object *queue)
{
    return (WDFQUEUE)queue->handle;
}

// ---- Begin

static NTSTATUS check(const syspte_wdf_device *d, const WDF_IO_QUEUE_CONFIG *config)
{
    if (config->Size != sizeof *config) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (config->DispatchType == WdfIoQueueDispatchInvalid ||
        config->DispatchType > WdfIoQueueDispatchManual) {
        return STATUS_INVALID_PARAMETER;
    }
    bool calls = config->EvtIoDefault != NULL || config->EvtIoRead != NULL ||
                 config->EvtIoWrite != NULL || config->EvtIoDeviceControl != NULL ||
                 config->EvtIoInternalDeviceControl != NULL;
    if (config->DispatchType != WdfIoQueueDispatchManual && !calls) {
        return STATUS_WDF_NO_CALLBACK;
    }
    return config->DefaultQueue && d->default_queue != NULL ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfIoQueueCreate,
             (WDFDEVICE Device, PWDF_IO_QUEUE_CONFIG Config, PWDF_OBJECT_ATTRIBUTES QueueAttributes,
              WDFQUEUE *Queue),
             (Device, Config, QueueAttributes, Queue))
{
    syspte_wdf_object *queue;
    syspte_wdf_object *device =
        syspte_wdf_find(SYSPTE_API_WDF_IO_QUEUE_CREATE, caller, Device, &syspte_wdf_device_class);
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_IO_QUEUE_CREATE,
                          .caller = caller,
                          .class = &syspte_wdf_queue_class,
                          .attributes = QueueAttributes,
                          .parent = device};
    if (Queue != NULL) {
        *Queue = NULL;
    }
    if (device == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    NTSTATUS status = check(d, Config);
    if (NT_SUCCESS(status)) {
        status = syspte_wdf_create(&ask, &queue);
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }
    bool default_follows = d->below != NULL && !d->init.is_filter;
    *body_of(queue) = (syspte_wdf_queue){.config = *Config,
                                         .device = device,
                                         .follows_power = Config->PowerManaged == WdfUseDefault
                                                              ? default_follows
                                                              : Config->PowerManaged == WdfTrue,
                                         .is_powered = d->state == WdfPowerDeviceD0,
                                         .is_started = true,
                                         .accepts = true};
    queue->is_kept = Config->DefaultQueue;
    if (Config->DefaultQueue) {
        d->default_queue = queue;
    }
    if (Queue != NULL) {
        *Queue = handle_of(queue);
    }
    return STATUS_SUCCESS;
}

static syspte_wdf_object *find(const syspte_caller *caller, WDFQUEUE handle)
{
    return syspte_wdf_find(SYSPTE_API_WDF, caller, handle, &syspte_wdf_queue_class);
}

SYSPTE_ENTRY(NTSTATUS, WdfDeviceConfigureRequestDispatching,
             (WDFDEVICE Device, WDFQUEUE Queue, WDF_REQUEST_TYPE RequestType),
             (Device, Queue, RequestType))
{
    syspte_wdf_object *device =
        syspte_wdf_find(SYSPTE_API_WDF, caller, Device, &syspte_wdf_device_class);
    syspte_wdf_object *queue = find(caller, Queue);
    UCHAR major = (UCHAR)RequestType;
    if (device == NULL || queue == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (major != IRP_MJ_CREATE && major != IRP_MJ_READ && major != IRP_MJ_WRITE &&
        major != IRP_MJ_DEVICE_CONTROL && major != IRP_MJ_INTERNAL_DEVICE_CONTROL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (syspte_wdf_device_of(device)->queues[major] != NULL) {
        return STATUS_WDF_BUSY;
    }
    syspte_wdf_device_of(device)->queues[major] = queue;
    queue->is_kept = true;
    return STATUS_SUCCESS;
}

// ---- Power

static syspte_wdf_object *next(syspte_wdf_object *device, const syspte_wdf_object *after)
{
    return syspte_wdf_child(device, &syspte_wdf_queue_class, after);
}

// The oldest request of a queue that the driver has and did not say that it keeps.
static syspte_wdf_object *drivers_request(syspte_wdf_object *queue, bool kept)
{
    syspte_wdf_object *device = body_of(queue)->device;
    syspte_wdf_object *request = NULL;
    do {
        request = syspte_wdf_child(device, &syspte_wdf_request_class, request);
    } while (request != NULL && (syspte_wdf_request_of(request)->queue != queue ||
                                 syspte_wdf_request_of(request)->stage == SYSPTE_WDF_WAITING ||
                                 syspte_wdf_request_of(request)->is_kept != kept));
    return request;
}

void syspte_wdf_queues_start(syspte_wdf_object *device)
{
    for (syspte_wdf_object *queue = next(device, NULL); queue != NULL;
         queue = next(device, queue)) {
        syspte_wdf_queue *b = body_of(queue);
        syspte_wdf_object *request;
        b->is_powered = true;
        while (b->follows_power && (request = drivers_request(queue, true)) != NULL) {
            syspte_wdf_request_of(request)->is_kept = false;
            SYSPTE_WDF_CALL(b->config.EvtIoResume, "EvtIoResume",
                            (handle_of(queue), (WDFREQUEST)request->handle));
        }
        syspte_wdf_queue_deliver(queue);
    }
}

// Asks the driver for what it has of a queue, and then waits for it.
static void settle(syspte_wdf_object *queue, ULONG action)
{
    const syspte_wdf_queue *b = body_of(queue);
    syspte_wdf_object *request;
    syspte_wdf_object *asked = NULL;
    while (b->config.EvtIoStop != NULL && (request = drivers_request(queue, false)) != NULL &&
           request != asked) {
        asked = request;
        SYSPTE_WDF_CALL(b->config.EvtIoStop, "EvtIoStop",
                        (handle_of(queue), (WDFREQUEST)request->handle, action));
    }
    unsigned steps = 0;
    while (drivers_request(queue, false) != NULL && steps++ < STEPS_MOST &&
           syspte_pending_step(UINT64_MAX)) {
    }
    request = drivers_request(queue, false);
    if (request != NULL) {
        syspte_event event = {.rule = SYSPTE_RULE_WDF_REQUEST_KEPT, .call = queue->created};
        syspte_world_take();
        (void)syspte_violate(&event, 0, 0, 0);
        syspte_world_give();
    }
}

void syspte_wdf_queues_stop(syspte_wdf_object *device, WDF_POWER_DEVICE_STATE target)
{
    bool ends = target == WdfPowerDeviceD3Final;
    for (syspte_wdf_object *queue = next(device, NULL); queue != NULL;
         queue = next(device, queue)) {
        if (body_of(queue)->follows_power) {
            body_of(queue)->is_powered = false;
            settle(queue, ends ? WdfRequestStopActionPurge : WdfRequestStopActionSuspend);
        }
    }
}

// Ends what waits.
static void purge(syspte_wdf_object *queue, NTSTATUS status)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_wdf_object *request;
    body_of(queue)->accepts = false;
    while ((request = syspte_wdf_queue_take(queue)) != NULL) {
        syspte_wdf_request_end(&caller, request, status, 0);
    }
}

void syspte_wdf_queues_purge(syspte_wdf_object *device)
{
    for (syspte_wdf_object *queue = next(device, NULL); queue != NULL;
         queue = next(device, queue)) {
        body_of(queue)->is_started = false;
        purge(queue, STATUS_NO_SUCH_DEVICE);
        settle(queue, WdfRequestStopActionPurge);
    }
}

// ---- Use

SYSPTE_ENTRY_VOID(WdfIoQueueStart, (WDFQUEUE Queue), (Queue))
{
    syspte_wdf_object *queue = find(caller, Queue);
    if (queue != NULL) {
        body_of(queue)->is_started = body_of(queue)->accepts = true;
        syspte_wdf_queue_deliver(queue);
    }
}

// What a queue does before it tells that it did. `accepts`: it still takes requests.
static void stop(syspte_wdf_object *queue, bool accepts, bool purges,
                 PFN_WDF_IO_QUEUE_STATE callback, WDFCONTEXT context)
{
    syspte_wdf_queue *b = body_of(queue);
    b->accepts = accepts;
    b->is_started = !accepts && !purges; // a drained one delivers what it has
    if (purges) {
        purge(queue, STATUS_CANCELLED);
    }
    SYSPTE_WDF_CALL(callback, "EvtIoQueueState", (handle_of(queue), context));
}

#define STOP(name, accepts, purges)                                                                \
    SYSPTE_ENTRY_VOID(name, (WDFQUEUE Queue, PFN_WDF_IO_QUEUE_STATE Callback, WDFCONTEXT Context), \
                      (Queue, Callback, Context))                                                  \
    {                                                                                              \
        syspte_wdf_object *queue = find(caller, Queue);                                            \
        if (queue != NULL) {                                                                       \
            stop(queue, accepts, purges, Callback, Context);                                       \
        }                                                                                          \
    }                                                                                              \
    SYSPTE_ENTRY_VOID(name##Synchronously, (WDFQUEUE Queue), (Queue))                              \
    {                                                                                              \
        syspte_wdf_object *queue = find(caller, Queue);                                            \
        if (queue != NULL) {                                                                       \
            stop(queue, accepts, purges, NULL, NULL);                                              \
            settle(queue, WdfRequestStopActionInvalid);                                            \
        }                                                                                          \
    }

STOP(WdfIoQueueStop, true, false)
STOP(WdfIoQueueDrain, false, false)
STOP(WdfIoQueuePurge, false, true)

SYSPTE_ENTRY(NTSTATUS, WdfIoQueueRetrieveNextRequest, (WDFQUEUE Queue, WDFREQUEST *OutRequest),
             (Queue, OutRequest))
{
    syspte_wdf_object *queue = find(caller, Queue);
    *OutRequest = NULL;
    if (queue == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (!syspte_wdf_queue_is_open(body_of(queue))) {
        return STATUS_WDF_PAUSED;
    }
    const syspte_wdf_object *request = syspte_wdf_queue_take(queue);
    *OutRequest = request == NULL ? NULL : (WDFREQUEST)request->handle;
    return request == NULL ? STATUS_NO_MORE_ENTRIES : STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfIoQueueReadyNotify,
             (WDFQUEUE Queue, PFN_WDF_IO_QUEUE_STATE QueueReady, WDFCONTEXT Context),
             (Queue, QueueReady, Context))
{
    syspte_wdf_object *queue = find(caller, Queue);
    if (queue == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    syspte_wdf_queue *b = body_of(queue);
    bool can_change = QueueReady != NULL ? b->ready == NULL : b->ready != NULL && !b->is_started;
    if (b->config.DispatchType != WdfIoQueueDispatchManual || !can_change) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    b->ready = QueueReady;
    b->ready_context = Context;
    return STATUS_SUCCESS;
}

// ---- Inspect

SYSPTE_ENTRY(WDFDEVICE, WdfIoQueueGetDevice, (WDFQUEUE Queue), (Queue))
{
    syspte_wdf_object *queue = find(caller, Queue);
    return queue == NULL ? NULL : syspte_wdf_device_handle(body_of(queue)->device);
}

SYSPTE_ENTRY(WDF_IO_QUEUE_STATE, WdfIoQueueGetState,
             (WDFQUEUE Queue, PULONG QueueRequests, PULONG DriverRequests),
             (Queue, QueueRequests, DriverRequests))
{
    syspte_wdf_object *queue = find(caller, Queue);
    if (queue == NULL) {
        return (WDF_IO_QUEUE_STATE)0;
    }
    const syspte_wdf_queue *b = body_of(queue);
    if (QueueRequests != NULL) {
        *QueueRequests = b->waiting;
    }
    if (DriverRequests != NULL) {
        *DriverRequests = b->drivers;
    }
    return (WDF_IO_QUEUE_STATE)((b->accepts ? (unsigned)WdfIoQueueAcceptRequests : 0u) |
                                (b->is_started ? (unsigned)WdfIoQueueDispatchRequests : 0u) |
                                (b->waiting == 0 ? (unsigned)WdfIoQueueNoRequests : 0u) |
                                (b->drivers == 0 ? (unsigned)WdfIoQueueDriverNoRequests : 0u) |
                                (b->follows_power && !b->is_powered ? (unsigned)WdfIoQueuePnpHeld
                                                                    : 0u));
}

SYSPTE_ENTRY(WDFQUEUE, WdfDeviceGetDefaultQueue, (WDFDEVICE Device), (Device))
{
    syspte_wdf_object *device =
        syspte_wdf_find(SYSPTE_API_WDF, caller, Device, &syspte_wdf_device_class);
    const syspte_wdf_object *queue =
        device == NULL ? NULL : syspte_wdf_device_of(device)->default_queue;
    return queue == NULL ? NULL : handle_of(queue);
}
