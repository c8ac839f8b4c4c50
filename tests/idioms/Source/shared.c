// SPDX-License-Identifier: MIT
// RAM mapped as I/O space: pages that a hypervisor shares with its guest.
#include "idioms.h"

PVOID SharedMap(PHYSICAL_ADDRESS Address, SIZE_T Bytes)
{
    // FOUND leak: MmMapIoSpace in SharedMap: 1 mapping
    // FOUND misuse: MmMapIoSpace in SharedMap maps RAM that is not locked
    return MmMapIoSpace(Address, Bytes, MmCached);
}

VOID SharedUnmap(PVOID *Page, SIZE_T Bytes)
{
    MmUnmapIoSpace(*Page, Bytes);
    *Page = NULL;
}

// The defect: tearing down is taken for setting the pointer to NULL.
VOID SharedForget(PVOID *Page)
{
    *Page = NULL;
}
