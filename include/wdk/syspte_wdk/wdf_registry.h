// SPDX-License-Identifier: MIT
// Registry keys of the framework, over those of WDM.
#ifndef SYSPTE_WDK_WDF_REGISTRY_H
#define SYSPTE_WDK_WDF_REGISTRY_H

// ---- Begin and end

// The Parameters key below the driver's own.
SYSPTE_WDF(NTSTATUS, WdfDriverOpenParametersRegistryKey, _In_ WDFDRIVER Driver,
           _In_ ACCESS_MASK DesiredAccess, _In_opt_ PWDF_OBJECT_ATTRIBUTES KeyAttributes,
           _Out_ WDFKEY *Key);
SYSPTE_WDF(NTSTATUS, WdfDeviceOpenRegistryKey, _In_ WDFDEVICE Device,
           _In_ ULONG DeviceInstanceKeyType, _In_ ACCESS_MASK DesiredAccess,
           _In_opt_ PWDF_OBJECT_ATTRIBUTES KeyAttributes, _Out_ WDFKEY *Key);
SYSPTE_WDF(NTSTATUS, WdfRegistryOpenKey, _In_opt_ WDFKEY ParentKey, _In_ PCUNICODE_STRING KeyName,
           _In_ ACCESS_MASK DesiredAccess, _In_opt_ PWDF_OBJECT_ATTRIBUTES KeyAttributes,
           _Out_ WDFKEY *Key);
SYSPTE_WDF(NTSTATUS, WdfRegistryCreateKey, _In_opt_ WDFKEY ParentKey, _In_ PCUNICODE_STRING KeyName,
           _In_ ACCESS_MASK DesiredAccess, _In_ ULONG CreateOptions,
           _Out_opt_ PULONG CreateDisposition, _In_opt_ PWDF_OBJECT_ATTRIBUTES KeyAttributes,
           _Out_ WDFKEY *Key);
// Deletes the object with the key's handle.
SYSPTE_WDF(VOID, WdfRegistryClose, _In_ WDFKEY Key);

// ---- Use

SYSPTE_WDF(NTSTATUS, WdfRegistryQueryULong, _In_ WDFKEY Key, _In_ PCUNICODE_STRING ValueName,
           _Out_ PULONG Value);
SYSPTE_WDF(NTSTATUS, WdfRegistryQueryValue, _In_ WDFKEY Key, _In_ PCUNICODE_STRING ValueName,
           _In_ ULONG ValueLength, _Out_opt_ PVOID Value, _Out_opt_ PULONG ValueLengthQueried,
           _Out_opt_ PULONG ValueType);
SYSPTE_WDF(NTSTATUS, WdfRegistryQueryUnicodeString, _In_ WDFKEY Key,
           _In_ PCUNICODE_STRING ValueName, _Out_opt_ PUSHORT ValueByteLength,
           _Inout_opt_ PUNICODE_STRING Value);
SYSPTE_WDF(NTSTATUS, WdfRegistryAssignULong, _In_ WDFKEY Key, _In_ PCUNICODE_STRING ValueName,
           _In_ ULONG Value);
SYSPTE_WDF(NTSTATUS, WdfRegistryAssignValue, _In_ WDFKEY Key, _In_ PCUNICODE_STRING ValueName,
           _In_ ULONG ValueType, _In_ ULONG ValueLength, _In_ PVOID Value);
SYSPTE_WDF(HANDLE, WdfRegistryWdmGetHandle, _In_ WDFKEY Key);

#endif
