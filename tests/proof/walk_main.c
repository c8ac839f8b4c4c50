// SPDX-License-Identifier: MIT
// proof_walk [STEPS [SEED [EVERY]]]: a walk of STEPS steps for each size and placement of the pool
// and for each size of the hashed ledger, from SEED on, with everything compared after every EVERY
// steps.
#include "proof.h"

#include <stdio.h>
#include <stdlib.h>

enum { LARGE_MOST = 200000 }; // steps of a hashed ledger whose naive twin is slow

static unsigned walk_pools(uint32_t steps, uint64_t seed, uint32_t every, unsigned *failed)
{
    static const struct {
        unsigned pte_count;
        uint64_t scale;
        bool long_runs;
    } shapes[] = {{1, 1, false},     {2, 1, false},    {8, 1, false},    {63, 1, false},
                  {64, 1, false},    {65, 1, false},   {129, 1, false},  {300, 1, false},
                  {1000, 1, false},  {8192, 1, true},  {300, 64, false}, {700, 99, false},
                  {500, 999, false}, {3000, 99, true}, {100, 4097, true}};
    const unsigned walks = sizeof(shapes) / sizeof(shapes[0]) * 2;
    for (unsigned i = 0; i < walks; i++) {
        proof_walk_config config = {.seed = seed + i,
                                    .steps = steps,
                                    .every = every,
                                    .pte_count = shapes[i / 2].pte_count,
                                    .long_runs = shapes[i / 2].long_runs,
                                    .scale = shapes[i / 2].scale,
                                    .placement = i % 2 ? SYSPTE_PLACEMENT_HINT
                                                       : SYSPTE_PLACEMENT_BEST_FIT_TAIL};
        if (config.pte_count * config.scale > 5000) {
            config.every = steps / 10 + 1; // a check looks at every PTE
        }
        *failed += !proof_walk(&config);
    }
    return walks;
}

static unsigned walk_hashes(uint32_t steps, uint64_t seed, uint32_t every, unsigned *failed)
{
    static const struct {
        uint32_t capacity;
        unsigned homes;
    } shapes[] = {{1, 0}, {2, 0}, {4, 1}, {16, 3}, {64, 0}, {256, 9}};
    const unsigned walks = sizeof(shapes) / sizeof(shapes[0]);
    for (unsigned i = 0; i < walks; i++) {
        proof_walk_hash_config config = {
            .seed = seed + i,
            .steps = shapes[i].capacity > 16 && steps > LARGE_MOST ? LARGE_MOST : steps,
            .every = shapes[i].capacity > 16 ? 100 * every : every,
            .capacity = shapes[i].capacity,
            .homes = shapes[i].homes};
        *failed += !proof_walk_hash(&config);
    }
    return walks;
}

int main(int argc, char **argv)
{
    uint32_t steps = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    uint32_t every = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1;
    unsigned failed = 0;
    if (steps == 0 || every == 0) {
        fprintf(stderr, "usage: proof_walk [STEPS [SEED [EVERY]]]\n");
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0); // what was found stands even if a broken pool crashes
    unsigned walks = walk_pools(steps, seed, every, &failed);
    walks += walk_hashes(steps, seed, every, &failed);
    printf("%u steps from seed %llu: %u of %u walks failed\n", steps, (unsigned long long)seed,
           failed, walks);
    return failed != 0;
}
