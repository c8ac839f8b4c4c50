// SPDX-License-Identifier: MIT
// An MDL's pages in the address space of a process: no system PTE, a holding instead.
#ifndef SYSPTE_SIM_USER_VIEW_H
#define SYSPTE_SIM_USER_VIEW_H

#include "sim/mdl.h"

// Maps for UserMode; raises where it fails. `irql_parameter`: the first of 0xC4 above APC_LEVEL.
// Lock: not held.
void *syspte_user_view_map(syspte_api api, uint64_t irql_parameter, PMDL mdl, void *requested,
                           const syspte_caller *caller);

// True if the MDL was mapped at that address. Lock: held.
bool syspte_user_view_is(const void *address, const syspte_mdl *mdl);

// True if a view at that address ended before. Lock: held.
bool syspte_user_view_was(const void *address);

// Unmaps it. Lock: held.
void syspte_user_view_unmap(syspte_call *call, const syspte_mdl *mdl, const void *address);

// Ends all of them: the machine does. Lock: held.
void syspte_user_views_drop(void);

#endif
