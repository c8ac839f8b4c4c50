// SPDX-License-Identifier: MIT
// The framework's device object: of a function driver, a filter, or one that no bus reports.
#ifndef SYSPTE_WDK_WDF_DEVICE_H
#define SYSPTE_WDK_WDF_DEVICE_H

// ---- Begin

SYSPTE_WDF(NTSTATUS, WdfDeviceCreate, _Inout_ PWDFDEVICE_INIT *DeviceInit,
           _In_opt_ PWDF_OBJECT_ATTRIBUTES DeviceAttributes, _Out_ WDFDEVICE *Device);

// A control device gets no requests before this.
SYSPTE_WDF(VOID, WdfControlFinishInitializing, _In_ WDFDEVICE Device);

// ---- Capabilities, state and power policy

typedef struct _WDF_DEVICE_PNP_CAPABILITIES {
    ULONG Size;
    WDF_TRI_STATE LockSupported;
    WDF_TRI_STATE EjectSupported;
    WDF_TRI_STATE Removable;
    WDF_TRI_STATE DockDevice;
    WDF_TRI_STATE UniqueID;
    WDF_TRI_STATE SilentInstall;
    WDF_TRI_STATE SurpriseRemovalOK;
    WDF_TRI_STATE HardwareDisabled;
    WDF_TRI_STATE NoDisplayInUI;
    ULONG Address;
    ULONG UINumber;
} WDF_DEVICE_PNP_CAPABILITIES, *PWDF_DEVICE_PNP_CAPABILITIES;

SYSPTE_WDK_INLINE VOID WDF_DEVICE_PNP_CAPABILITIES_INIT(_Out_ PWDF_DEVICE_PNP_CAPABILITIES Caps)
{
    RtlZeroMemory(Caps, sizeof(WDF_DEVICE_PNP_CAPABILITIES));
    Caps->Size = sizeof(WDF_DEVICE_PNP_CAPABILITIES);
    Caps->LockSupported = WdfUseDefault;
    Caps->EjectSupported = WdfUseDefault;
    Caps->Removable = WdfUseDefault;
    Caps->DockDevice = WdfUseDefault;
    Caps->UniqueID = WdfUseDefault;
    Caps->SilentInstall = WdfUseDefault;
    Caps->SurpriseRemovalOK = WdfUseDefault;
    Caps->HardwareDisabled = WdfUseDefault;
    Caps->NoDisplayInUI = WdfUseDefault;
    Caps->Address = (ULONG)-1;
    Caps->UINumber = (ULONG)-1;
}

typedef struct _WDF_DEVICE_POWER_CAPABILITIES {
    ULONG Size;
    WDF_TRI_STATE DeviceD1;
    WDF_TRI_STATE DeviceD2;
    WDF_TRI_STATE WakeFromD0;
    WDF_TRI_STATE WakeFromD1;
    WDF_TRI_STATE WakeFromD2;
    WDF_TRI_STATE WakeFromD3;
    DEVICE_POWER_STATE DeviceState[PowerSystemMaximum];
    DEVICE_POWER_STATE DeviceWake;
    SYSTEM_POWER_STATE SystemWake;
    ULONG D1Latency;
    ULONG D2Latency;
    ULONG D3Latency;
    DEVICE_POWER_STATE IdealDxStateForSx;
} WDF_DEVICE_POWER_CAPABILITIES, *PWDF_DEVICE_POWER_CAPABILITIES;

