// SPDX-License-Identifier: MIT
// Free runs and their joining. A reserve asks the placement's index for a run and cuts the mapping
// off its tail (best fit) or its head (hint). A release looks at the tags of the PTE before and the
// PTE behind, absorbs the runs they belong to and clears the tags that end up inside. Storage is
// one block: tags, then the index of the placement.
#include "core/pool_inline.h"

static uint64_t round_up_64(uint64_t bytes)
{
    return (bytes + 63) & ~63ull;
}

// Bytes of a table of bounds: whole groups of 64.
static uint64_t round_up_group(uint64_t entries)
{
    return ((entries + 63) & ~63ull) * sizeof(uint32_t);
}

static uint64_t hint_entries(uint64_t pte_count, unsigned level)
{
    uint64_t entries = (pte_count + 63) >> 6;
    for (unsigned i = 0; i < level; i++) {
        entries = (entries + 63) >> 6;
    }
    return entries;
}

uint64_t syspte_pool_storage(uint64_t pte_count, syspte_placement placement)
{
    uint64_t bytes = round_up_64(pte_count * sizeof(uint64_t));
    if (placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL) {
        return bytes + round_up_64(pte_count * sizeof(uint32_t[2]));
    }
    bytes += round_up_64(hint_entries(pte_count, 0) * sizeof(uint64_t));
    for (unsigned level = 0; level < SYSPTE_HINT_LEVELS; level++) {
        bytes += round_up_group(hint_entries(pte_count, level));
    }
    return bytes;
}

static void index_insert(syspte_pool *pool, uint64_t start, uint64_t length)
{
    if (pool->placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL) {
        syspte_fit_insert(pool, start, length);
    } else {
        syspte_hint_insert(pool, start, length);
    }
}

static void index_remove(syspte_pool *pool, uint64_t start, uint64_t length)
{
    if (pool->placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL) {
        syspte_fit_remove(pool, start, length);
    } else {
        syspte_hint_remove(pool, start);
    }
}

static void tag_set(syspte_pool *pool, uint64_t start, uint64_t length)
{
    pool->tags[start + length - 1] = TAG_LAST | length;
    pool->tags[start] = (length == 1 ? TAG_FIRST | TAG_LAST : TAG_FIRST) | length;
}

void syspte_pool_init(syspte_pool *pool, void *storage, uint64_t pte_count,
                      syspte_placement placement, void (*panic)(const char *text))
{
    unsigned char *at = storage;
    *pool = (syspte_pool){.pte_count = pte_count,
                          .pte_free = pte_count,
                          .free_blocks = 1,
                          .placement = placement,
                          .touched_low = pte_count,
                          .panic = panic};
    SYSPTE_ASSERT(pool, pte_count >= 1 && pte_count <= SYSPTE_POOL_MAX);
    pool->tags = storage;
    at += round_up_64(pte_count * sizeof(uint64_t));
    if (placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL) {
        pool->fit.links = (uint32_t(*)[2])(void *)at;
    } else {
        pool->hint.starts = (uint64_t *)(void *)at;
        at += round_up_64(hint_entries(pte_count, 0) * sizeof(uint64_t));
        for (unsigned level = 0; level < SYSPTE_HINT_LEVELS; level++) {
            pool->hint.longest[level] = (uint32_t *)(void *)at;
            pool->hint.entries[level] = hint_entries(pte_count, level);
            at += round_up_group(pool->hint.entries[level]);
            if (pool->hint.entries[pool->hint.top] > 1) {
                pool->hint.top = level;
            }
        }
    }
    tag_set(pool, 0, pte_count);
    index_insert(pool, 0, pte_count);
}

