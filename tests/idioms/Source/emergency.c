// SPDX-License-Identifier: MIT
// System PTEs reserved while there are some, for the moment when there are none: the way out when
// an MDL cannot be mapped. One request at a time has it; the others wait or fail.
#include "idioms.h"

#define EMERGENCY_BYTES (4 * PAGE_SIZE)

NTSTATUS EmergencyReserve(PEMERGENCY Emergency)
{
    Emergency->Busy = 0;
    Emergency->Reserved = MmAllocateMappingAddress(EMERGENCY_BYTES, IDIOM_TAG);
    return Emergency->Reserved == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

static PUCHAR MapReserved(PEMERGENCY Emergency, PMDL Mdl)
{
    if (InterlockedExchange(&Emergency->Busy, 1) != 0) {
        return NULL;
    }
    return MmMapLockedPagesWithReservedMapping(Emergency->Reserved, IDIOM_TAG, Mdl, MmCached);
}

// At DISPATCH_LEVEL or below.
NTSTATUS EmergencyRead(PEMERGENCY Emergency, PMDL Mdl, PUCHAR First)
{
    PUCHAR mapped = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority);
    if (mapped != NULL) {
        *First = *mapped;
        return STATUS_SUCCESS;
    }
    mapped = MapReserved(Emergency, Mdl);
    if (mapped == NULL) {
        return STATUS_DEVICE_BUSY;
    }
    *First = *mapped;
    MmUnmapReservedMapping(Emergency->Reserved, IDIOM_TAG, Mdl);
    InterlockedExchange(&Emergency->Busy, 0);
    return STATUS_SUCCESS;
}

VOID EmergencyFree(PEMERGENCY Emergency)
{
    // FOUND misuse: MmFreeMappingAddress in EmergencyFree frees a mapping address that an MDL
    MmFreeMappingAddress(Emergency->Reserved, IDIOM_TAG);
    Emergency->Reserved = NULL;
}

// The defect: what is mapped into the reservation stays there.
NTSTATUS EmergencyReadLeaks(PEMERGENCY Emergency, PMDL Mdl, PUCHAR First)
{
    PUCHAR mapped = MapReserved(Emergency, Mdl);
    if (mapped == NULL) {
        return STATUS_DEVICE_BUSY;
    }
    *First = *mapped;
    return STATUS_SUCCESS;
}
