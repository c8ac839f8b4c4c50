// SPDX-License-Identifier: MIT
// The framework's driver object. The framework takes the WDM driver object over: AddDevice, the
// dispatch routines and DriverUnload are its own, and what the driver says of them is called from
// there. A DriverEntry that fails ends what it created, as the entry that is linked into a KMDF
// driver does.
// Source: wdfdriver nf-wdfdriver-wdfdrivercreate, ns-wdfdriver-_wdf_driver_config,
// nc-wdfdriver-evt_wdf_driver_unload, nf-wdfdriver-wdfdrivergetregistrypath.
#include "sim/wdf_device.h"

#include <string.h>
#include <syspte/scope.h>

enum { DEFAULT_TAG = 0x76697264 }; // 'driv', as the service's name begins

typedef struct driver_body {
    PDRIVER_OBJECT wdm;
    WDF_DRIVER_CONFIG config;
    const void *owner;  // of its objects
    syspte_scope scope; // theirs
    WCHAR path[128];
} driver_body;

const syspte_wdf_class syspte_wdf_driver_class = {.name = "WDFDRIVER", .is_kept = true};

static uintptr_t last; // handle of the driver that was created last

static driver_body *body_of(syspte_wdf_object *driver)
{
    SYSPTE_WDK_STATIC_ASSERT(sizeof(driver_body) <= sizeof driver->body, "a driver fits");
    return (driver_body *)driver->body;
}

syspte_wdf_object *syspte_wdf_driver_last(void)
{
    return syspte_wdf_peek((void *)last);
}

ULONG syspte_wdf_driver_tag(syspte_wdf_object *object)
{
    syspte_wdf_object *driver = syspte_wdf_parent(object, &syspte_wdf_driver_class);
    ULONG tag = driver == NULL ? 0 : body_of(driver)->config.DriverPoolTag;
    return tag == 0 ? DEFAULT_TAG : tag;
}

// The framework's object of a WDM driver; NULL if it has none.
static syspte_wdf_object *find(PDRIVER_OBJECT wdm)
{
    for (syspte_wdf_object *d = syspte_wdf_first(&syspte_wdf_driver_class); d != NULL;
         d = syspte_wdf_next(d)) {
        if (body_of(d)->wdm == wdm) {
            return d;
        }
    }
    return NULL;
}

// ---- What WDM calls

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT wdm, PDEVICE_OBJECT physical)
{
    syspte_wdf_object *driver = find(wdm);
    return syspte_wdf_device_add(driver, body_of(driver)->config.EvtDriverDeviceAdd, physical);
}

// What only references keep alive when the driver is deleted leaks.
static void delete_all(syspte_wdf_object *driver)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_scope scope = body_of(driver)->scope;
    syspte_wdf_delete(&caller, driver);
    (void)syspte_scope_leave(scope);
}

// A device that the PnP manager has not removed stays: the I/O manager finds it.
static VOID NTAPI unload(PDRIVER_OBJECT wdm)
{
    syspte_wdf_object *driver = find(wdm);
    if (driver == NULL) {
        return;
    }
    SYSPTE_WDF_CALL(body_of(driver)->config.EvtDriverUnload, "EvtDriverUnload",
                    ((WDFDRIVER)driver->handle));
    const syspte_wdf_object *device = syspte_wdf_child(driver, &syspte_wdf_device_class, NULL);
    while (device != NULL && !device->is_kept) {
        device = syspte_wdf_child(driver, &syspte_wdf_device_class, device);
    }
    if (device == NULL) {
        delete_all(driver);
    }
}

void syspte_wdf_driver_abandon(PDRIVER_OBJECT wdm)
{
    syspte_wdf_object *driver = find(wdm);
    if (driver != NULL) {
        delete_all(driver);
    }
}

const void *syspte_wdf_driver_owner(syspte_wdf_object *object)
{
    syspte_wdf_object *driver = syspte_wdf_parent(object, &syspte_wdf_driver_class);
    return driver == NULL ? NULL : body_of(driver)->owner;
}

// ---- Begin

// The first that no other driver has: a machine knows few owners, and a test may load one driver
// again and again.
static const void *owner_for(const syspte_wdf_object *driver)
{
    static const char owners[16];
    unsigned i = 0;
    const syspte_wdf_object *d = syspte_wdf_first(&syspte_wdf_driver_class);
    while (d != NULL && i < sizeof owners - 1) {
        bool has_it = d != driver && ((const driver_body *)d->body)->owner == &owners[i];
        i += has_it;
        d = has_it ? syspte_wdf_first(&syspte_wdf_driver_class) : syspte_wdf_next(d);
    }
    return &owners[i];
}

