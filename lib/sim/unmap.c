// SPDX-License-Identifier: MIT
// MmUnmapIoSpace, MmUnmapVideoDisplay. The right unmap is short. Every wrong one is classified,
// recorded, and stops the machine at CHECK; where it goes on, it does what a free build does: it
// frees as many PTEs as its length says, whoever holds them.
#include "sim/kernel.h"
#include "sim/map.h"
#include "sim/mdl.h"
#include "sim/plain.h"
#include "sim/ptes.h"

typedef struct unmap_call {
    syspte_api api;
    syspte_kind kind;
    void *address;
    uint64_t bytes;
    uint64_t pte_count;
    const syspte_caller *caller;
    syspte_thread *thread;
    uint32_t context;
} unmap_call;

static bool check_irql(const unmap_call *c, syspte_event *event)
{
    KIRQL limit = syspte_the.config.unmap_at_apc ? APC_LEVEL : DISPATCH_LEVEL;
    *event = (syspte_event){.rule = SYSPTE_RULE_UNMAP_IRQL};
    if (c->kind == SYSPTE_KIND_VIDEO) {
        limit = APC_LEVEL;
        event->rule = SYSPTE_RULE_VIDEO_IRQL;
    }
    if (c->thread->irql <= limit) {
        return false;
    }
    event->call = c->context;
    uint64_t va = syspte_locate(c->address).system_va;
    return c->kind == SYSPTE_KIND_VIDEO ? syspte_violate(event, c->thread->irql, 0, 0)
                                        : syspte_violate(event, c->thread->irql, va, c->bytes);
}

// Ends a live mapping of which PTEs [first, first + count) are given back; the rest is lost.
static void end_mapping(uint32_t context, const syspte_row *row, uint64_t first, uint64_t count)
{
    syspte_machine *m = &syspte_the;
    uint8_t cache = syspte_contexts_at(&m->account.contexts, row->context)->cache;
    syspte_account_ended(&m->account, row, context);
    if (syspte_attributes_tracks(&m->account, row)) {
        syspte_attributes_count(&m->attributes, row->physical_address, row->bytes, cache, -1);
    } else {
        syspte_mdl_frames_count(row, -1);
    }
    if (!m->config.accounting_only) {
        syspte_view_end(row, first, count);
    }
    syspte_ptes_release(first, count);
    m->lost_ptes += row->pte_count - count;
}

// What a free build does with a wrong unmap: PTEs [start, end) become free. A mapping that is hit
// is over: what it had outside is lost. `own` is the row the call is about, told as such.
static void damage(const unmap_call *c, uint64_t start, uint64_t end, uint64_t own)
{
    syspte_machine *m = &syspte_the;
    syspte_row row;
    uint64_t at = start;
    uint64_t cursor = start;
    if (end > m->account.ledger.high) {
        end = m->account.ledger.high;
    }
    // Only the first mapping can begin before the range.
    bool hit = syspte_ledger_holder(&m->account.ledger, start, &row) ||
               syspte_ledger_next(&m->account.ledger, &cursor, &row);
    while (hit && at < end && row.id < end) {
        uint64_t first = row.id < at ? at : row.id;
        uint64_t last = row.id + row.pte_count < end ? row.id + row.pte_count : end;
        if (row.id != own) {
            syspte_event event = {.rule = SYSPTE_RULE_PTES_LOST,
                                  .call = c->context,
                                  .mapped = row.context,
                                  .pte_count = row.pte_count,
                                  .system_va = syspte_account_va(&m->account, row.id, 0)};
            syspte_account_find(&m->account, &event);
        }
        end_mapping(c->context, &row, first, last - first);
        at = cursor = last;
        hit = syspte_ledger_next(&m->account.ledger, &cursor, &row);
    }
}

// Which rule an unmap breaks that is not of the start of a live mapping.
static syspte_rule_id rule_of(const syspte_location *at, const syspte_ended *ended,
                              uint32_t *mapped)
{
    syspte_row row;
    if (at->where == SYSPTE_OUTSIDE || at->where == SYSPTE_GUARD) {
        return SYSPTE_RULE_UNMAP_OUTSIDE;
    }
    if (at->where == SYSPTE_HELD) {
        *mapped = at->row.context;
        return SYSPTE_RULE_UNMAP_MIDDLE;
    }
    if (at->where == SYSPTE_BEHIND) {
        return SYSPTE_RULE_UNMAP_NEVER_MAPPED;
    }
    if (ended != NULL && ended->row.id == at->pte) {
        *mapped = ended->row.context;
        return SYSPTE_RULE_UNMAP_TWICE;
    }
    if (syspte_ledger_ended(&syspte_the.account.ledger, at->pte, &row)) {
        *mapped = row.context;
        return SYSPTE_RULE_UNMAP_TWICE;
    }
    return SYSPTE_RULE_UNMAP_NEVER_MAPPED;
}

