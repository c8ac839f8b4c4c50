// SPDX-License-Identifier: MIT
// The Windows backend: include this after <ntddk.h>, <wdm.h> or <ntifs.h>, and every call of the
// mapping family below it goes on to the kernel as before, and is noted beside it. Leaks are then
// told by file and line: when a scope ends, when the driver unloads, or whenever it asks.
//
//     NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
//     {
//         syspte_km_start(DriverObject, 4096);
//         ...
//         if (!NT_SUCCESS(status)) {
//             syspte_km_stop();  // no unload routine is called then
//         }
//         return status;
//     }
//
//     VOID DriverUnload(PDRIVER_OBJECT DriverObject)
//     {
//         ...
//         syspte_km_stop();      // prints what was never unmapped
//     }
//
// SYSPTE_KM_ENABLED=0 makes all of it vanish: the code is then what it were without these lines.
#ifndef SYSPTE_KM_H
#define SYSPTE_KM_H

#if !defined(_WDMDDK_) && !defined(_NTDDK_) && !defined(_NTIFS_)
#error "include <ntddk.h>, <wdm.h> or <ntifs.h> before <syspte_km.h>"
#endif

#ifndef SYSPTE_KM_ENABLED
#define SYSPTE_KM_ENABLED 1
#endif

#if SYSPTE_KM_ENABLED

