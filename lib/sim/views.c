// SPDX-License-Identifier: MIT
// The host memory behind mappings. While the host has room for another view, a mapping gets its
// view at once; beyond, views are made at the first touch, and the next one in order of PTEs is
// taken away for it. Where a touch cannot be trapped (Valgrind), a mapping beyond the limit stays
// without memory: that is said as a finding. A mapping whose frames are scattered has a view for
// each run of frames that follow each other; the limit counts views, not mappings. A page of a
// device with a model has none: each access of it faults, and is carried out by the model.
#include "sim/device.h"
#include "sim/frames.h"
#include "sim/machine.h"

enum {
    PAGE_NOACCESS_ = 0x01,
    PAGE_READONLY_ = 0x02,
    PAGE_READWRITE_ = 0x04,
    PAGE_EXECUTE_READWRITE_ = 0x40
};

static unsigned access_of(const syspte_row *row)
{
    uint32_t protect = syspte_contexts_at(&syspte_the.account.contexts, row->context)->protect;
    switch (protect & 0xFF) {
    case PAGE_NOACCESS_:
        return 0;
    case PAGE_READWRITE_:
        return SYSPTE_PORT_READ | SYSPTE_PORT_WRITE;
    case PAGE_READONLY_:
        return SYSPTE_PORT_READ;
    case PAGE_EXECUTE_READWRITE_:
    default: // a reserved mapping; context 0: nothing is known any more, so nothing is refused
        return SYSPTE_PORT_READ | SYSPTE_PORT_WRITE | SYSPTE_PORT_EXECUTE;
    case 0x10: // PAGE_EXECUTE
    case 0x20: // PAGE_EXECUTE_READ
        return SYSPTE_PORT_READ | SYSPTE_PORT_EXECUTE;
    }
}

static bool is_viewed(uint64_t pte)
{
    return (syspte_the.viewed[pte >> 6] >> (pte & 63) & 1) != 0;
}

static void complain(const syspte_row *row, syspte_rule_id rule, const char *text)
{
    syspte_event event = {.rule = rule, .call = row->context, .text = text};
    syspte_account_find(&syspte_the.account, &event);
}

// ---- Runs: pages of a row whose frames are one behind the other. Each is one host view, and its
// bit in `viewed` is that of its first PTE.

typedef struct run {
    uint64_t page; // of the row, spare PTEs counted
    uint64_t pages;
    uint64_t frame; // of the first
} run;

static bool is_reserved(const syspte_row *row)
{
    return syspte_contexts_at(&syspte_the.account.contexts, row->context)->kind ==
           SYSPTE_KIND_RESERVED;
}

// Every page has a frame, they are one behind the other, and no device with a model is there.
static bool is_plain(const syspte_row *row)
{
    return !row->scattered && row->spare == 0 &&
           (row->physical_address >> 12 != 0 || !is_reserved(row)) &&
           !syspte_device_is_in(row->physical_address >> 12, row->pte_count);
}

// The frame of a page of the row with the mark of a reserved mapping, or SYSPTE_LEDGER_NO_FRAME.
static uint64_t noted_at(const syspte_row *row, uint64_t page)
{
    const syspte_machine *m = &syspte_the;
    if (page < row->front || page >= row->pte_count - (row->spare - row->front)) {
        return SYSPTE_LEDGER_NO_FRAME;
    }
    if (row->scattered && page != 0) {
        return syspte_ledger_frame(&m->account.ledger, row->id + page);
    }
    uint64_t frame = (row->physical_address >> 12) + page - row->front;
    return frame == 0 && is_reserved(row) ? SYSPTE_LEDGER_NO_FRAME : frame;
}

uint64_t syspte_view_frame(const syspte_row *row, uint64_t page)
{
    uint64_t noted = noted_at(row, page);
    return noted == SYSPTE_LEDGER_NO_FRAME ? noted : noted & ~SYSPTE_FRAME_BEGINS;
}

bool syspte_view_is_writable(const syspte_row *row)
{
    return (access_of(row) & SYSPTE_PORT_WRITE) != 0;
}

static bool follows(const syspte_row *row, uint64_t page)
{
    uint64_t before = noted_at(row, page - 1);
    return before != SYSPTE_LEDGER_NO_FRAME &&
           noted_at(row, page) == (before & ~SYSPTE_FRAME_BEGINS) + 1 &&
           syspte_device_is_at(syspte_view_frame(row, page)) ==
               syspte_device_is_at(before & ~SYSPTE_FRAME_BEGINS);
}

