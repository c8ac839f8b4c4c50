// SPDX-License-Identifier: MIT
// Locking the pages of an MDL and unlocking them. A lock is counted in each frame of RAM, and is a
// holding whose key is the MDL's address and 1. An MDL that is freed or made anew while it has
// pages locked leaves them locked: its holding then gets a key that no MDL has. Unlocking too often
// is told by the holding, not by the MDL's flag, which drivers may set.
#include "sim/mdl.h"

#include "core/ledger_hash.h"
#include "sim/raise.h"
#include "sim/resident.h"

#define ORPHAN (1ull << 55) // in the key of a lock whose MDL is gone

enum { UNLOCKED_TOO_OFTEN = 7 }; // first parameter of 0x4E

static uint64_t key_of(const syspte_mdl *mdl)
{
    return (uint64_t)(uintptr_t)mdl->at | 1;
}

bool syspte_mdl_is_locked(const syspte_mdl *mdl, syspte_row *out)
{
    return syspte_account_held(&syspte_the.account, key_of(mdl), out);
}

void syspte_mdl_lock_orphan(const syspte_row *row)
{
    syspte_row orphan = *row;
    syspte_account_let_go(&syspte_the.account, row, 0);
    orphan.id = ORPHAN | row->sequence;
    (void)syspte_account_hold(&syspte_the.account, &orphan);
}

void syspte_mdl_let_go(syspte_call *call, const syspte_mdl *mdl, const syspte_row *row)
{
    syspte_account *account = &syspte_the.account;
    uint32_t by = syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0);
    syspte_row rest = *row;
    if (mdl->pages != row->pte_count) {
        syspte_event event = {.rule = SYSPTE_RULE_MDL_ARGUMENT,
                              .mapped = row->context,
                              .bytes = mdl->header.ByteCount,
                              .text = "the MDL has another number of pages than it got"};
        (void)syspte_call_violate(call, &event, 0, 0, 0);
    }
    syspte_account_let_go(account, row, by);
    if (mdl->pages < row->pte_count) {
        rest.id = ORPHAN | row->sequence;
        rest.pte_count -= mdl->pages;
        rest.bytes -= mdl->header.ByteCount < rest.bytes ? mdl->header.ByteCount : rest.bytes;
        (void)syspte_account_hold(account, &rest);
    }
}

void syspte_mdl_lock_shrink(const syspte_row *row, uint64_t pages)
{
    syspte_ledger_hash *holdings = &syspte_the.account.holdings;
    syspte_row shorter = *row;
    shorter.pte_count -= pages < row->pte_count ? pages : row->pte_count;
    syspte_ledger_hash_strike_alone(holdings, row);
    (void)syspte_ledger_hash_note(holdings, &shorter);
}

// ---- Lock

typedef struct lock_call {
    syspte_call call;
    syspte_mdl mdl;
    KPROCESSOR_MODE mode;
    bool write;
    PEPROCESS process;        // NULL: the current one, if any
    const uint64_t *segments; // addresses of the pages, or NULL: one behind the other
    bool host;                // memory of the host that can be touched
    uint64_t irql_parameter;  // first parameters of 0xC4
    uint64_t flags_parameter;
    NTSTATUS status;
    bool user;
    uint64_t not_memory; // index of the first page that is I/O space, or pages
    bool pageable;
} lock_call;

static PUCHAR address_at(const lock_call *c, uint64_t page)
{
    if (c->segments != NULL) {
        return (PUCHAR)(uintptr_t)c->segments[page];
    }
    return syspte_mdl_behind(c->mdl.header.StartVa, page * SYSPTE_PAGE_BYTES);
}

// Finds the frame of a page. False: it cannot be locked.
static bool resolve(lock_call *c, uint64_t page)
{
    syspte_resident r = syspte_resident_at(address_at(c, page));
    if (r.behind == SYSPTE_BEHIND_NOTHING || (c->write && !r.writable) ||
        (c->mode != KernelMode && !r.user) || (r.behind == SYSPTE_BEHIND_HOST && !c->host)) {
        return false;
    }
    if (r.behind == SYSPTE_BEHIND_DEVICE && c->not_memory == c->mdl.pages) {
        c->not_memory = page;
    }
    c->user |= c->mode != KernelMode || (r.behind == SYSPTE_BEHIND_RAM && r.user);
    c->pageable |= r.pageable;
    c->mdl.frames[page] = r.frame;
    return true;
}

