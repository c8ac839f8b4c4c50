// SPDX-License-Identifier: MIT
// The corrected version: what a resume mapped, the suspend, and the resume's own error path, unmap.
#include "xen_resume.h"

// Unmaps what is mapped, with the addresses and byte counts of the maps, and forgets it.
// IRQL: PASSIVE_LEVEL. PAGED.
VOID XenSuspendFixed(PDEVICE_EXTENSION Device)
{
    if (Device->GrantTable != NULL) {
        MmUnmapIoSpace(Device->GrantTable, XEN_GRANT_TABLE_BYTES);
        Device->GrantTable = NULL;
    }
    if (Device->SharedInfo != NULL) {
        MmUnmapIoSpace(Device->SharedInfo, XEN_SHARED_INFO_BYTES);
        Device->SharedInfo = NULL;
    }
}

// IRQL: PASSIVE_LEVEL. PAGED.
NTSTATUS
XenResumeFixed(PDEVICE_EXTENSION Device)
{
    PHYSICAL_ADDRESS info = Device->SharedInfoAddress;
    PHYSICAL_ADDRESS grants = Device->GrantTableAddress;

    Device->SharedInfo = MmMapIoSpace(info, XEN_SHARED_INFO_BYTES, MmCached);
    if (Device->SharedInfo == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Device->GrantTable = MmMapIoSpace(grants, XEN_GRANT_TABLE_BYTES, MmCached);
    if (Device->GrantTable == NULL) {
        XenSuspendFixed(Device);
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    return STATUS_SUCCESS;
}
