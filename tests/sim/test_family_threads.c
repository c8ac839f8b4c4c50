// SPDX-License-Identifier: MIT
// Four threads walk over the mapping family at once, each with things of its own, on one machine
// whose pool is nearly empty: maps fail here and there, and nothing is lost. In the end the books
// say what the threads say together, and all PTEs are free.
#define _POSIX_C_SOURCE 200809L

#include "family.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { THREADS = 4 };

typedef struct worker {
    pthread_t thread;
    uint64_t steps;
    bool good;
} worker;

static family families[THREADS];
static worker workers[THREADS];
static atomic_uint finished;

static void *walk(void *argument)
{
    unsigned number = (unsigned)((worker *)argument - workers);
    family *f = &families[number];
    family_begin(f, "thread", number + 1, false);
    f->number = number;
    workers[number].good = family_walk(f, workers[number].steps) && family_end(f);
    atomic_fetch_add(&finished, 1);
    return NULL;
}

// Waits for the threads; a machine that stops under one of them parks it and jumps out of here.
static void wait_for_all(void)
{
    struct timespec pause = {.tv_nsec = 5000000};
    while (atomic_load(&finished) < THREADS) {
        (void)nanosleep(&pause, NULL);
        (void)MmIsAddressValid(NULL);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    }
}

static uint64_t sum_of(uint64_t (*of)(const family *f))
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        sum += of(&families[i]);
    }
    return sum;
}

static uint64_t maps_of(const family *f)
{
    return f->maps;
}

static uint64_t failed_of(const family *f)
{
    return f->failed;
}

static uint64_t looks_of(const family *f)
{
    return f->looks;
}

static void check_findings(void)
{
    for (int rule = 0; rule < SYSPTE_RULE_COUNT; rule++) {
        uint64_t expected = 0;
        for (unsigned i = 0; i < THREADS; i++) {
            expected += rule == SYSPTE_RULE_OUT_OF_PTES ? families[i].failed
                                                        : families[i].findings[rule];
        }
        assert_int_equal(syspte_finding_occurrences((syspte_rule_id)rule), expected);
    }
}

static void check_threads(syspte_order order, uint64_t pte_count, bool accounting_only)
{
    syspte_config config = syspte_config_default();
    config.order = order;
    config.pte_count = pte_count;
    config.accounting_only = accounting_only;
    boot(&config);
    atomic_store(&finished, 0);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (worker){.steps = RUNNING_ON_VALGRIND ? 400 : is_watched() ? 1500 : 4000};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, walk, &workers[i]), 0);
    }

    wait_for_all();

    for (unsigned i = 0; i < THREADS; i++) {
        assert_true(workers[i].good);
    }
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free, now.pte_total);
    assert_int_equal(now.live_mappings, 0);
    assert_int_equal(now.lost_ptes, 0);
    assert_int_equal(now.maps, sum_of(maps_of));
    assert_int_equal(now.failed_maps, sum_of(failed_of));
    assert_true(now.failed_maps != 0 || pte_count == 0 || is_watched());
    assert_true(sum_of(looks_of) != 0 || accounting_only);
    assert_null(syspte_machine_check());
    check_findings();
    assert_int_equal(syspte_shutdown(), 0);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 0);
}

static void four_threads_on_a_small_pool_lose_nothing_in_strict_order(void **state)
{
    (void)state;
    check_threads(SYSPTE_ORDER_STRICT, 150, false);
}

static void four_threads_on_a_small_pool_lose_nothing_in_fast_order(void **state)
{
    (void)state;
    check_threads(SYSPTE_ORDER_FAST, 150, false);
}

static void four_threads_on_a_large_pool_lose_nothing_in_strict_order(void **state)
{
    (void)state;
    check_threads(SYSPTE_ORDER_STRICT, 0, false);
}

static void four_threads_on_a_large_pool_lose_nothing_in_fast_order(void **state)
{
    (void)state;
    check_threads(SYSPTE_ORDER_FAST, 0, false);
}

static void four_threads_without_memory_lose_nothing_in_strict_order(void **state)
{
    (void)state;
    check_threads(SYSPTE_ORDER_STRICT, 200, true);
}

static void four_threads_without_memory_lose_nothing_in_fast_order(void **state)
{
    (void)state;
    check_threads(SYSPTE_ORDER_FAST, 200, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(four_threads_on_a_small_pool_lose_nothing_in_strict_order),
        hooked_test(four_threads_on_a_small_pool_lose_nothing_in_fast_order),
        hooked_test(four_threads_on_a_large_pool_lose_nothing_in_strict_order),
        hooked_test(four_threads_on_a_large_pool_lose_nothing_in_fast_order),
        hooked_test(four_threads_without_memory_lose_nothing_in_strict_order),
        hooked_test(four_threads_without_memory_lose_nothing_in_fast_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
