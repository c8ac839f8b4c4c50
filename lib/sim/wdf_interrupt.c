// SPDX-License-Identifier: MIT
// The framework's interrupts, over those of WDM: connected when the device enters D0, before
// EvtInterruptEnable, and disconnected after EvtInterruptDisable; both are called at the
// interrupt's IRQL with its lock. Interrupts that were created with the device get the device's
// resources in order; one that was created in EvtDevicePrepareHardware has brought its own. Source:
// wdfinterrupt nf-wdfinterrupt-wdfinterruptcreate, nc-wdfinterrupt-evt_wdf_interrupt_isr,
// nc-wdfinterrupt-evt_wdf_interrupt_enable, wdf/creating-an-interrupt-object.
#include "sim/wdf_later.h"
#include "sim/wdf_power.h"

typedef struct interrupt_body {
    WDF_INTERRUPT_CONFIG config;
    syspte_wdf_object *device;
    const char *file; // of the creation, which is to blame for what stays connected
    const char *function;
    unsigned line;
    bool is_assigned;
    bool is_brought;                         // by EvtDevicePrepareHardware
    CM_PARTIAL_RESOURCE_DESCRIPTOR resource; // translated
    PKINTERRUPT connected;
    KIRQL irql_before; // of the lock
    KDPC dpc;
    KDPC work_dpc; // queues the work, which an ISR cannot
    WORK_QUEUE_ITEM work;
} interrupt_body;

// What is called with the lock.
typedef struct synchronized {
    syspte_wdf_object *interrupt;
    PFN_WDF_INTERRUPT_ENABLE enable; // or disable
    PFN_WDF_INTERRUPT_SYNCHRONIZE callback;
    WDFCONTEXT context;
    NTSTATUS status;
} synchronized;

static interrupt_body *body_of(syspte_wdf_object *interrupt)
{
    SYSPTE_WDK_STATIC_ASSERT(sizeof(interrupt_body) <= sizeof interrupt->body, "it fits");
    return (interrupt_body *)interrupt->body;
}

static WDFINTERRUPT handle_of(const syspte_wdf_object *interrupt)
{
    return (WDFINTERRUPT)interrupt->handle;
}

// ---- Connecting

static BOOLEAN NTAPI serve(struct _KINTERRUPT *Interrupt, PVOID ServiceContext)
{
    syspte_wdf_object *interrupt = ServiceContext;
    (void)Interrupt;
    return body_of(interrupt)->config.EvtInterruptIsr(handle_of(interrupt), 0);
}

static NTSTATUS connect(syspte_wdf_object *interrupt)
{
    interrupt_body *b = body_of(interrupt);
    const CM_PARTIAL_RESOURCE_DESCRIPTOR *r = &b->resource;
    KIRQL irql = (KIRQL)r->u.Interrupt.Level;
    BOOLEAN shared = b->config.ShareVector == WdfUseDefault
                         ? r->ShareDisposition == CmResourceShareShared
                         : b->config.ShareVector == WdfTrue;
    return syspte_at_IoConnectInterrupt(
        &b->connected, serve, interrupt, NULL, r->u.Interrupt.Vector, irql, irql,
        (r->Flags & CM_RESOURCE_INTERRUPT_LATCHED) != 0 ? Latched : LevelSensitive, shared,
        r->u.Interrupt.Affinity, b->config.FloatingSave, b->file, b->line, b->function);
}

static void disconnect(interrupt_body *b)
{
    if (b->connected != NULL) {
        syspte_at_IoDisconnectInterrupt(b->connected, b->file, b->line, b->function);
        b->connected = NULL;
    }
    KeFlushQueuedDpcs();
}

static BOOLEAN NTAPI call_synchronized(PVOID Context)
{
    synchronized *s = Context;
    interrupt_body *b = body_of(s->interrupt);
    if (s->callback != NULL) {
        return s->callback(handle_of(s->interrupt), s->context);
    }
    s->status = s->enable(handle_of(s->interrupt), syspte_wdf_device_handle(b->device));
    return TRUE;
}

