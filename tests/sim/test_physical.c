// SPDX-License-Identifier: MIT
// What is behind an address, and how a physical page is mapped.
#include "harness.h"

#define TAG 0x6B61654Cul

static int mine = 5;

// ---- Physical addresses

static void every_page_of_memory_has_its_own_physical_address(void **state)
{
    (void)state;
    PUCHAR pool = ExAllocatePoolWithTag(NonPagedPoolNx, 3 * PAGE, TAG);
    PUCHAR va = map(BAR + 0x123, 3 * PAGE);
    PHYSICAL_ADDRESS first = MmGetPhysicalAddress(pool);

    for (unsigned i = 0; i < 3 * PAGE; i += 0x7FF) {
        assert_int_equal(MmGetPhysicalAddress(pool + i).QuadPart, first.QuadPart + i);
        assert_int_equal(MmGetPhysicalAddress(va + i).QuadPart, BAR + 0x123 + i);
    }
    assert_in_range((uint64_t)first.QuadPart, 0x40000000, 0x7FFFFFFF);
    ExFreePool(pool);
    unmap(va, 3 * PAGE);
    assert_no_findings();
}

static void memory_of_the_program_has_made_up_addresses(void **state)
{
    int here = 1;
    (void)state;
    uint64_t one = (uint64_t)MmGetPhysicalAddress(&mine).QuadPart;
    uint64_t two = (uint64_t)MmGetPhysicalAddress(&here).QuadPart;

    assert_int_equal(one % PAGE, (ULONG_PTR)&mine % PAGE);
    assert_true(one >= 1ull << 51 && two >= 1ull << 51);
    assert_true(one < SYSPTE_PHYSICAL_BYTES && two < SYSPTE_PHYSICAL_BYTES);
    assert_true(one / PAGE != two / PAGE);
    assert_int_equal(MmGetPhysicalAddress((PUCHAR)&mine + 1).QuadPart, (LONGLONG)one + 1);
    assert_no_findings();
}

static void address_that_is_not_valid_is_misuse_and_0(void **state)
{
    (void)state;
    PUCHAR pool = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE, TAG);
    PUCHAR va = map(BAR, PAGE);
    ExFreePool(pool);
    unmap(va, PAGE);

    assert_int_equal(MmGetPhysicalAddress(pool).QuadPart, 0);
    assert_int_equal(MmGetPhysicalAddress(va).QuadPart, 0);
    assert_int_equal(MmGetPhysicalAddress(va + PAGE).QuadPart, 0);
    assert_int_equal(MmGetPhysicalAddress(NULL).QuadPart, 0);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_PHYSICAL_NOT_VALID), 4);
    assert_int_equal(finding_of(SYSPTE_RULE_PHYSICAL_NOT_VALID).severity, SYSPTE_MISUSE);
}

// ---- Valid addresses

static void addresses_are_valid_as_long_as_they_can_be_touched(void **state)
{
    (void)state;
    PUCHAR pool = ExAllocatePoolWithTag(PagedPool, 2 * PAGE, TAG);
    PUCHAR small = ExAllocatePoolWithTag(NonPagedPool, 10, TAG);
    PUCHAR va = map(BAR, PAGE);
    PUCHAR user = syspte_buffer_alloc(10, SYSPTE_BUFFER_USER);
    PUCHAR valid[] = {pool, pool + 2 * PAGE - 1, small, va, va + PAGE - 1, user, (PUCHAR)&mine};
    for (unsigned i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        assert_true(MmIsAddressValid(valid[i]));
    }
    ExFreePool(pool);
    unmap(va, PAGE);
    syspte_buffer_free(user);

    PUCHAR invalid[] = {pool,
                        pool + 2 * PAGE,
                        va,
                        va - PAGE,
                        user,
                        NULL,
                        (PUCHAR)16,
                        (PUCHAR)0xFFFFF80000000000ull,
                        (PUCHAR) ~(ULONG_PTR)0};
    for (unsigned i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        assert_false(MmIsAddressValid(invalid[i]));
    }
    ExFreePool(small);
    assert_no_findings();
}

