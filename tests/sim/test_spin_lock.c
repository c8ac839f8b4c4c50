// SPDX-License-Identifier: MIT
// Spin locks: the IRQL follows them, one thread at a time has them, and what is wrong about them is
// found with the site of the acquisition.
#include "harness.h"

#include <pthread.h>

static KSPIN_LOCK lock;
static KLOCK_QUEUE_HANDLE handle;

static int begin(void **state)
{
    KeInitializeSpinLock(&lock);
    return machine_begin(state);
}

#define lock_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void irql_follows_the_lock(void **state)
{
    KIRQL old = 99;
    (void)state;

    KeAcquireSpinLock(&lock, &old);
    assert_int_equal(old, PASSIVE_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    assert_int_not_equal(lock, 0);
    KeReleaseSpinLock(&lock, old);

    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_int_equal(lock, 0);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void at_dpc_level_the_irql_stays(void **state)
{
    KIRQL old = KeRaiseIrqlToDpcLevel();
    (void)state;

    KeAcquireSpinLockAtDpcLevel(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    assert_true(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);

    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(old);
    assert_no_findings();
}

static void queued_lock_keeps_the_irql_in_its_handle(void **state)
{
    KIRQL old;
    (void)state;
    KeRaiseIrql(APC_LEVEL, &old);

    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    assert_int_equal(handle.OldIrql, APC_LEVEL);
    assert_ptr_equal(handle.LockQueue.Lock, &lock);
    KeReleaseInStackQueuedSpinLock(&handle);
    assert_int_equal(KeGetCurrentIrql(), APC_LEVEL);
    (void)KeRaiseIrqlToDpcLevel();
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);

    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    assert_no_findings();
}

static void two_locks_nest(void **state)
{
    KSPIN_LOCK inner;
    KIRQL old;
    KIRQL between;
    (void)state;
    KeInitializeSpinLock(&inner);

    KeAcquireSpinLock(&lock, &old);
    KeAcquireSpinLock(&inner, &between);
    assert_int_equal(between, DISPATCH_LEVEL);
    KeReleaseSpinLock(&inner, between);
    KeReleaseSpinLock(&lock, old);

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static unsigned acquired_at;

static void acquire_twice(void)
{
    KIRQL old;
    acquired_at = __LINE__ + 1;
    KeAcquireSpinLock(&lock, &old);
    KeAcquireSpinLockAtDpcLevel(&lock);
}

static void lock_acquired_twice_stops_every_machine(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.strictness = SYSPTE_FREE;
    boot(&config);

    assert_true(stops(acquire_twice));

    assert_stop(0xC4, 0x1000, 0, 0, 0); // the address is the host's
    syspte_finding finding = only_finding(SYSPTE_RULE_ACQUIRE_TWICE);
    assert_int_equal(finding.call->api, SYSPTE_API_KE_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL);
    assert_int_equal(finding.call->line, acquired_at + 1);
    assert_int_equal(finding.mapped->line, acquired_at);
    assert_string_equal(finding.text, "this thread holds it already");
    assert_non_null(strstr(report_text(), "held since "));
}

static KSPIN_LOCK *pooled;

static void acquire_pooled_twice(void)
{
    KIRQL old;
    pooled = ExAllocatePoolWithTag(NonPagedPool, sizeof *pooled, 0x6B636F4C);
    KeInitializeSpinLock(pooled);
    KeAcquireSpinLock(pooled, &old);
    KeAcquireSpinLockAtDpcLevel(pooled);
}

static void lock_in_pool_is_told_by_its_simulated_address(void **state)
{
    (void)state;
    boot(NULL);

    assert_true(stops(acquire_pooled_twice));

    assert_true(seen.stop.parameter[1] >= 0xFFFF800000000000);
    assert_int_not_equal(seen.stop.parameter[1], (uintptr_t)pooled);
}

static void release_wrongly(void)
{
    (void)KeRaiseIrqlToDpcLevel();
    KeReleaseSpinLockFromDpcLevel(&lock);
}

static void release_without_acquisition_is_found(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;

    release_wrongly();
    assert_false(only_finding(SYSPTE_RULE_RELEASE_NOT_HELD).stopped);

    config.strictness = SYSPTE_VERIFIER;
    boot(&config);
    assert_true(stops(release_wrongly));
    assert_stop(0xC4, 0x1007, 0, 0, 0);
}

static void other_irql_at_release_is_found(void **state)
{
    KIRQL old;
    (void)state;

    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, APC_LEVEL);

    syspte_finding finding = only_finding(SYSPTE_RULE_SPIN_LOCK_OLD_IRQL);
    assert_int_equal(finding.mapped->irql, PASSIVE_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), APC_LEVEL);
}

static void acquisition_at_a_wrong_irql_is_found(void **state)
{
    KIRQL old;
    (void)state;

    KeAcquireSpinLockAtDpcLevel(&lock);
    assert_int_equal(finding_of(SYSPTE_RULE_SPIN_LOCK_IRQL).call->irql, PASSIVE_LEVEL);
    (void)KeRaiseIrqlToDpcLevel();
    KeReleaseSpinLockFromDpcLevel(&lock);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_SPIN_LOCK_IRQL), 1);
    KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
    KeAcquireSpinLock(&lock, &old);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_SPIN_LOCK_IRQL), 2);
    KeReleaseSpinLock(&lock, old);
}

