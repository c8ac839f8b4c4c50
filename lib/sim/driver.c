// SPDX-License-Identifier: MIT
// What the I/O manager does with a driver: its object, its entry, its devices and its end. Driver
// objects and physical devices are the machine's own, so the driver cannot leak them.
// Source: nc-wdm-driver_initialize, nc-wdm-driver_add_device, nc-wdm-driver_unload.
#include "sim/bus.h"
#include "sim/irql.h"
#include "sim/object.h"
#include "sim/request.h"
#include "sim/wdf.h"

#include <syspte/driver.h>

enum { DRIVERS = 8 };

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
} loaded;

static NTSTATUS NTAPI refuse(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    Irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INVALID_DEVICE_REQUEST;
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
        for (unsigned i = 0; i < DRIVERS; i++) {
            loaded.drivers[i].used = false;
        }
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
            for (unsigned f = 0; f <= IRP_MJ_MAXIMUM_FUNCTION; f++) {
                slot->object.MajorFunction[f] = refuse;
            }
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

int32_t syspte_driver_load(syspte_ntstatus (*entry)(struct _DRIVER_OBJECT *driver,
                                                    struct _UNICODE_STRING *registry_path),
                           struct _DRIVER_OBJECT **driver)
{
    UNICODE_STRING registry_path = string_of(path, sizeof path);
    *driver = NULL;
    if (!begin()) {
        return STATUS_UNSUCCESSFUL;
    }
    if (entry == NULL) {
        syspte_misused("there is no DriverEntry to call: it is NULL");
        return STATUS_INVALID_PARAMETER;
    }
    driver_slot *slot = slot_take(entry);
    if (slot == NULL) {
        syspte_misused("8 drivers are loaded already: unload one first");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    KIRQL before = KeGetCurrentIrql();
    NTSTATUS status = entry(&slot->object, &registry_path);
    syspte_irql_return(before, "DriverEntry");
    slot->used = NT_SUCCESS(status);
    if (slot->used) {
        devices_ready(&slot->object);
        *driver = &slot->object;
    } else {
        syspte_wdf_driver_abandon(&slot->object);
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
    syspte_physical *made = syspte_bus_make();
    if (made == NULL) {
        syspte_misused("16 physical devices were made already: boot a new machine");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *physical = &made->object;
    KIRQL before = KeGetCurrentIrql();
    NTSTATUS status = driver->DriverExtension->AddDevice(driver, *physical);
    syspte_irql_return(before, "AddDevice");
    return status;
}

void syspte_driver_unload(struct _DRIVER_OBJECT *driver)
{
    if (!begin()) {
        return;
    }
    if (driver->DriverUnload != NULL) {
        KIRQL before = KeGetCurrentIrql();
        driver->DriverUnload(driver);
        syspte_irql_return(before, "DriverUnload");
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
    return begin() ? IofCallDriver(syspte_request_top(device), irp) : STATUS_UNSUCCESSFUL;
}
