// SPDX-License-Identifier: MIT
// Keys and values of the registry with their place in the source. Part of syspte_sites.h, which
// says what it is for.
#ifndef SYSPTE_WDK_SITES_REGISTRY_H
#define SYSPTE_WDK_SITES_REGISTRY_H

SYSPTE_WDK_BEGIN

NTSTATUS syspte_at_ZwClose(_In_ HANDLE Handle, const char *file, unsigned line,
                           const char *function);
NTSTATUS syspte_at_ZwCreateKey(_Out_ PHANDLE KeyHandle, _In_ ACCESS_MASK DesiredAccess,
                               _In_ POBJECT_ATTRIBUTES ObjectAttributes,
                               _Reserved_ ULONG TitleIndex, _In_opt_ PUNICODE_STRING Class,
                               _In_ ULONG CreateOptions, _Out_opt_ PULONG Disposition,
                               const char *file, unsigned line, const char *function);
NTSTATUS syspte_at_ZwOpenKey(_Out_ PHANDLE KeyHandle, _In_ ACCESS_MASK DesiredAccess,
                             _In_ POBJECT_ATTRIBUTES ObjectAttributes, const char *file,
                             unsigned line, const char *function);
NTSTATUS syspte_at_ZwDeleteKey(_In_ HANDLE KeyHandle, const char *file, unsigned line,
                               const char *function);
NTSTATUS syspte_at_ZwFlushKey(_In_ HANDLE KeyHandle, const char *file, unsigned line,
                              const char *function);
NTSTATUS syspte_at_ZwQueryKey(_In_ HANDLE KeyHandle, _In_ KEY_INFORMATION_CLASS KeyInformationClass,
                              _Out_opt_ PVOID KeyInformation, _In_ ULONG Length,
                              _Out_ PULONG ResultLength, const char *file, unsigned line,
                              const char *function);
NTSTATUS syspte_at_ZwEnumerateKey(_In_ HANDLE KeyHandle, _In_ ULONG Index,
                                  _In_ KEY_INFORMATION_CLASS KeyInformationClass,
                                  _Out_opt_ PVOID KeyInformation, _In_ ULONG Length,
                                  _Out_ PULONG ResultLength, const char *file, unsigned line,
                                  const char *function);
NTSTATUS syspte_at_ZwQueryValueKey(_In_ HANDLE KeyHandle, _In_ PUNICODE_STRING ValueName,
                                   _In_ KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
                                   _Out_opt_ PVOID KeyValueInformation, _In_ ULONG Length,
                                   _Out_ PULONG ResultLength, const char *file, unsigned line,
                                   const char *function);
NTSTATUS syspte_at_ZwEnumerateValueKey(_In_ HANDLE KeyHandle, _In_ ULONG Index,
                                       _In_ KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
                                       _Out_opt_ PVOID KeyValueInformation, _In_ ULONG Length,
                                       _Out_ PULONG ResultLength, const char *file, unsigned line,
                                       const char *function);
NTSTATUS syspte_at_ZwSetValueKey(_In_ HANDLE KeyHandle, _In_ PUNICODE_STRING ValueName,
                                 _In_opt_ ULONG TitleIndex, _In_ ULONG Type, _In_opt_ PVOID Data,
                                 _In_ ULONG DataSize, const char *file, unsigned line,
                                 const char *function);
NTSTATUS syspte_at_ZwDeleteValueKey(_In_ HANDLE KeyHandle, _In_ PUNICODE_STRING ValueName,
                                    const char *file, unsigned line, const char *function);
NTSTATUS syspte_at_RtlQueryRegistryValues(_In_ ULONG RelativeTo, _In_ PCWSTR Path,
                                          _Inout_ PRTL_QUERY_REGISTRY_TABLE QueryTable,
                                          _In_opt_ PVOID Context, _In_opt_ PVOID Environment,
                                          const char *file, unsigned line, const char *function);
NTSTATUS syspte_at_RtlWriteRegistryValue(_In_ ULONG RelativeTo, _In_ PCWSTR Path,
                                         _In_z_ PCWSTR ValueName, _In_ ULONG ValueType,
                                         _In_opt_ PVOID ValueData, _In_ ULONG ValueLength,
                                         const char *file, unsigned line, const char *function);
NTSTATUS syspte_at_RtlDeleteRegistryValue(_In_ ULONG RelativeTo, _In_ PCWSTR Path,
                                          _In_z_ PCWSTR ValueName, const char *file, unsigned line,
                                          const char *function);
NTSTATUS syspte_at_RtlCheckRegistryKey(_In_ ULONG RelativeTo, _In_ PWSTR Path, const char *file,
                                       unsigned line, const char *function);
NTSTATUS syspte_at_RtlCreateRegistryKey(_In_ ULONG RelativeTo, _In_ PWSTR Path, const char *file,
                                        unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define ZwClose(...)                syspte_at_ZwClose(__VA_ARGS__, SYSPTE_SITE)
#define ZwCreateKey(...)            syspte_at_ZwCreateKey(__VA_ARGS__, SYSPTE_SITE)
#define ZwOpenKey(...)              syspte_at_ZwOpenKey(__VA_ARGS__, SYSPTE_SITE)
#define ZwDeleteKey(...)            syspte_at_ZwDeleteKey(__VA_ARGS__, SYSPTE_SITE)
#define ZwFlushKey(...)             syspte_at_ZwFlushKey(__VA_ARGS__, SYSPTE_SITE)
#define ZwQueryKey(...)             syspte_at_ZwQueryKey(__VA_ARGS__, SYSPTE_SITE)
#define ZwEnumerateKey(...)         syspte_at_ZwEnumerateKey(__VA_ARGS__, SYSPTE_SITE)
#define ZwQueryValueKey(...)        syspte_at_ZwQueryValueKey(__VA_ARGS__, SYSPTE_SITE)
#define ZwEnumerateValueKey(...)    syspte_at_ZwEnumerateValueKey(__VA_ARGS__, SYSPTE_SITE)
#define ZwSetValueKey(...)          syspte_at_ZwSetValueKey(__VA_ARGS__, SYSPTE_SITE)
#define ZwDeleteValueKey(...)       syspte_at_ZwDeleteValueKey(__VA_ARGS__, SYSPTE_SITE)
#define RtlQueryRegistryValues(...) syspte_at_RtlQueryRegistryValues(__VA_ARGS__, SYSPTE_SITE)
#define RtlWriteRegistryValue(...)  syspte_at_RtlWriteRegistryValue(__VA_ARGS__, SYSPTE_SITE)
#define RtlDeleteRegistryValue(...) syspte_at_RtlDeleteRegistryValue(__VA_ARGS__, SYSPTE_SITE)
#define RtlCheckRegistryKey(...)    syspte_at_RtlCheckRegistryKey(__VA_ARGS__, SYSPTE_SITE)
#define RtlCreateRegistryKey(...)   syspte_at_RtlCreateRegistryKey(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
