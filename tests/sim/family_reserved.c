// SPDX-License-Identifier: MIT
// Reserved mappings: PTEs that are taken once, and places in them where MDLs are mapped without
// fail, one behind the other.
#include "family.h"

enum { RESERVED_TAG = 0x64767352, OTHER_TAG = 0x6568744F };

// ---- Reserve

static void reserve(family *f, family_thing *t)
{
    uint64_t bytes = 1 + family_any(f, (family_any(f, 4) ? 3 : FAMILY_PAGES) * (uint32_t)PAGE);
    unsigned header = f->config->reserved_header_ptes;
    uint64_t pages = (bytes + PAGE - 1) / PAGE;
    PVOID va = family_any(f, 2) ? MmAllocateMappingAddress(bytes, RESERVED_TAG)
                                : MmAllocateMappingAddressEx(bytes, RESERVED_TAG, 0);
    if (va == NULL) {
        family_refused(f, pages + header, 0);
        return;
    }
    (void)family_expect(f, BYTE_OFFSET(va) == 0, "a reservation begins a page");
    t->kind = FAMILY_RESERVED;
    t->buffer = va;
    t->room = pages;
    family_mapped(f, t, SYSPTE_KIND_RESERVED, va, header, pages + header);
}

static bool is_reserved(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind == FAMILY_RESERVED;
}

static bool can_be_freed(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind == FAMILY_RESERVED && t->users == 0;
}

void family_end_reserved(family *f, family_thing *t)
{
    MmFreeMappingAddress(t->buffer, RESERVED_TAG);
    family_unmapped(f, t, SYSPTE_KIND_RESERVED);
    family_forget(t);
}

static void reserve_without_tag(family *f, family_thing *t)
{
    (void)t;
    (void)family_expect(f, MmAllocateMappingAddress(PAGE, 0) == NULL, "no reservation without tag");
    f->failures++;
}

// ---- Map and unmap

static family_thing *any_reservation(family *f)
{
    unsigned start = family_any(f, FAMILY_THINGS);
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        family_thing *t = &f->things[(start + i) % FAMILY_THINGS];
        if (t->kind == FAMILY_RESERVED) {
            return t;
        }
    }
    return NULL;
}

static uint64_t places(uint64_t first, uint64_t count)
{
    return ((1ull << count) - 1) << first;
}

static bool can_be_mapped(const family *f, const family_thing *t)
{
    return family_can_be_mapped(f, t) && t->request == NULL;
}

static void map_in(family *f, family_thing *t, family_thing *reserved, uint64_t place)
{
    PUCHAR at = (PUCHAR)reserved->buffer + place * PAGE;
    bool host = family_is_host(t);
    PUCHAR va = MmMapLockedPagesWithReservedMapping(at, RESERVED_TAG, t->mdl, MmCached);
    (void)family_expect(f, host ? va != NULL : va == at + t->offset,
                        "a reserved mapping cannot fail, and is where it was reserved");
    t->va = va;
    t->touched = t->writable = !f->config->accounting_only && !host;
    t->reserved = reserved;
    t->place = place;
    f->findings[SYSPTE_RULE_HOST_BUFFER] += host;
    reserved->used |= places(place, family_pages(t));
    reserved->users++;
}

static void map_reserved(family *f, family_thing *t)
{
    family_thing *reserved = any_reservation(f);
    uint64_t pages = family_pages(t);
    if (reserved == NULL) {
        return;
    }
    uint64_t place = family_any(f, (uint32_t)reserved->room);
    PUCHAR at = (PUCHAR)reserved->buffer + place * PAGE;
    if (pages > reserved->room - place) {
        PVOID va = MmMapLockedPagesWithReservedMapping(at, RESERVED_TAG, t->mdl, MmCached);
        (void)family_expect(f, va == NULL, "too small a reservation is refused");
        f->failures++;
    } else if ((reserved->used & places(place, pages)) == 0) {
        map_in(f, t, reserved, place);
    } else if (f->alone) {
        family_announce(f, SYSPTE_FREE, SYSPTE_SYSTEM_PTE_MISUSE, 0x107);
        PVOID va = MmMapLockedPagesWithReservedMapping(at, RESERVED_TAG, t->mdl, MmCached);
        (void)family_expect(f, va == NULL, "a place in use is refused");
        f->findings[SYSPTE_RULE_RESERVED_MAP_IN_USE]++;
    }
}

void family_leave_reserved(family *f, family_thing *t)
{
    family_thing *reserved = t->reserved;
    (void)f;
    MmUnmapReservedMapping((PUCHAR)reserved->buffer + t->place * PAGE, RESERVED_TAG, t->mdl);
    reserved->used &= ~places(t->place, family_pages(t));
    reserved->users--;
    t->reserved = NULL;
    t->va = NULL;
    t->touched = t->writable = false;
}

static bool is_in_place(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind == FAMILY_MDL && t->reserved != NULL;
}

// ---- Wrong, and announced: nothing happens

static void free_with_other_tag(family *f, family_thing *t)
{
    if (f->alone) {
        family_announce(f, SYSPTE_FREE, SYSPTE_SYSTEM_PTE_MISUSE, 0x101);
        MmFreeMappingAddress(t->buffer, OTHER_TAG);
        f->findings[SYSPTE_RULE_RESERVED_FREE_OTHER_TAG]++;
    }
}

static void free_while_mapped(family *f, family_thing *t)
{
    if (f->alone) {
        family_announce(f, SYSPTE_FREE, SYSPTE_SYSTEM_PTE_MISUSE, 0x103);
        MmFreeMappingAddress(t->reserved->buffer, RESERVED_TAG);
        f->findings[SYSPTE_RULE_RESERVED_FREE_MAPPED]++;
    }
}

static void unmap_with_other_tag(family *f, family_thing *t)
{
    if (f->alone) {
        family_announce(f, SYSPTE_FREE, SYSPTE_SYSTEM_PTE_MISUSE, 0x108);
        MmUnmapReservedMapping(t->reserved->buffer, OTHER_TAG, t->mdl);
        f->findings[SYSPTE_RULE_RESERVED_UNMAP_OTHER_TAG]++;
    }
}

const family_op family_reserved_ops[] = {
    {"reserve", 18, APC_LEVEL, NULL, reserve},
    {"free a reservation", 8, APC_LEVEL, can_be_freed, family_end_reserved},
    {"reserve without a tag", 1, APC_LEVEL, NULL, reserve_without_tag},
    {"map in a reserved place", 40, DISPATCH_LEVEL, can_be_mapped, map_reserved},
    {"leave a reserved place", 20, DISPATCH_LEVEL, is_in_place, family_leave_reserved},
    {"free a reservation with another tag", 1, APC_LEVEL, is_reserved, free_with_other_tag},
    {"free a reservation in use", 1, APC_LEVEL, is_in_place, free_while_mapped},
    {"leave with another tag", 1, DISPATCH_LEVEL, is_in_place, unmap_with_other_tag},
    {0},
};
