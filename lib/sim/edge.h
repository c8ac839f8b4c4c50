// SPDX-License-Identifier: MIT
// The scopes of a life. Between which two requests one stood is known when it ends: until then it
// has the name of what is under way.
#ifndef SYSPTE_SIM_EDGE_H
#define SYSPTE_SIM_EDGE_H

#include "sim/machine.h"
#include <syspte/scope.h>

// Lock: not held, for all of these. Names are kept by reference.

// Opens one.
syspte_scope syspte_edge_enter(const char *name);

// Gives an open scope another name. Nothing happens if it is none.
void syspte_edge_name(syspte_scope scope, const char *name);

// Runs what is pending, leaves `*scope` under that name, and makes it 0. What grew in its sleeps is
// told as growth, and not as a leak once more. Nothing happens if it is 0.
void syspte_edge_leave(syspte_scope *scope, const char *name);

// Judges what was born in an open scope and is of the device's hardware, under that name, as if it
// were left: mappings of registers, interrupts, what is queued, locks. The scope goes on, and
// judges the rest.
void syspte_edge_judge_hardware(syspte_scope scope, const char *name);

// One sleep that is judged by growth: every one of them, also the first of the machine.
syspte_scope syspte_edge_sleep(void);
void syspte_edge_wake(syspte_scope *scope);

// A scope around them is about to be left: those that are open inside it are left first. A test
// that failed in the middle of a life is told what the driver held there, and not how scopes nest.
void syspte_edges_end(syspte_scope around);

#endif
