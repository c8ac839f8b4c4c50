// SPDX-License-Identifier: MIT
// The bug checks that are about mapped memory, as their public pages have them (and the reserved
// ones of their parameters empty). This file is a table: who includes it says what a row becomes.
//
// SYSPTE_CODE(code, name): opens the rows of a code.
// SYSPTE_CASE(code, case, from, p2, p3, p4, cause, fix): parameter 1 tells the case.
// SYSPTE_STOP(code, from, p1, p2, p3, p4, cause, fix): the code has no cases.
//
// `from` is the strictness from which on it is raised here; NEVER: nothing here raises it, and what
// begins to do so says from where. What is not in this table is not documented: 0xDA has no case
// 0x106, and 0xC4 no 0x84, 0x86-0x88, 0x8A-0x90.
// clang-format off

SYSPTE_CODE(09, IRQL_NOT_GREATER_OR_EQUAL)
    SYSPTE_STOP(09, NEVER, "", "", "", "", "An IRQL was expected to be higher.", NULL)

SYSPTE_CODE(0A, IRQL_NOT_LESS_OR_EQUAL)
    SYSPTE_STOP(0A, NEVER, "address", "IRQL", "0 read, 1 write, 8 execute", "code address",
                "Pageable or invalid memory was touched at a raised IRQL.",
                "touch only valid, nonpageable memory at DISPATCH_LEVEL or above")

SYSPTE_CODE(0C, MAXIMUM_WAIT_OBJECTS_EXCEEDED)
    SYSPTE_STOP(0C, FREE, "", "", "", "",
                "A thread waited for more objects than it had wait blocks for.",
                "pass an array of wait blocks for more than three objects")

SYSPTE_CODE(19, BAD_POOL_HEADER)
    SYSPTE_CASE(19, 02, NEVER, "pool entry", "bytes of the block", "",
                "The pattern around a special-pool block was overwritten.",
                "stay within the bytes that were asked for")
    SYSPTE_CASE(19, 03, NEVER, "pool entry", "next entry as read back",
                "previous entry as read back", "The list of free pool is corrupt.", NULL)
    SYSPTE_CASE(19, 05, NEVER, "pool entry", "", "the other entry",
                "Two neighbouring pool entries contradict each other.", NULL)
    SYSPTE_CASE(19, 20, CHECK, "pool entry that should have been found", "next pool entry", "",
                "The header of a block of pool was overwritten.",
                "stay within the bytes that were asked for: often the block before is the culprit")
    SYSPTE_CASE(19, 21, NEVER, "block being freed", "its bytes", "corrupted value behind it",
                "The data behind a block that is being freed is corrupt.",
                "stay within the bytes that were asked for")
    SYSPTE_CASE(19, 22, NEVER, "address being freed", "", "",
                "An address that is being freed has no tracking entry.",
                "free once what was allocated")

SYSPTE_CODE(1A, MEMORY_MANAGEMENT)
    SYSPTE_CASE(1A, 403, NEVER, "", "", "", "A page table and the page-frame database disagree.",
                NULL)
    SYSPTE_CASE(1A, 404, NEVER, "expected page table entry", "its contents",
                "entry of the page frame", "A page table and the page-frame database disagree.",
                NULL)
    SYSPTE_CASE(1A, 411, NEVER, "page table entry", "its contents", "",
                "A page table entry is corrupt.", NULL)
    SYSPTE_CASE(1A, 1000, NEVER, "", "", "",
                "A cached page was to be mapped noncached, with a bug check on failure (old "
                "systems).", "test for NULL instead")
    SYSPTE_CASE(1A, 1010, FREE, "section", "", "",
                "A pageable section was unlocked that is not locked.",
                "unlock a section as often as it was locked")
    SYSPTE_CASE(1A, 1233, NEVER, "page frame", "", "",
                "A physical page was mapped that is not locked (seen only with a kernel debugger).",
                "lock the pages first")
    SYSPTE_CASE(1A, 1234, FREE, "address", "", "",
                "A pageable section was locked that does not exist.",
                "pass an address inside a pageable section, or the handle of one")
    SYSPTE_CASE(1A, 1235, FREE, "MDL", "", "", "An MDL was protected whose mapping is not valid.",
                "leave the MDL alone while it is mapped")
    SYSPTE_CASE(1A, 1236, FREE, "MDL", "pointer to the page frame", "page frame",
                "An MDL has a page that is not locked or not valid.",
                "lock the pages first, and leave the page frames of the MDL alone")
    SYSPTE_CASE(1A, 1240, FREE, "MDL", "page table entry", "",
                "An MDL for nonpaged pool was built over memory that is not resident.",
                "use MmProbeAndLockPages for pageable memory")
    SYSPTE_CASE(1A, 1241, NEVER, "MDL", "page table entry", "",
                "Memory vanished while an MDL for nonpaged pool was built over it (old systems).",
                "use MmProbeAndLockPages for pageable memory")
    SYSPTE_CASE(1A, 5100, NEVER, "", "", "",
                "The allocation bitmap is corrupt: addresses in use would be given out again.",
                NULL)
    SYSPTE_CASE(1A, 41202, NEVER, "page table entry", "its contents", "",
                "A page table entry is corrupt.", NULL)
    SYSPTE_CASE(1A, 41792, NEVER, "page table entry", "its contents", "",
                "A page table entry is corrupt.", NULL)
    SYSPTE_CASE(1A, 61946, NEVER, "", "", "",
                "A flawed MDL was used, mostly one locked for writing that a paging read uses (old "
                "systems).", NULL)
    SYSPTE_CASE(1A, 61948, NEVER, "base frame", "pages", "frame",
                "No accounting of an I/O region was found: it was never locked, or is unlocked "
                "already.", "unmap once what was mapped")
    SYSPTE_CASE(1A, 61949, NEVER, "page frame", "", "", "An I/O page frame has no accounting node.",
                NULL)
    SYSPTE_CASE(1A, 6194A, NEVER, "first frame of the range", "last frame of the range", "frame",
                "An I/O page was unmapped that nothing refers to.", "unmap once what was mapped")

