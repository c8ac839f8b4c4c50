// SPDX-License-Identifier: MIT
// Mappings of MDLs: in system space, in a process, for the length of a callback. Only the second
// takes no PTEs.
#include "family.h"

// ---- System space

static bool has_pages(const family_thing *t)
{
    return t->kind == FAMILY_MDL && t->bytes != 0 && t->state != FAMILY_FRESH;
}

bool family_can_be_mapped(const family *f, const family_thing *t)
{
    (void)f;
    // A user view of host memory has the same address.
    return has_pages(t) && t->state != FAMILY_BUILT && t->va == NULL &&
           (!family_is_host(t) || t->users == 0);
}

static uint64_t keep_of(const family *f, ULONG priority)
{
    switch (priority & 0xFFFF) {
    case LowPagePriority:
        return f->config->priority_low_ptes;
    case NormalPagePriority:
        return f->config->priority_normal_ptes;
    default:
        return 0;
    }
}

static PVOID obsolete_map(family *f, family_thing *t)
{
    t->mdl->MdlFlags |= MDL_MAPPING_CAN_FAIL;
    f->findings[SYSPTE_RULE_MAP_OBSOLETE]++;
    family_announce(f, SYSPTE_VERIFIER, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x81);
    PVOID va =
        family_any(f, 2) ? MmMapLockedPages(t->mdl, KernelMode) : MmGetSystemAddressForMdl(t->mdl);
    t->mdl->MdlFlags &= ~MDL_MAPPING_CAN_FAIL;
    return va;
}

static PVOID map_with(family *f, family_thing *t, ULONG *priority)
{
    static const ULONG priorities[] = {LowPagePriority, NormalPagePriority, HighPagePriority};
    if (family_any(f, 16) == 0) {
        *priority = HighPagePriority;
        return obsolete_map(f, t);
    }
    *priority = priorities[family_any(f, 3)];
    *priority |= family_any(f, 6) == 0 ? MdlMappingNoWrite : 0;
    *priority |= family_any(f, 3) == 0 ? 0 : MdlMappingNoExecute;
    *priority |= family_any(f, 8) == 0 ? MdlMappingWithGuardPtes : 0;
    return family_any(f, 2) ? MmGetSystemAddressForMdlSafe(t->mdl, *priority)
                            : MmMapLockedPagesSpecifyCache(t->mdl, KernelMode,
                                                           (MEMORY_CACHING_TYPE)family_any(f, 3),
                                                           NULL, FALSE, *priority);
}

static void map_system(family *f, family_thing *t)
{
    ULONG priority;
    PVOID va = map_with(f, t, &priority);
    unsigned guards = (priority & MdlMappingWithGuardPtes) != 0 ? f->config->guard_ptes : 0;
    uint64_t ptes = family_pages(t) + guards;
    uint64_t free = f->alone ? syspte_counters_now().pte_free : 0;
    uint64_t keep = keep_of(f, priority);
    if (va == NULL) {
        family_refused(f, ptes, keep);
        return;
    }
    (void)family_expect(f, BYTE_OFFSET(va) == t->offset, "the mapping has the MDL's offset");
    (void)family_expect(f,
                        !f->alone || keep == 0 || f->config->quarantine_ptes != 0 || free >= keep,
                        "a map of low priority left PTEs for others");
    t->va = va;
    t->own = true;
    t->touched = !f->config->accounting_only && !family_is_host(t);
    t->writable = (priority & MdlMappingNoWrite) == 0;
    f->findings[SYSPTE_RULE_HOST_BUFFER] += family_is_host(t);
    family_mapped(f, t, SYSPTE_KIND_MDL, va, guards / 2, ptes);
}

void family_mdl_unmapped(family *f, family_thing *t)
{
    family_unmapped(f, t, SYSPTE_KIND_MDL);
    t->own = t->touched = t->writable = false;
    t->va = NULL;
}

static bool is_mapped(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind == FAMILY_MDL && t->own && t->users == 0 && t->request == NULL;
}

static void unmap_system(family *f, family_thing *t)
{
    MmUnmapLockedPages(t->va, t->mdl);
    family_mdl_unmapped(f, t);
}

static void announce_second_unmap(family *f, const family_thing *t)
{
    if (f->config->strictness < SYSPTE_VERIFIER) {
        family_announce(f, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x06);
        return;
    }
    syspte_expect_bugcheck(SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0xB6);
    if (t->state == FAMILY_PARTIAL) {
        syspte_expect_bugcheck(SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0xB5);
    }
}

static void unmap_system_twice(family *f, family_thing *t)
{
    PVOID va = t->va;
    unmap_system(f, t);
    if (f->alone && !family_is_host(t)) {
        announce_second_unmap(f, t);
        MmUnmapLockedPages(va, t->mdl);
        f->findings[SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED]++;
        f->findings[SYSPTE_RULE_UNMAP_PARTIAL_MDL] += t->state == FAMILY_PARTIAL;
    }
}

static bool has_address(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind == FAMILY_MDL && t->va != NULL && t->reserved == NULL;
}

