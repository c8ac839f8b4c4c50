// SPDX-License-Identifier: MIT
// Spin locks. Who holds one is known by the account, where it is a holding with the call that
// acquired it: its thread, its IRQL, its function. The word in the driver's memory only follows: it
// is 0 while nobody holds the lock, so one that is not 0 then was never initialized. A lock that
// this thread holds, or another one for ten seconds, stops the machine: it would hang.
// Source: nf-wdm-keacquirespinlock, nf-wdm-keacquirespinlockatdpclevel, nf-wdm-kereleasespinlock,
// nf-wdm-keacquireinstackqueuedspinlock; bug check 0xC4, 0x1000, 0x1004, 0x1007.
#include "sim/object.h"

#include "port/port_wait.h"

enum { PATIENCE = 10000 }; // naps

enum { SELF_DEADLOCK = 0x1000, OTHER_THREAD = 0x1004, NOT_HELD = 0x1007 };

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

static void set_irql(syspte_thread *thread, KIRQL irql)
{
    thread->irql = irql;
    syspte_thread_stand(thread);
}

// ---- Acquire

static void check_irql(syspte_call *call, const spin_ask *ask)
{
    bool wrong =
        ask->raises ? call->thread->irql > DISPATCH_LEVEL : call->thread->irql < DISPATCH_LEVEL;
    syspte_event event = {.rule = SYSPTE_RULE_SPIN_LOCK_IRQL};
    if (wrong) {
        (void)syspte_call_violate(call, &event, 0, 0, 0);
    }
}

// Gives the lock of the world back and does not return.
static void stop_stuck(syspte_call *call, const spin_ask *ask, const syspte_row *row,
                       const char *text)
{
    syspte_bugcheck bugcheck = {.code = SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION,
                                .parameter = {SELF_DEADLOCK, (uint64_t)(uintptr_t)ask->lock}};
    syspte_event event = {.rule = SYSPTE_RULE_ACQUIRE_TWICE, .mapped = row->context, .text = text};
    syspte_call_crash(call, &event, &bugcheck);
}

// One look at the lock. True: it is this thread's now. False: another thread holds it.
static bool look(syspte_call *call, const spin_ask *ask, unsigned naps, bool tries)
{
    syspte_row row;
    if (!syspte_object_find(SYSPTE_KIND_SPIN_LOCK, ask->lock, &row)) {
        (void)syspte_object_hold(call, SYSPTE_KIND_SPIN_LOCK, ask->lock, sizeof *ask->lock);
        return true;
    }
    if (tries) {
        return false;
    }
    if (syspte_object_is_mine(call, &row)) {
        stop_stuck(call, ask, &row, "this thread holds the spin lock already");
    }
    if (naps == PATIENCE || syspte_port_is_alone()) {
        stop_stuck(call, ask, &row, "another thread holds the spin lock and does not release it");
    }
    return false;
}

static void say_not_initialized(const spin_ask *ask)
{
    syspte_call call;
    syspte_event event = {.rule = SYSPTE_RULE_LOCK_NOT_INITIALIZED, .text = "a spin lock"};
    if (syspte_call_begin(&call, ask->api, ask->caller)) {
        (void)syspte_call_violate(&call, &event, 0, 0, 0);
        syspte_call_end(&call);
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
        mine = look(&call, ask, naps, naps_most == 0);
        if (mine && ask->raises) {
            set_irql(call.thread, DISPATCH_LEVEL);
        }
        syspte_call_end(&call);
    }
    if (mine && __atomic_load_n(ask->lock, __ATOMIC_ACQUIRE) != 0) {
        say_not_initialized(ask);
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

static void violate(syspte_call *call, syspte_rule_id rule, const syspte_row *row)
{
    syspte_event event = {.rule = rule, .mapped = row == NULL ? 0 : row->context};
    (void)syspte_call_violate(call, &event, 0, 0, 0);
}

static void check_release(syspte_call *call, const spin_ask *ask, const syspte_row *row)
{
    const syspte_context *acquired = syspte_object_context(row);
    bool low = call->thread->irql < DISPATCH_LEVEL;
    if (low || (ask->raises && call->thread->irql > DISPATCH_LEVEL)) {
        violate(call, SYSPTE_RULE_SPIN_LOCK_IRQL, row);
    }
    if (row->context != 0 && is_queued(acquired->api) != ask->queued) {
        violate(call, SYSPTE_RULE_SPIN_LOCK_OTHER_WAY, row);
    }
    if (row->context != 0 && ask->raises && acquired->irql != ask->irql) {
        violate(call, SYSPTE_RULE_SPIN_LOCK_OLD_IRQL, row);
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
                                  held ? OTHER_THREAD : NOT_HELD, (uint64_t)(uintptr_t)ask->lock, 0,
                                  0);
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
            set_irql(call.thread, ask->irql);
        }
    }
    syspte_call_end(&call);
}

// ---- The functions

SYSPTE_ENTRY(KIRQL, KeAcquireSpinLockRaiseToDpc, (PKSPIN_LOCK SpinLock), (SpinLock))
{
    KIRQL old;
    spin_ask ask = {SYSPTE_API_KE_ACQUIRE_SPIN_LOCK, caller, SpinLock, true, false, 0};
    (void)acquire(&ask, PATIENCE, &old);
    return old;
}

SYSPTE_ENTRY_VOID(KeAcquireSpinLockAtDpcLevel, (PKSPIN_LOCK SpinLock), (SpinLock))
{
    KIRQL old;
    spin_ask ask = {
        SYSPTE_API_KE_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL, caller, SpinLock, false, false, 0};
    (void)acquire(&ask, PATIENCE, &old);
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
    if (acquire(ask, PATIENCE, &old)) {
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