SYSPTE_CODE(1E, KMODE_EXCEPTION_NOT_HANDLED)
    SYSPTE_STOP(1E, FREE, "exception code", "code address", "exception parameter 0",
                "exception parameter 1",
                "The driver raised an exception, or let one be raised, that nobody handles.",
                "wrap the call in __try and __except")

SYSPTE_CODE(35, NO_MORE_IRP_STACK_LOCATIONS)
    SYSPTE_STOP(35, FREE, "IRP", "", "", "",
                "A request was passed to a driver and had no stack location left for it.",
                "allocate the request with the StackSize of the device that it is sent to")

SYSPTE_CODE(3F, NO_MORE_SYSTEM_PTES)
    SYSPTE_STOP(3F, FREE, "0: system PTEs, 1: nonpaged-pool expansion", "PTEs requested",
                "PTEs free", "PTEs in all",
                "A mapping that had to succeed found no free run of PTEs that is long enough.",
                "use MmGetSystemAddressForMdlSafe, and test for NULL")

SYSPTE_CODE(40, TARGET_MDL_TOO_SMALL)
    SYSPTE_STOP(40, FREE, "", "", "", "",
                "The target of IoBuildPartialMdl has no room for its pages.",
                "allocate the target with the address and length of the part")

SYSPTE_CODE(44, MULTIPLE_IRP_COMPLETE_REQUESTS)
    SYSPTE_STOP(44, FREE, "IRP", "", "", "", "A request was completed that was complete already.",
                "complete a request once, where it is decided how it ends")

SYSPTE_CODE(4E, PFN_LIST_CORRUPT)
    SYSPTE_CASE(4E, 01, NEVER, "", "", "", "The head of a list of page frames is corrupt.", NULL)
    SYSPTE_CASE(4E, 02, NEVER, "entry", "highest page frame", "reference count",
                "An entry of a list of page frames is corrupt.", NULL)
    SYSPTE_CASE(4E, 06, NEVER, "", "", "", "A page frame and its page table entry disagree.", NULL)
    SYSPTE_CASE(4E, 07, FREE, "page frame", "share count", "",
                "A page was unlocked more often than it was locked.",
                "call MmUnlockPages once for each MmProbeAndLockPages that did not raise")
    SYSPTE_CASE(4E, 8D, NEVER, "", "", "", "A list of page frames is inconsistent.", NULL)
    SYSPTE_CASE(4E, 8F, NEVER, "", "", "", "A list of page frames is inconsistent.", NULL)
    SYSPTE_CASE(4E, 99, NEVER, "page frame", "its state", "",
                "A page table entry or page frame is corrupt.", NULL)
    SYSPTE_CASE(4E, 9A, FREE, "page frame", "its state", "reference count",
                "A page was freed that is still locked for I/O.",
                "unlock every MDL over the pages first")

SYSPTE_CODE(50, PAGE_FAULT_IN_NONPAGED_AREA)
    SYSPTE_STOP(50, FREE, "address", "0 read, 2 write, 10 execute", "code address",
                "0 freed PTE, 2 no valid PTE, 3 wrong session, 4 not canonical, 0xF user address",
                "Memory was touched that is not there; no exception handler sees it.",
                "set the pointer to NULL when you unmap, and stop the users first")

SYSPTE_CODE(76, PROCESS_HAS_LOCKED_PAGES)
    SYSPTE_CASE(76, 00, NEVER, "process", "locked pages", "stacks or 0",
                "A process ended with pages locked; locks are not tracked.",
                "unlock them before the process ends")
    SYSPTE_CASE(76, 01, FREE, "MDL", "pages locked in the process", "stacks or 0",
                "Pages of a process were unlocked that are not locked.",
                "call MmUnlockPages once for each MmProbeAndLockPages that did not raise")

SYSPTE_CODE(7F, UNEXPECTED_KERNEL_MODE_TRAP)
    SYSPTE_CASE(7F, 08, NEVER, "", "", "", "A double fault: a kernel stack overflow, mostly.", NULL)

SYSPTE_CODE(BE, ATTEMPTED_WRITE_TO_READONLY_MEMORY)
    SYSPTE_STOP(BE, FREE, "address", "page table entry", "", "",
                "Memory was written that is read-only.", "map with PAGE_READWRITE")

SYSPTE_CODE(C1, SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION)
    SYSPTE_STOP(C1, CHECK, "address being freed", "where bits are corrupt", "",
                "0x23 near the block, 0x24 behind it, 0x20-0x22 and 0x30-0x32 others",
                "A special-pool block was freed, or memory around it is corrupt.",
                "stay within the bytes that were asked for")

