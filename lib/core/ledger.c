// SPDX-License-Identifier: MIT
// What is not on the way of every map and unmap; that part is in ledger_inline.h.
#include "core/ledger.h"

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

bool syspte_ledger_ended(const syspte_ledger *ledger, uint64_t id, syspte_row *out)
{
    if (id >= ledger->capacity) {
        return false;
    }
    uint64_t who = syspte_load_acquire(&ledger->cells[id].who);
    if (!(who & SYSPTE_WHO_ENDED)) {
        return false;
    }
    syspte_cell_unpack(&ledger->cells[id], id, who, out);
    if (who & SYSPTE_WHO_LONG) {
        out->bytes = out->pte_count = 0; // the cell behind may be another row's by now
        out->spare = out->front = 0;
        out->scattered = false;
    }
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
        if (row.spare >= row.pte_count || row.front > row.spare) {
            return "ledger: a row has more spare PTEs than it can";
        }
        if (ledger->cells[id].who & SYSPTE_WHO_ENDED) {
            return "ledger: a row is live and ended";
        }
        behind = id + row.pte_count;
    }
    return NULL;
}