// The longest run from `page` on that ends before `end`; pages 0: the page has no frame.
static run run_from(const syspte_row *row, uint64_t page, uint64_t end)
{
    uint64_t noted = noted_at(row, page);
    run r = {.page = page, .pages = noted != SYSPTE_LEDGER_NO_FRAME};
    r.frame = noted & ~SYSPTE_FRAME_BEGINS;
    if (is_plain(row)) {
        r.pages = end - page;
    }
    while (r.pages != 0 && page + r.pages < end && follows(row, page + r.pages)) {
        r.pages++;
    }
    return r;
}

// The run that a page is in.
static run run_around(const syspte_row *row, uint64_t page)
{
    uint64_t first = is_plain(row) ? 0 : page;
    while (first > 0 && follows(row, first)) {
        first--;
    }
    return run_from(row, first, row->pte_count);
}

static unsigned char *page_address(const syspte_row *row, uint64_t page)
{
    bool backed;
    return syspte_address_of(row->id, row->pte_count, &backed) + page * SYSPTE_PAGE_BYTES;
}

// Pages of a buffer that is not the machine's; a device can have the same frame numbers.
static bool is_host(const syspte_row *row, const run *r)
{
    uint8_t kind = syspte_contexts_at(&syspte_the.account.contexts, row->context)->kind;
    return syspte_frame_is_host(r->frame) &&
           (kind == SYSPTE_KIND_MDL || kind == SYSPTE_KIND_RESERVED);
}

static bool run_make(const syspte_row *row, const run *r)
{
    syspte_machine *m = &syspte_the;
    if (!m->physical_used) {
        m->physical_used = syspte_port_physical_open();
    }
    if (!m->physical_used || is_host(row, r) ||
        !syspte_port_view_map(page_address(row, r->page), r->pages * SYSPTE_PAGE_BYTES, r->frame,
                              access_of(row))) {
        return false;
    }
    uint64_t pte = row->id + r->page;
    m->viewed[pte >> 6] |= 1ull << (pte & 63);
    m->views++;
    return true;
}

static void run_forget(uint64_t pte)
{
    syspte_the.viewed[pte >> 6] &= ~(1ull << (pte & 63));
    syspte_the.views--;
}

static void run_take_away(const syspte_row *row, const run *r)
{
    (void)syspte_port_view_unmap(page_address(row, r->page), r->pages * SYSPTE_PAGE_BYTES);
    run_forget(row->id + r->page);
}

static bool room_for_a_view(void)
{
    // One instruction can need two, whatever the windows of RAM take.
    return syspte_the.views < 2 || syspte_the.views + syspte_frames_views() < syspte_the.view_limit;
}

// Makes the run's view while there is room. False: it has none, and cannot get it by a touch.
static bool run_begin(const syspte_row *row, const run *r)
{
    bool is_device = syspte_device_is_at(r->frame);
    if (!is_device && room_for_a_view() && run_make(row, r)) {
        return true;
    }
    if (syspte_the.lost_ptes != 0) {
        // What a wrong unmap left in place is not to be seen here: a touch is to fault.
        (void)syspte_port_view_unmap(page_address(row, r->page), r->pages * SYSPTE_PAGE_BYTES);
    }
    return is_device || !syspte_port_views_are_eager();
}

// ---- Rows

void syspte_view_begin_pages(const syspte_row *row, uint64_t first, uint64_t count)
{
    bool backed;
    bool made = true;
    (void)syspte_address_of(row->id, row->pte_count, &backed);
    if (!backed) {
        complain(row, SYSPTE_RULE_HOST_ARENA, NULL);
        return;
    }
    for (uint64_t page = first; page < first + count;) {
        run r = run_from(row, page, first + count);
        made = (r.pages == 0 || run_begin(row, &r)) && made;
        page += r.pages != 0 ? r.pages : 1;
    }
    if (!made) {
        complain(row, SYSPTE_RULE_HOST_VIEW, "it must not be touched");
    }
}

void syspte_view_begin(const syspte_row *row)
{
    syspte_view_begin_pages(row, 0, row->pte_count);
}

// The next PTE from `pte` on, below `end`, where a view begins; `end` if there is none.
static uint64_t next_viewed(uint64_t pte, uint64_t end)
{
    while (pte < end) {
        uint64_t bits = syspte_the.viewed[pte >> 6] >> (pte & 63);
        if (bits != 0) {
            pte += syspte_bit_lowest(bits);
            return pte < end ? pte : end;
        }
        pte = (pte | 63) + 1;
    }
    return end;
}