SYSPTE_CODE(C2, BAD_POOL_CALLER)
    SYSPTE_CASE(C2, 00, NEVER, "", "pool type", "tag", "Zero bytes of pool were asked for.",
                "allocate at least one byte")
    SYSPTE_CASE(C2, 01, NEVER, "pool header", "first part of its contents", "",
                "The header of a block of pool is corrupt.", NULL)
    SYSPTE_CASE(C2, 02, NEVER, "pool header", "first part of its contents", "",
                "The header of a block of pool is corrupt.", NULL)
    SYSPTE_CASE(C2, 04, NEVER, "pool header", "first part of its contents", "",
                "The header of a block of pool is corrupt.", NULL)
    SYSPTE_CASE(C2, 06, NEVER, "", "pool header", "its contents",
                "A block of pool was freed that was freed before.",
                "set the pointer to NULL when you free, and test it")
    SYSPTE_CASE(C2, 07, FREE, "", "contents of the pool header", "block being freed",
                "A block of pool was freed that was freed before.",
                "set the pointer to NULL when you free, and test it")
    SYSPTE_CASE(C2, 08, NEVER, "current IRQL", "pool type", "bytes",
                "Pool was allocated at too high an IRQL.",
                "allocate at the IRQL that the pool type allows")
    SYSPTE_CASE(C2, 09, NEVER, "current IRQL", "pool type", "block",
                "Pool was freed at too high an IRQL.", "free at the IRQL that the pool type allows")
    SYSPTE_CASE(C2, 0A, VERIFIER, "block", "tag of the allocation", "tag given",
                "A block of pool was freed with another tag than it was allocated with.",
                "pass the tag of the allocation")
    SYSPTE_CASE(C2, 0B, NEVER, "block", "tag of the allocation", "bad process",
                "Quota was given back for a block of pool that is corrupt.", NULL)
    SYSPTE_CASE(C2, 0C, NEVER, "block", "tag of the allocation", "bad process",
                "Quota was given back for a block of pool that is corrupt.", NULL)
    SYSPTE_CASE(C2, 0D, NEVER, "block", "tag of the allocation", "bad process",
                "Quota was given back for a block of pool that is corrupt.", NULL)
    SYSPTE_CASE(C2, 40, NEVER, "address", "begin of system address space", "",
                "A user-mode address was freed as pool.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C2, 41, NEVER, "address", "page frame", "highest page frame",
                "An address in nonpaged pool was freed that is not allocated.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C2, 42, NEVER, "address", "", "",
                "An address was freed that was never in any pool.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C2, 43, NEVER, "address", "", "",
                "An address was freed that was never in any pool.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C2, 44, NEVER, "address", "", "",
                "An address in nonpaged pool was freed that is not allocated.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C2, 46, FREE, "address", "", "", "An address was freed that is no block of pool.",
                "pass the address that the allocation returned, once")
    SYSPTE_CASE(C2, 47, NEVER, "address", "page frame", "highest page frame",
                "An address in nonpaged pool was freed that is not allocated.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C2, 48, NEVER, "address", "", "",
                "An address in paged pool was freed that is not allocated.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C2, 50, NEVER, "address", "pages from the begin of paged pool",
                "bytes of paged pool", "An address in paged pool was freed that is not allocated.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C2, 60, FREE, "address", "", "",
                "An address was freed that begins no contiguous memory.",
                "pass MmFreeContiguousMemory the address that the allocation returned, once")
    SYSPTE_CASE(C2, 99, NEVER, "address", "", "",
                "Pool was freed at an invalid address, or its header is corrupt.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C2, 9A, NEVER, "pool type", "bytes", "tag",
                "Pool was asked for that must succeed; there is no such pool any more.",
                "test for NULL instead")
    SYSPTE_CASE(C2, 9B, VERIFIER, "pool type", "bytes", "caller",
                "Pool was allocated with a tag of 0.", "use a tag of one to four letters or digits")
    SYSPTE_CASE(C2, 9C, NEVER, "pool type", "bytes", "caller",
                "Pool was allocated with the tag 'BIG'.", "use a tag of your own")
    SYSPTE_CASE(C2, 9D, NEVER, "tag", "pool type", "caller",
                "Pool was allocated with a tag without letters and digits.",
                "use a tag of one to four letters or digits")
    SYSPTE_CASE(C2, 41286, NEVER, "", "", "pages from the begin of paged pool",
                "An address in the middle of a block of paged pool was freed.",
                "pass the address that the allocation returned")

