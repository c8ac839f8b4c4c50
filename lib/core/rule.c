// SPDX-License-Identifier: MIT
// The rules in one table: words, severity, the documented bug check and from which strictness on
// it stops the machine. Reports, the rules themselves and the documentation read it. New ones go to
// the end, here and in <syspte/finding.h>.
#include "core/rule.h"
#include "core/bugcheck.h"

// A rule without a bug check of its own.
#define RULE(severity, name, title, fix, source) RULE_AT(severity, NEVER, name, title, fix, source)
#define RULE_AT(severity, from, name, title, fix, source)                                          \
    {{name, title, fix, source}, SYSPTE_##severity, (syspte_strictness)SYSPTE_##from, 0, false, 0}

// A rule with a bug check, or with one case of it, which the first parameter tells. From where on
// it stops the machine is in the table of bug checks.
#define STOP(code, severity, name, title, fix)                                                     \
    {{name, title, fix, "bug check 0x" #code},                                                     \
     SYSPTE_##severity,                                                                            \
     (syspte_strictness)SYSPTE_FROM_##code,                                                        \
     0x##code,                                                                                     \
     false,                                                                                        \
     0}
#define STOP_BY(code, sub, severity, name, title, fix)                                             \
    {{name, title, fix, "bug check 0x" #code ", 0x" #sub},                                         \
     SYSPTE_##severity,                                                                            \
     (syspte_strictness)SYSPTE_FROM_##code##_##sub,                                                \
     0x##code,                                                                                     \
     true,                                                                                         \
     0x##sub}

// clang-format off
static const syspte_rule_row rules[SYSPTE_RULE_COUNT] = {
    [SYSPTE_RULE_LEAK] =
        RULE(LEAK, "leak", "never unmapped",
             "unmap it on every path that ends what it was mapped for", "nf-wdm-mmunmapiospace"),
    [SYSPTE_RULE_ABANDONED] =
        RULE(NOTE, "abandoned", "abandoned by the bug check", NULL, NULL),
    [SYSPTE_RULE_GROWTH] =
        RULE(GROWTH, "growth", "holds more PTEs after each cycle",
             "unmap at the end of the cycle what was mapped at its beginning",
             "nf-wdm-mmunmapiospace"),
    [SYSPTE_RULE_UNMAP_OUTSIDE] =
        STOP_BY(DA, 302, MISUSE, "unmap-outside",
                "unmaps an address that is no system PTE's",
                "pass the address that the map returned, and only if it is not NULL"),
    [SYSPTE_RULE_UNMAP_NEVER_MAPPED] =
        STOP_BY(DA, 303, MISUSE, "unmap-never-mapped",
                "unmaps an address that was never mapped",
                "pass the address that the map returned"),
    [SYSPTE_RULE_UNMAP_MIDDLE] =
        STOP_BY(DA, 304, MISUSE, "unmap-middle", "unmaps from the middle of a mapping",
                "pass the address that the map returned, not one inside it"),
    [SYSPTE_RULE_UNMAP_WRONG_SPAN] =
        STOP_BY(DA, 305, MISUSE, "unmap-wrong-span",
                "unmaps another number of PTEs than was mapped",
                "pass the address and the length of the map call"),
    [SYSPTE_RULE_UNMAP_TWICE] =
        STOP_BY(DA, 306, MISUSE, "unmap-twice", "unmaps what was unmapped before",
                "set the pointer to NULL when you unmap, and test it"),
    [SYSPTE_RULE_UNMAP_ZERO] =
        STOP_BY(DA, 300, MISUSE, "unmap-zero", "unmaps zero bytes",
                "pass the length of the map call"),
    [SYSPTE_RULE_UNMAP_OTHER_BYTES] =
        RULE(NOTE, "unmap-other-bytes",
             "unmaps with another byte count or offset, on the same PTEs: harmless",
             "pass the address and the length of the map call", "nf-wdm-mmunmapiospace"),
    [SYSPTE_RULE_UNMAP_OTHER_FUNCTION] =
        RULE(NOTE, "unmap-other-function", "unmaps with the function of another kind of mapping",
             "unmap with the counterpart of the function that mapped",
             "nf-ntddk-mmunmapvideodisplay"),
    [SYSPTE_RULE_PTES_LOST] =
        RULE(MISUSE, "ptes-lost", "destroys the mapping of somebody else", NULL,
             "bug check 0xDA, 0x305"),
    [SYSPTE_RULE_MAP_ZERO] =
        RULE(MISUSE, "map-zero", "maps zero bytes", "map at least one byte", "nf-wdm-mmmapiospace"),
    [SYSPTE_RULE_MAP_WRAP] =
        RULE(MISUSE, "map-wrap", "maps past the last physical address",
             "check the resource's start and length", "nf-wdm-mmmapiospace"),
    [SYSPTE_RULE_MAP_SPAN_OVERFLOW] =
        RULE(MISUSE, "map-span-overflow", "maps a length whose page count overflows",
             "check the length before the call", "nf-wdm-address_and_size_to_span_pages"),
    [SYSPTE_RULE_MAP_CACHE_TYPE] =
        RULE(MISUSE, "map-cache-type", "maps with a cache type that drivers may not use",
             "use MmNonCached, MmCached or MmWriteCombined", "ne-wdm-_memory_caching_type"),
    [SYSPTE_RULE_MAP_PROTECT] =
        RULE(MISUSE, "map-protect", "maps with a protection that is not listed",
             "use one access bit and at most one of PAGE_NOCACHE and PAGE_WRITECOMBINE",
             "nf-wdm-mmmapiospaceex"),
    [SYSPTE_RULE_MAP_CACHE_CONFLICT] =
        RULE(MISUSE, "map-cache-conflict",
             "maps a page with another cache type than a live mapping of it",
             "map the page with one cache type everywhere", "ne-wdm-_memory_caching_type"),
    [SYSPTE_RULE_MAP_UNLOCKED_RAM] =
        STOP_BY(C4, 83, NOTE, "map-unlocked-ram", "maps RAM that is not locked",
                "lock the pages first, or map only I/O space"),
    [SYSPTE_RULE_MAP_REFUSED_RANGE] =
        RULE(NOTE, "map-refused-range", "maps pages that this system refuses to map", NULL,
             "Windows 10 1803 and later; not in the DDI pages"),
    [SYSPTE_RULE_MAP_EXECUTABLE] =
        STOP_BY(C4, 2001, MISUSE, "map-executable",
                "maps executable memory under memory integrity",
                "call MmMapIoSpaceEx with PAGE_READWRITE"),
    [SYSPTE_RULE_MAP_IRQL] =
        STOP_BY(C4, 73, MISUSE, "map-irql", "maps above DISPATCH_LEVEL",
                "map at DISPATCH_LEVEL or below"),
    [SYSPTE_RULE_UNMAP_IRQL] =
        STOP_BY(C4, 7B, MISUSE, "unmap-irql", "unmaps at too high an IRQL",
                "unmap at the IRQL that MmUnmapIoSpace allows"),
    [SYSPTE_RULE_VIDEO_IRQL] =
        STOP_BY(C4, E5, MISUSE, "video-irql",
                "calls a video mapping function above APC_LEVEL", "call it at APC_LEVEL or below"),
    [SYSPTE_RULE_RAISE_IRQL] =
        STOP_BY(C4, 30, MISUSE, "raise-irql",
                "raises the IRQL to a lower one or past HIGH_LEVEL",
                "save the old IRQL and lower to it with KeLowerIrql"),
    [SYSPTE_RULE_LOWER_IRQL] =
        STOP_BY(C4, 31, MISUSE, "lower-irql", "lowers the IRQL to a higher one",
                "lower to the IRQL that KeRaiseIrql gave back"),
    [SYSPTE_RULE_USE_AFTER_UNMAP] =
        STOP(50, MISUSE, "use-after-unmap", "touches memory after its unmap",
             "set the pointer to NULL when you unmap, and stop the users first"),
    [SYSPTE_RULE_USE_PAST_END] =
        STOP(50, MISUSE, "use-past-end", "touches memory behind the last page of a mapping",
             "check the offset against the mapped length"),
    [SYSPTE_RULE_USE_NEVER_MAPPED] =
        STOP(50, MISUSE, "use-never-mapped",
             "touches system address space that was never mapped", NULL),
    [SYSPTE_RULE_WRITE_READ_ONLY] =
        STOP(BE, MISUSE, "write-read-only", "writes through a read-only mapping",
             "map with PAGE_READWRITE"),
    [SYSPTE_RULE_EXECUTE_NO_EXECUTE] =
        STOP(FC, MISUSE, "execute-no-execute", "executes a mapping that is not executable",
             NULL),
    [SYSPTE_RULE_BUGCHECK] =
        RULE_AT(MISUSE, FREE, "bugcheck", "stops the machine", NULL, "nf-wdm-kebugcheckex"),
    [SYSPTE_RULE_BUGCHECK_MISSING] =
        RULE(MISUSE, "bugcheck-missing", "an announced bug check did not come",
             "remove the announcement, or make the driver do it", "syspte/bugcheck.h"),
    [SYSPTE_RULE_SCOPE] =
        RULE(MISUSE, "scope", "a scope was not used in pairs",
             "leave each scope once, the inner ones first", "syspte/scope.h"),
    [SYSPTE_RULE_HOST_TABLE] =
        RULE(LIMIT, "host-table", "this host lends no table for that many PTEs", NULL,
             "syspte/machine.h"),
    [SYSPTE_RULE_HOST_VIEW] =
        RULE(NOTE, "host-view", "this host gives the mapping no memory", NULL, "syspte/machine.h"),
    [SYSPTE_RULE_HOST_ARENA] =
        RULE(NOTE, "host-arena", "this host has no address space for the mapping: accounting only",
             NULL, "syspte/machine.h"),
    [SYSPTE_RULE_HOST_TOUCH] =
        RULE(LIMIT, "host-touch", "touches a mapping that this host has no memory for",
             "use fewer mappings at a time, or a host that lends more", "syspte/machine.h"),
    [SYSPTE_RULE_CONTEXTS_FULL] =
        RULE(LIMIT, "contexts-full",
             "call sites, threads or stacks found no room in their table and are missing from the "
             "report", NULL, "syspte/machine.h"),
    [SYSPTE_RULE_HOLDINGS_FULL] =
        RULE(LIMIT, "holdings-full",
             "more is held at a time than the table of holdings has room for", NULL,
             "syspte/machine.h"),
    [SYSPTE_RULE_USE_NOT_VALID] =
        STOP(50, MISUSE, "use-not-valid",
             "touches a page that is reserved, and that nothing is mapped at",
             "map an MDL there first, and stay inside it"),
    [SYSPTE_RULE_MDL_ARGUMENT] =
        RULE(MISUSE, "mdl-argument", "passes an argument that this function's page does not allow",
             NULL, "nf-wdm-ioallocatemdl"),
    [SYSPTE_RULE_MDL_IRQL] =
        STOP_BY(C4, E5, MISUSE, "mdl-irql",
                "calls a function of an MDL or a reserved mapping at too high an IRQL",
                "call it at the IRQL that its page allows"),
    [SYSPTE_RULE_LOCK_WRONG_MDL] =
        STOP_BY(C4, B0, MISUSE, "lock-wrong-mdl",
                "locks the pages of an MDL that is locked, mapped or built already",
                "unlock the MDL before you lock it again; pages of nonpaged pool need no lock"),
    [SYSPTE_RULE_LOCK_NOT_MEMORY] =
        STOP_BY(C4, 6F, NOTE, "lock-not-memory", "locks pages that are no memory",
                "build the MDL with MmBuildMdlForNonPagedPool, or by MmAllocateMdlForIoSpace"),
    [SYSPTE_RULE_UNLOCK_NOT_LOCKED] =
        STOP_BY(4E, 07, MISUSE, "unlock-not-locked",
                "unlocks pages more often than they were locked",
                "call MmUnlockPages once for each MmProbeAndLockPages that did not raise"),
    [SYSPTE_RULE_UNLOCK_POOL_MDL] =
        STOP_BY(C4, 7D, MISUSE, "unlock-pool-mdl", "unlocks the MDL of nonpaged pool",
                "leave out MmUnlockPages for MDLs of MmBuildMdlForNonPagedPool"),
    [SYSPTE_RULE_UNLOCK_PARTIAL_MDL] =
        STOP_BY(C4, B4, MISUSE, "unlock-partial-mdl", "unlocks a partial MDL",
                "unlock the MDL that it is a part of"),
    [SYSPTE_RULE_BUILD_PAGEABLE] =
        STOP_BY(C4, 7F, MISUSE, "build-pageable",
                "builds an MDL for nonpaged pool over memory that is not nonpaged",
                "use MmProbeAndLockPages for pageable memory"),
    [SYSPTE_RULE_MAP_WRONG_MDL] =
        STOP_BY(C4, B2, MISUSE, "map-wrong-mdl",
                "maps an MDL that is mapped already, or needs no mapping",
                "call MmGetSystemAddressForMdlSafe, which maps only what is not mapped"),
    [SYSPTE_RULE_MAP_NOT_LOCKED] =
        STOP_BY(C4, B3, MISUSE, "map-not-locked",
                "maps an MDL whose pages are not locked", "call MmProbeAndLockPages first"),
    [SYSPTE_RULE_MAP_UNLOCKED_PAGES] =
        STOP_BY(C4, 85, MISUSE, "map-unlocked-pages",
                "maps an MDL with pages that nobody has locked",
                "lock the pages that the MDL was put together from"),
    [SYSPTE_RULE_MAP_NOT_MEMORY] =
        STOP_BY(C4, 89, MISUSE, "map-not-memory",
                "maps an MDL with pages that are no memory and does not say so",
                "get the MDL from MmAllocateMdlForIoSpace"),
    [SYSPTE_RULE_MAP_OBSOLETE] =
        STOP_BY(C4, 81, NOTE, "map-obsolete",
                "stops the machine if no PTEs are left: it is obsolete",
                "call MmGetSystemAddressForMdlSafe"),
    [SYSPTE_RULE_MAP_MUST_SUCCEED] =
        STOP_BY(C4, 82, NOTE, "map-must-succeed",
                "asks for a bug check if no PTEs are left",
                "pass FALSE for BugCheckOnFailure, and test for NULL"),
    [SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED] =
        STOP_BY(DA, 06, MISUSE, "unmap-mdl-not-mapped", "unmaps an MDL that is not mapped",
                "unmap once what was mapped, and not what MmUnlockPages unmaps"),
    [SYSPTE_RULE_UNMAP_MDL_CHANGED] =
        STOP_BY(DA, 03, MISUSE, "unmap-mdl-changed",
                "unmaps an MDL or an address that is not as it was when it was mapped",
                "pass the mapped address, and leave the MDL alone while it is mapped"),
    [SYSPTE_RULE_UNMAP_PARTIAL_MDL] =
        STOP_BY(C4, B5, MISUSE, "unmap-partial-mdl",
                "unmaps a partial MDL that has no mapping of its own",
                "unmap the MDL that it is a part of"),
    [SYSPTE_RULE_UNMAP_USER_ADDRESS] =
        STOP_BY(C4, B9, MISUSE, "unmap-user-address",
                "unmaps a user address that the MDL is not mapped at",
                "pass the address that the map returned, once, in the same process"),
    [SYSPTE_RULE_FREE_MAPPED_MDL] =
        STOP_BY(C4, B8, MISUSE, "free-mapped-mdl",
                "frees an MDL that is still mapped: its PTEs are lost",
                "call MmUnlockPages or MmUnmapLockedPages before IoFreeMdl"),
    [SYSPTE_RULE_FREE_LOCKED_MDL] =
        RULE(MISUSE, "free-locked-mdl", "frees an MDL whose pages are still locked",
             "call MmUnlockPages before IoFreeMdl", "nf-wdm-iofreemdl"),
    [SYSPTE_RULE_PARTIAL_NOT_PREPARED] =
        RULE(MISUSE, "partial-not-prepared",
             "builds a partial MDL anew that still has a mapping: its PTEs are lost",
             "call MmPrepareMdlForReuse before IoBuildPartialMdl", "nf-wdm-mmpreparemdlforreuse"),
    [SYSPTE_RULE_PARTIAL_RANGE] =
        STOP(12E, MISUSE, "partial-range",
             "builds a partial MDL over a range that is not in its source",
             "stay between MmGetMdlVirtualAddress and MmGetMdlByteCount of the source"),
    [SYSPTE_RULE_PARTIAL_TOO_SMALL] =
        STOP(40, MISUSE, "partial-too-small",
             "builds a partial MDL that has no room for its pages",
             "allocate the target with the address and length of the part"),
    [SYSPTE_RULE_PROTECT_MDL] =
        STOP_BY(1A, 1235, MISUSE, "protect-mdl",
                "protects an MDL whose mapping is not its own any more",
                "leave the MDL alone while it is mapped"),
    [SYSPTE_RULE_PORT_IRQL] =
        STOP_BY(C4, E5, MISUSE, "port-irql",
                "calls a mapping function of a port driver above PASSIVE_LEVEL",
                "call it at PASSIVE_LEVEL"),
    [SYSPTE_RULE_NO_MORE_PTES] =
        STOP(3F, MISUSE, "no-more-ptes", "finds no system PTEs and asked for a bug check",
             "use MmGetSystemAddressForMdlSafe, and test for NULL"),
    [SYSPTE_RULE_FREE_PAGES_LOCKED] =
        STOP_BY(4E, 9A, MISUSE, "free-pages-locked",
                "frees page frames that are still locked", "unlock every MDL over the pages first"),
    [SYSPTE_RULE_FREE_PAGES_MAPPED] =
        RULE(MISUSE, "free-pages-mapped",
             "frees page frames that are still mapped: their PTEs are lost",
             "call MmUnmapLockedPages before MmFreePagesFromMdl", "nf-wdm-mmfreepagesfrommdl"),
    [SYSPTE_RULE_FREE_PAGES_TWICE] =
        RULE(MISUSE, "free-pages-twice", "frees the pages of an MDL that has none",
             "call MmFreePagesFromMdl once, and only for MDLs of MmAllocatePagesForMdl",
             "nf-wdm-mmfreepagesfrommdl"),
    [SYSPTE_RULE_UNHANDLED_EXCEPTION] =
        STOP(1E, MISUSE, "unhandled-exception", "raises an exception that nobody handles",
             "wrap the call in __try and __except"),
    [SYSPTE_RULE_HOST_BUFFER] =
        RULE(NOTE, "host-buffer",
             "uses an MDL over memory that is not the machine's: it is shown where it is, not at "
             "another address", NULL, "syspte/machine.h"),
    [SYSPTE_RULE_POOL_ZERO] =
        STOP_BY(C4, 00, NOTE, "pool-zero", "allocates zero bytes of pool",
             "allocate at least one byte"),
    [SYSPTE_RULE_POOL_TAG_ZERO] =
        STOP_BY(C2, 9B, MISUSE, "pool-tag-zero", "allocates pool with a tag of zero",
                "give each allocating path a tag of its own"),
    [SYSPTE_RULE_POOL_TYPE] =
        RULE(MISUSE, "pool-type", "allocates pool of a type, or with flags, that do not exist",
             "use one of the documented pool types or POOL_FLAGS", "nf-wdm-exallocatepool2"),
    [SYSPTE_RULE_POOL_IRQL] =
        STOP_BY(C4, 01, MISUSE, "pool-irql",
                "allocates or frees pool at too high an IRQL",
                "use paged pool at APC_LEVEL or below, nonpaged pool at DISPATCH_LEVEL or below"),
    [SYSPTE_RULE_FREE_NO_BLOCK] =
        STOP_BY(C2, 46, MISUSE, "free-no-block",
                "frees an address where no block of pool begins",
                "pass the address that the allocation returned, and only if it is not NULL"),
    [SYSPTE_RULE_FREE_TWICE] =
        STOP_BY(C2, 07, MISUSE, "free-twice", "frees a block of pool that was freed before",
                "set the pointer to NULL when you free, and test it"),
    [SYSPTE_RULE_FREE_OTHER_TAG] =
        STOP_BY(C2, 0A, MISUSE, "free-other-tag",
                "frees a block of pool with another tag than it was allocated with",
                "pass the tag of the allocation"),
    [SYSPTE_RULE_POOL_OVERRUN] =
        STOP_BY(19, 20, MISUSE, "pool-overrun",
                "frees a block that was written past its end, or before its begin",
                "check lengths against the size of the allocation"),
    [SYSPTE_RULE_POOL_WRITE_AFTER_FREE] =
        RULE(MISUSE, "pool-write-after-free", "frees a block that was written afterwards",
             "stop everything that uses the block before you free it", "nf-wdm-exfreepoolwithtag"),
    [SYSPTE_RULE_USE_AFTER_FREE] =
        STOP(50, MISUSE, "use-after-free", "touches memory after it was freed",
             "stop everything that uses the memory before you free it"),
    [SYSPTE_RULE_USE_PAST_BLOCK] =
        STOP(50, MISUSE, "use-past-block", "touches memory past the end of an allocation",
             "check the offset against the size of the allocation"),
    [SYSPTE_RULE_MEMORY_IRQL] =
        STOP_BY(C4, 20019, MISUSE, "memory-irql",
                "calls a memory function at too high an IRQL",
                "call it at the IRQL that its page names"),
    [SYSPTE_RULE_CONTIGUOUS_ARGUMENT] =
        RULE(MISUSE, "contiguous-argument",
             "allocates contiguous or noncached memory with arguments that are not allowed",
             "see the page of the function for what each argument may be",
             "nf-wdm-mmallocatecontiguousmemoryspecifycache"),
    [SYSPTE_RULE_FREE_NO_CONTIGUOUS] =
        STOP_BY(C2, 60, MISUSE, "free-no-contiguous",
                "frees an address where no contiguous memory begins",
                "pass the address that the allocation returned"),
    [SYSPTE_RULE_FREE_NO_NONCACHED] =
        STOP_BY(DA, 302, MISUSE, "free-no-noncached",
                "frees an address where no noncached memory begins",
                "pass the address that the allocation returned"),
    [SYSPTE_RULE_FREE_OTHER_SIZE] =
        RULE(MISUSE, "free-other-size",
             "frees memory with another size or cache type than it was allocated with",
             "pass the size and the cache type of the allocation",
             "nf-wdm-mmfreecontiguousmemoryspecifycache"),
    [SYSPTE_RULE_VIEW_ARGUMENT] =
        RULE(MISUSE, "view-argument", "maps a view of no section, or of more than it has",
             "pass a section object, and a view size up to that of the section",
             "nf-ntddk-mmmapviewinsystemspace"),
    [SYSPTE_RULE_UNMAP_NO_VIEW] =
        STOP(D7, MISUSE, "unmap-no-view", "unmaps an address where no view begins",
             "pass the address that MmMapViewInSystemSpace returned"),
    [SYSPTE_RULE_LOCK_NO_SECTION] =
        STOP_BY(1A, 1234, MISUSE, "lock-no-section",
                "locks a pageable section that does not exist",
                "pass an address inside the driver, or the handle that was returned for it"),
    [SYSPTE_RULE_UNLOCK_NO_SECTION] =
        STOP_BY(1A, 1010, MISUSE, "unlock-no-section",
                "unlocks a pageable section that is not locked",
                "unlock the section as often as it was locked"),
    [SYSPTE_RULE_PHYSICAL_NOT_VALID] =
        RULE(MISUSE, "physical-not-valid",
             "asks for the physical address of memory that is not there",
             "ask only for addresses that are valid", "nf-ntddk-mmgetphysicaladdress"),
    [SYSPTE_RULE_UNMAP_MDL_DUPLICATE] =
        STOP_BY(DA, 01, MISUSE, "unmap-mdl-duplicate",
                "unmaps a mapping that is tracked twice",
                "unmap each mapping once, through the MDL that it was made with"),
    [SYSPTE_RULE_UNMAP_MDL_WRONG_COUNT] =
        STOP_BY(DA, 02, MISUSE, "unmap-mdl-wrong-count",
                "unmaps an MDL with another number of PTEs than it was mapped with",
                "leave the byte count and the offset of a mapped MDL alone"),
    [SYSPTE_RULE_UNMAP_MDL_FRAME_CHANGED] =
        STOP_BY(DA, 04, MISUSE, "unmap-mdl-frame-changed",
                "unmaps an MDL whose first page frame has changed since it was mapped",
                "leave the page frames of a mapped MDL alone"),
    [SYSPTE_RULE_UNMAP_MDL_START_CHANGED] =
        STOP_BY(DA, 05, MISUSE, "unmap-mdl-start-changed",
                "unmaps an MDL whose start address has changed since it was mapped",
                "leave the start of a mapped MDL alone"),
    [SYSPTE_RULE_MDL_PAGEABLE] =
        STOP_BY(C4, 140, MISUSE, "mdl-pageable",
                "builds an MDL that is not locked over pageable memory",
                "lock the pages with MmProbeAndLockPages"),
    [SYSPTE_RULE_MDL_INVARIANT_WRITE] =
        STOP_BY(C4, 1010, MISUSE, "mdl-invariant-write",
                "changes the buffer of a write while it is under way",
                "leave the data of a write request alone until it is complete"),
    [SYSPTE_RULE_MDL_INVARIANT_READ] =
        STOP_BY(C4, 1011, MISUSE, "mdl-invariant-read",
                "changes the buffer of a read that is under way, or depends on its dummy page",
                "read data into a buffer of its own"),
    [SYSPTE_RULE_MAP_MDL_EXECUTABLE] =
        STOP_BY(C4, 2002, MISUSE, "map-mdl-executable",
                "maps an MDL executable under memory integrity",
                "pass MdlMappingNoExecute with the priority"),
    [SYSPTE_RULE_MDL_INVALID_PAGE] =
        STOP_BY(1A, 1236, MISUSE, "mdl-invalid-page",
                "uses an MDL with a page that is not locked or not valid",
                "lock the pages first, and leave the page frames of the MDL alone"),
    [SYSPTE_RULE_BUILD_NOT_RESIDENT] =
        STOP_BY(1A, 1240, MISUSE, "build-not-resident",
                "builds an MDL for nonpaged pool over memory that is not resident",
                "use MmProbeAndLockPages for pageable memory"),
    [SYSPTE_RULE_PROBE_RAISED] =
        RULE(NOTE, "probe-raised",
             "raises a status while it locks pages: an exception handler must be there", NULL,
             "nf-wdm-mmprobeandlockpages"),
    [SYSPTE_RULE_REUSE_MAPPED_MDL] =
        RULE(MISUSE, "reuse-mapped-mdl",
             "prepares an MDL for reuse that is mapped and not partial: its PTEs are lost",
             "call MmUnlockPages or MmUnmapLockedPages first", "nf-wdm-mmpreparemdlforreuse"),
    [SYSPTE_RULE_PROCESS_LEFT_LOCKED] =
        STOP_BY(76, 00, MISUSE, "process-left-locked",
                "leaves pages locked in a process that ends",
                "unlock them before the process ends, at the latest when its handle is cleaned up"),
    [SYSPTE_RULE_PROCESS_LEFT_TRACKED] =
        STOP(CB, MISUSE, "process-left-tracked",
             "leaves tracked locked pages in a process that ends",
             "unlock them before the process ends, at the latest when its handle is cleaned up"),
    [SYSPTE_RULE_EXCESSIVE_PTES] =
        STOP(D8, MISUSE, "excessive-ptes",
             "finds no system PTEs, because a driver uses too many of them",
             "unmap what is not in use; the report lists who holds them"),
    [SYSPTE_RULE_RESERVED_ZERO] =
        STOP_BY(DA, 100, MISUSE, "reserved-zero", "reserves a mapping address for zero bytes",
                "reserve at least one byte"),
    [SYSPTE_RULE_RESERVED_FREE_OTHER_TAG] =
        STOP_BY(DA, 101, MISUSE, "reserved-free-other-tag",
                "frees a mapping address with another tag than it was reserved with",
                "pass the tag of the reservation"),
    [SYSPTE_RULE_RESERVED_FREE_EMPTY] =
        STOP_BY(DA, 102, MISUSE, "reserved-free-empty",
                "frees a mapping address that is not reserved",
                "free the address that the reservation returned, once"),
    [SYSPTE_RULE_RESERVED_FREE_MAPPED] =
        STOP_BY(DA, 103, MISUSE, "reserved-free-mapped",
                "frees a mapping address that an MDL is still mapped at",
                "call MmUnmapReservedMapping first"),
    [SYSPTE_RULE_RESERVED_MAP_OTHER_TAG] =
        STOP_BY(DA, 104, MISUSE, "reserved-map-other-tag",
                "maps at an address with another tag than it was reserved with",
                "pass the tag of the reservation"),
    [SYSPTE_RULE_RESERVED_MAP_INVALID] =
        STOP_BY(DA, 105, MISUSE, "reserved-map-invalid",
                "maps at an address that is not reserved",
                "pass the address that the reservation returned"),
    [SYSPTE_RULE_RESERVED_MAP_IN_USE] =
        STOP_BY(DA, 107, MISUSE, "reserved-map-in-use",
                "maps at a reserved address that is in use",
                "call MmUnmapReservedMapping before the next map"),
    [SYSPTE_RULE_RESERVED_UNMAP_OTHER_TAG] =
        STOP_BY(DA, 108, MISUSE, "reserved-unmap-other-tag",
                "unmaps a reserved address with another tag than it was reserved with",
                "pass the tag of the reservation"),
    [SYSPTE_RULE_RESERVED_UNMAP_EMPTY] =
        STOP_BY(DA, 109, MISUSE, "reserved-unmap-empty",
                "unmaps a reserved address that is not reserved",
                "pass the address that the reservation returned"),
    [SYSPTE_RULE_RESERVED_UNMAP_TOO_MANY] =
        STOP_BY(DA, 10A, MISUSE, "reserved-unmap-too-many",
                "unmaps more PTEs than are reserved", "pass the MDL that was mapped there"),
    [SYSPTE_RULE_RESERVED_UNMAP_PART_FREE] =
        STOP_BY(DA, 10B, MISUSE, "reserved-unmap-part-free",
                "unmaps a reserved address where a part is not mapped",
                "unmap once, with the MDL that was mapped there"),
    [SYSPTE_RULE_RESERVED_UNMAP_PART] =
        STOP_BY(DA, 10C, MISUSE, "reserved-unmap-part",
                "unmaps a part of what is mapped at a reserved address",
                "pass the MDL that was mapped there"),
    [SYSPTE_RULE_PTES_RESERVE_ZERO] =
        STOP_BY(DA, 200, MISUSE, "ptes-reserve-zero", "reserves zero system PTEs",
                "reserve at least one"),
    [SYSPTE_RULE_PTES_RESERVE_TWICE] =
        STOP_BY(DA, 201, MISUSE, "ptes-reserve-twice",
                "reserves system PTEs that are reserved already", NULL),
    [SYSPTE_RULE_PTES_RESERVE_OVERLAP] =
        STOP_BY(DA, 202, MISUSE, "ptes-reserve-overlap",
                "reserves system PTEs of which a part is reserved already", NULL),
    [SYSPTE_RULE_UNMAP_NOT_PERMITTED] =
        STOP_BY(DA, 301, MISUSE, "unmap-not-permitted",
                "releases system PTEs that may not be released",
                "unmap only what the driver has mapped"),
    [SYSPTE_RULE_UNMAP_UNKNOWN_IO] =
        STOP_BY(DA, 400, MISUSE, "unmap-unknown-io",
                "unmaps an I/O mapping that the system does not know",
                "pass the address that the map returned, once"),
    [SYSPTE_RULE_CONTIGUOUS_BELOW_4G] =
        STOP_BY(C4, 141, MISUSE, "contiguous-below-4g", "asks for memory below 4 GB",
                "ask for any memory, and let the DMA adapter map it"),
    [SYSPTE_RULE_FREE_USER_ADDRESS] =
        STOP_BY(C2, 40, MISUSE, "free-user-address", "frees a user-mode address as pool",
                "pass the address that the allocation returned"),
    [SYSPTE_RULE_POOL_MUST_SUCCEED] =
        STOP_BY(C2, 9A, MISUSE, "pool-must-succeed", "allocates pool that must succeed",
                "test for NULL instead"),
    [SYSPTE_RULE_POOL_TAG_BIG] =
        STOP_BY(C2, 9C, MISUSE, "pool-tag-big", "allocates pool with the tag 'BIG'",
                "use a tag of your own"),
    [SYSPTE_RULE_POOL_TAG_UNREADABLE] =
        STOP_BY(C2, 9D, MISUSE, "pool-tag-unreadable",
                "allocates pool with a tag without letters and digits",
                "use a tag of one to four letters or digits"),
    [SYSPTE_RULE_POOL_WHILE_UNLOADING] =
        STOP_BY(C4, 61, MISUSE, "pool-while-unloading",
                "allocates pool while its driver is being unloaded",
                "end the threads of a driver before it is unloaded"),
    [SYSPTE_RULE_POOL_LEFT] =
        STOP_BY(C4, 62, MISUSE, "pool-left",
                "is unloaded with blocks of pool that are not freed",
                "free all pool before the unload routine returns"),
    [SYSPTE_RULE_PTES_CORRUPTED] =
        STOP(DB, MISUSE, "ptes-corrupted", "touches system PTEs that were corrupted", NULL),
    [SYSPTE_RULE_IRP_COMPLETED_TWICE] =
        STOP(44, MISUSE, "irp-completed-twice",
             "completes a request that is complete already",
             "complete a request once, where it is decided how it ends"),
    [SYSPTE_RULE_DEVICE_SCRIPT] =
        RULE(MISUSE, "device-script", "is not one that the device's model allows", NULL,
             "syspte/device.h"),
    [SYSPTE_RULE_DEVICE_UNMET] =
        RULE(MISUSE, "device-unmet", "is missing that the device's script expects", NULL,
             "syspte/device.h"),
    [SYSPTE_RULE_DEVICE_ACCESS] =
        RULE(LIMIT, "device-access", "is of a kind that no device's model can be asked for", NULL,
             "syspte/device.h"),
    [SYSPTE_RULE_ACQUIRE_TWICE] =
        RULE_AT(MISUSE, FREE, "acquire-twice",
                "acquires a lock that it cannot get: it waits forever",
                "release the lock on every path before it is acquired again",
                "bug check 0xC4, 0x1000"),
    [SYSPTE_RULE_RELEASE_NOT_HELD] =
        RULE_AT(MISUSE, VERIFIER, "release-not-held",
                "releases a lock that nobody holds",
                "release a lock once for each time it was acquired",
                "bug check 0xC4, 0x1007"),
    [SYSPTE_RULE_RELEASE_OTHER_THREAD] =
        RULE_AT(MISUSE, VERIFIER, "release-other-thread",
                "releases a lock that another thread holds",
                "release a lock on the thread that acquired it",
                "bug check 0xC4, 0x1004"),
    [SYSPTE_RULE_LOCK_NOT_INITIALIZED] =
        RULE(MISUSE, "lock-not-initialized",
             "uses an object for synchronization that was not initialized",
             "initialize it once, before anything can use it",
             "nf-wdm-keinitializespinlock"),
    [SYSPTE_RULE_SPIN_LOCK_IRQL] =
        RULE(MISUSE, "spin-lock-irql",
             "acquires or releases a spin lock at an IRQL that this function does not allow",
             "acquire at DISPATCH_LEVEL or below, release at DISPATCH_LEVEL; the AtDpcLevel "
             "functions are for callers at DISPATCH_LEVEL",
             "nf-wdm-keacquirespinlock"),
    [SYSPTE_RULE_SPIN_LOCK_OLD_IRQL] =
        RULE(MISUSE, "spin-lock-old-irql",
             "releases a spin lock to another IRQL than it was acquired at",
             "pass the IRQL that the acquisition gave back",
             "nf-wdm-kereleasespinlock"),
    [SYSPTE_RULE_SPIN_LOCK_OTHER_WAY] =
        RULE(MISUSE, "spin-lock-other-way",
             "releases a spin lock with a function that does not go with the acquisition",
             "release a queued spin lock with its handle, and any other with the lock",
             "nf-wdm-keacquireinstackqueuedspinlock"),
    [SYSPTE_RULE_CALL_IRQL] =
        RULE(MISUSE, "call-irql",
             "is called at a higher IRQL than this function allows",
             "call it at the IRQL that its page allows, or queue a work item that does",
             "nf-wdm-kewaitforsingleobject"),
    [SYSPTE_RULE_WAIT_FOREVER] =
        RULE(MISUSE, "wait-forever",
             "waits for what nothing is left to signal",
             "signal it on every path, or let the test do what signals it",
             "nf-wdm-kewaitforsingleobject"),
    [SYSPTE_RULE_ROUTINE_IRQL] =
        RULE(MISUSE, "routine-irql",
             "returns from a routine at another IRQL than it was called at",
             "lower to the IRQL that was raised from before the routine returns",
             "nc-wdm-kdeferred_routine"),
    [SYSPTE_RULE_QUEUED_TWICE] =
        RULE(MISUSE, "queued-twice",
             "queues a work item that is queued already",
             "queue a work item again only after its routine was called",
             "nf-wdm-ioqueueworkitem"),
    [SYSPTE_RULE_FREE_QUEUED] =
        RULE(MISUSE, "free-queued",
             "frees a work item that is queued",
             "free it in its routine, or after that has run",
             "nf-wdm-iofreeworkitem"),
    [SYSPTE_RULE_STALL_LONG] =
        RULE(NOTE, "stall-long",
             "stalls the processor for more than 50 microseconds",
             "use KeDelayExecutionThread for longer delays",
             "nf-wdm-kestallexecutionprocessor"),
    [SYSPTE_RULE_DEVICE_ATTACHED] =
        RULE(MISUSE, "device-attached",
             "deletes a device object that is part of a device stack",
             "call IoDetachDevice for the device below before IoDeleteDevice",
             "nf-wdm-iodeletedevice"),
    [SYSPTE_RULE_DEVICE_NOT_ATTACHED] =
        RULE(MISUSE, "device-not-attached",
             "detaches a device that nothing is attached to",
             "detach once from the device that IoAttachDeviceToDeviceStack gave back",
             "nf-wdm-iodetachdevice"),
    [SYSPTE_RULE_NO_STACK_LOCATION] =
        STOP(35, MISUSE, "no-stack-location",
             "passes on a request that has no stack location left",
             "allocate the request with the StackSize of the device that it is sent to"),
    [SYSPTE_RULE_DEVICES_LEFT] =
        RULE(MISUSE, "devices-left",
             "unloads and leaves device objects behind",
             "delete every device object before the unload routine returns",
             "nc-wdm-driver_unload"),
    [SYSPTE_RULE_MDL_UNREADABLE] =
        STOP(50, MISUSE, "mdl-unreadable", "passes an MDL that cannot be read",
             "check Irp->MdlAddress, and what IoAllocateMdl returned, for NULL"),
    [SYSPTE_RULE_FAULT_INJECTED] =
        RULE(NOTE, "fault-injected", "fails as the fault plan says", NULL,
             "devtest/low-resources-simulation"),
    [SYSPTE_RULE_FAULT_UNUSED] =
        RULE(MISUSE, "fault-unused", "the fault plan made no call fail",
             "let the plan name a call that is made, or say that it may rest",
             "devtest/low-resources-simulation"),
    [SYSPTE_RULE_FAULT_ELSEWHERE] =
        RULE(MISUSE, "fault-elsewhere", "fails, and the fault plan expects this of another call",
             "let the plan name the call by its place, or count anew",
             "devtest/low-resources-simulation"),
    [SYSPTE_RULE_FAULT_ENDLESS] =
        RULE(MISUSE, "fault-endless", "is called again and again although it fails",
             "give up after a failure, and undo what was done before it",
             "devtest/low-resources-simulation"),
    [SYSPTE_RULE_OUT_OF_PTES] =
        RULE(NOTE, "out-of-ptes", "finds no run of free PTEs that is long enough", NULL,
             "nf-wdm-mmmapiospace, bug check 0x3F"),
    [SYSPTE_RULE_NOT_SIMULATED] =
        RULE(LIMIT, "not-simulated", "is of a function that is not simulated",
             "keep the code that maps in a file of its own, or define the function in the test",
             "docs/not-simulated.md"),
    [SYSPTE_RULE_IRP_NEVER_COMPLETED] =
        RULE(MISUSE, "irp-never-completed",
             "never completes a request",
             "complete it, or pass it on, on every path; one that is pending too",
             "nf-wdm-iocompleterequest"),
    [SYSPTE_RULE_IRP_STATUS] =
        RULE(MISUSE, "irp-status",
             "returns another status from its dispatch routine than it completes the request with",
             "return the status that IoStatus.Status was set to, or what IoCallDriver returned",
             "nc-wdm-driver_dispatch"),
    [SYSPTE_RULE_IRP_MUST_SUCCEED] =
        RULE(MISUSE, "irp-must-succeed",
             "fails a request that no driver may fail",
             "do what the request says, and end it with STATUS_SUCCESS",
             "irp-mn-remove-device"),
    [SYSPTE_RULE_INTERFACE_REFERENCE] =
        RULE(NOTE, "interface-reference",
             "does not dereference a bus interface as often as it was referenced",
             "call InterfaceDereference once for each IRP_MN_QUERY_INTERFACE that succeeded",
             "irp-mn-query-interface"),
    [SYSPTE_RULE_USE_NULL] =
        STOP(1E, MISUSE, "use-null", "uses a NULL pointer",
             "test what a call returned before you use it"),
    [SYSPTE_RULE_USE_USER_ADDRESS] =
        STOP(1E, MISUSE, "use-user-address",
             "touches a process's memory that is not there, and handles no exception",
             "touch a process's memory in __try and __except alone"),
    [SYSPTE_RULE_TRY_LEFT] =
        RULE(LIMIT, "try-left",
             "is left by return, goto or the like, and its __finally does not run here",
             "leave it with __leave, or by its end", "syspte_wdk/seh.h"),
    [SYSPTE_RULE_WDF_HANDLE] =
        STOP_BY(10D, 05, MISUSE, "wdf-handle", "gets a handle of another type of object",
                "pass the handle that the creation returned"),
    [SYSPTE_RULE_WDF_DELETED] =
        RULE(MISUSE, "wdf-deleted", "gets the handle of an object that was deleted",
             "complete a request once, and forget a handle when its object or the parent ends",
             "nf-wdfobject-wdfobjectdelete"),
    [SYSPTE_RULE_WDF_LAST_REFERENCE] =
        STOP_BY(10D, 07, MISUSE, "wdf-last-reference",
                "gives back a reference that was never taken",
                "call WdfObjectDelete, and dereference only what was referenced"),
    [SYSPTE_RULE_WDF_DELETE_KEPT] =
        RULE(MISUSE, "wdf-delete-kept", "deletes an object that only the framework deletes",
             "leave it to the framework, which deletes it with its parent",
             "nf-wdfobject-wdfobjectdelete"),
    [SYSPTE_RULE_WDF_SIZE] =
        RULE(MISUSE, "wdf-size", "gets a structure of another size", "fill it in with its _INIT",
             "ns-wdfdevice-_wdf_pnppower_event_callbacks"),
    [SYSPTE_RULE_WDF_CALLBACK_IRQL] =
        STOP_BY(10D, 0E, MISUSE, "wdf-callback-irql", "comes back at another IRQL",
                "lower the IRQL and release spin locks before returning"),
    [SYSPTE_RULE_CLOSE_BAD_HANDLE] =
        RULE(MISUSE, "close-bad-handle",
             "closes a handle that is not open",
             "close a handle once, and set the variable to NULL",
             "nf-wdm-zwclose"),
    [SYSPTE_RULE_TABLE_FULL] =
        RULE(LIMIT, "table-full",
             "finds no room in a table of the machine",
             NULL,
             "syspte/registry.h"),
    [SYSPTE_RULE_WDF_LOCK_TWICE] =
        STOP_BY(10D, 02, MISUSE, "wdf-lock-twice", "acquires a wait lock that this thread has",
                "release it on every path before it is acquired again"),
    [SYSPTE_RULE_WDF_REQUEST_LENGTH] =
        STOP_BY(10D, 06, MISUSE, "wdf-request-length",
                "reports more bytes than the request has room for",
                "complete it with at most as many bytes as its buffer has"),
    [SYSPTE_RULE_WDF_REQUEST_KEPT] =
        RULE(MISUSE, "wdf-request-kept",
             "delivered a request that the driver keeps while its device leaves D0",
             "complete it, or register EvtIoStop and answer with WdfRequestStopAcknowledge",
             "nc-wdfio-evt_wdf_io_queue_io_stop"),
    [SYSPTE_RULE_WAIT_OBJECTS] =
        STOP(0C, MISUSE, "wait-objects", "waits for more objects than it has wait blocks for",
             "pass an array of wait blocks for more than three objects, and wait for 64 at most"),
    [SYSPTE_RULE_DEREFERENCE_NOT_HELD] =
        RULE(MISUSE, "dereference-not-held",
             "gives back a reference that was not taken",
             "give back each reference once",
             "nf-wdm-obdereferenceobject"),
};
// clang-format on

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
