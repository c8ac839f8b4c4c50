// SPDX-License-Identifier: MIT
// The leaking version. Each resume maps 33 pages; suspend only forgets where they are. Nothing on
// Windows complains: every MmMapIoSpace succeeds, at addresses that were never used before.
#include "xen_resume.h"

// IRQL: PASSIVE_LEVEL. PAGED.
NTSTATUS
XenResume(PDEVICE_EXTENSION Device)
{
    PHYSICAL_ADDRESS info = Device->SharedInfoAddress;
    PHYSICAL_ADDRESS grants = Device->GrantTableAddress;

    Device->SharedInfo = MmMapIoSpace(info, XEN_SHARED_INFO_BYTES, MmCached);
    if (Device->SharedInfo == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Device->GrantTable = MmMapIoSpace(grants, XEN_GRANT_TABLE_BYTES, MmCached);
    if (Device->GrantTable == NULL) {
        Device->SharedInfo = NULL; // the second defect: this mapping is lost too
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    return STATUS_SUCCESS;
}

// IRQL: PASSIVE_LEVEL. PAGED.
VOID XenSuspend(PDEVICE_EXTENSION Device)
{
    Device->SharedInfo = NULL; // the first defect: MmUnmapIoSpace is missing, twice
    Device->GrantTable = NULL;
}
