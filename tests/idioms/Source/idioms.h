// SPDX-License-Identifier: MIT
// What the tests call of the drivers in this folder. Each source has one thing that real drivers do
// with mappings, as it should be done, and the same with a defect that real drivers have had. A
// line whose call a report must name stands below what it must say, after "FOUND".
#ifndef IDIOMS_H
#define IDIOMS_H

#include <ntddk.h>

#define IDIOM_TAG ((ULONG)0x6F696449)

// One mapping, with what its end needs.
typedef struct _WINDOW {
    PVOID Base;
    SIZE_T Bytes;
} WINDOW, *PWINDOW;

EXTERN_C_START

// kmdf.c
DRIVER_INITIALIZE KmdfEntry;
DRIVER_INITIALIZE KmdfEntryForgets;

// resources.c
typedef struct _ADAPTER {
    WINDOW Registers;
    WINDOW Queue;
    WINDOW Buffers;
    WINDOW Port;
    PULONG Shadow;
} ADAPTER, *PADAPTER;
NTSTATUS AdapterStart(PADAPTER Adapter, PCM_RESOURCE_LIST Translated);
VOID AdapterStop(PADAPTER Adapter);
NTSTATUS AdapterStartKeepsTheLast(PADAPTER Adapter, PCM_RESOURCE_LIST Translated);
VOID AdapterStopForgetsThePort(PADAPTER Adapter);
VOID AdapterStopForgetsTheShadow(PADAPTER Adapter);

// bar.c
typedef struct _BAR {
    PHYSICAL_ADDRESS Start;
    SIZE_T Length;
    PUCHAR Base;
} BAR, *PBAR;
PVOID BarRange(PBAR Bar, SIZE_T Offset, SIZE_T Bytes);
VOID BarRelease(PBAR Bar);
VOID BarReleaseRange(PBAR Bar, SIZE_T Bytes);

// table.c
NTSTATUS TableCopy(PHYSICAL_ADDRESS Address, PVOID Buffer, ULONG Bytes);
NTSTATUS TableCopyLeaks(PHYSICAL_ADDRESS Address, PVOID Buffer, ULONG Bytes);

// shared.c
PVOID SharedMap(PHYSICAL_ADDRESS Address, SIZE_T Bytes);
VOID SharedUnmap(PVOID *Page, SIZE_T Bytes);
VOID SharedForget(PVOID *Page);

// dispatch.c
NTSTATUS DispatchPeek(PKSPIN_LOCK Lock, PHYSICAL_ADDRESS Address, PULONG Value);
NTSTATUS InterruptPeek(PHYSICAL_ADDRESS Address, PULONG Value);

// resume.c
NTSTATUS ResumeMaps(PWINDOW Page, PHYSICAL_ADDRESS Address);
VOID ResumeUnmaps(PWINDOW Page);
NTSTATUS ResumeLeaks(PWINDOW Page, PHYSICAL_ADDRESS Address);

// routine.c
PVOID RoutineMap(PHYSICAL_ADDRESS Address, SIZE_T Bytes, PBOOLEAN UsedEx);
PVOID RoutineMapOfVersion(PHYSICAL_ADDRESS Address, SIZE_T Bytes, PBOOLEAN UsedEx);
PVOID RoutineMapUntested(PHYSICAL_ADDRESS Address, SIZE_T Bytes);

// display.c
typedef struct _DISPLAY {
    WINDOW Frame;
    WINDOW Registers;
    WINDOW Cursor;
    WINDOW Palette;
    BOOLEAN Combined;
} DISPLAY, *PDISPLAY;
NTSTATUS DisplayStart(PDISPLAY Display, PHYSICAL_ADDRESS Address);
VOID DisplayStop(PDISPLAY Display);
NTSTATUS DisplayStartLeaks(PDISPLAY Display, PHYSICAL_ADDRESS Address);

// odd.c
BOOLEAN OddMapAndUnmap(PHYSICAL_ADDRESS Address, SIZE_T Bytes);
VOID OddUnmapsSizeOfPointer(PVOID Base);
VOID OddUnmapsThePage(PVOID Base, SIZE_T Bytes);

// emergency.c
typedef struct _EMERGENCY {
    PVOID Reserved;
    LONG Busy;
} EMERGENCY, *PEMERGENCY;
NTSTATUS EmergencyReserve(PEMERGENCY Emergency);
NTSTATUS EmergencyRead(PEMERGENCY Emergency, PMDL Mdl, PUCHAR First);
VOID EmergencyFree(PEMERGENCY Emergency);
NTSTATUS EmergencyReadLeaks(PEMERGENCY Emergency, PMDL Mdl, PUCHAR First);

// ring.c
typedef struct _RING {
    PMDL Pages;
    PMDL Twice;
    PUCHAR Base;
    ULONG Bytes;
} RING, *PRING;
NTSTATUS RingCreate(PRING Ring, ULONG Bytes);
VOID RingDelete(PRING Ring);
VOID RingDeleteLeaks(PRING Ring);
NTSTATUS RingTwice(PMDL Mdl, ULONG Bytes, PUCHAR First, PUCHAR Second);

// lock.c
NTSTATUS LockSum(PVOID Buffer, ULONG Bytes, KPROCESSOR_MODE Mode, PULONG Sum);
NTSTATUS LockPart(PVOID Buffer, ULONG Bytes, PULONG Sum);
NTSTATUS LockSumLeaksTheMdl(PVOID Buffer, ULONG Bytes, KPROCESSOR_MODE Mode, PULONG Sum);
NTSTATUS LockSumFreesItMapped(PVOID Buffer, ULONG Bytes, PULONG Sum);

// pages.c
NTSTATUS PagesFill(SIZE_T Bytes, UCHAR Value);
NTSTATUS PagesFillLeaksTheMdl(SIZE_T Bytes, UCHAR Value);

// peek.c
NTSTATUS PeekShow(PHYSICAL_ADDRESS Address, SIZE_T Bytes, PULONG Value);
NTSTATUS PeekLeaves(PHYSICAL_ADDRESS Address, SIZE_T Bytes, PULONG Value);

// cache.c
VOID CacheCreate(VOID);
PVOID CacheAcquire(PHYSICAL_ADDRESS Address, SIZE_T Bytes);
VOID CacheRelease(PVOID Base);
NTSTATUS CacheUse(PHYSICAL_ADDRESS Address, SIZE_T Bytes, BOOLEAN Refuse);
NTSTATUS CacheUseLeaks(PHYSICAL_ADDRESS Address, SIZE_T Bytes, BOOLEAN Refuse);

// start.c
typedef struct _STARTED {
    WINDOW Registers;
    BOOLEAN Usable;
} STARTED, *PSTARTED;
NTSTATUS StartedStart(PSTARTED Device, PHYSICAL_ADDRESS Address);
VOID StartedStop(PSTARTED Device);
NTSTATUS StartedStartHides(PSTARTED Device, PHYSICAL_ADDRESS Address);
NTSTATUS StartedStartUntested(PSTARTED Device, PHYSICAL_ADDRESS Address);

// stop.c
VOID StopUnmaps(PWINDOW Window);
VOID StopUnmapsAgain(PWINDOW Window);
VOID StopUnmapsNull(PWINDOW Window);

EXTERN_C_END

#endif
