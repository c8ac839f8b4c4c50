// SPDX-License-Identifier: MIT
// The requests of the PnP manager, as the framework handles them for a function driver or a filter.
// EvtDeviceReleaseHardware follows each EvtDevicePrepareHardware once, whatever that returned; a
// device that has failed is still to be removed.
// Source: wdf/a-user-plugs-in-a-device, wdf/a-user-unplugs-a-device,
// wdf/the-pnp-manager-redistributes-system-resources,
// wdfdevice nc-wdfdevice-evt_wdf_device_prepare_hardware,
// nc-wdfdevice-evt_wdf_device_release_hardware, nc-wdfdevice-evt_wdf_device_surprise_removal.
#include "sim/wdf_power.h"

// ---- Hardware

static void release_hardware(syspte_wdf_object *device)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    NTSTATUS status = STATUS_SUCCESS;
    if (!d->is_prepared) {
        return;
    }
    d->is_prepared = false;
    SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceReleaseHardware, "EvtDeviceReleaseHardware",
                   (syspte_wdf_device_handle(device), (WDFCMRESLIST)d->translated->handle));
    (void)status;
    syspte_wdf_interrupts_release(device);
    syspte_wdf_delete(&caller, d->raw);
    syspte_wdf_delete(&caller, d->translated);
    d->raw = d->translated = NULL;
}

static NTSTATUS prepare_hardware(syspte_wdf_object *device, const IO_STACK_LOCATION *at)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    NTSTATUS status =
        syspte_wdf_resources_create(device, at->Parameters.StartDevice.AllocatedResources, &d->raw);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = syspte_wdf_resources_create(
        device, at->Parameters.StartDevice.AllocatedResourcesTranslated, &d->translated);
    if (!NT_SUCCESS(status)) {
        syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
        syspte_wdf_delete(&caller, d->raw);
        d->raw = NULL;
        return status;
    }
    d->is_prepared = true;
    syspte_wdf_interrupts_assign(device);
    SYSPTE_WDF_ASK(status, d->init.pnp.EvtDevicePrepareHardware, "EvtDevicePrepareHardware",
                   (syspte_wdf_device_handle(device), (WDFCMRESLIST)d->raw->handle,
                    (WDFCMRESLIST)d->translated->handle));
    return status;
}

// ---- Stop and go

static NTSTATUS start(syspte_wdf_object *device, const IO_STACK_LOCATION *at)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    if (d->is_prepared) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    d->is_failed = false;
    NTSTATUS status = prepare_hardware(device, at);
    if (NT_SUCCESS(status)) {
        status = syspte_wdf_power_up(device, WdfPowerDeviceD3Final);
    }
    if (!NT_SUCCESS(status)) {
        release_hardware(device);
    }
    return status;
}

static void stop(syspte_wdf_object *device, bool surprised)
{
    if (syspte_wdf_device_of(device)->state == WdfPowerDeviceD0) {
        syspte_wdf_power_down(device, WdfPowerDeviceD3Final, surprised);
    }
    syspte_wdf_device_of(device)->state = WdfPowerDeviceD3Final;
    release_hardware(device);
}

static void self_managed_end(syspte_wdf_object *device, bool cleanup)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    WDFDEVICE handle = syspte_wdf_device_handle(device);
    if (d->has_self_managed && !d->is_flushed) {
        d->is_flushed = true;
        SYSPTE_WDF_CALL(d->init.pnp.EvtDeviceSelfManagedIoFlush, "EvtDeviceSelfManagedIoFlush",
                        (handle));
    }
    if (d->has_self_managed && cleanup) {
        d->has_self_managed = false;
        SYSPTE_WDF_CALL(d->init.pnp.EvtDeviceSelfManagedIoCleanup, "EvtDeviceSelfManagedIoCleanup",
                        (handle));
    }
}

// ---- Requests

static NTSTATUS start_device(syspte_wdf_object *device, PIRP irp)
{
    NTSTATUS status = syspte_wdf_pass_and_wait(device, irp);
    if (NT_SUCCESS(status)) {
        status = start(device, IoGetCurrentIrpStackLocation(irp));
    }
    return syspte_wdf_complete(irp, status);
}