static void frames_lock(const syspte_mdl *mdl, int change)
{
    for (uint64_t i = 0; i < mdl->pages; i++) {
        syspte_frame *record = syspte_frame_at(mdl->frames[i]);
        // The driver may have changed the frames since they were locked.
        if (record != NULL && (change > 0 || record->locks > 0)) {
            record->locks += (uint32_t)change;
        }
    }
}

static bool hold(lock_call *c)
{
    syspte_row row = {.id = key_of(&c->mdl),
                      .bytes = c->mdl.header.ByteCount,
                      .pte_count = c->mdl.pages,
                      .context =
                          syspte_call_context(&c->call, SYSPTE_KIND_LOCK, SYSPTE_CACHE_CACHED, 0)};
    return syspte_account_hold(&syspte_the.account, &row);
}

// Violations of the call itself. True: stop.
static bool check(lock_call *c)
{
    unsigned flags = syspte_mdl_flags(&c->mdl);
    unsigned wrong = flags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_PAGES_LOCKED |
                              MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL | MDL_IO_SPACE);
    return syspte_mdl_irql(&c->call, DISPATCH_LEVEL, c->irql_parameter,
                           syspte_address_va(c->mdl.at), (uint64_t)c->mode) ||
           (wrong != 0 && syspte_mdl_violate_as(&c->call, &c->mdl, SYSPTE_RULE_LOCK_WRONG_MDL,
                                                SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION,
                                                c->flags_parameter, flags, wrong));
}

// Violations by the memory. True: stop.
static bool check_memory(lock_call *c)
{
    const syspte_machine *m = &syspte_the;
    uint64_t highest = (SYSPTE_RAM_FIRST + m->config.ram_bytes) / SYSPTE_PAGE_BYTES - 1;
    if (c->pageable && c->call.thread->irql > APC_LEVEL) {
        syspte_event event = {.rule = SYSPTE_RULE_MDL_IRQL,
                              .text = "pageable memory may be locked up to APC_LEVEL"};
        (void)syspte_call_violate_as(&c->call, &event, 0, 0, 0, 0, 0);
    }
    return c->not_memory < c->mdl.pages &&
           syspte_mdl_violate(&c->call, &c->mdl, SYSPTE_RULE_LOCK_NOT_MEMORY,
                              c->mdl.frames[c->not_memory], highest);
}

// Process of a user address: one that nobody looks into.
static PEPROCESS process_of(const lock_call *c)
{
    static char current;
    return c->process != NULL ? c->process : c->user ? (PEPROCESS)(void *)&current : NULL;
}

static void lock(lock_call *c)
{
    syspte_row row;
    c->status = STATUS_SUCCESS;
    c->not_memory = c->mdl.pages;
    if (check(c)) {
        return;
    }
    if (c->mdl.pages == 0) {
        (void)syspte_mdl_violate(&c->call, &c->mdl, SYSPTE_RULE_MDL_ARGUMENT, 0, 0);
        return;
    }
    for (uint64_t i = 0; i < c->mdl.pages; i++) {
        if (!resolve(c, i)) {
            c->status = STATUS_ACCESS_VIOLATION;
            return;
        }
    }
    if (check_memory(c)) {
        return;
    }
    if (syspte_call_fault(&c->call, SYSPTE_KIND_LOCK, SYSPTE_CACHE_CACHED, 0,
                          c->mdl.header.ByteCount, 0)) {
        c->status = STATUS_INSUFFICIENT_RESOURCES;
        return;
    }
    if (syspte_mdl_is_locked(&c->mdl, &row)) {
        syspte_mdl_lock_orphan(&row);
    }
    if (!hold(c)) {
        c->status = STATUS_INSUFFICIENT_RESOURCES;
        return;
    }
    frames_lock(&c->mdl, 1);
    c->mdl.header.Process = process_of(c);
    syspte_mdl_change(&c->mdl,
                      MDL_PAGES_LOCKED | (c->write ? MDL_WRITE_OPERATION : 0) |
                          (c->not_memory < c->mdl.pages ? MDL_IO_SPACE : 0),
                      c->write ? 0 : MDL_WRITE_OPERATION);
}

