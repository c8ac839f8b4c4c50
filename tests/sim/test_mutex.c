// SPDX-License-Identifier: MIT
// Mutexes and fast mutexes: who has one, at which IRQL, and what is wrong about giving it back.
#include "harness.h"

#include <pthread.h>

static KMUTEX mutex;
static FAST_MUTEX fast;

static int begin(void **state)
{
    KeInitializeMutex(&mutex, 0);
    ExInitializeFastMutex(&fast);
    return machine_begin(state);
}

#define mutex_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static NTSTATUS acquire(void)
{
    return KeWaitForMutexObject(&mutex, Executive, KernelMode, FALSE, NULL);
}

static void mutex_is_acquired_again_by_its_thread(void **state)
{
    (void)state;

    assert_int_equal(acquire(), STATUS_SUCCESS);
    assert_int_equal(acquire(), STATUS_SUCCESS);
    assert_int_equal(KeReleaseMutex(&mutex, FALSE), -1);
    assert_int_equal(KeReleaseMutex(&mutex, FALSE), 0);

    assert_int_equal(mutex.Header.SignalState, 1);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void mutex_that_nobody_has_cannot_be_released(void **state)
{
    (void)state;

    assert_int_equal(KeReleaseMutex(&mutex, FALSE), 1);

    (void)only_finding(SYSPTE_RULE_RELEASE_NOT_HELD);
    assert_int_equal(mutex.Header.SignalState, 1);
}

static void mutex_that_is_kept_is_a_leak(void **state)
{
    (void)state;
    (void)acquire();
    ExAcquireFastMutex(&fast);
    unsigned line = __LINE__ - 1;

    assert_int_equal(syspte_shutdown(), 2);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 2);
    syspte_finding finding;
    assert_true(syspte_finding_at(1, &finding));
    assert_int_equal(finding.call->line, line);
    assert_int_equal(finding.call->kind, SYSPTE_KIND_MUTEX);
}

static void fast_mutex_runs_at_apc_level(void **state)
{
    (void)state;

    ExAcquireFastMutex(&fast);
    assert_int_equal(KeGetCurrentIrql(), APC_LEVEL);
    assert_int_equal(fast.Count, 0);
    assert_false(ExTryToAcquireFastMutex(&fast));
    ExReleaseFastMutex(&fast);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_true(ExTryToAcquireFastMutex(&fast));
    ExReleaseFastMutex(&fast);

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void acquire_fast_twice(void)
{
    ExAcquireFastMutex(&fast);
    ExAcquireFastMutex(&fast);
}

static void fast_mutex_acquired_twice_stops_the_machine(void **state)
{
    (void)state;

    assert_true(stops(acquire_fast_twice));

    assert_stop(0xC4, 0x1000, 0, 0, 0);
    (void)only_finding(SYSPTE_RULE_ACQUIRE_TWICE);
}

static void wrong_release_of_a_fast_mutex_is_found(void **state)
{
    (void)state;

    ExReleaseFastMutex(&fast);

    (void)only_finding(SYSPTE_RULE_RELEASE_NOT_HELD);
    assert_int_equal(fast.Count, FM_LOCK_BIT);
}

static void fast_mutex_at_dispatch_level_is_found(void **state)
{
    KIRQL old = KeRaiseIrqlToDpcLevel();
    (void)state;

    ExAcquireFastMutex(&fast);
    ExReleaseFastMutex(&fast);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_CALL_IRQL), 2);
    KeLowerIrql(old);
}

static void fast_mutex_that_was_never_initialized_is_found(void **state)
{
    (void)state;
    memset(&fast, 0, sizeof fast);

    ExAcquireFastMutex(&fast);
    ExReleaseFastMutex(&fast);

    assert_string_equal(only_finding(SYSPTE_RULE_LOCK_NOT_INITIALIZED).text, "a fast mutex");
}

// ---- Threads

enum { THREADS = 4, ROUNDS = 100 };

static unsigned guarded[2];

static void *count_up(void *context)
{
    (void)context;
    for (unsigned i = 0; i < ROUNDS; i++) {
        (void)acquire();
        guarded[0]++;
        (void)KeReleaseMutex(&mutex, FALSE);
        ExAcquireFastMutex(&fast);
        guarded[1]++;
        ExReleaseFastMutex(&fast);
    }
    return NULL;
}

static void one_thread_at_a_time_has_a_mutex(void **state)
{
    pthread_t threads[THREADS];
    (void)state;
    guarded[0] = guarded[1] = 0;

    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count_up, NULL), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }

    assert_int_equal(guarded[0], THREADS * ROUNDS);
    assert_int_equal(guarded[1], THREADS * ROUNDS);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void *release_from_a_thread(void *context)
{
    (void)context;
    (void)KeReleaseMutex(&mutex, FALSE);
    ExReleaseFastMutex(&fast);
    return NULL;
}

static void other_thread_cannot_release(void **state)
{
    pthread_t thread;
    (void)state;
    (void)acquire();
    ExAcquireFastMutex(&fast);

    assert_int_equal(pthread_create(&thread, NULL, release_from_a_thread, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_RELEASE_OTHER_THREAD), 2);
    ExReleaseFastMutex(&fast);
    assert_int_equal(KeReleaseMutex(&mutex, FALSE), 0);
    assert_int_equal(syspte_shutdown(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        mutex_test(mutex_is_acquired_again_by_its_thread),
        mutex_test(mutex_that_nobody_has_cannot_be_released),
        mutex_test(mutex_that_is_kept_is_a_leak),
        mutex_test(fast_mutex_runs_at_apc_level),
        mutex_test(fast_mutex_acquired_twice_stops_the_machine),
        mutex_test(wrong_release_of_a_fast_mutex_is_found),
        mutex_test(fast_mutex_at_dispatch_level_is_found),
        mutex_test(fast_mutex_that_was_never_initialized_is_found),
        mutex_test(one_thread_at_a_time_has_a_mutex),
        mutex_test(other_thread_cannot_release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