static void take_over(PDRIVER_OBJECT wdm, const WDF_DRIVER_CONFIG *config)
{
    bool is_pnp = (config->DriverInitFlags & WdfDriverInitNonPnpDriver) == 0;
    if (is_pnp) {
        wdm->DriverExtension->AddDevice = add_device;
    }
    if (is_pnp || config->EvtDriverUnload != NULL) {
        wdm->DriverUnload = unload;
    }
    if ((config->DriverInitFlags & WdfDriverInitNoDispatchOverride) == 0) {
        for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
            wdm->MajorFunction[i] = syspte_wdf_dispatch;
        }
    }
}

static void keep_path(driver_body *b, PCUNICODE_STRING path)
{
    size_t most = sizeof b->path - sizeof(WCHAR);
    size_t bytes = path == NULL ? 0 : path->Length < most ? path->Length : most;
    if (bytes != 0) {
        memcpy(b->path, path->Buffer, bytes);
    }
    b->path[bytes / sizeof(WCHAR)] = 0;
}

SYSPTE_ENTRY(NTSTATUS, WdfDriverCreate,
             (PDRIVER_OBJECT DriverObject, PCUNICODE_STRING RegistryPath,
              PWDF_OBJECT_ATTRIBUTES DriverAttributes, PWDF_DRIVER_CONFIG DriverConfig,
              WDFDRIVER *Driver),
             (DriverObject, RegistryPath, DriverAttributes, DriverConfig, Driver))
{
    syspte_wdf_object *object;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_DRIVER_CREATE,
                          .caller = caller,
                          .class = &syspte_wdf_driver_class,
                          .attributes = DriverAttributes,
                          .owns_parent = true};
    bool is_pnp = (DriverConfig->DriverInitFlags & WdfDriverInitNonPnpDriver) == 0;
    if (Driver != NULL) {
        *Driver = NULL;
    }
    if (DriverConfig->Size != sizeof(WDF_DRIVER_CONFIG)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (is_pnp == (DriverConfig->EvtDriverDeviceAdd == NULL)) {
        return STATUS_INVALID_PARAMETER;
    }
    if (find(DriverObject) != NULL) {
        return STATUS_DRIVER_INTERNAL_ERROR;
    }
    NTSTATUS status = syspte_wdf_create(&ask, &object);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    driver_body *b = body_of(object);
    b->wdm = DriverObject;
    b->config = *DriverConfig;
    b->owner = owner_for(object);
    b->scope = syspte_scope_enter_owned("the framework's objects", b->owner);
    keep_path(b, RegistryPath);
    take_over(DriverObject, DriverConfig);
    last = object->handle;
    if (Driver != NULL) {
        *Driver = (WDFDRIVER)object->handle;
    }
    return STATUS_SUCCESS;
}

// ---- Inspect

WDFDRIVER WdfGetDriver(VOID)
{
    syspte_wdf_object *driver = syspte_wdf_driver_last();
    return driver == NULL ? NULL : (WDFDRIVER)driver->handle;
}

WDFDRIVER WdfWdmDriverGetWdfDriverHandle(PDRIVER_OBJECT DriverObject)
{
    syspte_wdf_object *driver = find(DriverObject);
    return driver == NULL ? NULL : (WDFDRIVER)driver->handle;
}

PDRIVER_OBJECT syspte_wdf_driver_wdm(syspte_wdf_object *driver)
{
    return body_of(driver)->wdm;
}

SYSPTE_ENTRY(PDRIVER_OBJECT, WdfDriverWdmGetDriverObject, (WDFDRIVER Driver), (Driver))
{
    syspte_wdf_object *d =
        syspte_wdf_find(SYSPTE_API_WDF, caller, Driver, &syspte_wdf_driver_class);
    return d == NULL ? NULL : body_of(d)->wdm;
}

SYSPTE_ENTRY(PWSTR, WdfDriverGetRegistryPath, (WDFDRIVER Driver), (Driver))
{
    syspte_wdf_object *d =
        syspte_wdf_find(SYSPTE_API_WDF, caller, Driver, &syspte_wdf_driver_class);
    return d == NULL ? NULL : body_of(d)->path;
}

BOOLEAN WdfDriverIsVersionAvailable(WDFDRIVER Driver, PWDF_DRIVER_VERSION_AVAILABLE_PARAMS Params)
{
    (void)Driver;
    return Params->MajorVersion == KMDF_VERSION_MAJOR && Params->MinorVersion <= KMDF_VERSION_MINOR;
}
