// SPDX-License-Identifier: MIT
// Prediction against what really happens: a driver that forgets its mappings, cycle after cycle.
#include "harness.h"

typedef struct driver {
    uint64_t pages[3]; // what a cycle maps and forgets; 0: nothing
    uint64_t passing;  // pages that it maps for a while
    bool fails;
} driver;

static bool cycle(void *context, uint64_t number)
{
    driver *d = context;
    (void)number;
    for (unsigned i = 0; i < 3; i++) {
        if (d->pages[i] != 0 && map(BAR, d->pages[i] * PAGE) == NULL) {
            return false;
        }
    }
    if (d->passing != 0) {
        PVOID va = map(BAR, d->passing * PAGE);
        if (va == NULL) {
            return false;
        }
        unmap(va, d->passing * PAGE);
    }
    return !d->fails;
}

// A cycle that keeps more every second time.
static bool uneven(void *context, uint64_t number)
{
    (void)context;
    return map(BAR, number % 2 != 0 ? PAGE : 3 * PAGE) != NULL;
}

static bool begin(void *context)
{
    return map(BAR, PAGE) != NULL && !((driver *)context)->fails;
}

// The cycle in which the driver fails, found by running it.
static uint64_t really(driver *d, const char *profile, const syspte_pool_shape *start)
{
    syspte_config config = syspte_config_default();
    uint64_t number = 1;
    config.profile = syspte_profile_find(profile);
    config.accounting_only = true;
    boot(&config);
    assert_true(start == NULL || syspte_pool_fragment(start));
    while (cycle(d, number)) {
        number++;
    }
    return number;
}

static syspte_prediction predict(const syspte_prospect *prospect, const char *profile)
{
    syspte_prediction out;
    assert_true(syspte_predict(prospect, syspte_profile_find(profile), &out));
    assert_false(syspte_is_booted());
    return out;
}

static void what_is_run_is_exact(void **state)
{
    (void)state;
    static driver drivers[] = {
        {.pages = {1, 32}}, {.pages = {1}}, {.pages = {7, 1, 3}, .passing = 90}};
    static const syspte_pool_shape start = {
        .pte_free = 90000, .free_blocks = 9000, .largest_free_block = 400, .seed = 5};
    for (size_t i = 0; i < 3; i++) {
        syspte_prospect p = {.cycle = cycle, .context = &drivers[i]};
        syspte_prediction whole = predict(&p, "xp-x86");
        assert_false(whole.extrapolated);
        assert_int_equal(whole.cycle, really(&drivers[i], "xp-x86", NULL));
        assert_int_equal(whole.cycles_run, whole.cycle);
        assert_true(whole.steady);
        p.start = &start;
        syspte_prediction pieces = predict(&p, "xp-x86");
        assert_false(pieces.extrapolated);
        assert_int_equal(pieces.cycle, really(&drivers[i], "xp-x86", &start));
        assert_true(pieces.cycle < whole.cycle);
    }
}

static void what_is_extrapolated_says_so_and_is_right(void **state)
{
    (void)state;
    static driver drivers[] = {
        {.pages = {1, 32}}, {.pages = {1}}, {.pages = {7, 1, 3}, .passing = 90}};
    for (size_t i = 0; i < 3; i++) {
        syspte_prospect p = {.cycle = cycle, .context = &drivers[i], .cycles_run = 50};
        for (size_t k = 0; syspte_profile_at(k) != NULL; k++) {
            const char *name = syspte_profile_at(k)->name;
            syspte_prediction out = predict(&p, name);
            if (syspte_profile_at(k)->pte_count > 1 << 20 || strcmp(name, "tiny") == 0) {
                continue; // cannot be run here, or was
            }
            assert_true(out.extrapolated);
            assert_int_equal(out.cycles_run, 50);
            assert_int_equal(out.cycle, really(&drivers[i], name, NULL));
        }
    }
}

