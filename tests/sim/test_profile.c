// SPDX-License-Identifier: MIT
// The profiles: their numbers against the public sources they name, and how their allocators place
// mappings, which is inferred and so a policy.
#include "harness.h"

// System space of x86 ends below 4 GiB; x64 addresses are canonical.
static void each_profile_has_the_numbers_of_its_source(void **state)
{
    static const struct {
        const char *name;
        uint64_t pte_count;
        unsigned pointer_bits;
        syspte_placement placement;
    } rows[] = {
        {"xp-x86", 168960, 32, SYSPTE_PLACEMENT_BEST_FIT_TAIL},
        {"srv2003-x86-3gb", 60000, 32, SYSPTE_PLACEMENT_BEST_FIT_TAIL},
        {"win7-x86", 307168, 32, SYSPTE_PLACEMENT_HINT},
        {"win7-x64", 33554432, 64, SYSPTE_PLACEMENT_HINT},
        {"win10-x64", 4294967296, 64, SYSPTE_PLACEMENT_HINT},
        {"tiny", 256, 64, SYSPTE_PLACEMENT_HINT},
    };
    size_t count = sizeof rows / sizeof rows[0];
    (void)state;

    for (size_t i = 0; i < count; i++) {
        const syspte_profile *p = syspte_profile_at(i);
        assert_string_equal(p->name, rows[i].name);
        assert_ptr_equal(syspte_profile_find(rows[i].name), p);
        assert_int_equal(p->pte_count, rows[i].pte_count);
        assert_int_equal(p->pointer_bits, rows[i].pointer_bits);
        assert_int_equal(p->placement, rows[i].placement);
        assert_true(p->title[0] != 0 && p->source[0] != 0);
    }
    assert_null(syspte_profile_at(count));
    assert_null(syspte_profile_at(SIZE_MAX));
}

static void every_address_of_a_profile_fits_its_pointers(void **state)
{
    (void)state;

    for (size_t i = 0; syspte_profile_at(i) != NULL; i++) {
        const syspte_profile *p = syspte_profile_at(i);
        uint64_t last = p->system_va + p->pte_count * PAGE - 1;
        assert_int_equal(p->system_va % PAGE, 0);
        assert_true(last > p->system_va);
        if (p->pointer_bits == 32) {
            assert_true(p->system_va >= 0x80000000 && last <= UINT32_MAX);
        } else {
            assert_true(p->system_va >= 0xFFFF800000000000);
        }
    }
}

static void thresholds_fall_from_warning_to_critical(void **state)
{
    (void)state;

    for (size_t i = 0; syspte_profile_at(i) != NULL; i++) {
        const syspte_profile *p = syspte_profile_at(i);
        assert_true(p->pte_count > p->free_warning);
        assert_true(p->free_warning > p->free_alarm);
        assert_true(p->free_alarm > p->free_critical);
        if (p->pointer_bits == 32) {
            assert_int_equal(p->free_warning, 10000);
            assert_int_equal(p->free_alarm, 5000);
            assert_int_equal(p->free_critical, 2000);
        }
    }
}

static void unknown_profile_is_null(void **state)
{
    (void)state;

    assert_null(syspte_profile_find(NULL));
    assert_null(syspte_profile_find(""));
    assert_null(syspte_profile_find("win7"));
    assert_null(syspte_profile_find("win7-x64 "));
    assert_null(syspte_profile_find("WIN7-X64"));
}

// ---- Placement

static void boot_tiny(syspte_placement placement)
{
    syspte_config config = syspte_config_default();
    config.profile = syspte_profile_find("tiny");
    config.placement = placement;
    boot(&config);
}

static uint64_t id_of(uint64_t pages)
{
    PVOID va = map(BAR, pages * PAGE);
    assert_non_null(va);
    return mapping_at(va).id;
}

