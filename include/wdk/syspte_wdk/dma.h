// SPDX-License-Identifier: MIT
// DMA adapters: the object a driver gets and the table of functions in it, in the version that
// every Windows has. Of the functions PutDmaAdapter, AllocateCommonBuffer, FreeCommonBuffer and
// GetDmaAlignment are simulated; any other one stops the test with its name.
#ifndef SYSPTE_WDK_DMA_H
#define SYSPTE_WDK_DMA_H

typedef enum _DMA_WIDTH {
    Width8Bits,
    Width16Bits,
    Width32Bits,
    Width64Bits,
    WidthNoWrap,
    MaximumDmaWidth
} DMA_WIDTH,
    *PDMA_WIDTH;

typedef enum _DMA_SPEED {
    Compatible,
    TypeA,
    TypeB,
    TypeC,
    TypeF,
    MaximumDmaSpeed
} DMA_SPEED,
    *PDMA_SPEED;

#define DEVICE_DESCRIPTION_VERSION  0
#define DEVICE_DESCRIPTION_VERSION1 1
#define DEVICE_DESCRIPTION_VERSION2 2
#define DEVICE_DESCRIPTION_VERSION3 3

typedef struct _DEVICE_DESCRIPTION {
    ULONG Version;
    BOOLEAN Master;
    BOOLEAN ScatterGather;
    BOOLEAN DemandMode;
    BOOLEAN AutoInitialize;
    BOOLEAN Dma32BitAddresses;
    BOOLEAN IgnoreCount;
    BOOLEAN Reserved1;
    BOOLEAN Dma64BitAddresses;
    ULONG BusNumber;
    ULONG DmaChannel;
    INTERFACE_TYPE InterfaceType;
    DMA_WIDTH DmaWidth;
    DMA_SPEED DmaSpeed;
    ULONG MaximumLength; // bytes of one transfer
    ULONG DmaPort;
#if NTDDI_VERSION >= NTDDI_WIN8
    ULONG DmaAddressWidth; // bits
    ULONG DmaControllerInstance;
    ULONG DmaRequestLine;
    PHYSICAL_ADDRESS DeviceAddress;
#endif
} DEVICE_DESCRIPTION, *PDEVICE_DESCRIPTION;

typedef struct _SCATTER_GATHER_ELEMENT {
    PHYSICAL_ADDRESS Address;
    ULONG Length;
    ULONG_PTR Reserved;
} SCATTER_GATHER_ELEMENT, *PSCATTER_GATHER_ELEMENT;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" // C++ has no array without a length
typedef struct _SCATTER_GATHER_LIST {
    ULONG NumberOfElements;
    ULONG_PTR Reserved;
    SCATTER_GATHER_ELEMENT Elements[];
} SCATTER_GATHER_LIST, *PSCATTER_GATHER_LIST;
#pragma GCC diagnostic pop

typedef VOID DRIVER_LIST_CONTROL(_In_ struct _DEVICE_OBJECT *DeviceObject, _In_ struct _IRP *Irp,
                                 _In_ PSCATTER_GATHER_LIST ScatterGather, _In_ PVOID Context);
typedef DRIVER_LIST_CONTROL *PDRIVER_LIST_CONTROL;

typedef struct _DMA_ADAPTER {
    USHORT Version;
    USHORT Size;
    struct _DMA_OPERATIONS *DmaOperations;
} DMA_ADAPTER, *PDMA_ADAPTER;

// ---- The functions in the table

typedef VOID (*PPUT_DMA_ADAPTER)(PDMA_ADAPTER DmaAdapter);
typedef PVOID (*PALLOCATE_COMMON_BUFFER)(_In_ PDMA_ADAPTER DmaAdapter, _In_ ULONG Length,
                                         _Out_ PPHYSICAL_ADDRESS LogicalAddress,
                                         _In_ BOOLEAN CacheEnabled);
typedef VOID (*PFREE_COMMON_BUFFER)(_In_ PDMA_ADAPTER DmaAdapter, _In_ ULONG Length,
                                    _In_ PHYSICAL_ADDRESS LogicalAddress, _In_ PVOID VirtualAddress,
                                    _In_ BOOLEAN CacheEnabled);
typedef NTSTATUS (*PALLOCATE_ADAPTER_CHANNEL)(_In_ PDMA_ADAPTER DmaAdapter,
                                              _In_ PDEVICE_OBJECT DeviceObject,
                                              _In_ ULONG NumberOfMapRegisters,
                                              _In_ PDRIVER_CONTROL ExecutionRoutine,
                                              _In_ PVOID Context);
typedef BOOLEAN (*PFLUSH_ADAPTER_BUFFERS)(_In_ PDMA_ADAPTER DmaAdapter, _In_ PMDL Mdl,
                                          _In_ PVOID MapRegisterBase, _In_ PVOID CurrentVa,
                                          _In_ ULONG Length, _In_ BOOLEAN WriteToDevice);
