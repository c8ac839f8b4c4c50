// SPDX-License-Identifier: MIT
// MmAllocateMdlForIoSpace: an MDL over ranges of I/O space, which counts as locked. That it carries
// MDL_PAGES_LOCKED beside MDL_IO_SPACE is inferred from its being mapped without a lock.
#include "sim/mdl.h"

// True if every page of the range is I/O space.
static bool is_io_space(uint64_t address, uint64_t bytes)
{
    static const syspte_memory_kind ram[] = {SYSPTE_MEMORY_RAM, SYSPTE_MEMORY_RAM_LOCKED,
                                             SYSPTE_MEMORY_RAM_SHARED};
    uint64_t zone_end = SYSPTE_RAM_FIRST + syspte_the.config.ram_bytes;
    uint64_t page;
    for (unsigned i = 0; i < sizeof ram / sizeof ram[0]; i++) {
        if (syspte_memory_first(address, bytes, ram[i], &page)) {
            return false;
        }
    }
    return address + bytes <= SYSPTE_RAM_FIRST || address >= zone_end;
}

// The bytes of all ranges together; 0: one is wrong, or they are too many. Lock: held.
static uint64_t measure(const MM_PHYSICAL_ADDRESS_LIST *list, SIZE_T count)
{
    uint64_t total = 0;
    for (SIZE_T i = 0; i < count; i++) {
        uint64_t address = (uint64_t)list[i].PhysicalAddress.QuadPart;
        uint64_t bytes = list[i].NumberOfBytes;
        if (bytes == 0 || ((address | bytes) & (SYSPTE_PAGE_BYTES - 1)) != 0 ||
            bytes > MAXULONG - total || address > SYSPTE_PHYSICAL_BYTES - bytes ||
            !is_io_space(address, bytes)) {
            return 0;
        }
        total += bytes;
    }
    return total;
}

static void fill(PMDL mdl, const MM_PHYSICAL_ADDRESS_LIST *list, SIZE_T count)
{
    PPFN_NUMBER array = MmGetMdlPfnArray(mdl);
    mdl->MdlFlags |= MDL_IO_SPACE | MDL_PAGES_LOCKED;
    for (SIZE_T i = 0; i < count; i++) {
        uint64_t frame = (uint64_t)list[i].PhysicalAddress.QuadPart >> PAGE_SHIFT;
        for (uint64_t left = list[i].NumberOfBytes >> PAGE_SHIFT; left > 0; left--) {
            *array++ = (PFN_NUMBER)frame++;
        }
    }
}

SYSPTE_ENTRY(NTSTATUS, MmAllocateMdlForIoSpace,
             (PMM_PHYSICAL_ADDRESS_LIST PhysicalAddressList, SIZE_T NumberOfEntries, PMDL *NewMdl),
             (PhysicalAddressList, NumberOfEntries, NewMdl))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_MM_ALLOCATE_MDL_FOR_IO_SPACE, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    bool stop = syspte_mdl_irql(&call, DISPATCH_LEVEL, 0xE5, 0, 0);
    syspte_call_end(&call);
    syspte_world_take();
    uint64_t bytes = stop ? 0 : measure(PhysicalAddressList, NumberOfEntries);
    syspte_world_give();
    if (bytes == 0) {
        return STATUS_INVALID_PARAMETER_1;
    }
    PMDL mdl = syspte_mdl_allocate(SYSPTE_API_MM_ALLOCATE_MDL_FOR_IO_SPACE, caller, NULL, bytes);
    if (mdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    fill(mdl, PhysicalAddressList, NumberOfEntries);
    *NewMdl = mdl;
    return STATUS_SUCCESS;
}
