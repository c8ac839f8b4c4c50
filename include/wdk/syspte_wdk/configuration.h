// SPDX-License-Identifier: MIT
// Who is told of what happens to the registry. None of it is simulated.
#ifndef SYSPTE_WDK_CONFIGURATION_H
#define SYSPTE_WDK_CONFIGURATION_H

typedef NTSTATUS EX_CALLBACK_FUNCTION(_In_ PVOID CallbackContext, _In_opt_ PVOID Argument1,
                                      _In_opt_ PVOID Argument2);
typedef EX_CALLBACK_FUNCTION *PEX_CALLBACK_FUNCTION;

NTKERNELAPI NTSTATUS NTAPI CmRegisterCallback(_In_ PEX_CALLBACK_FUNCTION Function,
                                              _In_opt_ PVOID Context, _Out_ PLARGE_INTEGER Cookie);
NTKERNELAPI NTSTATUS NTAPI CmRegisterCallbackEx(_In_ PEX_CALLBACK_FUNCTION Function,
                                                _In_ PCUNICODE_STRING Altitude, _In_ PVOID Driver,
                                                _In_opt_ PVOID Context, _Out_ PLARGE_INTEGER Cookie,
                                                PVOID Reserved);
NTKERNELAPI NTSTATUS NTAPI CmUnRegisterCallback(_In_ LARGE_INTEGER Cookie);

#endif
