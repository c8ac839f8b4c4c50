// SPDX-License-Identifier: MIT
// The bus driver's interface BUS_INTERFACE_STANDARD, and the HAL's older functions to the same end.
// Whoever gets the interface holds a reference of it: what is left at REMOVE is found there.
// Source: ns-wdm-_bus_interface_standard, irp-mn-query-interface, nf-ntddk-halgetbusdatabyoffset,
// nf-ntddk-haltranslatebusaddress.
#include "sim/bus.h"

#include <string.h>

static const GUID standard = {
    0x496B8280, 0x6F25, 0x11D0, {0xBE, 0xAF, 0x08, 0x00, 0x2B, 0xE2, 0x09, 0x2F}};

// ---- The interface

static VOID reference(PVOID Context)
{
    syspte_world_take();
    ((syspte_physical *)Context)->references++;
    syspte_world_give();
}

static VOID dereference(PVOID Context)
{
    syspte_physical *physical = Context;
    syspte_event event = {.rule = SYSPTE_RULE_INTERFACE_REFERENCE,
                          .text = "it is dereferenced once more than it was referenced"};
    syspte_world_take();
    if (physical->references != 0) {
        physical->references--;
    } else {
        (void)syspte_violate(&event, 0, 0, 0);
    }
    syspte_world_give();
}

static BOOLEAN translate(PVOID Context, PHYSICAL_ADDRESS BusAddress, ULONG Length,
                         PULONG AddressSpace, PPHYSICAL_ADDRESS TranslatedAddress)
{
    (void)Context;
    (void)Length;
    (void)AddressSpace; // memory stays memory, and ports stay ports
    *TranslatedAddress = BusAddress;
    return TRUE;
}

static struct _DMA_ADAPTER *get_dma_adapter(PVOID Context, struct _DEVICE_DESCRIPTION *Descriptor,
                                            PULONG NumberOfMapRegisters)
{
    return IoGetDmaAdapter(&((syspte_physical *)Context)->object, Descriptor, NumberOfMapRegisters);
}

static ULONG set_bus_data(PVOID Context, ULONG DataType, PVOID Buffer, ULONG Offset, ULONG Length)
{
    return DataType == PCI_WHICHSPACE_CONFIG ? syspte_pci_write(Context, Buffer, Offset, Length)
                                             : 0;
}

static ULONG get_bus_data(PVOID Context, ULONG DataType, PVOID Buffer, ULONG Offset, ULONG Length)
{
    return DataType == PCI_WHICHSPACE_CONFIG ? syspte_pci_read(Context, Buffer, Offset, Length) : 0;
}

NTSTATUS syspte_bus_interface(syspte_physical *physical, const IO_STACK_LOCATION *location)
{
    if (memcmp(location->Parameters.QueryInterface.InterfaceType, &standard, sizeof standard) !=
        0) {
        return STATUS_NOT_SUPPORTED;
    }
    if (location->Parameters.QueryInterface.Size < sizeof(BUS_INTERFACE_STANDARD)) {
        return STATUS_INVALID_PARAMETER;
    }
    PBUS_INTERFACE_STANDARD out =
        (PBUS_INTERFACE_STANDARD)location->Parameters.QueryInterface.Interface;
    *out = (BUS_INTERFACE_STANDARD){.Size = sizeof *out,
                                    .Version = 1,
                                    .Context = physical,
                                    .InterfaceReference = reference,
                                    .InterfaceDereference = dereference,
                                    .TranslateBusAddress = translate,
                                    .GetDmaAdapter = get_dma_adapter,
                                    .SetBusData = set_bus_data,
                                    .GetBusData = get_bus_data};
    reference(physical);
    return STATUS_SUCCESS;
}

// ---- The HAL's way

static syspte_physical *device_in(ULONG bus, ULONG slot)
{
    PCI_SLOT_NUMBER number = {.u.AsULONG = slot};
    syspte_physical *p = syspte_bus_next(NULL);
    while (p != NULL && (p->hardware == NULL || p->hardware->bus_number != bus ||
                         p->hardware->slot != number.u.bits.DeviceNumber ||
                         p->hardware->function != number.u.bits.FunctionNumber)) {
        p = syspte_bus_next(p);
    }
    return p;
}

// Where no device is, two bytes say so: PCI_INVALID_VENDORID.
ULONG HalGetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
                            PVOID Buffer, ULONG Offset, ULONG Length)
{
    const USHORT nobody = PCI_INVALID_VENDORID;
    if (BusDataType != PCIConfiguration) {
        return 0;
    }
    syspte_physical *p = device_in(BusNumber, SlotNumber);
    if (p != NULL) {
        return syspte_pci_read(p, Buffer, Offset, Length);
    }
    if (Offset != 0 || Length < sizeof nobody) {
        return 0;
    }
    memcpy(Buffer, &nobody, sizeof nobody);
    return sizeof nobody;
}

ULONG HalGetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer,
                    ULONG Length)
{
    return HalGetBusDataByOffset(BusDataType, BusNumber, SlotNumber, Buffer, 0, Length);
}

ULONG HalSetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
                            PVOID Buffer, ULONG Offset, ULONG Length)
{
    syspte_physical *p = BusDataType == PCIConfiguration ? device_in(BusNumber, SlotNumber) : NULL;
    return p == NULL ? 0 : syspte_pci_write(p, Buffer, Offset, Length);
}

ULONG HalSetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID Buffer,
                    ULONG Length)
{
    return HalSetBusDataByOffset(BusDataType, BusNumber, SlotNumber, Buffer, 0, Length);
}

BOOLEAN HalTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
                               PHYSICAL_ADDRESS BusAddress, PULONG AddressSpace,
                               PPHYSICAL_ADDRESS TranslatedAddress)
{
    (void)BusNumber;
    bool known = InterfaceType == PCIBus || InterfaceType == Isa || InterfaceType == Eisa ||
                 InterfaceType == Internal;
    return known && translate(NULL, BusAddress, 0, AddressSpace, TranslatedAddress);
}
