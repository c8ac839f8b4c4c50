// SPDX-License-Identifier: MIT
// Cache types by page: a live mapping of another type on one of the pages is found, nothing else
// is.
#include "core_test.h"

#include "sim/attribute.h"

#include <string.h>

static core_account *a;
static syspte_attributes attributes;

static int open_attributes(void **state)
{
    (void)state;
    syspte_account_sizes sizes = core_sizes;
    sizes.ledger_rows = 2048;
    a = core_account_open(&sizes);
    memset(&attributes, 0, sizeof(attributes));
    return 0;
}

static int close_attributes(void **state)
{
    (void)state;
    core_account_close(a);
    return 0;
}

static void map(uint64_t id, uint64_t physical_address, uint64_t bytes, uint8_t cache)
{
    syspte_context context = core_context("hw.c", 1);
    context.cache = cache;
    syspte_row row = {.id = id,
                      .physical_address = physical_address,
                      .bytes = bytes,
                      .pte_count = ((physical_address & 0xFFF) + bytes + 0xFFF) >> 12,
                      .context = syspte_contexts_intern(&a->account.contexts, &context)};
    syspte_ledger_reach(&a->account.ledger, id, row.pte_count);
    syspte_account_born(&a->account, &row);
    syspte_attributes_count(&attributes, physical_address, bytes, cache, 1);
}

static void unmap(uint64_t id, uint8_t cache)
{
    syspte_row row;
    assert_true(syspte_ledger_find(&a->account.ledger, id, &row));
    syspte_account_ended(&a->account, &row, 0);
    syspte_attributes_count(&attributes, row.physical_address, row.bytes, cache, -1);
}

// The PTE of the mapping that conflicts, or UINT64_MAX.
static uint64_t conflict(uint64_t physical_address, uint64_t bytes, unsigned cache)
{
    syspte_row other;
    return syspte_attributes_conflict(&attributes, &a->account, physical_address, bytes, cache,
                                      &other)
               ? other.id
               : UINT64_MAX;
}

static void the_same_type_never_conflicts(void **state)
{
    (void)state;
    for (uint8_t cache = 0; cache < 3; cache++) {
        assert_int_equal(conflict(0xFEBC0000, 0x1000, cache), UINT64_MAX);
    }
    map(3, 0xFEBC0000, 0x1000, SYSPTE_CACHE_CACHED);
    map(4, 0xFEBC0000, 0x1000, SYSPTE_CACHE_CACHED);
    assert_int_equal(conflict(0xFEBC0000, 0x1000, SYSPTE_CACHE_CACHED), UINT64_MAX);
}

static void another_type_on_a_common_page_conflicts(void **state)
{
    (void)state;
    map(3, 0xFEBC1800, 0x1000, SYSPTE_CACHE_CACHED); // pages 1 and 2
    assert_int_equal(conflict(0xFEBC0000, 0x1000, SYSPTE_CACHE_NONCACHED), UINT64_MAX);
    assert_int_equal(conflict(0xFEBC0000, 0x1001, SYSPTE_CACHE_NONCACHED), 3);
    assert_int_equal(conflict(0xFEBC1000, 1, SYSPTE_CACHE_NONCACHED), 3);
    assert_int_equal(conflict(0xFEBC2FFF, 1, SYSPTE_CACHE_WRITE_COMBINED), 3);
    assert_int_equal(conflict(0xFEBC3000, 1, SYSPTE_CACHE_WRITE_COMBINED), UINT64_MAX);
    assert_int_equal(conflict(0xFEBC0000, 0x10000, SYSPTE_CACHE_CACHED), UINT64_MAX);
}

static void a_mapping_that_ended_conflicts_no_more(void **state)
{
    (void)state;
    map(3, 0xFEBC0000, 0x1000, SYSPTE_CACHE_CACHED);
    map(5, 0xFEBC0000, 0x1000, SYSPTE_CACHE_CACHED);
    unmap(3, SYSPTE_CACHE_CACHED);
    assert_int_equal(conflict(0xFEBC0000, 1, SYSPTE_CACHE_NONCACHED), 5);
    unmap(5, SYSPTE_CACHE_CACHED);
    assert_int_equal(conflict(0xFEBC0000, 1, SYSPTE_CACHE_NONCACHED), UINT64_MAX);
    assert_true(core_all_zero(attributes.live, sizeof(attributes.live)));
    assert_true(core_all_zero(attributes.regions, sizeof(attributes.regions)));
}

static void regions_are_counted_from_the_first_mixture_on(void **state)
{
    (void)state;
    map(3, 0xFEBC0000, 0x1000, SYSPTE_CACHE_CACHED);
    map(5, 0xFEBC1000, 0x1000, SYSPTE_CACHE_CACHED);
    assert_false(syspte_attributes_differ(&attributes, SYSPTE_CACHE_CACHED));
    assert_true(syspte_attributes_differ(&attributes, SYSPTE_CACHE_NONCACHED));
    assert_int_equal(conflict(0xFEBC0000, 1, SYSPTE_CACHE_CACHED), UINT64_MAX);
    assert_false(attributes.mixed);
    assert_true(core_all_zero(attributes.regions, sizeof(attributes.regions)));

    assert_int_equal(conflict(0xFEBC1000, 1, SYSPTE_CACHE_NONCACHED), 5);
    assert_true(attributes.mixed);
    unmap(3, SYSPTE_CACHE_CACHED);
    unmap(5, SYSPTE_CACHE_CACHED);
    assert_true(core_all_zero(attributes.regions, sizeof(attributes.regions)));
}

