// SPDX-License-Identifier: MIT
// The pool behind its quarantine. A reserve that fails gives quarantined runs back, oldest first,
// until it succeeds: a request is refused only when nothing waits any more. Lock: held.
#ifndef SYSPTE_SIM_PTES_H
#define SYSPTE_SIM_PTES_H

#include "core/pool_inline.h"
#include "sim/machine.h"

// Reserves with what the quarantine gives back. Only for syspte_ptes_reserve.
uint64_t syspte_ptes_recall(uint64_t pte_count);

// Puts freed PTEs into quarantine. Only for syspte_ptes_release.
void syspte_ptes_detain(uint64_t start, uint64_t pte_count);

// A call was refused for want of `pte_count` PTEs: counts it, and notes what the pool had. `text`
// says why if not for want of a run; or NULL.
void syspte_ptes_refused(uint32_t context, uint64_t pte_count, const char *text);

// The pool in numbers: PTEs that no table was lent for are free, too.
syspte_room syspte_ptes_room(void);

// SYSPTE_POOL_NONE if there is no such run, not even with what the quarantine holds.
static inline uint64_t syspte_ptes_reserve(uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    uint64_t start = syspte_pool_take(&m->pool, pte_count);
    if (start == SYSPTE_POOL_NONE) {
        start = syspte_ptes_recall(pte_count);
    }
    if (start != SYSPTE_POOL_NONE) {
        uint64_t taken = m->pool.pte_count - m->pool.pte_free - m->quarantine.ptes;
        if (taken > m->peak_ptes) {
            m->peak_ptes = taken;
        }
        syspte_ledger_reach(&m->account.ledger, start, pte_count);
        if (m->pool.pte_free < m->dense_below) {
            syspte_tables_dense();
        }
    }
    return start;
}

static inline void syspte_ptes_release(uint64_t start, uint64_t pte_count)
{
    if (pte_count > syspte_the.quarantine.limit) {
        syspte_pool_give(&syspte_the.pool, start, pte_count);
    } else {
        syspte_ptes_detain(start, pte_count);
    }
}

#endif
