// SPDX-License-Identifier: MIT
// A bug check (STOP) as data: a code and four parameters. In a test it never returns to the driver.
#ifndef SYSPTE_BUGCHECK_H
#define SYSPTE_BUGCHECK_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The codes this library raises or explains, by their Windows names.
#define SYSPTE_IRQL_NOT_GREATER_OR_EQUAL                  0x00000009u
#define SYSPTE_IRQL_NOT_LESS_OR_EQUAL                     0x0000000Au
#define SYSPTE_MAXIMUM_WAIT_OBJECTS_EXCEEDED              0x0000000Cu
#define SYSPTE_BAD_POOL_HEADER                            0x00000019u
#define SYSPTE_MEMORY_MANAGEMENT                          0x0000001Au
#define SYSPTE_KMODE_EXCEPTION_NOT_HANDLED                0x0000001Eu
#define SYSPTE_NO_MORE_IRP_STACK_LOCATIONS                0x00000035u
#define SYSPTE_NO_MORE_SYSTEM_PTES                        0x0000003Fu
#define SYSPTE_TARGET_MDL_TOO_SMALL                       0x00000040u
#define SYSPTE_MULTIPLE_IRP_COMPLETE_REQUESTS             0x00000044u
#define SYSPTE_PFN_LIST_CORRUPT                           0x0000004Eu
#define SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA                0x00000050u
#define SYSPTE_PROCESS_HAS_LOCKED_PAGES                   0x00000076u
#define SYSPTE_ATTEMPTED_WRITE_TO_READONLY_MEMORY         0x000000BEu
#define SYSPTE_SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION    0x000000C1u
#define SYSPTE_BAD_POOL_CALLER                            0x000000C2u
#define SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION         0x000000C4u
#define SYSPTE_DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS        0x000000CBu
#define SYSPTE_DRIVER_IRQL_NOT_LESS_OR_EQUAL              0x000000D1u
#define SYSPTE_DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL    0x000000D5u
#define SYSPTE_DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION 0x000000D6u
#define SYSPTE_DRIVER_UNMAPPING_INVALID_VIEW              0x000000D7u
#define SYSPTE_DRIVER_USED_EXCESSIVE_PTES                 0x000000D8u
#define SYSPTE_SYSTEM_PTE_MISUSE                          0x000000DAu
#define SYSPTE_DRIVER_CORRUPTED_SYSPTES                   0x000000DBu
#define SYSPTE_ATTEMPTED_EXECUTE_OF_NOEXECUTE             0x000000FCu
#define SYSPTE_WDF_VIOLATION                              0x0000010Du
#define SYSPTE_INVALID_MDL_RANGE                          0x0000012Eu

typedef struct syspte_bugcheck {
    uint32_t code;
    uint64_t parameter[4]; // addresses in them are simulated ones, as reports print them
} syspte_bugcheck;

// Matches every value of parameter 1.
#define SYSPTE_ANY UINT64_MAX

// ---- Use

// Announces that the running test will cause one bug check with this code and first parameter.
// A misuse that is announced is recorded as expected and returns to its caller as a free build
// would; an announced KeBugCheckEx, or access to a bad address, ends the test as passed.
// An announcement that nothing answers is itself a finding when the machine is shut down.
//
// Needs: a booted machine.
void syspte_expect_bugcheck(uint32_t code, uint64_t parameter1);

// ---- Inspect

// The Windows name of a code, "SYSTEM_PTE_MISUSE"; "?" for one the library does not know.
const char *syspte_bugcheck_name(uint32_t code);

#ifdef __cplusplus
}
#endif
#endif
