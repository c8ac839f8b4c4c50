// SPDX-License-Identifier: MIT
// A window onto a table of the firmware: mapped, copied to an application, unmapped. What is wrong
// with the table is raised; the application's buffer may be bad at any moment.
#include "idioms.h"

typedef struct _TABLE {
    ULONG Signature;
    ULONG Length;
} TABLE, *PTABLE;

#define TABLE_SIGNATURE 0x54535445

static VOID Copy(PTABLE Table, PVOID Buffer, ULONG Bytes)
{
    if (Table->Signature != TABLE_SIGNATURE || Table->Length > Bytes) {
        ExRaiseStatus(STATUS_DATA_ERROR);
    }
    ProbeForWrite(Buffer, Table->Length, sizeof(UCHAR));
    RtlCopyMemory(Buffer, Table, Table->Length);
}

NTSTATUS TableCopy(PHYSICAL_ADDRESS Address, PVOID Buffer, ULONG Bytes)
{
    NTSTATUS status = STATUS_SUCCESS;
    PTABLE table = MmMapIoSpace(Address, Bytes, MmCached);
    if (table == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    try {
        Copy(table, Buffer, Bytes);
    }
    except(EXCEPTION_EXECUTE_HANDLER)
    {
        status = GetExceptionCode();
    }
    MmUnmapIoSpace(table, Bytes);
    return status;
}

// The defect: the handler returns past the unmap. Nobody probes, so a bad buffer is a fault.
NTSTATUS TableCopyLeaks(PHYSICAL_ADDRESS Address, PVOID Buffer, ULONG Bytes)
{
    // FOUND leak: MmMapIoSpace in TableCopyLeaks
    PTABLE table = MmMapIoSpace(Address, Bytes, MmCached);
    if (table == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    __try {
        if (table->Signature != TABLE_SIGNATURE) {
            ExRaiseStatus(STATUS_DATA_ERROR);
        }
        RtlCopyMemory(Buffer, table, table->Length);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    MmUnmapIoSpace(table, Bytes);
    return STATUS_SUCCESS;
}
