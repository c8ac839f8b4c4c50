// SPDX-License-Identifier: MIT
// System threads are threads of the host's program, and run beside the test's. While one runs, or
// its handle is open, a block of pool is held for it, so that a thread which does not end before
// its machine is a leak with the site that created it. It is parked for good at its first call, or
// in its wait, after that. What a driver gets is the machine's own and never reused: waiting for it
// is always safe. Source: nf-wdm-pscreatesystemthread, nf-wdm-psterminatesystemthread,
// nf-wdm-obreferenceobjectbyhandle.
#include "sim/dispatcher.h"
#include "sim/handle.h"
#include "sim/nt_pool.h"
#include "sim/object.h"
#include "sim/reference.h"
#include "sim/system_thread.h"

#include "port/port_wait.h"
#include "port_jump.h"
#include <ntifs.h>

enum { THREADS = 256, NORMAL_PRIORITY = 8 };

typedef struct system_thread {
    DISPATCHER_HEADER header; // first: a driver waits for it
    uint32_t generation;      // of its machine
    uint32_t parked;
    PKSTART_ROUTINE routine;
    PVOID context;
    NTSTATUS exit;
    void *block;
    LONG holds; // of the block: its handle, and itself
    LONG priority;
    syspte_port_jump out; // of the routine
    syspte_port_start start;
} system_thread;

static struct {
    uint32_t count;
    system_thread threads[THREADS];
    uint32_t ending; // generation of the machine that ends
} all;

static LONG test_priority = NORMAL_PRIORITY;
static _Thread_local system_thread *self;

// ---- Threads of machines that are over

bool syspte_system_thread_is(void)
{
    return self != NULL;
}

void syspte_system_thread_check(void)
{
    bool over =
        self != NULL && (syspte_load_acquire_32(&syspte_the.generation) != self->generation ||
                         syspte_load_acquire_32(&syspte_the.running) == 0 ||
                         syspte_load_acquire_32(&all.ending) == self->generation);
    if (over) {
        syspte_store_release_32(&self->parked, 1);
        syspte_port_park();
    }
}

static bool is_running(const system_thread *thread)
{
    return thread->generation == syspte_the.generation &&
           __atomic_load_n(&thread->header.SignalState, __ATOMIC_ACQUIRE) == 0 &&
           syspte_load_acquire_32(&thread->parked) == 0;
}

void syspte_system_threads_end(void)
{
    enum { NAPS = 200 };
    uint32_t count = syspte_load_acquire_32(&all.count);
    syspte_store_release_32(&all.ending, syspte_the.generation);
    for (unsigned i = 0, naps = 0; i < count && naps < NAPS;) {
        if (is_running(&all.threads[i])) {
            syspte_port_nap();
            naps++;
        } else {
            i++;
        }
    }
}

// ---- Begin and end

void syspte_system_thread_release(syspte_api api, const syspte_caller *caller, void *thread)
{
    system_thread *released = thread;
    if (InterlockedDecrement(&released->holds) == 0) {
        (void)syspte_nt_free(api, caller, released->block);
    }
}

static void run(void *context)
{
    system_thread *thread = context;
    self = thread;
    if (SYSPTE_JUMP_HERE(thread->out) == 0) {
        thread->routine(thread->context);
        thread->exit = STATUS_SUCCESS;
    }
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_system_thread_check();
    syspte_system_thread_release(SYSPTE_API_PS_TERMINATE_SYSTEM_THREAD, &caller, thread);
    __atomic_store_n(&thread->header.SignalState, 1, __ATOMIC_RELEASE);
}

static system_thread *thread_take(void)
{
    system_thread *thread = NULL;
    syspte_world_take();
    if (all.count < THREADS) {
        thread = &all.threads[all.count];
        syspte_store_release_32(&all.count, all.count + 1);
    }
    syspte_world_give();
    return thread;
}

static bool enter(syspte_api api, const syspte_caller *caller)
{
    syspte_call call;
    if (!syspte_call_begin(&call, api, caller)) {
        return false;
    }
    syspte_object_irql(&call, PASSIVE_LEVEL);
    syspte_call_end(&call);
    return true;
}

