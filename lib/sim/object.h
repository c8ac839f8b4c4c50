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

#endif
