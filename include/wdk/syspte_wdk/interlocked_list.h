// SPDX-License-Identifier: MIT
// Lists and integers that are changed under a spin lock which nothing else is used with, at any
// IRQL, and lists of single links that need none.
#ifndef SYSPTE_WDK_INTERLOCKED_LIST_H
#define SYSPTE_WDK_INTERLOCKED_LIST_H

NTKERNELAPI PLIST_ENTRY FASTCALL ExInterlockedInsertHeadList(_Inout_ PLIST_ENTRY ListHead,
                                                             _Inout_ PLIST_ENTRY ListEntry,
                                                             _Inout_ PKSPIN_LOCK Lock);
NTKERNELAPI PLIST_ENTRY FASTCALL ExInterlockedInsertTailList(_Inout_ PLIST_ENTRY ListHead,
                                                             _Inout_ PLIST_ENTRY ListEntry,
                                                             _Inout_ PKSPIN_LOCK Lock);
NTKERNELAPI PLIST_ENTRY FASTCALL ExInterlockedRemoveHeadList(_Inout_ PLIST_ENTRY ListHead,
                                                             _Inout_ PKSPIN_LOCK Lock);
NTKERNELAPI PSINGLE_LIST_ENTRY FASTCALL
ExInterlockedPopEntryList(_Inout_ PSINGLE_LIST_ENTRY ListHead, _Inout_ PKSPIN_LOCK Lock);
NTKERNELAPI PSINGLE_LIST_ENTRY FASTCALL
ExInterlockedPushEntryList(_Inout_ PSINGLE_LIST_ENTRY ListHead,
                           _Inout_ PSINGLE_LIST_ENTRY ListEntry, _Inout_ PKSPIN_LOCK Lock);
NTKERNELAPI LARGE_INTEGER NTAPI ExInterlockedAddLargeInteger(_Inout_ PLARGE_INTEGER Addend,
                                                             _In_ LARGE_INTEGER Increment,
                                                             _Inout_ PKSPIN_LOCK Lock);
NTKERNELAPI ULONG FASTCALL ExInterlockedAddUlong(_Inout_ PULONG Addend, _In_ ULONG Increment,
                                                 _Inout_ PKSPIN_LOCK Lock);

// ---- Lists of single links

NTKERNELAPI VOID NTAPI InitializeSListHead(_Out_ PSLIST_HEADER SListHead);
NTKERNELAPI PSLIST_ENTRY NTAPI ExpInterlockedPushEntrySList(_Inout_ PSLIST_HEADER ListHead,
                                                            _Inout_ PSLIST_ENTRY ListEntry);
NTKERNELAPI PSLIST_ENTRY NTAPI ExpInterlockedPopEntrySList(_Inout_ PSLIST_HEADER ListHead);
NTKERNELAPI PSLIST_ENTRY NTAPI ExpInterlockedFlushSList(_Inout_ PSLIST_HEADER ListHead);
NTKERNELAPI USHORT NTAPI ExQueryDepthSList(_In_ PSLIST_HEADER SListHead);

#define ExInitializeSListHead(head)                    InitializeSListHead(head)
#define ExInterlockedPushEntrySList(head, entry, lock) ExpInterlockedPushEntrySList(head, entry)
#define ExInterlockedPopEntrySList(head, lock)         ExpInterlockedPopEntrySList(head)
#define ExInterlockedFlushSList(head)                  ExpInterlockedFlushSList(head)
#define InterlockedPushEntrySList(head, entry)         ExpInterlockedPushEntrySList(head, entry)
#define InterlockedPopEntrySList(head)                 ExpInterlockedPopEntrySList(head)
#define InterlockedFlushSList(head)                    ExpInterlockedFlushSList(head)
#define QueryDepthSList(head)                          ExQueryDepthSList(head)

#endif
