// SPDX-License-Identifier: MIT
// MDLs themselves: what allocating, building and freeing one does to its fields and flags, what it
// costs, and what is wrong with it. Sources: nf-wdm-ioallocatemdl, -iofreemdl, -iobuildpartialmdl,
// -mmbuildmdlfornonpagedpool, -mmpreparemdlforreuse, -mmadvancemdl; using-mdls.
#include "mdl_words.h"

// ---- Allocate

static void allocated_mdl_describes_its_buffer(void **state)
{
    (void)state;
    PMDL mdl = mdl_over((PVOID)(ULONG_PTR)0x12345F00, 0x1200);

    assert_null(mdl->Next);
    assert_int_equal(mdl->Size, sizeof(MDL) + 3 * sizeof(PFN_NUMBER));
    assert_int_equal(mdl->MdlFlags, MDL_ALLOCATED_FIXED_SIZE);
    assert_ptr_equal(mdl->StartVa, (PVOID)(ULONG_PTR)0x12345000);
    assert_int_equal(MmGetMdlByteOffset(mdl), 0xF00);
    assert_int_equal(MmGetMdlByteCount(mdl), 0x1200);
    assert_ptr_equal(MmGetMdlVirtualAddress(mdl), (PVOID)(ULONG_PTR)0x12345F00);
    assert_ptr_equal(MmGetMdlPfnArray(mdl), mdl + 1);
    IoFreeMdl(mdl);
    assert_int_equal(ptes_taken(), 0);
}

static void initialize_leaves_process_and_mapped_address_alone(void **state)
{
    MDL mdl = {
        .Next = &mdl, .MdlFlags = 0x7FFF, .Process = (PEPROCESS)&mdl, .MappedSystemVa = &mdl};
    (void)state;

    MmInitializeMdl(&mdl, (PVOID)(ULONG_PTR)0x1001, 0x1000);

    assert_null(mdl.Next);
    assert_int_equal(mdl.MdlFlags, 0);
    assert_int_equal(mdl.Size, sizeof(MDL) + 2 * sizeof(PFN_NUMBER));
    assert_int_equal(mdl.ByteOffset, 1);
    assert_ptr_equal(mdl.Process, &mdl);
    assert_ptr_equal(mdl.MappedSystemVa, &mdl);
}

static void size_of_mdl_counts_the_pages_spanned(void **state)
{
    (void)state;
    assert_int_equal(MmSizeOfMdl(NULL, 0), sizeof(MDL));
    assert_int_equal(MmSizeOfMdl((PVOID)(ULONG_PTR)0xFFF, 2), sizeof(MDL) + 2 * sizeof(PFN_NUMBER));
    assert_int_equal(MmSizeOfMdl(NULL, 64 * PAGE), sizeof(MDL) + 64 * sizeof(PFN_NUMBER));
}

static void fixed_size_flag_ends_at_23_pages(void **state)
{
    (void)state;
    PMDL most = mdl_over(NULL, 23 * PAGE);
    PMDL more = mdl_over(NULL, 23 * PAGE + 1);

    assert_int_equal(most->MdlFlags, MDL_ALLOCATED_FIXED_SIZE);
    assert_int_equal(more->MdlFlags, 0);
    IoFreeMdl(most);
    IoFreeMdl(more);
}

static void length_is_limited_by_the_version(void **state)
{
    static const struct {
        const char *profile;
        uint64_t most;
    } rows[] = {{"xp-x86", 4096ull * (65535 - 28) / 4},
                {"srv2003-x86-3gb", 4096ull * (65535 - 28) / 4},
                {"win7-x86", 0xFFFFF000},
                {"win7-x64", 0xFFFFF000}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        boot_profile(rows[i].profile);
        PMDL mdl = IoAllocateMdl(NULL, (ULONG)rows[i].most, FALSE, FALSE, NULL);

        assert_non_null(mdl);
        assert_null(IoAllocateMdl(NULL, (ULONG)rows[i].most + 1, FALSE, FALSE, NULL));
        IoFreeMdl(mdl);
        assert_no_findings();
    }
}

