// SPDX-License-Identifier: MIT
// Pages for MDLs, and what completing a request does to a chain of MDLs. Sources:
// nf-wdm-mmallocatepagesformdlex, -mmfreepagesfrommdl, -iocompleterequest; bug checks 0x4E, 0xC4.
#include "mdl_words.h"

#define HIGHEST 0xFFFFFFFFFFull

static PMDL pages_with(ULONG flags, SIZE_T bytes)
{
    return MmAllocatePagesForMdlEx(physical(0), physical(HIGHEST), physical(0), bytes, MmCached,
                                   flags);
}

static PMDL pages(SIZE_T bytes)
{
    PMDL mdl = MmAllocatePagesForMdl(physical(0), physical(HIGHEST), physical(0), bytes);
    assert_non_null(mdl);
    return mdl;
}

static void free_all(PMDL mdl)
{
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
}

// ---- Pages

static void pages_are_locked_unmapped_and_zeros(void **state)
{
    (void)state;
    PMDL dirty = pages(8 * PAGE);
    memset(system_address(dirty), 0xEE, 8 * PAGE);
    free_all(dirty);

    PMDL mdl = pages(5 * PAGE + 1);

    assert_int_equal(mdl->ByteCount, 6 * PAGE);
    assert_null(mdl->StartVa);
    assert_int_equal(mdl->ByteOffset, 0);
    assert_int_equal(mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA),
                     MDL_PAGES_LOCKED);
    assert_int_equal(ptes_taken(), 0);
    PUCHAR mapped = system_address(mdl);
    assert_int_equal(ptes_taken(), 6);
    for (unsigned i = 0; i < 6 * PAGE; i++) {
        assert_int_equal(mapped[i], 0);
    }
    MmUnmapLockedPages(mapped, mdl);
    free_all(mdl);
    assert_no_findings();
}

static void freeing_mapped_pages_unmaps_them_since_windows_7(void **state)
{
    (void)state;
    boot_profile("win7-x86");
    PMDL mdl = pages(3 * PAGE);
    assert_non_null(system_address(mdl));

    MmFreePagesFromMdl(mdl);

    assert_int_equal(ptes_taken(), 0);
    assert_int_equal(mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA), 0);
    ExFreePool(mdl);
    assert_no_findings();
}

static void freeing_mapped_pages_loses_the_ptes_before_windows_7(void **state)
{
    (void)state;
    boot_profile("xp-x86");
    PMDL mdl = pages(3 * PAGE);
    assert_non_null(system_address(mdl));

    MmFreePagesFromMdl(mdl);

    syspte_finding finding = only_finding(SYSPTE_RULE_FREE_PAGES_MAPPED);
    assert_int_equal(finding.mapped->api, SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE);
    assert_int_equal(ptes_taken(), 3);
    ExFreePool(mdl);
}

static void range_limits_the_frames(void **state)
{
    (void)state;
    uint64_t low = 0x40000000 + 100 * PAGE;
    PMDL mdl = MmAllocatePagesForMdl(
        physical((LONGLONG)low), physical((LONGLONG)(low + 8 * PAGE - 1)), physical(0), 64 * PAGE);

    assert_int_equal(mdl->ByteCount, 8 * PAGE); // all there are: fewer than asked for
    for (unsigned i = 0; i < 8; i++) {
        assert_in_range(MmGetMdlPfnArray(mdl)[i], low / PAGE, low / PAGE + 7);
    }
    assert_null(MmAllocatePagesForMdl(physical((LONGLONG)low),
                                      physical((LONGLONG)(low + 8 * PAGE - 1)), physical(0), PAGE));
    free_all(mdl);
    assert_no_findings();
}

static void skip_moves_the_range_when_it_is_used_up(void **state)
{
    (void)state;
    uint64_t low = 0x40000000;
    PMDL mdl =
        MmAllocatePagesForMdl(physical((LONGLONG)low), physical((LONGLONG)(low + 2 * PAGE - 1)),
                              physical(16 * PAGE), 5 * PAGE);

    assert_int_equal(mdl->ByteCount, 5 * PAGE);
    for (unsigned i = 0; i < 5; i++) {
        assert_true(MmGetMdlPfnArray(mdl)[i] % 16 < 2);
    }
    free_all(mdl);
    assert_no_findings();
}

