// SPDX-License-Identifier: MIT
// Source: bug checks 0x19 and, for special pool, 0xC1.
#include "sim/retire.h"

#include <string.h>

void syspte_retire_claim(syspte_call *call, const syspte_row *row, syspte_retired *out)
{
    uint32_t context = syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0);
    *out = (syspte_retired){.row = *row,
                            .generation = syspte_the.generation,
                            .block = syspte_block_address(row->physical_address),
                            .room = syspte_block_room_of(row->physical_address)};
    syspte_account_let_go(&syspte_the.account, row, context);
}

static void overrun(syspte_call *call, const syspte_retired *r, const unsigned char *damage)
{
    uint64_t va = syspte_frame_va(r->block);
    uint64_t where = syspte_frame_va(damage);
    bool special = r->room.own_pages && syspte_the.config.strictness == SYSPTE_VERIFIER;
    syspte_event event = {.rule = SYSPTE_RULE_POOL_OVERRUN,
                          .mapped = r->row.context,
                          .system_va = where,
                          .bytes = r->row.bytes,
                          .text = damage < r->block ? "before its begin" : "past its end"};
    if (special) {
        (void)syspte_call_violate_as(call, &event, SYSPTE_SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
                                     va, where, 0, damage < r->block ? 0x23 : 0x24);
    } else {
        (void)syspte_call_violate(call, &event, va, where, 0);
    }
}

void syspte_retire_check_locks(syspte_call *call, const syspte_row *row, const void *address,
                               uint64_t pages)
{
    uint64_t first = row->physical_address / SYSPTE_PAGE_BYTES;
    syspte_event event = {.rule = SYSPTE_RULE_FREE_PAGES_LOCKED,
                          .mapped = row->context,
                          .system_va = syspte_locate(address).system_va};
    for (uint64_t frame = first; frame < first + pages; frame++) {
        uint32_t locks = syspte_frame_at(frame)->locks;
        if (locks != 0) {
            (void)syspte_call_violate(call, &event, frame, 0, locks);
            return;
        }
    }
}

static void finish(syspte_call *call, const syspte_retired *r, const unsigned char *damage)
{
    if (damage != NULL) {
        overrun(call, r, damage);
    }
    if (r->room.own_pages) {
        syspte_retire_check_locks(call, &r->row, r->block,
                                  (uint64_t)(r->room.end - r->room.first) / SYSPTE_PAGE_BYTES);
    }
    syspte_block_detain(r->row.physical_address);
}

void syspte_retire_finish(syspte_api api, const syspte_caller *caller,
                          const syspte_retired *retired)
{
    syspte_call call;
    const syspte_block_room *room = &retired->room;
    const unsigned char *damage =
        syspte_block_room_damage(room, retired->block, retired->row.bytes);
    if (!room->own_pages) {
        memset(room->first, SYSPTE_BLOCK_FREED_BYTE, (size_t)(room->end - room->first));
    }
    if (!syspte_call_begin(&call, api, caller)) {
        return;
    }
    if (retired->generation == syspte_the.generation) { // else its memory ended meanwhile
        finish(&call, retired, damage);
    }
    syspte_call_end(&call);
}
