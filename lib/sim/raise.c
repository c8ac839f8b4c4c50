// SPDX-License-Identifier: MIT
// Raising an exception, by a call of the driver or for a memory fault of it.
// Source: nf-wdm-exraisestatus, nf-wdm-exraiseaccessviolation, nf-wdm-exraisedatatypemisalignment,
// ns-winnt-exception_record; bug check 0x1E.
#include "sim/raise.h"

#include "sim/call.h"

// The address of an access as reports print it. Lock: held.
static uint64_t printed(ULONG_PTR address)
{
    return syspte_locate((const void *)address).system_va;
}

static bool is_access(const EXCEPTION_RECORD *record)
{
    return record->NumberParameters == 2;
}

syspte_rule_id syspte_raise_rule(const EXCEPTION_RECORD *record)
{
    if (!is_access(record)) {
        return SYSPTE_RULE_UNHANDLED_EXCEPTION;
    }
    return record->ExceptionInformation[1] < SYSPTE_NOBODYS ? SYSPTE_RULE_USE_NULL
                                                            : SYSPTE_RULE_USE_USER_ADDRESS;
}

_Noreturn void syspte_raise_unhandled(const syspte_raised *raised)
{
    const EXCEPTION_RECORD *record = &raised->record;
    syspte_bugcheck bugcheck = {.code = SYSPTE_KMODE_EXCEPTION_NOT_HANDLED,
                                .parameter = {(uint64_t)(int64_t)record->ExceptionCode}};
    syspte_event event = {.rule = syspte_raise_rule(record)};
    syspte_call call;
    if (!syspte_call_begin(&call, raised->api, &raised->caller)) {
        syspte_port_panic("an exception was raised without a machine");
    }
    if (is_access(record)) {
        bugcheck.parameter[2] = record->ExceptionInformation[0];
        bugcheck.parameter[3] = printed(record->ExceptionInformation[1]);
        event.system_va = bugcheck.parameter[3];
    }
    syspte_call_crash(&call, &event, &bugcheck);
    syspte_port_park();
}

_Noreturn void syspte_raise(syspte_api api, const syspte_caller *caller, NTSTATUS status)
{
    syspte_raised raised = {.record = {.ExceptionCode = status,
                                       .ExceptionFlags = EXCEPTION_NONCONTINUABLE,
                                       .ExceptionAddress = (PVOID)caller->return_address},
                            .caller = *caller,
                            .api = api,
                            .stack = caller->frame + 1}; // whoever called has a frame above
    syspte_seh_raise(&raised);
}

VOID ExRaiseStatus(NTSTATUS Status)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_raise(SYSPTE_API_EX_RAISE_STATUS, &caller, Status);
}

VOID ExRaiseAccessViolation(VOID)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_raise(SYSPTE_API_EX_RAISE_STATUS, &caller, STATUS_ACCESS_VIOLATION);
}

VOID ExRaiseDatatypeMisalignment(VOID)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_raise(SYSPTE_API_EX_RAISE_STATUS, &caller, STATUS_DATATYPE_MISALIGNMENT);
}
