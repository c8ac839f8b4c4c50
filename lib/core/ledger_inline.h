// SPDX-License-Identifier: MIT
// The part of the ledger that every map, unmap and walk goes through. Only it knows how rows are
// packed into cells. `who` is written last and read first, with release and acquire, and its change
// from live to ended is one compare-exchange: that is the claim.
#ifndef SYSPTE_CORE_LEDGER_INLINE_H
#define SYSPTE_CORE_LEDGER_INLINE_H

#include "core/assert.h"
#include "core/context.h"
#include "port_inline.h"

#define SYSPTE_WHO_CONTEXT  ((1ull << SYSPTE_CONTEXT_BITS) - 1)
#define SYSPTE_WHO_LIVE     (1ull << 24)
#define SYSPTE_WHO_ENDED    (1ull << 25)
#define SYSPTE_WHO_LONG     (1ull << 26) // more than one PTE
#define SYSPTE_WHO_REPORTED (1ull << 27)
#define SYSPTE_WHO_SEQUENCE 28 // bits to the right of it

#define SYSPTE_OFFSET_MASK 0xFFFull

#define SYSPTE_BEHIND_COUNT     ((1ull << 40) - 1)
#define SYSPTE_BEHIND_SCATTERED (1ull << 40)
#define SYSPTE_BEHIND_FRONT     41 // bits to the right of it
#define SYSPTE_BEHIND_SPARE     52 // bits to the right of it
#define SYSPTE_FRONT_MASK       0x7FFull

static inline void syspte_ledger_reach(syspte_ledger *ledger, uint64_t id, uint64_t pte_count)
{
    SYSPTE_ASSERT(ledger, id + pte_count <= ledger->capacity);
    if (id < ledger->low) {
        ledger->low = id;
    }
    if (id + pte_count > ledger->high) {
        ledger->high = id + pte_count;
    }
    if (pte_count > ledger->longest) {
        ledger->longest = pte_count;
    }
}

static inline void syspte_ledger_note(syspte_ledger *ledger, const syspte_row *row)
{
    syspte_cell *cell = &ledger->cells[row->id];
    uint64_t who = row->sequence << SYSPTE_WHO_SEQUENCE | SYSPTE_WHO_LIVE | row->context;
    // Written before anything is read: a page of a fresh table then faults once and not twice.
    syspte_store_release(&cell->what,
                         row->physical_address << 12 | (row->bytes & SYSPTE_OFFSET_MASK));
    SYSPTE_ASSERT(ledger, !(cell->who & SYSPTE_WHO_LIVE));
    if (row->pte_count > 1) {
        who |= SYSPTE_WHO_LONG;
        syspte_store_release(&cell[1].what, row->pte_count |
                                                (uint64_t)row->spare << SYSPTE_BEHIND_SPARE |
                                                (uint64_t)row->front << SYSPTE_BEHIND_FRONT |
                                                (row->scattered ? SYSPTE_BEHIND_SCATTERED : 0));
        SYSPTE_ASSERT(ledger, !(cell[1].who & SYSPTE_WHO_LIVE));
        syspte_store_release(&cell[1].who, 0);
    }
    syspte_store_release(&cell->who, who);
}

static inline void syspte_cell_unpack(const syspte_cell *cell, uint64_t id, uint64_t who,
                                      syspte_row *out)
{
    uint64_t what = syspte_load_acquire(&cell->what);
    uint64_t offset = what >> 12 & SYSPTE_OFFSET_MASK;
    out->id = id;
    out->physical_address = what >> 12;
    uint64_t behind = who & SYSPTE_WHO_LONG ? syspte_load_acquire(&cell[1].what) : 1;
    out->pte_count = behind & SYSPTE_BEHIND_COUNT;
    out->spare = (uint32_t)(behind >> SYSPTE_BEHIND_SPARE);
    out->front = (uint32_t)(behind >> SYSPTE_BEHIND_FRONT & SYSPTE_FRONT_MASK);
    out->scattered = (behind & SYSPTE_BEHIND_SCATTERED) != 0;
    // The longest length that ends in the last page, less what it is too long modulo a page.
    out->bytes = ((out->pte_count - out->spare) << 12) - offset;
    out->bytes -= (out->bytes - what) & SYSPTE_OFFSET_MASK;
    out->sequence = who >> SYSPTE_WHO_SEQUENCE;
    out->context = (uint32_t)(who & SYSPTE_WHO_CONTEXT);
    out->reported = (who & SYSPTE_WHO_REPORTED) != 0;
}

