// SPDX-License-Identifier: MIT
// Obstacle: integers whose suffix says how many bits they have.
#include <ntddk.h>
#include "Shared.h"

#define SECOND 10000000i64
#define SMALL  0x7Fi8

LONGLONG SuffixesOfMicrosoft(VOID)
{
    ULONGLONG large = 0xFFFFFFFF00000000UI64;
    LONGLONG interval = -(5 * SECOND);
    C_ASSERT(sizeof(1I64) == 8 && sizeof(1ui32) == 4);
    DbgPrint("%I64d\n", interval);
    return interval + (LONGLONG)(large >> 63I64) + SMALL + 1ui16;
}
