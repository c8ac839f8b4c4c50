// SPDX-License-Identifier: MIT
// A driver without hardware of its own that hands out the firmware's ACPI tables: an application
// sends IOCTL_FIRMWARE_GET_TABLE with a signature and gets the table. Nothing is kept mapped
// between two requests; each one maps what it reads, copies, and unmaps.
//
// Source: ACPI Specification, "Root System Description Pointer (RSDP)" and "Root System Description
// Table (RSDT)".
#include <ntddk.h>

#include "firmware_table.h"

#define DEVICE_NAME L"\\Device\\FirmwareTable"
#define LINK_NAME   L"\\DosDevices\\FirmwareTable"

// Where the firmware of a PC puts the root pointer, on a boundary of 16 bytes.
#define BIOS_ADDRESS 0xE0000
#define BIOS_BYTES   0x20000
#define ROOT_STEP    16

// No table of a real machine is longer. What a length field says must not decide alone how many
// system PTEs this driver takes.
#define TABLE_BYTES_MAX 0x100000

// Both lie naturally aligned, without packing.
typedef struct _ACPI_ROOT_POINTER {
    CHAR Signature[8]; // "RSD PTR "
    UCHAR Checksum;    // all bytes of this struct add up to 0
    CHAR OemId[6];
    UCHAR Revision;
    ULONG RsdtAddress;
} ACPI_ROOT_POINTER, *PACPI_ROOT_POINTER;

typedef struct _ACPI_TABLE_HEADER {
    ULONG Signature;
    ULONG Length; // in bytes, with this header
    UCHAR Revision;
    UCHAR Checksum; // all bytes of the table add up to 0
    CHAR OemId[6];
    CHAR OemTableId[8];
    ULONG OemRevision;
    ULONG CreatorId;
    ULONG CreatorRevision;
} ACPI_TABLE_HEADER, *PACPI_TABLE_HEADER;

C_ASSERT(sizeof(ACPI_ROOT_POINTER) == 20);
C_ASSERT(sizeof(ACPI_TABLE_HEADER) == 36);

// One table, mapped. MmUnmapIoSpace wants the byte count of the map back, so both stay together.
typedef struct _MAPPED_TABLE {
    PUCHAR Base;
    ULONG Length;
} MAPPED_TABLE, *PMAPPED_TABLE;

// NTAPI says for every compiler what Microsoft's is told by /Gz on x86.
DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD FirmwareUnload;
DRIVER_DISPATCH FirmwareCreateClose;
DRIVER_DISPATCH FirmwareDeviceControl;

static NTSTATUS FirmwareFindRoot(_Out_ PACPI_ROOT_POINTER Root);
static NTSTATUS FirmwareMapTable(_In_ ULONG Address, _Out_ PMAPPED_TABLE Table);
static VOID FirmwareUnmapTable(_In_ PMAPPED_TABLE Table);
static NTSTATUS FirmwareTryTable(_In_ ULONG Address, _In_ ULONG Signature,
                                 _Out_writes_bytes_(Length) PUCHAR Buffer, _In_ ULONG Length,
                                 _Out_ PULONG_PTR Copied);
static NTSTATUS FirmwareGetTable(_In_ ULONG Signature, _Out_writes_bytes_(Length) PUCHAR Buffer,
                                 _In_ ULONG Length, _Out_ PULONG_PTR Copied);

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, FirmwareUnload)
#pragma alloc_text(PAGE, FirmwareCreateClose)
#pragma alloc_text(PAGE, FirmwareDeviceControl)
#pragma alloc_text(PAGE, FirmwareFindRoot)
#pragma alloc_text(PAGE, FirmwareMapTable)
#pragma alloc_text(PAGE, FirmwareUnmapTable)
#pragma alloc_text(PAGE, FirmwareTryTable)
#pragma alloc_text(PAGE, FirmwareGetTable)
#endif

// ---- Tables

