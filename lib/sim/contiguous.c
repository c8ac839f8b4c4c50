// SPDX-License-Identifier: MIT
// Contiguous and noncached memory. Either a block of nonpaged memory with its pages in a row, which
// takes no PTEs, or frames that no window shows, mapped with PTEs of their own: which of the two is
// the config's `contiguous`. Noncached memory is always mapped.
// Source: nf-wdm-mmallocatecontiguousmemoryspecifycache, nf-ntddk-mmallocatenoncachedmemory.
#include "sim/blocks.h"
#include "sim/call.h"
#include "sim/contiguous.h"
#include "sim/memory_irql.h"
#include "sim/ptes.h"

#include <string.h>

typedef struct request {
    syspte_api api;
    syspte_kind kind; // if it has to be mapped
    uint64_t bytes;
    uint64_t low; // lowest and highest acceptable frame number
    uint64_t high;
    uint64_t boundary; // bytes; 0: none
    syspte_cache cache;
    uint32_t protect;
    bool is_wrong; // cache type, protection or node
    const char *text;
} request;

// ---- Checks. True: the call does nothing more.

static bool check_arguments(syspte_call *call, const request *r)
{
    bool boundary_is_wrong = r->boundary != 0 && ((r->boundary & (r->boundary - 1)) != 0 ||
                                                  r->boundary < SYSPTE_PAGE_BYTES);
    syspte_event event = {.rule = SYSPTE_RULE_CONTIGUOUS_ARGUMENT,
                          .bytes = r->bytes,
                          .text = r->bytes == 0       ? "zero bytes"
                                  : boundary_is_wrong ? "the boundary is no power of two"
                                                      : r->text};
    if (r->bytes != 0 && !boundary_is_wrong && !r->is_wrong) {
        return false;
    }
    (void)syspte_call_violate(call, &event, 0, 0, 0);
    return true;
}

// ---- Out of nonpaged pool

static void *take_block(syspte_call *call, const request *r, syspte_block_room *room)
{
    syspte_block_request block = {.window = SYSPTE_WINDOW_NONPAGED,
                                  .bytes = r->bytes,
                                  .align = SYSPTE_PAGE_BYTES,
                                  .whole = true,
                                  .low = r->low,
                                  .high = r->high,
                                  .boundary = r->boundary / SYSPTE_PAGE_BYTES};
    uint64_t at = syspte_block_take(&block);
    if (at == SYSPTE_BLOCK_NONE) {
        return NULL;
    }
    uint64_t pages = BYTES_TO_PAGES(r->bytes);
    syspte_row row = {
        .id = syspte_frame_key(SYSPTE_KIND_CONTIGUOUS_POOL, at),
        .physical_address = at,
        .bytes = r->bytes,
        .pte_count = pages,
        .context = syspte_call_context(call, SYSPTE_KIND_CONTIGUOUS_POOL, r->cache, r->protect)};
    if (!syspte_account_hold(&syspte_the.account, &row)) {
        syspte_block_release(at);
        return NULL;
    }
    for (uint64_t i = 0; i < pages; i++) {
        syspte_frame *frame = syspte_frame_at(at / SYSPTE_PAGE_BYTES + i);
        frame->has_cache = true;
        frame->cache = (uint8_t)r->cache;
    }
    *room = syspte_block_room_of(at);
    return syspte_block_address(at);
}

// ---- Mapped

static uint64_t take_frames(const request *r, uint64_t pages)
{
    syspte_frame_request frames = {.count = pages,
                                   .low = r->low,
                                   .high = r->high,
                                   .boundary = r->boundary / SYSPTE_PAGE_BYTES,
                                   .use = SYSPTE_FRAME_NONPAGED};
    uint64_t first = syspte_frames_take(&frames);
    if (first == SYSPTE_FRAME_NONE) {
        return first;
    }
    for (uint64_t i = 0; i < pages; i++) {
        *syspte_frame_at(first + i) = (syspte_frame){
            .use = SYSPTE_FRAME_NONPAGED, .has_cache = true, .cache = (uint8_t)r->cache};
    }
    syspte_frames_fill(first, pages, SYSPTE_BLOCK_FRESH_BYTE);
    return first;
}

