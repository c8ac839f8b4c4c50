// SPDX-License-Identifier: MIT
// The machine's physical address space: everything not declared is I/O space (a hole), which can be
// mapped and is memory of its own that starts as zeros. And the memory a test lends its driver.
#ifndef SYSPTE_MEMORY_H
#define SYSPTE_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum syspte_memory_kind {
    SYSPTE_MEMORY_DEVICE,     // registers or memory of a device
    SYSPTE_MEMORY_RAM,        // pages that nobody locked: mapping them is a violation
    SYSPTE_MEMORY_RAM_LOCKED, // locked by an MDL or a contiguous allocation: mapping is legal
    SYSPTE_MEMORY_RAM_SHARED, // shared with a hypervisor: mapping is legal
    SYSPTE_MEMORY_REFUSED     // as page-table pages since Windows 10 1803: a map returns NULL
} syspte_memory_kind;

// What kind of memory of its own a test lends the driver.
typedef enum syspte_buffer_kind {
    SYSPTE_BUFFER_USER,    // of a process: what an application passes
    SYSPTE_BUFFER_PAGEABLE // system memory that can be paged out
} syspte_buffer_kind;

// Physical addresses have at most 52 bits.
#define SYSPTE_PHYSICAL_BYTES (1ull << 52)

// ---- Use

// Declares a range of physical memory, in bytes. A later declaration wins over an earlier one.
//
// Fails: false, with a message, if the range is empty or ends beyond SYSPTE_PHYSICAL_BYTES, or if
// 256 ranges are declared.
// Needs: a booted machine.
bool syspte_memory_add(uint64_t physical_address, uint64_t bytes, syspte_memory_kind kind);

// Reads and writes physical memory as a device would, past every mapping: what a driver wrote
// through any view is seen here and the other way round.
//
// Fails: false where the range is beyond SYSPTE_PHYSICAL_BYTES, the machine has accounting only,
// or the host has no memory; nothing is then read.
// Needs: the caller's bytes are not in a mapping.
bool syspte_memory_read(uint64_t physical_address, void *out, uint64_t bytes);
bool syspte_memory_write(uint64_t physical_address, const void *in, uint64_t bytes);

// Memory out of the machine's RAM, zeroed and page-aligned, that MDLs can lock and map: what is
// written through a mapping is seen here and the other way round. A page that faults lies behind
// it. It is the test's, not the driver's: no leak.
//
// Owns:  until syspte_buffer_free, or the machine's end.
// Fails: NULL if `bytes` is 0 or more than is free; with a message, if there is no machine.
void *syspte_buffer_alloc(uint64_t bytes, syspte_buffer_kind kind);

// Fails: false, with a message, if no buffer begins there, or an MDL still has it locked or mapped.
bool syspte_buffer_free(void *buffer);

// A section object of so many zeroed bytes, for MmMapViewInSystemSpace.
//
// Owns:  until syspte_section_close, or the machine's end.
// Fails: NULL if `bytes` is 0 or more than is free, or 64 are open; with a message, if there is no
//        machine.
void *syspte_section_create(uint64_t bytes);

// Fails: false, with a message, if this is no section, or a view of it is mapped.
bool syspte_section_close(void *section);

// ---- Inspect

// What an address was declared as. Undeclared addresses are SYSPTE_MEMORY_DEVICE.
syspte_memory_kind syspte_memory_kind_at(uint64_t physical_address);

#ifdef __cplusplus
}
#endif
#endif
