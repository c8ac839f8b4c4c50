// SPDX-License-Identifier: MIT
// The end of a block that a driver frees, in three steps: the block is claimed under the lock, so
// that of two threads one frees it; its room is looked at, and its bytes overwritten, without the
// lock; then it is detained under the lock.
#ifndef SYSPTE_SIM_RETIRE_H
#define SYSPTE_SIM_RETIRE_H

#include "sim/blocks.h"
#include "sim/call.h"

typedef struct syspte_retired {
    syspte_row row; // of the holding that ended
    unsigned char *block;
    syspte_block_room room;
    uint32_t generation; // of the machine it belongs to
} syspte_retired;

// The first step: the holding ends by this call. Lock: held.
void syspte_retire_claim(syspte_call *call, const syspte_row *row, syspte_retired *out);

// The other two. Lock: not held. Does not return if what was written around the block stops the
// machine.
void syspte_retire_finish(syspte_api api, const syspte_caller *caller,
                          const syspte_retired *retired);

// Records that pages are freed that MDLs still have locked, if any of them are: those that hold
// `row`, from its first one on. Lock: held.
void syspte_retire_check_locks(syspte_call *call, const syspte_row *row, const void *address,
                               uint64_t pages);

#endif
