// SPDX-License-Identifier: MIT
// Requests of the machine's own, which its managers send to a driver. They are no memory of the
// driver's: none of them is a leak.
#ifndef SYSPTE_SIM_REQUEST_H
#define SYSPTE_SIM_REQUEST_H

#include "sim/kernel.h"

// A request for the stack that `device` is in, with as many locations as that has and `extra`;
// IoStatus.Status is STATUS_NOT_SUPPORTED. NULL, and the test is told, if 64 are under way. `name`
// is kept by reference: findings say it.
PIRP syspte_request_make(PDEVICE_OBJECT device, unsigned extra, const char *name);
void syspte_request_drop(PIRP irp);

// True if every location has completed it.
bool syspte_request_is_complete(const IRP *irp);

// Sends it to the top of the stack. Its end is found with the next function.
void syspte_request_start(PDEVICE_OBJECT device, PIRP irp);

// Waits for the end of one that was sent; lets what is pending run meanwhile, and time pass.
// Records what is wrong with how it ended. Returns its status, STATUS_PENDING if it did not end:
// then it stays under way. IRQL: below DISPATCH_LEVEL.
NTSTATUS syspte_request_end(PIRP irp);

// Both.
NTSTATUS syspte_request_send(PDEVICE_OBJECT device, PIRP irp);

// Records each request that is under way and was not told as one that never ended.
void syspte_requests_judge(void);

// The top of the stack that a device is in.
PDEVICE_OBJECT syspte_request_top(PDEVICE_OBJECT device);

#endif
