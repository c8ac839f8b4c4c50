// SPDX-License-Identifier: MIT
// The life of an MDL over what an application passed: allocated, locked in a body of try, mapped,
// unlocked, freed. Nobody calls MmUnmapLockedPages: MmUnlockPages drops the system mapping, and
// IoFreeMdl that of a partial MDL.
#include "idioms.h"

static NTSTATUS SumOf(PMDL Mdl, PULONG Sum)
{
    // FOUND leak: MmGetSystemAddressForMdlSafe in SumOf: 1 MDL mapping
    PUCHAR bytes = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority);
    ULONG i;
    if (bytes == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *Sum = 0;
    for (i = 0; i < MmGetMdlByteCount(Mdl); i++) {
        *Sum += bytes[i];
    }
    return STATUS_SUCCESS;
}

NTSTATUS LockSum(PVOID Buffer, ULONG Bytes, KPROCESSOR_MODE Mode, PULONG Sum)
{
    NTSTATUS status = STATUS_SUCCESS;
    PMDL mdl = IoAllocateMdl(Buffer, Bytes, FALSE, FALSE, NULL);
    if (mdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    try {
        MmProbeAndLockPages(mdl, Mode, IoReadAccess);
    }
    except(EXCEPTION_EXECUTE_HANDLER)
    {
        status = GetExceptionCode();
    }
    if (NT_SUCCESS(status)) {
        status = SumOf(mdl, Sum);
        MmUnlockPages(mdl);
    }
    IoFreeMdl(mdl);
    return status;
}

// The second page alone, by a partial MDL.
NTSTATUS LockPart(PVOID Buffer, ULONG Bytes, PULONG Sum)
{
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    PMDL whole = IoAllocateMdl(Buffer, Bytes, FALSE, FALSE, NULL);
    PMDL part = IoAllocateMdl((PUCHAR)Buffer + PAGE_SIZE, PAGE_SIZE, FALSE, FALSE, NULL);
    if (whole != NULL && part != NULL) {
        MmProbeAndLockPages(whole, KernelMode, IoReadAccess);
        IoBuildPartialMdl(whole, part, (PUCHAR)Buffer + PAGE_SIZE, PAGE_SIZE);
        status = SumOf(part, Sum);
        IoFreeMdl(part);
        part = NULL;
        MmUnlockPages(whole);
    }
    if (part != NULL) {
        IoFreeMdl(part);
    }
    if (whole != NULL) {
        IoFreeMdl(whole);
    }
    return status;
}

// The defect: when the lock raises, the MDL itself is forgotten.
NTSTATUS LockSumLeaksTheMdl(PVOID Buffer, ULONG Bytes, KPROCESSOR_MODE Mode, PULONG Sum)
{
    NTSTATUS status;
    // FOUND leak: IoAllocateMdl in LockSumLeaksTheMdl: 1 block
    PMDL mdl = IoAllocateMdl(Buffer, Bytes, FALSE, FALSE, NULL);
    if (mdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    __try {
        MmProbeAndLockPages(mdl, Mode, IoReadAccess);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    status = SumOf(mdl, Sum);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    return status;
}

// The defect: an MDL that is mapped is freed.
NTSTATUS LockSumFreesItMapped(PVOID Buffer, ULONG Bytes, PULONG Sum)
{
    NTSTATUS status;
    PMDL mdl = IoAllocateMdl(Buffer, Bytes, FALSE, FALSE, NULL);
    if (mdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // FOUND leak: MmProbeAndLockPages in LockSumFreesItMapped: 1 lock
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    status = SumOf(mdl, Sum);
    // FOUND misuse: IoFreeMdl in LockSumFreesItMapped frees an MDL that is still mapped
    // FOUND misuse: IoFreeMdl in LockSumFreesItMapped frees an MDL whose pages are still locked
    IoFreeMdl(mdl);
    return status;
}
