// SPDX-License-Identifier: MIT
// Open addressing with linear probing over slots that are at most half full. A row that ends leaves
// no tombstone: the slots behind it move up where that brings them nearer to where their search
// begins, so that no row is ever further away than it was when it was noted. A slot keeps its row's
// hash, so that neither a search nor a move reads the cells of others.
#include "core/ledger_hash.h"
#include "core/assert.h"

static uint32_t hash_of(uint64_t id)
{
    uint64_t hash = id * 0x9E3779B97F4A7C15ull;
    hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93ull;
    return (uint32_t)(hash >> 32);
}

static uint32_t mask_of(const syspte_ledger_hash *ledger)
{
    return 2 * ledger->capacity - 1;
}

static syspte_hash_cell *cell_of(const syspte_ledger_hash *ledger, uint64_t slot)
{
    return &ledger->cells[(uint32_t)slot - 1];
}

uint64_t syspte_ledger_hash_storage(uint32_t capacity)
{
    return capacity * (uint64_t)(2 * sizeof(uint64_t) + sizeof(syspte_hash_cell));
}

void syspte_ledger_hash_init(syspte_ledger_hash *ledger, void *storage, uint32_t capacity,
                             void (*panic)(const char *text))
{
    *ledger =
        (syspte_ledger_hash){.slots = storage, .capacity = capacity, .longest = 1, .panic = panic};
    ledger->cells = (syspte_hash_cell *)(void *)(ledger->slots + 2 * (uint64_t)capacity);
}

// The slot where a search for `id` ends: at its row, or NULL if it has none.
static uint64_t *slot_of(const syspte_ledger_hash *ledger, uint64_t id)
{
    uint32_t hash = hash_of(id);
    if (ledger->count == 0) {
        return NULL; // nor may there be a slot
    }
    for (uint32_t probe = 0; probe < SYSPTE_HASH_PROBES; probe++) {
        uint64_t *slot = &ledger->slots[(hash + probe) & mask_of(ledger)];
        if (*slot == 0) {
            return NULL;
        }
        if (*slot >> 32 == hash && cell_of(ledger, *slot)->row.id == id) {
            return slot;
        }
    }
    return NULL;
}

// The empty slot for a row of that hash; NULL if there is none within reach.
static uint64_t *slot_for(const syspte_ledger_hash *ledger, uint32_t hash)
{
    for (uint32_t probe = 0; probe < SYSPTE_HASH_PROBES; probe++) {
        uint64_t *slot = &ledger->slots[(hash + probe) & mask_of(ledger)];
        if (*slot == 0) {
            return slot;
        }
    }
    return NULL;
}

static void slot_empty(syspte_ledger_hash *ledger, uint64_t *slot)
{
    uint32_t mask = mask_of(ledger);
    uint32_t hole = (uint32_t)(slot - ledger->slots);
    uint32_t at = (hole + 1) & mask;
    for (; ledger->slots[at] != 0; at = (at + 1) & mask) {
        uint32_t home = (uint32_t)(ledger->slots[at] >> 32);
        // Its search begins at the hole or before.
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            ledger->slots[hole] = ledger->slots[at];
            hole = at;
        }
    }
    ledger->slots[hole] = 0;
}

void syspte_ledger_hash_reach(syspte_ledger_hash *ledger, uint64_t id, uint64_t pte_count)
{
    (void)id;
    if (pte_count > ledger->longest) {
        ledger->longest = pte_count;
    }
}

bool syspte_ledger_hash_note(syspte_ledger_hash *ledger, const syspte_row *row)
{
    SYSPTE_ASSERT(ledger, slot_of(ledger, row->id) == NULL);
    if (ledger->count == ledger->capacity) {
        return false;
    }
    uint32_t hash = hash_of(row->id);
    uint64_t *slot = slot_for(ledger, hash);
    if (slot == NULL) {
        return false;
    }
    uint32_t number = ledger->free;
    if (number != 0) {
        ledger->free = cell_of(ledger, number)->next;
    } else {
        number = ++ledger->used;
    }
    *cell_of(ledger, number) = (syspte_hash_cell){.row = *row, .live = true};
    *slot = (uint64_t)hash << 32 | number;
    ledger->count++;
    return true;
}

bool syspte_ledger_hash_find(const syspte_ledger_hash *ledger, uint64_t id, syspte_row *out)
{
    const uint64_t *slot = slot_of(ledger, id);
    if (slot == NULL) {
        return false;
    }
    *out = cell_of(ledger, *slot)->row;
    return true;
}

