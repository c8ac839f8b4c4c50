// SPDX-License-Identifier: MIT
// proof_exhaustive [DEPTH]: pools of 1 to 8 PTEs, both placements. Without a depth, 7 calls deep,
// and the number of states must be the one written here: a change of it means that the pool or the
// ledger behaves, or keeps its books, in another way.
#include "proof.h"

#include <stdio.h>
#include <stdlib.h>

enum { DEPTH = 7 };

// Best fit and hint.
static const uint64_t expected[8][2] = {
    {3, 3}, {27, 17}, {229, 121}, {1079, 601}, {3962, 2132},
    {11071, 5993}, {26290, 14252}, {54639, 30035},
};

int main(int argc, char **argv)
{
    unsigned depth = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : DEPTH;
    uint64_t states = 0;
    unsigned failed = 0;
    for (unsigned i = 0; i < 16; i++) {
        proof_search search = {.pte_count = i / 2 + 1,
                               .depth = depth,
                               .placement = i % 2 ? SYSPTE_PLACEMENT_HINT
                                                  : SYSPTE_PLACEMENT_BEST_FIT_TAIL};
        failed += !proof_exhaustive(&search);
        states += search.states;
        printf("%u PTEs, placement %d: %llu states\n", search.pte_count, (int)search.placement,
               (unsigned long long)search.states);
        if (depth == DEPTH && search.states != expected[i / 2][i % 2]) {
            printf("    but %llu were expected\n", (unsigned long long)expected[i / 2][i % 2]);
            failed++;
        }
    }
    printf("%llu states, %u calls deep; %u failures\n", (unsigned long long)states, depth, failed);
    return failed != 0;
}
