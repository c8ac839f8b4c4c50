// SPDX-License-Identifier: MIT
// What is passed as an MDL and is none: addresses that cannot be read, MDLs whose Size and
// ByteCount do not go together, and MDLs of which nothing is left. Sources: bug checks 0x50, 0xD1,
// 0xC2.
#define _GNU_SOURCE
#include "mdl_words.h"

#include <sys/mman.h>

static PMDL bad;
static PMDL good;
static IRP request;
static unsigned act_line;

// ---- Addresses that cannot be read

#define act(name, call)                                                                            \
    static void name(void)                                                                         \
    {                                                                                              \
        act_line = __LINE__;                                                                       \
        call;                                                                                      \
    }

static VOID nothing(PVOID context, PVOID address)
{
    (void)context;
    (void)address;
}

// clang-format off
act(act_get, (void)MmGetSystemAddressForMdlSafe(bad, NormalPagePriority))
act(act_get_old, (void)MmGetSystemAddressForMdl(bad))
act(act_map, (void)MmMapLockedPagesSpecifyCache(bad, KernelMode, MmCached, NULL, FALSE, 16))
act(act_map_user, (void)MmMapLockedPagesSpecifyCache(bad, UserMode, MmCached, NULL, FALSE, 16))
act(act_map_old, (void)MmMapLockedPages(bad, KernelMode))
act(act_map_reserved, (void)MmMapLockedPagesWithReservedMapping(NULL, 1, bad, MmCached))
act(act_unmap_reserved, MmUnmapReservedMapping(NULL, 1, bad))
act(act_unmap, MmUnmapLockedPages(NULL, bad))
act(act_lock, MmProbeAndLockPages(bad, KernelMode, IoReadAccess))
act(act_unlock, MmUnlockPages(bad))
act(act_build, MmBuildMdlForNonPagedPool(bad))
act(act_advance, (void)MmAdvanceMdl(bad, 1))
act(act_protect, (void)MmProtectMdlSystemAddress(bad, PAGE_READONLY))
act(act_map_mdl, (void)MmMapMdl(bad, PAGE_READWRITE, nothing, NULL))
act(act_free_pages, MmFreePagesFromMdl(bad))
act(act_free, IoFreeMdl(bad))
act(act_partial_of, IoBuildPartialMdl(bad, good, NULL, 1))
act(act_partial_into, IoBuildPartialMdl(good, bad, NULL, 1))
act(act_hang_on, (void)IoAllocateMdl(NULL, 1, TRUE, FALSE, &request))
    // clang-format on

    static void (*const acts[])(void) = {
        act_get,    act_get_old, act_map,     act_map_user,   act_map_old,    act_map_reserved,
        act_unlock, act_unmap,   act_lock,    act_build,      act_advance,    act_unmap_reserved,
        act_free,   act_map_mdl, act_protect, act_free_pages, act_partial_of, act_partial_into,
};

static void begin(PMDL mdl)
{
    good = mdl_over(NULL, PAGE);
    bad = mdl;
}

static void assert_unreadable(uint64_t va)
{
    syspte_finding finding = finding_of(SYSPTE_RULE_MDL_UNREADABLE);
    assert_int_equal(finding.call->line, act_line);
    assert_string_equal(finding.call->file, __FILE__);
    assert_int_equal(finding.system_va, va);
    assert_true(finding.stopped);
}

static void null_is_0x50_at_the_drivers_line(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        boot_strict((syspte_strictness)(i % 4));
        begin(NULL);

        assert_true(stops(acts[i]));

        assert_stop(0x50, 0, 0, 0, 2);
        assert_unreadable(0);
        assert_string_equal(finding_of(SYSPTE_RULE_MDL_UNREADABLE).text, "it is NULL");
        assert_non_null(strstr(report_text(), "fix: check Irp->MdlAddress"));
    }
}

static void null_at_dispatch_level_is_0xD1(void **state)
{
    KIRQL before;
    (void)state;
    for (unsigned i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        boot_strict(SYSPTE_CHECK);
        begin(NULL);
        KeRaiseIrql(DISPATCH_LEVEL, &before);

        assert_true(stops(acts[i]));

        assert_stop(0xD1, 0, DISPATCH_LEVEL, 0, 0);
        assert_unreadable(0);
    }
}

static void bad_addresses_are_0x50(void **state)
{
    (void)state;
    PUCHAR closed = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    PUCHAR last = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(munmap(last + PAGE, PAGE), 0);
    const PVOID addresses[] = {(PVOID)(ULONG_PTR)8,
                               (PVOID)(ULONG_PTR)0xFFFF,
#ifndef _WIN32 // where memory of the program begins there
                               (PVOID)(ULONG_PTR)0x10008,
#endif
                               (PVOID)(~(ULONG_PTR)0 - 7),
                               closed,
                               last + PAGE - 8};
    for (unsigned a = 0; a < sizeof addresses / sizeof addresses[0]; a++) {
        for (unsigned i = 0; i < sizeof acts / sizeof acts[0]; i++) {
            boot_strict(SYSPTE_CHECK);
            begin(addresses[a]);

            assert_true(stops(acts[i]));

            uint64_t low = (ULONG_PTR)addresses[a] < 0x10000 ? (ULONG_PTR)addresses[a] : 0;
            assert_stop(0x50, low, 0, 0, 2);
            assert_unreadable(low);
        }
    }
    assert_int_equal(munmap(closed, PAGE), 0);
    assert_int_equal(munmap(last, PAGE), 0);
}

