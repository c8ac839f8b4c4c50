// SPDX-License-Identifier: MIT
// Neither way leaks. The first one needs two system PTEs side by side whenever a frame is read, and
// so it fails, after days, on a machine whose pool *other* drivers have cut into single pages.
#include "capture.h"

NTSTATUS
CaptureFrameByMapping(_In_ PCAPTURE_DEVICE Device,
                      _Out_writes_bytes_(CAPTURE_FRAME_BYTES) PVOID Buffer)
{
    PVOID Frame = MmMapIoSpace(Device->FrameAddress, CAPTURE_FRAME_BYTES, MmNonCached);

    if (Frame == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    READ_REGISTER_BUFFER_ULONG(Frame, Buffer, CAPTURE_FRAME_BYTES / sizeof(ULONG));
    MmUnmapIoSpace(Frame, CAPTURE_FRAME_BYTES);
    return STATUS_SUCCESS;
}

NTSTATUS
CaptureStart(_Inout_ PCAPTURE_DEVICE Device)
{
    Device->Frame = MmMapIoSpace(Device->FrameAddress, CAPTURE_FRAME_BYTES, MmNonCached);
    return Device->Frame == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

VOID CaptureStop(_Inout_ PCAPTURE_DEVICE Device)
{
    if (Device->Frame != NULL) {
        MmUnmapIoSpace(Device->Frame, CAPTURE_FRAME_BYTES);
        Device->Frame = NULL;
    }
}

NTSTATUS
CaptureFrame(_In_ PCAPTURE_DEVICE Device, _Out_writes_bytes_(CAPTURE_FRAME_BYTES) PVOID Buffer)
{
    if (Device->Frame == NULL) {
        return STATUS_DEVICE_NOT_READY;
    }

    READ_REGISTER_BUFFER_ULONG(Device->Frame, Buffer, CAPTURE_FRAME_BYTES / sizeof(ULONG));
    return STATUS_SUCCESS;
}
