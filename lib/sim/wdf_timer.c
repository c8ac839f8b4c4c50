// SPDX-License-Identifier: MIT
// The framework's timers: a timer of WDM with a DPC, or with a work item behind that where the
// driver asked for PASSIVE_LEVEL.
// Source: wdftimer nf-wdftimer-wdftimercreate, nf-wdftimer-wdftimerstart, nf-wdftimer-wdftimerstop.
#include "sim/wdf_later.h"

typedef struct timer_body {
    WDF_TIMER_CONFIG config;
    bool is_passive;
    KTIMER timer;
    KDPC dpc;
    WORK_QUEUE_ITEM work;
} timer_body;

static timer_body *body_of(syspte_wdf_object *timer)
{
    return (timer_body *)timer->body;
}

static void dispose(syspte_wdf_object *timer)
{
    timer_body *b = body_of(timer);
    (void)KeCancelTimer(&b->timer);
    (void)KeRemoveQueueDpc(&b->dpc);
    syspte_wdf_later_drop(&b->work);
}

static const syspte_wdf_class timer_class = {.name = "WDFTIMER", .dispose = dispose};

static void call(syspte_wdf_object *timer)
{
    SYSPTE_WDF_CALL(body_of(timer)->config.EvtTimerFunc, "EvtTimerFunc", ((WDFTIMER)timer->handle));
}

static VOID NTAPI on_work(PVOID Parameter)
{
    call(Parameter);
}

static VOID NTAPI on_dpc(struct _KDPC *Dpc, PVOID Context, PVOID First, PVOID Second)
{
    syspte_wdf_object *timer = Context;
    (void)Dpc;
    (void)First;
    (void)Second;
    if (!body_of(timer)->is_passive) {
        call(timer);
    } else if (!syspte_wdf_later_is_queued(&body_of(timer)->work)) {
        ExQueueWorkItem(&body_of(timer)->work, DelayedWorkQueue);
    }
}

SYSPTE_ENTRY(NTSTATUS, WdfTimerCreate,
             (PWDF_TIMER_CONFIG Config, PWDF_OBJECT_ATTRIBUTES Attributes, WDFTIMER *Timer),
             (Config, Attributes, Timer))
{
    syspte_wdf_object *timer;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_TIMER_CREATE,
                          .caller = caller,
                          .class = &timer_class,
                          .attributes = Attributes};
    *Timer = NULL;
    if (Config->Size != sizeof *Config) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (Config->EvtTimerFunc == NULL || (LONG)Config->Period < 0) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = syspte_wdf_later_create(&ask, &timer);
    if (NT_SUCCESS(status)) {
        timer_body *b = body_of(timer);
        b->config = *Config;
        b->is_passive = Attributes->ExecutionLevel == WdfExecutionLevelPassive;
        KeInitializeTimer(&b->timer);
        KeInitializeDpc(&b->dpc, on_dpc, timer);
        ExInitializeWorkItem(&b->work, on_work, timer);
        *Timer = (WDFTIMER)timer->handle;
    }
    return status;
}

SYSPTE_ENTRY(BOOLEAN, WdfTimerStart, (WDFTIMER Timer, LONGLONG DueTime), (Timer, DueTime))
{
    LARGE_INTEGER due = {.QuadPart = DueTime};
    syspte_wdf_object *timer = syspte_wdf_find(SYSPTE_API_WDF, caller, Timer, &timer_class);
    if (timer == NULL) {
        return FALSE;
    }
    timer_body *b = body_of(timer);
    return syspte_at_KeSetTimerEx(&b->timer, due, (LONG)b->config.Period, &b->dpc, caller->file,
                                  caller->line, caller->function);
}

// Waiting lets what is queued run.
SYSPTE_ENTRY(BOOLEAN, WdfTimerStop, (WDFTIMER Timer, BOOLEAN Wait), (Timer, Wait))
{
    syspte_wdf_object *timer = syspte_wdf_find(SYSPTE_API_WDF, caller, Timer, &timer_class);
    if (timer == NULL) {
        return FALSE;
    }
    timer_body *b = body_of(timer);
    BOOLEAN was_set =
        syspte_at_KeCancelTimer(&b->timer, caller->file, caller->line, caller->function);
    if (Wait) {
        KeFlushQueuedDpcs();
        while (syspte_wdf_later_is_queued(&b->work) && syspte_pending_step(0)) {
        }
    }
    return was_set;
}

SYSPTE_ENTRY(WDFOBJECT, WdfTimerGetParentObject, (WDFTIMER Timer), (Timer))
{
    return syspte_wdf_later_parent(syspte_wdf_find(SYSPTE_API_WDF, caller, Timer, &timer_class));
}
