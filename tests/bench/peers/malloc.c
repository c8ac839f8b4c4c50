// SPDX-License-Identifier: MIT
// malloc and free of 64 bytes: what a test pays for a mock that hands out heap memory and looks at
// nothing. And a peer that does nothing at all, to show what the harness itself costs.
#include "peers.h"

#include <stdlib.h>

static bool begin(const syspte_bench_setup *setup)
{
    (void)setup;
    return true;
}

static void end(void)
{
}

static void *malloc_map(uint64_t slot, uint64_t page_count)
{
    (void)slot;
    (void)page_count;
    return malloc(64);
}

static void malloc_unmap(void *address, uint64_t page_count)
{
    (void)page_count;
    free(address);
}

static void *nothing_map(uint64_t slot, uint64_t page_count)
{
    return (void *)(uintptr_t)(slot * SYSPTE_PAGE_BYTES + page_count);
}

static void nothing_unmap(void *address, uint64_t page_count)
{
    (void)address;
    (void)page_count;
}

const syspte_bench_peer syspte_peer_malloc = {
    .name = "malloc + free, 64 bytes",
    .begin = begin,
    .map = malloc_map,
    .unmap = malloc_unmap,
    .end = end,
};

const syspte_bench_peer syspte_peer_nothing = {
    .name = "nothing",
    .begin = begin,
    .map = nothing_map,
    .unmap = nothing_unmap,
    .end = end,
};
