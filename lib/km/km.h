// SPDX-License-Identifier: MIT
// The one instance of a driver: storage, lock, states, counts.
#ifndef SYSPTE_KM_KM_H
#define SYSPTE_KM_KM_H

#include <ntddk.h>

#include "core/account.h"

#include "km/syspte_km.h"

typedef struct syspte_km_state {
    volatile LONG running; // 1 while calls are noted
    volatile LONG inside;  // calls that are being noted
    KSPIN_LOCK lock;       // of all that follows
    syspte_account account;
    syspte_ledger_hash mdls; // those that this driver made
    PVOID storage;
    SIZE_T bytes;
    ULONG capacity;
    CHAR *draft;             // of a report: DRAFT_BYTES
    volatile LONG reporting; // 1 while it is in use
    ULONG missed_full;
    volatile LONG missed_irql;
    ULONG not_followed;
    ULONG foreign;
    ULONG ended_unseen;
} syspte_km_state;

extern syspte_km_state syspte_km;

enum { SYSPTE_KM_DRAFT_BYTES = 32 * 1024 };

// Begins to note, with the lock. False: nothing is to be noted now.
BOOLEAN syspte_km_enter(KIRQL *irql);
VOID syspte_km_leave(KIRQL irql);

// The context of a call. Lock: held.
ULONG syspte_km_context(const syspte_km_site *site, ULONG cache);

#endif
