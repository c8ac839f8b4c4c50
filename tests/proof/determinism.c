// SPDX-License-Identifier: MIT
// proof_determinism ordered|racing [BEFORE [fast]]: what two runs of one test must tell alike, as
// text: tests/checks/determinism.sh compares runs under different circumstances. BEFORE threads
// call into a machine before the one that is told about, and sleep while it runs.
// ordered: the calls of several threads, one thread after the other: addresses, mappings, counters
// and the report, with every kind of machine. racing: what threads that race have in common.
#define _POSIX_C_SOURCE 200809L

#include <ntddk.h>
#include <syspte/syspte.h>

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __has_include
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef VALGRIND_DISABLE_ERROR_REPORTING
#define VALGRIND_DISABLE_ERROR_REPORTING (void)0
#define VALGRIND_ENABLE_ERROR_REPORTING  (void)0
#endif

enum { HELD = 24, SLEEPERS_MOST = 64, RACERS = 4, SITES = 3 };

static sigjmp_buf out;
static PVOID held[HELD];
static unsigned held_count;
static pthread_mutex_t asleep = PTHREAD_MUTEX_INITIALIZER;
static sem_t called; // counts the sleepers that made their calls
static bool fast;

static void die(const char *what)
{
    fprintf(stderr, "proof_determinism: %s\n", what);
    exit(2);
}

static PHYSICAL_ADDRESS at(uint64_t address)
{
    PHYSICAL_ADDRESS result;
    result.QuadPart = (LONGLONG)address;
    return result;
}

static void in_thread(void *(*act)(void *), void *context)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, act, context) != 0 || pthread_join(thread, NULL) != 0) {
        die("no thread");
    }
}

// ---- What came out

static void write_text(void *context, const char *text, size_t bytes)
{
    (void)context;
    (void)fwrite(text, 1, bytes, stdout);
}

static bool tell_mapping(void *context, const syspte_mapping *m)
{
    (void)context;
    printf("  %p 0x%llX: 0x%llX, %llu bytes, #%llu, thread %u\n", m->address,
           (unsigned long long)m->system_va, (unsigned long long)m->physical_address,
           (unsigned long long)m->bytes, (unsigned long long)m->sequence, m->context->thread);
    return true;
}

static void tell_counters(void)
{
    syspte_counters c = syspte_counters_now();
    printf("  %llu free in %llu, most %llu, waiting %llu; %llu live, %llu PTEs, lost %llu; %llu "
           "maps, %llu failed, peak %llu\n",
           (unsigned long long)c.pte_free, (unsigned long long)c.free_blocks,
           (unsigned long long)c.largest_free_block, (unsigned long long)c.pte_quarantined,
           (unsigned long long)c.live_mappings, (unsigned long long)c.live_ptes,
           (unsigned long long)c.lost_ptes, (unsigned long long)c.maps,
           (unsigned long long)c.failed_maps, (unsigned long long)c.peak_ptes);
}

static void tell_report(void)
{
    static const syspte_writer writer = {.write = write_text};
    syspte_report(&writer);
}

// ---- A framework of its own: a bug check is told, and jumps to where the scene goes on

static void stopped(void *context, const syspte_bugcheck *b, bool expected)
{
    (void)context;
    printf("  stopped: 0x%X (0x%llX, 0x%llX, 0x%llX, 0x%llX)%s\n", b->code,
           (unsigned long long)b->parameter[0], (unsigned long long)b->parameter[1],
           (unsigned long long)b->parameter[2], (unsigned long long)b->parameter[3],
           expected ? ", expected" : "");
    siglongjmp(out, 1);
}

static void misused(void *context, const char *message)
{
    (void)context;
    printf("  misused: %s\n", message);
}

static void boot(const syspte_config *config)
{
    static const syspte_framework framework = {stopped, misused, NULL};
    if (!syspte_boot(config)) {
        die("the machine does not boot");
    }
    syspte_framework_set(&framework);
}

// ---- A test whose calls are in order

static void map(uint64_t address, SIZE_T bytes)
{
    if (held_count < HELD) {
        held[held_count] = MmMapIoSpace(at(address), bytes, MmNonCached);
        printf("  %p\n", held[held_count]);
        held_count += held[held_count] != NULL;
    }
}

static void unmap(unsigned which, SIZE_T bytes)
{
    MmUnmapIoSpace(held[which], bytes);
    held[which] = held[--held_count];
}

static void *first_worker(void *unused)
{
    map(0xFEB00010, 0x2000);
    map(0xFEB10000, 0x1000);
    map(0xFEB20FFF, 2);
    return unused;
}

