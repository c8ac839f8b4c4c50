// SPDX-License-Identifier: MIT
// DMA adapters of bus masters. An adapter is a block of nonpaged pool with the tag 'DmaA', so one
// that is never put is found; its common buffers are contiguous memory, so those are, too. There is
// no translation: a logical address is the physical one. What moves data by other means is not
// simulated: it says so by name, and fails.
// Source: nf-wdm-iogetdmaadapter, nc-wdm-pallocate_common_buffer, nc-wdm-pfree_common_buffer,
// nc-wdm-pput_dma_adapter, ns-wdm-_device_description.
#include "sim/call.h"
#include "sim/contiguous.h"
#include "sim/nt_pool.h"

enum { ADAPTER_TAG = 0x41616D44 }; // 'DmaA'

typedef struct bus_master {
    DMA_ADAPTER head;
    uint64_t highest; // physical address that the device reaches
} bus_master;

// ---- Common buffers

static VOID put_adapter(PDMA_ADAPTER DmaAdapter)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    if (!syspte_nt_free(SYSPTE_API_PUT_DMA_ADAPTER, &caller, DmaAdapter)) {
        syspte_misused("PutDmaAdapter was called for what is no adapter");
    }
}

static PVOID allocate_common_buffer(PDMA_ADAPTER DmaAdapter, ULONG Length,
                                    PPHYSICAL_ADDRESS LogicalAddress, BOOLEAN CacheEnabled)
{
    (void)CacheEnabled; // x86 and x64 processors keep caches coherent: always cached
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    PVOID buffer = syspte_contiguous_allocate(SYSPTE_API_ALLOCATE_COMMON_BUFFER, &caller, Length,
                                              ((bus_master *)DmaAdapter)->highest);
    if (buffer != NULL) {
        *LogicalAddress = MmGetPhysicalAddress(buffer);
    }
    return buffer;
}

static VOID free_common_buffer(PDMA_ADAPTER DmaAdapter, ULONG Length,
                               PHYSICAL_ADDRESS LogicalAddress, PVOID VirtualAddress,
                               BOOLEAN CacheEnabled)
{
    (void)DmaAdapter;
    (void)LogicalAddress;
    (void)CacheEnabled;
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_contiguous_free(SYSPTE_API_FREE_COMMON_BUFFER, &caller, VirtualAddress, Length);
}

static ULONG get_alignment(PDMA_ADAPTER DmaAdapter)
{
    (void)DmaAdapter;
    return 1;
}

// ---- What is not simulated

