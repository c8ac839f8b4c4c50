// SPDX-License-Identifier: MIT
// MmMapIoSpace, MmMapIoSpaceEx and MmMapVideoDisplay: what a map gives, what it refuses, and what
// it records. tests/contract/rows.txt says which test stands for which documented case.
#include "harness.h"

static syspte_config config_now;

static syspte_config *config_begin(void)
{
    config_now = syspte_config_default();
    return &config_now;
}

static uint64_t taken(void)
{
    syspte_counters now = syspte_counters_now();
    return now.pte_total - now.pte_free;
}

// ---- What a map gives

static void unaligned_address_keeps_its_page_offset(void **state)
{
    (void)state;

    for (uint64_t offset = 0; offset < PAGE; offset += 0x111) {
        PVOID va = map(BAR + offset, 1);
        assert_int_equal((ULONG_PTR)va & 0xFFF, offset);
        assert_int_equal(mapping_at(va).system_va & 0xFFF, offset);
    }
    assert_no_findings();
}

static void map_takes_one_pte_a_page(void **state)
{
    (void)state;

    PVOID va = map(BAR, 5 * PAGE);

    syspte_counters now = syspte_counters_now();
    assert_non_null(va);
    assert_int_equal(now.pte_free, now.pte_total - 5);
    assert_int_equal(now.live_ptes, 5);
    assert_int_equal(now.live_mappings, 1);
    assert_int_equal(now.maps, 1);
    assert_int_equal(now.failed_maps, 0);
}

static void same_page_mapped_twice_is_two_mappings_at_two_addresses(void **state)
{
    (void)state;

    PVOID one = map(BAR, PAGE);
    PVOID two = map(BAR, PAGE);

    assert_ptr_not_equal(one, two);
    assert_int_equal(syspte_counters_now().live_ptes, 2);
    assert_int_equal(mapping_at(one).physical_address, BAR);
    assert_int_equal(mapping_at(two).physical_address, BAR);
    assert_no_findings();
    unmap(one, PAGE);
    assert_int_equal(mapping_at(two).pte_count, 1);
}

static void mapping_has_what_the_driver_asked(void **state)
{
    (void)state;

    PVOID va = MmMapIoSpace(physical(BAR + 0x10), 0x2000, MmWriteCombined);
    int line = __LINE__ - 1;

    syspte_mapping m = mapping_at(va);
    assert_int_equal(m.id, 0);
    assert_int_equal(m.system_va, va_of(0) + 0x10);
    assert_int_equal(m.physical_address, BAR + 0x10);
    assert_int_equal(m.bytes, 0x2000);
    assert_int_equal(m.pte_count, 3);
    assert_int_equal(m.sequence, 1);
    assert_string_equal(m.context->file, __FILE__);
    assert_string_equal(m.context->function, __func__);
    assert_int_equal(m.context->line, line);
    assert_int_equal(m.context->return_address, 0);
    assert_int_equal(m.context->api, SYSPTE_API_MM_MAP_IO_SPACE);
    assert_int_equal(m.context->kind, SYSPTE_KIND_IO_SPACE);
    assert_int_equal(m.context->cache, SYSPTE_CACHE_WRITE_COMBINED);
    assert_int_equal(m.context->irql, PASSIVE_LEVEL);
    assert_int_equal(m.context->thread, 1);
    assert_int_equal(m.context->protect, PAGE_EXECUTE_READWRITE | PAGE_WRITECOMBINE);
}

static void call_through_a_pointer_is_known_by_its_return_address(void **state)
{
    static const syspte_api apis[] = {SYSPTE_API_MM_MAP_IO_SPACE, SYSPTE_API_MM_MAP_IO_SPACE_EX,
                                      SYSPTE_API_MM_MAP_VIDEO_DISPLAY};
    PVOID (*function)(PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE) = &MmMapIoSpace;
    PVOID (*function_ex)(PHYSICAL_ADDRESS, SIZE_T, ULONG) = &MmMapIoSpaceEx;
    PVOID (*function_video)(PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE) = &MmMapVideoDisplay;
    (void)state;

    PVOID mapped[] = {function(physical(BAR), PAGE, MmNonCached),
                      function_ex(physical(BAR), PAGE, PAGE_READWRITE | PAGE_NOCACHE),
                      function_video(physical(BAR), PAGE, MmNonCached)};
    for (int i = 0; i < 3; i++) {
        syspte_mapping m = mapping_at(mapped[i]);
        assert_null(m.context->file);
        assert_int_not_equal(m.context->return_address, 0);
        assert_int_equal(m.context->api, apis[i]);
    }
}

