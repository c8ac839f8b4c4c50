// SPDX-License-Identifier: MIT
// Where best fit looks for a length: the tree and the path of any length that a pool can have, and
// the list or tree that is chosen for any set of lists and trees that are not empty. Every shift is
// by less than the width, every index within its table.
#include "arith.h"

#include "core/pool_fit.c"

enum { RUNS = 4 };

static void panic(const char *text)
{
    (void)text;
    //@ assert no_panic: \false;
}

static void tree_and_path(unsigned height)
{
    uint64_t length = height == 32 ? 1ull << 32 : any_of_height(height);
    unsigned tree = tree_of(length);
    //@ assert tree: tree == height - 6;
    //@ assert within: tree < SYSPTE_FIT_TREES;
    uint64_t path = path_of(length);
    //@ assert below_the_highest: height == 63 || path % (1ull << (64 - height)) == 0;
    (void)path;
}

// Of any lists that are not empty, the shortest one from `pte_count` on is found.
static void list_is_found(unsigned pte_count, unsigned shortest)
{
    static uint32_t links[RUNS][2];
    syspte_pool pool = {.pte_count = RUNS, .panic = panic, .fit = {.links = links}};
    for (unsigned bin = 0; bin < SYSPTE_FIT_BINS; bin++) {
        pool.fit.bin[bin] = bin;
    }
    pool.fit.bins = any_of_depth(shortest);
    uint64_t found = syspte_fit_find(&pool, pte_count);
    //@ assert found: found == shortest;
}

static void longest_list(unsigned height)
{
    syspte_pool pool = {.panic = panic};
    pool.fit.bins = any_of_height(height);
    uint64_t largest = syspte_fit_largest(&pool);
    //@ assert largest: largest == height + 1;
}

int main(void)
{
    static const unsigned counts[] = {1, 2, 31, 33, 63, 64};
    for (unsigned height = 6; height <= 32; height++) {
        tree_and_path(height);
    }
    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        for (unsigned shortest = counts[i] - 1; shortest < SYSPTE_FIT_BINS; shortest++) {
            list_is_found(counts[i], shortest);
        }
    }
    for (unsigned height = 0; height < 64; height++) {
        longest_list(height);
    }
    Frama_C_show_each_end();
    return 0;
}
