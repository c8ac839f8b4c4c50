// SPDX-License-Identifier: MIT
// The ledger where no small index exists: rows are found by any 64-bit id. The interface is that of
// the direct ledger (ledger.h), with two differences: a table can be full, and its callers lock,
// because the end of one row moves what leads to others.
#ifndef SYSPTE_CORE_LEDGER_HASH_H
#define SYSPTE_CORE_LEDGER_HASH_H

#include "core/ledger.h"

enum {
    SYSPTE_HASH_KEY_BITS = 56, // of an id: a key, and above it a process
    SYSPTE_HASH_PROBES = 128   // a search looks at this many slots and no more
};

typedef struct syspte_hash_cell {
    syspte_row row; // of a free cell: what ended in it
    uint32_t next;  // free: the number of the next free cell, 0 for none
    bool live;
} syspte_hash_cell;

// Rows lie densely, in cells numbered from 1. A slot has the number of a cell in its low half and
// the hash of its row's id in its high half; 0 is an empty slot.
typedef struct syspte_ledger_hash {
    uint64_t *slots;         // [2 * capacity]
    syspte_hash_cell *cells; // [capacity]
    uint32_t capacity;       // live rows that there is room for; a power of two, or 0
    uint32_t count;          // live rows
    uint32_t used;           // cells that ever held a row
    uint32_t free;           // the cell that became free last; 0: none is
    uint64_t longest;        // PTE count that no row exceeds
    void (*panic)(const char *text);
} syspte_ledger_hash;

// ---- Begin and end

// Bytes of zeroed storage for `capacity` rows (a power of two, at most 2^30; or 0).
uint64_t syspte_ledger_hash_storage(uint32_t capacity);
void syspte_ledger_hash_init(syspte_ledger_hash *ledger, void *storage, uint32_t capacity,
                             void (*panic)(const char *text));
// Makes what was written zeros again. Costs: O(cells used).
void syspte_ledger_hash_wipe(syspte_ledger_hash *ledger, void (*zero)(void *from, uint64_t bytes));

// ---- Use: one caller at a time

// The id of a key (its low 56 bits) in the address space of a process; 0 is the system's. For a
// mapping the key is the number of its first page: then its holder is found from each page.
static inline uint64_t syspte_ledger_hash_id(uint8_t process, uint64_t key)
{
    return (uint64_t)process << SYSPTE_HASH_KEY_BITS | (key & ((1ull << SYSPTE_HASH_KEY_BITS) - 1));
}

// Says that rows of up to `pte_count` PTEs will be noted.
void syspte_ledger_hash_reach(syspte_ledger_hash *ledger, uint64_t id, uint64_t pte_count);

// Notes a row as live.
//
// Fails: false if all cells are live, or if no slot is empty within the reach of a search.
// Needs: reach was called, and no live row has that id.
// Costs: O(1) expected, never more than SYSPTE_HASH_PROBES slots.
bool syspte_ledger_hash_note(syspte_ledger_hash *ledger, const syspte_row *row);

// Finds the live row of that id. Fails: false, `out` untouched, if it is not live.
bool syspte_ledger_hash_find(const syspte_ledger_hash *ledger, uint64_t id, syspte_row *out);

// Ends a row that was found: the claim. False if that very row is not live any more.
// Costs: O(1) expected; no trace of it stays in the slots.
bool syspte_ledger_hash_strike(syspte_ledger_hash *ledger, const syspte_row *row);

// The same where it must be live.
void syspte_ledger_hash_strike_alone(syspte_ledger_hash *ledger, const syspte_row *row);

// Marks a live row as reported.
void syspte_ledger_hash_mark(syspte_ledger_hash *ledger, const syspte_row *row);

// ---- Inspect

// The row of that id that ended last, whole, if its cell still keeps it; false if the cell is used
// again, or if the id is live. Costs: O(cells used).
bool syspte_ledger_hash_ended(const syspte_ledger_hash *ledger, uint64_t id, syspte_row *out);

// The live row that holds the page `index`, at its start or inside, in the same process.
// Costs: O(longest).
bool syspte_ledger_hash_holder(const syspte_ledger_hash *ledger, uint64_t index, syspte_row *out);

// The next live row, in no order that means anything (but the same in every run); *cursor begins
// with 0. Rows may end during a walk. Costs: a whole walk O(cells used).
bool syspte_ledger_hash_next(const syspte_ledger_hash *ledger, uint64_t *cursor, syspte_row *out);

// NULL, or the text of the first broken invariant. Costs: O(cells used).
const char *syspte_ledger_hash_check(const syspte_ledger_hash *ledger);

#endif
