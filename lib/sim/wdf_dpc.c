// SPDX-License-Identifier: MIT
// The framework's DPCs.
// Source: wdfdpc nf-wdfdpc-wdfdpccreate, nf-wdfdpc-wdfdpcenqueue, nf-wdfdpc-wdfdpccancel.
#include "sim/wdf_later.h"

typedef struct dpc_body {
    WDF_DPC_CONFIG config;
    KDPC dpc;
} dpc_body;

static dpc_body *body_of(syspte_wdf_object *dpc)
{
    return (dpc_body *)dpc->body;
}

static void dispose(syspte_wdf_object *dpc)
{
    (void)KeRemoveQueueDpc(&body_of(dpc)->dpc);
}

static const syspte_wdf_class dpc_class = {.name = "WDFDPC", .dispose = dispose};

static VOID NTAPI on_dpc(struct _KDPC *Dpc, PVOID Context, PVOID First, PVOID Second)
{
    syspte_wdf_object *dpc = Context;
    (void)Dpc;
    (void)First;
    (void)Second;
    SYSPTE_WDF_CALL(body_of(dpc)->config.EvtDpcFunc, "EvtDpcFunc", ((WDFDPC)dpc->handle));
}

SYSPTE_ENTRY(NTSTATUS, WdfDpcCreate,
             (PWDF_DPC_CONFIG Config, PWDF_OBJECT_ATTRIBUTES Attributes, WDFDPC *Dpc),
             (Config, Attributes, Dpc))
{
    syspte_wdf_object *dpc;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_DPC_CREATE,
                          .caller = caller,
                          .class = &dpc_class,
                          .attributes = Attributes};
    *Dpc = NULL;
    if (Config->Size != sizeof *Config) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (Config->EvtDpcFunc == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = syspte_wdf_later_create(&ask, &dpc);
    if (NT_SUCCESS(status)) {
        body_of(dpc)->config = *Config;
        KeInitializeDpc(&body_of(dpc)->dpc, on_dpc, dpc);
        *Dpc = (WDFDPC)dpc->handle;
    }
    return status;
}

SYSPTE_ENTRY(BOOLEAN, WdfDpcEnqueue, (WDFDPC Dpc), (Dpc))
{
    syspte_wdf_object *dpc = syspte_wdf_find(SYSPTE_API_WDF, caller, Dpc, &dpc_class);
    return dpc != NULL && syspte_at_KeInsertQueueDpc(&body_of(dpc)->dpc, NULL, NULL, caller->file,
                                                     caller->line, caller->function);
}

SYSPTE_ENTRY(BOOLEAN, WdfDpcCancel, (WDFDPC Dpc, BOOLEAN Wait), (Dpc, Wait))
{
    syspte_wdf_object *dpc = syspte_wdf_find(SYSPTE_API_WDF, caller, Dpc, &dpc_class);
    (void)Wait; // no DPC runs at the same time
    return dpc != NULL && KeRemoveQueueDpc(&body_of(dpc)->dpc);
}

SYSPTE_ENTRY(WDFOBJECT, WdfDpcGetParentObject, (WDFDPC Dpc), (Dpc))
{
    return syspte_wdf_later_parent(syspte_wdf_find(SYSPTE_API_WDF, caller, Dpc, &dpc_class));
}
