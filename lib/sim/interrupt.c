// SPDX-License-Identifier: MIT
// Interrupts: which objects are connected to a vector, and how their service routines are called:
// on the test's thread, at the interrupt's IRQL and with its spin lock. Nothing interrupts by
// itself: the test fires. Source: nf-wdm-kesynchronizeexecution, nf-wdm-keacquireinterruptspinlock,
// nc-wdm-kservice_routine.
#include "sim/interrupt.h"

#include "port/port_wait.h"
#include "sim/irql.h"
#include "sim/object.h"
#include "sim/raise.h"
#include <syspte/hardware.h>

enum { CONNECTED = 64 };

typedef struct connection {
    PKINTERRUPT object;
    unsigned vector;
    bool shared;
} connection;

static struct {
    uint32_t generation;
    unsigned count;
    connection connected[CONNECTED]; // in order of connection
    bool waiting[SYSPTE_VECTORS];
} interrupts;

// ---- The table

// Forgets an older machine's. Lock: held.
static void renew(void)
{
    if (interrupts.generation != syspte_the.generation) {
        interrupts.generation = syspte_the.generation;
        interrupts.count = 0;
        for (unsigned v = 0; v < SYSPTE_VECTORS; v++) {
            interrupts.waiting[v] = false;
        }
    }
}