#ifdef __cplusplus
extern "C" {
#endif

// Receives one line or less of the report, not NUL-terminated.
typedef struct syspte_km_writer {
    VOID (*write)(PVOID context, PCSTR text, SIZE_T bytes);
    PVOID context;
} syspte_km_writer;

// What could not be followed, and why, since the start.
typedef struct syspte_km_counts {
    ULONG live;         // mappings and holdings that are noted now
    ULONG capacity;     // of the table
    ULONG missed_full;  // not noted: the table was full
    ULONG missed_irql;  // not noted: above DISPATCH_LEVEL no lock is taken
    ULONG not_followed; // unmapped, and never seen mapped
    ULONG foreign;      // mapped through an MDL that this driver did not make
    ULONG ended_unseen; // noted, and the kernel gave its address to another mapping
} syspte_km_counts;

// One live mapping, for user mode: no kernel address in it.
typedef struct syspte_km_record {
    ULONG64 physical_address;
    ULONG64 bytes;
    ULONG64 sequence;
    ULONG pages;
    ULONG line;
    CHAR file[64];     // its end, if it is longer
    CHAR function[64]; // its begin
} syspte_km_record;

// ---- Begin and end

// Takes fixed nonpaged memory for `capacity` mappings (16 to 1,048,576, rounded up to a power of
// two) and begins to note. Before it, and after a failure, calls are passed on and nothing is
// noted.
//
// Fails: STATUS_INSUFFICIENT_RESOURCES; STATUS_INVALID_DEVICE_STATE if it runs already;
//        STATUS_INVALID_PARAMETER for a capacity that is out of range.
// IRQL: PASSIVE_LEVEL.
NTSTATUS syspte_km_start(PDRIVER_OBJECT driver, ULONG capacity);

// Waits for calls that are being noted, prints the report of what is still held to the debugger,
// and gives the memory back. Nothing happens if it does not run.
//
// IRQL: PASSIVE_LEVEL.
VOID syspte_km_stop(VOID);

// ---- Use

// As in <syspte/scope.h>: a lifetime, and a cycle whose first one is its warm-up. What leaked is
// told by the next report. `name` must stay readable until the stop. 0: none was opened.
//
// IRQL: <= DISPATCH_LEVEL.
ULONG64 syspte_km_scope_enter(PCSTR name);
ULONG64 syspte_km_scope_enter_cycle(PCSTR name);
// Returns what leaked, or by how much the cycle grew.
ULONG64 syspte_km_scope_leave(ULONG64 scope);

// Writes the findings so far, as text; NULL writes to the debugger, line by line.
//
// IRQL: <= DISPATCH_LEVEL; the writer is called without a lock. A second report at the
// same time writes nothing.
VOID syspte_km_report(const syspte_km_writer *writer);

// ---- Inspect

VOID syspte_km_counts_now(syspte_km_counts *out);

// Copies up to `most` live mappings in no particular order, and returns how many there are.
//
// IRQL: <= DISPATCH_LEVEL.
ULONG syspte_km_records(syspte_km_record *out, ULONG most);

// ---- What the wrappers below call. `how` is a SYSPTE_KM_ number; a site is where the call stands.

typedef struct syspte_km_site {
    PCSTR file;
    PCSTR function;
    ULONG line;
    ULONG how;
} syspte_km_site;

enum {
    SYSPTE_KM_MAP_IO_SPACE,
    SYSPTE_KM_MAP_IO_SPACE_EX,
    SYSPTE_KM_UNMAP_IO_SPACE,
    SYSPTE_KM_MAP_VIDEO,
    SYSPTE_KM_UNMAP_VIDEO,
    SYSPTE_KM_ALLOCATE_NONCACHED,
    SYSPTE_KM_FREE_NONCACHED,
    SYSPTE_KM_ALLOCATE_MDL,
    SYSPTE_KM_FREE_MDL,
    SYSPTE_KM_ALLOCATE_PAGES,
    SYSPTE_KM_FREE_PAGES,
    SYSPTE_KM_MAP_MDL,
    SYSPTE_KM_UNMAP_MDL,
    SYSPTE_KM_UNLOCK,
    SYSPTE_KM_ALLOCATE_CONTIGUOUS,
    SYSPTE_KM_FREE_CONTIGUOUS,
    SYSPTE_KM_RESERVE,
    SYSPTE_KM_FREE_RESERVED,
    SYSPTE_KM_HOWS
};

VOID syspte_km_note_map(const syspte_km_site *site, PVOID va, ULONG64 physical_address,
                        ULONG64 bytes, ULONG cache);
VOID syspte_km_note_unmap(const syspte_km_site *site, PVOID va, ULONG64 bytes);
VOID syspte_km_note_mdl(const syspte_km_site *site, PMDL mdl, BOOLEAN own);
VOID syspte_km_note_mdl_end(const syspte_km_site *site, PMDL mdl);
VOID syspte_km_note_mdl_map(const syspte_km_site *site, PMDL mdl, PVOID va, ULONG cache);
VOID syspte_km_note_mdl_unmap(const syspte_km_site *site, PMDL mdl, PVOID va);

#define SYSPTE_KM_SITE_PARAMETERS PCSTR file, ULONG line, PCSTR function
#define SYSPTE_KM_SITE_OF(number)                                                                  \
    syspte_km_site site;                                                                           \
    site.file = file;                                                                              \
    site.function = function;                                                                      \
    site.line = line;                                                                              \
    site.how = (number)
#define SYSPTE_KM_SITE __FILE__, __LINE__, __func__

// Not in every version of the WDK's headers, and not in mingw-w64's.
#if defined(NTDDI_WINTHRESHOLD) && NTDDI_VERSION >= NTDDI_WINTHRESHOLD && \
    !defined(__MINGW64_VERSION_MAJOR)
#define SYSPTE_KM_HAS_MAP_IO_SPACE_EX
#endif

// The memory of an MDL that is mapped already, or of nonpaged pool, is not mapped again.
#define SYSPTE_KM_IS_MAPPED(mdl)                                                                   \
    (((mdl)->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0)

// ---- The wrappers: the real call stays in the driver's own function

// Some of them are macros of the headers.
#undef MmMapIoSpaceEx
#undef MmAllocateContiguousMemory
#undef MmAllocateContiguousMemorySpecifyCache
#undef MmFreeContiguousMemory
#undef MmAllocateMappingAddress
#undef MmFreeMappingAddress
#undef MmAllocatePagesForMdl
#undef MmMapIoSpace
#undef MmUnmapIoSpace
#undef MmAllocateNonCachedMemory
#undef MmFreeNonCachedMemory
#undef IoAllocateMdl
#undef IoFreeMdl
#undef MmMapLockedPagesSpecifyCache
#undef MmGetSystemAddressForMdlSafe
#undef MmUnmapLockedPages
#undef MmUnlockPages
#undef MmAllocatePagesForMdlEx
#undef MmFreePagesFromMdl

FORCEINLINE PVOID syspte_km_MmMapIoSpace(PHYSICAL_ADDRESS address, SIZE_T bytes,
                                         MEMORY_CACHING_TYPE type, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_MAP_IO_SPACE);
    PVOID va = MmMapIoSpace(address, bytes, type);
    syspte_km_note_map(&site, va, (ULONG64)address.QuadPart, bytes, (ULONG)type);
    return va;
}

FORCEINLINE VOID syspte_km_MmUnmapIoSpace(PVOID va, SIZE_T bytes, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_UNMAP_IO_SPACE);
    syspte_km_note_unmap(&site, va, bytes);
    MmUnmapIoSpace(va, bytes);
}

