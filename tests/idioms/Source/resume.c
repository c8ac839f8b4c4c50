// SPDX-License-Identifier: MIT
// A page that is somewhere else after each suspend: the old mapping ends before the new one begins.
// Where only the frame below is filled anew, the mapping stays and there is nothing to do.
#include "idioms.h"

NTSTATUS ResumeMaps(PWINDOW Page, PHYSICAL_ADDRESS Address)
{
    ResumeUnmaps(Page);
    Page->Bytes = PAGE_SIZE;
    Page->Base = MmMapIoSpace(Address, PAGE_SIZE, MmCached);
    return Page->Base == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

VOID ResumeUnmaps(PWINDOW Page)
{
    if (Page->Base != NULL) {
        MmUnmapIoSpace(Page->Base, Page->Bytes);
        Page->Base = NULL;
    }
}

// The defect: every resume maps, no suspend unmaps.
NTSTATUS ResumeLeaks(PWINDOW Page, PHYSICAL_ADDRESS Address)
{
    Page->Bytes = PAGE_SIZE;
    // FOUND growth: MmMapIoSpace in ResumeLeaks: 1 PTE (4 KiB) more
    Page->Base = MmMapIoSpace(Address, PAGE_SIZE, MmCached);
    return Page->Base == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}
