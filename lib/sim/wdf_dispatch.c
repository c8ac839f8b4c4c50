// SPDX-License-Identifier: MIT
// The dispatch routine of every driver that the framework has taken over: requests go to the part
// of the framework that knows them. A filter passes on what nobody knows, a function driver refuses
// it.
// Source: wdf/dispatching-irps-to-i-o-queues, wdf/wdf-handling-of-other-irps.
#include "sim/wdf_queue.h"

NTSTATUS syspte_wdf_complete(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

NTSTATUS syspte_wdf_pass(syspte_wdf_object *device, PIRP irp)
{
    IoSkipCurrentIrpStackLocation(irp);
    return IofCallDriver(syspte_wdf_device_of(device)->below, irp);
}

static NTSTATUS NTAPI stop_completion(PDEVICE_OBJECT wdm, PIRP irp, PVOID context)
{
    (void)wdm;
    if (irp->PendingReturned) {
        (void)KeSetEvent(context, IO_NO_INCREMENT, FALSE);
    }
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS call_and_wait(PDEVICE_OBJECT wdm, PIRP irp)
{
    KEVENT ended;
    KeInitializeEvent(&ended, NotificationEvent, FALSE);
    IoSetCompletionRoutine(irp, stop_completion, &ended, TRUE, TRUE, TRUE);
    if (IofCallDriver(wdm, irp) == STATUS_PENDING) {
        (void)KeWaitForSingleObject(&ended, Executive, KernelMode, FALSE, NULL);
    }
    return irp->IoStatus.Status;
}

NTSTATUS syspte_wdf_pass_and_wait(syspte_wdf_object *device, PIRP irp)
{
    IoCopyCurrentIrpStackLocationToNext(irp);
    return call_and_wait(syspte_wdf_device_of(device)->below, irp);
}

NTSTATUS syspte_wdf_call_and_wait(PDEVICE_OBJECT wdm, PIRP irp)
{
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    return call_and_wait(wdm, irp);
}

NTSTATUS syspte_wdf_dispatch(PDEVICE_OBJECT wdm, PIRP irp)
{
    syspte_wdf_object *device = syspte_wdf_device_find(wdm);
    if (device == NULL) {
        return syspte_wdf_complete(irp, STATUS_INVALID_DEVICE_REQUEST);
    }
    bool has_below = syspte_wdf_device_of(device)->below != NULL;
    switch (IoGetCurrentIrpStackLocation(irp)->MajorFunction) {
    case IRP_MJ_PNP:
        return syspte_wdf_pnp(device, irp);
    case IRP_MJ_POWER:
        return syspte_wdf_power(device, irp);
    case IRP_MJ_SYSTEM_CONTROL:
        if (has_below) {
            return syspte_wdf_pass(device, irp);
        }
        break;
    case IRP_MJ_CREATE:
    case IRP_MJ_CLEANUP:
    case IRP_MJ_CLOSE:
        return syspte_wdf_file_request(device, irp);
    case IRP_MJ_READ:
    case IRP_MJ_WRITE:
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        return syspte_wdf_io(device, irp);
    default:
        if (has_below && syspte_wdf_device_of(device)->init.is_filter) {
            return syspte_wdf_pass(device, irp);
        }
        break;
    }
    return syspte_wdf_complete(irp, STATUS_INVALID_DEVICE_REQUEST);
}
