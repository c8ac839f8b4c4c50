// SPDX-License-Identifier: MIT
// A ring buffer that is seen twice, back to back, so that what wraps around is in one piece: by an
// MDL made by hand, with each page in it twice, or by mapping one MDL twice into a reservation of
// twice its size.
#include "idioms.h"

static PMDL TwicePages(PMDL Pages, ULONG Bytes)
{
    PMDL twice = IoAllocateMdl(NULL, 2 * Bytes, FALSE, FALSE, NULL);
    PPFN_NUMBER from = MmGetMdlPfnArray(Pages);
    ULONG count = Bytes / PAGE_SIZE;
    ULONG i;
    if (twice != NULL) {
        for (i = 0; i < 2 * count; i++) {
            MmGetMdlPfnArray(twice)[i] = from[i % count];
        }
        twice->MdlFlags |= MDL_PAGES_LOCKED;
    }
    return twice;
}

static PUCHAR Map(PMDL Twice)
{
    PUCHAR mapped = NULL;
    if (Twice != NULL) {
        // FOUND leak: MmMapLockedPagesSpecifyCache in Map: 1 MDL mapping, 4 PTEs (16 KiB)
        mapped = MmMapLockedPagesSpecifyCache(Twice, KernelMode, MmCached, NULL, FALSE, 16);
    }
    return mapped;
}

NTSTATUS RingCreate(PRING Ring, ULONG Bytes)
{
    PHYSICAL_ADDRESS low = {0};
    PHYSICAL_ADDRESS high;
    high.QuadPart = -1;
    Ring->Bytes = Bytes;
    Ring->Pages = MmAllocatePagesForMdlEx(low, high, low, Bytes, MmCached,
                                          MM_ALLOCATE_FULLY_REQUIRED);
    if (Ring->Pages == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Ring->Twice = TwicePages(Ring->Pages, Bytes);
    Ring->Base = Map(Ring->Twice);
    if (Ring->Base == NULL) {
        RingDelete(Ring);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

static VOID FreeAll(PRING Ring)
{
    if (Ring->Twice != NULL) {
        Ring->Twice->MdlFlags &= ~MDL_PAGES_LOCKED;
        // FOUND misuse: IoFreeMdl in FreeAll frees an MDL that is still mapped
        IoFreeMdl(Ring->Twice);
    }
    // FOUND misuse: MmFreePagesFromMdl in FreeAll frees page frames that are still mapped
    MmFreePagesFromMdl(Ring->Pages);
    ExFreePool(Ring->Pages);
}

VOID RingDelete(PRING Ring)
{
    if (Ring->Base != NULL) {
        MmUnmapLockedPages(Ring->Base, Ring->Twice);
    }
    FreeAll(Ring);
}

// The defect: the mapping is made by hand as well, and so nobody else ends it.
VOID RingDeleteLeaks(PRING Ring)
{
    Ring->Twice->MdlFlags &= ~MDL_MAPPED_TO_SYSTEM_VA;
    FreeAll(Ring);
}

NTSTATUS RingTwice(PMDL Mdl, ULONG Bytes, PUCHAR First, PUCHAR Second)
{
    PUCHAR reserved = MmAllocateMappingAddress(2 * Bytes, IDIOM_TAG);
    PUCHAR lower;
    PUCHAR upper;
    if (reserved == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    lower = MmMapLockedPagesWithReservedMapping(reserved, IDIOM_TAG, Mdl, MmCached);
    Mdl->MdlFlags &= ~MDL_MAPPED_TO_SYSTEM_VA;
    upper = MmMapLockedPagesWithReservedMapping(reserved + Bytes, IDIOM_TAG, Mdl, MmCached);
    lower[0] = 0x11;
    *First = upper[0];
    upper[Bytes - 1] = 0x22;
    *Second = lower[Bytes - 1];
    MmUnmapReservedMapping(reserved + Bytes, IDIOM_TAG, Mdl);
    Mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    Mdl->MappedSystemVa = lower;
    MmUnmapReservedMapping(reserved, IDIOM_TAG, Mdl);
    MmFreeMappingAddress(reserved, IDIOM_TAG);
    return STATUS_SUCCESS;
}
