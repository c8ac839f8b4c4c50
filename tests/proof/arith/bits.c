// SPDX-License-Identifier: MIT
// The lowest and the highest set bit of any 64-bit number but 0.
#include "arith.h"

#include "port_inline.h"

int main(void)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        unsigned lowest = syspte_bit_lowest(any_of_depth(bit));
        //@ assert lowest: lowest == bit;
        unsigned highest = syspte_bit_highest(any_of_height(bit));
        //@ assert highest: highest == bit;
    }
    Frama_C_show_each_end();
    return 0;
}
