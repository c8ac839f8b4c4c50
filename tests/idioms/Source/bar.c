// SPDX-License-Identifier: MIT
// One lazy mapping for each BAR: it is made whole at the first request for any part of it, every
// later request gets a pointer into it, and it is unmapped once, with the length that was stored.
#include "idioms.h"

PVOID BarRange(PBAR Bar, SIZE_T Offset, SIZE_T Bytes)
{
    if (Offset >= Bar->Length || Bytes > Bar->Length - Offset) {
        return NULL;
    }
    if (Bar->Base == NULL) {
        Bar->Base = MmMapIoSpace(Bar->Start, Bar->Length, MmNonCached);
    }
    return Bar->Base == NULL ? NULL : Bar->Base + Offset;
}

VOID BarRelease(PBAR Bar)
{
    if (Bar->Base != NULL) {
        MmUnmapIoSpace(Bar->Base, Bar->Length);
        Bar->Base = NULL;
    }
}

// The defect: what was asked for is unmapped, not what was mapped for it.
VOID BarReleaseRange(PBAR Bar, SIZE_T Bytes)
{
    // FOUND misuse: MmUnmapIoSpace in BarReleaseRange unmaps another number of PTEs
    MmUnmapIoSpace(Bar->Base, Bytes);
    Bar->Base = NULL;
}
