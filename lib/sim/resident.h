// SPDX-License-Identifier: MIT
// What memory stands behind an address, as a driver that builds or locks an MDL over it needs to
// know. Lock: held, unless a line says otherwise.
#ifndef SYSPTE_SIM_RESIDENT_H
#define SYSPTE_SIM_RESIDENT_H

#include "sim/frames.h"
#include "sim/machine.h"

typedef enum syspte_behind {
    SYSPTE_BEHIND_NOTHING, // an address of the machine's that nothing is mapped at
    SYSPTE_BEHIND_RAM,     // a frame of the machine's RAM, in use
    SYSPTE_BEHIND_DEVICE,  // I/O space
    SYSPTE_BEHIND_HOST     // memory that is not the machine's
} syspte_behind;

typedef struct syspte_resident {
    syspte_behind behind;
    uint64_t frame;
    bool user;     // an address of a process
    bool pageable; // not in memory for sure: RAM that nobody has locked
    bool writable;
} syspte_resident;

// What is behind the page of an address.
syspte_resident syspte_resident_at(const void *address);

// True if `address` and `bytes` behind it are no addresses of the machine's, and the host lets them
// be read (`write`: and written). False for the machine's own: syspte_resident_at knows them. Lock:
// not held.
bool syspte_resident_host(const void *address, uint64_t bytes, bool write);

// True if the library can read all of `bytes` bytes. The first 64 KiB are nobody's. Lock: not held.
bool syspte_resident_is_readable(const void *address, uint64_t bytes);

// True if the address is the machine's own. Lock: not needed.
bool syspte_resident_is_ours(const void *address);

#endif
