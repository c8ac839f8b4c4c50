// SPDX-License-Identifier: MIT
// The library as a peer: a booted machine, and the Windows functions a driver calls. Every run ends
// with a check that the machine is sound and that exactly what should be live is live.
#include "bench.h"

#include <syspte/report.h>
#include <syspte/scope.h>

#include <ntddk.h>

#include <string.h>

#define PHYSICAL_BASE 0x100000000ull

static syspte_config config_of(const syspte_bench_setup *setup)
{
    syspte_config config = syspte_config_default();

    config.profile = syspte_profile_find("win7-x64");
    config.pte_count = setup->pte_count;
    config.order = setup->order;
    config.accounting_only = !setup->backing;
    config.stack_frames = setup->stack_frames;
    return config;
}

static bool ours_begin(const syspte_bench_setup *setup)
{
    syspte_config config = config_of(setup);

    return syspte_boot(&config);
}

static void *ours_map(uint64_t slot, uint64_t page_count)
{
    PHYSICAL_ADDRESS physical;

    physical.QuadPart = (LONGLONG)(PHYSICAL_BASE + slot * SYSPTE_PAGE_BYTES);
    return MmMapIoSpace(physical, page_count * SYSPTE_PAGE_BYTES, MmNonCached);
}

static void ours_unmap(void *address, uint64_t page_count)
{
    MmUnmapIoSpace(address, page_count * SYSPTE_PAGE_BYTES);
}

static void ours_end(void)
{
    syspte_counters counters = syspte_counters_now();
    const char *broken = syspte_machine_check();

    if (broken != NULL)
        syspte_bench_fail("ours", broken);
    if (counters.maps == 0 || counters.live_ptes + counters.pte_free != counters.pte_total)
        syspte_bench_fail("ours", "the counters do not add up");
    if (syspte_shutdown() != counters.live_mappings)
        syspte_bench_fail("ours", "shutdown found another number of leaks");
    if (syspte_report_failures() != (counters.live_mappings > 0 ? 1u : 0u))
        syspte_bench_fail("ours", "the report does not have one finding a leaking site");
}

const syspte_bench_peer syspte_bench_ours = {
    .name = "syspte",
    .begin = ours_begin,
    .map = ours_map,
    .unmap = ours_unmap,
    .end = ours_end,
};

static void text_count(void *context, const char *text, size_t bytes)
{
    (void)text;
    *(uint64_t *)context += bytes;
}

double syspte_bench_report(const syspte_bench_peer *peer, const syspte_bench_setup *setup)
{
    uint64_t text_bytes = 0, leaked, begin, ns;
    const syspte_writer writer = {text_count, &text_bytes};
    syspte_scope scope;

    if (!peer->begin(setup))
        syspte_bench_fail(peer->name, "does not boot on this host");
    scope = syspte_scope_enter("all of it");
    while (peer->map(0, 1) != NULL)
        continue;
    begin = syspte_bench_now();
    leaked = syspte_scope_leave(scope);
    syspte_report(&writer);
    ns = syspte_bench_now() - begin;
    if (leaked != setup->pte_count || text_bytes == 0)
        syspte_bench_fail(peer->name, "the report does not have the whole pool");
    peer->end();
    return (double)ns / 1e9;
}

double syspte_bench_boot(const syspte_bench_peer *peer, const syspte_bench_setup *setup)
{
    syspte_config config = config_of(setup);
    uint64_t begin = syspte_bench_now();
    uint64_t count = 0, ns;

    (void)peer;
    do {
        for (unsigned i = 0; i < 16; i++, count++) {
            if (!syspte_boot(&config) || syspte_shutdown() != 0)
                syspte_bench_fail("ours", "does not boot on this host");
        }
        ns = syspte_bench_now() - begin;
    } while (ns < setup->target_ns);
    return (double)ns / (double)count;
}
