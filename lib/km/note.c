// SPDX-License-Identifier: MIT
// What is noted of each call. A mapping is noted behind the real map and struck before the real
// unmap, so that an address that the kernel lends anew in between confuses nobody. What was not
// seen is no misuse: an unmap of something unknown is counted, and no more.
#include "km/km.h"

enum { PAGE_BITS = 12, MDLS = 1 }; // the space of keys of MDLs

static const struct {
    syspte_api api;
    syspte_kind kind;
} hows[SYSPTE_KM_HOWS] = {
    {SYSPTE_API_MM_MAP_IO_SPACE, SYSPTE_KIND_IO_SPACE},
    {SYSPTE_API_MM_MAP_IO_SPACE_EX, SYSPTE_KIND_IO_SPACE},
    {SYSPTE_API_MM_UNMAP_IO_SPACE, SYSPTE_KIND_NONE},
    {SYSPTE_API_MM_MAP_VIDEO_DISPLAY, SYSPTE_KIND_VIDEO},
    {SYSPTE_API_MM_UNMAP_VIDEO_DISPLAY, SYSPTE_KIND_NONE},
    {SYSPTE_API_MM_ALLOCATE_NON_CACHED_MEMORY, SYSPTE_KIND_NONCACHED},
    {SYSPTE_API_MM_FREE_NON_CACHED_MEMORY, SYSPTE_KIND_NONE},
    {SYSPTE_API_IO_ALLOCATE_MDL, SYSPTE_KIND_POOL},
    {SYSPTE_API_IO_FREE_MDL, SYSPTE_KIND_NONE},
    {SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL_EX, SYSPTE_KIND_PAGES},
    {SYSPTE_API_MM_FREE_PAGES_FROM_MDL, SYSPTE_KIND_NONE},
    {SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE, SYSPTE_KIND_MDL},
    {SYSPTE_API_MM_UNMAP_LOCKED_PAGES, SYSPTE_KIND_NONE},
    {SYSPTE_API_MM_UNLOCK_PAGES, SYSPTE_KIND_NONE},
    {SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY, SYSPTE_KIND_CONTIGUOUS},
    {SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY, SYSPTE_KIND_NONE},
    {SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS, SYSPTE_KIND_RESERVED},
    {SYSPTE_API_MM_FREE_MAPPING_ADDRESS, SYSPTE_KIND_NONE},
};

ULONG syspte_km_context(const syspte_km_site *site, ULONG cache)
{
    syspte_context context;
    RtlZeroMemory(&context, sizeof(context));
    context.file = site->file;
    context.function = site->function;
    context.line = site->line;
    context.api = (uint8_t)hows[site->how].api;
    context.kind = (uint8_t)hows[site->how].kind;
    context.cache = (uint8_t)cache;
    return syspte_contexts_intern(&syspte_km.account.contexts, &context);
}

static uint64_t key_of(PVOID va)
{
    return (uint64_t)(ULONG_PTR)va >> PAGE_BITS;
}

static uint64_t key_of_mdl(PMDL mdl)
{
    return syspte_ledger_hash_id(MDLS, (uint64_t)(ULONG_PTR)mdl);
}

// Ends what is noted under that key; false if nothing is. Lock: held.
static BOOLEAN strike(uint64_t key, ULONG by)
{
    syspte_row row;
    if (!syspte_account_held(&syspte_km.account, key, &row)) {
        return FALSE;
    }
    syspte_account_let_go(&syspte_km.account, &row, by);
    return TRUE;
}

// Lock: held.
static VOID hold(uint64_t key, uint64_t physical_address, uint64_t bytes, uint64_t pages,
                 ULONG context)
{
    syspte_km_state *km = &syspte_km;
    syspte_row row;
    if (strike(key, 0)) {
        km->ended_unseen++;
    }
    if (km->account.holdings.count == km->capacity) {
        km->missed_full++;
        return;
    }
    RtlZeroMemory(&row, sizeof(row));
    row.id = key;
    row.physical_address = physical_address;
    row.bytes = bytes;
    row.pte_count = pages;
    row.context = context;
    if (!syspte_account_hold(&km->account, &row)) {
        km->missed_full++;
    }
}

static uint64_t span(uint64_t offset, uint64_t bytes)
{
    return ((offset & 0xFFF) + bytes + 0xFFF) >> PAGE_BITS;
}

// ---- Mappings of physical ranges

VOID syspte_km_note_map(const syspte_km_site *site, PVOID va, ULONG64 physical_address,
                        ULONG64 bytes, ULONG cache)
{
    KIRQL irql;
    if (va == NULL || !syspte_km_enter(&irql)) {
        return;
    }
    if (site->how == SYSPTE_KM_ALLOCATE_NONCACHED || site->how == SYSPTE_KM_ALLOCATE_CONTIGUOUS) {
        physical_address = (ULONG64)MmGetPhysicalAddress(va).QuadPart;
    }
    hold(key_of(va), physical_address, bytes, span((ULONG_PTR)va, bytes),
         syspte_km_context(site, cache));
    syspte_km_leave(irql);
}

