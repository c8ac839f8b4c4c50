// SPDX-License-Identifier: MIT
// NdisMMapIoSpace and NdisMUnmapIoSpace: noncached, at PASSIVE_LEVEL, and with a status. The length
// of the unmap must be that of the map (nf-ndis-ndismunmapiospace).
#include "sim/port_driver.h"

#include <ndis.h>

SYSPTE_ENTRY(NDIS_STATUS, NdisMMapIoSpace,
             (PVOID * VirtualAddress, NDIS_HANDLE MiniportAdapterHandle,
              NDIS_PHYSICAL_ADDRESS PhysicalAddress, UINT Length),
             (VirtualAddress, MiniportAdapterHandle, PhysicalAddress, Length))
{
    (void)MiniportAdapterHandle;
    *VirtualAddress = NULL;
    if (!syspte_port_driver_enter(SYSPTE_API_NDIS_M_MAP_IO_SPACE, caller)) {
        return NDIS_STATUS_FAILURE;
    }
    *VirtualAddress =
        syspte_map_io_space(SYSPTE_API_NDIS_M_MAP_IO_SPACE, (uint64_t)PhysicalAddress.QuadPart,
                            Length, MmNonCached, caller);
    return *VirtualAddress != NULL ? NDIS_STATUS_SUCCESS
           : Length == 0           ? NDIS_STATUS_FAILURE
                                   : NDIS_STATUS_RESOURCES;
}

SYSPTE_ENTRY_VOID(NdisMUnmapIoSpace,
                  (NDIS_HANDLE MiniportAdapterHandle, PVOID VirtualAddress, UINT Length),
                  (MiniportAdapterHandle, VirtualAddress, Length))
{
    (void)MiniportAdapterHandle;
    if (syspte_port_driver_enter(SYSPTE_API_NDIS_M_UNMAP_IO_SPACE, caller)) {
        syspte_unmap_io_space(SYSPTE_API_NDIS_M_UNMAP_IO_SPACE, VirtualAddress, Length, caller);
    }
}
