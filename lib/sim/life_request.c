// SPDX-License-Identifier: MIT
// Requests of an application to the device of a life. The I/O manager's part is done here: a system
// buffer out of nonpaged pool, or an MDL that is locked, before; copying back, unlocking and
// freeing after. None of it is the driver's, so no fault plan counts it. Source:
// using-buffered-i-o, using-direct-i-o, buffer-descriptions-for-i-o-control-codes.
#include "sim/edge.h"
#include "sim/life.h"
#include "sim/mdl.h"
#include "sim/mdl_chain.h"
#include "sim/nt_pool.h"
#include "sim/request.h"

#include <string.h>
#include <syspte/fault.h>
#include <syspte/pending.h>

enum { SYSTEM_BUFFER_TAG = 0x75426F49 }; // 'IoBu'

typedef enum how { BUFFERED, DIRECT_IN, DIRECT_OUT, NEITHER } how;

static bool is_control(const syspte_request *r)
{
    return r->major == IRP_MJ_DEVICE_CONTROL || r->major == IRP_MJ_INTERNAL_DEVICE_CONTROL;
}

static how how_of(const DEVICE_OBJECT *top, const syspte_request *r)
{
    if (is_control(r)) {
        static const how methods[] = {BUFFERED, DIRECT_IN, DIRECT_OUT, NEITHER};
        return methods[r->code & 3];
    }
    if ((top->Flags & DO_BUFFERED_IO) != 0) {
        return BUFFERED;
    }
    return (top->Flags & DO_DIRECT_IO) == 0 ? NEITHER
           : r->major == IRP_MJ_READ        ? DIRECT_OUT
                                            : DIRECT_IN;
}

// ---- Before

// A copy of what goes in, with room for what comes out. False: there is no memory.
static bool buffer_make(PIRP irp, const syspte_request *r, uint32_t bytes)
{
    const syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_nt_request request = {
        .window = SYSPTE_WINDOW_NONPAGED, .bytes = bytes, .tag = SYSTEM_BUFFER_TAG, .zeroed = true};
    if (bytes == 0) {
        return true;
    }
    PVOID buffer = syspte_nt_allocate(SYSPTE_API_IO_CALL_DRIVER, &caller, &request);
    irp->AssociatedIrp.SystemBuffer = buffer;
    irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    if (buffer != NULL && r->in_bytes != 0) {
        memcpy(buffer, r->in, r->in_bytes);
    }
    return buffer != NULL;
}

static bool mdl_make(PIRP irp, void *buffer, uint32_t bytes, LOCK_OPERATION operation)
{
    const syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    if (bytes == 0) {
        return true;
    }
    irp->MdlAddress = syspte_mdl_allocate(SYSPTE_API_IO_CALL_DRIVER, &caller, buffer, bytes);
    if (irp->MdlAddress != NULL) {
        MmProbeAndLockPages(irp->MdlAddress, KernelMode, operation);
    }
    return irp->MdlAddress != NULL;
}

static bool prepare(PIRP irp, const syspte_request *r, how h)
{
    uint32_t more = r->in_bytes > r->out_bytes ? r->in_bytes : r->out_bytes;
    switch (h) {
    case BUFFERED:
        irp->Flags |= r->out_bytes != 0 ? IRP_INPUT_OPERATION : 0u;
        return buffer_make(irp, r, more);
    case DIRECT_IN:
        return is_control(r) ? buffer_make(irp, r, r->in_bytes) &&
                                   mdl_make(irp, r->out, r->out_bytes, IoReadAccess)
                             : mdl_make(irp, (void *)(uintptr_t)r->in, r->in_bytes, IoReadAccess);
    case DIRECT_OUT:
        return (!is_control(r) || buffer_make(irp, r, r->in_bytes)) &&
               mdl_make(irp, r->out, r->out_bytes, IoWriteAccess);
    default:
        irp->UserBuffer = r->out != NULL ? r->out : (void *)(uintptr_t)r->in;
        return true;
    }
}

static void fill(PIRP irp, const syspte_life *life, const syspte_request *r)
{
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = r->major;
    next->FileObject = (PFILE_OBJECT)&life->file;
    irp->Tail.Overlay.OriginalFileObject = next->FileObject;
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->RequestorMode = KernelMode;
    if (is_control(r)) {
        next->Parameters.DeviceIoControl.IoControlCode = r->code;
        next->Parameters.DeviceIoControl.InputBufferLength = r->in_bytes;
        next->Parameters.DeviceIoControl.OutputBufferLength = r->out_bytes;
        next->Parameters.DeviceIoControl.Type3InputBuffer = (PVOID)(uintptr_t)r->in;
    } else if (r->major == IRP_MJ_READ || r->major == IRP_MJ_WRITE) {
        next->Parameters.Read.Length = r->major == IRP_MJ_READ ? r->out_bytes : r->in_bytes;
        next->Parameters.Read.ByteOffset.QuadPart = (LONGLONG)r->offset;
    }
}

static const char *name_of(uint8_t major)
{
    switch (major) {
    case IRP_MJ_CREATE:
        return "IRP_MJ_CREATE";
    case IRP_MJ_CLEANUP:
        return "IRP_MJ_CLEANUP";
    case IRP_MJ_CLOSE:
        return "IRP_MJ_CLOSE";
    case IRP_MJ_READ:
        return "IRP_MJ_READ";
    case IRP_MJ_WRITE:
        return "IRP_MJ_WRITE";
    case IRP_MJ_DEVICE_CONTROL:
        return "IRP_MJ_DEVICE_CONTROL";
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        return "IRP_MJ_INTERNAL_DEVICE_CONTROL";
    default:
        return "a request of the test's";
    }
}

