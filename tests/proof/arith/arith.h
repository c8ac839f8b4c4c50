// SPDX-License-Identifier: MIT
// For the programs that Frama-C's Eva looks at (tests/checks/arith.sh). Each has a main() that
// calls real code with any value of a range at once; what it asserts, and that nothing undefined
// happens on the way, is proved for every value. They are never run.
#ifndef SYSPTE_PROOF_ARITH_H
#define SYSPTE_PROOF_ARITH_H

#include <stdint.h>

#include <__fc_builtin.h>

// Any value of a range.
static inline uint64_t any(uint64_t least, uint64_t most)
{
    return Frama_C_unsigned_long_long_interval(least, most);
}

// Any value whose highest set bit is `bit`.
static inline uint64_t any_of_height(unsigned bit)
{
    return (1ull << bit) + any(0, (1ull << bit) - 1);
}

// Any value whose lowest set bit is `bit`.
static inline uint64_t any_of_depth(unsigned bit)
{
    return (any(0, UINT64_MAX >> bit >> 1) * 2 + 1) << bit;
}

// Must be called at the end of main(): a proof that never gets there proves nothing.
void Frama_C_show_each_end(void);

#endif