static inline bool syspte_ledger_find(const syspte_ledger *ledger, uint64_t id, syspte_row *out)
{
    if (id >= ledger->capacity) {
        return false;
    }
    uint64_t who = syspte_load_acquire(&ledger->cells[id].who);
    if (!(who & SYSPTE_WHO_LIVE)) {
        return false;
    }
    syspte_cell_unpack(&ledger->cells[id], id, who, out);
    return true;
}

static inline uint64_t syspte_cell_who(const syspte_row *row)
{
    return row->sequence << SYSPTE_WHO_SEQUENCE | SYSPTE_WHO_LIVE |
           (row->pte_count > 1 ? SYSPTE_WHO_LONG : 0) | (row->reported ? SYSPTE_WHO_REPORTED : 0) |
           row->context;
}

static inline bool syspte_ledger_strike(syspte_ledger *ledger, const syspte_row *row)
{
    uint64_t who = syspte_cell_who(row);
    uint64_t ended = (who & ~SYSPTE_WHO_LIVE) | SYSPTE_WHO_ENDED;
    return syspte_compare_exchange(&ledger->cells[row->id].who, who, ended) != 0;
}

// The same where nobody else can end it at the same time: without the price of an exchange.
static inline void syspte_ledger_strike_alone(syspte_ledger *ledger, const syspte_row *row)
{
    uint64_t *who = &ledger->cells[row->id].who;
    SYSPTE_ASSERT(ledger, *who >> SYSPTE_WHO_SEQUENCE == row->sequence && (*who & SYSPTE_WHO_LIVE));
    // It is live and has not ended: both change.
    syspte_store_release(who, *who ^ (SYSPTE_WHO_LIVE | SYSPTE_WHO_ENDED));
}

static inline bool syspte_ledger_claim(syspte_ledger *ledger, uint64_t id, uint64_t offset,
                                       uint64_t bytes, uint64_t pte_count, syspte_row *out)
{
    if (id >= ledger->capacity) {
        return false;
    }
    syspte_cell *cell = &ledger->cells[id];
    uint64_t who = syspte_load_acquire(&cell->who);
    uint64_t what = syspte_load_acquire(&cell->what);
    uint64_t behind = who & SYSPTE_WHO_LONG ? syspte_load_acquire(&cell[1].what) : 1;
    uint64_t asked = offset << 12 | (bytes & SYSPTE_OFFSET_MASK);
    if (!SYSPTE_LIKELY((who & SYSPTE_WHO_LIVE) && behind == pte_count &&
                       (what ^ asked) << 40 == 0)) {
        return false;
    }
    syspte_store_release(&cell->who, who ^ (SYSPTE_WHO_LIVE | SYSPTE_WHO_ENDED));
    // One by one: made as a whole and then copied it would take twice the time.
    out->id = id;
    out->physical_address = what >> 12;
    out->bytes = bytes;
    out->pte_count = pte_count;
    out->sequence = who >> SYSPTE_WHO_SEQUENCE;
    out->context = (uint32_t)(who & SYSPTE_WHO_CONTEXT);
    out->spare = 0;
    out->front = 0;
    out->scattered = false;
    out->reported = (who & SYSPTE_WHO_REPORTED) != 0;
    return true;
}

