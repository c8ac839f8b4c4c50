// SPDX-License-Identifier: MIT
// Connecting a service routine to an interrupt, in both forms, and disconnecting it. An interrupt
// object is a block of nonpaged pool with the tag 'Intr', so that one which stays connected is a
// leak with the site of its connection. No device has messages.
// Source: nf-wdm-ioconnectinterrupt, nf-wdm-iodisconnectinterrupt, nf-wdm-ioconnectinterruptex,
// nf-iointex-wdmlibioconnectinterruptex, using-the-connect-message-based-version.
#include "sim/bus.h"
#include "sim/interrupt.h"
#include "sim/nt_pool.h"
#include "sim/object.h"

enum { INTERRUPT_TAG = 0x72746E49 }; // 'Intr'

// Connects a copy of `ask`.
static NTSTATUS connect(const syspte_caller *caller, const struct _KINTERRUPT *ask,
                        PKINTERRUPT *out)
{
    syspte_nt_request request = {
        .window = SYSPTE_WINDOW_NONPAGED, .bytes = sizeof *ask, .tag = INTERRUPT_TAG};
    syspte_call call;
    *out = NULL;
    if (!syspte_call_begin(&call, SYSPTE_API_IO_CONNECT_INTERRUPT, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    syspte_object_irql(&call, PASSIVE_LEVEL);
    NTSTATUS status = syspte_interrupt_check(ask->vector, ask->shared);
    syspte_call_end(&call);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    PKINTERRUPT made = syspte_nt_allocate(SYSPTE_API_IO_CONNECT_INTERRUPT, caller, &request);
    if (made == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *made = *ask;
    made->connected = *caller;
    made->connected.frame = 0; // of a call that will be over
    if (made->lock == NULL) {
        KeInitializeSpinLock(&made->own);
        made->lock = &made->own;
    }
    syspte_world_take();
    syspte_interrupt_add(made, ask->vector, ask->shared);
    syspte_world_give();
    *out = made;
    return STATUS_SUCCESS;
}

static NTSTATUS connect_checked(const syspte_caller *caller, const struct _KINTERRUPT *ask,
                                KIRQL irql, PKINTERRUPT *out)
{
    *out = NULL;
    if (ask->routine == NULL || irql > ask->irql || ask->irql <= DISPATCH_LEVEL ||
        ask->vector < SYSPTE_VECTOR_FIRST || ask->vector >= SYSPTE_VECTORS) {
        return STATUS_INVALID_PARAMETER;
    }
    return connect(caller, ask, out);
}

SYSPTE_ENTRY(NTSTATUS, IoConnectInterrupt,
             (PKINTERRUPT * InterruptObject, PKSERVICE_ROUTINE ServiceRoutine, PVOID ServiceContext,
              PKSPIN_LOCK SpinLock, ULONG Vector, KIRQL Irql, KIRQL SynchronizeIrql,
              KINTERRUPT_MODE InterruptMode, BOOLEAN ShareVector, KAFFINITY ProcessorEnableMask,
              BOOLEAN FloatingSave),
             (InterruptObject, ServiceRoutine, ServiceContext, SpinLock, Vector, Irql,
              SynchronizeIrql, InterruptMode, ShareVector, ProcessorEnableMask, FloatingSave))
{
    struct _KINTERRUPT ask = {.routine = ServiceRoutine,
                              .context = ServiceContext,
                              .lock = SpinLock,
                              .vector = Vector,
                              .irql = SynchronizeIrql,
                              .shared = ShareVector};
    (void)InterruptMode;
    (void)FloatingSave;
    if (ProcessorEnableMask == 0) {
        *InterruptObject = NULL;
        return STATUS_INVALID_PARAMETER;
    }
    return connect_checked(caller, &ask, Irql, InterruptObject);
}

SYSPTE_ENTRY_VOID(IoDisconnectInterrupt, (PKINTERRUPT InterruptObject), (InterruptObject))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_IO_DISCONNECT_INTERRUPT, caller)) {
        return;
    }
    syspte_object_irql(&call, PASSIVE_LEVEL);
    bool was_connected = syspte_interrupt_drop(InterruptObject);
    syspte_call_end(&call);
    bool is_other = !was_connected && syspte_nt_is_block(InterruptObject); // it stays
    if ((is_other ||
         !syspte_nt_free(SYSPTE_API_IO_DISCONNECT_INTERRUPT, caller, InterruptObject)) &&
        syspte_call_begin(&call, SYSPTE_API_IO_DISCONNECT_INTERRUPT, caller)) {
        syspte_object_violate(&call, SYSPTE_RULE_FREE_NO_BLOCK, NULL, "it is no interrupt object");
        syspte_call_end(&call);
    }
}

