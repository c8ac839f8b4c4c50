// SPDX-License-Identifier: MIT
// The pool as the rest of the system leaves it: brought to given numbers, and what a map that finds
// no room then says.
#include "harness.h"

static void boot_ptes(uint64_t pte_count, syspte_placement placement)
{
    syspte_config config = syspte_config_default();
    config.pte_count = pte_count;
    config.placement = placement;
    boot(&config);
}

static void assert_shape(const syspte_pool_shape *shape)
{
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free, shape->pte_free);
    assert_int_equal(now.free_blocks, shape->free_blocks);
    assert_int_equal(now.largest_free_block, shape->largest_free_block);
    assert_null(syspte_machine_check());
}

static void a_pool_gets_any_shape_that_is_possible(void **state)
{
    (void)state;
    static const syspte_pool_shape shapes[] = {
        {.pte_free = 1, .free_blocks = 1, .largest_free_block = 1},
        {.pte_free = 4096, .free_blocks = 1, .largest_free_block = 4096},
        {.pte_free = 2048, .free_blocks = 2048, .largest_free_block = 1},
        {.pte_free = 2049, .free_blocks = 1025, .largest_free_block = 1025},
        {.pte_free = 1000, .free_blocks = 7, .largest_free_block = 143},
        {.pte_free = 3000, .free_blocks = 500, .largest_free_block = 6},
        {.pte_free = 900, .free_blocks = 100, .largest_free_block = 801},
        {.pte_free = 0},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (uint64_t seed = 0; seed < 20; seed++) {
            syspte_pool_shape shape = shapes[i];
            shape.seed = seed;
            boot_ptes(4096, seed % 2 != 0 ? SYSPTE_PLACEMENT_HINT : SYSPTE_PLACEMENT_BEST_FIT_TAIL);
            assert_true(syspte_pool_fragment(&shape));
            assert_shape(&shape);
            assert_int_equal(syspte_counters_now().pte_elsewhere, 4096 - shape.pte_free);
            assert_int_equal(syspte_counters_now().peak_ptes, 4096 - shape.pte_free);
        }
    }
}

// The places of the first 16 maps of a page.
static void places_of(uint64_t seed, uint64_t places[16])
{
    syspte_pool_shape shape = {
        .pte_free = 600, .free_blocks = 60, .largest_free_block = 40, .seed = seed};
    boot_ptes(4096, SYSPTE_PLACEMENT_HINT);
    assert_true(syspte_pool_fragment(&shape));
    for (unsigned i = 0; i < 16; i++) {
        places[i] = mapping_at(map(BAR, 5 * PAGE)).id;
    }
}

static void a_seed_is_one_pool(void **state)
{
    (void)state;
    uint64_t first[16];
    uint64_t again[16];
    uint64_t other[16];
    places_of(1, first);
    places_of(1, again);
    places_of(2, other);
    static const uint64_t everywhere[16] = {68,  73,  256, 261, 374, 379, 384, 451,
                                            456, 461, 466, 471, 476, 481, 486, 526};
    assert_memory_equal(first, everywhere, sizeof first); // whatever compiler and host
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
}

