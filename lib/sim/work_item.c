// SPDX-License-Identifier: MIT
// Work items of the I/O manager, each a block of nonpaged pool, and those that lie in memory of the
// driver's own. One that is queued must not be queued again or freed until its routine is called.
// Source: nf-wdm-ioallocateworkitem, nf-wdm-ioqueueworkitem, nf-wdm-iofreeworkitem,
// nf-wdm-exqueueworkitem.
#include "sim/nt_pool.h"
#include "sim/pending.h"

enum { WORK_TAG = 0x69576F49 }; // 'IoWi'

struct _IO_WORKITEM {
    PDEVICE_OBJECT device;
};

static void add(syspte_api api, const syspte_caller *caller, const syspte_pending *pending)
{
    syspte_call call;
    if (!syspte_call_begin(&call, api, caller)) {
        return;
    }
    syspte_row row;
    syspte_object_irql(&call, DISPATCH_LEVEL);
    if (!syspte_pending_add(&call, pending) &&
        syspte_object_find(SYSPTE_KIND_QUEUED, pending->object, &row)) {
        syspte_object_violate(&call, SYSPTE_RULE_QUEUED_TWICE, &row, NULL);
    }
    syspte_call_end(&call);
}

SYSPTE_ENTRY(PIO_WORKITEM, IoAllocateWorkItem, (PDEVICE_OBJECT DeviceObject), (DeviceObject))
{
    syspte_nt_request request = {
        .window = SYSPTE_WINDOW_NONPAGED, .bytes = sizeof(struct _IO_WORKITEM), .tag = WORK_TAG};
    PIO_WORKITEM item = syspte_nt_allocate(SYSPTE_API_IO_ALLOCATE_WORK_ITEM, caller, &request);
    if (item != NULL) {
        item->device = DeviceObject;
    }
    return item;
}

static void run_io(const syspte_pending *p)
{
    p->routine.io_work(p->argument[0], p->argument[1]);
}

SYSPTE_ENTRY_VOID(IoQueueWorkItem,
                  (PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
                   WORK_QUEUE_TYPE QueueType, PVOID Context),
                  (IoWorkItem, WorkerRoutine, QueueType, Context))
{
    syspte_pending pending = {.kind = SYSPTE_PENDING_WORK,
                              .object = IoWorkItem,
                              .run = run_io,
                              .routine.io_work = WorkerRoutine,
                              .argument = {IoWorkItem->device, Context}};
    (void)QueueType;
    add(SYSPTE_API_IO_QUEUE_WORK_ITEM, caller, &pending);
}

SYSPTE_ENTRY_VOID(IoFreeWorkItem, (PIO_WORKITEM IoWorkItem), (IoWorkItem))
{
    syspte_call call;
    syspte_row row;
    if (!syspte_call_begin(&call, SYSPTE_API_IO_FREE_WORK_ITEM, caller)) {
        return;
    }
    if (syspte_object_find(SYSPTE_KIND_QUEUED, IoWorkItem, &row)) {
        syspte_object_violate(&call, SYSPTE_RULE_FREE_QUEUED, &row, NULL);
        (void)syspte_pending_remove(IoWorkItem);
    }
    syspte_call_end(&call);
    if (!syspte_nt_free(SYSPTE_API_IO_FREE_WORK_ITEM, caller, IoWorkItem) &&
        syspte_call_begin(&call, SYSPTE_API_IO_FREE_WORK_ITEM, caller)) {
        syspte_object_violate(&call, SYSPTE_RULE_FREE_NO_BLOCK, NULL, "it is no work item");
        syspte_call_end(&call);
    }
}

static void run_plain(const syspte_pending *p)
{
    p->routine.work(p->argument[0]);
}

SYSPTE_ENTRY_VOID(ExQueueWorkItem, (PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType),
                  (WorkItem, QueueType))
{
    syspte_pending pending = {.kind = SYSPTE_PENDING_WORK,
                              .object = WorkItem,
                              .run = run_plain,
                              .routine.work = WorkItem->WorkerRoutine,
                              .argument = {WorkItem->Parameter}};
    (void)QueueType;
    add(SYSPTE_API_EX_QUEUE_WORK_ITEM, caller, &pending);
}
