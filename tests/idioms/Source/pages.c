// SPDX-License-Identifier: MIT
// Pages for an MDL: what MmFreePagesFromMdl gives back are the pages. The MDL is pool, and freed as
// such.
#include "idioms.h"

static NTSTATUS Fill(PMDL Mdl, UCHAR Value)
{
    PVOID mapped = MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE,
                                                NormalPagePriority | MdlMappingNoExecute);
    if (mapped == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlFillMemory(mapped, MmGetMdlByteCount(Mdl), Value);
    MmUnmapLockedPages(mapped, Mdl);
    return STATUS_SUCCESS;
}

NTSTATUS PagesFill(SIZE_T Bytes, UCHAR Value)
{
    PHYSICAL_ADDRESS low = {0};
    PHYSICAL_ADDRESS high;
    PMDL mdl;
    NTSTATUS status;
    high.QuadPart = -1;
    mdl = MmAllocatePagesForMdlEx(low, high, low, Bytes, MmCached, MM_DONT_ZERO_ALLOCATION);
    if (mdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    status = Fill(mdl, Value);
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
    return status;
}

// The defect: freeing the pages is taken for freeing all.
NTSTATUS PagesFillLeaksTheMdl(SIZE_T Bytes, UCHAR Value)
{
    PHYSICAL_ADDRESS low = {0};
    PHYSICAL_ADDRESS high;
    PMDL mdl;
    NTSTATUS status;
    high.QuadPart = -1;
    // FOUND leak: MmAllocatePagesForMdlEx in PagesFillLeaksTheMdl: 1 block
    mdl = MmAllocatePagesForMdlEx(low, high, low, Bytes, MmCached, MM_DONT_ZERO_ALLOCATION);
    if (mdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    status = Fill(mdl, Value);
    MmFreePagesFromMdl(mdl);
    return status;
}
