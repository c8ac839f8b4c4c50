// SPDX-License-Identifier: MIT
// A failing walk is cut down to few steps: first to what follows its last restart, then steps are
// left out as long as it still fails.
#ifndef SYSPTE_TESTS_SHRINK_H
#define SYSPTE_TESTS_SHRINK_H

#include <stdbool.h>
#include <stdint.h>

// A walk whose steps depend on their numbers alone.
typedef struct proof_steps {
    void *context;
    // Walks the steps of a list from the beginning. Returns how many were walked when something was
    // wrong, with the words in *wrong; 0 if nothing was. `told`: each step is printed.
    uint32_t (*walk)(void *context, const uint32_t *list, uint32_t count, bool told,
                     const char **wrong);
    // True if that step leaves nothing of what was before.
    bool (*restarts)(void *context, uint32_t step);
} proof_steps;

// Prints the fewest of the first `failed_after` steps that were found to fail.
void proof_shrink(const proof_steps *steps, uint32_t failed_after);

#endif
