// SPDX-License-Identifier: MIT
// Private to this port: stretches of address space that are reserved at once and get their memory
// page by page, at a touch. In a table what was never shown anything is zeros; in an arena it is
// closed. A page of either can be made to show a physical page (view.c).
#ifndef SYSPTE_WINDOWS_REGION_H
#define SYSPTE_WINDOWS_REGION_H

#include <stdbool.h>
#include <stdint.h>

#include "port_lock.h"

enum { SYSPTE_REGION_PAGE = 4096, SYSPTE_REGION_LEAF = 512 };

typedef struct syspte_region {
    uintptr_t base; // 0: none
    uint64_t bytes;
    bool zeros;        // a table
    uint64_t **leaves; // entries of SYSPTE_REGION_LEAF pages each; NULL: no page of it shows one
} syspte_region;

// What a page shows: the number of a physical page above bit 8, the access that is allowed
// (SYSPTE_PORT_*) in the lowest bits, and these. 0: nothing.
enum { SYSPTE_ENTRY_SHOWN = 8, SYSPTE_ENTRY_OPEN = 16, SYSPTE_ENTRY_PAGE = 8 };

// Of the whole of this port's memory. A fault takes it: nobody may touch with it what may fault.
extern syspte_port_lock syspte_region_lock;

// ---- Begin and end. Takes the lock.

// Reserves at `at` (NULL: anywhere). NULL if refused.
void *syspte_region_begin(void *at, uint64_t bytes, bool zeros);
void syspte_region_end(void *base);

// ---- Use. Lock: held.

// The region that [at, at + bytes) lies in, or NULL.
syspte_region *syspte_region_of(uintptr_t at, uint64_t bytes);
// The entry of a page. NULL: it has none; where `make` is set, the host refuses.
uint64_t *syspte_region_entry(syspte_region *region, uintptr_t at, bool make);

// ---- Faults

// Takes the lock. True: the page has what the access needs now.
bool syspte_region_touch(uintptr_t address, unsigned access);
// Gives a page what its entry says (view.c). False: the host refuses. Lock: held.
bool syspte_view_open(uintptr_t page, uint64_t *entry);
// True if all of it can be read, or written, at a touch. False where no region is. Takes the lock.
bool syspte_region_allows(uintptr_t address, uint64_t bytes, bool write);

#endif
