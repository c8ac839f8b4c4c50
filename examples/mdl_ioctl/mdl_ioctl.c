// SPDX-License-Identifier: MIT
// A driver without hardware that an application lends a buffer to: it locks the buffer's pages and
// maps them, so that it can write there at any later time, in any process and at any IRQL up to
// DISPATCH_LEVEL. So an MDL, the lock of its pages and a mapping live from one request to another,
// and must end on each way out: when the buffer is taken back, and when the application dies.
//
// Source: "Using MDLs", "Using Neither Buffered Nor Direct I/O"; nf-wdm-mmprobeandlockpages.
#include <ntddk.h>

#include "mdl_ioctl.h"

#define DEVICE_NAME L"\\Device\\MdlIoctl"
#define LINK_NAME   L"\\DosDevices\\MdlIoctl"

#ifndef MdlMappingNoExecute // headers of before Windows 8
#define MdlMappingNoExecute 0x40000000
#endif

typedef struct _DEVICE_EXTENSION {
    FAST_MUTEX Lock; // of what follows
    PMDL Mdl;        // of the buffer that was lent, its pages locked; NULL: none is
    PULONG Words;    // its mapping in the system's address space, which ends with the lock
    ULONG Count;     // in words
    ULONG Next;      // where the next word goes
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

// NTAPI says for every compiler what Microsoft's is told by /Gz on x86.
DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD BufferUnload;
DRIVER_DISPATCH BufferCreateClose;
DRIVER_DISPATCH BufferCleanup;
DRIVER_DISPATCH BufferDeviceControl;

static NTSTATUS BufferLend(_In_ PDEVICE_EXTENSION Extension, _In_ PVOID User, _In_ ULONG Bytes);
static NTSTATUS BufferTakeBack(_In_ PDEVICE_EXTENSION Extension);

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, BufferUnload)
#pragma alloc_text(PAGE, BufferCreateClose)
#pragma alloc_text(PAGE, BufferCleanup)
#pragma alloc_text(PAGE, BufferDeviceControl)
#pragma alloc_text(PAGE, BufferLend)
#pragma alloc_text(PAGE, BufferTakeBack)
#endif

// ---- The buffer: all of these are called with the lock held

// METHOD_NEITHER: `User` is whatever the application said. Must run in its process.
static NTSTATUS BufferLend(_In_ PDEVICE_EXTENSION Extension, _In_ PVOID User, _In_ ULONG Bytes)
{
    PMDL mdl;
    PULONG words;

    PAGED_CODE();

    if (Extension->Mdl != NULL) {
        return STATUS_DEVICE_BUSY;
    }
    if (Bytes < sizeof(ULONG)) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    if ((ULONG_PTR)User % sizeof(ULONG) != 0) {
        return STATUS_DATATYPE_MISALIGNMENT;
    }

    // leaked by LEAK_ON_BAD_POINTER, LEAK_ON_FAILED_MAP, LEAK_ON_CLEANUP:
    mdl = IoAllocateMdl(User, Bytes, FALSE, FALSE, NULL);
    if (mdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    // Raises if the application may not write to all of these bytes. UserMode is what makes it
    // look: with KernelMode an application could name any address.
    __try {
        // leaked by LEAK_ON_FAILED_MAP, LEAK_ON_CLEANUP:
        MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
#ifndef LEAK_ON_BAD_POINTER // the defect: nothing was locked, but the MDL is there
        IoFreeMdl(mdl);
#endif
        return STATUS_INVALID_USER_BUFFER;
    }

    // Needs a system PTE for each page: this is the call that fails on a machine that ran out.
    // leaked by LEAK_ON_CLEANUP:
    words = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority | MdlMappingNoExecute);
    if (words == NULL) {
#ifndef LEAK_ON_FAILED_MAP // the defect: what is not mapped is locked all the same
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
#endif
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Extension->Mdl = mdl;
    Extension->Words = words;
    Extension->Count = Bytes / sizeof(ULONG);
    Extension->Next = 0;
    return STATUS_SUCCESS;
}

static NTSTATUS BufferTakeBack(_In_ PDEVICE_EXTENSION Extension)
{
    PAGED_CODE();

    if (Extension->Mdl == NULL) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    MmUnlockPages(Extension->Mdl); // ends the mapping, too
    IoFreeMdl(Extension->Mdl);
    Extension->Mdl = NULL;
    Extension->Words = NULL;
    return STATUS_SUCCESS;
}

static NTSTATUS BufferPut(_In_ PDEVICE_EXTENSION Extension, _In_ ULONG Word)
{
    if (Extension->Mdl == NULL) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    Extension->Words[Extension->Next] = Word;
    Extension->Next = (Extension->Next + 1) % Extension->Count;
    return STATUS_SUCCESS;
}

// ---- Requests

static NTSTATUS BufferComplete(_In_ PIRP Irp, _In_ NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS NTAPI BufferCreateClose(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    PAGED_CODE();

    return BufferComplete(Irp, STATUS_SUCCESS);
}

// The last handle is closed, by the application or because it ended. A process that ends while
// pages of it are locked stops the machine: 0x76, PROCESS_HAS_LOCKED_PAGES.
NTSTATUS NTAPI BufferCleanup(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;

    PAGED_CODE();

    ExAcquireFastMutex(&extension->Lock);
#ifndef LEAK_ON_CLEANUP // the defect: it counts on the application to take its buffer back
    (VOID) BufferTakeBack(extension);
#endif
    ExReleaseFastMutex(&extension->Lock);
    return BufferComplete(Irp, STATUS_SUCCESS);
}

NTSTATUS NTAPI BufferDeviceControl(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG bytes = stack->Parameters.DeviceIoControl.InputBufferLength;
    NTSTATUS status;

    PAGED_CODE();

    ExAcquireFastMutex(&extension->Lock);
    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_BUFFER_LEND:
        status = BufferLend(extension, stack->Parameters.DeviceIoControl.Type3InputBuffer, bytes);
        break;
    case IOCTL_BUFFER_TAKE_BACK:
        status = BufferTakeBack(extension);
        break;
    case IOCTL_BUFFER_PUT:
        status = bytes == sizeof(ULONG)
                     ? BufferPut(extension, *(PULONG)Irp->AssociatedIrp.SystemBuffer)
                     : STATUS_INVALID_PARAMETER;
        break;
    default:
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    ExReleaseFastMutex(&extension->Lock);
    return BufferComplete(Irp, status);
}

// ---- Begin and end

VOID NTAPI BufferUnload(_In_ PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING link;

    PAGED_CODE();

    RtlInitUnicodeString(&link, LINK_NAME);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

// The device is exclusive: one handle at a time, so that one buffer is enough.
NTSTATUS NTAPI DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    PDEVICE_EXTENSION extension;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);

    DriverObject->MajorFunction[IRP_MJ_CREATE] = BufferCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = BufferCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = BufferCleanup;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = BufferDeviceControl;
    DriverObject->DriverUnload = BufferUnload;

    RtlInitUnicodeString(&name, DEVICE_NAME);
    status = IoCreateDevice(DriverObject, sizeof(*extension), &name, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, TRUE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    extension = device->DeviceExtension;
    ExInitializeFastMutex(&extension->Lock);

    RtlInitUnicodeString(&link, LINK_NAME);
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
    }
    return status;
}
