// SPDX-License-Identifier: MIT
// What reserve and release do out of the ordinary: the quarantine, and a pool without room.
#include "sim/ptes.h"

syspte_room syspte_ptes_room(void)
{
    syspte_machine *m = &syspte_the;
    syspte_room room = {.pte_free = m->pool.pte_free,
                        .free_blocks = m->pool.free_blocks,
                        .largest_free_block = syspte_pool_largest(&m->pool)};
    uint64_t untracked = m->config.pte_count - m->pool.pte_count;
    uint64_t last = 0;
    if (untracked == 0) {
        return room;
    }
    // They continue the last free run of the others.
    room.free_blocks += syspte_pool_ends_free(&m->pool, &last) ? 0 : 1;
    room.pte_free += untracked;
    if (last + untracked > room.largest_free_block) {
        room.largest_free_block = last + untracked;
    }
    return room;
}

void syspte_ptes_refused(uint32_t context, uint64_t pte_count, const char *text)
{
    syspte_machine *m = &syspte_the;
    syspte_event event = {
        .rule = SYSPTE_RULE_OUT_OF_PTES, .call = context, .pte_count = pte_count, .text = text};
    m->failed_maps++;
    if (m->limits.pte_tracked < m->config.pte_count &&
        syspte_ptes_room().largest_free_block >= pte_count) {
        event.rule = SYSPTE_RULE_HOST_TABLE;
        event.text = m->limits.reason;
    }
    syspte_finding_row *row = syspte_account_find(&m->account, &event);
    if (row != NULL && event.rule == SYSPTE_RULE_OUT_OF_PTES && row->finding.room.requested == 0) {
        row->finding.room = syspte_ptes_room();
        row->finding.room.requested = pte_count;
    }
}

uint64_t syspte_ptes_recall(uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    syspte_quarantined oldest;
    uint64_t start = SYSPTE_POOL_NONE;
    while (start == SYSPTE_POOL_NONE && syspte_quarantine_take(&m->quarantine, &oldest)) {
        syspte_pool_release(&m->pool, oldest.start, oldest.pte_count);
        start = syspte_pool_reserve(&m->pool, pte_count);
    }
    return start;
}

void syspte_ptes_detain(uint64_t start, uint64_t pte_count)
{
    syspte_machine *m = &syspte_the;
    syspte_quarantined oldest;
    while (m->quarantine.ptes + pte_count > m->quarantine.limit &&
           syspte_quarantine_take(&m->quarantine, &oldest)) {
        syspte_pool_release(&m->pool, oldest.start, oldest.pte_count);
    }
    syspte_quarantine_add(&m->quarantine, start, pte_count);
}
