// SPDX-License-Identifier: MIT
// Requests that a driver builds for another one, and that the I/O manager frees: a bit in their
// flags of allocation says so. At their end the output is copied to its buffer, the status to its
// block, the event is set, and the request is freed with all that was made for it.
// Source: nf-wdm-iobuilddeviceiocontrolrequest, nf-wdm-iobuildsynchronousfsdrequest.
#include "sim/irp.h"
#include "sim/nt_pool.h"

#include <string.h>

enum { BUFFER_TAG = 0x42536F49 }; // 'IoSB'

// ---- Buffers

static void *system_buffer(syspte_api api, const syspte_caller *caller, const void *input,
                           ULONG bytes, ULONG room)
{
    syspte_nt_request request = {
        .window = SYSPTE_WINDOW_NONPAGED, .bytes = bytes > room ? bytes : room, .tag = BUFFER_TAG};
    void *buffer = syspte_nt_allocate(api, caller, &request);
    if (buffer != NULL && bytes != 0 && input != NULL) {
        memcpy(buffer, input, bytes);
    }
    return buffer;
}

// Gives the request a copy of the input, which also receives the output.
static bool buffer_it(syspte_api api, const syspte_caller *caller, PIRP irp, const void *input,
                      ULONG bytes, ULONG room)
{
    if (bytes == 0 && room == 0) {
        return true;
    }
    irp->AssociatedIrp.SystemBuffer = system_buffer(api, caller, input, bytes, room);
    irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    return irp->AssociatedIrp.SystemBuffer != NULL;
}

static bool describe(const syspte_caller *caller, PIRP irp, PVOID buffer, ULONG bytes,
                     LOCK_OPERATION operation)
{
    volatile bool locked = true;
    if (bytes == 0) {
        return true;
    }
    irp->MdlAddress = syspte_at_IoAllocateMdl(buffer, bytes, FALSE, FALSE, NULL, caller->file,
                                              caller->line, caller->function);
    if (irp->MdlAddress == NULL) {
        return false;
    }
    SYSPTE_TRY
    {
        syspte_at_MmProbeAndLockPages(irp->MdlAddress, KernelMode, operation, caller->file,
                                      caller->line, caller->function);
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        locked = false;
    }
    if (!locked) {
        syspte_at_IoFreeMdl(irp->MdlAddress, caller->file, caller->line, caller->function);
        irp->MdlAddress = NULL;
    }
    return locked;
}

// ---- Begin and end

static PIRP begin(const syspte_caller *caller, PDEVICE_OBJECT device, UCHAR major, PKEVENT event,
                  PIO_STATUS_BLOCK status)
{
    PIRP irp = syspte_at_IoAllocateIrp(device->StackSize, FALSE, caller->file, caller->line,
                                       caller->function);
    if (irp != NULL) {
        irp->AllocationFlags |= SYSPTE_IRP_IS_OURS;
        irp->UserEvent = event;
        irp->UserIosb = status;
        irp->RequestorMode = KernelMode;
        IoGetNextIrpStackLocation(irp)->MajorFunction = major;
    }
    return irp;
}

static void free_irp(const syspte_caller *caller, PIRP irp)
{
    if ((irp->Flags & IRP_DEALLOCATE_BUFFER) != 0 && irp->AssociatedIrp.SystemBuffer != NULL) {
        (void)syspte_nt_free(SYSPTE_API_IO_COMPLETE_REQUEST, caller,
                             irp->AssociatedIrp.SystemBuffer);
    }
    (void)syspte_nt_free(SYSPTE_API_IO_COMPLETE_REQUEST, caller, irp);
}

// An error leaves the output buffer alone; a warning does not.
void syspte_irp_finish(const syspte_caller *caller, PIRP irp)
{
    PKEVENT event = irp->UserEvent;
    if ((irp->Flags & IRP_INPUT_OPERATION) != 0 && !NT_ERROR(irp->IoStatus.Status) &&
        irp->UserBuffer != NULL) {
        memcpy(irp->UserBuffer, irp->AssociatedIrp.SystemBuffer, irp->IoStatus.Information);
    }
    if (irp->UserIosb != NULL) {
        *irp->UserIosb = irp->IoStatus;
    }
    free_irp(caller, irp);
    if (event != NULL) {
        (void)KeSetEvent(event, IO_NO_INCREMENT, FALSE);
    }
}

