// SPDX-License-Identifier: MIT
// Functions that are there to be linked, and stop the test with their name when they are called.
// Knows no Windows type: not_simulated_entries.c must not see Windows' declarations.
#ifndef SYSPTE_SIM_LOUD_H
#define SYSPTE_SIM_LOUD_H

#include <stdint.h>

typedef struct syspte_loud {
    const char *name;
    void (*function)(void);
    unsigned since; // the version of Windows that exports it first
} syspte_loud;

// In the order of not_simulated.h, without its intrinsics.
extern const syspte_loud syspte_loud_routines[];

// A call of `name` from that address: a finding, and the end of the test. Lock: not held.
_Noreturn void syspte_loud_call(const char *name, uintptr_t return_address);

#endif
