// SPDX-License-Identifier: MIT
// When the short ways are open, the strict order's and the lanes'; and what the former leaves
// behind.
#include "sim/plain.h"

// Fewer PTEs may be free than ever before.
static void note_peak(void)
{
    syspte_machine *m = &syspte_the;
    uint64_t free = m->pool.pte_free + m->plain.lead_ptes;
    if (free < m->plain.free_least) {
        m->plain.free_least = free;
        m->peak_ptes = m->pool.pte_count - free;
        if (free < m->dense_below) {
            syspte_tables_dense();
        }
    }
}

void syspte_plain_give(void)
{
    syspte_machine *m = &syspte_the;
    uint64_t waiting_ptes = m->plain.waiting_ptes;
    uint64_t lead_ptes = m->plain.lead_ptes;
    note_peak();
    m->plain.waiting_ptes = 0;
    m->plain.lead_ptes = 0;
    if (waiting_ptes != 0) {
        syspte_pool_give(&m->pool, m->plain.waiting, waiting_ptes);
    }
    if (lead_ptes != 0) {
        syspte_pool_give(&m->pool, m->plain.lead, lead_ptes);
    }
}

uint64_t syspte_plain_reserve_other(uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    uint64_t start = SYSPTE_POOL_NONE;
    syspte_plain_give();
    if (++m->plain.streak > SYSPTE_PLAIN_STREAK) {
        start = syspte_pool_take_head(&m->pool, SYSPTE_PLAIN_LEAD);
    }
    if (start != SYSPTE_POOL_NONE) {
        m->plain.lead = start + pte_count;
        m->plain.lead_ptes = SYSPTE_PLAIN_LEAD - pte_count;
        return start;
    }
    start = syspte_pool_take(&m->pool, pte_count);
    note_peak();
    return start;
}

void syspte_plain_release_other(uint64_t start, uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    if ((m->plain.waiting_ptes | m->plain.lead_ptes) != 0) {
        syspte_plain_give();
        syspte_plain_release(start, pte_count);
    } else {
        syspte_pool_give(&m->pool, start, pte_count);
    }
}

void syspte_plain_fold(void)
{
    syspte_machine *m = &syspte_the;
    syspte_pool *pool = &m->pool;
    syspte_plain_give();
    uint64_t change = m->plain.births - m->plain.ends;
    m->account.live_mappings += change;
    m->attributes.live[m->plain.cache] += change;
    m->account.live_ptes = pool->pte_count - pool->pte_free - m->quarantine.ptes - m->lost_ptes -
                           m->elsewhere_ptes;
    m->maps += m->plain.births;
    m->plain.births = m->plain.ends = 0;
    if (pool->touched_low < pool->touched_high) {
        uint64_t length = pool->touched_high - pool->touched_low;
        uint64_t longest = m->account.ledger.longest;
        syspte_ledger_reach(&m->account.ledger, pool->touched_low, length);
        m->account.ledger.longest = longest > SYSPTE_PLAIN_RUN ? longest : SYSPTE_PLAIN_RUN;
    }
}

void syspte_plain_decide(void)
{
    syspte_machine *m = &syspte_the;
    const uint64_t *live = m->attributes.live;
    unsigned cache = live[1] != 0 ? 1 : live[2] != 0 ? 2 : 0;
    bool quiet = m->running != 0 && !m->config.hvci && m->range_count == 0 &&
                 m->quarantine.limit == 0 && !m->video_used && m->fault_plans == 0;
    bool open = quiet && !m->lanes_used && live[0] + live[1] + live[2] == live[cache];
    m->plain.cache = cache;
    m->plain.free_least = m->pool.pte_count - m->peak_ptes;
    syspte_store_release_32(&m->plain.open, open ? m->generation : 0);
    syspte_store_release_32(&m->lanes_open, quiet && m->lanes_used ? m->generation : 0);
}
