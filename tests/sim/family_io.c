// SPDX-License-Identifier: MIT
// I/O space: each of its functions, over device memory and over the driver's own RAM, and wrong
// unmaps that a free build would not have noticed. The machine has a few devices, each with one
// cache type, so that many mappings share their pages.
#include "family.h"

#define BARS       0x100000000ull
#define BAR_STRIDE 0x1000000ull

// ---- Map

family_io_request family_io_any(family *f)
{
    uint32_t most = family_any(f, 32) == 0 ? FAMILY_MOST - 1 : family_any(f, 6) == 0 ? 20 : 3;
    unsigned bar = family_any(f, 6) + 8 * f->number;
    uint64_t offset = family_any(f, 2) ? family_any(f, (uint32_t)PAGE) : 0;
    family_io_request r = {.bytes = 1 + family_any(f, most * (uint32_t)PAGE),
                           .cache = (MEMORY_CACHING_TYPE)(bar % 3)};
    r.at = physical(BARS + bar * BAR_STRIDE + family_any(f, 24) * PAGE + offset);
    return r;
}

static PVOID map_ex(family *f, const family_io_request *r)
{
    static const ULONG modifiers[] = {PAGE_NOCACHE, 0, PAGE_WRITECOMBINE};
    ULONG base = family_any(f, 2) ? PAGE_READWRITE : PAGE_EXECUTE_READWRITE;
    return MmMapIoSpaceEx(r->at, r->bytes, base | modifiers[r->cache]);
}

void family_io_note(family *f, family_thing *t, family_kind kind, const family_io_request *r,
                    PVOID va)
{
    uint64_t ptes = (BYTE_OFFSET(r->at.QuadPart) + r->bytes + PAGE - 1) / PAGE;
    if (va == NULL) {
        family_refused(f, ptes, 0);
        return;
    }
    (void)family_expect(f, BYTE_OFFSET(va) == BYTE_OFFSET(r->at.QuadPart),
                        "the address has the physical address's offset");
    t->kind = kind;
    t->va = va;
    t->bytes = r->bytes;
    t->offset = BYTE_OFFSET(va);
    t->run = (uint64_t)r->at.QuadPart / PAGE;
    t->cache = r->cache;
    t->touched = t->writable = !f->config->accounting_only;
    family_mapped(f, t, kind == FAMILY_VIDEO ? SYSPTE_KIND_VIDEO : SYSPTE_KIND_IO_SPACE,
                  PAGE_ALIGN(va), 0, ptes);
}

static void map_device(family *f, family_thing *t)
{
    family_io_request r = family_io_any(f);
    family_io_note(f, t, FAMILY_IO, &r, MmMapIoSpace(r.at, r.bytes, r.cache));
}

static void map_device_ex(family *f, family_thing *t)
{
    family_io_request r = family_io_any(f);
    family_io_note(f, t, FAMILY_IO, &r, map_ex(f, &r));
}

static void map_video(family *f, family_thing *t)
{
    family_io_request r = family_io_any(f);
    family_io_note(f, t, FAMILY_VIDEO, &r, MmMapVideoDisplay(r.at, r.bytes, r.cache));
}

// RAM that cannot be paged out, or that an MDL has locked.
static bool is_resident(const family *f, const family_thing *t)
{
    (void)f;
    return t->bytes != 0 &&
           (t->kind == FAMILY_POOL || t->kind == FAMILY_CONTIGUOUS || t->kind == FAMILY_NONCACHED ||
            (t->kind == FAMILY_MDL && t->state == FAMILY_PAGES_OWNED) ||
            (t->kind == FAMILY_MDL && t->state == FAMILY_LOCKED && t->of->kind != FAMILY_HOST));
}

static void map_ram(family *f, family_thing *ram)
{
    family_thing *t = family_place(f);
    const family_thing *memory = family_memory_of(ram);
    uint64_t page = family_any(f, (uint32_t)family_pages(ram));
    family_io_request r = {
        .at = physical(family_frame(ram, page) * PAGE + family_any(f, (uint32_t)PAGE)),
        .cache = memory != NULL ? memory->cache : ram->cache};
    r.bytes = 1 + family_any(f, (uint32_t)(PAGE - BYTE_OFFSET(r.at.QuadPart)));
    if (t == NULL) {
        return;
    }
    family_io_note(f, t, FAMILY_IO, &r, MmMapIoSpace(r.at, r.bytes, r.cache));
    if (t->kind != FAMILY_NONE) {
        t->writable = false; // whose the rest of the page is nobody knows
        family_lean(t, ram);
    }
}

// ---- Refused

