// SPDX-License-Identifier: MIT
// What a driver says of a device before it creates it. What a PWDFDEVICE_INIT stands for is an
// object of the framework like any other, so that one that is used after WdfDeviceCreate, or never
// given back, is found.
// Source: wdfdevice nf-wdfdevice-wdfdeviceinitsetpnppowereventcallbacks,
// nf-wdfdevice-wdfdeviceinitsetiotype, wdfcontrol nf-wdfcontrol-wdfcontroldeviceinitallocate,
// wdffdo nf-wdffdo-wdffdoinitsetfilter.
#include "sim/wdf_device.h"

#include <string.h>

const syspte_wdf_class syspte_wdf_init_class = {.name = "PWDFDEVICE_INIT"};

static syspte_wdf_init *find(const syspte_caller *caller, PWDFDEVICE_INIT init)
{
    syspte_wdf_object *object =
        syspte_wdf_find(SYSPTE_API_WDF, caller, init, &syspte_wdf_init_class);
    return object == NULL ? NULL : syspte_wdf_init_of(object);
}

// True if a structure of the driver's has the size that this version of the framework knows.
static bool fits(const syspte_caller *caller, ULONG size, size_t expected)
{
    if (size != expected) {
        syspte_wdf_violate(SYSPTE_API_WDF, caller, SYSPTE_RULE_WDF_SIZE, NULL, NULL);
    }
    return size == expected;
}

// ---- Begin and end

SYSPTE_ENTRY(PWDFDEVICE_INIT, WdfControlDeviceInitAllocate,
             (WDFDRIVER Driver, CONST UNICODE_STRING *SDDLString), (Driver, SDDLString))
{
    syspte_wdf_object *object;
    syspte_wdf_object *driver = syspte_wdf_find(SYSPTE_API_WDF_CONTROL_DEVICE_INIT_ALLOCATE, caller,
                                                Driver, &syspte_wdf_driver_class);
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_CONTROL_DEVICE_INIT_ALLOCATE,
                          .caller = caller,
                          .class = &syspte_wdf_init_class,
                          .parent = driver};
    (void)SDDLString; // nobody is denied anything here
    if (driver == NULL || !NT_SUCCESS(syspte_wdf_create(&ask, &object))) {
        return NULL;
    }
    syspte_wdf_init *init = syspte_wdf_init_of(object);
    init->driver = driver;
    init->type = FILE_DEVICE_UNKNOWN;
    init->io_type = WdfDeviceIoBuffered;
    init->characteristics = FILE_DEVICE_SECURE_OPEN;
    return (PWDFDEVICE_INIT)object->handle;
}

SYSPTE_ENTRY_VOID(WdfDeviceInitFree, (PWDFDEVICE_INIT DeviceInit), (DeviceInit))
{
    syspte_wdf_object *object =
        syspte_wdf_find(SYSPTE_API_WDF, caller, DeviceInit, &syspte_wdf_init_class);
    if (object != NULL) {
        syspte_wdf_delete(caller, object);
    }
}

// ---- Callbacks

