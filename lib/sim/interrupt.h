// SPDX-License-Identifier: MIT
// Interrupt objects, and the table of those that are connected.
#ifndef SYSPTE_SIM_INTERRUPT_H
#define SYSPTE_SIM_INTERRUPT_H

#include "sim/kernel.h"

enum { SYSPTE_VECTOR_FIRST = 0x30, SYSPTE_VECTORS = 0xD0 };

struct _KINTERRUPT {
    PKSERVICE_ROUTINE routine;
    PVOID context;
    PKSPIN_LOCK lock; // its own, unless the driver gave one
    KSPIN_LOCK own;
    ULONG vector;
    KIRQL irql; // at which the lock is held
    bool shared;
    syspte_caller connected; // where: the place of what the library does with it
};

// ---- The table. Lock: held.

// STATUS_SUCCESS if an object of that vector can be connected.
NTSTATUS syspte_interrupt_check(unsigned vector, bool shared);

void syspte_interrupt_add(PKINTERRUPT interrupt, unsigned vector, bool shared);

// False: it is not there.
bool syspte_interrupt_drop(PKINTERRUPT interrupt);

// ---- What else is pending. Lock: not held.

// Raises one interrupt that waited for the thread's IRQL to fall, if it has. False: there is none.
bool syspte_interrupt_step(void);

#endif