SYSPTE_CODE(C4, DRIVER_VERIFIER_DETECTED_VIOLATION)
    SYSPTE_CASE(C4, 00, VERIFIER, "current IRQL", "pool type", "",
                "Zero bytes of pool were asked for.", "allocate at least one byte")
    SYSPTE_CASE(C4, 01, VERIFIER, "current IRQL", "pool type", "bytes",
                "Paged pool was allocated above APC_LEVEL.",
                "allocate at APC_LEVEL or below, or nonpaged pool")
    SYSPTE_CASE(C4, 02, VERIFIER, "current IRQL", "pool type", "bytes",
                "Nonpaged pool was allocated above DISPATCH_LEVEL.",
                "allocate at DISPATCH_LEVEL or below")
    SYSPTE_CASE(C4, 10, VERIFIER, "address", "", "",
                "An address was freed that no allocation returned.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C4, 11, VERIFIER, "current IRQL", "pool type", "block",
                "Paged pool was freed above APC_LEVEL.", "free at APC_LEVEL or below")
    SYSPTE_CASE(C4, 12, VERIFIER, "current IRQL", "pool type", "block",
                "Nonpaged pool was freed above DISPATCH_LEVEL.", "free at DISPATCH_LEVEL or below")
    SYSPTE_CASE(C4, 13, VERIFIER, "", "pool header", "its contents",
                "A block of pool was freed that was freed before.",
                "set the pointer to NULL when you free, and test it")
    SYSPTE_CASE(C4, 14, NEVER, "", "pool header", "its contents",
                "A block of pool was freed that was freed before.",
                "set the pointer to NULL when you free, and test it")
    SYSPTE_CASE(C4, 16, NEVER, "", "address", "",
                "Pool was freed at a bad address, or a memory function got invalid arguments.",
                "pass the address that the allocation returned")
    SYSPTE_CASE(C4, 30, VERIFIER, "current IRQL", "IRQL asked for", "",
                "KeRaiseIrql was called with a lower IRQL than the current one, or a higher one "
                "than HIGH_LEVEL.", "save the old IRQL and lower to it with KeLowerIrql")
    SYSPTE_CASE(C4, 31, VERIFIER, "current IRQL", "IRQL asked for", "0 bad, 1 invalid inside a DPC",
                "KeLowerIrql was called with a higher IRQL than the current one.",
                "lower to the IRQL that KeRaiseIrql gave back")
    SYSPTE_CASE(C4, 51, NEVER, "block", "address behind it", "bytes charged",
                "A block of pool was freed that was written past its end.",
                "stay within the bytes that were asked for")
    SYSPTE_CASE(C4, 52, NEVER, "block", "", "bytes charged",
                "A block of pool was freed that was written past its end.",
                "stay within the bytes that were asked for")
    SYSPTE_CASE(C4, 60, NEVER, "bytes of paged pool", "bytes of nonpaged pool",
                "allocations not freed", "The driver was unloaded with pool that is not freed.",
                "free all pool before the unload routine returns")
    SYSPTE_CASE(C4, 61, NEVER, "bytes of paged pool", "bytes of nonpaged pool",
                "allocations not freed",
                "A thread of the driver allocated pool while the driver was being unloaded.",
                "end the threads of a driver before it is unloaded")
    SYSPTE_CASE(C4, 62, NEVER, "driver name", "", "allocations not freed",
                "The driver was unloaded with pool that is not freed; an MDL of IoAllocateMdl is "
                "pool.", "free all pool before the unload routine returns")
    SYSPTE_CASE(C4, 6F, VERIFIER, "MDL", "page frame", "highest page frame",
                "Pages were locked that are no memory.",
                "build the MDL with MmBuildMdlForNonPagedPool, or by MmAllocateMdlForIoSpace")
    SYSPTE_CASE(C4, 70, VERIFIER, "current IRQL", "MDL", "access mode",
                "The driver called MmProbeAndLockPages above DISPATCH_LEVEL.",
                "call it at DISPATCH_LEVEL or below, for pageable memory at APC_LEVEL or below")
    SYSPTE_CASE(C4, 71, VERIFIER, "current IRQL", "MDL", "process",
                "The driver called MmProbeAndLockProcessPages above DISPATCH_LEVEL.",
                "call it at APC_LEVEL or below")
    SYSPTE_CASE(C4, 72, VERIFIER, "current IRQL", "MDL", "process",
                "The driver called MmProbeAndLockSelectedPages above DISPATCH_LEVEL.",
                "call it at APC_LEVEL or below")
    SYSPTE_CASE(C4, 73, VERIFIER, "current IRQL", "physical address", "bytes",
                "The driver called MmMapIoSpace above DISPATCH_LEVEL.",
                "map at DISPATCH_LEVEL or below")
    SYSPTE_CASE(C4, 74, VERIFIER, "current IRQL", "MDL", "access mode",
                "The driver called MmMapLockedPages for kernel mode above DISPATCH_LEVEL.",
                "call it at DISPATCH_LEVEL or below")
    SYSPTE_CASE(C4, 75, VERIFIER, "current IRQL", "MDL", "access mode",
                "The driver called MmMapLockedPages for user mode above APC_LEVEL.",
                "call it at APC_LEVEL or below")
    SYSPTE_CASE(C4, 76, VERIFIER, "current IRQL", "MDL", "access mode",
                "The driver called MmMapLockedPagesSpecifyCache for kernel mode above "
                "DISPATCH_LEVEL.", "call it at DISPATCH_LEVEL or below")
    SYSPTE_CASE(C4, 77, VERIFIER, "current IRQL", "MDL", "access mode",
                "The driver called MmMapLockedPagesSpecifyCache for user mode above APC_LEVEL.",
                "call it at APC_LEVEL or below")
    SYSPTE_CASE(C4, 78, VERIFIER, "current IRQL", "MDL", "",
                "The driver called MmUnlockPages above DISPATCH_LEVEL.",
                "call it at DISPATCH_LEVEL or below")
    SYSPTE_CASE(C4, 79, VERIFIER, "current IRQL", "address being unmapped", "MDL",
                "The driver called MmUnmapLockedPages for kernel mode above DISPATCH_LEVEL.",
                "call it at DISPATCH_LEVEL or below")
    SYSPTE_CASE(C4, 7A, VERIFIER, "current IRQL", "address being unmapped", "MDL",
                "The driver called MmUnmapLockedPages for user mode above APC_LEVEL.",
                "call it at APC_LEVEL or below")
    SYSPTE_CASE(C4, 7B, VERIFIER, "current IRQL", "address being unmapped", "bytes",
                "The driver called MmUnmapIoSpace at too high an IRQL (this code says above "
                "APC_LEVEL, the page of the function DISPATCH_LEVEL).",
                "unmap at the IRQL that MmUnmapIoSpace allows")
    SYSPTE_CASE(C4, 7C, VERIFIER, "MDL", "MDL flags", "",
                "The driver unlocked an MDL whose pages were never locked.",
                "call MmUnlockPages once for each MmProbeAndLockPages that did not raise")
    SYSPTE_CASE(C4, 7D, VERIFIER, "MDL", "MDL flags", "",
                "The driver unlocked an MDL of nonpaged pool.",
                "leave out MmUnlockPages for MDLs of MmBuildMdlForNonPagedPool")
    SYSPTE_CASE(C4, 7E, VERIFIER, "current IRQL", "DISPATCH_LEVEL", "",
                "The driver allocated or freed pages for an MDL above DISPATCH_LEVEL.",
                "allocate and free at DISPATCH_LEVEL or below")
    SYSPTE_CASE(C4, 7F, VERIFIER, "current IRQL", "MDL", "MDL flags",
                "The driver called MmBuildMdlForNonPagedPool for pageable memory.",
                "use MmProbeAndLockPages for pageable memory")
    SYSPTE_CASE(C4, 81, VERIFIER, "MDL", "MDL flags", "",
                "The driver called MmMapLockedPages at all.", "call MmGetSystemAddressForMdlSafe")
    SYSPTE_CASE(C4, 82, VERIFIER, "MDL", "MDL flags", "",
                "The driver mapped with BugCheckOnFailure TRUE.",
                "pass FALSE for BugCheckOnFailure, and test for NULL")
    SYSPTE_CASE(C4, 83, VERIFIER, "physical address", "bytes", "first page frame not locked",
                "The driver mapped RAM with MmMapIoSpace that is not locked.",
                "lock the pages first, or map only I/O space")
    SYSPTE_CASE(C4, 85, VERIFIER, "MDL", "pages", "first page frame not locked",
                "The driver mapped an MDL with pages that are not locked.",
                "lock the pages that the MDL was put together from")
    SYSPTE_CASE(C4, 89, VERIFIER, "MDL", "pointer to the page frame", "page frame",
                "An MDL that is not marked as I/O has pages that are no memory.",
                "get the MDL from MmAllocateMdlForIoSpace")
    SYSPTE_CASE(C4, B0, VERIFIER, "MDL", "MDL flags", "incorrect flags",
                "MmProbeAndLockPages was called for an MDL that is locked, mapped or built "
                "already.",
                "unlock the MDL before you lock it again; pages of nonpaged pool need no lock")
    SYSPTE_CASE(C4, B1, VERIFIER, "MDL", "MDL flags", "incorrect flags",
                "MmProbeAndLockProcessPages was called for an MDL that is locked, mapped or built "
                "already.", "unlock the MDL before you lock it again")
    SYSPTE_CASE(C4, B2, VERIFIER, "MDL", "MDL flags", "incorrect flags",
                "An MDL was mapped that is mapped already, or needs no mapping.",
                "call MmGetSystemAddressForMdlSafe, which maps only what is not mapped")
    SYSPTE_CASE(C4, B3, VERIFIER, "MDL", "MDL flags", "missing flags, of which one is expected",
                "An MDL was mapped whose pages are not locked.", "call MmProbeAndLockPages first")
    SYSPTE_CASE(C4, B4, VERIFIER, "MDL", "MDL flags", "unexpected partial flag",
                "A partial MDL was unlocked.", "unlock the MDL that it is a part of")
    SYSPTE_CASE(C4, B5, VERIFIER, "MDL", "MDL flags", "unexpected partial flag",
                "A partial MDL was unmapped that has no mapping of its own.",
                "unmap the MDL that it is a part of")
    SYSPTE_CASE(C4, B6, VERIFIER, "MDL", "MDL flags", "missing flag",
                "An MDL was unmapped that is not mapped.",
                "unmap once what was mapped, and not what MmUnlockPages unmaps")
    SYSPTE_CASE(C4, B7, NEVER, "corrupted pages", "first of them", "last of them",
                "The BIOS corrupted low memory across a sleep; no driver did.", NULL)
    SYSPTE_CASE(C4, B8, VERIFIER, "MDL", "MDL flags", "", "An MDL was freed that is still mapped.",
                "call MmUnlockPages or MmUnmapLockedPages before IoFreeMdl")
    SYSPTE_CASE(C4, B9, VERIFIER, "address", "MDL", "",
                "MmUnmapLockedPages was called with a user address that is not the mapping.",
                "pass the address that the map returned, once, in the same process")
    SYSPTE_CASE(C4, E5, VERIFIER, "current IRQL", "", "",
                "A kernel function was called at an IRQL that it does not allow.",
                "call it at the IRQL that its page allows")
    SYSPTE_CASE(C4, 140, NEVER, "current IRQL", "MDL", "address",
                "An MDL that is not locked was built from pageable or tradable memory.",
                "lock the pages with MmProbeAndLockPages")
    SYSPTE_CASE(C4, 141, NEVER, "highest physical address", "bytes", "",
                "The driver asked for memory below 4 GB.",
                "ask for any memory, and let the DMA adapter map it")
    SYSPTE_CASE(C4, 1010, NEVER, "device object", "IRP", "system address of the buffer",
                "The buffer of a write request changed while it was under way.",
                "leave the data of a write request alone until it is complete")
    SYSPTE_CASE(C4, 1011, NEVER, "device object", "IRP", "system address of the buffer",
                "The buffer of a read request changed under way, or depends on the dummy page.",
                "read data into a buffer of its own")
    SYSPTE_CASE(C4, 2001, VERIFIER, "code address", "protection", "",
                "Memory was asked for that is executable, under memory integrity.",
                "call MmMapIoSpaceEx with PAGE_READWRITE")
    SYSPTE_CASE(C4, 2002, VERIFIER, "code address", "priority with its MdlMapping flags", "",
                "An MDL was mapped without MdlMappingNoExecute, under memory integrity.",
                "pass MdlMappingNoExecute with the priority")
    SYSPTE_CASE(C4, 20019, VERIFIER, "rule", "its state", "",
                "A memory function was called above APC_LEVEL (rule IrqlMmApcLte).",
                "call it at APC_LEVEL or below")
    SYSPTE_CASE(C4, 2001A, VERIFIER, "rule", "its state", "",
                "A memory function was called above DISPATCH_LEVEL (rule IrqlMmDispatch).",
                "call it at DISPATCH_LEVEL or below")

