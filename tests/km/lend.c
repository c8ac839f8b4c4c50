// SPDX-License-Identifier: MIT
// lend.sys: MmMapIoSpace and MmUnmapIoSpace for Wine's kernel, which has no body for them. It lends
// pages of an array, each call pages of its own.
#include <ntddk.h>

enum { PAGES = 256 };

static UCHAR memory[(PAGES + 1) * PAGE_SIZE];
static UCHAR lent[PAGES]; // pages of the mapping that begins there; the others behind it: 255
static LONG busy;

static PUCHAR page_at(ULONG index)
{
    return (PUCHAR)(((ULONG_PTR)memory + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1)) +
           index * PAGE_SIZE;
}

static VOID take(VOID)
{
    while (InterlockedExchange(&busy, 1) != 0) {
        YieldProcessor();
    }
}

static VOID give(VOID)
{
    InterlockedExchange(&busy, 0);
}

PVOID NTAPI LendMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                           MEMORY_CACHING_TYPE CacheType)
{
    ULONG offset = (ULONG)PhysicalAddress.QuadPart & (PAGE_SIZE - 1);
    ULONG pages = (ULONG)((offset + NumberOfBytes + PAGE_SIZE - 1) / PAGE_SIZE);
    ULONG first, free = 0;
    PVOID va = NULL;

    UNREFERENCED_PARAMETER(CacheType);
    if (NumberOfBytes == 0 || pages > 100) {
        return NULL;
    }
    take();
    for (first = 0; first < PAGES && free < pages; first++) {
        free = lent[first] == 0 ? free + 1 : 0;
    }
    if (free == pages) {
        first -= pages;
        RtlFillMemory(lent + first, pages, 255);
        lent[first] = (UCHAR)pages;
        va = page_at(first) + offset;
    }
    give();
    return va;
}

VOID NTAPI LendUnmapIoSpace(PVOID BaseAddress, SIZE_T NumberOfBytes)
{
    ULONG first = (ULONG)(((PUCHAR)BaseAddress - page_at(0)) / PAGE_SIZE);

    UNREFERENCED_PARAMETER(NumberOfBytes);
    take();
    RtlZeroMemory(lent + first, lent[first]);
    give();
}

