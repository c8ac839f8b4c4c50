// SPDX-License-Identifier: MIT
// Quarantine: freed PTEs wait here, oldest first, so that a stale pointer faults instead of hitting
// the next mapping.
#ifndef SYSPTE_SIM_QUARANTINE_H
#define SYSPTE_SIM_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct syspte_quarantined {
    uint64_t start;
    uint64_t pte_count;
} syspte_quarantined;

typedef struct syspte_quarantine {
    syspte_quarantined *runs; // a ring of `limit` entries
    uint64_t limit;           // PTEs that may wait; 0: none do
    uint64_t first;           // of the ring
    uint64_t count;
    uint64_t ptes; // that wait
} syspte_quarantine;

// ---- Begin and end

uint64_t syspte_quarantine_storage(uint64_t limit);
void syspte_quarantine_init(syspte_quarantine *quarantine, void *storage, uint64_t limit);

// ---- Use

// Adds a run. Needs: fewer than `limit` runs wait. Costs: O(1).
void syspte_quarantine_add(syspte_quarantine *quarantine, uint64_t start, uint64_t pte_count);

// Takes the oldest run out; false if none waits.
bool syspte_quarantine_take(syspte_quarantine *quarantine, syspte_quarantined *out);

#endif
