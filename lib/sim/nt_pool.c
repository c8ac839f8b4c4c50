// SPDX-License-Identifier: MIT
// Allocation of pool. A block is a holding of the account, which keeps its bytes, tag and site; of
// the block itself only its room is used, which is filled so that writing there is found when it is
// freed (nt_free.c). The block is taken under the lock and filled after it.
// Source: nf-wdm-exallocatepoolwithtag, nf-wdm-exallocatepool2, POOL_FLAGS; bug checks 0xC2, 0xC4.
#include "sim/nt_pool.h"

#include "sim/call.h"
#include "sim/raise.h"

#include <string.h>

enum { CACHE_LINE = 64, ALIGNMENT = sizeof(void *) * 2 };

// What a driver asks for.
typedef struct pool_ask {
    syspte_nt_request request;
    uint64_t type; // as bug checks print it
    bool raises;   // where it would return NULL
    bool is_wrong; // type or flags
    bool needs_tag;
} pool_ask;

static void *take(syspte_call *call, const syspte_nt_request *r, uint64_t bytes)
{
    syspte_block_request request = {.window = r->window,
                                    .bytes = bytes,
                                    .align = r->cache_aligned ? CACHE_LINE : ALIGNMENT,
                                    .special = r->special,
                                    .high = UINT64_MAX};
    uint64_t at = syspte_block_take(&request);
    if (at == SYSPTE_BLOCK_NONE) {
        return NULL;
    }
    syspte_row row = {.id = syspte_frame_key(SYSPTE_KIND_POOL, at),
                      .physical_address = at,
                      .bytes = bytes,
                      .context =
                          syspte_call_context(call, SYSPTE_KIND_POOL, SYSPTE_CACHE_CACHED, r->tag)};
    if (!syspte_account_hold(&syspte_the.account, &row)) {
        syspte_block_release(at);
        return NULL;
    }
    return syspte_block_address(at);
}

// A block and its room; NULL if there is no such memory. Lock: held.
static void *begin(syspte_call *call, const syspte_nt_request *r, syspte_block_room *room)
{
    uint64_t asked = r->counts_as != 0 ? r->counts_as : r->bytes;
    if (syspte_call_fault(call, SYSPTE_KIND_POOL, SYSPTE_CACHE_CACHED, r->tag, asked, 0)) {
        return NULL;
    }
    void *block = take(call, r, r->bytes == 0 ? 1 : r->bytes);
    if (block != NULL) {
        *room = syspte_block_room_of(syspte_block_of(block));
    }
    return block;
}

// Lock: not held.
static void fill(void *block, const syspte_nt_request *r, const syspte_block_room *room)
{
    uint64_t bytes = r->bytes == 0 ? 1 : r->bytes;
    syspte_block_room_fill(room, block, bytes);
    memset(block, r->zeroed ? 0 : SYSPTE_BLOCK_FRESH_BYTE, (size_t)bytes);
}

void *syspte_nt_allocate(syspte_api api, const syspte_caller *caller,
                         const syspte_nt_request *request)
{
    syspte_call call;
    syspte_block_room room;
    if (!syspte_call_begin(&call, api, caller)) {
        return NULL;
    }
    void *block = begin(&call, request, &room);
    syspte_call_end(&call);
    if (block != NULL) {
        fill(block, request, &room);
    }
    return block;
}

// ---- Rules

static bool check_irql(syspte_call *call, const pool_ask *ask)
{
    bool paged = ask->request.window == SYSPTE_WINDOW_PAGED;
    syspte_event event = {.rule = SYSPTE_RULE_POOL_IRQL, .bytes = ask->request.bytes};
    return call->thread->irql > (paged ? APC_LEVEL : DISPATCH_LEVEL) &&
           syspte_call_violate_as(call, &event, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION,
                                  paged ? 0x01 : 0x02, call->thread->irql, ask->type,
                                  ask->request.bytes);
}

