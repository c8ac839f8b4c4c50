// SPDX-License-Identifier: MIT
// An MDL as a call sees it. The MDL and its PFN array are driver memory: they are copied before the
// call takes the machine's lock, and what changes is written after it is given back.
#ifndef SYSPTE_SIM_MDL_H
#define SYSPTE_SIM_MDL_H

#include "sim/call.h"
#include "sim/frames.h"

enum { SYSPTE_MDL_FEW = 32 }; // frames that need no memory of their own

#define SYSPTE_MDL_TAG 0x206C644Du // "Mdl "

typedef struct syspte_mdl {
    PMDL at;
    syspte_api api; // of the call
    const syspte_caller *caller;
    MDL header;       // as it was; the call changes it
    uint64_t pages;   // that ByteOffset and ByteCount span
    uint64_t *frames; // NULL: not read
    uint64_t few[SYSPTE_MDL_FEW];
} syspte_mdl;

// ---- Life (mdl.c). Lock: not held.

// A new MDL for a buffer: a block of pool. NULL if there is none.
PMDL syspte_mdl_allocate(syspte_api api, const syspte_caller *caller, PVOID base, SIZE_T length);

// The longest buffer that one MDL describes on the machine's version of Windows.
uint64_t syspte_mdl_length_most(void);

// What IoFreeMdl does, for a call of `api`.
void syspte_mdl_free(syspte_api api, const syspte_caller *caller, PMDL mdl);

// ---- Copy (mdl_copy.c). Lock: not held, unless a line says otherwise.

// True if a call of `api` can read the MDL's header (mdl_memory.c). If it cannot, the machine stops
// as Windows does at a touch of such an address; false: there is no machine.
bool syspte_mdl_see(syspte_api api, const syspte_caller *caller, const MDL *at);
// Reads the header, and fails as the one above.
bool syspte_mdl_read(syspte_mdl *mdl, syspte_api api, const syspte_caller *caller, PMDL at);
// Records an MDL that has no room for as many frames as it says to have, and leaves out those that
// it has no room for (mdl_memory.c). Before its frames are read or written.
void syspte_mdl_fit(syspte_mdl *mdl);
// The frame of its first page; 0 if it has none.
uint64_t syspte_mdl_first_frame(const syspte_mdl *mdl);
// Fits it, and makes room for the frames of the copy; false if the host lends none.
bool syspte_mdl_room(syspte_mdl *mdl);
// The same, and reads the PFN array.
bool syspte_mdl_read_frames(syspte_mdl *mdl);
// Writes flags, process and mapped address back.
void syspte_mdl_write(const syspte_mdl *mdl);
void syspte_mdl_write_frames(const syspte_mdl *mdl);
// Gives the copy of the frames back. Lock: may be held.
void syspte_mdl_drop(syspte_mdl *mdl);

// Ends the call; the copy does not survive a stop.
void syspte_mdl_leave(syspte_call *call, syspte_mdl *mdl);

static inline unsigned syspte_mdl_flags(const syspte_mdl *mdl)
{
    return (uint16_t)mdl->header.MdlFlags;
}

static inline void syspte_mdl_change(syspte_mdl *mdl, unsigned set, unsigned clear)
{
    mdl->header.MdlFlags = (CSHORT)((syspte_mdl_flags(mdl) & ~clear) | set);
}

// An address of the driver's, `bytes` further on. It may be NULL, which C's own arithmetic may not.
static inline PUCHAR syspte_mdl_behind(const void *address, uint64_t bytes)
{
    return (PUCHAR)((uintptr_t)address + (uintptr_t)bytes);
}

static inline PUCHAR syspte_mdl_start(const syspte_mdl *mdl)
{
    return syspte_mdl_behind(mdl->header.StartVa, mdl->header.ByteOffset);
}

// ---- What is wrong with it (mdl_copy.c). Lock: held.

// An address as a bug check's parameter has it: as reports print it, 0 for memory of the host.
uint64_t syspte_address_va(const void *address);

// Records a violation whose parameter 2 is the MDL. True: stop.
bool syspte_mdl_violate(syspte_call *call, const syspte_mdl *mdl, syspte_rule_id rule, uint64_t p3,
                        uint64_t p4);
// The same with first parameter and code of the caller's own.
bool syspte_mdl_violate_as(syspte_call *call, const syspte_mdl *mdl, syspte_rule_id rule,
                           uint32_t code, uint64_t p1, uint64_t p3, uint64_t p4);
// Records a violation, 0xC4 with `p1`, if the IRQL is above `limit`: parameter 2 is the IRQL.
bool syspte_mdl_irql(syspte_call *call, unsigned limit, uint64_t p1, uint64_t p3, uint64_t p4);

// ---- Lock (mdl_lock.c). Lock: held, but for the first.

// What MmUnlockPages does, for a call of `api`.
void syspte_mdl_unlock(syspte_api api, const syspte_caller *caller, PMDL mdl);

// True if pages of this MDL are locked by MmProbeAndLockPages.
bool syspte_mdl_is_locked(const syspte_mdl *mdl, syspte_row *out);
// The MDL is gone or is made anew while its pages are locked: they stay so.
void syspte_mdl_lock_orphan(const syspte_row *row);
// The pages of this MDL are given back, unlocked or freed. Those that it had and does not describe
// any more stay what they were, and nobody can give them back.
void syspte_mdl_let_go(syspte_call *call, const syspte_mdl *mdl, const syspte_row *row);
// The first pages of a lock are unlocked.
void syspte_mdl_lock_shrink(const syspte_row *row, uint64_t pages);

// ---- Map (mdl_map.c, mdl_unmap.c). Lock: held.

typedef struct syspte_mdl_map {
    syspte_cache cache;
    uint32_t priority; // MM_PAGE_PRIORITY and MdlMapping* flags
    bool must_succeed;
} syspte_mdl_map;

// Maps the pages into system space, and changes the copy as the MDL has to be changed. NULL: no
// PTEs, or the call stops.
void *syspte_mdl_map_system(syspte_call *call, syspte_mdl *mdl, const syspte_mdl_map *how);

// Records what is wrong with the MDL's pages, wherever they are to be mapped. True: stop.
bool syspte_mdl_check_pages(syspte_call *call, const syspte_mdl *mdl);

// The live mapping that was made through this MDL.
bool syspte_mdl_mapping(const syspte_mdl *mdl, syspte_row *out);

// Ends a live mapping that was made through an MDL.
void syspte_mdl_row_end(syspte_call *call, const syspte_row *row);

// Ends the MDL's own mapping, if it is live, and changes the copy.
void syspte_mdl_unmap_system(syspte_call *call, syspte_mdl *mdl);

// Counts an MDL's mapping in (1) or out (-1) of its frames.
void syspte_mdl_frames_count(const syspte_row *row, int change);

// ---- Requests (mdl.c). Lock: not held.

// Unmaps, unlocks and frees the MDL chain of a completed request.
void syspte_mdl_chain_release(syspte_api api, const syspte_caller *caller, PMDL chain);

#endif
