// SPDX-License-Identifier: MIT
// The flags of an MDL before and after each function that changes them, to the bit, and the other
// members that the function sets. What else a function needs to be set or clear is told by the
// stops of test_contract.c. tests/contract/rows.txt names these tests.
#include "mdl_words.h"

enum {
    FIXED = MDL_ALLOCATED_FIXED_SIZE,
    LOCKED = MDL_PAGES_LOCKED,
    WRITE = MDL_WRITE_OPERATION,
    BUILT = MDL_SOURCE_IS_NONPAGED_POOL,
    MAPPED = MDL_MAPPED_TO_SYSTEM_VA,
    OWN = MDL_PARTIAL_HAS_BEEN_MAPPED
};

static PUCHAR buffer; // of three pages

static void assert_flags(const MDL *mdl, unsigned flags)
{
    assert_int_equal((USHORT)mdl->MdlFlags, flags);
}

// An MDL over the buffer's second half page and what follows: two pages.
static PMDL mdl_in_buffer(void)
{
    buffer = pool(3 * PAGE);
    return mdl_over(buffer + 0x800, PAGE);
}

static PMDL locked_in_buffer(void)
{
    PMDL mdl = mdl_in_buffer();
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    return mdl;
}

static PVOID map_for(PMDL mdl, KPROCESSOR_MODE mode)
{
    return MmMapLockedPagesSpecifyCache(mdl, mode, MmCached, NULL, FALSE, NormalPagePriority);
}

// ---- Begin

static void initialize_clears_every_flag(void **state)
{
    MDL mdl = {.MdlFlags = 0x7FFF, .Process = (PEPROCESS)state, .MappedSystemVa = state};
    (void)state;

    MmInitializeMdl(&mdl, (PVOID)(ULONG_PTR)0x5123, PAGE);

    assert_flags(&mdl, 0);
    assert_ptr_equal(mdl.Process, state);
    assert_ptr_equal(mdl.MappedSystemVa, state);
}

static void allocated_mdl_has_fixed_size_up_to_the_policys_pages(void **state)
{
    (void)state;
    PMDL fixed = mdl_over(NULL, 23 * PAGE);
    PMDL larger = mdl_over(NULL, 24 * PAGE);

    assert_flags(fixed, FIXED);
    assert_flags(larger, 0);
    IoFreeMdl(fixed);
    IoFreeMdl(larger);
}

static void build_says_nonpaged_pool_and_where_it_is(void **state)
{
    (void)state;
    PMDL mdl = mdl_in_buffer();
    mdl->Process = (PEPROCESS)state;

    MmBuildMdlForNonPagedPool(mdl);

    assert_flags(mdl, FIXED | BUILT);
    assert_ptr_equal(mdl->MappedSystemVa, buffer + 0x800);
    assert_null(mdl->Process);
}

static void build_over_io_space_says_that_too(void **state)
{
    (void)state;
    PMDL mdl = mdl_over(map(BAR, PAGE), PAGE);

    MmBuildMdlForNonPagedPool(mdl);

    assert_flags(mdl, FIXED | BUILT | MDL_IO_SPACE);
}

// ---- Lock

static void lock_and_unlock_set_and_clear_the_lock(void **state)
{
    (void)state;
    PMDL mdl = mdl_in_buffer();

    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    assert_flags(mdl, FIXED | LOCKED);
    MmUnlockPages(mdl);
    assert_flags(mdl, FIXED);
    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    assert_flags(mdl, FIXED | LOCKED | WRITE);
    MmUnlockPages(mdl);
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    assert_flags(mdl, FIXED | LOCKED | WRITE);
    MmUnlockPages(mdl);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    assert_flags(mdl, FIXED | LOCKED);
    assert_null(mdl->Process);
}

static void unlock_of_io_space_clears_that_too(void **state)
{
    (void)state;
    PMDL mdl = mdl_over(map(BAR, PAGE), PAGE);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    assert_flags(mdl, FIXED | LOCKED | MDL_IO_SPACE);

    MmUnlockPages(mdl);

    assert_flags(mdl, FIXED);
}

static void lock_that_raises_leaves_the_mdl_as_it_was(void **state)
{
    volatile bool raised = false;
    (void)state;
    PMDL mdl = mdl_over((PVOID)(ULONG_PTR)0x10, 16);
    const MDL before = *mdl;
    SYSPTE_TRY
    {
        MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        raised = true;
    }
    assert_true(raised);
    assert_memory_equal(mdl, &before, sizeof before);
}

// ---- Map

static void kernel_map_says_mapped_and_where(void **state)
{
    (void)state;
    PMDL mdl = locked_in_buffer();

    PUCHAR va = map_for(mdl, KernelMode);

    assert_flags(mdl, FIXED | LOCKED | MAPPED);
    assert_ptr_equal(mdl->MappedSystemVa, va);
    assert_int_equal((ULONG_PTR)va & 0xFFF, 0x800);
    MmUnmapLockedPages(va, mdl);
    assert_flags(mdl, FIXED | LOCKED);
}

