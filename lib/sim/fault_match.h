// SPDX-License-Identifier: MIT
// Which calls a plan is about.
#ifndef SYSPTE_SIM_FAULT_MATCH_H
#define SYSPTE_SIM_FAULT_MATCH_H

#include "sim/fault_plan.h"

// True if the call stands at that place. Lock: not needed.
bool syspte_fault_is_at(const syspte_fault_place *place, const syspte_fault_call *call);

// True if the plan counts the call, whatever its stack is. Lock: held.
bool syspte_fault_is_about(const syspte_fault_plan *plan, const syspte_fault_call *call);

// The open scope of that handle, or NULL. Lock: held.
const syspte_scope_row *syspte_fault_scope(syspte_scope handle);

#endif
