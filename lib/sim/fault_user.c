// SPDX-License-Identifier: MIT
// Memory faults at addresses of a process, and at system addresses that nothing was ever at. The
// former become an exception if the driver is in a body of __try. If it is in none, what the
// machine can answer for stops it: a NULL pointer, and memory of its own that a test lent. Any
// other fault is the program's, for whoever handles those.
// Source: ns-winnt-exception_record; bug checks 0x1E, 0x50 and 0xD1.
#include "sim/fault.h"

#include "sim/frames.h"
#include "sim/raise.h"
#include "sim/user_view.h"

enum { ADDRESS_BITS = 48, STACK_NEAR = 0x10000, NOT_CANONICAL = 4 };

// Beyond what the host gives any program.
static bool is_system(uintptr_t address)
{
    return (uint64_t)address >> ADDRESS_BITS != 0;
}

// The stack is at its end: no exception can be handled on it.
static bool is_stack(uintptr_t address, uintptr_t stack)
{
    return stack != 0 && address + STACK_NEAR > stack && address < stack + STACK_NEAR;
}

// Takes the lock, and gives it back.
static _Noreturn void stop(syspte_thread *thread, const syspte_caller *caller, syspte_event *event,
                           syspte_port_access access)
{
    syspte_world_take();
    event->call = syspte_caller_context(thread, caller, SYSPTE_HOW(SYSPTE_API_ACCESS, 0, 0, 0));
    syspte_bugcheck bugcheck = syspte_fault_bugcheck(event, thread, access);
    if (bugcheck.code == SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA && event->system_va == UINTPTR_MAX) {
        bugcheck.parameter[3] = NOT_CANONICAL;
    }
    bool expected = syspte_crash(event, &bugcheck);
    syspte_world_give();
    syspte_stop_now(&bugcheck, expected);
}

static uint64_t printed(const void *address)
{
    syspte_world_take();
    uint64_t va = syspte_locate(address).system_va;
    syspte_world_give();
    return va;
}

// What ExceptionInformation[0] says of an access.
static ULONG_PTR operation_of(syspte_port_access access)
{
    return access == SYSPTE_PORT_ACCESS_WRITE ? 1 : access == SYSPTE_PORT_ACCESS_EXECUTE ? 8 : 0;
}

static syspte_raised exception_of(const syspte_caller *caller, const void *address,
                                  syspte_port_access access, uintptr_t stack)
{
    return (syspte_raised){
        .record = {.ExceptionCode = STATUS_ACCESS_VIOLATION,
                   .ExceptionAddress = (PVOID)caller->return_address,
                   .NumberParameters = 2,
                   .ExceptionInformation = {operation_of(access), (ULONG_PTR)address}},
        .caller = *caller,
        .api = SYSPTE_API_ACCESS,
        .stack = stack};
}

// The machine lent that memory, or nobody: no other handler can know better.
static bool is_answered(const void *address)
{
    syspte_world_take();
    bool was_view = syspte_user_view_was(address);
    syspte_world_give();
    return was_view || (uintptr_t)address < SYSPTE_NOBODYS ||
           syspte_frame_window(address) == SYSPTE_WINDOW_USER;
}

bool syspte_fault_user(syspte_thread *thread, const syspte_caller *caller, const void *address,
                       syspte_port_access access, uintptr_t stack)
{
    uintptr_t at = (uintptr_t)address;
    syspte_event event = {.rule = SYSPTE_RULE_USE_NEVER_MAPPED, .system_va = at, .pte_count = 1};

    if (syspte_load_acquire_32(&syspte_the.running) == 0 || is_stack(at, stack)) {
        return false; // between machines, or past the end of the stack
    }
    if (is_system(at)) {
        stop(thread, caller, &event, access);
    }
    syspte_raised raised = exception_of(caller, address, access, stack);
    if (!syspte_seh_is_open(stack) && !is_answered(address)) {
        return false;
    }
    if (thread->irql < DISPATCH_LEVEL) {
        syspte_seh_raise(&raised);
    }
    event.rule = syspte_raise_rule(&raised.record);
    event.system_va = printed(address);
    stop(thread, caller, &event, access);
}
