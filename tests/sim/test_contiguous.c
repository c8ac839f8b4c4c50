// SPDX-License-Identifier: MIT
// Contiguous and noncached memory: where it lies, what it costs in PTEs, and how it is freed.
#include "harness.h"

#define RAM      0x40000000ull // where the machine's RAM begins
#define ANY_HIGH physical(0xFFFFFFFF)

static void boot_with(syspte_contiguous contiguous, syspte_strictness strictness)
{
    syspte_config config = syspte_config_default();
    config.contiguous = contiguous;
    config.strictness = strictness;
    boot(&config);
}

static uint64_t frame_of(PVOID address)
{
    return (uint64_t)MmGetPhysicalAddress(address).QuadPart / PAGE;
}

static uint64_t ptes(void)
{
    return syspte_counters_now().live_ptes;
}

static PVOID allocate_cache(SIZE_T bytes, MEMORY_CACHING_TYPE type)
{
    return MmAllocateContiguousMemorySpecifyCache(bytes, physical(0), ANY_HIGH, physical(0), type);
}

// ---- What an allocation is

static void memory_is_page_aligned_and_physically_contiguous(void **state)
{
    static const SIZE_T sizes[] = {1, PAGE, PAGE + 1, 5 * PAGE, 300 * PAGE};
    (void)state;
    for (unsigned type = 0; type < 3; type++) {
        for (unsigned i = 0; i < 5; i++) {
            PUCHAR p = allocate_cache(sizes[i], (MEMORY_CACHING_TYPE)type);
            assert_int_equal((ULONG_PTR)p % PAGE, 0);
            memset(p, (int)i, sizes[i]);
            for (SIZE_T at = 0; at < sizes[i]; at += PAGE) {
                assert_int_equal(frame_of(p + at), frame_of(p) + at / PAGE);
            }
            MmFreeContiguousMemorySpecifyCache(p, sizes[i], (MEMORY_CACHING_TYPE)type);
        }
    }
    assert_no_findings();
}

static void memory_is_not_initialised(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 2; type++) {
        for (unsigned round = 0; round < 2; round++) {
            PUCHAR p = allocate_cache(2 * PAGE, (MEMORY_CACHING_TYPE)type);
            assert_int_equal(p[0], 0xA5);
            assert_int_equal(p[2 * PAGE - 1], 0xA5);
            memset(p, 0, 2 * PAGE);
            MmFreeContiguousMemory(p);
        }
    }
}

static void cached_memory_takes_no_ptes_and_other_takes_one_a_page(void **state)
{
    (void)state;
    PVOID cached = MmAllocateContiguousMemory(3 * PAGE + 1, ANY_HIGH);
    assert_int_equal(ptes(), 0);
    PVOID noncached = allocate_cache(3 * PAGE + 1, MmNonCached);
    assert_int_equal(ptes(), 4);
    PVOID combined = allocate_cache(1, MmWriteCombined);
    assert_int_equal(ptes(), 5);
    PVOID other = MmAllocateNonCachedMemory(2 * PAGE);
    assert_int_equal(ptes(), 7);

    assert_int_equal(mapping_at(noncached).context->kind, SYSPTE_KIND_CONTIGUOUS);
    assert_int_equal(mapping_at(combined).context->cache, SYSPTE_CACHE_WRITE_COMBINED);
    assert_int_equal(mapping_at(other).context->kind, SYSPTE_KIND_NONCACHED);
    MmFreeContiguousMemory(cached);
    MmFreeContiguousMemory(noncached);
    MmFreeContiguousMemory(combined);
    MmFreeNonCachedMemory(other, 2 * PAGE);
    assert_int_equal(ptes(), 0);
    assert_no_findings();
}

static void policy_says_what_is_mapped(void **state)
{
    static const uint64_t expected[3][2] = {{0, 1}, {0, 0}, {1, 1}}; // cached, noncached
    (void)state;
    for (unsigned policy = 0; policy < 3; policy++) {
        for (unsigned noncached = 0; noncached < 2; noncached++) {
            boot_with((syspte_contiguous)policy, SYSPTE_CHECK);
            PUCHAR p = allocate_cache(PAGE, noncached != 0 ? MmNonCached : MmCached);
            assert_int_equal(ptes(), expected[policy][noncached]);
            p[PAGE - 1] = 1;
            MmFreeContiguousMemory(p);
            assert_int_equal(ptes(), 0);
            assert_no_findings();
        }
        PVOID other = MmAllocateNonCachedMemory(1);
        assert_int_equal(ptes(), 1);
        MmFreeNonCachedMemory(other, 1);
    }
}