static void *map(syspte_call *call, const request *r, uint64_t first, uint64_t pages)
{
    syspte_machine *m = &syspte_the;
    bool backed;
    syspte_row row = {.physical_address = first * SYSPTE_PAGE_BYTES,
                      .bytes = r->bytes,
                      .pte_count = pages,
                      .id = syspte_ptes_reserve(pages)};
    if (row.id == SYSPTE_POOL_NONE) {
        syspte_ptes_refused(syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_CACHED, 0),
                            pages, NULL);
        return NULL;
    }
    row.context = syspte_call_context(call, r->kind, r->cache, r->protect);
    syspte_account_born(&m->account, &row);
    syspte_attributes_count(&m->attributes, row.physical_address, row.bytes,
                            row.context == 0 ? SYSPTE_CACHE_NONCACHED : r->cache, 1);
    m->maps++;
    m->video_used = true; // MmUnmapIoSpace has to look what it unmaps
    if (m->lanes_used) {
        syspte_store_release_32(&m->lane_cache_only,
                                !syspte_attributes_differ(&m->attributes, m->lane_cache));
    }
    syspte_plain_decide();
    for (uint64_t i = 0; i < pages; i++) {
        syspte_frame_at(first + i)->mappings = 1;
    }
    if (!m->config.accounting_only) {
        syspte_view_begin(&row);
    }
    return syspte_address_of(row.id, pages, &backed);
}

static void *take_mapped(syspte_call *call, const request *r)
{
    uint64_t pages = BYTES_TO_PAGES(r->bytes);
    uint64_t first = take_frames(r, pages);
    void *address = first == SYSPTE_FRAME_NONE ? NULL : map(call, r, first, pages);
    if (first != SYSPTE_FRAME_NONE && address == NULL) {
        syspte_frames_give(first, pages);
    }
    return address;
}

// ---- Allocate

static bool is_mapped(const request *r)
{
    switch (syspte_the.config.contiguous) {
    case SYSPTE_CONTIGUOUS_POOL:
        return r->kind == SYSPTE_KIND_NONCACHED;
    case SYSPTE_CONTIGUOUS_PTES:
        return true;
    default:
        return r->kind == SYSPTE_KIND_NONCACHED || r->cache != SYSPTE_CACHE_CACHED;
    }
}

static PVOID allocate(const syspte_caller *caller, const request *r)
{
    syspte_call call;
    syspte_block_room room = {.first = NULL};
    unsigned char *memory = NULL;
    if (!syspte_call_begin(&call, r->api, caller)) {
        return NULL;
    }
    if (!syspte_memory_irql(&call, r->kind == SYSPTE_KIND_NONCACHED ? APC_LEVEL : DISPATCH_LEVEL) &&
        !check_arguments(&call, r) &&
        !syspte_call_fault(&call, r->kind, r->cache, r->protect, r->bytes,
                           is_mapped(r) ? BYTES_TO_PAGES(r->bytes) : 0)) {
        memory = is_mapped(r) ? take_mapped(&call, r) : take_block(&call, r, &room);
    }
    syspte_call_end(&call);
    if (room.first != NULL) {
        syspte_block_room_fill(&room, memory, r->bytes);
        memset(memory, SYSPTE_BLOCK_FRESH_BYTE, (size_t)r->bytes);
    }
    return memory;
}

// The last frame that lies up to an address in full; 0, where no RAM is, if none does.
static uint64_t last_frame(uint64_t address)
{
    uint64_t frames = (address >> PAGE_SHIFT) + ((address & (PAGE_SIZE - 1)) == PAGE_SIZE - 1);
    return frames == 0 ? 0 : frames - 1;
}

static request request_of(syspte_api api, SIZE_T bytes, PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high,
                          PHYSICAL_ADDRESS boundary)
{
    return (request){.api = api,
                     .kind = SYSPTE_KIND_CONTIGUOUS,
                     .bytes = bytes,
                     .low = ((uint64_t)low.QuadPart + PAGE_SIZE - 1) >> PAGE_SHIFT,
                     .high = last_frame((uint64_t)high.QuadPart),
                     .boundary = (uint64_t)boundary.QuadPart,
                     .cache = SYSPTE_CACHE_CACHED,
                     .protect = PAGE_EXECUTE_READWRITE};
}

static void set_cache(request *r, MEMORY_CACHING_TYPE type)
{
    r->cache = (syspte_cache)type;
    if ((unsigned)type > SYSPTE_CACHE_WRITE_COMBINED) {
        r->is_wrong = true;
        r->text = "the cache type is one that drivers may not use";
        r->cache = SYSPTE_CACHE_CACHED;
    }
}