static void cache_type_is_kept_as_protection(void **state)
{
    static const struct {
        MEMORY_CACHING_TYPE type;
        uint32_t protect;
    } rows[] = {{MmNonCached, PAGE_EXECUTE_READWRITE | PAGE_NOCACHE},
                {MmCached, PAGE_EXECUTE_READWRITE},
                {MmWriteCombined, PAGE_EXECUTE_READWRITE | PAGE_WRITECOMBINE}};
    (void)state;

    for (unsigned i = 0; i < 3; i++) {
        PVOID va = MmMapIoSpace(physical(BAR + i * PAGE), PAGE, rows[i].type);
        assert_int_equal(mapping_at(va).context->cache, rows[i].type);
        assert_int_equal(mapping_at(va).context->protect, rows[i].protect);
    }
    assert_no_findings();
}

static void map_ex_takes_every_listed_protection(void **state)
{
    static const ULONG bases[] = {PAGE_READONLY, PAGE_READWRITE, PAGE_EXECUTE, PAGE_EXECUTE_READ,
                                  PAGE_EXECUTE_READWRITE};
    static const struct {
        ULONG modifier;
        syspte_cache cache;
    } modifiers[] = {{0, SYSPTE_CACHE_CACHED},
                     {PAGE_NOCACHE, SYSPTE_CACHE_NONCACHED},
                     {PAGE_WRITECOMBINE, SYSPTE_CACHE_WRITE_COMBINED}};
    (void)state;

    for (unsigned b = 0; b < 5; b++) {
        for (unsigned m = 0; m < 3; m++) {
            ULONG protect = bases[b] | modifiers[m].modifier;
            PVOID va = MmMapIoSpaceEx(physical(BAR + m * PAGE), PAGE, protect);
            assert_non_null(va);
            assert_int_equal(mapping_at(va).context->protect, protect);
            assert_int_equal(mapping_at(va).context->cache, modifiers[m].cache);
        }
    }
    assert_no_findings();
}

static void video_display_mapping_is_a_kind_of_its_own(void **state)
{
    (void)state;

    PVOID va = MmMapVideoDisplay(physical(BAR), 2 * PAGE, MmWriteCombined);

    assert_int_equal(mapping_at(va).context->kind, SYSPTE_KIND_VIDEO);
    assert_int_equal(mapping_at(va).context->api, SYSPTE_API_MM_MAP_VIDEO_DISPLAY);
    assert_int_equal(taken(), 2);
    MmUnmapVideoDisplay(va, 2 * PAGE);
    assert_int_equal(taken(), 0);
    assert_no_findings();
}

static void large_range_takes_a_pte_for_each_small_page(void **state)
{
    (void)state;

    PVOID va = map(0x100000000ull, 4 << 20);

    assert_non_null(va);
    assert_int_equal(taken(), 1024);
}

// ---- What a map refuses

static void zero_bytes_is_refused_and_recorded(void **state)
{
    (void)state;

    assert_null(map(BAR, 0));
    assert_null(MmMapIoSpaceEx(physical(BAR), 0, PAGE_READWRITE));
    assert_null(MmMapVideoDisplay(physical(BAR), 0, MmCached));

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_ZERO), 3);
    assert_int_equal(taken(), 0);
}

static void range_past_the_last_physical_address_is_refused(void **state)
{
    const uint64_t end = SYSPTE_PHYSICAL_BYTES;
    (void)state;

    assert_non_null(map(end - PAGE, PAGE));
    assert_no_findings();
    assert_null(map(end - PAGE, PAGE + 1));
    assert_null(map(end, 1));
    assert_null(map(end + 1, 1));
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_WRAP), 3);
    assert_int_equal(taken(), 1);
}

