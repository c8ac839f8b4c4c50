// SPDX-License-Identifier: MIT
// What is behind an address, and how a physical page is mapped. Memory that is not the machine's
// has made-up physical addresses, beyond all of the machine's own. Source:
// nf-ntddk-mmgetphysicaladdress, nf-ntddk-mmisaddressvalid.
#include "sim/memory_irql.h"
#include "sim/resident.h"

SYSPTE_ENTRY(PHYSICAL_ADDRESS, MmGetPhysicalAddress, (PVOID BaseAddress), (BaseAddress))
{
    syspte_call call;
    PHYSICAL_ADDRESS result = {.QuadPart = 0};
    if (!syspte_call_begin(&call, SYSPTE_API_MM_GET_PHYSICAL_ADDRESS, caller)) {
        return result;
    }
    syspte_resident at = syspte_resident_at(BaseAddress);
    if (at.behind == SYSPTE_BEHIND_NOTHING || BaseAddress == NULL) {
        syspte_event event = {.rule = SYSPTE_RULE_PHYSICAL_NOT_VALID,
                              .system_va = syspte_locate(BaseAddress).system_va};
        (void)syspte_call_violate(&call, &event, 0, 0, 0);
    } else {
        result.QuadPart = (LONGLONG)(at.frame << PAGE_SHIFT | BYTE_OFFSET(BaseAddress));
    }
    syspte_call_end(&call);
    return result;
}

SYSPTE_ENTRY(BOOLEAN, MmIsAddressValid, (PVOID VirtualAddress), (VirtualAddress))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_MM_IS_ADDRESS_VALID, caller)) {
        return FALSE;
    }
    (void)syspte_memory_irql(&call, DISPATCH_LEVEL);
    syspte_resident at = syspte_resident_at(VirtualAddress);
    syspte_call_end(&call);
    return at.behind == SYSPTE_BEHIND_HOST && !syspte_resident_is_ours(VirtualAddress)
               ? syspte_resident_host(VirtualAddress, 1, false)
               : at.behind != SYSPTE_BEHIND_NOTHING;
}

// ---- Physical pages

// The first live mapping of I/O space with a page in [first, last].
static bool find_mapping(uint64_t first, uint64_t last, syspte_row *row)
{
    const syspte_account *account = &syspte_the.account;
    uint64_t cursor = 0;
    while (syspte_ledger_next(&account->ledger, &cursor, row)) {
        uint64_t page = row->physical_address >> PAGE_SHIFT;
        uint8_t kind = syspte_contexts_at(&account->contexts, row->context)->kind;
        if ((kind == SYSPTE_KIND_IO_SPACE || kind == SYSPTE_KIND_VIDEO) && page <= last &&
            page + row->pte_count > first) {
            return true;
        }
    }
    return false;
}

static MEMORY_CACHING_TYPE cache_of(uint64_t page)
{
    const syspte_frame *frame = syspte_frame_at(page);
    syspte_row row;
    if (frame != NULL && frame->has_cache) {
        return (MEMORY_CACHING_TYPE)frame->cache;
    }
    if (find_mapping(page, page, &row)) {
        const syspte_contexts *contexts = &syspte_the.account.contexts;
        return (MEMORY_CACHING_TYPE)syspte_contexts_at(contexts, row.context)->cache;
    }
    return frame != NULL ? MmCached : MmNotMapped;
}

SYSPTE_ENTRY(NTSTATUS, MmGetCacheAttribute,
             (PHYSICAL_ADDRESS PhysicalAddress, MEMORY_CACHING_TYPE *CacheType),
             (PhysicalAddress, CacheType))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_MM_GET_CACHE_ATTRIBUTE, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    (void)syspte_memory_irql(&call, DISPATCH_LEVEL);
    MEMORY_CACHING_TYPE type = cache_of((uint64_t)PhysicalAddress.QuadPart >> PAGE_SHIFT);
    syspte_call_end(&call);
    *CacheType = type;
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(LOGICAL, MmIsIoSpaceActive, (PHYSICAL_ADDRESS StartAddress, SIZE_T NumberOfBytes),
             (StartAddress, NumberOfBytes))
{
    syspte_call call;
    syspte_row row;
    uint64_t first = (uint64_t)StartAddress.QuadPart;
    if (!syspte_call_begin(&call, SYSPTE_API_MM_IS_IO_SPACE_ACTIVE, caller)) {
        return FALSE;
    }
    (void)syspte_memory_irql(&call, DISPATCH_LEVEL);
    bool active =
        NumberOfBytes != 0 &&
        find_mapping(first >> PAGE_SHIFT, (first + NumberOfBytes - 1) >> PAGE_SHIFT, &row);
    syspte_call_end(&call);
    return active;
}