SYSPTE_WDK_INLINE VOID WDF_DEVICE_POWER_CAPABILITIES_INIT(_Out_ PWDF_DEVICE_POWER_CAPABILITIES Caps)
{
    ULONG i;
    RtlZeroMemory(Caps, sizeof(WDF_DEVICE_POWER_CAPABILITIES));
    Caps->Size = sizeof(WDF_DEVICE_POWER_CAPABILITIES);
    Caps->DeviceD1 = WdfUseDefault;
    Caps->DeviceD2 = WdfUseDefault;
    Caps->WakeFromD0 = WdfUseDefault;
    Caps->WakeFromD1 = WdfUseDefault;
    Caps->WakeFromD2 = WdfUseDefault;
    Caps->WakeFromD3 = WdfUseDefault;
    for (i = 0; i < PowerSystemMaximum; i++) {
        Caps->DeviceState[i] = PowerDeviceMaximum;
    }
    Caps->DeviceWake = PowerDeviceMaximum;
    Caps->SystemWake = PowerSystemMaximum;
    Caps->D1Latency = (ULONG)-1;
    Caps->D2Latency = (ULONG)-1;
    Caps->D3Latency = (ULONG)-1;
    Caps->IdealDxStateForSx = PowerDeviceMaximum;
}

typedef struct _WDF_DEVICE_STATE {
    ULONG Size;
    WDF_TRI_STATE Disabled;
    WDF_TRI_STATE DontDisplayInUI;
    WDF_TRI_STATE Failed;
    WDF_TRI_STATE NotDisableable;
    WDF_TRI_STATE Removed;
    WDF_TRI_STATE ResourcesChanged;
} WDF_DEVICE_STATE, *PWDF_DEVICE_STATE;

SYSPTE_WDK_INLINE VOID WDF_DEVICE_STATE_INIT(_Out_ PWDF_DEVICE_STATE PnpDeviceState)
{
    RtlZeroMemory(PnpDeviceState, sizeof(WDF_DEVICE_STATE));
    PnpDeviceState->Size = sizeof(WDF_DEVICE_STATE);
    PnpDeviceState->Disabled = WdfUseDefault;
    PnpDeviceState->DontDisplayInUI = WdfUseDefault;
    PnpDeviceState->Failed = WdfUseDefault;
    PnpDeviceState->NotDisableable = WdfUseDefault;
    PnpDeviceState->Removed = WdfUseDefault;
    PnpDeviceState->ResourcesChanged = WdfUseDefault;
}

typedef enum _WDF_POWER_POLICY_S0_IDLE_USER_CONTROL {
    IdleUserControlInvalid = 0,
    IdleDoNotAllowUserControl,
    IdleAllowUserControl
} WDF_POWER_POLICY_S0_IDLE_USER_CONTROL;

typedef enum _WDF_POWER_POLICY_S0_IDLE_CAPABILITIES {
    IdleCapsInvalid = 0,
    IdleCannotWakeFromS0,
    IdleCanWakeFromS0,
    IdleUsbSelectiveSuspend
} WDF_POWER_POLICY_S0_IDLE_CAPABILITIES;

typedef enum _WDF_POWER_POLICY_IDLE_TIMEOUT_TYPE {
    DriverManagedIdleTimeout = 0,
    SystemManagedIdleTimeout,
    SystemManagedIdleTimeoutWithHint
} WDF_POWER_POLICY_IDLE_TIMEOUT_TYPE;

typedef enum _WDF_POWER_POLICY_SX_WAKE_USER_CONTROL {
    WakeUserControlInvalid = 0,
    WakeDoNotAllowUserControl,
    WakeAllowUserControl
} WDF_POWER_POLICY_SX_WAKE_USER_CONTROL;

typedef enum _WDF_POWER_POLICY_IDLE_TIMEOUT_CONSTANTS {
    IdleTimeoutDefaultValue = 0
} WDF_POWER_POLICY_IDLE_TIMEOUT_CONSTANTS;

typedef struct _WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS {
    ULONG Size;
    WDF_POWER_POLICY_S0_IDLE_CAPABILITIES IdleCaps;
    DEVICE_POWER_STATE DxState;
    ULONG IdleTimeout; // milliseconds
    WDF_POWER_POLICY_S0_IDLE_USER_CONTROL UserControlOfIdleSettings;
    WDF_TRI_STATE Enabled;
    WDF_TRI_STATE PowerUpIdleDeviceOnSystemWake;
    WDF_POWER_POLICY_IDLE_TIMEOUT_TYPE IdleTimeoutType;
    WDF_TRI_STATE ExcludeD3Cold;
} WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS, *PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS;

