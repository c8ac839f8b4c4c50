// SPDX-License-Identifier: MIT
// MmMapIoSpace, MmMapIoSpaceEx, MmMapVideoDisplay. One function maps for all three; the others say
// what their arguments mean. The order: what the arguments alone say, then what physical memory
// says, then PTEs, then the ledger, then the view.
#include "sim/map.h"
#include "sim/fault_plan.h"
#include "sim/frames.h"
#include "sim/kernel.h"
#include "sim/plain.h"
#include "sim/ptes.h"

typedef struct request {
    syspte_api api;
    syspte_kind kind;
    uint64_t physical_address;
    uint64_t bytes;
    uint64_t pte_count;
    syspte_cache cache;
    uint32_t protect;
    const syspte_caller *caller;
    syspte_thread *thread;
    syspte_rule_id wrong; // SYSPTE_RULE_COUNT: the arguments are right
} request;

static uint32_t context_of(const request *r)
{
    return syspte_caller_context(r->thread, r->caller,
                                 SYSPTE_HOW(r->api, r->kind, r->cache, r->protect));
}

// Records a violation of this call. True: stop the machine when the lock is given back.
static bool violate(const request *r, syspte_event *event, uint64_t p2, uint64_t p3, uint64_t p4)
{
    event->call = context_of(r);
    event->physical_address = r->physical_address;
    event->bytes = r->bytes;
    event->pte_count = r->pte_count;
    return syspte_violate(event, p2, p3, p4);
}

static bool check_irql(const request *r, syspte_event *event)
{
    if (r->thread->irql > DISPATCH_LEVEL) {
        *event = (syspte_event){.rule = SYSPTE_RULE_MAP_IRQL};
        return violate(r, event, r->thread->irql, r->physical_address, r->bytes);
    }
    if (r->kind == SYSPTE_KIND_VIDEO && r->thread->irql > APC_LEVEL) {
        *event = (syspte_event){.rule = SYSPTE_RULE_VIDEO_IRQL};
        return violate(r, event, r->thread->irql, 0, 0);
    }
    return false;
}

static bool check_executable(request *r, syspte_event *event)
{
    if ((r->protect & 0xF0) == 0) {
        return false;
    }
    *event = (syspte_event){.rule = SYSPTE_RULE_MAP_EXECUTABLE};
    bool stop = violate(r, event, 0, r->protect, 0);
    uint32_t plain = (r->protect & 0xF0) == PAGE_EXECUTE_READWRITE ? PAGE_READWRITE : PAGE_READONLY;
    r->protect = (r->protect & ~0xFFu) | plain;
    return stop;
}

// RAM can be in these bytes: the machine's own, or what a test declared.
static bool may_be_ram(const request *r)
{
    return syspte_the.range_count != 0 ||
           (r->physical_address < SYSPTE_RAM_FIRST + SYSPTE_RAM_MAX &&
            r->physical_address + r->bytes > SYSPTE_RAM_FIRST);
}

// RAM that nobody locked: below VERIFIER a note, and silent for ranges declared as shared.
static bool check_ram(const request *r, syspte_event *event)
{
    uint64_t page;
    if (!syspte_memory_first(r->physical_address, r->bytes, SYSPTE_MEMORY_RAM, &page) &&
        !syspte_frames_unlocked(r->physical_address, r->bytes, &page)) {
        return false;
    }
    *event = (syspte_event){.rule = SYSPTE_RULE_MAP_UNLOCKED_RAM};
    return violate(r, event, r->physical_address, r->bytes, page);
}

// Policies that let a map fail, or change its cache type. True: the map may go on.
static bool check_physical(request *r, syspte_event *event)
{
    syspte_machine *m = &syspte_the;
    syspte_row other;
    uint64_t page;
    if (m->range_count != 0 &&
        syspte_memory_first(r->physical_address, r->bytes, SYSPTE_MEMORY_REFUSED, &page)) {
        *event = (syspte_event){.rule = SYSPTE_RULE_MAP_REFUSED_RANGE};
        (void)violate(r, event, 0, 0, 0);
        return false;
    }
    if (!syspte_attributes_differ(&m->attributes, r->cache) ||
        !syspte_attributes_conflict(&m->attributes, &m->account, r->physical_address, r->bytes,
                                    r->cache, &other)) {
        return true;
    }
    *event = (syspte_event){.rule = SYSPTE_RULE_MAP_CACHE_CONFLICT, .mapped = other.context};
    (void)violate(r, event, 0, 0, 0);
    if (m->config.cache_conflict == SYSPTE_CONFLICT_OVERRIDE) {
        r->cache = syspte_contexts_at(&m->account.contexts, other.context)->cache;
    }
    return m->config.cache_conflict != SYSPTE_CONFLICT_FAIL;
}