static void user_map_changes_no_flag(void **state)
{
    (void)state;
    PMDL mdl = locked_in_buffer();

    PVOID view = map_for(mdl, UserMode);

    assert_flags(mdl, FIXED | LOCKED);
    MmUnmapLockedPages(view, mdl);
    assert_flags(mdl, FIXED | LOCKED);
}

static void unmap_clears_extra_ptes_too(void **state)
{
    (void)state;
    PMDL mdl = locked_in_buffer();
    (void)map_for(mdl, KernelMode);
    assert_int_equal(MmAdvanceMdl(mdl, 0x800), STATUS_SUCCESS);
    assert_flags(mdl, FIXED | LOCKED | MAPPED | MDL_FREE_EXTRA_PTES);

    MmUnmapLockedPages(mdl->MappedSystemVa, mdl);

    assert_flags(mdl, FIXED | LOCKED);
    assert_int_equal(ptes_taken(), 0);
}

static void unlock_unmaps_first(void **state)
{
    (void)state;
    PMDL mdl = locked_in_buffer();
    (void)map_for(mdl, KernelMode);
    assert_int_equal(ptes_taken(), 2);

    MmUnlockPages(mdl);

    assert_flags(mdl, FIXED);
    assert_int_equal(ptes_taken(), 0);
}

static void reserved_map_keeps_the_page_and_returns_the_byte(void **state)
{
    (void)state;
    PMDL mdl = locked_in_buffer();
    PUCHAR reserved = MmAllocateMappingAddress(3 * PAGE, TEST_TAG);

    PUCHAR va = MmMapLockedPagesWithReservedMapping(reserved, TEST_TAG, mdl, MmCached);

    assert_flags(mdl, FIXED | LOCKED | MAPPED);
    assert_ptr_equal(va, reserved + 0x800);
    assert_ptr_equal(mdl->MappedSystemVa, reserved);
    va[0] = 0x42;
    assert_int_equal(buffer[0x800], 0x42);
    MmUnmapReservedMapping(reserved, TEST_TAG, mdl);
    assert_flags(mdl, FIXED | LOCKED);
    assert_int_equal(ptes_taken(), 3 + 2); // the reservation is kept
    assert_ptr_equal(MmMapLockedPagesWithReservedMapping(reserved, TEST_TAG, mdl, MmCached), va);
    MmUnmapReservedMapping(reserved, TEST_TAG, mdl);
    MmFreeMappingAddress(reserved, TEST_TAG);
    assert_int_equal(ptes_taken(), 0);
    assert_no_findings();
}

static void reserved_map_of_a_partial_is_its_own(void **state)
{
    (void)state;
    PMDL source = locked_in_buffer();
    PMDL part = mdl_over(buffer + 0x800, PAGE);
    PUCHAR reserved = MmAllocateMappingAddress(2 * PAGE, TEST_TAG);
    IoBuildPartialMdl(source, part, buffer + 0x800, 0);

    (void)MmMapLockedPagesWithReservedMapping(reserved, TEST_TAG, part, MmCached);
    assert_flags(part, FIXED | MDL_PARTIAL | MAPPED | OWN);

    MmUnmapReservedMapping(reserved, TEST_TAG, part);
    assert_flags(part, FIXED | MDL_PARTIAL);
}

// ---- Parts

static void partial_copies_what_the_source_says_of_its_pages(void **state)
{
    (void)state;
    PMDL source = locked_in_buffer();
    PUCHAR va = map_for(source, KernelMode);
    PMDL part = mdl_over(buffer + 0x800, PAGE);
    source->MdlFlags |= MDL_IO_PAGE_READ;
    part->MdlFlags |= MDL_WRITE_OPERATION | MDL_NETWORK_HEADER; // not its own any more

    IoBuildPartialMdl(source, part, buffer + PAGE, 0x100);

    assert_flags(part, FIXED | MDL_PARTIAL | MDL_IO_PAGE_READ | MAPPED);
    assert_ptr_equal(part->MappedSystemVa, va + 0x800);
    assert_ptr_equal(part->Process, source->Process);
    assert_int_equal(MmGetMdlPfnArray(part)[0], MmGetMdlPfnArray(source)[1]);
}

static void freed_partial_drops_its_own_mapping_and_never_its_parents(void **state)
{
    (void)state;
    PMDL source = locked_in_buffer();
    for (unsigned mapped = 0; mapped <= 1; mapped++) {
        PUCHAR of_source = mapped ? map_for(source, KernelMode) : NULL;
        uint64_t before = ptes_taken();
        PMDL part = mdl_over(buffer + 0x800, PAGE);
        IoBuildPartialMdl(source, part, buffer + 0x800, 0);
        assert_non_null(system_address(part));
        assert_int_equal(ptes_taken(), 2);
        assert_flags(part, FIXED | MDL_PARTIAL | MAPPED | (mapped ? 0 : OWN));

        IoFreeMdl(part);

        assert_int_equal(ptes_taken(), before);
        if (mapped) {
            of_source[0] = 1; // is there
        }
    }
    assert_no_findings();
}

