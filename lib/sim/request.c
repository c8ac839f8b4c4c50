// SPDX-License-Identifier: MIT
// The requests that the I/O, PnP and power managers send. One that a driver does not complete stays
// in the table, because the driver may still do so; a later machine begins with an empty one.
// Source: nf-wdm-iocalldriver, nc-wdm-driver_dispatch.
#include "sim/request.h"

#include "port/port_wait.h"
#include "sim/irql.h"
#include <syspte/pending.h>

enum { REQUESTS = 64, LOCATIONS = 24, NAPS = 5000, SECONDS = 60, SECOND = 10000000 };

typedef struct slot {
    bool used;
    bool told;         // that it never ends
    NTSTATUS returned; // by the dispatch routine
    const char *name;
    struct {
        IRP irp;
        IO_STACK_LOCATION locations[LOCATIONS];
    } packet;
} slot;

static struct {
    uint32_t generation;
    slot slots[REQUESTS];
} requests;

static slot *slot_of(const IRP *irp)
{
    return CONTAINING_RECORD(irp, slot, packet.irp);
}

// Forgets an older machine's. Lock: held.
static void renew(void)
{
    if (requests.generation != syspte_the.generation) {
        requests.generation = syspte_the.generation;
        for (unsigned i = 0; i < REQUESTS; i++) {
            requests.slots[i].used = false;
        }
    }
}

// ---- Begin and end

PDEVICE_OBJECT syspte_request_top(PDEVICE_OBJECT device)
{
    while (device->AttachedDevice != NULL) {
        device = device->AttachedDevice;
    }
    return device;
}

// A slot that is used from now on; NULL if all are.
static slot *slot_take(const char *name)
{
    unsigned i = 0;
    syspte_world_take();
    renew();
    while (i < REQUESTS && requests.slots[i].used) {
        i++;
    }
    slot *taken = i < REQUESTS ? &requests.slots[i] : NULL;
    if (taken != NULL) {
        taken->used = true;
        taken->told = false;
        taken->name = name;
    }
    syspte_world_give();
    return taken;
}

PIRP syspte_request_make(PDEVICE_OBJECT device, unsigned extra, const char *name)
{
    unsigned locations = (unsigned)syspte_request_top(device)->StackSize + extra;
    slot *made = locations <= LOCATIONS ? slot_take(name) : NULL;
    if (made == NULL) {
        syspte_misused(locations <= LOCATIONS
                           ? "64 requests are under way that the driver does not complete"
                           : "a device stack has at most 23 devices here");
        return NULL;
    }
    PIRP irp = &made->packet.irp;
    IoInitializeIrp(irp, (USHORT)sizeof made->packet, (CCHAR)locations);
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    return irp;
}

void syspte_request_drop(PIRP irp)
{
    syspte_world_take();
    slot_of(irp)->used = false;
    syspte_world_give();
}

bool syspte_request_is_complete(const IRP *irp)
{
    return irp->CurrentLocation == irp->StackCount + 2;
}

// ---- Use

static void tell(syspte_rule_id rule, const char *name)
{
    syspte_event event = {.rule = rule, .text = name};
    syspte_world_take();
    (void)syspte_violate(&event, 0, 0, 0);
    syspte_world_give();
}

static void wait(const IRP *irp)
{
    unsigned naps = 0;
    unsigned seconds = 0;
    while (syspte_the.booted && !syspte_request_is_complete(irp)) {
        if (syspte_run_pending() != 0) {
            continue;
        }
        if (!syspte_port_is_alone() && naps < NAPS) {
            naps++;
            syspte_port_nap(); // another thread may be at it
        } else if (seconds < SECONDS) {
            seconds++;
            (void)syspte_time_advance(SECOND);
        } else {
            return;
        }
    }
}

void syspte_request_start(PDEVICE_OBJECT device, PIRP irp)
{
    syspte_thread *thread = syspte_thread_now();
    KIRQL before = thread->irql;
    slot_of(irp)->returned = IofCallDriver(syspte_request_top(device), irp);
    syspte_irql_set(thread, before);
}

NTSTATUS syspte_request_end(PIRP irp)
{
    slot *s = slot_of(irp);
    wait(irp);
    if (!syspte_request_is_complete(irp)) {
        s->told = true;
        tell(SYSPTE_RULE_IRP_NEVER_COMPLETED, s->name);
        return STATUS_PENDING;
    }
    if (s->returned != STATUS_PENDING && s->returned != irp->IoStatus.Status) {
        tell(SYSPTE_RULE_IRP_STATUS, s->name);
    }
    return irp->IoStatus.Status;
}

NTSTATUS syspte_request_send(PDEVICE_OBJECT device, PIRP irp)
{
    syspte_request_start(device, irp);
    return syspte_request_end(irp);
}

void syspte_requests_judge(void)
{
    for (unsigned i = 0; requests.generation == syspte_the.generation && i < REQUESTS; i++) {
        slot *s = &requests.slots[i];
        if (s->used && !s->told && !syspte_request_is_complete(&s->packet.irp)) {
            s->told = true;
            tell(SYSPTE_RULE_IRP_NEVER_COMPLETED, s->name);
        }
    }
}
