// SPDX-License-Identifier: MIT
// Waits. A thread that waits gives the processor away: what is pending runs on it (pending.c), then
// the time moves on to the next timer. If nothing is left that could signal the objects, and no
// other thread is there or ten seconds have passed, the wait ends with its timeout, or, without
// one, with a finding that stops the machine. A wait for all takes its objects when it has seen all
// of them signaled, and gives back what it took if another thread was faster. Source:
// nf-wdm-kewaitforsingleobject, nf-wdm-kewaitformultipleobjects; bug check 0x0C.
#include "sim/dispatcher.h"

#include "port/port_wait.h"
#include "sim/mutex.h"
#include "sim/object.h"
#include "sim/pending.h"
#include "sim/system_thread.h"

// A periodic timer that never satisfies the wait would go on for ever.
enum { STEPS_MOST = 10000 };

typedef struct wait {
    const syspte_caller *caller;
    syspte_api api;
    PVOID *objects;
    unsigned count;
    bool all;
    bool looks;        // and does not wait
    uint64_t deadline; // UINT64_MAX: none
} wait;

// ---- One object

static bool is_known(const DISPATCHER_HEADER *header)
{
    switch (header->Type) {
    case SYSPTE_NOTIFICATION_EVENT:
    case SYSPTE_SYNCHRONIZATION_EVENT:
        return header->Size == sizeof(KEVENT) / sizeof(LONG);
    case SYSPTE_MUTANT:
        return header->Size == sizeof(KMUTANT) / sizeof(LONG);
    case SYSPTE_SEMAPHORE:
        return header->Size == sizeof(KSEMAPHORE) / sizeof(LONG);
    case SYSPTE_THREAD:
        return header->Size == SYSPTE_THREAD_UNITS;
    case SYSPTE_NOTIFICATION_TIMER:
    case SYSPTE_SYNCHRONIZATION_TIMER:
        return header->Size == sizeof(KTIMER) / sizeof(LONG);
    default:
        return false;
    }
}

static bool is_signaled(const DISPATCHER_HEADER *header)
{
    return __atomic_load_n(&header->SignalState, __ATOMIC_ACQUIRE) > 0 ||
           (header->Type == SYSPTE_MUTANT && syspte_mutex_is_mine((const KMUTANT *)header));
}

static bool count_down(LONG *count)
{
    LONG left = __atomic_load_n(count, __ATOMIC_ACQUIRE);
    while (left > 0 && !__atomic_compare_exchange_n(count, &left, left - 1, 0, __ATOMIC_ACQ_REL,
                                                    __ATOMIC_ACQUIRE)) {
    }
    return left > 0;
}

// True: the object satisfies the wait, and is taken.
static bool take(const wait *w, DISPATCHER_HEADER *header)
{
    switch (header->Type) {
    case SYSPTE_MUTANT:
        return syspte_mutex_take(w->caller, (PRKMUTEX)header);
    case SYSPTE_SYNCHRONIZATION_EVENT:
    case SYSPTE_SYNCHRONIZATION_TIMER:
    case SYSPTE_SEMAPHORE:
        return count_down(&header->SignalState);
    default:
        return is_signaled(header);
    }
}

static void give_back(DISPATCHER_HEADER *header)
{
    switch (header->Type) {
    case SYSPTE_MUTANT:
        (void)KeReleaseMutex((PRKMUTEX)header, FALSE);
        break;
    case SYSPTE_SYNCHRONIZATION_EVENT:
    case SYSPTE_SYNCHRONIZATION_TIMER:
    case SYSPTE_SEMAPHORE:
        (void)__atomic_fetch_add(&header->SignalState, 1, __ATOMIC_ACQ_REL);
        break;
    default:
        break;
    }
}

// ---- Several

static bool take_all(const wait *w)
{
    unsigned taken = 0;
    for (unsigned i = 0; i < w->count; i++) {
        if (!is_signaled(w->objects[i])) {
            return false;
        }
    }
    while (taken < w->count && take(w, w->objects[taken])) {
        taken++;
    }
    bool all = taken == w->count;
    while (!all && taken > 0) {
        give_back(w->objects[--taken]);
    }
    return all;
}

// The number of the first that could be taken; `count` if none could.
static unsigned take_any(const wait *w)
{
    unsigned i = 0;
    while (i < w->count && !take(w, w->objects[i])) {
        i++;
    }
    return i;
}

// True: the wait is satisfied, with that status.
static bool satisfied(const wait *w, NTSTATUS *status)
{
    unsigned first = 0;
    if (w->all ? take_all(w) : (first = take_any(w)) < w->count) {
        *status = STATUS_WAIT_0 + (NTSTATUS)first;
        return true;
    }
    return false;
}

