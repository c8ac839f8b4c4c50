// SPDX-License-Identifier: MIT
// Fault plans while several threads call: every call is counted once, whatever way it takes, and a
// plan may come and go meanwhile.
#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 4, CALLS = 400 };

static atomic_uint refused; // calls that answered NULL
static atomic_bool done;

static void *map_and_unmap(void *context)
{
    (void)context;
    for (unsigned i = 0; i < CALLS; i++) {
        void *page = map(BAR, PAGE);
        if (page == NULL) {
            atomic_fetch_add(&refused, 1);
        } else {
            unmap(page, PAGE);
        }
    }
    return NULL;
}

static void *allocate_and_free(void *context)
{
    (void)context;
    for (unsigned i = 0; i < CALLS; i++) {
        void *block = ExAllocatePoolWithTag(NonPagedPool, 32, 0x74736554);
        if (block == NULL) {
            atomic_fetch_add(&refused, 1);
        } else {
            ExFreePoolWithTag(block, 0x74736554);
        }
    }
    return NULL;
}

static void run(void *(*other)(void *context))
{
    pthread_t threads[THREADS];
    atomic_store(&refused, 0);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, i % 2 == 0 ? map_and_unmap : other, NULL), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

static void boot_order(syspte_order order)
{
    syspte_config config = syspte_config_default();
    config.order = order;
    config.accounting_only = order == SYSPTE_ORDER_FAST;
    boot(&config);
}

static void one_call_of_all_threads_fails(void **state)
{
    (void)state;
    for (unsigned order = SYSPTE_ORDER_STRICT; order <= SYSPTE_ORDER_FAST; order++) {
        boot_order((syspte_order)order);
        run(map_and_unmap); // the threads' short ways are open
        assert_true(syspte_fault_set(&(syspte_fault_plan){.nth = THREADS * CALLS / 2}));

        run(map_and_unmap);

        assert_int_equal(atomic_load(&refused), 1);
        assert_int_equal(syspte_fault_counts_now().calls, THREADS * CALLS);
        assert_int_equal(syspte_counters_now().live_mappings, 0);
    }
}

static void calls_of_another_kind_do_not_count(void **state)
{
    (void)state;
    assert_true(syspte_fault_set(&(syspte_fault_plan){
        .at = {.api = SYSPTE_API_EX_ALLOCATE_POOL_WITH_TAG}, .nth = 100, .all_later = true}));

    run(allocate_and_free);

    assert_int_equal(atomic_load(&refused), THREADS / 2 * CALLS - 99);
    assert_int_equal(syspte_fault_counts_now().counted, THREADS / 2 * CALLS);
}

static void chance_fails_as_many_calls_in_every_run(void **state)
{
    unsigned failed[2];
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        boot(NULL);
        assert_true(syspte_fault_set(&(syspte_fault_plan){.per_10000 = 600, .seed = 5}));
        run(map_and_unmap);
        failed[i] = atomic_load(&refused);
    }

    assert_int_equal(failed[0], failed[1]); // ordinals decide, not who calls
    assert_int_equal(failed[0], syspte_fault_fired());
    assert_in_range(failed[0], 48, 192);
}

static void *set_and_clear(void *context)
{
    const syspte_fault_plan plan = {.nth = 3, .all_later = true, .may_rest = true};
    (void)context;
    while (!atomic_load(&done)) {
        (void)syspte_fault_set(&plan);
        (void)syspte_fault_counts_now();
        syspte_fault_clear();
    }
    return NULL;
}

static void plans_come_and_go_while_threads_call(void **state)
{
    (void)state;
    for (unsigned order = SYSPTE_ORDER_STRICT; order <= SYSPTE_ORDER_FAST; order++) {
        pthread_t setter;
        boot_order((syspte_order)order);
        atomic_store(&done, false);
        assert_int_equal(pthread_create(&setter, NULL, set_and_clear, NULL), 0);

        run(allocate_and_free);

        atomic_store(&done, true);
        assert_int_equal(pthread_join(setter, NULL), 0);
        assert_int_equal(syspte_fault_fired(), atomic_load(&refused));
        assert_int_equal(syspte_counters_now().live_mappings, 0);
        assert_null(syspte_machine_check());
    }
}

static void *map_paused(void *context)
{
    syspte_fault_pause();
    void *pages = map_and_unmap(context);
    syspte_fault_resume();
    return pages;
}

static void a_pause_is_its_threads_own(void **state)
{
    (void)state;
    assert_true(syspte_fault_set(&(syspte_fault_plan){.nth = 1, .all_later = true}));

    run(map_paused);

    assert_int_equal(atomic_load(&refused), THREADS / 2 * CALLS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(one_call_of_all_threads_fails),
        machine_test(calls_of_another_kind_do_not_count),
        machine_test(chance_fails_as_many_calls_in_every_run),
        machine_test(plans_come_and_go_while_threads_call),
        machine_test(a_pause_is_its_threads_own),
    };
    return cmocka_run_group_tests_name("sim.fault_threads", tests, NULL, NULL);
}
