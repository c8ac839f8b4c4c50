// SPDX-License-Identifier: MIT
// Addresses of the machine are those of its windows of RAM and of its mappings; all others belong
// to the program that the test is, and only the host knows whether they can be touched.
#include "sim/resident.h"

static syspte_resident in_window(const void *address, uint64_t frame)
{
    syspte_window window = syspte_frame_window(address);
    const syspte_frame *record = syspte_frame_at(frame);
    syspte_resident r = {.frame = frame, .user = window == SYSPTE_WINDOW_USER, .writable = true};
    if (record != NULL && record->window == window) {
        r.behind = SYSPTE_BEHIND_RAM;
        r.pageable = record->use == SYSPTE_FRAME_PAGED && record->locks == 0;
    }
    return r;
}

static syspte_resident in_mapping(const syspte_location *at)
{
    syspte_resident r = {.frame = syspte_view_frame(&at->row, at->page)};
    uint8_t kind = syspte_contexts_at(&syspte_the.account.contexts, at->row.context)->kind;
    if (r.frame == SYSPTE_LEDGER_NO_FRAME) {
        return r;
    }
    r.writable = syspte_view_is_writable(&at->row);
    if (syspte_frame_at(r.frame) != NULL) {
        r.behind = SYSPTE_BEHIND_RAM;
    } else if (syspte_frame_is_host(r.frame) && kind != SYSPTE_KIND_IO_SPACE) {
        r.behind = SYSPTE_BEHIND_HOST;
    } else {
        r.behind = SYSPTE_BEHIND_DEVICE;
    }
    return r;
}

syspte_resident syspte_resident_at(const void *address)
{
    uint64_t frame;
    if (syspte_frame_of(address, &frame)) {
        return in_window(address, frame);
    }
    syspte_location at = syspte_locate(address);
    if (at.where == SYSPTE_HELD) {
        return in_mapping(&at);
    }
    if (at.where == SYSPTE_OUTSIDE) {
        return (syspte_resident){.behind = SYSPTE_BEHIND_HOST,
                                 .frame = syspte_frame_of_host(address),
                                 .user = true,
                                 .writable = true};
    }
    return (syspte_resident){.behind = SYSPTE_BEHIND_NOTHING};
}

bool syspte_resident_is_ours(const void *address)
{
    const syspte_machine *m = &syspte_the;
    uintptr_t at = (uintptr_t)address;
    uint64_t frame;
    return syspte_frame_of(address, &frame) ||
           at - (uintptr_t)m->arena.base < m->arena_pages * SYSPTE_PAGE_BYTES ||
           at - (uintptr_t)SYSPTE_ACCOUNTING_BASE <
               ((m->config.pte_count << m->gap_shift) + 2) * SYSPTE_PAGE_BYTES;
}

bool syspte_resident_host(const void *address, uint64_t bytes, bool write)
{
    uintptr_t first = (uintptr_t)address & ~(uintptr_t)(SYSPTE_PAGE_BYTES - 1);
    uint64_t span = ((uintptr_t)address - first) + bytes;
    span = (span + SYSPTE_PAGE_BYTES - 1) & ~(uint64_t)(SYSPTE_PAGE_BYTES - 1);
    return first != 0 && span >= bytes && first + span > first &&
           !syspte_resident_is_ours(address) && syspte_port_probe((void *)first, span, write);
}

// Of a page of a mapping: with a frame, and not mapped without access.
static bool is_mapped(const void *page)
{
    syspte_world_take();
    syspte_location at = syspte_locate(page);
    bool mapped = !syspte_the.config.accounting_only && at.where == SYSPTE_HELD &&
                  syspte_view_touch(&at, SYSPTE_PORT_ACCESS_READ) == SYSPTE_TOUCH_RETRY;
    syspte_world_give();
    return mapped;
}

static bool is_page_readable(const void *page)
{
    uint64_t frame;
    if (syspte_frame_of(page, &frame)) {
        const syspte_frame *record = syspte_frame_at(frame);
        return record != NULL && record->window == (uint8_t)syspte_frame_window(page);
    }
    return syspte_resident_is_ours(page)
               ? is_mapped(page)
               : syspte_port_probe((void *)(uintptr_t)page, SYSPTE_PAGE_BYTES, false);
}

bool syspte_resident_is_readable(const void *address, uint64_t bytes)
{
    enum { NOBODYS = 0x10000 };
    uintptr_t first = (uintptr_t)address;
    uintptr_t last = first + (uintptr_t)bytes - 1;
    uintptr_t page = first & ~(uintptr_t)(SYSPTE_PAGE_BYTES - 1);
    if (first < NOBODYS || last < first) {
        return false;
    }
    for (uint64_t left = (last - page) / SYSPTE_PAGE_BYTES + 1; left > 0; left--) {
        if (!is_page_readable((const void *)page)) {
            return false;
        }
        page += SYSPTE_PAGE_BYTES;
    }
    return true;
}