void syspte_view_end_pages(const syspte_row *row, uint64_t first, uint64_t count)
{
    uint64_t end = row->id + row->pte_count;
    for (uint64_t pte = next_viewed(row->id, end); pte < end; pte = next_viewed(pte + 1, end)) {
        run r = run_around(row, pte - row->id);
        if (r.page < first + count && first < r.page + r.pages) {
            run_take_away(row, &r);
        }
    }
}

void syspte_view_end(const syspte_row *row, uint64_t first, uint64_t count)
{
    uint64_t end = row->id + (is_plain(row) ? 1 : row->pte_count);
    uint64_t pte = next_viewed(row->id, end);
    if (pte == end) {
        return;
    }
    // Where only a part goes, the rest stays in place as page table entries would, a view no more.
    (void)syspte_port_view_unmap(page_address(row, first - row->id), count * SYSPTE_PAGE_BYTES);
    for (; pte < end; pte = next_viewed(pte + 1, end)) {
        run_forget(pte);
    }
}

// Takes one view away, the next in order of PTEs behind the last that was taken away.
static void evict(void)
{
    syspte_machine *m = &syspte_the;
    uint64_t words = (m->account.ledger.high + 63) >> 6;
    // Once round, with a word to begin in and one to wrap around at.
    for (uint64_t seen = 0; seen < words + 2; seen++) {
        uint64_t word = m->view_hand >> 6 < words ? m->view_hand >> 6 : 0;
        uint64_t bits = m->viewed[word] & ~0ull << (m->view_hand & 63);
        if (word == m->view_hand >> 6 && bits != 0) {
            syspte_row row;
            uint64_t pte = word * 64 + syspte_bit_lowest(bits);
            m->view_hand = pte + 1;
            if (syspte_ledger_holder(&m->account.ledger, pte, &row)) {
                run r = run_around(&row, pte - row.id);
                run_take_away(&row, &r);
                return;
            }
            continue;
        }
        m->view_hand = (word == m->view_hand >> 6 ? word + 1 : 0) << 6;
    }
}

syspte_touch syspte_view_touch(const syspte_location *at, syspte_port_access access)
{
    syspte_machine *m = &syspte_the;
    static const unsigned needs[] = {SYSPTE_PORT_READ, SYSPTE_PORT_WRITE, SYSPTE_PORT_EXECUTE, 0};
    uint64_t frame = syspte_view_frame(&at->row, at->page);
    unsigned allowed = access_of(&at->row);
    if (frame == SYSPTE_LEDGER_NO_FRAME || allowed == 0) {
        return SYSPTE_TOUCH_NOT_VALID;
    }
    if ((allowed & needs[access]) != needs[access]) {
        return SYSPTE_TOUCH_WRONG;
    }
    if (syspte_device_is_at(frame)) {
        return SYSPTE_TOUCH_DEVICE;
    }
    run r = run_around(&at->row, at->page);
    if (is_viewed(at->row.id + r.page)) {
        // Another thread was faster; but an access of unknown kind may be one that is not allowed.
        return access != SYSPTE_PORT_ACCESS_UNKNOWN ? SYSPTE_TOUCH_RETRY : SYSPTE_TOUCH_WRONG;
    }
    if (m->views != 0 && !room_for_a_view()) {
        evict();
    }
    return !m->config.accounting_only && run_make(&at->row, &r) ? SYSPTE_TOUCH_RETRY
                                                                : SYSPTE_TOUCH_NO_VIEW;
}

void syspte_views_drop(void)
{
    syspte_machine *m = &syspte_the;
    uint64_t words = (m->account.ledger.high + 63) >> 6;
    for (uint64_t word = m->account.ledger.low >> 6; m->views != 0 && word < words; word++) {
        m->viewed[word] = 0;
    }
    // All pages that ever belonged to a mapping; under Valgrind each page of the arena costs.
    uint64_t first = 1 + (m->account.ledger.low << m->gap_shift);
    uint64_t end = 1 + (m->account.ledger.high << m->gap_shift);
    end = end < m->arena_pages ? end : m->arena_pages;
    if ((m->views != 0 || m->lost_ptes != 0) && first < end) {
        (void)syspte_port_view_unmap(m->arena.base + first * SYSPTE_PAGE_BYTES,
                                     (end - first) * SYSPTE_PAGE_BYTES);
    }
    m->views = 0;
    m->view_hand = 0;
}
