// SPDX-License-Identifier: MIT
// The framework's device object: a WDM device object on top of the stack, whose extension names the
// framework's. A device that a bus reports goes when the PnP manager removes it; one that the
// driver made up (a control device) when the driver deletes it.
// Source: wdfdevice nf-wdfdevice-wdfdevicecreate, wdfdriver nc-wdfdriver-evt_wdf_driver_device_add,
// wdfcontrol nf-wdfcontrol-wdfcontrolfinishinitializing.
#include "sim/wdf_device.h"

#include "sim/crt.h"

#include <string.h>

typedef struct extension {
    uintptr_t handle;
} extension;

static syspte_wdf_device *body_of(syspte_wdf_object *device)
{
    SYSPTE_WDK_STATIC_ASSERT(sizeof(syspte_wdf_device) <= sizeof device->body, "a device fits");
    return (syspte_wdf_device *)device->body;
}

static UNICODE_STRING string_of(WCHAR *text)
{
    UNICODE_STRING string = {.Length = (USHORT)(syspte_crt_wcslen(text) * sizeof(WCHAR)),
                             .Buffer = text};
    string.MaximumLength = string.Length;
    return string;
}

// ---- End

static void dispose(syspte_wdf_object *device)
{
    syspte_wdf_device *d = body_of(device);
    if (d->link[0] != 0) {
        UNICODE_STRING link = string_of(d->link);
        (void)IoDeleteSymbolicLink(&link);
    }
    if (d->below != NULL) {
        IoDetachDevice(d->below);
        d->below = NULL;
    }
}

static void destroy(syspte_wdf_object *device)
{
    if (body_of(device)->wdm != NULL) {
        IoDeleteDevice(body_of(device)->wdm);
    }
}

const syspte_wdf_class syspte_wdf_device_class = {
    .name = "WDFDEVICE", .is_kept = true, .dispose = dispose, .destroy = destroy};

void syspte_wdf_device_remove(syspte_wdf_object *device)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_wdf_delete(&caller, device);
}

syspte_wdf_object *syspte_wdf_device_find(PDEVICE_OBJECT wdm)
{
    const extension *e = wdm == NULL ? NULL : wdm->DeviceExtension;
    bool is_ours = e != NULL && wdm->Size == sizeof(DEVICE_OBJECT) + sizeof(extension);
    syspte_wdf_object *object = is_ours ? syspte_wdf_peek((void *)e->handle) : NULL;
    return object != NULL && object->class == &syspte_wdf_device_class ? object : NULL;
}

// ---- Begin

static ULONG flags_of(const syspte_wdf_init *init, PDEVICE_OBJECT below)
{
    ULONG flags = DO_POWER_PAGABLE;
    if (init->is_filter) {
        return below->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO | DO_POWER_PAGABLE | DO_POWER_INRUSH);
    }
    if (init->io_type == WdfDeviceIoBuffered) {
        flags |= DO_BUFFERED_IO;
    } else if (init->io_type == WdfDeviceIoDirect || init->io_type == WdfDeviceIoBufferedOrDirect) {
        flags |= DO_DIRECT_IO;
    }
    return init->is_inrush ? (flags & ~(ULONG)DO_POWER_PAGABLE) | DO_POWER_INRUSH : flags;
}

static NTSTATUS wdm_create(const syspte_caller *caller, syspte_wdf_object *device)
{
    syspte_wdf_device *d = body_of(device);
    UNICODE_STRING name = string_of(d->init.name);
    NTSTATUS status = syspte_at_IoCreateDevice(
        syspte_wdf_driver_wdm(d->init.driver), sizeof(extension), name.Length == 0 ? NULL : &name,
        d->init.type, d->init.characteristics, d->init.is_exclusive, &d->wdm, caller->file,
        caller->line, caller->function);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    ((extension *)d->wdm->DeviceExtension)->handle = device->handle;
    if (d->init.physical == NULL) {
        d->wdm->Flags |= flags_of(&d->init, NULL);
        return STATUS_SUCCESS;
    }
    d->below = IoAttachDeviceToDeviceStack(d->wdm, d->init.physical);
    if (d->below == NULL) {
        return STATUS_NO_SUCH_DEVICE;
    }
    d->wdm->Flags |= flags_of(&d->init, d->below);
    d->wdm->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static NTSTATUS target_create(syspte_wdf_object *device, syspte_wdf_object **target)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF,
                          .caller = &caller,
                          .class = &syspte_wdf_target_class,
                          .parent = device,
                          .is_own = true};
    return syspte_wdf_create(&ask, target);
}

