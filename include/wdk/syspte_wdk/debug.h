// SPDX-License-Identifier: MIT
// Messages, assertions and bug checks. KdPrint, ASSERT, NT_ASSERT and PAGED_CODE do something only
// where DBG is defined and not 0, as in a checked build.
#ifndef SYSPTE_WDK_DEBUG_H
#define SYSPTE_WDK_DEBUG_H

#define DPFLTR_ERROR_LEVEL   0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL   2
#define DPFLTR_INFO_LEVEL    3
#define DPFLTR_MASK          0x80000000

#define DPFLTR_SYSTEM_ID       0
#define DPFLTR_IHVVIDEO_ID     78
#define DPFLTR_IHVAUDIO_ID     79
#define DPFLTR_IHVNETWORK_ID   80
#define DPFLTR_IHVSTREAMING_ID 81
#define DPFLTR_IHVBUS_ID       82
#define DPFLTR_IHVDRIVER_ID    77
#define DPFLTR_DEFAULT_ID      101

// ---- Messages (the machine prints those of every component and level)

NTSYSAPI ULONG __cdecl DbgPrint(_In_z_ _Printf_format_string_ PCSTR Format, ...);
NTSYSAPI ULONG __cdecl DbgPrintEx(_In_ ULONG ComponentId, _In_ ULONG Level,
                                  _In_z_ _Printf_format_string_ PCSTR Format, ...);
NTSYSAPI ULONG NTAPI vDbgPrintEx(_In_ ULONG ComponentId, _In_ ULONG Level, _In_z_ PCCH Format,
                                 _In_ va_list arglist);
NTSYSAPI ULONG NTAPI vDbgPrintExWithPrefix(_In_z_ PCCH Prefix, _In_ ULONG ComponentId,
                                           _In_ ULONG Level, _In_z_ PCCH Format,
                                           _In_ va_list arglist);

// Whether a kernel debugger is there: none is.
extern PBOOLEAN KdDebuggerEnabled;
extern PBOOLEAN KdDebuggerNotPresent;
#define KD_DEBUGGER_ENABLED     *KdDebuggerEnabled
#define KD_DEBUGGER_NOT_PRESENT *KdDebuggerNotPresent
NTKERNELAPI BOOLEAN NTAPI KdRefreshDebuggerNotPresent(VOID);

// Without a debugger a breakpoint stops the machine: STOP 0x1E with STATUS_BREAKPOINT.
NTSYSAPI VOID NTAPI DbgBreakPoint(VOID);
NTSYSAPI VOID NTAPI DbgBreakPointWithStatus(_In_ ULONG Status);
#if defined(DBG) && DBG
#define KdBreakPoint()            DbgBreakPoint()
#define KdBreakPointWithStatus(s) DbgBreakPointWithStatus(s)
#else
#define KdBreakPoint()            ((void)0)
#define KdBreakPointWithStatus(s) ((void)0)
#endif

// ---- Bug checks

NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI KeBugCheck(_In_ ULONG BugCheckCode);
NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI KeBugCheckEx(_In_ ULONG BugCheckCode,
                                                      _In_ ULONG_PTR BugCheckParameter1,
                                                      _In_ ULONG_PTR BugCheckParameter2,
                                                      _In_ ULONG_PTR BugCheckParameter3,
                                                      _In_ ULONG_PTR BugCheckParameter4);

// ---- Assertions

NTSYSAPI VOID NTAPI RtlAssert(_In_ PVOID VoidFailedAssertion, _In_ PVOID VoidFileName,
                              _In_ ULONG LineNumber, _In_opt_ PSTR MutableMessage);
// What NT_ASSERT calls: a bug check with STATUS_ASSERTION_FAILURE.
VOID syspte_wdk_assertion_failed(const char *assertion, const char *file, unsigned line);

#if defined(DBG) && DBG
#define KdPrint(_x_)   DbgPrint _x_
#define KdPrintEx(_x_) DbgPrintEx _x_
#define ASSERTMSG(msg, exp)                                                                        \
    ((exp) ? (void)0 : RtlAssert((PVOID) #exp, (PVOID)__FILE__, __LINE__, (PSTR)(msg)))
#define ASSERT(exp) ASSERTMSG(NULL, exp)
#define RTL_VERIFY(exp)                                                                            \
    ((exp) ? TRUE : (RtlAssert((PVOID) #exp, (PVOID)__FILE__, __LINE__, NULL), FALSE))
#define RTL_SOFT_ASSERT(exp)                                                                       \
    ((exp) ? (void)0                                                                               \
           : (void)DbgPrint("%s(%d): Soft assertion failed\n   Expression: %s\n", __FILE__,        \
                            __LINE__, #exp))
#define NT_ASSERTMSG(msg, exp)                                                                     \
    ((exp) ? (void)0 : syspte_wdk_assertion_failed((msg), __FILE__, __LINE__))
#define NT_ASSERT(exp) NT_ASSERTMSG(#exp, exp)
#define NT_VERIFY(exp)                                                                             \
    ((exp) ? TRUE : (syspte_wdk_assertion_failed(#exp, __FILE__, __LINE__), FALSE))
#define PAGED_CODE() NT_ASSERT(KeGetCurrentIrql() <= APC_LEVEL)
#else
#define KdPrint(_x_)           ((void)0)
#define KdPrintEx(_x_)         ((void)0)
#define ASSERTMSG(msg, exp)    ((void)0)
#define ASSERT(exp)            ((void)0)
#define RTL_VERIFY(exp)        ((exp) ? TRUE : FALSE)
#define RTL_SOFT_ASSERT(exp)   ((void)0)
#define NT_ASSERTMSG(msg, exp) ((void)0)
#define NT_ASSERT(exp)         ((void)0)
#define NT_VERIFY(exp)         ((exp) ? TRUE : FALSE)
#define PAGED_CODE()           ((void)0)
#endif
#define NT_ASSERT_ASSUME(exp)   NT_ASSERT(exp)
#define NT_ASSERT_NOASSUME(exp) NT_ASSERT(exp)
#define NT_ANALYSIS_ASSUME(exp) ((void)0)
#define PAGED_CODE_LOCKED()     ((void)0)

#endif