static NTSTATUS call_enable(syspte_wdf_object *interrupt, PFN_WDF_INTERRUPT_ENABLE callback)
{
    synchronized s = {.interrupt = interrupt, .enable = callback, .status = STATUS_SUCCESS};
    if (callback != NULL && body_of(interrupt)->connected != NULL) {
        (void)KeSynchronizeExecution(body_of(interrupt)->connected, call_synchronized, &s);
    }
    return s.status;
}

static NTSTATUS enable(syspte_wdf_object *interrupt)
{
    interrupt_body *b = body_of(interrupt);
    if (!b->is_assigned || b->connected != NULL) {
        return STATUS_SUCCESS;
    }
    NTSTATUS status = connect(interrupt);
    if (NT_SUCCESS(status)) {
        status = call_enable(interrupt, b->config.EvtInterruptEnable);
    }
    return status;
}

static void disable(syspte_wdf_object *interrupt)
{
    interrupt_body *b = body_of(interrupt);
    (void)call_enable(interrupt, b->config.EvtInterruptDisable);
    disconnect(b);
}

// ---- End

static void dispose(syspte_wdf_object *interrupt)
{
    interrupt_body *b = body_of(interrupt);
    disconnect(b);
    (void)KeRemoveQueueDpc(&b->dpc);
    (void)KeRemoveQueueDpc(&b->work_dpc);
    syspte_wdf_later_drop(&b->work);
}

static const syspte_wdf_class interrupt_class = {.name = "WDFINTERRUPT", .dispose = dispose};

// ---- The device's

static syspte_wdf_object *next(syspte_wdf_object *device, const syspte_wdf_object *after)
{
    return syspte_wdf_child(device, &interrupt_class, after);
}

NTSTATUS syspte_wdf_interrupts_enable(syspte_wdf_object *device)
{
    NTSTATUS status = STATUS_SUCCESS;
    for (syspte_wdf_object *i = next(device, NULL); i != NULL && NT_SUCCESS(status);
         i = next(device, i)) {
        status = enable(i);
    }
    return status;
}

void syspte_wdf_interrupts_disable(syspte_wdf_object *device)
{
    syspte_wdf_object *last = NULL;
    do { // the newest that is connected
        last = NULL;
        for (syspte_wdf_object *i = next(device, NULL); i != NULL; i = next(device, i)) {
            last = body_of(i)->connected != NULL ? i : last;
        }
        if (last != NULL) {
            disable(last);
        }
    } while (last != NULL);
}

void syspte_wdf_interrupts_assign(syspte_wdf_object *device)
{
    unsigned turn = 0;
    for (syspte_wdf_object *i = next(device, NULL); i != NULL; i = next(device, i)) {
        interrupt_body *b = body_of(i);
        const CM_PARTIAL_RESOURCE_DESCRIPTOR *resource =
            syspte_wdf_resources_interrupt(syspte_wdf_device_of(device)->translated, turn++);
        b->is_assigned = resource != NULL;
        if (resource != NULL) {
            b->resource = *resource;
        }
    }
}

void syspte_wdf_interrupts_release(syspte_wdf_object *device)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_wdf_object *interrupt = next(device, NULL);
    while (interrupt != NULL) {
        if (body_of(interrupt)->is_brought) {
            syspte_wdf_delete(&caller, interrupt);
            interrupt = next(device, NULL);
        } else {
            body_of(interrupt)->is_assigned = false;
            interrupt = next(device, interrupt);
        }
    }
}

// ---- Begin

static VOID NTAPI on_dpc(struct _KDPC *Dpc, PVOID Context, PVOID First, PVOID Second)
{
    syspte_wdf_object *interrupt = Context;
    const interrupt_body *b = body_of(interrupt);
    (void)Dpc;
    (void)First;
    (void)Second;
    SYSPTE_WDF_CALL(b->config.EvtInterruptDpc, "EvtInterruptDpc",
                    (handle_of(interrupt), (WDFOBJECT)b->device->handle));
}

static bool queue_work(interrupt_body *b, const syspte_caller *caller)
{
    bool queued = syspte_wdf_later_is_queued(&b->work);
    if (!queued) {
        syspte_at_ExQueueWorkItem(&b->work, DelayedWorkQueue, caller->file, caller->line,
                                  caller->function);
    }
    return !queued;
}

