// SPDX-License-Identifier: MIT
// Obstacle: structured exceptions, in both spellings, in a switch that a handler leaves by `break`,
// in bodies that are left by `return` and `continue`, and for faults of an application's memory.
#include <ntddk.h>
#include "Shared.h"

static LONG Handled(LONG Which)
{
    register LONG result = 1;
    switch (Which) {
    case 0:
        try {
            result = 2;
            ExRaiseStatus(STATUS_TIMEOUT);
        }
        except(GetExceptionCode() == STATUS_TIMEOUT ? EXCEPTION_EXECUTE_HANDLER
                                                    : EXCEPTION_CONTINUE_SEARCH)
        {
            result += 10;
            break;
        }
        result = -1;
        break;
    case 1:
        __try {
            if (result == 1) {
                __leave;
            }
            result = -1;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            result = -2;
        }
        result += 20;
        break;
    default:
        result = -3;
    }
    return result;
}

// A filter that says something first.
LONG FilterOfTwo(VOID)
{
    volatile LONG seen = 0;
    __try {
        ExRaiseStatus(STATUS_TIMEOUT);
    } __except (seen += GetExceptionCode() == STATUS_TIMEOUT, EXCEPTION_EXECUTE_HANDLER) {
        seen += 10;
    }
    try {
        ExRaiseStatus(STATUS_TIMEOUT);
    }
    except(seen += 100, EXCEPTION_EXECUTE_HANDLER)
    {
        seen += 1000;
    }
    return seen;
}

static VOID Inner(PLONG Steps)
{
    __try {
        *Steps += 1;
        ExRaiseStatus(STATUS_DEVICE_BUSY);
    } __finally {
        *Steps += AbnormalTermination() ? 10 : -100;
    }
    *Steps = -1;
}

LONG Exceptions(LONG Which, PLONG Steps)
{
    if (Which < 2) {
        return Handled(Which);
    }
    try {
        try {
            *Steps += 1000;
            leave;
        } finally {
            *Steps += AbnormalTermination() ? -100 : 100;
        }
        Inner(Steps);
    }
    except(EXCEPTION_EXECUTE_HANDLER)
    {
        return GetExceptionCode();
    }
    return STATUS_SUCCESS;
}

// ---- Left in other ways than by the end

static LONG ReturnsOutOfItsBody(VOID)
{
    __try {
        return 1;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return 2;
    }
}

static VOID RaisesFromBelow(VOID)
{
    volatile UCHAR room[512];
    room[0] = 0;
    ExRaiseStatus(STATUS_TIMEOUT + room[0]);
}

static LONG ReturnsAndThenRaises(VOID)
{
    LONG result = ReturnsOutOfItsBody();
    RaisesFromBelow();
    return result;
}

LONG BodyLeftByReturn(VOID)
{
    try {
        return ReturnsAndThenRaises();
    }
    except(GetExceptionCode() == STATUS_TIMEOUT)
    {
        return 30;
    }
}

LONG BodyLeftByContinue(VOID)
{
    LONG left = 0;
    LONG i;
    for (i = 0; i < 100; i++) {
        __try {
            if (i % 2 == 0) {
                left++;
                continue;
            }
            ExRaiseStatus(STATUS_TIMEOUT);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            if (i == 99) {
                break;
            }
        }
    }
    return left;
}

LONG FinallyLeftByReturn(PLONG Steps)
{
    __try {
        __try {
            *Steps += 1;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            *Steps = -1;
        }
        return *Steps;
    } __finally {
        *Steps += 10;
    }
}

LONG FinallyLeftByGoto(PLONG Steps)
{
    __try {
        *Steps += 1;
        if (*Steps > 0) {
            goto Done;
        }
    } __finally {
        *Steps += 10;
    }
    *Steps = -1;
Done:
    return *Steps;
}

// ---- What an application passes

static LONG Look(PEXCEPTION_POINTERS Pointers, PULONG_PTR Address)
{
    PEXCEPTION_RECORD record = Pointers->ExceptionRecord;
    if (record->ExceptionCode != STATUS_ACCESS_VIOLATION || record->NumberParameters != 2) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    *Address = record->ExceptionInformation[1];
    return EXCEPTION_EXECUTE_HANDLER;
}

NTSTATUS ReadOfApplication(PULONG User, PULONG Value, PULONG_PTR Address)
{
    NTSTATUS status = STATUS_SUCCESS;
    __try {
        ProbeForRead(User, sizeof(*User), __alignof(ULONG));
        *Value = *User;
    } __except (Look(GetExceptionInformation(), Address)) {
        status = GetExceptionCode();
    }
    return status;
}
