// SPDX-License-Identifier: MIT
// MmProtectMdlSystemAddress gives the mapping of an MDL another protection: its row gets another
// context, its views are made anew. MmMapMdl maps for the length of a callback.
#include "sim/mdl.h"

#include "sim/tracker.h"

static bool is_listed(ULONG protect)
{
    return protect == PAGE_NOACCESS || protect == PAGE_READONLY || protect == PAGE_READWRITE ||
           protect == PAGE_EXECUTE || protect == PAGE_EXECUTE_READ ||
           protect == PAGE_EXECUTE_READWRITE;
}

static void change(const syspte_tracker *tracker, ULONG protect)
{
    syspte_machine *m = &syspte_the;
    syspte_row row = tracker->row;
    syspte_context context = *syspte_contexts_at(&m->account.contexts, row.context);
    bool viewed = !m->config.accounting_only && !syspte_frame_is_host(row.physical_address >> 12);
    context.protect = protect;
    if (viewed) {
        syspte_view_end_pages(&row, 0, row.pte_count);
    }
    row.context = syspte_contexts_intern(&m->account.contexts, &context);
    syspte_ledger_amend(&m->account.ledger, &row);
    if (viewed) {
        syspte_view_begin(&row);
    }
}

static NTSTATUS protect(syspte_call *call, const syspte_mdl *mdl, ULONG new_protect)
{
    syspte_tracker tracker;
    if (syspte_mdl_irql(call, DISPATCH_LEVEL, 0xE5, 0, 0)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (!is_listed(new_protect)) {
        return STATUS_INVALID_PAGE_PROTECTION;
    }
    if ((syspte_mdl_flags(mdl) & MDL_MAPPED_TO_SYSTEM_VA) == 0) {
        return STATUS_NOT_MAPPED_VIEW;
    }
    if (!syspte_tracker_find(mdl->at, &tracker)) {
        (void)syspte_mdl_violate(call, mdl, SYSPTE_RULE_PROTECT_MDL, 0, 0);
        return STATUS_NOT_MAPPED_VIEW;
    }
    if ((new_protect & 0xF0) != 0 && syspte_the.config.hvci) {
        syspte_event event = {.rule = SYSPTE_RULE_MAP_EXECUTABLE, .mapped = tracker.row.context};
        if (syspte_call_violate(call, &event, 0, new_protect, 0)) {
            return STATUS_UNSUCCESSFUL;
        }
    }
    change(&tracker, new_protect);
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, MmProtectMdlSystemAddress, (PMDL MemoryDescriptorList, ULONG NewProtect),
             (MemoryDescriptorList, NewProtect))
{
    syspte_mdl mdl;
    syspte_call call;
    if (!syspte_mdl_read(&mdl, SYSPTE_API_MM_PROTECT_MDL_SYSTEM_ADDRESS, caller,
                         MemoryDescriptorList) ||
        !syspte_call_begin(&call, SYSPTE_API_MM_PROTECT_MDL_SYSTEM_ADDRESS, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = protect(&call, &mdl, NewProtect);
    syspte_call_end(&call);
    return status;
}

// ---- MmMapMdl

// Maps the MDL for a while; NULL: no PTEs.
static void *map_for_a_while(PMDL at, const syspte_mdl_map *how, const syspte_caller *caller)
{
    syspte_mdl mdl;
    syspte_call call;
    void *address = NULL;
    if (!syspte_mdl_read(&mdl, SYSPTE_API_MM_MAP_MDL, caller, at) ||
        !syspte_mdl_read_frames(&mdl)) {
        return NULL;
    }
    if (syspte_call_begin(&call, SYSPTE_API_MM_MAP_MDL, caller)) {
        if (!syspte_mdl_irql(&call, DISPATCH_LEVEL, 0xE5, 0, 0)) {
            address = syspte_mdl_map_system(&call, &mdl, how);
        }
        syspte_mdl_leave(&call, &mdl);
    }
    if (address != NULL) {
        syspte_mdl_write(&mdl);
    }
    syspte_mdl_drop(&mdl);
    return address;
}

static void unmap_again(PMDL at, const syspte_caller *caller)
{
    syspte_mdl mdl;
    syspte_call call;
    if (syspte_mdl_read(&mdl, SYSPTE_API_MM_MAP_MDL, caller, at) &&
        syspte_call_begin(&call, SYSPTE_API_MM_MAP_MDL, caller)) {
        syspte_mdl_unmap_system(&call, &mdl);
        syspte_call_end(&call);
        syspte_mdl_write(&mdl);
    }
}

SYSPTE_ENTRY(NTSTATUS, MmMapMdl,
             (PMDL MemoryDescriptorList, ULONG Protection, PMM_MDL_ROUTINE DriverRoutine,
              PVOID DriverContext),
             (MemoryDescriptorList, Protection, DriverRoutine, DriverContext))
{
    PMDL mdl = MemoryDescriptorList;
    if (!syspte_mdl_see(SYSPTE_API_MM_MAP_MDL, caller, mdl)) {
        return STATUS_UNSUCCESSFUL;
    }
    ULONG base = Protection & 0xFF;
    syspte_mdl_map how = {.cache = SYSPTE_CACHE_CACHED, .priority = NormalPagePriority};
    bool known = (mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0;
    if (!is_listed(base) || base == PAGE_NOACCESS) {
        return STATUS_INVALID_PAGE_PROTECTION;
    }
    how.priority |= (base & 0xF0) == 0 ? MdlMappingNoExecute : 0;
    how.priority |= (base & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) == 0 ? MdlMappingNoWrite : 0;
    if (!known && map_for_a_while(mdl, &how, caller) == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    DriverRoutine(DriverContext, mdl->MappedSystemVa);
    if (!known) {
        unmap_again(mdl, caller);
    }
    return STATUS_SUCCESS;
}
