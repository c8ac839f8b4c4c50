// SPDX-License-Identifier: MIT
// References that other components give a driver.
#ifndef SYSPTE_SIM_REFERENCE_H
#define SYSPTE_SIM_REFERENCE_H

#include "sim/call.h"

// A reference to an object, which the driver gives back with ObDereferenceObject. False: there is
// no room. Lock: not held.
bool syspte_reference_take(syspte_api api, const syspte_caller *caller, void *object);

#endif
