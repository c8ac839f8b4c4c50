// SPDX-License-Identifier: MIT
// The end of the pool, really reached: all 33,554,432 system PTEs of 64-bit Windows 7 are leaked a
// page at a time on a machine with memory behind its mappings; the next map returns NULL and counts
// right; then all of it comes back. Limits: 20 s of processor time and 4 GiB.
#define _DEFAULT_SOURCE

#include "harness.h"

#include <stdlib.h>
#include <sys/resource.h>

enum { WIN7_X64 = 33554432 };

// Built to count coverage: the runtime that does it is linked.
void __gcov_init(void *info) __attribute__((weak));

static bool is_counted(void)
{
    return __gcov_init != NULL;
}

static double processor_seconds(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long peak_kibibytes(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void touch_some(PUCHAR *va)
{
    for (uint64_t i = 0; i < WIN7_X64; i += WIN7_X64 / 64) {
        va[i][0x123] = (unsigned char)(i >> 19);
    }
    for (uint64_t i = 0; i < WIN7_X64; i += WIN7_X64 / 64) {
        assert_int_equal(va[i][0x123], (unsigned char)(i >> 19));
    }
}

static void every_pte_of_win7_x64_can_be_leaked_and_given_back(void **state)
{
    (void)state;
    if (is_watched() || is_counted()) {
        skip(); // takes minutes under a sanitizer, Valgrind, or with coverage counted
    }
    double begin = processor_seconds();
    PUCHAR *va = malloc(WIN7_X64 * sizeof *va);
    assert_non_null(va);
    boot(NULL);

    for (uint64_t i = 0; i < WIN7_X64; i++) {
        va[i] = map(0x100000000 + i * PAGE, PAGE);
        if (va[i] == NULL) {
            fail_msg("map %llu returned NULL", (unsigned long long)i);
        }
    }
    touch_some(va);
    PVOID one_more = map(BAR, PAGE);

    syspte_counters now = syspte_counters_now();
    assert_null(one_more);
    assert_int_equal(now.pte_free, 0);
    assert_int_equal(now.free_blocks, 0);
    assert_int_equal(now.largest_free_block, 0);
    assert_int_equal(now.live_mappings, WIN7_X64);
    assert_int_equal(now.live_ptes, WIN7_X64);
    assert_int_equal(now.maps, WIN7_X64);
    assert_int_equal(now.failed_maps, 1);
    assert_int_equal(now.peak_ptes, WIN7_X64);

    for (uint64_t i = 0; i < WIN7_X64; i++) {
        unmap(va[i], PAGE);
    }
    now = syspte_counters_now();
    assert_int_equal(now.pte_free, WIN7_X64);
    assert_int_equal(now.largest_free_block, WIN7_X64);
    assert_int_equal(now.live_mappings, 0);
    assert_no_findings();
    assert_int_equal(syspte_shutdown(), 0);
    free(va);

    double seconds = processor_seconds() - begin;
    print_message("%d PTEs: %.1f s, %ld MiB\n", WIN7_X64, seconds, peak_kibibytes() / 1024);
    assert_true(seconds < 20);
    assert_true(peak_kibibytes() < 4l << 20);
}

// Churn leaves holes: maps of 16 pages fail with most of the pool free.
static void shattered_pool_fails_long_before_it_is_empty(void **state)
{
    enum { COUNT = 60000 };
    static PVOID va[COUNT];
    (void)state;
    syspte_config config = syspte_config_default();
    config.profile = syspte_profile_find("srv2003-x86-3gb");
    config.accounting_only = true;
    boot(&config);
    for (unsigned i = 0; i < COUNT; i++) {
        va[i] = map(BAR, PAGE);
        assert_non_null(va[i]);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        if (i % 16 != 0) {
            unmap(va[i], PAGE);
        }
    }

    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free, COUNT / 16 * 15);
    assert_int_equal(now.free_blocks, COUNT / 16);
    assert_int_equal(now.largest_free_block, 15);
    assert_null(map(BAR, 16 * PAGE));
    assert_non_null(map(BAR, 15 * PAGE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(every_pte_of_win7_x64_can_be_leaked_and_given_back),
        hooked_test(shattered_pool_fails_long_before_it_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