// Gives a row that has PTEs its memory. Returns the driver's address.
static inline void *address_begin(const syspte_row *row)
{
    bool backed;
    if (!syspte_the.config.accounting_only) {
        syspte_row copy = *row; // the caller's own then stays in registers
        syspte_view_begin(&copy);
    }
    return syspte_address_of(row->id, row->pte_count, &backed) + (row->physical_address & 0xFFF);
}

static void *make(const request *r)
{
    syspte_machine *m = &syspte_the;
    if (syspte_fault_now(r->thread, r->caller, SYSPTE_HOW(r->api, r->kind, r->cache, r->protect),
                         r->bytes, r->pte_count)) {
        return NULL;
    }
    syspte_row row = {.physical_address = r->physical_address,
                      .bytes = r->bytes,
                      .pte_count = r->pte_count,
                      .context = context_of(r)};
    row.id = syspte_ptes_reserve(r->pte_count);
    if (row.id == SYSPTE_POOL_NONE) {
        syspte_ptes_refused(row.context, r->pte_count, NULL);
        return NULL;
    }
    syspte_account_born(&m->account, &row);
    // A mapping whose context found no room ends as the cache type of context 0.
    syspte_attributes_count(&m->attributes, row.physical_address, row.bytes,
                            row.context == 0 ? SYSPTE_CACHE_NONCACHED : r->cache, 1);
    m->maps++;
    m->video_used |= r->kind == SYSPTE_KIND_VIDEO;
    if (m->lanes_used) {
        // Lanes are for mappings of one cache type, as long as no other is live.
        syspte_store_release_32(&m->lane_cache, r->cache);
        syspte_store_release_32(&m->lane_cache_only,
                                !syspte_attributes_differ(&m->attributes, r->cache));
    }
    syspte_plain_decide();
    return address_begin(&row);
}

// The same from the thread's lane.
static __attribute__((noinline)) void *map_from_lane(uint32_t context, unsigned cache,
                                            uint64_t physical_address, uint64_t bytes)
{
    syspte_row row = {.physical_address = physical_address,
                      .bytes = bytes,
                      .pte_count = ((physical_address & 0xFFF) + bytes + 0xFFF) >> 12,
                      .context = context};
    return syspte_lane_try_map(&syspte_thread_state, &row, cache);
}

// The short way. NULL: go the long one. `frame`: of the function called.
SYSPTE_HOT void *map_plain(const char *file, unsigned line, const char *function, uint64_t how,
                           unsigned cache, uint64_t physical_address, uint64_t bytes,
                           uintptr_t frame)
{
    syspte_machine *m = &syspte_the;
    syspte_thread *thread = &syspte_thread_state;
    uint64_t span = ((physical_address & 0xFFF) + bytes + 0xFFF) >> 12;
    bool in_lane = false;
    void *address = NULL;
    if (!SYSPTE_LIKELY(syspte_plain_is_open(thread)) &&
        !(in_lane = syspte_plain_has_lane(thread))) {
        return NULL;
    }
    if (physical_address >= SYSPTE_PHYSICAL_BYTES / 2 ||
        physical_address - SYSPTE_RAM_FIRST < SYSPTE_RAM_MAX ||
        bytes - 1 >= (SYSPTE_PLAIN_RUN - 1) * SYSPTE_PAGE_BYTES) {
        return NULL;
    }
    uint32_t context = syspte_caller_recall(thread, file, function, line, how, frame);
    if (context == 0) {
        return NULL;
    }
    if (!SYSPTE_LIKELY(!in_lane)) {
        return map_from_lane(context, cache, physical_address, bytes);
    }
    syspte_lock_take(&m->lock);
    if (SYSPTE_LIKELY(syspte_plain_is_open(thread) && cache == m->plain.cache)) {
        syspte_row row = {.id = syspte_plain_reserve(span),
                          .physical_address = physical_address,
                          .bytes = bytes,
                          .pte_count = span,
                          .sequence = m->account.sequence + 1,
                          .context = context};
        if (SYSPTE_LIKELY(row.id != SYSPTE_POOL_NONE)) {
            m->account.sequence = row.sequence;
            m->plain.births++;
            syspte_ledger_note(&m->account.ledger, &row);
            address = address_begin(&row);
        }
    }
    syspte_lock_give(&m->lock);
    return address;
}

