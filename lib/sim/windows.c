// SPDX-License-Identifier: MIT
// The windows are one stretch of address space, each as long as the zone, reserved at the first use
// in the process and kept from boot to boot. An address tells its window and its frame by
// arithmetic; only the window of views has a table, of the frame that each of its pages shows. What
// reports print is counted from bases of our own choice: Windows promises none.
#include "sim/windows.h"

#include "sim/frames.h"
#include "sim/machine.h"

#define ZONE_FIRST (SYSPTE_RAM_FIRST / SYSPTE_PAGE_BYTES)

static struct {
    syspte_port_arena host;
    uint64_t base;   // read with acquire; 0: there are no windows
    uint64_t frames; // that each shows; written before `base` is
} windows;

// Of each page of the window of views: the number of its frame, counted from 1; 0: none.
static uint32_t viewed[SYSPTE_RAM_MAX / SYSPTE_PAGE_BYTES];
static uint64_t viewed_end; // behind the last that is not 0

// The base of each window's addresses as reports print them, by pointer size.
static const uint64_t printed[SYSPTE_WINDOW_COUNT][2] = {
    [SYSPTE_WINDOW_NONPAGED] = {0x80000000ull, 0xFFFFFA8000000000ull},
    [SYSPTE_WINDOW_PAGED] = {0xA0000000ull, 0xFFFFF8A000000000ull},
    [SYSPTE_WINDOW_USER] = {0x00400000ull, 0x0000000100000000ull},
    [SYSPTE_WINDOW_VIEW] = {0xBC000000ull, 0xFFFFF98000000000ull},
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

static void *view_at(uint64_t page)
{
    page += (SYSPTE_WINDOW_VIEW - 1) * windows.frames;
    return windows.host.base + page * SYSPTE_PAGE_BYTES;
}

// The first page of `count` free ones with a free one behind; UINT64_MAX if there are none.
static uint64_t view_place(uint64_t count)
{
    uint64_t first = 0;
    for (uint64_t page = 0; page < windows.frames; page++) {
        if (viewed[page] != 0) {
            first = page + 2; // the page behind a view stays free
        } else if (page - first + 1 >= count + 1 && page >= first) {
            return first;
        }
    }
    return UINT64_MAX;
}

void *syspte_window_view_take(uint64_t first, uint64_t count)
{
    uint64_t page = view_place(count);
    if (page == UINT64_MAX || !syspte_port_view_map(view_at(page), count * SYSPTE_PAGE_BYTES, first,
                                                    SYSPTE_PORT_READ | SYSPTE_PORT_WRITE)) {
        return NULL;
    }
    for (uint64_t i = 0; i < count; i++) {
        syspte_store_release_32(&viewed[page + i], (uint32_t)(first - ZONE_FIRST + i) + 1);
    }
    viewed_end = page + count > viewed_end ? page + count : viewed_end;
    return view_at(page);
}

void syspte_window_view_give(void *view, uint64_t count)
{
    uint64_t page = 0;
    (void)syspte_window_view_page(view, &page);
    (void)syspte_port_view_unmap(view, count * SYSPTE_PAGE_BYTES);
    for (uint64_t i = 0; i < count; i++) {
        syspte_store_release_32(&viewed[page + i], 0);
    }
}

void syspte_windows_end(void)
{
    for (uint64_t page = 0; page < viewed_end; page++) {
        if (viewed[page] != 0) {
            syspte_window_view_give(view_at(page), 1);
        }
    }
    viewed_end = 0;
    syspte_store_release(&windows.base, 0);
}

void *syspte_frame_shown(uint64_t frame, syspte_window window)
{
    uint64_t base = syspte_load_acquire(&windows.base);
    uint64_t index = frame - ZONE_FIRST;
    if (base == 0 || index >= windows.frames || window == SYSPTE_WINDOW_NONE ||
        window == SYSPTE_WINDOW_VIEW) {
        return NULL;
    }
    index += (uint64_t)(window - 1) * windows.frames;
    return (void *)(uintptr_t)(base + index * SYSPTE_PAGE_BYTES);
}

void *syspte_frame_address(uint64_t frame)
{
    return syspte_frame_shown(frame, SYSPTE_WINDOW_NONPAGED);
}

// The window an address is in, or NONE; `index` receives the number of its page there.
static syspte_window place_of(const void *address, uint64_t *index)
{
    uint64_t base = syspte_load_acquire(&windows.base);
    uint64_t page = ((uintptr_t)address - base) / SYSPTE_PAGE_BYTES;
    if (base == 0 || page >= windows.frames * (SYSPTE_WINDOW_COUNT - 1)) {
        return SYSPTE_WINDOW_NONE;
    }
    syspte_window window = SYSPTE_WINDOW_NONPAGED;
    while (page >= windows.frames) { // few windows: faster than a division
        page -= windows.frames;
        window++;
    }
    *index = page;
    return window;
}

bool syspte_frame_of(const void *address, uint64_t *frame)
{
    uint64_t index;
    syspte_window window = place_of(address, &index);
    if (window == SYSPTE_WINDOW_NONE) {
        return false;
    }
    if (window == SYSPTE_WINDOW_VIEW) {
        index = (uint64_t)syspte_load_acquire_32(&viewed[index]) - 1;
    }
    *frame = ZONE_FIRST + index;
    return index != UINT64_MAX;
}

syspte_window syspte_frame_window(const void *address)
{
    uint64_t index;
    return place_of(address, &index);
}

uint64_t syspte_frame_va(const void *address)
{
    uint64_t index;
    syspte_window window = place_of(address, &index);
    if (window == SYSPTE_WINDOW_NONE) {
        return 0;
    }
    bool is_64 = syspte_the.config.profile->pointer_bits == 64;
    uint64_t base = printed[window][is_64];
    uint64_t offset = index * SYSPTE_PAGE_BYTES | ((uintptr_t)address & 0xFFF);
    return is_64 ? base + SYSPTE_RAM_FIRST + offset : (base + offset) & 0xFFFFFFFF;
}

bool syspte_window_view_page(const void *address, uint64_t *page)
{
    return place_of(address, page) == SYSPTE_WINDOW_VIEW;
}