static void config_without_a_policy_is_refused(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    assert_int_equal(config.contiguous, SYSPTE_CONTIGUOUS_BY_CACHE);
    config.contiguous = (syspte_contiguous)3;
    assert_false(syspte_boot(&config));
    assert_complaint("a field of the config has none of its values");
}

static void mapped_memory_shares_its_bytes_with_other_views(void **state)
{
    (void)state;
    PUCHAR p = allocate_cache(2 * PAGE, MmNonCached);
    PUCHAR view = MmMapIoSpace(MmGetPhysicalAddress(p + 0x1234), 16, MmNonCached);

    p[0x1234] = 0x5D;

    assert_int_equal(view[0], 0x5D);
    MmUnmapIoSpace(view, 16);
    MmFreeContiguousMemory(p);
    assert_no_findings();
}

// ---- Limits

static void limits_of_the_address_are_kept(void **state)
{
    (void)state;
    PVOID below = MmAllocateContiguousMemory(2 * PAGE, physical(RAM + 2 * PAGE - 1));
    assert_int_equal(frame_of(below), RAM / PAGE);
    assert_null(MmAllocateContiguousMemory(PAGE, physical(RAM + 2 * PAGE - 1)));
    MmFreeContiguousMemory(below);
    assert_null(MmAllocateContiguousMemory(2 * PAGE, physical(RAM + 2 * PAGE - 2)));
    assert_null(MmAllocateContiguousMemory(1, physical(0)));
    assert_null(MmAllocateContiguousMemory(1, physical(0xFFFFFF))); // RAM lies above 16 MiB

    PVOID high = MmAllocateContiguousMemorySpecifyCache(
        PAGE, physical(RAM + 0x10000001), physical(UINT64_MAX), physical(0), MmCached);
    assert_int_equal(frame_of(high), (RAM + 0x10000000) / PAGE + 1);
    assert_null(MmAllocateContiguousMemorySpecifyCache(
        PAGE, physical(0x80000000), physical(UINT64_MAX), physical(0), MmNonCached));
    MmFreeContiguousMemory(high);
    assert_no_findings();
}

static void blocks_do_not_cross_the_boundary(void **state)
{
    static PVOID held[64];
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        SIZE_T bytes = (1 + i % 15) * PAGE;
        held[i] = MmAllocateContiguousMemorySpecifyCache(
            bytes, physical(0), ANY_HIGH, physical(0x10000), i % 2 != 0 ? MmCached : MmNonCached);
        uint64_t first = frame_of(held[i]);
        assert_int_equal(first / 16, (first + bytes / PAGE - 1) / 16);
    }
    assert_non_null(held[63]);
    assert_null(MmAllocateContiguousMemorySpecifyCache(0x11000, physical(0), ANY_HIGH,
                                                       physical(0x10000), MmCached));
    for (unsigned i = 0; i < 64; i++) {
        MmFreeContiguousMemory(held[i]);
    }
    assert_no_findings();
}

static void memory_and_ptes_that_ran_out_are_null(void **state)
{
    syspte_config config = syspte_config_default();
    PVOID held[16];
    unsigned count = 0;
    (void)state;
    config.ram_bytes = 8 * PAGE;
    config.pte_count = 4;
    boot(&config);

    assert_null(allocate_cache(9 * PAGE, MmCached));
    assert_null(allocate_cache(5 * PAGE, MmNonCached)); // RAM, but no PTEs
    assert_int_equal(syspte_counters_now().failed_maps, 1);
    PVOID all = allocate_cache(8 * PAGE, MmCached); // and no frame was lost by that
    assert_non_null(all);
    MmFreeContiguousMemory(all);
    while ((held[count] = MmAllocateNonCachedMemory(PAGE)) != NULL) {
        count++;
    }
    assert_int_equal(count, 4);
    while (count > 0) {
        MmFreeNonCachedMemory(held[--count], PAGE);
    }
    for (unsigned i = 0; i < 100; i++) { // nothing gets lost
        held[0] = MmAllocateNonCachedMemory(4 * PAGE);
        assert_non_null(held[0]);
        MmFreeNonCachedMemory(held[0], 4 * PAGE);
    }
    assert_no_findings();
}