#ifdef SYSPTE_KM_HAS_MAP_IO_SPACE_EX
FORCEINLINE PVOID syspte_km_MmMapIoSpaceEx(PHYSICAL_ADDRESS address, SIZE_T bytes, ULONG protect,
                                           SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_MAP_IO_SPACE_EX);
    PVOID va = MmMapIoSpaceEx(address, bytes, protect);
    ULONG cache = (protect & PAGE_NOCACHE) != 0        ? (ULONG)MmNonCached
                  : (protect & PAGE_WRITECOMBINE) != 0 ? (ULONG)MmWriteCombined
                                                       : (ULONG)MmCached;
    syspte_km_note_map(&site, va, (ULONG64)address.QuadPart, bytes, cache);
    return va;
}
#define MmMapIoSpaceEx(address, bytes, protect)                                                    \
    syspte_km_MmMapIoSpaceEx(address, bytes, protect, SYSPTE_KM_SITE)
#endif

FORCEINLINE PVOID syspte_km_MmAllocateContiguousMemory(SIZE_T bytes, PHYSICAL_ADDRESS highest,
                                                       SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_ALLOCATE_CONTIGUOUS);
    PVOID va = MmAllocateContiguousMemory(bytes, highest);
    syspte_km_note_map(&site, va, 0, bytes, MmCached);
    return va;
}

FORCEINLINE PVOID syspte_km_MmAllocateContiguousMemorySpecifyCache(
    SIZE_T bytes, PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high, PHYSICAL_ADDRESS boundary,
    MEMORY_CACHING_TYPE type, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_ALLOCATE_CONTIGUOUS);
    PVOID va = MmAllocateContiguousMemorySpecifyCache(bytes, low, high, boundary, type);
    syspte_km_note_map(&site, va, 0, bytes, (ULONG)type);
    return va;
}

FORCEINLINE VOID syspte_km_MmFreeContiguousMemory(PVOID va, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_FREE_CONTIGUOUS);
    syspte_km_note_unmap(&site, va, 0);
    MmFreeContiguousMemory(va);
}

FORCEINLINE PVOID syspte_km_MmAllocateMappingAddress(SIZE_T bytes, ULONG tag,
                                                     SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_RESERVE);
    PVOID va = MmAllocateMappingAddress(bytes, tag);
    syspte_km_note_map(&site, va, 0, bytes, MmCached);
    return va;
}

FORCEINLINE VOID syspte_km_MmFreeMappingAddress(PVOID va, ULONG tag, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_FREE_RESERVED);
    syspte_km_note_unmap(&site, va, 0);
    MmFreeMappingAddress(va, tag);
}

