// SPDX-License-Identifier: MIT
// Who takes system PTEs, function by function: how many each call takes, and that its counterpart
// gives them back. tests/contract/rows.txt names these tests. The buffer begins 0xF00 bytes into a
// page and has 0x200 bytes, so that its span is 2.
#include "mdl_words.h"

enum { OFFSET = 0xF00, BYTES = 0x200, SPAN = 2 };

// The driver's, set up before each call.
static PUCHAR buffer;
static PMDL mdl;
static PVOID va;
static PVOID section;

static void need_mdl(void)
{
    buffer = pool(SPAN * PAGE);
    mdl = mdl_over(buffer + OFFSET, BYTES);
}

static void need_locked(void)
{
    need_mdl();
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
}

static void need_mapped(void)
{
    need_locked();
    va = system_address(mdl);
}

static void need_built(void)
{
    need_mdl();
    MmBuildMdlForNonPagedPool(mdl);
}

static void need_reserved(void)
{
    need_locked();
    va = MmAllocateMappingAddress(SPAN * PAGE, TEST_TAG);
}

static void need_section(void)
{
    section = syspte_section_create(SPAN * PAGE);
}

static void nothing(void)
{
}

static PHYSICAL_ADDRESS bar(void)
{
    return physical(BAR + OFFSET);
}

static PVOID map_mdl(KPROCESSOR_MODE mode, ULONG priority)
{
    return MmMapLockedPagesSpecifyCache(mdl, mode, MmCached, NULL, FALSE, priority);
}

// ---- I/O space

static void call_map_io_space(void)
{
    va = MmMapIoSpace(bar(), BYTES, MmNonCached);
}

static void call_map_io_space_ex(void)
{
    va = MmMapIoSpaceEx(bar(), BYTES, PAGE_READWRITE | PAGE_NOCACHE);
}

static void undo_map_io_space(void)
{
    MmUnmapIoSpace(va, BYTES);
}

static void call_map_video(void)
{
    va = MmMapVideoDisplay(bar(), BYTES, MmNonCached);
}

static void undo_map_video(void)
{
    MmUnmapVideoDisplay(va, BYTES);
}

static void call_mdl_for_io_space(void)
{
    MM_PHYSICAL_ADDRESS_LIST list = {.NumberOfBytes = SPAN * PAGE};
    list.PhysicalAddress = physical(BAR);
    assert_int_equal(MmAllocateMdlForIoSpace(&list, 1, &mdl), STATUS_SUCCESS);
}

// ---- MDLs

static void call_map(void)
{
    va = map_mdl(KernelMode, NormalPagePriority);
}

static void call_map_guarded(void)
{
    va = map_mdl(KernelMode, NormalPagePriority | MdlMappingWithGuardPtes);
}

static void call_map_obsolete(void)
{
    va = MmMapLockedPages(mdl, KernelMode);
}

static void call_map_user(void)
{
    va = map_mdl(UserMode, NormalPagePriority);
}

static void call_safe(void)
{
    va = system_address(mdl);
}

static void undo_map(void)
{
    MmUnmapLockedPages(va, mdl);
}

static void undo_lock(void)
{
    MmUnlockPages(mdl);
}

static void call_lock(void)
{
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
}

static void call_build(void)
{
    MmBuildMdlForNonPagedPool(mdl);
}

static void call_allocate_mdl(void)
{
    mdl = mdl_over(NULL, BYTES);
}

static void undo_allocate_mdl(void)
{
    IoFreeMdl(mdl);
}

static void call_partial(void)
{
    PMDL part = mdl_over(va, BYTES);
    IoBuildPartialMdl(mdl, part, MmGetMdlVirtualAddress(mdl), 0);
    assert_ptr_equal(system_address(part), va);
    IoFreeMdl(part);
}

static void call_protect(void)
{
    assert_int_equal(MmProtectMdlSystemAddress(mdl, PAGE_READONLY), STATUS_SUCCESS);
}