static void *second_worker(void *unused)
{
    unmap(1, 0x3000);
    map(0xFEB30000, 0x10000);
    unmap(0, 0x1000);
    map(0xFEB40000, 0x1000);
    return unused;
}

static void *resume(void *unused)
{
    syspte_scope cycle = syspte_scope_enter_cycle("resume");
    (void)MmMapIoSpace(at(0xFEC00000), 0x1000, MmCached);
    (void)syspte_scope_leave(cycle);
    return unused;
}

static void calls(void)
{
    syspte_scope scope = syspte_scope_enter("start to stop");
    map(0xFEBC0000, 0x1000);
    map(0xFEBC1000, 0x3000);
    map(0xFEBC4000, 0x1000);
    in_thread(first_worker, NULL);
    in_thread(second_worker, NULL);
    for (unsigned i = 0; i < 3; i++) {
        in_thread(resume, NULL);
    }
    (void)syspte_scope_leave(scope);
}

static void *hold_memory(void *unused)
{
    PVOID block = ExAllocatePoolWithTag(NonPagedPool, 0x1800, 0x20767244);
    PMDL mdl = IoAllocateMdl(block, 0x1800, FALSE, FALSE, NULL);
    printf("  pool %p, MDL %p\n", block, (void *)mdl);
    if (block != NULL && mdl != NULL) {
        MmBuildMdlForNonPagedPool(mdl);
        printf("  %p\n", MmMapLockedPages(mdl, KernelMode));
    }
    return unused;
}

static void hold_in_two_threads(void)
{
    in_thread(hold_memory, NULL);
    (void)hold_memory(NULL);
}

static void no_mistake(void)
{
}

static void unmap_twice(void)
{
    PVOID va = MmMapIoSpace(at(0xFEBD0000), 0x1000, MmNonCached);
    MmUnmapIoSpace(va, 0x1000);
    MmUnmapIoSpace(va, 0x1000);
}

static void touch_after_unmap(void)
{
    volatile unsigned char *va = MmMapIoSpace(at(0xFEBE0000), 0x1000, MmNonCached);
    MmUnmapIoSpace((PVOID)va, 0x1000);
    (void)va[4];
}

static void touch_past_end(void)
{
    volatile unsigned char *va = MmMapIoSpace(at(0xFEBE0000), 0x1000, MmNonCached);
    va[0x1000] = 1;
}

static void scene(const char *name, const syspte_config *config, void (*mistake)(void))
{
    printf("%s\n", name);
    boot(config);
    held_count = 0;
    if (sigsetjmp(out, 1) == 0) {
        calls();
        VALGRIND_DISABLE_ERROR_REPORTING; // it tells wrong accesses, too
        mistake();
    }
    VALGRIND_ENABLE_ERROR_REPORTING;
    syspte_mappings_each(tell_mapping, NULL);
    tell_counters();
    tell_report();
    printf("  held at the end: %llu\n", (unsigned long long)syspte_shutdown());
    tell_report();
    syspte_framework_set(NULL);
}

static void ordered(void)
{
    syspte_config config = syspte_config_default();
    config.order = fast ? SYSPTE_ORDER_FAST : SYSPTE_ORDER_STRICT;
    scene("the defaults", &config, no_mistake);
    scene("unmap twice", &config, unmap_twice);
    scene("touch after unmap", &config, touch_after_unmap);
    scene("touch past the end", &config, touch_past_end);
    scene("pool and MDLs", &config, hold_in_two_threads);
    config.stack_frames = 4;
    scene("stacks", &config, no_mistake);
    config.stack_frames = 0;
    config.accounting_only = true;
    scene("accounting only", &config, unmap_twice);
    config.strictness = SYSPTE_FREE;
    scene("a free build", &config, unmap_twice);
    config.quarantine_ptes = 8;
    scene("quarantine", &config, unmap_twice);
    config.quarantine_ptes = 0;
    config.placement = SYSPTE_PLACEMENT_BEST_FIT_TAIL;
    scene("best fit", &config, no_mistake);
    config.profile = syspte_profile_find("tiny");
    config.placement = SYSPTE_PLACEMENT_PROFILE;
    scene("tiny", &config, no_mistake);
}

// ---- Threads that race

