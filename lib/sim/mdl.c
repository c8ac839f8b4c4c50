// SPDX-License-Identifier: MIT
// The life of an MDL: a block of nonpaged pool with the tag "Mdl ". Freeing one whose pages are
// mapped or locked leaves both as they are: a leak, told here and again at the end of its scope. A
// partial MDL's own mapping ends with it, its source's never.
#include "sim/mdl.h"

#include "sim/nt_pool.h"
#include "sim/tracker.h"

SIZE_T MmSizeOfMdl(PVOID Base, SIZE_T Length)
{
    return sizeof(MDL) + sizeof(PFN_NUMBER) * ADDRESS_AND_SIZE_TO_SPAN_PAGES(Base, Length);
}

// The longest buffer that one MDL can describe on the machine's version of Windows.
uint64_t syspte_mdl_length_most(void)
{
    const syspte_profile *profile = syspte_the.config.profile;
    bool wide = profile->pointer_bits == 64;
    if (profile->version >= 0x0601) {
        return (1ull << 32) - SYSPTE_PAGE_BYTES;
    }
    if (profile->version >= 0x0600) {
        return (1ull << 31) - SYSPTE_PAGE_BYTES;
    }
    return SYSPTE_PAGE_BYTES * (65535ull - (wide ? 0x30 : 0x1C)) / (wide ? 8 : 4);
}

PMDL syspte_mdl_allocate(syspte_api api, const syspte_caller *caller, PVOID base, SIZE_T length)
{
    syspte_nt_request r = {.window = SYSPTE_WINDOW_NONPAGED,
                           .bytes = MmSizeOfMdl(base, length),
                           .tag = SYSPTE_MDL_TAG,
                           .counts_as = length};
    PMDL mdl = syspte_nt_allocate(api, caller, &r);
    if (mdl != NULL) {
        MmInitializeMdl(mdl, base, length);
        mdl->Process = NULL;
        mdl->MappedSystemVa = NULL;
    }
    return mdl;
}

// Records that an argument is not allowed. Does not return if the machine stops.
static void argue(syspte_api api, const syspte_caller *caller, const char *text)
{
    syspte_call call;
    syspte_event event = {.rule = SYSPTE_RULE_MDL_ARGUMENT, .text = text};
    if (syspte_call_begin(&call, api, caller)) {
        (void)syspte_call_violate(&call, &event, 0, 0, 0);
        syspte_call_end(&call);
    }
}

// Hangs a new MDL on a request: in front, or behind those that are there.
static void hang_on(const syspte_caller *caller, PIRP irp, PMDL mdl, BOOLEAN secondary)
{
    PMDL *link = &irp->MdlAddress;
    while (secondary && *link != NULL &&
           syspte_mdl_see(SYSPTE_API_IO_ALLOCATE_MDL, caller, *link)) {
        link = &(*link)->Next;
    }
    *link = mdl;
}

SYSPTE_ENTRY(PMDL, IoAllocateMdl,
             (PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN ChargeQuota,
              PIRP Irp),
             (VirtualAddress, Length, SecondaryBuffer, ChargeQuota, Irp))
{
    if (!syspte_enter(SYSPTE_API_IO_ALLOCATE_MDL) || Length > syspte_mdl_length_most()) {
        return NULL;
    }
    if (ChargeQuota) {
        argue(SYSPTE_API_IO_ALLOCATE_MDL, caller, "ChargeQuota must be FALSE");
    }
    if (SecondaryBuffer && Irp == NULL) {
        argue(SYSPTE_API_IO_ALLOCATE_MDL, caller, "SecondaryBuffer needs a request");
    }
    PMDL mdl = syspte_mdl_allocate(SYSPTE_API_IO_ALLOCATE_MDL, caller, VirtualAddress, Length);
    if (mdl == NULL) {
        return NULL;
    }
    if (ADDRESS_AND_SIZE_TO_SPAN_PAGES(VirtualAddress, Length) <=
        syspte_the.config.mdl_fixed_pages) {
        mdl->MdlFlags |= MDL_ALLOCATED_FIXED_SIZE;
    }
    if (Irp != NULL) {
        hang_on(caller, Irp, mdl, SecondaryBuffer);
    }
    return mdl;
}

SYSPTE_ENTRY(PMDL, MmCreateMdl, (PMDL MemoryDescriptorList, PVOID Base, SIZE_T Length),
             (MemoryDescriptorList, Base, Length))
{
    if (!syspte_enter(SYSPTE_API_MM_CREATE_MDL) || Length > syspte_mdl_length_most()) {
        return NULL;
    }
    if (MemoryDescriptorList != NULL) {
        MmInitializeMdl(MemoryDescriptorList, Base, Length);
        return MemoryDescriptorList;
    }
    return syspte_mdl_allocate(SYSPTE_API_MM_CREATE_MDL, caller, Base, Length);
}

// What becomes of mappings, locks and pages when an MDL's memory goes.
static void let_go(syspte_call *call, syspte_mdl *mdl)
{
    unsigned flags = syspte_mdl_flags(mdl);
    syspte_row row;
    if (syspte_mdl_irql(call, DISPATCH_LEVEL, 0xE5, 0, 0)) {
        return;
    }
    if ((flags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0) {
        syspte_mdl_unmap_system(call, mdl);
    } else if (((flags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL)) == MDL_MAPPED_TO_SYSTEM_VA &&
                (flags & MDL_SOURCE_IS_NONPAGED_POOL) == 0) ||
               syspte_mdl_mapping(mdl, &row)) {
        if (syspte_mdl_violate(call, mdl, SYSPTE_RULE_FREE_MAPPED_MDL, flags, 0)) {
            return;
        }
        syspte_tracker_drop(mdl->at);
    }
    if (syspte_mdl_is_locked(mdl, &row)) {
        (void)syspte_mdl_violate(call, mdl, SYSPTE_RULE_FREE_LOCKED_MDL, 0, 0);
        syspte_mdl_lock_orphan(&row);
    }
}

void syspte_mdl_free(syspte_api api, const syspte_caller *caller, PMDL at)
{
    syspte_mdl mdl;
    syspte_call call;
    if (!syspte_mdl_read(&mdl, api, caller, at) || !syspte_call_begin(&call, api, caller)) {
        return;
    }
    let_go(&call, &mdl);
    syspte_mdl_leave(&call, &mdl);
    if (!syspte_nt_free(api, caller, at)) {
        argue(api, caller, "no MDL of IoAllocateMdl begins there");
    }
}

SYSPTE_ENTRY_VOID(IoFreeMdl, (PMDL Mdl), (Mdl))
{
    syspte_mdl_free(SYSPTE_API_IO_FREE_MDL, caller, Mdl);
}
