// SPDX-License-Identifier: MIT
// A page of slots holds blocks of one size class and window; pages with free slots are in a list of
// their class, and the lowest free slot of the first is taken. Classes are a page divided by 1, 2,
// 3 ...: no slot crosses a page. A run is a block with pages of its own; behind it one more frame
// is taken, if there is one, that no window shows. Records stay when pages are given back, so that
// a later touch is still told as one of the block that was there.
#include "sim/blocks.h"

#include "sim/detained.h"
#include "sim/machine.h"

#include <string.h>

#define ZONE_FIRST (SYSPTE_RAM_FIRST / SYSPTE_PAGE_BYTES)

enum {
    CLASSES = SYSPTE_PAGE_BYTES / 16 + 1,
    ROOM_LEAST = 8,       // bytes behind a block in its slot
    OWN_VIEWS_MOST = 8192 // host mappings from which on blocks stand side by side
};

typedef enum page_state {
    PAGE_UNKNOWN,
    PAGE_SLOTS,
    PAGE_RUN,
    PAGE_GUARD,
    PAGE_DETAINED,
    PAGE_GONE // given back; was part of a run
} page_state;

typedef struct page {
    uint64_t used[4]; // slots: taken or detained, a bit each
    uint32_t next;    // slots: list of the class, page numbers from 1; 0: none
    uint32_t previous;
    uint32_t first;      // run: its first page
    uint32_t count;      // run: pages without the guard
    uint16_t slot_bytes; // slots
    uint16_t slots_used;
    uint16_t offset; // run: of the block in its first page
    uint8_t state;   // page_state
    bool special;
    bool guarded; // run: the first page's record says it
} page;

static struct {
    page *pages;
    uint64_t count;
    uint64_t low; // records outside [low, high) were never written
    uint64_t high;
    uint32_t list[SYSPTE_WINDOW_COUNT][CLASSES]; // the first page of each class with free slots
} blocks;

uint64_t syspte_blocks_storage(uint64_t ram_bytes)
{
    return ram_bytes / SYSPTE_PAGE_BYTES * sizeof(page);
}

void syspte_blocks_begin(void *storage, uint64_t ram_bytes)
{
    blocks.pages = storage;
    blocks.count = ram_bytes / SYSPTE_PAGE_BYTES;
    blocks.low = blocks.count;
    blocks.high = 0;
    syspte_detained_begin(blocks.count / 8);
}

void syspte_blocks_end(void)
{
    if (blocks.low < blocks.high) {
        syspte_port_table_zero(&blocks.pages[blocks.low],
                               (blocks.high - blocks.low) * sizeof(page));
        memset(blocks.list, 0, sizeof blocks.list);
    }
    blocks.low = blocks.count;
    blocks.high = 0;
}

static page *page_of(uint64_t at)
{
    return &blocks.pages[at / SYSPTE_PAGE_BYTES - ZONE_FIRST];
}

static void touch(uint64_t first, uint64_t count)
{
    blocks.low = first < blocks.low ? first : blocks.low;
    blocks.high = first + count > blocks.high ? first + count : blocks.high;
}

// ---- Slots

static syspte_window window_of(const page *p)
{
    return (syspte_window)syspte_frame_at(ZONE_FIRST + (uint64_t)(p - blocks.pages))->window;
}

static uint32_t *list_of(const page *p)
{
    return &blocks.list[window_of(p)][p->slot_bytes / 16];
}

static void list_add(page *p)
{
    uint32_t *list = list_of(p);
    p->next = *list;
    p->previous = 0;
    *list = (uint32_t)(p - blocks.pages) + 1;
    if (p->next != 0) {
        blocks.pages[p->next - 1].previous = *list;
    }
}

static void list_remove(page *p)
{
    if (p->previous == 0) {
        *list_of(p) = p->next;
    } else {
        blocks.pages[p->previous - 1].next = p->next;
    }
    if (p->next != 0) {
        blocks.pages[p->next - 1].previous = p->previous;
    }
}

static page *slots_begin(const syspte_block_request *r, uint16_t slot_bytes)
{
    syspte_frame_request one = {.count = 1, .high = UINT64_MAX, .window = r->window};
    one.use = r->window == SYSPTE_WINDOW_NONPAGED ? SYSPTE_FRAME_NONPAGED : SYSPTE_FRAME_PAGED;
    uint64_t frame = syspte_frames_take(&one);
    if (frame == SYSPTE_FRAME_NONE) {
        return NULL;
    }
    page *p = &blocks.pages[frame - ZONE_FIRST];
    *p = (page){.state = PAGE_SLOTS, .slot_bytes = slot_bytes};
    touch(frame - ZONE_FIRST, 1);
    list_add(p);
    return p;
}

