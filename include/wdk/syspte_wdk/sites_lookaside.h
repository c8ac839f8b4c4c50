// SPDX-License-Identifier: MIT
// The functions of lookaside lists with their place in the source. Part of syspte_sites.h, which
// says what it is for.
#ifndef SYSPTE_WDK_SITES_LOOKASIDE_H
#define SYSPTE_WDK_SITES_LOOKASIDE_H

SYSPTE_WDK_BEGIN

_Must_inspect_result_ PVOID
syspte_at_ExAllocateFromNPagedLookasideList(_Inout_ PNPAGED_LOOKASIDE_LIST Lookaside,
                                            const char *file, unsigned line, const char *function);
VOID syspte_at_ExFreeToNPagedLookasideList(_Inout_ PNPAGED_LOOKASIDE_LIST Lookaside,
                                           _In_ PVOID Entry, const char *file, unsigned line,
                                           const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocateFromPagedLookasideList(
    _Inout_ PPAGED_LOOKASIDE_LIST Lookaside, const char *file, unsigned line, const char *function);
VOID syspte_at_ExFreeToPagedLookasideList(_Inout_ PPAGED_LOOKASIDE_LIST Lookaside, _In_ PVOID Entry,
                                          const char *file, unsigned line, const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocateFromLookasideListEx(
    _Inout_ PLOOKASIDE_LIST_EX Lookaside, const char *file, unsigned line, const char *function);
VOID syspte_at_ExFreeToLookasideListEx(_Inout_ PLOOKASIDE_LIST_EX Lookaside, _In_ PVOID Entry,
                                       const char *file, unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define ExAllocateFromNPagedLookasideList(...)                                                     \
    syspte_at_ExAllocateFromNPagedLookasideList(__VA_ARGS__, SYSPTE_SITE)
#define ExFreeToNPagedLookasideList(...)                                                           \
    syspte_at_ExFreeToNPagedLookasideList(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocateFromPagedLookasideList(...)                                                      \
    syspte_at_ExAllocateFromPagedLookasideList(__VA_ARGS__, SYSPTE_SITE)
#define ExFreeToPagedLookasideList(...)                                                            \
    syspte_at_ExFreeToPagedLookasideList(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocateFromLookasideListEx(...)                                                         \
    syspte_at_ExAllocateFromLookasideListEx(__VA_ARGS__, SYSPTE_SITE)
#define ExFreeToLookasideListEx(...) syspte_at_ExFreeToLookasideListEx(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
