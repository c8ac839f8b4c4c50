// SPDX-License-Identifier: MIT
// Free frames are runs in a pool of the kind that PTEs are in; a request with limits looks through
// the free runs in order. Each frame has a record in a table that costs memory only where it is
// used. A frame in use is mapped where its window shows it. Neighbours that one window shows are
// one mapping for the host, which merges them.
#include "sim/frames.h"

#include "core/pool_inline.h"
#include "sim/blocks.h"
#include "sim/machine.h"
#include "sim/windows.h"

#include <string.h>

#define ZONE_FIRST (SYSPTE_RAM_FIRST / SYSPTE_PAGE_BYTES)

static struct {
    void *storage;
    uint64_t count; // frames of the zone; 0: none are lent
    bool ready;     // the tables are made
    bool refused;   // the host lends no windows
    syspte_pool pool;
    syspte_frame *records;
    uint64_t views;
} ram;

static uint64_t pool_bytes(uint64_t count)
{
    return (syspte_pool_storage(count, SYSPTE_PLACEMENT_HINT) + 0xFFF) & ~0xFFFull;
}

uint64_t syspte_frames_storage(uint64_t ram_bytes)
{
    uint64_t count = ram_bytes / SYSPTE_PAGE_BYTES;
    return pool_bytes(count) + count * sizeof(syspte_frame);
}

void syspte_frames_begin(void *storage, uint64_t ram_bytes)
{
    ram.storage = storage;
    ram.count = ram_bytes / SYSPTE_PAGE_BYTES;
    ram.ready = ram.refused = false;
    ram.views = 0;
}

// Makes the tables, and lends the windows, when the first frame is taken.
static bool is_ready(void)
{
    syspte_machine *m = &syspte_the;
    if (ram.ready || ram.refused) {
        return ram.ready;
    }
    ram.ready = syspte_port_physical_open() && syspte_windows_begin(ram.count);
    ram.refused = !ram.ready;
    if (ram.refused) {
        return false;
    }
    m->physical_used = true;
    syspte_pool_init(&ram.pool, ram.storage, ram.count, SYSPTE_PLACEMENT_HINT, syspte_port_panic);
    ram.records = (syspte_frame *)(void *)((unsigned char *)ram.storage + pool_bytes(ram.count));
    if (m->config.accounting_only) {
        syspte_port_fault_install(syspte_fault); // a machine without memory had no use for it
    }
    return true;
}

// ---- Windows

static void *shown_at(uint64_t index, syspte_window window)
{
    return syspte_frame_shown(ZONE_FIRST + index, window);
}

// The windows that show frames in their order; views are somebody else's to show.
static bool is_ordered(syspte_window window)
{
    return window != SYSPTE_WINDOW_NONE && window != SYSPTE_WINDOW_VIEW;
}

static bool is_shown(uint64_t index, syspte_window window)
{
    return index < ram.count && ram.records[index].window == window;
}

// Counts what becomes of the host's mappings when a run appears (1) or disappears (-1) between
// neighbours that stay.
static void views_count(uint64_t index, uint64_t count, syspte_window window, int change)
{
    bool before = index > 0 && is_shown(index - 1, window);
    bool behind = is_shown(index + count, window);
    ram.views += (uint64_t)((1 - (int)before - (int)behind) * change);
}

static void records_show(uint64_t index, uint64_t count, syspte_window window)
{
    for (uint64_t i = index; i < index + count; i++) {
        ram.records[i].window = (uint8_t)window;
    }
}

// Takes frames out of the windows that show them, one stretch of one window at a time.
static void hide(uint64_t index, uint64_t count)
{
    uint64_t end = index + count;
    while (index < end) {
        syspte_window window = ram.records[index].window;
        uint64_t last = index + 1;
        while (last < end && ram.records[last].window == window) {
            last++;
        }
        if (is_ordered(window)) {
            (void)syspte_port_view_unmap(shown_at(index, window),
                                         (last - index) * SYSPTE_PAGE_BYTES);
            views_count(index, last - index, window, -1);
        }
        records_show(index, last - index, SYSPTE_WINDOW_NONE);
        index = last;
    }
}