// The size of the slots that a block of these bytes is put in; more than a page: it needs a run.
static uint64_t slot_bytes_of(const syspte_block_request *r)
{
    uint64_t bytes = r->bytes < SYSPTE_PAGE_BYTES ? r->bytes : SYSPTE_PAGE_BYTES;
    uint64_t least = (bytes + ROOM_LEAST + r->align - 1) & ~(r->align - 1);
    uint64_t slots = least > SYSPTE_PAGE_BYTES ? 0 : SYSPTE_PAGE_BYTES / least;
    return slots == 0 ? UINT64_MAX : (SYSPTE_PAGE_BYTES / slots) & ~(r->align - 1);
}

static uint64_t slot_take(const syspte_block_request *r, uint16_t slot_bytes)
{
    uint32_t list = blocks.list[r->window][slot_bytes / 16];
    page *p = list != 0 ? &blocks.pages[list - 1] : slots_begin(r, slot_bytes);
    unsigned word = 0;
    if (p == NULL) {
        return SYSPTE_BLOCK_NONE;
    }
    while (p->used[word] == UINT64_MAX) {
        word++;
    }
    unsigned slot = word * 64 + syspte_bit_lowest(~p->used[word]);
    p->used[word] |= 1ull << (slot & 63);
    p->slots_used++;
    if (p->slots_used == SYSPTE_PAGE_BYTES / slot_bytes) {
        list_remove(p);
    }
    return (ZONE_FIRST + (uint64_t)(p - blocks.pages)) * SYSPTE_PAGE_BYTES +
           (uint64_t)slot * slot_bytes;
}

static void slot_release(page *p, uint64_t at)
{
    unsigned slot = (unsigned)(at % SYSPTE_PAGE_BYTES) / p->slot_bytes;
    if (p->slots_used == SYSPTE_PAGE_BYTES / p->slot_bytes) {
        list_add(p);
    }
    p->used[slot / 64] &= ~(1ull << (slot & 63));
    p->slots_used--;
    if (p->slots_used == 0 && !syspte_frames_are_pinned(at / SYSPTE_PAGE_BYTES, 1)) {
        list_remove(p);
        *p = (page){.state = PAGE_UNKNOWN};
        syspte_frames_give(at / SYSPTE_PAGE_BYTES, 1);
    }
}

// ---- Runs

static void run_note(const syspte_block_request *r, uint64_t first, uint64_t count, bool guarded)
{
    uint64_t index = first - ZONE_FIRST;
    bool right = r->special && r->bytes < SYSPTE_PAGE_BYTES;
    uint64_t room = (r->bytes + r->align - 1) & ~(r->align - 1);
    page record = {.state = PAGE_RUN,
                   .first = (uint32_t)index,
                   .count = (uint32_t)count,
                   .offset = right ? (uint16_t)(SYSPTE_PAGE_BYTES - room) : 0,
                   .special = r->special,
                   .guarded = guarded};
    touch(index, count + guarded);
    for (uint64_t i = 0; i < count; i++) {
        blocks.pages[index + i] = record;
    }
    if (guarded) {
        record.state = PAGE_GUARD;
        blocks.pages[index + count] = record;
    }
}

static uint64_t run_take(const syspte_block_request *r)
{
    uint64_t count = (r->bytes - 1) / SYSPTE_PAGE_BYTES + 1;
    syspte_frame_request run = {
        .count = count + 1, .low = r->low, .high = r->high, .boundary = r->boundary};
    run.use = r->window == SYSPTE_WINDOW_NONPAGED ? SYSPTE_FRAME_NONPAGED : SYSPTE_FRAME_PAGED;
    bool guarded = syspte_frames_views() < OWN_VIEWS_MOST;
    uint64_t first = guarded ? syspte_frames_take(&run) : SYSPTE_FRAME_NONE;
    if (first == SYSPTE_FRAME_NONE) {
        guarded = false;
        run.count = count;
        first = syspte_frames_take(&run);
    }
    if (first == SYSPTE_FRAME_NONE) {
        return SYSPTE_BLOCK_NONE;
    }
    if (!syspte_frames_show(first, count, r->window)) {
        syspte_frames_give(first, run.count);
        return SYSPTE_BLOCK_NONE;
    }
    run_note(r, first, count, guarded);
    return first * SYSPTE_PAGE_BYTES + blocks.pages[first - ZONE_FIRST].offset;
}

static void run_mark(const page *first, page_state state)
{
    page *p = &blocks.pages[first->first];
    for (uint64_t i = 0; i < p->count; i++) {
        p[i].state = (uint8_t)state;
    }
}

static void run_release(page *p)
{
    uint64_t first = ZONE_FIRST + p->first;
    uint64_t count = (uint64_t)p->count + p->guarded;
    run_mark(p, PAGE_GONE);
    // What an MDL has locked or mapped stays its own: nobody else gets these frames.
    if (!syspte_frames_are_pinned(first, count)) {
        syspte_frames_give(first, count);
    }
}

// ---- Use

