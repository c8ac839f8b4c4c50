// SPDX-License-Identifier: MIT
// The device extension of a small capture card's driver, and the two routines that its PnP dispatch
// calls.
#ifndef ERROR_PATHS_H
#define ERROR_PATHS_H

#include <ntddk.h>

#define CAPTURE_TAG            'tpaC'
#define CAPTURE_REGISTER_BYTES 0x1000u
#define CAPTURE_DOORBELL_BYTES 0x1000u
#define CAPTURE_FRAME_BYTES    (16 * 0x1000u)
#define CAPTURE_RING_BYTES     (2 * 0x1000u)
#define CAPTURE_STAGING_BYTES  (4 * 0x1000u)
#define CAPTURE_COUNTER_BYTES  0x1000u
#define CAPTURE_SCRATCH_BYTES  512u

typedef struct _DEVICE_EXTENSION {
    PDEVICE_OBJECT Self;
    PHYSICAL_ADDRESS RegisterAddress; // of the translated resources
    PHYSICAL_ADDRESS FrameAddress;
    PHYSICAL_ADDRESS DoorbellAddress;
    PVOID Registers; // from here on NULL while the device is stopped
    PVOID Frame;
    PVOID Ring;
    PMDL RingMdl;
    PMDL Staging;
    PVOID StagingAddress;
    PIO_WORKITEM WorkItem;
    PIRP Irp;
    PVOID Reserve; // for mapping an MDL when there are no more PTEs
    PVOID Scratch;
    PVOID Counters;
    PVOID Doorbell;
    BOOLEAN Started;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

// Takes what the device needs: twelve calls, each of which can fail. All or nothing.
// IRQL: PASSIVE_LEVEL.
NTSTATUS CaptureStart(PDEVICE_EXTENSION Device);

// Gives back what was taken, and forgets it. Nothing where nothing was.
// IRQL: PASSIVE_LEVEL.
VOID CaptureStop(PDEVICE_EXTENSION Device);

#endif
