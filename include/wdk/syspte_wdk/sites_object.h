// SPDX-License-Identifier: MIT
// References to objects, system threads, cancelling, and requests for others, with their place in
// the source. Part of syspte_sites.h, which says what it is for.
#ifndef SYSPTE_WDK_SITES_OBJECT_H
#define SYSPTE_WDK_SITES_OBJECT_H

SYSPTE_WDK_BEGIN

LONG_PTR syspte_at_ObfReferenceObject(_In_ PVOID Object, const char *file, unsigned line,
                                      const char *function);
LONG_PTR syspte_at_ObfDereferenceObject(_In_ PVOID Object, const char *file, unsigned line,
                                        const char *function);
NTSTATUS syspte_at_ObReferenceObjectByPointer(_In_ PVOID Object, _In_ ACCESS_MASK DesiredAccess,
                                              _In_opt_ POBJECT_TYPE ObjectType,
                                              _In_ KPROCESSOR_MODE AccessMode, const char *file,
                                              unsigned line, const char *function);
NTSTATUS syspte_at_ObReferenceObjectByHandle(_In_ HANDLE Handle, _In_ ACCESS_MASK DesiredAccess,
                                             _In_opt_ POBJECT_TYPE ObjectType,
                                             _In_ KPROCESSOR_MODE AccessMode, _Out_ PVOID *Object,
                                             _Out_opt_ POBJECT_HANDLE_INFORMATION HandleInformation,
                                             const char *file, unsigned line, const char *function);
VOID syspte_at_ObDereferenceObjectDeferDelete(_In_ PVOID Object, const char *file, unsigned line,
                                              const char *function);
PDEVICE_OBJECT syspte_at_IoGetAttachedDeviceReference(_In_ PDEVICE_OBJECT DeviceObject,
                                                      const char *file, unsigned line,
                                                      const char *function);
NTSTATUS syspte_at_IoGetDeviceObjectPointer(_In_ PUNICODE_STRING ObjectName,
                                            _In_ ACCESS_MASK DesiredAccess,
                                            _Out_ PFILE_OBJECT *FileObject,
                                            _Out_ PDEVICE_OBJECT *DeviceObject, const char *file,
                                            unsigned line, const char *function);
NTSTATUS syspte_at_PsCreateSystemThread(_Out_ PHANDLE ThreadHandle, _In_ ULONG DesiredAccess,
                                        _In_opt_ POBJECT_ATTRIBUTES ObjectAttributes,
                                        _In_opt_ HANDLE ProcessHandle,
                                        _Out_opt_ PCLIENT_ID ClientId,
                                        _In_ PKSTART_ROUTINE StartRoutine,
                                        _In_opt_ PVOID StartContext, const char *file,
                                        unsigned line, const char *function);
NTSTATUS syspte_at_PsTerminateSystemThread(_In_ NTSTATUS ExitStatus, const char *file,
                                           unsigned line, const char *function);
VOID syspte_at_IoAcquireCancelSpinLock(_Out_ PKIRQL Irql, const char *file, unsigned line,
                                       const char *function);
VOID syspte_at_IoReleaseCancelSpinLock(_In_ KIRQL Irql, const char *file, unsigned line,
                                       const char *function);
BOOLEAN syspte_at_IoCancelIrp(_In_ PIRP Irp, const char *file, unsigned line, const char *function);
PIRP syspte_at_IoBuildDeviceIoControlRequest(
    _In_ ULONG IoControlCode, _In_ PDEVICE_OBJECT DeviceObject, _In_opt_ PVOID InputBuffer,
    _In_ ULONG InputBufferLength, _Out_opt_ PVOID OutputBuffer, _In_ ULONG OutputBufferLength,
    _In_ BOOLEAN InternalDeviceIoControl, _In_opt_ PKEVENT Event,
    _Out_ PIO_STATUS_BLOCK IoStatusBlock, const char *file, unsigned line, const char *function);
PIRP syspte_at_IoBuildSynchronousFsdRequest(
    _In_ ULONG MajorFunction, _In_ PDEVICE_OBJECT DeviceObject, _Inout_opt_ PVOID Buffer,
    _In_opt_ ULONG Length, _In_opt_ PLARGE_INTEGER StartingOffset, _In_ PKEVENT Event,
    _Out_ PIO_STATUS_BLOCK IoStatusBlock, const char *file, unsigned line, const char *function);
VOID syspte_at_ExWaitForRundownProtectionRelease(_Inout_ PEX_RUNDOWN_REF RunRef, const char *file,
                                                 unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define ObfReferenceObject(...)   syspte_at_ObfReferenceObject(__VA_ARGS__, SYSPTE_SITE)
#define ObfDereferenceObject(...) syspte_at_ObfDereferenceObject(__VA_ARGS__, SYSPTE_SITE)
#define ObReferenceObjectByPointer(...)                                                            \
    syspte_at_ObReferenceObjectByPointer(__VA_ARGS__, SYSPTE_SITE)
#define ObReferenceObjectByHandle(...) syspte_at_ObReferenceObjectByHandle(__VA_ARGS__, SYSPTE_SITE)
#define ObDereferenceObjectDeferDelete(...)                                                        \
    syspte_at_ObDereferenceObjectDeferDelete(__VA_ARGS__, SYSPTE_SITE)
#define IoGetAttachedDeviceReference(...)                                                          \
    syspte_at_IoGetAttachedDeviceReference(__VA_ARGS__, SYSPTE_SITE)
#define IoGetDeviceObjectPointer(...) syspte_at_IoGetDeviceObjectPointer(__VA_ARGS__, SYSPTE_SITE)
#define PsCreateSystemThread(...)     syspte_at_PsCreateSystemThread(__VA_ARGS__, SYSPTE_SITE)
#define PsTerminateSystemThread(...)  syspte_at_PsTerminateSystemThread(__VA_ARGS__, SYSPTE_SITE)
#define IoAcquireCancelSpinLock(...)  syspte_at_IoAcquireCancelSpinLock(__VA_ARGS__, SYSPTE_SITE)
#define IoReleaseCancelSpinLock(...)  syspte_at_IoReleaseCancelSpinLock(__VA_ARGS__, SYSPTE_SITE)
#define IoCancelIrp(...)              syspte_at_IoCancelIrp(__VA_ARGS__, SYSPTE_SITE)
#define IoBuildDeviceIoControlRequest(...)                                                         \
    syspte_at_IoBuildDeviceIoControlRequest(__VA_ARGS__, SYSPTE_SITE)
#define IoBuildSynchronousFsdRequest(...)                                                          \
    syspte_at_IoBuildSynchronousFsdRequest(__VA_ARGS__, SYSPTE_SITE)
#define ExWaitForRundownProtectionRelease(...)                                                     \
    syspte_at_ExWaitForRundownProtectionRelease(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
