// SPDX-License-Identifier: MIT
// DMA of the framework: enablers and common buffers. Transactions are declared, so that source that
// has them compiles: calling one stops the test with its name.
#ifndef SYSPTE_WDK_WDF_DMA_H
#define SYSPTE_WDK_WDF_DMA_H

typedef enum _WDF_DMA_PROFILE {
    WdfDmaProfileInvalid = 0,
    WdfDmaProfilePacket,
    WdfDmaProfileScatterGather,
    WdfDmaProfilePacket64,
    WdfDmaProfileScatterGather64,
    WdfDmaProfileScatterGatherDuplex,
    WdfDmaProfileScatterGather64Duplex,
    WdfDmaProfileSystem,
    WdfDmaProfileSystemDuplex
} WDF_DMA_PROFILE;

typedef enum _WDF_DMA_DIRECTION {
    WdfDmaDirectionReadFromDevice = FALSE,
    WdfDmaDirectionWriteToDevice = TRUE
} WDF_DMA_DIRECTION;

typedef NTSTATUS EVT_WDF_DMA_ENABLER_FILL(_In_ WDFDMAENABLER DmaEnabler);
typedef EVT_WDF_DMA_ENABLER_FILL *PFN_WDF_DMA_ENABLER_FILL;
typedef NTSTATUS EVT_WDF_DMA_ENABLER_FLUSH(_In_ WDFDMAENABLER DmaEnabler);
typedef EVT_WDF_DMA_ENABLER_FLUSH *PFN_WDF_DMA_ENABLER_FLUSH;
typedef NTSTATUS EVT_WDF_DMA_ENABLER_ENABLE(_In_ WDFDMAENABLER DmaEnabler);
typedef EVT_WDF_DMA_ENABLER_ENABLE *PFN_WDF_DMA_ENABLER_ENABLE;
typedef NTSTATUS EVT_WDF_DMA_ENABLER_DISABLE(_In_ WDFDMAENABLER DmaEnabler);
typedef EVT_WDF_DMA_ENABLER_DISABLE *PFN_WDF_DMA_ENABLER_DISABLE;
typedef NTSTATUS EVT_WDF_DMA_ENABLER_SELFMANAGED_IO_START(_In_ WDFDMAENABLER DmaEnabler);
typedef EVT_WDF_DMA_ENABLER_SELFMANAGED_IO_START *PFN_WDF_DMA_ENABLER_SELFMANAGED_IO_START;
typedef NTSTATUS EVT_WDF_DMA_ENABLER_SELFMANAGED_IO_STOP(_In_ WDFDMAENABLER DmaEnabler);
typedef EVT_WDF_DMA_ENABLER_SELFMANAGED_IO_STOP *PFN_WDF_DMA_ENABLER_SELFMANAGED_IO_STOP;

typedef struct _WDF_DMA_ENABLER_CONFIG {
    ULONG Size;
    WDF_DMA_PROFILE Profile;
    size_t MaximumLength;
    PFN_WDF_DMA_ENABLER_FILL EvtDmaEnablerFill;
    PFN_WDF_DMA_ENABLER_FLUSH EvtDmaEnablerFlush;
    PFN_WDF_DMA_ENABLER_DISABLE EvtDmaEnablerDisable;
    PFN_WDF_DMA_ENABLER_ENABLE EvtDmaEnablerEnable;
    PFN_WDF_DMA_ENABLER_SELFMANAGED_IO_START EvtDmaEnablerSelfManagedIoStart;
    PFN_WDF_DMA_ENABLER_SELFMANAGED_IO_STOP EvtDmaEnablerSelfManagedIoStop;
    ULONG AddressWidthOverride;
    ULONG WdmDmaVersionOverride;
    ULONG Flags;
} WDF_DMA_ENABLER_CONFIG, *PWDF_DMA_ENABLER_CONFIG;

SYSPTE_WDK_INLINE VOID WDF_DMA_ENABLER_CONFIG_INIT(_Out_ PWDF_DMA_ENABLER_CONFIG Config,
                                                   _In_ WDF_DMA_PROFILE Profile,
                                                   _In_ size_t MaximumLength)
{
    RtlZeroMemory(Config, sizeof(WDF_DMA_ENABLER_CONFIG));
    Config->Size = sizeof(WDF_DMA_ENABLER_CONFIG);
    Config->Profile = Profile;
    Config->MaximumLength = MaximumLength;
}

// ---- Enablers

SYSPTE_WDF(NTSTATUS, WdfDmaEnablerCreate, _In_ WDFDEVICE Device,
           _In_ PWDF_DMA_ENABLER_CONFIG Config, _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes,
           _Out_ WDFDMAENABLER *DmaEnablerHandle);
SYSPTE_WDF(size_t, WdfDmaEnablerGetMaximumLength, _In_ WDFDMAENABLER DmaEnabler);
SYSPTE_WDF(size_t, WdfDmaEnablerGetFragmentLength, _In_ WDFDMAENABLER DmaEnabler,
           _In_ WDF_DMA_DIRECTION DmaDirection);
SYSPTE_WDF(size_t, WdfDmaEnablerGetMaximumScatterGatherElements, _In_ WDFDMAENABLER DmaEnabler);
SYSPTE_WDF(VOID, WdfDmaEnablerSetMaximumScatterGatherElements, _In_ WDFDMAENABLER DmaEnabler,
           _In_ size_t MaximumElements);
