// SPDX-License-Identifier: MIT
// The framework's requests: each is one IRP of a device. It is gone when it is completed; what the
// driver still does with its handle is found.
// Source: wdfrequest nf-wdfrequest-wdfrequestcomplete, nf-wdfrequest-wdfrequestgetparameters,
// nf-wdfrequest-wdfrequestforwardtoioqueue, nf-wdfrequest-wdfrequeststopacknowledge,
// nf-wdfrequest-wdfrequestmarkcancelable; bug check 0x10D, 0x6.
#include "sim/wdf_queue.h"

const syspte_wdf_class syspte_wdf_request_class = {.name = "WDFREQUEST", .is_kept = true};

NTSTATUS syspte_wdf_request_create(syspte_wdf_object *device, PIRP irp, syspte_wdf_object **request)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    const WDF_OBJECT_ATTRIBUTES *attributes =
        &syspte_wdf_device_of(device)->init.request_attributes;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF,
                          .caller = &caller,
                          .class = &syspte_wdf_request_class,
                          .attributes = attributes->Size == 0 ? NULL : attributes,
                          .parent = device,
                          .is_own = true};
    NTSTATUS status = syspte_wdf_create(&ask, request);
    if (NT_SUCCESS(status)) {
        PFILE_OBJECT file = IoGetCurrentIrpStackLocation(irp)->FileObject;
        *syspte_wdf_request_of(*request) = (syspte_wdf_request){
            .irp = irp, .device = device, .file = syspte_wdf_file_find(device, file)};
    }
    return status;
}

syspte_wdf_object *syspte_wdf_request_find(syspte_api api, const syspte_caller *caller,
                                           WDFREQUEST handle)
{
    return syspte_wdf_find(api, caller, handle, &syspte_wdf_request_class);
}

// ---- End

void syspte_wdf_request_release(const syspte_caller *caller, syspte_wdf_object *request)
{
    syspte_wdf_object *queue = syspte_wdf_request_of(request)->queue;
    syspte_wdf_delete(caller, request);
    if (queue != NULL) {
        syspte_wdf_queue_left(queue);
    }
}

void syspte_wdf_request_end(const syspte_caller *caller, syspte_wdf_object *request,
                            NTSTATUS status, ULONG_PTR information)
{
    syspte_wdf_request *r = syspte_wdf_request_of(request);
    PIRP irp = r->irp;
    syspte_wdf_object *queue = r->queue;
    (void)IoSetCancelRoutine(irp, NULL);
    if (queue != NULL) {
        syspte_wdf_reference(queue);
    }
    syspte_wdf_delete(caller, request);
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    syspte_at_IofCompleteRequest(irp, IO_NO_INCREMENT, caller->file, caller->line,
                                 caller->function);
    if (queue != NULL) {
        syspte_wdf_queue_left(queue);
        syspte_wdf_dereference(caller, queue);
    }
}

// How many bytes the I/O manager can give back.
static ULONG_PTR room_of(const IO_STACK_LOCATION *at)
{
    switch (at->MajorFunction) {
    case IRP_MJ_READ:
        return at->Parameters.Read.Length;
    case IRP_MJ_WRITE:
        return at->Parameters.Write.Length;
    case IRP_MJ_DEVICE_CONTROL:
        return METHOD_FROM_CTL_CODE(at->Parameters.DeviceIoControl.IoControlCode) == METHOD_BUFFERED
                   ? at->Parameters.DeviceIoControl.OutputBufferLength
                   : (ULONG_PTR)-1;
    default:
        return (ULONG_PTR)-1;
    }
}

static void complete(const syspte_caller *caller, WDFREQUEST handle, NTSTATUS status,
                     const ULONG_PTR *information)
{
    syspte_wdf_object *request =
        syspte_wdf_request_find(SYSPTE_API_WDF_REQUEST_COMPLETE, caller, handle);
    if (request == NULL) {
        return;
    }
    PIRP irp = syspte_wdf_request_of(request)->irp;
    ULONG_PTR bytes = information == NULL ? irp->IoStatus.Information : *information;
    if (NT_SUCCESS(status) && bytes > room_of(IoGetCurrentIrpStackLocation(irp))) {
        syspte_wdf_violate(SYSPTE_API_WDF_REQUEST_COMPLETE, caller, SYSPTE_RULE_WDF_REQUEST_LENGTH,
                           NULL, NULL);
    }
    syspte_wdf_request_end(caller, request, status, bytes);
}

SYSPTE_ENTRY_VOID(WdfRequestComplete, (WDFREQUEST Request, NTSTATUS Status), (Request, Status))
{
    complete(caller, Request, Status, NULL);
}