static void range_that_wraps_is_refused(void **state)
{
    (void)state;

    assert_null(map(UINT64_MAX - 0xFFF, 2 * PAGE));
    assert_null(map(UINT64_MAX, 1)); // LARGE_INTEGER -1
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_WRAP), 2);
    assert_int_equal(taken(), 0);
}

static void length_whose_span_overflows_is_refused(void **state)
{
    (void)state;

    assert_null(map(BAR, SIZE_MAX));
    assert_null(map(BAR + 1, SIZE_MAX - 0xFFF));
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_SPAN_OVERFLOW), 2);
    assert_null(map(BAR, SIZE_MAX - 0xFFF)); // its span does not overflow, its end does
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_WRAP), 1);
    assert_int_equal(taken(), 0);
}

static void unknown_cache_type_is_refused(void **state)
{
    static const int types[] = {MmMaximumCacheType, 7, 255, 256, MmNotMapped, INT32_MIN};
    (void)state;

    for (unsigned i = 0; i < 6; i++) {
        assert_null(MmMapIoSpace(physical(BAR), PAGE, (MEMORY_CACHING_TYPE)types[i]));
        assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_CACHE_TYPE), i + 1);
    }
    assert_int_equal(taken(), 0);
}

static void reserved_cache_type_is_refused_by_default(void **state)
{
    (void)state;

    for (int type = MmHardwareCoherentCached; type <= MmUSWCCached; type++) {
        assert_null(MmMapIoSpace(physical(BAR), PAGE, (MEMORY_CACHING_TYPE)type));
    }
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_CACHE_TYPE), 3);
}

static void reserved_cache_type_is_an_alias_by_policy(void **state)
{
    static const syspte_cache meant[] = {SYSPTE_CACHE_CACHED, SYSPTE_CACHE_NONCACHED,
                                         SYSPTE_CACHE_WRITE_COMBINED};
    (void)state;
    config_begin()->reserved_cache = SYSPTE_RESERVED_CACHE_ALIAS;
    boot(&config_now);

    for (unsigned i = 0; i < 3; i++) {
        PVOID va = MmMapIoSpace(physical(BAR + i * PAGE), PAGE,
                                (MEMORY_CACHING_TYPE)(MmHardwareCoherentCached + (int)i));
        assert_int_equal(mapping_at(va).context->cache, meant[i]);
    }
    assert_no_findings();
    assert_null(MmMapIoSpace(physical(BAR), PAGE, MmMaximumCacheType));
}

static void unlisted_protection_is_refused(void **state)
{
    static const ULONG rows[] = {
        0,
        PAGE_NOACCESS,
        PAGE_WRITECOPY,
        PAGE_EXECUTE_WRITECOPY,
        PAGE_GUARD,
        PAGE_READWRITE | PAGE_GUARD,
        PAGE_READONLY | PAGE_READWRITE,
        PAGE_EXECUTE | PAGE_READWRITE,
        PAGE_NOCACHE,
        PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE,
        PAGE_READWRITE | 0x800,
        0xFFFFFFFF,
    };
    (void)state;

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_null(MmMapIoSpaceEx(physical(BAR), PAGE, rows[i]));
        assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_PROTECT), i + 1);
    }
    assert_int_equal(taken(), 0);
}

static void shortage_of_ptes_is_null_and_no_bug_check(void **state)
{
    (void)state;
    boot_profile("tiny");

    PVOID all = map(BAR, 256 * PAGE);
    assert_non_null(all);
    assert_null(map(BAR, 1));

    assert_int_equal(syspte_counters_now().failed_maps, 1);
    assert_int_equal(syspte_counters_now().maps, 1);
    assert_int_equal(seen.stops, 0);
    assert_no_findings();
    unmap(all, 256 * PAGE);
    assert_non_null(map(BAR, 1));
}

