// SPDX-License-Identifier: MIT
// A capture card's driver, reduced to how it reads a frame out of the card's memory.
#pragma once

#include <ntddk.h>

#define CAPTURE_FRAME_BYTES 0x2000 // two pages

typedef struct _CAPTURE_DEVICE {
    PHYSICAL_ADDRESS FrameAddress; // of the card's memory
    PVOID Frame;                   // mapped for as long as the device is started, or NULL
} CAPTURE_DEVICE, *PCAPTURE_DEVICE;

// Maps the frame, copies it and unmaps it, each time.
NTSTATUS CaptureFrameByMapping(_In_ PCAPTURE_DEVICE Device,
                               _Out_writes_bytes_(CAPTURE_FRAME_BYTES) PVOID Buffer);

// Maps the frame once, while the pool is whole; ends the mapping; copies through it.
NTSTATUS CaptureStart(_Inout_ PCAPTURE_DEVICE Device);
VOID CaptureStop(_Inout_ PCAPTURE_DEVICE Device);
NTSTATUS CaptureFrame(_In_ PCAPTURE_DEVICE Device,
                      _Out_writes_bytes_(CAPTURE_FRAME_BYTES) PVOID Buffer);