SYSPTE_WDF(PDMA_ADAPTER, WdfDmaEnablerWdmGetDmaAdapter, _In_ WDFDMAENABLER DmaEnabler,
           _In_ WDF_DMA_DIRECTION DmaDirection);

// ---- Common buffers

typedef struct _WDF_COMMON_BUFFER_CONFIG {
    ULONG Size;
    ULONG AlignmentRequirement; // FILE_*_ALIGNMENT
} WDF_COMMON_BUFFER_CONFIG, *PWDF_COMMON_BUFFER_CONFIG;

SYSPTE_WDK_INLINE VOID WDF_COMMON_BUFFER_CONFIG_INIT(_Out_ PWDF_COMMON_BUFFER_CONFIG Config,
                                                     _In_ ULONG AlignmentRequirement)
{
    Config->Size = sizeof(WDF_COMMON_BUFFER_CONFIG);
    Config->AlignmentRequirement = AlignmentRequirement;
}

SYSPTE_WDF(NTSTATUS, WdfCommonBufferCreate, _In_ WDFDMAENABLER DmaEnabler, _In_ size_t Length,
           _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes, _Out_ WDFCOMMONBUFFER *CommonBuffer);
SYSPTE_WDF(NTSTATUS, WdfCommonBufferCreateWithConfig, _In_ WDFDMAENABLER DmaEnabler,
           _In_ size_t Length, _In_ PWDF_COMMON_BUFFER_CONFIG Config,
           _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes, _Out_ WDFCOMMONBUFFER *CommonBuffer);
SYSPTE_WDF(PVOID, WdfCommonBufferGetAlignedVirtualAddress, _In_ WDFCOMMONBUFFER CommonBuffer);
SYSPTE_WDF(PHYSICAL_ADDRESS, WdfCommonBufferGetAlignedLogicalAddress,
           _In_ WDFCOMMONBUFFER CommonBuffer);
SYSPTE_WDF(size_t, WdfCommonBufferGetLength, _In_ WDFCOMMONBUFFER CommonBuffer);

// ---- Transactions: not simulated

typedef BOOLEAN EVT_WDF_PROGRAM_DMA(_In_ WDFDMATRANSACTION Transaction, _In_ WDFDEVICE Device,
                                    _In_ WDFCONTEXT Context, _In_ WDF_DMA_DIRECTION Direction,
                                    _In_ PSCATTER_GATHER_LIST SgList);
typedef EVT_WDF_PROGRAM_DMA *PFN_WDF_PROGRAM_DMA;

SYSPTE_WDF(NTSTATUS, WdfDmaTransactionCreate, _In_ WDFDMAENABLER DmaEnabler,
           _In_opt_ WDF_OBJECT_ATTRIBUTES *Attributes, _Out_ WDFDMATRANSACTION *DmaTransaction);
SYSPTE_WDF(NTSTATUS, WdfDmaTransactionInitialize, _In_ WDFDMATRANSACTION DmaTransaction,
           _In_ PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction, _In_ WDF_DMA_DIRECTION DmaDirection,
           _In_ PMDL Mdl, _In_ PVOID VirtualAddress, _In_ size_t Length);
SYSPTE_WDF(NTSTATUS, WdfDmaTransactionInitializeUsingRequest, _In_ WDFDMATRANSACTION DmaTransaction,
           _In_ WDFREQUEST Request, _In_ PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction,
           _In_ WDF_DMA_DIRECTION DmaDirection);
SYSPTE_WDF(NTSTATUS, WdfDmaTransactionExecute, _In_ WDFDMATRANSACTION DmaTransaction,
           _In_opt_ PVOID Context);
SYSPTE_WDF(NTSTATUS, WdfDmaTransactionRelease, _In_ WDFDMATRANSACTION DmaTransaction);
SYSPTE_WDF(BOOLEAN, WdfDmaTransactionDmaCompleted, _In_ WDFDMATRANSACTION DmaTransaction,
           _Out_ NTSTATUS *Status);
SYSPTE_WDF(BOOLEAN, WdfDmaTransactionDmaCompletedWithLength, _In_ WDFDMATRANSACTION DmaTransaction,
           _In_ size_t TransferredLength, _Out_ NTSTATUS *Status);
SYSPTE_WDF(BOOLEAN, WdfDmaTransactionDmaCompletedFinal, _In_ WDFDMATRANSACTION DmaTransaction,
           _In_ size_t FinalTransferredLength, _Out_ NTSTATUS *Status);
SYSPTE_WDF(size_t, WdfDmaTransactionGetBytesTransferred, _In_ WDFDMATRANSACTION DmaTransaction);
SYSPTE_WDF(size_t, WdfDmaTransactionGetCurrentDmaTransferLength,
           _In_ WDFDMATRANSACTION DmaTransaction);
SYSPTE_WDF(WDFDEVICE, WdfDmaTransactionGetDevice, _In_ WDFDMATRANSACTION DmaTransaction);
SYSPTE_WDF(WDFREQUEST, WdfDmaTransactionGetRequest, _In_ WDFDMATRANSACTION DmaTransaction);
SYSPTE_WDF(VOID, WdfDmaTransactionSetMaximumLength, _In_ WDFDMATRANSACTION DmaTransaction,
           _In_ size_t MaximumLength);

#endif
