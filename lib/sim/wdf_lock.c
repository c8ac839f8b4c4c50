// SPDX-License-Identifier: MIT
// The framework's locks. A spin lock is one of WDM with its old IRQL beside it; a wait lock is an
// event that its owner has taken, and a holding of the account while it does.
// Source: wdfsync nf-wdfsync-wdfspinlockacquire, nf-wdfsync-wdfwaitlockacquire; bug check 0x10D.
#include "sim/wdf.h"

#include "sim/object.h"

typedef struct spin_body {
    KSPIN_LOCK lock;
    KIRQL before;
} spin_body;

typedef struct wait_body {
    KEVENT free;
    uint32_t owner; // number of the thread; 0: none
} wait_body;

static const syspte_wdf_class spin_class = {.name = "WDFSPINLOCK"};
static const syspte_wdf_class wait_class = {.name = "WDFWAITLOCK"};

static NTSTATUS create(syspte_api api, const syspte_caller *caller, const syspte_wdf_class *class,
                       const WDF_OBJECT_ATTRIBUTES *attributes, syspte_wdf_object **object)
{
    syspte_wdf_ask ask = {.api = api,
                          .caller = caller,
                          .class = class,
                          .attributes = attributes,
                          .parent = syspte_wdf_driver_last()};
    return syspte_wdf_create(&ask, object);
}

// ---- Spin locks

SYSPTE_ENTRY(NTSTATUS, WdfSpinLockCreate,
             (PWDF_OBJECT_ATTRIBUTES SpinLockAttributes, WDFSPINLOCK *SpinLock),
             (SpinLockAttributes, SpinLock))
{
    syspte_wdf_object *object;
    NTSTATUS status =
        create(SYSPTE_API_WDF_SPIN_LOCK_CREATE, caller, &spin_class, SpinLockAttributes, &object);
    *SpinLock = object == NULL ? NULL : (WDFSPINLOCK)object->handle;
    return status;
}

static spin_body *find_spin(const syspte_caller *caller, WDFSPINLOCK handle)
{
    syspte_wdf_object *object = syspte_wdf_find(SYSPTE_API_WDF, caller, handle, &spin_class);
    return object == NULL ? NULL : (spin_body *)object->body;
}

SYSPTE_ENTRY_VOID(WdfSpinLockAcquire, (WDFSPINLOCK SpinLock), (SpinLock))
{
    spin_body *b = find_spin(caller, SpinLock);
    if (b != NULL) {
        KIRQL before = syspte_at_KeAcquireSpinLockRaiseToDpc(&b->lock, caller->file, caller->line,
                                                             caller->function);
        b->before = before;
    }
}

SYSPTE_ENTRY_VOID(WdfSpinLockRelease, (WDFSPINLOCK SpinLock), (SpinLock))
{
    spin_body *b = find_spin(caller, SpinLock);
    if (b != NULL) {
        KIRQL before = b->before;
        syspte_at_KeReleaseSpinLock(&b->lock, before, caller->file, caller->line, caller->function);
    }
}

// ---- Wait locks

SYSPTE_ENTRY(NTSTATUS, WdfWaitLockCreate,
             (PWDF_OBJECT_ATTRIBUTES LockAttributes, WDFWAITLOCK *Lock), (LockAttributes, Lock))
{
    syspte_wdf_object *object;
    NTSTATUS status =
        create(SYSPTE_API_WDF_WAIT_LOCK_CREATE, caller, &wait_class, LockAttributes, &object);
    *Lock = NULL;
    if (NT_SUCCESS(status)) {
        KeInitializeEvent(&((wait_body *)object->body)->free, SynchronizationEvent, TRUE);
        *Lock = (WDFWAITLOCK)object->handle;
    }
    return status;
}

// Notes who has it, under which call.
static void hold(const syspte_caller *caller, wait_body *b)
{
    syspte_call call;
    __atomic_store_n(&b->owner, syspte_thread_now()->number, __ATOMIC_RELEASE);
    if (syspte_call_begin(&call, SYSPTE_API_WDF_WAIT_LOCK_ACQUIRE, caller)) {
        (void)syspte_object_hold(&call, SYSPTE_KIND_MUTEX, b, sizeof *b);
        b->owner = call.thread->number;
        syspte_call_end(&call);
    }
}

static bool is_mine(const wait_body *b)
{
    uint32_t owner = __atomic_load_n(&b->owner, __ATOMIC_ACQUIRE);
    return owner != 0 && owner == syspte_thread_now()->number;
}

SYSPTE_ENTRY(NTSTATUS, WdfWaitLockAcquire, (WDFWAITLOCK Lock, PLONGLONG Timeout), (Lock, Timeout))
{
    LARGE_INTEGER timeout = {.QuadPart = Timeout == NULL ? 0 : *Timeout};
    syspte_wdf_object *object =
        syspte_wdf_find(SYSPTE_API_WDF_WAIT_LOCK_ACQUIRE, caller, Lock, &wait_class);
    if (object == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    wait_body *b = (wait_body *)object->body;
    if (is_mine(b) && Timeout == NULL) {
        syspte_wdf_violate(SYSPTE_API_WDF_WAIT_LOCK_ACQUIRE, caller, SYSPTE_RULE_WDF_LOCK_TWICE,
                           object, NULL);
        return STATUS_SUCCESS;
    }
    NTSTATUS status = syspte_at_KeWaitForSingleObject(&b->free, Executive, KernelMode, FALSE,
                                                      Timeout == NULL ? NULL : &timeout,
                                                      caller->file, caller->line, caller->function);
    if (status == STATUS_SUCCESS) {
        hold(caller, b);
    }
    return status;
}

SYSPTE_ENTRY_VOID(WdfWaitLockRelease, (WDFWAITLOCK Lock), (Lock))
{
    syspte_call call;
    syspte_row row;
    syspte_wdf_object *object =
        syspte_wdf_find(SYSPTE_API_WDF_WAIT_LOCK_RELEASE, caller, Lock, &wait_class);
    if (object == NULL || !syspte_call_begin(&call, SYSPTE_API_WDF_WAIT_LOCK_RELEASE, caller)) {
        return;
    }
    wait_body *b = (wait_body *)object->body;
    bool held = syspte_object_find(SYSPTE_KIND_MUTEX, b, &row);
    if (!held || !syspte_object_is_mine(&call, &row)) {
        syspte_object_violate(
            &call, held ? SYSPTE_RULE_RELEASE_OTHER_THREAD : SYSPTE_RULE_RELEASE_NOT_HELD,
            held ? &row : NULL, NULL);
    }
    if (held) {
        syspte_object_drop(&row);
    }
    syspte_call_end(&call);
    __atomic_store_n(&b->owner, 0, __ATOMIC_RELEASE);
    (void)KeSetEvent(&b->free, IO_NO_INCREMENT, FALSE);
}
