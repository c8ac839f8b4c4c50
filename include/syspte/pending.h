// SPDX-License-Identifier: MIT
// What a driver leaves for later: DPCs, work items, timers. There is no scheduler: they run when
// the test says so, on its thread, and while the driver itself waits (KeWaitForSingleObject,
// KeDelayExecutionThread). Time is simulated and stands still otherwise.
#ifndef SYSPTE_PENDING_H
#define SYSPTE_PENDING_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Use

// Runs every queued DPC at DISPATCH_LEVEL, then every work item at PASSIVE_LEVEL, and what these
// queue in turn, until nothing is left; timers that are due expire first. Returns how many routines
// ran.
//
// Fails: the test, if routines queue themselves anew more than 10,000 times.
// Needs: a booted machine, and an IRQL below DISPATCH_LEVEL.
uint64_t syspte_run_pending(void);

// Lets `units` of 100 nanoseconds pass: timers expire in order, and what is pending runs at each
// one's time. Returns how many routines ran.
uint64_t syspte_time_advance(uint64_t units);

#ifdef __cplusplus
}
#endif
#endif
