// SPDX-License-Identifier: MIT
// The ledger: every live mapping. The simulator's is indexed directly: the row of a mapping is the
// cell of its first PTE, so that finding it costs one load. A cell keeps its row after the end of
// the mapping until another mapping needs it, so that a double unmap still finds the first one.
#ifndef SYSPTE_CORE_LEDGER_H
#define SYSPTE_CORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYSPTE_LEDGER_NO_FRAME UINT64_MAX

typedef struct syspte_row {
    uint64_t id;               // index of the first PTE
    uint64_t physical_address; // of the first byte; below 2^52
    uint64_t bytes;
    uint64_t pte_count; // span of physical_address & 0xFFF and bytes, and `spare`
    uint64_t sequence;  // from 1; below 2^36
    uint32_t context;   // below 2^24
    uint32_t spare;     // of its PTEs, those that map nothing: below 2^12 and below pte_count
    uint32_t front;     // of the spare ones, those in front of the first page: below 2^11
    bool scattered;     // its page frames are not one behind the other: they are noted each
    bool reported;      // a scope has reported it as leaked
} syspte_row;

// A row in 16 bytes. `what`: page frame (40 bits), byte offset (12), bytes modulo 4096 (12). `who`:
// sequence (36), flags (4), context (24). The `what` of the cell behind a row with more than one
// PTE has their count (40), scattered (1), spare (12) and front (11); from it and the offsets
// follow the bytes. The `who` of a cell inside a row, without flags, can hold the page frame of its
// PTE.
typedef struct syspte_cell {
    _Alignas(8) uint64_t what;
    _Alignas(8) uint64_t who;
} syspte_cell;

// Rows that are alike, summed up.
typedef struct syspte_sweep {
    uint64_t count;
    uint64_t physical_first; // the lowest
    uint64_t physical_last;  // the highest, of a last byte
    uint64_t sequence;       // the lowest
} syspte_sweep;

typedef struct syspte_ledger {
    syspte_cell *cells;
    uint64_t capacity; // cells lent: ids are below
    uint64_t low;      // rows are at ids in [low, high)
    uint64_t high;
    uint64_t longest; // PTE count that no row exceeds
    void (*panic)(const char *text);
} syspte_ledger;

// ---- Begin and end

uint64_t syspte_ledger_storage(uint64_t capacity);
void syspte_ledger_init(syspte_ledger *ledger, void *storage, uint64_t capacity,
                        void (*panic)(const char *text));
// Calls `zero` for the storage that was written.
void syspte_ledger_wipe(syspte_ledger *ledger, void (*zero)(void *from, uint64_t bytes));

// ---- Use

// Says that rows will be noted whose PTEs lie in [id, id + pte_count).
//
// Needs: one caller at a time; id + pte_count <= capacity.
static inline void syspte_ledger_reach(syspte_ledger *ledger, uint64_t id, uint64_t pte_count);

// Notes a mapping as live.
//
// Needs: reach was called for its PTEs, and no live row holds any of them.
// Costs: O(1).
static inline void syspte_ledger_note(syspte_ledger *ledger, const syspte_row *row);

// Finds the live row of that id. Fails: false, `out` untouched, if it is not live.
static inline bool syspte_ledger_find(const syspte_ledger *ledger, uint64_t id, syspte_row *out);

// Ends a mapping that was found: the claim. Of several callers exactly one gets true.
static inline bool syspte_ledger_strike(syspte_ledger *ledger, const syspte_row *row);

// Ends a mapping that was found. Needs: one caller at a time.
static inline void syspte_ledger_strike_alone(syspte_ledger *ledger, const syspte_row *row);

// Notes the page frame behind a PTE that is not the first of its row, or any number below 2^60;
// SYSPTE_LEDGER_NO_FRAME: it has none. What a new row's PTEs had before is not cleared.
//
// Needs: `index` is inside a live row.
static inline void syspte_ledger_frame_note(syspte_ledger *ledger, uint64_t index, uint64_t frame);

// The frame that was noted for a PTE, or SYSPTE_LEDGER_NO_FRAME.
static inline uint64_t syspte_ledger_frame(const syspte_ledger *ledger, uint64_t index);

// Finds and ends in one step the live row at `id` if it is the whole of what a call says: `bytes`
// bytes from `offset` in the first page on, `pte_count` PTEs, none of them spare, frames one behind
// the other. Fails: false, `out` untouched. Needs: one caller at a time.
static inline bool syspte_ledger_claim(syspte_ledger *ledger, uint64_t id, uint64_t offset,
                                       uint64_t bytes, uint64_t pte_count, syspte_row *out);

// Gives a live row another context or physical address with the same offset in its page.
//
// Needs: `row` was found, and only these differ. One caller at a time.
static inline void syspte_ledger_amend(syspte_ledger *ledger, const syspte_row *row);

// Marks a live row as reported. Needs: one caller at a time.
static inline void syspte_ledger_mark(syspte_ledger *ledger, const syspte_row *row);

// Marks as reported, and sums up, the live rows in the cells from `id` on that have one PTE each,
// this context and a sequence of at least `since`, and are not yet reported, up to the first cell
// that is none. Returns that cell's id. Needs: one caller at a time.
static inline uint64_t syspte_ledger_sweep(syspte_ledger *ledger, uint64_t id, uint32_t context,
                                           uint64_t since, syspte_sweep *sweep);

// ---- Inspect

// The ended row that the cell of `id` still keeps; false if it keeps none. Its bytes and PTE count
// are known only if it had one PTE; else they are 0.
bool syspte_ledger_ended(const syspte_ledger *ledger, uint64_t id, syspte_row *out);

// The live row that holds PTE `index`, at its start or inside. Costs: O(longest).
bool syspte_ledger_holder(const syspte_ledger *ledger, uint64_t index, syspte_row *out);

// The first live row with an id of at least *cursor, which then points behind it. Start with
// *cursor 0. Costs: a whole walk O(high - low).
static inline bool syspte_ledger_next(const syspte_ledger *ledger, uint64_t *cursor,
                                      syspte_row *out);

// NULL, or the text of the first broken invariant. Costs: O(high - low).
const char *syspte_ledger_check(const syspte_ledger *ledger);

#include "core/ledger_inline.h"

#endif