#define REFUSE(type, name, parameters, result)                                                     \
    static type name parameters                                                                    \
    {                                                                                              \
        syspte_misused(#name " of a DMA adapter is not simulated: of its functions only "          \
                             "PutDmaAdapter, AllocateCommonBuffer, FreeCommonBuffer and "          \
                             "GetDmaAlignment are");                                               \
        return result;                                                                             \
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
static const PHYSICAL_ADDRESS nowhere;
#define NOTHING_AT_ALL

REFUSE(NTSTATUS, AllocateAdapterChannel,
       (PDMA_ADAPTER adapter, PDEVICE_OBJECT device, ULONG registers, PDRIVER_CONTROL routine,
        PVOID context),
       STATUS_NOT_SUPPORTED)
REFUSE(BOOLEAN, FlushAdapterBuffers,
       (PDMA_ADAPTER adapter, PMDL mdl, PVOID base, PVOID address, ULONG length, BOOLEAN write),
       FALSE)
REFUSE(VOID, FreeAdapterChannel, (PDMA_ADAPTER adapter), NOTHING_AT_ALL)
REFUSE(VOID, FreeMapRegisters, (PDMA_ADAPTER adapter, PVOID base, ULONG registers), NOTHING_AT_ALL)
REFUSE(PHYSICAL_ADDRESS, MapTransfer,
       (PDMA_ADAPTER adapter, PMDL mdl, PVOID base, PVOID address, PULONG length, BOOLEAN write),
       nowhere)
REFUSE(ULONG, ReadDmaCounter, (PDMA_ADAPTER adapter), 0)
REFUSE(NTSTATUS, GetScatterGatherList,
       (PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PMDL mdl, PVOID address, ULONG length,
        PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write),
       STATUS_NOT_SUPPORTED)
REFUSE(VOID, PutScatterGatherList, (PDMA_ADAPTER adapter, PSCATTER_GATHER_LIST list, BOOLEAN write),
       NOTHING_AT_ALL)
REFUSE(NTSTATUS, CalculateScatterGatherList,
       (PDMA_ADAPTER adapter, PMDL mdl, PVOID address, ULONG length, PULONG size, PULONG registers),
       STATUS_NOT_SUPPORTED)
REFUSE(NTSTATUS, BuildScatterGatherList,
       (PDMA_ADAPTER adapter, PDEVICE_OBJECT device, PMDL mdl, PVOID address, ULONG length,
        PDRIVER_LIST_CONTROL routine, PVOID context, BOOLEAN write, PVOID buffer, ULONG size),
       STATUS_NOT_SUPPORTED)
REFUSE(NTSTATUS, BuildMdlFromScatterGatherList,
       (PDMA_ADAPTER adapter, PSCATTER_GATHER_LIST list, PMDL original, PMDL *target),
       STATUS_NOT_SUPPORTED)
#pragma GCC diagnostic pop

// ---- Begin

static DMA_OPERATIONS operations = {
    .Size = sizeof(DMA_OPERATIONS),
    .PutDmaAdapter = put_adapter,
    .AllocateCommonBuffer = allocate_common_buffer,
    .FreeCommonBuffer = free_common_buffer,
    .AllocateAdapterChannel = AllocateAdapterChannel,
    .FlushAdapterBuffers = FlushAdapterBuffers,
    .FreeAdapterChannel = FreeAdapterChannel,
    .FreeMapRegisters = FreeMapRegisters,
    .MapTransfer = MapTransfer,
    .GetDmaAlignment = get_alignment,
    .ReadDmaCounter = ReadDmaCounter,
    .GetScatterGatherList = GetScatterGatherList,
    .PutScatterGatherList = PutScatterGatherList,
    .CalculateScatterGatherList = CalculateScatterGatherList,
    .BuildScatterGatherList = BuildScatterGatherList,
    .BuildMdlFromScatterGatherList = BuildMdlFromScatterGatherList,
};

// A bus master reaches all of the machine's RAM, which ends below 4 GiB; the system's own DMA
// controller, with 24 bits of address, none of it.
static uint64_t highest_of(const DEVICE_DESCRIPTION *description)
{
    return description->Master ? UINT32_MAX : 0xFFFFFF;
}

// Windows before 8 knows no description of version 3.
static bool is_refused(const DEVICE_DESCRIPTION *description)
{
    if (description->Version <= DEVICE_DESCRIPTION_VERSION2) {
        return false;
    }
    if (syspte_the.config.profile->version >= 0x0602) {
        syspte_misused("a DMA adapter of version 3 is not simulated: IoGetDmaAdapter returns NULL");
    }
    return true;
}

SYSPTE_ENTRY(PDMA_ADAPTER, IoGetDmaAdapter,
             (PDEVICE_OBJECT PhysicalDeviceObject, PDEVICE_DESCRIPTION DeviceDescription,
              PULONG NumberOfMapRegisters),
             (PhysicalDeviceObject, DeviceDescription, NumberOfMapRegisters))
{
    (void)PhysicalDeviceObject;
    if (!syspte_enter(SYSPTE_API_IO_GET_DMA_ADAPTER) || is_refused(DeviceDescription)) {
        return NULL;
    }
    syspte_nt_request request = {
        .window = SYSPTE_WINDOW_NONPAGED, .bytes = sizeof(bus_master), .tag = ADAPTER_TAG};
    bus_master *a = syspte_nt_allocate(SYSPTE_API_IO_GET_DMA_ADAPTER, caller, &request);
    if (a == NULL) {
        return NULL;
    }
    *a = (bus_master){
        .head = {.Version = 1, .Size = sizeof(bus_master), .DmaOperations = &operations},
        .highest = highest_of(DeviceDescription)};
    *NumberOfMapRegisters = BYTES_TO_PAGES(DeviceDescription->MaximumLength) + 1;
    return &a->head;
}
