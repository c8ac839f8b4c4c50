// SPDX-License-Identifier: MIT
// Reserved mappings: one row of the kind RESERVED whose header PTEs stand in front and whose page
// frames are noted and forgotten as MDLs are mapped and unmapped. The frame of the first page of
// each MDL has a mark, so that two MDLs mapped one behind the other are told apart. What is wrong
// stops the machine at every strictness; where that is announced nothing is done.
#include "sim/mdl.h"

#include "sim/ptes.h"
#include "sim/resident.h"
#include "sim/tracker.h"

typedef struct reserved_call {
    syspte_call call;
    syspte_mdl mdl;
    PUCHAR address;
    uint32_t tag;
    syspte_row row; // the reservation
    uint32_t owner; // its tag
    uint64_t page;  // of the row, that the address is in
    uint32_t by;    // context of the call that mapped what is in the way; 0: nothing is
} reserved_call;

// ---- Frames of its pages

static uint64_t frame_at(const syspte_row *row, uint64_t page)
{
    return syspte_view_frame(row, page);
}

static void frame_set(syspte_row *row, uint64_t page, uint64_t frame)
{
    syspte_ledger *ledger = &syspte_the.account.ledger;
    if (page != 0) {
        syspte_ledger_frame_note(ledger, row->id + page, frame);
        return;
    }
    row->physical_address =
        frame == SYSPTE_LEDGER_NO_FRAME ? 0 : (frame & ~SYSPTE_FRAME_BEGINS) << PAGE_SHIFT;
    syspte_ledger_amend(ledger, row);
}

// True if an MDL's mapping, if there is one, begins at this page of the row.
static bool begins(const syspte_row *row, uint64_t page)
{
    return page == 0 || (syspte_ledger_frame(&syspte_the.account.ledger, row->id + page) &
                         SYSPTE_FRAME_BEGINS) != 0;
}

// The context of the call that mapped this page of the row.
static uint32_t mapper_of(const syspte_row *row, uint64_t page)
{
    while (!begins(row, page)) {
        page--;
    }
    return syspte_tracker_placed(row->id + page);
}

// True if an MDL's mapping goes on at this page of the row.
static bool goes_on(const syspte_row *row, uint64_t page)
{
    return page < row->pte_count && frame_at(row, page) != SYSPTE_LEDGER_NO_FRAME &&
           !begins(row, page);
}

static uint64_t count_mapped(const syspte_row *row, uint64_t first, uint64_t end)
{
    uint64_t count = 0;
    for (uint64_t page = first; page < end; page++) {
        count += frame_at(row, page) != SYSPTE_LEDGER_NO_FRAME;
    }
    return count;
}

static uint64_t page_va(const syspte_row *row, uint64_t page)
{
    return syspte_account_va(&syspte_the.account, row->id + page, 0);
}

// ---- Which reservation

static bool wrong(reserved_call *c, syspte_rule_id rule, uint64_t p2, uint64_t p3, uint64_t p4)
{
    syspte_event event = {
        .rule = rule, .mapped = c->by != 0 ? c->by : c->row.context, .system_va = p2};
    (void)syspte_call_violate(&c->call, &event, p2, p3, p4);
    return false;
}

// Finds the reservation that the address is in. False, and recorded: there is none, or it has
// another tag.
static bool find(reserved_call *c, syspte_rule_id none, syspte_rule_id other_tag)
{
    const syspte_contexts *contexts = &syspte_the.account.contexts;
    syspte_location at = syspte_locate(c->address);
    const syspte_context *context =
        at.where == SYSPTE_HELD ? syspte_contexts_at(contexts, at.row.context) : NULL;
    // Of a context that found no room neither kind nor tag is known: only reservations have all of
    // their spare PTEs in front.
    bool unknown = at.row.context == 0 && at.row.spare != 0 && at.row.spare == at.row.front;
    if (context == NULL || (context->kind != SYSPTE_KIND_RESERVED && !unknown) ||
        at.page < at.row.front) {
        return wrong(c, none, syspte_address_va(c->address), c->tag, 0);
    }
    c->row = at.row;
    c->page = at.page;
    c->owner = unknown ? c->tag : context->tag;
    if (((c->owner ^ c->tag) & ~1u) != 0) { // the header keeps the tag without bit 0
        return wrong(c, other_tag, page_va(&c->row, c->row.front), c->tag, c->owner);
    }
    return true;
}

// ---- Reserve and free