static VOID NTAPI on_work_dpc(struct _KDPC *Dpc, PVOID Context, PVOID First, PVOID Second)
{
    interrupt_body *b = body_of(Context);
    syspte_caller caller = SYSPTE_CALLER(b->file, b->line, b->function);
    (void)Dpc;
    (void)First;
    (void)Second;
    (void)queue_work(b, &caller);
}

static VOID NTAPI on_work(PVOID Parameter)
{
    syspte_wdf_object *interrupt = Parameter;
    const interrupt_body *b = body_of(interrupt);
    SYSPTE_WDF_CALL(b->config.EvtInterruptWorkItem, "EvtInterruptWorkItem",
                    (handle_of(interrupt), (WDFOBJECT)b->device->handle));
}

static NTSTATUS check(const WDF_INTERRUPT_CONFIG *config)
{
    if (config->Size != sizeof *config) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (config->PassiveHandling) {
        syspte_misused("a WDFINTERRUPT that is handled at PASSIVE_LEVEL is not simulated");
        return STATUS_NOT_SUPPORTED;
    }
    return config->EvtInterruptIsr == NULL ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfInterruptCreate,
             (WDFDEVICE Device, PWDF_INTERRUPT_CONFIG Configuration,
              PWDF_OBJECT_ATTRIBUTES Attributes, WDFINTERRUPT *Interrupt),
             (Device, Configuration, Attributes, Interrupt))
{
    syspte_wdf_object *interrupt;
    syspte_wdf_object *device =
        syspte_wdf_find(SYSPTE_API_WDF_INTERRUPT_CREATE, caller, Device, &syspte_wdf_device_class);
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_INTERRUPT_CREATE,
                          .caller = caller,
                          .class = &interrupt_class,
                          .attributes = Attributes,
                          .parent = device};
    *Interrupt = NULL;
    NTSTATUS status = device == NULL ? STATUS_INVALID_PARAMETER : check(Configuration);
    if (NT_SUCCESS(status)) {
        status = syspte_wdf_create(&ask, &interrupt);
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }
    interrupt_body *b = body_of(interrupt);
    *b = (interrupt_body){.config = *Configuration,
                          .device = device,
                          .file = caller->file,
                          .function = caller->function,
                          .line = caller->line};
    KeInitializeDpc(&b->dpc, on_dpc, interrupt);
    KeInitializeDpc(&b->work_dpc, on_work_dpc, interrupt);
    ExInitializeWorkItem(&b->work, on_work, interrupt);
    if (Configuration->InterruptTranslated != NULL) {
        b->is_brought = b->is_assigned = true;
        b->resource = *Configuration->InterruptTranslated;
    }
    *Interrupt = handle_of(interrupt);
    return STATUS_SUCCESS;
}

// ---- Use

static syspte_wdf_object *find(const syspte_caller *caller, WDFINTERRUPT handle)
{
    return syspte_wdf_find(SYSPTE_API_WDF, caller, handle, &interrupt_class);
}

SYSPTE_ENTRY(BOOLEAN, WdfInterruptQueueDpcForIsr, (WDFINTERRUPT Interrupt), (Interrupt))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    return interrupt != NULL &&
           syspte_at_KeInsertQueueDpc(&body_of(interrupt)->dpc, NULL, NULL, caller->file,
                                      caller->line, caller->function);
}

SYSPTE_ENTRY(BOOLEAN, WdfInterruptQueueWorkItemForIsr, (WDFINTERRUPT Interrupt), (Interrupt))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    if (interrupt == NULL) {
        return FALSE;
    }
    interrupt_body *b = body_of(interrupt);
    if (KeGetCurrentIrql() <= DISPATCH_LEVEL) {
        return queue_work(b, caller);
    }
    return !syspte_wdf_later_is_queued(&b->work) &&
           syspte_at_KeInsertQueueDpc(&b->work_dpc, NULL, NULL, caller->file, caller->line,
                                      caller->function);
}

