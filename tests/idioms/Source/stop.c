// SPDX-License-Identifier: MIT
// A device is stopped, and then removed: both end what is mapped, and only one of them may.
#include "idioms.h"

VOID StopUnmaps(PWINDOW Window)
{
    if (Window->Base != NULL) {
        MmUnmapIoSpace(Window->Base, Window->Bytes);
        Window->Base = NULL;
    }
}

// The defect: the pointer stays.
VOID StopUnmapsAgain(PWINDOW Window)
{
    if (Window->Base != NULL) {
        // FOUND misuse: MmUnmapIoSpace in StopUnmapsAgain unmaps what was unmapped before
        MmUnmapIoSpace(Window->Base, Window->Bytes);
    }
}

// The defect: the pointer is not looked at.
VOID StopUnmapsNull(PWINDOW Window)
{
    // FOUND misuse: MmUnmapIoSpace in StopUnmapsNull unmaps an address that is no system PTE's
    MmUnmapIoSpace(Window->Base, Window->Bytes);
    Window->Base = NULL;
}
