// SPDX-License-Identifier: MIT
// The storage of a pool of any size: no sum wraps around, and the tables lie in it one behind the
// other, each large enough for its entries, whole groups of 64 bounds included.
#include "arith.h"

#include "core/pool.c"

static void tables_of_hint(unsigned height, uint64_t pte_count)
{
    uint64_t bytes = syspte_pool_storage(pte_count, SYSPTE_PLACEMENT_HINT);
    //@ assert aligned: bytes % 64 == 0;
    //@ assert enough: bytes >= (1ull << height) * 8;
    //@ assert bounded: bytes <= (16ull << height) * 2 + 64 * 64 * 8;
    uint64_t entries = 0;
    for (unsigned level = 0; level < SYSPTE_HINT_LEVELS; level++) {
        entries = hint_entries(pte_count, level);
        //@ assert some: entries >= 1;
        uint64_t group = round_up_group(entries);
        //@ assert whole: group % 256 == 0 && group >= 256;
        uint64_t most = (((2ull << height) - 1) >> 6 * (level + 1)) + 1;
        //@ assert sixty_fourth: entries <= most;
    }
    //@ assert one_at_the_top: entries == 1;
}

static void tables_of_fit(unsigned height, uint64_t pte_count)
{
    uint64_t bytes = syspte_pool_storage(pte_count, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
    //@ assert fit_aligned: bytes % 64 == 0;
    //@ assert fit_bounded: (1ull << height) * 16 <= bytes <= (2ull << height) * 16 + 128;
}

static uint64_t lines_of_64(uint64_t entries, uint64_t bytes_each)
{
    return (entries * bytes_each / 64 + (entries * bytes_each % 64 != 0)) * 64;
}

// To the byte, next to a power of two.
static void exact(uint64_t pte_count)
{
    uint64_t fit = syspte_pool_storage(pte_count, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
    uint64_t tags = lines_of_64(pte_count, 8);
    //@ assert fit_exact: fit == 2 * tags;
    uint64_t hint = tags + lines_of_64(pte_count / 64 + (pte_count % 64 != 0), 8);
    uint64_t entries = pte_count;
    for (unsigned level = 0; level < SYSPTE_HINT_LEVELS; level++) {
        entries = entries / 64 + (entries % 64 != 0);
        hint += lines_of_64(entries / 64 + (entries % 64 != 0), 256);
    }
    uint64_t bytes = syspte_pool_storage(pte_count, SYSPTE_PLACEMENT_HINT);
    //@ assert hint_exact: bytes == hint;
}

int main(void)
{
    exact(1);
    for (unsigned height = 0; height < 32; height++) {
        tables_of_hint(height, any_of_height(height));
        tables_of_fit(height, any_of_height(height));
        exact((2ull << height) - 1);
        exact(2ull << height);
        exact((1ull << height) + 1);
    }
    tables_of_hint(32, SYSPTE_POOL_MAX);
    tables_of_fit(32, SYSPTE_POOL_MAX);
    Frama_C_show_each_end();
    return 0;
}