// True: the call does nothing more, because the machine stops or the arguments cannot be served.
static bool check(syspte_call *call, const pool_ask *ask)
{
    const syspte_nt_request *r = &ask->request;
    syspte_event wrong = {.rule = SYSPTE_RULE_POOL_TYPE, .bytes = r->bytes};
    syspte_event tag = {.rule = SYSPTE_RULE_POOL_TAG_ZERO, .bytes = r->bytes};
    syspte_event zero = {.rule = SYSPTE_RULE_POOL_ZERO};
    if (ask->is_wrong) {
        (void)syspte_call_violate(call, &wrong, 0, 0, 0);
        return true;
    }
    if (check_irql(call, ask)) {
        return true;
    }
    if (r->tag == 0 &&
        (syspte_call_violate(call, &tag, ask->type, r->bytes, 0) || ask->needs_tag)) {
        return true;
    }
    return r->bytes == 0 && syspte_call_violate(call, &zero, call->thread->irql, ask->type, 0);
}

static PVOID allocate(syspte_api api, const syspte_caller *caller, pool_ask *ask)
{
    syspte_call call;
    syspte_block_room room;
    void *block = NULL;
    if (!syspte_call_begin(&call, api, caller)) {
        return NULL;
    }
    ask->request.special |= syspte_the.config.strictness == SYSPTE_VERIFIER;
    if (!check(&call, ask)) {
        block = begin(&call, &ask->request, &room);
    }
    syspte_call_end(&call);
    if (block != NULL) {
        fill(block, &ask->request, &room);
    } else if (ask->raises) {
        syspte_raise(api, caller, STATUS_INSUFFICIENT_RESOURCES);
    }
    return block;
}

// ---- Types and flags

enum { PAGED_BIT = 1, MUST_SUCCEED_BIT = 2, CACHE_ALIGNED_BIT = 4, SESSION_BIT = 32 };

