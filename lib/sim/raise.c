// SPDX-License-Identifier: MIT
// The chain of a thread is an array: a body nests in few others. Frames of an older machine are
// void, and so are those deeper in the stack than one that is pushed, or than the call that raises.
#define _POSIX_C_SOURCE 200809L
#include "sim/raise.h"

#include "sim/call.h"

#include <setjmp.h>

enum { FRAMES = 64 };

typedef struct frame {
    sigjmp_buf jump;
    uintptr_t stack;
} frame;

static _Thread_local struct {
    uint32_t generation;
    unsigned depth;
    bool raised; // and the frame it came to has not asked yet
    NTSTATUS status;
    frame frames[FRAMES];
} chain;

static void drop_below(uintptr_t stack)
{
    uint32_t generation = syspte_load_acquire_32(&syspte_the.generation);
    if (chain.generation != generation) {
        chain.generation = generation;
        chain.depth = 0;
    }
    while (chain.depth > 0 && chain.frames[chain.depth - 1].stack < stack) {
        chain.depth--;
    }
}

void *syspte_seh_push(const void *stack)
{
    drop_below((uintptr_t)stack);
    if (chain.depth == FRAMES) {
        syspte_port_panic("more than 64 bodies of __try are open in one thread");
    }
    chain.raised = false;
    frame *f = &chain.frames[chain.depth++];
    f->stack = (uintptr_t)stack;
    return f->jump;
}

int syspte_seh_pop(const void *stack)
{
    if (chain.raised) {
        chain.raised = false;
        return 1;
    }
    drop_below((uintptr_t)stack);
    chain.depth -= chain.depth > 0;
    return 0;
}

int syspte_seh_filter(int disposition)
{
    if (disposition == EXCEPTION_EXECUTE_HANDLER) {
        return 1;
    }
    ExRaiseStatus(disposition == EXCEPTION_CONTINUE_SEARCH ? chain.status
                                                           : STATUS_NONCONTINUABLE_EXCEPTION);
}

NTSTATUS syspte_seh_code(void)
{
    return chain.status;
}

void syspte_seh_leave(const void *stack)
{
    drop_below((uintptr_t)stack);
    if (chain.depth == 0) {
        syspte_port_panic("__leave stands in no body of __try");
    }
    siglongjmp(chain.frames[chain.depth - 1].jump, 1);
}

syspte_seh_finally syspte_seh_finally_begin(const void *stack)
{
    syspte_seh_finally round = {.raised = syspte_seh_pop(stack)};
    round.status = chain.status;
    return round;
}

void syspte_seh_finally_end(syspte_seh_finally *round)
{
    round->over = 1;
    if (round->raised) {
        ExRaiseStatus(round->status);
    }
}

static _Noreturn void stop_unhandled(syspte_api api, const syspte_caller *caller, NTSTATUS status)
{
    syspte_bugcheck bugcheck = {.code = SYSPTE_KMODE_EXCEPTION_NOT_HANDLED,
                                .parameter = {(uint64_t)(int64_t)status}};
    syspte_event event = {.rule = SYSPTE_RULE_UNHANDLED_EXCEPTION};
    syspte_call call;
    if (!syspte_call_begin(&call, api, caller)) {
        syspte_port_panic("an exception was raised without a machine");
    }
    syspte_call_crash(&call, &event, &bugcheck);
    syspte_port_park();
}

_Noreturn void syspte_raise(syspte_api api, const syspte_caller *caller, NTSTATUS status)
{
    drop_below(caller->frame + 1); // whoever called has a frame above this one
    chain.status = status;
    if (chain.depth == 0) {
        stop_unhandled(api, caller, status);
    }
    chain.depth--;
    chain.raised = true;
    siglongjmp(chain.frames[chain.depth].jump, 1);
}

VOID ExRaiseStatus(NTSTATUS Status)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_raise(SYSPTE_API_EX_RAISE_STATUS, &caller, Status);
}

VOID ExRaiseAccessViolation(VOID)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_raise(SYSPTE_API_EX_RAISE_STATUS, &caller, STATUS_ACCESS_VIOLATION);
}

VOID ExRaiseDatatypeMisalignment(VOID)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_raise(SYSPTE_API_EX_RAISE_STATUS, &caller, STATUS_DATATYPE_MISALIGNMENT);
}
