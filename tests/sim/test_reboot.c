// SPDX-License-Identifier: MIT
// One machine after another while threads still have what they learnt of an older one: remembered
// calls, lanes, numbers; and threads that are in the middle of a call when it changes.
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 3, BOOTS = 150, BOOTS_WATCHED = 20 };

static const syspte_order orders[] = {SYSPTE_ORDER_STRICT, SYSPTE_ORDER_FAST};

static void boot_order(syspte_order order, unsigned frames)
{
    syspte_config config = syspte_config_default();
    config.order = order;
    config.accounting_only = true;
    config.stack_frames = frames;
    config.strictness = SYSPTE_TRACK;
    boot(&config);
}

__attribute__((noinline)) static PVOID map_here(void)
{
    PVOID volatile va = MmMapIoSpace(physical(BAR), PAGE, MmNonCached);
    return va;
}

__attribute__((noinline)) static void unmap_here(PVOID va)
{
    volatile int after = 0;
    MmUnmapIoSpace(va, PAGE);
    (void)after;
}

// ---- A thread that does one thing when told

typedef enum task { MAP, UNMAP, MAP_AND_UNMAP_OFTEN, END } task;

static struct {
    pthread_t thread;
    sem_t go;
    sem_t done;
    task task;
    PVOID va;
    KIRQL irql; // which it raises to before, and lowers from after
} helper;

static void help_once(void)
{
    KIRQL before;
    if (helper.task == MAP) {
        KeRaiseIrql(helper.irql, &before);
        helper.va = map_here();
        KeLowerIrql(before);
    } else if (helper.task == UNMAP) {
        unmap_here(helper.va);
    }
    for (unsigned i = 0; helper.task == MAP_AND_UNMAP_OFTEN && i < 200; i++) {
        unmap_here(map_here());
    }
}

static void *help(void *unused)
{
    for (;;) {
        while (sem_wait(&helper.go) != 0) {
        }
        if (helper.task == END) {
            return unused;
        }
        help_once();
        (void)sem_post(&helper.done);
    }
}

static void ask(task what)
{
    helper.task = what;
    assert_int_equal(sem_post(&helper.go), 0);
    if (what != END) {
        assert_int_equal(sem_wait(&helper.done), 0);
    }
}

static int helper_begin(void **state)
{
    memset(&helper, 0, sizeof helper);
    return hook_begin(state) != 0 || sem_init(&helper.go, 0, 0) != 0 ||
           sem_init(&helper.done, 0, 0) != 0 ||
           pthread_create(&helper.thread, NULL, help, NULL) != 0;
}

static int helper_end(void **state)
{
    helper.task = END;
    int failed = sem_post(&helper.go) != 0 || pthread_join(helper.thread, NULL) != 0;
    return machine_end(state) != 0 || failed;
}

#define helped_test(f) cmocka_unit_test_setup_teardown(f, helper_begin, helper_end)

// ---- What was remembered

static void what_a_thread_remembers_is_void_on_the_next_machine(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        // Who maps first has number 1: both remember themselves as another one.
        bool helper_first = i / 2 % 2 == 0;
        boot_order(orders[i % 2], i / 4 % 2 * 8);
        PVOID mine = helper_first ? NULL : map_here();
        ask(MAP);
        mine = helper_first ? map_here() : mine;
        assert_int_equal(mapping_at(helper.va).context->thread, helper_first ? 1 : 2);
        assert_int_equal(mapping_at(mine).context->thread, helper_first ? 2 : 1);
        ask(MAP_AND_UNMAP_OFTEN);
        unmap_here(mine);
        ask(UNMAP);

        syspte_counters now = syspte_counters_now();
        assert_int_equal(now.maps, 202);
        assert_int_equal(now.live_mappings, 0);
        assert_int_equal(now.pte_free, now.pte_total);
        assert_no_findings();
        assert_null(syspte_machine_check());
    }
}

static void leak_of_one_machine_is_nothing_to_the_next(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        boot_order(orders[i / 2 % 2], 0);
        ask(MAP_AND_UNMAP_OFTEN);
        ask(MAP);
        assert_int_equal(syspte_shutdown(), 1);

        boot_order(orders[i % 2], 0);
        ask(UNMAP); // of an address that this machine never gave
        assert_int_equal(seen.stops, 0);
        assert_int_equal(only_finding(SYSPTE_RULE_UNMAP_NEVER_MAPPED).count, 1);
        ask(MAP);
        ask(UNMAP);
        assert_int_equal(syspte_counters_now().maps, 1);
        assert_int_equal(syspte_shutdown(), 0);
    }
}

static void irql_of_one_machine_is_not_that_of_the_next(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        KIRQL before;
        boot_order(orders[i % 2], 0);
        ask(MAP_AND_UNMAP_OFTEN);
        helper.irql = i / 2 % 2 == 0 ? DISPATCH_LEVEL : PASSIVE_LEVEL;
        ask(MAP);
        assert_int_equal(mapping_at(helper.va).context->irql, helper.irql);
        KeRaiseIrql(DISPATCH_LEVEL, &before);
        PVOID mine = map_here();
        assert_int_equal(mapping_at(mine).context->irql, DISPATCH_LEVEL);
        (void)syspte_shutdown();
    }
}

// ---- What closes the short way while a thread is on it

