// SPDX-License-Identifier: MIT
// What is behind an address.
#ifndef SYSPTE_WDK_PHYSICAL_H
#define SYSPTE_WDK_PHYSICAL_H

NTKERNELAPI PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(_In_ PVOID BaseAddress);

_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI BOOLEAN NTAPI MmIsAddressValid(_In_ PVOID VirtualAddress);

#if NTDDI_VERSION >= NTDDI_WINBLUE
_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI NTSTATUS NTAPI MmGetCacheAttribute(_In_ PHYSICAL_ADDRESS PhysicalAddress,
                                               _Out_ MEMORY_CACHING_TYPE *CacheType);
#endif

#endif
