// SPDX-License-Identifier: MIT
// Requests of the framework, the files that they are for, and sending them on.
#ifndef SYSPTE_WDK_WDF_REQUEST_H
#define SYSPTE_WDK_WDF_REQUEST_H

typedef VOID EVT_WDF_REQUEST_CANCEL(_In_ WDFREQUEST Request);
typedef EVT_WDF_REQUEST_CANCEL *PFN_WDF_REQUEST_CANCEL;

typedef struct _WDF_REQUEST_PARAMETERS {
    USHORT Size;
    UCHAR MinorFunction;
    WDF_REQUEST_TYPE Type;
    union {
        struct {
            PIO_SECURITY_CONTEXT SecurityContext;
            ULONG Options;
            USHORT POINTER_ALIGNMENT FileAttributes;
            USHORT ShareAccess;
            ULONG POINTER_ALIGNMENT EaLength;
        } Create;
        struct {
            size_t Length;
            ULONG POINTER_ALIGNMENT Key;
            LONGLONG DeviceOffset;
        } Read;
        struct {
            size_t Length;
            ULONG POINTER_ALIGNMENT Key;
            LONGLONG DeviceOffset;
        } Write;
        struct {
            size_t OutputBufferLength;
            size_t POINTER_ALIGNMENT InputBufferLength;
            ULONG POINTER_ALIGNMENT IoControlCode;
            PVOID Type3InputBuffer;
        } DeviceIoControl;
        struct {
            PVOID Arg1;
            PVOID Arg2;
            ULONG POINTER_ALIGNMENT IoControlCode;
            PVOID Arg4;
        } Others;
    } Parameters;
} WDF_REQUEST_PARAMETERS, *PWDF_REQUEST_PARAMETERS;

SYSPTE_WDK_INLINE VOID WDF_REQUEST_PARAMETERS_INIT(_Out_ PWDF_REQUEST_PARAMETERS Parameters)
{
    RtlZeroMemory(Parameters, sizeof(WDF_REQUEST_PARAMETERS));
    Parameters->Size = sizeof(WDF_REQUEST_PARAMETERS);
}

// ---- End

SYSPTE_WDF(VOID, WdfRequestComplete, _In_ WDFREQUEST Request, _In_ NTSTATUS Status);
SYSPTE_WDF(VOID, WdfRequestCompleteWithInformation, _In_ WDFREQUEST Request, _In_ NTSTATUS Status,
           _In_ ULONG_PTR Information);
SYSPTE_WDF(VOID, WdfRequestCompleteWithPriorityBoost, _In_ WDFREQUEST Request, _In_ NTSTATUS Status,
           _In_ CCHAR PriorityBoost);

// ---- Buffers

SYSPTE_WDF(NTSTATUS, WdfRequestRetrieveInputBuffer, _In_ WDFREQUEST Request,
           _In_ size_t MinimumRequiredLength, _Out_ PVOID *Buffer, _Out_opt_ size_t *Length);
SYSPTE_WDF(NTSTATUS, WdfRequestRetrieveOutputBuffer, _In_ WDFREQUEST Request,
           _In_ size_t MinimumRequiredSize, _Out_ PVOID *Buffer, _Out_opt_ size_t *Length);
SYSPTE_WDF(NTSTATUS, WdfRequestRetrieveInputMemory, _In_ WDFREQUEST Request,
           _Out_ WDFMEMORY *Memory);
SYSPTE_WDF(NTSTATUS, WdfRequestRetrieveOutputMemory, _In_ WDFREQUEST Request,
           _Out_ WDFMEMORY *Memory);
SYSPTE_WDF(NTSTATUS, WdfRequestRetrieveInputWdmMdl, _In_ WDFREQUEST Request, _Out_ PMDL *Mdl);
SYSPTE_WDF(NTSTATUS, WdfRequestRetrieveOutputWdmMdl, _In_ WDFREQUEST Request, _Out_ PMDL *Mdl);
SYSPTE_WDF(NTSTATUS, WdfRequestRetrieveUnsafeUserInputBuffer, _In_ WDFREQUEST Request,
           _In_ size_t MinimumRequiredLength, _Out_ PVOID *InputBuffer, _Out_opt_ size_t *Length);
SYSPTE_WDF(NTSTATUS, WdfRequestRetrieveUnsafeUserOutputBuffer, _In_ WDFREQUEST Request,
           _In_ size_t MinimumRequiredLength, _Out_ PVOID *OutputBuffer, _Out_opt_ size_t *Length);

// ---- Use

SYSPTE_WDF(VOID, WdfRequestSetInformation, _In_ WDFREQUEST Request, _In_ ULONG_PTR Information);
SYSPTE_WDF(VOID, WdfRequestMarkCancelable, _In_ WDFREQUEST Request,
           _In_ PFN_WDF_REQUEST_CANCEL EvtRequestCancel);
SYSPTE_WDF(NTSTATUS, WdfRequestMarkCancelableEx, _In_ WDFREQUEST Request,
           _In_ PFN_WDF_REQUEST_CANCEL EvtRequestCancel);
SYSPTE_WDF(NTSTATUS, WdfRequestUnmarkCancelable, _In_ WDFREQUEST Request);
SYSPTE_WDF(NTSTATUS, WdfRequestForwardToIoQueue, _In_ WDFREQUEST Request,
           _In_ WDFQUEUE DestinationQueue);
SYSPTE_WDF(NTSTATUS, WdfRequestRequeue, _In_ WDFREQUEST Request);
SYSPTE_WDF(VOID, WdfRequestStopAcknowledge, _In_ WDFREQUEST Request, _In_ BOOLEAN Requeue);
SYSPTE_WDF(NTSTATUS, WdfDeviceEnqueueRequest, _In_ WDFDEVICE Device, _In_ WDFREQUEST Request);

