// SPDX-License-Identifier: MIT
// Waits for several objects, and semaphores.
#include "harness.h"

#include <pthread.h>

static KEVENT first;
static KEVENT second;
static KSEMAPHORE semaphore;
static KMUTEX mutex;

static int begin(void **state)
{
    int failed = machine_begin(state);
    KeInitializeEvent(&first, SynchronizationEvent, FALSE);
    KeInitializeEvent(&second, NotificationEvent, FALSE);
    KeInitializeSemaphore(&semaphore, 0, 2);
    KeInitializeMutex(&mutex, 0);
    return failed;
}

#define wait_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static NTSTATUS wait_for(ULONG count, WAIT_TYPE type, LONGLONG units, PVOID a, PVOID b, PVOID c)
{
    PVOID objects[] = {a, b, c};
    LARGE_INTEGER timeout = {.QuadPart = units};
    return KeWaitForMultipleObjects(count, objects, type, Executive, KernelMode, FALSE, &timeout,
                                    NULL);
}

static void any_answers_which(void **state)
{
    (void)state;
    assert_int_equal(wait_for(2, WaitAny, 0, &first, &second, NULL), STATUS_TIMEOUT);
    (void)KeSetEvent(&second, IO_NO_INCREMENT, FALSE);

    assert_int_equal(wait_for(2, WaitAny, 0, &first, &second, NULL), STATUS_WAIT_1);
    (void)KeSetEvent(&first, IO_NO_INCREMENT, FALSE);
    assert_int_equal(wait_for(2, WaitAny, 0, &first, &second, NULL), STATUS_WAIT_0);
    assert_int_equal(wait_for(2, WaitAny, 0, &first, &second, NULL), STATUS_WAIT_1);

    assert_no_findings();
}

static void all_take_nothing_until_all_are_signaled(void **state)
{
    (void)state;
    (void)KeSetEvent(&first, IO_NO_INCREMENT, FALSE);

    assert_int_equal(wait_for(2, WaitAll, -100, &first, &second, NULL), STATUS_TIMEOUT);
    assert_int_equal(KeReadStateEvent(&first), 1);
    (void)KeSetEvent(&second, IO_NO_INCREMENT, FALSE);
    assert_int_equal(wait_for(2, WaitAll, 0, &first, &second, NULL), STATUS_SUCCESS);

    assert_int_equal(KeReadStateEvent(&first), 0);
    assert_int_equal(KeReadStateEvent(&second), 1);
}

