// SPDX-License-Identifier: MIT
// Events and waits: what satisfies one, what it does to time and to what is pending, and that a
// wait without an end is found by name.
#include "harness.h"

#include <pthread.h>

static KEVENT event;
static LARGE_INTEGER timeout;

static NTSTATUS wait_for(LONGLONG units)
{
    timeout.QuadPart = units;
    return KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &timeout);
}

static NTSTATUS wait_without_end(void)
{
    return KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
}

static void notification_event_stays_signaled(void **state)
{
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);

    assert_int_equal(KeReadStateEvent(&event), 0);
    assert_int_equal(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
    assert_int_equal(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 1);
    assert_int_equal(wait_without_end(), STATUS_SUCCESS);
    assert_int_equal(wait_for(0), STATUS_SUCCESS);
    assert_int_equal(KeResetEvent(&event), 1);
    assert_int_equal(wait_for(0), STATUS_TIMEOUT);

    assert_no_findings();
}

static void synchronization_event_satisfies_one_wait(void **state)
{
    (void)state;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);

    assert_int_equal(wait_without_end(), STATUS_SUCCESS);
    assert_int_equal(wait_for(0), STATUS_TIMEOUT);
    (void)KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    KeClearEvent(&event);
    assert_int_equal(KeReadStateEvent(&event), 0);
}

static void timeout_moves_the_time_on(void **state)
{
    LARGE_INTEGER before;
    LARGE_INTEGER after;
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeQuerySystemTime(&before);

    assert_int_equal(wait_for(-5000), STATUS_TIMEOUT);
    KeQuerySystemTime(&after);
    assert_int_equal(after.QuadPart - before.QuadPart, 5000);
    assert_int_equal(wait_for(after.QuadPart + 70), STATUS_TIMEOUT);
    KeQuerySystemTime(&after);

    assert_int_equal(after.QuadPart - before.QuadPart, 5070);
    assert_no_findings();
}

static unsigned waited_at;

static void wait_in_vain(void)
{
    waited_at = __LINE__ + 1;
    (void)KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
}

static void wait_that_nothing_can_satisfy_stops_the_test(void **state)
{
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);

    assert_true(stops(wait_in_vain));

    syspte_finding finding = only_finding(SYSPTE_RULE_WAIT_FOREVER);
    assert_int_equal(finding.call->line, waited_at);
    assert_int_equal(finding.severity, SYSPTE_MISUSE);
}

static VOID NTAPI set_it(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    (void)DeviceObject;
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    (void)KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
}

static void wait_lets_what_is_pending_run(void **state)
{
    (void)state;
    PIO_WORKITEM item = IoAllocateWorkItem(NULL);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoQueueWorkItem(item, set_it, DelayedWorkQueue, &event);

    assert_int_equal(wait_without_end(), STATUS_SUCCESS);

    IoFreeWorkItem(item);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void timer_satisfies_a_wait(void **state)
{
    KTIMER timer;
    LARGE_INTEGER due = {.QuadPart = -1000};
    LARGE_INTEGER before;
    LARGE_INTEGER after;
    (void)state;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    (void)KeSetTimer(&timer, due, NULL);
    KeQuerySystemTime(&before);

    assert_int_equal(KeWaitForSingleObject(&timer, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);

    KeQuerySystemTime(&after);
    assert_int_equal(after.QuadPart - before.QuadPart, 1000);
    assert_int_equal(timer.Header.SignalState, 0);
}

static void *set_from_a_thread(void *context)
{
    (void)KeSetEvent(context, IO_NO_INCREMENT, FALSE);
    return NULL;
}

static void thread_of_the_test_can_signal(void **state)
{
    pthread_t thread;
    (void)state;
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    assert_int_equal(pthread_create(&thread, NULL, set_from_a_thread, &event), 0);

    assert_int_equal(wait_without_end(), STATUS_SUCCESS);

    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_no_findings();
}

static void wait_at_dispatch_level_is_found(void **state)
{
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    KIRQL old = KeRaiseIrqlToDpcLevel();

    assert_int_equal(wait_for(0), STATUS_SUCCESS);
    (void)KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    assert_no_findings();
    assert_int_equal(wait_without_end(), STATUS_SUCCESS);

    assert_int_equal(only_finding(SYSPTE_RULE_CALL_IRQL).call->irql, DISPATCH_LEVEL);
    (void)KeSetEvent(&event, IO_NO_INCREMENT, TRUE);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_CALL_IRQL), 2);
    KeLowerIrql(old);
}

static void event_that_was_never_initialized_is_found(void **state)
{
    (void)state;
    memset(&event, 0, sizeof event);

    (void)KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    assert_string_equal(only_finding(SYSPTE_RULE_LOCK_NOT_INITIALIZED).text, "an event");
    assert_int_equal(wait_for(0), STATUS_SUCCESS);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LOCK_NOT_INITIALIZED), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(notification_event_stays_signaled),
        machine_test(synchronization_event_satisfies_one_wait),
        machine_test(timeout_moves_the_time_on),
        machine_test(wait_that_nothing_can_satisfy_stops_the_test),
        machine_test(wait_lets_what_is_pending_run),
        machine_test(timer_satisfies_a_wait),
        machine_test(thread_of_the_test_can_signal),
        machine_test(wait_at_dispatch_level_is_found),
        machine_test(event_that_was_never_initialized_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
