// SPDX-License-Identifier: MIT
// What the framework has and the machine does not simulate: a call of it ends the test with its
// name and place, as of the functions of not_simulated.h. Source: wdfdmatransaction
// nf-wdfdmatransaction-wdfdmatransactioncreate.
#include "sim/call.h"
#include "sim/loud.h"
#include <wdf.h>

#pragma GCC diagnostic ignored "-Wunused-parameter"

#define UNSIMULATED(type, name, ...)                                                               \
    type name(__VA_ARGS__)                                                                         \
    {                                                                                              \
        syspte_loud_call(#name, SYSPTE_RETURN_ADDRESS());                                          \
    }                                                                                              \
    type syspte_at_##name(__VA_ARGS__, const char *file, unsigned line, const char *function)      \
    {                                                                                              \
        syspte_call_site(#name, file, line, function);                                             \
        syspte_loud_call(#name, SYSPTE_RETURN_ADDRESS());                                          \
    }

// ---- DMA transactions

UNSIMULATED(NTSTATUS, WdfDmaTransactionCreate, WDFDMAENABLER DmaEnabler,
            WDF_OBJECT_ATTRIBUTES *Attributes, WDFDMATRANSACTION *DmaTransaction)
UNSIMULATED(NTSTATUS, WdfDmaTransactionInitialize, WDFDMATRANSACTION DmaTransaction,
            PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction, WDF_DMA_DIRECTION DmaDirection, PMDL Mdl,
            PVOID VirtualAddress, size_t Length)
UNSIMULATED(NTSTATUS, WdfDmaTransactionInitializeUsingRequest, WDFDMATRANSACTION DmaTransaction,
            WDFREQUEST Request, PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction,
            WDF_DMA_DIRECTION DmaDirection)
UNSIMULATED(NTSTATUS, WdfDmaTransactionExecute, WDFDMATRANSACTION DmaTransaction, PVOID Context)
UNSIMULATED(NTSTATUS, WdfDmaTransactionRelease, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(BOOLEAN, WdfDmaTransactionDmaCompleted, WDFDMATRANSACTION DmaTransaction,
            NTSTATUS *Status)
UNSIMULATED(BOOLEAN, WdfDmaTransactionDmaCompletedWithLength, WDFDMATRANSACTION DmaTransaction,
            size_t TransferredLength, NTSTATUS *Status)
UNSIMULATED(BOOLEAN, WdfDmaTransactionDmaCompletedFinal, WDFDMATRANSACTION DmaTransaction,
            size_t FinalTransferredLength, NTSTATUS *Status)
UNSIMULATED(size_t, WdfDmaTransactionGetBytesTransferred, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(size_t, WdfDmaTransactionGetCurrentDmaTransferLength, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(WDFDEVICE, WdfDmaTransactionGetDevice, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(WDFREQUEST, WdfDmaTransactionGetRequest, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(VOID, WdfDmaTransactionSetMaximumLength, WDFDMATRANSACTION DmaTransaction,
            size_t MaximumLength)

// ---- Requests, targets, resource requirements

UNSIMULATED(NTSTATUS, WdfRequestCreate, PWDF_OBJECT_ATTRIBUTES RequestAttributes,
            WDFIOTARGET IoTarget, WDFREQUEST *Request)
UNSIMULATED(NTSTATUS, WdfRequestReuse, WDFREQUEST Request, PWDF_REQUEST_REUSE_PARAMS ReuseParams)
UNSIMULATED(NTSTATUS, WdfRequestChangeTarget, WDFREQUEST Request, WDFIOTARGET IoTarget)
UNSIMULATED(BOOLEAN, WdfRequestCancelSentRequest, WDFREQUEST Request)
UNSIMULATED(NTSTATUS, WdfIoTargetCreate, WDFDEVICE Device,
            PWDF_OBJECT_ATTRIBUTES IoTargetAttributes, WDFIOTARGET *IoTarget)
UNSIMULATED(VOID, WdfIoTargetClose, WDFIOTARGET IoTarget)
UNSIMULATED(NTSTATUS, WdfIoTargetStart, WDFIOTARGET IoTarget)
UNSIMULATED(VOID, WdfIoTargetStop, WDFIOTARGET IoTarget, WDF_IO_TARGET_SENT_IO_ACTION Action)
UNSIMULATED(WDF_IO_TARGET_STATE, WdfIoTargetGetState, WDFIOTARGET IoTarget)
UNSIMULATED(NTSTATUS, WdfIoTargetSendIoctlSynchronously, WDFIOTARGET IoTarget, WDFREQUEST Request,
            ULONG IoctlCode, PWDF_MEMORY_DESCRIPTOR InputBuffer,
            PWDF_MEMORY_DESCRIPTOR OutputBuffer, PWDF_REQUEST_SEND_OPTIONS RequestOptions,
            PULONG_PTR BytesReturned)
UNSIMULATED(NTSTATUS, WdfIoTargetSendInternalIoctlSynchronously, WDFIOTARGET IoTarget,
            WDFREQUEST Request, ULONG IoctlCode, PWDF_MEMORY_DESCRIPTOR InputBuffer,
            PWDF_MEMORY_DESCRIPTOR OutputBuffer, PWDF_REQUEST_SEND_OPTIONS RequestOptions,
            PULONG_PTR BytesReturned)
UNSIMULATED(NTSTATUS, WdfIoTargetSendReadSynchronously, WDFIOTARGET IoTarget, WDFREQUEST Request,
            PWDF_MEMORY_DESCRIPTOR OutputBuffer, PLONGLONG DeviceOffset,
            PWDF_REQUEST_SEND_OPTIONS RequestOptions, PULONG_PTR BytesRead)
UNSIMULATED(NTSTATUS, WdfIoTargetSendWriteSynchronously, WDFIOTARGET IoTarget, WDFREQUEST Request,
            PWDF_MEMORY_DESCRIPTOR InputBuffer, PLONGLONG DeviceOffset,
            PWDF_REQUEST_SEND_OPTIONS RequestOptions, PULONG_PTR BytesWritten)
UNSIMULATED(NTSTATUS, WdfIoTargetFormatRequestForIoctl, WDFIOTARGET IoTarget, WDFREQUEST Request,
            ULONG IoctlCode, WDFMEMORY InputBuffer, PWDFMEMORY_OFFSET InputBufferOffset,
            WDFMEMORY OutputBuffer, PWDFMEMORY_OFFSET OutputBufferOffset)
UNSIMULATED(NTSTATUS, WdfIoTargetFormatRequestForInternalIoctl, WDFIOTARGET IoTarget,
            WDFREQUEST Request, ULONG IoctlCode, WDFMEMORY InputBuffer,
            PWDFMEMORY_OFFSET InputBufferOffset, WDFMEMORY OutputBuffer,
            PWDFMEMORY_OFFSET OutputBufferOffset)
UNSIMULATED(NTSTATUS, WdfIoTargetFormatRequestForRead, WDFIOTARGET IoTarget, WDFREQUEST Request,
            WDFMEMORY OutputBuffer, PWDFMEMORY_OFFSET OutputBufferOffset, PLONGLONG DeviceOffset)
UNSIMULATED(NTSTATUS, WdfIoTargetFormatRequestForWrite, WDFIOTARGET IoTarget, WDFREQUEST Request,
            WDFMEMORY InputBuffer, PWDFMEMORY_OFFSET InputBufferOffset, PLONGLONG DeviceOffset)
UNSIMULATED(ULONG, WdfIoResourceRequirementsListGetCount, WDFIORESREQLIST RequirementsList)
UNSIMULATED(WDFIORESLIST, WdfIoResourceRequirementsListGetIoResList,
            WDFIORESREQLIST RequirementsList, ULONG Index)
UNSIMULATED(ULONG, WdfIoResourceListGetCount, WDFIORESLIST ResourceList)
UNSIMULATED(PIO_RESOURCE_DESCRIPTOR, WdfIoResourceListGetDescriptor, WDFIORESLIST ResourceList,
            ULONG Index)
UNSIMULATED(NTSTATUS, WdfIoResourceListAppendDescriptor, WDFIORESLIST ResourceList,
            PIO_RESOURCE_DESCRIPTOR Descriptor)
UNSIMULATED(VOID, WdfIoResourceListRemove, WDFIORESLIST ResourceList, ULONG Index)