static void call_advance(void)
{
    assert_int_equal(MmAdvanceMdl(mdl, 0x180), STATUS_SUCCESS); // the whole first page
}

static void count_ptes(PVOID context, PVOID mapped)
{
    assert_non_null(mapped);
    *(uint64_t *)context = ptes_taken();
}

static void call_map_mdl(void)
{
    uint64_t taken = 0;
    assert_int_equal(MmMapMdl(mdl, PAGE_READWRITE, count_ptes, &taken), STATUS_SUCCESS);
    assert_int_equal(taken, SPAN); // and none any more behind it
}

static void call_pages(void)
{
    mdl = MmAllocatePagesForMdl(physical(0), physical(UINT64_MAX), physical(0), SPAN * PAGE);
    assert_non_null(mdl);
}

static void undo_pages(void)
{
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
}

// ---- Reserved mappings

static void call_reserve(void)
{
    va = MmAllocateMappingAddress(BYTES, TEST_TAG);
    assert_non_null(va);
}

static void undo_reserve(void)
{
    MmFreeMappingAddress(va, TEST_TAG);
}

static void call_map_reserved(void)
{
    PVOID mapped = MmMapLockedPagesWithReservedMapping(va, TEST_TAG, mdl, MmCached);
    assert_ptr_equal(mapped, (PUCHAR)va + OFFSET);
}

static void undo_map_reserved(void)
{
    MmUnmapReservedMapping(va, TEST_TAG, mdl);
}

// ---- Memory, views and queries

static void call_noncached(void)
{
    va = MmAllocateNonCachedMemory(PAGE + 1);
}

static void undo_noncached(void)
{
    MmFreeNonCachedMemory(va, PAGE + 1);
}

static void call_contiguous_cached(void)
{
    va = MmAllocateContiguousMemory(PAGE + 1, physical(UINT64_MAX));
}

static void call_contiguous_noncached(void)
{
    va = MmAllocateContiguousMemorySpecifyCache(PAGE + 1, physical(0), physical(UINT64_MAX),
                                                physical(0), MmNonCached);
}

static void undo_contiguous(void)
{
    MmFreeContiguousMemory(va);
}

static void call_view(void)
{
    SIZE_T bytes = 0;
    assert_int_equal(MmMapViewInSystemSpace(section, &va, &bytes), STATUS_SUCCESS);
}

static void undo_view(void)
{
    assert_int_equal(MmUnmapViewInSystemSpace(va), STATUS_SUCCESS);
}

static void call_lock_section(void)
{
    va = MmLockPagableDataSection((PVOID)(ULONG_PTR)call_lock_section);
    assert_non_null(va);
}

static void undo_lock_section(void)
{
    MmUnlockPagableImageSection(va);
}

static void call_physical(void)
{
    assert_true(MmGetPhysicalAddress(buffer).QuadPart != 0);
}

static void call_valid(void)
{
    assert_true(MmIsAddressValid(buffer));
}

// ---- The table

typedef struct consumer {
    void (*before)(void);
    void (*call)(void);
    void (*undo)(void);
    uint64_t ptes;
} consumer;

