// SPDX-License-Identifier: MIT
// The kernel's interface for any driver: wdm.h and what is not for WDM drivers.
#ifndef _NTDDK_
#define _NTDDK_

#include <wdm.h>

SYSPTE_WDK_BEGIN

_Must_inspect_result_ _IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI PVOID NTAPI MmMapVideoDisplay(_In_ PHYSICAL_ADDRESS PhysicalAddress,
                                          _In_ SIZE_T NumberOfBytes,
                                          _In_ MEMORY_CACHING_TYPE CacheType);

_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI MmUnmapVideoDisplay(_In_reads_bytes_(NumberOfBytes) PVOID BaseAddress,
                                           _In_ SIZE_T NumberOfBytes);

#include <syspte_wdk/hal.h>
#include <syspte_wdk/noncached.h>
#include <syspte_wdk/physical.h>
#include <syspte_wdk/view.h>

SYSPTE_WDK_END

#define SYSPTE_WDK_NTDDK
#include <syspte_sites.h>

#endif
