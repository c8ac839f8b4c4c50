// SPDX-License-Identifier: MIT
// Page frames that belong to an MDL: MmAllocatePagesForMdl and its relatives. They are taken in
// runs as long as the zone has them, shown in no window, and held by the MDL's address and 3 until
// MmFreePagesFromMdl; the MDL itself is a block of pool that the driver frees.
#include "sim/mdl.h"

#include "sim/nt_pool.h"
#include "sim/tracker.h"

enum { FREED_WHILE_LOCKED = 0x9A, FLAGS_KNOWN = 0x1FF }; // first parameter of 0x4E

typedef struct pages_request {
    syspte_api api;
    uint64_t low; // frames
    uint64_t high;
    uint64_t skip;
    uint64_t pages;
    bool has_cache;
    syspte_cache cache;
    ULONG flags;
    const syspte_caller *caller;
    const char *wrong; // NULL: the arguments are right
} pages_request;

// ---- Take

// Takes one run and notes its frames behind those that are there.
static bool take_run(const pages_request *r, syspte_mdl *mdl, uint64_t *got, uint64_t count,
                     uint64_t shift, uint64_t boundary)
{
    syspte_frame_request want = {.count = count,
                                 .low = r->low + shift,
                                 .high = r->high + shift,
                                 .boundary = boundary,
                                 .use = SYSPTE_FRAME_PAGES,
                                 .window = SYSPTE_WINDOW_NONE};
    uint64_t first = syspte_frames_take(&want);
    if (first == SYSPTE_FRAME_NONE) {
        return false;
    }
    if ((r->flags & MM_DONT_ZERO_ALLOCATION) == 0) {
        syspte_frames_fill(first, count, 0);
    }
    for (uint64_t i = 0; i < count; i++) {
        syspte_frame *record = syspte_frame_at(first + i);
        record->has_cache = r->has_cache;
        record->cache = (uint8_t)r->cache;
        mdl->frames[(*got)++] = first + i;
    }
    return true;
}

// As many pages as the range has, in runs as long as there are.
static void take_any(const pages_request *r, syspte_mdl *mdl, uint64_t *got, uint64_t shift)
{
    uint64_t run = r->pages - *got;
    while (run > 0 && *got < r->pages) {
        run = run < r->pages - *got ? run : r->pages - *got;
        if (!take_run(r, mdl, got, run, shift, 0)) {
            run /= 2;
        }
    }
}

static uint64_t take(const pages_request *r, syspte_mdl *mdl)
{
    uint64_t zone_end = (SYSPTE_RAM_FIRST + syspte_the.config.ram_bytes) / SYSPTE_PAGE_BYTES;
    uint64_t got = 0;
    if ((r->flags & MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS) != 0) {
        uint64_t chunk = r->skip != 0 ? r->skip : r->pages;
        while (got < r->pages && take_run(r, mdl, &got, chunk, 0, r->skip)) {
        }
        return got;
    }
    take_any(r, mdl, &got, 0);
    for (uint64_t shift = r->skip; r->skip != 0 && got < r->pages && r->low + shift < zone_end;
         shift += r->skip) {
        take_any(r, mdl, &got, shift);
    }
    return got;
}

static void give(const syspte_mdl *mdl, uint64_t pages)
{
    for (uint64_t i = 0; i < pages;) {
        uint64_t run = 1;
        while (i + run < pages && mdl->frames[i + run] == mdl->frames[i] + run) {
            run++;
        }
        syspte_frames_give(mdl->frames[i], run);
        i += run;
    }
}

// ---- Hold

static uint64_t key_of(const syspte_mdl *mdl)
{
    return (uint64_t)(uintptr_t)mdl->at | 3;
}

static bool hold(syspte_call *call, const syspte_mdl *mdl, uint64_t pages, syspte_cache cache)
{
    syspte_row row;
    if (syspte_account_held(&syspte_the.account, key_of(mdl), &row)) {
        syspte_mdl_lock_orphan(&row); // of an MDL that was freed before its pages
    }
    row = (syspte_row){.id = key_of(mdl),
                       .bytes = pages * SYSPTE_PAGE_BYTES,
                       .pte_count = pages,
                       .context = syspte_call_context(call, SYSPTE_KIND_PAGES, cache, 0)};
    return syspte_account_hold(&syspte_the.account, &row);
}

// The pages that the MDL gets; 0: it fails. Lock: held.
static uint64_t fill(syspte_call *call, const pages_request *r, syspte_mdl *mdl)
{
    if (syspte_mdl_irql(call, DISPATCH_LEVEL, 0x7E, DISPATCH_LEVEL, 0)) {
        return 0;
    }
    if (r->wrong != NULL) {
        syspte_event event = {.rule = SYSPTE_RULE_MDL_ARGUMENT, .text = r->wrong};
        (void)syspte_call_violate(call, &event, 0, 0, 0);
        return 0;
    }
    uint64_t got = take(r, mdl);
    bool all = (r->flags & MM_ALLOCATE_FULLY_REQUIRED) != 0 ||
               ((r->flags & MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS) != 0 && r->skip == 0);
    if (got == 0 || (all && got < r->pages) || !hold(call, mdl, got, r->cache)) {
        give(mdl, got);
        return 0;
    }
    return got;
}

