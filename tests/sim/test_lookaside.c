// SPDX-License-Identifier: MIT
// Lookaside lists and interlocked lists: a block is pool of the line that took it, and lists keep
// the order and the depth they say.
#include "harness.h"

#include <ntifs.h>
#include <syspte/bugcheck.h>

enum { TAG = 0x54736574, BYTES = 48 };

static NPAGED_LOOKASIDE_LIST list;
static LOOKASIDE_LIST_EX list_ex;
static unsigned allocated;

#define lookaside_test(f) cmocka_unit_test_setup_teardown(f, machine_begin, machine_end)

static void block_is_pool_with_the_tag_of_the_list(void **state)
{
    (void)state;
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, BYTES, TAG, 0);

    PVOID block = ExAllocateFromNPagedLookasideList(&list);
    unsigned line = __LINE__ - 1;

    assert_non_null(block);
    memset(block, 0xA5, BYTES);
    assert_int_equal(syspte_shutdown(), 1);
    syspte_finding finding;
    assert_true(syspte_finding_at(0, &finding));
    assert_int_equal(finding.rule, SYSPTE_RULE_LEAK);
    assert_int_equal(finding.call->line, line);
    assert_int_equal(finding.call->tag, TAG);
}

static void block_that_is_given_back_is_gone(void **state)
{
    (void)state;
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, BYTES, TAG, 0);

    ExFreeToNPagedLookasideList(&list, ExAllocateFromNPagedLookasideList(&list));
    ExDeleteNPagedLookasideList(&list);

    assert_int_equal(list.L.TotalAllocates, 1);
    assert_int_equal(list.L.TotalFrees, 1);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void block_that_is_given_back_twice_is_found(void **state)
{
    (void)state;
    PAGED_LOOKASIDE_LIST paged;
    ExInitializePagedLookasideList(&paged, NULL, NULL, 0, BYTES, TAG, 0);
    PVOID block = ExAllocateFromPagedLookasideList(&paged);

    ExFreeToPagedLookasideList(&paged, block);
    syspte_expect_bugcheck(0xC2, 0x7);
    ExFreeToPagedLookasideList(&paged, block);

    (void)only_finding(SYSPTE_RULE_FREE_TWICE);
}

static PVOID own_allocate(POOL_TYPE type, SIZE_T bytes, ULONG tag, PLOOKASIDE_LIST_EX lookaside)
{
    assert_ptr_equal(lookaside, &list_ex);
    allocated++;
    return ExAllocatePoolWithTag(type, bytes, tag);
}

static void own_free(PVOID block, PLOOKASIDE_LIST_EX lookaside)
{
    assert_ptr_equal(lookaside, &list_ex);
    allocated--;
    ExFreePool(block);
}

static void functions_of_the_list_are_called(void **state)
{
    (void)state;
    allocated = 0;
    assert_int_equal(ExInitializeLookasideListEx(&list_ex, own_allocate, own_free, NonPagedPoolNx,
                                                 0, BYTES, TAG, 0),
                     STATUS_SUCCESS);

    PVOID block = ExAllocateFromLookasideListEx(&list_ex);
    assert_int_equal(allocated, 1);
    ExFreeToLookasideListEx(&list_ex, block);

    assert_int_equal(allocated, 0);
    assert_int_equal(syspte_shutdown(), 0);
}

static void flags_that_contradict_are_refused(void **state)
{
    (void)state;

    assert_int_equal(ExInitializeLookasideListEx(&list_ex, NULL, NULL, NonPagedPoolNx,
                                                 EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL |
                                                     EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE,
                                                 BYTES, TAG, 0),
                     STATUS_INVALID_PARAMETER);
}

// ---- Interlocked lists

static void list_under_its_lock_keeps_its_order(void **state)
{
    LIST_ENTRY head, one, two;
    KSPIN_LOCK lock;
    (void)state;
    InitializeListHead(&head);
    KeInitializeSpinLock(&lock);

    assert_null(ExInterlockedInsertTailList(&head, &one, &lock));
    assert_ptr_equal(ExInterlockedInsertHeadList(&head, &two, &lock), &one);

    assert_ptr_equal(ExInterlockedRemoveHeadList(&head, &lock), &two);
    assert_ptr_equal(ExInterlockedRemoveHeadList(&head, &lock), &one);
    assert_null(ExInterlockedRemoveHeadList(&head, &lock));
    assert_int_equal(lock, 0);
}

