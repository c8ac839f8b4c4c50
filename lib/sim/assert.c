// SPDX-License-Identifier: MIT
// A failed assertion says its words and stops the machine, as Windows does where no debugger takes
// the exception: ASSERT raises a breakpoint, NT_ASSERT an assertion failure.
// Source: bug check 0x1E, parameter 1; nf-wdm-rtlassert.
#include <wdm.h>

VOID RtlAssert(PVOID VoidFailedAssertion, PVOID VoidFileName, ULONG LineNumber, PSTR MutableMessage)
{
    ULONG_PTR address = (ULONG_PTR)__builtin_return_address(0);

    DbgPrint("\n*** Assertion failed: %s%s%s\n***   Source File: %s, line %u\n\n",
             MutableMessage != NULL ? MutableMessage : "", MutableMessage != NULL ? ": " : "",
             (const char *)VoidFailedAssertion, (const char *)VoidFileName, LineNumber);
    KeBugCheckEx(KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)(LONG_PTR)STATUS_BREAKPOINT, address, 0,
                 0);
}

VOID syspte_wdk_assertion_failed(const char *assertion, const char *file, unsigned line)
{
    ULONG_PTR address = (ULONG_PTR)__builtin_return_address(0);

    DbgPrint("%s:%u: Assertion failed: %s\n", file, line, assertion);
    KeBugCheckEx(KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)(LONG_PTR)STATUS_ASSERTION_FAILURE,
                 address, 0, 0);
}