// All of the pages that are the host's, if any: can they be touched?
static bool host_can(const lock_call *c)
{
    if (c->segments == NULL) {
        return syspte_resident_host(syspte_mdl_start(&c->mdl), c->mdl.header.ByteCount, c->write);
    }
    for (uint64_t i = 0; i < c->mdl.pages; i++) {
        if (!syspte_resident_is_ours(address_at(c, i)) &&
            !syspte_resident_host(address_at(c, i), 1, c->write)) {
            return false;
        }
    }
    return true;
}

static void lock_or_raise(lock_call *c, syspte_api api, PMDL at, const uint64_t *segments,
                          const syspte_caller *caller)
{
    if (!syspte_mdl_read(&c->mdl, api, caller, at)) {
        return;
    }
    c->segments = segments;
    if (!syspte_mdl_room(&c->mdl)) {
        syspte_raise(api, caller, STATUS_INSUFFICIENT_RESOURCES);
    }
    c->host = host_can(c);
    if (!syspte_call_begin(&c->call, api, caller)) {
        syspte_mdl_drop(&c->mdl);
        return;
    }
    lock(c);
    bool locked = (syspte_mdl_flags(&c->mdl) & MDL_PAGES_LOCKED) != 0;
    syspte_mdl_leave(&c->call, &c->mdl);
    if (NT_SUCCESS(c->status) && locked) {
        syspte_mdl_write_frames(&c->mdl);
        syspte_mdl_write(&c->mdl);
    }
    syspte_mdl_drop(&c->mdl);
    if (!NT_SUCCESS(c->status)) {
        syspte_raise(api, caller, c->status);
    }
}

SYSPTE_ENTRY_VOID(MmProbeAndLockPages,
                  (PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation),
                  (MemoryDescriptorList, AccessMode, Operation))
{
    lock_call c = {.mode = AccessMode,
                   .write = Operation != IoReadAccess,
                   .irql_parameter = 0x70,
                   .flags_parameter = 0xB0};
    lock_or_raise(&c, SYSPTE_API_MM_PROBE_AND_LOCK_PAGES, MemoryDescriptorList, NULL, caller);
}

SYSPTE_ENTRY_VOID(MmProbeAndLockProcessPages,
                  (PMDL MemoryDescriptorList, PEPROCESS Process, KPROCESSOR_MODE AccessMode,
                   LOCK_OPERATION Operation),
                  (MemoryDescriptorList, Process, AccessMode, Operation))
{
    lock_call c = {.mode = AccessMode,
                   .write = Operation != IoReadAccess,
                   .process = Process,
                   .irql_parameter = 0x71,
                   .flags_parameter = 0xB1};
    lock_or_raise(&c, SYSPTE_API_MM_PROBE_AND_LOCK_PROCESS_PAGES, MemoryDescriptorList, NULL,
                  caller);
}

SYSPTE_ENTRY_VOID(MmProbeAndLockSelectedPages,
                  (PMDL MemoryDescriptorList, PFILE_SEGMENT_ELEMENT SegmentArray,
                   KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation),
                  (MemoryDescriptorList, SegmentArray, AccessMode, Operation))
{
    lock_call c = {.mode = AccessMode,
                   .write = Operation != IoReadAccess,
                   .irql_parameter = 0x72,
                   .flags_parameter = 0xB0};
    lock_or_raise(&c, SYSPTE_API_MM_PROBE_AND_LOCK_SELECTED_PAGES, MemoryDescriptorList,
                  (const uint64_t *)(const void *)SegmentArray, caller);
}

// ---- Unlock

// Names where pages of this MDL were locked last, and where they were unlocked.
static void fill_unlocked(syspte_event *event, const syspte_mdl *mdl)
{
    const syspte_ended *ended = syspte_account_held_last(&syspte_the.account, key_of(mdl));
    if (ended != NULL) {
        event->mapped = ended->row.context;
        event->unmapped = ended->unmapped;
    }
}

