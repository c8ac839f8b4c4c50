// SPDX-License-Identifier: MIT
// The IRQL limit that most memory functions have in common.
#ifndef SYSPTE_SIM_MEMORY_IRQL_H
#define SYSPTE_SIM_MEMORY_IRQL_H

#include "sim/call.h"

// Records a violation of the rules IrqlMmApcLte and IrqlMmDispatch: `limit` is APC_LEVEL or
// DISPATCH_LEVEL. Their parameters name the rule; here the second one is the IRQL. True: stop.
static inline bool syspte_memory_irql(syspte_call *call, unsigned limit)
{
    syspte_event event = {.rule = SYSPTE_RULE_MEMORY_IRQL};
    return call->thread->irql > limit &&
           syspte_call_violate_as(call, &event, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION,
                                  limit == APC_LEVEL ? 0x20019 : 0x2001A, call->thread->irql, 0, 0);
}

#endif
