// SPDX-License-Identifier: MIT
// What a driver has queued and what has not run yet, and the simulated time. Queued objects are
// holdings of the account until they run: whoever leaves one behind is named by its site.
#ifndef SYSPTE_SIM_PENDING_H
#define SYSPTE_SIM_PENDING_H

#include "sim/kernel.h"
#include "sim/object.h"

enum { SYSPTE_TICK_UNITS = 156250 }; // of 100 nanoseconds

typedef enum syspte_pending_kind {
    SYSPTE_PENDING_DPC,
    SYSPTE_PENDING_WORK,
    SYSPTE_PENDING_TIMER
} syspte_pending_kind;

typedef struct syspte_pending {
    syspte_pending_kind kind;
    void *object;     // what identifies it: KDPC, work item, KTIMER
    uint32_t context; // filled in: of the call that queued it
    void (*run)(const struct syspte_pending *pending); // on the thread that runs it, at its IRQL
    union {
        PKDEFERRED_ROUTINE dpc;
        PIO_WORKITEM_ROUTINE io_work;
        PWORKER_THREAD_ROUTINE work;
    } routine;
    void *argument[3];
    uint64_t due;    // TIMER: when
    uint64_t period; // TIMER: 0: once
    PKDPC timer_dpc;
} syspte_pending;

// Queues it. False: the object is queued already, or 1,024 are (told). Lock: held.
bool syspte_pending_add(syspte_call *call, const syspte_pending *pending);

// Takes it off. False: it is not queued. Lock: held.
bool syspte_pending_remove(const void *object);

// The call that queued it; 0 if none did. Lock: held.
uint32_t syspte_pending_context(const void *object);

// ---- Lock: not held

uint64_t syspte_pending_now(void);

// The time that a timeout means: negative ones count from now.
uint64_t syspte_pending_due(LONGLONG timeout);

// Runs one DPC, else one work item, else lets the next timer up to `until` expire. False: there is
// none.
bool syspte_pending_step(uint64_t until);

// Runs the DPCs that are queued now, and not what they queue.
void syspte_pending_flush_dpcs(void);

// The time becomes this one, if it is later.
void syspte_pending_reach(uint64_t time);

#endif
