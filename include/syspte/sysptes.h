// SPDX-License-Identifier: MIT
// What a debugger and a performance monitor on Windows would show of the machine's system PTEs, in
// their formats, so that eyes and scripts that know them can read it.
#ifndef SYSPTE_SYSPTES_H
#define SYSPTE_SYSPTES_H

#include <syspte/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

// The flags of !sysptes.
enum {
    SYSPTE_SYSPTES_FREE = 1,  // the runs of free PTEs
    SYSPTE_SYSPTES_LOCKED = 4 // what takes PTEs, and who took them
};

// ---- Inspect

// Writes what `!sysptes flags` does: totals, the free runs by the addresses of their PTEs, and one
// row for each mapping: its address; in the column of the MDL the physical address of its first
// page; its PTEs; its caller and, where stacks are on, the caller's caller. A caller is
// FILE!FUNCTION+LINE, or what is known of its return address. Other flags add nothing, as there is
// no special pool. NULL writes to stderr; without a machine nothing is written.
//
// Source: !sysptes in the debugger's documentation, and the sample of bug check 0x3F.
// Costs: O(PTEs ever used).
void syspte_sysptes(const syspte_writer *writer, unsigned flags);

// Writes the line about free system PTEs of `!vm 1`, with the two alarming ones behind it when the
// count is below the profile's critical threshold or maps have failed.
void syspte_vm(const syspte_writer *writer);

// Writes the counter \Memory\Free System Page Table Entries as `typeperf -f CSV` does: the header,
// and a sample at the simulated time. That begins on 1 January 2020 at each boot.
void syspte_typeperf_header(const syspte_writer *writer);
void syspte_typeperf_sample(const syspte_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
