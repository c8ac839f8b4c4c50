// SPDX-License-Identifier: MIT
// What runs later: timers, DPCs and work items of the framework. All need a parent that is a device
// or belongs to one.
#ifndef SYSPTE_WDK_WDF_LATER_H
#define SYSPTE_WDK_WDF_LATER_H

// ---- Timers

typedef VOID EVT_WDF_TIMER(_In_ WDFTIMER Timer);
typedef EVT_WDF_TIMER *PFN_WDF_TIMER;

typedef struct _WDF_TIMER_CONFIG {
    ULONG Size;
    PFN_WDF_TIMER EvtTimerFunc;
    ULONG Period; // milliseconds; 0: once
    BOOLEAN AutomaticSerialization;
    ULONG TolerableDelay;
    DECLSPEC_ALIGN(8) WDF_TRI_STATE UseHighResolutionTimer;
} WDF_TIMER_CONFIG, *PWDF_TIMER_CONFIG;

SYSPTE_WDK_INLINE VOID WDF_TIMER_CONFIG_INIT(_Out_ PWDF_TIMER_CONFIG Config,
                                             _In_ PFN_WDF_TIMER EvtTimerFunc)
{
    RtlZeroMemory(Config, sizeof(WDF_TIMER_CONFIG));
    Config->Size = sizeof(WDF_TIMER_CONFIG);
    Config->EvtTimerFunc = EvtTimerFunc;
    Config->AutomaticSerialization = TRUE;
}

SYSPTE_WDK_INLINE VOID WDF_TIMER_CONFIG_INIT_PERIODIC(_Out_ PWDF_TIMER_CONFIG Config,
                                                      _In_ PFN_WDF_TIMER EvtTimerFunc,
                                                      _In_ LONG Period)
{
    WDF_TIMER_CONFIG_INIT(Config, EvtTimerFunc);
    Config->Period = (ULONG)Period;
}

SYSPTE_WDF(NTSTATUS, WdfTimerCreate, _In_ PWDF_TIMER_CONFIG Config,
           _In_ PWDF_OBJECT_ATTRIBUTES Attributes, _Out_ WDFTIMER *Timer);
SYSPTE_WDF(BOOLEAN, WdfTimerStart, _In_ WDFTIMER Timer, _In_ LONGLONG DueTime);
SYSPTE_WDF(BOOLEAN, WdfTimerStop, _In_ WDFTIMER Timer, _In_ BOOLEAN Wait);
SYSPTE_WDF(WDFOBJECT, WdfTimerGetParentObject, _In_ WDFTIMER Timer);

// ---- DPCs

typedef VOID EVT_WDF_DPC(_In_ WDFDPC Dpc);
typedef EVT_WDF_DPC *PFN_WDF_DPC;

typedef struct _WDF_DPC_CONFIG {
    ULONG Size;
    PFN_WDF_DPC EvtDpcFunc;
    BOOLEAN AutomaticSerialization;
} WDF_DPC_CONFIG, *PWDF_DPC_CONFIG;

SYSPTE_WDK_INLINE VOID WDF_DPC_CONFIG_INIT(_Out_ PWDF_DPC_CONFIG Config,
                                           _In_ PFN_WDF_DPC EvtDpcFunc)
{
    RtlZeroMemory(Config, sizeof(WDF_DPC_CONFIG));
    Config->Size = sizeof(WDF_DPC_CONFIG);
    Config->EvtDpcFunc = EvtDpcFunc;
    Config->AutomaticSerialization = TRUE;
}

SYSPTE_WDF(NTSTATUS, WdfDpcCreate, _In_ PWDF_DPC_CONFIG Config,
           _In_ PWDF_OBJECT_ATTRIBUTES Attributes, _Out_ WDFDPC *Dpc);
SYSPTE_WDF(BOOLEAN, WdfDpcEnqueue, _In_ WDFDPC Dpc);
SYSPTE_WDF(BOOLEAN, WdfDpcCancel, _In_ WDFDPC Dpc, _In_ BOOLEAN Wait);
SYSPTE_WDF(WDFOBJECT, WdfDpcGetParentObject, _In_ WDFDPC Dpc);

// ---- Work items

typedef VOID EVT_WDF_WORKITEM(_In_ WDFWORKITEM WorkItem);
typedef EVT_WDF_WORKITEM *PFN_WDF_WORKITEM;

typedef struct _WDF_WORKITEM_CONFIG {
    ULONG Size;
    PFN_WDF_WORKITEM EvtWorkItemFunc;
    BOOLEAN AutomaticSerialization;
} WDF_WORKITEM_CONFIG, *PWDF_WORKITEM_CONFIG;

SYSPTE_WDK_INLINE VOID WDF_WORKITEM_CONFIG_INIT(_Out_ PWDF_WORKITEM_CONFIG Config,
                                                _In_ PFN_WDF_WORKITEM EvtWorkItemFunc)
{
    RtlZeroMemory(Config, sizeof(WDF_WORKITEM_CONFIG));
    Config->Size = sizeof(WDF_WORKITEM_CONFIG);
    Config->EvtWorkItemFunc = EvtWorkItemFunc;
    Config->AutomaticSerialization = TRUE;
}

SYSPTE_WDF(NTSTATUS, WdfWorkItemCreate, _In_ PWDF_WORKITEM_CONFIG Config,
           _In_ PWDF_OBJECT_ATTRIBUTES Attributes, _Out_ WDFWORKITEM *WorkItem);
// One that is queued is not queued again.
SYSPTE_WDF(VOID, WdfWorkItemEnqueue, _In_ WDFWORKITEM WorkItem);
// Waits until it has run, if it is queued.
SYSPTE_WDF(VOID, WdfWorkItemFlush, _In_ WDFWORKITEM WorkItem);
SYSPTE_WDF(WDFOBJECT, WdfWorkItemGetParentObject, _In_ WDFWORKITEM WorkItem);

#endif
