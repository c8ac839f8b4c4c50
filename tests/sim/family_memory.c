// SPDX-License-Identifier: MIT
// Memory that drivers and tests own: pool, test buffers, contiguous and noncached memory, sections
// and their views, requests. Most of it costs no PTE. And looks: a byte that is written through one
// view of a frame is read through all others, and as a device would.
#include "family.h"

static uint64_t any_bytes(family *f)
{
    uint32_t most = family_any(f, 24) == 0  ? (FAMILY_PAGES - 1) * (uint32_t)PAGE
                    : family_any(f, 3) == 0 ? 4 * (uint32_t)PAGE
                                            : 700;
    return 1 + family_any(f, most);
}

// Fills in what the driver was given. NULL is right only where RAM may run out.
static bool given(family *f, family_thing *t, family_kind kind, PVOID va, uint64_t bytes)
{
    if (va == NULL) {
        family_short(f, "there is memory");
        return false;
    }
    t->kind = kind;
    t->va = va;
    t->bytes = bytes;
    t->offset = BYTE_OFFSET(va);
    t->cache = MmCached;
    t->touched = t->writable = true;
    return true;
}

// ---- Pool and buffers

static PVOID allocate_pool(family *f, bool paged, SIZE_T bytes, bool *zeroed)
{
    POOL_TYPE type = paged ? PagedPool : NonPagedPoolNx;
    *zeroed = false;
    switch (family_any(f, 4)) {
    case 0:
        *zeroed = true;
        return ExAllocatePool2(paged ? POOL_FLAG_PAGED : POOL_FLAG_NON_PAGED, bytes, FAMILY_TAG);
    case 1:
        *zeroed = true;
        return ExAllocatePoolZero(type, bytes, FAMILY_TAG);
    case 2:
        return ExAllocatePoolUninitialized(type, bytes, FAMILY_TAG);
    default:
        return ExAllocatePoolWithTag(type, bytes, FAMILY_TAG);
    }
}

static void pool_begin(family *f, family_thing *t)
{
    bool zeroed;
    bool paged = KeGetCurrentIrql() <= APC_LEVEL && family_any(f, 3) == 0;
    uint64_t bytes = any_bytes(f);
    PVOID va = allocate_pool(f, paged, bytes, &zeroed);
    if (given(f, t, paged ? FAMILY_PAGED_POOL : FAMILY_POOL, va, bytes)) {
        t->held[SYSPTE_KIND_POOL] = 1;
        t->odd = family_any(f, 2);
        family_find_frames(f, t);
        (void)family_expect(f, !zeroed || (t->va[0] == 0 && t->va[bytes - 1] == 0),
                            "zeroed pool is zero");
    }
}

static void buffer_begin(family *f, family_thing *t)
{
    bool user = family_any(f, 2);
    uint64_t bytes = any_bytes(f);
    PVOID va = syspte_buffer_alloc(bytes, user ? SYSPTE_BUFFER_USER : SYSPTE_BUFFER_PAGEABLE);
    if (given(f, t, user ? FAMILY_USER_BUFFER : FAMILY_PAGEABLE_BUFFER, va, bytes)) {
        family_find_frames(f, t);
    }
}

static void host_begin(family *f, family_thing *t)
{
    uint64_t page = family_any(f, FAMILY_HOST_PAGES);
    uint64_t bytes = 1 + family_any(f, (uint32_t)((FAMILY_HOST_PAGES - page) * PAGE));
    (void)given(f, t, FAMILY_HOST, f->host + page * PAGE, bytes);
    t->touched = false; // has no frames that others could have
}

// ---- Contiguous and noncached memory

static bool takes_ptes(const family *f, MEMORY_CACHING_TYPE cache)
{
    return f->config->contiguous == SYSPTE_CONTIGUOUS_PTES ||
           (f->config->contiguous == SYSPTE_CONTIGUOUS_BY_CACHE && cache != MmCached);
}

// NULL is right if RAM may run out, or no run of PTEs is long enough.
static bool mapped_memory(family *f, family_thing *t, family_kind kind, PVOID va, uint64_t bytes)
{
    uint64_t ptes = (bytes + PAGE - 1) / PAGE;
    if (va == NULL && (!f->alone || syspte_counters_now().failed_maps != f->failed)) {
        family_refused(f, ptes, 0);
        return false;
    }
    if (!given(f, t, kind, va, bytes)) {
        return false;
    }
    family_mapped(f, t, kind == FAMILY_NONCACHED ? SYSPTE_KIND_NONCACHED : SYSPTE_KIND_CONTIGUOUS,
                  va, 0, ptes);
    t->touched = t->writable = !f->config->accounting_only;
    return true;
}