static PMDL allocate(const pages_request *r)
{
    syspte_mdl mdl;
    syspte_call call;
    uint64_t bytes = r->pages * SYSPTE_PAGE_BYTES;
    if (!syspte_enter(r->api) || bytes == 0 || bytes > syspte_mdl_length_most()) {
        return NULL;
    }
    PMDL at = syspte_mdl_allocate(r->api, r->caller, NULL, bytes);
    if (at == NULL) {
        return NULL;
    }
    uint64_t got = 0;
    if (syspte_mdl_read(&mdl, r->api, r->caller, at) && syspte_mdl_room(&mdl) &&
        syspte_call_begin(&call, r->api, r->caller)) {
        got = fill(&call, r, &mdl);
        syspte_mdl_leave(&call, &mdl);
    }
    if (got == 0) {
        (void)syspte_nt_free(r->api, r->caller, at);
        at = NULL;
    } else {
        uint64_t room = mdl.pages;
        at->ByteCount = (ULONG)(got * SYSPTE_PAGE_BYTES);
        at->MdlFlags |= MDL_PAGES_LOCKED;
        mdl.pages = got;
        syspte_mdl_write_frames(&mdl);
        mdl.pages = room;
    }
    syspte_mdl_drop(&mdl);
    return at;
}

// ---- The Windows functions that allocate

