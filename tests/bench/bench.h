// SPDX-License-Identifier: MIT
// What the benchmark's files share. A peer is something that maps and unmaps; a workload runs one
// peer and answers one number; a row compares the numbers of two peers.
#ifndef SYSPTE_BENCH_H
#define SYSPTE_BENCH_H

#include <syspte/machine.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// How one side of a comparison runs.
typedef struct syspte_bench_setup {
    uint64_t pte_count;    // pages in the peer's pool, where it has one
    uint64_t live;         // mappings that are live while a random pair is timed, per thread
    uint64_t pages_max;    // random pairs map 1 to this many pages
    unsigned threads;      // 0 means 1
    unsigned stack_frames; // stored with each mapping by ours
    bool backing;          // ours: mappings have memory behind them
    bool touch;            // write one byte to every page that is mapped
    syspte_order order;    // ours
    uint64_t target_ns;    // how long a repeated operation is timed
} syspte_bench_setup;

typedef struct syspte_bench_peer {
    const char *name;
    bool (*begin)(const syspte_bench_setup *setup);
    // `slot` tells live mappings apart: ours maps another physical address for each.
    void *(*map)(uint64_t slot, uint64_t page_count);
    void (*unmap)(void *address, uint64_t page_count);
    void (*end)(void);
    uint64_t (*bytes)(void); // memory it holds right now; NULL: measured from outside
} syspte_bench_peer;

// ---- Peers (those of other kinds: peers/)

extern const syspte_bench_peer syspte_bench_ours;   // ours.c: the public functions
extern const syspte_bench_peer syspte_bench_ledger; // ledger.c: the ledger alone, without a pool

// ---- Workloads (workloads.c): nanoseconds of one operation where nothing else is said

typedef double (*syspte_bench_workload)(const syspte_bench_peer *peer,
                                        const syspte_bench_setup *setup);

// Map and unmap one page, again and again; with several threads, 1 / the sum of their rates.
double syspte_bench_lifo(const syspte_bench_peer *peer, const syspte_bench_setup *setup);
// Unmap one of `live` mappings and map another of 1 to `pages_max` pages.
double syspte_bench_random(const syspte_bench_peer *peer, const syspte_bench_setup *setup);
// A 2-page request that fails because every second page of a full pool was freed, ascending.
double syspte_bench_failing(const syspte_bench_peer *peer, const syspte_bench_setup *setup);
// One-page mappings until the pool is used up: time of all of them together.
double syspte_bench_leak(const syspte_bench_peer *peer, const syspte_bench_setup *setup);
// Bytes of memory a live one-page mapping costs, at exhaustion.
double syspte_bench_bytes(const syspte_bench_peer *peer, const syspte_bench_setup *setup);

// ---- Workloads of ours alone (ours.c)

// Scope left with the whole pool leaked in it, and the report written: seconds.
double syspte_bench_report(const syspte_bench_peer *peer, const syspte_bench_setup *setup);
// syspte_boot and syspte_shutdown, with nothing in between.
double syspte_bench_boot(const syspte_bench_peer *peer, const syspte_bench_setup *setup);

// ---- Clock (clock.c)

uint64_t syspte_bench_now(void); // nanoseconds
// Keeps the calling thread on the nth of the CPUs this process may use; false if it has fewer.
bool syspte_bench_pin(unsigned nth);
// Sorts and answers the middle one, or the mean of the two middle ones.
double syspte_bench_median(double *values, unsigned count);
// Calls `run` below 24 more stack frames, the depth of a call in a real test.
void syspte_bench_at_depth(void (*run)(void *context), void *context);
// Ends the process: a peer or the library did something that it must not do.
_Noreturn void syspte_bench_fail(const char *who, const char *what);

// ---- Rows (rows.c)

typedef struct syspte_bench_row syspte_bench_row;

typedef struct syspte_bench_result {
    const syspte_bench_row *row;
    bool fast;                   // ours ran in the fast order
    const char *skipped;         // why there are no numbers; NULL if there are
    double ours, peer;           // medians
    double ratio;                // of the medians
    double ratio_min, ratio_max; // of single rounds
} syspte_bench_result;

typedef enum syspte_bench_sense {
    SYSPTE_BENCH_AT_MOST, // ratio = ours / peer, and less is better
    SYSPTE_BENCH_AT_LEAST // ratio = peer / ours, and more is better
} syspte_bench_sense;

struct syspte_bench_row {
    const char *name;
    const char *unit;
    syspte_bench_sense sense;
    double floor, goal; // 0: the row is there to be read, not judged
    unsigned rounds;
    const syspte_bench_peer *ours, *peer; // `peer` NULL: the ratio is ours, in `unit`
    syspte_bench_workload ours_run, peer_run;
    syspte_bench_setup ours_setup, peer_setup;
};

extern const syspte_bench_row syspte_bench_rows[];
extern const unsigned syspte_bench_row_count;

typedef struct syspte_bench_options {
    bool quick;
    const char *only;     // run rows whose name contains this; NULL: all
    const char *memcheck; // what --memcheck-pair printed under Valgrind; NULL: not run
} syspte_bench_options;

syspte_bench_result syspte_bench_row_run(const syspte_bench_row *row, bool fast,
                                         const syspte_bench_options *options);
// Prints the ratios of the Memcheck row, run inside Valgrind, as --memcheck takes them.
void syspte_bench_memcheck_pair(void);
bool syspte_bench_meets(const syspte_bench_result *result, double bound);

// ---- Print (print.c)

void syspte_bench_print_text(FILE *to, const syspte_bench_result *results, unsigned count);
void syspte_bench_print_markdown(FILE *to, const syspte_bench_result *results, unsigned count);
void syspte_bench_print_json(FILE *to, const syspte_bench_result *results, unsigned count);

#endif
