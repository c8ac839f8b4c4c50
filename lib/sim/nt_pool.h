// SPDX-License-Identifier: MIT
// Pool: blocks that are held by a tag until they are freed. These are the functions behind the
// driver's own, for other components that allocate what a driver then frees: MDLs.
#ifndef SYSPTE_SIM_NT_POOL_H
#define SYSPTE_SIM_NT_POOL_H

#include "sim/blocks.h"
#include "sim/machine.h"

typedef struct syspte_nt_request {
    syspte_window window; // nonpaged or paged
    uint64_t bytes;       // 0 is taken for 1
    uint32_t tag;
    bool zeroed;
    bool cache_aligned;
    bool special; // pages of its own, so that touching past its end faults
    uint64_t counts_as; // bytes that the driver asked for, where they are not these; else 0
} syspte_nt_request;

// A block for the caller of `api`, or NULL. Lock: not held.
void *syspte_nt_allocate(syspte_api api, const syspte_caller *caller,
                         const syspte_nt_request *request);

// Frees a block, whatever its tag, or records that it was freed before. False, and nothing is said:
// no block begins there, nor did one. Lock: not held.
bool syspte_nt_free(syspte_api api, const syspte_caller *caller, void *block);

// True if a block begins there. Lock: not held.
bool syspte_nt_is_block(void *block);

#endif
