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
