// SPDX-License-Identifier: MIT
// The built-ins for bits as GCC documents them: of 0 they are undefined, and here unproven.
#include "arith.h"

static int zeros_below(unsigned long bits)
{
    int zeros = 0;
    //@ assert defined: bits != 0;
    for (; (bits & 1) == 0; bits >>= 1) {
        zeros++;
    }
    return zeros;
}

static int zeros_above(unsigned long bits, unsigned width)
{
    int zeros = 0;
    //@ assert defined: bits != 0;
    for (; bits >> (width - 1 - zeros) == 0;) {
        zeros++;
    }
    return zeros;
}

int __builtin_ctz(unsigned int bits)
{
    return zeros_below(bits);
}

int __builtin_ctzl(unsigned long bits)
{
    return zeros_below(bits);
}

int __builtin_clz(unsigned int bits)
{
    return zeros_above(bits, 32);
}

int __builtin_clzl(unsigned long bits)
{
    return zeros_above(bits, 8 * sizeof bits);
}