static void set_protect(request *r, ULONG protect)
{
    ULONG modifier = protect & (PAGE_NOCACHE | PAGE_WRITECOMBINE);
    ULONG base = protect & ~modifier;
    r->protect = base;
    r->cache = modifier == PAGE_NOCACHE        ? SYSPTE_CACHE_NONCACHED
               : modifier == PAGE_WRITECOMBINE ? SYSPTE_CACHE_WRITE_COMBINED
                                               : SYSPTE_CACHE_CACHED;
    if ((base != PAGE_READWRITE && base != PAGE_EXECUTE_READWRITE) ||
        modifier == (PAGE_NOCACHE | PAGE_WRITECOMBINE)) {
        r->is_wrong = true;
        r->text = "the protection is not one that is listed";
    }
}

// The machine has one node.
static bool node_is_there(NODE_REQUIREMENT node)
{
    return node == 0 || (node & MM_ANY_NODE_OK) != 0;
}

static const PHYSICAL_ADDRESS none;

void *syspte_contiguous_allocate(syspte_api api, const syspte_caller *caller, uint64_t bytes,
                                 uint64_t highest)
{
    PHYSICAL_ADDRESS high = {.QuadPart = (LONGLONG)highest};
    request r = request_of(api, bytes, none, high, none);
    return allocate(caller, &r);
}

SYSPTE_ENTRY(PVOID, MmAllocateContiguousMemory,
             (SIZE_T NumberOfBytes, PHYSICAL_ADDRESS HighestAcceptableAddress),
             (NumberOfBytes, HighestAcceptableAddress))
{
    request r = request_of(SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY, NumberOfBytes, none,
                           HighestAcceptableAddress, none);
    return allocate(caller, &r);
}

SYSPTE_ENTRY(PVOID, MmAllocateContiguousMemorySpecifyCache,
             (SIZE_T NumberOfBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
              PHYSICAL_ADDRESS HighestAcceptableAddress, PHYSICAL_ADDRESS BoundaryAddressMultiple,
              MEMORY_CACHING_TYPE CacheType),
             (NumberOfBytes, LowestAcceptableAddress, HighestAcceptableAddress,
              BoundaryAddressMultiple, CacheType))
{
    request r =
        request_of(SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE, NumberOfBytes,
                   LowestAcceptableAddress, HighestAcceptableAddress, BoundaryAddressMultiple);
    set_cache(&r, CacheType);
    return allocate(caller, &r);
}

SYSPTE_ENTRY(PVOID, MmAllocateContiguousMemorySpecifyCacheNode,
             (SIZE_T NumberOfBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
              PHYSICAL_ADDRESS HighestAcceptableAddress, PHYSICAL_ADDRESS BoundaryAddressMultiple,
              MEMORY_CACHING_TYPE CacheType, NODE_REQUIREMENT PreferredNode),
             (NumberOfBytes, LowestAcceptableAddress, HighestAcceptableAddress,
              BoundaryAddressMultiple, CacheType, PreferredNode))
{
    request r =
        request_of(SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE, NumberOfBytes,
                   LowestAcceptableAddress, HighestAcceptableAddress, BoundaryAddressMultiple);
    set_cache(&r, CacheType);
    r.high = node_is_there(PreferredNode) ? r.high : 0;
    return allocate(caller, &r);
}

SYSPTE_ENTRY(PVOID, MmAllocateContiguousNodeMemory,
             (SIZE_T NumberOfBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
              PHYSICAL_ADDRESS HighestAcceptableAddress, PHYSICAL_ADDRESS BoundaryAddressMultiple,
              ULONG Protect, NODE_REQUIREMENT PreferredNode),
             (NumberOfBytes, LowestAcceptableAddress, HighestAcceptableAddress,
              BoundaryAddressMultiple, Protect, PreferredNode))
{
    request r =
        request_of(SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY, NumberOfBytes,
                   LowestAcceptableAddress, HighestAcceptableAddress, BoundaryAddressMultiple);
    set_protect(&r, Protect);
    r.high = node_is_there(PreferredNode) ? r.high : 0;
    return allocate(caller, &r);
}

SYSPTE_ENTRY(PVOID, MmAllocateNonCachedMemory, (SIZE_T NumberOfBytes), (NumberOfBytes))
{
    request r = {.api = SYSPTE_API_MM_ALLOCATE_NON_CACHED_MEMORY,
                 .kind = SYSPTE_KIND_NONCACHED,
                 .bytes = NumberOfBytes,
                 .high = UINT64_MAX,
                 .cache = SYSPTE_CACHE_NONCACHED,
                 .protect = PAGE_READWRITE};
    return allocate(caller, &r);
}
