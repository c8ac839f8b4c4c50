// SPDX-License-Identifier: MIT
// The rules in one table: words, severity, the documented bug check and from which strictness on
// it stops the machine. Reports, the rules themselves and the documentation read it.
#include "core/rule.h"

#define NEVER ((syspte_strictness)(SYSPTE_VERIFIER + 1))

static const syspte_rule_row rules[SYSPTE_RULE_COUNT] = {
    [SYSPTE_RULE_LEAK] = {{"leak", "never unmapped",
                           "unmap it on every path that ends what it was mapped for",
                           "nf-wdm-mmunmapiospace"},
                          SYSPTE_LEAK, NEVER, 0, 0},
    [SYSPTE_RULE_ABANDONED] = {{"abandoned", "abandoned by the bug check", NULL, NULL},
                               SYSPTE_NOTE, NEVER, 0, 0},
    [SYSPTE_RULE_GROWTH] = {{"growth", "holds more PTEs after each cycle",
                             "unmap at the end of the cycle what was mapped at its beginning",
                             "nf-wdm-mmunmapiospace"},
                            SYSPTE_GROWTH, NEVER, 0, 0},
    [SYSPTE_RULE_UNMAP_OUTSIDE] = {{"unmap-outside", "unmaps an address that is no system PTE's",
                                    "pass the address that the map returned, and only if it is "
                                    "not NULL",
                                    "bug check 0xDA, 0x302"},
                                   SYSPTE_MISUSE, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x302},
    [SYSPTE_RULE_UNMAP_NEVER_MAPPED] = {{"unmap-never-mapped",
                                         "unmaps an address that was never mapped",
                                         "pass the address that the map returned",
                                         "bug check 0xDA, 0x303"},
                                        SYSPTE_MISUSE, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE,
                                        0x303},
    [SYSPTE_RULE_UNMAP_MIDDLE] = {{"unmap-middle", "unmaps from the middle of a mapping",
                                   "pass the address that the map returned, not one inside it",
                                   "bug check 0xDA, 0x304"},
                                  SYSPTE_MISUSE, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x304},
    [SYSPTE_RULE_UNMAP_WRONG_SPAN] = {{"unmap-wrong-span",
                                       "unmaps another number of PTEs than was mapped",
                                       "pass the address and the length of the map call",
                                       "bug check 0xDA, 0x305"},
                                      SYSPTE_MISUSE, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x305},
    [SYSPTE_RULE_UNMAP_TWICE] = {{"unmap-twice", "unmaps what was unmapped before",
                                  "set the pointer to NULL when you unmap, and test it",
                                  "bug check 0xDA, 0x306"},
                                 SYSPTE_MISUSE, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x306},
    [SYSPTE_RULE_UNMAP_ZERO] = {{"unmap-zero", "unmaps zero bytes",
                                 "pass the length of the map call", "bug check 0xDA, 0x300"},
                                SYSPTE_MISUSE, SYSPTE_CHECK, SYSPTE_SYSTEM_PTE_MISUSE, 0x300},
    [SYSPTE_RULE_UNMAP_OTHER_BYTES] = {{"unmap-other-bytes",
                                        "unmaps with another byte count or offset, on the same "
                                        "PTEs: harmless",
                                        "pass the address and the length of the map call",
                                        "nf-wdm-mmunmapiospace"},
                                       SYSPTE_NOTE, NEVER, 0, 0},
    [SYSPTE_RULE_UNMAP_OTHER_FUNCTION] = {{"unmap-other-function",
                                           "unmaps with the function of another kind of mapping",
                                           "unmap with the counterpart of the function that mapped",
                                           "nf-ntddk-mmunmapvideodisplay"},
                                          SYSPTE_NOTE, NEVER, 0, 0},
    [SYSPTE_RULE_PTES_LOST] = {{"ptes-lost", "destroys the mapping of somebody else", NULL,
                                "bug check 0xDA, 0x305"},
                               SYSPTE_MISUSE, NEVER, 0, 0},
    [SYSPTE_RULE_MAP_ZERO] = {{"map-zero", "maps zero bytes", "map at least one byte",
                               "nf-wdm-mmmapiospace"},
                              SYSPTE_MISUSE, NEVER, 0, 0},
    [SYSPTE_RULE_MAP_WRAP] = {{"map-wrap", "maps past the last physical address",
                               "check the resource's start and length", "nf-wdm-mmmapiospace"},
                              SYSPTE_MISUSE, NEVER, 0, 0},
    [SYSPTE_RULE_MAP_SPAN_OVERFLOW] = {{"map-span-overflow",
                                        "maps a length whose page count overflows",
                                        "check the length before the call",
                                        "nf-wdm-address_and_size_to_span_pages"},
                                       SYSPTE_MISUSE, NEVER, 0, 0},
    [SYSPTE_RULE_MAP_CACHE_TYPE] = {{"map-cache-type", "maps with a cache type that drivers may "
                                                       "not use",
                                     "use MmNonCached, MmCached or MmWriteCombined",
                                     "ne-wdm-_memory_caching_type"},
                                    SYSPTE_MISUSE, NEVER, 0, 0},
    [SYSPTE_RULE_MAP_PROTECT] = {{"map-protect", "maps with a protection that is not listed",
                                  "use one access bit and at most one of PAGE_NOCACHE and "
                                  "PAGE_WRITECOMBINE",
                                  "nf-wdm-mmmapiospaceex"},
                                 SYSPTE_MISUSE, NEVER, 0, 0},
    [SYSPTE_RULE_MAP_CACHE_CONFLICT] = {{"map-cache-conflict",
                                         "maps a page with another cache type than a live mapping "
                                         "of it",
                                         "map the page with one cache type everywhere",
                                         "ne-wdm-_memory_caching_type"},
                                        SYSPTE_MISUSE, NEVER, 0, 0},
    [SYSPTE_RULE_MAP_UNLOCKED_RAM] = {{"map-unlocked-ram", "maps RAM that is not locked",
                                       "lock the pages first, or map only I/O space",
                                       "bug check 0xC4, 0x83"},
                                      SYSPTE_NOTE, SYSPTE_VERIFIER,
                                      SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x83},
    [SYSPTE_RULE_MAP_REFUSED_RANGE] = {{"map-refused-range",
                                        "maps pages that this system refuses to map", NULL,
                                        "Windows 10 1803 and later; not in the DDI pages"},
                                       SYSPTE_NOTE, NEVER, 0, 0},
    [SYSPTE_RULE_MAP_EXECUTABLE] = {{"map-executable",
                                     "maps executable memory under memory integrity",
                                     "call MmMapIoSpaceEx with PAGE_READWRITE",
                                     "bug check 0xC4, 0x2001"},
                                    SYSPTE_MISUSE, SYSPTE_VERIFIER,
                                    SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x2001},
    [SYSPTE_RULE_MAP_IRQL] = {{"map-irql", "maps above DISPATCH_LEVEL",
                               "map at DISPATCH_LEVEL or below", "bug check 0xC4, 0x73"},
                              SYSPTE_MISUSE, SYSPTE_VERIFIER,
                              SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x73},
    [SYSPTE_RULE_UNMAP_IRQL] = {{"unmap-irql", "unmaps at too high an IRQL",
                                 "unmap at the IRQL that MmUnmapIoSpace allows",
                                 "bug check 0xC4, 0x7B"},
                                SYSPTE_MISUSE, SYSPTE_VERIFIER,
                                SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x7B},
    [SYSPTE_RULE_VIDEO_IRQL] = {{"video-irql", "calls a video mapping function above APC_LEVEL",
                                 "call it at APC_LEVEL or below", "bug check 0xC4, 0xE5"},
                                SYSPTE_MISUSE, SYSPTE_VERIFIER,
                                SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0xE5},
    [SYSPTE_RULE_RAISE_IRQL] = {{"raise-irql", "raises the IRQL to a lower one or past HIGH_LEVEL",
                                 "save the old IRQL and lower to it with KeLowerIrql",
                                 "bug check 0xC4, 0x30"},
                                SYSPTE_MISUSE, SYSPTE_VERIFIER,
                                SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x30},
    [SYSPTE_RULE_LOWER_IRQL] = {{"lower-irql", "lowers the IRQL to a higher one",
                                 "lower to the IRQL that KeRaiseIrql gave back",
                                 "bug check 0xC4, 0x31"},
                                SYSPTE_MISUSE, SYSPTE_VERIFIER,
                                SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, 0x31},
    [SYSPTE_RULE_USE_AFTER_UNMAP] = {{"use-after-unmap", "touches memory after its unmap",
                                      "set the pointer to NULL when you unmap, and stop the users "
                                      "first",
                                      "bug check 0x50"},
                                     SYSPTE_MISUSE, SYSPTE_FREE, SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA,
                                     0},
    [SYSPTE_RULE_USE_PAST_END] = {{"use-past-end", "touches memory behind the last page of a "
                                                   "mapping",
                                   "check the offset against the mapped length", "bug check 0x50"},
                                  SYSPTE_MISUSE, SYSPTE_FREE, SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA,
                                  0},
    [SYSPTE_RULE_USE_NEVER_MAPPED] = {{"use-never-mapped",
                                       "touches system address space that was never mapped", NULL,
                                       "bug check 0x50"},
                                      SYSPTE_MISUSE, SYSPTE_FREE,
                                      SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA, 0},
    [SYSPTE_RULE_WRITE_READ_ONLY] = {{"write-read-only", "writes through a read-only mapping",
                                      "map with PAGE_READWRITE", "bug check 0xBE"},
                                     SYSPTE_MISUSE, SYSPTE_FREE,
                                     SYSPTE_ATTEMPTED_WRITE_TO_READONLY_MEMORY, 0},
    [SYSPTE_RULE_EXECUTE_NO_EXECUTE] = {{"execute-no-execute",
                                         "executes a mapping that is not executable", NULL,
                                         "bug check 0xFC"},
                                        SYSPTE_MISUSE, SYSPTE_FREE,
                                        SYSPTE_ATTEMPTED_EXECUTE_OF_NOEXECUTE, 0},
    [SYSPTE_RULE_BUGCHECK] = {{"bugcheck", "stops the machine", NULL, "nf-wdm-kebugcheckex"},
                              SYSPTE_MISUSE, SYSPTE_FREE, 0, 0},
    [SYSPTE_RULE_BUGCHECK_MISSING] = {{"bugcheck-missing", "an announced bug check did not come",
                                       "remove the announcement, or make the driver do it",
                                       "syspte/bugcheck.h"},
                                      SYSPTE_MISUSE, NEVER, 0, 0},
    [SYSPTE_RULE_SCOPE] = {{"scope", "a scope was not used in pairs",
                            "leave each scope once, the inner ones first", "syspte/scope.h"},
                           SYSPTE_MISUSE, NEVER, 0, 0},
    [SYSPTE_RULE_HOST_TABLE] = {{"host-table", "this host lends no table for that many PTEs", NULL,
                                 "syspte/machine.h"},
                                SYSPTE_LIMIT, NEVER, 0, 0},
    [SYSPTE_RULE_HOST_VIEW] = {{"host-view", "this host gives the mapping no memory", NULL,
                                "syspte/machine.h"},
                               SYSPTE_NOTE, NEVER, 0, 0},
    [SYSPTE_RULE_HOST_ARENA] = {{"host-arena",
                                 "this host has no address space for the mapping: accounting only",
                                 NULL, "syspte/machine.h"},
                                SYSPTE_NOTE, NEVER, 0, 0},
    [SYSPTE_RULE_HOST_TOUCH] = {{"host-touch",
                                 "touches a mapping that this host has no memory for",
                                 "use fewer mappings at a time, or a host that lends more",
                                 "syspte/machine.h"},
                                SYSPTE_LIMIT, NEVER, 0, 0},
    [SYSPTE_RULE_CONTEXTS_FULL] = {{"contexts-full",
                                    "call sites, threads or stacks found no room in their table "
                                    "and are missing from the report",
                                    NULL, "syspte/machine.h"},
                                   SYSPTE_LIMIT, NEVER, 0, 0},
    [SYSPTE_RULE_HOLDINGS_FULL] = {{"holdings-full",
                                    "more is held at a time than the table of holdings has room "
                                    "for",
                                    NULL, "syspte/machine.h"},
                                   SYSPTE_LIMIT, NEVER, 0, 0},
};

