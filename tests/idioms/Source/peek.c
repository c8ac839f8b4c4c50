// SPDX-License-Identifier: MIT
// An MDL over a mapping of I/O space, to show the device's registers to an application.
#include "idioms.h"

typedef struct _PEEK {
    PVOID Mapped;
    PMDL Mdl;
    PULONG Shown;
} PEEK, *PPEEK;

static NTSTATUS Begin(PPEEK Peek, PHYSICAL_ADDRESS Address, SIZE_T Bytes)
{
    NTSTATUS status = STATUS_SUCCESS;
    Peek->Shown = NULL;
    Peek->Mdl = NULL;
    Peek->Mapped = MmMapIoSpace(Address, Bytes, MmNonCached);
    if (Peek->Mapped == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Peek->Mdl = IoAllocateMdl(Peek->Mapped, (ULONG)Bytes, FALSE, FALSE, NULL);
    if (Peek->Mdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    MmBuildMdlForNonPagedPool(Peek->Mdl);
    __try {
        // FOUND leak: MmMapLockedPagesSpecifyCache in Begin: 1 user mapping
        Peek->Shown = MmMapLockedPagesSpecifyCache(Peek->Mdl, UserMode, MmNonCached, NULL, 0, 16);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    return status;
}

static VOID End(PPEEK Peek, SIZE_T Bytes)
{
    if (Peek->Shown != NULL) {
        MmUnmapLockedPages(Peek->Shown, Peek->Mdl);
    }
    if (Peek->Mdl != NULL) {
        IoFreeMdl(Peek->Mdl);
    }
    if (Peek->Mapped != NULL) {
        MmUnmapIoSpace(Peek->Mapped, Bytes);
    }
}

NTSTATUS PeekShow(PHYSICAL_ADDRESS Address, SIZE_T Bytes, PULONG Value)
{
    PEEK peek;
    NTSTATUS status = Begin(&peek, Address, Bytes);
    if (NT_SUCCESS(status)) {
        *Value = *peek.Shown;
    }
    End(&peek, Bytes);
    return status;
}

// The defect: the application keeps its view of what the device may not have any more.
NTSTATUS PeekLeaves(PHYSICAL_ADDRESS Address, SIZE_T Bytes, PULONG Value)
{
    PEEK peek;
    NTSTATUS status = Begin(&peek, Address, Bytes);
    if (NT_SUCCESS(status)) {
        *Value = *peek.Shown;
    }
    peek.Shown = NULL;
    End(&peek, Bytes);
    return status;
}
