// SPDX-License-Identifier: MIT
// What every call of a driver has in common: who calls, the lock, and the stop at its end.
#include "sim/call.h"

bool syspte_call_begin(syspte_call *call, syspte_api api, const syspte_caller *caller)
{
    *call = (syspte_call){.api = api, .caller = caller};
    if (!syspte_enter(api)) {
        return false;
    }
    call->thread = syspte_thread_now();
    return syspte_world_enter(call->thread, api);
}

void syspte_call_end(syspte_call *call)
{
    syspte_world_give();
    if (call->stop) {
        syspte_stop_now(&call->bugcheck, false);
    }
}

uint32_t syspte_call_context(const syspte_call *call, syspte_kind kind, syspte_cache cache,
                             uint32_t detail)
{
    return syspte_caller_context(call->thread, call->caller,
                                 SYSPTE_HOW(call->api, kind, cache, detail));
}

// Remembers what stops the machine when the call ends.
static bool keep(syspte_call *call, const syspte_event *event, bool stop)
{
    if (stop && !call->stop) {
        call->stop = true;
        call->bugcheck = event->bugcheck;
    }
    return stop;
}

static void fill_call(const syspte_call *call, syspte_event *event)
{
    if (event->call == 0) {
        event->call = syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0);
    }
}

bool syspte_call_violate(syspte_call *call, syspte_event *event, uint64_t p2, uint64_t p3,
                         uint64_t p4)
{
    fill_call(call, event);
    return keep(call, event, syspte_violate(event, p2, p3, p4));
}

bool syspte_call_violate_as(syspte_call *call, syspte_event *event, uint32_t code, uint64_t p1,
                            uint64_t p2, uint64_t p3, uint64_t p4)
{
    fill_call(call, event);
    return keep(call, event, syspte_violate_as(event, code, p1, p2, p3, p4));
}

void syspte_call_crash(syspte_call *call, syspte_event *event, const syspte_bugcheck *bugcheck)
{
    fill_call(call, event);
    bool expected = syspte_crash(event, bugcheck);
    syspte_world_give();
    syspte_stop_now(bugcheck, expected);
}
