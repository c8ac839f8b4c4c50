// SPDX-License-Identifier: MIT
// Freeing contiguous and noncached memory, of both kinds: blocks, and frames with PTEs. What
// MmUnmapIoSpace ends keeps its frames: that is the leak it is on Windows too.
// Source: nf-wdm-mmfreecontiguousmemory, nf-ntddk-mmfreenoncachedmemory; bug check 0xC2, 0x60.
#include "sim/contiguous.h"
#include "sim/memory_irql.h"
#include "sim/ptes.h"
#include "sim/retire.h"

typedef struct release {
    syspte_api api;
    syspte_kind kind; // of what is mapped
    unsigned char *address;
    bool sized; // the call says what it thinks it frees
    bool has_cache;
    uint64_t bytes;
    syspte_cache cache;
    syspte_row row;
} release;

static const syspte_context *context_of(const syspte_row *row)
{
    return syspte_contexts_at(&syspte_the.account.contexts, row->context);
}

// ---- Which memory it is

static bool find_block(release *r)
{
    uint64_t at = syspte_block_of(r->address);
    return r->kind == SYSPTE_KIND_CONTIGUOUS && at != SYSPTE_BLOCK_NONE &&
           syspte_account_held(&syspte_the.account,
                               syspte_frame_key(SYSPTE_KIND_CONTIGUOUS_POOL, at), &r->row);
}

// True if the row can be of that kind: of a context that found no room only its frames tell.
static bool is_of_kind(const release *r, const syspte_row *row)
{
    const syspte_frame *frame = syspte_frame_at(row->physical_address / SYSPTE_PAGE_BYTES);
    return row->context == 0
               ? frame != NULL && frame->use == SYSPTE_FRAME_NONPAGED && !row->scattered
               : context_of(row)->kind == r->kind;
}

static bool find_mapping(release *r)
{
    syspte_location at = syspte_locate(r->address);
    if (at.where != SYSPTE_HELD || at.page != 0 || ((uintptr_t)r->address & 0xFFF) != 0 ||
        !is_of_kind(r, &at.row)) {
        return false;
    }
    r->row = at.row;
    return true;
}

// ---- What is wrong with the call. True: stop.

static const syspte_ended *ended_here(const release *r)
{
    const syspte_account *account = &syspte_the.account;
    uint64_t at = syspte_block_of(r->address);
    syspte_location place = syspte_locate(r->address);
    if (at != SYSPTE_BLOCK_NONE) {
        return syspte_account_held_last(account, syspte_frame_key(SYSPTE_KIND_CONTIGUOUS_POOL, at));
    }
    const syspte_ended *ended =
        place.where == SYSPTE_UNHELD ? syspte_history_last(&account->history, place.pte) : NULL;
    return ended != NULL && ended->row.id == place.pte && context_of(&ended->row)->kind == r->kind
               ? ended
               : NULL;
}

static void no_memory(syspte_call *call, const release *r)
{
    const syspte_ended *ended = ended_here(r);
    syspte_event event = {.rule = r->kind == SYSPTE_KIND_NONCACHED ? SYSPTE_RULE_FREE_NO_NONCACHED
                                                                   : SYSPTE_RULE_FREE_NO_CONTIGUOUS,
                          .system_va = syspte_locate(r->address).system_va};
    if (ended != NULL) {
        event.mapped = ended->row.context;
        event.unmapped = ended->unmapped;
        event.text = "it was freed before";
    }
    (void)syspte_call_violate(call, &event, event.system_va, 0, 0);
}

static void check_size(syspte_call *call, const release *r)
{
    bool other_size = r->sized && BYTES_TO_PAGES(r->bytes) != r->row.pte_count;
    bool other_cache = r->has_cache && context_of(&r->row)->cache != r->cache;
    syspte_event event = {.rule = SYSPTE_RULE_FREE_OTHER_SIZE,
                          .mapped = r->row.context,
                          .system_va = syspte_locate(r->address).system_va,
                          .bytes = r->bytes,
                          .text = other_size ? "the size differs" : "the cache type differs"};
    // What it was allocated with is not known of a context that found no room.
    if (r->row.context != 0 && (other_size || other_cache)) {
        (void)syspte_call_violate(call, &event, 0, 0, 0);
    }
}

