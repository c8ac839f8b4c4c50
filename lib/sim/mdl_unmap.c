// SPDX-License-Identifier: MIT
// MmUnmapLockedPages, and how a mapping of an MDL ends. Which stop wins: the IRQL, the MDL's flags
// (0xC4 at VERIFIER), then what the tracker knows (0xDA at CHECK) in the order of its parameters.
// Where none stops the machine the mapping that was made through the MDL ends all the same.
#include "sim/mdl.h"

#include "sim/ptes.h"
#include "sim/tracker.h"
#include "sim/user_view.h"

bool syspte_mdl_mapping(const syspte_mdl *mdl, syspte_row *out)
{
    syspte_tracker tracker;
    if (!syspte_tracker_find(mdl->at, &tracker)) {
        return false;
    }
    *out = tracker.row;
    return true;
}

void syspte_mdl_row_end(syspte_call *call, const syspte_row *row)
{
    syspte_machine *m = &syspte_the;
    if (!m->config.accounting_only) {
        syspte_view_end(row, row->id, row->pte_count);
    }
    syspte_mdl_frames_count(row, -1);
    syspte_account_ended(&m->account, row,
                         syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0));
    syspte_ptes_release(row->id, row->pte_count);
}

void syspte_mdl_unmap_system(syspte_call *call, syspte_mdl *mdl)
{
    syspte_row row;
    if (syspte_mdl_mapping(mdl, &row)) {
        syspte_mdl_row_end(call, &row);
    }
    syspte_tracker_drop(mdl->at);
    syspte_mdl_change(mdl, 0,
                      MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_FREE_EXTRA_PTES);
}

// ---- Checks

typedef struct unmap_call {
    syspte_call call;
    syspte_mdl mdl;
    void *address;
    uint64_t first_frame; // of the MDL now
} unmap_call;

static bool wrong_flags(unmap_call *c)
{
    unsigned flags = syspte_mdl_flags(&c->mdl);
    if ((flags & (MDL_PARTIAL | MDL_PARTIAL_HAS_BEEN_MAPPED)) == MDL_PARTIAL) {
        return syspte_mdl_violate(&c->call, &c->mdl, SYSPTE_RULE_UNMAP_PARTIAL_MDL, flags,
                                  MDL_PARTIAL);
    }
    return false;
}

// Names the mapping of an MDL that was at the address last, if it ended: where it was made, and by
// whom it was ended.
static void fill_ended(syspte_event *event, const void *address)
{
    const syspte_account *account = &syspte_the.account;
    syspte_location at = syspte_locate(address);
    const syspte_ended *ended =
        at.where == SYSPTE_UNHELD ? syspte_history_last(&account->history, at.pte) : NULL;
    if (ended != NULL &&
        syspte_contexts_at(&account->contexts, ended->row.context)->kind == SYSPTE_KIND_MDL) {
        event->mapped = ended->row.context;
        event->unmapped = ended->unmapped;
    }
}

// The MDL is not mapped, or nobody knows the mapping that it speaks of.
static void not_mapped(unmap_call *c)
{
    bool verifier = syspte_the.config.strictness >= SYSPTE_VERIFIER;
    unsigned flags = syspte_mdl_flags(&c->mdl);
    if (syspte_user_view_was(c->address)) {
        syspte_event event = {.rule = SYSPTE_RULE_UNMAP_USER_ADDRESS};
        (void)syspte_call_violate(&c->call, &event, 0, syspte_address_va(c->mdl.at), 0);
        return;
    }
    syspte_event event = {.rule = SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED,
                          .bytes = c->mdl.header.ByteCount,
                          .pte_count = c->mdl.pages};
    fill_ended(&event, c->address);
    if (verifier && (flags & MDL_MAPPED_TO_SYSTEM_VA) == 0) {
        (void)syspte_call_violate_as(&c->call, &event, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION,
                                     0xB6, syspte_address_va(c->mdl.at), flags,
                                     MDL_MAPPED_TO_SYSTEM_VA);
        return;
    }
    (void)syspte_call_violate(&c->call, &event, syspte_address_va(c->mdl.at),
                              syspte_address_va(c->address), c->mdl.pages);
}

static bool changed(unmap_call *c, const syspte_tracker *t, syspte_rule_id rule, uint64_t expected,
                    uint64_t now)
{
    syspte_event event = {.rule = rule, .mapped = t->row.context};
    return syspte_call_violate(&c->call, &event, 0, expected, now);
}