// The number of pages differs from the map's: a misuse, told before the real call.
static VOID check_span(const syspte_km_site *site, PVOID va, ULONG64 bytes, ULONG by)
{
    syspte_row row;
    syspte_event event;
    uint64_t pages = span((ULONG_PTR)va, bytes);
    UNREFERENCED_PARAMETER(site);
    // Some functions that end a mapping are not told how long it is.
    if (bytes == 0 || !syspte_account_held(&syspte_km.account, key_of(va), &row) ||
        row.pte_count == pages) {
        return;
    }
    RtlZeroMemory(&event, sizeof(event));
    event.rule = SYSPTE_RULE_UNMAP_WRONG_SPAN;
    event.call = by;
    event.mapped = row.context;
    event.system_va = (ULONG_PTR)va;
    event.bytes = bytes;
    event.pte_count = pages;
    (void)syspte_account_find(&syspte_km.account, &event);
}

VOID syspte_km_note_unmap(const syspte_km_site *site, PVOID va, ULONG64 bytes)
{
    KIRQL irql;
    if (!syspte_km_enter(&irql)) {
        return;
    }
    ULONG by = syspte_km_context(site, 0);
    check_span(site, va, bytes, by);
    if (!strike(key_of(va), by)) {
        syspte_km.not_followed++;
    }
    syspte_km_leave(irql);
}

// ---- MDLs

VOID syspte_km_note_mdl(const syspte_km_site *site, PMDL mdl, BOOLEAN own)
{
    KIRQL irql;
    syspte_row row;
    if (mdl == NULL || !own || !syspte_km_enter(&irql)) {
        return;
    }
    RtlZeroMemory(&row, sizeof(row));
    row.id = key_of_mdl(mdl);
    if (!syspte_ledger_hash_find(&syspte_km.mdls, row.id, &row) &&
        !syspte_ledger_hash_note(&syspte_km.mdls, &row)) {
        syspte_km.missed_full++;
    }
    BOOLEAN pages = site->how == SYSPTE_KM_ALLOCATE_PAGES;
    hold(key_of_mdl(mdl), 0, pages ? mdl->ByteCount : (ULONG)(USHORT)mdl->Size,
         pages ? span(mdl->ByteOffset, mdl->ByteCount) : 0, syspte_km_context(site, MmCached));
    syspte_km_leave(irql);
}

VOID syspte_km_note_mdl_end(const syspte_km_site *site, PMDL mdl)
{
    KIRQL irql;
    syspte_row row;
    if (mdl == NULL || !syspte_km_enter(&irql)) {
        return;
    }
    ULONG by = syspte_km_context(site, 0);
    (void)strike(key_of_mdl(mdl), by);
    if (syspte_ledger_hash_find(&syspte_km.mdls, key_of_mdl(mdl), &row)) {
        syspte_ledger_hash_strike_alone(&syspte_km.mdls, &row);
    }
    if (site->how == SYSPTE_KM_FREE_MDL && (mdl->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0) {
        (void)strike(key_of(mdl->MappedSystemVa), by); // IoFreeMdl ends it
    }
    syspte_km_leave(irql);
}

VOID syspte_km_note_mdl_map(const syspte_km_site *site, PMDL mdl, PVOID va, ULONG cache)
{
    KIRQL irql;
    syspte_row row;
    if (va == NULL || !syspte_km_enter(&irql)) {
        return;
    }
    if (!syspte_ledger_hash_find(&syspte_km.mdls, key_of_mdl(mdl), &row)) {
        syspte_km.foreign++;
    } else {
        PPFN_NUMBER frames = MmGetMdlPfnArray(mdl);
        hold(key_of(va), (uint64_t)frames[0] << PAGE_BITS | mdl->ByteOffset, mdl->ByteCount,
             span(mdl->ByteOffset, mdl->ByteCount), syspte_km_context(site, cache));
    }
    syspte_km_leave(irql);
}

VOID syspte_km_note_mdl_unmap(const syspte_km_site *site, PMDL mdl, PVOID va)
{
    KIRQL irql;
    syspte_row row;
    if (!syspte_km_enter(&irql)) {
        return;
    }
    if (!strike(key_of(va), syspte_km_context(site, 0)) &&
        syspte_ledger_hash_find(&syspte_km.mdls, key_of_mdl(mdl), &row) &&
        (mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) == 0) {
        syspte_km.not_followed++;
    }
    syspte_km_leave(irql);
}
