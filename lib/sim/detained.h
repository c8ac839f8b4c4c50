// SPDX-License-Identifier: MIT
// Freed blocks that are kept apart, in order of their end. Lock: held.
#ifndef SYSPTE_SIM_DETAINED_H
#define SYSPTE_SIM_DETAINED_H

#include <stdint.h>

// Forgets what is detained, and sets how many pages may be.
void syspte_detained_begin(uint64_t pages_most);

// Detains a block with that many pages of its own (0: a slot), of which [first, end) is filled with
// SYSPTE_BLOCK_FREED_BYTE; gives older ones back where it is too many.
void syspte_detained_add(uint64_t at, uint64_t pages, unsigned char *first, unsigned char *end);

#endif
