// SPDX-License-Identifier: MIT
// More mappings than the host can show at a time: those beyond the limit get their memory at the
// first touch, another one loses its own until it is touched again, and no byte is lost on the way.
// Under Valgrind a first touch cannot be trapped: there a mapping beyond the limit is accounting
// only, with a note.
#include "harness.h"

#include <stdio.h>

static void boot_with(uint64_t view_limit, bool gap)
{
    syspte_config config = syspte_config_default();
    config.view_limit = view_limit;
    config.gap = gap;
    boot(&config);
}

static void skip_where_touches_cannot_be_trapped(void)
{
    if (RUNNING_ON_VALGRIND) {
        skip();
    }
}

static void every_mapping_beyond_the_limit_can_be_written_and_read(void **state)
{
    enum { COUNT = 300 };
    volatile unsigned char *va[COUNT];
    (void)state;
    skip_where_touches_cannot_be_trapped();
    boot_with(4, true);

    for (unsigned i = 0; i < COUNT; i++) {
        va[i] = map(BAR + i * PAGE, PAGE);
        va[i][i] = (unsigned char)(i + 1);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(va[i][i], (unsigned char)(i + 1));
    }
    for (unsigned i = COUNT; i-- > 0;) {
        assert_int_equal(va[i][i], (unsigned char)(i + 1));
        unmap((PVOID)va[i], PAGE);
    }
    assert_no_findings();
}

// Host mappings of physical memory; -1 where the host does not tell.
static int shown_now(void)
{
    char line[512];
    int count = 0;
#ifdef _WIN32
    return -1; // Wine opens the file, in which views have no name
#endif
    FILE *file = fopen("/proc/self/maps", "r");
    if (file == NULL) {
        return -1;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        count += strstr(line, "syspte-physical") != NULL;
    }
    (void)fclose(file);
    return count;
}

static void host_never_shows_more_than_the_limit(void **state)
{
    volatile unsigned char *va[50];
    (void)state;
    boot_with(10, true);

    for (unsigned i = 0; i < 50; i++) {
        va[i] = map(BAR + 2 * i * PAGE, PAGE);
    }
    assert_true(shown_now() <= 10);
    for (unsigned i = 0; !RUNNING_ON_VALGRIND && i < 50; i++) {
        va[i][0] = 1;
        assert_true(shown_now() <= 10);
    }
    assert_true(shown_now() == 10 || shown_now() == -1);
    for (unsigned i = 0; i < 50; i++) {
        unmap((PVOID)va[i], PAGE);
    }
    assert_true(shown_now() <= 0);
}

static void copy_between_two_mappings_with_one_view_at_a_time_fails_not(void **state)
{
    unsigned char out[0x2000];
    (void)state;
    skip_where_touches_cannot_be_trapped();
    boot_with(2, true);
    volatile unsigned char *from = map(BAR, 2 * PAGE);
    assert_non_null(map(BAR + 0x10000, PAGE));
    volatile unsigned char *to = map(BAR + 0x20000, 2 * PAGE);

    for (unsigned i = 0; i < 2 * PAGE; i++) {
        from[i] = (unsigned char)(i * 13 + i / 256);
    }
    for (unsigned i = 0; i < 2 * PAGE; i += 5) {
        to[i] = from[i]; // each side may lose its view to the other
    }
    assert_true(syspte_memory_read(BAR + 0x20000, out, sizeof out));
    for (unsigned i = 0; i < 2 * PAGE; i++) {
        assert_int_equal(out[i], i % 5 == 0 ? (unsigned char)(i * 13 + i / 256) : 0);
    }
}

static void random_touches_never_lose_a_byte(void **state)
{
    enum { COUNT = 200, STEPS = 20000 };
    unsigned char *va[COUNT];
    unsigned char model[COUNT];
    uint32_t seed = 20240607;
    (void)state;
    skip_where_touches_cannot_be_trapped();
    boot_with(16, true);
    memset(model, 0, sizeof model);
    for (unsigned i = 0; i < COUNT; i++) {
        va[i] = map(0x1000000 + i * 8 * PAGE + 0x345, (1 + i % 4) * PAGE);
    }

    for (unsigned step = 0; step < STEPS; step++) {
        seed = seed * 1664525 + 1013904223;
        unsigned i = (seed >> 8) % COUNT;
        volatile unsigned char *at = va[i] + (1 + i % 4) * PAGE - 1; // in the last page
        if (*at != model[i]) {
            fail_msg("step %u: mapping %u holds %u, not %u", step, i, *at, model[i]);
        }
        *at = model[i] = (unsigned char)(seed >> 24);
        if (seed % 16 == 0) { // replace the mapping, keep the memory
            unmap(va[i], (1 + i % 4) * PAGE);
            va[i] = map(0x1000000 + i * 8 * PAGE + 0x345, (1 + i % 4) * PAGE);
        }
    }
    assert_null(syspte_machine_check());
    assert_no_findings();
}