NTSTATUS syspte_interrupt_check(unsigned vector, bool shared)
{
    renew();
    for (unsigned i = 0; i < interrupts.count; i++) {
        const connection *other = &interrupts.connected[i];
        if (other->vector == vector && !(other->shared && shared)) {
            return STATUS_INVALID_PARAMETER;
        }
    }
    return interrupts.count < CONNECTED ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

void syspte_interrupt_add(PKINTERRUPT interrupt, unsigned vector, bool shared)
{
    interrupts.connected[interrupts.count++] =
        (connection){.object = interrupt, .vector = vector, .shared = shared};
}

bool syspte_interrupt_drop(PKINTERRUPT interrupt)
{
    unsigned at = 0;
    renew();
    while (at < interrupts.count && interrupts.connected[at].object != interrupt) {
        at++;
    }
    if (at < interrupts.count) {
        interrupts.count--;
        for (; at < interrupts.count; at++) {
            interrupts.connected[at] = interrupts.connected[at + 1];
        }
        return true;
    }
    return false;
}

// The `n`th object that is connected to a vector; NULL if there are fewer. Lock: not held.
static PKINTERRUPT connected_at(unsigned vector, unsigned n)
{
    PKINTERRUPT found = NULL;
    syspte_world_take();
    renew();
    for (unsigned i = 0; i < interrupts.count && found == NULL; i++) {
        if (interrupts.connected[i].vector == vector && n-- == 0) {
            found = interrupts.connected[i].object;
        }
    }
    syspte_world_give();
    return found;
}

// ---- Its lock

// Returns the IRQL before.
static KIRQL lock_take(syspte_api api, const syspte_caller *caller, PKINTERRUPT interrupt)
{
    syspte_thread *thread = syspte_thread_now();
    PKSPIN_LOCK lock = interrupt->lock;
    KIRQL irql = interrupt->irql;
    KIRQL before = thread->irql;
    syspte_call call;
    bool mine = false;
    for (unsigned naps = 0; !mine; naps++) {
        if (naps != 0) {
            syspte_port_nap();
        }
        if (!syspte_call_begin(&call, api, caller)) {
            return before;
        }
        if (naps == 0) {
            syspte_object_irql(&call, irql);
        }
        mine = syspte_object_seize(&call, SYSPTE_KIND_SPIN_LOCK, lock, sizeof *lock, naps);
        if (mine) {
            syspte_irql_set(thread, irql);
        }
        syspte_call_end(&call);
    }
    return before;
}

static void lock_give(syspte_api api, const syspte_caller *caller, PKSPIN_LOCK lock, KIRQL before)
{
    syspte_call call;
    syspte_row row;
    if (!syspte_call_begin(&call, api, caller)) {
        return;
    }
    if (syspte_object_find(SYSPTE_KIND_SPIN_LOCK, lock, &row)) {
        syspte_object_drop(&row);
    } else {
        syspte_object_violate(&call, SYSPTE_RULE_RELEASE_NOT_HELD, NULL, NULL);
    }
    syspte_irql_set(call.thread, before);
    syspte_call_end(&call);
}

SYSPTE_ENTRY(KIRQL, KeAcquireInterruptSpinLock, (PKINTERRUPT Interrupt), (Interrupt))
{
    return lock_take(SYSPTE_API_KE_ACQUIRE_INTERRUPT_SPIN_LOCK, caller, Interrupt);
}

SYSPTE_ENTRY_VOID(KeReleaseInterruptSpinLock, (PKINTERRUPT Interrupt, KIRQL OldIrql),
                  (Interrupt, OldIrql))
{
    lock_give(SYSPTE_API_KE_RELEASE_INTERRUPT_SPIN_LOCK, caller, Interrupt->lock, OldIrql);
}

// The routine came back at another IRQL.
static void check_irql(syspte_api api, const syspte_caller *caller, KIRQL irql)
{
    syspte_call call;
    if (syspte_thread_now()->irql != irql && syspte_call_begin(&call, api, caller)) {
        syspte_object_violate(&call, SYSPTE_RULE_ROUTINE_IRQL, NULL, NULL);
        syspte_call_end(&call);
    }
}

SYSPTE_ENTRY(BOOLEAN, KeSynchronizeExecution,
             (PKINTERRUPT Interrupt, PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
              PVOID SynchronizeContext),
             (Interrupt, SynchronizeRoutine, SynchronizeContext))
{
    const syspte_api api = SYSPTE_API_KE_SYNCHRONIZE_EXECUTION;
    PKSPIN_LOCK lock = Interrupt->lock; // the routine may disconnect, wrongly
    KIRQL irql = Interrupt->irql;
    KIRQL before = lock_take(api, caller, Interrupt);
    BOOLEAN result = SynchronizeRoutine(SynchronizeContext);
    check_irql(api, caller, irql);
    lock_give(api, caller, lock, before);
    return result;
}

// ---- The test

static bool is_usable(unsigned vector)
{
    if (!syspte_the.booted) {
        syspte_misused("an interrupt needs a machine: call syspte_boot first");
        return false;
    }
    if (vector < SYSPTE_VECTOR_FIRST || vector >= SYSPTE_VECTORS) {
        syspte_misused("an interrupt's vector is from 0x30 to 0xCF");
        return false;
    }
    return true;
}

static bool serve(PKINTERRUPT interrupt)
{
    const syspte_api api = SYSPTE_API_IO_CONNECT_INTERRUPT;
    const syspte_caller caller = interrupt->connected;
    PKSPIN_LOCK lock = interrupt->lock; // the routine may disconnect, wrongly
    KIRQL irql = interrupt->irql;
    KIRQL before = lock_take(api, &caller, interrupt);
    unsigned wall = syspte_seh_wall();
    bool mine = interrupt->routine(interrupt, interrupt->context);
    syspte_seh_wall_end(wall);
    check_irql(api, &caller, irql);
    lock_give(api, &caller, lock, before);
    return mine;
}

static void set_waiting(unsigned vector, bool waits)
{
    syspte_world_take();
    renew();
    interrupts.waiting[vector] = waits;
    syspte_world_give();
}

bool syspte_interrupt_fire(unsigned vector)
{
    bool served = false;
    if (!is_usable(vector)) {
        return false;
    }
    bool waits = syspte_thread_now()->irql >= vector >> 4;
    set_waiting(vector, waits);
    for (unsigned n = 0; !waits && !served; n++) {
        PKINTERRUPT interrupt = connected_at(vector, n);
        if (interrupt == NULL) {
            break;
        }
        served = serve(interrupt);
    }
    return served;
}

bool syspte_interrupt_step(void)
{
    unsigned vector = SYSPTE_VECTORS - 1; // the highest first
    syspte_world_take();
    renew();
    while (vector >= SYSPTE_VECTOR_FIRST && !interrupts.waiting[vector]) {
        vector--;
    }
    syspte_world_give();
    if (vector < SYSPTE_VECTOR_FIRST || syspte_thread_now()->irql >= vector >> 4) {
        return false;
    }
    (void)syspte_interrupt_fire(vector);
    return true;
}

unsigned syspte_interrupt_connected(unsigned vector)
{
    unsigned count = 0;
    while (is_usable(vector) && connected_at(vector, count) != NULL) {
        count++;
    }
    return count;
}