static void *reserve(syspte_call *call, uint64_t bytes, uint32_t tag)
{
    syspte_machine *m = &syspte_the;
    bool backed;
    unsigned header = m->config.reserved_header_ptes;
    syspte_row row = {.bytes = bytes,
                      .pte_count = (bytes >> PAGE_SHIFT) + ((bytes & 0xFFF) != 0) + header,
                      .spare = header,
                      .front = header};
    row.scattered = row.pte_count > 1;
    if (syspte_call_fault(call, SYSPTE_KIND_RESERVED, SYSPTE_CACHE_CACHED, tag, bytes,
                          row.pte_count)) {
        return NULL;
    }
    row.id = syspte_ptes_reserve(row.pte_count);
    if (row.id == SYSPTE_POOL_NONE) {
        syspte_ptes_refused(syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_CACHED, 0),
                            row.pte_count, NULL);
        return NULL;
    }
    row.context = syspte_call_context(call, SYSPTE_KIND_RESERVED, SYSPTE_CACHE_CACHED, tag);
    syspte_account_born(&m->account, &row);
    for (uint64_t page = 1; page < row.pte_count; page++) {
        syspte_ledger_frame_note(&m->account.ledger, row.id + page, SYSPTE_LEDGER_NO_FRAME);
    }
    m->maps++;
    m->video_used = true; // MmUnmapIoSpace has to look what it unmaps
    syspte_plain_decide();
    return syspte_address_of(row.id, row.pte_count, &backed) + row.front * SYSPTE_PAGE_BYTES;
}

static void *allocate(syspte_api api, const syspte_caller *caller, SIZE_T bytes, ULONG tag)
{
    syspte_call call;
    void *address = NULL;
    if (!syspte_call_begin(&call, api, caller)) {
        return NULL;
    }
    bool stop = syspte_mdl_irql(&call, APC_LEVEL, 0xE5, 0, 0);
    if (!stop && bytes == 0) {
        syspte_event event = {.rule = SYSPTE_RULE_RESERVED_ZERO};
        (void)syspte_call_violate(&call, &event, 0, tag, 0);
    } else if (!stop && tag != 0) {
        address = reserve(&call, bytes, tag);
    }
    syspte_call_end(&call);
    return address;
}

SYSPTE_ENTRY(PVOID, MmAllocateMappingAddress, (SIZE_T NumberOfBytes, ULONG PoolTag),
             (NumberOfBytes, PoolTag))
{
    return allocate(SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS, caller, NumberOfBytes, PoolTag);
}

// What MM_MAPPING_ADDRESS_DIVISIBLE does is not documented: nothing here.
SYSPTE_ENTRY(PVOID, MmAllocateMappingAddressEx, (SIZE_T NumberOfBytes, ULONG PoolTag, ULONG Flags),
             (NumberOfBytes, PoolTag, Flags))
{
    (void)Flags;
    return allocate(SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS_EX, caller, NumberOfBytes, PoolTag);
}

static void free_reservation(reserved_call *c)
{
    const syspte_row *row = &c->row;
    uint64_t mapped = 0;
    if (syspte_mdl_irql(&c->call, APC_LEVEL, 0xE5, 0, 0) ||
        !find(c, SYSPTE_RULE_RESERVED_FREE_EMPTY, SYSPTE_RULE_RESERVED_FREE_OTHER_TAG)) {
        return;
    }
    if (c->page != row->front) {
        (void)wrong(c, SYSPTE_RULE_RESERVED_FREE_EMPTY, page_va(row, c->page), c->tag, 0);
        return;
    }
    for (uint64_t page = row->front; page < row->pte_count; page++) {
        if (mapped == 0 && frame_at(row, page) != SYSPTE_LEDGER_NO_FRAME) {
            mapped = page_va(row, page);
            c->by = mapper_of(row, page);
        }
    }
    if (mapped != 0) {
        (void)wrong(c, SYSPTE_RULE_RESERVED_FREE_MAPPED, mapped, c->tag,
                    count_mapped(row, row->front, row->pte_count));
        return;
    }
    syspte_mdl_row_end(&c->call, row);
}

SYSPTE_ENTRY_VOID(MmFreeMappingAddress, (PVOID BaseAddress, ULONG PoolTag), (BaseAddress, PoolTag))
{
    reserved_call c = {.address = BaseAddress, .tag = PoolTag};
    if (!syspte_call_begin(&c.call, SYSPTE_API_MM_FREE_MAPPING_ADDRESS, caller)) {
        return;
    }
    free_reservation(&c);
    syspte_call_end(&c.call);
}

// ---- Map and unmap

