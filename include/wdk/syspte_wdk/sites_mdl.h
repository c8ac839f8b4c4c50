// SPDX-License-Identifier: MIT
// The functions of MDLs and of reserved mappings with their place in the source. Part of
// syspte_sites.h, which says what it is for.
#ifndef SYSPTE_WDK_SITES_MDL_H
#define SYSPTE_WDK_SITES_MDL_H

SYSPTE_WDK_BEGIN

_Must_inspect_result_ PMDL syspte_at_MmCreateMdl(_Out_opt_ PMDL MemoryDescriptorList,
                                                 _In_opt_ PVOID Base, _In_ SIZE_T Length,
                                                 const char *file, unsigned line,
                                                 const char *function);
_Must_inspect_result_ PMDL syspte_at_IoAllocateMdl(_In_opt_ PVOID VirtualAddress, _In_ ULONG Length,
                                                   _In_ BOOLEAN SecondaryBuffer,
                                                   _In_ BOOLEAN ChargeQuota,
                                                   _Inout_opt_ struct _IRP *Irp, const char *file,
                                                   unsigned line, const char *function);
VOID syspte_at_IoFreeMdl(_In_ PMDL Mdl, const char *file, unsigned line, const char *function);
VOID syspte_at_IoBuildPartialMdl(_In_ PMDL SourceMdl, _Inout_ PMDL TargetMdl,
                                 _In_ PVOID VirtualAddress, _In_ ULONG Length, const char *file,
                                 unsigned line, const char *function);
VOID syspte_at_MmPrepareMdlForReuse(_Inout_ PMDL Mdl, const char *file, unsigned line,
                                    const char *function);
VOID syspte_at_MmBuildMdlForNonPagedPool(_Inout_ PMDL MemoryDescriptorList, const char *file,
                                         unsigned line, const char *function);
NTSTATUS syspte_at_MmAdvanceMdl(_Inout_ PMDL Mdl, _In_ ULONG NumberOfBytes, const char *file,
                                unsigned line, const char *function);
#if NTDDI_VERSION >= NTDDI_WIN8
NTSTATUS syspte_at_MmAllocateMdlForIoSpace(_In_reads_(NumberOfEntries)
                                               PMM_PHYSICAL_ADDRESS_LIST PhysicalAddressList,
                                           _In_ SIZE_T NumberOfEntries, _Out_ PMDL *NewMdl,
                                           const char *file, unsigned line, const char *function);
#endif
VOID syspte_at_MmProbeAndLockPages(_Inout_ PMDL MemoryDescriptorList,
                                   _In_ KPROCESSOR_MODE AccessMode, _In_ LOCK_OPERATION Operation,
                                   const char *file, unsigned line, const char *function);
VOID syspte_at_MmProbeAndLockProcessPages(_Inout_ PMDL MemoryDescriptorList, _In_ PEPROCESS Process,
                                          _In_ KPROCESSOR_MODE AccessMode,
                                          _In_ LOCK_OPERATION Operation, const char *file,
                                          unsigned line, const char *function);
VOID syspte_at_MmProbeAndLockSelectedPages(_Inout_ PMDL MemoryDescriptorList,
                                           _In_ union _FILE_SEGMENT_ELEMENT *SegmentArray,
                                           _In_ KPROCESSOR_MODE AccessMode,
                                           _In_ LOCK_OPERATION Operation, const char *file,
                                           unsigned line, const char *function);
VOID syspte_at_MmUnlockPages(_Inout_ PMDL MemoryDescriptorList, const char *file, unsigned line,
                             const char *function);
_Must_inspect_result_ PVOID syspte_at_MmMapLockedPages(_Inout_ PMDL MemoryDescriptorList,
                                                       _In_ KPROCESSOR_MODE AccessMode,
                                                       const char *file, unsigned line,
                                                       const char *function);
_Must_inspect_result_ PVOID syspte_at_MmMapLockedPagesSpecifyCache(
    _Inout_ PMDL MemoryDescriptorList, _In_ KPROCESSOR_MODE AccessMode,
    _In_ MEMORY_CACHING_TYPE CacheType, _In_opt_ PVOID RequestedAddress,
    _In_ ULONG BugCheckOnFailure, _In_ ULONG Priority, const char *file, unsigned line,
    const char *function);
VOID syspte_at_MmUnmapLockedPages(_In_ PVOID BaseAddress, _Inout_ PMDL MemoryDescriptorList,
                                  const char *file, unsigned line, const char *function);
PVOID syspte_at_MmGetSystemAddressForMdl(_Inout_ PMDL Mdl, const char *file, unsigned line,
                                         const char *function);