// Parameters 3 and 4 of 0xDA.
static void parameters_of(const unmap_call *c, syspte_rule_id rule, const syspte_location *at,
                          uint64_t *p3, uint64_t *p4)
{
    switch (rule) {
    case SYSPTE_RULE_UNMAP_NEVER_MAPPED:
    case SYSPTE_RULE_UNMAP_MIDDLE:
        *p3 = c->pte_count;
        break;
    case SYSPTE_RULE_UNMAP_WRONG_SPAN:
        *p3 = c->pte_count;
        *p4 = at->row.pte_count;
        break;
    case SYSPTE_RULE_UNMAP_TWICE:
        *p3 = at->system_va;
        *p4 = c->pte_count;
        break;
    default:
        break;
    }
}

// The address begins no live mapping, and lies in none.
static bool is_unknown(syspte_rule_id rule)
{
    return rule == SYSPTE_RULE_UNMAP_OUTSIDE || rule == SYSPTE_RULE_UNMAP_NEVER_MAPPED ||
           rule == SYSPTE_RULE_UNMAP_TWICE;
}

static bool wrong(const unmap_call *c, const syspte_location *at, syspte_rule_id rule,
                  syspte_event *event)
{
    syspte_machine *m = &syspte_the;
    const syspte_ended *ended =
        at->where == SYSPTE_UNHELD ? syspte_history_last(&m->account.history, at->pte) : NULL;
    uint64_t p3 = 0;
    uint64_t p4 = 0;
    *event = (syspte_event){.call = c->context,
                            .system_va = at->system_va,
                            .bytes = c->bytes,
                            .pte_count = c->pte_count};
    event->rule = rule;
    if (rule == SYSPTE_RULE_COUNT) {
        event->rule = rule_of(at, ended, &event->mapped);
    } else if (at->where == SYSPTE_HELD) {
        event->mapped = at->row.context;
    }
    if (event->rule == SYSPTE_RULE_UNMAP_TWICE && ended != NULL) {
        event->unmapped = ended->unmapped;
    } else if (event->rule == SYSPTE_RULE_UNMAP_TWICE) {
        event->text = "it ended earlier, by a call no longer kept";
    }
    parameters_of(c, event->rule, at, &p3, &p4);
    if (m->config.unknown_unmap == SYSPTE_UNKNOWN_IO_MAPPING && is_unknown(event->rule)
            ? syspte_violate_as(event, SYSPTE_SYSTEM_PTE_MISUSE, 0x400, at->system_va,
                                c->pte_count, 0)
            : syspte_violate(event, at->system_va, p3, p4)) {
        return true;
    }
    if (at->where != SYSPTE_OUTSIDE && at->where != SYSPTE_GUARD && c->pte_count != 0) {
        uint64_t end = at->pte + c->pte_count < at->pte ? UINT64_MAX : at->pte + c->pte_count;
        damage(c, at->pte, end, at->where == SYSPTE_HELD ? at->row.id : SYSPTE_POOL_NONE);
    }
    return false;
}

static void note(const unmap_call *c, const syspte_location *at, syspte_rule_id rule)
{
    syspte_event event = {.rule = rule,
                          .call = c->context,
                          .mapped = at->row.context,
                          .system_va = at->system_va,
                          .bytes = c->bytes};
    (void)syspte_violate(&event, 0, 0, 0);
}

// Ends the whole of a mapping that begins at `id`. Lock: held.
SYSPTE_HOT bool end_plain(uint64_t id, uint64_t offset, uint64_t bytes, uint32_t context)
{
    syspte_machine *m = &syspte_the;
    uint64_t span = (offset + bytes + 0xFFF) >> 12;
    syspte_ended *ended = syspte_history_slot(&m->account.history);
    if (!syspte_ledger_claim(&m->account.ledger, id, offset, bytes, span, &ended->row)) {
        return false;
    }
    ended->order = ++m->account.sequence;
    ended->unmapped = context;
    syspte_history_keep(&m->account.history);
    m->plain.ends++;
    if (!m->config.accounting_only) {
        syspte_view_end(&ended->row, id, span);
    }
    syspte_plain_release(id, span);
    return true;
}

// The short way: the whole of a mapping, with the arguments of its map call. False: go the long
// one. `frame`: of the function called.
SYSPTE_HOT bool unmap_plain(const char *file, unsigned line, const char *function, uint64_t how,
                            const void *address, uint64_t bytes, uintptr_t frame)
{
    syspte_machine *m = &syspte_the;
    syspte_thread *thread = &syspte_thread_state;
    bool in_lane = false;
    if (!SYSPTE_LIKELY(syspte_plain_is_open(thread)) &&
        !(in_lane = syspte_plain_has_lane(thread))) {
        return false;
    }
    uint32_t context = syspte_caller_recall(thread, file, function, line, how, frame);
    if (context == 0) {
        return false;
    }
    if (!SYSPTE_LIKELY(!in_lane)) {
        return syspte_lane_try_unmap(thread, address, bytes, SYSPTE_KIND_IO_SPACE, context);
    }
    syspte_lock_take(&m->lock);
    bool done = syspte_plain_is_open(thread) &&
                end_plain(syspte_pte_guess(address), (uintptr_t)address & 0xFFF, bytes, context);
    syspte_lock_give(&m->lock);
    return done;
}