const syspte_rule_row *syspte_rule_row_of(syspte_rule_id rule)
{
    return &rules[rule];
}

const syspte_rule *syspte_rule_of(syspte_rule_id rule)
{
    return (unsigned)rule < SYSPTE_RULE_COUNT ? &rules[rule].words : NULL;
}

const char *syspte_severity_name(syspte_severity severity)
{
    static const char *const names[] = {"leak", "growth", "misuse", "limit", "note"};
    return (unsigned)severity < sizeof(names) / sizeof(names[0]) ? names[severity] : "?";
}

const char *syspte_bugcheck_name(uint32_t code)
{
    switch (code) {
    case SYSPTE_IRQL_NOT_GREATER_OR_EQUAL:
        return "IRQL_NOT_GREATER_OR_EQUAL";
    case SYSPTE_IRQL_NOT_LESS_OR_EQUAL:
        return "IRQL_NOT_LESS_OR_EQUAL";
    case SYSPTE_MEMORY_MANAGEMENT:
        return "MEMORY_MANAGEMENT";
    case SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA:
        return "PAGE_FAULT_IN_NONPAGED_AREA";
    case SYSPTE_PROCESS_HAS_LOCKED_PAGES:
        return "PROCESS_HAS_LOCKED_PAGES";
    case SYSPTE_ATTEMPTED_WRITE_TO_READONLY_MEMORY:
        return "ATTEMPTED_WRITE_TO_READONLY_MEMORY";
    case SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION:
        return "DRIVER_VERIFIER_DETECTED_VIOLATION";
    case SYSPTE_DRIVER_IRQL_NOT_LESS_OR_EQUAL:
        return "DRIVER_IRQL_NOT_LESS_OR_EQUAL";
    case SYSPTE_SYSTEM_PTE_MISUSE:
        return "SYSTEM_PTE_MISUSE";
    case SYSPTE_ATTEMPTED_EXECUTE_OF_NOEXECUTE:
        return "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY";
    default:
        return "?";
    }
}

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
    };
    return api < SYSPTE_API_COUNT ? names[api] : "?";
}

const char *syspte_cache_name(unsigned cache)
{
    static const char *const names[] = {"MmNonCached", "MmCached", "MmWriteCombined"};
    return cache < sizeof(names) / sizeof(names[0]) ? names[cache] : "?";
}
