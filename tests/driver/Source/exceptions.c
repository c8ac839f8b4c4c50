// SPDX-License-Identifier: MIT
// Obstacle: structured exceptions, in both spellings, in a switch that a handler leaves by `break`.
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
