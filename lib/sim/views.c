// SPDX-License-Identifier: MIT
// The host memory behind mappings. While the host has room for another view, a mapping gets its
// view at once; beyond, views are made at the first touch, and the next one in order of PTEs is
// taken away for it. Where a touch cannot be trapped (Valgrind), a mapping beyond the limit stays
// without memory: that is said as a finding.
#include "sim/machine.h"

enum { PAGE_READONLY_ = 0x02, PAGE_READWRITE_ = 0x04, PAGE_EXECUTE_READWRITE_ = 0x40 };

static unsigned access_of(const syspte_row *row)
{
    uint32_t protect = syspte_contexts_at(&syspte_the.account.contexts, row->context)->protect;
    switch (protect & 0xFF) {
    case PAGE_READWRITE_:
        return SYSPTE_PORT_READ | SYSPTE_PORT_WRITE;
    case PAGE_READONLY_:
        return SYSPTE_PORT_READ;
    case PAGE_EXECUTE_READWRITE_:
    default: // context 0: nothing is known any more, so nothing is refused
        return SYSPTE_PORT_READ | SYSPTE_PORT_WRITE | SYSPTE_PORT_EXECUTE;
    case 0x10: // PAGE_EXECUTE
    case 0x20: // PAGE_EXECUTE_READ
        return SYSPTE_PORT_READ | SYSPTE_PORT_EXECUTE;
    }
}

static bool is_viewed(uint64_t id)
{
    return (syspte_the.viewed[id >> 6] >> (id & 63) & 1) != 0;
}

static void complain(const syspte_row *row, syspte_rule_id rule, const char *text)
{
    syspte_event event = {.rule = rule, .call = row->context, .text = text};
    syspte_account_find(&syspte_the.account, &event);
}

static bool view_make(const syspte_row *row)
{
    syspte_machine *m = &syspte_the;
    bool backed;
    unsigned char *at = syspte_address_of(row->id, row->pte_count, &backed);
    if (!m->physical_used) {
        m->physical_used = syspte_port_physical_open();
    }
    if (!m->physical_used ||
        !syspte_port_view_map(at, row->pte_count * SYSPTE_PAGE_BYTES,
                              row->physical_address >> 12, access_of(row))) {
        return false;
    }
    m->viewed[row->id >> 6] |= 1ull << (row->id & 63);
    m->views++;
    return true;
}

static void view_take_away(const syspte_row *row)
{
    syspte_machine *m = &syspte_the;
    bool backed;
    unsigned char *at = syspte_address_of(row->id, row->pte_count, &backed);
    (void)syspte_port_view_unmap(at, row->pte_count * SYSPTE_PAGE_BYTES);
    m->viewed[row->id >> 6] &= ~(1ull << (row->id & 63));
    m->views--;
}

void syspte_view_begin(const syspte_row *row)
{
    syspte_machine *m = &syspte_the;
    bool backed;
    (void)syspte_address_of(row->id, row->pte_count, &backed);
    if (!backed) {
        complain(row, SYSPTE_RULE_HOST_ARENA, NULL);
        return;
    }
    if (m->views < m->view_limit && view_make(row)) {
        return;
    }
    if (syspte_port_views_are_eager()) {
        complain(row, SYSPTE_RULE_HOST_VIEW, "it must not be touched");
    }
}

void syspte_view_end(const syspte_row *row, uint64_t first, uint64_t count)
{
    syspte_machine *m = &syspte_the;
    bool backed;
    if (!is_viewed(row->id)) {
        return;
    }
    if (count == row->pte_count) {
        view_take_away(row);
        return;
    }
    // Damage: a part goes, the rest stays in place as page table entries would, a view no more.
    unsigned char *at = syspte_address_of(row->id, row->pte_count, &backed);
    (void)syspte_port_view_unmap(at + (first - row->id) * SYSPTE_PAGE_BYTES,
                                 count * SYSPTE_PAGE_BYTES);
    m->viewed[row->id >> 6] &= ~(1ull << (row->id & 63));
    m->views--;
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
            uint64_t id = word * 64 + syspte_bit_lowest(bits);
            m->view_hand = id + 1;
            if (syspte_ledger_find(&m->account.ledger, id, &row)) {
                view_take_away(&row);
                return;
            }
            continue;
        }
        m->view_hand = (word == m->view_hand >> 6 ? word + 1 : 0) << 6;
    }
}

syspte_touch syspte_view_touch(const syspte_row *row, syspte_port_access access)
{
    syspte_machine *m = &syspte_the;
    static const unsigned needs[] = {SYSPTE_PORT_READ, SYSPTE_PORT_WRITE, SYSPTE_PORT_EXECUTE, 0};
    if ((access_of(row) & needs[access]) != needs[access]) {
        return SYSPTE_TOUCH_WRONG;
    }
    if (is_viewed(row->id)) {
        // Another thread was faster; but an access of unknown kind may be one that is not allowed.
        return access != SYSPTE_PORT_ACCESS_UNKNOWN ? SYSPTE_TOUCH_RETRY : SYSPTE_TOUCH_WRONG;
    }
    if (m->views >= m->view_limit) {
        evict();
    }
    return !m->config.accounting_only && view_make(row) ? SYSPTE_TOUCH_RETRY : SYSPTE_TOUCH_NO_VIEW;
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