_Must_inspect_result_ PVOID syspte_at_MmGetSystemAddressForMdlSafe(_Inout_ PMDL Mdl,
                                                                   _In_ ULONG Priority,
                                                                   const char *file, unsigned line,
                                                                   const char *function);
NTSTATUS syspte_at_MmProtectMdlSystemAddress(_In_ PMDL MemoryDescriptorList, _In_ ULONG NewProtect,
                                             const char *file, unsigned line, const char *function);
#if NTDDI_VERSION >= NTDDI_WINTHRESHOLD
NTSTATUS syspte_at_MmMapMdl(_Inout_ PMDL MemoryDescriptorList, _In_ ULONG Protection,
                            _In_ PMM_MDL_ROUTINE DriverRoutine, _In_opt_ PVOID DriverContext,
                            const char *file, unsigned line, const char *function);
#endif
_Must_inspect_result_ PMDL syspte_at_MmAllocatePagesForMdl(_In_ PHYSICAL_ADDRESS LowAddress,
                                                           _In_ PHYSICAL_ADDRESS HighAddress,
                                                           _In_ PHYSICAL_ADDRESS SkipBytes,
                                                           _In_ SIZE_T TotalBytes, const char *file,
                                                           unsigned line, const char *function);
_Must_inspect_result_ PMDL syspte_at_MmAllocatePagesForMdlEx(
    _In_ PHYSICAL_ADDRESS LowAddress, _In_ PHYSICAL_ADDRESS HighAddress,
    _In_ PHYSICAL_ADDRESS SkipBytes, _In_ SIZE_T TotalBytes, _In_ MEMORY_CACHING_TYPE CacheType,
    _In_ ULONG Flags, const char *file, unsigned line, const char *function);
#if NTDDI_VERSION >= NTDDI_WIN8
_Must_inspect_result_ PMDL syspte_at_MmAllocateNodePagesForMdlEx(
    _In_ PHYSICAL_ADDRESS LowAddress, _In_ PHYSICAL_ADDRESS HighAddress,
    _In_ PHYSICAL_ADDRESS SkipBytes, _In_ SIZE_T TotalBytes, _In_ MEMORY_CACHING_TYPE CacheType,
    _In_ ULONG IdealNode, _In_ ULONG Flags, const char *file, unsigned line, const char *function);
#endif
VOID syspte_at_MmFreePagesFromMdl(_Inout_ PMDL MemoryDescriptorList, const char *file,
                                  unsigned line, const char *function);
#if NTDDI_VERSION >= NTDDI_WINTHRESHOLD
VOID syspte_at_MmFreePagesFromMdlEx(_Inout_ PMDL MemoryDescriptorList, _In_ ULONG Flags,
                                    const char *file, unsigned line, const char *function);
#endif
_Must_inspect_result_ PVOID syspte_at_MmAllocateMappingAddress(_In_ SIZE_T NumberOfBytes,
                                                               _In_ ULONG PoolTag, const char *file,
                                                               unsigned line, const char *function);
#if NTDDI_VERSION >= NTDDI_WINTHRESHOLD
_Must_inspect_result_ PVOID syspte_at_MmAllocateMappingAddressEx(_In_ SIZE_T NumberOfBytes,
                                                                 _In_ ULONG PoolTag,
                                                                 _In_ ULONG Flags, const char *file,
                                                                 unsigned line,
                                                                 const char *function);
#endif
VOID syspte_at_MmFreeMappingAddress(_In_ PVOID BaseAddress, _In_ ULONG PoolTag, const char *file,
                                    unsigned line, const char *function);
_Must_inspect_result_ PVOID syspte_at_MmMapLockedPagesWithReservedMapping(
    _In_ PVOID MappingAddress, _In_ ULONG PoolTag, _Inout_ PMDL MemoryDescriptorList,
    _In_ MEMORY_CACHING_TYPE CacheType, const char *file, unsigned line, const char *function);
