// SPDX-License-Identifier: MIT
// The kinds in one table, in their order; what ends what a function began in another.
#include "core/kind.h"

#define WHEN(begun) " on every path that ends what it was " begun " for"

static const syspte_kind_words kinds[] = {
    [SYSPTE_KIND_NONE] = {"mapping", NULL, "mapped at ", "unmapped", "unmap it", WHEN("mapped")},
    [SYSPTE_KIND_IO_SPACE] = {"mapping", NULL, "mapped at ", "unmapped", "unmap it",
                              WHEN("mapped")},
    [SYSPTE_KIND_VIDEO] = {"mapping", NULL, "mapped at ", "unmapped", "unmap it", WHEN("mapped")},
    [SYSPTE_KIND_MDL] = {"MDL mapping", NULL, "mapped at ", "unmapped", "unmap it", WHEN("mapped")},
    [SYSPTE_KIND_RESERVED] = {"reserved mapping", NULL, "reserved at ", "freed", "free it",
                              WHEN("reserved")},
    [SYSPTE_KIND_NONCACHED] = {"noncached mapping", NULL, "allocated at ", "freed", "free it",
                               WHEN("allocated")},
    [SYSPTE_KIND_CONTIGUOUS] = {"contiguous mapping", NULL, "allocated at ", "freed", "free it",
                                WHEN("allocated")},
    [SYSPTE_KIND_POOL] = {"block", " of pool", "allocated at ", "freed", "free it",
                          WHEN("allocated")},
    [SYSPTE_KIND_CONTIGUOUS_POOL] = {"block", " of contiguous memory", "allocated at ", "freed",
                                     "free it", WHEN("allocated")},
    [SYSPTE_KIND_PAGES] = {"allocation", " of page frames", "allocated at ", "freed",
                           "free them with MmFreePagesFromMdl, and then the MDL",
                           " on every path that ends what they were allocated for"},
    [SYSPTE_KIND_LOCK] = {"lock", " of locked memory", "locked at ", "unlocked", "unlock it",
                          WHEN("locked")},
    [SYSPTE_KIND_USER_VIEW] = {"user mapping", " of a process", "mapped at ", "unmapped",
                               "unmap it", " in the process it was mapped in, before that ends"},
    [SYSPTE_KIND_SYSTEM_VIEW] = {"view", " of a section", "mapped at ", "unmapped", "unmap it",
                                 WHEN("mapped")},
    [SYSPTE_KIND_SECTION_LOCK] = {"lock", " of a pageable section", "locked at ", "unlocked",
                                  "unlock the section", " as often as it was locked"},
    [SYSPTE_KIND_SPIN_LOCK] = {"spin lock", " of a spin lock", "held since ", "released",
                               "release it", " on every path that ends what it protects"},
    [SYSPTE_KIND_MUTEX] = {"mutex", " of a mutex", "held since ", "released", "release it",
                           " on every path that ends what it protects"},
    [SYSPTE_KIND_QUEUED] = {"queued routine", " of its object", "queued at ", "run",
                            "cancel it or wait for it", " before what it uses ends"},
};

