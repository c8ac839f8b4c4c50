// SPDX-License-Identifier: MIT
// Rows are packed into cells and unpacked from them; only this file knows how. `who` is written
// last and read first, with release and acquire, and its change from live to ended is one
// compare-exchange: that is the claim, and the reason why unmapping needs no lock of its own.
#include "core/ledger.h"
#include "core/assert.h"
#include "core/context.h"
#include "port_inline.h"

#define WHO_CONTEXT  ((1ull << SYSPTE_CONTEXT_BITS) - 1)
#define WHO_LIVE     (1ull << 24)
#define WHO_ENDED    (1ull << 25)
#define WHO_LONG     (1ull << 26) // more than one PTE
#define WHO_REPORTED (1ull << 27)
#define WHO_SEQUENCE 28           // bits to the right of it

#define PAGE_MASK 0xFFFull

uint64_t syspte_ledger_storage(uint64_t capacity)
{
    return capacity * sizeof(syspte_cell);
}

void syspte_ledger_init(syspte_ledger *ledger, void *storage, uint64_t capacity,
                        void (*panic)(const char *text))
{
    *ledger = (syspte_ledger){
        .cells = storage, .capacity = capacity, .low = capacity, .longest = 1, .panic = panic};
}

void syspte_ledger_wipe(syspte_ledger *ledger, void (*zero)(void *from, uint64_t bytes))
{
    if (ledger->low < ledger->high) {
        zero(&ledger->cells[ledger->low], (ledger->high - ledger->low) * sizeof(syspte_cell));
    }
    ledger->low = ledger->capacity;
    ledger->high = 0;
    ledger->longest = 1;
}

void syspte_ledger_reach(syspte_ledger *ledger, uint64_t id, uint64_t pte_count)
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

void syspte_ledger_note(syspte_ledger *ledger, const syspte_row *row)
{
    syspte_cell *cell = &ledger->cells[row->id];
    uint64_t who = row->sequence << WHO_SEQUENCE | WHO_LIVE | row->context;
    SYSPTE_ASSERT(ledger, !(cell->who & WHO_LIVE));
    if (row->pte_count > 1) {
        who |= WHO_LONG;
        SYSPTE_ASSERT(ledger, !(cell[1].who & WHO_LIVE));
        syspte_store_release(&cell[1].who, 0);
        syspte_store_release(&cell[1].what, row->pte_count);
    }
    syspte_store_release(&cell->what,
                         row->physical_address << 12 | (row->bytes & PAGE_MASK));
    syspte_store_release(&cell->who, who);
}

static void unpack(const syspte_cell *cell, uint64_t id, uint64_t who, syspte_row *out)
{
    uint64_t what = syspte_load_acquire(&cell->what);
    uint64_t offset = what >> 12 & PAGE_MASK;
    out->id = id;
    out->physical_address = what >> 12;
    out->pte_count = who & WHO_LONG ? syspte_load_acquire(&cell[1].what) : 1;
    // The longest length that ends in the last page, less what it is too long modulo a page.
    out->bytes = (out->pte_count << 12) - offset;
    out->bytes -= (out->bytes - what) & PAGE_MASK;
    out->sequence = who >> WHO_SEQUENCE;
    out->context = (uint32_t)(who & WHO_CONTEXT);
    out->reported = (who & WHO_REPORTED) != 0;
}

bool syspte_ledger_find(const syspte_ledger *ledger, uint64_t id, syspte_row *out)
{
    if (id >= ledger->capacity) {
        return false;
    }
    uint64_t who = syspte_load_acquire(&ledger->cells[id].who);
    if (!(who & WHO_LIVE)) {
        return false;
    }
    unpack(&ledger->cells[id], id, who, out);
    return true;
}

static uint64_t who_of(const syspte_row *row)
{
    return row->sequence << WHO_SEQUENCE | WHO_LIVE | (row->pte_count > 1 ? WHO_LONG : 0) |
           (row->reported ? WHO_REPORTED : 0) | row->context;
}

bool syspte_ledger_strike(syspte_ledger *ledger, const syspte_row *row)
{
    uint64_t who = who_of(row);
    return syspte_compare_exchange(&ledger->cells[row->id].who, who,
                                   (who & ~WHO_LIVE) | WHO_ENDED) != 0;
}

void syspte_ledger_mark(syspte_ledger *ledger, const syspte_row *row)
{
    uint64_t who = who_of(row);
    (void)syspte_compare_exchange(&ledger->cells[row->id].who, who, who | WHO_REPORTED);
}

bool syspte_ledger_ended(const syspte_ledger *ledger, uint64_t id, syspte_row *out)
{
    if (id >= ledger->capacity) {
        return false;
    }
    uint64_t who = syspte_load_acquire(&ledger->cells[id].who);
    if (!(who & WHO_ENDED)) {
        return false;
    }
    unpack(&ledger->cells[id], id, who, out);
    return true;
}

bool syspte_ledger_holder(const syspte_ledger *ledger, uint64_t index, syspte_row *out)
{
    if (index < ledger->low || index >= ledger->high) {
        return false;
    }
    for (uint64_t back = 0; back < ledger->longest && back <= index - ledger->low; back++) {
        syspte_row row;
        if (syspte_ledger_find(ledger, index - back, &row)) {
            if (row.pte_count <= back) {
                return false;
            }
            *out = row;
            return true;
        }
    }
    return false;
}

bool syspte_ledger_next(const syspte_ledger *ledger, uint64_t *cursor, syspte_row *out)
{
    uint64_t id = *cursor < ledger->low ? ledger->low : *cursor;
    for (; id < ledger->high; id++) {
        uint64_t who = syspte_load_acquire(&ledger->cells[id].who);
        if (who & WHO_LIVE) {
            unpack(&ledger->cells[id], id, who, out);
            *cursor = id + out->pte_count;
            return true;
        }
    }
    *cursor = ledger->high;
    return false;
}

const char *syspte_ledger_check(const syspte_ledger *ledger)
{
    uint64_t behind = 0; // end of the row before
    for (uint64_t id = ledger->low; id < ledger->high; id++) {
        syspte_row row;
        if (!syspte_ledger_find(ledger, id, &row)) {
            continue;
        }
        if (id < behind) {
            return "ledger: two live rows overlap";
        }
        if (row.pte_count == 0 || row.pte_count > ledger->longest ||
            row.pte_count > ledger->high - id) {
            return "ledger: a row is longer than any that was noted";
        }
        if (ledger->cells[id].who & WHO_ENDED) {
            return "ledger: a row is live and ended";
        }
        behind = id + row.pte_count;
    }
    return NULL;
}