SYSPTE_ENTRY(BOOLEAN, WdfInterruptSynchronize,
             (WDFINTERRUPT Interrupt, PFN_WDF_INTERRUPT_SYNCHRONIZE Callback, WDFCONTEXT Context),
             (Interrupt, Callback, Context))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    synchronized s = {.interrupt = interrupt, .callback = Callback, .context = Context};
    if (interrupt == NULL) {
        return FALSE;
    }
    if (body_of(interrupt)->connected == NULL) {
        return Callback(Interrupt, Context);
    }
    return syspte_at_KeSynchronizeExecution(body_of(interrupt)->connected, call_synchronized, &s,
                                            caller->file, caller->line, caller->function);
}

// One that is not connected has nothing to be locked against.
SYSPTE_ENTRY_VOID(WdfInterruptAcquireLock, (WDFINTERRUPT Interrupt), (Interrupt))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    if (interrupt != NULL && body_of(interrupt)->connected != NULL) {
        body_of(interrupt)->irql_before = syspte_at_KeAcquireInterruptSpinLock(
            body_of(interrupt)->connected, caller->file, caller->line, caller->function);
    }
}

SYSPTE_ENTRY_VOID(WdfInterruptReleaseLock, (WDFINTERRUPT Interrupt), (Interrupt))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    if (interrupt != NULL && body_of(interrupt)->connected != NULL) {
        syspte_at_KeReleaseInterruptSpinLock(body_of(interrupt)->connected,
                                             body_of(interrupt)->irql_before, caller->file,
                                             caller->line, caller->function);
    }
}

SYSPTE_ENTRY_VOID(WdfInterruptEnable, (WDFINTERRUPT Interrupt), (Interrupt))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    if (interrupt != NULL) {
        (void)enable(interrupt);
    }
}

SYSPTE_ENTRY_VOID(WdfInterruptDisable, (WDFINTERRUPT Interrupt), (Interrupt))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    if (interrupt != NULL) {
        disable(interrupt);
    }
}

// There is one processor.
SYSPTE_ENTRY_VOID(WdfInterruptSetPolicy,
                  (WDFINTERRUPT Interrupt, WDF_INTERRUPT_POLICY Policy,
                   WDF_INTERRUPT_PRIORITY Priority, KAFFINITY TargetProcessorSet),
                  (Interrupt, Policy, Priority, TargetProcessorSet))
{
    (void)Policy;
    (void)Priority;
    (void)TargetProcessorSet;
    (void)find(caller, Interrupt);
}

// ---- Inspect

SYSPTE_ENTRY_VOID(WdfInterruptGetInfo, (WDFINTERRUPT Interrupt, PWDF_INTERRUPT_INFO Info),
                  (Interrupt, Info))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    ULONG size = Info->Size;
    if (interrupt == NULL || size != sizeof *Info) {
        return;
    }
    const CM_PARTIAL_RESOURCE_DESCRIPTOR *r = &body_of(interrupt)->resource;
    *Info = (WDF_INTERRUPT_INFO){.Size = size};
    if (body_of(interrupt)->is_assigned) {
        Info->Vector = r->u.Interrupt.Vector;
        Info->Irql = (KIRQL)r->u.Interrupt.Level;
        Info->TargetProcessorSet = r->u.Interrupt.Affinity;
        Info->Mode = (r->Flags & CM_RESOURCE_INTERRUPT_LATCHED) != 0 ? Latched : LevelSensitive;
        Info->ShareDisposition = r->ShareDisposition;
    }
}

SYSPTE_ENTRY(WDFDEVICE, WdfInterruptGetDevice, (WDFINTERRUPT Interrupt), (Interrupt))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    return interrupt == NULL ? NULL : syspte_wdf_device_handle(body_of(interrupt)->device);
}

SYSPTE_ENTRY(PKINTERRUPT, WdfInterruptWdmGetInterrupt, (WDFINTERRUPT Interrupt), (Interrupt))
{
    syspte_wdf_object *interrupt = find(caller, Interrupt);
    return interrupt == NULL ? NULL : body_of(interrupt)->connected;
}
