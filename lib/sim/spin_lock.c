// SPDX-License-Identifier: MIT
// Spin locks. Who holds one is known by the account, where it is a holding with the call that
// acquired it: its thread, its IRQL, its function. The word in the driver's memory only follows: it
// is 0 while nobody holds the lock, so one that is not 0 then was never initialized. A lock that
// this thread holds, or another one for ten seconds, stops the machine: it would hang.
// Source: nf-wdm-keacquirespinlock, nf-wdm-keacquirespinlockatdpclevel, nf-wdm-kereleasespinlock,
// nf-wdm-keacquireinstackqueuedspinlock; bug check 0xC4, 0x1000, 0x1004, 0x1007.
#include "sim/object.h"

#include "port/port_wait.h"
#include "sim/irql.h"

enum { OTHER_THREAD = 0x1004, NOT_HELD = 0x1007 };

typedef struct spin_ask {
    syspte_api api;
    const syspte_caller *caller;
    PKSPIN_LOCK lock;
    bool raises; // to DISPATCH_LEVEL, or gives a new IRQL at release
    bool queued;
    KIRQL irql; // release: the new one
} spin_ask;

static void follow(PKSPIN_LOCK lock, ULONG_PTR value)
{
    __atomic_store_n(lock, value, __ATOMIC_RELEASE);
}

// ---- Acquire

static void check_irql(syspte_call *call, const spin_ask *ask)
{
    bool wrong =
        ask->raises ? call->thread->irql > DISPATCH_LEVEL : call->thread->irql < DISPATCH_LEVEL;
    if (wrong) {
        syspte_object_violate(call, SYSPTE_RULE_SPIN_LOCK_IRQL, NULL, NULL);
    }
}

// `naps_most` 0: tries once. `old` receives the IRQL before. False: not acquired.
static bool acquire(const spin_ask *ask, unsigned naps_most, KIRQL *old)
{
    syspte_call call;
    bool mine = false;
    *old = syspte_thread_now()->irql;
    for (unsigned naps = 0; !mine && naps <= naps_most; naps++) {
        if (naps != 0) {
            syspte_port_nap();
        }
        if (!syspte_call_begin(&call, ask->api, ask->caller)) {
            return false;
        }
        if (naps == 0) {
            check_irql(&call, ask);
        }
        mine = syspte_object_seize(&call, SYSPTE_KIND_SPIN_LOCK, ask->lock, sizeof *ask->lock,
                                   naps_most == 0 ? SYSPTE_OBJECT_TRY : naps);
        if (mine && ask->raises) {
            syspte_irql_set(call.thread, DISPATCH_LEVEL);
        }
        syspte_call_end(&call);
    }
    if (mine && __atomic_load_n(ask->lock, __ATOMIC_ACQUIRE) != 0) {
        syspte_object_uninitialized(ask->api, ask->caller, "a spin lock");
    }
    if (mine) {
        follow(ask->lock, 1);
    }
    return mine;
}

// ---- Release

static bool is_queued(unsigned api)
{
    return api == SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK ||
           api == SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK_AT_DPC_LEVEL;
}

static void check_release(syspte_call *call, const spin_ask *ask, const syspte_row *row)
{
    const syspte_context *acquired = syspte_object_context(row);
    bool low = call->thread->irql < DISPATCH_LEVEL;
    if (low || (ask->raises && call->thread->irql > DISPATCH_LEVEL)) {
        syspte_object_violate(call, SYSPTE_RULE_SPIN_LOCK_IRQL, row, NULL);
    }
    if (row->context != 0 && is_queued(acquired->api) != ask->queued) {
        syspte_object_violate(call, SYSPTE_RULE_SPIN_LOCK_OTHER_WAY, row, NULL);
    }
    if (row->context != 0 && ask->raises && acquired->irql != ask->irql) {
        syspte_object_violate(call, SYSPTE_RULE_SPIN_LOCK_OLD_IRQL, row, NULL);
    }
}

// A lock that is not this thread's. True: the machine stops.
static bool stops_foreign(syspte_call *call, const spin_ask *ask, const syspte_row *row)
{
    bool held = row != NULL;
    syspte_event event = {.rule = held ? SYSPTE_RULE_RELEASE_OTHER_THREAD
                                       : SYSPTE_RULE_RELEASE_NOT_HELD,
                          .mapped = held ? row->context : 0};
    return syspte_call_violate_as(call, &event, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION,
                                  held ? OTHER_THREAD : NOT_HELD,
                                  syspte_locate(ask->lock).system_va, 0, 0);
}