static void complain(syspte_rule_id rule, const char *text)
{
    syspte_event event = {.rule = rule, .text = text};
    syspte_account_find(&syspte_the.account, &event);
}

bool syspte_frames_show(uint64_t first, uint64_t count, syspte_window window)
{
    uint64_t index = first - ZONE_FIRST;
    hide(index, count);
    if (!is_ordered(window)) {
        records_show(index, count, window);
        return true;
    }
    if (!syspte_port_view_map(shown_at(index, window), count * SYSPTE_PAGE_BYTES, first,
                              SYSPTE_PORT_READ | SYSPTE_PORT_WRITE)) {
        complain(SYSPTE_RULE_HOST_VIEW, "pool, or memory of its kind: the request fails");
        return false;
    }
    views_count(index, count, window, 1);
    records_show(index, count, window);
    return true;
}

uint64_t syspte_frames_views(void)
{
    return ram.views;
}

// ---- Take and give

// The first index of [run, run + length) that the request accepts; UINT64_MAX if none.
static uint64_t place_in(const syspte_frame_request *r, uint64_t run, uint64_t length)
{
    uint64_t first = ZONE_FIRST + run;
    uint64_t last = first + length - 1;
    first = first < r->low ? r->low : first;
    last = last > r->high ? r->high : last;
    if (r->boundary != 0 && ((first ^ (first + r->count - 1)) & ~(r->boundary - 1)) != 0) {
        first = (first + r->boundary - 1) & ~(r->boundary - 1);
    }
    return first <= last && last - first >= r->count - 1 ? first - ZONE_FIRST : UINT64_MAX;
}

static uint64_t carve_limited(const syspte_frame_request *r)
{
    uint64_t length;
    uint64_t run = 0;
    if (r->boundary != 0 && r->count > r->boundary) {
        return SYSPTE_POOL_NONE;
    }
    while ((run = syspte_pool_next_free(&ram.pool, run, &length)) != SYSPTE_POOL_NONE) {
        uint64_t start = length < r->count ? UINT64_MAX : place_in(r, run, length);
        if (start != UINT64_MAX) {
            syspte_pool_carve(&ram.pool, run, start, r->count);
            return start;
        }
        run += length;
    }
    return SYSPTE_POOL_NONE;
}

static uint64_t index_take(const syspte_frame_request *r)
{
    if (r->count == 0 || r->count > ram.count) {
        return SYSPTE_POOL_NONE;
    }
    if (r->low <= ZONE_FIRST && r->high >= ZONE_FIRST + ram.count - 1 && r->boundary == 0) {
        return syspte_pool_reserve(&ram.pool, r->count);
    }
    return carve_limited(r);
}

uint64_t syspte_frames_take(const syspte_frame_request *request)
{
    if (!is_ready()) {
        complain(SYSPTE_RULE_HOST_TABLE, "this host lends no address space for pool");
        return SYSPTE_FRAME_NONE;
    }
    uint64_t index = index_take(request);
    // What was freed waits for a while before it is used again, but not at this price.
    while (index == SYSPTE_POOL_NONE && syspte_blocks_recall()) {
        index = index_take(request);
    }
    if (index == SYSPTE_POOL_NONE) {
        return SYSPTE_FRAME_NONE;
    }
    for (uint64_t i = index; i < index + request->count; i++) {
        ram.records[i] = (syspte_frame){.use = (uint8_t)request->use};
    }
    if (!syspte_frames_show(ZONE_FIRST + index, request->count, request->window)) {
        syspte_frames_give(ZONE_FIRST + index, request->count);
        return SYSPTE_FRAME_NONE;
    }
    return ZONE_FIRST + index;
}

