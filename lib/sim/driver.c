// SPDX-License-Identifier: MIT
// What the I/O manager does with a driver: its object, its entry, its devices and its end. Driver
// objects and physical devices are the machine's own, so the driver cannot leak them.
// Source: nc-wdm-driver_initialize, nc-wdm-driver_add_device, nc-wdm-driver_unload.
#include "sim/object.h"

#include <syspte/driver.h>

enum { DRIVERS = 8, DEVICES = 16 };

static WCHAR path[] = L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver";
static WCHAR name[] = L"\\Driver\\driver";

typedef struct driver_slot {
    bool used;
    DRIVER_OBJECT object;
    DRIVER_EXTENSION extension;
} driver_slot;

static struct {
    uint32_t generation;
    driver_slot drivers[DRIVERS];
    DRIVER_OBJECT bus;
    unsigned device_count;
    DEVICE_OBJECT devices[DEVICES];
} loaded;

static NTSTATUS complete(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS NTAPI refuse(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    return complete(Irp, STATUS_INVALID_DEVICE_REQUEST);
}

static NTSTATUS NTAPI succeed(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    return complete(Irp, STATUS_SUCCESS);
}

static void routines_fill(PDRIVER_OBJECT driver, PDRIVER_DISPATCH routine)
{
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        driver->MajorFunction[i] = routine;
    }
}

// False: there is no machine (said). Forgets an older one's drivers.
static bool begin(void)
{
    if (!syspte_the.booted) {
        syspte_misused("syspte/driver.h needs a machine: call syspte_boot first");
        return false;
    }
    if (loaded.generation != syspte_the.generation) {
        loaded.generation = syspte_the.generation;
        loaded.device_count = 0;
        for (unsigned i = 0; i < DRIVERS; i++) {
            loaded.drivers[i].used = false;
        }
        loaded.bus = (DRIVER_OBJECT){.Type = IO_TYPE_DRIVER, .Size = sizeof(DRIVER_OBJECT)};
        routines_fill(&loaded.bus, succeed);
    }
    return true;
}

static UNICODE_STRING string_of(WCHAR *text, size_t bytes)
{
    return (UNICODE_STRING){
        .Length = (USHORT)(bytes - sizeof(WCHAR)), .MaximumLength = (USHORT)bytes, .Buffer = text};
}

static driver_slot *slot_take(PDRIVER_INITIALIZE entry)
{
    for (unsigned i = 0; i < DRIVERS; i++) {
        driver_slot *slot = &loaded.drivers[i];
        if (!slot->used) {
            *slot = (driver_slot){.used = true};
            slot->object.Type = IO_TYPE_DRIVER;
            slot->object.Size = sizeof slot->object;
            slot->object.DriverInit = entry;
            slot->object.DriverName = string_of(name, sizeof name);
            slot->object.DriverExtension = &slot->extension;
            slot->extension.DriverObject = &slot->object;
            routines_fill(&slot->object, refuse);
            return slot;
        }
    }
    return NULL;
}

// What DriverEntry created is ready when it returns: the I/O manager clears the flag.
static void devices_ready(PDRIVER_OBJECT driver)
{
    for (PDEVICE_OBJECT d = driver->DeviceObject; d != NULL; d = d->NextDevice) {
        d->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    }
}

int32_t syspte_driver_load(int32_t (*entry)(struct _DRIVER_OBJECT *driver,
                                            struct _UNICODE_STRING *registry_path),
                           struct _DRIVER_OBJECT **driver)
{
    UNICODE_STRING registry_path = string_of(path, sizeof path);
    *driver = NULL;
    if (!begin()) {
        return STATUS_UNSUCCESSFUL;
    }
    driver_slot *slot = slot_take(entry);
    if (slot == NULL) {
        syspte_misused("8 drivers are loaded already: unload one first");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = entry(&slot->object, &registry_path);
    slot->used = NT_SUCCESS(status);
    if (slot->used) {
        devices_ready(&slot->object);
        *driver = &slot->object;
    }
    return status;
}

int32_t syspte_driver_add_device(struct _DRIVER_OBJECT *driver, struct _DEVICE_OBJECT **physical)
{
    *physical = NULL;
    if (!begin()) {
        return STATUS_UNSUCCESSFUL;
    }
    if (driver->DriverExtension->AddDevice == NULL) {
        return STATUS_NOT_SUPPORTED;
    }
    if (loaded.device_count == DEVICES) {
        syspte_misused("16 physical devices were made already: boot a new machine");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    PDEVICE_OBJECT device = &loaded.devices[loaded.device_count++];
    *device = (DEVICE_OBJECT){.Type = IO_TYPE_DEVICE, .Size = sizeof *device};
    device->DriverObject = &loaded.bus;
    device->Flags = DO_BUS_ENUMERATED_DEVICE;
    device->DeviceType = FILE_DEVICE_UNKNOWN;
    device->StackSize = 1;
    *physical = device;
    return driver->DriverExtension->AddDevice(driver, device);
}

void syspte_driver_unload(struct _DRIVER_OBJECT *driver)
{
    if (!begin()) {
        return;
    }
    if (driver->DriverUnload != NULL) {
        driver->DriverUnload(driver);
    }
    if (driver->DeviceObject != NULL) {
        syspte_event event = {.rule = SYSPTE_RULE_DEVICES_LEFT};
        syspte_world_take();
        (void)syspte_violate(&event, 0, 0, 0);
        syspte_world_give();
    }
    for (unsigned i = 0; i < DRIVERS; i++) {
        loaded.drivers[i].used &= &loaded.drivers[i].object != driver;
    }
}

int32_t syspte_irp_send(struct _DEVICE_OBJECT *device, struct _IRP *irp)
{
    PDEVICE_OBJECT top = device;
    if (!begin()) {
        return STATUS_UNSUCCESSFUL;
    }
    while (top->AttachedDevice != NULL) {
        top = top->AttachedDevice;
    }
    return IofCallDriver(top, irp);
}