SYSPTE_CODE(CB, DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS)
    SYSPTE_STOP(CB, NEVER, "lock tracking structure", "", "MDL", "locked pages",
                "A process ended with pages locked; locks are tracked.",
                "unlock them before the process ends")

SYSPTE_CODE(CE, DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS)
    SYSPTE_STOP(CE, NEVER, "address", "0 read, 1 write", "code address", "",
                "A driver was unloaded with operations pending.",
                "cancel timers, DPCs and work items before the unload routine returns")

SYSPTE_CODE(D1, DRIVER_IRQL_NOT_LESS_OR_EQUAL)
    SYSPTE_STOP(D1, FREE, "address", "IRQL", "0 read, 1 write, 8 execute", "code address",
                "The driver touched pageable or invalid memory at a raised IRQL.",
                "touch only valid, nonpageable memory at DISPATCH_LEVEL or above")

SYSPTE_CODE(D5, DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL)
    SYSPTE_STOP(D5, FREE, "address", "0 read, 1 write", "code address", "",
                "The driver touched special pool that was freed.",
                "set the pointer to NULL when you free, and stop the users first")

SYSPTE_CODE(D6, DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION)
    SYSPTE_STOP(D6, FREE, "address", "0 read, 1 write", "code address", "",
                "The driver touched memory behind the end of its special-pool block.",
                "stay within the bytes that were asked for")

