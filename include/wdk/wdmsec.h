// SPDX-License-Identifier: MIT
// Security descriptors of device objects, as text. The machine has no device objects with names:
// IoCreateDeviceSecure is declared, and a driver that calls it does not link.
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

NTSTATUS NTAPI IoCreateDeviceSecure(_In_ struct _DRIVER_OBJECT *DriverObject,
                                    _In_ ULONG DeviceExtensionSize,
                                    _In_opt_ PCUNICODE_STRING DeviceName, _In_ ULONG DeviceType,
                                    _In_ ULONG DeviceCharacteristics, _In_ BOOLEAN Exclusive,
                                    _In_ PCUNICODE_STRING DefaultSDDLString,
                                    _In_opt_ LPCGUID DeviceClassGuid,
                                    _Out_ struct _DEVICE_OBJECT **DeviceObject);

SYSPTE_WDK_END

#endif