static bool unmap_known(const unmap_call *c, syspte_event *event)
{
    syspte_location at = syspte_locate(c->address);
    if (at.where != SYSPTE_OUTSIDE && at.where != SYSPTE_GUARD && c->bytes == 0) {
        return wrong(c, &at, SYSPTE_RULE_UNMAP_ZERO, event);
    }
    if (at.where != SYSPTE_HELD || at.page != 0) {
        return wrong(c, &at, SYSPTE_RULE_COUNT, event);
    }
    if (c->pte_count != at.row.pte_count) {
        return wrong(c, &at, SYSPTE_RULE_UNMAP_WRONG_SPAN, event);
    }
    uint64_t offset = (uintptr_t)c->address & 0xFFF;
    if (c->bytes != at.row.bytes || offset != (at.row.physical_address & 0xFFF)) {
        note(c, &at, SYSPTE_RULE_UNMAP_OTHER_BYTES);
    }
    if (syspte_contexts_at(&syspte_the.account.contexts, at.row.context)->kind != c->kind &&
        at.row.context != 0) {
        note(c, &at, SYSPTE_RULE_UNMAP_OTHER_FUNCTION);
    }
    end_mapping(c->context, &at.row, at.row.id, at.row.pte_count);
    return false;
}

// The fast order's way, where nothing about the call is unusual. False: go the strict order's.
static bool unmap_in_lane(const unmap_call *c)
{
    if (c->thread->irql > APC_LEVEL) {
        return false;
    }
    uint32_t context = syspte_caller_known(c->thread, c->caller, SYSPTE_HOW(c->api, 0, 0, 0));
    return context != 0 && syspte_lane_try_unmap(c->thread, c->address, c->bytes, c->kind, context);
}

static void unmap_long(unmap_call *c)
{
    syspte_machine *m = &syspte_the;
    syspte_event event;
    bool stop = false;
    if (!syspte_enter(c->api)) {
        return;
    }
    uint64_t offset = (uintptr_t)c->address & 0xFFF;
    c->thread = syspte_thread_now();
    c->pte_count = c->bytes == 0                             ? 0
                   : c->bytes + offset + 0xFFF < c->bytes ? UINT64_MAX >> 12
                                                          : (c->bytes + offset + 0xFFF) >> 12;
    if (m->lanes_used && unmap_in_lane(c)) {
        return;
    }
    if (!syspte_world_enter(c->thread, c->api)) {
        return;
    }
    c->context = syspte_caller_context(c->thread, c->caller, SYSPTE_HOW(c->api, 0, 0, 0));
    if (c->thread->irql > APC_LEVEL) {
        stop = check_irql(c, &event);
    }
    if (!stop) {
        stop = unmap_known(c, &event);
    }
    syspte_world_give();
    if (stop) {
        syspte_stop_now(&event.bugcheck, false);
    }
}

static SYSPTE_COLD void unmap(const syspte_caller *caller, syspte_api api, syspte_kind kind,
                              void *address, uint64_t bytes)
{
    unmap_call c = {
        .api = api, .kind = kind, .address = address, .bytes = bytes, .caller = caller};
    unmap_long(&c);
}

void syspte_unmap_io_space(syspte_api api, void *address, uint64_t bytes,
                           const syspte_caller *caller)
{
    unmap(caller, api, SYSPTE_KIND_IO_SPACE, address, bytes);
}

VOID MmUnmapIoSpace(PVOID BaseAddress, SIZE_T NumberOfBytes)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    unmap(&caller, SYSPTE_API_MM_UNMAP_IO_SPACE, SYSPTE_KIND_IO_SPACE, BaseAddress, NumberOfBytes);
}

VOID syspte_at_MmUnmapIoSpace(PVOID BaseAddress, SIZE_T NumberOfBytes, const char *file,
                              unsigned line, const char *function)
{
    if (!unmap_plain(file, line, function, SYSPTE_HOW(SYSPTE_API_MM_UNMAP_IO_SPACE, 0, 0, 0),
                     BaseAddress, NumberOfBytes, SYSPTE_FRAME_ADDRESS())) {
        syspte_caller caller = SYSPTE_CALLER(file, line, function);
        unmap(&caller, SYSPTE_API_MM_UNMAP_IO_SPACE, SYSPTE_KIND_IO_SPACE, BaseAddress,
              NumberOfBytes);
    }
}

VOID MmUnmapVideoDisplay(PVOID BaseAddress, SIZE_T NumberOfBytes)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    unmap(&caller, SYSPTE_API_MM_UNMAP_VIDEO_DISPLAY, SYSPTE_KIND_VIDEO, BaseAddress,
          NumberOfBytes);
}

VOID syspte_at_MmUnmapVideoDisplay(PVOID BaseAddress, SIZE_T NumberOfBytes, const char *file,
                                   unsigned line, const char *function)
{
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    unmap(&caller, SYSPTE_API_MM_UNMAP_VIDEO_DISPLAY, SYSPTE_KIND_VIDEO, BaseAddress,
          NumberOfBytes);
}