static void wipe_range(syspte_pool *pool, uint64_t low, uint64_t high,
                       void (*zero)(void *from, uint64_t bytes))
{
    zero(&pool->tags[low], (high - low) * sizeof(uint64_t));
    if (pool->placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL) {
        // A run's links lie in its first three PTEs: up to two behind the last one touched.
        uint64_t last = pool->pte_count - high < 2 ? pool->pte_count : high + 2;
        zero(pool->fit.links[low], (last - low) * sizeof(uint32_t[2]));
        return;
    }
    // Bits and bounds are few: from PTE 0 on, wherever the first one was taken.
    high = (high + 63) >> 6;
    zero(pool->hint.starts, high * sizeof(uint64_t));
    for (unsigned level = 0; level <= pool->hint.top; level++) {
        zero(pool->hint.longest[level], high * sizeof(uint32_t));
        high = (high + 63) >> 6;
    }
}

void syspte_pool_wipe(syspte_pool *pool, void (*zero)(void *from, uint64_t bytes))
{
    zero(&pool->tags[pool->pte_count - 1], sizeof(uint64_t));
    wipe_range(pool, 0, 1, zero);
    if (pool->touched_low < pool->touched_high) {
        wipe_range(pool, pool->touched_low, pool->touched_high, zero);
    }
}

static uint64_t carve_tail(syspte_pool *pool, uint64_t run, uint64_t length, uint64_t pte_count)
{
    uint64_t rest = length - pte_count;
    pool->tags[run + length - 1] = 0;
    if (rest == 0) {
        pool->tags[run] = 0;
        index_remove(pool, run, length);
        pool->free_blocks--;
    } else if (syspte_fit_shorten(pool, run, length, rest)) {
        tag_set(pool, run, rest);
    } else {
        index_remove(pool, run, length);
        tag_set(pool, run, rest);
        index_insert(pool, run, rest);
    }
    return run + rest;
}

static uint64_t carve_head(syspte_pool *pool, uint64_t run, uint64_t length, uint64_t pte_count)
{
    uint64_t rest = length - pte_count;
    index_remove(pool, run, length);
    pool->tags[run] = 0;
    if (rest == 0) {
        pool->tags[run + length - 1] = 0;
        pool->free_blocks--;
    } else {
        tag_set(pool, run + pte_count, rest);
        index_insert(pool, run + pte_count, rest);
    }
    pool->hint.hint = run + pte_count;
    return run;
}

// What was cut off lies in the range, and so does the tag at the new end of the run.
static uint64_t taken(syspte_pool *pool, uint64_t start, uint64_t pte_count)
{
    pool->pte_free -= pte_count;
    syspte_pool_touch(pool, start == 0 ? 0 : start - 1,
                      start + pte_count < pool->pte_count ? start + pte_count + 1
                                                          : pool->pte_count);
    return start;
}

uint64_t syspte_pool_reserve(syspte_pool *pool, uint64_t pte_count)
{
    uint64_t run = SYSPTE_POOL_NONE;
    if (pte_count - 1 >= pool->pte_free) {
        return run;
    }
    if (pool->placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL) {
        run = syspte_fit_find(pool, pte_count);
        return run == SYSPTE_POOL_NONE
                   ? run
                   : taken(pool, carve_tail(pool, run, run_length(pool, run), pte_count),
                           pte_count);
    }
    // Most often a run starts right at the hint, and is long enough.
    run = pool->hint.hint;
    uint64_t tag = run < pool->pte_count ? pool->tags[run] : 0;
    if (!(tag & TAG_FIRST) || (tag & TAG_LENGTH) < pte_count) {
        run = syspte_hint_find(pool, pte_count);
    }
    return run == SYSPTE_POOL_NONE
               ? run
               : taken(pool, carve_head(pool, run, run_length(pool, run), pte_count), pte_count);
}

// A part of a run that stays free. Returns 1, or 0 if there is none.
static uint64_t part_keep(syspte_pool *pool, uint64_t start, uint64_t length)
{
    if (length == 0) {
        return 0;
    }
    tag_set(pool, start, length);
    index_insert(pool, start, length);
    return 1;
}

