// SPDX-License-Identifier: MIT
// Mapping an MDL's pages into system space. Which stop wins: the IRQL, what the call asks for
// (BugCheckOnFailure, execution), the MDL's flags, its pages; then the PTEs. Where a violation does
// not stop the machine the map goes on as on a free build: an MDL that is mapped already gets a
// second mapping, and nobody ends the first.
#include "sim/mdl.h"

#include "sim/ptes.h"
#include "sim/resident.h"
#include "sim/tracker.h"
#include "sim/user_view.h"

enum { PRIORITY_MASK = 0xFFFF };

// ---- What the pages are

typedef struct survey {
    bool scattered;      // frames are not one behind the other
    bool host;           // some are made-up ones of host memory
    uint64_t unlocked;   // index of the first one that nobody locked, or pages
    uint64_t not_memory; // index of the first one that is no RAM, or pages
    uint64_t not_valid;  // index of the first one of the zone that is free, or pages
} survey;

static bool is_in_zone(uint64_t frame)
{
    uint64_t first = SYSPTE_RAM_FIRST / SYSPTE_PAGE_BYTES;
    return frame - first < syspte_the.config.ram_bytes / SYSPTE_PAGE_BYTES;
}

static void survey_frame(survey *s, uint64_t frame, uint64_t index, uint64_t pages)
{
    const syspte_frame *record = syspte_frame_at(frame);
    uint64_t page;
    if (syspte_frame_is_host(frame)) {
        s->host = true;
    } else if (record != NULL) {
        if (record->use == SYSPTE_FRAME_PAGED && record->locks == 0 && s->unlocked == pages) {
            s->unlocked = index;
        }
    } else if (is_in_zone(frame)) {
        s->not_valid = s->not_valid == pages ? index : s->not_valid;
    } else if (syspte_memory_first(frame << 12, 1, SYSPTE_MEMORY_DEVICE, &page)) {
        s->not_memory = s->not_memory == pages ? index : s->not_memory;
    } else if (syspte_memory_first(frame << 12, 1, SYSPTE_MEMORY_RAM, &page)) {
        s->unlocked = s->unlocked == pages ? index : s->unlocked;
    }
}

static survey survey_of(const syspte_mdl *mdl)
{
    survey s = {.unlocked = mdl->pages, .not_memory = mdl->pages, .not_valid = mdl->pages};
    for (uint64_t i = 0; i < mdl->pages; i++) {
        s.scattered |= i > 0 && mdl->frames[i] != mdl->frames[i - 1] + 1;
        survey_frame(&s, mdl->frames[i], i, mdl->pages);
    }
    return s;
}

// ---- Checks. True: stop.

// The address of the PFN array's entry, as a bug check's parameter has it.
static uint64_t entry_va(const syspte_mdl *mdl, uint64_t index)
{
    return syspte_address_va(MmGetMdlPfnArray(mdl->at) + index);
}

static bool check_flags(syspte_call *call, const syspte_mdl *mdl)
{
    unsigned flags = syspte_mdl_flags(mdl);
    unsigned wrong = flags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL |
                              MDL_PARTIAL_HAS_BEEN_MAPPED);
    if (wrong != 0) {
        return syspte_mdl_violate(call, mdl, SYSPTE_RULE_MAP_WRONG_MDL, flags, wrong);
    }
    return (flags & (MDL_PAGES_LOCKED | MDL_PARTIAL)) == 0 &&
           syspte_mdl_violate(call, mdl, SYSPTE_RULE_MAP_NOT_LOCKED, flags,
                              MDL_PAGES_LOCKED | MDL_PARTIAL);
}

// Frames that are free are not locked either: which the verifier says first. Those of an MDL that
// nobody has filled are not looked at.
static bool check_pages(syspte_call *call, const syspte_mdl *mdl, const survey *s)
{
    unsigned filled = MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL;
    if ((syspte_mdl_flags(mdl) & filled) == 0) {
        return false;
    }
    bool verifier = syspte_the.config.strictness >= SYSPTE_VERIFIER;
    uint64_t unlocked = verifier && s->not_valid < s->unlocked ? s->not_valid : s->unlocked;
    if (s->not_memory < mdl->pages && (syspte_mdl_flags(mdl) & MDL_IO_SPACE) == 0 &&
        syspte_mdl_violate(call, mdl, SYSPTE_RULE_MAP_NOT_MEMORY, entry_va(mdl, s->not_memory),
                           mdl->frames[s->not_memory])) {
        return true;
    }
    if (unlocked < mdl->pages && syspte_mdl_violate(call, mdl, SYSPTE_RULE_MAP_UNLOCKED_PAGES,
                                                    mdl->pages, mdl->frames[unlocked])) {
        return true;
    }
    return s->not_valid < mdl->pages &&
           syspte_mdl_violate(call, mdl, SYSPTE_RULE_MDL_INVALID_PAGE, entry_va(mdl, s->not_valid),
                              mdl->frames[s->not_valid]);
}