static void all_acquire_a_mutex(void **state)
{
    (void)state;
    (void)KeSetEvent(&second, IO_NO_INCREMENT, FALSE);

    assert_int_equal(wait_for(2, WaitAll, 0, &mutex, &second, NULL), STATUS_SUCCESS);
    assert_int_equal(KeReadStateMutex(&mutex), 0);
    assert_int_equal(wait_for(2, WaitAll, 0, &mutex, &second, NULL), STATUS_SUCCESS); // once more

    assert_int_equal(KeReleaseMutex(&mutex, FALSE), -1);
    assert_int_equal(KeReleaseMutex(&mutex, FALSE), 0);
    assert_int_equal(KeReadStateMutex(&mutex), 1);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// Both are seen signaled, and one object stands twice: only one of the takes can succeed.
static void all_give_back_what_they_took(void **state)
{
    (void)state;
    (void)KeSetEvent(&first, IO_NO_INCREMENT, FALSE);
    (void)KeReleaseSemaphore(&semaphore, 0, 1, FALSE);

    assert_int_equal(wait_for(3, WaitAll, 0, &semaphore, &first, &first), STATUS_TIMEOUT);

    assert_int_equal(KeReadStateSemaphore(&semaphore), 1);
    assert_int_equal(KeReadStateEvent(&first), 1);
}

static void timer_satisfies_one_of_several(void **state)
{
    KTIMER timer;
    LARGE_INTEGER due = {.QuadPart = -500};
    (void)state;
    KeInitializeTimer(&timer);
    (void)KeSetTimer(&timer, due, NULL);
    assert_false(KeReadStateTimer(&timer));

    assert_int_equal(wait_for(2, WaitAny, -1000, &first, &timer, NULL), STATUS_WAIT_1);

    assert_true(KeReadStateTimer(&timer));
}

static unsigned waited_at;

static void wait_in_vain(void)
{
    PVOID objects[] = {&first, &second};
    waited_at = __LINE__ + 1;
    (void)KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
}

static void wait_without_end_is_found(void **state)
{
    (void)state;
    assert_true(stops(wait_in_vain));

    syspte_finding finding = only_finding(SYSPTE_RULE_WAIT_FOREVER);
    assert_int_equal(finding.call->line, waited_at);
    assert_string_equal(syspte_api_name(finding.call->api), "KeWaitForMultipleObjects");
}

static void wait_for_four(void)
{
    PVOID objects[] = {&second, &second, &second, &second};
    (void)KeWaitForMultipleObjects(4, objects, WaitAll, Executive, KernelMode, FALSE, NULL, NULL);
}

static void more_than_three_need_wait_blocks(void **state)
{
    KWAIT_BLOCK blocks[4];
    PVOID objects[] = {&second, &second, &second, &second};
    (void)state;
    (void)KeSetEvent(&second, IO_NO_INCREMENT, FALSE);
    assert_int_equal(
        KeWaitForMultipleObjects(4, objects, WaitAll, Executive, KernelMode, FALSE, NULL, blocks),
        STATUS_SUCCESS);

    assert_true(stops(wait_for_four));

    assert_stop(MAXIMUM_WAIT_OBJECTS_EXCEEDED, 0, 0, 0, 0);
    (void)finding_of(SYSPTE_RULE_WAIT_OBJECTS);
}

// ---- Semaphores

static void semaphore_counts(void **state)
{
    (void)state;
    assert_int_equal(wait_for(1, WaitAny, 0, &semaphore, NULL, NULL), STATUS_TIMEOUT);
    assert_int_equal(KeReleaseSemaphore(&semaphore, 0, 2, FALSE), 0);
    assert_int_equal(KeReadStateSemaphore(&semaphore), 2);

    assert_int_equal(wait_for(1, WaitAny, 0, &semaphore, NULL, NULL), STATUS_SUCCESS);
    assert_int_equal(KeWaitForSingleObject(&semaphore, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);

    assert_int_equal(KeReadStateSemaphore(&semaphore), 0);
    assert_no_findings();
}

static NTSTATUS release(LONG adjustment)
{
    volatile NTSTATUS status = STATUS_UNSUCCESSFUL;
    SYSPTE_TRY
    {
        (void)KeReleaseSemaphore(&semaphore, 0, adjustment, FALSE);
        status = STATUS_SUCCESS;
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        status = syspte_seh_code();
    }
    return status;
}

static void semaphore_has_a_limit(void **state)
{
    (void)state;
    assert_int_equal(release(3), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    assert_int_equal(KeReadStateSemaphore(&semaphore), 0);
    assert_int_equal(release(2), STATUS_SUCCESS);
    assert_int_equal(release(1), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    assert_int_equal(release(0), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
}

static void semaphore_that_was_not_initialized_is_found(void **state)
{
    KSEMAPHORE zero = {.Limit = 1};
    (void)state;
    (void)KeReleaseSemaphore(&zero, 0, 1, FALSE);
    assert_string_equal(only_finding(SYSPTE_RULE_LOCK_NOT_INITIALIZED).text, "a semaphore");
}

// ---- Another thread

static void *set_both(void *context)
{
    (void)context;
    (void)KeSetEvent(&first, IO_NO_INCREMENT, FALSE);
    (void)KeReleaseSemaphore(&semaphore, 0, 1, FALSE);
    return NULL;
}

static void another_thread_satisfies_a_wait(void **state)
{
    pthread_t other;
    PVOID objects[] = {&first, &semaphore};
    (void)state;
    assert_int_equal(pthread_create(&other, NULL, set_both, NULL), 0);

    assert_int_equal(
        KeWaitForMultipleObjects(2, objects, WaitAll, Executive, KernelMode, FALSE, NULL, NULL),
        STATUS_SUCCESS);

    assert_int_equal(pthread_join(other, NULL), 0);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        wait_test(any_answers_which),
        wait_test(all_take_nothing_until_all_are_signaled),
        wait_test(all_acquire_a_mutex),
        wait_test(all_give_back_what_they_took),
        wait_test(timer_satisfies_one_of_several),
        wait_test(wait_without_end_is_found),
        wait_test(more_than_three_need_wait_blocks),
        wait_test(semaphore_counts),
        wait_test(semaphore_has_a_limit),
        wait_test(semaphore_that_was_not_initialized_is_found),
        wait_test(another_thread_satisfies_a_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
