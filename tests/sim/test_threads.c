// SPDX-License-Identifier: MIT
// Many threads on one machine, in both orders: no PTE is lost or given twice, each context has its
// thread's number, and strict order is the same whatever threads there were before.
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

enum { THREADS = 8, HELD = 32 };

static const unsigned rounds_plain = 20000;
static const unsigned rounds_watched = 1000;

typedef struct worker {
    pthread_t thread;
    unsigned number;
    unsigned rounds;
    unsigned failures; // maps that returned NULL
    unsigned damaged;  // pages that held somebody else's mark
    uint64_t maps;
    PVOID va[HELD];
    SIZE_T bytes[HELD];
} worker;

static worker workers[THREADS];

static void boot_order(syspte_order order, bool accounting_only)
{
    syspte_config config = syspte_config_default();
    config.order = order;
    config.accounting_only = accounting_only;
    boot(&config);
}

static void start_all(void *(*work)(void *))
{
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].number = i;
        workers[i].rounds = is_watched() ? rounds_watched : rounds_plain;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    }
}

static void let_go(worker *w, unsigned slot)
{
    if (w->va[slot] != NULL) {
        MmUnmapIoSpace(w->va[slot], w->bytes[slot]);
        w->va[slot] = NULL;
    }
}

static void *churn(void *context)
{
    worker *w = context;
    uint32_t seed = w->number + 1;
    for (unsigned i = 0; i < w->rounds; i++) {
        seed = seed * 1664525 + 1013904223;
        unsigned slot = (seed >> 8) % HELD;
        let_go(w, slot);
        w->bytes[slot] = 1 + (seed >> 16) % 0x6000;
        w->va[slot] =
            MmMapIoSpace(physical(0x100000 + (seed >> 4 & 0xFFF)), w->bytes[slot], MmNonCached);
        w->failures += w->va[slot] == NULL;
        w->maps++;
    }
    for (unsigned slot = 0; slot < HELD; slot++) {
        let_go(w, slot);
    }
    return NULL;
}

static void check_churn(syspte_order order)
{
    uint64_t maps = 0;
    boot_order(order, true);
    memset(workers, 0, sizeof workers);

    start_all(churn);

    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(workers[i].failures, 0);
        maps += workers[i].maps;
    }
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free, now.pte_total);
    assert_int_equal(now.live_mappings, 0);
    assert_int_equal(now.live_ptes, 0);
    assert_int_equal(now.maps, maps);
    assert_int_equal(now.lost_ptes, 0);
    assert_null(syspte_machine_check());
    assert_no_findings();
}

static void churn_of_eight_threads_in_strict_order_loses_nothing(void **state)
{
    (void)state;
    check_churn(SYSPTE_ORDER_STRICT);
}

static void churn_of_eight_threads_in_fast_order_loses_nothing(void **state)
{
    (void)state;
    check_churn(SYSPTE_ORDER_FAST);
}

// Each thread marks pages of its own: a PTE given twice would show another's mark.
static void *mark(void *context)
{
    worker *w = context;
    uint64_t base = 0x10000000ull * (w->number + 1);
    for (unsigned i = 0; i < w->rounds / 20; i++) {
        unsigned slot = i % HELD;
        let_go(w, slot);
        w->bytes[slot] = (1 + i % 3) * PAGE;
        unsigned char *va =
            MmMapIoSpace(physical(base + slot * 4 * PAGE), w->bytes[slot], MmNonCached);
        w->va[slot] = va;
        w->failures += va == NULL;
        for (SIZE_T at = 0; va != NULL && at < w->bytes[slot]; at += PAGE) {
            w->damaged += va[at] != 0 && va[at] != w->number + 1;
            va[at] = (unsigned char)(w->number + 1);
        }
    }
    return NULL;
}

