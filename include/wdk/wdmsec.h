// SPDX-License-Identifier: MIT
// Security descriptors of device objects, as text. On the machine every caller may do everything.
#ifndef _WDMSEC_H_
#define _WDMSEC_H_

#include <wdm.h>

SYSPTE_WDK_BEGIN

#define SYSPTE_SDDL(name, text)                                                                    \
    static const UNICODE_STRING name __attribute__((__unused__)) = RTL_CONSTANT_STRING(text)

SYSPTE_SDDL(SDDL_DEVOBJ_KERNEL_ONLY, L"D:P");
SYSPTE_SDDL(SDDL_DEVOBJ_SYS_ALL, L"D:P(A;;GA;;;SY)");
SYSPTE_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_ALL, L"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
SYSPTE_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RX, L"D:P(A;;GA;;;SY)(A;;GRGX;;;BA)");
SYSPTE_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R, L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)");
SYSPTE_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R_RES_R,
            L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)(A;;GR;;;RC)");
SYSPTE_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R,
            L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGW;;;WD)(A;;GR;;;RC)");
SYSPTE_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX,
            L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGWGX;;;WD)(A;;GRGWGX;;;RC)");

#undef SYSPTE_SDDL

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI IoCreateDeviceSecure(_In_ struct _DRIVER_OBJECT *DriverObject,
                                    _In_ ULONG DeviceExtensionSize,
                                    _In_opt_ PUNICODE_STRING DeviceName, _In_ ULONG DeviceType,
                                    _In_ ULONG DeviceCharacteristics, _In_ BOOLEAN Exclusive,
                                    _In_ PCUNICODE_STRING DefaultSDDLString,
                                    _In_opt_ LPCGUID DeviceClassGuid,
                                    _Out_ struct _DEVICE_OBJECT **DeviceObject);
_Must_inspect_result_ NTSTATUS syspte_at_IoCreateDeviceSecure(
    _In_ struct _DRIVER_OBJECT *DriverObject, _In_ ULONG DeviceExtensionSize,
    _In_opt_ PUNICODE_STRING DeviceName, _In_ ULONG DeviceType, _In_ ULONG DeviceCharacteristics,
    _In_ BOOLEAN Exclusive, _In_ PCUNICODE_STRING DefaultSDDLString,
    _In_opt_ LPCGUID DeviceClassGuid, _Out_ struct _DEVICE_OBJECT **DeviceObject, const char *file,
    unsigned line, const char *function);
#ifndef SYSPTE_NO_SITE_MACROS
#define IoCreateDeviceSecure(...) syspte_at_IoCreateDeviceSecure(__VA_ARGS__, SYSPTE_SITE)
#endif

SYSPTE_WDK_END

#endif
