// SPDX-License-Identifier: MIT
// The windows are one stretch of address space, each as long as the zone, reserved at the first use
// in the process and kept from boot to boot. An address tells its window and its frame by
// arithmetic. What reports print is counted from bases of our own choice: Windows promises none.
#include "sim/windows.h"

#include "sim/frames.h"
#include "sim/machine.h"

#define ZONE_FIRST (SYSPTE_RAM_FIRST / SYSPTE_PAGE_BYTES)

static struct {
    syspte_port_arena host;
    uint64_t base;   // read with acquire; 0: there are no windows
    uint64_t frames; // that each shows; written before `base` is
} windows;

// The base of each window's addresses as reports print them, by pointer size.
static const uint64_t printed[SYSPTE_WINDOW_COUNT][2] = {
    [SYSPTE_WINDOW_NONPAGED] = {0x80000000ull, 0xFFFFFA8000000000ull},
    [SYSPTE_WINDOW_PAGED] = {0xA0000000ull, 0xFFFFF8A000000000ull},
    [SYSPTE_WINDOW_USER] = {0x00400000ull, 0x0000000100000000ull},
};

bool syspte_windows_begin(uint64_t frames)
{
    uint64_t bytes = frames * SYSPTE_PAGE_BYTES * (SYSPTE_WINDOW_COUNT - 1);
    if (windows.host.bytes < bytes) {
        syspte_port_windows_release(&windows.host);
        (void)syspte_port_windows_reserve(bytes, &windows.host);
    }
    windows.frames = frames;
    syspte_store_release(&windows.base, (uintptr_t)windows.host.base);
    return windows.host.base != NULL;
}

void syspte_windows_end(void)
{
    syspte_store_release(&windows.base, 0);
}

void *syspte_frame_shown(uint64_t frame, syspte_window window)
{
    uint64_t base = syspte_load_acquire(&windows.base);
    uint64_t index = frame - ZONE_FIRST;
    if (base == 0 || index >= windows.frames || window == SYSPTE_WINDOW_NONE) {
        return NULL;
    }
    index += (uint64_t)(window - 1) * windows.frames;
    return (void *)(uintptr_t)(base + index * SYSPTE_PAGE_BYTES);
}

void *syspte_frame_address(uint64_t frame)
{
    return syspte_frame_shown(frame, SYSPTE_WINDOW_NONPAGED);
}

// The number of an address's page, counted through all windows; UINT64_MAX outside.
static uint64_t page_of(const void *address)
{
    uint64_t base = syspte_load_acquire(&windows.base);
    if (base == 0) {
        return UINT64_MAX;
    }
    uint64_t page = ((uintptr_t)address - base) / SYSPTE_PAGE_BYTES;
    return page < windows.frames * (SYSPTE_WINDOW_COUNT - 1) ? page : UINT64_MAX;
}

bool syspte_frame_of(const void *address, uint64_t *frame)
{
    uint64_t page = page_of(address);
    if (page == UINT64_MAX) {
        return false;
    }
    *frame = ZONE_FIRST + page % windows.frames;
    return true;
}

syspte_window syspte_frame_window(const void *address)
{
    uint64_t page = page_of(address);
    return page == UINT64_MAX ? SYSPTE_WINDOW_NONE : (syspte_window)(page / windows.frames + 1);
}

uint64_t syspte_frame_va(const void *address)
{
    uint64_t frame;
    if (!syspte_frame_of(address, &frame)) {
        return 0;
    }
    bool is_64 = syspte_the.config.profile->pointer_bits == 64;
    uint64_t base = printed[syspte_frame_window(address)][is_64];
    uint64_t offset = ((frame - ZONE_FIRST) * SYSPTE_PAGE_BYTES) | ((uintptr_t)address & 0xFFF);
    return is_64 ? base + SYSPTE_RAM_FIRST + offset : (base + offset) & 0xFFFFFFFF;
}