static NTSTATUS stop_device(syspte_wdf_object *device, PIRP irp)
{
    stop(device, false);
    irp->IoStatus.Status = STATUS_SUCCESS;
    return syspte_wdf_pass(device, irp);
}

static NTSTATUS surprise_removal(syspte_wdf_object *device, PIRP irp)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    SYSPTE_WDF_CALL(d->init.pnp.EvtDeviceSurpriseRemoval, "EvtDeviceSurpriseRemoval",
                    (syspte_wdf_device_handle(device)));
    stop(device, true);
    syspte_wdf_queues_purge(device);
    self_managed_end(device, false);
    irp->IoStatus.Status = STATUS_SUCCESS;
    return syspte_wdf_pass(device, irp);
}

static NTSTATUS remove_device(syspte_wdf_object *device, PIRP irp)
{
    stop(device, false);
    syspte_wdf_queues_purge(device);
    self_managed_end(device, true);
    irp->IoStatus.Status = STATUS_SUCCESS;
    NTSTATUS status = syspte_wdf_pass(device, irp);
    syspte_wdf_device_remove(device);
    return status;
}

// A driver without the callback agrees.
static NTSTATUS query(syspte_wdf_object *device, PIRP irp, bool is_stop)
{
    const syspte_wdf_device *d = syspte_wdf_device_of(device);
    WDFDEVICE handle = syspte_wdf_device_handle(device);
    NTSTATUS status = STATUS_SUCCESS;
    if (d->is_static) {
        status = STATUS_INVALID_DEVICE_REQUEST;
    } else if (is_stop) {
        SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceQueryStop, "EvtDeviceQueryStop", (handle));
    } else {
        SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceQueryRemove, "EvtDeviceQueryRemove", (handle));
    }
    if (!NT_SUCCESS(status)) {
        return syspte_wdf_complete(irp, status);
    }
    irp->IoStatus.Status = STATUS_SUCCESS;
    return syspte_wdf_pass(device, irp);
}

static NTSTATUS query_state(syspte_wdf_object *device, PIRP irp)
{
    const syspte_wdf_device *d = syspte_wdf_device_of(device);
    NTSTATUS status = syspte_wdf_pass_and_wait(device, irp);
    if (status == STATUS_NOT_SUPPORTED || NT_SUCCESS(status)) {
        irp->IoStatus.Information |= d->reported | (d->is_failed ? PNP_DEVICE_FAILED : 0u);
        status = STATUS_SUCCESS;
    }
    return syspte_wdf_complete(irp, status);
}

static NTSTATUS query_capabilities(syspte_wdf_object *device, PIRP irp)
{
    NTSTATUS status = syspte_wdf_pass_and_wait(device, irp);
    if (NT_SUCCESS(status)) {
        syspte_wdf_capabilities_fill(
            device, IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceCapabilities.Capabilities);
    }
    return syspte_wdf_complete(irp, status);
}

NTSTATUS syspte_wdf_pnp(syspte_wdf_object *device, PIRP irp)
{
    if (syspte_wdf_device_of(device)->below == NULL) {
        return syspte_wdf_complete(irp, STATUS_INVALID_DEVICE_REQUEST);
    }
    switch (IoGetCurrentIrpStackLocation(irp)->MinorFunction) {
    case IRP_MN_START_DEVICE:
        return start_device(device, irp);
    case IRP_MN_STOP_DEVICE:
        return stop_device(device, irp);
    case IRP_MN_SURPRISE_REMOVAL:
        return surprise_removal(device, irp);
    case IRP_MN_REMOVE_DEVICE:
        return remove_device(device, irp);
    case IRP_MN_QUERY_STOP_DEVICE:
        return query(device, irp, true);
    case IRP_MN_QUERY_REMOVE_DEVICE:
        return query(device, irp, false);
    case IRP_MN_QUERY_PNP_DEVICE_STATE:
        return query_state(device, irp);
    case IRP_MN_QUERY_CAPABILITIES:
        return query_capabilities(device, irp);
    case IRP_MN_CANCEL_STOP_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
        irp->IoStatus.Status = STATUS_SUCCESS;
        return syspte_wdf_pass(device, irp);
    default:
        return syspte_wdf_pass(device, irp);
    }
}
