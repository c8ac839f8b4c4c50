// SPDX-License-Identifier: MIT
// MDLs, as far as they take no PTE: allocated, locked, built, made a part of another one, advanced,
// freed.
#include "family.h"

const family_thing *family_memory_of(const family_thing *t)
{
    while (t != NULL && t->kind == FAMILY_MDL) {
        t = t->of;
    }
    return t;
}

bool family_is_host(const family_thing *t)
{
    const family_thing *memory = family_memory_of(t);
    return memory != NULL && memory->kind == FAMILY_HOST;
}

// The driver may do with it what it likes: nothing leans on it, no request owns it, and it is not
// in a reserved place.
static bool is_free(const family_thing *t)
{
    return t->kind == FAMILY_MDL && t->users == 0 && t->request == NULL && t->reserved == NULL;
}

// ---- Allocate

bool family_mdl_new(family *f, family_thing *t, PVOID va, uint64_t bytes, PIRP irp)
{
    BOOLEAN secondary = irp != NULL && irp->MdlAddress != NULL;
    PMDL mdl = irp == NULL && family_any(f, 8) == 0
                   ? MmCreateMdl(NULL, va, bytes)
                   : IoAllocateMdl(va, (ULONG)bytes, secondary, FALSE, irp);
    if (mdl == NULL) {
        family_short(f, "there is memory for an MDL");
        return false;
    }
    t->kind = FAMILY_MDL;
    t->mdl = mdl;
    t->state = FAMILY_FRESH;
    t->buffer = va;
    t->bytes = bytes;
    t->offset = BYTE_OFFSET(va);
    t->room = family_pages(t);
    t->held[SYSPTE_KIND_POOL] = 1;
    return true;
}

static bool can_be_described(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind >= FAMILY_POOL && t->kind <= FAMILY_HOST && t->kind != FAMILY_SECTION;
}

static family_thing *any_request(family *f)
{
    unsigned start = family_any(f, FAMILY_THINGS);
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        family_thing *t = &f->things[(start + i) % FAMILY_THINGS];
        if (t->kind == FAMILY_REQUEST && t->irp->CurrentLocation <= t->irp->StackCount + 1) {
            return t;
        }
    }
    return NULL;
}

static void mdl_begin(family *f, family_thing *memory)
{
    family_thing *t = family_place(f);
    family_thing *request = family_any(f, 4) == 0 ? any_request(f) : NULL;
    uint64_t skip = family_any(f, (uint32_t)memory->bytes);
    uint64_t bytes = 1 + family_any(f, (uint32_t)(memory->bytes - skip));
    if (t != NULL &&
        family_mdl_new(f, t, memory->va + skip, bytes, request == NULL ? NULL : request->irp)) {
        t->request = request;
        family_lean(t, memory);
    }
}

// ---- Lock and build

static bool is_fresh(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind == FAMILY_MDL && t->state == FAMILY_FRESH && t->bytes != 0 && t->of != NULL;
}

static NTSTATUS lock(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation)
{
    volatile NTSTATUS status = STATUS_SUCCESS;
    SYSPTE_TRY
    {
        MmProbeAndLockPages(mdl, mode, operation);
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        status = syspte_seh_code();
    }
    return status;
}

// The MDL's frames are those of its memory.
static void adopt_frames(family *f, family_thing *t)
{
    const family_thing *memory = t->of;
    PUCHAR va = MmGetMdlVirtualAddress(t->mdl);
    uint64_t skip = (memory->offset + (uint64_t)(va - memory->va)) / PAGE;
    (void)family_expect(f, t->mdl->ByteCount == t->bytes && t->mdl->ByteOffset == t->offset,
                        "the MDL's length and offset");
    for (uint64_t i = 0; i < family_pages(t); i++) {
        t->frames[i] = MmGetMdlPfnArray(t->mdl)[i];
        (void)family_expect(f, family_is_host(t) || t->frames[i] == family_frame(memory, skip + i),
                            "the MDL's frames are its memory's");
    }
}

