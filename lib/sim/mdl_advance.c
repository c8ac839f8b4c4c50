// SPDX-License-Identifier: MIT
// MmAdvanceMdl: the start of an MDL moves forward, its end stays. Pages that it passes are unlocked
// at once; their PTEs stay with the mapping, whose tracker learns the new start.
#include "sim/mdl.h"

#include "sim/tracker.h"

typedef struct advance {
    uint64_t bytes;
    uint64_t passed; // pages
} advance;

static void unlock_passed(const syspte_mdl *mdl, const advance *a)
{
    for (uint64_t i = 0; i < a->passed; i++) {
        syspte_frame *record = syspte_frame_at(mdl->frames[i]);
        if (record != NULL && record->locks > 0) {
            record->locks--;
        }
    }
}

static void move_header(syspte_mdl *mdl, const advance *a)
{
    MDL *header = &mdl->header;
    unsigned flags = syspte_mdl_flags(mdl);
    uint64_t offset = header->ByteOffset + a->bytes;
    header->StartVa = syspte_mdl_behind(header->StartVa, a->passed * SYSPTE_PAGE_BYTES);
    header->ByteOffset = (ULONG)(offset & (SYSPTE_PAGE_BYTES - 1));
    header->ByteCount -= (ULONG)a->bytes;
    if ((flags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0) {
        header->MappedSystemVa = syspte_mdl_behind(header->MappedSystemVa, a->bytes);
    }
    if ((flags & MDL_MAPPED_TO_SYSTEM_VA) != 0) {
        syspte_mdl_change(mdl, MDL_FREE_EXTRA_PTES, 0);
    }
}

// Moves the frames of the pages that are left to the front. Lock: not held.
static void write(const syspte_mdl *mdl, const advance *a)
{
    PPFN_NUMBER array = MmGetMdlPfnArray(mdl->at);
    mdl->at->StartVa = mdl->header.StartVa;
    mdl->at->ByteOffset = mdl->header.ByteOffset;
    mdl->at->ByteCount = mdl->header.ByteCount;
    syspte_mdl_write(mdl);
    for (uint64_t i = a->passed; i < mdl->pages; i++) {
        array[i - a->passed] = (PFN_NUMBER)mdl->frames[i];
    }
}

SYSPTE_ENTRY(NTSTATUS, MmAdvanceMdl, (PMDL Mdl, ULONG NumberOfBytes), (Mdl, NumberOfBytes))
{
    syspte_mdl mdl;
    syspte_call call;
    syspte_row row;
    if (!syspte_mdl_read(&mdl, SYSPTE_API_MM_ADVANCE_MDL, caller, Mdl)) {
        return STATUS_UNSUCCESSFUL;
    }
    advance a = {.bytes = NumberOfBytes,
                 .passed = (mdl.header.ByteOffset + (uint64_t)NumberOfBytes) >> PAGE_SHIFT};
    if (NumberOfBytes > mdl.header.ByteCount) {
        return STATUS_INVALID_PARAMETER_2;
    }
    if (!syspte_mdl_read_frames(&mdl)) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    a.passed = a.passed < mdl.pages ? a.passed : mdl.pages;
    if (!syspte_call_begin(&call, SYSPTE_API_MM_ADVANCE_MDL, caller)) {
        syspte_mdl_drop(&mdl);
        return STATUS_UNSUCCESSFUL;
    }
    if (!syspte_mdl_irql(&call, DISPATCH_LEVEL, 0xE5, 0, 0)) {
        if (syspte_mdl_is_locked(&mdl, &row)) {
            unlock_passed(&mdl, &a);
            syspte_mdl_lock_shrink(&row, a.passed);
        }
        move_header(&mdl, &a);
        syspte_tracker_move(Mdl, mdl.header.StartVa, mdl.header.MappedSystemVa);
    }
    syspte_mdl_leave(&call, &mdl);
    write(&mdl, &a);
    syspte_mdl_drop(&mdl);
    return STATUS_SUCCESS;
}