// The contiguous row is the default of the policy `contiguous`, the guarded and the reserved one
// those of `guard_ptes` and `reserved_header_ptes`.
#define CONSUMERS(X)                                                                               \
    X(MmMapIoSpace, nothing, call_map_io_space, undo_map_io_space, SPAN)                           \
    X(MmMapIoSpaceEx, nothing, call_map_io_space_ex, undo_map_io_space, SPAN)                      \
    X(MmMapVideoDisplay, nothing, call_map_video, undo_map_video, SPAN)                            \
    X(MmMapLockedPagesSpecifyCache, need_locked, call_map, undo_map, SPAN)                         \
    X(MmMapLockedPages, need_locked, call_map_obsolete, undo_map, SPAN)                            \
    X(map_with_guard_ptes, need_locked, call_map_guarded, undo_map, SPAN + 2)                      \
    X(map_for_user_mode, need_locked, call_map_user, undo_map, 0)                                  \
    X(MmGetSystemAddressForMdlSafe, need_locked, call_safe, undo_lock, SPAN)                       \
    X(MmGetSystemAddressForMdlSafe_of_a_mapped_mdl, need_mapped, call_safe, nothing, 0)            \
    X(MmGetSystemAddressForMdlSafe_of_nonpaged_pool, need_built, call_safe, nothing, 0)            \
    X(MmAllocateMappingAddress, nothing, call_reserve, undo_reserve, 1 + 2)                        \
    X(MmMapLockedPagesWithReservedMapping, need_reserved, call_map_reserved, undo_map_reserved, 0) \
    X(MmBuildMdlForNonPagedPool, need_mdl, call_build, nothing, 0)                                 \
    X(MmProbeAndLockPages, need_mdl, call_lock, undo_lock, 0)                                      \
    X(IoAllocateMdl, nothing, call_allocate_mdl, undo_allocate_mdl, 0)                             \
    X(IoBuildPartialMdl, need_mapped, call_partial, nothing, 0)                                    \
    X(MmAllocatePagesForMdl, nothing, call_pages, undo_pages, 0)                                   \
    X(MmAllocateMdlForIoSpace, nothing, call_mdl_for_io_space, undo_allocate_mdl, 0)               \
    X(MmProtectMdlSystemAddress, need_mapped, call_protect, nothing, 0)                            \
    X(MmLockPagableDataSection, nothing, call_lock_section, undo_lock_section, 0)                  \
    X(MmGetPhysicalAddress, need_mdl, call_physical, nothing, 0)                                   \
    X(MmIsAddressValid, need_mdl, call_valid, nothing, 0)                                          \
    X(MmAdvanceMdl, need_mapped, call_advance, nothing, 0)                                         \
    X(MmMapMdl, need_locked, call_map_mdl, nothing, 0)                                             \
    X(MmAllocateNonCachedMemory, nothing, call_noncached, undo_noncached, 2)                       \
    X(cached_contiguous_memory, nothing, call_contiguous_cached, undo_contiguous, 0)               \
    X(noncached_contiguous_memory, nothing, call_contiguous_noncached, undo_contiguous, 2)         \
    X(MmMapViewInSystemSpace, need_section, call_view, undo_view, 0)

static void run(void **state)
{
    const consumer *c = *state;
    boot(NULL);
    va = NULL;
    c->before();
    uint64_t before = ptes_taken();

    c->call();

    assert_int_equal(ptes_taken() - before, c->ptes);
    c->undo();
    assert_int_equal(ptes_taken(), before);
    assert_int_equal(syspte_report_failures(), 0);
}

#define ROW(name, ...) static consumer consumer_##name = {__VA_ARGS__};
CONSUMERS(ROW)

#define ENTRY(name, ...) {"ptes_of_" #name, run, hook_begin, machine_end, &consumer_##name},

static void reserved_header_ptes_are_a_policy(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    for (config.reserved_header_ptes = 0; config.reserved_header_ptes <= 16;
         config.reserved_header_ptes += 16) {
        boot(&config);
        call_reserve();
        assert_int_equal(ptes_taken(), 1 + config.reserved_header_ptes);
        undo_reserve();
        assert_int_equal(ptes_taken(), 0);
    }
}

// MmAdvanceMdl moves the start over whole pages; their PTEs stay with the MDL until it is unmapped.
static void advanced_mdl_gives_all_its_ptes_back_at_the_unmap(void **state)
{
    (void)state;
    need_mapped();
    call_advance();
    assert_int_equal(ptes_taken(), SPAN);

    MmUnmapLockedPages(mdl->MappedSystemVa, mdl);

    assert_int_equal(ptes_taken(), 0);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONSUMERS(ENTRY) hooked_test(reserved_header_ptes_are_a_policy),
        machine_test(advanced_mdl_gives_all_its_ptes_back_at_the_unmap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
