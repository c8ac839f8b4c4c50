// SPDX-License-Identifier: MIT
// A start that maps four windows, the first of them write-combined, or noncached where that cannot
// be had. Whichever fails, what is mapped by then is unmapped.
#include "idioms.h"

#define FRAME_BYTES     0x100000
#define REGISTERS_AT    0x100000
#define REGISTERS_BYTES 0x1000
#define CURSOR_AT       0x102000
#define CURSOR_BYTES    0x2000
#define PALETTE_AT      0x104000
#define PALETTE_BYTES   0x400

static PHYSICAL_ADDRESS Behind(PHYSICAL_ADDRESS Address, ULONG Bytes)
{
    Address.QuadPart += Bytes;
    return Address;
}

static BOOLEAN MapFrame(PDISPLAY Display, PHYSICAL_ADDRESS Address)
{
    Display->Frame.Bytes = FRAME_BYTES;
    Display->Combined = TRUE;
    Display->Frame.Base = MmMapIoSpace(Address, FRAME_BYTES, MmWriteCombined);
    if (Display->Frame.Base == NULL) {
        Display->Combined = FALSE;
        Display->Frame.Base = MmMapIoSpace(Address, FRAME_BYTES, MmNonCached);
    }
    return Display->Frame.Base != NULL;
}

static BOOLEAN Map(PWINDOW Window, PHYSICAL_ADDRESS Address, SIZE_T Bytes)
{
    Window->Bytes = Bytes;
    // FOUND leak: MmMapIoSpace in Map: 1 mapping, 1 PTE (4 KiB), never unmapped
    Window->Base = MmMapIoSpace(Address, Bytes, MmNonCached);
    return Window->Base != NULL;
}

static VOID Unmap(PWINDOW Window)
{
    MmUnmapIoSpace(Window->Base, Window->Bytes);
    Window->Base = NULL;
}

NTSTATUS DisplayStart(PDISPLAY Display, PHYSICAL_ADDRESS Address)
{
    if (!MapFrame(Display, Address)) {
        goto Frame;
    }
    if (!Map(&Display->Registers, Behind(Address, REGISTERS_AT), REGISTERS_BYTES)) {
        goto Registers;
    }
    if (!Map(&Display->Cursor, Behind(Address, CURSOR_AT), CURSOR_BYTES)) {
        goto Cursor;
    }
    if (!Map(&Display->Palette, Behind(Address, PALETTE_AT), PALETTE_BYTES)) {
        goto Palette;
    }
    return STATUS_SUCCESS;

Palette:
    Unmap(&Display->Cursor);
Cursor:
    Unmap(&Display->Registers);
Registers:
    Unmap(&Display->Frame);
Frame:
    return STATUS_INSUFFICIENT_RESOURCES;
}

VOID DisplayStop(PDISPLAY Display)
{
    Unmap(&Display->Palette);
    Unmap(&Display->Cursor);
    Unmap(&Display->Registers);
    Unmap(&Display->Frame);
}

// The defect: one of the four ways out unmaps too little.
NTSTATUS DisplayStartLeaks(PDISPLAY Display, PHYSICAL_ADDRESS Address)
{
    if (!MapFrame(Display, Address)) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (!Map(&Display->Registers, Behind(Address, REGISTERS_AT), REGISTERS_BYTES)) {
        Unmap(&Display->Frame);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (!Map(&Display->Cursor, Behind(Address, CURSOR_AT), CURSOR_BYTES)) {
        Unmap(&Display->Frame);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (!Map(&Display->Palette, Behind(Address, PALETTE_AT), PALETTE_BYTES)) {
        Unmap(&Display->Cursor);
        Unmap(&Display->Registers);
        Unmap(&Display->Frame);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}
