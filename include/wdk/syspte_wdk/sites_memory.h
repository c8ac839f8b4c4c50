// SPDX-License-Identifier: MIT
// The functions that allocate or probe memory with their place in the source. Part of
// syspte_sites.h, which says what it is for.
#ifndef SYSPTE_WDK_SITES_MEMORY_H
#define SYSPTE_WDK_SITES_MEMORY_H

SYSPTE_WDK_BEGIN

_Must_inspect_result_ PVOID syspte_at_ExAllocatePool(_In_ POOL_TYPE PoolType,
                                                     _In_ SIZE_T NumberOfBytes, const char *file,
                                                     unsigned line, const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocatePoolWithTag(_In_ POOL_TYPE PoolType,
                                                            _In_ SIZE_T NumberOfBytes,
                                                            _In_ ULONG Tag, const char *file,
                                                            unsigned line, const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocatePoolWithTagPriority(
    _In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag,
    _In_ EX_POOL_PRIORITY Priority, const char *file, unsigned line, const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocatePoolWithQuotaTag(_In_ POOL_TYPE PoolType,
                                                                 _In_ SIZE_T NumberOfBytes,
                                                                 _In_ ULONG Tag, const char *file,
                                                                 unsigned line,
                                                                 const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocatePool2(_In_ POOL_FLAGS Flags,
                                                      _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag,
                                                      const char *file, unsigned line,
                                                      const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocatePoolZero(_In_ POOL_TYPE PoolType,
                                                         _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag,
                                                         const char *file, unsigned line,
                                                         const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocatePoolUninitialized(_In_ POOL_TYPE PoolType,
                                                                  _In_ SIZE_T NumberOfBytes,
                                                                  _In_ ULONG Tag, const char *file,
                                                                  unsigned line,
                                                                  const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocatePoolQuotaZero(_In_ POOL_TYPE PoolType,
                                                              _In_ SIZE_T NumberOfBytes,
                                                              _In_ ULONG Tag, const char *file,
                                                              unsigned line, const char *function);
_Must_inspect_result_ PVOID syspte_at_ExAllocatePoolQuotaUninitialized(
    _In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag, const char *file,
    unsigned line, const char *function);
VOID syspte_at_ExFreePool(_In_ PVOID P, const char *file, unsigned line, const char *function);
VOID syspte_at_ExFreePoolWithTag(_In_ PVOID P, _In_ ULONG Tag, const char *file, unsigned line,
                                 const char *function);
_Must_inspect_result_ PVOID syspte_at_MmAllocateContiguousMemory(
    _In_ SIZE_T NumberOfBytes, _In_ PHYSICAL_ADDRESS HighestAcceptableAddress, const char *file,
    unsigned line, const char *function);
_Must_inspect_result_ PVOID syspte_at_MmAllocateContiguousMemorySpecifyCache(
    _In_ SIZE_T NumberOfBytes, _In_ PHYSICAL_ADDRESS LowestAcceptableAddress,
    _In_ PHYSICAL_ADDRESS HighestAcceptableAddress,
    _In_opt_ PHYSICAL_ADDRESS BoundaryAddressMultiple, _In_ MEMORY_CACHING_TYPE CacheType,
    const char *file, unsigned line, const char *function);
_Must_inspect_result_ PVOID syspte_at_MmAllocateContiguousMemorySpecifyCacheNode(
    _In_ SIZE_T NumberOfBytes, _In_ PHYSICAL_ADDRESS LowestAcceptableAddress,
    _In_ PHYSICAL_ADDRESS HighestAcceptableAddress,
    _In_opt_ PHYSICAL_ADDRESS BoundaryAddressMultiple, _In_ MEMORY_CACHING_TYPE CacheType,
    _In_ NODE_REQUIREMENT PreferredNode, const char *file, unsigned line, const char *function);
#if NTDDI_VERSION >= NTDDI_WIN8
_Must_inspect_result_ PVOID syspte_at_MmAllocateContiguousNodeMemory(
    _In_ SIZE_T NumberOfBytes, _In_ PHYSICAL_ADDRESS LowestAcceptableAddress,
    _In_ PHYSICAL_ADDRESS HighestAcceptableAddress,
    _In_opt_ PHYSICAL_ADDRESS BoundaryAddressMultiple, _In_ ULONG Protect,
    _In_ NODE_REQUIREMENT PreferredNode, const char *file, unsigned line, const char *function);
#endif
VOID syspte_at_MmFreeContiguousMemory(_In_ PVOID BaseAddress, const char *file, unsigned line,
                                      const char *function);
VOID syspte_at_MmFreeContiguousMemorySpecifyCache(_In_ PVOID BaseAddress, _In_ SIZE_T NumberOfBytes,
                                                  _In_ MEMORY_CACHING_TYPE CacheType,
                                                  const char *file, unsigned line,
                                                  const char *function);
_Must_inspect_result_ PVOID syspte_at_MmLockPagableDataSection(_In_ PVOID AddressWithinSection,
                                                               const char *file, unsigned line,
                                                               const char *function);
VOID syspte_at_MmUnlockPagableImageSection(_In_ PVOID ImageSectionHandle, const char *file,
                                           unsigned line, const char *function);
VOID syspte_at_ProbeForRead(_In_ const volatile VOID *Address, _In_ SIZE_T Length,
                            _In_ ULONG Alignment, const char *file, unsigned line,
                            const char *function);
VOID syspte_at_ProbeForWrite(_Inout_ volatile VOID *Address, _In_ SIZE_T Length,
                             _In_ ULONG Alignment, const char *file, unsigned line,
                             const char *function);
LOGICAL syspte_at_MmIsIoSpaceActive(_In_ PHYSICAL_ADDRESS StartAddress, _In_ SIZE_T NumberOfBytes,
                                    const char *file, unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define ExAllocatePool(...)        syspte_at_ExAllocatePool(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocatePoolWithTag(...) syspte_at_ExAllocatePoolWithTag(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocatePoolWithTagPriority(...)                                                         \
    syspte_at_ExAllocatePoolWithTagPriority(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocatePoolWithQuotaTag(...)                                                            \
    syspte_at_ExAllocatePoolWithQuotaTag(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocatePool2(...)    syspte_at_ExAllocatePool2(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocatePoolZero(...) syspte_at_ExAllocatePoolZero(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocatePoolUninitialized(...)                                                           \
    syspte_at_ExAllocatePoolUninitialized(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocatePoolQuotaZero(...) syspte_at_ExAllocatePoolQuotaZero(__VA_ARGS__, SYSPTE_SITE)
#define ExAllocatePoolQuotaUninitialized(...)                                                      \
    syspte_at_ExAllocatePoolQuotaUninitialized(__VA_ARGS__, SYSPTE_SITE)
#define ExFreePool(...)        syspte_at_ExFreePool(__VA_ARGS__, SYSPTE_SITE)
#define ExFreePoolWithTag(...) syspte_at_ExFreePoolWithTag(__VA_ARGS__, SYSPTE_SITE)
#define MmAllocateContiguousMemory(...)                                                            \
    syspte_at_MmAllocateContiguousMemory(__VA_ARGS__, SYSPTE_SITE)
#define MmAllocateContiguousMemorySpecifyCache(...)                                                \
    syspte_at_MmAllocateContiguousMemorySpecifyCache(__VA_ARGS__, SYSPTE_SITE)
#define MmAllocateContiguousMemorySpecifyCacheNode(...)                                            \
    syspte_at_MmAllocateContiguousMemorySpecifyCacheNode(__VA_ARGS__, SYSPTE_SITE)
#if NTDDI_VERSION >= NTDDI_WIN8
#define MmAllocateContiguousNodeMemory(...)                                                        \
    syspte_at_MmAllocateContiguousNodeMemory(__VA_ARGS__, SYSPTE_SITE)
#endif
#define MmFreeContiguousMemory(...) syspte_at_MmFreeContiguousMemory(__VA_ARGS__, SYSPTE_SITE)
#define MmFreeContiguousMemorySpecifyCache(...)                                                    \
    syspte_at_MmFreeContiguousMemorySpecifyCache(__VA_ARGS__, SYSPTE_SITE)
#define MmLockPagableDataSection(...) syspte_at_MmLockPagableDataSection(__VA_ARGS__, SYSPTE_SITE)
#define MmUnlockPagableImageSection(...)                                                           \
    syspte_at_MmUnlockPagableImageSection(__VA_ARGS__, SYSPTE_SITE)
#define MmIsIoSpaceActive(...) syspte_at_MmIsIoSpaceActive(__VA_ARGS__, SYSPTE_SITE)
#define ProbeForRead(...)      syspte_at_ProbeForRead(__VA_ARGS__, SYSPTE_SITE)
#define ProbeForWrite(...)     syspte_at_ProbeForWrite(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif

#if defined(SYSPTE_WDK_NTDDK) && !defined(SYSPTE_WDK_SITES_MEMORY_NTDDK)
#define SYSPTE_WDK_SITES_MEMORY_NTDDK

SYSPTE_WDK_BEGIN

_Must_inspect_result_ PVOID syspte_at_MmAllocateNonCachedMemory(_In_ SIZE_T NumberOfBytes,
                                                                const char *file, unsigned line,
                                                                const char *function);
VOID syspte_at_MmFreeNonCachedMemory(_In_ PVOID BaseAddress, _In_ SIZE_T NumberOfBytes,
                                     const char *file, unsigned line, const char *function);
PHYSICAL_ADDRESS syspte_at_MmGetPhysicalAddress(_In_ PVOID BaseAddress, const char *file,
                                                unsigned line, const char *function);
BOOLEAN syspte_at_MmIsAddressValid(_In_ PVOID VirtualAddress, const char *file, unsigned line,
                                   const char *function);
#if NTDDI_VERSION >= NTDDI_WINBLUE
NTSTATUS syspte_at_MmGetCacheAttribute(_In_ PHYSICAL_ADDRESS PhysicalAddress,
                                       _Out_ MEMORY_CACHING_TYPE *CacheType, const char *file,
                                       unsigned line, const char *function);
#endif
_Must_inspect_result_ NTSTATUS syspte_at_MmMapViewInSystemSpace(_In_ PVOID Section,
                                                                PVOID *MappedBase,
                                                                _Inout_ PSIZE_T ViewSize,
                                                                const char *file, unsigned line,
                                                                const char *function);
NTSTATUS syspte_at_MmUnmapViewInSystemSpace(_In_ PVOID MappedBase, const char *file, unsigned line,
                                            const char *function);
VOID syspte_at_MmLockPagableSectionByHandle(_In_ PVOID ImageSectionHandle, const char *file,
                                            unsigned line, const char *function);

SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define MmAllocateNonCachedMemory(...) syspte_at_MmAllocateNonCachedMemory(__VA_ARGS__, SYSPTE_SITE)
#define MmFreeNonCachedMemory(...)     syspte_at_MmFreeNonCachedMemory(__VA_ARGS__, SYSPTE_SITE)
#define MmGetPhysicalAddress(...)      syspte_at_MmGetPhysicalAddress(__VA_ARGS__, SYSPTE_SITE)
#define MmIsAddressValid(...)          syspte_at_MmIsAddressValid(__VA_ARGS__, SYSPTE_SITE)
#if NTDDI_VERSION >= NTDDI_WINBLUE
#define MmGetCacheAttribute(...) syspte_at_MmGetCacheAttribute(__VA_ARGS__, SYSPTE_SITE)
#endif
#define MmMapViewInSystemSpace(...)   syspte_at_MmMapViewInSystemSpace(__VA_ARGS__, SYSPTE_SITE)
#define MmUnmapViewInSystemSpace(...) syspte_at_MmUnmapViewInSystemSpace(__VA_ARGS__, SYSPTE_SITE)
#define MmLockPagableSectionByHandle(...)                                                          \
    syspte_at_MmLockPagableSectionByHandle(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