// The request with what the I/O manager makes for it; NULL without memory. None of that counts for
// the driver: it belongs to a scope of its own.
static PIRP make(syspte_life *life, PDEVICE_OBJECT device, const syspte_request *r)
{
    const void *before = syspte_owner_set(life);
    syspte_fault_pause();
    PIRP irp = syspte_request_make(device, 0, name_of(r->major));
    bool ready = irp != NULL && prepare(irp, r, how_of(syspte_request_top(device), r));
    syspte_fault_resume();
    (void)syspte_owner_set(before);
    if (irp != NULL && !ready) {
        syspte_request_drop(irp);
    }
    return ready ? irp : NULL;
}

// ---- After

static void buffer_drop(PIRP irp)
{
    const syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    if (irp->AssociatedIrp.SystemBuffer != NULL) {
        (void)syspte_nt_free(SYSPTE_API_IO_CALL_DRIVER, &caller, irp->AssociatedIrp.SystemBuffer);
    }
}

// The slot of a request that is under way, or of none (NULL); NULL if there is no such slot.
static PIRP *slot_of(syspte_life *life, const IRP *irp)
{
    unsigned i = 0;
    while (i < SYSPTE_LIFE_REQUESTS && life->under_way[i] != irp) {
        i++;
    }
    return i < SYSPTE_LIFE_REQUESTS ? &life->under_way[i] : NULL;
}

// It has ended.
static NTSTATUS finish(syspte_life *life, syspte_request *r)
{
    PIRP irp = r->irp;
    NTSTATUS status = irp->IoStatus.Status;
    r->information = irp->IoStatus.Information;
    uint64_t back = r->information < r->out_bytes ? r->information : r->out_bytes;
    if ((irp->Flags & IRP_INPUT_OPERATION) != 0 && back != 0 && !NT_ERROR(status)) {
        memcpy(r->out, irp->AssociatedIrp.SystemBuffer, back);
    }
    buffer_drop(irp);
    syspte_request_drop(irp);
    r->irp = NULL;
    *slot_of(life, irp) = NULL;
    return status;
}

void syspte_life_requests_drop(syspte_life *life)
{
    const syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    for (unsigned i = 0; i < SYSPTE_LIFE_REQUESTS; i++) {
        PIRP irp = life->under_way[i];
        if (irp != NULL && irp->MdlAddress != NULL) {
            syspte_mdl_chain_release(SYSPTE_API_IO_COMPLETE_REQUEST, &caller, irp->MdlAddress);
        }
        if (irp != NULL) {
            buffer_drop(irp);
        }
    }
    (void)syspte_scope_leave(life->requests);
}

// ---- Send

// Where the requests of this life go: the stack of its device, else the driver's own device.
static PDEVICE_OBJECT target_of(const syspte_life *life)
{
    return life->physical != NULL ? &life->physical->object : life->driver->DeviceObject;
}

// NULL: it can be sent. A device that gets the buffers as they are must cope with any.
static const char *complaint_about(const DEVICE_OBJECT *device, const syspte_request *r)
{
    if (r->major > IRP_MJ_MAXIMUM_FUNCTION) {
        return "syspte_life_request: there is no such major function";
    }
    bool lacks = (r->in == NULL && r->in_bytes != 0) || (r->out == NULL && r->out_bytes != 0);
    return lacks && how_of(device, r) != NEITHER
               ? "syspte_life_request: a buffer has bytes, but is NULL"
               : NULL;
}

int32_t syspte_life_request_begin(syspte_life *life, syspte_request *request)
{
    request->irp = NULL;
    request->information = 0;
    if (!syspte_life_is(life, ~1u, "syspte_life_request: no such life is under way")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    PDEVICE_OBJECT device = target_of(life);
    PIRP *slot = slot_of(life, NULL);
    if (device == NULL || slot == NULL) {
        syspte_misused(device == NULL ? "syspte_life_request: the driver has no device"
                                      : "syspte_life_request: 32 requests are under way");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    const char *complaint = complaint_about(syspte_request_top(device), request);
    if (complaint != NULL) {
        syspte_misused(complaint);
        return STATUS_INVALID_PARAMETER;
    }
    request->irp = make(life, device, request);
    if (request->irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *slot = request->irp;
    fill(request->irp, life, request);
    life->file.Type = IO_TYPE_FILE;
    life->file.Size = sizeof life->file;
    life->file.DeviceObject = device;
    syspte_request_start(device, request->irp);
    return syspte_life_request_is_over(request) ? syspte_life_request_end(life, request)
                                                : STATUS_PENDING;
}

bool syspte_life_request_is_over(const syspte_request *request)
{
    return request->irp == NULL || syspte_request_is_complete(request->irp);
}

int32_t syspte_life_request_end(syspte_life *life, syspte_request *request)
{
    if (!syspte_life_is(life, ~1u, "syspte_life_request_end: no such life is under way")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    if (request->irp == NULL || slot_of(life, request->irp) == NULL) {
        syspte_misused("syspte_life_request_end: the request is not under way");
        return STATUS_INVALID_DEVICE_STATE;
    }
    NTSTATUS status = syspte_request_end(request->irp);
    return syspte_life_request_is_over(request) ? finish(life, request) : status;
}

int32_t syspte_life_request(syspte_life *life, syspte_request *request)
{
    NTSTATUS status = syspte_life_request_begin(life, request);
    return request->irp == NULL ? status : syspte_life_request_end(life, request);
}