bool syspte_mdl_check_pages(syspte_call *call, const syspte_mdl *mdl)
{
    survey s = survey_of(mdl);
    return check_pages(call, mdl, &s);
}

// ---- The mapping

// An attribute that is in force wins silently over the one asked for.
static syspte_cache cache_of(const syspte_mdl *mdl, syspte_cache asked)
{
    syspte_machine *m = &syspte_the;
    const syspte_frame *record = syspte_frame_at(mdl->frames[0]);
    syspte_row other;
    if (record != NULL) {
        return record->has_cache ? (syspte_cache)record->cache : asked;
    }
    if (!syspte_frame_is_host(mdl->frames[0]) &&
        syspte_attributes_conflict(&m->attributes, &m->account, mdl->frames[0] << 12, 1, asked,
                                   &other)) {
        return (syspte_cache)syspte_contexts_at(&m->account.contexts, other.context)->cache;
    }
    return asked;
}

static uint32_t protect_of(const syspte_mdl_map *how)
{
    bool write = (how->priority & MdlMappingNoWrite) == 0;
    bool execute = (how->priority & MdlMappingNoExecute) == 0 && !syspte_the.config.hvci;
    return execute ? (write ? PAGE_EXECUTE_READWRITE : PAGE_EXECUTE_READ)
                   : (write ? PAGE_READWRITE : PAGE_READONLY);
}

void syspte_mdl_frames_count(const syspte_row *row, int change)
{
    uint64_t first = row->physical_address >> PAGE_SHIFT;
    uint64_t pages = row->pte_count - row->spare;
    if (!row->scattered && !is_in_zone(first) && !is_in_zone(first + pages - 1)) {
        return; // no RAM, or none of the machine's
    }
    for (uint64_t i = 0; i < pages; i++) {
        uint64_t frame = row->scattered ? syspte_view_frame(row, row->front + i) : first + i;
        syspte_frame *record = frame == SYSPTE_LEDGER_NO_FRAME ? NULL : syspte_frame_at(frame);
        if (record != NULL) {
            record->mappings += (uint32_t)change;
        }
    }
}

// The first map of pages that have no cache attribute gives them theirs.
static void attribute_set(const syspte_mdl *mdl, syspte_cache cache)
{
    for (uint64_t i = 0; i < mdl->pages; i++) {
        syspte_frame *record = syspte_frame_at(mdl->frames[i]);
        if (record != NULL && !record->has_cache) {
            record->has_cache = true;
            record->cache = (uint8_t)cache;
        }
    }
}

// A call that leaves too few PTEs for those with a higher priority.
static bool is_refused(const syspte_mdl_map *how, uint64_t ptes)
{
    const syspte_machine *m = &syspte_the;
    unsigned priority = how->priority & PRIORITY_MASK;
    uint64_t keep = priority >= HighPagePriority     ? 0
                    : priority >= NormalPagePriority ? m->config.priority_normal_ptes
                                                     : m->config.priority_low_ptes;
    uint64_t free = m->pool.pte_free + m->quarantine.ptes + m->config.pte_count - m->pool.pte_count;
    return keep != 0 && free < keep + ptes + syspte_faults_withheld();
}

// There are no PTEs: NULL, or the stop that the driver asked for.
static void refuse(syspte_call *call, syspte_mdl *mdl, const syspte_mdl_map *how, uint64_t ptes)
{
    syspte_machine *m = &syspte_the;
    syspte_event event = {.rule = SYSPTE_RULE_NO_MORE_PTES, .pte_count = ptes};
    uint64_t free = m->pool.pte_free + m->quarantine.ptes;
    syspte_bugcheck stop = {.code = SYSPTE_NO_MORE_SYSTEM_PTES,
                            .parameter = {0, ptes, free, m->config.pte_count}};
    if (!how->must_succeed) {
        return;
    }
    if (m->config.strictness >= SYSPTE_TRACK) {
        event.rule = SYSPTE_RULE_EXCESSIVE_PTES;
        stop.code = SYSPTE_DRIVER_USED_EXCESSIVE_PTES;
        event.mapped = syspte_scopes_top(&m->account); // who holds most of them
        stop.parameter[1] = m->account.live_ptes;
    }
    syspte_mdl_drop(mdl);
    syspte_call_crash(call, &event, &stop);
}

static void frames_note(const syspte_mdl *mdl, const syspte_row *row)
{
    for (uint64_t i = 0; row->scattered && i < mdl->pages; i++) {
        if (row->front + i != 0) {
            syspte_ledger_frame_note(&syspte_the.account.ledger, row->id + row->front + i,
                                     mdl->frames[i]);
        }
    }
}