static void request_gets_the_mdl_in_front_or_behind(void **state)
{
    IRP irp = {.MdlAddress = NULL};
    (void)state;
    PMDL first = IoAllocateMdl(NULL, PAGE, FALSE, FALSE, &irp);
    PMDL second = IoAllocateMdl(NULL, PAGE, TRUE, FALSE, &irp);
    PMDL third = IoAllocateMdl(NULL, PAGE, TRUE, FALSE, &irp);

    assert_ptr_equal(irp.MdlAddress, first);
    assert_ptr_equal(first->Next, second);
    assert_ptr_equal(second->Next, third);
    assert_null(third->Next);
    IoFreeMdl(first); // only this one
    IoFreeMdl(second);
    IoFreeMdl(third);
    assert_no_findings();
}

static void secondary_buffer_without_a_request_is_a_finding(void **state)
{
    (void)state;
    PMDL mdl = IoAllocateMdl(NULL, PAGE, TRUE, FALSE, NULL);

    (void)only_finding(SYSPTE_RULE_MDL_ARGUMENT);
    IoFreeMdl(mdl);
}

static void quota_is_a_finding(void **state)
{
    (void)state;
    PMDL mdl = IoAllocateMdl(NULL, PAGE, FALSE, TRUE, NULL);

    (void)only_finding(SYSPTE_RULE_MDL_ARGUMENT);
    IoFreeMdl(mdl);
}

static void create_mdl_allocates_or_initialises(void **state)
{
    MDL own;
    (void)state;
    PMDL made = MmCreateMdl(NULL, (PVOID)(ULONG_PTR)0x5008, 16);

    assert_int_equal(made->ByteOffset, 8);
    assert_ptr_equal(MmCreateMdl(&own, (PVOID)(ULONG_PTR)0x7000, 32), &own);
    assert_int_equal(own.ByteCount, 32);
    ExFreePool(made);
    assert_no_findings();
}

static void mdl_never_freed_is_a_leak_of_pool(void **state)
{
    (void)state;
    (void)mdl_over(NULL, PAGE);

    (void)syspte_shutdown();
    syspte_finding leak = only_finding(SYSPTE_RULE_LEAK);
    assert_true(leak.held);
    assert_int_equal(leak.call->api, SYSPTE_API_IO_ALLOCATE_MDL);
    assert_int_equal(leak.call->tag, 0x206C644D);
}

// ---- Build for nonpaged pool