SYSPTE_CODE(D7, DRIVER_UNMAPPING_INVALID_VIEW)
    SYSPTE_STOP(D7, FREE, "address", "1 unmapped, 2 committed", "", "",
                "A view was unmapped at an address that is none.",
                "pass the address that the map returned, once")

SYSPTE_CODE(D8, DRIVER_USED_EXCESSIVE_PTES)
    SYSPTE_STOP(D8, TRACK, "name of the driver that uses most", "PTEs it uses", "PTEs free",
                "PTEs in all",
                "A mapping that had to succeed found no PTEs, and mappings are tracked.",
                "unmap what is not in use; the report lists who holds them")

SYSPTE_CODE(D9, LOCKED_PAGES_TRACKER_CORRUPTION)
    SYSPTE_CASE(D9, 01, NEVER, "tracker", "MDL", "pages",
                "An MDL was put twice into the list of locks of its process.", NULL)
    SYSPTE_CASE(D9, 02, NEVER, "tracker", "MDL", "pages",
                "An MDL was put twice into the list of locks of the system.", NULL)
    SYSPTE_CASE(D9, 03, NEVER, "first tracker", "second tracker", "MDL",
                "An MDL was found twice in the list of locks when its pages were unlocked.", NULL)
    SYSPTE_CASE(D9, 04, NEVER, "tracker", "MDL", "",
                "An MDL was found in the list of locks of the system after it was taken out.", NULL)