static const uint8_t enders[SYSPTE_API_COUNT] = {
    [SYSPTE_API_MM_MAP_IO_SPACE] = SYSPTE_API_MM_UNMAP_IO_SPACE,
    [SYSPTE_API_MM_MAP_IO_SPACE_EX] = SYSPTE_API_MM_UNMAP_IO_SPACE,
    [SYSPTE_API_MM_MAP_VIDEO_DISPLAY] = SYSPTE_API_MM_UNMAP_VIDEO_DISPLAY,
    [SYSPTE_API_MM_MAP_LOCKED_PAGES] = SYSPTE_API_MM_UNMAP_LOCKED_PAGES,
    [SYSPTE_API_MM_MAP_LOCKED_PAGES_SPECIFY_CACHE] = SYSPTE_API_MM_UNMAP_LOCKED_PAGES,
    [SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL] = SYSPTE_API_MM_UNMAP_LOCKED_PAGES,
    [SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE] = SYSPTE_API_MM_UNMAP_LOCKED_PAGES,
    [SYSPTE_API_MM_ALLOCATE_MDL_FOR_IO_SPACE] = SYSPTE_API_IO_FREE_MDL,
    [SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS] = SYSPTE_API_MM_FREE_MAPPING_ADDRESS,
    [SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS_EX] = SYSPTE_API_MM_FREE_MAPPING_ADDRESS,
    [SYSPTE_API_MM_CREATE_MDL] = SYSPTE_API_IO_FREE_MDL,
    [SYSPTE_API_IO_ALLOCATE_MDL] = SYSPTE_API_IO_FREE_MDL,
    [SYSPTE_API_MM_PROBE_AND_LOCK_PAGES] = SYSPTE_API_MM_UNLOCK_PAGES,
    [SYSPTE_API_MM_PROBE_AND_LOCK_PROCESS_PAGES] = SYSPTE_API_MM_UNLOCK_PAGES,
    [SYSPTE_API_MM_PROBE_AND_LOCK_SELECTED_PAGES] = SYSPTE_API_MM_UNLOCK_PAGES,
    [SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL] = SYSPTE_API_EX_FREE_POOL,
    [SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL_EX] = SYSPTE_API_EX_FREE_POOL,
    [SYSPTE_API_MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX] = SYSPTE_API_EX_FREE_POOL,
    [SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY] = SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY,
    [SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY] = SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY,
    [SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE] =
        SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
    [SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE] =
        SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
    [SYSPTE_API_MM_ALLOCATE_NON_CACHED_MEMORY] = SYSPTE_API_MM_FREE_NON_CACHED_MEMORY,
    [SYSPTE_API_MM_MAP_VIEW_IN_SYSTEM_SPACE] = SYSPTE_API_MM_UNMAP_VIEW_IN_SYSTEM_SPACE,
    [SYSPTE_API_MM_LOCK_PAGABLE_DATA_SECTION] = SYSPTE_API_MM_UNLOCK_PAGABLE_IMAGE_SECTION,
    [SYSPTE_API_MM_LOCK_PAGABLE_SECTION_BY_HANDLE] = SYSPTE_API_MM_UNLOCK_PAGABLE_IMAGE_SECTION,
    [SYSPTE_API_EX_ALLOCATE_POOL] = SYSPTE_API_EX_FREE_POOL,
    [SYSPTE_API_EX_ALLOCATE_POOL_WITH_TAG] = SYSPTE_API_EX_FREE_POOL_WITH_TAG,
    [SYSPTE_API_EX_ALLOCATE_POOL_WITH_QUOTA_TAG] = SYSPTE_API_EX_FREE_POOL_WITH_TAG,
    [SYSPTE_API_EX_ALLOCATE_POOL_ZERO] = SYSPTE_API_EX_FREE_POOL_WITH_TAG,
    [SYSPTE_API_EX_ALLOCATE_POOL_UNINITIALIZED] = SYSPTE_API_EX_FREE_POOL_WITH_TAG,
    [SYSPTE_API_EX_ALLOCATE_POOL2] = SYSPTE_API_EX_FREE_POOL_WITH_TAG,
    [SYSPTE_API_NDIS_M_MAP_IO_SPACE] = SYSPTE_API_NDIS_M_UNMAP_IO_SPACE,
    [SYSPTE_API_STOR_PORT_GET_DEVICE_BASE] = SYSPTE_API_STOR_PORT_FREE_DEVICE_BASE,
    [SYSPTE_API_VIDEO_PORT_MAP_MEMORY] = SYSPTE_API_VIDEO_PORT_UNMAP_MEMORY,
    [SYSPTE_API_ALLOCATE_COMMON_BUFFER] = SYSPTE_API_FREE_COMMON_BUFFER,
    [SYSPTE_API_IO_ALLOCATE_IRP] = SYSPTE_API_IO_FREE_IRP,
    [SYSPTE_API_IO_GET_DMA_ADAPTER] = SYSPTE_API_PUT_DMA_ADAPTER,
    [SYSPTE_API_KE_ACQUIRE_SPIN_LOCK] = SYSPTE_API_KE_RELEASE_SPIN_LOCK,
    [SYSPTE_API_KE_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL] = SYSPTE_API_KE_RELEASE_SPIN_LOCK_FROM_DPC_LEVEL,
    [SYSPTE_API_KE_TRY_TO_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL] =
        SYSPTE_API_KE_RELEASE_SPIN_LOCK_FROM_DPC_LEVEL,
    [SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK] =
        SYSPTE_API_KE_RELEASE_IN_STACK_QUEUED_SPIN_LOCK,
    [SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK_AT_DPC_LEVEL] =
        SYSPTE_API_KE_RELEASE_IN_STACK_QUEUED_SPIN_LOCK_FROM_DPC_LEVEL,
    [SYSPTE_API_KE_WAIT_FOR_SINGLE_OBJECT] = SYSPTE_API_KE_RELEASE_MUTEX,
    [SYSPTE_API_EX_ACQUIRE_FAST_MUTEX] = SYSPTE_API_EX_RELEASE_FAST_MUTEX,
    [SYSPTE_API_EX_TRY_TO_ACQUIRE_FAST_MUTEX] = SYSPTE_API_EX_RELEASE_FAST_MUTEX,
    [SYSPTE_API_IO_ALLOCATE_WORK_ITEM] = SYSPTE_API_IO_FREE_WORK_ITEM,
    [SYSPTE_API_IO_CREATE_DEVICE] = SYSPTE_API_IO_DELETE_DEVICE,
    [SYSPTE_API_IO_CREATE_SYMBOLIC_LINK] = SYSPTE_API_IO_DELETE_SYMBOLIC_LINK,
    [SYSPTE_API_IO_CONNECT_INTERRUPT] = SYSPTE_API_IO_DISCONNECT_INTERRUPT,
    [SYSPTE_API_KE_ACQUIRE_INTERRUPT_SPIN_LOCK] = SYSPTE_API_KE_RELEASE_INTERRUPT_SPIN_LOCK,
    [SYSPTE_API_WDF_OBJECT_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_ZW_OPEN_KEY] = SYSPTE_API_ZW_CLOSE,
    [SYSPTE_API_ZW_CREATE_KEY] = SYSPTE_API_ZW_CLOSE,
    [SYSPTE_API_RTL_QUERY_REGISTRY_VALUES] = SYSPTE_API_EX_FREE_POOL,
    [SYSPTE_API_WDF_INTERRUPT_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_SPIN_LOCK_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_WAIT_LOCK_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_TIMER_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_WORK_ITEM_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_DPC_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_MEMORY_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_MEMORY_CREATE_PREALLOCATED] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_LOOKASIDE_LIST_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_COLLECTION_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_STRING_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_DMA_ENABLER_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_COMMON_BUFFER_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_IO_QUEUE_CREATE] = SYSPTE_API_WDF_OBJECT_DELETE,
    [SYSPTE_API_WDF_WAIT_LOCK_ACQUIRE] = SYSPTE_API_WDF_WAIT_LOCK_RELEASE,
};

const syspte_kind_words *syspte_kind_words_of(unsigned kind, bool held)
{
    static const syspte_kind_words unknown = {"holding",    NULL,           "made at ",
                                              "given back", "give it back", WHEN("made")};
    if (kind > SYSPTE_KIND_QUEUED || (kind >= SYSPTE_KIND_POOL) != held) {
        return held ? &unknown : &kinds[SYSPTE_KIND_NONE];
    }
    return &kinds[kind];
}

syspte_api syspte_kind_ender(unsigned api)
{
    return api < SYSPTE_API_COUNT ? (syspte_api)enders[api] : SYSPTE_API_UNKNOWN;
}