// ---- Inspect

SYSPTE_WDF(VOID, WdfRequestGetParameters, _In_ WDFREQUEST Request,
           _Out_ PWDF_REQUEST_PARAMETERS Parameters);
SYSPTE_WDF(NTSTATUS, WdfRequestGetStatus, _In_ WDFREQUEST Request);
SYSPTE_WDF(ULONG_PTR, WdfRequestGetInformation, _In_ WDFREQUEST Request);
SYSPTE_WDF(BOOLEAN, WdfRequestIsCanceled, _In_ WDFREQUEST Request);
SYSPTE_WDF(KPROCESSOR_MODE, WdfRequestGetRequestorMode, _In_ WDFREQUEST Request);
SYSPTE_WDF(WDFQUEUE, WdfRequestGetIoQueue, _In_ WDFREQUEST Request);
SYSPTE_WDF(WDFFILEOBJECT, WdfRequestGetFileObject, _In_ WDFREQUEST Request);
SYSPTE_WDF(PIRP, WdfRequestWdmGetIrp, _In_ WDFREQUEST Request);

// ---- Files

SYSPTE_WDF(WDFDEVICE, WdfFileObjectGetDevice, _In_ WDFFILEOBJECT FileObject);
SYSPTE_WDF(PUNICODE_STRING, WdfFileObjectGetFileName, _In_ WDFFILEOBJECT FileObject);
SYSPTE_WDF(PFILE_OBJECT, WdfFileObjectWdmGetFileObject, _In_ WDFFILEOBJECT FileObject);

// ---- Sending

typedef enum _WDF_REQUEST_SEND_OPTIONS_FLAGS {
    WDF_REQUEST_SEND_OPTION_TIMEOUT = 0x00000001,
    WDF_REQUEST_SEND_OPTION_SYNCHRONOUS = 0x00000002,
    WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE = 0x00000004,
    WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET = 0x00000008
} WDF_REQUEST_SEND_OPTIONS_FLAGS;

typedef struct _WDF_REQUEST_SEND_OPTIONS {
    ULONG Size;
    ULONG Flags;
    LONGLONG Timeout;
} WDF_REQUEST_SEND_OPTIONS, *PWDF_REQUEST_SEND_OPTIONS;

SYSPTE_WDK_INLINE VOID WDF_REQUEST_SEND_OPTIONS_INIT(_Out_ PWDF_REQUEST_SEND_OPTIONS Options,
                                                     _In_ ULONG Flags)
{
    RtlZeroMemory(Options, sizeof(WDF_REQUEST_SEND_OPTIONS));
    Options->Size = sizeof(WDF_REQUEST_SEND_OPTIONS);
    Options->Flags = Flags;
}

SYSPTE_WDK_INLINE VOID WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT(
    _Inout_ PWDF_REQUEST_SEND_OPTIONS Options, _In_ LONGLONG Timeout)
{
    Options->Flags |= WDF_REQUEST_SEND_OPTION_TIMEOUT;
    Options->Timeout = Timeout;
}

typedef struct _WDF_REQUEST_COMPLETION_PARAMS {
    ULONG Size;
    WDF_REQUEST_TYPE Type;
    IO_STATUS_BLOCK IoStatus;
    union {
        struct {
            WDFMEMORY Buffer;
            size_t Length;
            size_t Offset;
        } Write, Read;
        struct {
            ULONG IoControlCode;
            struct {
                WDFMEMORY Buffer;
                size_t Offset;
            } Input;
            struct {
                WDFMEMORY Buffer;
                size_t Offset;
                size_t Length;
            } Output;
        } Ioctl;
    } Parameters;
} WDF_REQUEST_COMPLETION_PARAMS, *PWDF_REQUEST_COMPLETION_PARAMS;

typedef VOID EVT_WDF_REQUEST_COMPLETION_ROUTINE(_In_ WDFREQUEST Request, _In_ WDFIOTARGET Target,
                                                _In_ PWDF_REQUEST_COMPLETION_PARAMS Params,
                                                _In_ WDFCONTEXT Context);
typedef EVT_WDF_REQUEST_COMPLETION_ROUTINE *PFN_WDF_REQUEST_COMPLETION_ROUTINE;

// To the drivers below: with SEND_AND_FORGET, SYNCHRONOUS or a completion routine.
SYSPTE_WDF(BOOLEAN, WdfRequestSend, _In_ WDFREQUEST Request, _In_ WDFIOTARGET Target,
           _In_opt_ PWDF_REQUEST_SEND_OPTIONS Options);
SYSPTE_WDF(VOID, WdfRequestFormatRequestUsingCurrentType, _In_ WDFREQUEST Request);
SYSPTE_WDF(VOID, WdfRequestSetCompletionRoutine, _In_ WDFREQUEST Request,
           _In_opt_ PFN_WDF_REQUEST_COMPLETION_ROUTINE CompletionRoutine,
           _In_opt_ WDFCONTEXT CompletionContext);
SYSPTE_WDF(WDFDEVICE, WdfIoTargetGetDevice, _In_ WDFIOTARGET IoTarget);
SYSPTE_WDF(PDEVICE_OBJECT, WdfIoTargetWdmGetTargetDeviceObject, _In_ WDFIOTARGET IoTarget);
SYSPTE_WDF(PDEVICE_OBJECT, WdfIoTargetWdmGetTargetPhysicalDevice, _In_ WDFIOTARGET IoTarget);

#endif
