// SPDX-License-Identifier: MIT
// Addresses and PTEs. A mapping that begins at PTE i begins at page 1 + i of its window, or at page
// 1 + 2 i where gaps are on: every mapping of n pages then has at least n pages behind it that
// belong to nobody, and no PTE is spent on them. There are two windows: the arena, where memory can
// be, and one in the host kernel's half, which no program can touch, for accounting alone.
#include "sim/frames.h"
#include "sim/machine.h"

// The number of an address's page in its window, or UINT64_MAX.
static uint64_t page_of(uintptr_t address)
{
    const syspte_machine *m = &syspte_the;
    uint64_t in_arena = (address - (uintptr_t)m->arena.base) / SYSPTE_PAGE_BYTES;
    uint64_t in_account = (address - (uintptr_t)SYSPTE_ACCOUNTING_BASE) / SYSPTE_PAGE_BYTES;
    if (in_arena < m->arena_pages) {
        return in_arena;
    }
    return in_account < (m->config.pte_count << m->gap_shift) + 2 ? in_account : UINT64_MAX;
}

// The PTE of a page that no live mapping holds: of the mapping that ended there last, if known.
static uint64_t unheld_pte(uint64_t page)
{
    uint64_t guess = page >> syspte_the.gap_shift;
    const syspte_ended *ended = syspte_history_last(&syspte_the.account.history, guess);
    if (ended == NULL) {
        return guess;
    }
    uint64_t inside = page - (ended->row.id << syspte_the.gap_shift);
    return inside < ended->row.pte_count ? ended->row.id + inside : guess;
}

syspte_location syspte_locate(const void *address)
{
    syspte_machine *m = &syspte_the;
    // Of an address that is not the machine's only a small number is the same in every run.
    syspte_location at = {.where = SYSPTE_OUTSIDE, .system_va = syspte_frame_va(address)};
    uint64_t page = page_of((uintptr_t)address);
    if ((uintptr_t)address < 0x10000) {
        at.system_va = (uintptr_t)address;
    }
    if (page == UINT64_MAX) {
        return at;
    }
    if (page == 0) {
        at.where = SYSPTE_GUARD;
        at.system_va = m->account.system_va - SYSPTE_PAGE_BYTES + ((uintptr_t)address & 0xFFF);
        return at;
    }
    page -= 1;
    if (syspte_ledger_holder(&m->account.ledger, page >> syspte_the.gap_shift, &at.row)) {
        at.page = page - (at.row.id << syspte_the.gap_shift);
        at.pte = at.row.id + at.page;
        at.where = at.page < at.row.pte_count ? SYSPTE_HELD : SYSPTE_BEHIND;
    } else {
        at.pte = unheld_pte(page);
        at.where = at.pte < m->config.pte_count ? SYSPTE_UNHELD : SYSPTE_GUARD;
    }
    at.system_va = syspte_account_va(&m->account, at.pte, (uintptr_t)address & 0xFFF);
    return at;
}
