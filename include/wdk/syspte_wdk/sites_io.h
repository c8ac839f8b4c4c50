// SPDX-License-Identifier: MIT
// The functions of requests and of DMA adapters with their place in the source. Part of
// syspte_sites.h, which says what it is for.
#ifndef SYSPTE_WDK_SITES_IO_H
#define SYSPTE_WDK_SITES_IO_H

SYSPTE_WDK_BEGIN

_Must_inspect_result_ PIRP syspte_at_IoAllocateIrp(_In_ CCHAR StackSize, _In_ BOOLEAN ChargeQuota,
                                                   const char *file, unsigned line,
                                                   const char *function);
VOID syspte_at_IoFreeIrp(_In_ PIRP Irp, const char *file, unsigned line, const char *function);
VOID syspte_at_IofCompleteRequest(_In_ PIRP Irp, _In_ CCHAR PriorityBoost, const char *file,
                                  unsigned line, const char *function);
_Must_inspect_result_ PDMA_ADAPTER syspte_at_IoGetDmaAdapter(
    _In_opt_ PDEVICE_OBJECT PhysicalDeviceObject, _In_ PDEVICE_DESCRIPTION DeviceDescription,
    _Out_ PULONG NumberOfMapRegisters, const char *file, unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define IoAllocateIrp(...)      syspte_at_IoAllocateIrp(__VA_ARGS__, SYSPTE_SITE)
#define IoFreeIrp(...)          syspte_at_IoFreeIrp(__VA_ARGS__, SYSPTE_SITE)
#define IofCompleteRequest(...) syspte_at_IofCompleteRequest(__VA_ARGS__, SYSPTE_SITE)
#define IoGetDmaAdapter(...)    syspte_at_IoGetDmaAdapter(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
