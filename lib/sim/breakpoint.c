// SPDX-License-Identifier: MIT
// Breakpoints, which no debugger takes, and critical regions, which hold nothing off: a thread of
// the machine gets no APCs.
// Source: nf-wdm-dbgbreakpoint, nf-wdm-kdrefreshdebuggernotpresent, nf-ntddk-keentercriticalregion.
#include "sim/kernel.h"

static BOOLEAN enabled = FALSE;
static BOOLEAN not_present = TRUE;
PBOOLEAN KdDebuggerEnabled = &enabled;
PBOOLEAN KdDebuggerNotPresent = &not_present;

BOOLEAN KdRefreshDebuggerNotPresent(VOID)
{
    return TRUE;
}

VOID DbgBreakPoint(VOID)
{
    KeBugCheckEx(KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)(LONG_PTR)STATUS_BREAKPOINT,
                 (ULONG_PTR)__builtin_return_address(0), 0, 0);
}

VOID DbgBreakPointWithStatus(ULONG Status)
{
    KeBugCheckEx(KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)(LONG_PTR)STATUS_BREAKPOINT,
                 (ULONG_PTR)__builtin_return_address(0), Status, 0);
}

// ---- Critical regions

static _Thread_local ULONG regions;

VOID KeEnterCriticalRegion(VOID)
{
    regions++;
}

VOID KeLeaveCriticalRegion(VOID)
{
    regions--;
}

BOOLEAN KeAreApcsDisabled(VOID)
{
    return regions != 0 || KeGetCurrentIrql() >= APC_LEVEL;
}
