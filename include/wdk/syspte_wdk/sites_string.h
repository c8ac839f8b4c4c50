// SPDX-License-Identifier: MIT
// Strings that are allocated and freed, and keys and interfaces of devices, with their place in the
// source. Part of syspte_sites.h, which says what it is for.
#ifndef SYSPTE_WDK_SITES_STRING_H
#define SYSPTE_WDK_SITES_STRING_H

SYSPTE_WDK_BEGIN

NTSTATUS syspte_at_RtlAnsiStringToUnicodeString(_Inout_ PUNICODE_STRING DestinationString,
                                                _In_ PCANSI_STRING SourceString,
                                                _In_ BOOLEAN AllocateDestinationString,
                                                const char *file, unsigned line,
                                                const char *function);
NTSTATUS syspte_at_RtlUnicodeStringToAnsiString(_Inout_ PANSI_STRING DestinationString,
                                                _In_ PCUNICODE_STRING SourceString,
                                                _In_ BOOLEAN AllocateDestinationString,
                                                const char *file, unsigned line,
                                                const char *function);
NTSTATUS syspte_at_RtlUpcaseUnicodeString(_Inout_ PUNICODE_STRING DestinationString,
                                          _In_ PCUNICODE_STRING SourceString,
                                          _In_ BOOLEAN AllocateDestinationString, const char *file,
                                          unsigned line, const char *function);
NTSTATUS syspte_at_RtlDowncaseUnicodeString(_Inout_ PUNICODE_STRING DestinationString,
                                            _In_ PCUNICODE_STRING SourceString,
                                            _In_ BOOLEAN AllocateDestinationString,
                                            const char *file, unsigned line, const char *function);
NTSTATUS syspte_at_RtlStringFromGUID(_In_ REFGUID Guid, _Out_ PUNICODE_STRING GuidString,
                                     const char *file, unsigned line, const char *function);
VOID syspte_at_RtlFreeUnicodeString(_Inout_ PUNICODE_STRING UnicodeString, const char *file,
                                    unsigned line, const char *function);
VOID syspte_at_RtlFreeAnsiString(_Inout_ PANSI_STRING AnsiString, const char *file, unsigned line,
                                 const char *function);
NTSTATUS syspte_at_IoOpenDeviceRegistryKey(_In_ PDEVICE_OBJECT DeviceObject,
                                           _In_ ULONG DevInstKeyType,
                                           _In_ ACCESS_MASK DesiredAccess,
                                           _Out_ PHANDLE DeviceRegKey, const char *file,
                                           unsigned line, const char *function);
NTSTATUS syspte_at_IoOpenDriverRegistryKey(_In_ PDRIVER_OBJECT DriverObject,
                                           _In_ DRIVER_REGKEY_TYPE RegKeyType,
                                           _In_ ACCESS_MASK DesiredAccess, _In_ ULONG Flags,
                                           _Out_ PHANDLE DriverRegKey, const char *file,
                                           unsigned line, const char *function);
NTSTATUS syspte_at_IoOpenDeviceInterfaceRegistryKey(_In_ PUNICODE_STRING SymbolicLinkName,
                                                    _In_ ACCESS_MASK DesiredAccess,
                                                    _Out_ PHANDLE DeviceInterfaceRegKey,
                                                    const char *file, unsigned line,
                                                    const char *function);
NTSTATUS syspte_at_IoGetDeviceProperty(_In_ PDEVICE_OBJECT DeviceObject,
                                       _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty,
                                       _In_ ULONG BufferLength, _Out_opt_ PVOID PropertyBuffer,
                                       _Out_ PULONG ResultLength, const char *file, unsigned line,
                                       const char *function);
NTSTATUS syspte_at_IoRegisterDeviceInterface(_In_ PDEVICE_OBJECT PhysicalDeviceObject,
                                             _In_ const GUID *InterfaceClassGuid,
                                             _In_opt_ PUNICODE_STRING ReferenceString,
                                             _Out_ PUNICODE_STRING SymbolicLinkName,
                                             const char *file, unsigned line, const char *function);
NTSTATUS syspte_at_IoSetDeviceInterfaceState(_In_ PUNICODE_STRING SymbolicLinkName,
                                             _In_ BOOLEAN Enable, const char *file, unsigned line,
                                             const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define RtlAnsiStringToUnicodeString(...)                                                          \
    syspte_at_RtlAnsiStringToUnicodeString(__VA_ARGS__, SYSPTE_SITE)
#define RtlUnicodeStringToAnsiString(...)                                                          \
    syspte_at_RtlUnicodeStringToAnsiString(__VA_ARGS__, SYSPTE_SITE)
#define RtlUpcaseUnicodeString(...)   syspte_at_RtlUpcaseUnicodeString(__VA_ARGS__, SYSPTE_SITE)
#define RtlDowncaseUnicodeString(...) syspte_at_RtlDowncaseUnicodeString(__VA_ARGS__, SYSPTE_SITE)
#define RtlStringFromGUID(...)        syspte_at_RtlStringFromGUID(__VA_ARGS__, SYSPTE_SITE)
#define RtlFreeUnicodeString(...)     syspte_at_RtlFreeUnicodeString(__VA_ARGS__, SYSPTE_SITE)
#define RtlFreeAnsiString(...)        syspte_at_RtlFreeAnsiString(__VA_ARGS__, SYSPTE_SITE)
#define IoOpenDeviceRegistryKey(...)  syspte_at_IoOpenDeviceRegistryKey(__VA_ARGS__, SYSPTE_SITE)
#define IoOpenDriverRegistryKey(...)  syspte_at_IoOpenDriverRegistryKey(__VA_ARGS__, SYSPTE_SITE)
#define IoOpenDeviceInterfaceRegistryKey(...)                                                      \
    syspte_at_IoOpenDeviceInterfaceRegistryKey(__VA_ARGS__, SYSPTE_SITE)
#define IoGetDeviceProperty(...)       syspte_at_IoGetDeviceProperty(__VA_ARGS__, SYSPTE_SITE)
#define IoRegisterDeviceInterface(...) syspte_at_IoRegisterDeviceInterface(__VA_ARGS__, SYSPTE_SITE)
#define IoSetDeviceInterfaceState(...) syspte_at_IoSetDeviceInterfaceState(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