bool syspte_ledger_hash_strike(syspte_ledger_hash *ledger, const syspte_row *row)
{
    uint64_t *slot = slot_of(ledger, row->id);
    if (slot == NULL) {
        return false;
    }
    uint32_t number = (uint32_t)*slot;
    syspte_hash_cell *cell = cell_of(ledger, number);
    if (cell->row.sequence != row->sequence || cell->row.context != row->context ||
        cell->row.pte_count != row->pte_count || cell->row.reported != row->reported) {
        return false;
    }
    cell->live = false;
    cell->next = ledger->free;
    ledger->free = number;
    ledger->count--;
    slot_empty(ledger, slot);
    return true;
}

void syspte_ledger_hash_strike_alone(syspte_ledger_hash *ledger, const syspte_row *row)
{
    bool struck = syspte_ledger_hash_strike(ledger, row);
    SYSPTE_ASSERT(ledger, struck);
}

void syspte_ledger_hash_mark(syspte_ledger_hash *ledger, const syspte_row *row)
{
    const uint64_t *slot = slot_of(ledger, row->id);
    SYSPTE_ASSERT(ledger, slot != NULL);
    cell_of(ledger, *slot)->row.reported = true;
}

bool syspte_ledger_hash_ended(const syspte_ledger_hash *ledger, uint64_t id, syspte_row *out)
{
    uint64_t last = 0;
    if (slot_of(ledger, id) != NULL) {
        return false;
    }
    for (uint32_t i = 0; i < ledger->used; i++) {
        const syspte_row *row = &ledger->cells[i].row;
        if (row->id == id && row->sequence > last) {
            last = row->sequence;
            *out = *row;
        }
    }
    return last != 0;
}

bool syspte_ledger_hash_holder(const syspte_ledger_hash *ledger, uint64_t index, syspte_row *out)
{
    uint64_t key = syspte_ledger_hash_id(0, index);
    for (uint64_t back = 0; back < ledger->longest && back <= key; back++) {
        const uint64_t *slot = slot_of(ledger, index - back);
        if (slot != NULL) {
            const syspte_row *row = &cell_of(ledger, *slot)->row;
            if (row->pte_count <= back) {
                return false;
            }
            *out = *row;
            return true;
        }
    }
    return false;
}

bool syspte_ledger_hash_next(const syspte_ledger_hash *ledger, uint64_t *cursor, syspte_row *out)
{
    while (*cursor < ledger->used) {
        const syspte_hash_cell *cell = &ledger->cells[(*cursor)++];
        if (cell->live) {
            *out = cell->row;
            return true;
        }
    }
    return false;
}

void syspte_ledger_hash_wipe(syspte_ledger_hash *ledger, void (*zero)(void *from, uint64_t bytes))
{
    uint64_t cursor = 0;
    syspte_row row;
    while (syspte_ledger_hash_next(ledger, &cursor, &row)) {
        slot_empty(ledger, slot_of(ledger, row.id));
    }
    if (ledger->used != 0) {
        zero(ledger->cells, ledger->used * sizeof(syspte_hash_cell));
    }
    ledger->count = ledger->used = ledger->free = 0;
    ledger->longest = 1;
}

// The number of free cells as far as their list leads; more than were ever used if it is broken.
static uint32_t count_free(const syspte_ledger_hash *ledger)
{
    uint32_t count = 0;
    uint32_t number = ledger->free;
    while (number != 0 && count <= ledger->used) {
        if (number > ledger->used || cell_of(ledger, number)->live) {
            return UINT32_MAX;
        }
        number = cell_of(ledger, number)->next;
        count++;
    }
    return count;
}

const char *syspte_ledger_hash_check(const syspte_ledger_hash *ledger)
{
    uint64_t cursor = 0;
    uint32_t live = 0;
    syspte_row row;
    while (syspte_ledger_hash_next(ledger, &cursor, &row)) {
        const uint64_t *slot = slot_of(ledger, row.id);
        live++;
        if (slot == NULL || (uint32_t)*slot != cursor) {
            return "ledger: a live row is not found by its id";
        }
        if (row.pte_count > ledger->longest) {
            return "ledger: a row is longer than any that was noted";
        }
    }
    if (live != ledger->count) {
        return "ledger: the count of live rows is wrong";
    }
    if (count_free(ledger) != ledger->used - live) {
        return "ledger: the list of free rows is broken";
    }
    return NULL;
}