uint64_t syspte_block_take(const syspte_block_request *request)
{
    uint64_t slot_bytes = slot_bytes_of(request);
    bool special = request->special && syspte_frames_views() < OWN_VIEWS_MOST;
    return special || request->whole || slot_bytes == UINT64_MAX
               ? run_take(request)
               : slot_take(request, (uint16_t)slot_bytes);
}

unsigned char *syspte_block_address(uint64_t at)
{
    uint64_t frame = at / SYSPTE_PAGE_BYTES;
    unsigned char *shown = syspte_frame_shown(frame, (syspte_window)syspte_frame_at(frame)->window);
    return shown + at % SYSPTE_PAGE_BYTES;
}

syspte_block_room syspte_block_room_of(uint64_t at)
{
    const page *p = page_of(at);
    unsigned char *block = syspte_block_address(at);
    if (p->state == PAGE_SLOTS) {
        return (syspte_block_room){.first = block, .end = block + p->slot_bytes};
    }
    unsigned char *first = block - p->offset;
    return (syspte_block_room){
        .first = first, .end = first + (uint64_t)p->count * SYSPTE_PAGE_BYTES, .own_pages = true};
}

void syspte_block_release(uint64_t at)
{
    page *p = page_of(at);
    if (p->state == PAGE_SLOTS) {
        slot_release(p, at);
    } else {
        run_release(p);
    }
}

void syspte_block_detain(uint64_t at)
{
    page *p = page_of(at);
    syspte_block_room room = syspte_block_room_of(at);
    if (p->state == PAGE_RUN) {
        run_mark(p, PAGE_DETAINED);
        (void)syspte_frames_show(ZONE_FIRST + p->first, p->count, SYSPTE_WINDOW_NONE);
        room.first = room.end; // nobody can write there
    }
    syspte_detained_add(at, p->state == PAGE_SLOTS ? 0 : p->count, room.first, room.end);
}

syspte_block_place syspte_block_at(const void *address)
{
    static const syspte_block_state states[] = {
        [PAGE_UNKNOWN] = SYSPTE_BLOCK_UNKNOWN, [PAGE_SLOTS] = SYSPTE_BLOCK_UNKNOWN,
        [PAGE_RUN] = SYSPTE_BLOCK_LIVE,        [PAGE_GUARD] = SYSPTE_BLOCK_BEHIND,
        [PAGE_DETAINED] = SYSPTE_BLOCK_FREED,  [PAGE_GONE] = SYSPTE_BLOCK_FREED};
    syspte_block_place place = {.state = SYSPTE_BLOCK_UNKNOWN};
    uint64_t frame;
    if (!syspte_frame_of(address, &frame) || blocks.low >= blocks.high) {
        return place;
    }
    const page *p = &blocks.pages[frame - ZONE_FIRST];
    const page *first = &blocks.pages[p->first];
    place.state = states[p->state];
    place.special = p->special;
    place.at = (ZONE_FIRST + p->first) * SYSPTE_PAGE_BYTES + p->offset;
    if (p->state == PAGE_GUARD && first->state != PAGE_RUN) {
        place.state = SYSPTE_BLOCK_FREED;
    }
    return place;
}

uint64_t syspte_block_of(const void *address)
{
    uint64_t frame;
    return syspte_frame_of(address, &frame)
               ? frame * SYSPTE_PAGE_BYTES + ((uintptr_t)address & (SYSPTE_PAGE_BYTES - 1))
               : SYSPTE_BLOCK_NONE;
}

uint64_t syspte_block_around(const void *address)
{
    uint64_t at = syspte_block_of(address);
    const page *p = at == SYSPTE_BLOCK_NONE ? NULL : page_of(at);
    if (p == NULL || (p->state != PAGE_SLOTS && p->state != PAGE_RUN)) {
        return SYSPTE_BLOCK_NONE;
    }
    return p->state == PAGE_RUN ? (ZONE_FIRST + p->first) * SYSPTE_PAGE_BYTES + p->offset
                                : at - at % SYSPTE_PAGE_BYTES % p->slot_bytes;
}

// ---- Bytes

void syspte_block_room_fill(const syspte_block_room *room, unsigned char *block, uint64_t bytes)
{
    memset(room->first, SYSPTE_BLOCK_ROOM_BYTE, (size_t)(block - room->first));
    memset(block + bytes, SYSPTE_BLOCK_ROOM_BYTE, (size_t)(room->end - (block + bytes)));
}

static unsigned char *damage_in(unsigned char *from, unsigned char *to)
{
    while (from < to && *from == SYSPTE_BLOCK_ROOM_BYTE) {
        from++;
    }
    return from < to ? from : NULL;
}

unsigned char *syspte_block_room_damage(const syspte_block_room *room, unsigned char *block,
                                        uint64_t bytes)
{
    unsigned char *before = damage_in(room->first, block);
    return before != NULL ? before : damage_in(block + bytes, room->end);
}