typedef VOID (*PFREE_ADAPTER_CHANNEL)(_In_ PDMA_ADAPTER DmaAdapter);
typedef VOID (*PFREE_MAP_REGISTERS)(_In_ PDMA_ADAPTER DmaAdapter, PVOID MapRegisterBase,
                                    ULONG NumberOfMapRegisters);
typedef PHYSICAL_ADDRESS (*PMAP_TRANSFER)(_In_ PDMA_ADAPTER DmaAdapter, _In_ PMDL Mdl,
                                          _In_ PVOID MapRegisterBase, _In_ PVOID CurrentVa,
                                          _Inout_ PULONG Length, _In_ BOOLEAN WriteToDevice);
typedef ULONG (*PGET_DMA_ALIGNMENT)(_In_ PDMA_ADAPTER DmaAdapter);
typedef ULONG (*PREAD_DMA_COUNTER)(_In_ PDMA_ADAPTER DmaAdapter);
typedef NTSTATUS (*PGET_SCATTER_GATHER_LIST)(_In_ PDMA_ADAPTER DmaAdapter,
                                             _In_ PDEVICE_OBJECT DeviceObject, _In_ PMDL Mdl,
                                             _In_ PVOID CurrentVa, _In_ ULONG Length,
                                             _In_ PDRIVER_LIST_CONTROL ExecutionRoutine,
                                             _In_ PVOID Context, _In_ BOOLEAN WriteToDevice);
typedef VOID (*PPUT_SCATTER_GATHER_LIST)(_In_ PDMA_ADAPTER DmaAdapter,
                                         _In_ PSCATTER_GATHER_LIST ScatterGather,
                                         _In_ BOOLEAN WriteToDevice);
typedef NTSTATUS (*PCALCULATE_SCATTER_GATHER_LIST_SIZE)(_In_ PDMA_ADAPTER DmaAdapter, _In_ PMDL Mdl,
                                                        _In_ PVOID CurrentVa, _In_ ULONG Length,
                                                        _Out_ PULONG ScatterGatherListSize,
                                                        _Out_ PULONG pNumberOfMapRegisters);
typedef NTSTATUS (*PBUILD_SCATTER_GATHER_LIST)(_In_ PDMA_ADAPTER DmaAdapter,
                                               _In_ PDEVICE_OBJECT DeviceObject, _In_ PMDL Mdl,
                                               _In_ PVOID CurrentVa, _In_ ULONG Length,
                                               _In_ PDRIVER_LIST_CONTROL ExecutionRoutine,
                                               _In_ PVOID Context, _In_ BOOLEAN WriteToDevice,
                                               _In_ PVOID ScatterGatherBuffer,
                                               _In_ ULONG ScatterGatherLength);
typedef NTSTATUS (*PBUILD_MDL_FROM_SCATTER_GATHER_LIST)(_In_ PDMA_ADAPTER DmaAdapter,
                                                        _In_ PSCATTER_GATHER_LIST ScatterGather,
                                                        _In_ PMDL OriginalMdl,
                                                        _Out_ PMDL *TargetMdl);

typedef struct _DMA_OPERATIONS {
    ULONG Size;
    PPUT_DMA_ADAPTER PutDmaAdapter;
    PALLOCATE_COMMON_BUFFER AllocateCommonBuffer;
    PFREE_COMMON_BUFFER FreeCommonBuffer;
    PALLOCATE_ADAPTER_CHANNEL AllocateAdapterChannel;
    PFLUSH_ADAPTER_BUFFERS FlushAdapterBuffers;
    PFREE_ADAPTER_CHANNEL FreeAdapterChannel;
    PFREE_MAP_REGISTERS FreeMapRegisters;
    PMAP_TRANSFER MapTransfer;
    PGET_DMA_ALIGNMENT GetDmaAlignment;
    PREAD_DMA_COUNTER ReadDmaCounter;
    PGET_SCATTER_GATHER_LIST GetScatterGatherList;
    PPUT_SCATTER_GATHER_LIST PutScatterGatherList;
    PCALCULATE_SCATTER_GATHER_LIST_SIZE CalculateScatterGatherList;
    PBUILD_SCATTER_GATHER_LIST BuildScatterGatherList;
    PBUILD_MDL_FROM_SCATTER_GATHER_LIST BuildMdlFromScatterGatherList;
} DMA_OPERATIONS, *PDMA_OPERATIONS;

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI PDMA_ADAPTER NTAPI IoGetDmaAdapter(_In_opt_ PDEVICE_OBJECT PhysicalDeviceObject,
                                               _In_ PDEVICE_DESCRIPTION DeviceDescription,
                                               _Out_ PULONG NumberOfMapRegisters);

#endif
