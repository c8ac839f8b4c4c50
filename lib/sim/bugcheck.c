// SPDX-License-Identifier: MIT
// KeBugCheckEx and KeBugCheck: the driver stops the machine itself. The site is the caller's return
// address: a function that never returns has no use for a site macro.
#include "sim/kernel.h"

static _Noreturn void bugcheck(const syspte_bugcheck *b, const syspte_caller *caller)
{
    if (!syspte_enter(SYSPTE_API_KE_BUG_CHECK)) {
        syspte_port_panic("KeBugCheckEx was called without a machine");
    }
    syspte_event event = {.rule = SYSPTE_RULE_BUGCHECK};
    syspte_world_take();
    event.call = syspte_caller_context(syspte_thread_now(), caller,
                                       SYSPTE_HOW(SYSPTE_API_KE_BUG_CHECK, 0, 0, 0));
    bool expected = syspte_crash(&event, b);
    syspte_world_give();
    syspte_stop_now(b, expected);
}

VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2,
                  ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4)
{
    syspte_bugcheck b = {.code = BugCheckCode,
                         .parameter = {BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
                                       BugCheckParameter4}};
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    bugcheck(&b, &caller);
}

VOID KeBugCheck(ULONG BugCheckCode)
{
    syspte_bugcheck b = {.code = BugCheckCode};
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    bugcheck(&b, &caller);
}
