// SPDX-License-Identifier: MIT
// A plain ring; searched only when something went wrong.
#include "core/history.h"

uint64_t syspte_history_storage(uint32_t capacity)
{
    return capacity * (uint64_t)sizeof(syspte_ended);
}

void syspte_history_init(syspte_history *history, void *storage, uint32_t capacity)
{
    *history = (syspte_history){.rows = storage, .capacity = capacity, .most = capacity};
    if (capacity == 0) {
        history->rows = &history->none;
        history->capacity = 1;
    }
}

// The ended row of that id, or if `inside` that holds that PTE, that ended last.
static const syspte_ended *last(const syspte_history *history, uint64_t id, bool inside)
{
    uint32_t at = history->next;
    for (uint32_t i = 0; i < history->kept; i++) {
        at = (at == 0 ? history->capacity : at) - 1;
        const syspte_row *row = &history->rows[at].row;
        if (row->id == id || (inside && id - row->id < row->pte_count)) {
            return &history->rows[at];
        }
    }
    return NULL;
}

const syspte_ended *syspte_history_last(const syspte_history *history, uint64_t index)
{
    return last(history, index, true);
}

const syspte_ended *syspte_history_of(const syspte_history *history, uint64_t id)
{
    return last(history, id, false);
}