static void lock_pages(family *f, family_thing *t)
{
    bool user = t->of->kind == FAMILY_USER_BUFFER || t->of->kind == FAMILY_HOST;
    KPROCESSOR_MODE mode = user && family_any(f, 2) ? UserMode : KernelMode;
    NTSTATUS status = lock(t->mdl, mode, (LOCK_OPERATION)family_any(f, 3));
    if (!family_expect(f, status == STATUS_SUCCESS, "the pages are locked")) {
        return;
    }
    t->state = FAMILY_LOCKED;
    t->held[SYSPTE_KIND_LOCK] = 1;
    adopt_frames(f, t);
}

// An application may not have kernel memory locked in its name.
static void lock_fails(family *f, family_thing *t)
{
    if (t->of->kind != FAMILY_USER_BUFFER && t->of->kind != FAMILY_HOST) {
        NTSTATUS status = lock(t->mdl, UserMode, IoReadAccess);
        (void)family_expect(f, status == STATUS_ACCESS_VIOLATION, "kernel memory is refused");
        f->failures++;
    }
}

static bool is_locked(const family *f, const family_thing *t)
{
    (void)f;
    return is_free(t) && t->state == FAMILY_LOCKED;
}

static void unlock_pages(family *f, family_thing *t)
{
    MmUnlockPages(t->mdl);
    if (t->own) {
        family_mdl_unmapped(f, t);
    }
    t->held[SYSPTE_KIND_LOCK] = 0;
    t->state = FAMILY_FRESH;
}

static bool can_be_built(const family *f, const family_thing *t)
{
    return is_fresh(f, t) && (t->of->kind == FAMILY_POOL || t->of->kind == FAMILY_CONTIGUOUS ||
                              t->of->kind == FAMILY_NONCACHED);
}

static void build(family *f, family_thing *t)
{
    MmBuildMdlForNonPagedPool(t->mdl);
    t->state = FAMILY_BUILT;
    t->va = MmGetMdlVirtualAddress(t->mdl);
    t->touched = t->writable = t->of->touched;
    adopt_frames(f, t);
}

// ---- Parts of others

static bool can_have_parts(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind == FAMILY_MDL && t->state != FAMILY_FRESH && t->bytes != 0 && t->users < 6 &&
           t->request == NULL && t->reserved == NULL;
}

// Makes the target a part of its source, at random.
static void make_part(family *f, family_thing *t, family_thing *source, uint64_t skip,
                      uint64_t bytes)
{
    PUCHAR va = (PUCHAR)((ULONG_PTR)MmGetMdlVirtualAddress(source->mdl) + skip);
    bool rest = skip + bytes == source->bytes && family_any(f, 2);
    IoBuildPartialMdl(source->mdl, t->mdl, va, rest ? 0 : (ULONG)bytes);
    uint64_t page = (source->offset + skip) / PAGE;
    t->state = FAMILY_PARTIAL;
    t->bytes = bytes;
    t->offset = BYTE_OFFSET(va);
    t->va = source->va == NULL ? NULL : source->va + skip;
    t->touched = source->touched;
    t->writable = source->writable;
    for (uint64_t i = 0; i < family_pages(t); i++) {
        t->frames[i] = source->frames[page + i];
        (void)family_expect(f, MmGetMdlPfnArray(t->mdl)[i] == t->frames[i],
                            "a part's frames are its source's");
    }
    (void)family_expect(f, t->va == NULL || t->mdl->MappedSystemVa == t->va,
                        "a part is seen where its source is");
}

static void part_begin(family *f, family_thing *source)
{
    family_thing *t = family_place(f);
    uint64_t skip = family_any(f, (uint32_t)source->bytes);
    uint64_t bytes = 1 + family_any(f, (uint32_t)(source->bytes - skip));
    PUCHAR va = (PUCHAR)((ULONG_PTR)MmGetMdlVirtualAddress(source->mdl) + skip);
    if (t != NULL && family_mdl_new(f, t, va, bytes, NULL)) {
        family_lean(t, source);
        make_part(f, t, source, skip, bytes);
    }
}

static bool is_part(const family *f, const family_thing *t)
{
    (void)f;
    return is_free(t) && t->state == FAMILY_PARTIAL && t->of->reserved == NULL;
}

