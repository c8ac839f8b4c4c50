// SPDX-License-Identifier: MIT
// The video port, as far as mapping device memory goes: VideoPortMapMemory and
// VideoPortUnmapMemory.
#ifndef __VIDEO_H__
#define __VIDEO_H__

#include <dderror.h>
#include <miniport.h>

SYSPTE_WDK_BEGIN

typedef LONG VP_STATUS, *PVP_STATUS;

#define VIDEO_MEMORY_SPACE_MEMORY    0x00
#define VIDEO_MEMORY_SPACE_IO        0x01
#define VIDEO_MEMORY_SPACE_USER_MODE 0x02
#define VIDEO_MEMORY_SPACE_DENSE     0x04
#define VIDEO_MEMORY_SPACE_P6CACHE   0x08

typedef struct _VIDEO_ACCESS_RANGE {
    PHYSICAL_ADDRESS RangeStart;
    ULONG RangeLength;
    UCHAR RangeInIoSpace;
    UCHAR RangeVisible;
    UCHAR RangeShareable;
    UCHAR RangePassive;
} VIDEO_ACCESS_RANGE, *PVIDEO_ACCESS_RANGE;

// ---- Map

// Length: in the bytes asked for, out those mapped. InIoSpace: in VIDEO_MEMORY_SPACE_*, out whether
// the address is one of ports. VirtualAddress: in, for VIDEO_MEMORY_SPACE_USER_MODE, a handle of
// the process (else NULL), out the address.
VP_STATUS NTAPI VideoPortMapMemory(_In_ PVOID HwDeviceExtension,
                                   _In_ PHYSICAL_ADDRESS PhysicalAddress, _Inout_ PULONG Length,
                                   _Inout_ PULONG InIoSpace, _Inout_ PVOID *VirtualAddress);

VP_STATUS NTAPI VideoPortUnmapMemory(_In_ PVOID HwDeviceExtension, _In_ PVOID VirtualAddress,
                                     _In_opt_ HANDLE ProcessHandle);

// ---- The same with a site

VP_STATUS syspte_at_VideoPortMapMemory(_In_ PVOID HwDeviceExtension,
                                       _In_ PHYSICAL_ADDRESS PhysicalAddress, _Inout_ PULONG Length,
                                       _Inout_ PULONG InIoSpace, _Inout_ PVOID *VirtualAddress,
                                       const char *file, unsigned line, const char *function);
VP_STATUS syspte_at_VideoPortUnmapMemory(_In_ PVOID HwDeviceExtension, _In_ PVOID VirtualAddress,
                                         _In_opt_ HANDLE ProcessHandle, const char *file,
                                         unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#ifndef SYSPTE_SITE
#define SYSPTE_SITE __FILE__, __LINE__, __func__
#endif
#define VideoPortMapMemory(...)   syspte_at_VideoPortMapMemory(__VA_ARGS__, SYSPTE_SITE)
#define VideoPortUnmapMemory(...) syspte_at_VideoPortUnmapMemory(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
