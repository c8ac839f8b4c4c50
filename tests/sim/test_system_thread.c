// SPDX-License-Identifier: MIT
// System threads: they run beside the test's, are waited for, and must end before the machine does.
#include "harness.h"

#include <ntifs.h>

static KEVENT go;
static KEVENT done;
static volatile LONG ran;
static HANDLE thread_id;

static int begin(void **state)
{
    int failed = machine_begin(state);
    KeInitializeEvent(&go, SynchronizationEvent, FALSE);
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    ran = 0;
    thread_id = NULL;
    return failed;
}

#define thread_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static VOID NTAPI work(PVOID StartContext)
{
    assert_ptr_equal(StartContext, &ran);
    (void)KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, NULL);
    thread_id = PsGetCurrentThreadId();
    (void)InterlockedIncrement(&ran);
    (void)KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
    (void)PsTerminateSystemThread(STATUS_SUCCESS);
    (void)InterlockedIncrement(&ran); // never
}

static unsigned created_at;

static HANDLE create(PKSTART_ROUTINE routine, PCLIENT_ID id)
{
    HANDLE handle;
    ULONG access = THREAD_ALL_ACCESS;
    PVOID context = (PVOID)(ULONG_PTR)&ran;
    created_at = __LINE__ + 1; // a call of one line: compilers differ about longer ones
    NTSTATUS status = PsCreateSystemThread(&handle, access, NULL, NULL, id, routine, context);
    assert_int_equal(status, STATUS_SUCCESS);
    return handle;
}

static void thread_is_waited_for_by_its_object(void **state)
{
    CLIENT_ID id;
    PVOID thread = NULL;
    LARGE_INTEGER none = {.QuadPart = 0};
    (void)state;
    HANDLE handle = create(work, &id);
    assert_int_equal(ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
                                               &thread, NULL),
                     STATUS_SUCCESS);
    assert_int_equal(ZwClose(handle), STATUS_SUCCESS);
    assert_int_equal(KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, &none),
                     STATUS_TIMEOUT);

    (void)KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
    assert_int_equal(KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);

    assert_int_equal(ran, 1);
    assert_ptr_equal(thread_id, id.UniqueThread);
    assert_ptr_equal(id.UniqueProcess, PsGetCurrentProcessId());
    assert_ptr_not_equal(thread_id, PsGetCurrentThreadId());
    ObDereferenceObject(thread);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static VOID NTAPI wait_for_ever(PVOID StartContext)
{
    (void)StartContext;
    (void)KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, NULL);
}

static void thread_that_does_not_end_leaks(void **state)
{
    (void)state;
    HANDLE handle = create(wait_for_ever, NULL);
    assert_int_equal(ZwClose(handle), STATUS_SUCCESS);

    assert_int_equal(syspte_shutdown(), 1);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.call->line, created_at);
    assert_string_equal(syspte_api_name(finding.call->api), "PsCreateSystemThread");
}

static void handle_of_a_thread_leaks(void **state)
{
    (void)state;
    (void)KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
    (void)create(work, NULL);
    assert_int_equal(KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);

    assert_int_equal(syspte_shutdown(), 1);

    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->line, created_at);
}

