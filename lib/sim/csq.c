// SPDX-License-Identifier: MIT
// Cancel-safe queues. The queue itself is the driver's; who takes a request's cancel routine away
// owns the request. The last word of a request's driver context leads from it to its queue, or to
// the context that the driver gave.
// Source: nf-wdm-iocsqinitialize, nf-wdm-iocsqinsertirp, nf-wdm-iocsqremovenextirp,
// nf-wdm-iocsqremoveirp; kernel/cancel-safe-irp-queues.
#include "sim/kernel.h"

NTSTATUS IoCsqInitialize(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP CsqInsertIrp,
                         PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                         PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                         PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
    *Csq = (IO_CSQ){.Type = IO_TYPE_CSQ,
                    .CsqInsertIrp = CsqInsertIrp,
                    .CsqRemoveIrp = CsqRemoveIrp,
                    .CsqPeekNextIrp = CsqPeekNextIrp,
                    .CsqAcquireLock = CsqAcquireLock,
                    .CsqReleaseLock = CsqReleaseLock,
                    .CsqCompleteCanceledIrp = CsqCompleteCanceledIrp};
    return STATUS_SUCCESS;
}

NTSTATUS IoCsqInitializeEx(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
                           PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                           PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                           PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
    NTSTATUS status = IoCsqInitialize(Csq, NULL, CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock,
                                      CsqReleaseLock, CsqCompleteCanceledIrp);
    Csq->Type = IO_TYPE_CSQ_EX;
    Csq->CsqInsertIrp = (PIO_CSQ_INSERT_IRP)(ULONG_PTR)CsqInsertIrp;
    return status;
}

// Takes the request off the queue, and its context's knowledge of it.
static void take_off(PIO_CSQ csq, PIRP irp)
{
    PIO_CSQ_IRP_CONTEXT context = irp->Tail.Overlay.DriverContext[3];
    csq->CsqRemoveIrp(csq, irp);
    if (context->Type == IO_TYPE_CSQ_IRP_CONTEXT) {
        context->Irp = NULL;
    }
    irp->Tail.Overlay.DriverContext[3] = NULL;
}

static PIO_CSQ csq_of(PIRP irp)
{
    PIO_CSQ_IRP_CONTEXT context = irp->Tail.Overlay.DriverContext[3];
    return context->Type == IO_TYPE_CSQ_IRP_CONTEXT ? context->Csq : (PIO_CSQ)(PVOID)context;
}

static VOID NTAPI on_cancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_CSQ csq = csq_of(Irp);
    KIRQL irql;
    (void)DeviceObject;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    csq->CsqAcquireLock(csq, &irql);
    take_off(csq, Irp);
    csq->CsqReleaseLock(csq, irql);
    csq->CsqCompleteCanceledIrp(csq, Irp);
}

NTSTATUS IoCsqInsertIrpEx(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context, PVOID InsertContext)
{
    NTSTATUS status = STATUS_SUCCESS;
    KIRQL irql;
    Irp->Tail.Overlay.DriverContext[3] = Context != NULL ? (PVOID)Context : (PVOID)Csq;
    if (Context != NULL) {
        *Context = (IO_CSQ_IRP_CONTEXT){.Type = IO_TYPE_CSQ_IRP_CONTEXT, .Irp = Irp, .Csq = Csq};
    }
    Csq->CsqAcquireLock(Csq, &irql);
    if (Csq->Type == IO_TYPE_CSQ_EX) {
        status = ((PIO_CSQ_INSERT_IRP_EX)(ULONG_PTR)Csq->CsqInsertIrp)(Csq, Irp, InsertContext);
    } else {
        Csq->CsqInsertIrp(Csq, Irp);
    }
    if (!NT_SUCCESS(status)) {
        Csq->CsqReleaseLock(Csq, irql);
        return status;
    }
    IoMarkIrpPending(Irp);
    (void)IoSetCancelRoutine(Irp, on_cancel);
    bool cancelled = Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL;
    if (cancelled) {
        take_off(Csq, Irp);
    }
    Csq->CsqReleaseLock(Csq, irql);
    if (cancelled) {
        Csq->CsqCompleteCanceledIrp(Csq, Irp);
    }
    return status;
}

VOID IoCsqInsertIrp(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context)
{
    (void)IoCsqInsertIrpEx(Csq, Irp, Context, NULL);
}

// One that is being cancelled belongs to its cancel routine: the next one is tried.
PIRP IoCsqRemoveNextIrp(PIO_CSQ Csq, PVOID PeekContext)
{
    KIRQL irql;
    Csq->CsqAcquireLock(Csq, &irql);
    PIRP irp = Csq->CsqPeekNextIrp(Csq, NULL, PeekContext);
    while (irp != NULL && IoSetCancelRoutine(irp, NULL) == NULL) {
        irp = Csq->CsqPeekNextIrp(Csq, irp, PeekContext);
    }
    if (irp != NULL) {
        take_off(Csq, irp);
    }
    Csq->CsqReleaseLock(Csq, irql);
    return irp;
}

PIRP IoCsqRemoveIrp(PIO_CSQ Csq, PIO_CSQ_IRP_CONTEXT Context)
{
    KIRQL irql;
    Csq->CsqAcquireLock(Csq, &irql);
    PIRP irp = Context->Irp;
    if (irp != NULL && IoSetCancelRoutine(irp, NULL) == NULL) {
        irp = NULL;
    }
    if (irp != NULL) {
        take_off(Csq, irp);
    }
    Csq->CsqReleaseLock(Csq, irql);
    return irp;
}