// ---- Connect, as Windows Vista has it

static NTSTATUS connect_full(const syspte_caller *caller,
                             const IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS *p)
{
    struct _KINTERRUPT ask = {.routine = p->ServiceRoutine,
                              .context = p->ServiceContext,
                              .lock = p->SpinLock,
                              .vector = p->Vector,
                              .irql = p->SynchronizeIrql,
                              .shared = p->ShareVector};
    *p->InterruptObject = NULL;
    if (p->PhysicalDeviceObject == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (p->ProcessorEnableMask == 0) {
        return STATUS_INVALID_PARAMETER_10;
    }
    return connect_checked(caller, &ask, p->Irql, p->InterruptObject);
}

// The interrupt among a physical device's resources; NULL if it has none.
static const syspte_resource *interrupt_of(const DEVICE_OBJECT *device)
{
    const syspte_physical *p = syspte_bus_find(device);
    for (unsigned i = 0; p != NULL && p->hardware != NULL && i < p->hardware->resource_count; i++) {
        if (p->hardware->resources[i].kind == SYSPTE_RESOURCE_INTERRUPT) {
            return &p->hardware->resources[i];
        }
    }
    return NULL;
}

static NTSTATUS connect_line(const syspte_caller *caller,
                             const IO_CONNECT_INTERRUPT_LINE_BASED_PARAMETERS *p)
{
    *p->InterruptObject = NULL;
    if (p->PhysicalDeviceObject == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    const syspte_resource *r = interrupt_of(p->PhysicalDeviceObject);
    if (r == NULL) {
        return STATUS_NOT_FOUND;
    }
    KIRQL irql = (KIRQL)(r->start >> 4);
    struct _KINTERRUPT ask = {.routine = p->ServiceRoutine,
                              .context = p->ServiceContext,
                              .lock = p->SpinLock,
                              .vector = (ULONG)r->start,
                              .irql = p->SynchronizeIrql == 0 ? irql : p->SynchronizeIrql,
                              .shared = true};
    return connect_checked(caller, &ask, irql, p->InterruptObject);
}

// No device has messages here. With a routine for that case, its line is connected.
static NTSTATUS connect_fallback(const syspte_caller *caller, PIO_CONNECT_INTERRUPT_PARAMETERS p)
{
    IO_CONNECT_INTERRUPT_LINE_BASED_PARAMETERS line = {
        .PhysicalDeviceObject = p->MessageBased.PhysicalDeviceObject,
        .InterruptObject = p->MessageBased.ConnectionContext.InterruptObject,
        .ServiceRoutine = p->MessageBased.FallBackServiceRoutine,
        .ServiceContext = p->MessageBased.ServiceContext,
        .SpinLock = p->MessageBased.SpinLock,
        .SynchronizeIrql = p->MessageBased.SynchronizeIrql};
    if (line.ServiceRoutine == NULL) {
        return STATUS_NOT_FOUND;
    }
    NTSTATUS status = connect_line(caller, &line);
    if (NT_SUCCESS(status)) {
        p->Version = CONNECT_LINE_BASED;
    }
    return status;
}

SYSPTE_ENTRY(NTSTATUS, IoConnectInterruptEx, (PIO_CONNECT_INTERRUPT_PARAMETERS Parameters),
             (Parameters))
{
    switch (Parameters->Version) {
    case CONNECT_FULLY_SPECIFIED:
    case CONNECT_FULLY_SPECIFIED_GROUP:
        return connect_full(caller, &Parameters->FullySpecified);
    case CONNECT_LINE_BASED:
        return connect_line(caller, &Parameters->LineBased);
    case CONNECT_MESSAGE_BASED:
        return connect_fallback(caller, Parameters);
    default:
        return STATUS_INVALID_PARAMETER_1;
    }
}

SYSPTE_ENTRY_VOID(IoDisconnectInterruptEx, (PIO_DISCONNECT_INTERRUPT_PARAMETERS Parameters),
                  (Parameters))
{
    entry_IoDisconnectInterrupt(caller, Parameters->ConnectionContext.InterruptObject);
}