static PVOID allocate_contiguous(family *f, SIZE_T bytes, MEMORY_CACHING_TYPE cache)
{
    static const ULONG modifiers[] = {PAGE_NOCACHE, 0, PAGE_WRITECOMBINE};
    PHYSICAL_ADDRESS most = physical(UINT64_MAX >> 1);
    switch (family_any(f, 3)) {
    case 0:
        return MmAllocateContiguousNodeMemory(bytes, physical(0), most, physical(0),
                                              PAGE_READWRITE | modifiers[cache], MM_ANY_NODE_OK);
    case 1:
        if (cache == MmCached) {
            return MmAllocateContiguousMemory(bytes, most);
        }
        // fall through
    default:
        return MmAllocateContiguousMemorySpecifyCache(
            bytes, physical(0), most, physical(family_any(f, 2) * 64 * PAGE), cache);
    }
}

static void contiguous_begin(family *f, family_thing *t)
{
    MEMORY_CACHING_TYPE cache = (MEMORY_CACHING_TYPE)family_any(f, 3);
    uint64_t bytes = any_bytes(f);
    PVOID va = allocate_contiguous(f, bytes, cache);
    if (!takes_ptes(f, cache)) {
        if (!given(f, t, FAMILY_CONTIGUOUS, va, bytes)) {
            return;
        }
        t->held[SYSPTE_KIND_CONTIGUOUS_POOL] = 1;
    } else if (!mapped_memory(f, t, FAMILY_CONTIGUOUS, va, bytes)) {
        return;
    }
    t->cache = cache;
    t->odd = family_any(f, 2);
    family_find_frames(f, t);
    for (uint64_t i = 1; i < family_pages(t); i++) {
        (void)family_expect(f, t->frames[i] == t->frames[i - 1] + 1, "contiguous memory");
    }
}

static void noncached_begin(family *f, family_thing *t)
{
    uint64_t bytes = any_bytes(f);
    if (mapped_memory(f, t, FAMILY_NONCACHED, MmAllocateNonCachedMemory(bytes), bytes)) {
        t->cache = MmNonCached;
        family_find_frames(f, t);
    }
}

// ---- Sections

static void section_begin(family *f, family_thing *t)
{
    uint64_t bytes = any_bytes(f);
    unsigned sections = 0;
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        sections += f->things[i].kind == FAMILY_SECTION;
    }
    if (sections < 12 && given(f, t, FAMILY_SECTION, syspte_section_create(bytes), bytes)) {
        t->buffer = t->va;
        t->va = NULL; // an object, no memory
        t->touched = t->writable = false;
    }
}

static bool is_section(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind == FAMILY_SECTION && t->users < 3;
}

static void view_begin(family *f, family_thing *section)
{
    family_thing *t = family_place(f);
    PVOID base = NULL;
    SIZE_T bytes = family_any(f, 2) ? 0 : 1 + family_any(f, (uint32_t)section->bytes);
    uint64_t pages = ((bytes == 0 ? section->bytes : bytes) + PAGE - 1) / PAGE;
    if (t == NULL) {
        return;
    }
    NTSTATUS status = MmMapViewInSystemSpace(section->buffer, &base, &bytes);
    if (!NT_SUCCESS(status) && f->scarce) {
        family_short(f, "a view");
        return;
    }
    (void)family_expect(f, NT_SUCCESS(status) && bytes == pages * PAGE, "a view of whole pages");
    if (given(f, t, FAMILY_VIEW, base, bytes)) {
        family_find_frames(f, t);
        t->held[SYSPTE_KIND_SYSTEM_VIEW] = 1;
        family_lean(t, section);
    }
}

// ---- Requests

static void request_begin(family *f, family_thing *t)
{
    PIRP irp = IoAllocateIrp((CCHAR)(1 + family_any(f, 3)), FALSE);
    if (given(f, t, FAMILY_REQUEST, irp, 1)) {
        t->irp = irp;
        t->va = NULL;
        t->touched = false;
        t->held[SYSPTE_KIND_POOL] = 1;
    }
}

// Every MDL that hangs on it may end.
static bool can_complete(const family *f, const family_thing *t)
{
    if (t->kind != FAMILY_REQUEST || t->irp->CurrentLocation > t->irp->StackCount + 1) {
        return false;
    }
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        if (f->things[i].request == t && f->things[i].users != 0) {
            return false;
        }
    }
    return true;
}

static void request_complete(family *f, family_thing *t)
{
    t->irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(t->irp, IO_NO_INCREMENT);
    (void)family_expect(f, t->irp->MdlAddress == NULL, "a completed request has no MDLs");
    family_chain_ended(f, t);
    IoReuseIrp(t->irp, STATUS_SUCCESS);
}

