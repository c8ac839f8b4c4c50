// SPDX-License-Identifier: MIT
// Files that are open on a framework device. There is no I/O manager that opens them: a test sends
// the requests, with a FILE_OBJECT of its own or none.
// Source: wdfdevice nc-wdfdevice-evt_wdf_device_file_create, nc-wdfdevice-evt_wdf_file_cleanup,
// nc-wdfdevice-evt_wdf_file_close.
#include "sim/wdf_queue.h"

typedef struct file_body {
    PFILE_OBJECT wdm; // NULL: the request had none
    syspte_wdf_object *device;
} file_body;

static const syspte_wdf_class file_class = {.name = "WDFFILEOBJECT", .is_kept = true};

static file_body *body_of(syspte_wdf_object *file)
{
    return (file_body *)file->body;
}

syspte_wdf_object *syspte_wdf_file_find(syspte_wdf_object *device, PFILE_OBJECT wdm)
{
    syspte_wdf_object *file = NULL;
    do {
        file = syspte_wdf_child(device, &file_class, file);
    } while (file != NULL && body_of(file)->wdm != wdm);
    return file;
}

static NTSTATUS open(syspte_wdf_object *device, PFILE_OBJECT wdm, syspte_wdf_object **file)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    const WDF_OBJECT_ATTRIBUTES *attributes = &syspte_wdf_device_of(device)->init.file_attributes;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF,
                          .caller = &caller,
                          .class = &file_class,
                          .attributes = attributes->Size == 0 ? NULL : attributes,
                          .parent = device,
                          .is_own = true};
    NTSTATUS status = syspte_wdf_create(&ask, file);
    if (NT_SUCCESS(status)) {
        *body_of(*file) = (file_body){.wdm = wdm, .device = device};
    }
    return status;
}

static NTSTATUS create(syspte_wdf_object *device, PIRP irp)
{
    const WDF_FILEOBJECT_CONFIG *config = &syspte_wdf_device_of(device)->init.file;
    syspte_wdf_object *file;
    syspte_wdf_object *request;
    NTSTATUS status = open(device, IoGetCurrentIrpStackLocation(irp)->FileObject, &file);
    if (!NT_SUCCESS(status) || config->EvtDeviceFileCreate == NULL) {
        return syspte_wdf_complete(irp, status);
    }
    status = syspte_wdf_request_create(device, irp, &request);
    if (!NT_SUCCESS(status)) {
        return syspte_wdf_complete(irp, status);
    }
    syspte_wdf_request_of(request)->file = file;
    IoMarkIrpPending(irp);
    SYSPTE_WDF_CALL(config->EvtDeviceFileCreate, "EvtDeviceFileCreate",
                    (syspte_wdf_device_handle(device), (WDFREQUEST)request->handle,
                     (WDFFILEOBJECT)file->handle));
    return STATUS_PENDING;
}

static NTSTATUS end(syspte_wdf_object *device, PIRP irp, bool closes)
{
    const WDF_FILEOBJECT_CONFIG *config = &syspte_wdf_device_of(device)->init.file;
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_wdf_object *file =
        syspte_wdf_file_find(device, IoGetCurrentIrpStackLocation(irp)->FileObject);
    if (file != NULL && closes) {
        SYSPTE_WDF_CALL(config->EvtFileClose, "EvtFileClose", ((WDFFILEOBJECT)file->handle));
        syspte_wdf_delete(&caller, file);
    } else if (file != NULL) {
        SYSPTE_WDF_CALL(config->EvtFileCleanup, "EvtFileCleanup", ((WDFFILEOBJECT)file->handle));
    }
    return syspte_wdf_complete(irp, STATUS_SUCCESS);
}

NTSTATUS syspte_wdf_file_request(syspte_wdf_object *device, PIRP irp)
{
    const syspte_wdf_device *d = syspte_wdf_device_of(device);
    if (d->init.is_filter && d->init.file.Size == 0) {
        return syspte_wdf_pass(device, irp);
    }
    switch (IoGetCurrentIrpStackLocation(irp)->MajorFunction) {
    case IRP_MJ_CREATE:
        return d->queues[IRP_MJ_CREATE] != NULL ? syspte_wdf_io(device, irp) : create(device, irp);
    case IRP_MJ_CLEANUP:
        return end(device, irp, false);
    default:
        return end(device, irp, true);
    }
}

// ---- Inspect

SYSPTE_ENTRY(WDFDEVICE, WdfFileObjectGetDevice, (WDFFILEOBJECT FileObject), (FileObject))
{
    syspte_wdf_object *file = syspte_wdf_find(SYSPTE_API_WDF, caller, FileObject, &file_class);
    return file == NULL ? NULL : syspte_wdf_device_handle(body_of(file)->device);
}

SYSPTE_ENTRY(PFILE_OBJECT, WdfFileObjectWdmGetFileObject, (WDFFILEOBJECT FileObject), (FileObject))
{
    syspte_wdf_object *file = syspte_wdf_find(SYSPTE_API_WDF, caller, FileObject, &file_class);
    return file == NULL ? NULL : body_of(file)->wdm;
}

SYSPTE_ENTRY(PUNICODE_STRING, WdfFileObjectGetFileName, (WDFFILEOBJECT FileObject), (FileObject))
{
    syspte_wdf_object *file = syspte_wdf_find(SYSPTE_API_WDF, caller, FileObject, &file_class);
    return file == NULL || body_of(file)->wdm == NULL ? NULL : &body_of(file)->wdm->FileName;
}
