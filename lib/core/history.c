// SPDX-License-Identifier: MIT
// A plain ring; searched only when something went wrong.
#include "core/history.h"

uint64_t syspte_history_storage(uint32_t capacity)
{
    return capacity * (uint64_t)sizeof(syspte_ended);
}

void syspte_history_init(syspte_history *history, void *storage, uint32_t capacity)
{
    *history = (syspte_history){.rows = storage, .capacity = capacity};
}

void syspte_history_add(syspte_history *history, const syspte_row *row, uint32_t unmapped,
                        uint64_t order)
{
    if (history->capacity == 0) {
        return;
    }
    // A 64-bit remainder is not to be had in freestanding 32-bit code: count in 32 bits.
    uint32_t at = history->next;
    history->next = at + 1 == history->capacity ? 0 : at + 1;
    history->kept += history->kept < history->capacity;
    history->rows[at] = (syspte_ended){.row = *row, .order = order, .unmapped = unmapped};
}

const syspte_ended *syspte_history_last(const syspte_history *history, uint64_t index)
{
    uint32_t at = history->next;
    for (uint32_t i = 0; i < history->kept; i++) {
        at = (at == 0 ? history->capacity : at) - 1;
        const syspte_row *row = &history->rows[at].row;
        if (index >= row->id && index - row->id < row->pte_count) {
            return &history->rows[at];
        }
    }
    return NULL;
}
