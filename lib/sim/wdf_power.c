// SPDX-License-Identifier: MIT
// A device on its way into its working state and out of it, callback by callback, and the power
// requests that lead there. The machine sends the request for the device itself, as the power
// manager does for a driver that asks for it; the one for the system is passed on.
// What a callback of the way down returns changes nothing: the device leaves D0 all the same.
// Source: wdf/a-user-plugs-in-a-device, wdf/a-device-enters-a-low-power-state,
// wdf/a-device-returns-to-its-working-state, wdf/a-user-unplugs-a-device,
// wdfdevice nc-wdfdevice-evt_wdf_device_d0_entry, nc-wdfdevice-evt_wdf_device_self_managed_io_init.
#include "sim/wdf_power.h"

// ---- Into D0

static NTSTATUS self_managed_start(syspte_wdf_object *device)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    WDFDEVICE handle = syspte_wdf_device_handle(device);
    NTSTATUS status = STATUS_SUCCESS;
    if (!d->has_self_managed) {
        d->has_self_managed = true;
        SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceSelfManagedIoInit, "EvtDeviceSelfManagedIoInit",
                       (handle));
    } else if (d->is_suspended) {
        SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceSelfManagedIoRestart,
                       "EvtDeviceSelfManagedIoRestart", (handle));
    }
    d->is_suspended = !NT_SUCCESS(status);
    return status;
}

// What comes after EvtDeviceD0Entry.
static NTSTATUS start(syspte_wdf_object *device, WDF_POWER_DEVICE_STATE previous)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    WDFDEVICE handle = syspte_wdf_device_handle(device);
    NTSTATUS status = syspte_wdf_interrupts_enable(device);
    if (NT_SUCCESS(status)) {
        SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceD0EntryPostInterruptsEnabled,
                       "EvtDeviceD0EntryPostInterruptsEnabled", (handle, previous));
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = syspte_wdf_dma_start(device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (d->is_armed) {
        d->is_armed = false;
        SYSPTE_WDF_CALL(d->init.policy.EvtDeviceDisarmWakeFromSx, "EvtDeviceDisarmWakeFromSx",
                        (handle));
    }
    syspte_wdf_queues_start(device);
    return self_managed_start(device);
}

NTSTATUS syspte_wdf_power_up(syspte_wdf_object *device, WDF_POWER_DEVICE_STATE previous)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    NTSTATUS status = STATUS_SUCCESS;
    SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceD0Entry, "EvtDeviceD0Entry",
                   (syspte_wdf_device_handle(device), previous));
    if (!NT_SUCCESS(status)) {
        d->is_failed = true;
        return status;
    }
    d->state = WdfPowerDeviceD0;
    status = start(device, previous);
    if (!NT_SUCCESS(status)) {
        d->is_failed = true;
        syspte_wdf_power_down(device, WdfPowerDeviceD3Final, true);
    }
    return status;
}

// ---- Out of it

static void suspend(syspte_wdf_object *device)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    if (d->has_self_managed && !d->is_suspended) {
        NTSTATUS status = STATUS_SUCCESS;
        d->is_suspended = true;
        SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceSelfManagedIoSuspend,
                       "EvtDeviceSelfManagedIoSuspend", (syspte_wdf_device_handle(device)));
        (void)status;
    }
}

// The driver is asked to let the device wake the system only if it said that it can.
static void arm(syspte_wdf_object *device, WDF_POWER_DEVICE_STATE target)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    WDFDEVICE handle = syspte_wdf_device_handle(device);
    NTSTATUS status = STATUS_NOT_SUPPORTED;
    if (target == WdfPowerDeviceD3Final || d->wakes == WdfFalse || d->init.is_not_owner) {
        return;
    }
    if (d->init.policy.EvtDeviceArmWakeFromSxWithReason != NULL) {
        SYSPTE_WDF_ASK(status, d->init.policy.EvtDeviceArmWakeFromSxWithReason,
                       "EvtDeviceArmWakeFromSxWithReason", (handle, TRUE, FALSE));
    } else {
        SYSPTE_WDF_ASK(status, d->init.policy.EvtDeviceArmWakeFromSx, "EvtDeviceArmWakeFromSx",
                       (handle));
    }
    d->is_armed = NT_SUCCESS(status);
}

void syspte_wdf_power_down(syspte_wdf_object *device, WDF_POWER_DEVICE_STATE target, bool surprised)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    WDFDEVICE handle = syspte_wdf_device_handle(device);
    NTSTATUS status = STATUS_SUCCESS;
    if (surprised) {
        syspte_wdf_queues_stop(device, target);
        suspend(device);
    } else {
        suspend(device);
        syspte_wdf_queues_stop(device, target);
        arm(device, target);
    }
    syspte_wdf_dma_stop(device);
    SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceD0ExitPreInterruptsDisabled,
                   "EvtDeviceD0ExitPreInterruptsDisabled", (handle, target));
    syspte_wdf_interrupts_disable(device);
    SYSPTE_WDF_ASK(status, d->init.pnp.EvtDeviceD0Exit, "EvtDeviceD0Exit", (handle, target));
    (void)status;
    d->state = target;
}

// ---- Requests

static WDF_POWER_DEVICE_STATE state_of(DEVICE_POWER_STATE state)
{
    return (WDF_POWER_DEVICE_STATE)(WdfPowerDeviceD0 + ((unsigned)state - PowerDeviceD0));
}

static NTSTATUS pass(syspte_wdf_object *device, PIRP irp)
{
    PoStartNextPowerIrp(irp);
    return syspte_wdf_pass(device, irp);
}

// The drivers below come first on the way up.
static NTSTATUS set_device_up(syspte_wdf_object *device, PIRP irp)
{
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    WDF_POWER_DEVICE_STATE previous = d->state;
    NTSTATUS status = syspte_wdf_pass_and_wait(device, irp);
    if (NT_SUCCESS(status) && previous != WdfPowerDeviceD0) {
        status = syspte_wdf_power_up(device, previous);
    }
    PoStartNextPowerIrp(irp);
    return syspte_wdf_complete(irp, status);
}

NTSTATUS syspte_wdf_power(syspte_wdf_object *device, PIRP irp)
{
    const IO_STACK_LOCATION *at = IoGetCurrentIrpStackLocation(irp);
    syspte_wdf_device *d = syspte_wdf_device_of(device);
    if (d->below == NULL) {
        PoStartNextPowerIrp(irp);
        return syspte_wdf_complete(irp, STATUS_SUCCESS);
    }
    if (at->MinorFunction != IRP_MN_SET_POWER) {
        return pass(device, irp);
    }
    d->action = at->Parameters.Power.ShutdownType;
    if (at->Parameters.Power.Type != DevicePowerState || d->state == WdfPowerDeviceD3Final) {
        return pass(device, irp);
    }
    if (at->Parameters.Power.State.DeviceState == PowerDeviceD0) {
        return set_device_up(device, irp);
    }
    if (d->state == WdfPowerDeviceD0) {
        syspte_wdf_power_down(device, state_of(at->Parameters.Power.State.DeviceState), false);
    }
    irp->IoStatus.Status = STATUS_SUCCESS;
    return pass(device, irp);
}
