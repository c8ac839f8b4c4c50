// SPDX-License-Identifier: MIT
// The HAL's own way to a bus, from before there were bus drivers to ask.
#ifndef SYSPTE_WDK_HAL_H
#define SYSPTE_WDK_HAL_H

typedef enum _BUS_DATA_TYPE {
    ConfigurationSpaceUndefined = -1,
    Cmos,
    EisaConfiguration,
    Pos,
    CbusConfiguration,
    PCIConfiguration,
    VMEConfiguration,
    NuBusConfiguration,
    PCMCIAConfiguration,
    MPIConfiguration,
    MPSAConfiguration,
    PNPISAConfiguration,
    SgiInternalConfiguration,
    MaximumBusDataType
} BUS_DATA_TYPE,
    *PBUS_DATA_TYPE;

NTHALAPI ULONG NTAPI HalGetBusData(_In_ BUS_DATA_TYPE BusDataType, _In_ ULONG BusNumber,
                                   _In_ ULONG SlotNumber, _Out_writes_bytes_(Length) PVOID Buffer,
                                   _In_ ULONG Length);
NTHALAPI ULONG NTAPI HalGetBusDataByOffset(_In_ BUS_DATA_TYPE BusDataType, _In_ ULONG BusNumber,
                                           _In_ ULONG SlotNumber,
                                           _Out_writes_bytes_(Length) PVOID Buffer,
                                           _In_ ULONG Offset, _In_ ULONG Length);
NTHALAPI ULONG NTAPI HalSetBusData(_In_ BUS_DATA_TYPE BusDataType, _In_ ULONG BusNumber,
                                   _In_ ULONG SlotNumber, _In_reads_bytes_(Length) PVOID Buffer,
                                   _In_ ULONG Length);
NTHALAPI ULONG NTAPI HalSetBusDataByOffset(_In_ BUS_DATA_TYPE BusDataType, _In_ ULONG BusNumber,
                                           _In_ ULONG SlotNumber,
                                           _In_reads_bytes_(Length) PVOID Buffer, _In_ ULONG Offset,
                                           _In_ ULONG Length);
NTHALAPI BOOLEAN NTAPI HalTranslateBusAddress(_In_ INTERFACE_TYPE InterfaceType,
                                              _In_ ULONG BusNumber,
                                              _In_ PHYSICAL_ADDRESS BusAddress,
                                              _Inout_ PULONG AddressSpace,
                                              _Out_ PPHYSICAL_ADDRESS TranslatedAddress);

#endif