SYSPTE_CODE(DA, SYSTEM_PTE_MISUSE)
    SYSPTE_CASE(DA, 01, CHECK, "tracker", "MDL", "other tracker",
                "A mapping was unmapped that is tracked twice.",
                "unmap each mapping once, through the MDL that it was made with")
    SYSPTE_CASE(DA, 02, CHECK, "tracker", "count expected", "count requested",
                "Another number of PTEs was unmapped than was mapped.",
                "leave the byte count and the offset of a mapped MDL alone")
    SYSPTE_CASE(DA, 03, CHECK, "first tracker", "address expected", "address requested",
                "Another address was unmapped than was mapped.",
                "pass the mapped address, and leave the MDL alone while it is mapped")
    SYSPTE_CASE(DA, 04, CHECK, "tracker", "page frame expected", "page frame now",
                "The first page frame of an MDL changed since it was mapped.",
                "leave the page frames of a mapped MDL alone")
    SYSPTE_CASE(DA, 05, CHECK, "first tracker", "address expected", "address requested",
                "The start address of an MDL changed since it was mapped.",
                "leave the start of a mapped MDL alone")
    SYSPTE_CASE(DA, 06, CHECK, "MDL", "address given", "count given",
                "An MDL was unmapped that is not mapped.",
                "unmap once what was mapped, and not what MmUnlockPages unmaps")
    SYSPTE_CASE(DA, 07, NEVER, "first PTE", "count", "",
                "A range of PTEs was allocated twice (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 08, NEVER, "first PTE", "count freed", "count expected",
                "Another number of PTEs was freed than was allocated (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 09, NEVER, "first PTE", "count freed", "index already free",
                "PTEs were freed of which a part is not allocated (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 0A, NEVER, "1 bug check on failure, 0 none", "count", "pool type",
                "Zero PTEs were allocated (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 0B, NEVER, "corrupt PTE", "count", "pool type",
                "The list of PTEs is corrupt: an entry lies below the lowest (Windows 2000 only).",
                NULL)
    SYSPTE_CASE(DA, 0C, NEVER, "corrupt PTE", "count", "pool type",
                "The list of PTEs is corrupt: an entry is out of range (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 0D, NEVER, "first PTE", "count", "pool type",
                "Zero PTEs were freed (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 0E, NEVER, "first PTE", "count", "pool type",
                "A guard PTE was overwritten (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 0F, NEVER, "PTE", "count", "pool type",
                "PTEs were freed below the lowest (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 10, NEVER, "PTE", "count", "pool type",
                "PTEs were freed above the highest (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 11, NEVER, "PTE", "count", "pool type",
                "PTEs were freed at the base of the space (Windows 2000 only).", NULL)
    SYSPTE_CASE(DA, 100, FREE, "PTEs requested", "tag of the caller", "caller's caller",
                "A mapping address was reserved for zero PTEs.", "reserve at least one byte")
    SYSPTE_CASE(DA, 101, FREE, "first address", "tag of the caller", "tag of the owner",
                "A reservation was freed that is not the caller's.",
                "pass the tag of the reservation")
    SYSPTE_CASE(DA, 102, FREE, "first address", "tag of the caller", "",
                "A reservation was freed that seems empty.",
                "free the address that the reservation returned, once")
    SYSPTE_CASE(DA, 103, FREE, "first PTE", "tag of the caller", "PTEs mapped",
                "A reservation was freed with an MDL still mapped there.",
                "call MmUnmapReservedMapping first")
    SYSPTE_CASE(DA, 104, FREE, "first address", "tag of the caller", "tag of the owner",
                "An MDL was mapped into a reservation that is not the caller's.",
                "pass the tag of the reservation")
    SYSPTE_CASE(DA, 105, FREE, "first address", "tag of the caller", "",
                "An MDL was mapped at an address that is not reserved.",
                "pass the address that the reservation returned")
    SYSPTE_CASE(DA, 107, FREE, "first address", "address in use", "last address",
                "An MDL was mapped into a reservation that is in use.",
                "call MmUnmapReservedMapping before the next map")
    SYSPTE_CASE(DA, 108, FREE, "first address", "tag of the caller", "tag of the owner",
                "A reservation was unmapped that is not the caller's.",
                "pass the tag of the reservation")
    SYSPTE_CASE(DA, 109, FREE, "first address", "tag of the caller", "",
                "A reservation was unmapped that seems empty.",
                "pass the address that the reservation returned")
    SYSPTE_CASE(DA, 10A, FREE, "first address", "PTEs in the reservation", "PTEs to unmap",
                "More PTEs were unmapped than are reserved.", "pass the MDL that was mapped there")
    SYSPTE_CASE(DA, 10B, FREE, "first address", "tag of the caller", "PTEs to unmap",
                "A reservation was unmapped of which a part is not mapped.",
                "unmap once, with the MDL that was mapped there")
    SYSPTE_CASE(DA, 10C, FREE, "first address", "tag of the caller", "PTEs to unmap",
                "Only a part of what is mapped in a reservation was unmapped.",
                "pass the MDL that was mapped there")
    SYSPTE_CASE(DA, 200, NEVER, "first address", "", "", "A range without PTEs was reserved.",
                "reserve at least one")
    SYSPTE_CASE(DA, 201, NEVER, "first address", "address already reserved", "count",
                "PTEs were reserved that are reserved already.", NULL)
    SYSPTE_CASE(DA, 202, NEVER, "first address", "address already reserved", "count",
                "PTEs were reserved that are reserved already.", NULL)
    SYSPTE_CASE(DA, 300, CHECK, "first address", "", "", "Zero PTEs were released.",
                "pass the length of the map call")
    SYSPTE_CASE(DA, 301, NEVER, "PTE", "", "", "PTEs were released that may not be.",
                "unmap only what the driver has mapped")
    SYSPTE_CASE(DA, 302, CHECK, "address", "", "",
                "An address was released that is no system PTE's.",
                "pass the address that the map returned, and only if it is not NULL")
    SYSPTE_CASE(DA, 303, CHECK, "first address", "count", "",
                "PTEs were released that were not reserved.",
                "pass the address that the map returned")
    SYSPTE_CASE(DA, 304, CHECK, "first address", "count", "",
                "PTEs were released from the middle of a mapping.",
                "pass the address that the map returned, not one inside it")
    SYSPTE_CASE(DA, 305, CHECK, "first address", "count given", "count to be released",
                "Another number of PTEs was released than was reserved.",
                "pass the address and the length of the map call")
    SYSPTE_CASE(DA, 306, CHECK, "first address", "free address", "count",
                "PTEs were released of which a part is free already.",
                "set the pointer to NULL when you unmap, and test it")
    SYSPTE_CASE(DA, 400, CHECK, "base address", "pages to free", "",
                "An I/O mapping was unmapped that the system does not know.",
                "pass the address that the map returned, once")

