// SPDX-License-Identifier: MIT
// The workloads that run on any peer. What is repeated is timed in batches that grow until one
// takes a millisecond or so: the clock then costs nothing. What happens once is timed as a whole.
#include "bench.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH_NS 500000u

// Aligned so that two workers share no cache line, nor a pair of lines fetched together.
typedef struct worker {
    _Alignas(128) const syspte_bench_peer *peer;
    const syspte_bench_setup *setup;
    void (*step)(struct worker *worker, uint64_t count);
    pthread_barrier_t *start; // NULL: alone
    unsigned number;
    uint64_t random;
    void **address; // live mappings, by slot
    uint8_t *pages;
    double ns; // of one operation
} worker;

// xorshift64*; never 0.
static uint64_t random_next(worker *w)
{
    w->random ^= w->random >> 12;
    w->random ^= w->random << 25;
    w->random ^= w->random >> 27;
    return w->random * 0x2545F4914F6CDD1Dull;
}

static void *map_or_fail(const worker *w, uint64_t slot, uint64_t page_count)
{
    void *address = w->peer->map(slot, page_count);

    if (address == NULL)
        syspte_bench_fail(w->peer->name, "a mapping failed that must not fail");
    return address;
}

static void step_lifo(worker *w, uint64_t count)
{
    const uint64_t slot = w->number;
    const bool touch = w->setup->touch;

    while (count-- > 0) {
        void *address = map_or_fail(w, slot, 1);

        if (touch)
            *(volatile unsigned char *)address = 1;
        w->peer->unmap(address, 1);
    }
}

static void slot_fill(worker *w, uint64_t i, uint64_t random)
{
    w->pages[i] = (uint8_t)(1 + random % w->setup->pages_max);
    w->address[i] =
        map_or_fail(w, (w->number * w->setup->live + i) * w->setup->pages_max, w->pages[i]);
}

static void step_random(worker *w, uint64_t count)
{
    while (count-- > 0) {
        uint64_t random = random_next(w);
        uint64_t i = (random >> 32) * w->setup->live >> 32;

        w->peer->unmap(w->address[i], w->pages[i]);
        slot_fill(w, i, random & 0xFFFF);
    }
}

static void step_failing(worker *w, uint64_t count)
{
    while (count-- > 0) {
        if (w->peer->map(0, 2) != NULL)
            syspte_bench_fail(w->peer->name, "two pages were found between single free ones");
    }
}

// Runs `step` for the target time and answers the nanoseconds of one operation.
static double timed(worker *w)
{
    uint64_t batch = 1, done = 0, begin, now;

    w->step(w, 1);
    for (;;) { // how many operations make a batch
        begin = syspte_bench_now();
        w->step(w, batch);
        if (syspte_bench_now() - begin >= BATCH_NS || batch >= 1u << 20)
            break;
        batch *= 2;
    }
    if (w->start != NULL)
        (void)pthread_barrier_wait(w->start);
    begin = now = syspte_bench_now();
    while (done == 0 || now - begin < w->setup->target_ns) {
        w->step(w, batch);
        done += batch;
        now = syspte_bench_now();
    }
    return (double)(now - begin) / (double)done;
}

static void worker_run(void *context)
{
    worker *w = context;

    w->ns = timed(w);
}

static void *worker_thread(void *context)
{
    (void)syspte_bench_pin(((worker *)context)->number);
    syspte_bench_at_depth(worker_run, context);
    return NULL;
}

// One worker runs here; several run in threads of their own, each on its own CPU.
static double run_workers(worker *workers, unsigned count)
{
    pthread_t thread[8];
    pthread_barrier_t start;
    double rate = 0;

    if (count == 1)
        return timed(&workers[0]);
    (void)pthread_barrier_init(&start, NULL, count);
    for (unsigned i = 0; i < count; i++) {
        workers[i].start = &start;
        if (pthread_create(&thread[i], NULL, worker_thread, &workers[i]) != 0)
            syspte_bench_fail("harness", "no thread");
    }
    for (unsigned i = 0; i < count; i++) {
        (void)pthread_join(thread[i], NULL);
        rate += 1 / workers[i].ns;
    }
    (void)pthread_barrier_destroy(&start);
    return 1 / rate;
}

static unsigned workers_begin(worker *workers, const syspte_bench_peer *peer,
                              const syspte_bench_setup *setup, void (*step)(worker *, uint64_t))
{
    unsigned count = setup->threads == 0 ? 1 : setup->threads;

    if (!peer->begin(setup))
        syspte_bench_fail(peer->name, "does not start on this host");
    memset(workers, 0, count * sizeof(*workers));
    for (unsigned i = 0; i < count; i++) {
        workers[i].peer = peer;
        workers[i].setup = setup;
        workers[i].step = step;
        workers[i].number = i;
        workers[i].random = 0x5DEECE66Dull + i;
    }
    return count;
}

