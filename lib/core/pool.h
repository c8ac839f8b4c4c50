// SPDX-License-Identifier: MIT
// The PTE pool: which system PTEs are free, and which run of them the next mapping gets.
//
// Free PTEs form runs; a run is as long as it can be. `tags` has one entry a PTE, non-zero exactly
// at the first and the last PTE of every free run, so that a release finds its neighbours without
// a search. Which runs there are by size or by address is known to the placement's own index:
// pool_fit.c (best fit from the tail) or pool_hint.c (a bitmap with a hint).
#ifndef SYSPTE_CORE_POOL_H
#define SYSPTE_CORE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <syspte/profile.h>

#define SYSPTE_POOL_NONE UINT64_MAX
#define SYSPTE_POOL_MAX  (1ull << 32) // PTEs

enum {
    SYSPTE_FIT_BINS = 64,  // runs of 1 to 64 PTEs have a list each
    SYSPTE_FIT_TREES = 27, // longer ones: a tree for each power of two, 2^6 .. 2^32
    SYSPTE_HINT_LEVELS = 6 // a group of 64 at each level: 64^6 words of 64 PTEs are plenty
};

// Best fit. A run's links are stored at its first PTEs (see pool_fit.c).
typedef struct syspte_pool_fit {
    uint32_t (*links)[2];
    uint64_t bins;                  // bit n: runs of n + 1 PTEs exist
    uint32_t bin[SYSPTE_FIT_BINS];  // the most recent of each size
    uint32_t trees;                 // bit n: tree n is not empty
    uint32_t tree[SYSPTE_FIT_TREES];
} syspte_pool_fit;

// Hint. `starts` has a bit for the first PTE of each free run; longest[0] has for each word of
// `starts` an upper bound of the length of the runs that start in it, longest[k + 1] for each 64
// entries of longest[k]. Bounds rise at once and are lowered when a search finds them too high.
typedef struct syspte_pool_hint {
    uint64_t *starts;
    uint32_t *longest[SYSPTE_HINT_LEVELS];
    uint64_t entries[SYSPTE_HINT_LEVELS];
    unsigned top; // the level with one entry
    uint64_t hint;
} syspte_pool_hint;

typedef struct syspte_pool {
    uint64_t pte_count;
    uint64_t pte_free;
    uint64_t free_blocks;
    uint64_t *tags;
    syspte_placement placement;
    syspte_pool_fit fit;
    syspte_pool_hint hint;
    // Entries of the tables outside [low, high) were never written, but for the tags of the first
    // and the last PTE.
    uint64_t touched_low;
    uint64_t touched_high;
    void (*panic)(const char *text);
} syspte_pool;

// ---- Begin and end

// Bytes of zeroed storage a pool of that many PTEs needs; only what is used of it is touched.
uint64_t syspte_pool_storage(uint64_t pte_count, syspte_placement placement);

// Makes one free run of `pte_count` PTEs in storage lent by the caller, zeroed, aligned to 64.
//
// Needs: 1 <= pte_count <= SYSPTE_POOL_MAX; a placement other than SYSPTE_PLACEMENT_PROFILE.
// Costs: O(1).
void syspte_pool_init(syspte_pool *pool, void *storage, uint64_t pte_count,
                      syspte_placement placement, void (*panic)(const char *text));

// Calls `zero` for each stretch of the storage that was written, so that it can be lent again.
void syspte_pool_wipe(syspte_pool *pool, void (*zero)(void *from, uint64_t bytes));

// ---- Use

// Takes `pte_count` adjacent PTEs and returns the index of the first.
//
// Fails: SYSPTE_POOL_NONE iff no free run is that long, or pte_count is 0.
// Costs: best fit O(32); hint O(64 levels), amortised over the calls.
uint64_t syspte_pool_reserve(syspte_pool *pool, uint64_t pte_count);

// Takes `pte_count` PTEs from `start` out of the free run that begins at `run`, whatever the
// placement would choose.
//
// Needs: `run` begins a free run (syspte_pool_next_free) that [start, start + pte_count) lies in;
// pte_count >= 1.
// Costs: as reserve.
void syspte_pool_carve(syspte_pool *pool, uint64_t run, uint64_t start, uint64_t pte_count);

// Gives PTEs back, and joins them with the free runs before and behind.
//
// Needs: `pte_count` >= 1 PTEs from `start`, none of them free.
// Costs: as reserve.
void syspte_pool_release(syspte_pool *pool, uint64_t start, uint64_t pte_count);

// ---- Inspect

// The length of the longest free run, in PTEs; 0 if there is none.
//
// Costs: found when asked: best fit O(32), hint amortised O(64 levels).
uint64_t syspte_pool_largest(syspte_pool *pool);

// The first free run that starts at or after `from`: its start, or SYSPTE_POOL_NONE.
//
// Costs: O(PTEs passed over).
uint64_t syspte_pool_next_free(const syspte_pool *pool, uint64_t from, uint64_t *pte_count);

// True if the last PTE of the pool is free; `length` receives the length of its run.
bool syspte_pool_ends_free(const syspte_pool *pool, uint64_t *length);

// NULL, or the text of the first broken invariant.
//
// Costs: O(PTEs).
const char *syspte_pool_check(const syspte_pool *pool);

#endif