void syspte_frames_give(uint64_t first, uint64_t count)
{
    uint64_t index = first - ZONE_FIRST;
    hide(index, count);
    for (uint64_t i = index; i < index + count; i++) {
        SYSPTE_ASSERT(&ram.pool, ram.records[i].use != SYSPTE_FRAME_FREE);
        SYSPTE_ASSERT(&ram.pool, ram.records[i].locks == 0 && ram.records[i].mappings == 0);
        ram.records[i] = (syspte_frame){0};
    }
    syspte_pool_release(&ram.pool, index, count);
}

bool syspte_frames_are_pinned(uint64_t first, uint64_t count)
{
    for (uint64_t frame = first; frame < first + count; frame++) {
        const syspte_frame *record = syspte_frame_at(frame);
        if (record->locks != 0 || record->mappings != 0) {
            return true;
        }
    }
    return false;
}

void syspte_frames_fill(uint64_t first, uint64_t count, uint8_t byte)
{
    unsigned char page[SYSPTE_PAGE_BYTES];
    memset(page, byte, sizeof page);
    for (uint64_t frame = first; frame < first + count; frame++) {
        if (!syspte_port_physical_write(frame * SYSPTE_PAGE_BYTES, page, sizeof page)) {
            complain(SYSPTE_RULE_HOST_VIEW, "new pages keep what was in them");
            return;
        }
    }
}

void syspte_frames_end(void)
{
    if (!ram.ready) {
        ram.count = 0;
        return;
    }
    // What was never taken is shown nowhere.
    uint64_t low = ram.pool.touched_low;
    uint64_t high = ram.pool.touched_high;
    for (int w = 1; ram.views != 0 && low < high && w < SYSPTE_WINDOW_VIEW; w++) {
        (void)syspte_port_view_unmap(shown_at(low, (syspte_window)w),
                                     (high - low) * SYSPTE_PAGE_BYTES);
    }
    if (low < high) {
        syspte_port_table_zero(&ram.records[low], (high - low) * sizeof(syspte_frame));
    }
    syspte_pool_wipe(&ram.pool, syspte_port_table_zero);
    ram.ready = false;
    ram.views = ram.count = 0;
    syspte_windows_end();
}

// ---- Inspect

syspte_frame *syspte_frame_at(uint64_t frame)
{
    uint64_t index = frame - ZONE_FIRST;
    return ram.ready && index < ram.count && ram.records[index].use != SYSPTE_FRAME_FREE
               ? &ram.records[index]
               : NULL;
}

bool syspte_frames_unlocked(uint64_t physical, uint64_t bytes, uint64_t *page)
{
    uint64_t first = physical / SYSPTE_PAGE_BYTES;
    uint64_t last = (physical + bytes - 1) / SYSPTE_PAGE_BYTES;
    first = first < ZONE_FIRST ? ZONE_FIRST : first;
    last = last >= ZONE_FIRST + ram.count ? ZONE_FIRST + ram.count - 1 : last;
    for (uint64_t frame = first; ram.ready && frame <= last; frame++) {
        const syspte_frame *record = syspte_frame_at(frame);
        if (record != NULL && record->use == SYSPTE_FRAME_PAGED && record->locks == 0) {
            *page = frame;
            return true;
        }
    }
    return false;
}

const char *syspte_frames_check(void)
{
    uint64_t used = 0;
    uint64_t views = 0;
    if (!ram.ready) {
        return NULL;
    }
    for (uint64_t i = 0; i < ram.pool.touched_high && i < ram.count; i++) {
        const syspte_frame *record = &ram.records[i];
        used += record->use != SYSPTE_FRAME_FREE;
        views += is_ordered(record->window) && !(i > 0 && is_shown(i - 1, record->window));
        if (record->use == SYSPTE_FRAME_FREE &&
            (record->window != SYSPTE_WINDOW_NONE || record->locks != 0)) {
            return "frames: a free frame is shown or locked";
        }
    }
    if (used + ram.pool.pte_free != ram.count) {
        return "frames: the frames in use and the free ones are not all";
    }
    if (views != ram.views) {
        return "frames: the count of views is wrong";
    }
    return syspte_pool_check(&ram.pool);
}
