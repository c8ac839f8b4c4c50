// SPDX-License-Identifier: MIT
// StorPortGetDeviceBase and StorPortFreeDeviceBase: memory is mapped noncached, ports are their own
// addresses.
#include "sim/port_driver.h"

#include <storport.h>

SYSPTE_ENTRY(PVOID, StorPortGetDeviceBase,
             (PVOID HwDeviceExtension, INTERFACE_TYPE BusType, ULONG SystemIoBusNumber,
              STOR_PHYSICAL_ADDRESS IoAddress, ULONG NumberOfBytes, BOOLEAN InIoSpace),
             (HwDeviceExtension, BusType, SystemIoBusNumber, IoAddress, NumberOfBytes, InIoSpace))
{
    (void)HwDeviceExtension;
    (void)BusType;
    (void)SystemIoBusNumber;
    if (!syspte_port_driver_enter(SYSPTE_API_STOR_PORT_GET_DEVICE_BASE, caller)) {
        return NULL;
    }
    if (InIoSpace) {
        return (PVOID)(ULONG_PTR)IoAddress.QuadPart;
    }
    return syspte_map_io_space(SYSPTE_API_STOR_PORT_GET_DEVICE_BASE, (uint64_t)IoAddress.QuadPart,
                               NumberOfBytes, MmNonCached, caller);
}

SYSPTE_ENTRY_VOID(StorPortFreeDeviceBase, (PVOID HwDeviceExtension, PVOID MappedAddress),
                  (HwDeviceExtension, MappedAddress))
{
    (void)HwDeviceExtension;
    bool is_port = MappedAddress != NULL && (ULONG_PTR)MappedAddress < SYSPTE_PORTS_END;
    if (syspte_port_driver_enter(SYSPTE_API_STOR_PORT_FREE_DEVICE_BASE, caller) && !is_port) {
        (void)syspte_port_driver_unmap(SYSPTE_API_STOR_PORT_FREE_DEVICE_BASE, MappedAddress,
                                       caller);
    }
}
