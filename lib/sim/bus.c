// SPDX-License-Identifier: MIT
// The bus driver: the bottom of each device stack. Of PnP requests it answers those that a bus
// driver must, and leaves the status of all others alone, as documented; every other request ends
// with success.
// Source: irp-mn-start-device, irp-mn-query-capabilities, irp-mn-query-interface,
// irp-mn-read-config, irp-mn-set-power.
#include "sim/bus.h"

enum { PHYSICALS = 16 };

static struct {
    uint32_t generation;
    DRIVER_OBJECT driver;
    syspte_physical physicals[PHYSICALS];
} bus;

// ---- PnP

static NTSTATUS capabilities(PDEVICE_CAPABILITIES out)
{
    if (out->Version != 1 || out->Size < sizeof *out) {
        return STATUS_UNSUCCESSFUL;
    }
    out->DeviceD1 = out->DeviceD2 = 0;
    out->SurpriseRemovalOK = 1;
    out->DeviceState[PowerSystemUnspecified] = PowerDeviceUnspecified;
    out->DeviceState[PowerSystemWorking] = PowerDeviceD0;
    for (unsigned s = PowerSystemSleeping1; s <= PowerSystemShutdown; s++) {
        out->DeviceState[s] = PowerDeviceD3;
    }
    out->SystemWake = PowerSystemUnspecified;
    out->DeviceWake = PowerDeviceUnspecified;
    return STATUS_SUCCESS;
}

static NTSTATUS config(PIRP irp, syspte_physical *physical, const IO_STACK_LOCATION *at)
{
    if (at->Parameters.ReadWriteConfig.WhichSpace != PCI_WHICHSPACE_CONFIG) {
        return STATUS_INVALID_PARAMETER;
    }
    PVOID buffer = at->Parameters.ReadWriteConfig.Buffer;
    ULONG offset = at->Parameters.ReadWriteConfig.Offset;
    ULONG length = at->Parameters.ReadWriteConfig.Length;
    irp->IoStatus.Information = at->MinorFunction == IRP_MN_READ_CONFIG
                                    ? syspte_pci_read(physical, buffer, offset, length)
                                    : syspte_pci_write(physical, buffer, offset, length);
    return irp->IoStatus.Information == length ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

static NTSTATUS pnp(PIRP irp, syspte_physical *physical, const IO_STACK_LOCATION *at)
{
    NTSTATUS status = STATUS_SUCCESS;
    switch (at->MinorFunction) {
    case IRP_MN_START_DEVICE:
        syspte_pci_decode(physical, true);
        physical->power = PowerDeviceD0;
        return STATUS_SUCCESS;
    case IRP_MN_STOP_DEVICE:
    case IRP_MN_REMOVE_DEVICE:
        syspte_pci_decode(physical, false);
        return STATUS_SUCCESS;
    case IRP_MN_QUERY_STOP_DEVICE:
    case IRP_MN_CANCEL_STOP_DEVICE:
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
    case IRP_MN_SURPRISE_REMOVAL:
        return STATUS_SUCCESS;
    case IRP_MN_QUERY_CAPABILITIES:
        return capabilities(at->Parameters.DeviceCapabilities.Capabilities);
    case IRP_MN_QUERY_INTERFACE:
        status = syspte_bus_interface(physical, at);
        return status == STATUS_NOT_SUPPORTED ? irp->IoStatus.Status : status;
    case IRP_MN_READ_CONFIG:
    case IRP_MN_WRITE_CONFIG:
        return config(irp, physical, at);
    default:
        return irp->IoStatus.Status;
    }
}

static NTSTATUS power(syspte_physical *physical, const IO_STACK_LOCATION *at)
{
    if (at->MinorFunction == IRP_MN_SET_POWER && at->Parameters.Power.Type == DevicePowerState) {
        physical->power = at->Parameters.Power.State.DeviceState;
    }
    return at->MinorFunction == IRP_MN_WAIT_WAKE ? STATUS_NOT_SUPPORTED : STATUS_SUCCESS;
}

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    const IO_STACK_LOCATION *at = IoGetCurrentIrpStackLocation(Irp);
    syspte_physical *physical = CONTAINING_RECORD(DeviceObject, syspte_physical, object);
    NTSTATUS status = STATUS_SUCCESS;
    if (at->MajorFunction == IRP_MJ_PNP) {
        status = pnp(Irp, physical, at);
    } else if (at->MajorFunction == IRP_MJ_POWER) {
        PoStartNextPowerIrp(Irp);
        status = power(physical, at);
    }
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

// ---- Devices

// Forgets an older machine's devices.
static void renew(void)
{
    if (bus.generation == syspte_the.generation) {
        return;
    }
    bus.generation = syspte_the.generation;
    bus.driver = (DRIVER_OBJECT){.Type = IO_TYPE_DRIVER, .Size = sizeof(DRIVER_OBJECT)};
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        bus.driver.MajorFunction[i] = dispatch;
    }
    for (unsigned i = 0; i < PHYSICALS; i++) {
        bus.physicals[i].used = false;
    }
}

unsigned syspte_bus_number(const syspte_physical *physical)
{
    return (unsigned)(physical - bus.physicals) + 1;
}

syspte_physical *syspte_bus_make(void)
{
    unsigned i = 0;
    renew();
    while (i < PHYSICALS && bus.physicals[i].used) {
        i++;
    }
    if (i == PHYSICALS) {
        return NULL;
    }
    syspte_physical *made = &bus.physicals[i];
    *made = (syspte_physical){.used = true, .power = PowerDeviceD3};
    made->object.Type = IO_TYPE_DEVICE;
    made->object.Size = sizeof made->object;
    made->object.DriverObject = &bus.driver;
    made->object.Flags = DO_BUS_ENUMERATED_DEVICE;
    made->object.DeviceType = FILE_DEVICE_UNKNOWN;
    made->object.StackSize = 1;
    return made;
}

void syspte_bus_release(syspte_physical *physical)
{
    physical->used = false;
}

syspte_physical *syspte_bus_next(const syspte_physical *physical)
{
    unsigned i = physical == NULL ? 0 : (unsigned)(physical - bus.physicals) + 1;
    renew();
    while (i < PHYSICALS && !bus.physicals[i].used) {
        i++;
    }
    return i < PHYSICALS ? &bus.physicals[i] : NULL;
}

syspte_physical *syspte_bus_find(const DEVICE_OBJECT *device)
{
    syspte_physical *physical = syspte_bus_next(NULL);
    while (physical != NULL && &physical->object != device) {
        physical = syspte_bus_next(physical);
    }
    return physical;
}