static void another_node_has_no_memory(void **state)
{
    const PHYSICAL_ADDRESS low = physical(0);
    (void)state;
    assert_null(MmAllocateContiguousMemorySpecifyCacheNode(PAGE, low, ANY_HIGH, low, MmCached, 1));
    assert_null(MmAllocateContiguousNodeMemory(PAGE, low, ANY_HIGH, low, PAGE_READWRITE, 7));
    PVOID here = MmAllocateContiguousMemorySpecifyCacheNode(PAGE, low, ANY_HIGH, low, MmCached, 0);
    PVOID any = MmAllocateContiguousNodeMemory(PAGE, low, ANY_HIGH, low,
                                               PAGE_READWRITE | PAGE_NOCACHE, MM_ANY_NODE_OK | 1);

    assert_non_null(here);
    assert_int_equal(mapping_at(any).context->protect, PAGE_READWRITE);
    assert_int_equal(mapping_at(any).context->cache, SYSPTE_CACHE_NONCACHED);
    MmFreeContiguousMemory(here);
    MmFreeContiguousMemory(any);
    assert_no_findings();
}

static void arguments_that_are_not_allowed_are_null_and_misuse(void **state)
{
    const PHYSICAL_ADDRESS low = physical(0);
    (void)state;
    assert_null(MmAllocateContiguousMemory(0, ANY_HIGH));
    assert_null(MmAllocateNonCachedMemory(0));
    assert_null(allocate_cache(PAGE, MmHardwareCoherentCached));
    assert_null(allocate_cache(PAGE, (MEMORY_CACHING_TYPE)-1));
    assert_null(
        MmAllocateContiguousMemorySpecifyCache(PAGE, low, ANY_HIGH, physical(0x3000), MmCached));
    assert_null(
        MmAllocateContiguousMemorySpecifyCache(PAGE, low, ANY_HIGH, physical(0x800), MmCached));
    static const ULONG wrong[] = {0, PAGE_READONLY, PAGE_READWRITE | PAGE_EXECUTE_READWRITE,
                                  PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE};
    for (unsigned i = 0; i < 4; i++) {
        assert_null(MmAllocateContiguousNodeMemory(PAGE, low, ANY_HIGH, low, wrong[i], 0));
    }
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_CONTIGUOUS_ARGUMENT), 10);
    assert_int_equal(finding_of(SYSPTE_RULE_CONTIGUOUS_ARGUMENT).severity, SYSPTE_MISUSE);
}

// ---- Free

static PUCHAR target;
static SIZE_T target_bytes;

static void free_target(void)
{
    MmFreeContiguousMemory(target);
}

static void free_target_noncached(void)
{
    MmFreeNonCachedMemory(target, target_bytes);
}

static void free_of_what_is_no_contiguous_memory_is_0xC2_0x60(void **state)
{
    static unsigned char mine[1];
    (void)state;
    for (unsigned i = 0; i < 7; i++) {
        boot(NULL);
        PUCHAR cached = allocate_cache(2 * PAGE, MmCached);
        PUCHAR mapped = allocate_cache(2 * PAGE, MmNonCached);
        PUCHAR wrong[] = {NULL,
                          mine,
                          cached + 16,
                          cached + PAGE,
                          mapped + PAGE,
                          map(BAR, PAGE),
                          MmAllocateNonCachedMemory(1)};
        target = wrong[i];
        assert_true(stops(free_target));

        syspte_finding f = finding_of(SYSPTE_RULE_FREE_NO_CONTIGUOUS);
        assert_stop(0xC2, 0x60, f.system_va, 0, 0);
        assert_null(f.unmapped);
    }
}

static void double_free_names_both_sites(void **state)
{
    (void)state;
    for (unsigned noncached = 0; noncached < 2; noncached++) {
        boot(NULL);
        target = allocate_cache(PAGE, noncached != 0 ? MmNonCached : MmCached);
        unsigned line = __LINE__ + 1;
        MmFreeContiguousMemory(target);

        assert_true(stops(free_target));

        syspte_finding f = only_finding(SYSPTE_RULE_FREE_NO_CONTIGUOUS);
        assert_stop(0xC2, 0x60, f.system_va, 0, 0);
        assert_string_equal(f.mapped->function, "allocate_cache");
        assert_int_equal(f.unmapped->line, line);
        assert_string_equal(f.text, "it was freed before");
    }
}

