// SPDX-License-Identifier: MIT
// DPCs. One that is queued is not queued again; its routine gets the arguments of the first time.
// Source: nf-wdm-keinitializedpc, nf-wdm-keinsertqueuedpc, nf-wdm-keremovequeuedpc,
// nf-wdm-keflushqueueddpcs.
#include "sim/pending.h"

enum { DPC_OBJECT = 19 };

VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
    *Dpc = (KDPC){.DeferredRoutine = DeferredRoutine, .DeferredContext = DeferredContext};
    Dpc->Type = DPC_OBJECT;
    Dpc->Importance = MediumImportance;
}

static void run(const syspte_pending *p)
{
    p->routine.dpc(p->object, p->argument[0], p->argument[1], p->argument[2]);
}

SYSPTE_ENTRY(BOOLEAN, KeInsertQueueDpc, (PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2),
             (Dpc, SystemArgument1, SystemArgument2))
{
    syspte_call call;
    syspte_pending pending = {.kind = SYSPTE_PENDING_DPC,
                              .object = Dpc,
                              .run = run,
                              .routine.dpc = Dpc->DeferredRoutine,
                              .argument = {Dpc->DeferredContext, SystemArgument1, SystemArgument2}};
    if (Dpc->Type != DPC_OBJECT) {
        syspte_object_uninitialized(SYSPTE_API_KE_INSERT_QUEUE_DPC, caller, "a DPC");
        return FALSE;
    }
    if (!syspte_call_begin(&call, SYSPTE_API_KE_INSERT_QUEUE_DPC, caller)) {
        return FALSE;
    }
    bool added = syspte_pending_add(&call, &pending);
    syspte_call_end(&call);
    if (added) {
        Dpc->SystemArgument1 = SystemArgument1;
        Dpc->SystemArgument2 = SystemArgument2;
    }
    return added;
}

SYSPTE_ENTRY(BOOLEAN, KeRemoveQueueDpc, (PRKDPC Dpc), (Dpc))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_KE_REMOVE_QUEUE_DPC, caller)) {
        return FALSE;
    }
    bool removed = syspte_pending_remove(Dpc);
    syspte_call_end(&call);
    return removed;
}

VOID KeFlushQueuedDpcs(VOID)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_KE_FLUSH_QUEUED_DPCS, &caller)) {
        return;
    }
    syspte_object_irql(&call, PASSIVE_LEVEL);
    syspte_call_end(&call);
    syspte_pending_flush_dpcs();
}
