// SPDX-License-Identifier: MIT
// Which mapping was made through which MDL, as Windows' PTE trackers know it: what the MDL itself
// says is the driver's word. Lock: held.
#ifndef SYSPTE_SIM_TRACKER_H
#define SYSPTE_SIM_TRACKER_H

#include "sim/machine.h"

typedef struct syspte_tracker {
    syspte_row row;    // the live mapping
    uint64_t start_va; // of the MDL when it was mapped
    void *address;     // that the driver was given
    bool twice;        // the MDL was mapped again before it was unmapped
} syspte_tracker;

// Notes that `row` was made through the MDL. One that is there stays the driver's loss.
void syspte_tracker_note(const void *mdl, const void *start_va, const void *address,
                         const syspte_row *row);
// The start of a mapped MDL moved by MmAdvanceMdl.
void syspte_tracker_move(const void *mdl, const void *start_va, const void *address);
// Finds the live mapping of an MDL.
bool syspte_tracker_find(const void *mdl, syspte_tracker *out);
// Forgets what is known of an MDL.
void syspte_tracker_drop(const void *mdl);

// ---- Reserved mappings

// Notes the context of the call that mapped an MDL from PTE `pte` of a reserved mapping on.
void syspte_tracker_place(uint64_t pte, uint32_t context);
// That context; 0 if none is known.
uint32_t syspte_tracker_placed(uint64_t pte);
// What was mapped there is unmapped.
void syspte_tracker_unplace(uint64_t pte);

// Forgets everything: a new machine begins.
void syspte_trackers_begin(void);

#endif
