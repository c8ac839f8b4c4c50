// SPDX-License-Identifier: MIT
// The IRQL of a thread, for functions that change it as part of what they do.
#ifndef SYSPTE_SIM_IRQL_H
#define SYSPTE_SIM_IRQL_H

#include "sim/kernel.h"

static inline void syspte_irql_set(syspte_thread *thread, KIRQL irql)
{
    thread->irql = irql;
    syspte_thread_stand(thread);
}

// A routine of the driver's has returned, and was called at `before`: records it if the IRQL is
// another one now, and goes back there. Lock: not held.
void syspte_irql_return(KIRQL before, const char *routine);

#endif
