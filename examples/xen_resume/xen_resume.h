// SPDX-License-Identifier: MIT
// The device extension of a small Xen-style driver, and its power routines in two versions.
// Xen shares a page and a table with every guest; the driver maps both when the machine resumes.
#ifndef XEN_RESUME_H
#define XEN_RESUME_H

#include <ntddk.h>

#define XEN_SHARED_INFO_BYTES 0x1000u        // one page
#define XEN_GRANT_TABLE_BYTES (32 * 0x1000u) // 32 pages

typedef struct _DEVICE_EXTENSION {
    PHYSICAL_ADDRESS SharedInfoAddress; // where the hypervisor placed them; set by the bus driver
    PHYSICAL_ADDRESS GrantTableAddress;
    PVOID SharedInfo; // NULL while suspended
    PVOID GrantTable; // NULL while suspended
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

// Maps both regions. All are called at PASSIVE_LEVEL, one at a time.
NTSTATUS XenResume(PDEVICE_EXTENSION Device);
VOID XenSuspend(PDEVICE_EXTENSION Device);

// The same two routines, corrected.
NTSTATUS XenResumeFixed(PDEVICE_EXTENSION Device);
VOID XenSuspendFixed(PDEVICE_EXTENSION Device);

#endif
