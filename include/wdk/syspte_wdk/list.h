// SPDX-License-Identifier: MIT
// Doubly and singly linked lists, whose entries lie inside what they link.
#ifndef SYSPTE_WDK_LIST_H
#define SYSPTE_WDK_LIST_H

SYSPTE_WDK_INLINE VOID InitializeListHead(_Out_ PLIST_ENTRY ListHead)
{
    ListHead->Flink = ListHead->Blink = ListHead;
}

SYSPTE_WDK_INLINE BOOLEAN IsListEmpty(_In_ const LIST_ENTRY *ListHead)
{
    return (BOOLEAN)(ListHead->Flink == ListHead);
}

// TRUE if the list is empty afterwards.
SYSPTE_WDK_INLINE BOOLEAN RemoveEntryList(_In_ PLIST_ENTRY Entry)
{
    PLIST_ENTRY next = Entry->Flink;
    PLIST_ENTRY previous = Entry->Blink;

    previous->Flink = next;
    next->Blink = previous;
    return (BOOLEAN)(next == previous);
}

SYSPTE_WDK_INLINE PLIST_ENTRY RemoveHeadList(_Inout_ PLIST_ENTRY ListHead)
{
    PLIST_ENTRY entry = ListHead->Flink;
    (void)RemoveEntryList(entry);
    return entry;
}

SYSPTE_WDK_INLINE PLIST_ENTRY RemoveTailList(_Inout_ PLIST_ENTRY ListHead)
{
    PLIST_ENTRY entry = ListHead->Blink;
    (void)RemoveEntryList(entry);
    return entry;
}

SYSPTE_WDK_INLINE VOID InsertHeadList(_Inout_ PLIST_ENTRY ListHead, _Out_ PLIST_ENTRY Entry)
{
    PLIST_ENTRY next = ListHead->Flink;

    Entry->Flink = next;
    Entry->Blink = ListHead;
    next->Blink = Entry;
    ListHead->Flink = Entry;
}

SYSPTE_WDK_INLINE VOID InsertTailList(_Inout_ PLIST_ENTRY ListHead, _Out_ PLIST_ENTRY Entry)
{
    InsertHeadList(ListHead->Blink, Entry);
}

// Links the list that starts at `ListToAppend`, which has no head of its own, at the end.
SYSPTE_WDK_INLINE VOID AppendTailList(_Inout_ PLIST_ENTRY ListHead,
                                      _Inout_ PLIST_ENTRY ListToAppend)
{
    PLIST_ENTRY end = ListHead->Blink;

    ListHead->Blink->Flink = ListToAppend;
    ListHead->Blink = ListToAppend->Blink;
    ListToAppend->Blink->Flink = ListHead;
    ListToAppend->Blink = end;
}

SYSPTE_WDK_INLINE PSINGLE_LIST_ENTRY PopEntryList(_Inout_ PSINGLE_LIST_ENTRY ListHead)
{
    PSINGLE_LIST_ENTRY first = ListHead->Next;

    if (first != NULL) {
        ListHead->Next = first->Next;
    }
    return first;
}

SYSPTE_WDK_INLINE VOID PushEntryList(_Inout_ PSINGLE_LIST_ENTRY ListHead,
                                     _Inout_ PSINGLE_LIST_ENTRY Entry)
{
    Entry->Next = ListHead->Next;
    ListHead->Next = Entry;
}

#endif
