// SPDX-License-Identifier: MIT
// The storage port, as far as mapping device memory goes: StorPortGetDeviceBase and
// StorPortFreeDeviceBase, and access to what they mapped.
#ifndef _NTSTORPORT_
#define _NTSTORPORT_

#include <wdm.h>

SYSPTE_WDK_BEGIN

typedef PHYSICAL_ADDRESS STOR_PHYSICAL_ADDRESS, *PSTOR_PHYSICAL_ADDRESS;

typedef struct _ACCESS_RANGE {
    STOR_PHYSICAL_ADDRESS RangeStart;
    ULONG RangeLength;
    BOOLEAN RangeInMemory;
} ACCESS_RANGE, *PACCESS_RANGE;

// ---- Map

// NULL if the range cannot be mapped. The whole device is mapped; the length is kept for the end.
PVOID NTAPI StorPortGetDeviceBase(_In_ PVOID HwDeviceExtension, _In_ INTERFACE_TYPE BusType,
                                  _In_ ULONG SystemIoBusNumber,
                                  _In_ STOR_PHYSICAL_ADDRESS IoAddress, _In_ ULONG NumberOfBytes,
                                  _In_ BOOLEAN InIoSpace);

VOID NTAPI StorPortFreeDeviceBase(_In_ PVOID HwDeviceExtension, _In_ PVOID MappedAddress);

// ---- Registers

#define StorPortReadRegisterUchar(HwDeviceExtension, Register)                                     \
    READ_REGISTER_UCHAR((volatile UCHAR *)(Register))
#define StorPortReadRegisterUshort(HwDeviceExtension, Register)                                    \
    READ_REGISTER_USHORT((volatile USHORT *)(Register))
#define StorPortReadRegisterUlong(HwDeviceExtension, Register)                                     \
    READ_REGISTER_ULONG((volatile ULONG *)(Register))
#define StorPortWriteRegisterUchar(HwDeviceExtension, Register, Value)                             \
    WRITE_REGISTER_UCHAR((volatile UCHAR *)(Register), (UCHAR)(Value))
#define StorPortWriteRegisterUshort(HwDeviceExtension, Register, Value)                            \
    WRITE_REGISTER_USHORT((volatile USHORT *)(Register), (USHORT)(Value))
#define StorPortWriteRegisterUlong(HwDeviceExtension, Register, Value)                             \
    WRITE_REGISTER_ULONG((volatile ULONG *)(Register), (ULONG)(Value))

// ---- The same with a site

PVOID syspte_at_StorPortGetDeviceBase(_In_ PVOID HwDeviceExtension, _In_ INTERFACE_TYPE BusType,
                                      _In_ ULONG SystemIoBusNumber,
                                      _In_ STOR_PHYSICAL_ADDRESS IoAddress,
                                      _In_ ULONG NumberOfBytes, _In_ BOOLEAN InIoSpace,
                                      const char *file, unsigned line, const char *function);
VOID syspte_at_StorPortFreeDeviceBase(_In_ PVOID HwDeviceExtension, _In_ PVOID MappedAddress,
                                      const char *file, unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define StorPortGetDeviceBase(...)  syspte_at_StorPortGetDeviceBase(__VA_ARGS__, SYSPTE_SITE)
#define StorPortFreeDeviceBase(...) syspte_at_StorPortFreeDeviceBase(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
