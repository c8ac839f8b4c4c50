// SPDX-License-Identifier: MIT
// Raising an exception in the driver: a jump to the frame it pushed last (syspte_wdk/seh.h), or a
// stop if there is none. Lock, for all of it: not held.
#ifndef SYSPTE_SIM_RAISE_H
#define SYSPTE_SIM_RAISE_H

#include "sim/kernel.h"

// The first bytes of a process, where nothing ever is.
enum { SYSPTE_NOBODYS = 0x10000 };

// One exception on its way.
typedef struct syspte_raised {
    EXCEPTION_RECORD record;
    syspte_caller caller; // what raised it
    syspte_api api;
    uintptr_t stack; // frames that lie deeper have ended; 0: not known
} syspte_raised;

// Raises `status` from a call of `api`. Does not return to the driver's call.
_Noreturn void syspte_raise(syspte_api api, const syspte_caller *caller, NTSTATUS status);

// The rule that an exception breaks which nobody handles.
syspte_rule_id syspte_raise_rule(const EXCEPTION_RECORD *record);

// Stops the machine for an exception that nobody handles.
_Noreturn void syspte_raise_unhandled(const syspte_raised *raised);

// ---- The chain (seh.c)

// True if a body of the calling thread would be asked; frames deeper than `stack` have ended.
bool syspte_seh_is_open(uintptr_t stack);
// Jumps to it, or stops.
_Noreturn void syspte_seh_raise(const syspte_raised *raised);

// From here on, until the end, the calling thread runs a routine that Windows would run elsewhere:
// bodies that are open now do not see what it raises. Returns what the end takes.
unsigned syspte_seh_wall(void);
void syspte_seh_wall_end(unsigned before);

// The function with that frame returns. True: it was in a body, which is closed now; `body`
// receives where that stands. Once for each.
bool syspte_seh_left(uintptr_t stack, syspte_caller *body);

#endif