static void part_again(family *f, family_thing *t)
{
    family_thing *source = t->of;
    uint64_t skip = family_any(f, (uint32_t)source->bytes);
    uint64_t bytes = 1 + family_any(f, (uint32_t)(source->bytes - skip));
    MmPrepareMdlForReuse(t->mdl);
    if (t->own) {
        family_mdl_unmapped(f, t);
        (void)family_expect(f, (t->mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) == 0,
                            "what is prepared for reuse is not mapped");
        if (family_any(f, 2)) {
            return; // it may be mapped again as it is
        }
    }
    uint64_t offset = (source->offset + skip) % PAGE;
    uint64_t most = t->room * PAGE - offset;
    make_part(f, t, source, skip, bytes > most ? most : bytes);
}

// ---- Advance

static bool can_advance(const family *f, const family_thing *t)
{
    (void)f;
    return is_free(t) && t->bytes != 0 && (t->state == FAMILY_LOCKED || t->state == FAMILY_BUILT);
}

static void advance(family *f, family_thing *t)
{
    uint64_t bytes = family_any(f, (uint32_t)t->bytes + 1);
    uint64_t passed = (t->offset + bytes) / PAGE;
    (void)family_expect(f, MmAdvanceMdl(t->mdl, (ULONG)t->bytes + 1) == STATUS_INVALID_PARAMETER_2,
                        "no MDL is advanced beyond its end");
    (void)family_expect(f, NT_SUCCESS(MmAdvanceMdl(t->mdl, (ULONG)bytes)), "the MDL is advanced");
    uint64_t pages = family_pages(t);
    for (uint64_t i = passed; i < pages; i++) {
        t->frames[i - passed] = t->frames[i];
    }
    t->offset = (t->offset + bytes) % PAGE;
    t->bytes -= bytes;
    t->va = t->va == NULL ? NULL : t->va + bytes;
    (void)family_expect(f, t->mdl->ByteCount == t->bytes && t->mdl->ByteOffset == t->offset,
                        "an advanced MDL's length and offset");
    (void)family_expect(f, t->va == NULL || t->mdl->MappedSystemVa == t->va,
                        "an advanced MDL is seen further on");
}

// ---- Ends

bool family_has_chain(const family *f, const family_thing *request)
{
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        if (f->things[i].request == request) {
            return true;
        }
    }
    return false;
}

void family_chain_ended(family *f, const family_thing *request)
{
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        family_thing *t = &f->things[i];
        if (t->request == request) {
            if (t->own) {
                family_mdl_unmapped(f, t);
            }
            family_forget(t);
        }
    }
}

void family_end_mdl(family *f, family_thing *t)
{
    if (t->request != NULL) {
        return;
    }
    if (t->reserved != NULL) {
        family_leave_reserved(f, t);
    }
    if (t->state == FAMILY_LOCKED) {
        unlock_pages(f, t);
    }
    if (t->state == FAMILY_PAGES_OWNED) {
        family_free_pages(f, t);
    }
    if (t->own && t->state != FAMILY_PARTIAL) {
        MmUnmapLockedPages(t->va, t->mdl);
        family_mdl_unmapped(f, t);
    }
    IoFreeMdl(t->mdl);
    if (t->own) {
        family_mdl_unmapped(f, t);
    }
    family_forget(t);
}

static bool can_be_freed(const family *f, const family_thing *t)
{
    (void)f;
    return is_free(t);
}

const family_op family_mdl_ops[] = {
    {"allocate an MDL", 70, DISPATCH_LEVEL, can_be_described, mdl_begin},
    {"lock pages", 60, APC_LEVEL, is_fresh, lock_pages},
    {"lock kernel memory for a user", 4, APC_LEVEL, is_fresh, lock_fails},
    {"unlock pages", 16, DISPATCH_LEVEL, is_locked, unlock_pages},
    {"build for nonpaged pool", 14, DISPATCH_LEVEL, can_be_built, build},
    {"allocate a partial MDL", 24, DISPATCH_LEVEL, can_have_parts, part_begin},
    {"use a partial MDL again", 16, DISPATCH_LEVEL, is_part, part_again},
    {"advance", 10, DISPATCH_LEVEL, can_advance, advance},
    {"free an MDL", 56, DISPATCH_LEVEL, can_be_freed, family_end_mdl},
    {0},
};
