// SPDX-License-Identifier: MIT
// Interlocked lists and integers. A spin lock that comes with one protects nothing else and is
// taken at any IRQL, by interrupts too: its word is set here without a rule or an account. An
// S-list has an odd sequence number while it is being changed.
// Source: nf-wdm-exinterlockedinserttaillist, nf-wdm-exinterlockedremoveheadlist,
// nf-wdm-exinterlockedpushentryslist, nf-wdm-exquerydepthslist.
#include "sim/kernel.h"

static void lock(PKSPIN_LOCK word)
{
    while (__atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE) != 0) {
    }
}

static void unlock(PKSPIN_LOCK word)
{
    __atomic_store_n(word, 0, __ATOMIC_RELEASE);
}

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock)
{
    lock(Lock);
    PLIST_ENTRY first = IsListEmpty(ListHead) ? NULL : ListHead->Flink;
    InsertHeadList(ListHead, ListEntry);
    unlock(Lock);
    return first;
}

PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock)
{
    lock(Lock);
    PLIST_ENTRY last = IsListEmpty(ListHead) ? NULL : ListHead->Blink;
    InsertTailList(ListHead, ListEntry);
    unlock(Lock);
    return last;
}

PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
    lock(Lock);
    PLIST_ENTRY first = IsListEmpty(ListHead) ? NULL : RemoveHeadList(ListHead);
    unlock(Lock);
    return first;
}

PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
    lock(Lock);
    PSINGLE_LIST_ENTRY first = PopEntryList(ListHead);
    unlock(Lock);
    return first;
}

PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                              PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock)
{
    lock(Lock);
    PSINGLE_LIST_ENTRY first = ListHead->Next;
    PushEntryList(ListHead, ListEntry);
    unlock(Lock);
    return first;
}

LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
                                           PKSPIN_LOCK Lock)
{
    lock(Lock);
    LARGE_INTEGER before = *Addend;
    Addend->QuadPart += Increment.QuadPart;
    unlock(Lock);
    return before;
}

ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock)
{
    lock(Lock);
    ULONG before = *Addend;
    *Addend += Increment;
    unlock(Lock);
    return before;
}

// ---- Lists of single links

// The low 16 bits are the depth, and from bit 16 on the sequence number goes up.
enum { DEPTH = 0xFFFF, SEQUENCE = 0x10000 };

VOID InitializeSListHead(PSLIST_HEADER SListHead)
{
    SListHead->Alignment = 0;
    SListHead->Region = 0;
}

// Returns what Alignment was before: its sequence number is odd from here on.
static ULONGLONG begin(PSLIST_HEADER head)
{
    ULONGLONG before = __atomic_load_n(&head->Alignment, __ATOMIC_RELAXED) & ~(ULONGLONG)SEQUENCE;
    while (!__atomic_compare_exchange_n(&head->Alignment, &before, before | SEQUENCE, true,
                                        __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        before &= ~(ULONGLONG)SEQUENCE;
    }
    return before;
}

static void end(PSLIST_HEADER head, ULONGLONG before, ULONGLONG depth)
{
    ULONGLONG sequence = (before & ~(ULONGLONG)DEPTH) + 2 * SEQUENCE;
    __atomic_store_n(&head->Alignment, sequence | (depth & DEPTH), __ATOMIC_RELEASE);
}

static PSLIST_ENTRY first_of(const SLIST_HEADER *head)
{
    return (PSLIST_ENTRY)(ULONG_PTR)(head->Region & ~(ULONGLONG)0xF);
}

PSLIST_ENTRY ExpInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry)
{
    ULONGLONG before = begin(ListHead);
    PSLIST_ENTRY first = first_of(ListHead);
    ListEntry->Next = first;
    ListHead->Region = (ULONG_PTR)ListEntry;
    end(ListHead, before, (before & DEPTH) + 1);
    return first;
}

PSLIST_ENTRY ExpInterlockedPopEntrySList(PSLIST_HEADER ListHead)
{
    ULONGLONG before = begin(ListHead);
    PSLIST_ENTRY first = first_of(ListHead);
    if (first != NULL) {
        ListHead->Region = (ULONG_PTR)first->Next;
    }
    end(ListHead, before, (before & DEPTH) - (first != NULL));
    return first;
}

PSLIST_ENTRY ExpInterlockedFlushSList(PSLIST_HEADER ListHead)
{
    ULONGLONG before = begin(ListHead);
    PSLIST_ENTRY first = first_of(ListHead);
    ListHead->Region = 0;
    end(ListHead, before, 0);
    return first;
}

USHORT ExQueryDepthSList(PSLIST_HEADER SListHead)
{
    return (USHORT)(__atomic_load_n(&SListHead->Alignment, __ATOMIC_ACQUIRE) & DEPTH);
}
