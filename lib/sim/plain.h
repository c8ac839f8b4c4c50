// SPDX-License-Identifier: MIT
// The short way of most calls: a right map or unmap, from a place that is known, on a machine on
// which nothing looks at each call. It does what the long way does with what is there already, and
// leaves the rest to syspte_plain_fold, which every other user of the machine runs first: counts,
// and giving one freed run back, which the next map of that length most often gets again. That is
// only done where the pool would choose the same run. Lock: held, in all of it.
#ifndef SYSPTE_SIM_PLAIN_H
#define SYSPTE_SIM_PLAIN_H

#include "core/pool_inline.h"
#include "sim/machine.h"

enum { SYSPTE_PLAIN_RUN = 16 }; // PTEs; longer mappings go the long way

// Gives the waiting run back to the pool.
void syspte_plain_give(void);

// The pool has fewer free PTEs than ever before.
void syspte_plain_peak(void);

// True if this thread's call may go the short way now.
static inline bool syspte_plain_is_open(const syspte_thread *thread)
{
    return thread->plain == syspte_load_acquire_32(&syspte_the.plain.open);
}

// The same for the short way through the thread's lane. Lock: not needed.
static inline bool syspte_plain_has_lane(const syspte_thread *thread)
{
    return thread->plain == syspte_load_acquire_32(&syspte_the.lanes_open);
}

static inline uint64_t syspte_plain_reserve(uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    uint64_t start = m->plain.waiting;
    if (m->plain.waiting_ptes == pte_count) {
        m->plain.waiting_ptes = 0;
        m->pool.hint.hint = start + pte_count;
        return start;
    }
    if (m->plain.waiting_ptes != 0) {
        syspte_plain_give();
    }
    start = syspte_pool_take(&m->pool, pte_count);
    if (m->pool.pte_free < m->plain.free_least) {
        syspte_plain_peak();
    }
    return start;
}

static inline void syspte_plain_release(uint64_t start, uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    if (m->plain.waiting_ptes != 0) {
        syspte_plain_give();
    }
    // Below the hint, and with no free run to join before it: the pool would begin there.
    if (start < m->pool.hint.hint && (start == 0 || m->pool.tags[start - 1] == 0) &&
        m->pool.placement == SYSPTE_PLACEMENT_HINT) {
        m->plain.waiting = start;
        m->plain.waiting_ptes = pte_count;
    } else {
        syspte_pool_give(&m->pool, start, pte_count);
    }
}

#endif