static void check_marks(syspte_order order)
{
    boot_order(order, false);
    memset(workers, 0, sizeof workers);

    start_all(mark);

    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(workers[i].failures, 0);
        assert_int_equal(workers[i].damaged, 0);
        for (unsigned slot = 0; slot < HELD; slot++) {
            volatile unsigned char *va = workers[i].va[slot];
            assert_int_equal(va[0], i + 1);
        }
    }
    assert_int_equal(syspte_counters_now().live_mappings, THREADS * HELD);
    assert_null(syspte_machine_check());
    assert_int_equal(syspte_shutdown(), THREADS * HELD);
}

static void memory_of_eight_threads_in_strict_order_stays_apart(void **state)
{
    (void)state;
    check_marks(SYSPTE_ORDER_STRICT);
}

static void memory_of_eight_threads_in_fast_order_stays_apart(void **state)
{
    (void)state;
    check_marks(SYSPTE_ORDER_FAST);
}

// ---- One mapping, many who unmap it: one is right, the others are told.

static PVOID contested[512];
static atomic_uint turn;

static void *unmap_contested(void *unused)
{
    for (unsigned i = 0; i < 512; i++) {
        atomic_fetch_add(&turn, 1);
        while (atomic_load(&turn) < (i + 1) * 2) {
            (void)sched_yield();
        }
        MmUnmapIoSpace(contested[i], PAGE);
    }
    return unused;
}

static void check_contest(syspte_order order)
{
    pthread_t threads[2];
    syspte_config config = syspte_config_default();
    config.order = order;
    config.strictness = SYSPTE_TRACK;
    config.accounting_only = true;
    boot(&config);
    atomic_store(&turn, 0);
    for (unsigned i = 0; i < 512; i++) {
        contested[i] = map(BAR, PAGE);
    }

    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, unmap_contested, NULL), 0);
    }
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_TWICE), 512);
    assert_int_equal(only_finding(SYSPTE_RULE_UNMAP_TWICE).count, 512);
    assert_int_equal(syspte_counters_now().pte_free, syspte_counters_now().pte_total);
    assert_null(syspte_machine_check());
}

static void of_two_unmaps_at_once_one_is_right_in_strict_order(void **state)
{
    (void)state;
    check_contest(SYSPTE_ORDER_STRICT);
}

static void of_two_unmaps_at_once_one_is_right_in_fast_order(void **state)
{
    (void)state;
    check_contest(SYSPTE_ORDER_FAST);
}

// ---- Inspecting while others work

static atomic_bool done;

static void *inspect(void *unused)
{
    struct timespec pause = {.tv_nsec = 20000}; // looking stops all others
    for (unsigned i = 0; !atomic_load(&done); i++) {
        if (i % 1000 >= 100) { // else as often as can be
            (void)nanosleep(&pause, NULL);
        }
        syspte_counters now = syspte_counters_now();
        if (now.pte_free + now.live_ptes > now.pte_total) {
            return &done; // anything but NULL
        }
    }
    return unused;
}

static void check_inspection(syspte_order order)
{
    pthread_t inspector;
    void *wrong = NULL;
    boot_order(order, true);
    memset(workers, 0, sizeof workers);
    atomic_store(&done, false);
    assert_int_equal(pthread_create(&inspector, NULL, inspect, NULL), 0);

    start_all(churn);

    atomic_store(&done, true);
    assert_int_equal(pthread_join(inspector, &wrong), 0);
    assert_null(wrong);
    uint64_t maps = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(workers[i].failures, 0);
        maps += workers[i].maps;
    }
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.maps, maps);
    assert_int_equal(now.live_mappings, 0);
    assert_int_equal(now.pte_free, now.pte_total);
    assert_null(syspte_machine_check());
    assert_no_findings();
}

static void counters_agree_while_threads_work_in_strict_order(void **state)
{
    (void)state;
    check_inspection(SYSPTE_ORDER_STRICT);
}

static void counters_agree_while_threads_work_in_fast_order(void **state)
{
    (void)state;
    check_inspection(SYSPTE_ORDER_FAST);
}

// ---- Numbers of threads

__attribute__((noinline)) static void *map_one(void *slot)
{
    *(PVOID *)slot = MmMapIoSpace(physical(BAR), PAGE, MmNonCached);
    return NULL;
}

