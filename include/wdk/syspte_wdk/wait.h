// SPDX-License-Identifier: MIT
// Events, mutexes, fast mutexes, and waiting for one of them or for a timer.
#ifndef SYSPTE_WDK_WAIT_H
#define SYSPTE_WDK_WAIT_H

typedef LONG KPRIORITY;

NTKERNELAPI VOID NTAPI KeInitializeEvent(_Out_ PRKEVENT Event, _In_ EVENT_TYPE Type,
                                         _In_ BOOLEAN State);

_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI LONG NTAPI
    KeSetEvent(_Inout_ PRKEVENT Event, _In_ KPRIORITY Increment, _In_ BOOLEAN Wait);

_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI KeClearEvent(_Inout_ PRKEVENT Event);

_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI LONG NTAPI KeResetEvent(_Inout_ PRKEVENT Event);

NTKERNELAPI LONG NTAPI KeReadStateEvent(_In_ PRKEVENT Event);

NTKERNELAPI VOID NTAPI KeInitializeMutex(_Out_ PRKMUTEX Mutex, _In_ ULONG Level);

_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI LONG NTAPI
    KeReleaseMutex(_Inout_ PRKMUTEX Mutex, _In_ BOOLEAN Wait);

// A timeout of 0 only looks; NULL is none. Negative ones count from now, others are times. In units
// of 100 nanoseconds.
NTKERNELAPI NTSTATUS NTAPI KeWaitForSingleObject(_In_ PVOID Object, _In_ KWAIT_REASON WaitReason,
                                                 _In_ KPROCESSOR_MODE WaitMode,
                                                 _In_ BOOLEAN Alertable,
                                                 _In_opt_ PLARGE_INTEGER Timeout);

#define KeWaitForMutexObject KeWaitForSingleObject

// STATUS_WAIT_0 and the number of the object, for WaitAny. More than THREAD_WAIT_OBJECTS need a
// block each.
NTKERNELAPI NTSTATUS NTAPI KeWaitForMultipleObjects(
    _In_ ULONG Count, _In_ PVOID Object[], _In_ WAIT_TYPE WaitType, _In_ KWAIT_REASON WaitReason,
    _In_ KPROCESSOR_MODE WaitMode, _In_ BOOLEAN Alertable, _In_opt_ PLARGE_INTEGER Timeout,
    _Out_opt_ PKWAIT_BLOCK WaitBlockArray);

NTKERNELAPI VOID NTAPI KeInitializeSemaphore(_Out_ PRKSEMAPHORE Semaphore, _In_ LONG Count,
                                             _In_ LONG Limit);
// Raises STATUS_SEMAPHORE_LIMIT_EXCEEDED past the limit.
_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI LONG NTAPI
    KeReleaseSemaphore(_Inout_ PRKSEMAPHORE Semaphore, _In_ KPRIORITY Increment,
                       _In_ LONG Adjustment, _In_ BOOLEAN Wait);
NTKERNELAPI LONG NTAPI KeReadStateSemaphore(_In_ PRKSEMAPHORE Semaphore);
NTKERNELAPI LONG NTAPI KeReadStateMutex(_In_ PRKMUTEX Mutex);
NTKERNELAPI BOOLEAN NTAPI KeReadStateTimer(_In_ PKTIMER Timer);

#define FM_LOCK_BIT 0x1

SYSPTE_WDK_INLINE VOID ExInitializeFastMutex(_Out_ PFAST_MUTEX FastMutex)
{
    FastMutex->Count = FM_LOCK_BIT;
    FastMutex->Owner = NULL;
    FastMutex->Contention = 0;
    KeInitializeEvent(&FastMutex->Event, SynchronizationEvent, FALSE);
}

_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID FASTCALL
    ExAcquireFastMutex(_Inout_ PFAST_MUTEX FastMutex);

_Must_inspect_result_ _IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI BOOLEAN FASTCALL ExTryToAcquireFastMutex(_Inout_ PFAST_MUTEX FastMutex);

_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID FASTCALL
    ExReleaseFastMutex(_Inout_ PFAST_MUTEX FastMutex);

// ---- Critical regions: a thread of the machine gets no APCs, so nothing is held off

NTKERNELAPI VOID NTAPI KeEnterCriticalRegion(VOID);
NTKERNELAPI VOID NTAPI KeLeaveCriticalRegion(VOID);
NTKERNELAPI BOOLEAN NTAPI KeAreApcsDisabled(VOID);

#endif