SYSPTE_CODE(DB, DRIVER_CORRUPTED_SYSPTES)
    SYSPTE_STOP(DB, NEVER, "address", "IRQL", "0 read, 1 write", "code address",
                "Memory was touched through PTEs that were corrupted.",
                "set TrackPtes to 3: then the culprit stops with 0xDA")

SYSPTE_CODE(E6, DRIVER_VERIFIER_DMA_VIOLATION)
    SYSPTE_CASE(E6, 0E, NEVER, "MDL", "", "", "DMA was started from a buffer that is not locked.",
                "lock the pages first")
    SYSPTE_CASE(E6, 1B, NEVER, "", "", "", "DMA was started at an address outside the MDL.", NULL)
    SYSPTE_CASE(E6, 1F, NEVER, "", "", "", "The buffer of a DMA transfer does not fit its MDL.",
                NULL)
    SYSPTE_CASE(E6, 22, NEVER, "MDL", "", "",
                "The buffer of a DMA transfer is not mapped into system space.",
                "call MmGetSystemAddressForMdlSafe first")

SYSPTE_CODE(FC, ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY)
    SYSPTE_STOP(FC, FREE, "address", "page table entry", "", "",
                "Memory was executed that is not executable.", NULL)

SYSPTE_CODE(10D, WDF_VIOLATION)
    SYSPTE_CASE(10D, 01, NEVER, "WDF_POWER_ROUTINE_TIMED_OUT_DATA", "", "",
                "A framework-based driver took too long in a power operation.", NULL)
    SYSPTE_CASE(10D, 02, FREE, "", "", "", "A lock was acquired that is held already.",
                "release it on every path before it is acquired again")
    SYSPTE_CASE(10D, 03, NEVER, "request", "references", "",
                "A request was completed whose buffers are still referred to.", NULL)
    SYSPTE_CASE(10D, 04, FREE, "", "caller", "",
                "NULL was passed where the framework needs a handle or a pointer.",
                "check what created it before it is used")
    SYSPTE_CASE(10D, 05, FREE, "handle", "", "",
                "A handle was passed that is not of the type that the function takes.",
                "pass the handle that the creation returned")
    SYSPTE_CASE(10D, 06, FREE, "kind of error", "request or IRP", "",
                "A request was handled wrongly: 4 says that more bytes were reported than fit.",
                "complete it with at most as many bytes as its buffer has")
    SYSPTE_CASE(10D, 07, FREE, "handle", "", "",
                "The last reference of an object was given back that was never deleted.",
                "call WdfObjectDelete, and dereference only what was referenced")
    SYSPTE_CASE(10D, 08, NEVER, "DMA transaction", "", "",
                "A DMA transaction was used in a state that does not allow it.", NULL)
    SYSPTE_CASE(10D, 0A, NEVER, "WDF_QUEUE_FATAL_ERROR_DATA", "", "",
                "A request in a queue was handled wrongly.", NULL)
    SYSPTE_CASE(10D, 0B, NEVER, "handle", "kind of error", "",
                "A framework lock was acquired or released wrongly.", NULL)
    SYSPTE_CASE(10D, 0C, NEVER, "WDFDEVICE", "IRP", "",
                "A Plug and Play request came while another one was handled.", NULL)
    SYSPTE_CASE(10D, 0D, NEVER, "WDFDEVICE", "IRP", "",
                "The owner of a device's power policy got a power request that it had not asked "
                "for.", NULL)
    SYSPTE_CASE(10D, 0E, FREE, "IRQL at the call", "IRQL at the return", "",
                "An event callback came back at another IRQL.",
                "release what it acquired before it returns")
    SYSPTE_CASE(10D, 0F, NEVER, "callback", "", "",
                "An event callback entered a critical region and did not leave it.", NULL)

SYSPTE_CODE(12E, INVALID_MDL_RANGE)
    SYSPTE_STOP(12E, FREE, "source MDL", "target MDL", "address", "length",
                "A partial MDL was built over a range that is not in its source.",
                "stay between MmGetMdlVirtualAddress and MmGetMdlByteCount of the source")

// clang-format on