static void blocks_of_all_lengths_lie_in_disorder(void **state)
{
    (void)state;
    syspte_pool_shape shape = {
        .pte_free = 2000, .free_blocks = 100, .largest_free_block = 100, .seed = 3};
    unsigned lengths = 0;
    boot_ptes(4096, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
    assert_true(syspte_pool_fragment(&shape));
    // Filling it a page at a time makes blocks vanish one by one, shortest first.
    uint64_t blocks = shape.free_blocks;
    uint64_t since = 0;
    uint64_t last = 0;
    for (unsigned i = 0; i < 2000; i++) {
        assert_non_null(map(BAR, PAGE));
        since++;
        if (syspte_counters_now().free_blocks != blocks) {
            blocks = syspte_counters_now().free_blocks;
            lengths += since != last;
            last = since;
            since = 0;
        }
    }
    assert_in_range(lengths, 20, 100);
}

static void two_pages_fail_with_half_the_pool_free(void **state)
{
    (void)state;
    syspte_pool_shape shape = {.pte_free = 128, .free_blocks = 128, .largest_free_block = 1};
    boot_ptes(256, SYSPTE_PLACEMENT_HINT);
    assert_true(syspte_pool_fragment(&shape));

    assert_null(map(BAR, 2 * PAGE));
    assert_null(map(BAR, 3 * PAGE));
    PVOID one = map(BAR, PAGE);

    assert_non_null(one);
    unmap(one, PAGE);
    assert_int_equal(syspte_counters_now().failed_maps, 2);
    assert_int_equal(syspte_report_failures(), 0);
    const char *report = report_text();
    assert_non_null(strstr(report, "note: MmMapIoSpace in two_pages_fail_with_half_the_pool_free "
                                   "finds no run of free PTEs that is long enough\n"
                                   "    asked for 2 PTEs (8 KiB): 128 free in 128 blocks, the "
                                   "largest of 1\n"));
    assert_non_null(strstr(report, "    asked for 3 PTEs (12 KiB): 128 free in 128 blocks, the "
                                   "largest of 1\n"));
}

static void the_room_is_that_of_the_first_failure(void **state)
{
    (void)state;
    boot_ptes(64, SYSPTE_PLACEMENT_HINT);
    for (unsigned i = 0; i < 3; i++) {
        assert_null(map(BAR, 65 * PAGE));
        assert_non_null(map(BAR, PAGE));
    }
    syspte_finding f = only_finding(SYSPTE_RULE_OUT_OF_PTES);
    assert_int_equal(f.severity, SYSPTE_NOTE);
    assert_int_equal(f.count, 3);
    assert_int_equal(f.room.requested, 65);
    assert_int_equal(f.room.pte_free, 64);
    assert_int_equal(f.room.free_blocks, 1);
    assert_int_equal(f.room.largest_free_block, 64);
}

static void mappings_live_on_in_what_is_fragmented(void **state)
{
    (void)state;
    syspte_pool_shape shape = {.pte_free = 100, .free_blocks = 30, .largest_free_block = 20};
    boot_ptes(1024, SYSPTE_PLACEMENT_HINT);
    PUCHAR before = map(BAR, 8 * PAGE);
    PUCHAR gone = map(BAR, PAGE);
    PUCHAR behind = map(BAR, PAGE);
    unmap(gone, PAGE);
    before[0x1234] = 77;

    assert_true(syspte_pool_fragment(&shape));
    assert_shape(&shape);
    assert_int_equal(syspte_counters_now().pte_elsewhere, 1024 - 9 - 100);
    assert_int_equal(before[0x1234], 77);
    PUCHAR later = map(BAR, 20 * PAGE);
    assert_int_equal(later[0x1234], 77);

    unmap(later, 20 * PAGE);
    unmap(before, 8 * PAGE);
    unmap(behind, PAGE);
    assert_int_equal(syspte_counters_now().pte_free, 109);
    assert_int_equal(syspte_counters_now().live_ptes, 0);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void it_can_be_done_again_with_what_is_left(void **state)
{
    (void)state;
    syspte_pool_shape first = {.pte_free = 512, .free_blocks = 4, .largest_free_block = 200};
    syspte_pool_shape then = {.pte_free = 100, .free_blocks = 10, .largest_free_block = 30};
    boot_ptes(1024, SYSPTE_PLACEMENT_HINT);
    assert_true(syspte_pool_fragment(&first));
    assert_true(syspte_pool_fragment(&then));
    assert_shape(&then);
    assert_int_equal(syspte_counters_now().pte_elsewhere, 924);
}

// The rest of the system has no mapping that a driver could end.
static void an_unmap_in_what_others_hold_was_never_mapped(void **state)
{
    (void)state;
    syspte_pool_shape none = {0};
    boot_ptes(64, SYSPTE_PLACEMENT_HINT);
    PUCHAR first = map(BAR, PAGE);
    assert_true(syspte_pool_fragment(&none));
    unmap(first, PAGE);
    syspte_config config = *syspte_machine_config();
    config.strictness = SYSPTE_FREE;
    boot(&config);
    first = map(BAR, PAGE);
    assert_true(syspte_pool_fragment(&none));
    unmap(first + 8 * PAGE, PAGE);
    assert_int_equal(only_finding(SYSPTE_RULE_UNMAP_NEVER_MAPPED).count, 1);
    assert_int_equal(syspte_counters_now().pte_elsewhere, 63);
    assert_null(syspte_machine_check());
}

static void assert_refused(const syspte_pool_shape *shape, const char *words)
{
    syspte_counters before = syspte_counters_now();
    assert_false(syspte_pool_fragment(shape));
    assert_complaint(words);
    syspte_counters after = syspte_counters_now();
    assert_memory_equal(&before, &after, sizeof before);
}

static void what_cannot_be_is_said(void **state)
{
    (void)state;
    syspte_pool_shape more = {.pte_free = 65, .free_blocks = 1, .largest_free_block = 65};
    syspte_pool_shape crowded = {.pte_free = 33, .free_blocks = 33, .largest_free_block = 1};
    syspte_pool_shape short_ones = {.pte_free = 10, .free_blocks = 2, .largest_free_block = 4};
    syspte_pool_shape long_one = {.pte_free = 10, .free_blocks = 3, .largest_free_block = 9};
    syspte_pool_shape no_blocks = {.pte_free = 10};
    boot_ptes(64, SYSPTE_PLACEMENT_HINT);
    assert_refused(&more, "cannot be made into such a pool");
    assert_refused(&crowded, "cannot be made into such a pool");
    assert_refused(&short_ones, "cannot be in so many blocks");
    assert_refused(&long_one, "cannot be in so many blocks");
    assert_refused(&no_blocks, "without free blocks has no free PTEs");
    syspte_shutdown();
    assert_false(syspte_pool_fragment(&more));
    assert_complaint("needs a machine");
}

static void levels_are_the_profile_s(void **state)
{
    (void)state;
    boot_profile("xp-x86");
    assert_int_equal(syspte_pool_level_of(10000), SYSPTE_POOL_NORMAL);
    assert_int_equal(syspte_pool_level_of(9999), SYSPTE_POOL_WARNING);
    assert_int_equal(syspte_pool_level_of(5000), SYSPTE_POOL_WARNING);
    assert_int_equal(syspte_pool_level_of(4999), SYSPTE_POOL_ALARM);
    assert_int_equal(syspte_pool_level_of(2000), SYSPTE_POOL_ALARM);
    assert_int_equal(syspte_pool_level_of(1999), SYSPTE_POOL_CRITICAL);
    assert_string_equal(syspte_pool_level_name(SYSPTE_POOL_NORMAL), "normal");
    assert_string_equal(syspte_pool_level_name(SYSPTE_POOL_CRITICAL), "critical");
    assert_string_equal(syspte_pool_level_name((syspte_pool_level)9), "?");
    syspte_shutdown();
    assert_int_equal(syspte_pool_level_of(0), SYSPTE_POOL_NORMAL);
}

static void a_large_pool_is_shattered_too(void **state)
{
    (void)state;
    syspte_pool_shape shape = {
        .pte_free = 16777216, .free_blocks = 16777216, .largest_free_block = 1};
    if (is_watched()) {
        skip(); // takes minutes under a sanitizer or Valgrind
    }
    boot_profile("win7-x64");
    assert_true(syspte_pool_fragment(&shape));
    assert_int_equal(syspte_counters_now().free_blocks, 16777216);
    assert_null(map(BAR, 2 * PAGE));
    assert_non_null(map(BAR, PAGE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(a_pool_gets_any_shape_that_is_possible),
        hooked_test(a_seed_is_one_pool),
        hooked_test(blocks_of_all_lengths_lie_in_disorder),
        hooked_test(two_pages_fail_with_half_the_pool_free),
        hooked_test(the_room_is_that_of_the_first_failure),
        hooked_test(mappings_live_on_in_what_is_fragmented),
        hooked_test(it_can_be_done_again_with_what_is_left),
        hooked_test(an_unmap_in_what_others_hold_was_never_mapped),
        hooked_test(what_cannot_be_is_said),
        hooked_test(levels_are_the_profile_s),
        hooked_test(a_large_pool_is_shattered_too),
    };
    return cmocka_run_group_tests_name("fragment", tests, NULL, NULL);
}