// ---- Free

static void unmap(syspte_call *call, const syspte_row *row, const void *address)
{
    syspte_machine *m = &syspte_the;
    syspte_retire_check_locks(call, row, address, row->pte_count);
    uint64_t first = row->physical_address / SYSPTE_PAGE_BYTES;
    uint8_t cache = context_of(row)->cache;
    syspte_account_ended(&m->account, row,
                         syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0));
    syspte_attributes_count(&m->attributes, row->physical_address, row->bytes, cache, -1);
    if (!m->config.accounting_only) {
        syspte_view_end(row, row->id, row->pte_count);
    }
    syspte_ptes_release(row->id, row->pte_count);
    for (uint64_t i = 0; i < row->pte_count; i++) {
        syspte_frame_at(first + i)->mappings--;
    }
    if (!syspte_frames_are_pinned(first, row->pte_count)) {
        syspte_frames_give(first, row->pte_count);
    }
    syspte_plain_decide();
}

static void free_memory(const syspte_caller *caller, release *r)
{
    syspte_call call;
    syspte_retired retired;
    bool claimed = false;
    if (!syspte_call_begin(&call, r->api, caller)) {
        return;
    }
    if (!syspte_memory_irql(&call, r->kind == SYSPTE_KIND_NONCACHED ? APC_LEVEL : DISPATCH_LEVEL)) {
        if (find_block(r)) {
            check_size(&call, r);
            syspte_retire_claim(&call, &r->row, &retired);
            claimed = true;
        } else if (find_mapping(r)) {
            check_size(&call, r);
            unmap(&call, &r->row, r->address);
        } else {
            no_memory(&call, r);
        }
    }
    syspte_call_end(&call);
    if (claimed) {
        syspte_retire_finish(r->api, caller, &retired);
    }
}

void syspte_contiguous_free(syspte_api api, const syspte_caller *caller, void *address,
                            uint64_t bytes)
{
    release r = {.api = api,
                 .kind = SYSPTE_KIND_CONTIGUOUS,
                 .address = address,
                 .sized = true,
                 .bytes = bytes};
    free_memory(caller, &r);
}

SYSPTE_ENTRY_VOID(MmFreeContiguousMemory, (PVOID BaseAddress), (BaseAddress))
{
    release r = {.api = SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY,
                 .kind = SYSPTE_KIND_CONTIGUOUS,
                 .address = BaseAddress};
    free_memory(caller, &r);
}

SYSPTE_ENTRY_VOID(MmFreeContiguousMemorySpecifyCache,
                  (PVOID BaseAddress, SIZE_T NumberOfBytes, MEMORY_CACHING_TYPE CacheType),
                  (BaseAddress, NumberOfBytes, CacheType))
{
    release r = {.api = SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
                 .kind = SYSPTE_KIND_CONTIGUOUS,
                 .address = BaseAddress,
                 .sized = true,
                 .has_cache = true,
                 .bytes = NumberOfBytes,
                 .cache = (syspte_cache)CacheType};
    free_memory(caller, &r);
}

SYSPTE_ENTRY_VOID(MmFreeNonCachedMemory, (PVOID BaseAddress, SIZE_T NumberOfBytes),
                  (BaseAddress, NumberOfBytes))
{
    release r = {.api = SYSPTE_API_MM_FREE_NON_CACHED_MEMORY,
                 .kind = SYSPTE_KIND_NONCACHED,
                 .address = BaseAddress,
                 .sized = true,
                 .bytes = NumberOfBytes};
    free_memory(caller, &r);
}
