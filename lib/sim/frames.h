// SPDX-License-Identifier: MIT
// The machine's RAM: page frames in one zone of physical memory, of which pool, contiguous memory
// and pages for MDLs are made. A direct map, one view of the whole zone, gives every frame one
// address that holds as long as the machine runs and costs no system PTE: that of nonpaged memory.
// Physical address and file offset are one (port.h), so every other view of a frame shows the same
// bytes. Lock: held, unless a line says otherwise.
#ifndef SYSPTE_SIM_FRAMES_H
#define SYSPTE_SIM_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include <syspte/mapping.h>

#define SYSPTE_FRAME_NONE UINT64_MAX

// What a frame is used for.
typedef enum syspte_frame_use {
    SYSPTE_FRAME_FREE = 0,
    SYSPTE_FRAME_NONPAGED, // nonpaged pool, contiguous and noncached memory: never moves
    SYSPTE_FRAME_PAGED,    // paged pool, pageable test buffers: only while locked
    SYSPTE_FRAME_PAGES     // of MmAllocatePagesForMdl: belongs to the MDL
} syspte_frame_use;

typedef struct syspte_frame {
    uint8_t use;       // syspte_frame_use
    uint8_t cache;     // syspte_cache, if has_cache
    bool has_cache;    // an attribute is in force, and wins over what a later mapping asks for
    uint32_t locks;    // MDLs that have it locked
    uint32_t mappings; // live system mappings of it
} syspte_frame;

typedef struct syspte_frame_request {
    uint64_t count;    // frames, one behind the other
    uint64_t low;      // lowest and highest acceptable frame number
    uint64_t high;
    uint64_t boundary; // frames; a power of two that the run must not cross; 0: none
    syspte_frame_use use;
} syspte_frame_request;

// ---- Begin and end (machine.c calls these)

// Lends the zone of the config's ram_bytes. False, and there are no frames, if the host refuses:
// then every request fails with SYSPTE_RULE_HOST_TABLE.
bool syspte_frames_begin(void);
void syspte_frames_end(void);

// ---- Use

// The first frame of a run, or SYSPTE_FRAME_NONE. Its bytes are zeros only where it was never used.
uint64_t syspte_frames_take(const syspte_frame_request *request);
// Gives a run back that nobody has locked or mapped. Its direct map stops being accessible.
void syspte_frames_give(uint64_t first, uint64_t count);

// The record of a frame number; NULL if it is not in the zone or is free.
syspte_frame *syspte_frame_at(uint64_t frame);

// ---- Addresses

// Where the direct map shows a frame of the zone. Lock: not needed.
void *syspte_frame_address(uint64_t frame);
// The frame of an address in the direct map; false if it is elsewhere. Lock: not needed.
bool syspte_frame_of(const void *address, uint64_t *frame);
// The address as reports print it: the same in every run. Lock: not needed.
uint64_t syspte_frame_va(const void *address);

#endif
