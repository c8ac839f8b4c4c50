// SPDX-License-Identifier: MIT
// The arena is a closed region (region.h) at a base that is the same in every run, so that two runs
// show the same addresses. For each size, from the wanted one downwards: the base, then any place,
// then half the size. The windows lie below the arena; they are had in full or not at all. The host
// may keep a byte for each page that is reserved, so that there is a most.
#include "../port.h"
#include "region.h"

#define BYTES_FLOOR (UINT64_C(16) << 20)
#if UINTPTR_MAX > UINT32_MAX
#define ARENA_BASE   UINT64_C(0x200000000000)
#define WINDOWS_BASE UINT64_C(0x1f0000000000)
#define BYTES_MOST   (UINT64_C(1) << 39)
#else
#define ARENA_BASE   UINT64_C(0x30000000)
#define WINDOWS_BASE UINT64_C(0x10000000)
#define BYTES_MOST   (UINT64_C(512) << 20)
#endif

static uint64_t bytes_next(uint64_t bytes)
{
    uint64_t half = bytes / 2 / SYSPTE_REGION_PAGE * SYSPTE_REGION_PAGE;
    return half < BYTES_FLOOR ? BYTES_FLOOR : half;
}

// At the base or elsewhere; false if refused.
static bool reserve(uint64_t base, uint64_t bytes, syspte_port_arena *arena)
{
    void *wanted = (void *)(uintptr_t)base;
    void *range = syspte_region_begin(wanted, bytes, false);
    if (range == NULL) {
        range = syspte_region_begin(NULL, bytes, false);
    }
    *arena = (syspte_port_arena){0};
    if (range != NULL) {
        *arena = (syspte_port_arena){.base = range, .bytes = bytes, .moved = range != wanted};
    }
    return range != NULL;
}

bool syspte_port_arena_reserve(uint64_t bytes, syspte_port_arena *arena)
{
    *arena = (syspte_port_arena){0};
    if (bytes == 0) {
        return false;
    }
    while (bytes > BYTES_MOST) {
        bytes = bytes_next(bytes);
    }
    while (!reserve(ARENA_BASE, bytes, arena)) {
        if (bytes <= BYTES_FLOOR) {
            return false;
        }
        bytes = bytes_next(bytes);
    }
    return true;
}

void syspte_port_arena_release(syspte_port_arena *arena)
{
    if (arena->base != NULL) {
        (void)syspte_port_view_unmap(arena->base, arena->bytes);
        syspte_region_end(arena->base);
    }
    *arena = (syspte_port_arena){0};
}

bool syspte_port_windows_reserve(uint64_t bytes, syspte_port_arena *windows)
{
    *windows = (syspte_port_arena){0};
    return bytes <= BYTES_MOST && reserve(WINDOWS_BASE, bytes, windows);
}

void syspte_port_windows_release(syspte_port_arena *windows)
{
    syspte_port_arena_release(windows);
}