FORCEINLINE PMDL syspte_km_MmAllocatePagesForMdl(PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high,
                                                 PHYSICAL_ADDRESS skip, SIZE_T bytes,
                                                 SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_ALLOCATE_PAGES);
    PMDL mdl = MmAllocatePagesForMdl(low, high, skip, bytes);
    syspte_km_note_mdl(&site, mdl, TRUE);
    return mdl;
}

FORCEINLINE PVOID syspte_km_MmAllocateNonCachedMemory(SIZE_T bytes, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_ALLOCATE_NONCACHED);
    PVOID va = MmAllocateNonCachedMemory(bytes);
    syspte_km_note_map(&site, va, 0, bytes, MmNonCached);
    return va;
}

FORCEINLINE VOID syspte_km_MmFreeNonCachedMemory(PVOID va, SIZE_T bytes, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_FREE_NONCACHED);
    syspte_km_note_unmap(&site, va, bytes);
    MmFreeNonCachedMemory(va, bytes);
}

FORCEINLINE PMDL syspte_km_IoAllocateMdl(PVOID va, ULONG length, BOOLEAN secondary, BOOLEAN quota,
                                         PIRP irp, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_ALLOCATE_MDL);
    PMDL mdl = IoAllocateMdl(va, length, secondary, quota, irp);
    syspte_km_note_mdl(&site, mdl, irp == NULL);
    return mdl;
}

FORCEINLINE VOID syspte_km_IoFreeMdl(PMDL mdl, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_FREE_MDL);
    syspte_km_note_mdl_end(&site, mdl);
    IoFreeMdl(mdl);
}

FORCEINLINE PVOID syspte_km_MmMapLockedPagesSpecifyCache(PMDL mdl, KPROCESSOR_MODE mode,
                                                         MEMORY_CACHING_TYPE type, PVOID where,
                                                         ULONG stop, ULONG priority,
                                                         SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_MAP_MDL);
    PVOID va = MmMapLockedPagesSpecifyCache(mdl, mode, type, where, stop, priority);
    if (mode == KernelMode) {
        syspte_km_note_mdl_map(&site, mdl, va, (ULONG)type);
    }
    return va;
}

FORCEINLINE PVOID syspte_km_MmGetSystemAddressForMdlSafe(PMDL mdl, ULONG priority,
                                                         SYSPTE_KM_SITE_PARAMETERS)
{
    return SYSPTE_KM_IS_MAPPED(mdl)
               ? mdl->MappedSystemVa
               : syspte_km_MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE,
                                                        priority, file, line, function);
}

FORCEINLINE VOID syspte_km_MmUnmapLockedPages(PVOID va, PMDL mdl, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_UNMAP_MDL);
    syspte_km_note_mdl_unmap(&site, mdl, va);
    MmUnmapLockedPages(va, mdl);
}

FORCEINLINE VOID syspte_km_MmUnlockPages(PMDL mdl, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_UNLOCK);
    if ((mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0) { // it ends the mapping, too
        syspte_km_note_mdl_unmap(&site, mdl, mdl->MappedSystemVa);
    }
    MmUnlockPages(mdl);
}

FORCEINLINE PMDL syspte_km_MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high,
                                                   PHYSICAL_ADDRESS skip, SIZE_T bytes,
                                                   MEMORY_CACHING_TYPE type, ULONG flags,
                                                   SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_ALLOCATE_PAGES);
    PMDL mdl = MmAllocatePagesForMdlEx(low, high, skip, bytes, type, flags);
    syspte_km_note_mdl(&site, mdl, TRUE);
    return mdl;
}

FORCEINLINE VOID syspte_km_MmFreePagesFromMdl(PMDL mdl, SYSPTE_KM_SITE_PARAMETERS)
{
    SYSPTE_KM_SITE_OF(SYSPTE_KM_FREE_PAGES);
    syspte_km_note_mdl_end(&site, mdl);
    MmFreePagesFromMdl(mdl);
}

#define MmAllocateContiguousMemory(bytes, highest)                                                 \
    syspte_km_MmAllocateContiguousMemory(bytes, highest, SYSPTE_KM_SITE)
