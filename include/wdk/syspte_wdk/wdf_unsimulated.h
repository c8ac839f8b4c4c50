// SPDX-License-Identifier: MIT
// What the framework has for drivers of other drivers: requests that a driver creates, targets that
// it opens, resource requirements. Declared, so that source that has them compiles: calling one
// stops the test with its name.
#ifndef SYSPTE_WDK_WDF_UNSIMULATED_H
#define SYSPTE_WDK_WDF_UNSIMULATED_H

// ---- Requests that a driver creates

typedef struct _WDF_REQUEST_REUSE_PARAMS {
    ULONG Size;
    ULONG Flags;
    NTSTATUS Status;
    PIRP NewIrp;
} WDF_REQUEST_REUSE_PARAMS, *PWDF_REQUEST_REUSE_PARAMS;

#define WDF_REQUEST_REUSE_NO_FLAGS    0x00000000
#define WDF_REQUEST_REUSE_SET_NEW_IRP 0x00000001

SYSPTE_WDK_INLINE VOID WDF_REQUEST_REUSE_PARAMS_INIT(_Out_ PWDF_REQUEST_REUSE_PARAMS Params,
                                                     _In_ ULONG Flags, _In_ NTSTATUS Status)
{
    RtlZeroMemory(Params, sizeof(WDF_REQUEST_REUSE_PARAMS));
    Params->Size = sizeof(WDF_REQUEST_REUSE_PARAMS);
    Params->Flags = Flags;
    Params->Status = Status;
}

SYSPTE_WDF(NTSTATUS, WdfRequestCreate, _In_opt_ PWDF_OBJECT_ATTRIBUTES RequestAttributes,
           _In_opt_ WDFIOTARGET IoTarget, _Out_ WDFREQUEST *Request);
SYSPTE_WDF(NTSTATUS, WdfRequestReuse, _In_ WDFREQUEST Request,
           _In_ PWDF_REQUEST_REUSE_PARAMS ReuseParams);
SYSPTE_WDF(NTSTATUS, WdfRequestChangeTarget, _In_ WDFREQUEST Request, _In_ WDFIOTARGET IoTarget);
SYSPTE_WDF(BOOLEAN, WdfRequestCancelSentRequest, _In_ WDFREQUEST Request);

// ---- Targets

typedef enum _WDF_IO_TARGET_STATE {
    WdfIoTargetStateUndefined = 0,
    WdfIoTargetStarted,
    WdfIoTargetStopped,
    WdfIoTargetClosedForQueryRemove,
    WdfIoTargetClosed,
    WdfIoTargetDeleted,
    WdfIoTargetPurged
} WDF_IO_TARGET_STATE;

typedef enum _WDF_IO_TARGET_SENT_IO_ACTION {
    WdfIoTargetSentIoUndefined = 0,
    WdfIoTargetCancelSentIo,
    WdfIoTargetWaitForSentIoToComplete,
    WdfIoTargetLeaveSentIoPending
} WDF_IO_TARGET_SENT_IO_ACTION;

SYSPTE_WDF(NTSTATUS, WdfIoTargetCreate, _In_ WDFDEVICE Device,
           _In_opt_ PWDF_OBJECT_ATTRIBUTES IoTargetAttributes, _Out_ WDFIOTARGET *IoTarget);
SYSPTE_WDF(VOID, WdfIoTargetClose, _In_ WDFIOTARGET IoTarget);
SYSPTE_WDF(NTSTATUS, WdfIoTargetStart, _In_ WDFIOTARGET IoTarget);
SYSPTE_WDF(VOID, WdfIoTargetStop, _In_ WDFIOTARGET IoTarget,
           _In_ WDF_IO_TARGET_SENT_IO_ACTION Action);
SYSPTE_WDF(WDF_IO_TARGET_STATE, WdfIoTargetGetState, _In_ WDFIOTARGET IoTarget);
SYSPTE_WDF(NTSTATUS, WdfIoTargetSendIoctlSynchronously, _In_ WDFIOTARGET IoTarget,
           _In_opt_ WDFREQUEST Request, _In_ ULONG IoctlCode,
           _In_opt_ PWDF_MEMORY_DESCRIPTOR InputBuffer,
           _In_opt_ PWDF_MEMORY_DESCRIPTOR OutputBuffer,
           _In_opt_ PWDF_REQUEST_SEND_OPTIONS RequestOptions, _Out_opt_ PULONG_PTR BytesReturned);