static void chain_that_leads_nowhere_is_0x50(void **state)
{
    (void)state;
    request.MdlAddress = (PMDL)(ULONG_PTR)0x5008;

    assert_true(stops(act_hang_on));

    assert_stop(0x50, 0x5008, 0, 0, 2);
    assert_unreadable(0x5008);
}

static void machine_without_memory_stops_too(void **state)
{
    (void)state;
    syspte_config config = syspte_config_default();
    config.accounting_only = true;
    boot(&config);
    begin(MmMapIoSpace(physical(BAR), PAGE, MmNonCached));
    uint64_t va = mapping_at(bad).system_va;

    assert_true(stops(act_unlock));

    assert_stop(0x50, va, 0, 0, 2);
}

static void mdl_in_a_mapping_is_read(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = MmMapIoSpace(physical(BAR), PAGE, MmNonCached);
    MmInitializeMdl(mdl, buffer, PAGE);

    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    MmUnlockPages(mdl);

    MmUnmapIoSpace(mdl, PAGE);
    ExFreePool(buffer);
    assert_no_findings();
}

// ---- MDLs that are not whole

static void byte_count_beyond_size_is_a_finding_and_clipped(void **state)
{
    (void)state;
    PUCHAR buffer = pool(2 * PAGE);
    PMDL mdl = locked_over(buffer, 2 * PAGE);
    mdl->ByteCount = 1000 * PAGE;

    PVOID mapped = system_address(mdl);

    assert_int_equal(ptes_taken(), 2);
    assert_int_equal(mapping_at(mapped).pte_count, 2);
    syspte_finding finding = only_finding(SYSPTE_RULE_MDL_ARGUMENT);
    assert_non_null(strstr(finding.text, "Size has no room"));
}

static void size_of_nonsense_is_a_finding(void **state)
{
    static const USHORT sizes[] = {0, 1, sizeof(MDL) - 1, sizeof(MDL)};
    (void)state;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        static UCHAR memory[sizeof(MDL) + sizeof(PFN_NUMBER)];
        PMDL mdl = (PMDL)(PVOID)memory;
        boot_strict(SYSPTE_CHECK);
        MmInitializeMdl(mdl, pool(PAGE), PAGE);
        mdl->Size = (CSHORT)sizes[i];

        MmBuildMdlForNonPagedPool(mdl);

        (void)only_finding(SYSPTE_RULE_MDL_ARGUMENT);
        assert_int_equal(MmGetMdlPfnArray(mdl)[0], 0);
    }
}

static void size_of_a_long_mdl_that_has_wrapped_around_is_no_finding(void **state)
{
    (void)state;
    PMDL mdl = mdl_over(NULL, 10000 * PAGE);
    mdl->ByteCount = 5000 * PAGE; // Size has room for fewer
    mdl->MdlFlags |= MDL_PAGES_LOCKED | MDL_IO_SPACE;
    for (unsigned i = 0; i < 5000; i++) {
        MmGetMdlPfnArray(mdl)[i] = (PFN_NUMBER)(BAR / PAGE + i);
    }

    PVOID mapped = system_address(mdl);

    assert_int_equal(mapping_at(mapped).pte_count, 5000);
    MmUnmapLockedPages(mapped, mdl);
    IoFreeMdl(mdl);
    assert_no_findings();
}

// ---- MDLs of which nothing is left

static void freeing_twice_is_0xC2_7_with_both_sites(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    unsigned line = __LINE__ + 1;
    bad = IoAllocateMdl(buffer, PAGE, FALSE, FALSE, NULL);
    act_free();

    assert_true(stops(act_free));

    assert_int_equal(seen.stop.code, 0xC2);
    assert_int_equal(seen.stop.parameter[0], 7);
    syspte_finding finding = finding_of(SYSPTE_RULE_FREE_TWICE);
    assert_int_equal(finding.call->line, act_line);
    assert_int_equal(finding.mapped->line, line);
    assert_int_equal(finding.unmapped->line, act_line);
    assert_int_equal(finding.unmapped->api, SYSPTE_API_IO_FREE_MDL);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MDL_ARGUMENT), 0);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_FREE_MAPPED_MDL), 0);
}

static void use_of_a_freed_mdl_names_the_free(void **state)
{
    (void)state;
    bad = mdl_over(pool(PAGE), PAGE);
    act_free();
    unsigned line = act_line;

    (void)stops(act_unlock);

    syspte_finding finding = finding_of(SYSPTE_RULE_MDL_ARGUMENT);
    assert_string_equal(finding.text, "it was freed before");
    assert_int_equal(finding.unmapped->line, line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(null_is_0x50_at_the_drivers_line),
        hooked_test(null_at_dispatch_level_is_0xD1),
        hooked_test(bad_addresses_are_0x50),
        machine_test(chain_that_leads_nowhere_is_0x50),
        hooked_test(machine_without_memory_stops_too),
        machine_test(mdl_in_a_mapping_is_read),
        machine_test(byte_count_beyond_size_is_a_finding_and_clipped),
        hooked_test(size_of_nonsense_is_a_finding),
        machine_test(size_of_a_long_mdl_that_has_wrapped_around_is_no_finding),
        machine_test(freeing_twice_is_0xC2_7_with_both_sites),
        machine_test(use_of_a_freed_mdl_names_the_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