SYSPTE_WDK_INLINE VOID
WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(_Out_ PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS Settings,
                                           _In_ WDF_POWER_POLICY_S0_IDLE_CAPABILITIES IdleCaps)
{
    RtlZeroMemory(Settings, sizeof(WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS));
    Settings->Size = sizeof(WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS);
    Settings->IdleTimeout = IdleTimeoutDefaultValue;
    Settings->UserControlOfIdleSettings = IdleAllowUserControl;
    Settings->Enabled = WdfUseDefault;
    Settings->PowerUpIdleDeviceOnSystemWake = WdfUseDefault;
    Settings->IdleCaps = IdleCaps;
    Settings->DxState = IdleCaps == IdleCannotWakeFromS0 ? PowerDeviceD3 : PowerDeviceMaximum;
    if (IdleCaps == IdleUsbSelectiveSuspend) {
        Settings->DxState = PowerDeviceD2;
    }
    Settings->ExcludeD3Cold = WdfUseDefault;
}

typedef struct _WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS {
    ULONG Size;
    DEVICE_POWER_STATE DxState;
    WDF_POWER_POLICY_SX_WAKE_USER_CONTROL UserControlOfWakeSettings;
    WDF_TRI_STATE Enabled;
    BOOLEAN ArmForWakeIfChildrenAreArmedForWake;
    BOOLEAN IndicateChildWakeOnParentWake;
} WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS, *PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS;

SYSPTE_WDK_INLINE VOID
WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS_INIT(_Out_ PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS Settings)
{
    RtlZeroMemory(Settings, sizeof(WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS));
    Settings->Size = sizeof(WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS);
    Settings->Enabled = WdfUseDefault;
    Settings->DxState = PowerDeviceMaximum;
    Settings->UserControlOfWakeSettings = WakeAllowUserControl;
}

typedef enum _WDF_DEVICE_FAILED_ACTION {
    WdfDeviceFailedUndefined = 0,
    WdfDeviceFailedAttemptRestart,
    WdfDeviceFailedNoRestart
} WDF_DEVICE_FAILED_ACTION;

SYSPTE_WDF(VOID, WdfDeviceSetPnpCapabilities, _In_ WDFDEVICE Device,
           _In_ PWDF_DEVICE_PNP_CAPABILITIES PnpCapabilities);
SYSPTE_WDF(VOID, WdfDeviceSetPowerCapabilities, _In_ WDFDEVICE Device,
           _In_ PWDF_DEVICE_POWER_CAPABILITIES PowerCapabilities);
SYSPTE_WDF(VOID, WdfDeviceSetDeviceState, _In_ WDFDEVICE Device,
           _In_ PWDF_DEVICE_STATE DeviceState);
SYSPTE_WDF(VOID, WdfDeviceSetFailed, _In_ WDFDEVICE Device,
           _In_ WDF_DEVICE_FAILED_ACTION FailedAction);
// The machine has no idle detection: a device whose settings are taken stays in D0 until it is
// told otherwise, and WdfDeviceStopIdle finds it there.
SYSPTE_WDF(NTSTATUS, WdfDeviceAssignS0IdleSettings, _In_ WDFDEVICE Device,
           _In_ PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS Settings);
SYSPTE_WDF(NTSTATUS, WdfDeviceAssignSxWakeSettings, _In_ WDFDEVICE Device,
           _In_ PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS Settings);
SYSPTE_WDF(NTSTATUS, WdfDeviceStopIdleActual, _In_ WDFDEVICE Device, _In_ BOOLEAN WaitForD0,
           _In_opt_ PVOID Tag, _In_ LONG Line, _In_z_ PCCH File);
SYSPTE_WDF(VOID, WdfDeviceResumeIdleActual, _In_ WDFDEVICE Device, _In_opt_ PVOID Tag,
           _In_ LONG Line, _In_z_ PCCH File);