SYSPTE_ENTRY_VOID(WdfRequestCompleteWithInformation,
                  (WDFREQUEST Request, NTSTATUS Status, ULONG_PTR Information),
                  (Request, Status, Information))
{
    complete(caller, Request, Status, &Information);
}

SYSPTE_ENTRY_VOID(WdfRequestCompleteWithPriorityBoost,
                  (WDFREQUEST Request, NTSTATUS Status, CCHAR PriorityBoost),
                  (Request, Status, PriorityBoost))
{
    (void)PriorityBoost;
    complete(caller, Request, Status, NULL);
}

// ---- From queue to queue

static syspte_wdf_request *find(const syspte_caller *caller, WDFREQUEST handle)
{
    syspte_wdf_object *request = syspte_wdf_request_find(SYSPTE_API_WDF, caller, handle);
    return request == NULL ? NULL : syspte_wdf_request_of(request);
}

static NTSTATUS move(const syspte_caller *caller, WDFREQUEST handle, syspte_wdf_object *to,
                     bool first)
{
    syspte_wdf_request *r = find(caller, handle);
    if (r == NULL || to == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (r->stage == SYSPTE_WDF_WAITING || r->stage == SYSPTE_WDF_SENT) {
        return STATUS_WDF_REQUEST_INVALID_STATE;
    }
    syspte_wdf_object *from = r->queue;
    syspte_wdf_queue_put(to, syspte_wdf_peek(handle), first);
    if (from != NULL) {
        syspte_wdf_queue_left(from);
    }
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestForwardToIoQueue, (WDFREQUEST Request, WDFQUEUE DestinationQueue),
             (Request, DestinationQueue))
{
    syspte_wdf_object *queue =
        syspte_wdf_find(SYSPTE_API_WDF, caller, DestinationQueue, &syspte_wdf_queue_class);
    const syspte_wdf_request *r = find(caller, Request);
    if (r != NULL && queue == r->queue) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    return move(caller, Request, queue, false);
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestRequeue, (WDFREQUEST Request), (Request))
{
    const syspte_wdf_request *r = find(caller, Request);
    if (r == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    bool is_manual = r->queue != NULL &&
                     syspte_wdf_queue_of(r->queue)->config.DispatchType == WdfIoQueueDispatchManual;
    return is_manual ? move(caller, Request, r->queue, true) : STATUS_INVALID_DEVICE_REQUEST;
}

SYSPTE_ENTRY(NTSTATUS, WdfDeviceEnqueueRequest, (WDFDEVICE Device, WDFREQUEST Request),
             (Device, Request))
{
    syspte_wdf_object *device =
        syspte_wdf_find(SYSPTE_API_WDF, caller, Device, &syspte_wdf_device_class);
    const syspte_wdf_request *r = find(caller, Request);
    if (device == NULL || r == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    UCHAR major = IoGetCurrentIrpStackLocation(r->irp)->MajorFunction;
    return move(caller, Request, syspte_wdf_queue_for(device, major), false);
}

SYSPTE_ENTRY_VOID(WdfRequestStopAcknowledge, (WDFREQUEST Request, BOOLEAN Requeue),
                  (Request, Requeue))
{
    syspte_wdf_request *r = find(caller, Request);
    if (r == NULL) {
        return;
    }
    if (Requeue) {
        (void)move(caller, Request, r->queue, true);
    } else {
        r->is_kept = true;
    }
}

// ---- Cancellation

static syspte_wdf_object *request_of(PDEVICE_OBJECT wdm, PIRP irp)
{
    syspte_wdf_object *device = syspte_wdf_device_find(wdm);
    syspte_wdf_object *request = NULL;
    do {
        request =
            device == NULL ? NULL : syspte_wdf_child(device, &syspte_wdf_request_class, request);
    } while (request != NULL && syspte_wdf_request_of(request)->irp != irp);
    return request;
}

VOID NTAPI syspte_wdf_request_cancel(PDEVICE_OBJECT wdm, PIRP irp)
{
    syspte_wdf_object *request = request_of(wdm, irp);
    IoReleaseCancelSpinLock(irp->CancelIrql);
    if (request == NULL) {
        return;
    }
    syspte_wdf_request *r = syspte_wdf_request_of(request);
    if (r->stage == SYSPTE_WDF_WAITING) {
        syspte_wdf_queue_cancel(r->queue, request);
        return;
    }
    SYSPTE_WDF_CALL(r->cancel, "EvtRequestCancel", ((WDFREQUEST)request->handle));
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestMarkCancelableEx,
             (WDFREQUEST Request, PFN_WDF_REQUEST_CANCEL EvtRequestCancel),
             (Request, EvtRequestCancel))
{
    syspte_wdf_request *r = find(caller, Request);
    if (r == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (r->irp->Cancel) {
        return STATUS_CANCELLED;
    }
    r->cancel = EvtRequestCancel;
    (void)IoSetCancelRoutine(r->irp, syspte_wdf_request_cancel);
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY_VOID(WdfRequestMarkCancelable,
                  (WDFREQUEST Request, PFN_WDF_REQUEST_CANCEL EvtRequestCancel),
                  (Request, EvtRequestCancel))
{
    if (syspte_at_WdfRequestMarkCancelableEx(Request, EvtRequestCancel, caller->file, caller->line,
                                             caller->function) == STATUS_CANCELLED) {
        SYSPTE_WDF_CALL(EvtRequestCancel, "EvtRequestCancel", (Request));
    }
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestUnmarkCancelable, (WDFREQUEST Request), (Request))
{
    syspte_wdf_request *r = find(caller, Request);
    if (r == NULL || r->cancel == NULL) {
        return r == NULL ? STATUS_INVALID_PARAMETER : STATUS_INVALID_DEVICE_REQUEST;
    }
    bool was_set = IoSetCancelRoutine(r->irp, NULL) != NULL;
    r->cancel = NULL;
    return was_set ? STATUS_SUCCESS : STATUS_CANCELLED;
}

SYSPTE_ENTRY(BOOLEAN, WdfRequestIsCanceled, (WDFREQUEST Request), (Request))
{
    const syspte_wdf_request *r = find(caller, Request);
    return r != NULL && r->irp->Cancel;
}

// ---- Inspect

SYSPTE_ENTRY_VOID(WdfRequestGetParameters, (WDFREQUEST Request, PWDF_REQUEST_PARAMETERS Parameters),
                  (Request, Parameters))
{
    const syspte_wdf_request *r = find(caller, Request);
    if (r == NULL) {
        return;
    }
    const IO_STACK_LOCATION *at = IoGetCurrentIrpStackLocation(r->irp);
    Parameters->MinorFunction = at->MinorFunction;
    Parameters->Type = (WDF_REQUEST_TYPE)at->MajorFunction;
    switch (at->MajorFunction) {
    case IRP_MJ_READ:
    case IRP_MJ_WRITE:
        Parameters->Parameters.Read.Length = at->Parameters.Read.Length;
        Parameters->Parameters.Read.Key = at->Parameters.Read.Key;
        Parameters->Parameters.Read.DeviceOffset = at->Parameters.Read.ByteOffset.QuadPart;
        break;
    case IRP_MJ_DEVICE_CONTROL:
        Parameters->Parameters.DeviceIoControl.OutputBufferLength =
            at->Parameters.DeviceIoControl.OutputBufferLength;
        Parameters->Parameters.DeviceIoControl.InputBufferLength =
            at->Parameters.DeviceIoControl.InputBufferLength;
        Parameters->Parameters.DeviceIoControl.IoControlCode =
            at->Parameters.DeviceIoControl.IoControlCode;
        Parameters->Parameters.DeviceIoControl.Type3InputBuffer =
            at->Parameters.DeviceIoControl.Type3InputBuffer;
        break;
    default:
        Parameters->Parameters.Others.Arg1 = at->Parameters.Others.Argument1;
        Parameters->Parameters.Others.Arg2 = at->Parameters.Others.Argument2;
        Parameters->Parameters.Others.IoControlCode =
            (ULONG)(ULONG_PTR)at->Parameters.Others.Argument3;
        Parameters->Parameters.Others.Arg4 = at->Parameters.Others.Argument4;
        break;
    }
}

SYSPTE_ENTRY_VOID(WdfRequestSetInformation, (WDFREQUEST Request, ULONG_PTR Information),
                  (Request, Information))
{
    const syspte_wdf_request *r = find(caller, Request);
    if (r != NULL) {
        r->irp->IoStatus.Information = Information;
    }
}

#define TELL(type, name, answer)                                                                   \
    SYSPTE_ENTRY(type, name, (WDFREQUEST Request), (Request))                                      \
    {                                                                                              \
        const syspte_wdf_request *r = find(caller, Request);                                       \
        return r == NULL ? (type)0 : (answer);                                                     \
    }

TELL(NTSTATUS, WdfRequestGetStatus, r->irp->IoStatus.Status)
TELL(ULONG_PTR, WdfRequestGetInformation, r->irp->IoStatus.Information)
TELL(KPROCESSOR_MODE, WdfRequestGetRequestorMode, r->irp->RequestorMode)
TELL(WDFQUEUE, WdfRequestGetIoQueue, r->queue == NULL ? NULL : (WDFQUEUE)r->queue->handle)
TELL(WDFFILEOBJECT, WdfRequestGetFileObject,
     r->file == NULL ? NULL : (WDFFILEOBJECT)r->file->handle)
TELL(PIRP, WdfRequestWdmGetIrp, r->irp)