VOID syspte_at_MmUnmapReservedMapping(_In_ PVOID BaseAddress, _In_ ULONG PoolTag,
                                      _Inout_ PMDL MemoryDescriptorList, const char *file,
                                      unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define MmCreateMdl(...)               syspte_at_MmCreateMdl(__VA_ARGS__, SYSPTE_SITE)
#define IoAllocateMdl(...)             syspte_at_IoAllocateMdl(__VA_ARGS__, SYSPTE_SITE)
#define IoFreeMdl(...)                 syspte_at_IoFreeMdl(__VA_ARGS__, SYSPTE_SITE)
#define IoBuildPartialMdl(...)         syspte_at_IoBuildPartialMdl(__VA_ARGS__, SYSPTE_SITE)
#define MmPrepareMdlForReuse(...)      syspte_at_MmPrepareMdlForReuse(__VA_ARGS__, SYSPTE_SITE)
#define MmBuildMdlForNonPagedPool(...) syspte_at_MmBuildMdlForNonPagedPool(__VA_ARGS__, SYSPTE_SITE)
#define MmAdvanceMdl(...)              syspte_at_MmAdvanceMdl(__VA_ARGS__, SYSPTE_SITE)
#if NTDDI_VERSION >= NTDDI_WIN8
#define MmAllocateMdlForIoSpace(...) syspte_at_MmAllocateMdlForIoSpace(__VA_ARGS__, SYSPTE_SITE)
#endif
#define MmProbeAndLockPages(...) syspte_at_MmProbeAndLockPages(__VA_ARGS__, SYSPTE_SITE)
#define MmProbeAndLockProcessPages(...)                                                            \
    syspte_at_MmProbeAndLockProcessPages(__VA_ARGS__, SYSPTE_SITE)
#define MmProbeAndLockSelectedPages(...)                                                           \
    syspte_at_MmProbeAndLockSelectedPages(__VA_ARGS__, SYSPTE_SITE)
#define MmUnlockPages(...)            syspte_at_MmUnlockPages(__VA_ARGS__, SYSPTE_SITE)
#define MmMapLockedPages(...)         syspte_at_MmMapLockedPages(__VA_ARGS__, SYSPTE_SITE)
#define MmUnmapLockedPages(...)       syspte_at_MmUnmapLockedPages(__VA_ARGS__, SYSPTE_SITE)
#define MmGetSystemAddressForMdl(...) syspte_at_MmGetSystemAddressForMdl(__VA_ARGS__, SYSPTE_SITE)
#define MmGetSystemAddressForMdlSafe(...)                                                          \
    syspte_at_MmGetSystemAddressForMdlSafe(__VA_ARGS__, SYSPTE_SITE)
#define MmProtectMdlSystemAddress(...) syspte_at_MmProtectMdlSystemAddress(__VA_ARGS__, SYSPTE_SITE)
#if NTDDI_VERSION >= NTDDI_WINTHRESHOLD
#define MmMapMdl(...) syspte_at_MmMapMdl(__VA_ARGS__, SYSPTE_SITE)
#endif
#define MmAllocatePagesForMdl(...)   syspte_at_MmAllocatePagesForMdl(__VA_ARGS__, SYSPTE_SITE)
#define MmAllocatePagesForMdlEx(...) syspte_at_MmAllocatePagesForMdlEx(__VA_ARGS__, SYSPTE_SITE)
#if NTDDI_VERSION >= NTDDI_WIN8
#define MmAllocateNodePagesForMdlEx(...)                                                           \
    syspte_at_MmAllocateNodePagesForMdlEx(__VA_ARGS__, SYSPTE_SITE)
#endif
#define MmFreePagesFromMdl(...) syspte_at_MmFreePagesFromMdl(__VA_ARGS__, SYSPTE_SITE)
#if NTDDI_VERSION >= NTDDI_WINTHRESHOLD
#define MmFreePagesFromMdlEx(...) syspte_at_MmFreePagesFromMdlEx(__VA_ARGS__, SYSPTE_SITE)
#endif
#define MmAllocateMappingAddress(...) syspte_at_MmAllocateMappingAddress(__VA_ARGS__, SYSPTE_SITE)
#if NTDDI_VERSION >= NTDDI_WINTHRESHOLD
#define MmAllocateMappingAddressEx(...)                                                            \
    syspte_at_MmAllocateMappingAddressEx(__VA_ARGS__, SYSPTE_SITE)
#endif
#define MmFreeMappingAddress(...) syspte_at_MmFreeMappingAddress(__VA_ARGS__, SYSPTE_SITE)
#define MmMapLockedPagesWithReservedMapping(...)                                                   \
    syspte_at_MmMapLockedPagesWithReservedMapping(__VA_ARGS__, SYSPTE_SITE)
#define MmUnmapReservedMapping(...) syspte_at_MmUnmapReservedMapping(__VA_ARGS__, SYSPTE_SITE)
// A driver that opted into mappings without execution gets them here too, as on Windows.
#ifdef POOL_NX_OPTIN_AUTO
#define MmMapLockedPagesSpecifyCache(mdl, mode, type, address, stop, priority)                     \
    syspte_at_MmMapLockedPagesSpecifyCache(mdl, mode, type, address, stop,                         \
                                           (priority) | MdlMappingNoExecute, SYSPTE_SITE)
#else
#define MmMapLockedPagesSpecifyCache(...)                                                          \
    syspte_at_MmMapLockedPagesSpecifyCache(__VA_ARGS__, SYSPTE_SITE)
#endif
#endif

#endif