// clang-format off
#define WdfDeviceStopIdle(Device, WaitForD0)                                                       \
    WdfDeviceStopIdleActual((Device), (WaitForD0), NULL, __LINE__, __FILE__)
#define WdfDeviceResumeIdle(Device)                                                                \
    WdfDeviceResumeIdleActual((Device), NULL, __LINE__, __FILE__)
#define WdfDeviceStopIdleNoTrack(Device, WaitForD0) WdfDeviceStopIdle(Device, WaitForD0)
#define WdfDeviceResumeIdleNoTrack(Device)          WdfDeviceResumeIdle(Device)
// clang-format on

SYSPTE_WDF(VOID, WdfDeviceSetStaticStopRemove, _In_ WDFDEVICE Device, _In_ BOOLEAN Stoppable);
SYSPTE_WDF(VOID, WdfDeviceSetSpecialFileSupport, _In_ WDFDEVICE Device,
           _In_ WDF_SPECIAL_FILE_TYPE FileType, _In_ BOOLEAN FileTypeIsSupported);
SYSPTE_WDF(VOID, WdfDeviceSetCharacteristics, _In_ WDFDEVICE Device,
           _In_ ULONG DeviceCharacteristics);
SYSPTE_WDF(VOID, WdfDeviceSetAlignmentRequirement, _In_ WDFDEVICE Device,
           _In_ ULONG AlignmentRequirement);
SYSPTE_WDF(ULONG, WdfDeviceGetAlignmentRequirement, _In_ WDFDEVICE Device);
SYSPTE_WDF(ULONG, WdfDeviceGetCharacteristics, _In_ WDFDEVICE Device);

// ---- Names

SYSPTE_WDF(NTSTATUS, WdfDeviceCreateSymbolicLink, _In_ WDFDEVICE Device,
           _In_ PCUNICODE_STRING SymbolicLinkName);
// Nothing opens a device by its interface here.
SYSPTE_WDF(NTSTATUS, WdfDeviceCreateDeviceInterface, _In_ WDFDEVICE Device,
           _In_ CONST GUID *InterfaceClassGUID, _In_opt_ PCUNICODE_STRING ReferenceString);
SYSPTE_WDF(VOID, WdfDeviceSetDeviceInterfaceState, _In_ WDFDEVICE Device,
           _In_ CONST GUID *InterfaceClassGUID, _In_opt_ PCUNICODE_STRING ReferenceString,
           _In_ BOOLEAN IsInterfaceEnabled);

// ---- Inspect

typedef enum _WDF_DEVICE_PNP_STATE {
    WdfDevStatePnpInvalid = 0x100,
    WdfDevStatePnpObjectCreated,
    WdfDevStatePnpInit = 0x105,
    WdfDevStatePnpStarted = 0x119,
    WdfDevStatePnpStopped = 0x11E,
    WdfDevStatePnpRemoved = 0x128
} WDF_DEVICE_PNP_STATE;

SYSPTE_WDF(WDFDRIVER, WdfDeviceGetDriver, _In_ WDFDEVICE Device);
SYSPTE_WDF(WDFIOTARGET, WdfDeviceGetIoTarget, _In_ WDFDEVICE Device);
SYSPTE_WDF(PDEVICE_OBJECT, WdfDeviceWdmGetDeviceObject, _In_ WDFDEVICE Device);
SYSPTE_WDF(PDEVICE_OBJECT, WdfDeviceWdmGetAttachedDevice, _In_ WDFDEVICE Device);
SYSPTE_WDF(PDEVICE_OBJECT, WdfDeviceWdmGetPhysicalDevice, _In_ WDFDEVICE Device);
WDFDEVICE NTAPI WdfWdmDeviceGetWdfDeviceHandle(_In_ PDEVICE_OBJECT DeviceObject);
SYSPTE_WDF(POWER_ACTION, WdfDeviceGetSystemPowerAction, _In_ WDFDEVICE Device);

