// SPDX-License-Identifier: MIT
// IRQL is a number of each thread, with rules and without scheduling: nothing is masked by it.
#include "sim/irql.h"

static KIRQL change(KIRQL new_irql, syspte_api api, syspte_rule_id rule, bool allowed,
                    const syspte_caller *caller)
{
    syspte_thread *thread = syspte_thread_now();
    KIRQL old_irql = thread->irql;
    if (!allowed && syspte_enter(api)) {
        syspte_world_take();
        syspte_event event = {.rule = rule};
        event.call = syspte_caller_context(thread, caller, SYSPTE_HOW(api, 0, 0, 0));
        bool stop = syspte_violate(&event, old_irql, new_irql, 0);
        syspte_world_give();
        if (stop) {
            syspte_stop_now(&event.bugcheck, false);
        }
    }
    thread->irql = new_irql;
    syspte_thread_stand(thread);
    return old_irql;
}

KIRQL KeGetCurrentIrql(VOID)
{
    return syspte_thread_now()->irql;
}

KIRQL KfRaiseIrql(KIRQL NewIrql)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    bool allowed = NewIrql >= syspte_thread_now()->irql && NewIrql <= HIGH_LEVEL;
    return change(NewIrql, SYSPTE_API_KE_RAISE_IRQL, SYSPTE_RULE_RAISE_IRQL, allowed, &caller);
}

KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    bool allowed = syspte_thread_now()->irql <= DISPATCH_LEVEL;
    return change(DISPATCH_LEVEL, SYSPTE_API_KE_RAISE_IRQL, SYSPTE_RULE_RAISE_IRQL, allowed,
                  &caller);
}

VOID KfLowerIrql(KIRQL NewIrql)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    bool allowed = NewIrql <= syspte_thread_now()->irql;
    (void)change(NewIrql, SYSPTE_API_KE_LOWER_IRQL, SYSPTE_RULE_LOWER_IRQL, allowed, &caller);
}

void syspte_irql_return(KIRQL before, const char *routine)
{
    syspte_thread *thread = syspte_thread_now();
    if (thread->irql == before) {
        return;
    }
    syspte_event event = {.rule = SYSPTE_RULE_ROUTINE_IRQL, .text = routine};
    syspte_world_take();
    (void)syspte_violate(&event, 0, 0, 0);
    syspte_world_give();
    syspte_irql_set(thread, before);
}
