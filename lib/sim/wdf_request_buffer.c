// SPDX-License-Identifier: MIT
// Where the bytes of a request are: in the system buffer, in the MDL that the I/O manager has built
// (mapped by whoever asks, unmapped when the request ends), or at the caller's own address.
// Source: wdfrequest nf-wdfrequest-wdfrequestretrieveinputbuffer,
// nf-wdfrequest-wdfrequestretrieveoutputbuffer, nf-wdfrequest-wdfrequestretrieveoutputwdmmdl,
// nf-wdfrequest-wdfrequestretrieveunsafeuserinputbuffer, wdf/accessing-data-buffers-in-wdf-drivers.
#include "sim/wdf_memory.h"
#include "sim/wdf_queue.h"

typedef enum way { NO_WAY, SYSTEM_BUFFER, MDL_CHAIN, USER_ADDRESS } way;

typedef struct place {
    way way;
    PIRP irp;
    PVOID address; // of SYSTEM_BUFFER and USER_ADDRESS
    size_t bytes;
} place;

static way way_of_flags(ULONG flags)
{
    return (flags & DO_BUFFERED_IO) != 0 ? SYSTEM_BUFFER
           : (flags & DO_DIRECT_IO) != 0 ? MDL_CHAIN
                                         : USER_ADDRESS;
}

static place control_place(PIRP irp, const IO_STACK_LOCATION *at, bool output)
{
    ULONG method = METHOD_FROM_CTL_CODE(at->Parameters.DeviceIoControl.IoControlCode);
    place p = {.way = SYSTEM_BUFFER,
               .irp = irp,
               .address = irp->AssociatedIrp.SystemBuffer,
               .bytes = output ? at->Parameters.DeviceIoControl.OutputBufferLength
                               : at->Parameters.DeviceIoControl.InputBufferLength};
    if (method == METHOD_NEITHER) {
        p.way = USER_ADDRESS;
        p.address = output ? irp->UserBuffer : at->Parameters.DeviceIoControl.Type3InputBuffer;
    } else if (method != METHOD_BUFFERED && output) {
        p.way = MDL_CHAIN;
    }
    return p;
}

static place place_of(const syspte_wdf_request *r, bool output)
{
    PIRP irp = r->irp;
    const IO_STACK_LOCATION *at = IoGetCurrentIrpStackLocation(irp);
    place p = {.way = NO_WAY, .irp = irp};
    if (at->MajorFunction == IRP_MJ_DEVICE_CONTROL ||
        at->MajorFunction == IRP_MJ_INTERNAL_DEVICE_CONTROL) {
        return control_place(irp, at, output);
    }
    if (at->MajorFunction == (output ? IRP_MJ_READ : IRP_MJ_WRITE)) {
        p.way = way_of_flags(syspte_wdf_device_of(r->device)->wdm->Flags);
        p.bytes = at->Parameters.Read.Length;
        p.address = p.way == SYSTEM_BUFFER ? irp->AssociatedIrp.SystemBuffer : irp->UserBuffer;
    }
    return p;
}