// ---- The functions

static bool fill_control(const syspte_caller *caller, PIRP irp, ULONG code, PVOID input,
                         ULONG bytes, PVOID output, ULONG room)
{
    const syspte_api api = SYSPTE_API_IO_BUILD_DEVICE_IO_CONTROL_REQUEST;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->Parameters.DeviceIoControl.IoControlCode = code;
    next->Parameters.DeviceIoControl.InputBufferLength = bytes;
    next->Parameters.DeviceIoControl.OutputBufferLength = room;
    switch (code & 3) {
    case METHOD_BUFFERED:
        irp->UserBuffer = output;
        irp->Flags |= output != NULL ? IRP_INPUT_OPERATION : 0u;
        return buffer_it(api, caller, irp, input, bytes, room);
    case METHOD_NEITHER:
        irp->UserBuffer = output;
        next->Parameters.DeviceIoControl.Type3InputBuffer = input;
        return true;
    default:
        return buffer_it(api, caller, irp, input, bytes, 0) &&
               describe(caller, irp, output, output == NULL ? 0 : room,
                        (code & 3) == METHOD_IN_DIRECT ? IoReadAccess : IoWriteAccess);
    }
}

SYSPTE_ENTRY(PIRP, IoBuildDeviceIoControlRequest,
             (ULONG IoControlCode, PDEVICE_OBJECT DeviceObject, PVOID InputBuffer,
              ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength,
              BOOLEAN InternalDeviceIoControl, PKEVENT Event, PIO_STATUS_BLOCK IoStatusBlock),
             (IoControlCode, DeviceObject, InputBuffer, InputBufferLength, OutputBuffer,
              OutputBufferLength, InternalDeviceIoControl, Event, IoStatusBlock))
{
    PIRP irp =
        begin(caller, DeviceObject,
              InternalDeviceIoControl ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL,
              Event, IoStatusBlock);
    if (irp != NULL && !fill_control(caller, irp, IoControlCode, InputBuffer, InputBufferLength,
                                     OutputBuffer, OutputBufferLength)) {
        free_irp(caller, irp);
        return NULL;
    }
    return irp;
}

// Reads and writes go by the device's way to transfer.
static bool fill_transfer(const syspte_caller *caller, PIRP irp, PDEVICE_OBJECT device,
                          PVOID buffer, ULONG length, const LARGE_INTEGER *offset)
{
    const syspte_api api = SYSPTE_API_IO_BUILD_SYNCHRONOUS_FSD_REQUEST;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    bool reads = next->MajorFunction == IRP_MJ_READ;
    next->Parameters.Read.Length = length; // Write is the same
    next->Parameters.Read.ByteOffset.QuadPart = offset == NULL ? 0 : offset->QuadPart;
    irp->UserBuffer = buffer;
    if ((device->Flags & DO_BUFFERED_IO) != 0) {
        irp->Flags |= reads ? IRP_INPUT_OPERATION : 0u;
        return buffer_it(api, caller, irp, buffer, reads ? 0 : length, length);
    }
    return (device->Flags & DO_DIRECT_IO) == 0 ||
           describe(caller, irp, buffer, length, reads ? IoWriteAccess : IoReadAccess);
}

SYSPTE_ENTRY(PIRP, IoBuildSynchronousFsdRequest,
             (ULONG MajorFunction, PDEVICE_OBJECT DeviceObject, PVOID Buffer, ULONG Length,
              PLARGE_INTEGER StartingOffset, PKEVENT Event, PIO_STATUS_BLOCK IoStatusBlock),
             (MajorFunction, DeviceObject, Buffer, Length, StartingOffset, Event, IoStatusBlock))
{
    PIRP irp = begin(caller, DeviceObject, (UCHAR)MajorFunction, Event, IoStatusBlock);
    bool transfers = MajorFunction == IRP_MJ_READ || MajorFunction == IRP_MJ_WRITE;
    if (irp != NULL && transfers &&
        !fill_transfer(caller, irp, DeviceObject, Buffer, Length, StartingOffset)) {
        free_irp(caller, irp);
        return NULL;
    }
    return irp;
}