static void slist_is_last_in_first_out(void **state)
{
    SLIST_HEADER head;
    SLIST_ENTRY entries[3];
    (void)state;
    ExInitializeSListHead(&head);

    assert_null(ExInterlockedPopEntrySList(&head, NULL));
    assert_null(ExInterlockedPushEntrySList(&head, &entries[0], NULL));
    assert_ptr_equal(InterlockedPushEntrySList(&head, &entries[1]), &entries[0]);
    (void)InterlockedPushEntrySList(&head, &entries[2]);

    assert_int_equal(ExQueryDepthSList(&head), 3);
    assert_ptr_equal(InterlockedPopEntrySList(&head), &entries[2]);
    assert_ptr_equal(ExInterlockedFlushSList(&head), &entries[1]);
    assert_ptr_equal(entries[1].Next, &entries[0]);
    assert_int_equal(ExQueryDepthSList(&head), 0);
}

static void single_list_under_its_lock_is_a_stack(void **state)
{
    SINGLE_LIST_ENTRY head = {NULL};
    SINGLE_LIST_ENTRY one, two;
    KSPIN_LOCK lock;
    (void)state;
    KeInitializeSpinLock(&lock);

    assert_null(ExInterlockedPopEntryList(&head, &lock));
    assert_null(ExInterlockedPushEntryList(&head, &one, &lock));
    assert_ptr_equal(ExInterlockedPushEntryList(&head, &two, &lock), &one);

    assert_ptr_equal(ExInterlockedPopEntryList(&head, &lock), &two);
    assert_ptr_equal(ExInterlockedPopEntryList(&head, &lock), &one);
    assert_null(head.Next);
    assert_int_equal(lock, 0);
}

static void sums_under_a_lock_answer_what_was_before(void **state)
{
    LARGE_INTEGER large = {.QuadPart = 0xFFFFFFFF};
    LARGE_INTEGER more = {.QuadPart = 2};
    ULONG number = 0xFFFFFFFF;
    KSPIN_LOCK lock;
    (void)state;
    KeInitializeSpinLock(&lock);

    assert_int_equal(ExInterlockedAddLargeInteger(&large, more, &lock).QuadPart, 0xFFFFFFFF);
    assert_int_equal(large.QuadPart, 0x100000001);
    assert_int_equal(ExInterlockedAddUlong(&number, 3, &lock), 0xFFFFFFFF);
    assert_int_equal(number, 2);
    assert_int_equal(lock, 0);
}

// ---- Two threads

enum { PUSHES = 20000 };

static SLIST_HEADER shared;
static SLIST_ENTRY of_thread[PUSHES];
static SLIST_ENTRY of_test[PUSHES];
static KSPIN_LOCK sum_lock;
static ULONG sum;
static volatile LONG begun;

static void push_all(SLIST_ENTRY *entries)
{
    (void)InterlockedIncrement(&begun);
    while (InterlockedCompareExchange(&begun, 0, 0) != 2) {
    }
    for (unsigned i = 0; i < PUSHES; i++) {
        (void)InterlockedPushEntrySList(&shared, &entries[i]);
        (void)ExInterlockedAddUlong(&sum, 1, &sum_lock);
    }
}

static VOID NTAPI push_beside(PVOID context)
{
    push_all(context);
}

static void threads_lose_nothing_of_a_list_or_a_sum(void **state)
{
    HANDLE handle;
    PVOID thread = NULL;
    ULONG popped = 0;
    (void)state;
    ExInitializeSListHead(&shared);
    KeInitializeSpinLock(&sum_lock);
    assert_int_equal(
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, push_beside, of_thread),
        STATUS_SUCCESS);
    assert_int_equal(ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, &thread, NULL),
                     STATUS_SUCCESS);

    push_all(of_test);
    assert_int_equal(KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);

    assert_int_equal(ExQueryDepthSList(&shared), 2 * PUSHES);
    while (popped <= 2 * PUSHES && InterlockedPopEntrySList(&shared) != NULL) {
        popped++;
    }
    assert_int_equal(popped, 2 * PUSHES);
    assert_int_equal(ExQueryDepthSList(&shared), 0);
    assert_int_equal(sum, 2 * PUSHES);
    ObDereferenceObject(thread);
    assert_int_equal(ZwClose(handle), STATUS_SUCCESS);
    assert_int_equal(syspte_shutdown(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        lookaside_test(block_is_pool_with_the_tag_of_the_list),
        lookaside_test(block_that_is_given_back_is_gone),
        lookaside_test(block_that_is_given_back_twice_is_found),
        lookaside_test(functions_of_the_list_are_called),
        lookaside_test(flags_that_contradict_are_refused),
        lookaside_test(list_under_its_lock_keeps_its_order),
        lookaside_test(slist_is_last_in_first_out),
        lookaside_test(single_list_under_its_lock_is_a_stack),
        lookaside_test(sums_under_a_lock_answer_what_was_before),
        lookaside_test(threads_lose_nothing_of_a_list_or_a_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
