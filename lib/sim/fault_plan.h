// SPDX-License-Identifier: MIT
// The one point where it is decided whether a call of the driver is made to fail. Each function
// that allocates or maps asks here once, when nothing is wrong with the call and it is about to
// take what can run out; then it answers as if that had run out.
#ifndef SYSPTE_SIM_FAULT_PLAN_H
#define SYSPTE_SIM_FAULT_PLAN_H

#include "sim/machine.h"
#include <syspte/fault.h>

// A call as plans see it.
typedef struct syspte_fault_call {
    syspte_thread *thread;
    const syspte_caller *caller;
    uint64_t how; // SYSPTE_HOW
    uint64_t bytes;
    uint64_t pte_count; // that it is about to take; 0: none
} syspte_fault_call;

enum { SYSPTE_FAULT_PLANS = 8, SYSPTE_FAULTS_KEPT = 256 };

// A plan that is set.
typedef struct syspte_fault_active {
    bool used;
    bool of_loop; // over failures
    syspte_fault_plan plan;
    uint64_t counted;
    uint64_t fired;    // or would have
    uint64_t withheld; // PTEs that are free, but not for the driver
} syspte_fault_active;

typedef struct syspte_fault_state {
    syspte_fault_active plans[SYSPTE_FAULT_PLANS];
    syspte_fault_counts counts;
    uint64_t fired_loop; // by a loop's plan, when it ended
    syspte_failure kept[SYSPTE_FAULTS_KEPT];
} syspte_fault_state;

extern syspte_fault_state syspte_faults;

// ---- Begin and end. Lock: held.

// Forgets the last machine's plans, and what they did.
void syspte_faults_begin(void);

// Ends all plans, or those of a scope: one that made no call fail is recorded.
void syspte_faults_end(void);
void syspte_faults_end_scope(syspte_scope scope);

// ---- A loop over failures. Lock: not held.

// The machine's plan, which has just been set, is the loop's.
void syspte_fault_loop_begin(void);

// False: the loop's plan has ended.
bool syspte_fault_loop_is_on(void);

// ---- Use. Lock: held.

// Only for syspte_fault_now.
bool syspte_fault_ask(const syspte_fault_call *call);

// True: the call has to fail, which is recorded.
static inline bool syspte_fault_now(syspte_thread *thread, const syspte_caller *caller,
                                    uint64_t how, uint64_t bytes, uint64_t pte_count)
{
    if (SYSPTE_LIKELY(syspte_the.fault_plans == 0)) {
        return false;
    }
    syspte_fault_call call = {
        .thread = thread, .caller = caller, .how = how, .bytes = bytes, .pte_count = pte_count};
    return syspte_fault_ask(&call);
}

// PTEs that are free, but not for the driver.
uint64_t syspte_faults_withheld(void);

// ---- Words of findings, which keep them by reference (fault_words.c). Lock: held.

void syspte_fault_words_begin(void);

// A line that stays until the next boot; NULL: there are too many. What is added beyond its end is
// cut off.
syspte_writer *syspte_fault_words_open(void);
// The line that was opened last.
const char *syspte_fault_words(void);

#endif