static void nonpaged_pool_mdl_costs_no_pte(void **state)
{
    (void)state;
    PUCHAR buffer = pool(3 * PAGE);
    PMDL mdl = mdl_over(buffer + 0x10, 2 * PAGE);

    MmBuildMdlForNonPagedPool(mdl);

    assert_int_equal(mdl->MdlFlags, MDL_ALLOCATED_FIXED_SIZE | MDL_SOURCE_IS_NONPAGED_POOL);
    assert_ptr_equal(mdl->MappedSystemVa, buffer + 0x10);
    assert_null(mdl->Process);
    assert_ptr_equal(system_address(mdl), buffer + 0x10);
    assert_ptr_equal(MmGetSystemAddressForMdl(mdl), buffer + 0x10);
    assert_int_equal(MmGetMdlPfnArray(mdl)[0],
                     MmGetPhysicalAddress(buffer + 0x10).QuadPart >> PAGE_SHIFT);
    assert_int_equal(ptes_taken(), 0);
    IoFreeMdl(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void build_over_io_space_says_so(void **state)
{
    (void)state;
    PUCHAR registers = map(BAR, 2 * PAGE);
    PMDL mdl = mdl_over(registers + PAGE, PAGE);

    MmBuildMdlForNonPagedPool(mdl);

    assert_int_equal(mdl->MdlFlags,
                     MDL_ALLOCATED_FIXED_SIZE | MDL_SOURCE_IS_NONPAGED_POOL | MDL_IO_SPACE);
    assert_int_equal(MmGetMdlPfnArray(mdl)[0], (BAR + PAGE) >> PAGE_SHIFT);
    IoFreeMdl(mdl);
    unmap(registers, 2 * PAGE);
    assert_no_findings();
}

static PMDL subject;

static void act_build(void)
{
    MmBuildMdlForNonPagedPool(subject);
}

static void build_over_paged_pool_is_0xC4_0x7F(void **state)
{
    (void)state;
    boot_strict(SYSPTE_VERIFIER);
    subject = mdl_over(paged(PAGE), PAGE);
    uint64_t va = 0;

    assert_true(stops(act_build));

    va = seen.stop.parameter[2];
    assert_stop(0xC4, 0x7F, PASSIVE_LEVEL, va, MDL_ALLOCATED_FIXED_SIZE);
    assert_true(va != 0);
    (void)finding_of(SYSPTE_RULE_BUILD_PAGEABLE);
}

static void build_over_paged_pool_leaves_the_pages_unlocked(void **state)
{
    (void)state;
    PUCHAR buffer = paged(PAGE);
    PMDL mdl = mdl_over(buffer, PAGE);

    MmBuildMdlForNonPagedPool(mdl);

    (void)only_finding(SYSPTE_RULE_BUILD_PAGEABLE);
    assert_int_equal(mdl->MdlFlags & MDL_PAGES_LOCKED, 0);
    assert_int_equal(mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL, MDL_SOURCE_IS_NONPAGED_POOL);
    IoFreeMdl(mdl);
    ExFreePool(buffer);
}

static void build_over_freed_memory_is_0x1A_0x1240(void **state)
{
    (void)state;
    PUCHAR registers = map(BAR, PAGE);
    subject = mdl_over(registers, PAGE);
    unmap(registers, PAGE);

    assert_true(stops(act_build));

    assert_int_equal(seen.stop.code, 0x1A);
    assert_int_equal(seen.stop.parameter[0], 0x1240);
}

// ---- Partial

static void partial_shares_the_mapping_of_its_source(void **state)
{
    (void)state;
    PUCHAR buffer = pool(4 * PAGE);
    PMDL source = locked_over(buffer + 8, 3 * PAGE);
    PUCHAR whole = system_address(source);
    uint64_t taken = ptes_taken();
    PMDL part = mdl_over(buffer + 8 + PAGE, PAGE);

    IoBuildPartialMdl(source, part, buffer + 8 + PAGE, PAGE);

    assert_int_equal(part->MdlFlags,
                     MDL_ALLOCATED_FIXED_SIZE | MDL_PARTIAL | MDL_MAPPED_TO_SYSTEM_VA);
    assert_ptr_equal(system_address(part), whole + PAGE);
    assert_int_equal(MmGetMdlPfnArray(part)[0], MmGetMdlPfnArray(source)[1]);
    assert_int_equal(MmGetMdlPfnArray(part)[1], MmGetMdlPfnArray(source)[2]);
    IoFreeMdl(part);
    assert_int_equal(ptes_taken(), taken); // never its parent's
    whole[0] = 7;
    assert_int_equal(buffer[8], 7);
    unlock_and_free(source);
    assert_int_equal(ptes_taken(), 0);
    ExFreePool(buffer);
    assert_no_findings();
}

static void partial_of_an_unmapped_source_has_a_mapping_of_its_own(void **state)
{
    (void)state;
    PUCHAR buffer = pool(4 * PAGE);
    PMDL source = locked_over(buffer, 4 * PAGE);
    PMDL part = mdl_over(buffer + PAGE + 4, PAGE);
    IoBuildPartialMdl(source, part, buffer + PAGE + 4, PAGE);

    PUCHAR mapped = system_address(part);

    assert_int_equal(part->MdlFlags, MDL_ALLOCATED_FIXED_SIZE | MDL_PARTIAL |
                                         MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_MAPPED_TO_SYSTEM_VA);
    assert_int_equal(ptes_taken(), 2);
    mapped[0] = 0x5A;
    assert_int_equal(buffer[PAGE + 4], 0x5A);
    IoFreeMdl(part); // drops its own mapping
    assert_int_equal(ptes_taken(), 0);
    assert_int_equal(source->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    unlock_and_free(source);
    ExFreePool(buffer);
    assert_no_findings();
}

static void partial_length_0_is_the_rest_of_the_source(void **state)
{
    (void)state;
    PUCHAR buffer = pool(2 * PAGE);
    PMDL source = locked_over(buffer, 2 * PAGE);
    PMDL part = mdl_over(buffer, 2 * PAGE);

    IoBuildPartialMdl(source, part, buffer + 0x100, 0);

    assert_int_equal(part->ByteCount, 2 * PAGE - 0x100);
    assert_int_equal(part->ByteOffset, 0x100);
    IoFreeMdl(part);
    unlock_and_free(source);
    ExFreePool(buffer);
}

static void partial_inherits_nonpaged_pool(void **state)
{
    (void)state;
    PUCHAR buffer = pool(2 * PAGE);
    PMDL source = mdl_over(buffer, 2 * PAGE);
    PMDL part = mdl_over(buffer, PAGE);
    MmBuildMdlForNonPagedPool(source);

    IoBuildPartialMdl(source, part, buffer + PAGE, PAGE);

    assert_ptr_equal(system_address(part), buffer + PAGE);
    assert_int_equal(ptes_taken(), 0);
    IoFreeMdl(part);
    IoFreeMdl(source);
    ExFreePool(buffer);
    assert_no_findings();
}

static PMDL part_of;
static PVOID part_at;
static ULONG part_length;

static void act_partial(void)
{
    IoBuildPartialMdl(part_of, subject, part_at, part_length);
}

static void partial_outside_its_source_is_0x12E(void **state)
{
    (void)state;
    PUCHAR buffer = pool(3 * PAGE);
    part_of = locked_over(buffer + PAGE, PAGE);
    subject = mdl_over(buffer, PAGE);
    part_at = buffer + PAGE + 1;
    part_length = PAGE;

    assert_true(stops(act_partial));

    assert_int_equal(seen.stop.code, 0x12E);
    assert_int_equal(seen.stop.parameter[3], PAGE);
    (void)finding_of(SYSPTE_RULE_PARTIAL_RANGE);
}

static void partial_before_its_source_is_0x12E(void **state)
{
    (void)state;
    PUCHAR buffer = pool(3 * PAGE);
    part_of = locked_over(buffer + PAGE, PAGE);
    subject = mdl_over(buffer, PAGE);
    part_at = buffer + PAGE - 1;
    part_length = 1;

    assert_true(stops(act_partial));

    assert_int_equal(seen.stop.code, 0x12E);
}

static void partial_without_room_is_0x40(void **state)
{
    (void)state;
    PUCHAR buffer = pool(4 * PAGE);
    part_of = locked_over(buffer, 4 * PAGE);
    subject = mdl_over(buffer, PAGE);
    part_at = buffer;
    part_length = 2 * PAGE;

    assert_true(stops(act_partial));

    assert_int_equal(seen.stop.code, 0x40);
}

// The Size of an MDL has 16 bits, which wrap around at 8185 pages.
static void partial_of_a_long_mdl_has_room(void **state)
{
    enum { LONG_BYTES = 40 * 1024 * 1024 };
    PUCHAR somewhere = (PUCHAR)(ULONG_PTR)0x70000000;
    (void)state;
    PMDL source = mdl_over(somewhere, LONG_BYTES);
    PMDL part = mdl_over(somewhere, LONG_BYTES);
    source->MdlFlags = MDL_PAGES_LOCKED;
    memset(MmGetMdlPfnArray(source), 0x11, LONG_BYTES / PAGE * sizeof(PFN_NUMBER));

    IoBuildPartialMdl(source, part, somewhere + PAGE, 0);

    assert_int_equal(part->ByteCount, LONG_BYTES - PAGE);
    assert_int_equal(MmGetMdlPfnArray(part)[LONG_BYTES / PAGE - 2], MmGetMdlPfnArray(source)[0]);
    IoFreeMdl(part);
    IoFreeMdl(source);
    assert_no_findings();
}

static void prepare_for_reuse_drops_the_partials_own_mapping(void **state)
{
    (void)state;
    PUCHAR buffer = pool(4 * PAGE);
    PMDL source = locked_over(buffer, 4 * PAGE);
    PMDL part = mdl_over(buffer, 2 * PAGE);
    for (unsigned i = 0; i < 3; i++) {
        IoBuildPartialMdl(source, part, buffer + i * PAGE, PAGE + 1);
        assert_non_null(system_address(part));
        assert_int_equal(ptes_taken(), 2);
        MmPrepareMdlForReuse(part);
        assert_int_equal(ptes_taken(), 0);
        assert_int_equal(part->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED),
                         0);
    }
    IoFreeMdl(part);
    unlock_and_free(source);
    ExFreePool(buffer);
    assert_no_findings();
}

static void partial_built_anew_without_preparing_loses_its_ptes(void **state)
{
    (void)state;
    PUCHAR buffer = pool(2 * PAGE);
    PMDL source = locked_over(buffer, 2 * PAGE);
    PMDL part = mdl_over(buffer, PAGE);
    IoBuildPartialMdl(source, part, buffer, PAGE);
    assert_non_null(system_address(part));

    IoBuildPartialMdl(source, part, buffer + PAGE, PAGE);

    syspte_finding finding = only_finding(SYSPTE_RULE_PARTIAL_NOT_PREPARED);
    assert_int_equal(finding.mapped->api, SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE);
    assert_int_equal(ptes_taken(), 1);
    MmUnmapLockedPages(system_address(part), part); // the new mapping is one of its own
    assert_int_equal(ptes_taken(), 1);
    (void)only_finding(SYSPTE_RULE_PARTIAL_NOT_PREPARED);
    IoFreeMdl(part);
    unlock_and_free(source);
    ExFreePool(buffer);
    assert_int_equal(ptes_taken(), 1);
}

static void prepare_for_reuse_of_a_mapped_whole_mdl_is_a_finding(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    assert_non_null(system_address(mdl));

    MmPrepareMdlForReuse(mdl);

    (void)only_finding(SYSPTE_RULE_REUSE_MAPPED_MDL);
    assert_int_equal(ptes_taken(), 1); // it is not unmapped
    unlock_and_free(mdl);
    ExFreePool(buffer);
}

// ---- Free

static void act_free(void)
{
    IoFreeMdl(subject);
}

static void freeing_a_mapped_mdl_is_0xC4_0xB8(void **state)
{
    (void)state;
    boot_strict(SYSPTE_VERIFIER);
    subject = locked_over(pool(PAGE), PAGE);
    assert_non_null(system_address(subject));
    unsigned flags = (unsigned)subject->MdlFlags;

    assert_true(stops(act_free));

    assert_stop(0xC4, 0xB8, seen.stop.parameter[1], flags, 0);
    (void)finding_of(SYSPTE_RULE_FREE_MAPPED_MDL);
}

static void freeing_a_mapped_mdl_is_a_leak(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    assert_non_null(system_address(mdl));

    IoFreeMdl(mdl);

    syspte_finding finding = finding_of(SYSPTE_RULE_FREE_MAPPED_MDL);
    assert_int_equal(finding.mapped->api, SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE);
    assert_true(finding.has_bugcheck && !finding.stopped);
    (void)finding_of(SYSPTE_RULE_FREE_LOCKED_MDL);
    assert_int_equal(ptes_taken(), 1);
    assert_int_equal(syspte_shutdown(), 3);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 3); // and lock, and buffer
}

// ---- Advance

static void advance_moves_the_start_and_keeps_the_end(void **state)
{
    (void)state;
    PUCHAR buffer = pool(4 * PAGE);
    PMDL mdl = locked_over(buffer + 0x800, 3 * PAGE);
    PFN_NUMBER third = MmGetMdlPfnArray(mdl)[2];

    assert_int_equal(MmAdvanceMdl(mdl, 0x1900), STATUS_SUCCESS);

    assert_ptr_equal(MmGetMdlVirtualAddress(mdl), buffer + 0x2100);
    assert_int_equal(mdl->ByteCount, 3 * PAGE - 0x1900);
    assert_int_equal(MmGetMdlPfnArray(mdl)[0], third);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void advance_keeps_the_ptes_until_the_unmap(void **state)
{
    (void)state;
    PUCHAR buffer = pool(4 * PAGE);
    PMDL mdl = locked_over(buffer, 4 * PAGE);
    PUCHAR mapped = system_address(mdl);

    assert_int_equal(MmAdvanceMdl(mdl, PAGE + 0x10), STATUS_SUCCESS);

    assert_ptr_equal(mdl->MappedSystemVa, mapped + PAGE + 0x10);
    assert_int_equal(mdl->MdlFlags & MDL_FREE_EXTRA_PTES, MDL_FREE_EXTRA_PTES);
    assert_int_equal(ptes_taken(), 4);
    mapped[PAGE + 0x10] = 9;
    assert_int_equal(buffer[PAGE + 0x10], 9);
    MmUnmapLockedPages(mdl->MappedSystemVa, mdl);
    assert_int_equal(ptes_taken(), 0);
    assert_int_equal(mdl->MdlFlags & MDL_FREE_EXTRA_PTES, 0);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void advance_past_the_end_is_refused(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);

    assert_int_equal(MmAdvanceMdl(mdl, PAGE + 1), STATUS_INVALID_PARAMETER_2);

    assert_int_equal(mdl->ByteCount, PAGE);
    unlock_and_free(mdl);
    ExFreePool(buffer);
}

// ---- I/O space

static void mdl_for_io_space_is_mapped_like_any_other(void **state)
{
    MM_PHYSICAL_ADDRESS_LIST list[2];
    PMDL mdl = NULL;
    unsigned char byte = 0;
    (void)state;
    list[0].PhysicalAddress = physical(BAR);
    list[0].NumberOfBytes = PAGE;
    list[1].PhysicalAddress = physical(BAR + 0x10000);
    list[1].NumberOfBytes = 2 * PAGE;

    assert_int_equal(MmAllocateMdlForIoSpace(list, 2, &mdl), STATUS_SUCCESS);

    assert_int_equal(mdl->ByteCount, 3 * PAGE);
    assert_int_equal(mdl->MdlFlags & MDL_IO_SPACE, MDL_IO_SPACE);
    volatile UCHAR *mapped =
        MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmNonCached, NULL, FALSE, NormalPagePriority);
    mapped[PAGE] = 0x77;
    assert_true(syspte_memory_read(BAR + 0x10000, &byte, 1));
    assert_int_equal(byte, 0x77);
    MmUnmapLockedPages((PVOID)mapped, mdl);
    IoFreeMdl(mdl);
    assert_int_equal(ptes_taken(), 0);
    assert_no_findings();
}

static void mdl_for_io_space_takes_whole_pages_of_io_space(void **state)
{
    MM_PHYSICAL_ADDRESS_LIST list = {.NumberOfBytes = PAGE};
    PMDL mdl = NULL;
    (void)state;
    list.PhysicalAddress = physical(BAR + 1);
    assert_int_equal(MmAllocateMdlForIoSpace(&list, 1, &mdl), STATUS_INVALID_PARAMETER_1);
    list.PhysicalAddress = physical(BAR);
    list.NumberOfBytes = 10;
    assert_int_equal(MmAllocateMdlForIoSpace(&list, 1, &mdl), STATUS_INVALID_PARAMETER_1);
    syspte_memory_add(0x100000, PAGE, SYSPTE_MEMORY_RAM);
    list.PhysicalAddress = physical(0x100000);
    list.NumberOfBytes = PAGE;
    assert_int_equal(MmAllocateMdlForIoSpace(&list, 1, &mdl), STATUS_INVALID_PARAMETER_1);
    assert_int_equal(MmAllocateMdlForIoSpace(&list, 0, &mdl), STATUS_INVALID_PARAMETER_1);
    assert_null(mdl);
}

static void mdl_for_io_space_is_shorter_than_4_gib(void **state)
{
    MM_PHYSICAL_ADDRESS_LIST list[2];
    PMDL mdl = NULL;
    (void)state;
    list[0].PhysicalAddress = physical(0x100000000);
    list[0].NumberOfBytes = 0xFFFFF000;
    list[1].PhysicalAddress = physical(BAR);
    list[1].NumberOfBytes = PAGE;

    assert_int_equal(MmAllocateMdlForIoSpace(list, 2, &mdl), STATUS_INVALID_PARAMETER_1);
    assert_int_equal(MmAllocateMdlForIoSpace(list, 1, &mdl), STATUS_SUCCESS);

    assert_int_equal(mdl->ByteCount, 0xFFFFF000);
    IoFreeMdl(mdl);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(allocated_mdl_describes_its_buffer),
        machine_test(initialize_leaves_process_and_mapped_address_alone),
        machine_test(size_of_mdl_counts_the_pages_spanned),
        machine_test(fixed_size_flag_ends_at_23_pages),
        hooked_test(length_is_limited_by_the_version),
        machine_test(request_gets_the_mdl_in_front_or_behind),
        machine_test(secondary_buffer_without_a_request_is_a_finding),
        machine_test(quota_is_a_finding),
        machine_test(create_mdl_allocates_or_initialises),
        machine_test(mdl_never_freed_is_a_leak_of_pool),
        machine_test(nonpaged_pool_mdl_costs_no_pte),
        machine_test(build_over_io_space_says_so),
        hooked_test(build_over_paged_pool_is_0xC4_0x7F),
        machine_test(build_over_paged_pool_leaves_the_pages_unlocked),
        machine_test(build_over_freed_memory_is_0x1A_0x1240),
        machine_test(partial_shares_the_mapping_of_its_source),
        machine_test(partial_of_an_unmapped_source_has_a_mapping_of_its_own),
        machine_test(partial_length_0_is_the_rest_of_the_source),
        machine_test(partial_inherits_nonpaged_pool),
        machine_test(partial_outside_its_source_is_0x12E),
        machine_test(partial_before_its_source_is_0x12E),
        machine_test(partial_without_room_is_0x40),
        machine_test(partial_of_a_long_mdl_has_room),
        machine_test(prepare_for_reuse_drops_the_partials_own_mapping),
        machine_test(partial_built_anew_without_preparing_loses_its_ptes),
        machine_test(prepare_for_reuse_of_a_mapped_whole_mdl_is_a_finding),
        hooked_test(freeing_a_mapped_mdl_is_0xC4_0xB8),
        machine_test(freeing_a_mapped_mdl_is_a_leak),
        machine_test(advance_moves_the_start_and_keeps_the_end),
        machine_test(advance_keeps_the_ptes_until_the_unmap),
        machine_test(advance_past_the_end_is_refused),
        machine_test(mdl_for_io_space_is_mapped_like_any_other),
        machine_test(mdl_for_io_space_takes_whole_pages_of_io_space),
        machine_test(mdl_for_io_space_is_shorter_than_4_gib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