// Nobody locked these pages through this MDL. Where other MDLs have all of them locked, a free
// build takes a lock of theirs; else the count would fall below zero.
static void unlock_too_often(syspte_call *call, syspte_mdl *mdl)
{
    bool others = mdl->pages != 0;
    unsigned flags = syspte_mdl_flags(mdl);
    uint64_t first = mdl->pages != 0 ? mdl->frames[0] : 0;
    uint64_t va = syspte_address_va(mdl->at);
    syspte_event event = {.rule = SYSPTE_RULE_UNLOCK_NOT_LOCKED,
                          .bytes = mdl->header.ByteCount,
                          .pte_count = mdl->pages};
    fill_unlocked(&event, mdl);
    for (uint64_t i = 0; i < mdl->pages; i++) {
        const syspte_frame *record = syspte_frame_at(mdl->frames[i]);
        others = others && record != NULL && record->locks > 0;
    }
    if (syspte_the.config.strictness >= SYSPTE_VERIFIER) {
        (void)syspte_call_violate_as(call, &event, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x7C,
                                     va, flags, 0);
    } else if (others) {
        event.text = "another MDL loses its lock";
        (void)syspte_call_violate_as(call, &event, 0, 0, 0, 0, 0);
        frames_lock(mdl, -1);
    } else if (mdl->header.Process != NULL) {
        (void)syspte_call_violate_as(call, &event, SYSPTE_PROCESS_HAS_LOCKED_PAGES, 1, va, 0, 0);
    } else {
        (void)syspte_call_violate_as(call, &event, SYSPTE_PFN_LIST_CORRUPT, UNLOCKED_TOO_OFTEN,
                                     syspte_frame_is_host(first) ? 0 : first, 0, 0);
    }
}

// True: the MDL is to be written.
static bool unlock(syspte_call *call, syspte_mdl *mdl)
{
    unsigned flags = syspte_mdl_flags(mdl);
    syspte_row row;
    if (syspte_mdl_irql(call, DISPATCH_LEVEL, 0x78, syspte_address_va(mdl->at), 0)) {
        return false;
    }
    if ((flags & MDL_SOURCE_IS_NONPAGED_POOL) != 0) {
        (void)syspte_mdl_violate(call, mdl, SYSPTE_RULE_UNLOCK_POOL_MDL, flags, 0);
        return false;
    }
    if ((flags & MDL_PARTIAL) != 0) {
        (void)syspte_mdl_violate(call, mdl, SYSPTE_RULE_UNLOCK_PARTIAL_MDL, flags, MDL_PARTIAL);
        return false;
    }
    bool locked = syspte_mdl_is_locked(mdl, &row);
    if (!locked) {
        unlock_too_often(call, mdl);
    }
    if (call->stop) {
        return false;
    }
    if ((flags & MDL_MAPPED_TO_SYSTEM_VA) != 0) {
        syspte_mdl_unmap_system(call, mdl);
    }
    if (locked) {
        frames_lock(mdl, -1);
        syspte_mdl_let_go(call, mdl, &row);
    }
    syspte_mdl_change(mdl, 0, MDL_PAGES_LOCKED | MDL_IO_SPACE);
    return true;
}

void syspte_mdl_unlock(syspte_api api, const syspte_caller *caller, PMDL at)
{
    syspte_mdl mdl;
    syspte_call call;
    if (!syspte_mdl_read(&mdl, api, caller, at) || !syspte_mdl_read_frames(&mdl)) {
        return;
    }
    if (!syspte_call_begin(&call, api, caller)) {
        syspte_mdl_drop(&mdl);
        return;
    }
    bool write = unlock(&call, &mdl);
    syspte_mdl_leave(&call, &mdl);
    if (write) {
        syspte_mdl_write(&mdl);
    }
    syspte_mdl_drop(&mdl);
}

SYSPTE_ENTRY_VOID(MmUnlockPages, (PMDL MemoryDescriptorList), (MemoryDescriptorList))
{
    syspte_mdl_unlock(SYSPTE_API_MM_UNLOCK_PAGES, caller, MemoryDescriptorList);
}
