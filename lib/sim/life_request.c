// SPDX-License-Identifier: MIT
// Requests of an application to the device of a life. The I/O manager's part is done here: a system
// buffer out of nonpaged pool, or an MDL that is locked, before; copying back, unlocking and
// freeing after. None of it is the driver's, so no fault plan counts it. Source:
// using-buffered-i-o, using-direct-i-o, buffer-descriptions-for-i-o-control-codes.
#include "sim/edge.h"
#include "sim/life.h"
#include "sim/mdl.h"
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

// ---- After

static void finish(PIRP irp, syspte_request *r, how h)
{
    const syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    PVOID buffer = irp->AssociatedIrp.SystemBuffer;
    r->information = irp->IoStatus.Information;
    if (buffer == NULL) {
        return;
    }
    uint64_t back = r->information < r->out_bytes ? r->information : r->out_bytes;
    if (h == BUFFERED && back != 0 && !NT_ERROR(irp->IoStatus.Status)) {
        memcpy(r->out, buffer, back);
    }
    (void)syspte_nt_free(SYSPTE_API_IO_CALL_DRIVER, &caller, buffer);
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

// ---- Send

// Where the requests of this life go: the stack of its device, else the driver's own device.
static PDEVICE_OBJECT target_of(const syspte_life *life)
{
    return life->physical != NULL ? &life->physical->object : life->driver->DeviceObject;
}

int32_t syspte_life_request(syspte_life *life, syspte_request *request)
{
    if (!syspte_life_is(life, ~1u, "syspte_life_request: no such life is under way")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    PDEVICE_OBJECT device = target_of(life);
    if (device == NULL) {
        syspte_misused("syspte_life_request: the driver has no device");
        return STATUS_NO_SUCH_DEVICE;
    }
    how h = how_of(syspte_request_top(device), request);
    request->information = 0;
    syspte_fault_pause();
    PIRP irp = syspte_request_make(device, 0, name_of(request->major));
    bool ready = irp != NULL && prepare(irp, request, h);
    syspte_fault_resume();
    if (!ready) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    fill(irp, life, request);
    life->file.Type = IO_TYPE_FILE;
    life->file.Size = sizeof life->file;
    life->file.DeviceObject = device;
    NTSTATUS status = syspte_request_send(device, irp);
    if (syspte_request_is_complete(irp)) {
        finish(irp, request, h);
        syspte_request_drop(irp);
    }
    return status;
}
