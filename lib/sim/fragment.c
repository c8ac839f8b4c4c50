// SPDX-License-Identifier: MIT
// The rest of the system. The wanted free blocks are laid out from the lowest free run upwards,
// each behind a gap that is taken; lengths and gaps vary around their mean, by the seed. It is done
// twice: once to see whether the numbers come out, and once for good.
#include "sim/machine.h"
#include "sim/ptes.h"

#include <syspte/pool.h>

// Where a layout is, and what it still has to do.
typedef struct layout {
    bool for_good;
    uint64_t random;
    uint64_t blocks;        // still to lay
    uint64_t ptes;          // still to leave free, in these
    uint64_t largest;       // 0: the largest is laid
    uint64_t until_largest; // blocks before its turn
    uint64_t room;          // free PTEs from here on
    uint64_t taken;
} layout;

// A number below `bound`, which is not 0. Steele, Lea and Flood's SplitMix64, multiplied down.
static uint64_t random_below(layout *l, uint64_t bound)
{
    uint64_t z = l->random += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return (z ^ z >> 31) % bound;
}

// From `least` to `most`, around the mean of `sum` in `parts` parts.
static uint64_t random_part(layout *l, uint64_t least, uint64_t most, uint64_t sum, uint64_t parts)
{
    uint64_t twice = sum / parts * 2;
    uint64_t high = twice < most ? twice : most;
    return high <= least ? least : least + random_below(l, high - least + 1);
}

// The length of the next block, all blocks but one of which are shorter than the largest or as
// long.
static uint64_t block_length(layout *l, const syspte_pool_shape *shape, uint64_t room)
{
    bool last = l->blocks == 1;
    if (l->largest != 0 && (last || l->until_largest == 0) && l->largest <= room) {
        return l->largest;
    }
    uint64_t others = l->blocks - 1;
    uint64_t reserved = l->largest != 0 ? l->largest : 0; // for the largest, later
    if (last || l->ptes < reserved + others + (reserved == 0)) {
        return last ? l->ptes : 1;
    }
    // Leave at least 1, and at most the largest's length, for each of the others.
    uint64_t later = reserved != 0 ? others - 1 : others;
    uint64_t mine = l->ptes - reserved;
    uint64_t most =
        mine - later < shape->largest_free_block ? mine - later : shape->largest_free_block;
    uint64_t can_take = later > UINT64_MAX / shape->largest_free_block
                            ? UINT64_MAX
                            : later * shape->largest_free_block;
    uint64_t least = mine > can_take ? mine - can_take : 1;
    return random_part(l, least, most, mine, later + 1);
}

static void take(layout *l, uint64_t run, uint64_t start, uint64_t pte_count)
{
    if (pte_count == 0) {
        return;
    }
    l->taken += pte_count;
    if (l->for_good) {
        syspte_pool_carve(&syspte_the.pool, run, start, pte_count);
    }
}

// Lays blocks into the free run [start, end). Whether a block was laid decides if the next one
// needs a gap.
static void lay_run(layout *l, const syspte_pool_shape *shape, uint64_t start, uint64_t end)
{
    uint64_t run = start; // first PTE of what is free and not yet passed
    uint64_t at = start;
    while (l->blocks != 0 && at < end) {
        uint64_t spare =
            l->room > l->ptes + l->blocks - 1 ? l->room - l->ptes - (l->blocks - 1) : 0;
        uint64_t least = at == start ? 0 : 1;
        uint64_t gap = random_part(l, least, spare + least, spare, l->blocks + 1);
        if (gap >= end - at) {
            break;
        }
        uint64_t length = block_length(l, shape, end - at - gap);
        if (length > end - at - gap) {
            break;
        }
        take(l, run, at, gap);
        at += gap;
        run = at;
        at += length;
        l->room -= gap + length;
        l->ptes -= length;
        l->blocks--;
        if (length == l->largest && l->largest != 0) {
            l->largest = 0;
        }
        l->until_largest -= l->until_largest != 0;
    }
    l->room -= end - at;
    take(l, at == start ? start : run, at, end - at);
}