static void handles_have_types(void **state)
{
    PVOID object;
    (void)state;
    (void)KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
    HANDLE handle = create(work, NULL);
    assert_int_equal(
        ObReferenceObjectByHandle(handle, 0, *ExEventObjectType, KernelMode, &object, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    assert_null(object);
    assert_int_equal(ZwClose(handle), STATUS_SUCCESS);
    assert_int_equal(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &object, NULL),
                     STATUS_INVALID_HANDLE);
    assert_int_equal(KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);
}

static void only_system_threads_terminate(void **state)
{
    (void)state;
    assert_int_equal(PsTerminateSystemThread(STATUS_SUCCESS), STATUS_INVALID_PARAMETER);
}

static VOID NTAPI delay(PVOID StartContext)
{
    LARGE_INTEGER interval = {.QuadPart = -10000};
    (void)StartContext;
    (void)KeDelayExecutionThread(KernelMode, FALSE, &interval);
    (void)InterlockedIncrement(&ran);
    (void)KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

// What is pending is run by the test's thread alone.
static VOID NTAPI note_thread(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    (void)DeviceObject;
    (void)Context;
    thread_id = PsGetCurrentThreadId();
}

static void pending_routines_run_on_the_tests_thread(void **state)
{
    (void)state;
    PIO_WORKITEM item = IoAllocateWorkItem(NULL);
    HANDLE handle = create(delay, NULL);
    IoQueueWorkItem(item, note_thread, DelayedWorkQueue, NULL);

    assert_int_equal(KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);

    assert_int_equal(ran, 1);
    assert_ptr_equal(thread_id, PsGetCurrentThreadId());
    IoFreeWorkItem(item);
    assert_int_equal(ZwClose(handle), STATUS_SUCCESS);
    assert_int_equal(syspte_shutdown(), 0);
}

static void priorities_are_kept(void **state)
{
    (void)state;
    KPRIORITY before = KeSetPriorityThread(KeGetCurrentThread(), LOW_REALTIME_PRIORITY);
    assert_int_equal(KeQueryPriorityThread(KeGetCurrentThread()), LOW_REALTIME_PRIORITY);
    assert_int_equal(KeSetPriorityThread(KeGetCurrentThread(), before), LOW_REALTIME_PRIORITY);
    assert_ptr_equal(PsGetThreadId(PsGetCurrentThread()), PsGetCurrentThreadId());
    assert_int_equal(ExGetPreviousMode(), KernelMode);
    assert_false(IoIs32bitProcess(NULL));
}

static void base_priority_is_an_increment(void **state)
{
    PKTHREAD thread = KeGetCurrentThread();
    (void)state;
    KPRIORITY before = KeQueryPriorityThread(thread);

    assert_int_equal(KeSetBasePriorityThread(thread, 2), 0);
    assert_int_equal(KeQueryPriorityThread(thread), before + 2);
    assert_int_equal(KeSetBasePriorityThread(thread, 0), 2);
    assert_int_equal(KeQueryPriorityThread(thread), before);
}

static void thread_has_a_priority_and_a_process_of_its_own(void **state)
{
    OBJECT_HANDLE_INFORMATION information = {.GrantedAccess = 0};
    PVOID thread = NULL;
    (void)state;
    HANDLE handle = create(work, NULL);
    assert_int_equal(ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, NULL, KernelMode, &thread,
                                               &information),
                     STATUS_SUCCESS);
    assert_int_equal(information.GrantedAccess, THREAD_ALL_ACCESS);
    KPRIORITY of_test = KeQueryPriorityThread(KeGetCurrentThread());
    (void)KeSetPriorityThread(thread, of_test + 3);
    assert_int_equal(KeQueryPriorityThread(thread), of_test + 3);
    assert_int_equal(KeQueryPriorityThread(KeGetCurrentThread()), of_test);
    assert_ptr_equal(PsGetProcessId(IoGetCurrentProcess()), PsGetCurrentProcessId());

    (void)KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
    assert_int_equal(KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);
    ObDereferenceObject(thread);
    assert_int_equal(ZwClose(handle), STATUS_SUCCESS);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void handle_of_a_key_is_no_thread(void **state)
{
    UNICODE_STRING name =
        RTL_CONSTANT_STRING(L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver");
    OBJECT_ATTRIBUTES attributes;
    PVOID object = &name;
    HANDLE key;
    (void)state;
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    assert_int_equal(ZwOpenKey(&key, KEY_READ, &attributes), STATUS_SUCCESS);
    assert_int_equal(ObReferenceObjectByHandle(key, 0, *PsThreadType, KernelMode, &object, NULL),
                     STATUS_OBJECT_TYPE_MISMATCH);
    assert_null(object);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_no_findings();
}

static void thread_can_find_no_memory(void **state)
{
    HANDLE handle = &go;
    PVOID thread = &go;
    (void)state;
    assert_true(syspte_fault_set(&(syspte_fault_plan){.nth = 1}));
    assert_int_equal(
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, wait_for_ever, NULL),
        STATUS_INSUFFICIENT_RESOURCES);
    assert_null(handle);
    syspte_fault_clear();

    handle = create(work, NULL);
    assert_true(syspte_fault_set(&(syspte_fault_plan){.nth = 1}));
    assert_int_equal(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL),
                     STATUS_INSUFFICIENT_RESOURCES);
    assert_null(thread);
    syspte_fault_clear();
    assert_int_equal(syspte_fault_fired(), 2);
    (void)KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
    assert_int_equal(KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);
    assert_int_equal(ZwClose(handle), STATUS_SUCCESS);
}

static void machine_that_is_gone_has_no_threads(void **state)
{
    HANDLE handle = &go;
    PVOID object = &go;
    (void)state;
    (void)syspte_shutdown();

    assert_int_equal(
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, wait_for_ever, NULL),
        STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_null(handle);
    assert_int_equal(PsTerminateSystemThread(STATUS_SUCCESS), STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_int_equal(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &object, NULL),
                     STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_null(object);
}

static VOID NTAPI count_up(PVOID StartContext)
{
    (void)InterlockedIncrement(StartContext);
}

// The last test: a program has 256 system threads, and these are the rest of them.
static void program_has_256_threads(void **state)
{
    NTSTATUS status = STATUS_SUCCESS;
    HANDLE handle = NULL;
    PVOID thread = NULL;
    LONG created = 0;
    (void)state;
    while (created < 257 &&
           NT_SUCCESS(status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                                    count_up, (PVOID)(ULONG_PTR)&ran))) {
        created++;
        assert_int_equal(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL),
                         STATUS_SUCCESS);
        assert_int_equal(KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL),
                         STATUS_SUCCESS);
        ObDereferenceObject(thread);
        assert_int_equal(ZwClose(handle), STATUS_SUCCESS);
    }
    assert_int_equal(status, STATUS_INSUFFICIENT_RESOURCES);
    assert_null(handle);
    assert_in_range(created, 200, 256);
    assert_int_equal(ran, created);
    assert_int_equal(only_finding(SYSPTE_RULE_TABLE_FULL).severity, SYSPTE_LIMIT);
    assert_int_equal(syspte_shutdown(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        thread_test(thread_is_waited_for_by_its_object),
        thread_test(thread_that_does_not_end_leaks),
        thread_test(handle_of_a_thread_leaks),
        thread_test(handles_have_types),
        thread_test(only_system_threads_terminate),
        thread_test(pending_routines_run_on_the_tests_thread),
        thread_test(priorities_are_kept),
        thread_test(base_priority_is_an_increment),
        thread_test(thread_has_a_priority_and_a_process_of_its_own),
        thread_test(handle_of_a_key_is_no_thread),
        thread_test(thread_can_find_no_memory),
        thread_test(machine_that_is_gone_has_no_threads),
        thread_test(program_has_256_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
