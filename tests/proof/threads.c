// SPDX-License-Identifier: MIT
// Four threads map, use and unmap through the Windows functions at once, in each order of PTEs,
// with memory and without. Every byte a thread writes must be there when it looks again; when all
// are done, the numbers must come out and no invariant be broken. Under a thread sanitizer or
// Helgrind it shows that no access was unguarded.
#include <ntddk.h>

#include <syspte/finding.h>
#include <syspte/machine.h>
#include <syspte/report.h>
#include <syspte/scope.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 4, HELD = 24 };

typedef struct worker {
    pthread_t thread;
    unsigned number;
    unsigned steps;
    bool memory; // mappings have some
    uint64_t mapped;
    uint64_t kept; // at the end
    unsigned wrong;
} worker;

typedef struct held {
    unsigned char *address;
    SIZE_T bytes;
    unsigned char mark;
} held;

static unsigned next(uint64_t *state)
{
    *state = *state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(*state >> 33);
}

// Physical memory of one worker alone, so that nobody else writes there.
static held map(worker *w, uint64_t *random)
{
    held h = {.bytes = 1 + next(random) % (next(random) % 8 ? 6000 : 90000),
              .mark = (unsigned char)next(random)};
    PHYSICAL_ADDRESS address;
    address.QuadPart = 0x100000000ll * (w->number + 1) + next(random) % 64 * 0x100000 +
                       next(random) % 4096;
    if (next(random) % 4 == 0) {
        h.address = MmMapIoSpaceEx(address, h.bytes, PAGE_READWRITE | PAGE_NOCACHE);
    } else {
        h.address = MmMapIoSpace(address, h.bytes, MmNonCached);
    }
    if (h.address != NULL) {
        w->mapped++;
        if (w->memory) {
            h.address[0] = h.mark;
            h.address[h.bytes - 1] = h.mark;
        }
    }
    return h;
}

// Views of one page share its bytes: only the newest mark of a page is sure to be there, so each is
// looked at right after it was written again.
static void unmap(worker *w, const held *h)
{
    if (w->memory) {
        volatile unsigned char *first = h->address;
        *first = h->mark;
        w->wrong += *first != h->mark;
    }
    MmUnmapIoSpace(h->address, h->bytes);
}

static void *work(void *argument)
{
    worker *w = argument;
    held table[HELD] = {{0}};
    uint64_t random = w->number * 977 + 5;
    (void)syspte_owner_set(w);
    for (unsigned step = 0; step < w->steps; step++) {
        held *h = &table[next(&random) % HELD];
        if (h->address != NULL) {
            unmap(w, h);
            h->address = NULL;
        } else {
            *h = map(w, &random);
        }
        if (step % 64 == 0) {
            syspte_counters c = syspte_counters_now();
            w->wrong += c.live_ptes + c.lost_ptes + c.pte_free + c.pte_quarantined > c.pte_total;
            (void)syspte_finding_count();
        }
    }
    for (unsigned i = 0; i < HELD; i++) {
        w->kept += table[i].address != NULL;
    }
    return NULL;
}

static bool expect(const char *what, uint64_t actual, uint64_t expected)
{
    if (actual != expected) {
        printf("    %s: %llu instead of %llu\n", what, (unsigned long long)actual,
               (unsigned long long)expected);
    }
    return actual == expected;
}

static bool judge(const worker *workers)
{
    syspte_counters c = syspte_counters_now();
    const char *broken = syspte_machine_check();
    uint64_t mapped = 0;
    uint64_t kept = 0;
    uint64_t wrong = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        mapped += workers[i].mapped;
        kept += workers[i].kept;
        wrong += workers[i].wrong;
    }
    if (broken != NULL) {
        printf("    %s\n", broken);
    }
    bool good = broken == NULL;
    good &= expect("maps", c.maps, mapped);
    good &= expect("live mappings", c.live_mappings, kept);
    good &= expect("PTEs", c.pte_free + c.pte_quarantined + c.live_ptes, c.pte_total);
    good &= expect("lost PTEs", c.lost_ptes, 0);
    good &= expect("things gone wrong", wrong, 0);
    good &= expect("held at shutdown", syspte_shutdown(), kept);
    return good;
}

static bool run(syspte_config config, unsigned steps)
{
    static worker workers[THREADS];
    printf("%s, %s order, quarantine %llu\n",
           config.accounting_only ? "accounting only" : "with memory",
           config.order == SYSPTE_ORDER_FAST ? "fast" : "strict",
           (unsigned long long)config.quarantine_ptes);
    if (!syspte_boot(&config)) {
        return false;
    }
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (worker){.number = i, .steps = steps, .memory = !config.accounting_only};
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            return false;
        }
    }
    for (unsigned i = 0; i < THREADS; i++) {
        (void)pthread_join(workers[i].thread, NULL);
    }
    return judge(workers);
}

int main(int argc, char **argv)
{
    unsigned steps = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2000;
    unsigned failed = 0;
    for (unsigned i = 0; i < 8; i++) {
        syspte_config config = syspte_config_default();
        config.accounting_only = i & 1;
        config.order = i & 2 ? SYSPTE_ORDER_FAST : SYSPTE_ORDER_STRICT;
        config.quarantine_ptes = i & 4 ? 50 : 0;
        // Small enough that some maps fail.
        config.pte_count = 700;
        config.profile = syspte_profile_find(i & 4 ? "xp-x86" : "win7-x64");
        failed += !run(config, steps);
    }
    printf("%u of 8 machines failed\n", failed);
    return failed != 0;
}
