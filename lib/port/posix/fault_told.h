// SPDX-License-Identifier: MIT
// Private to the port's faults: what the host tells of one.
#ifndef SYSPTE_POSIX_FAULT_TOLD_H
#define SYSPTE_POSIX_FAULT_TOLD_H

#include "../port.h"

#include <signal.h>
#include <ucontext.h>

// The address that was touched.
void *syspte_fault_address(const siginfo_t *info);
// What was done with it.
syspte_port_access syspte_fault_access(const ucontext_t *context);
// The code that did it.
uintptr_t syspte_fault_code(const ucontext_t *context);

#endif
