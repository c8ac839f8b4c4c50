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
LONG syspte_at_KeSetEvent(_Inout_ PRKEVENT Event, _In_ KPRIORITY Increment, _In_ BOOLEAN Wait,
                          const char *file, unsigned line, const char *function);
LONG syspte_at_KeResetEvent(_Inout_ PRKEVENT Event, const char *file, unsigned line,
                            const char *function);
VOID syspte_at_KeClearEvent(_Inout_ PRKEVENT Event, const char *file, unsigned line,
                            const char *function);
NTSTATUS syspte_at_KeWaitForSingleObject(_In_ PVOID Object, _In_ KWAIT_REASON WaitReason,
                                         _In_ KPROCESSOR_MODE WaitMode, _In_ BOOLEAN Alertable,
                                         _In_opt_ PLARGE_INTEGER Timeout, const char *file,
                                         unsigned line, const char *function);
NTSTATUS syspte_at_KeWaitForMultipleObjects(_In_ ULONG Count, _In_ PVOID Object[],
                                            _In_ WAIT_TYPE WaitType, _In_ KWAIT_REASON WaitReason,
                                            _In_ KPROCESSOR_MODE WaitMode, _In_ BOOLEAN Alertable,
                                            _In_opt_ PLARGE_INTEGER Timeout,
                                            _Out_opt_ PKWAIT_BLOCK WaitBlockArray, const char *file,
                                            unsigned line, const char *function);
LONG syspte_at_KeReleaseSemaphore(_Inout_ PRKSEMAPHORE Semaphore, _In_ KPRIORITY Increment,
                                  _In_ LONG Adjustment, _In_ BOOLEAN Wait, const char *file,
                                  unsigned line, const char *function);
LONG syspte_at_KeReleaseMutex(_Inout_ PRKMUTEX Mutex, _In_ BOOLEAN Wait, const char *file,
                              unsigned line, const char *function);
VOID syspte_at_ExAcquireFastMutex(_Inout_ PFAST_MUTEX FastMutex, const char *file, unsigned line,
                                  const char *function);
_Must_inspect_result_ BOOLEAN syspte_at_ExTryToAcquireFastMutex(_Inout_ PFAST_MUTEX FastMutex,
                                                                const char *file, unsigned line,
                                                                const char *function);
VOID syspte_at_ExReleaseFastMutex(_Inout_ PFAST_MUTEX FastMutex, const char *file, unsigned line,
                                  const char *function);
BOOLEAN syspte_at_KeInsertQueueDpc(_Inout_ PRKDPC Dpc, _In_opt_ PVOID SystemArgument1,
                                   _In_opt_ PVOID SystemArgument2, const char *file, unsigned line,
                                   const char *function);
BOOLEAN syspte_at_KeRemoveQueueDpc(_Inout_ PRKDPC Dpc, const char *file, unsigned line,
                                   const char *function);
_Must_inspect_result_ PIO_WORKITEM syspte_at_IoAllocateWorkItem(_In_ PDEVICE_OBJECT DeviceObject,
                                                                const char *file, unsigned line,
                                                                const char *function);
VOID syspte_at_IoQueueWorkItem(_Inout_ PIO_WORKITEM IoWorkItem,
                               _In_ PIO_WORKITEM_ROUTINE WorkerRoutine,
                               _In_ WORK_QUEUE_TYPE QueueType, _In_opt_ PVOID Context,
                               const char *file, unsigned line, const char *function);
VOID syspte_at_IoFreeWorkItem(_In_ PIO_WORKITEM IoWorkItem, const char *file, unsigned line,
                              const char *function);
VOID syspte_at_ExQueueWorkItem(_Inout_ PWORK_QUEUE_ITEM WorkItem, _In_ WORK_QUEUE_TYPE QueueType,
                               const char *file, unsigned line, const char *function);
BOOLEAN syspte_at_KeSetTimer(_Inout_ PKTIMER Timer, _In_ LARGE_INTEGER DueTime, _In_opt_ PKDPC Dpc,
                             const char *file, unsigned line, const char *function);
BOOLEAN syspte_at_KeSetTimerEx(_Inout_ PKTIMER Timer, _In_ LARGE_INTEGER DueTime, _In_ LONG Period,
                               _In_opt_ PKDPC Dpc, const char *file, unsigned line,
                               const char *function);
BOOLEAN syspte_at_KeCancelTimer(_Inout_ PKTIMER Timer, const char *file, unsigned line,
                                const char *function);
NTSTATUS syspte_at_KeDelayExecutionThread(_In_ KPROCESSOR_MODE WaitMode, _In_ BOOLEAN Alertable,
                                          _In_ PLARGE_INTEGER Interval, const char *file,
                                          unsigned line, const char *function);
VOID syspte_at_KeStallExecutionProcessor(_In_ ULONG MicroSeconds, const char *file, unsigned line,
                                         const char *function);
_Must_inspect_result_ NTSTATUS syspte_at_IoCreateDevice(
    _In_ PDRIVER_OBJECT DriverObject, _In_ ULONG DeviceExtensionSize,
    _In_opt_ PUNICODE_STRING DeviceName, _In_ DEVICE_TYPE DeviceType,
    _In_ ULONG DeviceCharacteristics, _In_ BOOLEAN Exclusive, _Out_ PDEVICE_OBJECT *DeviceObject,
    const char *file, unsigned line, const char *function);
