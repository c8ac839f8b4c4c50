// SPDX-License-Identifier: MIT
// The Windows names of functions and of cache types.
#include <syspte/mapping.h>

const char *syspte_api_name(unsigned api)
{
    static const char *const names[SYSPTE_API_COUNT] = {
        [SYSPTE_API_UNKNOWN] = "?",
        [SYSPTE_API_MM_MAP_IO_SPACE] = "MmMapIoSpace",
        [SYSPTE_API_MM_MAP_IO_SPACE_EX] = "MmMapIoSpaceEx",
        [SYSPTE_API_MM_UNMAP_IO_SPACE] = "MmUnmapIoSpace",
        [SYSPTE_API_MM_MAP_VIDEO_DISPLAY] = "MmMapVideoDisplay",
        [SYSPTE_API_MM_UNMAP_VIDEO_DISPLAY] = "MmUnmapVideoDisplay",
        [SYSPTE_API_KE_RAISE_IRQL] = "KeRaiseIrql",
        [SYSPTE_API_KE_LOWER_IRQL] = "KeLowerIrql",
        [SYSPTE_API_KE_BUG_CHECK] = "KeBugCheckEx",
        [SYSPTE_API_ACCESS] = "access",
        [SYSPTE_API_MM_MAP_LOCKED_PAGES] = "MmMapLockedPages",
        [SYSPTE_API_MM_MAP_LOCKED_PAGES_SPECIFY_CACHE] = "MmMapLockedPagesSpecifyCache",
        [SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL] = "MmGetSystemAddressForMdl",
        [SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE] = "MmGetSystemAddressForMdlSafe",
        [SYSPTE_API_MM_UNMAP_LOCKED_PAGES] = "MmUnmapLockedPages",
        [SYSPTE_API_MM_PROTECT_MDL_SYSTEM_ADDRESS] = "MmProtectMdlSystemAddress",
        [SYSPTE_API_MM_ADVANCE_MDL] = "MmAdvanceMdl",
        [SYSPTE_API_MM_MAP_MDL] = "MmMapMdl",
        [SYSPTE_API_MM_ALLOCATE_MDL_FOR_IO_SPACE] = "MmAllocateMdlForIoSpace",
        [SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS] = "MmAllocateMappingAddress",
        [SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS_EX] = "MmAllocateMappingAddressEx",
        [SYSPTE_API_MM_FREE_MAPPING_ADDRESS] = "MmFreeMappingAddress",
        [SYSPTE_API_MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING] =
            "MmMapLockedPagesWithReservedMapping",
        [SYSPTE_API_MM_UNMAP_RESERVED_MAPPING] = "MmUnmapReservedMapping",
        [SYSPTE_API_MM_CREATE_MDL] = "MmCreateMdl",
        [SYSPTE_API_IO_ALLOCATE_MDL] = "IoAllocateMdl",
        [SYSPTE_API_IO_FREE_MDL] = "IoFreeMdl",
        [SYSPTE_API_IO_BUILD_PARTIAL_MDL] = "IoBuildPartialMdl",
        [SYSPTE_API_MM_PREPARE_MDL_FOR_REUSE] = "MmPrepareMdlForReuse",
        [SYSPTE_API_MM_BUILD_MDL_FOR_NON_PAGED_POOL] = "MmBuildMdlForNonPagedPool",
        [SYSPTE_API_MM_PROBE_AND_LOCK_PAGES] = "MmProbeAndLockPages",
        [SYSPTE_API_MM_PROBE_AND_LOCK_PROCESS_PAGES] = "MmProbeAndLockProcessPages",
        [SYSPTE_API_MM_PROBE_AND_LOCK_SELECTED_PAGES] = "MmProbeAndLockSelectedPages",
        [SYSPTE_API_MM_UNLOCK_PAGES] = "MmUnlockPages",
        [SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL] = "MmAllocatePagesForMdl",
        [SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL_EX] = "MmAllocatePagesForMdlEx",
        [SYSPTE_API_MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX] = "MmAllocateNodePagesForMdlEx",
        [SYSPTE_API_MM_FREE_PAGES_FROM_MDL] = "MmFreePagesFromMdl",
        [SYSPTE_API_MM_FREE_PAGES_FROM_MDL_EX] = "MmFreePagesFromMdlEx",
        [SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY] = "MmAllocateContiguousMemory",
        [SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE] =
            "MmAllocateContiguousMemorySpecifyCache",
        [SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE] =
            "MmAllocateContiguousMemorySpecifyCacheNode",
        [SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY] = "MmAllocateContiguousNodeMemory",
        [SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY] = "MmFreeContiguousMemory",
        [SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE] = "MmFreeContiguousMemorySpecifyCache",
        [SYSPTE_API_MM_ALLOCATE_NON_CACHED_MEMORY] = "MmAllocateNonCachedMemory",
        [SYSPTE_API_MM_FREE_NON_CACHED_MEMORY] = "MmFreeNonCachedMemory",
        [SYSPTE_API_MM_MAP_VIEW_IN_SYSTEM_SPACE] = "MmMapViewInSystemSpace",
        [SYSPTE_API_MM_UNMAP_VIEW_IN_SYSTEM_SPACE] = "MmUnmapViewInSystemSpace",
        [SYSPTE_API_MM_LOCK_PAGABLE_DATA_SECTION] = "MmLockPagableDataSection",
        [SYSPTE_API_MM_LOCK_PAGABLE_SECTION_BY_HANDLE] = "MmLockPagableSectionByHandle",
        [SYSPTE_API_MM_UNLOCK_PAGABLE_IMAGE_SECTION] = "MmUnlockPagableImageSection",
        [SYSPTE_API_EX_ALLOCATE_POOL] = "ExAllocatePool",
        [SYSPTE_API_EX_ALLOCATE_POOL_WITH_TAG] = "ExAllocatePoolWithTag",
        [SYSPTE_API_EX_ALLOCATE_POOL_WITH_QUOTA_TAG] = "ExAllocatePoolWithQuotaTag",
        [SYSPTE_API_EX_ALLOCATE_POOL_ZERO] = "ExAllocatePoolZero",
        [SYSPTE_API_EX_ALLOCATE_POOL_UNINITIALIZED] = "ExAllocatePoolUninitialized",
        [SYSPTE_API_EX_ALLOCATE_POOL2] = "ExAllocatePool2",
        [SYSPTE_API_EX_FREE_POOL] = "ExFreePool",
        [SYSPTE_API_EX_FREE_POOL_WITH_TAG] = "ExFreePoolWithTag",
        [SYSPTE_API_IO_COMPLETE_REQUEST] = "IoCompleteRequest",
        [SYSPTE_API_NDIS_M_MAP_IO_SPACE] = "NdisMMapIoSpace",
        [SYSPTE_API_NDIS_M_UNMAP_IO_SPACE] = "NdisMUnmapIoSpace",
        [SYSPTE_API_STOR_PORT_GET_DEVICE_BASE] = "StorPortGetDeviceBase",
        [SYSPTE_API_STOR_PORT_FREE_DEVICE_BASE] = "StorPortFreeDeviceBase",
        [SYSPTE_API_VIDEO_PORT_MAP_MEMORY] = "VideoPortMapMemory",
        [SYSPTE_API_VIDEO_PORT_UNMAP_MEMORY] = "VideoPortUnmapMemory",
        [SYSPTE_API_ALLOCATE_COMMON_BUFFER] = "AllocateCommonBuffer",
        [SYSPTE_API_FREE_COMMON_BUFFER] = "FreeCommonBuffer",
        [SYSPTE_API_MM_GET_SYSTEM_ROUTINE_ADDRESS] = "MmGetSystemRoutineAddress",
        [SYSPTE_API_IO_ALLOCATE_IRP] = "IoAllocateIrp",
        [SYSPTE_API_IO_FREE_IRP] = "IoFreeIrp",
        [SYSPTE_API_IO_GET_DMA_ADAPTER] = "IoGetDmaAdapter",
        [SYSPTE_API_PUT_DMA_ADAPTER] = "PutDmaAdapter",
        [SYSPTE_API_EX_RAISE_STATUS] = "ExRaiseStatus",
        [SYSPTE_API_MM_GET_PHYSICAL_ADDRESS] = "MmGetPhysicalAddress",
        [SYSPTE_API_MM_IS_ADDRESS_VALID] = "MmIsAddressValid",
        [SYSPTE_API_MM_GET_CACHE_ATTRIBUTE] = "MmGetCacheAttribute",
        [SYSPTE_API_MM_IS_IO_SPACE_ACTIVE] = "MmIsIoSpaceActive",
        [SYSPTE_API_KE_ACQUIRE_SPIN_LOCK] = "KeAcquireSpinLock",
        [SYSPTE_API_KE_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL] = "KeAcquireSpinLockAtDpcLevel",
        [SYSPTE_API_KE_TRY_TO_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL] = "KeTryToAcquireSpinLockAtDpcLevel",
        [SYSPTE_API_KE_RELEASE_SPIN_LOCK] = "KeReleaseSpinLock",
        [SYSPTE_API_KE_RELEASE_SPIN_LOCK_FROM_DPC_LEVEL] = "KeReleaseSpinLockFromDpcLevel",
        [SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK] = "KeAcquireInStackQueuedSpinLock",
        [SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK_AT_DPC_LEVEL] =
            "KeAcquireInStackQueuedSpinLockAtDpcLevel",
        [SYSPTE_API_KE_RELEASE_IN_STACK_QUEUED_SPIN_LOCK] = "KeReleaseInStackQueuedSpinLock",
        [SYSPTE_API_KE_RELEASE_IN_STACK_QUEUED_SPIN_LOCK_FROM_DPC_LEVEL] =
            "KeReleaseInStackQueuedSpinLockFromDpcLevel",
    };
    return api < SYSPTE_API_COUNT ? names[api] : "?";
}

const char *syspte_cache_name(unsigned cache)
{
    static const char *const names[] = {"MmNonCached", "MmCached", "MmWriteCombined"};
    return cache < sizeof(names) / sizeof(names[0]) ? names[cache] : "?";
}