static void check_closing(syspte_order order, syspte_memory_kind kind)
{
    boot_order(order, 0);
    ask(MAP_AND_UNMAP_OFTEN);
    unmap_here(map_here());
    unmap_here(map_here());
    uint64_t maps = syspte_counters_now().maps;

    assert_true(syspte_memory_add(BAR, PAGE, kind));
    ask(MAP);
    PVOID mine = map_here();

    bool refused = kind == SYSPTE_MEMORY_REFUSED;
    assert_int_equal(helper.va == NULL, refused);
    assert_int_equal(mine == NULL, refused);
    assert_int_equal(syspte_counters_now().maps, maps + (refused ? 0 : 2));
    uint64_t told = syspte_finding_occurrences(refused ? SYSPTE_RULE_MAP_REFUSED_RANGE
                                                       : SYSPTE_RULE_MAP_UNLOCKED_RAM);
    assert_int_equal(told, kind == SYSPTE_MEMORY_DEVICE ? 0 : 2);
    assert_int_equal(syspte_shutdown(), refused ? 0 : 2);
}

static void range_declared_later_holds_for_calls_that_are_remembered(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        check_closing(orders[i], SYSPTE_MEMORY_RAM);
        check_closing(orders[i], SYSPTE_MEMORY_REFUSED);
        check_closing(orders[i], SYSPTE_MEMORY_DEVICE);
    }
}

static void mapping_of_another_kind_or_cache_is_seen_by_calls_that_are_remembered(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        boot_order(orders[i], 0);
        ask(MAP_AND_UNMAP_OFTEN);
        unmap_here(map_here());
        PVOID video = MmMapVideoDisplay(physical(BAR), PAGE, MmNonCached);
        unmap_here(video);
        assert_int_equal(only_finding(SYSPTE_RULE_UNMAP_OTHER_FUNCTION).count, 1);

        PVOID cached = MmMapIoSpace(physical(BAR), PAGE, MmCached);
        ask(MAP);
        assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_CACHE_CONFLICT), 1);
        unmap_here(cached);
        ask(UNMAP);
        assert_int_equal(syspte_counters_now().live_mappings, 0);
        assert_null(syspte_machine_check());
    }
}

// ---- In the middle of a call

static atomic_bool over;
static atomic_uint told; // that there is no machine
static atomic_ulong calls;

static void stopped_unexpectedly(void *context, const syspte_bugcheck *bugcheck, bool expected)
{
    (void)context;
    (void)bugcheck;
    (void)expected;
    abort();
}

static void count_told(void *context, const char *message)
{
    (void)context;
    (void)message;
    atomic_fetch_add(&told, 1);
}

// What a boot writes a call may read before it has the lock, under which it looks again: the thread
// sanitizer calls that a race.
static bool races_are_told(void)
{
#if defined(__SANITIZE_THREAD__)
    return true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
    return true;
#else
    return false;
#endif
#else
    return false;
#endif
}

// Where errors are written: the library says each call that finds no machine. Returns where it was.
static int errors_go_to(int file)
{
    int before = dup(STDERR_FILENO);
    assert_true(before >= 0 && dup2(file, STDERR_FILENO) >= 0);
    assert_int_equal(close(file), 0);
    return before;
}

// Longer mappings and looking take the world.
static void *work(void *argument)
{
    unsigned number = *(unsigned *)argument;
    for (unsigned i = number; !atomic_load(&over); i++) {
        SIZE_T bytes = i % 16 == 0 ? 20 * PAGE : PAGE;
        PVOID va = MmMapIoSpace(physical(BAR), bytes, MmNonCached);
        if (i % 64 == 0) {
            (void)syspte_counters_now();
        }
        if (va != NULL) {
            MmUnmapIoSpace(va, bytes);
        }
        atomic_fetch_add(&calls, 1);
    }
    return NULL;
}

static void begin_all(pthread_t *threads, unsigned *numbers)
{
    static const syspte_framework framework = {stopped_unexpectedly, count_told, NULL};
    syspte_framework_set(&framework);
    atomic_store(&over, false);
    (void)alarm(200); // a lock that is lost would be waited for until then
    for (unsigned i = 0; i < THREADS; i++) {
        numbers[i] = i * 5;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &numbers[i]), 0);
    }
}

static void boot_again(unsigned round)
{
    struct timespec pause = {.tv_nsec = round % 3 * 20000};
    syspte_config config = syspte_config_default();
    // Each order after each.
    config.order = orders[round / 2 % 2];
    config.accounting_only = true;
    config.strictness = SYSPTE_FREE;
    boot(&config);
    unsigned long before = atomic_load(&calls);
    while (atomic_load(&calls) < before + 10) {
        (void)sched_yield();
    }
    (void)nanosleep(&pause, NULL);
}

static void machines_come_and_go_while_threads_call(void **state)
{
    pthread_t threads[THREADS];
    unsigned numbers[THREADS];
    (void)state;
    if (races_are_told()) {
        skip();
    }
    boot_order(SYSPTE_ORDER_FAST, 0);
    int errors = errors_go_to(open("/dev/null", O_WRONLY));
    begin_all(threads, numbers);

    for (unsigned round = 0; round < (is_watched() ? BOOTS_WATCHED : BOOTS); round++) {
        boot_again(round);
        assert_null(syspte_machine_check());
    }

    atomic_store(&over, true);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    (void)alarm(0);
    assert_int_equal(close(errors_go_to(errors)), 0);
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free + now.live_ptes + now.lost_ptes, now.pte_total);
    assert_null(syspte_machine_check());
    (void)syspte_shutdown();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        helped_test(what_a_thread_remembers_is_void_on_the_next_machine),
        helped_test(leak_of_one_machine_is_nothing_to_the_next),
        helped_test(irql_of_one_machine_is_not_that_of_the_next),
        helped_test(range_declared_later_holds_for_calls_that_are_remembered),
        helped_test(mapping_of_another_kind_or_cache_is_seen_by_calls_that_are_remembered),
        hooked_test(machines_come_and_go_while_threads_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