// ---- Cache attributes

static MEMORY_CACHING_TYPE attribute_of(uint64_t address)
{
    MEMORY_CACHING_TYPE type = MmMaximumCacheType;
    assert_int_equal(MmGetCacheAttribute(physical(address), &type), STATUS_SUCCESS);
    return type;
}

static void page_has_the_cache_type_of_its_live_mapping(void **state)
{
    (void)state;
    PVOID va = MmMapIoSpace(physical(BAR), 2 * PAGE, MmWriteCombined);

    assert_int_equal(attribute_of(BAR + PAGE + 5), MmWriteCombined);
    assert_int_equal(attribute_of(BAR + 2 * PAGE), MmNotMapped);
    assert_int_equal(attribute_of(BAR - 1), MmNotMapped);
    unmap(va, 2 * PAGE);
    assert_int_equal(attribute_of(BAR), MmNotMapped);
}

static void memory_has_the_cache_type_it_was_allocated_with(void **state)
{
    (void)state;
    PHYSICAL_ADDRESS zero = physical(0);
    PVOID pool = ExAllocatePoolWithTag(NonPagedPool, PAGE, TAG);
    assert_int_equal(attribute_of((uint64_t)MmGetPhysicalAddress(pool).QuadPart), MmCached);
    for (unsigned type = 0; type < 3; type++) {
        PVOID p = MmAllocateContiguousMemorySpecifyCache(PAGE, zero, physical(UINT64_MAX), zero,
                                                         (MEMORY_CACHING_TYPE)type);
        assert_int_equal(attribute_of((uint64_t)MmGetPhysicalAddress(p).QuadPart), type);
        MmFreeContiguousMemory(p);
    }
    ExFreePool(pool);
}

static void io_space_is_active_where_it_is_mapped(void **state)
{
    (void)state;
    PVOID pool = ExAllocatePoolWithTag(NonPagedPool, PAGE, TAG);
    PVOID va = map(BAR + 0x800, PAGE); // two pages

    assert_true(MmIsIoSpaceActive(physical(BAR), 1));
    assert_true(MmIsIoSpaceActive(physical(BAR + 2 * PAGE - 1), 1));
    assert_true(MmIsIoSpaceActive(physical(BAR - 1), 2));
    assert_false(MmIsIoSpaceActive(physical(BAR - 1), 1));
    assert_false(MmIsIoSpaceActive(physical(BAR + 2 * PAGE), PAGE));
    assert_false(MmIsIoSpaceActive(physical(BAR), 0));
    assert_false(MmIsIoSpaceActive(MmGetPhysicalAddress(pool), PAGE));
    unmap(va, PAGE);
    assert_false(MmIsIoSpaceActive(physical(BAR), 1));
    ExFreePool(pool);
}

static void limit_of_the_irql_is_dispatch_level(void **state)
{
    KIRQL old;
    (void)state;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    (void)MmIsAddressValid(&mine);
    (void)attribute_of(BAR);
    (void)MmIsIoSpaceActive(physical(BAR), 1);
    assert_no_findings();
    KeRaiseIrql(HIGH_LEVEL, &old);
    (void)MmGetPhysicalAddress(&mine);
    assert_no_findings();

    assert_true(MmIsAddressValid(&mine));
    (void)attribute_of(BAR);
    (void)MmIsIoSpaceActive(physical(BAR), 1);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MEMORY_IRQL), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(every_page_of_memory_has_its_own_physical_address),
        machine_test(memory_of_the_program_has_made_up_addresses),
        machine_test(address_that_is_not_valid_is_misuse_and_0),
        machine_test(addresses_are_valid_as_long_as_they_can_be_touched),
        machine_test(page_has_the_cache_type_of_its_live_mapping),
        machine_test(memory_has_the_cache_type_it_was_allocated_with),
        machine_test(io_space_is_active_where_it_is_mapped),
        machine_test(limit_of_the_irql_is_dispatch_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
