// SPDX-License-Identifier: MIT
// memory.sys: the memory functions that Wine's kernel has no body for, for the examples' .sys files
// that tests/checks/sys.sh runs there. Physical memory is an array with the tables of firmware.h in
// it; a mapping is an address in that array. An MDL is locked by saying so, and its mapping is not
// its buffer, which is not there any more when the driver writes to it later: it is memory of this
// module. What is alive is printed after each call that ends something.
#include <ntddk.h>

#include "firmware.h"

#define BIOS_AT    0xE0000u
#define TABLES_AT  0x7FFE0000u
#define PART_BYTES 0x20000u

// In no driver header of mingw-w64's. ExRaiseStatus has no body in Wine.
NTSYSAPI VOID NTAPI RtlRaiseException(PEXCEPTION_RECORD ExceptionRecord);

static UCHAR parts[2][PART_BYTES]; // the firmware's memory at BIOS_AT and at TABLES_AT
static UCHAR lent[PART_BYTES];     // what an MDL is mapped to
static BOOLEAN is_filled;
static LONG maps, mappings, locks;

static PUCHAR part_at(ULONG64 address, SIZE_T bytes)
{
    static const ULONG64 begin[] = {BIOS_AT, TABLES_AT};
    unsigned i;

    for (i = 0; i < 2; i++) {
        if (address >= begin[i] && address + bytes <= begin[i] + PART_BYTES) {
            return parts[i] + (address - begin[i]);
        }
    }
    return NULL;
}

static void put(uint32_t address, const void *bytes, uint32_t count)
{
    RtlCopyMemory(part_at(address, count), bytes, count);
}

static void say(void)
{
    DbgPrint("memory.sys: %d maps, %d mappings and %d locks are left\n", (int)maps, (int)mappings,
             (int)locks);
}

PVOID NTAPI ExampleMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                              MEMORY_CACHING_TYPE CacheType)
{
    PUCHAR at = part_at((ULONG64)PhysicalAddress.QuadPart, NumberOfBytes);

    UNREFERENCED_PARAMETER(CacheType);
    if (!is_filled) {
        is_filled = TRUE;
        firmware_put(put);
    }
    if (at != NULL) {
        InterlockedIncrement(&maps);
        InterlockedIncrement(&mappings);
    }
    return at;
}

VOID NTAPI ExampleUnmapIoSpace(PVOID BaseAddress, SIZE_T NumberOfBytes)
{
    UNREFERENCED_PARAMETER(BaseAddress);
    UNREFERENCED_PARAMETER(NumberOfBytes);
    InterlockedDecrement(&mappings);
    say();
}

// A buffer that begins with this word is one that the application may not write to.
VOID NTAPI ExampleProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                    LOCK_OPERATION Operation)
{
    EXCEPTION_RECORD violation = {.ExceptionCode = STATUS_ACCESS_VIOLATION};

    UNREFERENCED_PARAMETER(AccessMode);
    UNREFERENCED_PARAMETER(Operation);
    if (*(PULONG)MmGetMdlVirtualAddress(MemoryDescriptorList) == 0xDEADDEAD) {
        RtlRaiseException(&violation);
    }
    MemoryDescriptorList->MdlFlags |= MDL_PAGES_LOCKED;
    InterlockedIncrement(&locks);
}

VOID NTAPI ExampleUnlockPages(PMDL MemoryDescriptorList)
{
    if ((MemoryDescriptorList->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0) {
        InterlockedDecrement(&mappings);
    }
    MemoryDescriptorList->MdlFlags &= ~(MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
    InterlockedDecrement(&locks);
    say();
}

PVOID NTAPI ExampleMapLockedPagesSpecifyCache(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                              MEMORY_CACHING_TYPE CacheType, PVOID RequestedAddress,
                                              ULONG BugCheckOnFailure, ULONG Priority)
{
    UNREFERENCED_PARAMETER(AccessMode);
    UNREFERENCED_PARAMETER(CacheType);
    UNREFERENCED_PARAMETER(RequestedAddress);
    UNREFERENCED_PARAMETER(BugCheckOnFailure);
    UNREFERENCED_PARAMETER(Priority);
    if (MmGetMdlByteCount(MemoryDescriptorList) > sizeof lent) {
        return NULL;
    }
    MemoryDescriptorList->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    MemoryDescriptorList->MappedSystemVa = lent;
    InterlockedIncrement(&maps);
    InterlockedIncrement(&mappings);
    return lent;
}
