// SPDX-License-Identifier: MIT
// Private to the simulated framework: queues, the requests in them, and the way of a request
// through both. A request waits in a queue, then the driver has it until it completes it, passes it
// on, or gives it back.
#ifndef SYSPTE_SIM_WDF_QUEUE_H
#define SYSPTE_SIM_WDF_QUEUE_H

#include "sim/wdf_device.h"

typedef enum syspte_wdf_stage {
    SYSPTE_WDF_NEW,     // of no queue: with EvtIoInCallerContext or EvtDeviceFileCreate
    SYSPTE_WDF_WAITING, // in a queue
    SYSPTE_WDF_DRIVERS, // the driver has it
    SYSPTE_WDF_SENT     // below
} syspte_wdf_stage;

typedef struct syspte_wdf_request {
    PIRP irp;
    syspte_wdf_object *device;
    syspte_wdf_object *queue; // NULL: none
    syspte_wdf_object *next;  // in the queue
    syspte_wdf_object *file;
    syspte_wdf_stage stage;
    bool is_kept; // through a time out of D0: the driver said so
    PFN_WDF_REQUEST_CANCEL cancel;
    PFN_WDF_REQUEST_COMPLETION_ROUTINE sent; // what its completion below calls
    WDFCONTEXT sent_context;
    syspte_wdf_object *target;
    WDFMEMORY input;
    WDFMEMORY output;
} syspte_wdf_request;

// The body of a queue.
typedef struct syspte_wdf_queue {
    WDF_IO_QUEUE_CONFIG config;
    syspte_wdf_object *device;
    syspte_wdf_object *first; // waiting
    ULONG waiting;
    ULONG drivers; // that the driver has
    bool follows_power;
    bool is_powered;
    bool is_started;
    bool accepts;
    bool is_delivering;
    PFN_WDF_IO_QUEUE_STATE ready;
    WDFCONTEXT ready_context;
} syspte_wdf_queue;

extern const syspte_wdf_class syspte_wdf_request_class;
extern const syspte_wdf_class syspte_wdf_queue_class;

static inline syspte_wdf_request *syspte_wdf_request_of(syspte_wdf_object *request)
{
    return (syspte_wdf_request *)request->body;
}

static inline syspte_wdf_queue *syspte_wdf_queue_of(syspte_wdf_object *queue)
{
    return (syspte_wdf_queue *)queue->body;
}

// True if it delivers.
static inline bool syspte_wdf_queue_is_open(const syspte_wdf_queue *q)
{
    return q->is_started && (q->is_powered || !q->follows_power);
}

// ---- wdf_delivery.c

// Gives the driver the request that waits longest; NULL if none does.
syspte_wdf_object *syspte_wdf_queue_take(syspte_wdf_object *queue);
// Delivers what there is room for.
void syspte_wdf_queue_deliver(syspte_wdf_object *queue);

// A request of the I/O manager's for a device: to its queue, or to nobody.
NTSTATUS syspte_wdf_io(syspte_wdf_object *device, PIRP irp);

// Puts a request in a queue, at its end or (`first`) at its head, and delivers what can be.
void syspte_wdf_queue_put(syspte_wdf_object *queue, syspte_wdf_object *request, bool first);

// Takes a cancelled request out of a queue: the driver gets it, or it ends.
void syspte_wdf_queue_cancel(syspte_wdf_object *queue, syspte_wdf_object *request);

// The driver does not have a request of its queue any more: the next may come.
void syspte_wdf_queue_left(syspte_wdf_object *queue);

// The queue of a device for a request; NULL if none takes it.
syspte_wdf_object *syspte_wdf_queue_for(syspte_wdf_object *device, UCHAR major);

// ---- wdf_request.c

// STATUS_INSUFFICIENT_RESOURCES.
NTSTATUS syspte_wdf_request_create(syspte_wdf_object *device, PIRP irp,
                                   syspte_wdf_object **request);

// Ends a request for good.
void syspte_wdf_request_end(const syspte_caller *caller, syspte_wdf_object *request,
                            NTSTATUS status, ULONG_PTR information);

// The cancel routine of a request that waits, or that the driver lets be cancelled.
VOID NTAPI syspte_wdf_request_cancel(PDEVICE_OBJECT wdm, PIRP irp);

// The framework lets go of a request that others end.
void syspte_wdf_request_release(const syspte_caller *caller, syspte_wdf_object *request);

// A request that the driver has, and none that it has sent away.
syspte_wdf_object *syspte_wdf_request_find(syspte_api api, const syspte_caller *caller,
                                           WDFREQUEST handle);

// ---- wdf_file.c

NTSTATUS syspte_wdf_file_request(syspte_wdf_object *device, PIRP irp);
// The framework's object of a file that is open; NULL if it has none.
syspte_wdf_object *syspte_wdf_file_find(syspte_wdf_object *device, PFILE_OBJECT file);

#endif