static void fragmented_pool_refuses_what_the_free_count_would_allow(void **state)
{
    PVOID va[256];
    (void)state;
    boot_profile("tiny");
    for (int i = 0; i < 256; i++) {
        va[i] = map(BAR, PAGE);
    }
    for (int i = 0; i < 256; i += 2) {
        unmap(va[i], PAGE);
    }

    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free, 128);
    assert_int_equal(now.free_blocks, 128);
    assert_int_equal(now.largest_free_block, 1);
    assert_null(map(BAR, 2 * PAGE));
    assert_int_equal(syspte_counters_now().failed_maps, 1);
    assert_non_null(map(BAR, PAGE));
}

// The driver of the forum thread on 32-bit Windows: how many migrations until maps fail.
static void leak_of_33_ptes_a_cycle_exhausts_win7_x86_after_9308_cycles(void **state)
{
    uint64_t cycles = 0;
    (void)state;
    syspte_config config = syspte_config_default();
    config.profile = syspte_profile_find("win7-x86");
    config.accounting_only = true;
    boot(&config);

    while (map(BAR, 32 * PAGE) != NULL && map(BAR + 32 * PAGE, PAGE) != NULL) {
        cycles++;
    }

    assert_int_equal(cycles, 307168 / 33);
    assert_int_equal(syspte_counters_now().failed_maps, 1);
    assert_int_equal(syspte_counters_now().pte_free, 307168 % 33);
}

// ---- What physical memory says

static void other_cache_type_of_a_mapped_page_takes_the_live_one_by_default(void **state)
{
    (void)state;
    PVOID first = MmMapIoSpace(physical(BAR), 2 * PAGE, MmNonCached);
    int line = __LINE__ - 1;

    PVOID second = MmMapIoSpace(physical(BAR + PAGE), PAGE, MmCached);

    syspte_finding finding = only_finding(SYSPTE_RULE_MAP_CACHE_CONFLICT);
    assert_non_null(first);
    assert_int_equal(mapping_at(second).context->cache, SYSPTE_CACHE_NONCACHED);
    assert_int_equal(finding.severity, SYSPTE_MISUSE);
    assert_false(finding.has_bugcheck);
    assert_int_equal(finding.mapped->line, line);
    assert_int_equal(finding.call->line, line + 3);
}

static void other_cache_type_of_a_mapped_page_fails_by_policy(void **state)
{
    (void)state;
    config_begin()->cache_conflict = SYSPTE_CONFLICT_FAIL;
    boot(&config_now);
    PVOID first = MmMapIoSpace(physical(BAR), PAGE, MmCached);

    assert_null(MmMapIoSpace(physical(BAR + 0x800), 1, MmNonCached));

    (void)only_finding(SYSPTE_RULE_MAP_CACHE_CONFLICT);
    assert_int_equal(taken(), 1);
    unmap(first, PAGE);
    assert_non_null(MmMapIoSpace(physical(BAR + 0x800), 1, MmNonCached));
    (void)only_finding(SYSPTE_RULE_MAP_CACHE_CONFLICT);
}

static void other_cache_type_of_a_mapped_page_is_kept_by_policy(void **state)
{
    (void)state;
    config_begin()->cache_conflict = SYSPTE_CONFLICT_ALLOW;
    boot(&config_now);
    PVOID first = MmMapIoSpace(physical(BAR), PAGE, MmCached);

    PVOID second = MmMapIoSpace(physical(BAR), PAGE, MmWriteCombined);

    (void)only_finding(SYSPTE_RULE_MAP_CACHE_CONFLICT);
    assert_int_equal(mapping_at(first).context->cache, SYSPTE_CACHE_CACHED);
    assert_int_equal(mapping_at(second).context->cache, SYSPTE_CACHE_WRITE_COMBINED);
}

static void other_cache_type_of_the_page_beside_is_no_conflict(void **state)
{
    (void)state;

    assert_non_null(MmMapIoSpace(physical(BAR), PAGE, MmNonCached));
    assert_non_null(MmMapIoSpace(physical(BAR + PAGE), PAGE, MmCached));
    assert_non_null(MmMapIoSpace(physical(BAR - PAGE), PAGE, MmWriteCombined));

    assert_no_findings();
}

