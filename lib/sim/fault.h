// SPDX-License-Identifier: MIT
// Private to the handling of memory faults (fault.c, fault_user.c).
#ifndef SYSPTE_SIM_FAULT_H
#define SYSPTE_SIM_FAULT_H

#include "sim/machine.h"

// The bug check of a wrong access: event->rule's, or at DISPATCH_LEVEL and above 0xD1 for 0x50.
syspte_bugcheck syspte_fault_bugcheck(const syspte_event *event, const syspte_thread *thread,
                                      syspte_port_access access);

// A fault at an address that no system PTE and no window of system memory is at: it becomes an
// exception of the driver, or stops the machine, and does not return; false: it is not the driver's
// business. `stack` is where the program's stack was; 0: not known. Lock: not held.
bool syspte_fault_user(syspte_thread *thread, const syspte_caller *caller, const void *address,
                       syspte_port_access access, uintptr_t stack);

#endif
