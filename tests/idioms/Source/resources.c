// SPDX-License-Identifier: MIT
// A start that loops over the device's resources: memory told apart by its size, one range carved
// into two by moving the descriptor's own start, and a port that the bus shows as memory.
#include "idioms.h"

#define REGISTER_BYTES 0x1000
#define QUEUE_BYTES    0x800

static NTSTATUS WindowMap(PWINDOW Window, PHYSICAL_ADDRESS Start, ULONG Length)
{
    // FOUND leak: MmMapIoSpace in WindowMap: 1 mapping
    Window->Base = MmMapIoSpace(Start, Length, MmNonCached);
    Window->Bytes = Length;
    return Window->Base == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

static VOID WindowUnmap(PWINDOW Window)
{
    if (Window->Base != NULL) {
        MmUnmapIoSpace(Window->Base, Window->Bytes);
        Window->Base = NULL;
    }
}

static NTSTATUS MapMemory(PADAPTER Adapter, PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor)
{
    NTSTATUS status;
    if (Descriptor->u.Memory.Length == REGISTER_BYTES) {
        return WindowMap(&Adapter->Registers, Descriptor->u.Memory.Start,
                         Descriptor->u.Memory.Length);
    }
    status = WindowMap(&Adapter->Queue, Descriptor->u.Memory.Start, QUEUE_BYTES);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    Descriptor->u.Memory.Start.QuadPart += QUEUE_BYTES;
    Descriptor->u.Memory.Length -= QUEUE_BYTES;
    return WindowMap(&Adapter->Buffers, Descriptor->u.Memory.Start, Descriptor->u.Memory.Length);
}

NTSTATUS AdapterStart(PADAPTER Adapter, PCM_RESOURCE_LIST Translated)
{
    PCM_PARTIAL_RESOURCE_LIST list = &Translated->List[0].PartialResourceList;
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    // FOUND leak: ExAllocatePoolWithTag in AdapterStart: 1 block
    Adapter->Shadow = ExAllocatePoolWithTag(NonPagedPool, REGISTER_BYTES, IDIOM_TAG);
    if (Adapter->Shadow == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    for (i = 0; i < list->Count && NT_SUCCESS(status); i++) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = &list->PartialDescriptors[i];
        switch (descriptor->Type) {
        case CmResourceTypeMemory:
            status = MapMemory(Adapter, descriptor);
            break;
        case CmResourceTypePort:
            if (!(descriptor->Flags & CM_RESOURCE_PORT_IO)) {
                status = WindowMap(&Adapter->Port, descriptor->u.Port.Start,
                                   descriptor->u.Port.Length);
            }
            break;
        default:
            break;
        }
    }
    if (!NT_SUCCESS(status)) {
        AdapterStop(Adapter);
    }
    return status;
}

VOID AdapterStop(PADAPTER Adapter)
{
    WindowUnmap(&Adapter->Registers);
    WindowUnmap(&Adapter->Queue);
    WindowUnmap(&Adapter->Buffers);
    WindowUnmap(&Adapter->Port);
    if (Adapter->Shadow != NULL) {
        ExFreePoolWithTag(Adapter->Shadow, IDIOM_TAG);
        Adapter->Shadow = NULL;
    }
}

// The defect: a second range of memory overwrites the pointer to the first.
NTSTATUS AdapterStartKeepsTheLast(PADAPTER Adapter, PCM_RESOURCE_LIST Translated)
{
    PCM_PARTIAL_RESOURCE_LIST list = &Translated->List[0].PartialResourceList;
    ULONG i;
    for (i = 0; i < list->Count; i++) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = &list->PartialDescriptors[i];
        PHYSICAL_ADDRESS start = descriptor->u.Memory.Start;
        if (descriptor->Type == CmResourceTypeMemory) {
            Adapter->Registers.Bytes = descriptor->u.Memory.Length;
            // FOUND leak: MmMapIoSpace in AdapterStartKeepsTheLast: 1 mapping
            Adapter->Registers.Base = MmMapIoSpace(start, descriptor->u.Memory.Length, MmNonCached);
        }
    }
    return STATUS_SUCCESS;
}

// The defect: the port is not unmapped, because a port is nothing to unmap.
VOID AdapterStopForgetsThePort(PADAPTER Adapter)
{
    Adapter->Port.Base = NULL;
    AdapterStop(Adapter);
}

// The defect: the pool beside the mappings stays.
VOID AdapterStopForgetsTheShadow(PADAPTER Adapter)
{
    Adapter->Shadow = NULL;
    AdapterStop(Adapter);
}
