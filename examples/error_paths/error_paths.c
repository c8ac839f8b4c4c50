// SPDX-License-Identifier: MIT
// A start routine with twelve calls that can fail, and one routine that undoes as much of it as was
// done. Compiled with LEAK_ON_ERROR_PATHS it has five defects that no start and stop shows: each
// needs one certain call to fail.
#include "error_paths.h"

// Write-combined is faster; a machine that refuses it gets a noncached view.
static PVOID CaptureMapFrame(PDEVICE_EXTENSION Device)
{
    PVOID frame = MmMapIoSpace(Device->FrameAddress, CAPTURE_FRAME_BYTES, MmWriteCombined);

    if (frame == NULL) {
        frame = MmMapIoSpace(Device->FrameAddress, CAPTURE_FRAME_BYTES, MmNonCached);
    }
    return frame;
}

static NTSTATUS CaptureMap(PDEVICE_EXTENSION Device)
{
    // leaked by LEAK_ON_ERROR_PATHS, when both maps of the frame fail:
    Device->Registers = MmMapIoSpace(Device->RegisterAddress, CAPTURE_REGISTER_BYTES, MmNonCached);
    if (Device->Registers == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Device->Frame = CaptureMapFrame(Device);
    if (Device->Frame == NULL) {
#ifdef LEAK_ON_ERROR_PATHS
        Device->Registers = NULL; // the first defect: nobody can unmap it any more
#endif
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS CaptureAllocateRing(PDEVICE_EXTENSION Device)
{
    PHYSICAL_ADDRESS highest;

    highest.QuadPart = 0xFFFFFFFF;
    // leaked by LEAK_ON_ERROR_PATHS, when there is no MDL for it:
    Device->Ring = MmAllocateContiguousMemory(CAPTURE_RING_BYTES, highest);
    if (Device->Ring == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Device->RingMdl = IoAllocateMdl(Device->Ring, CAPTURE_RING_BYTES, FALSE, FALSE, NULL);
    if (Device->RingMdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    MmBuildMdlForNonPagedPool(Device->RingMdl);
    return STATUS_SUCCESS;
}

static NTSTATUS CaptureAllocateStaging(PDEVICE_EXTENSION Device)
{
    PHYSICAL_ADDRESS lowest, highest, skip;

    lowest.QuadPart = 0;
    highest.QuadPart = 0xFFFFFFFF;
    skip.QuadPart = 0;
    // leaked by LEAK_ON_ERROR_PATHS, when they cannot be mapped:
    Device->Staging = MmAllocatePagesForMdl(lowest, highest, skip, CAPTURE_STAGING_BYTES);
    if (Device->Staging == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Device->StagingAddress = MmGetSystemAddressForMdlSafe(Device->Staging, NormalPagePriority);
    if (Device->StagingAddress == NULL) {
#ifdef LEAK_ON_ERROR_PATHS
        MmFreePagesFromMdl(Device->Staging);
        Device->Staging = NULL; // the second defect: the MDL itself is still there
#endif
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS CaptureAllocateRequests(PDEVICE_EXTENSION Device)
{
    // leaked by LEAK_ON_ERROR_PATHS, when there is no IRP:
    PIO_WORKITEM workItem = IoAllocateWorkItem(Device->Self);

    if (workItem == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
#ifndef LEAK_ON_ERROR_PATHS
    Device->WorkItem = workItem;
#endif

    Device->Irp = IoAllocateIrp(1, FALSE);
    if (Device->Irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Device->WorkItem = workItem; // the third defect: by then it is too late
    return STATUS_SUCCESS;
}

static NTSTATUS CaptureAllocateRest(PDEVICE_EXTENSION Device)
{
    // leaked by LEAK_ON_ERROR_PATHS, when anything after it fails:
    Device->Reserve = MmAllocateMappingAddress(CAPTURE_STAGING_BYTES, CAPTURE_TAG);
    if (Device->Reserve == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Device->Scratch = ExAllocatePoolWithTag(NonPagedPoolNx, CAPTURE_SCRATCH_BYTES, CAPTURE_TAG);
    if (Device->Scratch == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Device->Counters = MmAllocateNonCachedMemory(CAPTURE_COUNTER_BYTES);
    if (Device->Counters == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Device->Doorbell = MmMapIoSpace(Device->DoorbellAddress, CAPTURE_DOORBELL_BYTES, MmNonCached);
    return Device->Doorbell == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

NTSTATUS CaptureStart(PDEVICE_EXTENSION Device)
{
    NTSTATUS status = CaptureMap(Device);

    if (NT_SUCCESS(status)) {
        status = CaptureAllocateRing(Device);
    }
    if (NT_SUCCESS(status)) {
        status = CaptureAllocateStaging(Device);
    }
    if (NT_SUCCESS(status)) {
        status = CaptureAllocateRequests(Device);
    }
    if (NT_SUCCESS(status)) {
        status = CaptureAllocateRest(Device);
    }
    Device->Started = NT_SUCCESS(status);
    if (!Device->Started) {
        CaptureStop(Device);
    }
    return status;
}

static VOID CaptureFreeRing(PDEVICE_EXTENSION Device)
{
#ifdef LEAK_ON_ERROR_PATHS
    if (Device->RingMdl == NULL) {
        return; // the fourth defect: the ring can be there without it
    }
#endif
    if (Device->RingMdl != NULL) {
        IoFreeMdl(Device->RingMdl);
    }
    if (Device->Ring != NULL) {
        MmFreeContiguousMemory(Device->Ring);
    }
}

static VOID CaptureFreeRest(PDEVICE_EXTENSION Device)
{
    if (Device->Doorbell != NULL) {
        MmUnmapIoSpace(Device->Doorbell, CAPTURE_DOORBELL_BYTES);
    }
    if (Device->Counters != NULL) {
        MmFreeNonCachedMemory(Device->Counters, CAPTURE_COUNTER_BYTES);
    }
    if (Device->Scratch != NULL) {
        ExFreePoolWithTag(Device->Scratch, CAPTURE_TAG);
    }
#ifdef LEAK_ON_ERROR_PATHS
    if (!Device->Started) {
        return; // the fifth defect: a start that fails can have come this far
    }
#endif
    if (Device->Reserve != NULL) {
        MmFreeMappingAddress(Device->Reserve, CAPTURE_TAG);
    }
}

VOID CaptureStop(PDEVICE_EXTENSION Device)
{
    CaptureFreeRest(Device);
    if (Device->Irp != NULL) {
        IoFreeIrp(Device->Irp);
    }
    if (Device->WorkItem != NULL) {
        IoFreeWorkItem(Device->WorkItem);
    }
    if (Device->StagingAddress != NULL) {
        MmUnmapLockedPages(Device->StagingAddress, Device->Staging);
    }
    if (Device->Staging != NULL) {
        MmFreePagesFromMdl(Device->Staging);
        ExFreePool(Device->Staging);
    }
    CaptureFreeRing(Device);
    if (Device->Frame != NULL) {
        MmUnmapIoSpace(Device->Frame, CAPTURE_FRAME_BYTES);
    }
    if (Device->Registers != NULL) {
        MmUnmapIoSpace(Device->Registers, CAPTURE_REGISTER_BYTES);
    }
    RtlZeroMemory(&Device->Registers, sizeof *Device - FIELD_OFFSET(DEVICE_EXTENSION, Registers));
}
