// SPDX-License-Identifier: MIT
// A start that does not come through, and says that it did, so that the device stays there: what it
// mapped must have ended all the same. Seen between start and stop, long before the unload.
#include "idioms.h"

#define REGISTER_BYTES 0x1000
#define ALIVE          0x600D

static BOOLEAN IsAlive(PVOID Registers)
{
    // FOUND misuse: access in IsAlive uses a NULL pointer
    return READ_REGISTER_ULONG(Registers) == ALIVE;
}

NTSTATUS StartedStart(PSTARTED Device, PHYSICAL_ADDRESS Address)
{
    Device->Usable = FALSE;
    Device->Registers.Bytes = REGISTER_BYTES;
    Device->Registers.Base = MmMapIoSpace(Address, REGISTER_BYTES, MmNonCached);
    if (Device->Registers.Base == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Device->Usable = IsAlive(Device->Registers.Base);
    if (!Device->Usable) {
        MmUnmapIoSpace(Device->Registers.Base, Device->Registers.Bytes);
    }
    return STATUS_SUCCESS;
}

VOID StartedStop(PSTARTED Device)
{
    if (Device->Usable) {
        MmUnmapIoSpace(Device->Registers.Base, Device->Registers.Bytes);
        Device->Usable = FALSE;
    }
}

// The defect: the device is not usable, so nobody stops it, and its registers stay mapped.
NTSTATUS StartedStartHides(PSTARTED Device, PHYSICAL_ADDRESS Address)
{
    Device->Registers.Bytes = REGISTER_BYTES;
    // FOUND leak: MmMapIoSpace in StartedStartHides: 1 mapping, 1 PTE (4 KiB), never
    Device->Registers.Base = MmMapIoSpace(Address, REGISTER_BYTES, MmNonCached);
    if (Device->Registers.Base == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Device->Usable = IsAlive(Device->Registers.Base);
    return STATUS_SUCCESS;
}

// The defect: that a map can fail is not thought of.
NTSTATUS StartedStartUntested(PSTARTED Device, PHYSICAL_ADDRESS Address)
{
    Device->Registers.Bytes = REGISTER_BYTES;
    Device->Registers.Base = MmMapIoSpace(Address, REGISTER_BYTES, MmNonCached);
    Device->Usable = IsAlive(Device->Registers.Base);
    return STATUS_SUCCESS;
}