static void conflict_is_found_at_both_ends_of_a_large_mapping(void **state)
{
    const uint64_t megabyte = 1 << 20;
    (void)state;
    assert_non_null(MmMapIoSpace(physical(0x80000000), 16 * megabyte, MmNonCached));

    assert_non_null(MmMapIoSpace(physical(0x80000000 - PAGE), PAGE, MmCached));
    assert_non_null(MmMapIoSpace(physical(0x80000000 + 16 * megabyte), PAGE, MmCached));
    assert_no_findings();
    assert_non_null(MmMapIoSpace(physical(0x80000000), 1, MmCached));
    assert_non_null(MmMapIoSpace(physical(0x80000000 + 16 * megabyte - 1), 1, MmCached));
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_CACHE_CONFLICT), 2);
}

static void unlocked_ram_maps_with_a_note(void **state)
{
    (void)state;
    assert_true(syspte_memory_add(0, 1 << 20, SYSPTE_MEMORY_RAM));

    PVOID va = MmMapIoSpace(physical(0x1000), PAGE, MmCached);

    syspte_finding finding = only_finding(SYSPTE_RULE_MAP_UNLOCKED_RAM);
    assert_non_null(va);
    assert_int_equal(finding.severity, SYSPTE_NOTE);
    assert_false(finding.stopped);
    assert_int_equal(finding.bugcheck.code, 0xC4);
    assert_int_equal(finding.bugcheck.parameter[0], 0x83);
    assert_int_equal(syspte_report_failures(), 0);
}

static void map_verified_ram(void)
{
    (void)MmMapIoSpace(physical(0x0), 4 * PAGE, MmCached);
}

static void unlocked_ram_stops_the_verifier_with_its_first_unlocked_page(void **state)
{
    (void)state;
    config_begin()->strictness = SYSPTE_VERIFIER;
    boot(&config_now);
    assert_true(syspte_memory_add(0, 1 << 20, SYSPTE_MEMORY_RAM));
    assert_true(syspte_memory_add(0, 2 * PAGE, SYSPTE_MEMORY_RAM_LOCKED));

    assert_true(stops(map_verified_ram));

    assert_stop(0xC4, 0x83, 0, 4 * PAGE, 2);
    assert_int_equal(only_finding(SYSPTE_RULE_MAP_UNLOCKED_RAM).severity, SYSPTE_MISUSE);
    assert_int_equal(syspte_report_failures(), 1);
}

static void locked_ram_maps_silently(void **state)
{
    (void)state;
    config_begin()->strictness = SYSPTE_VERIFIER;
    boot(&config_now);
    assert_true(syspte_memory_add(0, 1 << 20, SYSPTE_MEMORY_RAM));
    assert_true(syspte_memory_add(0x4000, PAGE, SYSPTE_MEMORY_RAM_LOCKED));
    assert_true(syspte_memory_add(0x5000, PAGE, SYSPTE_MEMORY_RAM_SHARED));

    assert_non_null(MmMapIoSpace(physical(0x4000), 2 * PAGE, MmCached));

    assert_no_findings();
}

static void hole_in_physical_memory_is_io_space(void **state)
{
    (void)state;
    config_begin()->strictness = SYSPTE_VERIFIER;
    boot(&config_now);
    assert_true(syspte_memory_add(0, 1 << 20, SYSPTE_MEMORY_RAM));

    assert_non_null(map(1 << 20, PAGE));
    assert_non_null(map(0x123456789000ull, PAGE));

    assert_no_findings();
}

static void refused_range_is_null_with_a_note(void **state)
{
    (void)state;
    assert_true(syspte_memory_add(0x8000, PAGE, SYSPTE_MEMORY_REFUSED));

    assert_null(map(0x7000, 2 * PAGE));
    assert_null(map(0x8FFF, 1));

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_REFUSED_RANGE), 2);
    assert_int_equal(finding_of(SYSPTE_RULE_MAP_REFUSED_RANGE).severity, SYSPTE_NOTE);
    assert_int_equal(syspte_report_failures(), 0);
    assert_int_equal(syspte_counters_now().failed_maps, 0); // not for want of PTEs
    assert_non_null(map(0x7000, PAGE));
    assert_non_null(map(0x9000, PAGE));
}