static void threads_are_numbered_in_order_of_their_first_call(void **state)
{
    PVOID va[4];
    pthread_t thread;
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&thread, NULL, map_one, &va[i]), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
    }
    va[3] = map(BAR, PAGE);

    for (int i = 0; i < 4; i++) {
        assert_int_equal(mapping_at(va[i]).context->thread, i + 1);
        assert_int_equal(mapping_at(va[i]).id, i);
    }
}

static void mapping_of_one_thread_may_end_on_another(void **state)
{
    PVOID va = NULL;
    pthread_t thread;
    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, map_one, &va), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);

    unmap(va, PAGE);

    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_no_findings();
}

static void in_fast_order_ptes_of_an_ended_thread_are_not_lost(void **state)
{
    (void)state;
    syspte_config config = syspte_config_default();
    config.order = SYSPTE_ORDER_FAST;
    config.pte_count = 256;
    boot(&config);
    memset(workers, 0, sizeof workers);
    for (unsigned i = 0; i < 20; i++) {
        PVOID va = NULL;
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, map_one, &va), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_non_null(va);
        unmap(va, PAGE);
    }

    PVOID all = map(BAR, 256 * PAGE); // everything, wherever it was kept
    assert_non_null(all);
    assert_null(map(BAR, PAGE));
    assert_int_equal(syspte_counters_now().failed_maps, 1);
    unmap(all, 256 * PAGE);
    assert_int_equal(syspte_counters_now().pte_free, 256);
}

static void in_fast_order_a_thread_gives_back_what_it_cannot_keep(void **state)
{
    enum { COUNT = 1000 };
    static PVOID va[COUNT];
    (void)state;
    boot_order(SYSPTE_ORDER_FAST, true);

    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < COUNT; i++) {
            va[i] = MmMapIoSpace(physical(BAR), (1 + i % 2 * 15) * PAGE, MmNonCached);
            assert_non_null(va[i]);
        }
        for (unsigned i = 0; i < COUNT; i++) {
            MmUnmapIoSpace(va[i], (1 + i % 2 * 15) * PAGE);
        }
    }

    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free, now.pte_total);
    assert_int_equal(now.maps, 3 * COUNT);
    assert_null(syspte_machine_check());
    assert_no_findings();
}

static void in_fast_order_stacks_are_stored_once(void **state)
{
    uint32_t stacks[4];
    (void)state;
    syspte_config config = syspte_config_default();
    config.order = SYSPTE_ORDER_FAST;
    config.accounting_only = true;
    config.stack_frames = 1;
    boot(&config);

    for (unsigned i = 0; i < 4; i++) {
        PVOID va = NULL;
        (void)map_one(&va);
        stacks[i] = mapping_at(va).context->stack;
        unmap(va, PAGE);
    }

    assert_int_not_equal(stacks[0], 0);
    assert_int_equal(stacks[1], stacks[0]);
    assert_int_equal(stacks[2], stacks[0]);
    assert_int_equal(stacks[3], stacks[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(churn_of_eight_threads_in_strict_order_loses_nothing),
        hooked_test(churn_of_eight_threads_in_fast_order_loses_nothing),
        hooked_test(memory_of_eight_threads_in_strict_order_stays_apart),
        hooked_test(memory_of_eight_threads_in_fast_order_stays_apart),
        hooked_test(of_two_unmaps_at_once_one_is_right_in_strict_order),
        hooked_test(of_two_unmaps_at_once_one_is_right_in_fast_order),
        hooked_test(counters_agree_while_threads_work_in_strict_order),
        hooked_test(counters_agree_while_threads_work_in_fast_order),
        machine_test(threads_are_numbered_in_order_of_their_first_call),
        machine_test(mapping_of_one_thread_may_end_on_another),
        hooked_test(in_fast_order_ptes_of_an_ended_thread_are_not_lost),
        hooked_test(in_fast_order_a_thread_gives_back_what_it_cannot_keep),
        hooked_test(in_fast_order_stacks_are_stored_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