static pool_ask ask_of_type(ULONG type, SIZE_T bytes, ULONG tag)
{
    const ULONG options = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE | POOL_RAISE_IF_ALLOCATION_FAILURE |
                          POOL_COLD_ALLOCATION | POOL_NX_ALLOCATION | POOL_ZERO_ALLOCATION |
                          SESSION_BIT;
    ULONG base = type & ~options;
    pool_ask ask = {.type = type};
    ask.request.window = (base & PAGED_BIT) != 0 ? SYSPTE_WINDOW_PAGED : SYSPTE_WINDOW_NONPAGED;
    ask.request.bytes = bytes;
    ask.request.tag = tag;
    ask.request.zeroed = (type & POOL_ZERO_ALLOCATION) != 0;
    ask.request.cache_aligned = (base & CACHE_ALIGNED_BIT) != 0;
    ask.raises = (type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0;
    // Pool that must succeed is no longer supported: bug check 0xC2, 0x9A.
    ask.is_wrong = base >= MaxPoolType || (base & MUST_SUCCEED_BIT) != 0;
    return ask;
}

static pool_ask ask_of_flags(ULONG64 flags, SIZE_T bytes, ULONG tag)
{
    const ULONG64 types = POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED;
    const ULONG64 known = types | POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED |
                          POOL_FLAG_SESSION | POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_RAISE_ON_FAILURE;
    ULONG64 type = flags & types;
    pool_ask ask = {.type = (type & POOL_FLAG_PAGED) != 0};
    ask.request.window = ask.type != 0 ? SYSPTE_WINDOW_PAGED : SYSPTE_WINDOW_NONPAGED;
    ask.request.bytes = bytes;
    ask.request.tag = tag;
    ask.request.zeroed = (flags & POOL_FLAG_UNINITIALIZED) == 0;
    ask.request.cache_aligned = (flags & POOL_FLAG_CACHE_ALIGNED) != 0;
    ask.request.special = (flags & POOL_FLAG_SPECIAL_POOL) != 0;
    ask.raises = (flags & POOL_FLAG_RAISE_ON_FAILURE) != 0;
    ask.is_wrong = type == 0 || (type & (type - 1)) != 0 || (flags & 0xFFFFFFFF & ~known) != 0;
    ask.needs_tag = true;
    return ask;
}

// Quota is charged to no process here, but where it fails it raises unless told not to.
static pool_ask ask_of_quota(ULONG type, SIZE_T bytes, ULONG tag)
{
    pool_ask ask = ask_of_type(type, bytes, tag);
    ask.raises |= (type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) == 0;
    return ask;
}

// ---- The functions

SYSPTE_ENTRY(PVOID, ExAllocatePool, (POOL_TYPE PoolType, SIZE_T NumberOfBytes),
             (PoolType, NumberOfBytes))
{
    pool_ask ask = ask_of_type((ULONG)PoolType, NumberOfBytes, 0x656E6F4E); // 'None'
    return allocate(SYSPTE_API_EX_ALLOCATE_POOL, caller, &ask);
}

SYSPTE_ENTRY(PVOID, ExAllocatePoolWithTag, (POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag),
             (PoolType, NumberOfBytes, Tag))
{
    pool_ask ask = ask_of_type((ULONG)PoolType, NumberOfBytes, Tag);
    return allocate(SYSPTE_API_EX_ALLOCATE_POOL_WITH_TAG, caller, &ask);
}

SYSPTE_ENTRY(PVOID, ExAllocatePoolWithTagPriority,
             (POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag, EX_POOL_PRIORITY Priority),
             (PoolType, NumberOfBytes, Tag, Priority))
{
    pool_ask ask = ask_of_type((ULONG)PoolType, NumberOfBytes, Tag);
    ask.request.special = (Priority & 8) != 0;
    return allocate(SYSPTE_API_EX_ALLOCATE_POOL_WITH_TAG, caller, &ask);
}

SYSPTE_ENTRY(PVOID, ExAllocatePoolWithQuotaTag,
             (POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag), (PoolType, NumberOfBytes, Tag))
{
    pool_ask ask = ask_of_quota((ULONG)PoolType, NumberOfBytes, Tag);
    return allocate(SYSPTE_API_EX_ALLOCATE_POOL_WITH_QUOTA_TAG, caller, &ask);
}

SYSPTE_ENTRY(PVOID, ExAllocatePool2, (POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag),
             (Flags, NumberOfBytes, Tag))
{
    pool_ask ask = ask_of_flags(Flags, NumberOfBytes, Tag);
    return allocate(SYSPTE_API_EX_ALLOCATE_POOL2, caller, &ask);
}

SYSPTE_ENTRY(PVOID, ExAllocatePoolZero, (POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag),
             (PoolType, NumberOfBytes, Tag))
{
    pool_ask ask = ask_of_type((ULONG)PoolType | POOL_ZERO_ALLOCATION, NumberOfBytes, Tag);
    return allocate(SYSPTE_API_EX_ALLOCATE_POOL_ZERO, caller, &ask);
}

SYSPTE_ENTRY(PVOID, ExAllocatePoolUninitialized,
             (POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag), (PoolType, NumberOfBytes, Tag))
{
    pool_ask ask = ask_of_type((ULONG)PoolType, NumberOfBytes, Tag);
    return allocate(SYSPTE_API_EX_ALLOCATE_POOL_UNINITIALIZED, caller, &ask);
}

SYSPTE_ENTRY(PVOID, ExAllocatePoolQuotaZero, (POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag),
             (PoolType, NumberOfBytes, Tag))
{
    pool_ask ask = ask_of_quota((ULONG)PoolType | POOL_ZERO_ALLOCATION, NumberOfBytes, Tag);
    return allocate(SYSPTE_API_EX_ALLOCATE_POOL_WITH_QUOTA_TAG, caller, &ask);
}

SYSPTE_ENTRY(PVOID, ExAllocatePoolQuotaUninitialized,
             (POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag), (PoolType, NumberOfBytes, Tag))
{
    pool_ask ask = ask_of_quota((ULONG)PoolType, NumberOfBytes, Tag);
    return allocate(SYSPTE_API_EX_ALLOCATE_POOL_WITH_QUOTA_TAG, caller, &ask);
}
