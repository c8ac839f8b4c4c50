// SPDX-License-Identifier: MIT
// The bitmap with a hint. A search wants the first run of at least n PTEs that starts at or after
// the hint, then the first in the whole pool. It climbs the levels of `longest`: an entry below n
// rules out all runs under it. The entries are upper bounds. Taking a run leaves them as they are;
// a search that goes through a whole group of 64 without success lowers the group's bound to what
// it saw, so each rise pays for at most one such lowering a level. The hint is never inside a free
// run: it is the end of an allocation or the start of a run just made.
#include "core/pool_index.h"
#include "port_inline.h"

static uint32_t saturated(uint64_t length)
{
    return length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
}

void syspte_hint_raise(syspte_pool *pool, uint64_t entry, uint32_t bound)
{
    syspte_pool_hint *hint = &pool->hint;
    for (unsigned level = 0; level <= hint->top && hint->longest[level][entry] < bound; level++) {
        hint->longest[level][entry] = bound;
        entry >>= 6;
    }
}

// The first run of at least `pte_count` PTEs among those that start in one word, at or after bit
// `from`. Without success the word's bound is made exact.
static uint64_t find_in_word(syspte_pool *pool, uint64_t word, unsigned from, uint64_t pte_count)
{
    uint64_t longest = 0;
    for (uint64_t bits = pool->hint.starts[word]; bits != 0; bits &= bits - 1) {
        unsigned bit = syspte_bit_lowest(bits);
        uint64_t length = run_length(pool, word * 64 + bit);
        if (length >= pte_count && bit >= from) {
            return word * 64 + bit;
        }
        if (length > longest) {
            longest = length;
        }
    }
    pool->hint.longest[0][word] = saturated(longest);
    return SYSPTE_POOL_NONE;
}

// Makes the bound above a group of 64 entries as low as they allow. Tables are whole groups long.
static void lower_group(syspte_pool_hint *hint, unsigned level, uint64_t group)
{
    const uint32_t *entries = &hint->longest[level][group << 6];
    uint32_t longest = 0;
    for (unsigned entry = 0; entry < 64; entry++) {
        longest = entries[entry] > longest ? entries[entry] : longest;
    }
    hint->longest[level + 1][group] = longest;
}

// The first run of at least `pte_count` PTEs that starts at or after `from`.
static uint64_t find_from(syspte_pool *pool, uint64_t from, uint64_t pte_count)
{
    syspte_pool_hint *hint = &pool->hint;
    uint32_t bound = saturated(pte_count);
    uint64_t entry = from >> 6;
    uint64_t group = entry >> 6;
    unsigned bit = (unsigned)(from & 63);
    unsigned level = 0;

    for (;;) {
        uint64_t end = (group + 1) << 6; // behind the last entry that is used all are 0
        while (entry < end && hint->longest[level][entry] < bound) {
            entry++;
            bit = 0;
        }
        if (entry < end && level == 0) {
            uint64_t found = find_in_word(pool, entry, bit, pte_count);
            if (found != SYSPTE_POOL_NONE) {
                return found;
            }
            entry++;
            bit = 0;
        } else if (entry < end) {
            level--;
            group = entry;
            entry <<= 6;
        } else if (level == hint->top) {
            return SYSPTE_POOL_NONE;
        } else {
            lower_group(hint, level, group);
            level++;
            entry = group + 1;
            group >>= 6;
        }
    }
}

uint64_t syspte_hint_find(syspte_pool *pool, uint64_t pte_count)
{
    syspte_pool_hint *hint = &pool->hint;
    uint64_t found = SYSPTE_POOL_NONE;
    if (hint->longest[hint->top][0] < saturated(pte_count)) {
        return found;
    }
    if (hint->hint < pool->pte_count) {
        found = find_from(pool, hint->hint, pte_count);
    }
    return found == SYSPTE_POOL_NONE ? find_from(pool, 0, pte_count) : found;
}

uint64_t syspte_hint_largest(syspte_pool *pool)
{
    syspte_pool_hint *hint = &pool->hint;
    // Each search without success lowers the topmost bound to one that some entry below has.
    while (pool->free_blocks != 0) {
        uint64_t found = find_from(pool, 0, hint->longest[hint->top][0]);
        if (found != SYSPTE_POOL_NONE) {
            return run_length(pool, found);
        }
    }
    return 0;
}

const char *syspte_hint_check(const syspte_pool *pool)
{
    const syspte_pool_hint *hint = &pool->hint;
    uint64_t words = (pool->touched_high >> 6) + 1;
    for (uint64_t at = 0; at < pool->pte_count && (at >> 6) < words; at++) {
        // As numbers: gcc 12 with -O1 -fsanitize=shift compares two bools of such bits wrongly.
        uint64_t starts = pool->tags[at] >> 63;
        uint64_t marked = hint->starts[at >> 6] >> (at & 63) & 1;
        if (starts != marked) {
            return "pool: the bitmap of starts is wrong";
        }
        uint64_t entry = at >> 6;
        for (unsigned level = 0; starts && level <= hint->top; level++, entry >>= 6) {
            if (hint->longest[level][entry] < saturated(run_length(pool, at))) {
                return "pool: a bound is below a run under it";
            }
        }
    }
    if (hint->hint > pool->pte_count) {
        return "pool: the hint is outside the pool";
    }
    return NULL;
}
