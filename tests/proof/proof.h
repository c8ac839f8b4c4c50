// SPDX-License-Identifier: MIT
// The proofs as functions, for their own programs and for the quick one that hunts mutants.
#ifndef SYSPTE_TESTS_PROOF_H
#define SYSPTE_TESTS_PROOF_H

#include "core/pool.h"

// ---- Walk (walk.c)

typedef struct proof_walk_config {
    uint64_t seed;
    uint32_t steps;
    uint32_t every; // steps between two comparisons of everything
    unsigned pte_count;
    bool long_runs; // most mappings are longer than 64 PTEs: the trees of best fit are busy
    uint64_t scale; // PTEs of the pool for one of the model
    syspte_placement placement;
} proof_walk_config;

// True if pool and ledger did as the model did. Otherwise prints the seed and the fewest steps that
// were found to go wrong.
bool proof_walk(const proof_walk_config *config);

// ---- Walk of the hashed ledger (walk_hash.c)

typedef struct proof_walk_hash_config {
    uint64_t seed;
    uint32_t steps;
    uint32_t every;    // steps between two comparisons of everything
    uint32_t capacity; // of the ledger: at most 256
    unsigned homes;    // slots where searches begin: few make long searches; 0: any
} proof_walk_hash_config;

// True if the ledger did as a naive list of rows did. Otherwise prints as proof_walk does.
bool proof_walk_hash(const proof_walk_hash_config *config);

// ---- Exhaustive search (exhaustive.c)

typedef struct proof_search {
    unsigned pte_count; // at most 8
    unsigned depth;     // calls of map and unmap
    syspte_placement placement;
    uint64_t states; // out: that were reached
} proof_search;

// True if every state agrees with the model. Otherwise prints the way to one that does not.
bool proof_exhaustive(proof_search *search);

#endif
