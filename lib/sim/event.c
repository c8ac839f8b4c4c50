// SPDX-License-Identifier: MIT
// Events and waits. The state of an object is in the driver's memory and changed there in one step,
// so that other threads of the test can signal it. A thread that waits gives the processor away:
// what is pending runs on it (pending.c), then the time moves on to the next timer. If nothing is
// left that could signal the object, and no other thread is there or ten seconds have passed, the
// wait ends with its timeout, or, without one, with a finding that stops the machine.
// Source: nf-wdm-keinitializeevent, nf-wdm-kesetevent, nf-wdm-kewaitforsingleobject.
#include "sim/object.h"

#include "port/port_wait.h"
#include "sim/mutex.h"
#include "sim/pending.h"

enum { NOTIFICATION = 0, SYNCHRONIZATION = 1, MUTANT = 2, TIMER = 8, SYNCHRONIZATION_TIMER = 9 };

// A periodic timer that never satisfies the wait would go on for ever.
enum { STEPS_MOST = 10000 };

typedef struct wait {
    const syspte_caller *caller;
    PVOID object;
    uint64_t deadline; // UINT64_MAX: none
} wait;

// ---- Events

VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
    Event->Header.Lock = 0;
    Event->Header.Type = (UCHAR)Type;
    Event->Header.Size = sizeof *Event / sizeof(LONG);
    Event->Header.SignalState = State != FALSE;
    InitializeListHead(&Event->Header.WaitListHead);
}

static bool is_event(const KEVENT *event)
{
    return event->Header.Type <= SYNCHRONIZATION &&
           event->Header.Size == sizeof *event / sizeof(LONG);
}

// Sets the state, with the checks of a call of `api`, and answers the one before.
static LONG change(syspte_api api, const syspte_caller *caller, PRKEVENT event, LONG state,
                   unsigned limit)
{
    syspte_call call;
    if (!is_event(event)) {
        syspte_object_uninitialized(api, caller, "an event");
    }
    if (!syspte_call_begin(&call, api, caller)) {
        return 0;
    }
    syspte_object_irql(&call, limit);
    syspte_call_end(&call);
    return __atomic_exchange_n(&event->Header.SignalState, state, __ATOMIC_ACQ_REL);
}

SYSPTE_ENTRY(LONG, KeSetEvent, (PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait),
             (Event, Increment, Wait))
{
    (void)Increment;
    return change(SYSPTE_API_KE_SET_EVENT, caller, Event, 1, Wait ? APC_LEVEL : DISPATCH_LEVEL);
}

SYSPTE_ENTRY(LONG, KeResetEvent, (PRKEVENT Event), (Event))
{
    return change(SYSPTE_API_KE_RESET_EVENT, caller, Event, 0, DISPATCH_LEVEL);
}

SYSPTE_ENTRY_VOID(KeClearEvent, (PRKEVENT Event), (Event))
{
    (void)change(SYSPTE_API_KE_CLEAR_EVENT, caller, Event, 0, DISPATCH_LEVEL);
}

LONG KeReadStateEvent(PRKEVENT Event)
{
    return __atomic_load_n(&Event->Header.SignalState, __ATOMIC_ACQUIRE);
}

// ---- Waits

static bool is_known(const DISPATCHER_HEADER *header)
{
    switch (header->Type) {
    case NOTIFICATION:
    case SYNCHRONIZATION:
        return header->Size == sizeof(KEVENT) / sizeof(LONG);
    case MUTANT:
        return header->Size == sizeof(KMUTANT) / sizeof(LONG);
    case TIMER:
    case SYNCHRONIZATION_TIMER:
        return header->Size == sizeof(KTIMER) / sizeof(LONG);
    default:
        return false;
    }
}

// True: the wait is satisfied.
static bool take(const wait *w)
{
    DISPATCHER_HEADER *header = w->object;
    LONG signaled = 1;
    switch (header->Type) {
    case MUTANT:
        return syspte_mutex_take(w->caller, w->object);
    case SYNCHRONIZATION:
    case SYNCHRONIZATION_TIMER:
        return __atomic_compare_exchange_n(&header->SignalState, &signaled, 0, 0, __ATOMIC_ACQ_REL,
                                           __ATOMIC_ACQUIRE);
    default:
        return __atomic_load_n(&header->SignalState, __ATOMIC_ACQUIRE) > 0;
    }
}

static void stop_for_ever(const wait *w)
{
    syspte_call call;
    syspte_bugcheck none = {0};
    if (!syspte_call_begin(&call, SYSPTE_API_KE_WAIT_FOR_SINGLE_OBJECT, w->caller)) {
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
    unsigned steps = 0;
    unsigned naps = patience_of(w, syspte_pending_now());
    while (!take(w)) {
        if (steps < STEPS_MOST && syspte_pending_step(w->deadline)) {
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
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, KeWaitForSingleObject,
             (PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
              PLARGE_INTEGER Timeout),
             (Object, WaitReason, WaitMode, Alertable, Timeout))
{
    syspte_call call;
    wait w = {caller, Object, Timeout == NULL ? UINT64_MAX : syspte_pending_due(Timeout->QuadPart)};
    bool looks = Timeout != NULL && Timeout->QuadPart == 0;
    (void)WaitReason;
    (void)WaitMode;
    (void)Alertable;
    if (!is_known(Object)) {
        syspte_object_uninitialized(SYSPTE_API_KE_WAIT_FOR_SINGLE_OBJECT, caller,
                                    "the object of a wait");
    }
    if (!syspte_call_begin(&call, SYSPTE_API_KE_WAIT_FOR_SINGLE_OBJECT, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    syspte_object_irql(&call, looks ? DISPATCH_LEVEL : APC_LEVEL);
    syspte_call_end(&call);
    if (looks) {
        return take(&w) ? STATUS_SUCCESS : STATUS_TIMEOUT;
    }
    return wait_until(&w);
}
