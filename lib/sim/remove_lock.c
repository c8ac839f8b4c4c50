// SPDX-License-Identifier: MIT
// Remove locks: a count that starts at 1, and an event that the last release sets once the device
// goes. Only the part is used that is equal in checked and free builds; tags are not looked at.
// Source: nf-wdm-ioinitializeremovelock, nf-wdm-ioacquireremovelock, nf-wdm-ioreleaseremovelock,
// nf-wdm-ioreleaseremovelockandwait.
#include "sim/kernel.h"

VOID IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
                              ULONG HighWatermark, ULONG RemlockSize)
{
    (void)AllocateTag;
    (void)MaxLockedMinutes;
    (void)HighWatermark;
    __builtin_memset(Lock, 0, RemlockSize);
    Lock->Common.IoCount = 1;
    KeInitializeEvent(&Lock->Common.RemoveEvent, SynchronizationEvent, FALSE);
}

NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File, ULONG Line,
                               ULONG RemlockSize)
{
    (void)File;
    (void)Line;
    (void)InterlockedIncrement(&RemoveLock->Common.IoCount);
    if (!__atomic_load_n(&RemoveLock->Common.Removed, __ATOMIC_SEQ_CST)) {
        return STATUS_SUCCESS;
    }
    IoReleaseRemoveLockEx(RemoveLock, Tag, RemlockSize);
    return STATUS_DELETE_PENDING;
}

VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize)
{
    (void)Tag;
    (void)RemlockSize;
    if (InterlockedDecrement(&RemoveLock->Common.IoCount) == 0) {
        (void)KeSetEvent(&RemoveLock->Common.RemoveEvent, IO_NO_INCREMENT, FALSE);
    }
}

VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize)
{
    __atomic_store_n(&RemoveLock->Common.Removed, TRUE, __ATOMIC_SEQ_CST);
    IoReleaseRemoveLockEx(RemoveLock, Tag, RemlockSize);
    if (InterlockedDecrement(&RemoveLock->Common.IoCount) > 0) {
        (void)KeWaitForSingleObject(&RemoveLock->Common.RemoveEvent, Executive, KernelMode, FALSE,
                                    NULL);
    }
}
