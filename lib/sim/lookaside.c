// SPDX-License-Identifier: MIT
// Lookaside lists, which keep nothing back: what is taken from one is allocated there and then by
// the list's own function or from pool with the list's tag, and what is given back is freed. So
// each block has the line that holds it, and a use after the block was given back is found.
// Source: nf-wdm-exinitializenpagedlookasidelist, nf-wdm-exallocatefromnpagedlookasidelist,
// nf-wdm-exinitializelookasidelistex, nf-wdm-exfreetolookasidelistex.
#include "sim/call.h"

// The three kinds have the same members.
#define BEGIN(list, pool, size, tag, depth)                                                        \
    do {                                                                                           \
        __builtin_memset((list), 0, sizeof *(list));                                               \
        (list)->L.Type = (pool);                                                                   \
        (list)->L.Size = (ULONG)(size);                                                            \
        (list)->L.Tag = (tag);                                                                     \
        (list)->L.Depth = (depth);                                                                 \
        InitializeListHead(&(list)->L.ListEntry);                                                  \
    } while (0)

VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                     PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                     USHORT Depth)
{
    BEGIN(Lookaside, (POOL_TYPE)(NonPagedPool | (LONG)(Flags & POOL_NX_ALLOCATION)), Size, Tag,
          Depth);
    Lookaside->L.Allocate = Allocate;
    Lookaside->L.Free = Free;
}

VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                    PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                    USHORT Depth)
{
    (void)Flags;
    BEGIN(Lookaside, PagedPool, Size, Tag, Depth);
    Lookaside->L.Allocate = Allocate;
    Lookaside->L.Free = Free;
}

NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PALLOCATE_FUNCTION_EX Allocate,
                                     PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
                                     SIZE_T Size, ULONG Tag, USHORT Depth)
{
    const ULONG both =
        EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL | EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE;
    if ((Flags & ~both) != 0 || Flags == both) {
        return STATUS_INVALID_PARAMETER;
    }
    if ((Flags & EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL) != 0) {
        PoolType = (POOL_TYPE)((LONG)PoolType | POOL_RAISE_IF_ALLOCATION_FAILURE);
    }
    BEGIN(Lookaside, PoolType, Size, Tag, Depth);
    Lookaside->L.AllocateEx = Allocate;
    Lookaside->L.FreeEx = Free;
    return STATUS_SUCCESS;
}

// ---- Nothing is kept back, so nothing is left to end

VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
    (void)Lookaside;
}

VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
    (void)Lookaside;
}

VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    (void)Lookaside;
}

VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    (void)Lookaside;
}

// ---- Use

static PVOID take(GENERAL_LOOKASIDE *list, const syspte_caller *caller)
{
    list->TotalAllocates++;
    list->AllocateMisses++;
    if (list->Allocate != NULL) {
        return list->Allocate(list->Type, list->Size, list->Tag);
    }
    return syspte_at_ExAllocatePoolWithTag(list->Type, list->Size, list->Tag, caller->file,
                                           caller->line, caller->function);
}

static void give(GENERAL_LOOKASIDE *list, PVOID entry, const syspte_caller *caller)
{
    list->TotalFrees++;
    list->FreeMisses++;
    if (list->Free != NULL) {
        list->Free(entry);
    } else {
        syspte_at_ExFreePoolWithTag(entry, list->Tag, caller->file, caller->line, caller->function);
    }
}

SYSPTE_ENTRY(PVOID, ExAllocateFromNPagedLookasideList, (PNPAGED_LOOKASIDE_LIST Lookaside),
             (Lookaside))
{
    return take(&Lookaside->L, caller);
}

SYSPTE_ENTRY_VOID(ExFreeToNPagedLookasideList, (PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry),
                  (Lookaside, Entry))
{
    give(&Lookaside->L, Entry, caller);
}

SYSPTE_ENTRY(PVOID, ExAllocateFromPagedLookasideList, (PPAGED_LOOKASIDE_LIST Lookaside),
             (Lookaside))
{
    return take(&Lookaside->L, caller);
}

SYSPTE_ENTRY_VOID(ExFreeToPagedLookasideList, (PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry),
                  (Lookaside, Entry))
{
    give(&Lookaside->L, Entry, caller);
}

SYSPTE_ENTRY(PVOID, ExAllocateFromLookasideListEx, (PLOOKASIDE_LIST_EX Lookaside), (Lookaside))
{
    GENERAL_LOOKASIDE_POOL *list = &Lookaside->L;
    list->TotalAllocates++;
    list->AllocateMisses++;
    if (list->AllocateEx != NULL) {
        return list->AllocateEx(list->Type, list->Size, list->Tag, Lookaside);
    }
    return syspte_at_ExAllocatePoolWithTag(list->Type, list->Size, list->Tag, caller->file,
                                           caller->line, caller->function);
}

SYSPTE_ENTRY_VOID(ExFreeToLookasideListEx, (PLOOKASIDE_LIST_EX Lookaside, PVOID Entry),
                  (Lookaside, Entry))
{
    GENERAL_LOOKASIDE_POOL *list = &Lookaside->L;
    list->TotalFrees++;
    list->FreeMisses++;
    if (list->FreeEx != NULL) {
        list->FreeEx(Entry, Lookaside);
    } else {
        syspte_at_ExFreePoolWithTag(Entry, list->Tag, caller->file, caller->line, caller->function);
    }
}
