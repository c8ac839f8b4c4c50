// SPDX-License-Identifier: MIT
// The framework's work items. One that is deleted while it is queued runs first, as the framework
// waits for it.
// Source: wdfworkitem nf-wdfworkitem-wdfworkitemcreate, nf-wdfworkitem-wdfworkitemenqueue,
// nf-wdfworkitem-wdfworkitemflush.
#include "sim/wdf_later.h"

typedef struct work_body {
    WDF_WORKITEM_CONFIG config;
    WORK_QUEUE_ITEM work;
} work_body;

static work_body *body_of(syspte_wdf_object *item)
{
    return (work_body *)item->body;
}

static void flush(syspte_wdf_object *item)
{
    while (syspte_wdf_later_is_queued(&body_of(item)->work) && syspte_pending_step(0)) {
    }
}

static const syspte_wdf_class work_class = {.name = "WDFWORKITEM", .dispose = flush};

static VOID NTAPI on_work(PVOID Parameter)
{
    syspte_wdf_object *item = Parameter;
    SYSPTE_WDF_CALL(body_of(item)->config.EvtWorkItemFunc, "EvtWorkItemFunc",
                    ((WDFWORKITEM)item->handle));
}

SYSPTE_ENTRY(NTSTATUS, WdfWorkItemCreate,
             (PWDF_WORKITEM_CONFIG Config, PWDF_OBJECT_ATTRIBUTES Attributes,
              WDFWORKITEM *WorkItem),
             (Config, Attributes, WorkItem))
{
    syspte_wdf_object *item;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_WORK_ITEM_CREATE,
                          .caller = caller,
                          .class = &work_class,
                          .attributes = Attributes};
    *WorkItem = NULL;
    if (Config->Size != sizeof *Config) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (Config->EvtWorkItemFunc == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = syspte_wdf_later_create(&ask, &item);
    if (NT_SUCCESS(status)) {
        body_of(item)->config = *Config;
        ExInitializeWorkItem(&body_of(item)->work, on_work, item);
        *WorkItem = (WDFWORKITEM)item->handle;
    }
    return status;
}

SYSPTE_ENTRY_VOID(WdfWorkItemEnqueue, (WDFWORKITEM WorkItem), (WorkItem))
{
    syspte_wdf_object *item = syspte_wdf_find(SYSPTE_API_WDF, caller, WorkItem, &work_class);
    if (item != NULL && !syspte_wdf_later_is_queued(&body_of(item)->work)) {
        syspte_at_ExQueueWorkItem(&body_of(item)->work, DelayedWorkQueue, caller->file,
                                  caller->line, caller->function);
    }
}

SYSPTE_ENTRY_VOID(WdfWorkItemFlush, (WDFWORKITEM WorkItem), (WorkItem))
{
    syspte_wdf_object *item = syspte_wdf_find(SYSPTE_API_WDF, caller, WorkItem, &work_class);
    if (item != NULL) {
        flush(item);
    }
}

SYSPTE_ENTRY(WDFOBJECT, WdfWorkItemGetParentObject, (WDFWORKITEM WorkItem), (WorkItem))
{
    return syspte_wdf_later_parent(syspte_wdf_find(SYSPTE_API_WDF, caller, WorkItem, &work_class));
}
