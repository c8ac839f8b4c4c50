// SPDX-License-Identifier: MIT
// Contiguous memory for components that hand it out under a name of their own: common buffers.
#ifndef SYSPTE_SIM_CONTIGUOUS_H
#define SYSPTE_SIM_CONTIGUOUS_H

#include "sim/machine.h"

// Cached memory that ends at or below the physical address `highest`, for the caller of `api`, or
// NULL. Lock: not held.
void *syspte_contiguous_allocate(syspte_api api, const syspte_caller *caller, uint64_t bytes,
                                 uint64_t highest);

// Frees it; what is wrong is said as of MmFreeContiguousMemorySpecifyCache. Lock: not held.
void syspte_contiguous_free(syspte_api api, const syspte_caller *caller, void *address,
                            uint64_t bytes);

#endif
