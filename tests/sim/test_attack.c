// SPDX-License-Identifier: MIT
// Nonsense that drivers hand over: sizes that ran below zero, MDLs that somebody wrote into, page
// numbers that are none, requests that are gone, and calls after a table is full. Each is told, or
// fails as documented, and what the machine counts stays exact.
#include "mdl_words.h"

#define HIGHEST 0xFFFFFFFFFFull
#define TAG     0x61626364u

static PMDL pages(SIZE_T bytes)
{
    PMDL mdl = MmAllocatePagesForMdl(physical(0), physical(HIGHEST), physical(0), bytes);
    assert_non_null(mdl);
    return mdl;
}

static PMDL locked_buffer(PVOID *buffer, ULONG bytes)
{
    *buffer = syspte_buffer_alloc(bytes, SYSPTE_BUFFER_PAGEABLE);
    assert_non_null(*buffer);
    return locked_over(*buffer, bytes);
}

static void assert_whole(void)
{
    assert_null(syspte_machine_check());
}

// ---- Sizes

static void pool_of_a_size_below_zero_is_null(void **state)
{
    static const SIZE_T sizes[] = {(SIZE_T)-1,  (SIZE_T)-8,    (SIZE_T)-16,
                                   (SIZE_T)-40, (SIZE_T)-4096, (SIZE_T)-5000};
    (void)state;
    for (unsigned strictness = SYSPTE_FREE; strictness <= SYSPTE_VERIFIER; strictness++) {
        boot_strict((syspte_strictness)strictness);
        for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            assert_null(ExAllocatePoolWithTag(NonPagedPool, sizes[i], TAG));
            assert_null(ExAllocatePoolWithTag(PagedPool, sizes[i], TAG));
            assert_null(ExAllocatePoolWithTag(NonPagedPoolCacheAligned, sizes[i], TAG));
        }
        assert_whole();
        assert_int_equal(syspte_shutdown(), 0);
    }
}

// ---- MDLs that somebody wrote into

static PMDL given;

static void free_pages_of_given(void)
{
    MmFreePagesFromMdl(given);
}

static void a_page_that_is_in_an_mdl_twice_is_not_freed_twice(void **state)
{
    (void)state;
    given = pages(4 * PAGE);
    PPFN_NUMBER frames = MmGetMdlPfnArray(given);
    PFN_NUMBER second = frames[1];
    frames[1] = frames[0];

    assert_true(stops(free_pages_of_given));

    assert_stop(SYSPTE_MEMORY_MANAGEMENT, 0x1236, seen.stop.parameter[1], 0, frames[0]);
    frames[1] = second;
    assert_whole();
}

static void pages_that_an_mdl_does_not_describe_any_more_are_a_leak(void **state)
{
    (void)state;
    PMDL mdl = pages(4 * PAGE);
    mdl->ByteCount = PAGE;
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);

    assert_int_equal(syspte_shutdown(), 1);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MDL_ARGUMENT), 1);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 1);
}

static void locks_that_an_mdl_does_not_describe_any_more_are_a_leak(void **state)
{
    (void)state;
    PVOID buffer;
    PMDL mdl = locked_buffer(&buffer, 4 * PAGE);
    mdl->ByteCount = PAGE;
    unlock_and_free(mdl);
    assert_whole();

    assert_int_equal(syspte_shutdown(), 1);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MDL_ARGUMENT), 1);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 1);
}

static void an_advanced_mdl_unlocks_the_pages_that_are_left(void **state)
{
    (void)state;
    PVOID buffer;
    PMDL mdl = locked_buffer(&buffer, 4 * PAGE);
    assert_int_equal(MmAdvanceMdl(mdl, 2 * PAGE + 5), STATUS_SUCCESS);
    unlock_and_free(mdl);

    assert_true(syspte_buffer_free(buffer));
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void a_byte_offset_beyond_its_page_moves_nothing_else(void **state)
{
    (void)state;
    PVOID buffer;
    PMDL mdl = locked_buffer(&buffer, 4 * PAGE);
    mdl->ByteOffset = 0x7F005000;
    assert_non_null(system_address(mdl));
    PMDL other = pages(16 * PAGE);
    assert_int_equal(MmAdvanceMdl(mdl, PAGE), STATUS_SUCCESS);
    unlock_and_free(mdl);
    MmFreePagesFromMdl(other);
    ExFreePool(other);

    assert_true(syspte_buffer_free(buffer));
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_FREE_PAGES_MAPPED), 0);
    assert_whole();
}

static struct {
    MDL mdl;
    PFN_NUMBER behind[64];
} small;

static void build_over_small(void)
{
    IoBuildPartialMdl(given, &small.mdl, MmGetMdlVirtualAddress(given), 0);
}

static void a_target_without_a_size_is_too_small(void **state)
{
    (void)state;
    PVOID buffer;
    memset(&small, 0, sizeof small);
    given = locked_buffer(&buffer, 20 * PAGE);

    assert_true(stops(build_over_small));

    assert_int_equal(seen.stop.code, SYSPTE_TARGET_MDL_TOO_SMALL);
    for (unsigned i = 0; i < 64; i++) {
        assert_int_equal(small.behind[i], 0);
    }
}

// ---- Page numbers that are none

static PVOID map_for_user(PMDL mdl)
{
    PVOID volatile view = NULL;
    SYSPTE_TRY
    {
        view = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, 0);
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        view = NULL;
    }
    return view;
}

