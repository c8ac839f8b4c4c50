// SPDX-License-Identifier: MIT
// A mapping: one live use of system PTEs, with everything a leak report needs. It has all fields
// of Windows' own _PTE_TRACKER and more. What repeats from mapping to mapping is its context.
#ifndef SYSPTE_MAPPING_H
#define SYSPTE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SYSPTE_PAGE_BYTES 4096u

// What is held: a mapping, which takes system PTEs, or from SYSPTE_KIND_POOL on a holding, which
// takes none.
typedef enum syspte_kind {
    SYSPTE_KIND_NONE = 0, // nothing (the context of an unmap call)
    SYSPTE_KIND_IO_SPACE,
    SYSPTE_KIND_VIDEO,
    SYSPTE_KIND_MDL,      // the system mapping of an MDL's pages
    SYSPTE_KIND_RESERVED, // a mapping address: PTEs reserved, with or without an MDL mapped in them
    SYSPTE_KIND_NONCACHED,
    SYSPTE_KIND_CONTIGUOUS,      // contiguous memory that had to be mapped
    SYSPTE_KIND_POOL,            // a block of pool; an MDL of IoAllocateMdl is one
    SYSPTE_KIND_CONTIGUOUS_POOL, // contiguous memory out of nonpaged pool
    SYSPTE_KIND_PAGES,           // page frames of MmAllocatePagesForMdl
    SYSPTE_KIND_LOCK,            // pages that an MDL has locked
    SYSPTE_KIND_USER_VIEW,       // an MDL's pages in a process
    SYSPTE_KIND_SYSTEM_VIEW,     // of MmMapViewInSystemSpace
    SYSPTE_KIND_SECTION_LOCK,    // a lock count of a pageable section
    SYSPTE_KIND_SPIN_LOCK,       // a spin lock that a thread has acquired
    SYSPTE_KIND_MUTEX,           // a mutex that a thread has acquired
    SYSPTE_KIND_QUEUED           // a DPC, work item or timer that has not run
} syspte_kind;

