// SPDX-License-Identifier: MIT
// Events. The state of an object is in the driver's memory and changed there in one step, so that
// other threads of the test can signal it.
// Source: nf-wdm-keinitializeevent, nf-wdm-kesetevent, nf-wdm-keresetevent.
#include "sim/dispatcher.h"
#include "sim/object.h"

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
    return event->Header.Type <= SYSPTE_SYNCHRONIZATION_EVENT &&
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
