// SPDX-License-Identifier: MIT
// The power manager, as far as drivers ask it for something. A request that PoRequestPowerIrp makes
// goes to the top of the stack at once where the IRQL is PASSIVE_LEVEL, else as a work item; its
// extra stack location is the power manager's, which calls the driver back from there and frees the
// request. A machine never finds a device idle.
// Source: nf-wdm-porequestpowerirp, nc-wdm-request_power_complete, nf-ntifs-posetpowerstate,
// nf-ntifs-poregisterdeviceforidledetection.
#include "sim/pending.h"
#include "sim/request.h"

enum { ASKS = 64, STATES = 64 };

// One that was asked for and has not ended.
typedef struct ask {
    bool used;
    PIRP irp;
    PDEVICE_OBJECT device;
    UCHAR minor;
    POWER_STATE state;
    PREQUEST_POWER_COMPLETE done;
    PVOID context;
} ask;

typedef struct state {
    PDEVICE_OBJECT device; // NULL: unused
    POWER_STATE power[2];  // by POWER_STATE_TYPE
    ULONG idle;
} state;

static struct {
    uint32_t generation;
    ask asks[ASKS];
    state states[STATES];
} power;

// Forgets an older machine's. Lock: held.
static void renew(void)
{
    if (power.generation != syspte_the.generation) {
        power.generation = syspte_the.generation;
        for (unsigned i = 0; i < ASKS; i++) {
            power.asks[i].used = false;
        }
        for (unsigned i = 0; i < STATES; i++) {
            power.states[i].device = NULL;
        }
    }
}

// ---- Passing on

NTSTATUS PoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return IofCallDriver(DeviceObject, Irp);
}

VOID PoStartNextPowerIrp(PIRP Irp)
{
    (void)Irp;
}

// ---- Asking for one

// One that is used from now on; NULL if all are.
static ask *ask_take(void)
{
    unsigned i = 0;
    syspte_world_take();
    renew();
    while (i < ASKS && power.asks[i].used) {
        i++;
    }
    ask *taken = i < ASKS ? &power.asks[i] : NULL;
    if (taken != NULL) {
        taken->used = true;
    }
    syspte_world_give();
    return taken;
}

static void ask_drop(ask *a)
{
    syspte_world_take();
    a->used = false;
    syspte_world_give();
}

static NTSTATUS NTAPI ended(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    ask *a = Context;
    ask copy = *a;
    IO_STATUS_BLOCK status = Irp->IoStatus;
    (void)DeviceObject;
    ask_drop(a);
    syspte_request_drop(Irp);
    if (copy.done != NULL) {
        copy.done(copy.device, copy.minor, copy.state, copy.context, &status);
    }
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static void go(const ask *a)
{
    (void)IofCallDriver(syspte_request_top(a->device), a->irp);
}

static void go_later(const syspte_pending *pending)
{
    go(pending->object);
}

static const char *name_of(UCHAR minor)
{
    switch (minor) {
    case IRP_MN_SET_POWER:
        return "IRP_MN_SET_POWER that PoRequestPowerIrp asked for";
    case IRP_MN_QUERY_POWER:
        return "IRP_MN_QUERY_POWER that PoRequestPowerIrp asked for";
    default:
        return "IRP_MN_WAIT_WAKE that PoRequestPowerIrp asked for";
    }
}

// Fills the location above the stack, which is the power manager's, and the top driver's.
static void fill(const ask *a)
{
    IoSetNextIrpStackLocation(a->irp);
    IoGetCurrentIrpStackLocation(a->irp)->DeviceObject = a->device;
    IoSetCompletionRoutine(a->irp, ended, (PVOID)a, TRUE, TRUE, TRUE);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(a->irp);
    next->MajorFunction = IRP_MJ_POWER;
    next->MinorFunction = a->minor;
    if (a->minor == IRP_MN_WAIT_WAKE) {
        next->Parameters.WaitWake.PowerState = a->state.SystemState;
    } else {
        next->Parameters.Power.Type = DevicePowerState;
        next->Parameters.Power.State = a->state;
    }
}

SYSPTE_ENTRY(NTSTATUS, PoRequestPowerIrp,
             (PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction, POWER_STATE PowerState,
              PREQUEST_POWER_COMPLETE CompletionFunction, PVOID Context, PIRP *Irp),
             (DeviceObject, MinorFunction, PowerState, CompletionFunction, Context, Irp))
{
    syspte_call call;
    if (MinorFunction != IRP_MN_SET_POWER && MinorFunction != IRP_MN_QUERY_POWER &&
        MinorFunction != IRP_MN_WAIT_WAKE) {
        return STATUS_INVALID_PARAMETER_2;
    }
    if (!syspte_call_begin(&call, SYSPTE_API_PO_REQUEST_POWER_IRP, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    syspte_object_irql(&call, DISPATCH_LEVEL);
    syspte_call_end(&call);
    ask *a = ask_take();
    PIRP irp = a == NULL ? NULL : syspte_request_make(DeviceObject, 1, name_of(MinorFunction));
    if (irp == NULL) {
        if (a != NULL) {
            ask_drop(a);
        }
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *a = (ask){true, irp, DeviceObject, MinorFunction, PowerState, CompletionFunction, Context};
    fill(a);
    if (Irp != NULL) {
        *Irp = irp;
    }
    syspte_pending pending = {.kind = SYSPTE_PENDING_WORK, .object = a, .run = go_later};
    if (KeGetCurrentIrql() == PASSIVE_LEVEL) {
        go(a);
    } else if (syspte_call_begin(&call, SYSPTE_API_PO_REQUEST_POWER_IRP, caller)) {
        (void)syspte_pending_add(&call, &pending);
        syspte_call_end(&call);
    }
    return STATUS_PENDING;
}

// ---- Telling it

// What is known of a device, begun now if it is new; the last entry where there are too many.
// Lock: held.
static state *state_of(PDEVICE_OBJECT device)
{
    unsigned i = 0;
    renew();
    while (i < STATES - 1 && power.states[i].device != NULL && power.states[i].device != device) {
        i++;
    }
    if (power.states[i].device != device) {
        power.states[i] = (state){.device = device};
    }
    return &power.states[i];
}

POWER_STATE PoSetPowerState(PDEVICE_OBJECT DeviceObject, POWER_STATE_TYPE Type, POWER_STATE State)
{
    syspte_world_take();
    state *s = state_of(DeviceObject);
    POWER_STATE before = s->power[Type == DevicePowerState];
    s->power[Type == DevicePowerState] = State;
    syspte_world_give();
    return before;
}

// The counter that PoSetDeviceBusy clears; NULL where no time is given, which ends the detection.
PULONG PoRegisterDeviceForIdleDetection(PDEVICE_OBJECT DeviceObject, ULONG ConservationIdleTime,
                                        ULONG PerformanceIdleTime, DEVICE_POWER_STATE State)
{
    (void)State;
    bool wanted = ConservationIdleTime != 0 || PerformanceIdleTime != 0;
    syspte_world_take();
    PULONG counter = wanted ? &state_of(DeviceObject)->idle : NULL;
    syspte_world_give();
    return counter;
}
