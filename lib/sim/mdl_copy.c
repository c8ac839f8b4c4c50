// SPDX-License-Identifier: MIT
// The copy of an MDL that a call works on, and the words for what is wrong with it. Frames of long
// MDLs are copied to memory that lives as long as the call.
#include "sim/mdl.h"

#include "sim/resident.h"
#include "sim/tracker.h"

bool syspte_mdl_read(syspte_mdl *mdl, syspte_api api, const syspte_caller *caller, PMDL at)
{
    if (!syspte_mdl_see(api, caller, at)) {
        return false;
    }
    mdl->at = at;
    mdl->api = api;
    mdl->caller = caller;
    mdl->header = *at;
    mdl->header.ByteOffset &= SYSPTE_PAGE_BYTES - 1; // more is nonsense
    mdl->pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(mdl->header.ByteOffset, mdl->header.ByteCount);
    mdl->frames = NULL;
    return true;
}

uint64_t syspte_mdl_first_frame(const syspte_mdl *mdl)
{
    const PFN_NUMBER *array = MmGetMdlPfnArray(mdl->at);
    bool has_one = (uint16_t)mdl->header.Size > sizeof(MDL) ||
                   mdl->pages * sizeof(PFN_NUMBER) > UINT16_MAX - sizeof(MDL); // it has wrapped
    return mdl->pages != 0 && has_one && syspte_resident_is_readable(array, sizeof *array)
               ? array[0]
               : 0;
}

bool syspte_mdl_room(syspte_mdl *mdl)
{
    syspte_mdl_fit(mdl);
    mdl->frames = mdl->few;
    if (mdl->pages > SYSPTE_MDL_FEW) {
        mdl->frames = syspte_port_table_reserve(mdl->pages * sizeof(uint64_t));
    }
    return mdl->frames != NULL;
}

bool syspte_mdl_read_frames(syspte_mdl *mdl)
{
    if (!syspte_mdl_room(mdl)) {
        return false;
    }
    const PFN_NUMBER *array = MmGetMdlPfnArray(mdl->at);
    for (uint64_t i = 0; i < mdl->pages; i++) {
        mdl->frames[i] = array[i];
    }
    return true;
}

void syspte_mdl_write(const syspte_mdl *mdl)
{
    mdl->at->MdlFlags = mdl->header.MdlFlags;
    mdl->at->Process = mdl->header.Process;
    mdl->at->MappedSystemVa = mdl->header.MappedSystemVa;
}

void syspte_mdl_write_frames(const syspte_mdl *mdl)
{
    PPFN_NUMBER array = MmGetMdlPfnArray(mdl->at);
    for (uint64_t i = 0; i < mdl->pages; i++) {
        array[i] = (PFN_NUMBER)mdl->frames[i];
    }
}

void syspte_mdl_drop(syspte_mdl *mdl)
{
    if (mdl->frames != NULL && mdl->frames != mdl->few) {
        syspte_port_table_release(mdl->frames, mdl->pages * sizeof(uint64_t));
    }
    mdl->frames = NULL;
}

void syspte_mdl_leave(syspte_call *call, syspte_mdl *mdl)
{
    if (call->stop) {
        syspte_mdl_drop(mdl);
    }
    syspte_call_end(call);
}

uint64_t syspte_address_va(const void *address)
{
    uint64_t va = syspte_frame_va(address);
    return va != 0 ? va : syspte_locate(address).system_va;
}

// Names the MDL, and where it was mapped or locked.
static syspte_event event_of(const syspte_mdl *mdl, syspte_rule_id rule)
{
    syspte_event event = {.rule = rule, .bytes = mdl->header.ByteCount, .pte_count = mdl->pages};
    syspte_row row;
    if (syspte_mdl_mapping(mdl, &row) || syspte_mdl_is_locked(mdl, &row)) {
        event.mapped = row.context;
    }
    return event;
}

bool syspte_mdl_violate(syspte_call *call, const syspte_mdl *mdl, syspte_rule_id rule, uint64_t p3,
                        uint64_t p4)
{
    syspte_event event = event_of(mdl, rule);
    return syspte_call_violate(call, &event, syspte_address_va(mdl->at), p3, p4);
}

bool syspte_mdl_violate_as(syspte_call *call, const syspte_mdl *mdl, syspte_rule_id rule,
                           uint32_t code, uint64_t p1, uint64_t p3, uint64_t p4)
{
    syspte_event event = event_of(mdl, rule);
    return syspte_call_violate_as(call, &event, code, p1, syspte_address_va(mdl->at), p3, p4);
}

bool syspte_mdl_irql(syspte_call *call, unsigned limit, uint64_t p1, uint64_t p3, uint64_t p4)
{
    syspte_event event = {.rule = SYSPTE_RULE_MDL_IRQL};
    return call->thread->irql > limit &&
           syspte_call_violate_as(call, &event, SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION, p1,
                                  call->thread->irql, p3, p4);
}
