// SPDX-License-Identifier: MIT
// MDLs with pages of their own: page frames that MmAllocatePagesForMdl took out of RAM, and ranges
// of I/O space.
#include "family.h"

// ---- Page frames

static PMDL allocate_pages(family *f, uint64_t bytes, MEMORY_CACHING_TYPE *cache, bool *zeroed)
{
    static const ULONG flags[] = {0, MM_ALLOCATE_FULLY_REQUIRED, MM_DONT_ZERO_ALLOCATION,
                                  MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS};
    ULONG chosen = flags[family_any(f, 4)];
    PHYSICAL_ADDRESS most = physical(UINT64_MAX >> 1);
    *zeroed = chosen != MM_DONT_ZERO_ALLOCATION;
    *cache = MmCached;
    if (family_any(f, 3) == 0) {
        *zeroed = true;
        return MmAllocatePagesForMdl(physical(0), most, physical(0), bytes);
    }
    *cache = (MEMORY_CACHING_TYPE)family_any(f, 3);
    return MmAllocatePagesForMdlEx(physical(0), most, physical(0), bytes, *cache, chosen);
}

static void check_zeros(family *f, const family_thing *t)
{
    unsigned char byte = 1;
    for (uint64_t i = 0; !f->config->accounting_only && i < family_pages(t); i++) {
        uint64_t at = t->frames[i] * PAGE + family_any(f, (uint32_t)PAGE);
        (void)family_expect(f, syspte_memory_read(at, &byte, 1) && byte == 0,
                            "allocated pages are zeroed");
    }
}

static void pages_begin(family *f, family_thing *t)
{
    bool zeroed;
    MEMORY_CACHING_TYPE cache;
    uint64_t bytes = 1 + family_any(f, (family_any(f, 8) ? 3 : FAMILY_PAGES - 1) * (uint32_t)PAGE);
    PMDL mdl = allocate_pages(f, bytes, &cache, &zeroed);
    if (mdl == NULL) {
        family_short(f, "there are pages");
        return;
    }
    t->kind = FAMILY_MDL;
    t->mdl = mdl;
    t->state = FAMILY_PAGES_OWNED;
    t->bytes = mdl->ByteCount;
    t->cache = cache;
    t->room = family_pages(t);
    t->odd = family_any(f, 2);
    t->held[SYSPTE_KIND_POOL] = 1;
    t->held[SYSPTE_KIND_PAGES] = 1;
    (void)family_expect(f, t->bytes == (bytes + PAGE - 1) / PAGE * PAGE || f->scarce,
                        "all pages are there");
    memcpy(t->frames, MmGetMdlPfnArray(mdl), family_pages(t) * sizeof(PFN_NUMBER));
    if (zeroed) {
        check_zeros(f, t);
    }
}

void family_free_pages(family *f, family_thing *t)
{
    if (t->own && (f->config->profile->version < 0x0601 || family_any(f, 2))) {
        MmUnmapLockedPages(t->va, t->mdl);
        family_mdl_unmapped(f, t);
    }
    if (t->odd) {
        MmFreePagesFromMdlEx(t->mdl, MM_FREE_MDL_PAGES_ZERO);
    } else {
        MmFreePagesFromMdl(t->mdl);
    }
    if (t->own) {
        family_mdl_unmapped(f, t);
    }
    t->held[SYSPTE_KIND_PAGES] = 0;
}

// ---- I/O space

static void io_pages_begin(family *f, family_thing *t)
{
    MM_PHYSICAL_ADDRESS_LIST list[3];
    unsigned count = 1 + family_any(f, 3);
    PMDL mdl = NULL;
    uint64_t pages = 0;
    for (unsigned i = 0; i < count; i++) {
        uint64_t page = 0x100000 + 0x1000 * (family_any(f, 6) + 8 * f->number) + family_any(f, 24);
        uint64_t length = 1 + family_any(f, 9);
        list[i].PhysicalAddress = physical(page * PAGE);
        list[i].NumberOfBytes = length * PAGE;
        for (uint64_t j = 0; j < length; j++) {
            t->frames[pages++] = page + j;
        }
    }
    NTSTATUS status = MmAllocateMdlForIoSpace(list, count, &mdl);
    if (!NT_SUCCESS(status)) {
        family_short(f, "there is memory for an MDL of I/O space");
        return;
    }
    t->kind = FAMILY_MDL;
    t->mdl = mdl;
    t->state = FAMILY_IO_PAGES;
    t->bytes = pages * PAGE;
    t->room = pages;
    t->held[SYSPTE_KIND_POOL] = 1;
}

const family_op family_pages_ops[] = {
    {"allocate pages", 16, DISPATCH_LEVEL, NULL, pages_begin},
    {"allocate an MDL for I/O space", 6, DISPATCH_LEVEL, NULL, io_pages_begin},
    {0},
};
