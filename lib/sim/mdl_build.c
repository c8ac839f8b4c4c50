// SPDX-License-Identifier: MIT
// Filling an MDL without locking anything: over nonpaged pool, over a part of another MDL, over I/O
// space; and making it another one. None of these takes a PTE.
#include "sim/mdl.h"

#include "sim/nt_pool.h"
#include "sim/resident.h"
#include "sim/tracker.h"

// ---- Nonpaged pool

static void build_violate(syspte_call *call, const syspte_mdl *mdl)
{
    syspte_event event = {.rule = SYSPTE_RULE_BUILD_PAGEABLE};
    (void)syspte_call_violate(call, &event, call->thread->irql, syspte_address_va(mdl->at),
                              syspte_mdl_flags(mdl));
}

// True: the MDL and its frames are to be written.
static bool build(syspte_call *call, syspte_mdl *mdl)
{
    unsigned wrong = syspte_mdl_flags(mdl) & (MDL_MAPPED_TO_SYSTEM_VA | MDL_PAGES_LOCKED |
                                              MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL);
    bool pageable = false;
    bool device = false;
    if (syspte_mdl_irql(call, DISPATCH_LEVEL, 0xE5, 0, 0)) {
        return false;
    }
    if (wrong != 0) {
        syspte_event event = {.rule = SYSPTE_RULE_MDL_ARGUMENT,
                              .text = "the MDL is locked, mapped or built already"};
        (void)syspte_call_violate(call, &event, 0, 0, 0);
    }
    for (uint64_t i = 0; i < mdl->pages; i++) {
        syspte_resident r =
            syspte_resident_at(syspte_mdl_behind(mdl->header.StartVa, i * SYSPTE_PAGE_BYTES));
        if (r.behind == SYSPTE_BEHIND_NOTHING) {
            (void)syspte_mdl_violate(call, mdl, SYSPTE_RULE_BUILD_NOT_RESIDENT, 0, 0);
            return false;
        }
        pageable |= r.pageable;
        device |= r.behind == SYSPTE_BEHIND_DEVICE;
        mdl->frames[i] = r.frame;
    }
    if (pageable) {
        build_violate(call, mdl);
    }
    mdl->header.Process = NULL;
    mdl->header.MappedSystemVa = syspte_mdl_start(mdl);
    syspte_mdl_change(mdl, MDL_SOURCE_IS_NONPAGED_POOL | (device ? MDL_IO_SPACE : 0), 0);
    return true;
}

SYSPTE_ENTRY_VOID(MmBuildMdlForNonPagedPool, (PMDL MemoryDescriptorList), (MemoryDescriptorList))
{
    syspte_mdl mdl;
    syspte_call call;
    if (!syspte_mdl_read(&mdl, SYSPTE_API_MM_BUILD_MDL_FOR_NON_PAGED_POOL, caller,
                         MemoryDescriptorList) ||
        !syspte_mdl_room(&mdl)) {
        return;
    }
    if (!syspte_call_begin(&call, SYSPTE_API_MM_BUILD_MDL_FOR_NON_PAGED_POOL, caller)) {
        syspte_mdl_drop(&mdl);
        return;
    }
    bool write = build(&call, &mdl);
    syspte_mdl_leave(&call, &mdl);
    if (write) {
        syspte_mdl_write_frames(&mdl);
        syspte_mdl_write(&mdl);
    }
    syspte_mdl_drop(&mdl);
}

// ---- A part of another MDL

typedef struct part {
    PUCHAR start;
    uint64_t length;
    uint64_t first; // page of the source
    uint64_t pages;
    uint64_t room; // pages that the target can have
} part;

// A long MDL's Size has wrapped around; what it was made for tells that it has the room.
static uint64_t room_of(const syspte_mdl *target)
{
    uint64_t size = (uint16_t)target->header.Size;
    uint64_t room = size < sizeof(MDL) ? 0 : (size - sizeof(MDL)) / sizeof(PFN_NUMBER);
    return room > target->pages ? room : target->pages;
}

static bool measure(const syspte_mdl *source, const syspte_mdl *target, PVOID start, ULONG length,
                    part *p)
{
    uint64_t delta = (uint64_t)((uintptr_t)start - (uintptr_t)syspte_mdl_start(source));
    uint64_t left = source->header.ByteCount - delta;
    *p = (part){.start = start, .length = length != 0 ? length : left, .room = room_of(target)};
    if (delta > source->header.ByteCount || p->length > left) {
        return false;
    }
    p->first = (source->header.ByteOffset + delta) >> PAGE_SHIFT;
    p->pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(start, p->length);
    return true;
}