static void reused_partial_is_unmapped_and_a_whole_mdl_is_not(void **state)
{
    (void)state;
    PMDL source = locked_in_buffer();
    PMDL part = mdl_over(buffer + 0x800, PAGE);
    IoBuildPartialMdl(source, part, buffer + 0x800, 0);
    assert_non_null(system_address(part));

    MmPrepareMdlForReuse(part);

    assert_flags(part, FIXED | MDL_PARTIAL);
    assert_int_equal(ptes_taken(), 0);
    assert_non_null(system_address(source));
    MmPrepareMdlForReuse(source);
    assert_flags(source, FIXED | LOCKED | MAPPED);
    assert_int_equal(ptes_taken(), 2);
}

static void freed_mapped_mdl_is_a_leak_and_a_violation(void **state)
{
    (void)state;
    PMDL mdl = locked_in_buffer();
    (void)map_for(mdl, KernelMode);

    IoFreeMdl(mdl);

    syspte_finding finding = finding_of(SYSPTE_RULE_FREE_MAPPED_MDL);
    assert_int_equal(finding.bugcheck.code, 0xC4);
    assert_int_equal(finding.bugcheck.parameter[0], 0xB8);
    assert_int_equal(ptes_taken(), 2);
    assert_int_equal(syspte_shutdown(), 3); // the mapping, the lock, the buffer
    assert_true(syspte_finding_occurrences(SYSPTE_RULE_LEAK) > 0);
}

// ---- Pages

static PMDL pages_for_mdl(void)
{
    PMDL mdl = MmAllocatePagesForMdl(physical(0), physical(UINT64_MAX), physical(0), 2 * PAGE);
    assert_non_null(mdl);
    return mdl;
}

static void pages_for_an_mdl_are_locked_and_begin_at_0(void **state)
{
    (void)state;
    PMDL mdl = pages_for_mdl();

    assert_int_equal((USHORT)mdl->MdlFlags & (LOCKED | MAPPED), LOCKED);
    assert_null(mdl->StartVa);
    assert_int_equal(mdl->ByteOffset, 0);
    assert_int_equal(mdl->ByteCount, 2 * PAGE);
    MmFreePagesFromMdl(mdl);
    assert_int_equal((USHORT)mdl->MdlFlags & LOCKED, 0);
    ExFreePool(mdl);
    assert_no_findings();
}

static void freeing_the_pages_of_a_mapped_mdl_follows_the_version(void **state)
{
    static const struct {
        const char *profile;
        uint64_t left;
    } rows[] = {{"xp-x86", 2}, {"srv2003-x86-3gb", 2}, {"win7-x86", 0}, {"win7-x64", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        boot_profile(rows[i].profile);
        PMDL mdl = pages_for_mdl();
        assert_non_null(system_address(mdl));
        assert_int_equal(ptes_taken(), 2);

        MmFreePagesFromMdl(mdl);

        assert_int_equal(ptes_taken(), rows[i].left);
        assert_int_equal((USHORT)mdl->MdlFlags & MAPPED, rows[i].left != 0 ? MAPPED : 0);
        assert_int_equal(syspte_finding_count() == 0, rows[i].left == 0);
    }
}

static void mdl_for_io_space_is_io_space_and_locked(void **state)
{
    MM_PHYSICAL_ADDRESS_LIST list = {.NumberOfBytes = PAGE};
    PMDL mdl = NULL;
    (void)state;
    list.PhysicalAddress = physical(BAR);

    assert_int_equal(MmAllocateMdlForIoSpace(&list, 1, &mdl), STATUS_SUCCESS);

    assert_int_equal((USHORT)mdl->MdlFlags & (MDL_IO_SPACE | LOCKED | MAPPED),
                     MDL_IO_SPACE | LOCKED);
    IoFreeMdl(mdl);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(initialize_clears_every_flag),
        machine_test(allocated_mdl_has_fixed_size_up_to_the_policys_pages),
        machine_test(build_says_nonpaged_pool_and_where_it_is),
        machine_test(build_over_io_space_says_that_too),
        machine_test(lock_and_unlock_set_and_clear_the_lock),
        machine_test(unlock_of_io_space_clears_that_too),
        machine_test(lock_that_raises_leaves_the_mdl_as_it_was),
        machine_test(kernel_map_says_mapped_and_where),
        machine_test(user_map_changes_no_flag),
        machine_test(unmap_clears_extra_ptes_too),
        machine_test(unlock_unmaps_first),
        machine_test(reserved_map_keeps_the_page_and_returns_the_byte),
        machine_test(reserved_map_of_a_partial_is_its_own),
        machine_test(partial_copies_what_the_source_says_of_its_pages),
        machine_test(freed_partial_drops_its_own_mapping_and_never_its_parents),
        machine_test(reused_partial_is_unmapped_and_a_whole_mdl_is_not),
        machine_test(freed_mapped_mdl_is_a_leak_and_a_violation),
        machine_test(pages_for_an_mdl_are_locked_and_begin_at_0),
        hooked_test(freeing_the_pages_of_a_mapped_mdl_follows_the_version),
        machine_test(mdl_for_io_space_is_io_space_and_locked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