// The sum of the bytes: 0 if they are what the firmware wrote.
static UCHAR FirmwareSum(_In_reads_bytes_(Length) PUCHAR Bytes, _In_ ULONG Length)
{
    UCHAR sum = 0;
    ULONG i;

    for (i = 0; i < Length; i++) {
        sum = (UCHAR)(sum + READ_REGISTER_UCHAR(Bytes + i));
    }
    return sum;
}

// Device memory is read with READ_REGISTER_*, byte by byte: a table may lie on any boundary.
static VOID FirmwareCopy(_Out_writes_bytes_all_(Length) PUCHAR To,
                         _In_reads_bytes_(Length) PUCHAR From, _In_ ULONG Length)
{
    ULONG i;

    for (i = 0; i < Length; i++) {
        To[i] = READ_REGISTER_UCHAR(From + i);
    }
}

// Looks for the root pointer, and copies it.
static NTSTATUS FirmwareFindRoot(_Out_ PACPI_ROOT_POINTER Root)
{
    PHYSICAL_ADDRESS address;
    PUCHAR bios;
    ULONG offset;
    NTSTATUS status = STATUS_NOT_FOUND;

    PAGED_CODE();

    address.QuadPart = BIOS_ADDRESS;
    // leaked by LEAK_WITHOUT_ROOT:
    bios = MmMapIoSpace(address, BIOS_BYTES, MmNonCached);
    if (bios == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    for (offset = 0; offset < BIOS_BYTES; offset += ROOT_STEP) {
        if (READ_REGISTER_UCHAR(bios + offset) != 'R' || BIOS_BYTES - offset < sizeof(*Root)) {
            continue;
        }
        FirmwareCopy((PUCHAR)Root, bios + offset, sizeof(*Root));
        if (RtlEqualMemory(Root->Signature, "RSD PTR ", sizeof(Root->Signature)) &&
            FirmwareSum(bios + offset, sizeof(*Root)) == 0) {
            status = STATUS_SUCCESS;
            break;
        }
    }

#ifdef LEAK_WITHOUT_ROOT
    // The defect: on a machine that has no root pointer, each request costs 32 system PTEs.
    if (!NT_SUCCESS(status)) {
        return status;
    }
#endif
    MmUnmapIoSpace(bios, BIOS_BYTES);
    return status;
}

// Maps the table at that address, and checks it. How long it is stands in its header: that is
// mapped first, alone. On success the caller ends the mapping with FirmwareUnmapTable.
static NTSTATUS FirmwareMapTable(_In_ ULONG Address, _Out_ PMAPPED_TABLE Table)
{
    PHYSICAL_ADDRESS address;
    PACPI_TABLE_HEADER header;

    PAGED_CODE();

    address.QuadPart = Address;
    header = MmMapIoSpace(address, sizeof(*header), MmNonCached);
    if (header == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Table->Length = READ_REGISTER_ULONG(&header->Length);
    MmUnmapIoSpace(header, sizeof(*header));

    if (Table->Length < sizeof(*header) || Table->Length > TABLE_BYTES_MAX) {
        return STATUS_DATA_ERROR;
    }

    // leaked by LEAK_ON_BAD_SUM, LEAK_ON_SEARCH, LEAK_ON_SHORTAGE:
    Table->Base = MmMapIoSpace(address, Table->Length, MmNonCached);
    if (Table->Base == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (FirmwareSum(Table->Base, Table->Length) != 0) {
#ifndef LEAK_ON_BAD_SUM // the defect: who gets an error has no mapping to end
        FirmwareUnmapTable(Table);
#endif
        return STATUS_DATA_ERROR;
    }
    return STATUS_SUCCESS;
}

static VOID FirmwareUnmapTable(_In_ PMAPPED_TABLE Table)
{
    PAGED_CODE();

    MmUnmapIoSpace(Table->Base, Table->Length);
}

// Copies the table at that address if it has the signature. STATUS_NOT_FOUND: it has another one.
static NTSTATUS FirmwareTryTable(_In_ ULONG Address, _In_ ULONG Signature,
                                 _Out_writes_bytes_(Length) PUCHAR Buffer, _In_ ULONG Length,
                                 _Out_ PULONG_PTR Copied)
{
    MAPPED_TABLE table;
    NTSTATUS status;

    PAGED_CODE();

    status = FirmwareMapTable(Address, &table);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (READ_REGISTER_ULONG((PULONG)table.Base) != Signature) {
#ifndef LEAK_ON_SEARCH // the defect: every table that is not the one costs its PTEs, each time
        FirmwareUnmapTable(&table);
#endif
        return STATUS_NOT_FOUND;
    }

    if (table.Length <= Length) {
        FirmwareCopy(Buffer, table.Base, table.Length);
        *Copied = table.Length;
    } else {
        status = STATUS_BUFFER_TOO_SMALL;
    }
    FirmwareUnmapTable(&table);
    return status;
}

// Copies the table with the signature. The root table, which has the others' addresses, stays
// mapped while it is gone through.
static NTSTATUS FirmwareGetTable(_In_ ULONG Signature, _Out_writes_bytes_(Length) PUCHAR Buffer,
                                 _In_ ULONG Length, _Out_ PULONG_PTR Copied)
{
    ACPI_ROOT_POINTER root;
    MAPPED_TABLE rsdt;
    PULONG entry;
    ULONG left;
    NTSTATUS status;

    PAGED_CODE();

    *Copied = 0;
    status = FirmwareFindRoot(&root);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = FirmwareMapTable(root.RsdtAddress, &rsdt);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    status = STATUS_NOT_FOUND;
    entry = (PULONG)(rsdt.Base + sizeof(ACPI_TABLE_HEADER));
    left = (rsdt.Length - sizeof(ACPI_TABLE_HEADER)) / sizeof(*entry);
    for (; left != 0 && status == STATUS_NOT_FOUND; entry++, left--) {
        status = FirmwareTryTable(READ_REGISTER_ULONG(entry), Signature, Buffer, Length, Copied);
    }

#ifdef LEAK_ON_SHORTAGE // the defect: it shows only on a machine that runs out of PTEs just here
    if (status == STATUS_INSUFFICIENT_RESOURCES) {
        return status;
    }
#endif
    FirmwareUnmapTable(&rsdt);
    return status;
}

// ---- Requests

static NTSTATUS FirmwareComplete(_In_ PIRP Irp, _In_ NTSTATUS Status, _In_ ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS NTAPI FirmwareCreateClose(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    PAGED_CODE();

    return FirmwareComplete(Irp, STATUS_SUCCESS, 0);
}

NTSTATUS NTAPI FirmwareDeviceControl(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PVOID buffer = Irp->AssociatedIrp.SystemBuffer; // METHOD_BUFFERED: one buffer for in and out
    ULONG_PTR copied;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(DeviceObject);
    PAGED_CODE();

    if (stack->Parameters.DeviceIoControl.IoControlCode != IOCTL_FIRMWARE_GET_TABLE) {
        return FirmwareComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    if (stack->Parameters.DeviceIoControl.InputBufferLength != sizeof(ULONG)) {
        return FirmwareComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
    status = FirmwareGetTable(*(PULONG)buffer, buffer,
                              stack->Parameters.DeviceIoControl.OutputBufferLength, &copied);
    return FirmwareComplete(Irp, status, copied);
}

// ---- Begin and end

VOID NTAPI FirmwareUnload(_In_ PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING link;

    PAGED_CODE();

    RtlInitUnicodeString(&link, LINK_NAME);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

// A driver that anyone may ask would use IoCreateDeviceSecure here.
NTSTATUS NTAPI DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);

    DriverObject->MajorFunction[IRP_MJ_CREATE] = FirmwareCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = FirmwareCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = FirmwareDeviceControl;
    DriverObject->DriverUnload = FirmwareUnload;

    RtlInitUnicodeString(&name, DEVICE_NAME);
    status = IoCreateDevice(DriverObject, 0, &name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN,
                            FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    RtlInitUnicodeString(&link, LINK_NAME);
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
    }
    return status;
}