// ---- Ends

static bool is_memory(const family *f, const family_thing *t)
{
    return t->users == 0 && ((t->kind >= FAMILY_POOL && t->kind <= FAMILY_HOST) ||
                             (t->kind == FAMILY_REQUEST && !family_has_chain(f, t)));
}

static void contiguous_end(family *f, family_thing *t)
{
    if (t->odd) {
        MmFreeContiguousMemorySpecifyCache(t->va, t->bytes, t->cache);
    } else {
        MmFreeContiguousMemory(t->va);
    }
    if (t->ptes != 0) {
        family_unmapped(f, t, SYSPTE_KIND_CONTIGUOUS);
    }
}

void family_end_memory(family *f, family_thing *t)
{
    switch (t->kind) {
    case FAMILY_POOL:
    case FAMILY_PAGED_POOL:
        if (t->odd) {
            ExFreePoolWithTag(t->va, FAMILY_TAG);
        } else {
            ExFreePool(t->va);
        }
        break;
    case FAMILY_USER_BUFFER:
    case FAMILY_PAGEABLE_BUFFER:
        (void)family_expect(f, syspte_buffer_free(t->va), "the buffer is free");
        break;
    case FAMILY_CONTIGUOUS:
        contiguous_end(f, t);
        break;
    case FAMILY_NONCACHED:
        MmFreeNonCachedMemory(t->va, t->bytes);
        family_unmapped(f, t, SYSPTE_KIND_NONCACHED);
        break;
    case FAMILY_SECTION:
        (void)family_expect(f, syspte_section_close(t->buffer), "the section is closed");
        break;
    case FAMILY_VIEW:
        (void)family_expect(f, NT_SUCCESS(MmUnmapViewInSystemSpace(t->va)), "the view ends");
        break;
    case FAMILY_REQUEST:
        if (family_has_chain(f, t)) {
            if (can_complete(f, t)) {
                request_complete(f, t);
            }
            return;
        }
        IoFreeIrp(t->irp);
        break;
    default:
        break;
    }
    family_forget(t);
}

// ---- Looks

// Where the driver sees a byte of RAM through this thing; NULL: nowhere.
static volatile unsigned char *seen_at(const family_thing *t, uint64_t at)
{
    for (uint64_t i = 0; t->touched && t->bytes != 0 && i < family_pages(t); i++) {
        uint64_t index = i * PAGE + at % PAGE;
        if (family_frame(t, i) == at / PAGE && index >= t->offset && index < t->offset + t->bytes) {
            return t->va + (index - t->offset);
        }
    }
    return NULL;
}

static bool can_be_written(const family *f, const family_thing *t)
{
    (void)f;
    return t->touched && t->writable && t->bytes != 0;
}

static void look(family *f, family_thing *t)
{
    unsigned char mark = (unsigned char)family_any(f, 256);
    unsigned char device = 0;
    uint64_t byte = family_any(f, (uint32_t)t->bytes);
    uint64_t at = family_frame(t, (t->offset + byte) / PAGE) * PAGE + (t->offset + byte) % PAGE;
    volatile unsigned char *first = t->va + byte;
    *first = mark;
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        volatile unsigned char *other = seen_at(&f->things[i], at);
        if (other != NULL && *other != mark) {
            family_say(f, "thing %u does not show the byte at 0x%llX that thing %u has", i,
                       (unsigned long long)at, (unsigned)(t - f->things));
            return;
        }
        f->looks += other != NULL && other != first;
    }
    if (!f->config->accounting_only) {
        (void)family_expect(f, syspte_memory_read(at, &device, 1) && device == mark,
                            "a device sees the byte");
    }
}

const family_op family_memory_ops[] = {
    {"allocate pool", 40, DISPATCH_LEVEL, NULL, pool_begin},
    {"allocate a buffer", 14, 0, NULL, buffer_begin},
    {"take host memory", 3, 0, NULL, host_begin},
    {"allocate contiguous", 14, DISPATCH_LEVEL, NULL, contiguous_begin},
    {"allocate noncached", 8, APC_LEVEL, NULL, noncached_begin},
    {"create a section", 4, 0, NULL, section_begin},
    {"map a view", 8, APC_LEVEL, is_section, view_begin},
    {"allocate a request", 5, DISPATCH_LEVEL, NULL, request_begin},
    {"complete a request", 8, DISPATCH_LEVEL, can_complete, request_complete},
    {"end memory", 50, PASSIVE_LEVEL, is_memory, family_end_memory},
    {"look", 60, PASSIVE_LEVEL, can_be_written, look},
    {0},
};
