// SPDX-License-Identifier: MIT
// Rundown protection: a count in steps of 2, whose lowest bit says that the rundown has begun. Who
// waits for its end puts a block of its own in the count's place; the last release wakes it.
// Source: nf-wdm-exinitializerundownprotection, nf-wdm-exacquirerundownprotection,
// nf-wdm-exwaitforrundownprotectionrelease, nf-wdm-exrundowncompleted.
#include "sim/call.h"

enum { ACTIVE = 1, ONE = 2 };

typedef struct waiter {
    LONG left;
    KEVENT ended;
} waiter;

VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    RunRef->Count = 0;
}

BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    ULONG_PTR count = __atomic_load_n(&RunRef->Count, __ATOMIC_ACQUIRE);
    while ((count & ACTIVE) == 0 &&
           !__atomic_compare_exchange_n(&RunRef->Count, &count, count + ONE, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE)) {
    }
    return (count & ACTIVE) == 0;
}

VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    ULONG_PTR count = __atomic_load_n(&RunRef->Count, __ATOMIC_ACQUIRE);
    while ((count & ACTIVE) == 0) {
        if (__atomic_compare_exchange_n(&RunRef->Count, &count, count - ONE, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE)) {
            return;
        }
    }
    waiter *waiting = (waiter *)(count & ~(ULONG_PTR)ACTIVE);
    if (InterlockedDecrement(&waiting->left) == 0) {
        (void)KeSetEvent(&waiting->ended, IO_NO_INCREMENT, FALSE);
    }
}

// The wait has the site of this call: one that was never released is found here.
SYSPTE_ENTRY_VOID(ExWaitForRundownProtectionRelease, (PEX_RUNDOWN_REF RunRef), (RunRef))
{
    waiter waiting;
    ULONG_PTR count = __atomic_load_n(&RunRef->Count, __ATOMIC_ACQUIRE);
    KeInitializeEvent(&waiting.ended, NotificationEvent, FALSE);
    do {
        if ((count & ACTIVE) != 0) {
            return; // it has ended already
        }
        waiting.left = (LONG)(count / ONE);
    } while (!__atomic_compare_exchange_n(&RunRef->Count, &count, (ULONG_PTR)&waiting | ACTIVE, 0,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    if (waiting.left != 0) {
        (void)syspte_at_KeWaitForSingleObject(&waiting.ended, Executive, KernelMode, FALSE, NULL,
                                              caller->file, caller->line, caller->function);
    }
    __atomic_store_n(&RunRef->Count, ACTIVE, __ATOMIC_RELEASE);
}

VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef)
{
    __atomic_store_n(&RunRef->Count, ACTIVE, __ATOMIC_RELEASE);
}

VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    __atomic_store_n(&RunRef->Count, 0, __ATOMIC_RELEASE);
}
