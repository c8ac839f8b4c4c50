// SPDX-License-Identifier: MIT
// Views of section objects in system space, and pageable sections by their handle.
#ifndef SYSPTE_WDK_VIEW_H
#define SYSPTE_WDK_VIEW_H

_Must_inspect_result_ _IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI MmMapViewInSystemSpace(_In_ PVOID Section,
                                                  _Outptr_result_bytebuffer_(*ViewSize)
                                                      PVOID *MappedBase,
                                                  _Inout_ PSIZE_T ViewSize);

_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI MmUnmapViewInSystemSpace(_In_ PVOID MappedBase);

_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI MmLockPagableSectionByHandle(_In_ PVOID ImageSectionHandle);

#endif
