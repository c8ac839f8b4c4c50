// SPDX-License-Identifier: MIT
// The codes of bug checks, by value: those about mapped memory, as docs/bugchecks.md has them. Each
// value is that of the code's public page.
#ifndef _BUGCODES_
#define _BUGCODES_

#include <ntdef.h>

#define IRQL_NOT_GREATER_OR_EQUAL                             ((ULONG)0x00000009)
#define IRQL_NOT_LESS_OR_EQUAL                                ((ULONG)0x0000000A)
#define MAXIMUM_WAIT_OBJECTS_EXCEEDED                         ((ULONG)0x0000000C)
#define BAD_POOL_HEADER                                       ((ULONG)0x00000019)
#define MEMORY_MANAGEMENT                                     ((ULONG)0x0000001A)
#define KMODE_EXCEPTION_NOT_HANDLED                           ((ULONG)0x0000001E)
#define NO_MORE_IRP_STACK_LOCATIONS                           ((ULONG)0x00000035)
#define NO_MORE_SYSTEM_PTES                                   ((ULONG)0x0000003F)
#define TARGET_MDL_TOO_SMALL                                  ((ULONG)0x00000040)
#define MULTIPLE_IRP_COMPLETE_REQUESTS                        ((ULONG)0x00000044)
#define PFN_LIST_CORRUPT                                      ((ULONG)0x0000004E)
#define PAGE_FAULT_IN_NONPAGED_AREA                           ((ULONG)0x00000050)
#define PROCESS_HAS_LOCKED_PAGES                              ((ULONG)0x00000076)
#define UNEXPECTED_KERNEL_MODE_TRAP                           ((ULONG)0x0000007F)
#define ATTEMPTED_WRITE_TO_READONLY_MEMORY                    ((ULONG)0x000000BE)
#define SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION               ((ULONG)0x000000C1)
#define BAD_POOL_CALLER                                       ((ULONG)0x000000C2)
#define DRIVER_VERIFIER_DETECTED_VIOLATION                    ((ULONG)0x000000C4)
#define DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS                   ((ULONG)0x000000CB)
#define DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS ((ULONG)0x000000CE)
#define DRIVER_IRQL_NOT_LESS_OR_EQUAL                         ((ULONG)0x000000D1)
#define DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL               ((ULONG)0x000000D5)
#define DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION            ((ULONG)0x000000D6)
#define DRIVER_UNMAPPING_INVALID_VIEW                         ((ULONG)0x000000D7)
#define DRIVER_USED_EXCESSIVE_PTES                            ((ULONG)0x000000D8)
#define LOCKED_PAGES_TRACKER_CORRUPTION                       ((ULONG)0x000000D9)
#define SYSTEM_PTE_MISUSE                                     ((ULONG)0x000000DA)
#define DRIVER_CORRUPTED_SYSPTES                              ((ULONG)0x000000DB)
#define DRIVER_VERIFIER_DMA_VIOLATION                         ((ULONG)0x000000E6)
#define ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY                 ((ULONG)0x000000FC)
#define WDF_VIOLATION                                         ((ULONG)0x0000010D)
#define INVALID_MDL_RANGE                                     ((ULONG)0x0000012E)

#endif
