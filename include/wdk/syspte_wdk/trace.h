// SPDX-License-Identifier: MIT
// Event tracing and WMI.
#ifndef SYSPTE_WDK_TRACE_H
#define SYSPTE_WDK_TRACE_H

typedef ULONGLONG REGHANDLE, *PREGHANDLE;
typedef ULONG64 TRACEHANDLE, *PTRACEHANDLE;

typedef struct _EVENT_DESCRIPTOR {
    USHORT Id;
    UCHAR Version;
    UCHAR Channel;
    UCHAR Level;
    UCHAR Opcode;
    USHORT Task;
    ULONGLONG Keyword;
} EVENT_DESCRIPTOR, *PEVENT_DESCRIPTOR;
typedef const EVENT_DESCRIPTOR *PCEVENT_DESCRIPTOR;

typedef struct _EVENT_DATA_DESCRIPTOR {
    ULONGLONG Ptr;
    ULONG Size;
    ULONG Reserved;
} EVENT_DATA_DESCRIPTOR, *PEVENT_DATA_DESCRIPTOR;
typedef struct _EVENT_FILTER_DESCRIPTOR *PEVENT_FILTER_DESCRIPTOR;

typedef VOID (*PETWENABLECALLBACK)(_In_ LPCGUID SourceId, _In_ ULONG ControlCode, _In_ UCHAR Level,
                                   _In_ ULONGLONG MatchAnyKeyword, _In_ ULONGLONG MatchAllKeyword,
                                   _In_opt_ PEVENT_FILTER_DESCRIPTOR FilterData,
                                   _Inout_opt_ PVOID CallbackContext);

_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI NTSTATUS NTAPI
    EtwRegister(_In_ LPCGUID ProviderId, _In_opt_ PETWENABLECALLBACK EnableCallback,
                _In_opt_ PVOID CallbackContext, _Out_ PREGHANDLE RegHandle);
_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI NTSTATUS NTAPI EtwUnregister(_In_ REGHANDLE RegHandle);
NTKERNELAPI BOOLEAN NTAPI EtwEventEnabled(_In_ REGHANDLE RegHandle,
                                          _In_ PCEVENT_DESCRIPTOR EventDescriptor);
NTKERNELAPI BOOLEAN NTAPI EtwProviderEnabled(_In_ REGHANDLE RegHandle, _In_ UCHAR Level,
                                             _In_ ULONGLONG Keyword);
NTKERNELAPI NTSTATUS NTAPI EtwActivityIdControl(_In_ ULONG ControlCode, _Inout_ LPGUID ActivityId);
NTKERNELAPI NTSTATUS NTAPI EtwWrite(_In_ REGHANDLE RegHandle,
                                    _In_ PCEVENT_DESCRIPTOR EventDescriptor,
                                    _In_opt_ LPCGUID ActivityId, _In_ ULONG UserDataCount,
                                    _In_opt_ PEVENT_DATA_DESCRIPTOR UserData);
NTKERNELAPI NTSTATUS NTAPI EtwWriteString(_In_ REGHANDLE RegHandle, _In_ UCHAR Level,
                                          _In_ ULONGLONG Keyword, _In_opt_ LPCGUID ActivityId,
                                          _In_ PCWSTR String);
NTKERNELAPI NTSTATUS NTAPI EtwWriteTransfer(_In_ REGHANDLE RegHandle,
                                            _In_ PCEVENT_DESCRIPTOR EventDescriptor,
                                            _In_opt_ LPCGUID ActivityId,
                                            _In_opt_ LPCGUID RelatedActivityId,
                                            _In_ ULONG UserDataCount,
                                            _In_opt_ PEVENT_DATA_DESCRIPTOR UserData);

// ---- WMI

#define WMIREG_ACTION_REGISTER   1
#define WMIREG_ACTION_DEREGISTER 2
#define WMIREG_ACTION_REREGISTER 3

typedef enum tag_TRACE_INFORMATION_CLASS {
    TraceIdClass,
    TraceHandleClass,
    TraceEnableFlagsClass,
    TraceEnableLevelClass,
    GlobalLoggerHandleClass,
    EventLoggerHandleClass,
    AllLoggerHandlesClass,
    TraceHandleByNameClass
} TRACE_INFORMATION_CLASS;

NTKERNELAPI NTSTATUS NTAPI IoWMIRegistrationControl(_In_ PDEVICE_OBJECT DeviceObject,
                                                    _In_ ULONG Action);
NTKERNELAPI NTSTATUS NTAPI IoWMIWriteEvent(_Inout_ PVOID WnodeEventItem);
NTKERNELAPI NTSTATUS NTAPI IoWMIOpenBlock(_In_ LPCGUID Guid, _In_ ULONG DesiredAccess,
                                          _Out_ PVOID *DataBlockObject);
NTKERNELAPI NTSTATUS __cdecl WmiTraceMessage(_In_ TRACEHANDLE LoggerHandle, _In_ ULONG MessageFlags,
                                             _In_ LPCGUID MessageGuid, _In_ USHORT MessageNumber,
                                             ...);
NTKERNELAPI NTSTATUS NTAPI WmiQueryTraceInformation(
    _In_ TRACE_INFORMATION_CLASS TraceInformationClass, _Out_ PVOID TraceInformation,
    _In_ ULONG TraceInformationLength, _Out_opt_ PULONG RequiredLength, _In_opt_ PVOID Buffer);

#endif
