// SPDX-License-Identifier: MIT
// Interrupts and power requests with their place in the source. Part of syspte_sites.h, which says
// what it is for.
#ifndef SYSPTE_WDK_SITES_INTERRUPT_H
#define SYSPTE_WDK_SITES_INTERRUPT_H

SYSPTE_WDK_BEGIN

_Must_inspect_result_ NTSTATUS syspte_at_IoConnectInterrupt(
    _Out_ PKINTERRUPT *InterruptObject, _In_ PKSERVICE_ROUTINE ServiceRoutine,
    _In_opt_ PVOID ServiceContext, _In_opt_ PKSPIN_LOCK SpinLock, _In_ ULONG Vector,
    _In_ KIRQL Irql, _In_ KIRQL SynchronizeIrql, _In_ KINTERRUPT_MODE InterruptMode,
    _In_ BOOLEAN ShareVector, _In_ KAFFINITY ProcessorEnableMask, _In_ BOOLEAN FloatingSave,
    const char *file, unsigned line, const char *function);
VOID syspte_at_IoDisconnectInterrupt(_In_ PKINTERRUPT InterruptObject, const char *file,
                                     unsigned line, const char *function);
_Must_inspect_result_ NTSTATUS
syspte_at_IoConnectInterruptEx(_Inout_ PIO_CONNECT_INTERRUPT_PARAMETERS Parameters,
                               const char *file, unsigned line, const char *function);
VOID syspte_at_IoDisconnectInterruptEx(_In_ PIO_DISCONNECT_INTERRUPT_PARAMETERS Parameters,
                                       const char *file, unsigned line, const char *function);
BOOLEAN syspte_at_KeSynchronizeExecution(_Inout_ PKINTERRUPT Interrupt,
                                         _In_ PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
                                         _In_opt_ PVOID SynchronizeContext, const char *file,
                                         unsigned line, const char *function);
KIRQL syspte_at_KeAcquireInterruptSpinLock(_Inout_ PKINTERRUPT Interrupt, const char *file,
                                           unsigned line, const char *function);
VOID syspte_at_KeReleaseInterruptSpinLock(_Inout_ PKINTERRUPT Interrupt, _In_ KIRQL OldIrql,
                                          const char *file, unsigned line, const char *function);
NTSTATUS syspte_at_PoRequestPowerIrp(_In_ PDEVICE_OBJECT DeviceObject, _In_ UCHAR MinorFunction,
                                     _In_ POWER_STATE PowerState,
                                     _In_opt_ PREQUEST_POWER_COMPLETE CompletionFunction,
                                     _In_opt_ PVOID Context, _Outptr_opt_ PIRP *Irp,
                                     const char *file, unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define IoConnectInterrupt(...)      syspte_at_IoConnectInterrupt(__VA_ARGS__, SYSPTE_SITE)
#define IoDisconnectInterrupt(...)   syspte_at_IoDisconnectInterrupt(__VA_ARGS__, SYSPTE_SITE)
#define IoConnectInterruptEx(...)    syspte_at_IoConnectInterruptEx(__VA_ARGS__, SYSPTE_SITE)
#define IoDisconnectInterruptEx(...) syspte_at_IoDisconnectInterruptEx(__VA_ARGS__, SYSPTE_SITE)
#define KeSynchronizeExecution(...)  syspte_at_KeSynchronizeExecution(__VA_ARGS__, SYSPTE_SITE)
#define KeAcquireInterruptSpinLock(...)                                                            \
    syspte_at_KeAcquireInterruptSpinLock(__VA_ARGS__, SYSPTE_SITE)
#define KeReleaseInterruptSpinLock(...)                                                            \
    syspte_at_KeReleaseInterruptSpinLock(__VA_ARGS__, SYSPTE_SITE)
#define PoRequestPowerIrp(...) syspte_at_PoRequestPowerIrp(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
