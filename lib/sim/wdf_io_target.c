// SPDX-License-Identifier: MIT
// Where a device's requests go next: the target of the drivers below it, which every device has. A
// request that is sent there is the driver's again when the drivers below have ended it, unless it
// was sent to be forgotten.
// Source: wdfrequest nf-wdfrequest-wdfrequestsend, ns-wdfrequest-_wdf_request_send_options,
// wdfdevice nf-wdfdevice-wdfdevicegetiotarget.
#include "sim/wdf_queue.h"

const syspte_wdf_class syspte_wdf_target_class = {.name = "WDFIOTARGET", .is_kept = true};

static syspte_wdf_request *find(const syspte_caller *caller, WDFREQUEST handle)
{
    syspte_wdf_object *request = syspte_wdf_request_find(SYSPTE_API_WDF, caller, handle);
    return request == NULL ? NULL : syspte_wdf_request_of(request);
}

// The stack location below is filled in when the request is sent.
SYSPTE_ENTRY_VOID(WdfRequestFormatRequestUsingCurrentType, (WDFREQUEST Request), (Request))
{
    (void)find(caller, Request);
}

SYSPTE_ENTRY_VOID(WdfRequestSetCompletionRoutine,
                  (WDFREQUEST Request, PFN_WDF_REQUEST_COMPLETION_ROUTINE CompletionRoutine,
                   WDFCONTEXT CompletionContext),
                  (Request, CompletionRoutine, CompletionContext))
{
    syspte_wdf_request *r = find(caller, Request);
    if (r != NULL) {
        r->sent = CompletionRoutine;
        r->sent_context = CompletionContext;
    }
}

static NTSTATUS NTAPI on_completion(PDEVICE_OBJECT wdm, PIRP irp, PVOID context)
{
    syspte_wdf_object *request = context;
    syspte_wdf_request *r = syspte_wdf_request_of(request);
    WDF_REQUEST_COMPLETION_PARAMS params = {.Size = sizeof params, .IoStatus = irp->IoStatus};
    (void)wdm;
    params.Type = (WDF_REQUEST_TYPE)IoGetCurrentIrpStackLocation(irp)->MajorFunction;
    r->stage = SYSPTE_WDF_DRIVERS;
    SYSPTE_WDF_CALL(
        r->sent, "CompletionRoutine",
        ((WDFREQUEST)request->handle, (WDFIOTARGET)r->target->handle, &params, r->sent_context));
    return STATUS_MORE_PROCESSING_REQUIRED;
}

// True if the request is on its way, or was.
static bool send(const syspte_caller *caller, syspte_wdf_object *request, syspte_wdf_object *target,
                 ULONG flags)
{
    syspte_wdf_request *r = syspte_wdf_request_of(request);
    PIRP irp = r->irp;
    syspte_wdf_object *device = target->parent;
    PDEVICE_OBJECT below = syspte_wdf_device_of(device)->below;
    if (below == NULL) {
        irp->IoStatus.Status = STATUS_INVALID_DEVICE_STATE;
        return false;
    }
    if ((flags & WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET) != 0) {
        syspte_wdf_request_release(caller, request);
        IoSkipCurrentIrpStackLocation(irp);
        (void)IofCallDriver(below, irp);
        return true;
    }
    if ((flags & WDF_REQUEST_SEND_OPTION_SYNCHRONOUS) != 0) {
        (void)syspte_wdf_pass_and_wait(device, irp); // what came of it is in the request
        return true;
    }
    r->target = target;
    r->stage = SYSPTE_WDF_SENT;
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, on_completion, request, TRUE, TRUE, TRUE);
    (void)IofCallDriver(below, irp);
    return true;
}

SYSPTE_ENTRY(BOOLEAN, WdfRequestSend,
             (WDFREQUEST Request, WDFIOTARGET Target, PWDF_REQUEST_SEND_OPTIONS Options),
             (Request, Target, Options))
{
    syspte_wdf_object *request = syspte_wdf_request_find(SYSPTE_API_WDF, caller, Request);
    syspte_wdf_object *target =
        syspte_wdf_find(SYSPTE_API_WDF, caller, Target, &syspte_wdf_target_class);
    if (request == NULL || target == NULL) {
        return FALSE;
    }
    return send(caller, request, target, Options == NULL ? 0 : Options->Flags);
}

// ---- Inspect

static const syspte_wdf_device *device_of(const syspte_caller *caller, WDFIOTARGET handle)
{
    syspte_wdf_object *target =
        syspte_wdf_find(SYSPTE_API_WDF, caller, handle, &syspte_wdf_target_class);
    return target == NULL ? NULL : syspte_wdf_device_of(target->parent);
}

SYSPTE_ENTRY(WDFDEVICE, WdfIoTargetGetDevice, (WDFIOTARGET IoTarget), (IoTarget))
{
    const syspte_wdf_object *target =
        syspte_wdf_find(SYSPTE_API_WDF, caller, IoTarget, &syspte_wdf_target_class);
    return target == NULL ? NULL : (WDFDEVICE)target->parent->handle;
}

SYSPTE_ENTRY(PDEVICE_OBJECT, WdfIoTargetWdmGetTargetDeviceObject, (WDFIOTARGET IoTarget),
             (IoTarget))
{
    const syspte_wdf_device *d = device_of(caller, IoTarget);
    return d == NULL ? NULL : d->below;
}

SYSPTE_ENTRY(PDEVICE_OBJECT, WdfIoTargetWdmGetTargetPhysicalDevice, (WDFIOTARGET IoTarget),
             (IoTarget))
{
    const syspte_wdf_device *d = device_of(caller, IoTarget);
    return d == NULL ? NULL : d->init.physical;
}
