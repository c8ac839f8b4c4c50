// SPDX-License-Identifier: MIT
// The rows: which two peers, in which workload, and what their ratio should be. Both sides of a row
// run in turn, round after round; the ratio is that of the two medians. Rounds take the time it
// takes to start the pools too, so the big ones have few.
#include "peers/peers.h"

#include <stdlib.h>
#include <string.h>

#define PTES_LARGE (1ull << 25)
#define PTES_MID   524288ull
#define PTES_SMALL 25000ull
#define MS         1000000ull

// A list whose pool is in the state that frees in ascending order leave behind.
static double list_failing(const syspte_bench_peer *peer, const syspte_bench_setup *setup);

// What setups have in common.
#define LIFO     .pte_count = PTES_MID, .target_ns = 60 * MS
#define LIVE_5K  .pte_count = PTES_MID, .live = 5000, .pages_max = 16, .target_ns = 100 * MS
#define LIVE_10K .pte_count = PTES_MID, .live = 10000, .pages_max = 16, .target_ns = 100 * MS
#define LIVE_1M  .pte_count = PTES_LARGE, .live = 1000000, .pages_max = 16, .target_ns = 400 * MS
#define FULL     .pte_count = PTES_LARGE, .target_ns = 60 * MS
#define BACKED   .pte_count = PTES_LARGE, .backing = true, .touch = true, .target_ns = 60 * MS

#define OURS &syspte_bench_ours
#define LIST &syspte_peer_list

// A table stays a table:
// clang-format off
const syspte_bench_row syspte_bench_rows[] = {
    {"map + unmap, 1 page, against the untracked list",
     "ns", SYSPTE_BENCH_AT_MOST, 2, 0.8, 9,
     OURS, LIST, syspte_bench_lifo, syspte_bench_lifo, {LIFO}, {LIFO}},
    {"map + unmap, 1 page, against malloc + free",
     "ns", SYSPTE_BENCH_AT_MOST, 5, 2, 9,
     OURS, &syspte_peer_malloc, syspte_bench_lifo, syspte_bench_lifo, {LIFO}, {LIFO}},
    {"with 16 frames, against a hand-written tracker",
     "ns", SYSPTE_BENCH_AT_LEAST, 10, 30, 7,
     OURS, &syspte_peer_tracker, syspte_bench_lifo, syspte_bench_lifo,
     {LIFO, .stack_frames = 16}, {LIFO}},
    {"with 16 frames, against usersim's detector re-created",
     "ns", SYSPTE_BENCH_AT_LEAST, 40, 100, 7,
     OURS, &syspte_peer_usersim, syspte_bench_lifo, syspte_bench_lifo,
     {LIFO, .stack_frames = 16}, {LIFO}},
    {"10,000 live of 1-16 pages, against the untracked list",
     "ns", SYSPTE_BENCH_AT_LEAST, 20, 50, 7,
     OURS, LIST, syspte_bench_random, syspte_bench_random, {LIVE_10K}, {LIVE_10K}},
    {"1,000,000 live of 1-16 pages, against malloc + free",
     "ns", SYSPTE_BENCH_AT_MOST, 6, 4, 5,
     OURS, &syspte_peer_malloc, syspte_bench_random, syspte_bench_random, {LIVE_1M}, {LIVE_1M}},
    {"failing 2-page request, 33.5M PTEs against 25,000",
     "ns", SYSPTE_BENCH_AT_MOST, 10, 2, 3,
     OURS, OURS, syspte_bench_failing, syspte_bench_failing,
     {FULL}, {.pte_count = PTES_SMALL, .target_ns = 60 * MS}},
    {"failing 2-page request, 524,288 PTEs, against the list",
     "ns", SYSPTE_BENCH_AT_LEAST, 1000, 5000, 5,
     OURS, LIST, syspte_bench_failing, list_failing, {LIFO}, {LIFO}},
    {"leak 33.5M pages to the end, against the untracked list",
     "ns", SYSPTE_BENCH_AT_MOST, 3, 1.3, 3,
     OURS, LIST, syspte_bench_leak, syspte_bench_leak, {FULL}, {FULL}},
    {"two threads against one, 1 page",
     "ns", SYSPTE_BENCH_AT_LEAST, 1, 1.7, 9,
     OURS, OURS, syspte_bench_lifo, syspte_bench_lifo, {LIFO, .threads = 2}, {LIFO}},
    {"two threads against one, 5,000 live each of 1-16 pages",
     "ns", SYSPTE_BENCH_AT_LEAST, 1, 1.5, 9,
     OURS, OURS, syspte_bench_random, syspte_bench_random, {LIVE_5K, .threads = 2}, {LIVE_5K}},
    {"bytes a live mapping, 33.5M, against a hand-written tracker",
     "bytes", SYSPTE_BENCH_AT_MOST, 0.25, 0.125, 1,
     OURS, &syspte_peer_tracker, syspte_bench_bytes, syspte_bench_bytes,
     {FULL}, {.pte_count = 1000000}},
    {"map + unmap under Memcheck, against malloc + free",
     "ns", SYSPTE_BENCH_AT_MOST, 1, 0.5, 5,
     OURS, &syspte_peer_malloc, NULL, NULL, {LIFO}, {LIFO}},
    {"with memory, touched, against bare mmap",
     "ns", SYSPTE_BENCH_AT_MOST, 1.3, 1.05, 11,
     OURS, &syspte_peer_mmap, syspte_bench_lifo, syspte_bench_lifo, {BACKED}, {BACKED}},
    {"boot + shutdown, against one bare mmap pair",
     "ns", SYSPTE_BENCH_AT_MOST, 20, 5, 9,
     OURS, &syspte_peer_mmap, syspte_bench_boot, syspte_bench_lifo, {BACKED}, {BACKED}},
    {"leak report over 33.5M live mappings",
     "s", SYSPTE_BENCH_AT_MOST, 2, 0.1, 3,
     OURS, NULL, syspte_bench_report, NULL, {FULL}, {FULL}},
    {"the ledger alone, 10,000 live",
     "ns", SYSPTE_BENCH_AT_MOST, 0, 0, 3,
     &syspte_bench_ledger, NULL, syspte_bench_random, NULL, {LIVE_10K}, {LIVE_10K}},
    {"the ledger alone, 1,000,000 live",
     "ns", SYSPTE_BENCH_AT_MOST, 0, 0, 3,
     &syspte_bench_ledger, NULL, syspte_bench_random, NULL, {LIVE_1M}, {LIVE_1M}},
    {"the harness alone, 1 page",
     "ns", SYSPTE_BENCH_AT_MOST, 0, 0, 3,
     &syspte_peer_nothing, NULL, syspte_bench_lifo, NULL, {LIFO}, {LIFO}},
};
// clang-format on