static void pages_that_are_no_memory_are_told_wherever_they_are_mapped(void **state)
{
    (void)state;
    PVOID buffer;
    PMDL mdl = locked_buffer(&buffer, 2 * PAGE);
    PFN_NUMBER frame = MmGetMdlPfnArray(mdl)[1];
    MmGetMdlPfnArray(mdl)[1] = 0xFEE00;

    PVOID view = map_for_user(mdl);
    assert_non_null(view);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_NOT_MEMORY), 1);
    MmUnmapLockedPages(view, mdl);

    PVOID reserved = MmAllocateMappingAddress(2 * PAGE, TAG);
    PVOID mapped = MmMapLockedPagesWithReservedMapping(reserved, TAG, mdl, MmCached);
    assert_non_null(mapped);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_NOT_MEMORY), 2);
    MmUnmapReservedMapping(mapped, TAG, mdl);
    MmFreeMappingAddress(reserved, TAG);

    MmGetMdlPfnArray(mdl)[1] = frame;
    unlock_and_free(mdl);
    assert_true(syspte_buffer_free(buffer));
    assert_whole();
}

// ---- What is gone

static PIRP request;

static void complete_request(void)
{
    IoCompleteRequest(request, IO_NO_INCREMENT);
}

static void a_request_that_was_freed_is_not_completed(void **state)
{
    (void)state;
    request = IoAllocateIrp(1, FALSE);
    IoFreeIrp(request);

    assert_true(stops(complete_request));

    assert_int_equal(seen.stop.code, SYSPTE_MULTIPLE_IRP_COMPLETE_REQUESTS);
}

static void a_chain_that_leads_back_is_told(void **state)
{
    (void)state;
    PVOID buffer;
    PMDL mdl = locked_buffer(&buffer, PAGE);
    PMDL second = mdl_over(buffer, PAGE);
    request = IoAllocateIrp(1, FALSE);
    IoSetNextIrpStackLocation(request);
    request->MdlAddress = mdl;
    mdl->Next = second;
    second->Next = second;

    IoCompleteRequest(request, IO_NO_INCREMENT);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MDL_ARGUMENT), 1);
    IoFreeIrp(request);
    IoFreeMdl(second);
    unlock_and_free(mdl);
    assert_whole();
}

static void free_given(void)
{
    IoFreeMdl(given);
}

static void an_mdl_that_is_freed_twice_is_a_block_that_is(void **state)
{
    (void)state;
    char bytes[16];
    given = mdl_over(bytes, sizeof bytes);
    IoFreeMdl(given);

    assert_true(stops(free_given));

    assert_int_equal(seen.stop.code, SYSPTE_BAD_POOL_CALLER);
    assert_int_equal(seen.stop.parameter[0], 7);
    syspte_finding finding;
    assert_true(syspte_finding_at(0, &finding));
    assert_int_equal(finding.rule, SYSPTE_RULE_FREE_TWICE);
    assert_non_null(finding.mapped);
    assert_non_null(finding.unmapped);
}

// ---- No room for more contexts

static void what_has_no_context_is_given_back_all_the_same(void **state)
{
    (void)state;
    for (ULONG tag = 1; tag <= 66000; tag++) {
        ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 16, tag));
    }
    assert_true(syspte_finding_occurrences(SYSPTE_RULE_CONTEXTS_FULL) > 0);
    PVOID buffer;
    PMDL mdl = locked_buffer(&buffer, 2 * PAGE);

    MmFreeContiguousMemory(MmAllocateContiguousMemorySpecifyCache(
        2 * PAGE, physical(0), physical(HIGHEST), physical(0), MmNonCached));
    MmFreeNonCachedMemory(MmAllocateNonCachedMemory(2 * PAGE), 2 * PAGE);
    PVOID view = map_for_user(mdl);
    assert_non_null(view);
    MmUnmapLockedPages(view, mdl);
    PVOID reserved = MmAllocateMappingAddress(2 * PAGE, TAG);
    PVOID mapped = MmMapLockedPagesWithReservedMapping(reserved, TAG, mdl, MmCached);
    assert_non_null(mapped);
    MmUnmapReservedMapping(mapped, TAG, mdl);
    MmFreeMappingAddress(reserved, TAG);
    unlock_and_free(mdl);

    assert_true(syspte_buffer_free(buffer));
    assert_int_equal(ptes_taken(), 0);
    assert_whole();
    assert_int_equal(syspte_shutdown(), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, machine_begin, machine_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(pool_of_a_size_below_zero_is_null),
        T(a_page_that_is_in_an_mdl_twice_is_not_freed_twice),
        T(pages_that_an_mdl_does_not_describe_any_more_are_a_leak),
        T(locks_that_an_mdl_does_not_describe_any_more_are_a_leak),
        T(an_advanced_mdl_unlocks_the_pages_that_are_left),
        T(a_byte_offset_beyond_its_page_moves_nothing_else),
        T(a_target_without_a_size_is_too_small),
        T(pages_that_are_no_memory_are_told_wherever_they_are_mapped),
        T(a_request_that_was_freed_is_not_completed),
        T(a_chain_that_leads_back_is_told),
        T(an_mdl_that_is_freed_twice_is_a_block_that_is),
        T(what_has_no_context_is_given_back_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