// STATUS_INVALID_DEVICE_REQUEST for a request that has no such buffer.
static NTSTATUS find(const syspte_caller *caller, WDFREQUEST handle, bool output, size_t least,
                     place *p)
{
    syspte_wdf_object *request = syspte_wdf_request_find(SYSPTE_API_WDF, caller, handle);
    if (request == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    *p = place_of(syspte_wdf_request_of(request), output);
    if (p->way == NO_WAY) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    return p->bytes == 0 || p->bytes < least ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

// ---- Buffers

static NTSTATUS buffer(const syspte_caller *caller, WDFREQUEST handle, bool output, size_t least,
                       PVOID *address, size_t *bytes)
{
    place p;
    *address = NULL;
    if (bytes != NULL) {
        *bytes = 0;
    }
    NTSTATUS status = find(caller, handle, output, least, &p);
    if (!NT_SUCCESS(status) || p.way == USER_ADDRESS) {
        return NT_SUCCESS(status) ? STATUS_INVALID_DEVICE_REQUEST : status;
    }
    *address = p.address;
    if (p.way == MDL_CHAIN) {
        *address = p.irp->MdlAddress == NULL
                       ? NULL
                       : syspte_at_MmGetSystemAddressForMdlSafe(p.irp->MdlAddress,
                                                                NormalPagePriority, caller->file,
                                                                caller->line, caller->function);
    }
    if (*address == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (bytes != NULL) {
        *bytes = p.bytes;
    }
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestRetrieveInputBuffer,
             (WDFREQUEST Request, size_t MinimumRequiredLength, PVOID *Buffer, size_t *Length),
             (Request, MinimumRequiredLength, Buffer, Length))
{
    return buffer(caller, Request, false, MinimumRequiredLength, Buffer, Length);
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestRetrieveOutputBuffer,
             (WDFREQUEST Request, size_t MinimumRequiredSize, PVOID *Buffer, size_t *Length),
             (Request, MinimumRequiredSize, Buffer, Length))
{
    return buffer(caller, Request, true, MinimumRequiredSize, Buffer, Length);
}

static NTSTATUS memory(const syspte_caller *caller, WDFREQUEST handle, bool output,
                       WDFMEMORY *memory)
{
    PVOID address;
    size_t bytes;
    *memory = NULL;
    NTSTATUS status = buffer(caller, handle, output, 0, &address, &bytes);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    syspte_wdf_object *request = syspte_wdf_peek(handle);
    syspte_wdf_request *r = syspte_wdf_request_of(request);
    WDFMEMORY *kept = output ? &r->output : &r->input;
    if (*kept == NULL) {
        status = syspte_wdf_memory_over(caller, request, address, bytes, kept);
    }
    *memory = *kept;
    return status;
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestRetrieveInputMemory, (WDFREQUEST Request, WDFMEMORY *Memory),
             (Request, Memory))
{
    return memory(caller, Request, false, Memory);
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestRetrieveOutputMemory, (WDFREQUEST Request, WDFMEMORY *Memory),
             (Request, Memory))
{
    return memory(caller, Request, true, Memory);
}

// ---- MDLs

// Of a system buffer the framework builds one, which hangs on the request and goes with it.
static NTSTATUS mdl(const syspte_caller *caller, WDFREQUEST handle, bool output, PMDL *out)
{
    place p;
    *out = NULL;
    NTSTATUS status = find(caller, handle, output, 0, &p);
    if (!NT_SUCCESS(status) || p.way == USER_ADDRESS) {
        return NT_SUCCESS(status) ? STATUS_INVALID_DEVICE_REQUEST : status;
    }
    if (p.way == SYSTEM_BUFFER && p.irp->MdlAddress == NULL) {
        PMDL made = syspte_at_IoAllocateMdl(p.address, (ULONG)p.bytes, FALSE, FALSE, p.irp,
                                            caller->file, caller->line, caller->function);
        if (made == NULL) {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        MmBuildMdlForNonPagedPool(made);
    }
    *out = p.irp->MdlAddress;
    return *out == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestRetrieveInputWdmMdl, (WDFREQUEST Request, PMDL *Mdl),
             (Request, Mdl))
{
    return mdl(caller, Request, false, Mdl);
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestRetrieveOutputWdmMdl, (WDFREQUEST Request, PMDL *Mdl),
             (Request, Mdl))
{
    return mdl(caller, Request, true, Mdl);
}

// ---- The caller's own addresses

static NTSTATUS unsafe(const syspte_caller *caller, WDFREQUEST handle, bool output, size_t least,
                       PVOID *address, size_t *bytes)
{
    place p;
    *address = NULL;
    NTSTATUS status = find(caller, handle, output, least, &p);
    if (!NT_SUCCESS(status) || p.way != USER_ADDRESS) {
        return NT_SUCCESS(status) ? STATUS_INVALID_DEVICE_REQUEST : status;
    }
    *address = p.address;
    if (bytes != NULL) {
        *bytes = p.bytes;
    }
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestRetrieveUnsafeUserInputBuffer,
             (WDFREQUEST Request, size_t MinimumRequiredLength, PVOID *InputBuffer, size_t *Length),
             (Request, MinimumRequiredLength, InputBuffer, Length))
{
    return unsafe(caller, Request, false, MinimumRequiredLength, InputBuffer, Length);
}

SYSPTE_ENTRY(NTSTATUS, WdfRequestRetrieveUnsafeUserOutputBuffer,
             (WDFREQUEST Request, size_t MinimumRequiredLength, PVOID *OutputBuffer,
              size_t *Length),
             (Request, MinimumRequiredLength, OutputBuffer, Length))
{
    return unsafe(caller, Request, true, MinimumRequiredLength, OutputBuffer, Length);
}