static void the_first_of_several_in_order_of_ptes_is_told(void **state)
{
    (void)state;
    map(9, 0xFEBC0000, 0x1000, SYSPTE_CACHE_CACHED);
    map(3, 0xFEBC0000, 0x1000, SYSPTE_CACHE_NONCACHED);
    map(6, 0xFEBC0000, 0x1000, SYSPTE_CACHE_WRITE_COMBINED);
    assert_int_equal(conflict(0xFEBC0000, 1, SYSPTE_CACHE_NONCACHED), 6);
    assert_int_equal(conflict(0xFEBC0000, 1, SYSPTE_CACHE_WRITE_COMBINED), 3);
}

static void mappings_across_regions_of_2_mib_are_found_from_each(void **state)
{
    (void)state;
    map(3, 0x1FFF00, 0x400200, SYSPTE_CACHE_CACHED); // the end of region 0 to the begin of 3
    assert_int_equal(conflict(0x1FF000, 1, SYSPTE_CACHE_NONCACHED), 3);
    assert_int_equal(conflict(0x200000, 1, SYSPTE_CACHE_NONCACHED), 3);
    assert_int_equal(conflict(0x5FFFFF, 1, SYSPTE_CACHE_NONCACHED), 3);
    assert_int_equal(conflict(0x600000, 1, SYSPTE_CACHE_NONCACHED), 3);
    assert_int_equal(conflict(0, 0x1FF000, SYSPTE_CACHE_NONCACHED), UINT64_MAX);
    assert_int_equal(conflict(0x601000, 0x1000, SYSPTE_CACHE_NONCACHED), UINT64_MAX);
    assert_int_equal(conflict(0, 0x1000000, SYSPTE_CACHE_NONCACHED), 3);
}

// A length that no pool can hold is asked about, too: not region by region, of which there are
// 2^31.
static void all_of_physical_memory_is_looked_through_at_once(void **state)
{
    (void)state;
    map(3, 0xFEBC0000, 0x1000, SYSPTE_CACHE_CACHED);
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(conflict(0, 1ull << 52, SYSPTE_CACHE_NONCACHED), 3);
        assert_int_equal(conflict(0x100000000, (1ull << 52) - 0x100000000, SYSPTE_CACHE_NONCACHED),
                         UINT64_MAX);
    }
}

// Regions share buckets: a count that says "perhaps" is looked into.
static void regions_that_share_a_bucket_do_not_conflict(void **state)
{
    (void)state;
    map(3, 0xFEBC0000, 0x1000, SYSPTE_CACHE_CACHED);
    for (uint64_t region = 0; region < 5000; region++) {
        uint64_t address = region << 21;
        if (address >> 21 != 0xFEBC0000u >> 21) {
            assert_int_equal(conflict(address, 0x1000, SYSPTE_CACHE_NONCACHED), UINT64_MAX);
        }
    }
}

static void regions_spread_over_the_buckets(void **state)
{
    (void)state;
    unsigned used = 0;
    attributes.mixed = true;
    for (uint64_t region = 0; region < SYSPTE_ATTRIBUTE_BUCKETS; region++) {
        syspte_attributes_count(&attributes, region << 21, 1, SYSPTE_CACHE_CACHED, 1);
    }
    for (unsigned i = 0; i < SYSPTE_ATTRIBUTE_BUCKETS; i++) {
        used += attributes.regions[i][SYSPTE_CACHE_CACHED] != 0;
    }
    assert_in_range(used, SYSPTE_ATTRIBUTE_BUCKETS / 2, SYSPTE_ATTRIBUTE_BUCKETS);
}

#define on_attributes(test)                                                                        \
    cmocka_unit_test_setup_teardown(test, open_attributes, close_attributes)

int core_test_attribute(void)
{
    const struct CMUnitTest tests[] = {
        on_attributes(the_same_type_never_conflicts),
        on_attributes(another_type_on_a_common_page_conflicts),
        on_attributes(a_mapping_that_ended_conflicts_no_more),
        on_attributes(regions_are_counted_from_the_first_mixture_on),
        on_attributes(the_first_of_several_in_order_of_ptes_is_told),
        on_attributes(mappings_across_regions_of_2_mib_are_found_from_each),
        on_attributes(all_of_physical_memory_is_looked_through_at_once),
        on_attributes(regions_that_share_a_bucket_do_not_conflict),
        on_attributes(regions_spread_over_the_buckets),
    };
    return cmocka_run_group_tests_name("sim.attribute", tests, NULL, NULL);
}