// True if the MDL may be mapped. One that is mapped at another place of a reservation may, below
// VERIFIER: drivers map an MDL once more right behind itself.
static bool check_mdl(reserved_call *c)
{
    unsigned flags = syspte_mdl_flags(&c->mdl);
    unsigned bad = flags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL |
                            MDL_PARTIAL_HAS_BEEN_MAPPED);
    syspte_row row;
    bool own = (flags & MDL_MAPPED_TO_SYSTEM_VA) != 0 && !syspte_mdl_mapping(&c->mdl, &row) &&
               syspte_the.config.strictness < SYSPTE_VERIFIER;
    if (bad != 0 && !own &&
        syspte_mdl_violate(&c->call, &c->mdl, SYSPTE_RULE_MAP_WRONG_MDL, flags, bad)) {
        return false;
    }
    return (flags & (MDL_PAGES_LOCKED | MDL_PARTIAL)) != 0 ||
           !syspte_mdl_violate(&c->call, &c->mdl, SYSPTE_RULE_MAP_NOT_LOCKED, flags,
                               MDL_PAGES_LOCKED | MDL_PARTIAL);
}

static bool is_free(reserved_call *c)
{
    uint64_t end = c->page + c->mdl.pages;
    for (uint64_t page = c->page; page < end; page++) {
        if (frame_at(&c->row, page) != SYSPTE_LEDGER_NO_FRAME) {
            c->by = mapper_of(&c->row, page);
            return wrong(c, SYSPTE_RULE_RESERVED_MAP_IN_USE, page_va(&c->row, c->page),
                         page_va(&c->row, page), page_va(&c->row, end - 1));
        }
    }
    return true;
}

static void frames_count(const syspte_row *row, uint64_t first, uint64_t count, int change)
{
    for (uint64_t page = first; page < first + count; page++) {
        syspte_frame *record = syspte_frame_at(frame_at(row, page));
        if (record != NULL) {
            record->mappings += (uint32_t)change;
        }
    }
}

// Notes the frames. Returns whether all are the host's, one behind the other.
static bool fill(reserved_call *c)
{
    const syspte_mdl *mdl = &c->mdl;
    bool host = syspte_frame_is_host(mdl->frames[0]);
    for (uint64_t i = 0; i < mdl->pages; i++) {
        frame_set(&c->row, c->page + i, mdl->frames[i] | (i == 0 ? SYSPTE_FRAME_BEGINS : 0));
        host = host && mdl->frames[i] == mdl->frames[0] + i;
    }
    frames_count(&c->row, c->page, mdl->pages, 1);
    syspte_tracker_place(c->row.id + c->page,
                         syspte_call_context(&c->call, SYSPTE_KIND_MDL, SYSPTE_CACHE_CACHED, 0));
    return host;
}

// Low bits of an address that is not the start of its page: Windows before 8 gives them back,
// Windows 8 rounds the result down to 16 bytes.
static uint64_t low_bits(const reserved_call *c)
{
    uint64_t low = (uintptr_t)c->address & (SYSPTE_PAGE_BYTES - 1);
    return syspte_the.config.profile->version < 0x0602 ? low : low & ~15ull;
}

static void *map(reserved_call *c)
{
    bool backed;
    unsigned flags = syspte_mdl_flags(&c->mdl);
    if (syspte_mdl_irql(&c->call, DISPATCH_LEVEL, 0xE5, 0, 0) ||
        !find(c, SYSPTE_RULE_RESERVED_MAP_INVALID, SYSPTE_RULE_RESERVED_MAP_OTHER_TAG)) {
        return NULL;
    }
    if (c->page != c->row.front &&
        syspte_the.config.reserved_begin == SYSPTE_RESERVED_BEGIN_START) {
        (void)wrong(c, SYSPTE_RULE_RESERVED_MAP_INVALID, page_va(&c->row, c->page), c->tag, 0);
        return NULL;
    }
    if (!check_mdl(c) || c->mdl.pages == 0 || c->mdl.pages > c->row.pte_count - c->page ||
        !is_free(c) || syspte_mdl_check_pages(&c->call, &c->mdl)) {
        return NULL;
    }
    bool host = fill(c);
    PUCHAR page =
        syspte_address_of(c->row.id, c->row.pte_count, &backed) + c->page * SYSPTE_PAGE_BYTES;
    if (host) {
        syspte_event event = {.rule = SYSPTE_RULE_HOST_BUFFER};
        (void)syspte_call_violate(&c->call, &event, 0, 0, 0);
    } else if (!syspte_the.config.accounting_only) {
        syspte_view_begin_pages(&c->row, c->page, c->mdl.pages);
    }
    c->mdl.header.MappedSystemVa = page;
    syspte_mdl_change(&c->mdl,
                      MDL_MAPPED_TO_SYSTEM_VA |
                          ((flags & MDL_PARTIAL) != 0 ? MDL_PARTIAL_HAS_BEEN_MAPPED : 0),
                      0);
    return (host ? (PUCHAR)syspte_frame_host(c->mdl.frames[0]) : page + low_bits(c)) +
           c->mdl.header.ByteOffset;
}

