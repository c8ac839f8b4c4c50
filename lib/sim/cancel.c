// SPDX-License-Identifier: MIT
// Cancelling a request: it is marked, and its cancel routine, if it has one, is called once, with
// the one cancel spin lock held, which the routine releases.
// Source: nf-wdm-iocancelirp, nf-wdm-ioacquirecancelspinlock, nc-wdm-driver_cancel.
#include "sim/call.h"
#include "sim/object.h"

static struct {
    uint32_t generation;
    KSPIN_LOCK lock;
} cancel;

// A machine that a bug check stopped may have left it acquired.
static PKSPIN_LOCK lock_now(void)
{
    if (cancel.generation != syspte_the.generation) {
        cancel.generation = syspte_the.generation;
        KeInitializeSpinLock(&cancel.lock);
    }
    return &cancel.lock;
}

SYSPTE_ENTRY_VOID(IoAcquireCancelSpinLock, (PKIRQL Irql), (Irql))
{
    *Irql = syspte_at_KeAcquireSpinLockRaiseToDpc(lock_now(), caller->file, caller->line,
                                                  caller->function);
}

SYSPTE_ENTRY_VOID(IoReleaseCancelSpinLock, (KIRQL Irql), (Irql))
{
    syspte_at_KeReleaseSpinLock(lock_now(), Irql, caller->file, caller->line, caller->function);
}

SYSPTE_ENTRY(BOOLEAN, IoCancelIrp, (PIRP Irp), (Irp))
{
    KIRQL irql;
    if (!syspte_enter(SYSPTE_API_IO_CANCEL_IRP)) {
        return FALSE;
    }
    irql = syspte_at_KeAcquireSpinLockRaiseToDpc(lock_now(), caller->file, caller->line,
                                                 caller->function);
    Irp->Cancel = TRUE;
    PDRIVER_CANCEL routine = IoSetCancelRoutine(Irp, NULL);
    if (routine == NULL) {
        syspte_at_KeReleaseSpinLock(lock_now(), irql, caller->file, caller->line, caller->function);
        return FALSE;
    }
    Irp->CancelIrql = irql;
    routine(IoGetCurrentIrpStackLocation(Irp)->DeviceObject, Irp);
    if (KeGetCurrentIrql() != irql) {
        syspte_call call;
        if (syspte_call_begin(&call, SYSPTE_API_IO_CANCEL_IRP, caller)) {
            syspte_object_violate(&call, SYSPTE_RULE_ROUTINE_IRQL, NULL, "the cancel routine");
            syspte_call_end(&call);
        }
    }
    return TRUE;
}
