// SPDX-License-Identifier: MIT
// A few calls on small pools of both placements, each with any length there is: nothing undefined,
// no assertion of the pool's own, no byte outside the lent tables, no invariant broken. Eva follows
// every length apart from the others.
#include "arith.h"

#include "core/pool.c"
#include "core/pool_fit.c"
#include "core/pool_hint.c"

enum { CALLS = 3, TABLE_WORDS = 336 };

static void panic(const char *text)
{
    (void)text;
    //@ assert no_panic: \false;
}

static void one_pool(uint64_t pte_count, syspte_placement placement, const uint64_t *lengths)
{
    uint64_t tables[TABLE_WORDS] = {0};
    syspte_pool pool;
    uint64_t start[CALLS], held[CALLS];
    unsigned count = 0;
    uint64_t bytes = syspte_pool_storage(pte_count, placement);
    //@ assert lent: bytes <= sizeof(tables);
    syspte_pool_init(&pool, tables, pte_count, placement, panic);
    for (unsigned call = 0; call < CALLS; call++) {
        uint64_t which = any(0, 5);
        //@ split which;
        if (which < 4) {
            held[count] = lengths[which];
            start[count] = syspte_pool_reserve(&pool, held[count]);
            count += start[count] != SYSPTE_POOL_NONE;
        } else if (count > 0) {
            uint64_t at = which == 4 ? 0 : count - 1;
            syspte_pool_release(&pool, start[at], held[at]);
            count--;
            start[at] = start[count];
            held[at] = held[count];
        }
        const char *broken = syspte_pool_check(&pool);
        //@ assert whole: broken == \null;
    }
}

int main(void)
{
    static const uint64_t few[] = {1, 2, 3, 4};
    static const uint64_t many[] = {1, 64, 65, 66};
    static const syspte_placement placements[] = {SYSPTE_PLACEMENT_BEST_FIT_TAIL,
                                                  SYSPTE_PLACEMENT_HINT};
    for (unsigned i = 0; i < 2; i++) {
        for (uint64_t pte_count = 1; pte_count <= 4; pte_count++) {
            one_pool(pte_count, placements[i], few);
        }
        one_pool(131, placements[i], many);
    }
    Frama_C_show_each_end();
    return 0;
}
