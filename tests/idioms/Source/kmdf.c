// SPDX-License-Identifier: MIT
// A device of the driver framework maps in EvtDevicePrepareHardware and unmaps in
// EvtDeviceReleaseHardware, which the framework calls after each Prepare, also after one that
// failed: what a failed Prepare leaves mapped is no leak.
#include "idioms.h"
#include <wdf.h>

typedef struct _DEVICE_CONTEXT {
    WINDOW Registers;
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, GetContext)

EVT_WDF_DRIVER_DEVICE_ADD KmdfAdd;
EVT_WDF_DEVICE_PREPARE_HARDWARE KmdfPrepare;
EVT_WDF_DEVICE_RELEASE_HARDWARE KmdfRelease;

static BOOLEAN Forgets; // the defect below

static BOOLEAN IsReady(PVOID Registers)
{
    return READ_REGISTER_ULONG(Registers) != MAXULONG;
}

NTSTATUS KmdfPrepare(WDFDEVICE Device, WDFCMRESLIST ResourcesRaw, WDFCMRESLIST Resources)
{
    PDEVICE_CONTEXT context = GetContext(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR memory = WdfCmResourceListGetDescriptor(Resources, 0);
    UNREFERENCED_PARAMETER(ResourcesRaw);
    if (memory == NULL || memory->Type != CmResourceTypeMemory) {
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }
    context->Registers.Bytes = memory->u.Memory.Length;
    // FOUND leak: MmMapIoSpace in KmdfPrepare: 2 mappings
    context->Registers.Base = MmMapIoSpace(memory->u.Memory.Start, context->Registers.Bytes, 0);
    if (context->Registers.Base == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return IsReady(context->Registers.Base) ? STATUS_SUCCESS : STATUS_DEVICE_NOT_READY;
}

NTSTATUS KmdfRelease(WDFDEVICE Device, WDFCMRESLIST Resources)
{
    PDEVICE_CONTEXT context = GetContext(Device);
    UNREFERENCED_PARAMETER(Resources);
    if (context->Registers.Base != NULL && !Forgets) {
        MmUnmapIoSpace(context->Registers.Base, context->Registers.Bytes);
    }
    context->Registers.Base = NULL;
    return STATUS_SUCCESS;
}

NTSTATUS KmdfAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDEVICE device;
    UNREFERENCED_PARAMETER(Driver);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = KmdfPrepare;
    callbacks.EvtDeviceReleaseHardware = KmdfRelease;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    return WdfDeviceCreate(&DeviceInit, &attributes, &device);
}

NTSTATUS KmdfEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;
    Forgets = FALSE;
    WDF_DRIVER_CONFIG_INIT(&config, KmdfAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}

// The defect: Release sets the pointer to NULL, and that is all.
NTSTATUS KmdfEntryForgets(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS status = KmdfEntry(DriverObject, RegistryPath);
    Forgets = TRUE;
    return status;
}
