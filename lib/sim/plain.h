// SPDX-License-Identifier: MIT
// The short way of most calls: a right map or unmap, from a place that is known, on a machine on
// which nothing looks at each call. It does what the long way does with what is there already, and
// leaves the rest to syspte_plain_fold, which every other user of the machine runs first: counts,
// and giving back what it has of the pool. That is one freed run, the *waiting* one, which the next
// map of that length most often gets again; and after some maps without an unmap the *lead*, from
// which the next ones are cut. Both only where the pool would choose the same PTEs. Lock: held, in
// all of it.
#ifndef SYSPTE_SIM_PLAIN_H
#define SYSPTE_SIM_PLAIN_H

#include "core/pool_inline.h"
#include "sim/machine.h"

enum {
    SYSPTE_PLAIN_RUN = 32,     // PTEs; longer mappings go the long way
    SYSPTE_PLAIN_STREAK = 32,  // maps without an unmap from which on there is a lead
    SYSPTE_PLAIN_LEAD = 64     // PTEs of it
};

// Gives the waiting run and the lead back to the pool.
void syspte_plain_give(void);

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
    if (SYSPTE_LIKELY(m->plain.waiting_ptes == pte_count)) {
        m->plain.waiting_ptes = 0;
        m->pool.hint.hint = start + pte_count;
        return start;
    }
    start = m->plain.lead;
    if (m->plain.lead_ptes >= pte_count) {
        m->plain.lead += pte_count;
        m->plain.lead_ptes -= pte_count;
        return start;
    }
    return syspte_plain_reserve_other(pte_count);
}

SYSPTE_HOT void syspte_plain_release(uint64_t start, uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    m->plain.streak = 0;
    // Below the hint, and with no free run to join before it: the pool would begin there.
    if (SYSPTE_LIKELY((m->plain.waiting_ptes | m->plain.lead_ptes) == 0 &&
                      start < m->pool.hint.hint &&
                      m->pool.placement == SYSPTE_PLACEMENT_HINT &&
                      (start == 0 || m->pool.tags[start - 1] == 0))) {
        m->plain.waiting = start;
        m->plain.waiting_ptes = pte_count;
    } else {
        syspte_plain_release_other(start, pte_count);
    }
}

#endif
