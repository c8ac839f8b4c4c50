// SPDX-License-Identifier: MIT
// A KMDF driver for a display: it maps the registers and the picture in EvtDevicePrepareHardware,
// unmaps them in EvtDeviceReleaseHardware, and switches the display on and off with its power. The
// framework calls Release for each Prepare, also for one that failed: so Prepare returns an error
// and cleans up nothing, and Release takes whatever is there.
//
// Source: nc-wdfdevice-evt_wdf_device_prepare_hardware, -release_hardware; "Mapping Bus-Relative
// Addresses to Virtual Addresses" of the KMDF pages.
#include <ntddk.h>
#include <wdf.h>

#include "kmdf_bar.h"

typedef struct _BAR {
    PVOID Base;   // NULL: not mapped
    SIZE_T Bytes; // that MmUnmapIoSpace wants back
} BAR, *PBAR;

typedef struct _DEVICE_CONTEXT {
    BAR Registers;
    BAR Picture;
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, DisplayGetContext)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD DisplayEvtDeviceAdd;
EVT_WDF_DEVICE_PREPARE_HARDWARE DisplayEvtDevicePrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE DisplayEvtDeviceReleaseHardware;
EVT_WDF_DEVICE_D0_ENTRY DisplayEvtDeviceD0Entry;
EVT_WDF_DEVICE_D0_EXIT DisplayEvtDeviceD0Exit;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, DisplayEvtDeviceAdd)
#pragma alloc_text(PAGE, DisplayEvtDevicePrepareHardware)
#pragma alloc_text(PAGE, DisplayEvtDeviceReleaseHardware)
#endif

// ---- Hardware

static NTSTATUS BarMap(_Inout_ PBAR Bar, _In_ PCM_PARTIAL_RESOURCE_DESCRIPTOR Memory,
                       _In_ MEMORY_CACHING_TYPE CacheType)
{
    Bar->Bytes = Memory->u.Memory.Length;
    // leaked by LEAK_ON_FAILED_PREPARE, LEAK_ON_OTHER_RANGE, LEAK_ON_RELEASE:
    Bar->Base = MmMapIoSpace(Memory->u.Memory.Start, Bar->Bytes, CacheType);
    return Bar->Base != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static VOID BarUnmap(_Inout_ PBAR Bar)
{
    if (Bar->Base != NULL) {
        MmUnmapIoSpace(Bar->Base, Bar->Bytes);
        Bar->Base = NULL;
    }
}

NTSTATUS DisplayEvtDevicePrepareHardware(_In_ WDFDEVICE Device, _In_ WDFCMRESLIST ResourcesRaw,
                                         _In_ WDFCMRESLIST ResourcesTranslated)
{
    PDEVICE_CONTEXT context = DisplayGetContext(Device);
    ULONG count = WdfCmResourceListGetCount(ResourcesTranslated);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR resource;
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    UNREFERENCED_PARAMETER(ResourcesRaw);
    PAGED_CODE();

    for (i = 0; i < count && NT_SUCCESS(status); i++) {
        resource = WdfCmResourceListGetDescriptor(ResourcesTranslated, i);
        if (resource->Type != CmResourceTypeMemory) {
            continue;
        }
        if (context->Registers.Base == NULL) {
            status = BarMap(&context->Registers, resource, MmNonCached);
        } else if (context->Picture.Base == NULL) {
            // A picture is only written, so that writes may be combined.
            status = BarMap(&context->Picture, resource, MmWriteCombined);
#ifdef LEAK_ON_OTHER_RANGE
        } else {
            BAR diagnosis; // the defect: mapped like the others, and remembered nowhere
            status = BarMap(&diagnosis, resource, MmNonCached);
#endif
        }
    }
    if (NT_SUCCESS(status) && context->Picture.Base == NULL) {
        status = STATUS_DEVICE_CONFIGURATION_ERROR;
    }
    return status;
}

// Touches no register: the card may be gone.
NTSTATUS DisplayEvtDeviceReleaseHardware(_In_ WDFDEVICE Device,
                                         _In_ WDFCMRESLIST ResourcesTranslated)
{
    PDEVICE_CONTEXT context = DisplayGetContext(Device);

    UNREFERENCED_PARAMETER(ResourcesTranslated);
    PAGED_CODE();

#ifdef LEAK_ON_FAILED_PREPARE
    // The defect: Prepare failed, so nothing was prepared.
    if (context->Picture.Base == NULL) {
        return STATUS_SUCCESS;
    }
#endif
#ifdef LEAK_ON_RELEASE
    context->Picture.Base = NULL; // the defect: forgotten instead of unmapped
#endif
    BarUnmap(&context->Picture);
    BarUnmap(&context->Registers);
    return STATUS_SUCCESS;
}

// ---- Power: between Prepare and Release, each time the display goes on and off

NTSTATUS DisplayEvtDeviceD0Entry(_In_ WDFDEVICE Device, _In_ WDF_POWER_DEVICE_STATE PreviousState)
{
    PDEVICE_CONTEXT context = DisplayGetContext(Device);
    PDISPLAY_REGISTERS registers = context->Registers.Base;

    UNREFERENCED_PARAMETER(PreviousState);

    RtlZeroMemory(context->Picture.Base, context->Picture.Bytes);
    WRITE_REGISTER_ULONG(&registers->Bytes, (ULONG)context->Picture.Bytes);
    WRITE_REGISTER_ULONG(&registers->Control, DISPLAY_ON);
    return STATUS_SUCCESS;
}

// Also where the card was pulled out: it then does not see this.
NTSTATUS DisplayEvtDeviceD0Exit(_In_ WDFDEVICE Device, _In_ WDF_POWER_DEVICE_STATE TargetState)
{
    PDEVICE_CONTEXT context = DisplayGetContext(Device);
    PDISPLAY_REGISTERS registers = context->Registers.Base;

    UNREFERENCED_PARAMETER(TargetState);

    WRITE_REGISTER_ULONG(&registers->Control, 0);
    return STATUS_SUCCESS;
}

// ---- Begin

NTSTATUS DisplayEvtDeviceAdd(_In_ WDFDRIVER Driver, _Inout_ PWDFDEVICE_INIT DeviceInit)
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDEVICE device;

    UNREFERENCED_PARAMETER(Driver);
    PAGED_CODE();

    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = DisplayEvtDevicePrepareHardware;
    callbacks.EvtDeviceReleaseHardware = DisplayEvtDeviceReleaseHardware;
    callbacks.EvtDeviceD0Entry = DisplayEvtDeviceD0Entry;
    callbacks.EvtDeviceD0Exit = DisplayEvtDeviceD0Exit;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    return WdfDeviceCreate(&DeviceInit, &attributes, &device);
}

// The framework deletes the driver and the device objects.
NTSTATUS NTAPI DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, DisplayEvtDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