SYSPTE_ENTRY(PVOID, MmMapLockedPagesWithReservedMapping,
             (PVOID MappingAddress, ULONG PoolTag, PMDL MemoryDescriptorList,
              MEMORY_CACHING_TYPE CacheType),
             (MappingAddress, PoolTag, MemoryDescriptorList, CacheType))
{
    reserved_call c = {.address = MappingAddress, .tag = PoolTag};
    void *address = NULL;
    (void)CacheType; // pages that are locked have their attribute
    if (!syspte_mdl_read(&c.mdl, SYSPTE_API_MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING, caller,
                         MemoryDescriptorList) ||
        !syspte_mdl_read_frames(&c.mdl)) {
        return NULL;
    }
    if (syspte_call_begin(&c.call, SYSPTE_API_MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING, caller)) {
        address = map(&c);
        syspte_mdl_leave(&c.call, &c.mdl);
    }
    if (address != NULL) {
        syspte_mdl_write(&c.mdl);
    }
    syspte_mdl_drop(&c.mdl);
    return address;
}

// True: the MDL is to be written.
static bool unmap(reserved_call *c)
{
    uint64_t pages = c->mdl.pages;
    if (!syspte_resident_is_ours(c->address)) {
        c->address = c->mdl.header.MappedSystemVa; // host memory was mapped: it is where it is
    }
    if (syspte_mdl_irql(&c->call, DISPATCH_LEVEL, 0xE5, 0, 0) ||
        !find(c, SYSPTE_RULE_RESERVED_UNMAP_EMPTY, SYSPTE_RULE_RESERVED_UNMAP_OTHER_TAG)) {
        return false;
    }
    uint64_t va = page_va(&c->row, c->page);
    if (pages > c->row.pte_count - c->page) {
        return wrong(c, SYSPTE_RULE_RESERVED_UNMAP_TOO_MANY, va, c->row.pte_count - c->page, pages);
    }
    uint64_t mapped = count_mapped(&c->row, c->page, c->page + pages);
    if (mapped == 0) {
        return wrong(c, SYSPTE_RULE_RESERVED_UNMAP_EMPTY, va, c->tag, 0);
    }
    if (mapped != pages) {
        return wrong(c, SYSPTE_RULE_RESERVED_UNMAP_PART_FREE, va, c->tag, pages);
    }
    if (goes_on(&c->row, c->page + pages)) {
        return wrong(c, SYSPTE_RULE_RESERVED_UNMAP_PART, va, c->tag, pages);
    }
    if (!syspte_the.config.accounting_only) {
        syspte_view_end_pages(&c->row, c->page, pages);
    }
    frames_count(&c->row, c->page, pages, -1);
    for (uint64_t i = 0; i < pages; i++) {
        if (begins(&c->row, c->page + i)) {
            syspte_tracker_unplace(c->row.id + c->page + i);
        }
        frame_set(&c->row, c->page + i, SYSPTE_LEDGER_NO_FRAME);
    }
    syspte_mdl_change(&c->mdl, 0,
                      MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_FREE_EXTRA_PTES);
    return true;
}

SYSPTE_ENTRY_VOID(MmUnmapReservedMapping,
                  (PVOID BaseAddress, ULONG PoolTag, PMDL MemoryDescriptorList),
                  (BaseAddress, PoolTag, MemoryDescriptorList))
{
    reserved_call c = {.address = BaseAddress, .tag = PoolTag};
    if (!syspte_mdl_read(&c.mdl, SYSPTE_API_MM_UNMAP_RESERVED_MAPPING, caller,
                         MemoryDescriptorList) ||
        !syspte_call_begin(&c.call, SYSPTE_API_MM_UNMAP_RESERVED_MAPPING, caller)) {
        return;
    }
    bool write = unmap(&c);
    syspte_mdl_leave(&c.call, &c.mdl);
    if (write) {
        syspte_mdl_write(&c.mdl);
    }
}