const unsigned syspte_bench_row_count = sizeof(syspte_bench_rows) / sizeof(syspte_bench_rows[0]);

static double list_failing(const syspte_bench_peer *peer, const syspte_bench_setup *setup)
{
    const unsigned calls = 50;
    uint64_t begin, ns;

    if (!peer->begin(setup))
        syspte_bench_fail(peer->name, "does not start on this host");
    syspte_peer_list_shatter();
    begin = syspte_bench_now();
    for (unsigned i = 0; i < calls; i++) {
        if (peer->map(0, 2) != NULL)
            syspte_bench_fail(peer->name, "two pages were found between single free ones");
    }
    ns = syspte_bench_now() - begin;
    peer->end();
    return (double)ns / calls;
}

// Sizes at which everything is tried and nothing is measured.
static void make_quick(syspte_bench_setup *setup)
{
    const uint64_t ptes = 8192, live = 200;

    setup->pte_count = setup->pte_count > ptes ? ptes : 1024;
    setup->live = setup->live > live ? live : setup->live;
    setup->target_ns = 10000;
}

static void run_rounds(syspte_bench_result *result, const syspte_bench_options *options)
{
    const syspte_bench_row *row = result->row;
    syspte_bench_setup ours_setup = row->ours_setup, peer_setup = row->peer_setup;
    double ours[16], peer[16];
    unsigned rounds = options->quick ? 1 : row->rounds;

    ours_setup.order = peer_setup.order = result->fast ? SYSPTE_ORDER_FAST : SYSPTE_ORDER_STRICT;
    if (options->quick) {
        make_quick(&ours_setup);
        make_quick(&peer_setup);
    }
    for (unsigned i = 0; i < rounds; i++) {
        double ratio;

        peer[i] = row->peer == NULL ? 1 : row->peer_run(row->peer, &peer_setup);
        ours[i] = row->ours_run(row->ours, &ours_setup);
        ratio = row->sense == SYSPTE_BENCH_AT_MOST ? ours[i] / peer[i] : peer[i] / ours[i];
        if (i == 0 || ratio < result->ratio_min)
            result->ratio_min = ratio;
        if (i == 0 || ratio > result->ratio_max)
            result->ratio_max = ratio;
    }
    result->ours = syspte_bench_median(ours, rounds);
    result->peer = syspte_bench_median(peer, rounds);
    result->ratio = row->sense == SYSPTE_BENCH_AT_MOST ? result->ours / result->peer
                                                       : result->peer / result->ours;
}

// "strict OURS PEER MIN MAX fast OURS PEER MIN MAX", as syspte_bench_memcheck_pair printed it.
static void read_memcheck(syspte_bench_result *result, const char *memcheck)
{
    const char *order = result->fast ? "fast " : "strict ";
    const char *at = memcheck == NULL ? NULL : strstr(memcheck, order);

    if (at == NULL || sscanf(at + strlen(order), "%lf %lf %lf %lf", &result->ours, &result->peer,
                             &result->ratio_min, &result->ratio_max) != 4)
        result->skipped = "not run under Valgrind";
    else
        result->ratio = result->ours / result->peer;
}

syspte_bench_result syspte_bench_row_run(const syspte_bench_row *row, bool fast,
                                         const syspte_bench_options *options)
{
    syspte_bench_result result = {.row = row, .fast = fast};

    if (row->ours_run == NULL)
        read_memcheck(&result, options->memcheck);
    else if (row->ours_setup.threads > 1 && !syspte_bench_pin(1))
        result.skipped = "needs two CPUs";
    else
        run_rounds(&result, options);
    if (options->quick)
        result.skipped = "a quick run measures nothing";
    return result;
}

void syspte_bench_memcheck_pair(void)
{
    for (unsigned fast = 0; fast < 2; fast++) {
        const syspte_bench_options options = {0};
        syspte_bench_row row = {.sense = SYSPTE_BENCH_AT_MOST,
                                .rounds = 5,
                                .ours = &syspte_bench_ours,
                                .peer = &syspte_peer_malloc,
                                .ours_run = syspte_bench_lifo,
                                .peer_run = syspte_bench_lifo,
                                .ours_setup = {LIFO},
                                .peer_setup = {LIFO}};
        syspte_bench_result result = syspte_bench_row_run(&row, fast, &options);

        printf("%s %f %f %f %f ", fast ? "fast" : "strict", result.ours, result.peer,
               result.ratio_min, result.ratio_max);
    }
    puts("");
}

bool syspte_bench_meets(const syspte_bench_result *result, double bound)
{
    return result->row->sense == SYSPTE_BENCH_AT_MOST ? result->ratio <= bound
                                                      : result->ratio >= bound;
}
