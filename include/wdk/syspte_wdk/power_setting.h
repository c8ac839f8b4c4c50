// SPDX-License-Identifier: MIT
// The power manager beside its requests: idle detection, settings, wakefulness.
#ifndef SYSPTE_WDK_POWER_SETTING_H
#define SYSPTE_WDK_POWER_SETTING_H

struct _COUNTED_REASON_CONTEXT;

typedef ULONG EXECUTION_STATE, *PEXECUTION_STATE;
#define ES_SYSTEM_REQUIRED  0x00000001
#define ES_DISPLAY_REQUIRED 0x00000002
#define ES_USER_PRESENT     0x00000004
#define ES_CONTINUOUS       0x80000000

NTKERNELAPI PVOID NTAPI PoRegisterSystemState(_Inout_opt_ PVOID StateHandle,
                                              _In_ EXECUTION_STATE Flags);
NTKERNELAPI VOID NTAPI PoUnregisterSystemState(_Inout_ PVOID StateHandle);
NTKERNELAPI VOID NTAPI PoSetSystemState(_In_ EXECUTION_STATE Flags);

NTKERNELAPI VOID NTAPI PoSetDeviceBusyEx(_Inout_ PULONG IdlePointer);
NTKERNELAPI VOID NTAPI PoStartDeviceBusy(_Inout_ PULONG IdlePointer);
NTKERNELAPI VOID NTAPI PoEndDeviceBusy(_Inout_ PULONG IdlePointer);

typedef NTSTATUS POWER_SETTING_CALLBACK(_In_ LPCGUID SettingGuid, _In_ PVOID Value,
                                        _In_ ULONG ValueLength, _Inout_opt_ PVOID Context);
typedef POWER_SETTING_CALLBACK *PPOWER_SETTING_CALLBACK;

NTKERNELAPI NTSTATUS NTAPI PoRegisterPowerSettingCallback(_In_opt_ PDEVICE_OBJECT DeviceObject,
                                                          _In_ LPCGUID SettingGuid,
                                                          _In_ PPOWER_SETTING_CALLBACK Callback,
                                                          _In_opt_ PVOID Context,
                                                          _Out_opt_ PVOID *Handle);
NTKERNELAPI NTSTATUS NTAPI PoUnregisterPowerSettingCallback(_Inout_ PVOID Handle);

typedef enum _POWER_REQUEST_TYPE {
    PowerRequestDisplayRequired,
    PowerRequestSystemRequired,
    PowerRequestAwayModeRequired,
    PowerRequestExecutionRequired
} POWER_REQUEST_TYPE,
    *PPOWER_REQUEST_TYPE;

NTKERNELAPI NTSTATUS NTAPI PoCreatePowerRequest(_Out_ PVOID *PowerRequest,
                                                _In_ PDEVICE_OBJECT DeviceObject,
                                                _In_ struct _COUNTED_REASON_CONTEXT *Context);
NTKERNELAPI NTSTATUS NTAPI PoSetPowerRequest(_Inout_ PVOID PowerRequest,
                                             _In_ POWER_REQUEST_TYPE Type);
NTKERNELAPI NTSTATUS NTAPI PoClearPowerRequest(_Inout_ PVOID PowerRequest,
                                               _In_ POWER_REQUEST_TYPE Type);
NTKERNELAPI VOID NTAPI PoDeletePowerRequest(_Inout_ PVOID PowerRequest);
NTKERNELAPI BOOLEAN NTAPI PoGetSystemWake(_In_ PIRP Irp);
NTKERNELAPI VOID NTAPI PoSetSystemWake(_Inout_ PIRP Irp);

#endif
