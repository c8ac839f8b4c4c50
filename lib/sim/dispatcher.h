// SPDX-License-Identifier: MIT
// What can be waited for: the types that stand in the headers of objects, and waits of other
// components.
#ifndef SYSPTE_SIM_DISPATCHER_H
#define SYSPTE_SIM_DISPATCHER_H

#include "sim/call.h"

enum {
    SYSPTE_NOTIFICATION_EVENT = 0,
    SYSPTE_SYNCHRONIZATION_EVENT = 1,
    SYSPTE_MUTANT = 2,
    SYSPTE_SEMAPHORE = 5,
    SYSPTE_THREAD = 6, // signaled from its end on
    SYSPTE_NOTIFICATION_TIMER = 8,
    SYSPTE_SYNCHRONIZATION_TIMER = 9
};

// Units of 4 bytes of a thread's header: its objects are the machine's own (system_thread.c).
enum { SYSPTE_THREAD_UNITS = sizeof(DISPATCHER_HEADER) / sizeof(LONG) };

#endif