static void release_below_dispatch_level_is_found(void **state)
{
    KIRQL old;
    (void)state;

    KeAcquireSpinLock(&lock, &old);
    KeLowerIrql(old);
    KeReleaseSpinLock(&lock, old);

    syspte_finding finding = only_finding(SYSPTE_RULE_SPIN_LOCK_IRQL);
    assert_int_equal(finding.call->api, SYSPTE_API_KE_RELEASE_SPIN_LOCK);
}

static void release_in_the_other_way_is_found(void **state)
{
    (void)state;

    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    KeReleaseSpinLock(&lock, handle.OldIrql);
    syspte_finding finding = only_finding(SYSPTE_RULE_SPIN_LOCK_OTHER_WAY);

    assert_int_equal(finding.mapped->api, SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK);
}

static void lock_that_was_never_initialized_is_found(void **state)
{
    KIRQL old;
    (void)state;
    lock = 0xA5A5;

    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);

    assert_int_equal(only_finding(SYSPTE_RULE_LOCK_NOT_INITIALIZED).count, 1);
}

static void lock_held_at_the_end_of_a_scope_is_a_leak(void **state)
{
    KIRQL old;
    (void)state;
    syspte_scope scope = syspte_scope_enter("StartDevice");

    KeAcquireSpinLock(&lock, &old);
    unsigned line = __LINE__ - 1;
    assert_int_equal(syspte_scope_leave(scope), 1);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.call->line, line);
    assert_string_equal(finding.scope, "StartDevice");
    KeReleaseSpinLock(&lock, old);
}

static void lock_held_at_shutdown_is_reported(void **state)
{
    (void)state;
    (KeAcquireInStackQueuedSpinLock)(&lock, &handle);

    assert_int_equal(syspte_shutdown(), 1);

    assert_non_null(strstr(report_text(),
                           "KeAcquireInStackQueuedSpinLock: 1 spin lock, 8 bytes of a spin lock, "
                           "never released\n    fix: release it with "
                           "KeReleaseInStackQueuedSpinLock on every path"));
}

// ---- Threads

enum { THREADS = 4, ROUNDS = 200 };

static unsigned guarded;

static void *count_up(void *context)
{
    (void)context;
    for (unsigned i = 0; i < ROUNDS; i++) {
        KIRQL old;
        KeAcquireSpinLock(&lock, &old);
        guarded++;
        KeReleaseSpinLock(&lock, old);
    }
    return NULL;
}

static void one_thread_at_a_time_has_the_lock(void **state)
{
    pthread_t threads[THREADS];
    (void)state;
    guarded = 0;

    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count_up, NULL), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }

    assert_int_equal(guarded, THREADS * ROUNDS);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void *acquire_and_leave(void *context)
{
    KIRQL old;
    (void)context;
    KeAcquireSpinLock(&lock, &old);
    return NULL;
}

static void hold_in_another_thread(void)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, acquire_and_leave, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void lock_of_another_thread_is_not_to_be_had(void **state)
{
    (void)state;
    hold_in_another_thread();
    KIRQL old = KeRaiseIrqlToDpcLevel();

    assert_false(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);

    (void)only_finding(SYSPTE_RULE_RELEASE_OTHER_THREAD);
    assert_true(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
    assert_int_equal(syspte_shutdown(), 0);
}

static void acquire_alone(void)
{
    KIRQL old;
    KeAcquireSpinLock(&lock, &old);
}

static void lock_that_an_ended_thread_holds_stops_the_machine(void **state)
{
    (void)state;
    hold_in_another_thread();

    assert_true(stops(acquire_alone));

    assert_string_equal(finding_of(SYSPTE_RULE_ACQUIRE_TWICE).text,
                        "another thread holds it and does not release it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        lock_test(irql_follows_the_lock),
        lock_test(at_dpc_level_the_irql_stays),
        lock_test(queued_lock_keeps_the_irql_in_its_handle),
        lock_test(two_locks_nest),
        lock_test(lock_acquired_twice_stops_every_machine),
        lock_test(lock_in_pool_is_told_by_its_simulated_address),
        lock_test(release_without_acquisition_is_found),
        lock_test(other_irql_at_release_is_found),
        lock_test(acquisition_at_a_wrong_irql_is_found),
        lock_test(release_below_dispatch_level_is_found),
        lock_test(release_in_the_other_way_is_found),
        lock_test(lock_that_was_never_initialized_is_found),
        lock_test(lock_held_at_the_end_of_a_scope_is_a_leak),
        lock_test(lock_held_at_shutdown_is_reported),
        lock_test(one_thread_at_a_time_has_the_lock),
        lock_test(lock_of_another_thread_is_not_to_be_had),
        lock_test(lock_that_an_ended_thread_holds_stops_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
