// SPDX-License-Identifier: MIT
// Address space that is only reserved costs nothing here, memory that is committed counts against
// the limit of the whole system. So pages are committed when they are touched: the fault is this
// port's own, and the access is made again. Entries of pages are in leaves that are made when the
// first of their pages is to show something, and kept until the region ends.
#include "../port.h"
#include "fault_begin.h"
#include "region.h"

#include "windows_api.h"

enum {
    REGIONS = 4096,
    COMMIT_BYTES = 64 * 1024, // at a time
    LEAF_BYTES = SYSPTE_REGION_LEAF * SYSPTE_REGION_PAGE,
    LEAVES_AT_A_TIME = 64 * 1024 / (SYSPTE_REGION_LEAF * sizeof(uint64_t))
};

syspte_port_lock syspte_region_lock;

static syspte_region regions[REGIONS];
static unsigned region_count; // from the first to the last that was ever used
static uint64_t *leaves_free; // each has the address of the next one in its first entry

static uint64_t leaf_count_of(uint64_t bytes)
{
    return (bytes + LEAF_BYTES - 1) / LEAF_BYTES;
}

// ---- Begin and end

static bool note(void *base, uint64_t bytes, bool zeros)
{
    for (unsigned i = 0; i < REGIONS; i++) {
        if (regions[i].base == 0) {
            regions[i] = (syspte_region){.base = (uintptr_t)base, .bytes = bytes, .zeros = zeros};
            region_count = i < region_count ? region_count : i + 1;
            return true;
        }
    }
    return false;
}

void *syspte_region_begin(void *at, uint64_t bytes, bool zeros)
{
    if (bytes == 0 || bytes != (SIZE_T)bytes) {
        return NULL;
    }
    syspte_fault_begin();
    void *base =
        VirtualAlloc(at, (SIZE_T)bytes, MEM_RESERVE, zeros ? PAGE_READWRITE : PAGE_NOACCESS);
    if (base == NULL) {
        return NULL;
    }
    syspte_lock_take(&syspte_region_lock);
    bool noted = note(base, bytes, zeros);
    syspte_lock_give(&syspte_region_lock);
    if (!noted) {
        (void)VirtualFree(base, 0, MEM_RELEASE);
        return NULL;
    }
    return base;
}

static void leaves_drop(syspte_region *region)
{
    for (uint64_t i = 0; region->leaves != NULL && i < leaf_count_of(region->bytes); i++) {
        if (region->leaves[i] != NULL) {
            *(uint64_t **)(void *)region->leaves[i] = leaves_free;
            leaves_free = region->leaves[i];
        }
    }
    if (region->leaves != NULL) {
        (void)VirtualFree(region->leaves, 0, MEM_RELEASE);
    }
}

void syspte_region_end(void *base)
{
    syspte_region *region = NULL;
    syspte_lock_take(&syspte_region_lock);
    region = syspte_region_of((uintptr_t)base, 1);
    if (region != NULL && region->base == (uintptr_t)base) {
        leaves_drop(region);
        *region = (syspte_region){.base = 0};
        (void)VirtualFree(base, 0, MEM_RELEASE);
    }
    syspte_lock_give(&syspte_region_lock);
}

// ---- Use

syspte_region *syspte_region_of(uintptr_t at, uint64_t bytes)
{
    for (unsigned i = 0; i < region_count; i++) {
        uint64_t inside = (uint64_t)at - regions[i].base;
        if (regions[i].base != 0 && at >= regions[i].base && inside < regions[i].bytes) {
            return bytes <= regions[i].bytes - inside ? &regions[i] : NULL;
        }
    }
    return NULL;
}

// A leaf of zeros, or NULL.
static uint64_t *leaf_take(void)
{
    if (leaves_free == NULL) {
        uint64_t *more = VirtualAlloc(NULL, 64 * 1024, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        for (unsigned i = 0; more != NULL && i < LEAVES_AT_A_TIME; i++) {
            uint64_t *leaf = more + (size_t)i * SYSPTE_REGION_LEAF;
            *(uint64_t **)(void *)leaf = leaves_free;
            leaves_free = leaf;
        }
    }
    uint64_t *leaf = leaves_free;
    if (leaf != NULL) {
        leaves_free = *(uint64_t **)(void *)leaf;
        ZeroMemory(leaf, SYSPTE_REGION_LEAF * sizeof *leaf);
    }
    return leaf;
}

uint64_t *syspte_region_entry(syspte_region *region, uintptr_t at, bool make)
{
    uint64_t page = (at - region->base) / SYSPTE_REGION_PAGE;
    if (region->leaves == NULL && make) {
        region->leaves =
            VirtualAlloc(NULL, (SIZE_T)(leaf_count_of(region->bytes) * sizeof *region->leaves),
                         MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    }
    if (region->leaves == NULL) {
        return NULL;
    }
    uint64_t **leaf = &region->leaves[page / SYSPTE_REGION_LEAF];
    if (*leaf == NULL && make) {
        *leaf = leaf_take();
    }
    return *leaf == NULL ? NULL : &(*leaf)[page % SYSPTE_REGION_LEAF];
}

// ---- Faults

// Makes zeros around a page of a table, but not where pages show something.
static bool zeros_make(const syspte_region *region, uintptr_t page)
{
    uintptr_t first = page & ~(uintptr_t)(COMMIT_BYTES - 1);
    uint64_t left = region->bytes - (first - region->base);
    uint64_t bytes = left < COMMIT_BYTES ? left : COMMIT_BYTES;
    if (region->leaves != NULL) {
        first = page;
        bytes = SYSPTE_REGION_PAGE;
    }
    return VirtualAlloc((void *)first, (SIZE_T)bytes, MEM_COMMIT, PAGE_READWRITE) != NULL;
}

bool syspte_region_touch(uintptr_t address, unsigned access)
{
    bool done = false;
    bool refused = false;
    uintptr_t page = address & ~(uintptr_t)(SYSPTE_REGION_PAGE - 1);
    syspte_lock_take(&syspte_region_lock);
    syspte_region *region = syspte_region_of(address, 1);
    if (region != NULL) {
        uint64_t *entry = syspte_region_entry(region, page, false);
        if (entry != NULL && (*entry & SYSPTE_ENTRY_SHOWN) != 0) {
            done = (*entry & access) == access;
            refused = done && !syspte_view_open(page, entry);
        } else {
            done = region->zeros && access != SYSPTE_PORT_EXECUTE && zeros_make(region, page);
        }
    }
    syspte_lock_give(&syspte_region_lock);
    if (refused) {
        syspte_port_panic("this host lends no memory for a page that is touched");
    }
    return done;
}

bool syspte_region_allows(uintptr_t address, uint64_t bytes, bool write)
{
    unsigned access = write ? SYSPTE_PORT_WRITE : SYSPTE_PORT_READ;
    syspte_lock_take(&syspte_region_lock);
    syspte_region *region = syspte_region_of(address, bytes);
    bool allows = region != NULL;
    for (uint64_t done = 0; allows && done < bytes; done += SYSPTE_REGION_PAGE) {
        uint64_t *entry = syspte_region_entry(region, address + (uintptr_t)done, false);
        bool shown = entry != NULL && (*entry & SYSPTE_ENTRY_SHOWN) != 0;
        allows = shown ? (*entry & access) != 0 : region->zeros;
    }
    syspte_lock_give(&syspte_region_lock);
    return allows;
}
