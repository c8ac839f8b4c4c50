// SPDX-License-Identifier: MIT
// The pool behind its quarantine. A reserve that fails gives quarantined runs back, oldest first,
// until it succeeds: a request is refused only when nothing waits any more.
#include "sim/machine.h"

uint64_t syspte_ptes_reserve(uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    syspte_quarantined oldest;
    uint64_t start = syspte_pool_reserve(&m->pool, pte_count);
    while (start == SYSPTE_POOL_NONE && syspte_quarantine_take(&m->quarantine, &oldest)) {
        syspte_pool_release(&m->pool, oldest.start, oldest.pte_count);
        start = syspte_pool_reserve(&m->pool, pte_count);
    }
    if (start != SYSPTE_POOL_NONE) {
        uint64_t taken = m->pool.pte_count - m->pool.pte_free - m->quarantine.ptes;
        if (taken > m->peak_ptes) {
            m->peak_ptes = taken;
        }
        syspte_ledger_reach(&m->account.ledger, start, pte_count);
    }
    return start;
}

void syspte_ptes_release(uint64_t start, uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    syspte_quarantined oldest;
    if (pte_count > m->quarantine.limit) {
        syspte_pool_release(&m->pool, start, pte_count);
        return;
    }
    while (m->quarantine.ptes + pte_count > m->quarantine.limit &&
           syspte_quarantine_take(&m->quarantine, &oldest)) {
        syspte_pool_release(&m->pool, oldest.start, oldest.pte_count);
    }
    syspte_quarantine_add(&m->quarantine, start, pte_count);
}
