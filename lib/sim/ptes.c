// SPDX-License-Identifier: MIT
// The part of reserve and release that has to do with the quarantine.
#include "sim/ptes.h"

uint64_t syspte_ptes_recall(uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    syspte_quarantined oldest;
    uint64_t start = SYSPTE_POOL_NONE;
    while (start == SYSPTE_POOL_NONE && syspte_quarantine_take(&m->quarantine, &oldest)) {
        syspte_pool_release(&m->pool, oldest.start, oldest.pte_count);
        start = syspte_pool_reserve(&m->pool, pte_count);
    }
    return start;
}

void syspte_ptes_detain(uint64_t start, uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    syspte_quarantined oldest;
    while (m->quarantine.ptes + pte_count > m->quarantine.limit &&
           syspte_quarantine_take(&m->quarantine, &oldest)) {
        syspte_pool_release(&m->pool, oldest.start, oldest.pte_count);
    }
    syspte_quarantine_add(&m->quarantine, start, pte_count);
}
