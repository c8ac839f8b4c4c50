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
    uint32_t capacity;  // at least 1
    uint32_t next;      // the row that is written next
    uint32_t kept;      // rows that hold something
    uint32_t most;      // that may be kept: the capacity, or 0
    syspte_ended none;  // the one row of a history that keeps nothing
} syspte_history;

// ---- Begin and end

uint64_t syspte_history_storage(uint32_t capacity);
// `capacity` may be 0: then nothing is remembered.
void syspte_history_init(syspte_history *history, void *storage, uint32_t capacity);

// ---- Use

// Where the next ended row is put: written by the caller, then kept by the second function.
static inline syspte_ended *syspte_history_slot(syspte_history *history)
{
    return &history->rows[history->next];
}

static inline void syspte_history_keep(syspte_history *history)
{
    // A 64-bit remainder is not to be had in freestanding 32-bit code: count in 32 bits.
    uint32_t next = history->next + 1;
    history->next = next == history->capacity ? 0 : next;
    if (history->kept != history->most) {
        history->kept++;
    }
}

// Remembers a row, instead of the oldest one when the ring is full. Costs: O(1).
static inline void syspte_history_add(syspte_history *history, const syspte_row *row,
                                      uint32_t unmapped, uint64_t order)
{
    syspte_ended *slot = syspte_history_slot(history);
    slot->row = *row;
    slot->order = order;
    slot->unmapped = unmapped;
    syspte_history_keep(history);
}

// ---- Inspect

// The ended row with PTE `index` at its start or inside that ended last; NULL if none is kept.
// Costs: O(capacity).
const syspte_ended *syspte_history_last(const syspte_history *history, uint64_t index);

// The ended row of that id that ended last; NULL if none is kept. Costs: O(capacity).
const syspte_ended *syspte_history_of(const syspte_history *history, uint64_t id);

#endif