// ---- Waiting

static void stop_for_ever(const wait *w)
{
    syspte_call call;
    syspte_bugcheck none = {0};
    if (!syspte_call_begin(&call, w->api, w->caller)) {
        return;
    }
    syspte_object_violate(&call, SYSPTE_RULE_WAIT_FOREVER, NULL, NULL);
    syspte_call_end(&call);
    syspte_stop_now(&none, false);
}

static unsigned patience_of(const wait *w, uint64_t now)
{
    uint64_t milliseconds = w->deadline <= now ? 0 : (w->deadline - now) / 10000;
    return milliseconds < SYSPTE_OBJECT_PATIENCE ? (unsigned)milliseconds : SYSPTE_OBJECT_PATIENCE;
}

static NTSTATUS wait_until(const wait *w)
{
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    unsigned steps = 0;
    unsigned naps = patience_of(w, syspte_pending_now());
    bool steps_on = !syspte_system_thread_is();
    for (;;) {
        syspte_system_thread_check();
        if (satisfied(w, &status)) {
            return status;
        }
        if (steps_on && steps < STEPS_MOST && syspte_pending_step(w->deadline)) {
            steps++;
        } else if (naps > 0 && !syspte_port_is_alone()) {
            syspte_port_nap();
            naps--;
        } else if (w->deadline != UINT64_MAX) {
            syspte_pending_reach(w->deadline);
            return STATUS_TIMEOUT;
        } else {
            stop_for_ever(w);
            return STATUS_UNSUCCESSFUL;
        }
    }
}

static NTSTATUS run(wait *w, PLARGE_INTEGER timeout)
{
    syspte_call call;
    NTSTATUS status = STATUS_TIMEOUT;
    w->deadline = timeout == NULL ? UINT64_MAX : syspte_pending_due(timeout->QuadPart);
    w->looks = timeout != NULL && timeout->QuadPart == 0;
    for (unsigned i = 0; i < w->count; i++) {
        if (!is_known(w->objects[i])) {
            syspte_object_uninitialized(w->api, w->caller, "the object of a wait");
        }
    }
    if (!syspte_call_begin(&call, w->api, w->caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    syspte_object_irql(&call, w->looks ? DISPATCH_LEVEL : APC_LEVEL);
    syspte_call_end(&call);
    if (w->looks) {
        (void)satisfied(w, &status);
        return status;
    }
    return wait_until(w);
}

SYSPTE_ENTRY(NTSTATUS, KeWaitForSingleObject,
             (PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
              PLARGE_INTEGER Timeout),
             (Object, WaitReason, WaitMode, Alertable, Timeout))
{
    wait w = {.caller = caller,
              .api = SYSPTE_API_KE_WAIT_FOR_SINGLE_OBJECT,
              .objects = &Object,
              .count = 1};
    (void)WaitReason;
    (void)WaitMode;
    (void)Alertable;
    return run(&w, Timeout);
}

static void stop_too_many(const syspte_caller *caller)
{
    syspte_call call;
    syspte_bugcheck bugcheck = {.code = SYSPTE_MAXIMUM_WAIT_OBJECTS_EXCEEDED};
    syspte_event event = {.rule = SYSPTE_RULE_WAIT_OBJECTS};
    if (syspte_call_begin(&call, SYSPTE_API_KE_WAIT_FOR_MULTIPLE_OBJECTS, caller)) {
        syspte_call_crash(&call, &event, &bugcheck);
    }
}

SYSPTE_ENTRY(NTSTATUS, KeWaitForMultipleObjects,
             (ULONG Count, PVOID Object[], WAIT_TYPE WaitType, KWAIT_REASON WaitReason,
              KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, PLARGE_INTEGER Timeout,
              PKWAIT_BLOCK WaitBlockArray),
             (Count, Object, WaitType, WaitReason, WaitMode, Alertable, Timeout, WaitBlockArray))
{
    wait w = {.caller = caller,
              .api = SYSPTE_API_KE_WAIT_FOR_MULTIPLE_OBJECTS,
              .objects = Object,
              .count = Count,
              .all = WaitType == WaitAll};
    (void)WaitReason;
    (void)WaitMode;
    (void)Alertable;
    if (Count > (WaitBlockArray == NULL ? THREAD_WAIT_OBJECTS : MAXIMUM_WAIT_OBJECTS)) {
        stop_too_many(caller);
        return STATUS_UNSUCCESSFUL;
    }
    return run(&w, Timeout);
}
