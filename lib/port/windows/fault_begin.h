// SPDX-License-Identifier: MIT
// Private to this port: its regions need the handler of faults before the library does.
#ifndef SYSPTE_WINDOWS_FAULT_BEGIN_H
#define SYSPTE_WINDOWS_FAULT_BEGIN_H

// Puts the handler in; nothing if it is.
void syspte_fault_begin(void);

#endif