// Whoever releases a lock, it is free then: so it is on Windows.
static void release(const spin_ask *ask)
{
    syspte_call call;
    syspte_row row;
    follow(ask->lock, 0);
    if (!syspte_call_begin(&call, ask->api, ask->caller)) {
        return;
    }
    bool held = syspte_object_find(SYSPTE_KIND_SPIN_LOCK, ask->lock, &row);
    bool stop = false;
    if (!held || !syspte_object_is_mine(&call, &row)) {
        stop = stops_foreign(&call, ask, held ? &row : NULL);
    } else {
        check_release(&call, ask, &row);
    }
    if (!stop) {
        if (held) {
            syspte_object_drop(&row);
        }
        if (ask->raises) {
            syspte_irql_set(call.thread, ask->irql);
        }
    }
    syspte_call_end(&call);
}

// ---- The functions

SYSPTE_ENTRY(KIRQL, KeAcquireSpinLockRaiseToDpc, (PKSPIN_LOCK SpinLock), (SpinLock))
{
    KIRQL old;
    spin_ask ask = {SYSPTE_API_KE_ACQUIRE_SPIN_LOCK, caller, SpinLock, true, false, 0};
    (void)acquire(&ask, SYSPTE_OBJECT_PATIENCE, &old);
    return old;
}

SYSPTE_ENTRY_VOID(KeAcquireSpinLockAtDpcLevel, (PKSPIN_LOCK SpinLock), (SpinLock))
{
    KIRQL old;
    spin_ask ask = {
        SYSPTE_API_KE_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL, caller, SpinLock, false, false, 0};
    (void)acquire(&ask, SYSPTE_OBJECT_PATIENCE, &old);
}

SYSPTE_ENTRY(BOOLEAN, KeTryToAcquireSpinLockAtDpcLevel, (PKSPIN_LOCK SpinLock), (SpinLock))
{
    KIRQL old;
    spin_ask ask = {
        SYSPTE_API_KE_TRY_TO_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL, caller, SpinLock, false, false, 0};
    return acquire(&ask, 0, &old);
}

SYSPTE_ENTRY_VOID(KeReleaseSpinLock, (PKSPIN_LOCK SpinLock, KIRQL NewIrql), (SpinLock, NewIrql))
{
    spin_ask ask = {SYSPTE_API_KE_RELEASE_SPIN_LOCK, caller, SpinLock, true, false, NewIrql};
    release(&ask);
}

SYSPTE_ENTRY_VOID(KeReleaseSpinLockFromDpcLevel, (PKSPIN_LOCK SpinLock), (SpinLock))
{
    spin_ask ask = {
        SYSPTE_API_KE_RELEASE_SPIN_LOCK_FROM_DPC_LEVEL, caller, SpinLock, false, false, 0};
    release(&ask);
}

static void acquire_queued(const spin_ask *ask, PKLOCK_QUEUE_HANDLE handle)
{
    KIRQL old;
    if (acquire(ask, SYSPTE_OBJECT_PATIENCE, &old)) {
        handle->LockQueue.Next = NULL;
        handle->LockQueue.Lock = ask->lock;
        handle->OldIrql = old;
    }
}

SYSPTE_ENTRY_VOID(KeAcquireInStackQueuedSpinLock,
                  (PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle), (SpinLock, LockHandle))
{
    spin_ask ask = {
        SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK, caller, SpinLock, true, true, 0};
    acquire_queued(&ask, LockHandle);
}

SYSPTE_ENTRY_VOID(KeAcquireInStackQueuedSpinLockAtDpcLevel,
                  (PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle), (SpinLock, LockHandle))
{
    spin_ask ask = {SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK_AT_DPC_LEVEL,
                    caller,
                    SpinLock,
                    false,
                    true,
                    0};
    acquire_queued(&ask, LockHandle);
}

SYSPTE_ENTRY_VOID(KeReleaseInStackQueuedSpinLock, (PKLOCK_QUEUE_HANDLE LockHandle), (LockHandle))
{
    spin_ask ask = {SYSPTE_API_KE_RELEASE_IN_STACK_QUEUED_SPIN_LOCK,
                    caller,
                    LockHandle->LockQueue.Lock,
                    true,
                    true,
                    LockHandle->OldIrql};
    release(&ask);
}

SYSPTE_ENTRY_VOID(KeReleaseInStackQueuedSpinLockFromDpcLevel, (PKLOCK_QUEUE_HANDLE LockHandle),
                  (LockHandle))
{
    spin_ask ask = {SYSPTE_API_KE_RELEASE_IN_STACK_QUEUED_SPIN_LOCK_FROM_DPC_LEVEL,
                    caller,
                    LockHandle->LockQueue.Lock,
                    false,
                    true,
                    0};
    release(&ask);
}
