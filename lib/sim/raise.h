// SPDX-License-Identifier: MIT
// Raising an exception in the driver: a jump to the frame it pushed last (syspte_wdk/seh.h), or a
// stop if there is none.
#ifndef SYSPTE_SIM_RAISE_H
#define SYSPTE_SIM_RAISE_H

#include "sim/kernel.h"

// Raises `status` from a call of `api`. Lock: not held. Does not return to the driver's call.
_Noreturn void syspte_raise(syspte_api api, const syspte_caller *caller, NTSTATUS status);

#endif