static void *address_begin(const syspte_mdl *mdl, const syspte_row *row, const survey *s)
{
    bool backed;
    uint64_t offset = mdl->header.ByteOffset;
    if (s->host) {
        syspte_event event = {.rule = SYSPTE_RULE_HOST_BUFFER, .call = row->context};
        event.text = s->scattered ? "its pages cannot be shown one behind the other" : NULL;
        syspte_account_find(&syspte_the.account, &event);
        if (!s->scattered) {
            return (PUCHAR)syspte_frame_host(mdl->frames[0]) + offset;
        }
    }
    if (!syspte_the.config.accounting_only && !s->host) {
        syspte_view_begin(row);
    }
    return syspte_address_of(row->id, row->pte_count, &backed) + row->front * SYSPTE_PAGE_BYTES +
           offset;
}

static void *make(syspte_call *call, syspte_mdl *mdl, const syspte_mdl_map *how, const survey *s)
{
    syspte_machine *m = &syspte_the;
    unsigned guards = (how->priority & MdlMappingWithGuardPtes) != 0 ? m->config.guard_ptes : 0;
    syspte_cache cache = cache_of(mdl, how->cache);
    // Made-up frames are not told: they differ from run to run.
    uint64_t first = s->host ? SYSPTE_FRAME_HOST : mdl->frames[0];
    syspte_row row = {.physical_address = first << 12 | mdl->header.ByteOffset,
                      .bytes = mdl->header.ByteCount,
                      .pte_count = mdl->pages + guards,
                      .spare = guards,
                      .front = guards / 2,
                      .scattered = s->scattered};
    if (syspte_call_fault(call, SYSPTE_KIND_MDL, cache, protect_of(how), row.bytes,
                          row.pte_count)) {
        refuse(call, mdl, how, row.pte_count);
        return NULL;
    }
    row.id = is_refused(how, row.pte_count) ? SYSPTE_POOL_NONE : syspte_ptes_reserve(row.pte_count);
    if (row.id == SYSPTE_POOL_NONE) {
        bool kept = is_refused(how, row.pte_count);
        syspte_ptes_refused(syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_CACHED, 0),
                            row.pte_count, kept ? "PTEs are kept for a higher priority" : NULL);
        refuse(call, mdl, how, row.pte_count);
        return NULL;
    }
    row.context = syspte_call_context(call, SYSPTE_KIND_MDL, cache, protect_of(how));
    syspte_account_born(&m->account, &row);
    frames_note(mdl, &row);
    syspte_mdl_frames_count(&row, 1);
    attribute_set(mdl, cache);
    m->maps++;
    m->video_used = true; // MmUnmapIoSpace has to look what it unmaps
    syspte_plain_decide();
    void *address = address_begin(mdl, &row, s);
    syspte_tracker_note(mdl->at, mdl->header.StartVa, address, &row);
    return address;
}

void *syspte_mdl_map_system(syspte_call *call, syspte_mdl *mdl, const syspte_mdl_map *how)
{
    survey s;
    unsigned flags = syspte_mdl_flags(mdl);
    if (check_flags(call, mdl)) {
        return NULL;
    }
    if (mdl->pages == 0) {
        (void)syspte_mdl_violate(call, mdl, SYSPTE_RULE_MDL_ARGUMENT, 0, 0);
        return NULL;
    }
    s = survey_of(mdl);
    if (check_pages(call, mdl, &s)) {
        return NULL;
    }
    if ((how->priority & MdlMappingNoExecute) == 0 && syspte_the.config.hvci) {
        syspte_event event = {.rule = SYSPTE_RULE_MAP_MDL_EXECUTABLE};
        if (syspte_call_violate(call, &event, 0, how->priority, 0)) {
            return NULL;
        }
    }
    void *address = make(call, mdl, how, &s);
    if (address != NULL) {
        mdl->header.MappedSystemVa = address;
        syspte_mdl_change(mdl,
                          MDL_MAPPED_TO_SYSTEM_VA |
                              ((flags & MDL_PARTIAL) != 0 ? MDL_PARTIAL_HAS_BEEN_MAPPED : 0),
                          0);
    }
    return address;
}

// ---- The Windows functions

static syspte_cache cache_from(MEMORY_CACHING_TYPE type)
{
    return (unsigned)type <= SYSPTE_CACHE_WRITE_COMBINED ? (syspte_cache)type : SYSPTE_CACHE_CACHED;
}

typedef struct request {
    syspte_api api;
    uint64_t irql_system; // first parameter of 0xC4 above DISPATCH_LEVEL
    uint64_t irql_user;   // and for a user address above APC_LEVEL
    MEMORY_CACHING_TYPE type;
    uint32_t priority;
    bool must_succeed;
    const syspte_caller *caller;
} request;