// ---- Function drivers and filters

typedef NTSTATUS
EVT_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS(_In_ WDFDEVICE Device,
                                            _In_ WDFIORESREQLIST IoResourceRequirementsList);
typedef EVT_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS *PFN_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS;
typedef NTSTATUS EVT_WDF_DEVICE_REMOVE_ADDED_RESOURCES(_In_ WDFDEVICE Device,
                                                       _In_ WDFCMRESLIST ResourcesRaw,
                                                       _In_ WDFCMRESLIST ResourcesTranslated);
typedef EVT_WDF_DEVICE_REMOVE_ADDED_RESOURCES *PFN_WDF_DEVICE_REMOVE_ADDED_RESOURCES;

typedef struct _WDF_FDO_EVENT_CALLBACKS {
    ULONG Size;
    PFN_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS EvtDeviceFilterAddResourceRequirements;
    PFN_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS EvtDeviceFilterRemoveResourceRequirements;
    PFN_WDF_DEVICE_REMOVE_ADDED_RESOURCES EvtDeviceRemoveAddedResources;
} WDF_FDO_EVENT_CALLBACKS, *PWDF_FDO_EVENT_CALLBACKS;

SYSPTE_WDK_INLINE VOID WDF_FDO_EVENT_CALLBACKS_INIT(_Out_ PWDF_FDO_EVENT_CALLBACKS EventCallbacks)
{
    RtlZeroMemory(EventCallbacks, sizeof(WDF_FDO_EVENT_CALLBACKS));
    EventCallbacks->Size = sizeof(WDF_FDO_EVENT_CALLBACKS);
}

SYSPTE_WDF(VOID, WdfFdoInitSetFilter, _In_ PWDFDEVICE_INIT DeviceInit);
SYSPTE_WDF(VOID, WdfFdoInitSetEventCallbacks, _In_ PWDFDEVICE_INIT DeviceInit,
           _In_ PWDF_FDO_EVENT_CALLBACKS FdoEventCallbacks);
SYSPTE_WDF(PDEVICE_OBJECT, WdfFdoInitWdmGetPhysicalDevice, _In_ PWDFDEVICE_INIT DeviceInit);

// Asks the drivers below, as IRP_MN_QUERY_INTERFACE.
SYSPTE_WDF(NTSTATUS, WdfFdoQueryForInterface, _In_ WDFDEVICE Fdo, _In_ LPCGUID InterfaceType,
           _Out_ PINTERFACE Interface, _In_ USHORT Size, _In_ USHORT Version,
           _In_opt_ PVOID InterfaceSpecificData);

// ---- Properties

SYSPTE_WDF(NTSTATUS, WdfDeviceQueryProperty, _In_ WDFDEVICE Device,
           _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty, _In_ ULONG BufferLength,
           _Out_ PVOID PropertyBuffer, _Out_ PULONG ResultLength);
SYSPTE_WDF(NTSTATUS, WdfDeviceAllocAndQueryProperty, _In_ WDFDEVICE Device,
           _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty, _In_ POOL_TYPE PoolType,
           _In_opt_ PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes,
           _Out_ WDFMEMORY *PropertyMemory);
SYSPTE_WDF(NTSTATUS, WdfFdoInitQueryProperty, _In_ PWDFDEVICE_INIT DeviceInit,
           _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty, _In_ ULONG BufferLength,
           _Out_ PVOID PropertyBuffer, _Out_ PULONG ResultLength);

// ---- Resources

SYSPTE_WDF(ULONG, WdfCmResourceListGetCount, _In_ WDFCMRESLIST List);
// NULL past the last. The descriptor is the framework's; what a driver writes there is lost.
SYSPTE_WDF(PCM_PARTIAL_RESOURCE_DESCRIPTOR, WdfCmResourceListGetDescriptor, _In_ WDFCMRESLIST List,
           _In_ ULONG Index);

#endif