SYSPTE_ENTRY_VOID(WdfDeviceInitSetPnpPowerEventCallbacks,
                  (PWDFDEVICE_INIT DeviceInit, PWDF_PNPPOWER_EVENT_CALLBACKS Callbacks),
                  (DeviceInit, Callbacks))
{
    syspte_wdf_init *init = find(caller, DeviceInit);
    if (init != NULL && fits(caller, Callbacks->Size, sizeof *Callbacks)) {
        init->pnp = *Callbacks;
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceInitSetPowerPolicyEventCallbacks,
                  (PWDFDEVICE_INIT DeviceInit, PWDF_POWER_POLICY_EVENT_CALLBACKS Callbacks),
                  (DeviceInit, Callbacks))
{
    syspte_wdf_init *init = find(caller, DeviceInit);
    if (init != NULL && fits(caller, Callbacks->Size, sizeof *Callbacks)) {
        init->policy = *Callbacks;
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceInitSetFileObjectConfig,
                  (PWDFDEVICE_INIT DeviceInit, PWDF_FILEOBJECT_CONFIG FileObjectConfig,
                   PWDF_OBJECT_ATTRIBUTES FileObjectAttributes),
                  (DeviceInit, FileObjectConfig, FileObjectAttributes))
{
    syspte_wdf_init *init = find(caller, DeviceInit);
    if (init != NULL && fits(caller, FileObjectConfig->Size, sizeof *FileObjectConfig)) {
        init->file = *FileObjectConfig;
        if (FileObjectAttributes != NULL) {
            init->file_attributes = *FileObjectAttributes;
        }
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceInitSetRequestAttributes,
                  (PWDFDEVICE_INIT DeviceInit, PWDF_OBJECT_ATTRIBUTES RequestAttributes),
                  (DeviceInit, RequestAttributes))
{
    syspte_wdf_init *init = find(caller, DeviceInit);
    if (init != NULL && fits(caller, RequestAttributes->Size, sizeof *RequestAttributes)) {
        init->request_attributes = *RequestAttributes;
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceInitSetIoInCallerContextCallback,
                  (PWDFDEVICE_INIT DeviceInit, PFN_WDF_IO_IN_CALLER_CONTEXT EvtIoInCallerContext),
                  (DeviceInit, EvtIoInCallerContext))
{
    syspte_wdf_init *init = find(caller, DeviceInit);
    if (init != NULL) {
        init->in_caller_context = EvtIoInCallerContext;
    }
}

SYSPTE_ENTRY(NTSTATUS, WdfDeviceInitAssignWdmIrpPreprocessCallback,
             (PWDFDEVICE_INIT DeviceInit,
              PFN_WDFDEVICE_WDM_IRP_PREPROCESS EvtDeviceWdmIrpPreprocess, UCHAR MajorFunction,
              PUCHAR MinorFunctions, ULONG NumMinorFunctions),
             (DeviceInit, EvtDeviceWdmIrpPreprocess, MajorFunction, MinorFunctions,
              NumMinorFunctions))
{
    (void)EvtDeviceWdmIrpPreprocess;
    (void)MajorFunction;
    (void)MinorFunctions;
    (void)NumMinorFunctions;
    if (find(caller, DeviceInit) != NULL) {
        syspte_misused("WdfDeviceInitAssignWdmIrpPreprocessCallback is not simulated: requests "
                       "reach the framework first");
    }
    return STATUS_NOT_SUPPORTED;
}

// ---- Properties

#define SET(name, type, member, value)                                                             \
    SYSPTE_ENTRY_VOID(name, (PWDFDEVICE_INIT DeviceInit, type Value), (DeviceInit, Value))         \
    {                                                                                              \
        syspte_wdf_init *init = find(caller, DeviceInit);                                          \
        if (init != NULL) {                                                                        \
            init->member = value;                                                                  \
        }                                                                                          \
    }

SET(WdfDeviceInitSetPowerPolicyOwnership, BOOLEAN, is_not_owner, !Value)
SET(WdfDeviceInitSetIoType, WDF_DEVICE_IO_TYPE, io_type, Value)
SET(WdfDeviceInitSetIoTypeEx, PWDF_IO_TYPE_CONFIG, io_type, Value->ReadWriteIoType)
SET(WdfDeviceInitSetExclusive, BOOLEAN, is_exclusive, Value != FALSE)
SET(WdfDeviceInitSetDeviceType, DEVICE_TYPE, type, Value)

SYSPTE_ENTRY_VOID(WdfDeviceInitSetCharacteristics,
                  (PWDFDEVICE_INIT DeviceInit, ULONG DeviceCharacteristics, BOOLEAN OrInValues),
                  (DeviceInit, DeviceCharacteristics, OrInValues))
{
    syspte_wdf_init *init = find(caller, DeviceInit);
    if (init != NULL) {
        init->characteristics = (OrInValues ? init->characteristics : 0) | DeviceCharacteristics;
    }
}

SYSPTE_ENTRY_VOID(WdfFdoInitSetFilter, (PWDFDEVICE_INIT DeviceInit), (DeviceInit))
{
    syspte_wdf_init *init = find(caller, DeviceInit);
    if (init != NULL) {
        init->is_filter = init->is_not_owner = true;
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceInitSetPowerInrush, (PWDFDEVICE_INIT DeviceInit), (DeviceInit))
{
    syspte_wdf_init *init = find(caller, DeviceInit);
    if (init != NULL) {
        init->is_inrush = true;
    }
}

// What follows changes nothing that a driver of one device could see: it is looked at and dropped.

#define TAKE(name, parameters, arguments)                                                          \
    SYSPTE_ENTRY_VOID(name, parameters, arguments)                                                 \
    {                                                                                              \
        (void)find(caller, DeviceInit);                                                            \
    }

TAKE(WdfDeviceInitSetPowerPageable, (PWDFDEVICE_INIT DeviceInit), (DeviceInit))
TAKE(WdfDeviceInitSetPowerNotPageable, (PWDFDEVICE_INIT DeviceInit), (DeviceInit))

SYSPTE_ENTRY_VOID(WdfDeviceInitSetReleaseHardwareOrderOnFailure,
                  (PWDFDEVICE_INIT DeviceInit, WDF_RELEASE_HARDWARE_ORDER_ON_FAILURE Order),
                  (DeviceInit, Order))
{
    (void)Order;
    (void)find(caller, DeviceInit);
}

SYSPTE_ENTRY_VOID(WdfDeviceInitSetDeviceClass,
                  (PWDFDEVICE_INIT DeviceInit, CONST GUID *DeviceClassGuid),
                  (DeviceInit, DeviceClassGuid))
{
    (void)DeviceClassGuid;
    (void)find(caller, DeviceInit);
}

SYSPTE_ENTRY(NTSTATUS, WdfDeviceInitAssignSDDLString,
             (PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING SDDLString), (DeviceInit, SDDLString))
{
    (void)SDDLString;
    return find(caller, DeviceInit) == NULL ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

SYSPTE_ENTRY_VOID(WdfFdoInitSetEventCallbacks,
                  (PWDFDEVICE_INIT DeviceInit, PWDF_FDO_EVENT_CALLBACKS FdoEventCallbacks),
                  (DeviceInit, FdoEventCallbacks))
{
    if (find(caller, DeviceInit) != NULL &&
        fits(caller, FdoEventCallbacks->Size, sizeof *FdoEventCallbacks)) {
        syspte_misused(
            "WdfFdoInitSetEventCallbacks is not simulated: the machine does not ask what "
            "resources a device requires");
    }
}

// ---- Names

SYSPTE_ENTRY(NTSTATUS, WdfDeviceInitAssignName,
             (PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING DeviceName), (DeviceInit, DeviceName))
{
    syspte_wdf_init *init = find(caller, DeviceInit);
    if (init == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    size_t bytes = DeviceName == NULL ? 0 : DeviceName->Length;
    if (bytes > sizeof init->name - sizeof(WCHAR)) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    memset(init->name, 0, sizeof init->name);
    if (bytes != 0) {
        memcpy(init->name, DeviceName->Buffer, bytes);
    }
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(PDEVICE_OBJECT, WdfFdoInitWdmGetPhysicalDevice, (PWDFDEVICE_INIT DeviceInit),
             (DeviceInit))
{
    const syspte_wdf_init *init = find(caller, DeviceInit);
    return init == NULL ? NULL : init->physical;
}

SYSPTE_ENTRY(NTSTATUS, WdfFdoInitQueryProperty,
             (PWDFDEVICE_INIT DeviceInit, DEVICE_REGISTRY_PROPERTY DeviceProperty,
              ULONG BufferLength, PVOID PropertyBuffer, PULONG ResultLength),
             (DeviceInit, DeviceProperty, BufferLength, PropertyBuffer, ResultLength))
{
    const syspte_wdf_init *init = find(caller, DeviceInit);
    return init == NULL || init->physical == NULL
               ? STATUS_INVALID_DEVICE_REQUEST
               : syspte_at_IoGetDeviceProperty(init->physical, DeviceProperty, BufferLength,
                                               PropertyBuffer, ResultLength, caller->file,
                                               caller->line, caller->function);
}