SYSPTE_WDF(NTSTATUS, WdfIoTargetSendInternalIoctlSynchronously, _In_ WDFIOTARGET IoTarget,
           _In_opt_ WDFREQUEST Request, _In_ ULONG IoctlCode,
           _In_opt_ PWDF_MEMORY_DESCRIPTOR InputBuffer,
           _In_opt_ PWDF_MEMORY_DESCRIPTOR OutputBuffer,
           _In_opt_ PWDF_REQUEST_SEND_OPTIONS RequestOptions, _Out_opt_ PULONG_PTR BytesReturned);
SYSPTE_WDF(NTSTATUS, WdfIoTargetSendReadSynchronously, _In_ WDFIOTARGET IoTarget,
           _In_opt_ WDFREQUEST Request, _In_opt_ PWDF_MEMORY_DESCRIPTOR OutputBuffer,
           _In_opt_ PLONGLONG DeviceOffset, _In_opt_ PWDF_REQUEST_SEND_OPTIONS RequestOptions,
           _Out_opt_ PULONG_PTR BytesRead);
SYSPTE_WDF(NTSTATUS, WdfIoTargetSendWriteSynchronously, _In_ WDFIOTARGET IoTarget,
           _In_opt_ WDFREQUEST Request, _In_opt_ PWDF_MEMORY_DESCRIPTOR InputBuffer,
           _In_opt_ PLONGLONG DeviceOffset, _In_opt_ PWDF_REQUEST_SEND_OPTIONS RequestOptions,
           _Out_opt_ PULONG_PTR BytesWritten);
SYSPTE_WDF(NTSTATUS, WdfIoTargetFormatRequestForIoctl, _In_ WDFIOTARGET IoTarget,
           _In_ WDFREQUEST Request, _In_ ULONG IoctlCode, _In_opt_ WDFMEMORY InputBuffer,
           _In_opt_ PWDFMEMORY_OFFSET InputBufferOffset, _In_opt_ WDFMEMORY OutputBuffer,
           _In_opt_ PWDFMEMORY_OFFSET OutputBufferOffset);
SYSPTE_WDF(NTSTATUS, WdfIoTargetFormatRequestForInternalIoctl, _In_ WDFIOTARGET IoTarget,
           _In_ WDFREQUEST Request, _In_ ULONG IoctlCode, _In_opt_ WDFMEMORY InputBuffer,
           _In_opt_ PWDFMEMORY_OFFSET InputBufferOffset, _In_opt_ WDFMEMORY OutputBuffer,
           _In_opt_ PWDFMEMORY_OFFSET OutputBufferOffset);
SYSPTE_WDF(NTSTATUS, WdfIoTargetFormatRequestForRead, _In_ WDFIOTARGET IoTarget,
           _In_ WDFREQUEST Request, _In_opt_ WDFMEMORY OutputBuffer,
           _In_opt_ PWDFMEMORY_OFFSET OutputBufferOffset, _In_opt_ PLONGLONG DeviceOffset);
SYSPTE_WDF(NTSTATUS, WdfIoTargetFormatRequestForWrite, _In_ WDFIOTARGET IoTarget,
           _In_ WDFREQUEST Request, _In_opt_ WDFMEMORY InputBuffer,
           _In_opt_ PWDFMEMORY_OFFSET InputBufferOffset, _In_opt_ PLONGLONG DeviceOffset);

// ---- Resource requirements

SYSPTE_WDF(ULONG, WdfIoResourceRequirementsListGetCount, _In_ WDFIORESREQLIST RequirementsList);
SYSPTE_WDF(WDFIORESLIST, WdfIoResourceRequirementsListGetIoResList,
           _In_ WDFIORESREQLIST RequirementsList, _In_ ULONG Index);
SYSPTE_WDF(ULONG, WdfIoResourceListGetCount, _In_ WDFIORESLIST ResourceList);
SYSPTE_WDF(PIO_RESOURCE_DESCRIPTOR, WdfIoResourceListGetDescriptor, _In_ WDFIORESLIST ResourceList,
           _In_ ULONG Index);
SYSPTE_WDF(NTSTATUS, WdfIoResourceListAppendDescriptor, _In_ WDFIORESLIST ResourceList,
           _In_ PIO_RESOURCE_DESCRIPTOR Descriptor);
SYSPTE_WDF(VOID, WdfIoResourceListRemove, _In_ WDFIORESLIST ResourceList, _In_ ULONG Index);

#endif