// What the arguments alone say: zero, overflow, wrap. Fills in the PTE count.
static syspte_rule_id check_length(request *r)
{
    uint64_t offset = r->physical_address & 0xFFF;
    if (r->bytes == 0) {
        return SYSPTE_RULE_MAP_ZERO;
    }
    if (r->bytes + offset + 0xFFF < r->bytes) {
        return SYSPTE_RULE_MAP_SPAN_OVERFLOW;
    }
    r->pte_count = (offset + r->bytes + 0xFFF) >> 12;
    if (r->physical_address > SYSPTE_PHYSICAL_BYTES ||
        r->bytes > SYSPTE_PHYSICAL_BYTES - r->physical_address) {
        return SYSPTE_RULE_MAP_WRAP;
    }
    return r->wrong;
}

// The fast order's way, where nothing about the call is unusual. NULL: go the strict order's.
static void *map_in_lane(const request *r)
{
    syspte_row row = {.physical_address = r->physical_address,
                      .bytes = r->bytes,
                      .pte_count = r->pte_count};
    if (r->wrong != SYSPTE_RULE_COUNT || r->thread->irql > APC_LEVEL ||
        may_be_ram(r)) {
        return NULL;
    }
    row.context = syspte_caller_known(r->thread, r->caller,
                                      SYSPTE_HOW(r->api, r->kind, r->cache, r->protect));
    return row.context == 0 ? NULL : syspte_lane_try_map(r->thread, &row, r->cache);
}

static void *map(request *r)
{
    syspte_machine *m = &syspte_the;
    void *address = NULL;
    syspte_event event;
    if (!syspte_enter(r->api)) {
        return NULL;
    }
    r->thread = syspte_thread_now();
    r->wrong = check_length(r);
    if (m->lanes_used && syspte_load_acquire_32(&m->fault_plans) == 0 &&
        (address = map_in_lane(r)) != NULL) {
        return address;
    }

    if (!syspte_world_enter(r->thread, r->api)) {
        return NULL;
    }
    bool stop = r->thread->irql > APC_LEVEL && check_irql(r, &event);
    if (!stop && r->wrong != SYSPTE_RULE_COUNT) {
        event = (syspte_event){.rule = r->wrong};
        stop = violate(r, &event, 0, 0, 0);
    } else if (!stop) {
        stop = m->config.hvci && check_executable(r, &event);
        stop = stop || (may_be_ram(r) && check_ram(r, &event));
        if (!stop && check_physical(r, &event)) {
            address = make(r);
        }
    }
    syspte_world_give();
    if (stop) {
        syspte_stop_now(&event.bugcheck, false);
    }
    return address;
}

// The cache type in effect, from a MEMORY_CACHING_TYPE; SYSPTE_RULE_COUNT if that is right.
static inline syspte_rule_id cache_of(MEMORY_CACHING_TYPE type, syspte_cache *cache)
{
    static const syspte_cache reserved[] = {SYSPTE_CACHE_CACHED, SYSPTE_CACHE_NONCACHED,
                                            SYSPTE_CACHE_WRITE_COMBINED};
    unsigned value = (unsigned)type;
    *cache = SYSPTE_CACHE_NONCACHED;
    if (value <= SYSPTE_CACHE_WRITE_COMBINED) {
        *cache = (syspte_cache)value;
        return SYSPTE_RULE_COUNT;
    }
    if (value < (unsigned)MmMaximumCacheType &&
        syspte_the.config.reserved_cache == SYSPTE_RESERVED_CACHE_ALIAS) {
        *cache = reserved[value - 3];
        return SYSPTE_RULE_COUNT;
    }
    return SYSPTE_RULE_MAP_CACHE_TYPE;
}

static uint32_t protect_of(unsigned cache)
{
    static const uint32_t modifiers[] = {PAGE_NOCACHE, 0, PAGE_WRITECOMBINE};
    return PAGE_EXECUTE_READWRITE | modifiers[cache];
}

static SYSPTE_COLD void *map_with_cache(syspte_api api, syspte_kind kind,
                                        PHYSICAL_ADDRESS address, SIZE_T bytes,
                                        MEMORY_CACHING_TYPE type, const syspte_caller *caller)
{
    syspte_cache cache = SYSPTE_CACHE_NONCACHED;
    syspte_rule_id wrong = cache_of(type, &cache);
    uint32_t protect = protect_of(cache);
    request r = {.api = api,
                 .kind = kind,
                 .physical_address = (uint64_t)address.QuadPart,
                 .bytes = bytes,
                 .cache = cache,
                 .protect = protect,
                 .caller = caller,
                 .wrong = wrong};
    return map(&r);
}

