// SPDX-License-Identifier: MIT
// Where calls came from that were made to fail, or would have been: what a plan with once_per_stack
// tells apart, and the lines of the log.
#ifndef SYSPTE_SIM_FAULT_STACK_H
#define SYSPTE_SIM_FAULT_STACK_H

#include "sim/fault_plan.h"

typedef enum syspte_fault_fate {
    SYSPTE_FAULT_FAILED,
    SYSPTE_FAULT_WOULD_FAIL,
    SYSPTE_FAULT_KNOWN,
    SYSPTE_FAULT_EXCLUDED
} syspte_fault_fate;

typedef struct syspte_fault_stack {
    syspte_api api;
    syspte_fault_fate fate;
    syspte_caller caller;
    unsigned count; // 0: only the call itself is known
    uintptr_t frames[SYSPTE_STACK_MAX];
} syspte_fault_stack;

// ---- Begin and end

void syspte_fault_stacks_begin(void);

// ---- Use. Lock: held.

// The call with up to `frames` frames of its stack.
void syspte_fault_stack_of(const syspte_fault_call *call, unsigned frames, syspte_fault_stack *out);

// True if a function of one of these names, the last of which is NULL, is in it.
bool syspte_fault_stack_has(const syspte_fault_stack *stack, const char *const *names);

// True if a line of the log in `text` is about it.
bool syspte_fault_stack_is_in(const syspte_fault_stack *stack, const char *text);

// Keeps a stack for the log, unless it is there already or there is no room.
void syspte_fault_stack_add(const syspte_fault_stack *stack);

// ---- Inspect

bool syspte_fault_stack_is_kept(const syspte_fault_stack *stack);
unsigned syspte_fault_stack_count(void);

#endif