// The Windows function that was called.
typedef enum syspte_api {
    SYSPTE_API_UNKNOWN = 0,
    SYSPTE_API_MM_MAP_IO_SPACE,
    SYSPTE_API_MM_MAP_IO_SPACE_EX,
    SYSPTE_API_MM_UNMAP_IO_SPACE,
    SYSPTE_API_MM_MAP_VIDEO_DISPLAY,
    SYSPTE_API_MM_UNMAP_VIDEO_DISPLAY,
    SYSPTE_API_KE_RAISE_IRQL,
    SYSPTE_API_KE_LOWER_IRQL,
    SYSPTE_API_KE_BUG_CHECK,
    SYSPTE_API_ACCESS, // a load, store or fetch by the driver itself
    SYSPTE_API_MM_MAP_LOCKED_PAGES,
    SYSPTE_API_MM_MAP_LOCKED_PAGES_SPECIFY_CACHE,
    SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL,
    SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE,
    SYSPTE_API_MM_UNMAP_LOCKED_PAGES,
    SYSPTE_API_MM_PROTECT_MDL_SYSTEM_ADDRESS,
    SYSPTE_API_MM_ADVANCE_MDL,
    SYSPTE_API_MM_MAP_MDL,
    SYSPTE_API_MM_ALLOCATE_MDL_FOR_IO_SPACE,
    SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS,
    SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS_EX,
    SYSPTE_API_MM_FREE_MAPPING_ADDRESS,
    SYSPTE_API_MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING,
    SYSPTE_API_MM_UNMAP_RESERVED_MAPPING,
    SYSPTE_API_MM_CREATE_MDL,
    SYSPTE_API_IO_ALLOCATE_MDL,
    SYSPTE_API_IO_FREE_MDL,
    SYSPTE_API_IO_BUILD_PARTIAL_MDL,
    SYSPTE_API_MM_PREPARE_MDL_FOR_REUSE,
    SYSPTE_API_MM_BUILD_MDL_FOR_NON_PAGED_POOL,
    SYSPTE_API_MM_PROBE_AND_LOCK_PAGES,
    SYSPTE_API_MM_PROBE_AND_LOCK_PROCESS_PAGES,
    SYSPTE_API_MM_PROBE_AND_LOCK_SELECTED_PAGES,
    SYSPTE_API_MM_UNLOCK_PAGES,
    SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL,
    SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL_EX,
    SYSPTE_API_MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX,
    SYSPTE_API_MM_FREE_PAGES_FROM_MDL,
    SYSPTE_API_MM_FREE_PAGES_FROM_MDL_EX,
    SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY,
    SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
    SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE,
    SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY,
    SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY,
    SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
    SYSPTE_API_MM_ALLOCATE_NON_CACHED_MEMORY,
    SYSPTE_API_MM_FREE_NON_CACHED_MEMORY,
    SYSPTE_API_MM_MAP_VIEW_IN_SYSTEM_SPACE,
    SYSPTE_API_MM_UNMAP_VIEW_IN_SYSTEM_SPACE,
    SYSPTE_API_MM_LOCK_PAGABLE_DATA_SECTION,
    SYSPTE_API_MM_LOCK_PAGABLE_SECTION_BY_HANDLE,
    SYSPTE_API_MM_UNLOCK_PAGABLE_IMAGE_SECTION,
    SYSPTE_API_EX_ALLOCATE_POOL,
    SYSPTE_API_EX_ALLOCATE_POOL_WITH_TAG,
    SYSPTE_API_EX_ALLOCATE_POOL_WITH_QUOTA_TAG,
    SYSPTE_API_EX_ALLOCATE_POOL_ZERO,
    SYSPTE_API_EX_ALLOCATE_POOL_UNINITIALIZED,
    SYSPTE_API_EX_ALLOCATE_POOL2,
    SYSPTE_API_EX_FREE_POOL,
    SYSPTE_API_EX_FREE_POOL_WITH_TAG,
    SYSPTE_API_IO_COMPLETE_REQUEST,
    SYSPTE_API_NDIS_M_MAP_IO_SPACE,
    SYSPTE_API_NDIS_M_UNMAP_IO_SPACE,
    SYSPTE_API_STOR_PORT_GET_DEVICE_BASE,
    SYSPTE_API_STOR_PORT_FREE_DEVICE_BASE,
    SYSPTE_API_VIDEO_PORT_MAP_MEMORY,
    SYSPTE_API_VIDEO_PORT_UNMAP_MEMORY,
    SYSPTE_API_ALLOCATE_COMMON_BUFFER,
    SYSPTE_API_FREE_COMMON_BUFFER,
    SYSPTE_API_MM_GET_SYSTEM_ROUTINE_ADDRESS,
    SYSPTE_API_EX_RAISE_STATUS,
    SYSPTE_API_MM_GET_PHYSICAL_ADDRESS,
    SYSPTE_API_MM_IS_ADDRESS_VALID,
    SYSPTE_API_MM_GET_CACHE_ATTRIBUTE,
    SYSPTE_API_MM_IS_IO_SPACE_ACTIVE,
    SYSPTE_API_IO_ALLOCATE_IRP,
    SYSPTE_API_IO_FREE_IRP,
    SYSPTE_API_IO_GET_DMA_ADAPTER,
    SYSPTE_API_PUT_DMA_ADAPTER,
    SYSPTE_API_KE_ACQUIRE_SPIN_LOCK,
    SYSPTE_API_KE_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL,
    SYSPTE_API_KE_TRY_TO_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL,
    SYSPTE_API_KE_RELEASE_SPIN_LOCK,
    SYSPTE_API_KE_RELEASE_SPIN_LOCK_FROM_DPC_LEVEL,
    SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK,
    SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK_AT_DPC_LEVEL,
    SYSPTE_API_KE_RELEASE_IN_STACK_QUEUED_SPIN_LOCK,
    SYSPTE_API_KE_RELEASE_IN_STACK_QUEUED_SPIN_LOCK_FROM_DPC_LEVEL,
    SYSPTE_API_KE_SET_EVENT,
    SYSPTE_API_KE_RESET_EVENT,
    SYSPTE_API_KE_CLEAR_EVENT,
    SYSPTE_API_KE_WAIT_FOR_SINGLE_OBJECT,
    SYSPTE_API_KE_RELEASE_MUTEX,
    SYSPTE_API_EX_ACQUIRE_FAST_MUTEX,
    SYSPTE_API_EX_TRY_TO_ACQUIRE_FAST_MUTEX,
    SYSPTE_API_EX_RELEASE_FAST_MUTEX,
    SYSPTE_API_KE_INSERT_QUEUE_DPC,
    SYSPTE_API_KE_REMOVE_QUEUE_DPC,
    SYSPTE_API_IO_ALLOCATE_WORK_ITEM,
    SYSPTE_API_IO_QUEUE_WORK_ITEM,
    SYSPTE_API_IO_FREE_WORK_ITEM,
    SYSPTE_API_EX_QUEUE_WORK_ITEM,
    SYSPTE_API_KE_SET_TIMER,
    SYSPTE_API_KE_SET_TIMER_EX,
    SYSPTE_API_KE_CANCEL_TIMER,
    SYSPTE_API_KE_DELAY_EXECUTION_THREAD,
    SYSPTE_API_KE_STALL_EXECUTION_PROCESSOR,
    SYSPTE_API_IO_CREATE_DEVICE,
    SYSPTE_API_IO_DELETE_DEVICE,
    SYSPTE_API_IO_CREATE_SYMBOLIC_LINK,
    SYSPTE_API_IO_DELETE_SYMBOLIC_LINK,
    SYSPTE_API_IO_ATTACH_DEVICE_TO_DEVICE_STACK,
    SYSPTE_API_IO_DETACH_DEVICE,
    SYSPTE_API_IO_CALL_DRIVER,
    SYSPTE_API_KE_FLUSH_QUEUED_DPCS,
    SYSPTE_API_CALL, // of a function that is not simulated
    SYSPTE_API_IO_CONNECT_INTERRUPT,
    SYSPTE_API_IO_DISCONNECT_INTERRUPT,
    SYSPTE_API_KE_SYNCHRONIZE_EXECUTION,
    SYSPTE_API_KE_ACQUIRE_INTERRUPT_SPIN_LOCK,
    SYSPTE_API_KE_RELEASE_INTERRUPT_SPIN_LOCK,
    SYSPTE_API_PO_REQUEST_POWER_IRP,
    SYSPTE_API_PROBE_FOR_READ,
    SYSPTE_API_PROBE_FOR_WRITE,
    SYSPTE_API_TRY, // a body of __try
    SYSPTE_API_WDF,
    SYSPTE_API_WDF_OBJECT_CREATE,
    SYSPTE_API_WDF_OBJECT_ALLOCATE_CONTEXT,
    SYSPTE_API_WDF_OBJECT_GET_TYPED_CONTEXT,
    SYSPTE_API_WDF_OBJECT_DELETE,
    SYSPTE_API_WDF_OBJECT_REFERENCE,
    SYSPTE_API_WDF_OBJECT_DEREFERENCE,
    SYSPTE_API_WDF_DRIVER_CREATE,
    SYSPTE_API_WDF_CONTROL_DEVICE_INIT_ALLOCATE,
    SYSPTE_API_WDF_DEVICE_CREATE,
    SYSPTE_API_ZW_CLOSE,
    SYSPTE_API_ZW_OPEN_KEY,
    SYSPTE_API_ZW_CREATE_KEY,
    SYSPTE_API_ZW_DELETE_KEY,
    SYSPTE_API_ZW_FLUSH_KEY,
    SYSPTE_API_ZW_QUERY_KEY,
    SYSPTE_API_ZW_ENUMERATE_KEY,
    SYSPTE_API_ZW_QUERY_VALUE_KEY,
    SYSPTE_API_ZW_ENUMERATE_VALUE_KEY,
    SYSPTE_API_ZW_SET_VALUE_KEY,
    SYSPTE_API_ZW_DELETE_VALUE_KEY,
    SYSPTE_API_RTL_QUERY_REGISTRY_VALUES,
    SYSPTE_API_RTL_WRITE_REGISTRY_VALUE,
    SYSPTE_API_RTL_DELETE_REGISTRY_VALUE,
    SYSPTE_API_RTL_CHECK_REGISTRY_KEY,
    SYSPTE_API_RTL_CREATE_REGISTRY_KEY,
    SYSPTE_API_WDF_INTERRUPT_CREATE,
    SYSPTE_API_WDF_SPIN_LOCK_CREATE,
    SYSPTE_API_WDF_WAIT_LOCK_CREATE,
    SYSPTE_API_WDF_WAIT_LOCK_ACQUIRE,
    SYSPTE_API_WDF_WAIT_LOCK_RELEASE,
    SYSPTE_API_WDF_TIMER_CREATE,
    SYSPTE_API_WDF_WORK_ITEM_CREATE,
    SYSPTE_API_WDF_DPC_CREATE,
    SYSPTE_API_WDF_MEMORY_CREATE,
    SYSPTE_API_WDF_MEMORY_CREATE_PREALLOCATED,
    SYSPTE_API_WDF_LOOKASIDE_LIST_CREATE,
    SYSPTE_API_WDF_COLLECTION_CREATE,
    SYSPTE_API_WDF_STRING_CREATE,
    SYSPTE_API_WDF_DMA_ENABLER_CREATE,
    SYSPTE_API_WDF_COMMON_BUFFER_CREATE,
    SYSPTE_API_WDF_IO_QUEUE_CREATE,
    SYSPTE_API_WDF_REQUEST_COMPLETE,
    SYSPTE_API_COUNT
} syspte_api;