static void *map_with_protect(PHYSICAL_ADDRESS address, SIZE_T bytes, ULONG protect,
                              const syspte_caller *caller)
{
    request r = {.api = SYSPTE_API_MM_MAP_IO_SPACE_EX,
                 .kind = SYSPTE_KIND_IO_SPACE,
                 .physical_address = (uint64_t)address.QuadPart,
                 .bytes = bytes,
                 .protect = protect,
                 .caller = caller,
                 .wrong = SYSPTE_RULE_COUNT};
    ULONG modifier = protect & ~0xFFu;
    ULONG base = protect & 0xFF;
    bool listed = base == PAGE_READONLY || base == PAGE_READWRITE || base == PAGE_EXECUTE ||
                  base == PAGE_EXECUTE_READ || base == PAGE_EXECUTE_READWRITE;
    if (!listed || (modifier != 0 && modifier != PAGE_NOCACHE && modifier != PAGE_WRITECOMBINE)) {
        r.wrong = SYSPTE_RULE_MAP_PROTECT;
    }
    r.cache = modifier == PAGE_NOCACHE        ? SYSPTE_CACHE_NONCACHED
              : modifier == PAGE_WRITECOMBINE ? SYSPTE_CACHE_WRITE_COMBINED
                                              : SYSPTE_CACHE_CACHED;
    void *mapped = NULL;
    if (r.wrong == SYSPTE_RULE_COUNT && caller->file != NULL) {
        mapped = map_plain(caller->file, caller->line, caller->function,
                           SYSPTE_HOW(r.api, r.kind, r.cache, protect), r.cache,
                           r.physical_address, bytes, caller->frame);
    }
    return mapped != NULL ? mapped : map(&r);
}

void *syspte_map_io_space(syspte_api api, uint64_t physical_address, uint64_t bytes, unsigned cache,
                          const syspte_caller *caller)
{
    PHYSICAL_ADDRESS address = {.QuadPart = (LONGLONG)physical_address};
    return map_with_cache(api, SYSPTE_KIND_IO_SPACE, address, bytes, (MEMORY_CACHING_TYPE)cache,
                          caller);
}

PVOID MmMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                   MEMORY_CACHING_TYPE CacheType)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    return map_with_cache(SYSPTE_API_MM_MAP_IO_SPACE, SYSPTE_KIND_IO_SPACE, PhysicalAddress,
                          NumberOfBytes, CacheType, &caller);
}

PVOID syspte_at_MmMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                             MEMORY_CACHING_TYPE CacheType, const char *file, unsigned line,
                             const char *function)
{
    static const uint64_t how[] = {
        SYSPTE_HOW(SYSPTE_API_MM_MAP_IO_SPACE, SYSPTE_KIND_IO_SPACE, SYSPTE_CACHE_NONCACHED,
                   PAGE_EXECUTE_READWRITE | PAGE_NOCACHE),
        SYSPTE_HOW(SYSPTE_API_MM_MAP_IO_SPACE, SYSPTE_KIND_IO_SPACE, SYSPTE_CACHE_CACHED,
                   PAGE_EXECUTE_READWRITE),
        SYSPTE_HOW(SYSPTE_API_MM_MAP_IO_SPACE, SYSPTE_KIND_IO_SPACE, SYSPTE_CACHE_WRITE_COMBINED,
                   PAGE_EXECUTE_READWRITE | PAGE_WRITECOMBINE)};
    if (SYSPTE_LIKELY((unsigned)CacheType <= SYSPTE_CACHE_WRITE_COMBINED)) {
        void *mapped = map_plain(file, line, function, how[CacheType], CacheType,
                                 (uint64_t)PhysicalAddress.QuadPart, NumberOfBytes,
                                 SYSPTE_FRAME_ADDRESS());
        if (mapped != NULL) {
            return mapped;
        }
    }
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    return map_with_cache(SYSPTE_API_MM_MAP_IO_SPACE, SYSPTE_KIND_IO_SPACE, PhysicalAddress,
                          NumberOfBytes, CacheType, &caller);
}

PVOID MmMapVideoDisplay(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                        MEMORY_CACHING_TYPE CacheType)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    return map_with_cache(SYSPTE_API_MM_MAP_VIDEO_DISPLAY, SYSPTE_KIND_VIDEO, PhysicalAddress,
                          NumberOfBytes, CacheType, &caller);
}

PVOID syspte_at_MmMapVideoDisplay(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                                  MEMORY_CACHING_TYPE CacheType, const char *file, unsigned line,
                                  const char *function)
{
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    return map_with_cache(SYSPTE_API_MM_MAP_VIDEO_DISPLAY, SYSPTE_KIND_VIDEO, PhysicalAddress,
                          NumberOfBytes, CacheType, &caller);
}

PVOID MmMapIoSpaceEx(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes, ULONG Protect)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    return map_with_protect(PhysicalAddress, NumberOfBytes, Protect, &caller);
}

PVOID syspte_at_MmMapIoSpaceEx(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                               ULONG Protect, const char *file, unsigned line,
                               const char *function)
{
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    return map_with_protect(PhysicalAddress, NumberOfBytes, Protect, &caller);
}
