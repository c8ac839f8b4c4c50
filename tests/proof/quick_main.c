// SPDX-License-Identifier: MIT
// core_proof_quick [GROUP]: as much as well under a second allows: the unit tests (those of GROUP
// first), short walks, all states four calls deep. The mutants of lib/core must not survive it.
#include "core_test.h"

#include "proof.h"

static bool walks(void)
{
    static const struct {
        unsigned pte_count;
        uint64_t scale;
        uint32_t steps;
        bool long_runs;
    } shapes[] = {{8, 1, 800, false},   {65, 1, 800, false},  {129, 1, 400, false},
                  {300, 1, 300, false}, {4000, 1, 400, true}, {200, 97, 300, false}};
    for (size_t i = 0; i < COUNT_OF(shapes) * 2; i++) {
        proof_walk_config config = {.seed = 100 + i,
                                    .steps = shapes[i / 2].steps,
                                    .every = shapes[i / 2].pte_count > 1000 ? 20 : 1,
                                    .pte_count = shapes[i / 2].pte_count,
                                    .long_runs = shapes[i / 2].long_runs,
                                    .scale = shapes[i / 2].scale,
                                    .placement = i % 2 ? SYSPTE_PLACEMENT_HINT
                                                       : SYSPTE_PLACEMENT_BEST_FIT_TAIL};
        if (config.scale != 1) {
            config.every = config.steps / 2;
        }
        if (!proof_walk(&config)) {
            return false;
        }
    }
    return true;
}

static bool hash_walks(void)
{
    static const struct {
        uint32_t capacity;
        unsigned homes;
    } shapes[] = {{1, 0}, {4, 1}, {16, 3}, {256, 9}};
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        proof_walk_hash_config config = {.seed = 200 + i,
                                         .steps = 1500,
                                         .every = shapes[i].capacity > 16 ? 150 : 1,
                                         .capacity = shapes[i].capacity,
                                         .homes = shapes[i].homes};
        if (!proof_walk_hash(&config)) {
            return false;
        }
    }
    return true;
}

static bool searches(void)
{
    for (unsigned i = 0; i < 16; i++) {
        proof_search search = {.pte_count = i / 2 + 1,
                               .depth = 4,
                               .placement =
                                   i % 2 ? SYSPTE_PLACEMENT_HINT : SYSPTE_PLACEMENT_BEST_FIT_TAIL};
        if (!proof_exhaustive(&search)) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    int ran = 0;
    if (argc > 1 && core_run(argv[1], &ran) != 0) {
        return 1;
    }
    return core_run(NULL, &ran) != 0 || !searches() || !walks() || !hash_walks();
}
