// SPDX-License-Identifier: MIT
// Reserved mappings: what they cost, what maps into them, and each case of bug check 0xDA, 0x100 to
// 0x10C. Sources: nf-wdm-mmallocatemappingaddress, -mmmaplockedpageswithreservedmapping,
// -mmunmapreservedmapping, -mmfreemappingaddress.
#include "mdl_words.h"

enum { TAG = 0x64767352, OTHER = 0x72687450 }; // "Rsvd", "Pthr"

static PUCHAR reserve(SIZE_T bytes)
{
    PUCHAR address = MmAllocateMappingAddress(bytes, TAG);
    assert_non_null(address);
    return address;
}

static PVOID map_in(PVOID address, PMDL mdl)
{
    return MmMapLockedPagesWithReservedMapping(address, TAG, mdl, MmCached);
}

// The same, with the site of its caller.
#define map_at(address, mdl) MmMapLockedPagesWithReservedMapping(address, TAG, mdl, MmCached)

// ---- Right

static void reservation_takes_its_pages_and_two_header_ptes(void **state)
{
    (void)state;
    PUCHAR address = reserve(3 * PAGE + 1);

    assert_int_equal(ptes_taken(), 6);
    assert_int_equal((ULONG_PTR)address & 0xFFF, 0);
    syspte_mapping mapping = mapping_at(address);
    assert_int_equal(mapping.bytes, 3 * PAGE + 1);
    assert_int_equal(mapping.pte_count, 6);
    assert_int_equal(mapping.context->kind, SYSPTE_KIND_RESERVED);
    assert_int_equal(mapping.context->tag, TAG);
    assert_int_equal(mapping.system_va, va_of(mapping.id + 2));
    MmFreeMappingAddress(address, TAG);
    assert_int_equal(ptes_taken(), 0);
    assert_no_findings();
}

static void header_is_a_policy(void **state)
{
    static const unsigned headers[] = {0, 1, 2, 16};
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        for (unsigned pages = 1; pages <= 3; pages++) {
            syspte_config config = syspte_config_default();
            config.reserved_header_ptes = headers[i];
            boot(&config);
            PUCHAR buffer = pool(pages * PAGE);
            PMDL mdl = locked_over(buffer, pages * PAGE);
            PUCHAR address = reserve(pages * PAGE);

            assert_int_equal(ptes_taken(), pages + headers[i]);
            for (unsigned round = 0; round < 2; round++) {
                volatile UCHAR *mapped = map_in(address, mdl);
                assert_ptr_equal(mapped, address);
                mapped[pages * PAGE - 1] = (UCHAR)(round + 1);
                assert_int_equal(buffer[pages * PAGE - 1], round + 1);
                MmUnmapReservedMapping(address, TAG, mdl);
            }
            MmFreeMappingAddress(address, TAG);
            unlock_and_free(mdl);
            ExFreePool(buffer);
            assert_int_equal(ptes_taken(), 0);
            assert_null(syspte_machine_check());
            assert_no_findings();
        }
    }
}

