// SPDX-License-Identifier: MIT
// Waiting for other threads of the host's program. Like port.h: no library lock is held.
#ifndef SYSPTE_PORT_WAIT_H
#define SYSPTE_PORT_WAIT_H

#include <stdbool.h>

// True if the program has no thread but the calling one, so that nothing changes while it waits.
// False where the host does not tell.
bool syspte_port_is_alone(void);

// Lets the other threads run for about a millisecond.
void syspte_port_nap(void);

typedef struct syspte_port_start {
    void (*run)(void *context);
    void *context;
} syspte_port_start;

// Runs that on a new thread of the program, which ends with it. `start` stays the caller's until it
// runs. False if the host refuses.
bool syspte_port_thread_start(const syspte_port_start *start);

#endif
