// SPDX-License-Identifier: MIT
// The most frequent ways through the hint pool, in line: a mapping cut off the head of the run at
// the hint, and a mapping given back right before a free run. Everything else is in pool.c.
#ifndef SYSPTE_CORE_POOL_INLINE_H
#define SYSPTE_CORE_POOL_INLINE_H

#include "core/pool_index.h"

// Says that [from, to) was written. Only a reserve needs to: what a release writes lies where
// reserves wrote before.
static inline void syspte_pool_touch(syspte_pool *pool, uint64_t from, uint64_t to)
{
    if (from < pool->touched_low) {
        pool->touched_low = from;
    }
    if (to > pool->touched_high) {
        pool->touched_high = to;
    }
}

// syspte_pool_reserve where the run at the hint is so long that it is cut off its head;
// SYSPTE_POOL_NONE where it is not.
static inline uint64_t syspte_pool_take_head(syspte_pool *pool, uint64_t pte_count)
{
    uint64_t run = pool->hint.hint; // always 0 where best fit leads: then left to it
    uint64_t tag = run < pool->pte_count ? pool->tags[run] : 0;
    uint64_t length = tag & TAG_LENGTH;
    if (!(tag & TAG_FIRST) || length < pte_count + 2 || pte_count == 0 ||
        pool->placement != SYSPTE_PLACEMENT_HINT) {
        return SYSPTE_POOL_NONE;
    }
    uint64_t rest = run + pte_count;
    length -= pte_count;
    syspte_hint_remove(pool, run);
    pool->tags[run] = 0;
    pool->tags[rest] = TAG_FIRST | length;
    pool->tags[rest + length - 1] = TAG_LAST | length;
    syspte_hint_insert(pool, rest, length);
    pool->hint.hint = rest;
    pool->pte_free -= pte_count;
    syspte_pool_touch(pool, run, rest + 1);
    return run;
}

// syspte_pool_reserve
static inline uint64_t syspte_pool_take(syspte_pool *pool, uint64_t pte_count)
{
    uint64_t run = syspte_pool_take_head(pool, pte_count);
    return run != SYSPTE_POOL_NONE ? run : syspte_pool_reserve(pool, pte_count);
}

// syspte_pool_release
static inline void syspte_pool_give(syspte_pool *pool, uint64_t start, uint64_t pte_count)
{
    uint64_t end = start + pte_count;
    uint64_t behind = end < pool->pte_count ? pool->tags[end] : 0;
    if (!(behind & TAG_FIRST) || pool->tags[start > 0 ? start - 1 : start] != 0 ||
        pool->placement != SYSPTE_PLACEMENT_HINT || pte_count == 0) {
        syspte_pool_release(pool, start, pte_count);
        return;
    }
    uint64_t length = (behind & TAG_LENGTH) + pte_count;
    syspte_hint_remove(pool, end);
    pool->tags[end] = 0;
    pool->tags[start] = TAG_FIRST | length;
    pool->tags[start + length - 1] = TAG_LAST | length;
    syspte_hint_insert(pool, start, length);
    if (start < pool->hint.hint) {
        pool->hint.hint = start;
    }
    pool->pte_free += pte_count;
}

#endif