double syspte_bench_lifo(const syspte_bench_peer *peer, const syspte_bench_setup *setup)
{
    worker workers[8];
    unsigned count = workers_begin(workers, peer, setup, step_lifo);
    double ns = run_workers(workers, count);

    peer->end();
    return ns;
}

double syspte_bench_random(const syspte_bench_peer *peer, const syspte_bench_setup *setup)
{
    worker workers[8];
    unsigned count = workers_begin(workers, peer, setup, step_random);
    double ns;

    for (unsigned i = 0; i < count; i++) {
        workers[i].address = calloc(setup->live, sizeof(void *));
        workers[i].pages = calloc(setup->live, 1);
        if (workers[i].address == NULL || workers[i].pages == NULL)
            syspte_bench_fail("harness", "no memory");
        for (uint64_t slot = 0; slot < setup->live; slot++)
            slot_fill(&workers[i], slot, random_next(&workers[i]) & 0xFFFF);
    }
    ns = run_workers(workers, count);
    for (unsigned i = 0; i < count; i++) {
        for (uint64_t slot = 0; slot < setup->live; slot++)
            peer->unmap(workers[i].address[slot], workers[i].pages[slot]);
        free(workers[i].address);
        free(workers[i].pages);
    }
    peer->end();
    return ns;
}

static int compare_addresses(const void *left, const void *right)
{
    uintptr_t l = *(const uintptr_t *)left;
    uintptr_t r = *(const uintptr_t *)right;

    return (l > r) - (l < r);
}

// Fills the pool; answers the addresses in ascending order.
static void **fill(const worker *w, uint64_t *count)
{
    void **address = malloc(w->setup->pte_count * sizeof(void *));
    bool ascending = true;

    if (address == NULL)
        syspte_bench_fail("harness", "no memory");
    for (*count = 0; *count < w->setup->pte_count; ++*count) {
        address[*count] = w->peer->map(0, 1);
        if (address[*count] == NULL)
            break;
        ascending = ascending && (*count == 0 || address[*count] > address[*count - 1]);
    }
    if (*count != w->setup->pte_count || w->peer->map(0, 1) != NULL)
        syspte_bench_fail(w->peer->name, "the pool does not hold what it must hold");
    if (!ascending)
        qsort(address, *count, sizeof(void *), compare_addresses);
    return address;
}

double syspte_bench_failing(const syspte_bench_peer *peer, const syspte_bench_setup *setup)
{
    worker w;
    void **address;
    uint64_t count;
    double ns;

    (void)workers_begin(&w, peer, setup, step_failing);
    address = fill(&w, &count);
    for (uint64_t i = 0; i < count; i += 2)
        peer->unmap(address[i], 1);
    ns = timed(&w);
    for (uint64_t i = 1; i < count; i += 2)
        peer->unmap(address[i], 1);
    free(address);
    peer->end();
    return ns;
}

double syspte_bench_leak(const syspte_bench_peer *peer, const syspte_bench_setup *setup)
{
    worker w;
    uint64_t count = 0;
    uint64_t begin, ns;

    (void)workers_begin(&w, peer, setup, NULL);
    begin = syspte_bench_now();
    while (peer->map(0, 1) != NULL)
        count++;
    ns = syspte_bench_now() - begin;
    peer->end();
    if (count != setup->pte_count)
        syspte_bench_fail(peer->name, "the pool does not hold what it must hold");
    return (double)ns;
}

static uint64_t resident_bytes(void)
{
    unsigned long long total, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");

    if (statm == NULL || fscanf(statm, "%llu %llu", &total, &resident) != 2)
        syspte_bench_fail("harness", "/proc/self/statm cannot be read");
    (void)fclose(statm);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

double syspte_bench_bytes(const syspte_bench_peer *peer, const syspte_bench_setup *setup)
{
    worker w;
    uint64_t count = 0, before, bytes;

    (void)workers_begin(&w, peer, setup, NULL);
    before = resident_bytes(); // now: what an earlier run left is gone
    while (count < setup->pte_count && peer->map(0, 1) != NULL)
        count++;
    bytes = peer->bytes != NULL ? peer->bytes() : resident_bytes() - before;
    peer->end();
    if (count != setup->pte_count)
        syspte_bench_fail(peer->name, "the pool does not hold what it must hold");
    return (double)bytes / (double)count;
}