static void without_gaps_eviction_takes_the_right_pages(void **state)
{
    volatile unsigned char *va[40];
    (void)state;
    skip_where_touches_cannot_be_trapped();
    boot_with(3, false);

    for (unsigned i = 0; i < 40; i++) {
        va[i] = map(BAR + i * 4 * PAGE, (1 + i % 3) * PAGE);
        va[i][(i % 3) * PAGE] = (unsigned char)(i + 7);
    }
    for (unsigned i = 0; i < 40; i++) {
        assert_int_equal(va[i][(i % 3) * PAGE], i + 7);
    }
    assert_no_findings();
}

static volatile unsigned char *target;

static void write_target(void)
{
    *target = 1;
}

static void protection_holds_at_the_first_touch(void **state)
{
    (void)state;
    skip_where_touches_cannot_be_trapped();
    boot_with(1, true);
    assert_non_null(map(BAR, PAGE));
    target = MmMapIoSpaceEx(physical(BAR + PAGE), PAGE, PAGE_READONLY | PAGE_NOCACHE);

    assert_true(stops(write_target));

    assert_int_equal(seen.stop.code, SYSPTE_ATTEMPTED_WRITE_TO_READONLY_MEMORY);
}

static void mapping_that_lost_its_view_faults_after_its_unmap(void **state)
{
    (void)state;
    skip_where_touches_cannot_be_trapped();
    boot_with(1, true);
    target = map(BAR, PAGE);
    *target = 1;
    volatile unsigned char *other = map(BAR + PAGE, PAGE);
    *other = 2; // takes the view
    unmap((PVOID)target, PAGE);

    assert_true(stops(write_target));

    (void)only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
}

static void damage_to_a_mapping_without_view_is_counted(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    skip_where_touches_cannot_be_trapped();
    config.view_limit = 1;
    config.strictness = SYSPTE_FREE;
    boot(&config);
    assert_non_null(map(BAR, PAGE));
    PVOID va = map(BAR, 3 * PAGE);

    unmap(va, PAGE);

    assert_int_equal(syspte_counters_now().lost_ptes, 2);
    assert_null(syspte_machine_check());
}

// Of three pages the middle one goes: the other two stay where they are, and one of them is where
// the next mapping of that PTE begins.
static void what_a_wrong_unmap_left_is_not_shown_by_the_next_mapping(void **state)
{
    (void)state;
    skip_where_touches_cannot_be_trapped();
    syspte_config config = syspte_config_default();
    config.view_limit = 3;
    config.pte_count = 5;
    boot(&config);
    PUCHAR three = map(BAR, 3 * PAGE);
    memset(three, 0x33, 3 * PAGE);
    assert_non_null(map(BAR + 16 * PAGE, PAGE));
    assert_non_null(map(BAR + 17 * PAGE, PAGE));
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x304);
    unmap(three + PAGE, PAGE);
    assert_non_null(syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_USER)); // the last view there may be
    PUCHAR last = map(BAR + 32 * PAGE, PAGE);

    last[0] = 0x5A;

    unsigned char device = 0;
    assert_true(syspte_memory_read(BAR + 32 * PAGE, &device, 1));
    assert_int_equal(device, 0x5A);
}

static void default_limit_lets_thousands_be_shown(void **state)
{
    enum { COUNT = 3000 };
    static volatile unsigned char *va[COUNT];
    (void)state;
    boot(NULL);

    for (unsigned i = 0; i < COUNT; i++) {
        va[i] = map(BAR + i * PAGE, PAGE);
        va[i][0] = (unsigned char)i;
    }
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(va[i][0], (unsigned char)i);
    }
    assert_no_findings();
}

static void where_touches_cannot_be_trapped_a_note_says_so(void **state)
{
    (void)state;
    boot_with(2, true);
    for (unsigned i = 0; i < 5; i++) {
        assert_non_null(map(BAR + i * PAGE, PAGE));
    }

    uint64_t notes = syspte_finding_occurrences(SYSPTE_RULE_HOST_VIEW);
    assert_int_equal(notes, RUNNING_ON_VALGRIND ? 3 : 0);
    assert_int_equal(syspte_report_failures(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(every_mapping_beyond_the_limit_can_be_written_and_read),
        hooked_test(host_never_shows_more_than_the_limit),
        hooked_test(copy_between_two_mappings_with_one_view_at_a_time_fails_not),
        hooked_test(random_touches_never_lose_a_byte),
        hooked_test(without_gaps_eviction_takes_the_right_pages),
        hooked_test(protection_holds_at_the_first_touch),
        hooked_test(mapping_that_lost_its_view_faults_after_its_unmap),
        hooked_test(damage_to_a_mapping_without_view_is_counted),
        hooked_test(what_a_wrong_unmap_left_is_not_shown_by_the_next_mapping),
        hooked_test(default_limit_lets_thousands_be_shown),
        hooked_test(where_touches_cannot_be_trapped_a_note_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