static void map_takes_no_pte_and_returns_the_byte_offset(void **state)
{
    (void)state;
    PUCHAR address = reserve(4 * PAGE);
    uint64_t taken = ptes_taken();
    PUCHAR buffer = pool(3 * PAGE);
    PMDL mdl = locked_over(buffer + 0x123, 2 * PAGE); // a part of the reservation

    volatile UCHAR *mapped = map_in(address, mdl);

    assert_int_equal(ptes_taken(), taken);
    assert_ptr_equal(mapped, address + 0x123);
    assert_ptr_equal(mdl->MappedSystemVa, address); // without the offset
    assert_int_equal(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, MDL_MAPPED_TO_SYSTEM_VA);
    mapped[2 * PAGE - 1] = 0x44;
    assert_int_equal(buffer[0x123 + 2 * PAGE - 1], 0x44);
    MmUnmapReservedMapping(address, TAG, mdl);
    assert_int_equal(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    assert_int_equal(ptes_taken(), taken);
    MmFreeMappingAddress(address, TAG);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void map_works_where_no_pte_is_left(void **state)
{
    (void)state;
    boot_profile("tiny");
    PUCHAR address = reserve(2 * PAGE);
    PMDL mdl = locked_over(pool(2 * PAGE), 2 * PAGE);
    KIRQL before;
    assert_non_null(map(BAR, 252 * PAGE));
    assert_null(system_address(mdl));

    KeRaiseIrql(DISPATCH_LEVEL, &before);
    assert_ptr_equal(map_in(address, mdl), address);
    MmUnmapReservedMapping(address, TAG, mdl);
    KeLowerIrql(before);

    assert_no_findings();
}

static void too_small_a_reservation_is_null(void **state)
{
    (void)state;
    PUCHAR address = reserve(PAGE);
    PUCHAR buffer = pool(2 * PAGE);
    PMDL mdl = locked_over(buffer + 1, PAGE);

    assert_null(map_in(address, mdl));

    assert_int_equal(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    MmFreeMappingAddress(address, TAG);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void tag_zero_is_null_and_tag_one_is_a_tag(void **state)
{
    (void)state;
    assert_null(MmAllocateMappingAddress(PAGE, 0));
    PVOID address = MmAllocateMappingAddress(PAGE, 1);
    assert_non_null(address);
    MmFreeMappingAddress(address, 1);
    assert_no_findings();
}

static void one_mdl_is_mapped_twice_back_to_back(void **state)
{
    enum { PAGES = 3 };
    (void)state;
    PUCHAR address = reserve(2 * PAGES * PAGE);
    PUCHAR buffer = pool(PAGES * PAGE);
    PMDL mdl = locked_over(buffer, PAGES * PAGE);

    volatile UCHAR *first = map_in(address, mdl);
    volatile UCHAR *second = map_in(address + PAGES * PAGE, mdl);

    assert_ptr_equal(second, first + PAGES * PAGE);
    for (unsigned i = 0; i < PAGES * PAGE; i += 97) {
        first[i] = (UCHAR)(i + 1);
        assert_int_equal(second[i], (UCHAR)(i + 1));
    }
    MmUnmapReservedMapping(address, TAG, mdl);
    assert_int_equal(second[5], buffer[5]);
    MmUnmapReservedMapping(address + PAGES * PAGE, TAG, mdl);
    MmFreeMappingAddress(address, TAG);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void unaligned_address_is_tolerated_as_the_version_does(void **state)
{
    static const struct {
        const char *profile;
        unsigned low;
    } rows[] = {{"win7-x64", 0x1F}, {"tiny", 0x10}};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        boot_profile(rows[i].profile);
        PUCHAR address = reserve(PAGE);
        PUCHAR buffer = pool(PAGE);
        PMDL mdl = locked_over(buffer, PAGE);

        assert_ptr_equal(map_in(address + 0x1F, mdl), address + rows[i].low);

        MmUnmapReservedMapping(address, TAG, mdl);
        MmFreeMappingAddress(address + 0xFFF, TAG); // into the first page
        assert_int_equal(ptes_taken(), 0);
        unlock_and_free(mdl);
        ExFreePool(buffer);
        assert_no_findings();
    }
}

static void pages_mapped_in_a_reservation_are_in_use(void **state)
{
    (void)state;
    PUCHAR address = reserve(PAGE);
    PMDL idle = MmAllocatePagesForMdl(physical(0), physical(0xFFFFFFFFFF), physical(0), PAGE);
    PMDL used = MmAllocatePagesForMdl(physical(0), physical(0xFFFFFFFFFF), physical(0), PAGE);
    assert_ptr_equal(map_in(address, idle), address);
    MmUnmapReservedMapping(address, TAG, idle);
    MmFreePagesFromMdl(idle);
    assert_no_findings();
    assert_ptr_equal(map_in(address, used), address);

    MmFreePagesFromMdl(used);

    (void)only_finding(SYSPTE_RULE_FREE_PAGES_MAPPED);
}

static void host_memory_is_shown_where_it_is(void **state)
{
    static UCHAR buffer[PAGE];
    (void)state;
    PUCHAR address = reserve(2 * PAGE);
    PMDL mdl = locked_over(buffer, 100);

    PVOID mapped = map_in(address, mdl);

    assert_ptr_equal(mapped, buffer);
    MmUnmapReservedMapping(mapped, TAG, mdl);
    MmFreeMappingAddress(address, TAG);
    unlock_and_free(mdl);
    assert_int_equal(syspte_report_failures(), 0);
}

static void reservation_never_freed_is_a_leak_with_its_tag(void **state)
{
    (void)state;
    unsigned line = __LINE__ + 1;
    PVOID address = MmAllocateMappingAddress(PAGE, TAG);
    (void)address;

    assert_int_equal(syspte_shutdown(), 1);

    syspte_finding leak = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(leak.call->line, line);
    assert_int_equal(leak.call->tag, TAG);
    assert_int_equal(leak.pte_count, 3);
    assert_null(strstr(report_text(), "physical")); // it has no memory
}

static volatile UCHAR *target;

static void touch_target(void)
{
    (void)*target;
}

static void touch_of_an_empty_reservation_is_0x50(void **state)
{
    (void)state;
    target = reserve(PAGE) + 8;

    assert_true(touch_stops(touch_target));

    assert_int_equal(seen.stop.code, 0x50);
    (void)finding_of(SYSPTE_RULE_USE_NOT_VALID);
}

static void touch_after_the_unmap_is_0x50(void **state)
{
    (void)state;
    PUCHAR address = reserve(PAGE);
    PMDL mdl = locked_over(pool(PAGE), PAGE);
    target = map_in(address, mdl);
    *target = 1;
    MmUnmapReservedMapping(address, TAG, mdl);

    assert_true(touch_stops(touch_target));

    assert_int_equal(seen.stop.code, 0x50);
}

// ---- Wrong

static PUCHAR base;
static PMDL subject;
static uint64_t first_va; // of `base`, as bug checks have it

static void begin(void)
{
    base = reserve(4 * PAGE);
    first_va = va_of(mapping_at(base).id + 2);
    subject = locked_over(pool(2 * PAGE), 2 * PAGE);
}

static void act_reserve_zero(void)
{
    (void)MmAllocateMappingAddress(0, TAG);
}

static void act_free_other_tag(void)
{
    MmFreeMappingAddress(base, OTHER);
}

static void act_free_twice(void)
{
    MmFreeMappingAddress(base, TAG);
    MmFreeMappingAddress(base, TAG);
}

static void act_free_mapped(void)
{
    (void)map_in(base, subject);
    MmFreeMappingAddress(base, TAG);
}

static void act_map_other_tag(void)
{
    (void)MmMapLockedPagesWithReservedMapping(base, OTHER, subject, MmCached);
}

static void act_map_nowhere(void)
{
    (void)map_in((PVOID)(ULONG_PTR)0x5000, subject);
}

static void act_map_in_use(void)
{
    PMDL other = locked_over(MmGetMdlVirtualAddress(subject), PAGE);
    (void)map_in(base, subject);
    (void)map_in(base, other);
}

static void act_unmap_other_tag(void)
{
    (void)map_in(base, subject);
    MmUnmapReservedMapping(base, OTHER, subject);
}

static void act_unmap_empty(void)
{
    MmUnmapReservedMapping(base, TAG, subject);
}

static void act_unmap_too_many(void)
{
    (void)map_in(base, subject);
    subject->ByteCount = 5 * PAGE;
    MmUnmapReservedMapping(base, TAG, subject);
}

static void act_unmap_part_free(void)
{
    (void)map_in(base, subject);
    subject->ByteCount = 3 * PAGE;
    MmUnmapReservedMapping(base, TAG, subject);
}

static void act_unmap_part(void)
{
    (void)map_in(base, subject);
    subject->ByteCount = PAGE;
    MmUnmapReservedMapping(base, TAG, subject);
}

static void act_free(void)
{
    MmFreeMappingAddress(base, TAG);
}

static void act_map_second_page_again(void)
{
    (void)map_in(base + PAGE, subject);
}

enum { FIRST = -1, SECOND = -2 }; // addresses: of the first page, of the second

static uint64_t value_of(int64_t wanted)
{
    return wanted == FIRST ? first_va : wanted == SECOND ? first_va + PAGE : (uint64_t)wanted;
}

static void each_misuse_is_its_0xDA_at_every_strictness(void **state)
{
    static const struct {
        void (*act)(void);
        uint64_t p1;
        int64_t p2;
        int64_t p3;
        int64_t p4;
        syspte_rule_id rule;
    } rows[] = {
        {act_reserve_zero, 0x100, 0, TAG, 0, SYSPTE_RULE_RESERVED_ZERO},
        {act_free_other_tag, 0x101, FIRST, OTHER, TAG, SYSPTE_RULE_RESERVED_FREE_OTHER_TAG},
        {act_free_twice, 0x102, FIRST, TAG, 0, SYSPTE_RULE_RESERVED_FREE_EMPTY},
        {act_free_mapped, 0x103, FIRST, TAG, 2, SYSPTE_RULE_RESERVED_FREE_MAPPED},
        {act_map_other_tag, 0x104, FIRST, OTHER, TAG, SYSPTE_RULE_RESERVED_MAP_OTHER_TAG},
        {act_map_nowhere, 0x105, 0x5000, TAG, 0, SYSPTE_RULE_RESERVED_MAP_INVALID},
        {act_map_in_use, 0x107, FIRST, FIRST, FIRST, SYSPTE_RULE_RESERVED_MAP_IN_USE},
        {act_unmap_other_tag, 0x108, FIRST, OTHER, TAG, SYSPTE_RULE_RESERVED_UNMAP_OTHER_TAG},
        {act_unmap_empty, 0x109, FIRST, TAG, 0, SYSPTE_RULE_RESERVED_UNMAP_EMPTY},
        {act_unmap_too_many, 0x10A, FIRST, 4, 5, SYSPTE_RULE_RESERVED_UNMAP_TOO_MANY},
        {act_unmap_part_free, 0x10B, FIRST, TAG, 3, SYSPTE_RULE_RESERVED_UNMAP_PART_FREE},
        {act_unmap_part, 0x10C, FIRST, TAG, 1, SYSPTE_RULE_RESERVED_UNMAP_PART},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned strict = SYSPTE_FREE; strict <= SYSPTE_VERIFIER; strict++) {
            boot_strict((syspte_strictness)strict);
            begin();

            assert_true(stops(rows[i].act));

            assert_stop(0xDA, rows[i].p1, value_of(rows[i].p2), value_of(rows[i].p3),
                        value_of(rows[i].p4));
            (void)finding_of(rows[i].rule);
        }
    }
}

static void what_is_in_the_way_is_named_by_its_map(void **state)
{
    static const unsigned headers[] = {0, 2};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        syspte_config config = syspte_config_default();
        config.reserved_header_ptes = headers[i / 2];
        boot(&config);
        begin();
        unsigned first = __LINE__ + 1;
        (void)map_at(base, subject);
        PMDL other = locked_over(pool(PAGE), PAGE);
        (void)map_at(base + 2 * PAGE, other);
        if (i % 2 == 1) { // the first one goes: the second is in the way
            MmUnmapReservedMapping(base, TAG, subject);
        }

        assert_true(stops(i % 2 == 1 ? act_free : act_map_second_page_again));

        syspte_finding finding = finding_of(i % 2 == 1 ? SYSPTE_RULE_RESERVED_FREE_MAPPED
                                                       : SYSPTE_RULE_RESERVED_MAP_IN_USE);
        assert_int_equal(finding.mapped->line, i % 2 == 1 ? first + 2 : first);
        assert_int_equal(finding.mapped->api, SYSPTE_API_MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING);
    }
}

static void announced_misuse_changes_nothing(void **state)
{
    (void)state;
    begin();
    syspte_expect_bugcheck(0xDA, 0x101);
    uint64_t taken = ptes_taken();

    assert_false(stops(act_free_other_tag));

    assert_int_equal(ptes_taken(), taken);
}

static void act_map_second_page(void)
{
    (void)map_in(base + PAGE, subject);
}

static void map_behind_the_start_is_0x105_by_policy(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.reserved_begin = SYSPTE_RESERVED_BEGIN_START;
    boot(&config);
    begin();

    assert_true(stops(act_map_second_page));

    assert_stop(0xDA, 0x105, first_va + PAGE, TAG, 0);
}

static void act_reserve_at_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    (void)MmAllocateMappingAddress(PAGE, TAG);
}

static void reserving_above_apc_level_is_0xC4_0xE5(void **state)
{
    (void)state;
    boot_strict(SYSPTE_VERIFIER);

    assert_true(stops(act_reserve_at_dispatch));

    assert_stop(0xC4, 0xE5, DISPATCH_LEVEL, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(reservation_takes_its_pages_and_two_header_ptes),
        hooked_test(header_is_a_policy),
        machine_test(map_takes_no_pte_and_returns_the_byte_offset),
        hooked_test(map_works_where_no_pte_is_left),
        machine_test(too_small_a_reservation_is_null),
        machine_test(tag_zero_is_null_and_tag_one_is_a_tag),
        machine_test(one_mdl_is_mapped_twice_back_to_back),
        hooked_test(unaligned_address_is_tolerated_as_the_version_does),
        machine_test(pages_mapped_in_a_reservation_are_in_use),
        machine_test(host_memory_is_shown_where_it_is),
        machine_test(reservation_never_freed_is_a_leak_with_its_tag),
        machine_test(touch_of_an_empty_reservation_is_0x50),
        machine_test(touch_after_the_unmap_is_0x50),
        hooked_test(each_misuse_is_its_0xDA_at_every_strictness),
        hooked_test(what_is_in_the_way_is_named_by_its_map),
        machine_test(announced_misuse_changes_nothing),
        hooked_test(map_behind_the_start_is_0x105_by_policy),
        hooked_test(reserving_above_apc_level_is_0xC4_0xE5),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
