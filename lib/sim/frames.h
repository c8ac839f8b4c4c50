// SPDX-License-Identifier: MIT
// The machine's RAM: page frames in one zone of physical memory, of which pool, contiguous memory,
// test buffers and pages for MDLs are made. Windows of host address space show the zone, frame by
// frame in order: one shows nonpaged memory, one pageable memory, one a process's. A frame in use
// is to be seen in one of them or in none; its address there holds as long as it is in use, and
// costs no system PTE. What no window shows faults there.
// Physical address and file offset are one (port.h), so every other view of a frame shows the same
// bytes. Lock: held, unless a line says otherwise.
#ifndef SYSPTE_SIM_FRAMES_H
#define SYSPTE_SIM_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include <syspte/mapping.h>

#define SYSPTE_FRAME_NONE UINT64_MAX

// The zone: syspte_config.ram_bytes from here on, below 4 GiB and below where devices usually are.
#define SYSPTE_RAM_FIRST 0x40000000ull // byte
#define SYSPTE_RAM_MAX   0x80000000ull // bytes

// What a frame is used for.
typedef enum syspte_frame_use {
    SYSPTE_FRAME_FREE = 0,
    SYSPTE_FRAME_NONPAGED, // nonpaged pool, contiguous and noncached memory: never moves
    SYSPTE_FRAME_PAGED,    // paged pool, pageable test buffers: only while locked
    SYSPTE_FRAME_PAGES     // of MmAllocatePagesForMdl: belongs to the MDL
} syspte_frame_use;

// Which window shows a frame.
typedef enum syspte_window {
    SYSPTE_WINDOW_NONE = 0,
    SYSPTE_WINDOW_NONPAGED, // system addresses
    SYSPTE_WINDOW_PAGED,    // system addresses
    SYSPTE_WINDOW_USER,     // addresses of a process
    SYSPTE_WINDOW_VIEW, // system addresses of views of sections (windows.h): frames in any order
    SYSPTE_WINDOW_COUNT
} syspte_window;

typedef struct syspte_frame {
    uint8_t use;       // syspte_frame_use
    uint8_t window;    // syspte_window
    uint8_t cache;     // syspte_cache, if has_cache
    bool has_cache;    // an attribute is in force, and wins over what a later mapping asks for
    uint32_t locks;    // MDLs that have it locked
    uint32_t mappings; // live system mappings of it
} syspte_frame;

typedef struct syspte_frame_request {
    uint64_t count; // frames, one behind the other
    uint64_t low;   // lowest and highest acceptable frame number
    uint64_t high;
    uint64_t boundary; // frames; a power of two that the run must not cross; 0: none
    syspte_frame_use use;
    syspte_window window; // that shows them from now on
} syspte_frame_request;

// ---- Begin and end (machine.c calls these)

// Bytes of zeroed storage for a zone of `ram_bytes`; only what is used of it is touched.
uint64_t syspte_frames_storage(uint64_t ram_bytes);
// Lends it. Costs: O(1); everything else happens when the first frame is taken.
void syspte_frames_begin(void *storage, uint64_t ram_bytes);
// Frees every frame; the storage is zeros again.
void syspte_frames_end(void);

// ---- Use

// The first frame of a run, or SYSPTE_FRAME_NONE: there is no such run, or the host refuses (then
// SYSPTE_RULE_HOST_TABLE or HOST_VIEW is recorded). The bytes are zeros only where they were never
// used.
uint64_t syspte_frames_take(const syspte_frame_request *request);
// Gives frames in use back that nobody has locked or mapped. No window shows them any more.
void syspte_frames_give(uint64_t first, uint64_t count);
// Lets `window` show frames in use from now on, instead of what did. False if the host refuses:
// then no window does, and HOST_VIEW is recorded.
bool syspte_frames_show(uint64_t first, uint64_t count, syspte_window window);
// True if somebody has one of these frames in use locked or mapped: they may not be given back.
bool syspte_frames_are_pinned(uint64_t first, uint64_t count);
// Fills frames in use. HOST_VIEW is recorded if the host has no memory left.
void syspte_frames_fill(uint64_t first, uint64_t count, uint8_t byte);

// The record of a frame number; NULL if it is not in the zone or is free.
syspte_frame *syspte_frame_at(uint64_t frame);

// True if [physical, physical + bytes) has a page of RAM in use that nobody locked and that is
// neither nonpaged nor an MDL's own: `page` receives the first one's frame number. Such memory may
// not be mapped as I/O space (0xC4/0x83).
bool syspte_frames_unlocked(uint64_t physical, uint64_t bytes, uint64_t *page);

// How many separate host views the windows take at the moment.
uint64_t syspte_frames_views(void);

// NULL, or the text of the first broken invariant.
const char *syspte_frames_check(void);

// ---- Addresses (windows.c). Lock: not needed.

// Where a window shows a frame of the zone. NULL for another frame, for no window, and for views.
void *syspte_frame_shown(uint64_t frame, syspte_window window);
// The same for the window of nonpaged memory.
void *syspte_frame_address(uint64_t frame);
// The frame of an address in a window; false if it is in none. Whether the frame is in use, and
// shown there, is another question: syspte_frame_at(frame)->window == syspte_frame_window(address).
bool syspte_frame_of(const void *address, uint64_t *frame);
// The window an address is in.
syspte_window syspte_frame_window(const void *address);
// The address as reports print it: the same in every run. 0 outside the windows.
uint64_t syspte_frame_va(const void *address);

// ---- Holdings of RAM

// The key of one (core/account.h): what it is, and the physical address of its first byte.
static inline uint64_t syspte_frame_key(syspte_kind kind, uint64_t physical)
{
    return (uint64_t)kind << 48 | physical;
}

// ---- Host memory: what the machine does not own (malloc, the stack) has made-up frame numbers,
// beyond all others, so that an MDL over it has PFNs. Such a frame is never mapped anywhere else.
// Lock: not needed.

#define SYSPTE_FRAME_HOST (1ull << 39)

static inline uint64_t syspte_frame_of_host(const void *address)
{
    return SYSPTE_FRAME_HOST | ((uint64_t)(uintptr_t)address >> 12 & (SYSPTE_FRAME_HOST - 1));
}

static inline bool syspte_frame_is_host(uint64_t frame)
{
    return frame >> 39 == 1;
}

// The page of such a frame.
static inline void *syspte_frame_host(uint64_t frame)
{
    return (void *)(uintptr_t)((frame & (SYSPTE_FRAME_HOST - 1)) << 12);
}

#endif
