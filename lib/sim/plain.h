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

// The rest of what follows, where the waiting run is of no use.
uint64_t syspte_plain_reserve_other(uint64_t pte_count);
void syspte_plain_release_other(uint64_t start, uint64_t pte_count);

SYSPTE_HOT uint64_t syspte_plain_reserve(uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    uint64_t start = m->plain.waiting;
    if (m->plain.waiting_ptes != pte_count) {
        return syspte_plain_reserve_other(pte_count);
    }
    m->plain.waiting_ptes = 0;
    m->pool.hint.hint = start + pte_count;
    return start;
}

SYSPTE_HOT void syspte_plain_release(uint64_t start, uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    // Below the hint, and with no free run to join before it: the pool would begin there.
    if (m->plain.waiting_ptes == 0 && start < m->pool.hint.hint &&
        m->pool.placement == SYSPTE_PLACEMENT_HINT &&
        (start == 0 || m->pool.tags[start - 1] == 0)) {
        m->plain.waiting = start;
        m->plain.waiting_ptes = pte_count;
    } else {
        syspte_plain_release_other(start, pte_count);
    }
}

#endif
