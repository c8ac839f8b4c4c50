// SPDX-License-Identifier: MIT
// Noncached memory.
#ifndef SYSPTE_WDK_NONCACHED_H
#define SYSPTE_WDK_NONCACHED_H

_Must_inspect_result_ _IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI PVOID NTAPI MmAllocateNonCachedMemory(_In_ SIZE_T NumberOfBytes);

_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI MmFreeNonCachedMemory(_In_reads_bytes_(NumberOfBytes) PVOID BaseAddress,
                                             _In_ SIZE_T NumberOfBytes);

#endif