static void fully_required_is_all_or_null(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.ram_bytes = 64 * PAGE;
    boot(&config);

    assert_null(pages_with(MM_ALLOCATE_FULLY_REQUIRED, 65 * PAGE));
    PMDL some = pages_with(0, 65 * PAGE);
    assert_non_null(some);
    assert_true(some->ByteCount >= 60 * PAGE && some->ByteCount < 64 * PAGE);
    MmFreePagesFromMdl(some);
    ExFreePool(some);
    assert_no_findings();
}

static void contiguous_chunks_are_aligned_and_whole(void **state)
{
    (void)state;
    PMDL mdl = MmAllocatePagesForMdlEx(physical(0), physical(HIGHEST), physical(4 * PAGE),
                                       16 * PAGE, MmCached, MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS);
    const PFN_NUMBER *frames = MmGetMdlPfnArray(mdl);
    for (unsigned i = 0; i < 16; i++) {
        assert_int_equal(frames[i], frames[i & ~3u] + (i & 3));
        assert_int_equal(frames[i & ~3u] % 4, 0);
    }
    free_all(mdl);
    PMDL one = pages_with(MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS, 33 * PAGE);
    for (unsigned i = 1; i < 33; i++) {
        assert_int_equal(MmGetMdlPfnArray(one)[i], MmGetMdlPfnArray(one)[0] + i);
    }
    free_all(one);
    assert_no_findings();
}

static void bad_arguments_are_findings(void **state)
{
    (void)state;
    assert_null(MmAllocatePagesForMdl(physical(0), physical(HIGHEST), physical(5), PAGE));
    assert_null(MmAllocatePagesForMdlEx(physical(0), physical(HIGHEST), physical(3 * PAGE),
                                        3 * PAGE, MmCached, MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS));
    assert_null(pages_with(0x4000, PAGE));
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MDL_ARGUMENT), 3);
    assert_null(pages_with(0, 0));
}

static void cache_type_of_the_pages_wins_over_the_maps(void **state)
{
    (void)state;
    PMDL mdl = MmAllocatePagesForMdlEx(physical(0), physical(HIGHEST), physical(0), PAGE,
                                       MmWriteCombined, 0);
    PMDL undecided = pages(PAGE);

    PVOID first = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmNonCached, NULL, FALSE, 16);
    PVOID second =
        MmMapLockedPagesSpecifyCache(undecided, KernelMode, MmNonCached, NULL, FALSE, 16);

    assert_int_equal(mapping_at(first).context->cache, SYSPTE_CACHE_WRITE_COMBINED);
    assert_int_equal(mapping_at(second).context->cache, SYSPTE_CACHE_NONCACHED);
    MmUnmapLockedPages(second, undecided);
    second = system_address(undecided); // cached: the first map decided
    assert_int_equal(mapping_at(second).context->cache, SYSPTE_CACHE_NONCACHED);
    free_all(mdl);
    free_all(undecided);
    assert_no_findings();
}

static void pages_never_freed_are_a_leak(void **state)
{
    (void)state;
    PMDL mdl = pages_with(MM_DONT_ZERO_ALLOCATION, 7 * PAGE);
    assert_non_null(mdl);
    ExFreePool(mdl);

    (void)syspte_shutdown();

    syspte_finding leak = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(leak.call->kind, SYSPTE_KIND_PAGES);
    assert_int_equal(leak.held_pages, 7);
}

static PMDL subject;

static void act_free_pages(void)
{
    MmFreePagesFromMdl(subject);
}

static void act_free_pages_above_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
    MmFreePagesFromMdl(subject);
}

static void act_allocate_pages_above_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
    (void)MmAllocatePagesForMdl(physical(0), physical(HIGHEST), physical(0), PAGE);
}

static void freeing_pages_twice_is_a_finding(void **state)
{
    (void)state;
    subject = pages(PAGE);
    act_free_pages();

    act_free_pages();

    (void)only_finding(SYSPTE_RULE_FREE_PAGES_TWICE);
    ExFreePool(subject);
}

static void freeing_pages_that_are_locked_is_0x4E_0x9A(void **state)
{
    (void)state;
    subject = pages(PAGE);
    PMDL over = locked_over(system_address(subject), PAGE);

    assert_true(stops(act_free_pages));

    assert_stop(0x4E, 0x9A, MmGetMdlPfnArray(over)[0], 0, 1);
}