// Lays all blocks. True: the numbers came out.
static bool lay(layout *l, const syspte_pool_shape *shape)
{
    syspte_pool *pool = &syspte_the.pool;
    uint64_t length;
    uint64_t next = 0;
    while ((next = syspte_pool_next_free(pool, next, &length)) != SYSPTE_POOL_NONE) {
        lay_run(l, shape, next, next + length);
        next += length;
        if (next >= pool->pte_count) {
            break;
        }
    }
    return l->blocks == 0 && l->ptes == 0 && l->largest == 0;
}

static layout layout_of(const syspte_pool_shape *shape, bool for_good)
{
    layout l = {.for_good = for_good,
                .random = shape->seed,
                .blocks = shape->free_blocks,
                .ptes = shape->pte_free,
                .largest = shape->largest_free_block,
                .room = syspte_the.pool.pte_free};
    l.until_largest = shape->free_blocks == 0 ? 0 : random_below(&l, shape->free_blocks);
    return l;
}

static const char *complaint_about(const syspte_pool_shape *s)
{
    if (s->free_blocks == 0 || s->largest_free_block == 0) {
        return s->pte_free + s->free_blocks + s->largest_free_block == 0
                   ? NULL
                   : "syspte_pool_fragment: a pool without free blocks has no free PTEs: set "
                     "pte_free, free_blocks and largest_free_block, or none of them";
    }
    if (s->pte_free < s->largest_free_block ||
        s->pte_free - s->largest_free_block < s->free_blocks - 1 ||
        (s->pte_free - 1) / s->largest_free_block >= s->free_blocks) {
        return "syspte_pool_fragment: so many free PTEs cannot be in so many blocks of which the "
               "largest is so long";
    }
    return NULL;
}

// With the lock. NULL if it is done.
static const char *fragment(const syspte_pool_shape *shape)
{
    syspte_machine *m = &syspte_the;
    if (m->pool.pte_count != m->config.pte_count) {
        return "syspte_pool_fragment: this host has tables for a part of the PTEs only";
    }
    layout trial = layout_of(shape, false);
    if (shape->pte_free > m->pool.pte_free || !lay(&trial, shape)) {
        return "syspte_pool_fragment: what is free cannot be made into such a pool: ask for fewer "
               "or shorter blocks, or do it before the driver maps";
    }
    layout l = layout_of(shape, true);
    (void)lay(&l, shape);
    m->elsewhere_ptes += l.taken;
    uint64_t used = m->pool.pte_count - m->pool.pte_free - m->quarantine.ptes;
    m->peak_ptes = used > m->peak_ptes ? used : m->peak_ptes;
    syspte_plain_decide();
    return NULL;
}

bool syspte_pool_fragment(const syspte_pool_shape *shape)
{
    if (!syspte_the.booted) {
        syspte_misused("syspte_pool_fragment needs a machine: call syspte_boot first");
        return false;
    }
    const char *wrong = complaint_about(shape);
    if (wrong == NULL) {
        syspte_world_take();
        wrong = fragment(shape);
        syspte_world_give();
    }
    if (wrong != NULL) {
        syspte_misused(wrong);
    }
    return wrong == NULL;
}

syspte_pool_level syspte_pool_level_of(uint64_t pte_free)
{
    if (!syspte_the.booted) {
        return SYSPTE_POOL_NORMAL;
    }
    const syspte_profile *profile = syspte_the.config.profile;
    return pte_free < profile->free_critical  ? SYSPTE_POOL_CRITICAL
           : pte_free < profile->free_alarm   ? SYSPTE_POOL_ALARM
           : pte_free < profile->free_warning ? SYSPTE_POOL_WARNING
                                              : SYSPTE_POOL_NORMAL;
}

const char *syspte_pool_level_name(syspte_pool_level level)
{
    static const char *const names[] = {"normal", "warning", "alarm", "critical"};
    return (unsigned)level < sizeof(names) / sizeof(names[0]) ? names[level] : "?";
}
