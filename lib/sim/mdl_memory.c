// SPDX-License-Identifier: MIT
// What a driver passes as an MDL need not be one. An address that cannot be read stops the machine
// as a touch of it would stop Windows, with the site of the driver's call. Of what can be read no
// more is taken for page frames than there is room for: Size has 16 bits, and of a long MDL it has
// wrapped around, so that only its block of pool tells.
#include "sim/mdl.h"

#include "sim/blocks.h"
#include "sim/resident.h"

// The block of pool that was at the address and is freed, if it is known.
static void fill_freed(syspte_event *event, const void *at)
{
    const syspte_account *account = &syspte_the.account;
    uint64_t block = syspte_block_of(at);
    syspte_row row;
    if (block == SYSPTE_BLOCK_NONE ||
        syspte_account_held(account, syspte_frame_key(SYSPTE_KIND_POOL, block), &row)) {
        return;
    }
    const syspte_ended *ended =
        syspte_account_held_last(account, syspte_frame_key(SYSPTE_KIND_POOL, block));
    if (ended != NULL) {
        event->mapped = ended->row.context;
        event->unmapped = ended->unmapped;
        event->text = "it was freed before";
    }
}

// ---- Whether it can be read

// Parameters as of a read that finds no page.
static void stop_unreadable(syspte_api api, const syspte_caller *caller, const void *at)
{
    enum { NO_PTE = 2 }; // parameter 4 of 0x50
    syspte_call call;
    if (!syspte_call_begin(&call, api, caller)) {
        return;
    }
    uint64_t va = syspte_address_va(at);
    syspte_bugcheck stop = {.code = SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA,
                            .parameter = {va, 0, 0, NO_PTE}};
    syspte_event event = {.rule = SYSPTE_RULE_MDL_UNREADABLE,
                          .system_va = va,
                          .text = at == NULL ? "it is NULL" : NULL};
    if (call.thread->irql >= DISPATCH_LEVEL) {
        stop = (syspte_bugcheck){.code = SYSPTE_DRIVER_IRQL_NOT_LESS_OR_EQUAL,
                                 .parameter = {va, call.thread->irql}};
    }
    fill_freed(&event, at);
    syspte_call_crash(&call, &event, &stop);
}

bool syspte_mdl_see(syspte_api api, const syspte_caller *caller, const MDL *at)
{
    if (!syspte_enter(api)) {
        return false;
    }
    if (syspte_resident_is_readable(at, sizeof *at)) {
        return true;
    }
    stop_unreadable(api, caller, at);
    return false;
}

// ---- Whether its frames have room

static uint64_t bytes_of(uint64_t pages)
{
    return sizeof(MDL) + pages * sizeof(PFN_NUMBER);
}

// From the MDL to the end of its block; 0 if no block is there. Lock: held.
static uint64_t room_in_block(const void *at)
{
    uint64_t block = syspte_block_around(at);
    uint64_t inside = syspte_block_of(at) - block;
    syspte_row row;
    bool found =
        block != SYSPTE_BLOCK_NONE &&
        syspte_account_held(&syspte_the.account, syspte_frame_key(SYSPTE_KIND_POOL, block), &row);
    return found && inside < row.bytes ? row.bytes - inside : 0;
}

// Lock: held.
static uint64_t room_of(const syspte_mdl *mdl)
{
    uint64_t size = (uint16_t)mdl->header.Size;
    uint64_t needed = bytes_of(mdl->pages);
    uint64_t block = room_in_block(mdl->at);
    bool wrapped = block == 0 && needed > UINT16_MAX && syspte_frame_va(mdl->at) == 0;
    size = size > block ? size : block;
    return wrapped ? needed : size;
}

static void clip(syspte_mdl *mdl)
{
    syspte_call call;
    syspte_event event = {.rule = SYSPTE_RULE_MDL_ARGUMENT,
                          .bytes = mdl->header.ByteCount,
                          .text = "the MDL's Size has no room for the pages of its ByteCount"};
    if (!syspte_call_begin(&call, mdl->api, mdl->caller)) {
        return;
    }
    uint64_t room = room_of(mdl);
    if (room < bytes_of(mdl->pages)) {
        mdl->pages = room < sizeof(MDL) ? 0 : (room - sizeof(MDL)) / sizeof(PFN_NUMBER);
        fill_freed(&event, mdl->at);
        (void)syspte_call_violate(&call, &event, 0, 0, 0);
    }
    syspte_call_end(&call);
}

void syspte_mdl_fit(syspte_mdl *mdl)
{
    if (bytes_of(mdl->pages) > (uint16_t)mdl->header.Size) {
        clip(mdl);
    }
    if (!syspte_resident_is_readable(mdl->at, bytes_of(mdl->pages))) {
        stop_unreadable(mdl->api, mdl->caller, mdl->at);
        mdl->pages = 0;
    }
}
