// SPDX-License-Identifier: MIT
// The framework's driver object.
#ifndef SYSPTE_WDK_WDF_DRIVER_H
#define SYSPTE_WDK_WDF_DRIVER_H

_IRQL_requires_max_(PASSIVE_LEVEL) typedef NTSTATUS
    EVT_WDF_DRIVER_DEVICE_ADD(_In_ WDFDRIVER Driver, _Inout_ PWDFDEVICE_INIT DeviceInit);
typedef EVT_WDF_DRIVER_DEVICE_ADD *PFN_WDF_DRIVER_DEVICE_ADD;

_IRQL_requires_max_(PASSIVE_LEVEL) typedef VOID EVT_WDF_DRIVER_UNLOAD(_In_ WDFDRIVER Driver);
typedef EVT_WDF_DRIVER_UNLOAD *PFN_WDF_DRIVER_UNLOAD;

typedef enum _WDF_DRIVER_INIT_FLAGS {
    WdfDriverInitNonPnpDriver = 0x00000001,
    WdfDriverInitNoDispatchOverride = 0x00000002,
    WdfVerifyOn = 0x00000004,
    WdfVerifierOn = 0x00000008,
    WdfDriverInitCompanion = 0x00000010
} WDF_DRIVER_INIT_FLAGS;

typedef struct _WDF_DRIVER_CONFIG {
    ULONG Size;
    PFN_WDF_DRIVER_DEVICE_ADD EvtDriverDeviceAdd;
    PFN_WDF_DRIVER_UNLOAD EvtDriverUnload;
    ULONG DriverInitFlags; // WDF_DRIVER_INIT_FLAGS
    ULONG DriverPoolTag;
} WDF_DRIVER_CONFIG, *PWDF_DRIVER_CONFIG;

SYSPTE_WDK_INLINE VOID WDF_DRIVER_CONFIG_INIT(_Out_ PWDF_DRIVER_CONFIG Config,
                                              _In_opt_ PFN_WDF_DRIVER_DEVICE_ADD EvtDriverDeviceAdd)
{
    RtlZeroMemory(Config, sizeof(WDF_DRIVER_CONFIG));
    Config->Size = sizeof(WDF_DRIVER_CONFIG);
    Config->EvtDriverDeviceAdd = EvtDriverDeviceAdd;
}

typedef struct _WDF_DRIVER_VERSION_AVAILABLE_PARAMS {
    ULONG Size;
    ULONG MajorVersion;
    ULONG MinorVersion;
} WDF_DRIVER_VERSION_AVAILABLE_PARAMS, *PWDF_DRIVER_VERSION_AVAILABLE_PARAMS;

SYSPTE_WDK_INLINE VOID
WDF_DRIVER_VERSION_AVAILABLE_PARAMS_INIT(_Out_ PWDF_DRIVER_VERSION_AVAILABLE_PARAMS Params,
                                         _In_ ULONG MajorVersion, _In_ ULONG MinorVersion)
{
    Params->Size = sizeof(WDF_DRIVER_VERSION_AVAILABLE_PARAMS);
    Params->MajorVersion = MajorVersion;
    Params->MinorVersion = MinorVersion;
}

// ---- Begin

SYSPTE_WDF(NTSTATUS, WdfDriverCreate, _In_ PDRIVER_OBJECT DriverObject,
           _In_ PCUNICODE_STRING RegistryPath, _In_opt_ PWDF_OBJECT_ATTRIBUTES DriverAttributes,
           _In_ PWDF_DRIVER_CONFIG DriverConfig, _Out_opt_ WDFDRIVER *Driver);

// ---- Inspect

// The driver that was created last, as long as it is there.
WDFDRIVER NTAPI WdfGetDriver(VOID);

SYSPTE_WDF(PWSTR, WdfDriverGetRegistryPath, _In_ WDFDRIVER Driver);
SYSPTE_WDF(PDRIVER_OBJECT, WdfDriverWdmGetDriverObject, _In_ WDFDRIVER Driver);
WDFDRIVER NTAPI WdfWdmDriverGetWdfDriverHandle(_In_ PDRIVER_OBJECT DriverObject);
BOOLEAN NTAPI WdfDriverIsVersionAvailable(
    _In_ WDFDRIVER Driver, _In_ PWDF_DRIVER_VERSION_AVAILABLE_PARAMS VersionAvailableParams);

#endif