static void free_inside_of_what_was_freed_is_no_double_free(void **state)
{
    (void)state;
    target = allocate_cache(2 * PAGE, MmNonCached);
    MmFreeContiguousMemory(target);
    target += PAGE;

    assert_true(stops(free_target));

    assert_null(only_finding(SYSPTE_RULE_FREE_NO_CONTIGUOUS).unmapped);
}

static void noncached_memory_is_freed_by_its_own_function(void **state)
{
    (void)state;
    target_bytes = PAGE;
    for (unsigned i = 0; i < 3; i++) {
        boot(NULL);
        target = i == 0   ? NULL
                 : i == 1 ? allocate_cache(PAGE, MmNonCached)
                          : MmAllocateNonCachedMemory(PAGE);
        if (i == 2) {
            MmFreeNonCachedMemory(target, PAGE);
        }
        assert_true(stops(free_target_noncached));
        syspte_finding f = finding_of(SYSPTE_RULE_FREE_NO_NONCACHED);
        assert_stop(0xDA, 0x302, f.system_va, 0, 0);
        assert_int_equal(f.unmapped != NULL, i == 2);
    }
}

static void memory_that_the_wrong_function_unmaps_is_told(void **state)
{
    (void)state;
    PVOID noncached = MmAllocateNonCachedMemory(PAGE);
    PVOID mapped = allocate_cache(PAGE, MmNonCached);
    PVOID io = map(BAR, PAGE);

    MmUnmapIoSpace(noncached, PAGE);
    MmUnmapIoSpace(mapped, PAGE);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_OTHER_FUNCTION), 2);
    assert_int_equal(ptes(), 1);
    syspte_expect_bugcheck(0xDA, 0x302);
    MmFreeNonCachedMemory(io, PAGE);
    assert_int_equal(ptes(), 1); // still there
    MmUnmapIoSpace(io, PAGE);
    PVOID next = MmAllocateNonCachedMemory(PAGE); // the machine goes on
    MmFreeNonCachedMemory(next, PAGE);
    assert_int_equal(ptes(), 0);
}

static void another_size_or_cache_type_is_misuse_and_frees_all_the_same(void **state)
{
    (void)state;
    PVOID p = allocate_cache(2 * PAGE, MmCached);
    MmFreeContiguousMemorySpecifyCache(p, PAGE, MmCached);
    p = allocate_cache(2 * PAGE, MmNonCached);
    MmFreeContiguousMemorySpecifyCache(p, 2 * PAGE, MmCached);
    p = MmAllocateNonCachedMemory(2 * PAGE);
    MmFreeNonCachedMemory(p, 3 * PAGE);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_FREE_OTHER_SIZE), 3);
    assert_int_equal(ptes(), 0);

    p = allocate_cache(PAGE + 1, MmCached); // the same pages
    MmFreeContiguousMemorySpecifyCache(p, 2 * PAGE, MmCached);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_FREE_OTHER_SIZE), 3);
}

static void read_target(void)
{
    (void)*(volatile unsigned char *)target;
}

static void freed_memory_faults(void **state)
{
    (void)state;
    target = allocate_cache(PAGE, MmCached);
    MmFreeContiguousMemory(target);
    unsigned line = __LINE__ - 1;
    assert_true(touch_stops(read_target));
    syspte_finding f = only_finding(SYSPTE_RULE_USE_AFTER_FREE);
    assert_stop(0x50, f.system_va, 0, 0, 0);
    assert_int_equal(f.unmapped->line, line);

    boot(NULL);
    target = allocate_cache(PAGE, MmNonCached);
    MmFreeContiguousMemory(target);
    assert_true(touch_stops(read_target));
    (void)only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
}

static void memory_behind_faults(void **state)
{
    (void)state;
    target = (PUCHAR)allocate_cache(2 * PAGE, MmCached) + 2 * PAGE;
    assert_true(touch_stops(read_target));
    assert_int_equal(only_finding(SYSPTE_RULE_USE_PAST_BLOCK).bytes, 2 * PAGE);
}

static void write_past_the_end_is_found_at_the_free(void **state)
{
    (void)state;
    target = allocate_cache(100, MmCached);
    target[100] = 1;

    assert_true(stops(free_target));

    assert_int_equal(only_finding(SYSPTE_RULE_POOL_OVERRUN).bytes, 100);
    assert_int_equal(seen.stop.code, 0x19);
}