static void *race(void *context)
{
    unsigned number = *(unsigned *)context;
    for (unsigned i = 0; i < 500; i++) {
        PVOID a = MmMapIoSpace(at(0xFEB00000 + number * 0x10000), 0x1000, MmNonCached);
        PVOID b = MmMapIoSpace(at(0xFEB00000 + number * 0x10000), 0x2000, MmNonCached);
        PVOID c = MmMapIoSpace(at(0xFEB00000 + number * 0x10000), 0x3001, MmNonCached);
        if (i % 7 != 0) {
            MmUnmapIoSpace(a, 0x1000);
        }
        if (i % 11 != number) {
            MmUnmapIoSpace(b, 0x2000);
        }
        MmUnmapIoSpace(c, 0x3001);
    }
    return NULL;
}

static void racing(syspte_order order)
{
    pthread_t threads[RACERS];
    unsigned numbers[RACERS];
    struct {
        uint32_t line;
        uint64_t count, ptes;
    } sites[SITES] = {{0}};
    syspte_finding f;
    syspte_config config = syspte_config_default();
    config.order = order;
    config.accounting_only = true;
    boot(&config);
    for (unsigned i = 0; i < RACERS; i++) {
        numbers[i] = i;
        if (pthread_create(&threads[i], NULL, race, &numbers[i]) != 0) {
            die("no thread");
        }
    }
    for (unsigned i = 0; i < RACERS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    syspte_counters c = syspte_counters_now();
    printf("  %llu PTEs not free; %llu live, %llu PTEs; %llu maps, %llu failed\n",
           (unsigned long long)(c.pte_total - c.pte_free), (unsigned long long)c.live_mappings,
           (unsigned long long)c.live_ptes, (unsigned long long)c.maps,
           (unsigned long long)c.failed_maps);
    (void)syspte_shutdown();
    for (size_t i = 0; syspte_finding_at(i, &f); i++) {
        unsigned site = 0;
        while (site + 1 < SITES && sites[site].line != 0 && sites[site].line != f.call->line) {
            site++;
        }
        sites[site].line = f.call->line;
        sites[site].count += f.count;
        sites[site].ptes += f.pte_count;
    }
    for (unsigned pass = 0; pass < 2; pass++) {
        unsigned site = (sites[0].line > sites[1].line) ^ pass;
        printf("  line %u: %llu leaks, %llu PTEs\n", sites[site].line,
               (unsigned long long)sites[site].count, (unsigned long long)sites[site].ptes);
    }
    printf("  failures %s\n", syspte_report_failures() != 0 ? "told" : "not told");
    syspte_framework_set(NULL);
}

// ---- Threads that were there before

static void *sleeper(void *context)
{
    for (unsigned i = 0; i <= *(unsigned *)context % 5; i++) {
        PVOID va = MmMapIoSpace(at(0xF0000000), 0x1000 + i * 0x1000, MmNonCached);
        if (i % 2) {
            MmUnmapIoSpace(va, 0x1000 + i * 0x1000);
        }
    }
    (void)sem_post(&called);
    (void)pthread_mutex_lock(&asleep);
    (void)pthread_mutex_unlock(&asleep);
    return NULL;
}

int main(int argc, char **argv)
{
    static pthread_t sleepers[SLEEPERS_MOST];
    static unsigned numbers[SLEEPERS_MOST];
    unsigned before = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    bool race_them = argc > 1 && strcmp(argv[1], "racing") == 0;
    if (argc < 2 || (!race_them && strcmp(argv[1], "ordered") != 0) || before > SLEEPERS_MOST) {
        die("usage: proof_determinism ordered|racing [BEFORE [fast]], at most 64 before");
    }
    fast = argc > 3;
    (void)setvbuf(stdout, NULL, _IONBF, 0);
    (void)sem_init(&called, 0, 0);
    (void)pthread_mutex_lock(&asleep);
    syspte_config config = syspte_config_default();
    config.order = fast ? SYSPTE_ORDER_FAST : SYSPTE_ORDER_STRICT;
    if (before > 0 && !syspte_boot(&config)) {
        die("the machine does not boot");
    }
    for (unsigned i = 0; i < before; i++) {
        numbers[i] = i;
        if (pthread_create(&sleepers[i], NULL, sleeper, &numbers[i]) != 0) {
            die("no thread");
        }
    }
    for (unsigned i = 0; i < before; i++) {
        (void)sem_wait(&called);
    }
    if (race_them) {
        racing(SYSPTE_ORDER_STRICT);
        racing(SYSPTE_ORDER_FAST);
    } else {
        ordered();
    }
    (void)pthread_mutex_unlock(&asleep);
    for (unsigned i = 0; i < before; i++) {
        (void)pthread_join(sleepers[i], NULL);
    }
    return 0;
}
