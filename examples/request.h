// SPDX-License-Identifier: MIT
// One request to a driver, as the I/O manager makes it of what an application calls.
#ifndef REQUEST_H
#define REQUEST_H

#include <syspte/driver.h>
#include <syspte/fault.h>
#include <ntddk.h>

// Where an application's request comes from is not the driver's doing: no fault plan makes it fail.
static inline PIRP request_allocate(PDEVICE_OBJECT device)
{
    syspte_fault_pause();
    PIRP irp = IoAllocateIrp(device->StackSize, FALSE);
    syspte_fault_resume();
    return irp;
}

// Sends what `wanted` says (function and parameters) to the top of the stack that `device` is in,
// and returns how it ended. `system_buffer` is what METHOD_BUFFERED gives the driver. With
// `information`, that gets IoStatus.Information.
static inline NTSTATUS request_send(PDEVICE_OBJECT device, const IO_STACK_LOCATION *wanted,
                                    PVOID system_buffer, ULONG_PTR *information)
{
    PIRP irp = request_allocate(device);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);

    irp->AssociatedIrp.SystemBuffer = system_buffer;
    irp->RequestorMode = UserMode;
    next->MajorFunction = wanted->MajorFunction;
    next->Parameters = wanted->Parameters;
    (void)syspte_irp_send(device, irp);

    NTSTATUS status = irp->IoStatus.Status;
    if (information != NULL) {
        *information = irp->IoStatus.Information;
    }
    IoFreeIrp(irp);
    return status;
}

#endif