static void address_again(family *f, family_thing *t)
{
    (void)family_expect(f, MmGetSystemAddressForMdlSafe(t->mdl, LowPagePriority) == t->va,
                        "a mapped MDL keeps its address");
    (void)family_expect(f,
                        (t->mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0 ||
                            (t->mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) != 0,
                        "a mapped MDL says so");
}

static void protect(family *f, family_thing *t)
{
    static const ULONG protections[] = {PAGE_READONLY, PAGE_READWRITE, PAGE_NOACCESS,
                                        PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE};
    ULONG to = protections[family_any(f, 5)];
    (void)family_expect(
        f, MmProtectMdlSystemAddress(t->mdl, PAGE_WRITECOPY) == STATUS_INVALID_PAGE_PROTECTION,
        "no protection that is not listed");
    (void)family_expect(f, NT_SUCCESS(MmProtectMdlSystemAddress(t->mdl, to)), "it is protected");
    t->touched = to != PAGE_NOACCESS && !f->config->accounting_only && !family_is_host(t);
    t->writable = to == PAGE_READWRITE || to == PAGE_EXECUTE_READWRITE;
}

static void protect_nothing(family *f, family_thing *t)
{
    (void)family_expect(f,
                        MmProtectMdlSystemAddress(t->mdl, PAGE_READONLY) == STATUS_NOT_MAPPED_VIEW,
                        "what is not mapped is not protected");
    f->failures++;
}

// ---- For a while

typedef struct visit {
    family *f;
    family_thing *thing;
    uint64_t taken; // PTEs before
    unsigned calls;
} visit;

static uint64_t ptes_taken(void)
{
    syspte_counters c = syspte_counters_now();
    return c.pte_total - c.pte_free - c.pte_quarantined;
}

static VOID visited(PVOID DriverContext, PVOID MappedVa)
{
    visit *v = DriverContext;
    uint64_t more = v->thing->va == NULL ? family_pages(v->thing) : 0;
    v->calls++;
    (void)family_expect(v->f, BYTE_OFFSET(MappedVa) == v->thing->offset,
                        "the callback's address has the MDL's offset");
    (void)family_expect(v->f, !v->f->alone || ptes_taken() == v->taken + more,
                        "PTEs are taken while the callback runs");
}

static bool can_be_visited(const family *f, const family_thing *t)
{
    return family_can_be_mapped(f, t) || (has_pages(t) && t->va != NULL && t->reserved == NULL);
}

static void map_for_a_while(family *f, family_thing *t)
{
    visit v = {.f = f, .thing = t, .taken = ptes_taken()};
    NTSTATUS status = MmMapMdl(t->mdl, PAGE_READWRITE, visited, &v);
    if (status == STATUS_INSUFFICIENT_RESOURCES && t->va == NULL) {
        family_refused(f, family_pages(t), f->config->priority_normal_ptes);
        return;
    }
    (void)family_expect(f, NT_SUCCESS(status) && v.calls == 1, "the callback ran once");
    if (t->va == NULL) {
        f->maps++;
        f->findings[SYSPTE_RULE_HOST_BUFFER] += family_is_host(t);
    }
}

// ---- In a process

static bool can_be_shown(const family *f, const family_thing *t)
{
    (void)f;
    return has_pages(t) && t->users < 4 && !(family_is_host(t) && t->va != NULL);
}

static PVOID map_user(PMDL mdl)
{
    PVOID volatile va = NULL;
    SYSPTE_TRY
    {
        va = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        va = NULL;
    }
    return va;
}

static void user_view_begin(family *f, family_thing *mdl)
{
    family_thing *t = family_place(f);
    PVOID va = t == NULL ? NULL : map_user(mdl->mdl);
    if (t == NULL) {
        return;
    }
    if (va == NULL) {
        family_short(f, "a user view");
        return;
    }
    (void)family_expect(f, BYTE_OFFSET(va) == mdl->offset, "a user view has the MDL's offset");
    t->kind = FAMILY_USER_VIEW;
    t->va = va;
    t->bytes = mdl->bytes;
    t->offset = mdl->offset;
    t->touched = t->writable = !f->config->accounting_only && !family_is_host(mdl);
    memcpy(t->frames, mdl->frames, sizeof t->frames);
    t->held[SYSPTE_KIND_USER_VIEW] = 1;
    f->findings[SYSPTE_RULE_HOST_BUFFER] += family_is_host(mdl);
    family_lean(t, mdl);
}

static bool is_user_view(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind == FAMILY_USER_VIEW;
}

void family_end_user_view(family *f, family_thing *t)
{
    (void)f;
    MmUnmapLockedPages(t->va, t->of->mdl);
    family_forget(t);
}

const family_op family_map_ops[] = {
    {"map an MDL", 90, DISPATCH_LEVEL, family_can_be_mapped, map_system},
    {"unmap an MDL", 24, DISPATCH_LEVEL, is_mapped, unmap_system},
    {"unmap an MDL twice", 3, DISPATCH_LEVEL, is_mapped, unmap_system_twice},
    {"ask for the address again", 16, DISPATCH_LEVEL, has_address, address_again},
    {"protect a mapping", 8, DISPATCH_LEVEL, is_mapped, protect},
    {"protect what is not mapped", 2, DISPATCH_LEVEL, family_can_be_mapped, protect_nothing},
    {"map an MDL for a while", 10, DISPATCH_LEVEL, can_be_visited, map_for_a_while},
    {"map an MDL in a process", 16, APC_LEVEL, can_be_shown, user_view_begin},
    {"end a user view", 14, APC_LEVEL, is_user_view, family_end_user_view},
    {0},
};
