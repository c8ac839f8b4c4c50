// SPDX-License-Identifier: MIT
// Private to the pool: its tags, and what both placement indexes answer.
#ifndef SYSPTE_CORE_POOL_INDEX_H
#define SYSPTE_CORE_POOL_INDEX_H

#include "core/assert.h"
#include "core/pool.h"

#define TAG_FIRST  (1ull << 63)
#define TAG_LAST   (1ull << 62)
#define TAG_LENGTH ((1ull << 34) - 1)

// Length of the free run that starts at `start`.
static inline uint64_t run_length(const syspte_pool *pool, uint64_t start)
{
    return pool->tags[start] & TAG_LENGTH;
}

// A run became free, is taken, or is to be found. `find` answers the start of the run that the
// placement chooses for `pte_count` PTEs, or SYSPTE_POOL_NONE.
void syspte_fit_insert(syspte_pool *pool, uint64_t start, uint64_t length);
void syspte_fit_remove(syspte_pool *pool, uint64_t start, uint64_t length);
uint64_t syspte_fit_find(const syspte_pool *pool, uint64_t pte_count);
uint64_t syspte_fit_largest(const syspte_pool *pool);
const char *syspte_fit_check(const syspte_pool *pool);
// The run at `start` is shortened to `length` at its end. True if that could be done in place.
bool syspte_fit_shorten(syspte_pool *pool, uint64_t start, uint64_t old_length, uint64_t length);

// Raises the bounds above word `entry`. Only for syspte_hint_insert.
void syspte_hint_raise(syspte_pool *pool, uint64_t entry, uint32_t bound);

static inline void syspte_hint_insert(syspte_pool *pool, uint64_t start, uint64_t length)
{
    uint32_t bound = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
    uint64_t entry = start >> 6;
    pool->hint.starts[entry] |= 1ull << (start & 63);
    if (pool->hint.longest[0][entry] < bound) {
        syspte_hint_raise(pool, entry, bound);
    }
}

static inline void syspte_hint_remove(syspte_pool *pool, uint64_t start)
{
    pool->hint.starts[start >> 6] &= ~(1ull << (start & 63));
}

uint64_t syspte_hint_find(syspte_pool *pool, uint64_t pte_count);
uint64_t syspte_hint_largest(syspte_pool *pool);
const char *syspte_hint_check(const syspte_pool *pool);

#endif
