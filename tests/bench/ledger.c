// SPDX-License-Identifier: MIT
// The ledger alone, as a peer: note a row, find it and strike it. No pool says where a mapping
// goes; each slot has its own place, far enough from the next for the longest mapping.
#include "bench.h"

#include "core/ledger.h"

#include <sys/mman.h>

static syspte_ledger ledger;
static void *storage;
static uint64_t storage_bytes;
static uint64_t sequence_next;

static void panic(const char *text)
{
    syspte_bench_fail("ledger", text);
}

static bool ledger_begin(const syspte_bench_setup *setup)
{
    uint64_t capacity = setup->live * setup->pages_max;

    storage_bytes = syspte_ledger_storage(capacity);
    storage = mmap(NULL, storage_bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (storage == MAP_FAILED)
        return false;
    syspte_ledger_init(&ledger, storage, capacity, panic);
    syspte_ledger_reach(&ledger, 0, capacity);
    sequence_next = 1;
    return true;
}

static void *ledger_map(uint64_t slot, uint64_t page_count)
{
    const syspte_row row = {.id = slot,
                            .physical_address = slot * SYSPTE_PAGE_BYTES,
                            .bytes = page_count * SYSPTE_PAGE_BYTES,
                            .pte_count = page_count,
                            .sequence = sequence_next++,
                            .context = 1};

    syspte_ledger_note(&ledger, &row);
    return (void *)(uintptr_t)((slot + 1) * SYSPTE_PAGE_BYTES);
}

static void ledger_unmap(void *address, uint64_t page_count)
{
    syspte_row row;

    if (!syspte_ledger_find(&ledger, (uintptr_t)address / SYSPTE_PAGE_BYTES - 1, &row) ||
        row.pte_count != page_count || !syspte_ledger_strike(&ledger, &row))
        syspte_bench_fail("ledger", "a row that was noted is not there");
}

static void ledger_end(void)
{
    (void)munmap(storage, storage_bytes);
}

const syspte_bench_peer syspte_bench_ledger = {
    .name = "the ledger alone",
    .begin = ledger_begin,
    .map = ledger_map,
    .unmap = ledger_unmap,
    .end = ledger_end,
};
