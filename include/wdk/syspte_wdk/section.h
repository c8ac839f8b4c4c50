// SPDX-License-Identifier: MIT
// Pageable sections of a driver.
#ifndef SYSPTE_WDK_SECTION_H
#define SYSPTE_WDK_SECTION_H

_Must_inspect_result_ _IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI PVOID NTAPI MmLockPagableDataSection(_In_ PVOID AddressWithinSection);

#define MmLockPagableCodeSection(Address) MmLockPagableDataSection(Address)

_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI VOID NTAPI MmUnlockPagableImageSection(_In_ PVOID ImageSectionHandle);

#endif
