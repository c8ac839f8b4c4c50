// SPDX-License-Identifier: MIT
// MDLs on many threads: locks and mappings of shared pages are counted right in both orders, and
// threads that fight over one MDL, which is their driver's mistake, do not harm the machine.
#define _POSIX_C_SOURCE 200809L
#include "mdl_words.h"

#include <pthread.h>

enum { THREADS = 4, PAGES = 8 };

static PUCHAR shared;
static PMDL fought_over;

typedef struct worker {
    pthread_t thread;
    unsigned number;
    unsigned rounds;
    unsigned damaged; // bytes that held somebody else's mark
    bool touches;
} worker;

static worker workers[THREADS];

static void run_all(void *(*work)(void *), unsigned rounds, bool touches)
{
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (worker){.number = i, .rounds = rounds, .touches = touches};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_int_equal(workers[i].damaged, 0);
    }
}

// Every page of the buffer, one byte of each for each thread.
static void touch(worker *w, volatile UCHAR *mapped, unsigned round)
{
    for (unsigned page = 0; page < PAGES; page++) {
        mapped[page * PAGE + w->number] = (UCHAR)(round + w->number);
    }
    for (unsigned page = 0; page < PAGES; page++) {
        w->damaged += mapped[page * PAGE + w->number] != (UCHAR)(round + w->number);
    }
}

static void *lock_map_unlock(void *context)
{
    worker *w = context;
    for (unsigned round = 0; round < w->rounds; round++) {
        PMDL mdl = IoAllocateMdl(shared, PAGES * PAGE, FALSE, FALSE, NULL);
        MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
        PUCHAR mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
        if (w->touches) {
            touch(w, mapped, round);
        }
        if (round % 3 == 0) {
            MmUnmapLockedPages(mapped, mdl);
        }
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
    }
    return NULL;
}

static void check_order(syspte_order order, bool accounting_only)
{
    syspte_config config = syspte_config_default();
    config.order = order;
    config.accounting_only = accounting_only;
    boot(&config);
    shared = paged(PAGES * PAGE);

    run_all(lock_map_unlock, is_watched() ? 50 : 1000, !accounting_only);

    assert_int_equal(ptes_taken(), 0);
    ExFreePool(shared);
    assert_null(syspte_machine_check());
    assert_no_findings();
}

static void pages_shared_by_threads_are_counted_right(void **state)
{
    (void)state;
    check_order(SYSPTE_ORDER_STRICT, false);
    check_order(SYSPTE_ORDER_STRICT, true);
    check_order(SYSPTE_ORDER_FAST, true);
}

static void *fight(void *context)
{
    worker *w = context;
    for (unsigned round = 0; round < w->rounds; round++) {
        PVOID mapped = MmGetSystemAddressForMdlSafe(fought_over, NormalPagePriority);
        MmUnmapLockedPages(mapped, fought_over);
    }
    return NULL;
}

static void threads_that_fight_over_one_mdl_harm_only_themselves(void **state)
{
    (void)state;
    if (is_watched()) {
        skip(); // the MDL itself is then written by two threads, which is what they look for
    }
    boot_strict(SYSPTE_FREE);
    shared = pool(PAGES * PAGE);
    fought_over = locked_over(shared, PAGES * PAGE);

    run_all(fight, 500, false);

    assert_null(syspte_machine_check());
    syspte_counters c = syspte_counters_now();
    assert_int_equal(c.pte_free + c.live_ptes, c.pte_total);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(pages_shared_by_threads_are_counted_right),
        hooked_test(threads_that_fight_over_one_mdl_harm_only_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
