// SPDX-License-Identifier: MIT
// Mappings with a count of references, found by their physical address: a range that is in use is
// not mapped again, and is unmapped when its last user goes.
#include "idioms.h"

typedef struct _CACHED {
    LIST_ENTRY Link;
    PHYSICAL_ADDRESS Address;
    SIZE_T Bytes;
    PVOID Base;
    LONG References;
} CACHED, *PCACHED;

static LIST_ENTRY Cache;
static KSPIN_LOCK CacheLock;

VOID CacheCreate(VOID)
{
    InitializeListHead(&Cache);
    KeInitializeSpinLock(&CacheLock);
}

static PCACHED FindByAddress(PHYSICAL_ADDRESS Address, SIZE_T Bytes)
{
    PLIST_ENTRY at;
    for (at = Cache.Flink; at != &Cache; at = at->Flink) {
        PCACHED cached = CONTAINING_RECORD(at, CACHED, Link);
        if (cached->Address.QuadPart == Address.QuadPart && cached->Bytes >= Bytes) {
            return cached;
        }
    }
    return NULL;
}

static PCACHED Add(PHYSICAL_ADDRESS Address, SIZE_T Bytes)
{
    // FOUND leak: ExAllocatePoolWithTag in Add: 1 block
    PCACHED cached = ExAllocatePoolWithTag(NonPagedPool, sizeof(CACHED), IDIOM_TAG);
    if (cached == NULL) {
        return NULL;
    }
    cached->Address = Address;
    cached->Bytes = Bytes;
    cached->References = 0;
    // FOUND leak: MmMapIoSpace in Add: 1 mapping
    cached->Base = MmMapIoSpace(Address, Bytes, MmNonCached);
    if (cached->Base == NULL) {
        ExFreePoolWithTag(cached, IDIOM_TAG);
        return NULL;
    }
    InsertTailList(&Cache, &cached->Link);
    return cached;
}

PVOID CacheAcquire(PHYSICAL_ADDRESS Address, SIZE_T Bytes)
{
    PCACHED cached;
    PVOID base = NULL;
    KIRQL irql;
    KeAcquireSpinLock(&CacheLock, &irql);
    cached = FindByAddress(Address, Bytes);
    if (cached == NULL) {
        cached = Add(Address, Bytes);
    }
    if (cached != NULL) {
        cached->References++;
        base = cached->Base;
    }
    KeReleaseSpinLock(&CacheLock, irql);
    return base;
}

VOID CacheRelease(PVOID Base)
{
    PLIST_ENTRY at;
    KIRQL irql;
    KeAcquireSpinLock(&CacheLock, &irql);
    for (at = Cache.Flink; at != &Cache; at = at->Flink) {
        PCACHED cached = CONTAINING_RECORD(at, CACHED, Link);
        if (cached->Base == Base && --cached->References == 0) {
            RemoveEntryList(&cached->Link);
            MmUnmapIoSpace(cached->Base, cached->Bytes);
            ExFreePoolWithTag(cached, IDIOM_TAG);
            break;
        }
    }
    KeReleaseSpinLock(&CacheLock, irql);
}

NTSTATUS CacheUse(PHYSICAL_ADDRESS Address, SIZE_T Bytes, BOOLEAN Refuse)
{
    NTSTATUS status = STATUS_SUCCESS;
    PUCHAR base = CacheAcquire(Address, Bytes);
    if (base == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (Refuse) {
        status = STATUS_DEVICE_NOT_READY;
    } else {
        WRITE_REGISTER_UCHAR(base, 1);
    }
    CacheRelease(base);
    return status;
}

// The defect: a reference is not given back on the way out that is taken seldom.
NTSTATUS CacheUseLeaks(PHYSICAL_ADDRESS Address, SIZE_T Bytes, BOOLEAN Refuse)
{
    PUCHAR base = CacheAcquire(Address, Bytes);
    if (base == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (Refuse) {
        return STATUS_DEVICE_NOT_READY;
    }
    WRITE_REGISTER_UCHAR(base, 1);
    CacheRelease(base);
    return STATUS_SUCCESS;
}
