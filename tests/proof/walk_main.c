// SPDX-License-Identifier: MIT
// proof_walk [STEPS [SEED [EVERY]]]: a walk of STEPS steps for each size and placement, from SEED
// on, with everything compared after every EVERY steps.
#include "proof.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    static const struct {
        unsigned pte_count;
        uint64_t scale;
        bool long_runs;
    } shapes[] = {{1, 1, false},    {2, 1, false},     {8, 1, false},    {63, 1, false},
                  {64, 1, false},   {65, 1, false},    {129, 1, false},  {300, 1, false},
                  {1000, 1, false}, {8192, 1, true},   {300, 64, false}, {700, 99, false},
                  {500, 999, false}, {3000, 99, true}, {100, 4097, true}};
    uint32_t steps = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    uint32_t every = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1;
    unsigned failed = 0;
    if (steps == 0 || every == 0) {
        fprintf(stderr, "usage: proof_walk [STEPS [SEED [EVERY]]]\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]) * 2; i++) {
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
        failed += !proof_walk(&config);
    }
    printf("%u steps from seed %llu: %u of %u walks failed\n", steps, (unsigned long long)seed,
           failed, (unsigned)(sizeof(shapes) / sizeof(shapes[0]) * 2));
    return failed != 0;
}