void syspte_pool_carve(syspte_pool *pool, uint64_t run, uint64_t start, uint64_t pte_count)
{
    uint64_t length = run_length(pool, run);
    uint64_t before = start - run;
    SYSPTE_ASSERT(pool, pool->tags[run] & TAG_FIRST);
    SYSPTE_ASSERT(pool, before < length && pte_count >= 1 && pte_count <= length - before);
    index_remove(pool, run, length);
    pool->tags[run] = 0;
    pool->tags[run + length - 1] = 0;
    pool->free_blocks += part_keep(pool, run, before);
    pool->free_blocks += part_keep(pool, start + pte_count, length - before - pte_count);
    pool->free_blocks--;
    (void)taken(pool, start, pte_count);
}

void syspte_pool_release(syspte_pool *pool, uint64_t start, uint64_t pte_count)
{
    uint64_t first = start;
    uint64_t end = start + pte_count;
    SYSPTE_ASSERT(pool, pte_count >= 1 && end <= pool->pte_count && end > start);
    if (start > 0 && pool->tags[start - 1] != 0) {
        SYSPTE_ASSERT(pool, pool->tags[start - 1] & TAG_LAST);
        first = start - (pool->tags[start - 1] & TAG_LENGTH);
        index_remove(pool, first, start - first);
        pool->tags[start - 1] = 0;
        pool->free_blocks--;
    }
    if (end < pool->pte_count && pool->tags[end] != 0) {
        SYSPTE_ASSERT(pool, pool->tags[end] & TAG_FIRST);
        uint64_t behind = pool->tags[end] & TAG_LENGTH;
        index_remove(pool, end, behind);
        pool->tags[end] = 0;
        end += behind;
    } else {
        pool->free_blocks++;
    }
    tag_set(pool, first, end - first);
    index_insert(pool, first, end - first);
    pool->pte_free += pte_count;
    if (first < pool->hint.hint) {
        pool->hint.hint = first;
    }
}

uint64_t syspte_pool_largest(syspte_pool *pool)
{
    return pool->placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL ? syspte_fit_largest(pool)
                                                             : syspte_hint_largest(pool);
}

uint64_t syspte_pool_next_free(const syspte_pool *pool, uint64_t from, uint64_t *pte_count)
{
    for (uint64_t at = from; at < pool->pte_count; at++) {
        if (pool->tags[at] & TAG_FIRST) {
            *pte_count = pool->tags[at] & TAG_LENGTH;
            return at;
        }
        if (at >= pool->touched_high) {
            break; // behind it nothing was ever written but the tag of the last PTE
        }
    }
    return SYSPTE_POOL_NONE;
}

bool syspte_pool_ends_free(const syspte_pool *pool, uint64_t *length)
{
    uint64_t tag = pool->tags[pool->pte_count - 1];
    *length = tag & TAG_LENGTH;
    return tag != 0;
}

const char *syspte_pool_check(const syspte_pool *pool)
{
    uint64_t blocks = 0;
    uint64_t free_ptes = 0;
    uint64_t at = 0;
    bool after_free = false;
    while (at < pool->pte_count) {
        uint64_t tag = pool->tags[at];
        if (tag == 0) {
            after_free = false;
            at++;
            continue;
        }
        uint64_t length = tag & TAG_LENGTH;
        if (!(tag & TAG_FIRST) || length == 0 || length > pool->pte_count - at) {
            return "pool: a tag stands inside no free run";
        }
        if (after_free) {
            return "pool: two free runs are adjacent";
        }
        if (pool->tags[at + length - 1] != ((length == 1 ? TAG_FIRST : 0) | TAG_LAST | length)) {
            return "pool: the two ends of a free run disagree";
        }
        for (uint64_t inside = at + 1; inside + 1 < at + length; inside++) {
            if (inside >= pool->touched_high) {
                break;
            }
            if (pool->tags[inside] != 0) {
                return "pool: a tag stands inside a free run";
            }
        }
        blocks++;
        free_ptes += length;
        at += length;
        after_free = true;
    }
    if (blocks != pool->free_blocks) {
        return "pool: the count of free blocks is wrong";
    }
    if (free_ptes != pool->pte_free) {
        return "pool: the count of free PTEs is wrong";
    }
    return pool->placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL ? syspte_fit_check(pool)
                                                             : syspte_hint_check(pool);
}
