// SPDX-License-Identifier: MIT
// Spin locks and what else threads synchronize with, with their place in the source. Part of
// syspte_sites.h, which says what it is for.
#ifndef SYSPTE_WDK_SITES_DISPATCHER_H
#define SYSPTE_WDK_SITES_DISPATCHER_H

SYSPTE_WDK_BEGIN

KIRQL syspte_at_KeAcquireSpinLockRaiseToDpc(_Inout_ PKSPIN_LOCK SpinLock, const char *file,
                                            unsigned line, const char *function);
VOID syspte_at_KeAcquireSpinLockAtDpcLevel(_Inout_ PKSPIN_LOCK SpinLock, const char *file,
                                           unsigned line, const char *function);
_Must_inspect_result_ BOOLEAN syspte_at_KeTryToAcquireSpinLockAtDpcLevel(
    _Inout_ PKSPIN_LOCK SpinLock, const char *file, unsigned line, const char *function);
VOID syspte_at_KeReleaseSpinLock(_Inout_ PKSPIN_LOCK SpinLock, _In_ KIRQL NewIrql, const char *file,
                                 unsigned line, const char *function);
VOID syspte_at_KeReleaseSpinLockFromDpcLevel(_Inout_ PKSPIN_LOCK SpinLock, const char *file,
                                             unsigned line, const char *function);
VOID syspte_at_KeAcquireInStackQueuedSpinLock(_Inout_ PKSPIN_LOCK SpinLock,
                                              _Out_ PKLOCK_QUEUE_HANDLE LockHandle,
                                              const char *file, unsigned line,
                                              const char *function);
VOID syspte_at_KeAcquireInStackQueuedSpinLockAtDpcLevel(_Inout_ PKSPIN_LOCK SpinLock,
                                                        _Out_ PKLOCK_QUEUE_HANDLE LockHandle,
                                                        const char *file, unsigned line,
                                                        const char *function);
VOID syspte_at_KeReleaseInStackQueuedSpinLock(_In_ PKLOCK_QUEUE_HANDLE LockHandle, const char *file,
                                              unsigned line, const char *function);
VOID syspte_at_KeReleaseInStackQueuedSpinLockFromDpcLevel(_In_ PKLOCK_QUEUE_HANDLE LockHandle,
                                                          const char *file, unsigned line,
                                                          const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define KeAcquireSpinLockRaiseToDpc(...)                                                           \
    syspte_at_KeAcquireSpinLockRaiseToDpc(__VA_ARGS__, SYSPTE_SITE)
#define KeAcquireSpinLockAtDpcLevel(...)                                                           \
    syspte_at_KeAcquireSpinLockAtDpcLevel(__VA_ARGS__, SYSPTE_SITE)
#define KeTryToAcquireSpinLockAtDpcLevel(...)                                                      \
    syspte_at_KeTryToAcquireSpinLockAtDpcLevel(__VA_ARGS__, SYSPTE_SITE)
#define KeReleaseSpinLock(...) syspte_at_KeReleaseSpinLock(__VA_ARGS__, SYSPTE_SITE)
#define KeReleaseSpinLockFromDpcLevel(...)                                                         \
    syspte_at_KeReleaseSpinLockFromDpcLevel(__VA_ARGS__, SYSPTE_SITE)
#define KeAcquireInStackQueuedSpinLock(...)                                                        \
    syspte_at_KeAcquireInStackQueuedSpinLock(__VA_ARGS__, SYSPTE_SITE)
#define KeAcquireInStackQueuedSpinLockAtDpcLevel(...)                                              \
    syspte_at_KeAcquireInStackQueuedSpinLockAtDpcLevel(__VA_ARGS__, SYSPTE_SITE)
#define KeReleaseInStackQueuedSpinLock(...)                                                        \
    syspte_at_KeReleaseInStackQueuedSpinLock(__VA_ARGS__, SYSPTE_SITE)
#define KeReleaseInStackQueuedSpinLockFromDpcLevel(...)                                            \
    syspte_at_KeReleaseInStackQueuedSpinLockFromDpcLevel(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