static void the_largest_profile_takes_long(void **state)
{
    (void)state;
    driver d = {.pages = {1, 32}};
    syspte_prospect p = {.cycle = cycle, .context = &d, .cycles_run = 600, .cycle_seconds = 60};
    syspte_prediction out = predict(&p, "win10-x64");
    assert_true(out.extrapolated);
    assert_int_equal(out.ptes_per_cycle, 33);
    assert_int_equal(out.cycle, 4294967296 / 33 + 1);
    assert_int_equal(out.seconds, out.cycle * 60);
    assert_ptr_equal(out.profile, syspte_profile_find("win10-x64"));
}

static void a_map_of_a_size_fails_before_the_driver_does(void **state)
{
    (void)state;
    driver d = {.pages = {1}};
    syspte_prospect p = {.cycle = cycle, .context = &d, .pages = 100};
    assert_int_equal(predict(&p, "tiny").cycle, 157); // 99 are left
    p.cycles_run = 20;
    syspte_prediction out = predict(&p, "tiny");
    assert_true(out.extrapolated);
    assert_int_equal(out.cycle, 157);
}

static void a_clean_driver_never_fails(void **state)
{
    (void)state;
    driver d = {.passing = 200};
    syspte_prospect p = {.cycle = cycle, .begin = begin, .context = &d, .cycles_run = 1000};
    syspte_prediction out = predict(&p, "tiny");
    assert_int_equal(out.cycle, 0);
    assert_int_equal(out.cycles_run, 1000);
    assert_int_equal(out.ptes_per_cycle, 0);
    assert_true(out.steady);
    assert_false(out.extrapolated);
}

static void growth_that_varies_is_told(void **state)
{
    (void)state;
    syspte_prospect p = {.cycle = uneven, .cycles_run = 101};
    syspte_prediction out = predict(&p, "xp-x86");
    assert_false(out.steady);
    assert_int_equal(out.ptes_per_cycle, 2);
}

static void a_driver_that_fails_by_itself_is_a_failure(void **state)
{
    (void)state;
    driver d = {.fails = true};
    syspte_prospect p = {.cycle = cycle, .context = &d};
    assert_int_equal(predict(&p, "tiny").cycle, 1);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    syspte_prediction out;
    driver d = {.fails = true};
    syspte_prospect p = {.context = &d};
    static const syspte_pool_shape start = {.pte_free = 10};
    assert_false(syspte_predict(&p, syspte_profile_at(0), &out));
    assert_complaint("give it a cycle to run");
    p.cycle = cycle;
    assert_false(syspte_predict(&p, NULL, &out));
    assert_complaint("give it a cycle to run");
    p.begin = begin;
    assert_false(syspte_predict(&p, syspte_profile_at(0), &out));
    assert_complaint("before the first cycle failed");
    p.start = &start;
    assert_false(syspte_predict(&p, syspte_profile_at(0), &out));
    assert_complaint("without free blocks");
}

static bool cycle_on_a_machine_of_its_own(void *context, uint64_t number)
{
    (void)context;
    (void)number;
    return syspte_boot(NULL);
}

static void cycle_that_boots_is_said(void **state)
{
    syspte_prediction out;
    syspte_prospect p = {.cycle = cycle_on_a_machine_of_its_own, .cycles_run = 2};
    (void)state;

    assert_false(syspte_predict(&p, syspte_profile_at(0), &out));

    assert_complaint("a cycle ended the machine");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(cycle_that_boots_is_said),
        hooked_test(what_is_run_is_exact),
        hooked_test(what_is_extrapolated_says_so_and_is_right),
        hooked_test(the_largest_profile_takes_long),
        hooked_test(a_map_of_a_size_fails_before_the_driver_does),
        hooked_test(a_clean_driver_never_fails),
        hooked_test(growth_that_varies_is_told),
        hooked_test(a_driver_that_fails_by_itself_is_a_failure),
        hooked_test(what_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests_name("predict", tests, NULL, NULL);
}