static void above_dispatch_level_it_is_0xC4_0x7E(void **state)
{
    (void)state;
    boot_strict(SYSPTE_VERIFIER);
    subject = pages(PAGE);
    assert_true(stops(act_free_pages_above_dispatch));
    assert_stop(0xC4, 0x7E, DISPATCH_LEVEL + 1, DISPATCH_LEVEL, 0);

    boot_strict(SYSPTE_VERIFIER);
    assert_true(stops(act_allocate_pages_above_dispatch));
    assert_int_equal(seen.stop.code, 0xC4);
}

static void act_map_freed(void)
{
    PMDL composite = mdl_over(NULL, PAGE);
    MmGetMdlPfnArray(composite)[0] = MmGetMdlPfnArray(subject)[0];
    composite->MdlFlags |= MDL_PAGES_LOCKED;
    act_free_pages();
    (void)system_address(composite);
}

static void mapping_frames_that_are_free_is_0x1A_0x1236(void **state)
{
    (void)state;
    subject = pages(PAGE);

    assert_true(stops(act_map_freed));

    assert_int_equal(seen.stop.code, 0x1A);
    assert_int_equal(seen.stop.parameter[0], 0x1236);

    boot_strict(SYSPTE_VERIFIER);
    subject = pages(PAGE);
    uint64_t frame = MmGetMdlPfnArray(subject)[0];
    assert_true(stops(act_map_freed));
    assert_stop(0xC4, 0x85, seen.stop.parameter[1], 1, frame);
}

static void ram_comes_back_whole(void **state)
{
    syspte_config config = syspte_config_default();
    PMDL mdl[64];
    (void)state;
    config.ram_bytes = 4096 * PAGE;
    boot(&config);
    for (unsigned round = 0; round < 3; round++) {
        unsigned count = 0;
        uint64_t got = 0;
        while (count < 64 && (mdl[count] = pages_with(0, (97 + 64 * round) * PAGE)) != NULL) {
            got += mdl[count++]->ByteCount / PAGE;
        }
        assert_true(got > 4000 && got < 4096);
        for (unsigned i = 0; i < count; i++) {
            free_all(mdl[i]);
        }
    }
    assert_null(syspte_machine_check());
    assert_no_findings();
}

// ---- Completing a request

static void completing_a_request_unmaps_unlocks_and_frees_its_mdls(void **state)
{
    (void)state;
    PIRP irp = IoAllocateIrp(1, FALSE);
    PUCHAR buffer = pool(3 * PAGE);
    PMDL first = IoAllocateMdl(buffer, PAGE, FALSE, FALSE, irp);
    PMDL second = IoAllocateMdl(buffer + PAGE, PAGE, TRUE, FALSE, irp);
    PMDL third = IoAllocateMdl(buffer + 2 * PAGE, PAGE, TRUE, FALSE, irp);
    MmProbeAndLockPages(first, KernelMode, IoWriteAccess);
    MmProbeAndLockPages(second, KernelMode, IoReadAccess);
    MmBuildMdlForNonPagedPool(third);
    assert_non_null(system_address(first));
    assert_int_equal(ptes_taken(), 1);

    IoSetNextIrpStackLocation(irp);
    IoCompleteRequest(irp, IO_NO_INCREMENT);

    assert_int_equal(ptes_taken(), 0);
    IoFreeIrp(irp);
    ExFreePool(buffer);
    (void)syspte_shutdown();
    assert_no_findings(); // no lock, no MDL is left
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(pages_are_locked_unmapped_and_zeros),
        hooked_test(freeing_mapped_pages_unmaps_them_since_windows_7),
        hooked_test(freeing_mapped_pages_loses_the_ptes_before_windows_7),
        machine_test(range_limits_the_frames),
        machine_test(skip_moves_the_range_when_it_is_used_up),
        hooked_test(fully_required_is_all_or_null),
        machine_test(contiguous_chunks_are_aligned_and_whole),
        machine_test(bad_arguments_are_findings),
        machine_test(cache_type_of_the_pages_wins_over_the_maps),
        machine_test(pages_never_freed_are_a_leak),
        machine_test(freeing_pages_twice_is_a_finding),
        machine_test(freeing_pages_that_are_locked_is_0x4E_0x9A),
        hooked_test(above_dispatch_level_it_is_0xC4_0x7E),
        machine_test(mapping_frames_that_are_free_is_0x1A_0x1236),
        hooked_test(ram_comes_back_whole),
        machine_test(completing_a_request_unmaps_unlocks_and_frees_its_mdls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