static void stop_partial(syspte_call *call, const syspte_mdl *source, const syspte_mdl *target,
                         const part *p, bool small)
{
    syspte_event event = {.rule = SYSPTE_RULE_PARTIAL_RANGE, .bytes = p->length};
    syspte_bugcheck stop = {.code = SYSPTE_INVALID_MDL_RANGE,
                            .parameter = {syspte_address_va(source->at),
                                          syspte_address_va(target->at),
                                          syspte_address_va(p->start), p->length}};
    if (small) {
        event.rule = SYSPTE_RULE_PARTIAL_TOO_SMALL;
        stop = (syspte_bugcheck){.code = SYSPTE_TARGET_MDL_TOO_SMALL};
    }
    syspte_call_crash(call, &event, &stop);
}

// The target still has a mapping of its own: nobody will end it.
static void check_target(syspte_call *call, const syspte_mdl *source, const syspte_mdl *target)
{
    syspte_row row;
    (void)syspte_mdl_irql(call, DISPATCH_LEVEL, 0xE5, 0, 0);
    if ((syspte_mdl_flags(source) &
         (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL)) == 0) {
        (void)syspte_mdl_violate_as(call, source, SYSPTE_RULE_MAP_NOT_LOCKED, 0, 0, 0, 0);
    }
    if (syspte_mdl_mapping(target, &row)) {
        (void)syspte_mdl_violate(call, target, SYSPTE_RULE_PARTIAL_NOT_PREPARED, 0, 0);
        syspte_tracker_drop(target->at);
    }
}

static void fill_partial(const syspte_mdl *source, const syspte_mdl *target, const part *p)
{
    const unsigned inherited =
        MDL_IO_PAGE_READ | MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA | MDL_IO_SPACE;
    const unsigned own = MDL_ALLOCATED_FIXED_SIZE | MDL_PAGE_CONTENTS_INVARIANT;
    PMDL mdl = target->at;
    mdl->StartVa = PAGE_ALIGN(p->start);
    mdl->ByteOffset = BYTE_OFFSET(p->start);
    mdl->ByteCount = (ULONG)p->length;
    mdl->Process = source->header.Process;
    mdl->MdlFlags = (CSHORT)((syspte_mdl_flags(target) & own) | MDL_PARTIAL |
                             (syspte_mdl_flags(source) & inherited));
    mdl->MappedSystemVa = syspte_mdl_behind(
        source->header.MappedSystemVa, (uintptr_t)p->start - (uintptr_t)syspte_mdl_start(source));
    RtlCopyMemory(MmGetMdlPfnArray(mdl), MmGetMdlPfnArray(source->at) + p->first,
                  p->pages * sizeof(PFN_NUMBER));
}

SYSPTE_ENTRY_VOID(IoBuildPartialMdl,
                  (PMDL SourceMdl, PMDL TargetMdl, PVOID VirtualAddress, ULONG Length),
                  (SourceMdl, TargetMdl, VirtualAddress, Length))
{
    syspte_mdl source;
    syspte_mdl target;
    syspte_call call;
    part p;
    if (!syspte_mdl_read(&source, SYSPTE_API_IO_BUILD_PARTIAL_MDL, caller, SourceMdl) ||
        !syspte_mdl_read(&target, SYSPTE_API_IO_BUILD_PARTIAL_MDL, caller, TargetMdl)) {
        return;
    }
    syspte_mdl_fit(&source);
    bool inside = measure(&source, &target, VirtualAddress, Length, &p);
    if (!syspte_call_begin(&call, SYSPTE_API_IO_BUILD_PARTIAL_MDL, caller)) {
        return;
    }
    if (!inside || p.pages > p.room) {
        stop_partial(&call, &source, &target, &p, inside);
    }
    check_target(&call, &source, &target);
    syspte_call_end(&call);
    fill_partial(&source, &target, &p);
}

// ---- Making it another one

SYSPTE_ENTRY_VOID(MmPrepareMdlForReuse, (PMDL Mdl), (Mdl))
{
    syspte_mdl mdl;
    syspte_call call;
    if (!syspte_mdl_read(&mdl, SYSPTE_API_MM_PREPARE_MDL_FOR_REUSE, caller, Mdl) ||
        !syspte_call_begin(&call, SYSPTE_API_MM_PREPARE_MDL_FOR_REUSE, caller)) {
        return;
    }
    unsigned flags = syspte_mdl_flags(&mdl);
    bool own = (flags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0;
    if (!syspte_mdl_irql(&call, DISPATCH_LEVEL, 0x79, syspte_address_va(mdl.header.MappedSystemVa),
                         syspte_address_va(Mdl)) &&
        own) {
        syspte_mdl_unmap_system(&call, &mdl);
    } else if ((flags & (MDL_PARTIAL | MDL_MAPPED_TO_SYSTEM_VA)) == MDL_MAPPED_TO_SYSTEM_VA) {
        (void)syspte_mdl_violate(&call, &mdl, SYSPTE_RULE_REUSE_MAPPED_MDL, 0, 0);
    }
    syspte_call_end(&call);
    if (own) {
        syspte_mdl_write(&mdl);
    }
}