static void leaks_are_told_by_what_they_hold(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("scope");
    PVOID cached = MmAllocateContiguousMemory(3 * PAGE, ANY_HIGH);
    PVOID mapped = allocate_cache(2 * PAGE, MmWriteCombined);
    PVOID noncached = MmAllocateNonCachedMemory(PAGE);
    unsigned line = __LINE__ - 1;

    assert_int_equal(syspte_scope_leave(scope), 3);

    uint64_t pages = 0;
    for (unsigned i = 0; i < 3; i++) {
        syspte_finding f;
        assert_true(syspte_finding_at(i, &f));
        assert_int_equal(f.rule, SYSPTE_RULE_LEAK);
        if (f.call->api == SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY) {
            assert_int_equal(f.call->line, line - 2);
            assert_int_equal(f.held_pages, 3);
        } else if (f.call->api == SYSPTE_API_MM_ALLOCATE_NON_CACHED_MEMORY) {
            assert_int_equal(f.call->line, line);
            assert_int_equal(f.pte_count, 1);
        }
        pages += f.held_pages + f.pte_count;
    }
    assert_int_equal(pages, 6);
    MmFreeContiguousMemory(cached);
    MmFreeContiguousMemory(mapped);
    MmFreeNonCachedMemory(noncached, PAGE);
}

static void allocate_high(void)
{
    target = MmAllocateContiguousMemory(PAGE, ANY_HIGH);
}

static void allocate_noncached(void)
{
    target = MmAllocateNonCachedMemory(PAGE);
}

static void irql_limits_are_those_of_the_verifier(void **state)
{
    KIRQL old;
    (void)state;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    PVOID p = MmAllocateContiguousMemory(PAGE, ANY_HIGH);
    MmFreeContiguousMemory(p);
    assert_no_findings();
    p = MmAllocateNonCachedMemory(PAGE);
    MmFreeNonCachedMemory(p, PAGE);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MEMORY_IRQL), 2);

    boot_with(SYSPTE_CONTIGUOUS_BY_CACHE, SYSPTE_VERIFIER);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    assert_true(stops(allocate_noncached));
    assert_stop(0xC4, 0x20019, 2, 0, 0);

    boot_with(SYSPTE_CONTIGUOUS_BY_CACHE, SYSPTE_VERIFIER);
    KeRaiseIrql(3, &old);
    assert_true(stops(allocate_high));
    assert_stop(0xC4, 0x2001A, 3, 0, 0);
}

static void machine_with_accounting_only_counts_the_ptes(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.accounting_only = true;
    boot(&config);

    PVOID p = allocate_cache(3 * PAGE, MmNonCached);

    assert_int_equal(ptes(), 3);
    MmFreeContiguousMemory(p);
    assert_int_equal(ptes(), 0);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(memory_is_page_aligned_and_physically_contiguous),
        machine_test(memory_is_not_initialised),
        machine_test(cached_memory_takes_no_ptes_and_other_takes_one_a_page),
        hooked_test(policy_says_what_is_mapped),
        hooked_test(config_without_a_policy_is_refused),
        machine_test(mapped_memory_shares_its_bytes_with_other_views),
        machine_test(limits_of_the_address_are_kept),
        machine_test(blocks_do_not_cross_the_boundary),
        hooked_test(memory_and_ptes_that_ran_out_are_null),
        machine_test(another_node_has_no_memory),
        machine_test(arguments_that_are_not_allowed_are_null_and_misuse),
        hooked_test(free_of_what_is_no_contiguous_memory_is_0xC2_0x60),
        hooked_test(double_free_names_both_sites),
        machine_test(free_inside_of_what_was_freed_is_no_double_free),
        hooked_test(noncached_memory_is_freed_by_its_own_function),
        machine_test(memory_that_the_wrong_function_unmaps_is_told),
        machine_test(another_size_or_cache_type_is_misuse_and_frees_all_the_same),
        machine_test(freed_memory_faults),
        machine_test(memory_behind_faults),
        machine_test(write_past_the_end_is_found_at_the_free),
        machine_test(leaks_are_told_by_what_they_hold),
        machine_test(irql_limits_are_those_of_the_verifier),
        hooked_test(machine_with_accounting_only_counts_the_ptes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