SYSPTE_ENTRY(NTSTATUS, PsCreateSystemThread,
             (PHANDLE ThreadHandle, ULONG DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
              HANDLE ProcessHandle, PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
              PVOID StartContext),
             (ThreadHandle, DesiredAccess, ObjectAttributes, ProcessHandle, ClientId, StartRoutine,
              StartContext))
{
    const syspte_api api = SYSPTE_API_PS_CREATE_SYSTEM_THREAD;
    (void)DesiredAccess;
    (void)ObjectAttributes;
    (void)ProcessHandle;
    *ThreadHandle = NULL;
    if (!enter(api, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    system_thread *thread = thread_take();
    if (thread == NULL) {
        syspte_object_full(api, caller, "256 system threads were created in this program");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *thread = (system_thread){.generation = syspte_the.generation,
                              .routine = StartRoutine,
                              .context = StartContext,
                              .holds = 2,
                              .priority = NORMAL_PRIORITY,
                              .start = {run, thread}};
    thread->header.Type = SYSPTE_THREAD;
    thread->header.Size = SYSPTE_THREAD_UNITS;
    thread->header.SignalState = 1; // until it begins
    NTSTATUS status =
        syspte_handle_open(api, caller, SYSPTE_HANDLE_THREAD, (uintptr_t)thread, ThreadHandle);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    thread->block = syspte_handle_block(*ThreadHandle);
    if (ClientId != NULL) {
        ClientId->UniqueProcess = PsGetCurrentProcessId();
        ClientId->UniqueThread = PsGetThreadId((PETHREAD)(PVOID)thread);
    }
    __atomic_store_n(&thread->header.SignalState, 0, __ATOMIC_RELEASE);
    if (!syspte_port_thread_start(&thread->start)) {
        __atomic_store_n(&thread->header.SignalState, 1, __ATOMIC_RELEASE);
        thread->holds = 1;
        (void)ZwClose(*ThreadHandle);
        *ThreadHandle = NULL;
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

// Only a system thread ends so.
SYSPTE_ENTRY(NTSTATUS, PsTerminateSystemThread, (NTSTATUS ExitStatus), (ExitStatus))
{
    if (!enter(SYSPTE_API_PS_TERMINATE_SYSTEM_THREAD, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (self == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    self->exit = ExitStatus;
    SYSPTE_JUMP_TO(self->out);
}

// ---- Objects by handle

struct _OBJECT_TYPE {
    const char *name;
};

static struct _OBJECT_TYPE types[] = {{"Event"}, {"Semaphore"}, {"File"}, {"Thread"}, {"Process"}};
static POBJECT_TYPE type_pointers[] = {&types[0], &types[1], &types[2], &types[3], &types[4]};
POBJECT_TYPE *ExEventObjectType = &type_pointers[0];
POBJECT_TYPE *ExSemaphoreObjectType = &type_pointers[1];
POBJECT_TYPE *IoFileObjectType = &type_pointers[2];
POBJECT_TYPE *PsThreadType = &type_pointers[3];
POBJECT_TYPE *PsProcessType = &type_pointers[4];

SYSPTE_ENTRY(NTSTATUS, ObReferenceObjectByHandle,
             (HANDLE Handle, ACCESS_MASK DesiredAccess, POBJECT_TYPE ObjectType,
              KPROCESSOR_MODE AccessMode, PVOID *Object,
              POBJECT_HANDLE_INFORMATION HandleInformation),
             (Handle, DesiredAccess, ObjectType, AccessMode, Object, HandleInformation))
{
    uintptr_t of = 0;
    (void)AccessMode;
    *Object = NULL;
    if (!enter(SYSPTE_API_OB_REFERENCE_OBJECT_BY_HANDLE, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (syspte_handle_find(Handle, SYSPTE_HANDLE_KEY, &of)) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if (!syspte_handle_find(Handle, SYSPTE_HANDLE_THREAD, &of)) {
        return STATUS_INVALID_HANDLE;
    }
    if (ObjectType != NULL && ObjectType != *PsThreadType) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if (!syspte_reference_take(SYSPTE_API_OB_REFERENCE_OBJECT_BY_HANDLE, caller, (void *)of)) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *Object = (PVOID)of;
    if (HandleInformation != NULL) {
        *HandleInformation = (OBJECT_HANDLE_INFORMATION){.GrantedAccess = DesiredAccess};
    }
    return STATUS_SUCCESS;
}

// ---- Who runs. The test's threads are one process, that of the system.

enum { SYSTEM_PROCESS = 4, FIRST_THREAD = 8 };

static DISPATCHER_HEADER system_process;

PEPROCESS IoGetCurrentProcess(VOID)
{
    return (PEPROCESS)(PVOID)&system_process;
}

HANDLE PsGetCurrentProcessId(VOID)
{
    return (HANDLE)SYSTEM_PROCESS;
}

HANDLE PsGetProcessId(PEPROCESS Process)
{
    (void)Process;
    return PsGetCurrentProcessId();
}

PKTHREAD KeGetCurrentThread(VOID)
{
    return self != NULL ? (PKTHREAD)(PVOID)self : (PKTHREAD)(PVOID)syspte_thread_now();
}

static system_thread *system_thread_of(PVOID thread)
{
    uintptr_t at = (uintptr_t)thread - (uintptr_t)all.threads;
    return at < sizeof all.threads ? &all.threads[at / sizeof *all.threads] : NULL;
}

HANDLE PsGetThreadId(PETHREAD Thread)
{
    const system_thread *thread = system_thread_of(Thread);
    uintptr_t number = thread == NULL ? 0 : (uintptr_t)(thread - all.threads) + 1;
    return (HANDLE)(FIRST_THREAD + 4 * number);
}

HANDLE PsGetCurrentThreadId(VOID)
{
    return PsGetThreadId(PsGetCurrentThread());
}

// Requests come from the machine itself, and so do calls.
KPROCESSOR_MODE ExGetPreviousMode(VOID)
{
    return KernelMode;
}

BOOLEAN IoIs32bitProcess(PIRP Irp)
{
    (void)Irp;
    return syspte_the.config.profile != NULL && syspte_the.config.profile->pointer_bits == 32;
}

// ---- Priorities: kept, and of no effect

static LONG *priority_of(PKTHREAD thread)
{
    system_thread *found = system_thread_of(thread);
    return found == NULL ? &test_priority : &found->priority;
}

KPRIORITY KeQueryPriorityThread(PKTHREAD Thread)
{
    return __atomic_load_n(priority_of(Thread), __ATOMIC_RELAXED);
}

KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority)
{
    return __atomic_exchange_n(priority_of(Thread), Priority, __ATOMIC_RELAXED);
}

LONG KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment)
{
    return KeSetPriorityThread(Thread, NORMAL_PRIORITY + Increment) - NORMAL_PRIORITY;
}
