// SPDX-License-Identifier: MIT
// Private to the simulated framework: memory objects over memory that somebody else has.
#ifndef SYSPTE_SIM_WDF_MEMORY_H
#define SYSPTE_SIM_WDF_MEMORY_H

#include "sim/wdf.h"

// One over a request's buffer, which is the request's child and goes with it.
NTSTATUS syspte_wdf_memory_over(const syspte_caller *caller, syspte_wdf_object *request,
                                void *buffer, size_t bytes, WDFMEMORY *memory);

#endif
