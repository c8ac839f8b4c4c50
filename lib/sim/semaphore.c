// SPDX-License-Identifier: MIT
// Semaphores, and what else can be asked of objects that are waited for.
// Source: nf-wdm-keinitializesemaphore, nf-wdm-kereleasesemaphore, nf-wdm-kereadstatesemaphore,
// nf-wdm-kereadstatemutex, nf-wdm-kereadstatetimer.
#include "sim/dispatcher.h"
#include "sim/object.h"

VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit)
{
    Semaphore->Header.Lock = 0;
    Semaphore->Header.Type = SYSPTE_SEMAPHORE;
    Semaphore->Header.Size = sizeof *Semaphore / sizeof(LONG);
    Semaphore->Header.SignalState = Count;
    InitializeListHead(&Semaphore->Header.WaitListHead);
    Semaphore->Limit = Limit;
}

// Past the limit nothing changes.
SYSPTE_ENTRY(LONG, KeReleaseSemaphore,
             (PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait),
             (Semaphore, Increment, Adjustment, Wait))
{
    syspte_call call;
    LONG before = __atomic_load_n(&Semaphore->Header.SignalState, __ATOMIC_ACQUIRE);
    (void)Increment;
    if (Semaphore->Header.Type != SYSPTE_SEMAPHORE) {
        syspte_object_uninitialized(SYSPTE_API_KE_RELEASE_SEMAPHORE, caller, "a semaphore");
    }
    if (!syspte_call_begin(&call, SYSPTE_API_KE_RELEASE_SEMAPHORE, caller)) {
        return before;
    }
    syspte_object_irql(&call, Wait ? APC_LEVEL : DISPATCH_LEVEL);
    syspte_call_end(&call);
    do {
        if (Adjustment <= 0 || before > Semaphore->Limit - Adjustment) {
            ExRaiseStatus(STATUS_SEMAPHORE_LIMIT_EXCEEDED);
        }
    } while (!__atomic_compare_exchange_n(&Semaphore->Header.SignalState, &before,
                                          before + Adjustment, 0, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    return before;
}

LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
    return __atomic_load_n(&Semaphore->Header.SignalState, __ATOMIC_ACQUIRE);
}

LONG KeReadStateMutex(PRKMUTEX Mutex)
{
    return __atomic_load_n(&Mutex->Header.SignalState, __ATOMIC_ACQUIRE);
}

BOOLEAN KeReadStateTimer(PKTIMER Timer)
{
    return __atomic_load_n(&Timer->Header.SignalState, __ATOMIC_ACQUIRE) != 0;
}
