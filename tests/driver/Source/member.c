// SPDX-License-Identifier: MIT
// Obstacle: a table of routines with members of their names, and a routine declared again.
#include <ntddk.h>
#include "Shared.h"

PVOID MmMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                   MEMORY_CACHING_TYPE CacheType);

typedef struct _ROUTINES {
    PVOID (*MmMapIoSpace)(PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE);
    VOID (*MmUnmapIoSpace)(PVOID, SIZE_T);
} ROUTINES;

LONG MemberNamedLikeARoutine(PHYSICAL_ADDRESS Address)
{
    ROUTINES routines = {MmMapIoSpace, MmUnmapIoSpace};
    PULONG registers = routines.MmMapIoSpace(Address, 0x1000, MmNonCached);
    LONG value;
    if (registers == NULL) {
        return -1;
    }
    WRITE_REGISTER_ULONG(registers, 7);
    value = READ_REGISTER_ULONG(registers);
    routines.MmUnmapIoSpace(registers, 0x1000);
    return value;
}
