// SPDX-License-Identifier: MIT
// Locks of the framework: spin locks, which raise to DISPATCH_LEVEL, and wait locks, which do not.
#ifndef SYSPTE_WDK_WDF_LOCK_H
#define SYSPTE_WDK_WDF_LOCK_H

SYSPTE_WDF(NTSTATUS, WdfSpinLockCreate, _In_opt_ PWDF_OBJECT_ATTRIBUTES SpinLockAttributes,
           _Out_ WDFSPINLOCK *SpinLock);
SYSPTE_WDF(VOID, WdfSpinLockAcquire, _In_ WDFSPINLOCK SpinLock);
SYSPTE_WDF(VOID, WdfSpinLockRelease, _In_ WDFSPINLOCK SpinLock);

SYSPTE_WDF(NTSTATUS, WdfWaitLockCreate, _In_opt_ PWDF_OBJECT_ATTRIBUTES LockAttributes,
           _Out_ WDFWAITLOCK *Lock);
// STATUS_TIMEOUT if another thread has it until then; NULL waits for ever.
SYSPTE_WDF(NTSTATUS, WdfWaitLockAcquire, _In_ WDFWAITLOCK Lock, _In_opt_ PLONGLONG Timeout);
SYSPTE_WDF(VOID, WdfWaitLockRelease, _In_ WDFWAITLOCK Lock);

#endif
