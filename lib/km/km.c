// SPDX-License-Identifier: MIT
// Begin, end and the way in. Whoever notes counts itself in before it looks whether there is
// anything to note to, so that the end can wait for those who are inside. Above DISPATCH_LEVEL no
// lock can be taken: such a call is counted and nothing else.
#include "km/km.h"

#include "core/report.h"

enum {
    CONTEXTS = 1024,
    FINDINGS = 128,
    HISTORY = 256,
    TAG = 0x74707953,
    LEAST = 16,
    MOST = 1 << 20
};

syspte_km_state syspte_km;

static VOID panic(const char *text)
{
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "syspte: broken, noting no more: %s\n",
               text);
    InterlockedExchange(&syspte_km.running, 0);
}

// ---- In and out

BOOLEAN syspte_km_enter(KIRQL *irql)
{
    InterlockedIncrement(&syspte_km.inside);
    if (syspte_km.running == 0) {
        InterlockedDecrement(&syspte_km.inside);
        return FALSE;
    }
    if (KeGetCurrentIrql() > DISPATCH_LEVEL) {
        InterlockedIncrement(&syspte_km.missed_irql);
        InterlockedDecrement(&syspte_km.inside);
        return FALSE;
    }
    KeAcquireSpinLock(&syspte_km.lock, irql);
    return TRUE;
}

VOID syspte_km_leave(KIRQL irql)
{
    KeReleaseSpinLock(&syspte_km.lock, irql);
    InterlockedDecrement(&syspte_km.inside);
}

// ---- Begin and end

static syspte_account_sizes sizes_of(ULONG capacity)
{
    syspte_account_sizes sizes = {0, CONTEXTS, 0, HISTORY, FINDINGS, 16, 16};
    sizes.holdings = capacity;
    return sizes;
}

static SIZE_T round_up(uint64_t bytes)
{
    return (SIZE_T)((bytes + 63) & ~(uint64_t)63);
}

NTSTATUS syspte_km_start(PDRIVER_OBJECT driver, ULONG capacity)
{
    syspte_km_state *km = &syspte_km;
    ULONG rows = LEAST;
    UNREFERENCED_PARAMETER(driver);
    if (capacity < LEAST || capacity > MOST) {
        return STATUS_INVALID_PARAMETER;
    }
    while (rows < capacity) {
        rows *= 2;
    }
    if (km->storage != NULL) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    syspte_account_sizes sizes = sizes_of(rows);
    SIZE_T account_bytes = round_up(syspte_account_storage(&sizes));
    SIZE_T mdl_bytes = round_up(syspte_ledger_hash_storage(rows));
    SIZE_T bytes = account_bytes + mdl_bytes + SYSPTE_KM_DRAFT_BYTES + 64;
    PUCHAR storage = ExAllocatePoolWithTag(NonPagedPool, bytes, TAG);
    if (storage == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlZeroMemory(storage, bytes);
    PUCHAR at = (PUCHAR)(((ULONG_PTR)storage + 63) & ~(ULONG_PTR)63);
    KeInitializeSpinLock(&km->lock);
    syspte_account_init(&km->account, at, &sizes, 0, panic);
    syspte_ledger_hash_init(&km->mdls, at + account_bytes, rows, panic);
    km->draft = (CHAR *)at + account_bytes + mdl_bytes;
    km->storage = storage;
    km->bytes = bytes;
    km->capacity = rows;
    km->missed_full = km->not_followed = km->foreign = km->ended_unseen = 0;
    km->missed_irql = 0;
    InterlockedExchange(&km->running, 1);
    return STATUS_SUCCESS;
}

// What is still held is a leak of the driver.
static VOID leaks_list(VOID)
{
    KIRQL irql;
    if (syspte_km_enter(&irql)) {
        (void)syspte_account_list(&syspte_km.account, SYSPTE_RULE_LEAK, "load to unload", 0, NULL,
                                  NULL);
        syspte_km_leave(irql);
    }
}

VOID syspte_km_stop(VOID)
{
    syspte_km_state *km = &syspte_km;
    LARGE_INTEGER wait;
    wait.QuadPart = -10000; // a millisecond
    if (km->storage == NULL) {
        return;
    }
    leaks_list();
    syspte_km_report(NULL);
    InterlockedExchange(&km->running, 0);
    while (InterlockedCompareExchange(&km->inside, 0, 0) != 0) {
        (void)KeDelayExecutionThread(KernelMode, FALSE, &wait);
    }
    ExFreePoolWithTag(km->storage, TAG);
    km->storage = NULL;
}

// ---- Scopes

ULONG64 syspte_km_scope_enter(PCSTR name)
{
    KIRQL irql;
    ULONG64 scope = 0;
    if (syspte_km_enter(&irql)) {
        scope = syspte_scopes_enter(&syspte_km.account, name, NULL);
        syspte_km_leave(irql);
    }
    return scope;
}

ULONG64 syspte_km_scope_enter_cycle(PCSTR name)
{
    KIRQL irql;
    ULONG64 scope = 0;
    if (syspte_km_enter(&irql)) {
        scope = syspte_scopes_enter_cycle(&syspte_km.account, name);
        syspte_km_leave(irql);
    }
    return scope;
}

ULONG64 syspte_km_scope_leave(ULONG64 scope)
{
    KIRQL irql;
    ULONG64 leaked = 0;
    if (syspte_km_enter(&irql)) {
        leaked = syspte_scopes_leave(&syspte_km.account, scope);
        syspte_km_leave(irql);
    }
    return leaked;
}