// How the mapped pages are cached. The values are MEMORY_CACHING_TYPE's.
typedef enum syspte_cache {
    SYSPTE_CACHE_NONCACHED = 0,
    SYSPTE_CACHE_CACHED = 1,
    SYSPTE_CACHE_WRITE_COMBINED = 2
} syspte_cache;

// What many mappings have in common: who asked, where, and how. Two mappings with equal contexts
// share one.
typedef struct syspte_context {
    const char *file;         // of the call; NULL if only the return address is known
    const char *function;     // that contains the call; NULL if not known
    uintptr_t return_address; // of the call; 0 where `file` is known
    uint32_t line;            // of the call, from 1; 0 if not known
    uint32_t stack;           // number of the stored stack, from 1; 0 if none was taken
    uint32_t tag;             // pool tag, first character lowest; 0 if the function takes none
    uint32_t owner;           // of the scope it belongs to; 0 for none
    uint32_t protect;         // PAGE_* of the mapping; 0 for an unmap
    uint16_t thread;          // number of the calling thread, from 1, in order of first call
    uint8_t api;              // syspte_api
    uint8_t kind;             // syspte_kind
    uint8_t cache;            // syspte_cache
    uint8_t irql;             // of the caller
} syspte_context;

typedef struct syspte_mapping {
    uint64_t id;               // of the row: in the simulator the index of its first PTE
    uint64_t system_va;        // as reports print it; includes the byte offset
    void *address;             // what the driver was given; NULL where rows hold no addresses
    uint64_t physical_address; // of the first byte
    uint64_t bytes;            // as the driver asked
    uint64_t pte_count;
    uint64_t sequence; // from 1, in the order of the calls
    const syspte_context *context;
} syspte_mapping;

// ---- Inspect

// The Windows name of a function, "MmMapIoSpace"; "?" for a value that is none.
const char *syspte_api_name(unsigned api);

// The Windows name of a cache type, "MmNonCached"; "?" for a value that is none.
const char *syspte_cache_name(unsigned cache);

#ifdef __cplusplus
}
#endif
#endif
