// SPDX-License-Identifier: MIT
// Obstacle: statements that a header of the tracing preprocessor would define.
#include <ntddk.h>
#include "trace.h"
#include "Shared.h"
#include "traced.tmh"

LONG Traced(LONG Value)
{
    TraceEvents(TRACE_LEVEL_INFORMATION, ANY, "value %d", Value++);
    TraceDriver(TRACE_LEVEL_ERROR, "none");
    KdPrint(("value %d\n", Value));
    return Value;
}
