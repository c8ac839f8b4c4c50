// SPDX-License-Identifier: MIT
// A ring of the blocks freed last. When one leaves it, its bytes are looked at once: they are the
// library's own as long as it is in here, so that this is done under the lock.
#include "sim/detained.h"

#include "sim/blocks.h"
#include "sim/machine.h"

enum { DETAINED_MOST = 1024 };

typedef struct detained_block {
    uint64_t at;
    uint64_t pages;
    unsigned char *first; // of the bytes that must not change
    unsigned char *end;
} detained_block;

static struct {
    detained_block ring[DETAINED_MOST];
    unsigned first;
    unsigned count;
    uint64_t pages;
    uint64_t pages_most;
} detained;

void syspte_detained_begin(uint64_t pages_most)
{
    detained.first = detained.count = 0;
    detained.pages = 0;
    detained.pages_most = pages_most;
}

static detained_block *entry(unsigned i)
{
    return &detained.ring[(detained.first + i) % DETAINED_MOST];
}

static void judge(const detained_block *block)
{
    const unsigned char *at = block->first;
    while (at < block->end && *at == SYSPTE_BLOCK_FREED_BYTE) {
        at++;
    }
    if (at == block->end) {
        return;
    }
    const syspte_ended *ended = syspte_account_held_last(
        &syspte_the.account, syspte_frame_key(SYSPTE_KIND_POOL, block->at));
    syspte_event event = {.rule = SYSPTE_RULE_POOL_WRITE_AFTER_FREE,
                          .system_va = syspte_frame_va(at)};
    if (ended != NULL) {
        event.call = ended->unmapped;
        event.mapped = ended->row.context;
        event.bytes = ended->row.bytes;
    }
    syspte_account_find(&syspte_the.account, &event);
}

bool syspte_blocks_recall(void)
{
    if (detained.count == 0) {
        return false;
    }
    const detained_block block = *entry(0);
    detained.first = (detained.first + 1) % DETAINED_MOST;
    detained.count--;
    detained.pages -= block.pages;
    judge(&block);
    syspte_block_release(block.at);
    return true;
}

void syspte_blocks_judge(void)
{
    for (unsigned i = 0; i < detained.count; i++) {
        judge(entry(i));
    }
}

void syspte_detained_add(uint64_t at, uint64_t pages, unsigned char *first, unsigned char *end)
{
    while (detained.count == DETAINED_MOST ||
           (detained.count > 0 && detained.pages + pages > detained.pages_most)) {
        (void)syspte_blocks_recall();
    }
    *entry(detained.count) = (detained_block){.at = at, .pages = pages, .first = first, .end = end};
    detained.count++;
    detained.pages += pages;
}
