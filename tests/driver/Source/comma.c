// SPDX-License-Identifier: MIT
// Obstacle: no arguments, and a comma before them that Microsoft's preprocessor leaves out.
#include <ntddk.h>
#include "Shared.h"

#define Log(Format, ...)  DbgPrint(Format, __VA_ARGS__)
#define LogAt(Level, ...) Log("level " #Level "\n", __VA_ARGS__)

NTSTATUS CommaLeftOut(VOID)
{
    Log("nothing after the text\n");
    LogAt(1);
    Log("something: %d\n", 1);
    return STATUS_SUCCESS;
}

PVOID CommaMapsOverLines(PHYSICAL_ADDRESS Address, PULONG Line)
{
    *Line = __LINE__ + 2;
    // clang-format off
    return MmMapIoSpace(
        Address,
        0x1000,
        MmNonCached);
    // clang-format on
}
