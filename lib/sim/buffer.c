// SPDX-License-Identifier: MIT
// Test buffers: blocks with pages of their own that no account holds.
#include "sim/blocks.h"
#include "sim/machine.h"

#include <string.h>

void *syspte_buffer_alloc(uint64_t bytes, syspte_buffer_kind kind)
{
    syspte_machine *m = &syspte_the;
    syspte_block_request request = {.window = kind == SYSPTE_BUFFER_USER ? SYSPTE_WINDOW_USER
                                                                         : SYSPTE_WINDOW_PAGED,
                                    .bytes = bytes,
                                    .align = SYSPTE_PAGE_BYTES,
                                    .whole = true,
                                    .high = UINT64_MAX};
    if (!m->booted) {
        syspte_misused("syspte_buffer_alloc needs a machine: call syspte_boot first");
        return NULL;
    }
    if ((unsigned)kind > SYSPTE_BUFFER_PAGEABLE) {
        syspte_misused("syspte_buffer_alloc: there is no such kind of buffer");
        return NULL;
    }
    syspte_world_take();
    uint64_t at = bytes == 0 ? SYSPTE_BLOCK_NONE : syspte_block_take(&request);
    unsigned char *buffer = at == SYSPTE_BLOCK_NONE ? NULL : syspte_block_address(at);
    syspte_world_give();
    if (buffer != NULL) {
        uint64_t pages = (bytes - 1) / SYSPTE_PAGE_BYTES + 1;
        memset(buffer, 0, (size_t)(pages * SYSPTE_PAGE_BYTES));
    }
    return buffer;
}

// True if a buffer begins there: a block in use that the driver holds nothing of.
static bool is_buffer(const void *address, uint64_t at)
{
    static const syspte_kind kinds[] = {SYSPTE_KIND_POOL, SYSPTE_KIND_CONTIGUOUS_POOL};
    syspte_row row;
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (syspte_account_held(&syspte_the.account, syspte_frame_key(kinds[i], at), &row)) {
            return false;
        }
    }
    syspte_block_place place = syspte_block_at(address);
    return place.state == SYSPTE_BLOCK_LIVE && place.at == at;
}

static const char *buffer_free(const void *buffer)
{
    uint64_t at = syspte_block_of(buffer);
    if (at == SYSPTE_BLOCK_NONE || !is_buffer(buffer, at)) {
        return "syspte_buffer_free: no buffer of syspte_buffer_alloc begins there";
    }
    syspte_block_room room = syspte_block_room_of(at);
    if (syspte_frames_are_pinned(at / SYSPTE_PAGE_BYTES,
                                 (uint64_t)(room.end - room.first) / SYSPTE_PAGE_BYTES)) {
        return "syspte_buffer_free: an MDL still has the buffer locked or mapped: let the driver "
               "unlock it first";
    }
    syspte_block_detain(at);
    return NULL;
}

bool syspte_buffer_free(void *buffer)
{
    if (!syspte_the.booted) {
        syspte_misused("syspte_buffer_free: the machine has ended, and the buffer with it");
        return false;
    }
    syspte_world_take();
    const char *complaint = buffer_free(buffer);
    syspte_world_give();
    if (complaint != NULL) {
        syspte_misused(complaint);
    }
    return complaint == NULL;
}
