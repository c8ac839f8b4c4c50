// SPDX-License-Identifier: MIT
// Bit maps, bit by bit: those of drivers are short.
// Source: nf-wdm-rtlinitializebitmap, nf-wdm-rtlfindclearbits, nf-wdm-rtlfindclearbitsandset,
// nf-wdm-rtlfindnextforwardrunclear, nf-wdm-rtlfindlongestrunclear.
#include "sim/kernel.h"

#define NOTHING_FOUND MAXULONG

static bool bit_of(const RTL_BITMAP *map, ULONG bit)
{
    return (map->Buffer[bit / 32] >> (bit % 32) & 1) != 0;
}

static void put(const RTL_BITMAP *map, ULONG from, ULONG count, bool set)
{
    for (ULONG bit = from; bit - from < count && bit < map->SizeOfBitMap; bit++) {
        ULONG mask = 1u << (bit % 32);
        map->Buffer[bit / 32] = set ? map->Buffer[bit / 32] | mask : map->Buffer[bit / 32] & ~mask;
    }
}

// How many bits from `from` on are as asked for, `most` at most.
static ULONG run_of(const RTL_BITMAP *map, ULONG from, ULONG most, bool set)
{
    ULONG count = 0;
    while (count < most && from + count < map->SizeOfBitMap && bit_of(map, from + count) == set) {
        count++;
    }
    return count;
}

static ULONG count_of(const RTL_BITMAP *map, bool set)
{
    ULONG count = 0;
    for (ULONG bit = 0; bit < map->SizeOfBitMap; bit++) {
        count += bit_of(map, bit) == set;
    }
    return count;
}

// ---- Begin and change

VOID RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap)
{
    BitMapHeader->SizeOfBitMap = SizeOfBitMap;
    BitMapHeader->Buffer = BitMapBuffer;
}

// Whole words.
static void fill(const RTL_BITMAP *map, ULONG word)
{
    for (ULONG i = 0; i < (map->SizeOfBitMap + 31) / 32; i++) {
        map->Buffer[i] = word;
    }
}

VOID RtlClearAllBits(PRTL_BITMAP BitMapHeader)
{
    fill(BitMapHeader, 0);
}

VOID RtlSetAllBits(PRTL_BITMAP BitMapHeader)
{
    fill(BitMapHeader, MAXULONG);
}

VOID RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber)
{
    put(BitMapHeader, BitNumber, 1, false);
}

VOID RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber)
{
    put(BitMapHeader, BitNumber, 1, true);
}

VOID RtlClearBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToClear)
{
    put(BitMapHeader, StartingIndex, NumberToClear, false);
}

VOID RtlSetBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet)
{
    put(BitMapHeader, StartingIndex, NumberToSet, true);
}

// ---- Look

BOOLEAN RtlTestBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber)
{
    return BitNumber < BitMapHeader->SizeOfBitMap && bit_of(BitMapHeader, BitNumber);
}

BOOLEAN RtlAreBitsClear(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length)
{
    return Length != 0 && run_of(BitMapHeader, StartingIndex, Length, false) == Length;
}

BOOLEAN RtlAreBitsSet(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length)
{
    return Length != 0 && run_of(BitMapHeader, StartingIndex, Length, true) == Length;
}

ULONG RtlNumberOfClearBits(PRTL_BITMAP BitMapHeader)
{
    return count_of(BitMapHeader, false);
}

ULONG RtlNumberOfSetBits(PRTL_BITMAP BitMapHeader)
{
    return count_of(BitMapHeader, true);
}

// ---- Find

static ULONG find_from(const RTL_BITMAP *map, ULONG from, ULONG count, bool set)
{
    ULONG bit = from;
    while (bit < map->SizeOfBitMap && map->SizeOfBitMap - bit >= count) {
        ULONG run = run_of(map, bit, count, set);
        if (run == count) {
            return bit;
        }
        bit += run + 1;
    }
    return NOTHING_FOUND;
}

// None asked for are found at the hint, rounded down to a byte.
static ULONG find(const RTL_BITMAP *map, ULONG count, ULONG hint, bool set)
{
    ULONG from = hint < map->SizeOfBitMap ? hint : 0;
    if (count == 0) {
        return from & ~7u;
    }
    ULONG found = find_from(map, from, count, set);
    return found != NOTHING_FOUND || from == 0 ? found : find_from(map, 0, count, set);
}

static ULONG find_and_put(const RTL_BITMAP *map, ULONG count, ULONG hint, bool set)
{
    ULONG found = find(map, count, hint, set);
    if (found != NOTHING_FOUND) {
        put(map, found, count, !set);
    }
    return found;
}

ULONG RtlFindClearBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    return find(BitMapHeader, NumberToFind, HintIndex, false);
}

ULONG RtlFindSetBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    return find(BitMapHeader, NumberToFind, HintIndex, true);
}

ULONG RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    return find_and_put(BitMapHeader, NumberToFind, HintIndex, false);
}

ULONG RtlFindSetBitsAndClear(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    return find_and_put(BitMapHeader, NumberToFind, HintIndex, true);
}

ULONG RtlFindNextForwardRunClear(PRTL_BITMAP BitMapHeader, ULONG FromIndex, PULONG StartingRunIndex)
{
    ULONG bit = FromIndex;
    while (bit < BitMapHeader->SizeOfBitMap && bit_of(BitMapHeader, bit)) {
        bit++;
    }
    *StartingRunIndex = bit;
    return run_of(BitMapHeader, bit, MAXULONG, false);
}

ULONG RtlFindFirstRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex)
{
    return RtlFindNextForwardRunClear(BitMapHeader, 0, StartingIndex);
}

ULONG RtlFindLongestRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex)
{
    ULONG longest = 0;
    ULONG start = 0;
    ULONG run = RtlFindFirstRunClear(BitMapHeader, &start);
    *StartingIndex = start;
    for (; run != 0; run = RtlFindNextForwardRunClear(BitMapHeader, start + run, &start)) {
        if (run > longest) {
            longest = run;
            *StartingIndex = start;
        }
    }
    return longest;
}