static inline void syspte_ledger_frame_note(syspte_ledger *ledger, uint64_t index, uint64_t frame)
{
    uint64_t *who = &ledger->cells[index].who;
    uint64_t one_more = frame + 1; // 0: none
    SYSPTE_ASSERT(ledger, !(*who & SYSPTE_WHO_LIVE));
    syspte_store_release(who, (one_more & SYSPTE_WHO_CONTEXT) |
                                  one_more >> SYSPTE_CONTEXT_BITS << SYSPTE_WHO_SEQUENCE);
}

static inline uint64_t syspte_ledger_frame(const syspte_ledger *ledger, uint64_t index)
{
    uint64_t who = syspte_load_acquire(&ledger->cells[index].who);
    if (who & (SYSPTE_WHO_LIVE | SYSPTE_WHO_ENDED)) {
        return SYSPTE_LEDGER_NO_FRAME;
    }
    return ((who >> SYSPTE_WHO_SEQUENCE << SYSPTE_CONTEXT_BITS) | (who & SYSPTE_WHO_CONTEXT)) - 1;
}

static inline void syspte_ledger_amend(syspte_ledger *ledger, const syspte_row *row)
{
    syspte_cell *cell = &ledger->cells[row->id];
    uint64_t who = syspte_cell_who(row);
    SYSPTE_ASSERT(ledger, (cell->who & ~SYSPTE_WHO_CONTEXT) == (who & ~SYSPTE_WHO_CONTEXT));
    syspte_store_release(&cell->what,
                         row->physical_address << 12 | (row->bytes & SYSPTE_OFFSET_MASK));
    syspte_store_release(&cell->who, who);
}

static inline void syspte_ledger_mark(syspte_ledger *ledger, const syspte_row *row)
{
    syspte_store_release(&ledger->cells[row->id].who, syspte_cell_who(row) | SYSPTE_WHO_REPORTED);
}

static inline uint64_t syspte_ledger_sweep(syspte_ledger *ledger, uint64_t id, uint32_t context,
                                           uint64_t since, syspte_sweep *sweep)
{
    const uint64_t alike = SYSPTE_WHO_LIVE | context;
    const uint64_t begin = id;
    uint64_t least = UINT64_MAX; // of `what`, which physical addresses lead
    uint64_t oldest = UINT64_MAX; // of `who`, which sequences lead
    uint64_t last = 0;
    for (; id < ledger->high; id++) {
        syspte_cell *cell = &ledger->cells[id];
        uint64_t who = syspte_load_acquire(&cell->who);
        uint64_t what = syspte_load_acquire(&cell->what);
        uint64_t end = (what >> 12) + ((what - 1) & SYSPTE_OFFSET_MASK);
        if ((who ^ alike) << (64 - SYSPTE_WHO_SEQUENCE) != 0 ||
            who >> SYSPTE_WHO_SEQUENCE < since) {
            break;
        }
        syspte_store_release(&cell->who, who | SYSPTE_WHO_REPORTED);
        least = what < least ? what : least;
        oldest = who < oldest ? who : oldest;
        last = end > last ? end : last;
    }
    *sweep = (syspte_sweep){.count = id - begin,
                            .physical_first = least >> 12,
                            .physical_last = last,
                            .sequence = oldest >> SYSPTE_WHO_SEQUENCE};
    return id;
}

static inline bool syspte_ledger_next(const syspte_ledger *ledger, uint64_t *cursor,
                                      syspte_row *out)
{
    uint64_t id = *cursor < ledger->low ? ledger->low : *cursor;
    for (; id < ledger->high; id++) {
        uint64_t who = syspte_load_acquire(&ledger->cells[id].who);
        if (who & SYSPTE_WHO_LIVE) {
            syspte_cell_unpack(&ledger->cells[id], id, who, out);
            *cursor = id + out->pte_count;
            return true;
        }
    }
    *cursor = ledger->high;
    return false;
}

#endif