static void *map_in_system(const request *r, PMDL at)
{
    syspte_mdl mdl;
    syspte_call call;
    syspte_mdl_map how = {
        .cache = cache_from(r->type), .priority = r->priority, .must_succeed = r->must_succeed};
    void *address = NULL;
    if (!syspte_mdl_read(&mdl, r->api, r->caller, at) || !syspte_mdl_read_frames(&mdl)) {
        return NULL;
    }
    if (!syspte_call_begin(&call, r->api, r->caller)) {
        syspte_mdl_drop(&mdl);
        return NULL;
    }
    bool stop =
        syspte_mdl_irql(&call, DISPATCH_LEVEL, r->irql_system, syspte_address_va(at), KernelMode);
    bool obsolete = r->api == SYSPTE_API_MM_MAP_LOCKED_PAGES ||
                    r->api == SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL;
    if (!stop && (obsolete || r->must_succeed)) {
        stop = syspte_mdl_violate(
            &call, &mdl, obsolete ? SYSPTE_RULE_MAP_OBSOLETE : SYSPTE_RULE_MAP_MUST_SUCCEED,
            syspte_mdl_flags(&mdl), 0);
    }
    if (!stop) {
        address = syspte_mdl_map_system(&call, &mdl, &how);
    }
    syspte_mdl_leave(&call, &mdl);
    if (address != NULL) {
        syspte_mdl_write(&mdl);
    }
    syspte_mdl_drop(&mdl);
    return address;
}

SYSPTE_ENTRY(PVOID, MmMapLockedPagesSpecifyCache,
             (PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode, MEMORY_CACHING_TYPE CacheType,
              PVOID RequestedAddress, ULONG BugCheckOnFailure, ULONG Priority),
             (MemoryDescriptorList, AccessMode, CacheType, RequestedAddress, BugCheckOnFailure,
              Priority))
{
    request r = {.api = SYSPTE_API_MM_MAP_LOCKED_PAGES_SPECIFY_CACHE,
                 .irql_system = 0x76,
                 .irql_user = 0x77,
                 .type = CacheType,
                 .priority = Priority,
                 .must_succeed = BugCheckOnFailure != FALSE,
                 .caller = caller};
    if (AccessMode != KernelMode) {
        return syspte_user_view_map(r.api, r.irql_user, MemoryDescriptorList, RequestedAddress,
                                    caller);
    }
    return map_in_system(&r, MemoryDescriptorList);
}

SYSPTE_ENTRY(PVOID, MmMapLockedPages, (PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode),
             (MemoryDescriptorList, AccessMode))
{
    request r = {.api = SYSPTE_API_MM_MAP_LOCKED_PAGES,
                 .irql_system = 0x74,
                 .irql_user = 0x75,
                 .type = MmCached,
                 .priority = HighPagePriority,
                 .must_succeed = true,
                 .caller = caller};
    if (AccessMode != KernelMode) {
        return syspte_user_view_map(r.api, r.irql_user, MemoryDescriptorList, NULL, caller);
    }
    if (!syspte_mdl_see(r.api, caller, MemoryDescriptorList)) {
        return NULL;
    }
    r.must_succeed = (MemoryDescriptorList->MdlFlags & MDL_MAPPING_CAN_FAIL) == 0;
    return map_in_system(&r, MemoryDescriptorList);
}

// The address that the MDL has already, or NULL.
static void *known_address(const MDL *mdl)
{
    bool known = (mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0;
    return known ? mdl->MappedSystemVa : NULL;
}

SYSPTE_ENTRY(PVOID, MmGetSystemAddressForMdlSafe, (PMDL Mdl, ULONG Priority), (Mdl, Priority))
{
    request r = {.api = SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE,
                 .irql_system = 0x76,
                 .type = MmCached,
                 .priority = Priority,
                 .caller = caller};
    if (!syspte_mdl_see(r.api, caller, Mdl)) {
        return NULL;
    }
    void *known = known_address(Mdl);
    return known != NULL ? known : map_in_system(&r, Mdl);
}

SYSPTE_ENTRY(PVOID, MmGetSystemAddressForMdl, (PMDL Mdl), (Mdl))
{
    request r = {.api = SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL,
                 .irql_system = 0x74,
                 .type = MmCached,
                 .priority = HighPagePriority,
                 .caller = caller};
    if (!syspte_mdl_see(r.api, caller, Mdl)) {
        return NULL;
    }
    r.must_succeed = (Mdl->MdlFlags & MDL_MAPPING_CAN_FAIL) == 0;
    void *known = known_address(Mdl);
    return known != NULL ? known : map_in_system(&r, Mdl);
}
