// SPDX-License-Identifier: MIT
// Freeing pool: which block it is, and what is wrong with the call.
// Source: nf-wdm-exfreepoolwithtag; bug checks 0xC2, 0xC4.
#include "sim/nt_pool.h"
#include "sim/retire.h"

typedef struct pool_free {
    const void *block;
    uint32_t tag;   // 0: any
    uint64_t at;    // of the block; SYSPTE_BLOCK_NONE if the address is in no window
    syspte_row row; // of the block
} pool_free;

static bool is_verifier(void)
{
    return syspte_the.config.strictness == SYSPTE_VERIFIER;
}

static bool find(pool_free *f)
{
    f->at = syspte_block_of(f->block);
    return f->at != SYSPTE_BLOCK_NONE &&
           syspte_account_held(&syspte_the.account, syspte_frame_key(SYSPTE_KIND_POOL, f->at),
                               &f->row);
}

// ---- An address where no block begins

static void free_twice(syspte_call *call, const pool_free *f, const syspte_ended *ended)
{
    uint64_t va = syspte_frame_va(f->block);
    syspte_event event = {.rule = SYSPTE_RULE_FREE_TWICE,
                          .mapped = ended->row.context,
                          .unmapped = ended->unmapped,
                          .system_va = va,
                          .bytes = ended->row.bytes};
    if (is_verifier()) {
        (void)syspte_call_violate_as(call, &event, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x13,
                                     0, va, 0);
    } else {
        (void)syspte_call_violate(call, &event, 0, 0, va);
    }
}

// What the address is instead, in words; `row` receives it if it is a holding.
static const char *what_it_is(const pool_free *f, syspte_row *row)
{
    static const syspte_kind kinds[] = {SYSPTE_KIND_POOL, SYSPTE_KIND_CONTIGUOUS_POOL};
    static const char *const words[] = {"it lies inside of a block",
                                        "it is contiguous memory: call MmFreeContiguousMemory"};
    uint64_t around = syspte_block_around(f->block);
    for (unsigned i = 0; around != SYSPTE_BLOCK_NONE && i < 2; i++) {
        if (syspte_account_held(&syspte_the.account, syspte_frame_key(kinds[i], around), row)) {
            return words[i];
        }
    }
    return f->block == NULL ? "it is NULL" : NULL;
}

static void free_no_block(syspte_call *call, const pool_free *f)
{
    syspte_row row = {.context = 0};
    uint64_t va = syspte_locate(f->block).system_va;
    syspte_event event = {.rule = SYSPTE_RULE_FREE_NO_BLOCK, .text = what_it_is(f, &row)};
    event.mapped = row.context;
    event.system_va = va;
    if (is_verifier()) {
        (void)syspte_call_violate_as(call, &event, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x10,
                                     va, 0, 0);
    } else {
        (void)syspte_call_violate(call, &event, va, 0, 0);
    }
}

// The block that began there last; NULL if none did.
static const syspte_ended *ended_at(const pool_free *f)
{
    return f->at == SYSPTE_BLOCK_NONE
               ? NULL
               : syspte_account_held_last(&syspte_the.account,
                                          syspte_frame_key(SYSPTE_KIND_POOL, f->at));
}

static void no_block(syspte_call *call, const pool_free *f)
{
    const syspte_ended *ended = ended_at(f);
    if (ended != NULL) {
        free_twice(call, f, ended);
    } else {
        free_no_block(call, f);
    }
}

// ---- A block. True: stop.

static bool check_irql(syspte_call *call, const pool_free *f)
{
    bool paged = syspte_frame_window(f->block) == SYSPTE_WINDOW_PAGED;
    uint64_t va = syspte_frame_va(f->block);
    syspte_event event = {.rule = SYSPTE_RULE_POOL_IRQL, .mapped = f->row.context, .system_va = va};
    return call->thread->irql > (paged ? APC_LEVEL : DISPATCH_LEVEL) &&
           syspte_call_violate_as(call, &event, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION,
                                  paged ? 0x11 : 0x12, call->thread->irql, paged, va);
}

static bool check_tag(syspte_call *call, const pool_free *f)
{
    uint32_t tag = syspte_contexts_at(&syspte_the.account.contexts, f->row.context)->tag;
    uint64_t va = syspte_frame_va(f->block);
    syspte_event event = {
        .rule = SYSPTE_RULE_FREE_OTHER_TAG, .mapped = f->row.context, .system_va = va};
    // The tag of a block whose context found no room is not known.
    return f->tag != 0 && f->row.context != 0 &&
           ((f->tag ^ tag) & ~(uint32_t)PROTECTED_POOL) != 0 &&
           syspte_call_violate(call, &event, va, tag, f->tag);
}

// ---- The functions

bool syspte_nt_is_block(void *block)
{
    pool_free f = {.block = block};
    syspte_world_take();
    bool found = find(&f);
    syspte_world_give();
    return found;
}

bool syspte_nt_free(syspte_api api, const syspte_caller *caller, void *block)
{
    pool_free f = {.block = block};
    syspte_call call;
    syspte_retired retired;
    if (!syspte_call_begin(&call, api, caller)) {
        return true;
    }
    bool found = find(&f);
    const syspte_ended *ended = found ? NULL : ended_at(&f);
    if (found) {
        syspte_retire_claim(&call, &f.row, &retired);
    } else if (ended != NULL) {
        free_twice(&call, &f, ended);
    }
    syspte_call_end(&call);
    if (found) {
        syspte_retire_finish(api, caller, &retired);
    }
    return found || ended != NULL;
}

static void free_block(syspte_api api, const syspte_caller *caller, void *block, uint32_t tag)
{
    pool_free f = {.block = block, .tag = tag};
    syspte_call call;
    syspte_retired retired;
    bool claimed = false;
    if (!syspte_call_begin(&call, api, caller)) {
        return;
    }
    if (!find(&f)) {
        no_block(&call, &f);
    } else if (!check_irql(&call, &f) && !check_tag(&call, &f)) {
        syspte_retire_claim(&call, &f.row, &retired);
        claimed = true;
    }
    syspte_call_end(&call);
    if (claimed) {
        syspte_retire_finish(api, caller, &retired);
    }
}

SYSPTE_ENTRY_VOID(ExFreePool, (PVOID P), (P))
{
    free_block(SYSPTE_API_EX_FREE_POOL, caller, P, 0);
}

SYSPTE_ENTRY_VOID(ExFreePoolWithTag, (PVOID P, ULONG Tag), (P, Tag))
{
    free_block(SYSPTE_API_EX_FREE_POOL_WITH_TAG, caller, P, Tag);
}
