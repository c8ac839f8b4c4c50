// SPDX-License-Identifier: MIT
// Mutexes and fast mutexes. A mutex is acquired by a wait, and again by the same thread; its state
// counts down from 1. A fast mutex is not, and its owner runs at APC_LEVEL. Either is a holding of
// the account while a thread has it.
// Source: nf-wdm-keinitializemutex, nf-wdm-kereleasemutex, nf-wdm-exacquirefastmutex,
// nf-wdm-exreleasefastmutex.
#include "sim/mutex.h"

#include "port/port_wait.h"
#include "sim/irql.h"
#include "sim/object.h"

enum { MUTANT = 2 };

static struct _KTHREAD *self(void)
{
    return (struct _KTHREAD *)(void *)syspte_thread_now();
}

VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level)
{
    (void)Level;
    Mutex->Header.Lock = 0;
    Mutex->Header.Type = MUTANT;
    Mutex->Header.Size = sizeof *Mutex / sizeof(LONG);
    Mutex->Header.SignalState = 1;
    InitializeListHead(&Mutex->Header.WaitListHead);
    Mutex->OwnerThread = NULL;
    Mutex->Abandoned = FALSE;
    Mutex->ApcDisable = 1;
}

bool syspte_mutex_is_mine(const KMUTANT *mutex)
{
    return __atomic_load_n(&mutex->OwnerThread, __ATOMIC_ACQUIRE) == self();
}

bool syspte_mutex_take(const syspte_caller *caller, PRKMUTEX mutex)
{
    LONG is_free = 1;
    syspte_call call;
    if (syspte_mutex_is_mine(mutex)) {
        mutex->Header.SignalState--;
        return true;
    }
    if (!__atomic_compare_exchange_n(&mutex->Header.SignalState, &is_free, 0, 0, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        return false;
    }
    __atomic_store_n(&mutex->OwnerThread, self(), __ATOMIC_RELEASE);
    if (syspte_call_begin(&call, SYSPTE_API_KE_WAIT_FOR_SINGLE_OBJECT, caller)) {
        (void)syspte_object_hold(&call, SYSPTE_KIND_MUTEX, mutex, sizeof *mutex);
        syspte_call_end(&call);
    }
    return true;
}

// The thread that has it gives it back altogether. Lock: held.
static void drop(const void *mutex)
{
    syspte_row row;
    if (syspte_object_find(SYSPTE_KIND_MUTEX, mutex, &row)) {
        syspte_object_drop(&row);
    }
}

// A mutex that is not this thread's stays as it is.
SYSPTE_ENTRY(LONG, KeReleaseMutex, (PRKMUTEX Mutex, BOOLEAN Wait), (Mutex, Wait))
{
    syspte_call call;
    LONG before = __atomic_load_n(&Mutex->Header.SignalState, __ATOMIC_ACQUIRE);
    bool mine = syspte_mutex_is_mine(Mutex);
    if (!syspte_call_begin(&call, SYSPTE_API_KE_RELEASE_MUTEX, caller)) {
        return before;
    }
    syspte_object_irql(&call, Wait ? APC_LEVEL : DISPATCH_LEVEL);
    if (!mine) {
        syspte_object_violate(
            &call, before > 0 ? SYSPTE_RULE_RELEASE_NOT_HELD : SYSPTE_RULE_RELEASE_OTHER_THREAD,
            NULL, NULL);
    } else if (before == 0) {
        drop(Mutex);
    }
    syspte_call_end(&call);
    if (mine && before == 0) {
        __atomic_store_n(&Mutex->OwnerThread, NULL, __ATOMIC_RELEASE);
    }
    if (mine) {
        (void)__atomic_fetch_add(&Mutex->Header.SignalState, 1, __ATOMIC_ACQ_REL);
    }
    return before;
}

// ---- Fast mutexes

static bool acquire(syspte_api api, const syspte_caller *caller, PFAST_MUTEX mutex, bool tries)
{
    syspte_call call;
    KIRQL old = syspte_thread_now()->irql;
    bool mine = false;
    for (unsigned naps = 0; !mine && naps <= (tries ? 0 : SYSPTE_OBJECT_PATIENCE); naps++) {
        if (naps != 0) {
            syspte_port_nap();
        }
        if (!syspte_call_begin(&call, api, caller)) {
            return false;
        }
        if (naps == 0) {
            syspte_object_irql(&call, APC_LEVEL);
        }
        mine = syspte_object_seize(&call, SYSPTE_KIND_MUTEX, mutex, sizeof *mutex,
                                   tries ? SYSPTE_OBJECT_TRY : naps);
        if (mine && old < APC_LEVEL) {
            syspte_irql_set(call.thread, APC_LEVEL);
        }
        syspte_call_end(&call);
    }
    if (mine && mutex->Count != FM_LOCK_BIT) {
        syspte_object_uninitialized(api, caller, "a fast mutex");
    }
    if (mine) {
        mutex->Count = 0;
        __atomic_store_n(&mutex->Owner, self(), __ATOMIC_RELEASE);
        mutex->OldIrql = old;
    }
    return mine;
}

SYSPTE_ENTRY_VOID(ExAcquireFastMutex, (PFAST_MUTEX FastMutex), (FastMutex))
{
    (void)acquire(SYSPTE_API_EX_ACQUIRE_FAST_MUTEX, caller, FastMutex, false);
}

SYSPTE_ENTRY(BOOLEAN, ExTryToAcquireFastMutex, (PFAST_MUTEX FastMutex), (FastMutex))
{
    return acquire(SYSPTE_API_EX_TRY_TO_ACQUIRE_FAST_MUTEX, caller, FastMutex, true);
}

SYSPTE_ENTRY_VOID(ExReleaseFastMutex, (PFAST_MUTEX FastMutex), (FastMutex))
{
    syspte_call call;
    syspte_row row;
    KIRQL old = PASSIVE_LEVEL;
    bool mine = __atomic_load_n(&FastMutex->Owner, __ATOMIC_ACQUIRE) == self();
    if (mine) {
        old = (KIRQL)FastMutex->OldIrql;
        __atomic_store_n(&FastMutex->Owner, NULL, __ATOMIC_RELEASE);
        FastMutex->Count = FM_LOCK_BIT;
    }
    if (!syspte_call_begin(&call, SYSPTE_API_EX_RELEASE_FAST_MUTEX, caller)) {
        return;
    }
    if (mine) {
        syspte_object_irql(&call, APC_LEVEL);
        drop(FastMutex);
        syspte_irql_set(call.thread, old);
    } else {
        bool held = syspte_object_find(SYSPTE_KIND_MUTEX, FastMutex, &row);
        syspte_object_violate(
            &call, held ? SYSPTE_RULE_RELEASE_OTHER_THREAD : SYSPTE_RULE_RELEASE_NOT_HELD,
            held ? &row : NULL, NULL);
    }
    syspte_call_end(&call);
}
