// SPDX-License-Identifier: MIT
// The network driver interface, as far as mapping device memory goes: its types, NdisMMapIoSpace
// and NdisMUnmapIoSpace, and access to what they mapped.
#ifndef _NDIS_
#define _NDIS_

#include <ntddk.h>

SYSPTE_WDK_BEGIN

#define EXPORT

typedef unsigned int UINT, *PUINT;
typedef int NDIS_STATUS, *PNDIS_STATUS;
typedef PVOID NDIS_HANDLE, *PNDIS_HANDLE;
typedef UNICODE_STRING NDIS_STRING, *PNDIS_STRING;
typedef PHYSICAL_ADDRESS NDIS_PHYSICAL_ADDRESS, *PNDIS_PHYSICAL_ADDRESS;

#define NDIS_STATUS_SUCCESS           ((NDIS_STATUS)STATUS_SUCCESS)
#define NDIS_STATUS_PENDING           ((NDIS_STATUS)STATUS_PENDING)
#define NDIS_STATUS_FAILURE           ((NDIS_STATUS)STATUS_UNSUCCESSFUL)
#define NDIS_STATUS_RESOURCES         ((NDIS_STATUS)STATUS_INSUFFICIENT_RESOURCES)
#define NDIS_STATUS_NOT_SUPPORTED     ((NDIS_STATUS)STATUS_NOT_SUPPORTED)
#define NDIS_STATUS_RESOURCE_CONFLICT ((NDIS_STATUS)0xC001001E)

#define NDIS_PHYSICAL_ADDRESS_CONST(Low, High)                                                     \
    {                                                                                              \
        {                                                                                          \
            (ULONG)(Low), (LONG)(High)                                                             \
        }                                                                                          \
    }
#define NdisGetPhysicalAddressHigh(address)        ((address).HighPart)
#define NdisGetPhysicalAddressLow(address)         ((address).LowPart)
#define NdisSetPhysicalAddressHigh(address, value) ((address).HighPart = (value))
#define NdisSetPhysicalAddressLow(address, value)  ((address).LowPart = (value))

// ---- Map

// NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, NDIS_STATUS_RESOURCE_CONFLICT or NDIS_STATUS_FAILURE.
_Must_inspect_result_ _IRQL_requires_(PASSIVE_LEVEL)
NDIS_STATUS NTAPI NdisMMapIoSpace(_Out_ PVOID *VirtualAddress,
                                  _In_ NDIS_HANDLE MiniportAdapterHandle,
                                  _In_ NDIS_PHYSICAL_ADDRESS PhysicalAddress, _In_ UINT Length);

_IRQL_requires_(PASSIVE_LEVEL) VOID NTAPI
    NdisMUnmapIoSpace(_In_ NDIS_HANDLE MiniportAdapterHandle,
                      _In_reads_bytes_(Length) PVOID VirtualAddress, _In_ UINT Length);

// ---- Registers and memory

#define NdisReadRegisterUchar(Register, Data)                                                      \
    (*(Data) = READ_REGISTER_UCHAR((volatile UCHAR *)(Register)))
#define NdisReadRegisterUshort(Register, Data)                                                     \
    (*(Data) = READ_REGISTER_USHORT((volatile USHORT *)(Register)))
#define NdisReadRegisterUlong(Register, Data)                                                      \
    (*(Data) = READ_REGISTER_ULONG((volatile ULONG *)(Register)))
#define NdisWriteRegisterUchar(Register, Data)                                                     \
    WRITE_REGISTER_UCHAR((volatile UCHAR *)(Register), (UCHAR)(Data))
#define NdisWriteRegisterUshort(Register, Data)                                                    \
    WRITE_REGISTER_USHORT((volatile USHORT *)(Register), (USHORT)(Data))
#define NdisWriteRegisterUlong(Register, Data)                                                     \
    WRITE_REGISTER_ULONG((volatile ULONG *)(Register), (ULONG)(Data))

#define NdisMoveMemory(Destination, Source, Length) RtlCopyMemory(Destination, Source, Length)
#define NdisZeroMemory(Destination, Length)         RtlZeroMemory(Destination, Length)

// ---- The same with a site

_Must_inspect_result_ NDIS_STATUS
syspte_at_NdisMMapIoSpace(_Out_ PVOID *VirtualAddress, _In_ NDIS_HANDLE MiniportAdapterHandle,
                          _In_ NDIS_PHYSICAL_ADDRESS PhysicalAddress, _In_ UINT Length,
                          const char *file, unsigned line, const char *function);
VOID syspte_at_NdisMUnmapIoSpace(_In_ NDIS_HANDLE MiniportAdapterHandle, _In_ PVOID VirtualAddress,
                                 _In_ UINT Length, const char *file, unsigned line,
                                 const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define NdisMMapIoSpace(...)   syspte_at_NdisMMapIoSpace(__VA_ARGS__, SYSPTE_SITE)
#define NdisMUnmapIoSpace(...) syspte_at_NdisMUnmapIoSpace(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