static const char *wrong_with(const pages_request *r, uint64_t total, uint64_t skip)
{
    bool chunks = (r->flags & MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    if ((skip & (SYSPTE_PAGE_BYTES - 1)) != 0) {
        return "SkipBytes is not a multiple of the page size";
    }
    if (chunks && skip != 0 && ((skip & (skip - 1)) != 0 || total % skip != 0)) {
        return "SkipBytes is no power of two that TotalBytes is a multiple of";
    }
    if ((r->flags & ~(ULONG)FLAGS_KNOWN) != 0) {
        return "a flag is not one of MM_ALLOCATE_*";
    }
    return NULL;
}

static PMDL allocate_in(syspte_api api, const PHYSICAL_ADDRESS range[3], SIZE_T total,
                        MEMORY_CACHING_TYPE type, ULONG flags, const syspte_caller *caller)
{
    pages_request r = {.api = api,
                       .low = ((uint64_t)range[0].QuadPart + 0xFFF) >> PAGE_SHIFT,
                       .high = (uint64_t)range[1].QuadPart >> PAGE_SHIFT,
                       .skip = (uint64_t)range[2].QuadPart >> PAGE_SHIFT,
                       .pages = BYTES_TO_PAGES(total),
                       .has_cache = (unsigned)type <= SYSPTE_CACHE_WRITE_COMBINED,
                       .cache = SYSPTE_CACHE_CACHED,
                       .flags = flags,
                       .caller = caller};
    if (r.has_cache) {
        r.cache = (syspte_cache)type;
    }
    r.wrong = wrong_with(&r, total, (uint64_t)range[2].QuadPart);
    return allocate(&r);
}

SYSPTE_ENTRY(PMDL, MmAllocatePagesForMdl,
             (PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress, PHYSICAL_ADDRESS SkipBytes,
              SIZE_T TotalBytes),
             (LowAddress, HighAddress, SkipBytes, TotalBytes))
{
    const PHYSICAL_ADDRESS range[] = {LowAddress, HighAddress, SkipBytes};
    return allocate_in(SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL, range, TotalBytes, MmNotMapped, 0,
                       caller);
}

SYSPTE_ENTRY(PMDL, MmAllocatePagesForMdlEx,
             (PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress, PHYSICAL_ADDRESS SkipBytes,
              SIZE_T TotalBytes, MEMORY_CACHING_TYPE CacheType, ULONG Flags),
             (LowAddress, HighAddress, SkipBytes, TotalBytes, CacheType, Flags))
{
    const PHYSICAL_ADDRESS range[] = {LowAddress, HighAddress, SkipBytes};
    return allocate_in(SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL_EX, range, TotalBytes, CacheType, Flags,
                       caller);
}

// The machine has one node: every node is the ideal one.
SYSPTE_ENTRY(PMDL, MmAllocateNodePagesForMdlEx,
             (PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress, PHYSICAL_ADDRESS SkipBytes,
              SIZE_T TotalBytes, MEMORY_CACHING_TYPE CacheType, ULONG IdealNode, ULONG Flags),
             (LowAddress, HighAddress, SkipBytes, TotalBytes, CacheType, IdealNode, Flags))
{
    const PHYSICAL_ADDRESS range[] = {LowAddress, HighAddress, SkipBytes};
    (void)IdealNode;
    return allocate_in(SYSPTE_API_MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX, range, TotalBytes, CacheType,
                       Flags, caller);
}

// ---- Free

enum { SEEN = 0x80 }; // in a frame's cache attribute: it was met before in this MDL

// True if a frame cannot be given back: it is locked, or mapped through another MDL, or none that
// the MDL can have.
static bool is_in_use(syspte_call *call, const syspte_mdl *mdl, uint64_t frame)
{
    const syspte_frame *record = syspte_frame_at(frame);
    if (record == NULL || record->use != SYSPTE_FRAME_PAGES || (record->cache & SEEN) != 0) {
        (void)syspte_mdl_violate(call, mdl, SYSPTE_RULE_MDL_INVALID_PAGE, 0, frame);
        return true;
    }
    if (record->locks > 0) {
        syspte_event event = {.rule = SYSPTE_RULE_FREE_PAGES_LOCKED};
        (void)syspte_call_violate_as(call, &event, SYSPTE_PFN_LIST_CORRUPT, FREED_WHILE_LOCKED,
                                     frame, 0, record->locks);
        return true;
    }
    if (record->mappings > 0) {
        (void)syspte_mdl_violate(call, mdl, SYSPTE_RULE_FREE_PAGES_MAPPED, 0, 0);
        return true;
    }
    return false;
}

// True if some of the frames cannot be given back.
static bool in_use(syspte_call *call, const syspte_mdl *mdl)
{
    uint64_t seen = 0;
    while (seen < mdl->pages && !is_in_use(call, mdl, mdl->frames[seen])) {
        syspte_frame_at(mdl->frames[seen++])->cache |= SEEN;
    }
    for (uint64_t i = 0; i < seen; i++) {
        syspte_frame_at(mdl->frames[i])->cache &= (uint8_t)~SEEN;
    }
    return seen < mdl->pages;
}

// True: the MDL is to be written. Since Windows 7 a system mapping ends with the pages; before, and
// where frames are in use elsewhere, nobody gets them again.
static bool free_pages(syspte_call *call, syspte_mdl *mdl, ULONG flags)
{
    syspte_row row;
    if (syspte_mdl_irql(call, DISPATCH_LEVEL, 0x7E, DISPATCH_LEVEL, 0)) {
        return false;
    }
    if (!syspte_account_held(&syspte_the.account, key_of(mdl), &row)) {
        (void)syspte_mdl_violate(call, mdl, SYSPTE_RULE_FREE_PAGES_TWICE, 0, 0);
        return false;
    }
    if ((syspte_mdl_flags(mdl) & MDL_MAPPED_TO_SYSTEM_VA) != 0 &&
        syspte_the.config.profile->version >= 0x0601) {
        syspte_mdl_unmap_system(call, mdl);
    }
    if (!in_use(call, mdl)) {
        for (uint64_t i = 0; (flags & MM_FREE_MDL_PAGES_ZERO) != 0 && i < mdl->pages; i++) {
            syspte_frames_fill(mdl->frames[i], 1, 0);
        }
        give(mdl, mdl->pages);
    }
    if (call->stop) {
        return false;
    }
    syspte_mdl_let_go(call, mdl, &row);
    syspte_mdl_change(mdl, 0, MDL_PAGES_LOCKED);
    return true;
}

static void free_from(syspte_api api, PMDL at, ULONG flags, const syspte_caller *caller)
{
    syspte_mdl mdl;
    syspte_call call;
    bool write = false;
    if (!syspte_mdl_read(&mdl, api, caller, at)) {
        return;
    }
    if (syspte_mdl_read_frames(&mdl) && syspte_call_begin(&call, api, caller)) {
        write = free_pages(&call, &mdl, flags);
        syspte_mdl_leave(&call, &mdl);
    }
    if (write) {
        syspte_mdl_write(&mdl);
    }
    syspte_mdl_drop(&mdl);
}

SYSPTE_ENTRY_VOID(MmFreePagesFromMdl, (PMDL MemoryDescriptorList), (MemoryDescriptorList))
{
    free_from(SYSPTE_API_MM_FREE_PAGES_FROM_MDL, MemoryDescriptorList, 0, caller);
}

SYSPTE_ENTRY_VOID(MmFreePagesFromMdlEx, (PMDL MemoryDescriptorList, ULONG Flags),
                  (MemoryDescriptorList, Flags))
{
    free_from(SYSPTE_API_MM_FREE_PAGES_FROM_MDL_EX, MemoryDescriptorList, Flags, caller);
}
