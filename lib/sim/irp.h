// SPDX-License-Identifier: MIT
// Requests that belong to the I/O manager, for the function that completes them.
#ifndef SYSPTE_SIM_IRP_H
#define SYSPTE_SIM_IRP_H

#include "sim/call.h"

// In AllocationFlags: the I/O manager frees the request when it is complete.
enum { SYSPTE_IRP_IS_OURS = 0x80 };

// What is left to do at its end: it is gone afterwards. Lock: not held.
void syspte_irp_finish(const syspte_caller *caller, PIRP irp);

#endif
