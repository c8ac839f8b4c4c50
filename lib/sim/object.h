// SPDX-License-Identifier: MIT
// Objects of a driver that somebody has to give back: locks that are held, routines that are
// queued, devices. Each is a holding of the account with the address as its key, so that scopes and
// the end of the machine report it with its site; who holds it since when is in its context. Their
// ends are not remembered: locks would push everything else out of the history.
// Lock: held, for all of these.
#ifndef SYSPTE_SIM_OBJECT_H
#define SYSPTE_SIM_OBJECT_H

#include "sim/call.h"

// The object of that kind at an address, if it is held. `out` may not be NULL.
bool syspte_object_find(syspte_kind kind, const void *at, syspte_row *out);

// Holds it from this call on. False if it is held already, or if there is no room (told).
bool syspte_object_hold(syspte_call *call, syspte_kind kind, const void *at, uint64_t bytes);

void syspte_object_drop(const syspte_row *row);

// The call that has held it.
const syspte_context *syspte_object_context(const syspte_row *row);

// True if the calling thread made that call.
bool syspte_object_is_mine(const syspte_call *call, const syspte_row *row);

enum {
    SYSPTE_OBJECT_PATIENCE = 10000, // naps of a millisecond
    SYSPTE_OBJECT_TRY = SYSPTE_OBJECT_PATIENCE + 1
};

// Takes a lock for the calling thread, which has waited for it for `naps`. False: another thread
// has it. Where waiting cannot help, because this thread has it, no other is there, or the patience
// is at its end, it stops the machine and does not return; with SYSPTE_OBJECT_TRY it answers false.
bool syspte_object_seize(syspte_call *call, syspte_kind kind, const void *at, uint64_t bytes,
                         unsigned naps);

// Records a violation of `rule` about what `row` holds (NULL: nothing), which never stops.
void syspte_object_violate(syspte_call *call, syspte_rule_id rule, const syspte_row *row,
                           const char *text);

// The same for a call above `limit`.
void syspte_object_irql(syspte_call *call, unsigned limit);

// Records, in a call of its own, that an object was not initialized. Lock: not held.
void syspte_object_uninitialized(syspte_api api, const syspte_caller *caller, const char *what);

// The same for a table of the machine that has no room left.
void syspte_object_full(syspte_api api, const syspte_caller *caller, const char *what);

#endif
