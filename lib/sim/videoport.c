// SPDX-License-Identifier: MIT
// VideoPortMapMemory and VideoPortUnmapMemory: memory is mapped noncached, or write-combined for
// VIDEO_MEMORY_SPACE_P6CACHE; ports are their own addresses. Mapping into a process is not
// simulated: it fails.
#include "sim/port_driver.h"

#include <video.h>

SYSPTE_ENTRY(VP_STATUS, VideoPortMapMemory,
             (PVOID HwDeviceExtension, PHYSICAL_ADDRESS PhysicalAddress, PULONG Length,
              PULONG InIoSpace, PVOID *VirtualAddress),
             (HwDeviceExtension, PhysicalAddress, Length, InIoSpace, VirtualAddress))
{
    (void)HwDeviceExtension;
    MEMORY_CACHING_TYPE type =
        (*InIoSpace & VIDEO_MEMORY_SPACE_P6CACHE) != 0 ? MmWriteCombined : MmNonCached;
    if (!syspte_port_driver_enter(SYSPTE_API_VIDEO_PORT_MAP_MEMORY, caller) ||
        (*InIoSpace & VIDEO_MEMORY_SPACE_USER_MODE) != 0) {
        return ERROR_INVALID_FUNCTION;
    }
    if ((*InIoSpace & VIDEO_MEMORY_SPACE_IO) != 0) {
        *VirtualAddress = (PVOID)(ULONG_PTR)PhysicalAddress.QuadPart;
        *InIoSpace = VIDEO_MEMORY_SPACE_IO;
        return NO_ERROR;
    }
    void *mapped = syspte_map_io_space(SYSPTE_API_VIDEO_PORT_MAP_MEMORY,
                                       (uint64_t)PhysicalAddress.QuadPart, *Length, type, caller);
    if (mapped == NULL) {
        return *Length == 0 ? ERROR_INVALID_PARAMETER : ERROR_NOT_ENOUGH_MEMORY;
    }
    *VirtualAddress = mapped;
    *InIoSpace = VIDEO_MEMORY_SPACE_MEMORY;
    return NO_ERROR;
}

SYSPTE_ENTRY(VP_STATUS, VideoPortUnmapMemory,
             (PVOID HwDeviceExtension, PVOID VirtualAddress, HANDLE ProcessHandle),
             (HwDeviceExtension, VirtualAddress, ProcessHandle))
{
    (void)HwDeviceExtension;
    if (!syspte_port_driver_enter(SYSPTE_API_VIDEO_PORT_UNMAP_MEMORY, caller) ||
        ProcessHandle != NULL) {
        return ERROR_INVALID_FUNCTION;
    }
    if (VirtualAddress != NULL && (ULONG_PTR)VirtualAddress < SYSPTE_PORTS_END) {
        return NO_ERROR;
    }
    return syspte_port_driver_unmap(SYSPTE_API_VIDEO_PORT_UNMAP_MEMORY, VirtualAddress, caller)
               ? NO_ERROR
               : ERROR_INVALID_PARAMETER;
}