SYSPTE_ENTRY(NTSTATUS, WdfDeviceCreate,
             (PWDFDEVICE_INIT * DeviceInit, PWDF_OBJECT_ATTRIBUTES DeviceAttributes,
              WDFDEVICE *Device),
             (DeviceInit, DeviceAttributes, Device))
{
    syspte_wdf_object *device;
    syspte_wdf_object *init =
        syspte_wdf_find(SYSPTE_API_WDF_DEVICE_CREATE, caller, *DeviceInit, &syspte_wdf_init_class);
    *Device = NULL;
    if (init == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_DEVICE_CREATE,
                          .caller = caller,
                          .class = &syspte_wdf_device_class,
                          .attributes = DeviceAttributes,
                          .parent = syspte_wdf_init_of(init)->driver,
                          .owns_parent = true};
    NTSTATUS status = syspte_wdf_create(&ask, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    syspte_wdf_device *d = body_of(device);
    d->init = *syspte_wdf_init_of(init);
    d->state = WdfPowerDeviceD3Final;
    d->wakes = WdfFalse;
    device->is_kept = d->init.physical != NULL;
    status = wdm_create(caller, device);
    if (NT_SUCCESS(status)) {
        status = target_create(device, &d->target);
    }
    if (!NT_SUCCESS(status)) {
        syspte_wdf_delete(caller, device);
        return status;
    }
    syspte_wdf_delete(caller, init);
    *DeviceInit = NULL;
    *Device = syspte_wdf_device_handle(device);
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY_VOID(WdfControlFinishInitializing, (WDFDEVICE Device), (Device))
{
    syspte_wdf_object *device =
        syspte_wdf_find(SYSPTE_API_WDF, caller, Device, &syspte_wdf_device_class);
    if (device != NULL) {
        body_of(device)->wdm->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
        body_of(device)->state = WdfPowerDeviceD0;
    }
}

// ---- AddDevice

static syspte_wdf_object *device_over(const syspte_wdf_object *driver, PDEVICE_OBJECT physical)
{
    syspte_wdf_object *device = NULL;
    do {
        device = syspte_wdf_child(driver, &syspte_wdf_device_class, device);
    } while (device != NULL && body_of(device)->init.physical != physical);
    return device;
}

NTSTATUS syspte_wdf_device_add(syspte_wdf_object *driver, PFN_WDF_DRIVER_DEVICE_ADD add,
                               PDEVICE_OBJECT physical)
{
    syspte_wdf_object *init;
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF,
                          .caller = &caller,
                          .class = &syspte_wdf_init_class,
                          .parent = driver,
                          .is_own = true};
    NTSTATUS status = syspte_wdf_create(&ask, &init);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    uintptr_t handle = init->handle;
    *syspte_wdf_init_of(init) = (syspte_wdf_init){.driver = driver,
                                                  .physical = physical,
                                                  .type = FILE_DEVICE_UNKNOWN,
                                                  .io_type = WdfDeviceIoBuffered,
                                                  .characteristics = FILE_DEVICE_SECURE_OPEN};
    SYSPTE_WDF_ASK(status, add, "EvtDriverDeviceAdd",
                   ((WDFDRIVER)driver->handle, (PWDFDEVICE_INIT)handle));
    if (syspte_wdf_peek((void *)handle) == init) {
        syspte_wdf_delete(&caller, init);
    }
    syspte_wdf_object *device = NT_SUCCESS(status) ? NULL : device_over(driver, physical);
    if (device != NULL) {
        syspte_wdf_device_remove(device);
    }
    return status;
}

// ---- Names

SYSPTE_ENTRY(NTSTATUS, WdfDeviceCreateSymbolicLink,
             (WDFDEVICE Device, PCUNICODE_STRING SymbolicLinkName), (Device, SymbolicLinkName))
{
    syspte_wdf_object *device =
        syspte_wdf_find(SYSPTE_API_WDF, caller, Device, &syspte_wdf_device_class);
    if (device == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    syspte_wdf_device *d = body_of(device);
    UNICODE_STRING name = string_of(d->init.name);
    if (SymbolicLinkName->Length > sizeof d->link - sizeof(WCHAR)) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    if (d->link[0] != 0) {
        syspte_misused("a framework device has at most one symbolic link here");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    memcpy(d->link, SymbolicLinkName->Buffer, SymbolicLinkName->Length);
    UNICODE_STRING link = string_of(d->link);
    NTSTATUS status =
        syspte_at_IoCreateSymbolicLink(&link, &name, caller->file, caller->line, caller->function);
    if (!NT_SUCCESS(status)) {
        memset(d->link, 0, sizeof d->link);
    }
    return status;
}
