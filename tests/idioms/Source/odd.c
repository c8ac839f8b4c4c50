// SPDX-License-Identifier: MIT
// Odd lengths at odd addresses: the address that the map returns has the byte offset in it, and is
// the one that is unmapped.
#include "idioms.h"

BOOLEAN OddMapAndUnmap(PHYSICAL_ADDRESS Address, SIZE_T Bytes)
{
    PUCHAR mapped = MmMapIoSpace(Address, Bytes, MmNonCached);
    BOOLEAN same;
    if (mapped == NULL) {
        return FALSE;
    }
    same = BYTE_OFFSET(mapped) == (Address.LowPart & (PAGE_SIZE - 1));
    WRITE_REGISTER_UCHAR(mapped + Bytes - 1, 0x5A);
    same = same && READ_REGISTER_UCHAR(mapped + Bytes - 1) == 0x5A;
    MmUnmapIoSpace(mapped, Bytes);
    return same;
}

// Harmless where both lie in one page, a defect where they do not.
VOID OddUnmapsSizeOfPointer(PVOID Base)
{
    // FOUND misuse: MmUnmapIoSpace in OddUnmapsSizeOfPointer unmaps another number of PTEs
    MmUnmapIoSpace(Base, sizeof(Base));
}

// The defect: the offset is lost, and with it the second page.
VOID OddUnmapsThePage(PVOID Base, SIZE_T Bytes)
{
    // FOUND misuse: MmUnmapIoSpace in OddUnmapsThePage unmaps another number of PTEs
    MmUnmapIoSpace(PAGE_ALIGN(Base), Bytes);
}