static void best_fit_takes_the_tail_of_the_shortest_run(void **state)
{
    PVOID va[6];
    (void)state;
    boot_tiny(SYSPTE_PLACEMENT_BEST_FIT_TAIL);

    assert_int_equal(id_of(10), 246); // the tail of the only run
    assert_int_equal(id_of(6), 240);
    for (int i = 0; i < 6; i++) {
        va[i] = map(BAR, (i % 2 == 0 ? 1ull : (unsigned)i + 3) * PAGE); // runs of 4, 6 and 8
    }
    unmap(va[1], 4 * PAGE);
    unmap(va[3], 6 * PAGE);
    unmap(va[5], 8 * PAGE);
    uint64_t six = mapping_at(va[2]).id - 6; // the run of 6 lies below va[2]

    assert_int_equal(id_of(5), six + 1); // the shortest that fits, from its tail
    assert_int_equal(id_of(1), six);     // what is left of it is the shortest now
}

static void best_fit_takes_the_most_recently_freed_of_equals(void **state)
{
    PVOID va[5];
    (void)state;
    boot_tiny(SYSPTE_PLACEMENT_BEST_FIT_TAIL);
    for (int i = 0; i < 5; i++) {
        va[i] = map(BAR, 2 * PAGE);
    }
    uint64_t older = mapping_at(va[1]).id;
    uint64_t newer = mapping_at(va[3]).id;
    unmap(va[1], 2 * PAGE);
    unmap(va[3], 2 * PAGE);

    assert_int_equal(id_of(2), newer);
    assert_int_equal(id_of(2), older);
}

static void hint_goes_upwards_from_the_last_allocation(void **state)
{
    (void)state;
    boot_tiny(SYSPTE_PLACEMENT_HINT);

    assert_int_equal(id_of(10), 0);
    assert_int_equal(id_of(1), 10);
    assert_int_equal(id_of(100), 11);
}

static void hint_comes_back_to_a_lower_release(void **state)
{
    PVOID va[4];
    (void)state;
    boot_tiny(SYSPTE_PLACEMENT_HINT);
    for (int i = 0; i < 4; i++) {
        va[i] = map(BAR, 3 * PAGE);
    }
    unmap(va[1], 3 * PAGE);

    assert_int_equal(id_of(2), 3);
    assert_int_equal(id_of(2), 12); // one is left there: too short
    assert_int_equal(id_of(1), 14); // upwards from the hint
}

static void hint_starts_once_more_from_the_bottom(void **state)
{
    (void)state;
    boot_tiny(SYSPTE_PLACEMENT_HINT);
    PVOID low = map(BAR, 8 * PAGE);
    PVOID rest = map(BAR, 246 * PAGE);
    assert_non_null(rest);
    unmap(low, 8 * PAGE);
    assert_int_equal(id_of(4), 0);
    assert_int_equal(id_of(4), 4);
    assert_int_equal(id_of(2), 254);
    assert_int_equal(syspte_counters_now().pte_free, 0);
}

static void config_overrides_the_profiles_placement(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    boot_profile("xp-x86");
    assert_int_equal(syspte_machine_config()->placement, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
    assert_int_equal(id_of(1), 168959);

    config.profile = syspte_profile_find("xp-x86");
    config.placement = SYSPTE_PLACEMENT_HINT;
    boot(&config);
    assert_int_equal(id_of(1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(each_profile_has_the_numbers_of_its_source),
        hooked_test(every_address_of_a_profile_fits_its_pointers),
        hooked_test(thresholds_fall_from_warning_to_critical),
        hooked_test(unknown_profile_is_null),
        hooked_test(best_fit_takes_the_tail_of_the_shortest_run),
        hooked_test(best_fit_takes_the_most_recently_freed_of_equals),
        hooked_test(hint_goes_upwards_from_the_last_allocation),
        hooked_test(hint_comes_back_to_a_lower_release),
        hooked_test(hint_starts_once_more_from_the_bottom),
        hooked_test(config_overrides_the_profiles_placement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
