// SPDX-License-Identifier: MIT
// A routine that only newer versions of Windows have is looked up, and an older one is used where
// it is not there; or the version that the driver is compiled for decides.
#include "idioms.h"

typedef PVOID MAP_IO_SPACE_EX(PHYSICAL_ADDRESS Address, SIZE_T Bytes, ULONG Protect);

static MAP_IO_SPACE_EX *Find(VOID)
{
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, L"MmMapIoSpaceEx");
    return (MAP_IO_SPACE_EX *)(ULONG_PTR)MmGetSystemRoutineAddress(&name);
}

PVOID RoutineMap(PHYSICAL_ADDRESS Address, SIZE_T Bytes, PBOOLEAN UsedEx)
{
    MAP_IO_SPACE_EX *mapIoSpaceEx = Find();
    *UsedEx = mapIoSpaceEx != NULL;
    if (mapIoSpaceEx != NULL) {
        return mapIoSpaceEx(Address, Bytes, PAGE_READWRITE | PAGE_NOCACHE);
    }
    return MmMapIoSpace(Address, Bytes, MmNonCached);
}

PVOID RoutineMapOfVersion(PHYSICAL_ADDRESS Address, SIZE_T Bytes, PBOOLEAN UsedEx)
{
#if NTDDI_VERSION >= NTDDI_WINTHRESHOLD
    *UsedEx = TRUE;
    return MmMapIoSpaceEx(Address, Bytes, PAGE_READWRITE | PAGE_NOCACHE);
#else
    *UsedEx = FALSE;
    return MmMapIoSpace(Address, Bytes, MmNonCached);
#endif
}

// The defect: the newest Windows is taken for the only one.
PVOID RoutineMapUntested(PHYSICAL_ADDRESS Address, SIZE_T Bytes)
{
    return Find()(Address, Bytes, PAGE_READWRITE | PAGE_NOCACHE);
}
