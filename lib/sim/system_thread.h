// SPDX-License-Identifier: MIT
// System threads, for what waits: each is a thread of the host's program.
#ifndef SYSPTE_SIM_SYSTEM_THREAD_H
#define SYSPTE_SIM_SYSTEM_THREAD_H

#include <stdbool.h>
#include <syspte/mapping.h>

struct syspte_caller;

// True on a system thread. It runs nothing that is pending, and does not move the time on.
bool syspte_system_thread_is(void);

// On a system thread whose machine was stopped or shut down: does not return. Lock: not held.
void syspte_system_thread_check(void);

// The machine is about to end: gives its system threads time to come to a wait. Lock: not held.
void syspte_system_threads_end(void);

// The handle of a thread is closed, or the thread has ended: after both its block is freed. Lock:
// not held.
void syspte_system_thread_release(syspte_api api, const struct syspte_caller *caller, void *thread);

#endif
