// SPDX-License-Identifier: MIT
// Pool.
#ifndef SYSPTE_WDK_NT_POOL_H
#define SYSPTE_WDK_NT_POOL_H

// ---- Types of pool

typedef _Enum_is_bitflag_ enum _POOL_TYPE {
    NonPagedPool = 0,
    NonPagedPoolExecute = NonPagedPool,
    PagedPool = 1,
    NonPagedPoolMustSucceed = NonPagedPool + 2,
    DontUseThisType = 3,
    NonPagedPoolCacheAligned = NonPagedPool + 4,
    PagedPoolCacheAligned = 5,
    NonPagedPoolCacheAlignedMustS = NonPagedPool + 6,
    MaxPoolType = 7,
    NonPagedPoolBase = 0,
    NonPagedPoolBaseMustSucceed = NonPagedPoolBase + 2,
    NonPagedPoolBaseCacheAligned = NonPagedPoolBase + 4,
    NonPagedPoolBaseCacheAlignedMustS = NonPagedPoolBase + 6,
    NonPagedPoolSession = 32,
    PagedPoolSession = NonPagedPoolSession + 1,
    NonPagedPoolMustSucceedSession = PagedPoolSession + 1,
    DontUseThisTypeSession = NonPagedPoolMustSucceedSession + 1,
    NonPagedPoolCacheAlignedSession = DontUseThisTypeSession + 1,
    PagedPoolCacheAlignedSession = NonPagedPoolCacheAlignedSession + 1,
    NonPagedPoolCacheAlignedMustSSession = PagedPoolCacheAlignedSession + 1,
    NonPagedPoolNx = 512,
    NonPagedPoolNxCacheAligned = NonPagedPoolNx + 4,
    NonPagedPoolSessionNx = NonPagedPoolNx + 32
} POOL_TYPE;

#define POOL_TAGGING 1

#define POOL_QUOTA_FAIL_INSTEAD_OF_RAISE 8
#define POOL_RAISE_IF_ALLOCATION_FAILURE 16
#define POOL_COLD_ALLOCATION             256
#define POOL_NX_ALLOCATION               512
#define POOL_ZERO_ALLOCATION             1024

#define PROTECTED_POOL 0x80000000

// A source file that opts in gets nonpaged pool that is not executable under the old name.
#if defined(POOL_NX_OPTIN_AUTO) && POOL_NX_OPTIN_AUTO
#define NonPagedPool             NonPagedPoolNx
#define NonPagedPoolCacheAligned NonPagedPoolNxCacheAligned
#endif

#define DrvRtPoolNxOptIn 0x00000001

FORCEINLINE VOID ExInitializeDriverRuntime(_In_ ULONG RuntimeFlags)
{
    (void)RuntimeFlags;
}

typedef enum _EX_POOL_PRIORITY {
    LowPoolPriority,
    LowPoolPrioritySpecialPoolOverrun = 8,
    LowPoolPrioritySpecialPoolUnderrun = 9,
    NormalPoolPriority = 16,
    NormalPoolPrioritySpecialPoolOverrun = 24,
    NormalPoolPrioritySpecialPoolUnderrun = 25,
    HighPoolPriority = 32,
    HighPoolPrioritySpecialPoolOverrun = 40,
    HighPoolPrioritySpecialPoolUnderrun = 41
} EX_POOL_PRIORITY;

// ---- Flags: the low half is required, the high half optional

typedef ULONG64 POOL_FLAGS;

#define POOL_FLAG_REQUIRED_START       0x0000000000000001ULL
#define POOL_FLAG_USE_QUOTA            0x0000000000000001ULL
#define POOL_FLAG_UNINITIALIZED        0x0000000000000002ULL
#define POOL_FLAG_SESSION              0x0000000000000004ULL
#define POOL_FLAG_CACHE_ALIGNED        0x0000000000000008ULL
#define POOL_FLAG_RESERVED1            0x0000000000000010ULL
#define POOL_FLAG_RAISE_ON_FAILURE     0x0000000000000020ULL
#define POOL_FLAG_NON_PAGED            0x0000000000000040ULL
#define POOL_FLAG_NON_PAGED_EXECUTE    0x0000000000000080ULL
#define POOL_FLAG_PAGED                0x0000000000000100ULL
#define POOL_FLAG_RESERVED2            0x0000000000000200ULL
#define POOL_FLAG_RESERVED3            0x0000000000000400ULL
#define POOL_FLAG_LAST_KNOWN_REQUIRED  POOL_FLAG_RESERVED3
#define POOL_FLAG_REQUIRED_END         0x0000000080000000ULL
#define POOL_FLAG_OPTIONAL_START       0x0000000100000000ULL
#define POOL_FLAG_SPECIAL_POOL         0x0000000100000000ULL
#define POOL_FLAG_OPTIONAL_END         0x8000000000000000ULL

// ---- Allocate

_Post_maybenull_ _Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI PVOID NTAPI ExAllocatePool(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes);

_Post_maybenull_ _Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI PVOID NTAPI ExAllocatePoolWithTag(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                                              _In_ ULONG Tag);

_Post_maybenull_ _Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI PVOID NTAPI ExAllocatePoolWithTagPriority(_In_ POOL_TYPE PoolType,
                                                      _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag,
                                                      _In_ EX_POOL_PRIORITY Priority);

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI PVOID NTAPI ExAllocatePoolWithQuotaTag(_In_ POOL_TYPE PoolType,
                                                   _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);

// Windows 10, version 2004; declared for every version, because today's headers are used with all.
_Post_maybenull_ _Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI PVOID NTAPI ExAllocatePool2(_In_ POOL_FLAGS Flags, _In_ SIZE_T NumberOfBytes,
                                        _In_ ULONG Tag);

// Inline in Windows; functions here, so that a report names them.

_Post_maybenull_ _Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
PVOID NTAPI ExAllocatePoolZero(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                               _In_ ULONG Tag);

_Post_maybenull_ _Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
PVOID NTAPI ExAllocatePoolUninitialized(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                                        _In_ ULONG Tag);

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
PVOID NTAPI ExAllocatePoolQuotaZero(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                                    _In_ ULONG Tag);

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
PVOID NTAPI ExAllocatePoolQuotaUninitialized(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                                             _In_ ULONG Tag);

// ---- Free

_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI VOID NTAPI ExFreePool(_Pre_notnull_ PVOID P);

_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI VOID NTAPI ExFreePoolWithTag(_Pre_notnull_ PVOID P, _In_ ULONG Tag);

#endif