VOID syspte_at_IoDeleteDevice(_In_ PDEVICE_OBJECT DeviceObject, const char *file, unsigned line,
                              const char *function);
NTSTATUS syspte_at_IoCreateSymbolicLink(_In_ PUNICODE_STRING SymbolicLinkName,
                                        _In_ PUNICODE_STRING DeviceName, const char *file,
                                        unsigned line, const char *function);
NTSTATUS syspte_at_IoDeleteSymbolicLink(_In_ PUNICODE_STRING SymbolicLinkName, const char *file,
                                        unsigned line, const char *function);
_Must_inspect_result_ PDEVICE_OBJECT syspte_at_IoAttachDeviceToDeviceStack(
    _In_ PDEVICE_OBJECT SourceDevice, _In_ PDEVICE_OBJECT TargetDevice, const char *file,
    unsigned line, const char *function);
VOID syspte_at_IoDetachDevice(_Inout_ PDEVICE_OBJECT TargetDevice, const char *file, unsigned line,
                              const char *function);
NTSTATUS syspte_at_IofCallDriver(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp,
                                 const char *file, unsigned line, const char *function);

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
#define KeSetEvent(...)                syspte_at_KeSetEvent(__VA_ARGS__, SYSPTE_SITE)
#define KeResetEvent(...)              syspte_at_KeResetEvent(__VA_ARGS__, SYSPTE_SITE)
#define KeClearEvent(...)              syspte_at_KeClearEvent(__VA_ARGS__, SYSPTE_SITE)
#define KeWaitForSingleObject(...)     syspte_at_KeWaitForSingleObject(__VA_ARGS__, SYSPTE_SITE)
#define KeWaitForMultipleObjects(...)  syspte_at_KeWaitForMultipleObjects(__VA_ARGS__, SYSPTE_SITE)
#define KeReleaseSemaphore(...)        syspte_at_KeReleaseSemaphore(__VA_ARGS__, SYSPTE_SITE)
#define KeReleaseMutex(...)            syspte_at_KeReleaseMutex(__VA_ARGS__, SYSPTE_SITE)
#define ExAcquireFastMutex(...)        syspte_at_ExAcquireFastMutex(__VA_ARGS__, SYSPTE_SITE)
#define ExTryToAcquireFastMutex(...)   syspte_at_ExTryToAcquireFastMutex(__VA_ARGS__, SYSPTE_SITE)
#define ExReleaseFastMutex(...)        syspte_at_ExReleaseFastMutex(__VA_ARGS__, SYSPTE_SITE)
#define KeInsertQueueDpc(...)          syspte_at_KeInsertQueueDpc(__VA_ARGS__, SYSPTE_SITE)
#define KeRemoveQueueDpc(...)          syspte_at_KeRemoveQueueDpc(__VA_ARGS__, SYSPTE_SITE)
#define IoAllocateWorkItem(...)        syspte_at_IoAllocateWorkItem(__VA_ARGS__, SYSPTE_SITE)
#define IoQueueWorkItem(...)           syspte_at_IoQueueWorkItem(__VA_ARGS__, SYSPTE_SITE)
#define IoFreeWorkItem(...)            syspte_at_IoFreeWorkItem(__VA_ARGS__, SYSPTE_SITE)
#define ExQueueWorkItem(...)           syspte_at_ExQueueWorkItem(__VA_ARGS__, SYSPTE_SITE)
#define KeSetTimer(...)                syspte_at_KeSetTimer(__VA_ARGS__, SYSPTE_SITE)
#define KeSetTimerEx(...)              syspte_at_KeSetTimerEx(__VA_ARGS__, SYSPTE_SITE)
#define KeCancelTimer(...)             syspte_at_KeCancelTimer(__VA_ARGS__, SYSPTE_SITE)
#define KeDelayExecutionThread(...)    syspte_at_KeDelayExecutionThread(__VA_ARGS__, SYSPTE_SITE)
#define KeStallExecutionProcessor(...) syspte_at_KeStallExecutionProcessor(__VA_ARGS__, SYSPTE_SITE)
#define IoCreateDevice(...)            syspte_at_IoCreateDevice(__VA_ARGS__, SYSPTE_SITE)
#define IoDeleteDevice(...)            syspte_at_IoDeleteDevice(__VA_ARGS__, SYSPTE_SITE)
#define IoCreateSymbolicLink(...)      syspte_at_IoCreateSymbolicLink(__VA_ARGS__, SYSPTE_SITE)
#define IoDeleteSymbolicLink(...)      syspte_at_IoDeleteSymbolicLink(__VA_ARGS__, SYSPTE_SITE)
#define IoAttachDeviceToDeviceStack(...)                                                           \
    syspte_at_IoAttachDeviceToDeviceStack(__VA_ARGS__, SYSPTE_SITE)
#define IoDetachDevice(...) syspte_at_IoDetachDevice(__VA_ARGS__, SYSPTE_SITE)
#define IofCallDriver(...)  syspte_at_IofCallDriver(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