// What the tracker says against what the call says. True: stop.
static bool check_tracker(unmap_call *c, const syspte_tracker *t)
{
    const syspte_row *row = &t->row;
    uint64_t pages = row->pte_count - row->spare;
    bool advanced = (syspte_mdl_flags(&c->mdl) & MDL_FREE_EXTRA_PTES) != 0;
    bool host =
        syspte_frame_is_host(row->physical_address >> 12) && syspte_frame_is_host(c->first_frame);
    if (t->twice) {
        return changed(c, t, SYSPTE_RULE_UNMAP_MDL_DUPLICATE, syspte_address_va(c->mdl.at), 0);
    }
    if (c->mdl.pages != pages && !advanced) {
        return changed(c, t, SYSPTE_RULE_UNMAP_MDL_WRONG_COUNT, pages, c->mdl.pages);
    }
    if (c->address != t->address) {
        return changed(c, t, SYSPTE_RULE_UNMAP_MDL_CHANGED, syspte_address_va(t->address),
                       syspte_address_va(c->address));
    }
    if (!advanced && !host && c->first_frame != syspte_view_frame(row, row->front)) {
        return changed(c, t, SYSPTE_RULE_UNMAP_MDL_FRAME_CHANGED,
                       syspte_view_frame(row, row->front), c->first_frame);
    }
    if ((uintptr_t)c->mdl.header.StartVa != t->start_va) {
        return changed(c, t, SYSPTE_RULE_UNMAP_MDL_START_CHANGED,
                       syspte_address_va((void *)(uintptr_t)t->start_va),
                       syspte_address_va(c->mdl.header.StartVa));
    }
    return false;
}

// A partial MDL's inherited address: a free build frees the PTEs there, which are its source's.
static void unmap_inherited(unmap_call *c)
{
    syspte_location at = syspte_locate(c->address);
    if (at.where == SYSPTE_HELD &&
        syspte_contexts_at(&syspte_the.account.contexts, at.row.context)->kind == SYSPTE_KIND_MDL) {
        syspte_mdl_row_end(&c->call, &at.row);
    }
    syspte_mdl_change(&c->mdl, 0, MDL_MAPPED_TO_SYSTEM_VA);
}

// True: the MDL is to be written.
static bool unmap(unmap_call *c)
{
    syspte_tracker tracker;
    unsigned flags = syspte_mdl_flags(&c->mdl);
    if (syspte_mdl_irql(&c->call, DISPATCH_LEVEL, 0x79, syspte_address_va(c->address),
                        syspte_address_va(c->mdl.at)) ||
        wrong_flags(c)) {
        return false;
    }
    if ((flags & MDL_MAPPED_TO_SYSTEM_VA) != 0 &&
        (flags & (MDL_PARTIAL | MDL_PARTIAL_HAS_BEEN_MAPPED)) == MDL_PARTIAL) {
        unmap_inherited(c);
        return true;
    }
    if ((flags & MDL_MAPPED_TO_SYSTEM_VA) == 0 || !syspte_tracker_find(c->mdl.at, &tracker)) {
        not_mapped(c);
        return false;
    }
    if (check_tracker(c, &tracker)) {
        return false;
    }
    syspte_mdl_unmap_system(&c->call, &c->mdl);
    return true;
}

SYSPTE_ENTRY_VOID(MmUnmapLockedPages, (PVOID BaseAddress, PMDL MemoryDescriptorList),
                  (BaseAddress, MemoryDescriptorList))
{
    unmap_call c = {.address = BaseAddress};
    bool write;
    if (!syspte_mdl_read(&c.mdl, SYSPTE_API_MM_UNMAP_LOCKED_PAGES, caller, MemoryDescriptorList)) {
        return;
    }
    c.first_frame = syspte_mdl_first_frame(&c.mdl);
    if (!syspte_call_begin(&c.call, SYSPTE_API_MM_UNMAP_LOCKED_PAGES, caller)) {
        return;
    }
    if (syspte_user_view_is(BaseAddress, &c.mdl)) {
        syspte_user_view_unmap(&c.call, &c.mdl, BaseAddress);
        write = false;
    } else {
        write = unmap(&c);
    }
    syspte_mdl_leave(&c.call, &c.mdl);
    if (write) {
        syspte_mdl_write(&c.mdl);
    }
}
