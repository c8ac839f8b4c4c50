// SPDX-License-Identifier: MIT
// A naive model of pool and ledger: one array entry a PTE, every question answered by looking at
// all of them. It shares no idea with lib/core, so that an error in one is seen in the other.
#ifndef SYSPTE_TESTS_MODEL_H
#define SYSPTE_TESTS_MODEL_H

#include "core/ledger.h"
#include "core/pool.h"

enum { MODEL_PTES = 8192, MODEL_FREE = -1, MODEL_LOST = -2 };

typedef struct model {
    unsigned pte_count;
    syspte_placement placement;
    unsigned hint;
    uint64_t clock;
    int held_by[MODEL_PTES];       // first PTE of the mapping, MODEL_FREE or MODEL_LOST
    uint64_t freed_at[MODEL_PTES]; // of a free run's first PTE: when the run was made
    syspte_row rows[MODEL_PTES];   // of a mapping's first PTE
    syspte_row ended[MODEL_PTES];  // what a cell still tells; sequence 0: nothing
} model;

// ---- Begin and end

void model_open(model *m, unsigned pte_count, syspte_placement placement);

// ---- Use

// The first PTE of what the placement chooses, and now lost (no mapping holds it yet); -1 if there
// is no run that long.
int model_reserve(model *m, unsigned pte_count);
void model_release(model *m, unsigned start, unsigned pte_count);
void model_note(model *m, const syspte_row *row);
// The mapping ends; its PTEs are lost until they are released.
void model_strike(model *m, unsigned id);

// ---- Inspect

// The row that holds a PTE, or NULL.
const syspte_row *model_holder(const model *m, uint64_t pte);
unsigned model_largest(const model *m);

// NULL, or in which way pool or ledger differ from the model. A PTE of the model is `scale` PTEs of
// the pool; the ledger is compared at scale 1 only.
const char *model_compare(const model *m, syspte_pool *pool, const syspte_ledger *ledger,
                          uint64_t scale);

#endif
