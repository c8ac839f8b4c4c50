// SPDX-License-Identifier: MIT
// History: the mappings, or the holdings, that ended last, with the site of their end, in a ring.
#ifndef SYSPTE_CORE_HISTORY_H
#define SYSPTE_CORE_HISTORY_H

#include "core/ledger.h"

typedef struct syspte_ended {
    syspte_row row;
    uint64_t order;    // sequence of the end
    uint32_t unmapped; // context of the call that ended it
} syspte_ended;

typedef struct syspte_history {
    syspte_ended *rows; // [capacity]
    uint32_t capacity;
    uint32_t next; // the row that is written next
    uint32_t kept; // rows that hold something
} syspte_history;

// ---- Begin and end

uint64_t syspte_history_storage(uint32_t capacity);
// `capacity` may be 0: then nothing is remembered.
void syspte_history_init(syspte_history *history, void *storage, uint32_t capacity);

// ---- Use

// Remembers a row, instead of the oldest one when the ring is full. Costs: O(1).
static inline void syspte_history_add(syspte_history *history, const syspte_row *row,
                                      uint32_t unmapped, uint64_t order)
{
    uint32_t at = history->next;
    if (history->capacity == 0) {
        return;
    }
    // A 64-bit remainder is not to be had in freestanding 32-bit code: count in 32 bits.
    history->next = at + 1 == history->capacity ? 0 : at + 1;
    history->kept += history->kept < history->capacity;
    history->rows[at].row = *row;
    history->rows[at].order = order;
    history->rows[at].unmapped = unmapped;
}

// ---- Inspect

// The ended row with PTE `index` at its start or inside that ended last; NULL if none is kept.
// Costs: O(capacity).
const syspte_ended *syspte_history_last(const syspte_history *history, uint64_t index);

// The ended row of that id that ended last; NULL if none is kept. Costs: O(capacity).
const syspte_ended *syspte_history_of(const syspte_history *history, uint64_t id);

#endif
