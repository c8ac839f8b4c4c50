// SPDX-License-Identifier: MIT
// Lets the calls that map know their place in the source: each is also a function-like macro that
// passes file, line and function on. The function itself stays: `(MmMapIoSpace)(...)` and
// `&MmMapIoSpace` mean it, and such a call is known by its return address.
// With SYSPTE_NO_SITE_MACROS defined there are no macros: for source with members, methods or
// declarations of these names.
// wdm.h and ntddk.h include this last, each for what it declares; so there are two guards.
#ifndef SYSPTE_SITES_WDM
#define SYSPTE_SITES_WDM

SYSPTE_WDK_BEGIN

_Must_inspect_result_ PVOID syspte_at_MmMapIoSpace(_In_ PHYSICAL_ADDRESS PhysicalAddress,
                                                   _In_ SIZE_T NumberOfBytes,
                                                   _In_ MEMORY_CACHING_TYPE CacheType,
                                                   const char *file, unsigned line,
                                                   const char *function);
#if NTDDI_VERSION >= NTDDI_WINTHRESHOLD
_Must_inspect_result_ PVOID syspte_at_MmMapIoSpaceEx(_In_ PHYSICAL_ADDRESS PhysicalAddress,
                                                     _In_ SIZE_T NumberOfBytes, _In_ ULONG Protect,
                                                     const char *file, unsigned line,
                                                     const char *function);
#endif
VOID syspte_at_MmUnmapIoSpace(_In_ PVOID BaseAddress, _In_ SIZE_T NumberOfBytes, const char *file,
                              unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
// Of a call over several lines the first one, where __LINE__ may be the last.
#define SYSPTE_SITE       __FILE__, __builtin_LINE(), __func__
#define MmMapIoSpace(...) syspte_at_MmMapIoSpace(__VA_ARGS__, SYSPTE_SITE)
#if NTDDI_VERSION >= NTDDI_WINTHRESHOLD
#define MmMapIoSpaceEx(...) syspte_at_MmMapIoSpaceEx(__VA_ARGS__, SYSPTE_SITE)
#endif
#define MmUnmapIoSpace(...) syspte_at_MmUnmapIoSpace(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif

#include <syspte_wdk/sites_dispatcher.h>
#include <syspte_wdk/sites_interrupt.h>
#include <syspte_wdk/sites_io.h>
#include <syspte_wdk/sites_lookaside.h>
#include <syspte_wdk/sites_mdl.h>
#include <syspte_wdk/sites_not_simulated.h>
#include <syspte_wdk/sites_object.h>
#include <syspte_wdk/sites_registry.h>
#include <syspte_wdk/sites_string.h>
#include <syspte_wdk/sites_register.h>

#if defined(SYSPTE_WDK_NTDDK) && !defined(SYSPTE_SITES_NTDDK)
#define SYSPTE_SITES_NTDDK

SYSPTE_WDK_BEGIN

_Must_inspect_result_ PVOID syspte_at_MmMapVideoDisplay(_In_ PHYSICAL_ADDRESS PhysicalAddress,
                                                        _In_ SIZE_T NumberOfBytes,
                                                        _In_ MEMORY_CACHING_TYPE CacheType,
                                                        const char *file, unsigned line,
                                                        const char *function);
VOID syspte_at_MmUnmapVideoDisplay(_In_ PVOID BaseAddress, _In_ SIZE_T NumberOfBytes,
                                   const char *file, unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define MmMapVideoDisplay(...)   syspte_at_MmMapVideoDisplay(__VA_ARGS__, SYSPTE_SITE)
#define MmUnmapVideoDisplay(...) syspte_at_MmUnmapVideoDisplay(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif

#include <syspte_wdk/sites_memory.h>
