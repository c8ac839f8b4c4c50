// SPDX-License-Identifier: MIT
// What a driver says of its device once that is there, and what it asks about it.
// Source: wdfdevice nf-wdfdevice-wdfdevicesetpnpcapabilities, nf-wdfdevice-wdfdevicesetdevicestate,
// nf-wdfdevice-wdfdevicesetfailed, nf-wdfdevice-wdfdeviceassigns0idlesettings,
// wdffdo nf-wdffdo-wdffdoqueryforinterface.
#include "sim/wdf_device.h"

static syspte_wdf_object *find(const syspte_caller *caller, WDFDEVICE device)
{
    return syspte_wdf_find(SYSPTE_API_WDF, caller, device, &syspte_wdf_device_class);
}

static syspte_wdf_device *find_body(const syspte_caller *caller, WDFDEVICE device)
{
    syspte_wdf_object *object = find(caller, device);
    return object == NULL ? NULL : syspte_wdf_device_of(object);
}

static bool fits(const syspte_caller *caller, ULONG size, size_t expected)
{
    if (size != expected) {
        syspte_wdf_violate(SYSPTE_API_WDF, caller, SYSPTE_RULE_WDF_SIZE, NULL, NULL);
    }
    return size == expected;
}

// ---- Capabilities

SYSPTE_ENTRY_VOID(WdfDeviceSetPnpCapabilities,
                  (WDFDEVICE Device, PWDF_DEVICE_PNP_CAPABILITIES PnpCapabilities),
                  (Device, PnpCapabilities))
{
    syspte_wdf_device *d = find_body(caller, Device);
    if (d != NULL && fits(caller, PnpCapabilities->Size, sizeof *PnpCapabilities)) {
        d->capabilities = *PnpCapabilities;
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceSetPowerCapabilities,
                  (WDFDEVICE Device, PWDF_DEVICE_POWER_CAPABILITIES PowerCapabilities),
                  (Device, PowerCapabilities))
{
    if (find_body(caller, Device) != NULL) {
        (void)fits(caller, PowerCapabilities->Size, sizeof *PowerCapabilities);
    }
}

void syspte_wdf_capabilities_fill(syspte_wdf_object *device, PDEVICE_CAPABILITIES to)
{
    const WDF_DEVICE_PNP_CAPABILITIES *from = &syspte_wdf_device_of(device)->capabilities;
    if (from->Size == 0) {
        return;
    }
#define TELL(ours, theirs)                                                                         \
    if (from->ours != WdfUseDefault) {                                                             \
        to->theirs = from->ours == WdfTrue;                                                        \
    }
    TELL(LockSupported, LockSupported)
    TELL(EjectSupported, EjectSupported)
    TELL(Removable, Removable)
    TELL(DockDevice, DockDevice)
    TELL(UniqueID, UniqueID)
    TELL(SilentInstall, SilentInstall)
    TELL(SurpriseRemovalOK, SurpriseRemovalOK)
    TELL(HardwareDisabled, HardwareDisabled)
    TELL(NoDisplayInUI, NoDisplayInUI)
#undef TELL
    if (from->Address != (ULONG)-1) {
        to->Address = from->Address;
    }
    if (from->UINumber != (ULONG)-1) {
        to->UINumber = from->UINumber;
    }
}

// ---- State

static void report(syspte_wdf_device *d, WDF_TRI_STATE value, PNP_DEVICE_STATE flag)
{
    if (value != WdfUseDefault) {
        d->reported = value == WdfTrue ? d->reported | flag : d->reported & ~flag;
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceSetDeviceState, (WDFDEVICE Device, PWDF_DEVICE_STATE DeviceState),
                  (Device, DeviceState))
{
    syspte_wdf_device *d = find_body(caller, Device);
    if (d != NULL && fits(caller, DeviceState->Size, sizeof *DeviceState)) {
        report(d, DeviceState->Disabled, PNP_DEVICE_DISABLED);
        report(d, DeviceState->DontDisplayInUI, PNP_DEVICE_DONT_DISPLAY_IN_UI);
        report(d, DeviceState->Failed, PNP_DEVICE_FAILED);
        report(d, DeviceState->NotDisableable, PNP_DEVICE_NOT_DISABLEABLE);
        report(d, DeviceState->Removed, PNP_DEVICE_REMOVED);
        report(d, DeviceState->ResourcesChanged, PNP_DEVICE_RESOURCE_REQUIREMENTS_CHANGED);
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceSetFailed, (WDFDEVICE Device, WDF_DEVICE_FAILED_ACTION FailedAction),
                  (Device, FailedAction))
{
    syspte_wdf_device *d = find_body(caller, Device);
    (void)FailedAction;
    if (d != NULL) {
        d->is_failed = true;
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceSetStaticStopRemove, (WDFDEVICE Device, BOOLEAN Stoppable),
                  (Device, Stoppable))
{
    syspte_wdf_device *d = find_body(caller, Device);
    if (d != NULL) {
        d->is_static = !Stoppable;
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceSetSpecialFileSupport,
                  (WDFDEVICE Device, WDF_SPECIAL_FILE_TYPE FileType, BOOLEAN FileTypeIsSupported),
                  (Device, FileType, FileTypeIsSupported))
{
    (void)FileType;
    (void)FileTypeIsSupported;
    (void)find(caller, Device);
}

SYSPTE_ENTRY_VOID(WdfDeviceSetCharacteristics, (WDFDEVICE Device, ULONG DeviceCharacteristics),
                  (Device, DeviceCharacteristics))
{
    syspte_wdf_device *d = find_body(caller, Device);
    if (d != NULL) {
        d->wdm->Characteristics = DeviceCharacteristics;
    }
}

SYSPTE_ENTRY_VOID(WdfDeviceSetAlignmentRequirement, (WDFDEVICE Device, ULONG AlignmentRequirement),
                  (Device, AlignmentRequirement))
{
    syspte_wdf_device *d = find_body(caller, Device);
    if (d != NULL) {
        d->wdm->AlignmentRequirement = AlignmentRequirement;
    }
}

// ---- Power policy

SYSPTE_ENTRY(NTSTATUS, WdfDeviceAssignS0IdleSettings,
             (WDFDEVICE Device, PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS Settings),
             (Device, Settings))
{
    const syspte_wdf_device *d = find_body(caller, Device);
    if (d == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (Settings->Size != sizeof *Settings) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    return d->init.is_not_owner ? STATUS_INVALID_DEVICE_REQUEST : STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfDeviceAssignSxWakeSettings,
             (WDFDEVICE Device, PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS Settings),
             (Device, Settings))
{
    syspte_wdf_device *d = find_body(caller, Device);
    if (d == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (Settings->Size != sizeof *Settings) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (d->init.is_not_owner) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    d->wakes = Settings->Enabled;
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfDeviceStopIdleActual,
             (WDFDEVICE Device, BOOLEAN WaitForD0, PVOID Tag, LONG Line, PCCH File),
             (Device, WaitForD0, Tag, Line, File))
{
    const syspte_wdf_device *d = find_body(caller, Device);
    (void)WaitForD0;
    (void)Tag;
    (void)Line;
    (void)File;
    if (d == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    return d->state == WdfPowerDeviceD0 ? STATUS_SUCCESS : STATUS_POWER_STATE_INVALID;
}

SYSPTE_ENTRY_VOID(WdfDeviceResumeIdleActual, (WDFDEVICE Device, PVOID Tag, LONG Line, PCCH File),
                  (Device, Tag, Line, File))
{
    (void)Tag;
    (void)Line;
    (void)File;
    (void)find(caller, Device);
}

// ---- Interfaces

// Who opens a device by its interface is not there: it is only looked at.
SYSPTE_ENTRY(NTSTATUS, WdfDeviceCreateDeviceInterface,
             (WDFDEVICE Device, CONST GUID *InterfaceClassGUID, PCUNICODE_STRING ReferenceString),
             (Device, InterfaceClassGUID, ReferenceString))
{
    (void)ReferenceString;
    return find(caller, Device) == NULL || InterfaceClassGUID == NULL ? STATUS_INVALID_PARAMETER
                                                                      : STATUS_SUCCESS;
}

SYSPTE_ENTRY_VOID(WdfDeviceSetDeviceInterfaceState,
                  (WDFDEVICE Device, CONST GUID *InterfaceClassGUID,
                   PCUNICODE_STRING ReferenceString, BOOLEAN IsInterfaceEnabled),
                  (Device, InterfaceClassGUID, ReferenceString, IsInterfaceEnabled))
{
    (void)InterfaceClassGUID;
    (void)ReferenceString;
    (void)IsInterfaceEnabled;
    (void)find(caller, Device);
}

// ---- Inspect

#define TELL(type, name, answer)                                                                   \
    SYSPTE_ENTRY(type, name, (WDFDEVICE Device), (Device))                                         \
    {                                                                                              \
        const syspte_wdf_device *d = find_body(caller, Device);                                    \
        return d == NULL ? (type)0 : (answer);                                                     \
    }

TELL(WDFDRIVER, WdfDeviceGetDriver, (WDFDRIVER)d->init.driver->handle)
TELL(WDFIOTARGET, WdfDeviceGetIoTarget, (WDFIOTARGET)d->target->handle)
TELL(PDEVICE_OBJECT, WdfDeviceWdmGetDeviceObject, d->wdm)
TELL(PDEVICE_OBJECT, WdfDeviceWdmGetAttachedDevice, d->below)
TELL(PDEVICE_OBJECT, WdfDeviceWdmGetPhysicalDevice, d->init.physical)
TELL(POWER_ACTION, WdfDeviceGetSystemPowerAction, d->action)
TELL(ULONG, WdfDeviceGetAlignmentRequirement, d->wdm->AlignmentRequirement)
TELL(ULONG, WdfDeviceGetCharacteristics, d->wdm->Characteristics)

WDFDEVICE WdfWdmDeviceGetWdfDeviceHandle(PDEVICE_OBJECT DeviceObject)
{
    const syspte_wdf_object *device = syspte_wdf_device_find(DeviceObject);
    return device == NULL ? NULL : syspte_wdf_device_handle(device);
}

// ---- Properties

SYSPTE_ENTRY(NTSTATUS, WdfDeviceQueryProperty,
             (WDFDEVICE Device, DEVICE_REGISTRY_PROPERTY DeviceProperty, ULONG BufferLength,
              PVOID PropertyBuffer, PULONG ResultLength),
             (Device, DeviceProperty, BufferLength, PropertyBuffer, ResultLength))
{
    const syspte_wdf_device *d = find_body(caller, Device);
    return d == NULL || d->init.physical == NULL
               ? STATUS_INVALID_DEVICE_REQUEST
               : syspte_at_IoGetDeviceProperty(d->init.physical, DeviceProperty, BufferLength,
                                               PropertyBuffer, ResultLength, caller->file,
                                               caller->line, caller->function);
}

SYSPTE_ENTRY(NTSTATUS, WdfDeviceAllocAndQueryProperty,
             (WDFDEVICE Device, DEVICE_REGISTRY_PROPERTY DeviceProperty, POOL_TYPE PoolType,
              PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory),
             (Device, DeviceProperty, PoolType, PropertyMemoryAttributes, PropertyMemory))
{
    PVOID buffer;
    ULONG bytes = 0;
    const syspte_wdf_device *d = find_body(caller, Device);
    *PropertyMemory = NULL;
    if (d == NULL || d->init.physical == NULL) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    NTSTATUS status = IoGetDeviceProperty(d->init.physical, DeviceProperty, 0, NULL, &bytes);
    if (status != STATUS_BUFFER_TOO_SMALL) {
        return NT_SUCCESS(status) ? STATUS_NOT_FOUND : status;
    }
    status = syspte_at_WdfMemoryCreate(PropertyMemoryAttributes, PoolType, 0, bytes, PropertyMemory,
                                       &buffer, caller->file, caller->line, caller->function);
    return NT_SUCCESS(status)
               ? IoGetDeviceProperty(d->init.physical, DeviceProperty, bytes, buffer, &bytes)
               : status;
}

// ---- The drivers below

SYSPTE_ENTRY(NTSTATUS, WdfFdoQueryForInterface,
             (WDFDEVICE Fdo, LPCGUID InterfaceType, PINTERFACE Interface, USHORT Size,
              USHORT Version, PVOID InterfaceSpecificData),
             (Fdo, InterfaceType, Interface, Size, Version, InterfaceSpecificData))
{
    const syspte_wdf_device *d = find_body(caller, Fdo);
    if (d == NULL || d->below == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    PIRP irp = IoAllocateIrp(d->below->StackSize, FALSE);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_PNP;
    next->MinorFunction = IRP_MN_QUERY_INTERFACE;
    next->Parameters.QueryInterface.InterfaceType = InterfaceType;
    next->Parameters.QueryInterface.Size = Size;
    next->Parameters.QueryInterface.Version = Version;
    next->Parameters.QueryInterface.Interface = Interface;
    next->Parameters.QueryInterface.InterfaceSpecificData = InterfaceSpecificData;
    NTSTATUS status = syspte_wdf_call_and_wait(d->below, irp);
    IoFreeIrp(irp);
    return status;
}