#define MmAllocateContiguousMemorySpecifyCache(bytes, low, high, boundary, type)                   \
    syspte_km_MmAllocateContiguousMemorySpecifyCache(bytes, low, high, boundary, type,             \
                                                     SYSPTE_KM_SITE)
#define MmFreeContiguousMemory(va) syspte_km_MmFreeContiguousMemory(va, SYSPTE_KM_SITE)
#define MmAllocateMappingAddress(bytes, tag)                                                       \
    syspte_km_MmAllocateMappingAddress(bytes, tag, SYSPTE_KM_SITE)
#define MmFreeMappingAddress(va, tag) syspte_km_MmFreeMappingAddress(va, tag, SYSPTE_KM_SITE)
#define MmAllocatePagesForMdl(low, high, skip, bytes)                                              \
    syspte_km_MmAllocatePagesForMdl(low, high, skip, bytes, SYSPTE_KM_SITE)
#define MmMapIoSpace(address, bytes, type)                                                         \
    syspte_km_MmMapIoSpace(address, bytes, type, SYSPTE_KM_SITE)
#define MmUnmapIoSpace(va, bytes)        syspte_km_MmUnmapIoSpace(va, bytes, SYSPTE_KM_SITE)
#define MmAllocateNonCachedMemory(bytes) syspte_km_MmAllocateNonCachedMemory(bytes, SYSPTE_KM_SITE)
#define MmFreeNonCachedMemory(va, bytes) syspte_km_MmFreeNonCachedMemory(va, bytes, SYSPTE_KM_SITE)
#define IoAllocateMdl(va, length, secondary, quota, irp)                                           \
    syspte_km_IoAllocateMdl(va, length, secondary, quota, irp, SYSPTE_KM_SITE)
#define IoFreeMdl(mdl) syspte_km_IoFreeMdl(mdl, SYSPTE_KM_SITE)
#define MmMapLockedPagesSpecifyCache(mdl, mode, type, where, stop, priority)                       \
    syspte_km_MmMapLockedPagesSpecifyCache(mdl, mode, type, where, stop, priority, SYSPTE_KM_SITE)
#define MmGetSystemAddressForMdlSafe(mdl, priority)                                                \
    syspte_km_MmGetSystemAddressForMdlSafe(mdl, priority, SYSPTE_KM_SITE)
#define MmUnmapLockedPages(va, mdl) syspte_km_MmUnmapLockedPages(va, mdl, SYSPTE_KM_SITE)
#define MmUnlockPages(mdl)          syspte_km_MmUnlockPages(mdl, SYSPTE_KM_SITE)
#define MmAllocatePagesForMdlEx(low, high, skip, bytes, type, flags)                               \
    syspte_km_MmAllocatePagesForMdlEx(low, high, skip, bytes, type, flags, SYSPTE_KM_SITE)
#define MmFreePagesFromMdl(mdl) syspte_km_MmFreePagesFromMdl(mdl, SYSPTE_KM_SITE)

#ifdef __cplusplus
}
#endif

#else

// Functions without a body to speak of: the compiler leaves nothing of them.
FORCEINLINE NTSTATUS syspte_km_start(PDRIVER_OBJECT driver, ULONG capacity)
{
    (void)driver;
    (void)capacity;
    return 0;
}

FORCEINLINE VOID syspte_km_stop(VOID)
{
}

FORCEINLINE ULONG64 syspte_km_scope_enter(PCSTR name)
{
    (void)name;
    return 0;
}

FORCEINLINE ULONG64 syspte_km_scope_enter_cycle(PCSTR name)
{
    (void)name;
    return 0;
}

FORCEINLINE ULONG64 syspte_km_scope_leave(ULONG64 scope)
{
    (void)scope;
    return 0;
}

FORCEINLINE VOID syspte_km_report(const void *writer)
{
    (void)writer;
}

#endif
#endif
