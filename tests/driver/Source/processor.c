// SPDX-License-Identifier: MIT
// Obstacle: instructions that the compiler has as functions. Ports reach the models of the test;
// what only a processor can answer must not be guessed.
#include <ntddk.h>
#include "Shared.h"

LONG ProcessorsOfPorts(VOID)
{
    ULONG index = 0;
    UCHAR found = _BitScanForward(&index, 0x100);
    __outbyte(0x80, 1);
    return __inbyte(0x80) + (found ? (LONG)index : -1000);
}

ULONGLONG OnlyAProcessorKnows(ULONG Which)
{
    int registers[4];
    switch (Which) {
    case 0:
        return __readmsr(0x1B);
    case 1:
        __cpuid(registers, 1);
        return (ULONGLONG)registers[0];
    default:
        return __readcr0();
    }
}