static void map_nothing(family *f, family_thing *t)
{
    (void)t;
    (void)family_expect(f, map(BARS, 0) == NULL, "no mapping of zero bytes");
    f->findings[SYSPTE_RULE_MAP_ZERO]++;
    (void)family_expect(f, map(SYSPTE_PHYSICAL_BYTES - PAGE, 2 * PAGE) == NULL,
                        "no mapping beyond the last physical address");
    f->findings[SYSPTE_RULE_MAP_WRAP]++;
    f->failures += 2;
}

// ---- Unmap

static bool is_io(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind >= FAMILY_IO && t->kind <= FAMILY_VIDEO && t->users == 0;
}

static bool is_io_space(const family *f, const family_thing *t)
{
    return t->kind == FAMILY_IO && is_io(f, t);
}

void family_end_io(family *f, family_thing *t)
{
    uint64_t bytes = t->bytes;
    if (t->kind <= FAMILY_VIDEO && family_any(f, 8) == 0) {
        bytes = t->ptes * PAGE - t->offset; // another length, the same span
        f->findings[SYSPTE_RULE_UNMAP_OTHER_BYTES] += bytes != t->bytes;
    }
    if (t->kind > FAMILY_VIDEO) {
        family_end_door(f, t);
        return;
    }
    if (t->kind == FAMILY_VIDEO) {
        MmUnmapVideoDisplay(t->va, bytes);
    } else {
        MmUnmapIoSpace(t->va, bytes);
    }
    family_unmapped(f, t, t->kind == FAMILY_VIDEO ? SYSPTE_KIND_VIDEO : SYSPTE_KIND_IO_SPACE);
    family_forget(t);
}

static void unmap_twice(family *f, family_thing *t)
{
    PVOID va = t->va;
    SIZE_T bytes = t->bytes;
    family_end_io(f, t);
    if (!f->alone) {
        return; // somebody else may have these PTEs by now
    }
    family_announce(f, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x306);
    MmUnmapIoSpace(va, bytes);
    f->findings[SYSPTE_RULE_UNMAP_TWICE]++;
}

static void unmap_outside(family *f, family_thing *t)
{
    (void)t;
    if (f->alone) {
        family_announce(f, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x302);
        MmUnmapIoSpace(f->host, PAGE);
        f->findings[SYSPTE_RULE_UNMAP_OUTSIDE]++;
    }
}

// A free build gives back as many PTEs as the length says: the rest is lost for good.
static void unmap_too_few(family *f, family_thing *t)
{
    uint64_t ptes = t->ptes;
    uint64_t first = t->first;
    if (!f->alone || ptes < 2 || f->lost > f->config->pte_count / 16) {
        return;
    }
    family_announce(f, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x305);
    MmUnmapIoSpace(t->va, PAGE - t->offset);
    f->findings[SYSPTE_RULE_UNMAP_WRONG_SPAN]++;
    family_unmapped(f, t, SYSPTE_KIND_IO_SPACE);
    family_forget(t);
    memset(&f->taken[first + 1], 1, ptes - 1);
    f->lost += ptes - 1;
}

static void unmap_middle(family *f, family_thing *t)
{
    PVOID va = t->va + (PAGE - t->offset);
    uint64_t ptes = t->ptes;
    uint64_t first = t->first;
    if (!f->alone || ptes < 2 || f->lost > f->config->pte_count / 16) {
        return;
    }
    family_announce(f, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x304);
    MmUnmapIoSpace(va, PAGE);
    f->findings[SYSPTE_RULE_UNMAP_MIDDLE]++;
    family_unmapped(f, t, SYSPTE_KIND_IO_SPACE);
    family_forget(t);
    memset(&f->taken[first], 1, ptes);
    f->taken[first + 1] = 0;
    f->lost += ptes - 1;
}

const family_op family_io_ops[] = {
    {"map device", 60, DISPATCH_LEVEL, NULL, map_device},
    {"map device, ex", 20, DISPATCH_LEVEL, NULL, map_device_ex},
    {"map video", 12, APC_LEVEL, NULL, map_video},
    {"map RAM", 12, DISPATCH_LEVEL, is_resident, map_ram},
    {"map nothing", 2, DISPATCH_LEVEL, NULL, map_nothing},
    {"unmap", 80, APC_LEVEL, is_io, family_end_io},
    {"unmap twice", 4, DISPATCH_LEVEL, is_io_space, unmap_twice},
    {"unmap outside", 2, DISPATCH_LEVEL, NULL, unmap_outside},
    {"unmap too few", 1, DISPATCH_LEVEL, is_io_space, unmap_too_few},
    {"unmap the middle", 1, DISPATCH_LEVEL, is_io_space, unmap_middle},
    {0},
};