static void executable_map_under_memory_integrity_loses_execution(void **state)
{
    (void)state;
    config_begin()->hvci = true;
    boot(&config_now);

    PVOID plain = MmMapIoSpace(physical(BAR), PAGE, MmNonCached);
    PVOID code = MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_EXECUTE_READ | PAGE_NOCACHE);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_EXECUTABLE), 2);
    PVOID data = MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_READWRITE | PAGE_NOCACHE);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_EXECUTABLE), 2);
    assert_int_equal(mapping_at(plain).context->protect, PAGE_READWRITE | PAGE_NOCACHE);
    assert_int_equal(mapping_at(code).context->protect, PAGE_READONLY | PAGE_NOCACHE);
    assert_int_equal(mapping_at(data).context->protect, PAGE_READWRITE | PAGE_NOCACHE);
}

// ---- Order

static void maps_are_numbered_and_listed_in_order_of_ptes(void **state)
{
    (void)state;
    PVOID a = map(BAR, PAGE);
    PVOID b = map(BAR, 2 * PAGE);
    PVOID c = map(BAR, PAGE);

    assert_int_equal(mapping_at(a).id, 0);
    assert_int_equal(mapping_at(b).id, 1);
    assert_int_equal(mapping_at(c).id, 3);
    assert_int_equal(mapping_at(a).sequence, 1);
    assert_int_equal(mapping_at(b).sequence, 2);
    assert_int_equal(mapping_at(c).sequence, 3);
}

static bool count_to_two(void *context, const syspte_mapping *mapping)
{
    int *count = context;
    (void)mapping;
    return ++*count < 2;
}

static void visiting_ends_when_the_visitor_says_so(void **state)
{
    int count = 0;
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_non_null(map(BAR, PAGE));
    }

    syspte_mappings_each(count_to_two, &count);

    assert_int_equal(count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(unaligned_address_keeps_its_page_offset),
        machine_test(map_takes_one_pte_a_page),
        machine_test(same_page_mapped_twice_is_two_mappings_at_two_addresses),
        machine_test(mapping_has_what_the_driver_asked),
        machine_test(call_through_a_pointer_is_known_by_its_return_address),
        machine_test(cache_type_is_kept_as_protection),
        machine_test(map_ex_takes_every_listed_protection),
        machine_test(video_display_mapping_is_a_kind_of_its_own),
        machine_test(large_range_takes_a_pte_for_each_small_page),
        machine_test(zero_bytes_is_refused_and_recorded),
        machine_test(range_past_the_last_physical_address_is_refused),
        machine_test(range_that_wraps_is_refused),
        machine_test(length_whose_span_overflows_is_refused),
        machine_test(unknown_cache_type_is_refused),
        machine_test(reserved_cache_type_is_refused_by_default),
        hooked_test(reserved_cache_type_is_an_alias_by_policy),
        machine_test(unlisted_protection_is_refused),
        hooked_test(shortage_of_ptes_is_null_and_no_bug_check),
        hooked_test(fragmented_pool_refuses_what_the_free_count_would_allow),
        hooked_test(leak_of_33_ptes_a_cycle_exhausts_win7_x86_after_9308_cycles),
        machine_test(other_cache_type_of_a_mapped_page_takes_the_live_one_by_default),
        hooked_test(other_cache_type_of_a_mapped_page_fails_by_policy),
        hooked_test(other_cache_type_of_a_mapped_page_is_kept_by_policy),
        machine_test(other_cache_type_of_the_page_beside_is_no_conflict),
        machine_test(conflict_is_found_at_both_ends_of_a_large_mapping),
        machine_test(unlocked_ram_maps_with_a_note),
        hooked_test(unlocked_ram_stops_the_verifier_with_its_first_unlocked_page),
        hooked_test(locked_ram_maps_silently),
        hooked_test(hole_in_physical_memory_is_io_space),
        machine_test(refused_range_is_null_with_a_note),
        hooked_test(executable_map_under_memory_integrity_loses_execution),
        machine_test(maps_are_numbered_and_listed_in_order_of_ptes),
        machine_test(visiting_ends_when_the_visitor_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
