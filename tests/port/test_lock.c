// SPDX-License-Identifier: MIT
// The lock that leans: never two threads in it, whichever of its ways they come. The counts that it
// guards are plain ones, so that the thread checkers look too.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "posix/port_lock.h"
#include "posix/port_tool.h"

enum { THREADS = 4, LOCKS = 2 };

typedef struct guarded {
    syspte_port_lock lock;
    uintptr_t holder; // 0: nobody
    uint64_t entries;
    uint64_t twice; // entries while somebody was inside
} guarded;

static guarded guards[LOCKS];

static uintptr_t self_now(void)
{
    return SYSPTE_THREAD_SELF();
}

static int open_locks(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LOCKS; i++) {
        guards[i] = (guarded){.holder = 0};
        syspte_lock_init(&guards[i].lock);
    }
    return 0;
}

static int close_locks(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LOCKS; i++) {
        (void)pthread_mutex_destroy(&guards[i].lock.mutex);
    }
    return 0;
}

// True if locks can lean in this process at all.
static bool host_leans(void)
{
    syspte_port_lock lock;
    syspte_lock_init(&lock);
    syspte_lock_take(&lock);
    syspte_port_lock_lean(&lock);
    syspte_lock_give(&lock);
    (void)pthread_mutex_destroy(&lock.mutex);
    return lock.leans != 0;
}

static void lean(guarded *g)
{
    syspte_lock_take(&g->lock);
    syspte_port_lock_lean(&g->lock);
    syspte_lock_give(&g->lock);
}

// One entry. `linger`: how long to look whether somebody else comes in.
static void enter(guarded *g, unsigned linger)
{
    syspte_lock_take(&g->lock);
    volatile uintptr_t *holder = &g->holder;
    g->twice += *holder != 0;
    *holder = self_now();
    for (unsigned i = 0; i < linger; i++) {
        g->twice += *holder != self_now();
    }
    g->entries++;
    *holder = 0;
    syspte_lock_give(&g->lock);
}

static void assert_entered(const guarded *g, uint64_t entries)
{
    assert_int_equal(g->twice, 0);
    assert_int_equal(g->entries, entries);
    assert_int_equal(g->lock.inside, 0);
    assert_int_equal(g->lock.word, 0);
}

static pthread_t begin(void *(*work)(void *), void *argument)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, work, argument), 0);
    return thread;
}

static void end(pthread_t thread)
{
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void wait_for(const atomic_int *flag, int value)
{
    while (atomic_load(flag) < value) {
        (void)sched_yield();
    }
}

static void doze(long milliseconds)
{
    struct timespec time = {.tv_nsec = milliseconds * 1000000};
    (void)nanosleep(&time, NULL);
}

// ---- One thread

static void a_lock_leans_only_where_the_tool_understands_it(void **state)
{
    (void)state;
    guarded *g = &guards[0];
    assert_int_equal(g->lock.leans, 0);
    lean(g);

    if (SYSPTE_TOOL_TSAN || g->lock.watched) {
        assert_int_equal(g->lock.leans, 0);
    } else if (syspte_tool_is_valgrind()) {
        assert_int_equal(g->lock.leans, self_now());
    }
    enter(g, 1);
    assert_entered(g, 1);
}

static void who_has_it_by_leaning_is_told(void **state)
{
    (void)state;
    guarded *g = &guards[0];
    syspte_lock_take(&g->lock);
    assert_false(syspte_lock_leans(&g->lock));
    syspte_port_lock_lean(&g->lock);
    assert_false(syspte_lock_leans(&g->lock)); // from the next time on
    syspte_lock_give(&g->lock);

    syspte_lock_take(&g->lock);
    assert_int_equal(syspte_lock_leans(&g->lock), host_leans());
    assert_int_equal(g->lock.word != 0, !host_leans() && !g->lock.watched);
    syspte_lock_give(&g->lock);
    assert_false(syspte_lock_leans(&g->lock));
}

static void locks_are_apart(void **state)
{
    (void)state;
    lean(&guards[0]);
    syspte_lock_take(&guards[0].lock);
    enter(&guards[1], 1);
    lean(&guards[1]);
    enter(&guards[1], 1);
    syspte_lock_give(&guards[0].lock);
    enter(&guards[0], 1);

    assert_entered(&guards[0], 1);
    assert_entered(&guards[1], 2);
}

// ---- Another thread

static void *enter_once(void *argument)
{
    enter(argument, 1);
    return NULL;
}

static void *lean_and_end(void *argument)
{
    lean(argument);
    enter(argument, 1);
    return NULL;
}

static void a_thread_that_has_ended_leaves_its_lock_to_others(void **state)
{
    (void)state;
    guarded *g = &guards[0];
    end(begin(lean_and_end, g));
    enter(g, 1);
    end(begin(lean_and_end, g)); // perhaps with the number of the first one
    end(begin(enter_once, g));
    enter(g, 1);
    assert_entered(g, 5);
}

static void the_first_other_thread_ends_the_leaning(void **state)
{
    (void)state;
    guarded *g = &guards[0];
    lean(g);
    enter(g, 1);
    end(begin(enter_once, g));

    assert_int_equal(g->lock.leans, 0);
    enter(g, 1);
    assert_entered(g, 3);
    lean(g);
    assert_int_equal(g->lock.leans != 0, host_leans());
    enter(g, 1);
    assert_entered(g, 4);
}

// ---- A thread that waits while the other one is inside

typedef struct waiting {
    guarded *guard;
    atomic_int inside; // 1: since now; 2: no more
} waiting;

static void *enter_for_a_while(void *argument)
{
    waiting *w = argument;
    syspte_lock_take(&w->guard->lock);
    w->guard->twice += w->guard->holder != 0;
    w->guard->holder = self_now();
    atomic_store(&w->inside, 1);
    doze(20);
    w->guard->entries++;
    w->guard->holder = 0;
    atomic_store(&w->inside, 2);
    syspte_lock_give(&w->guard->lock);
    return NULL;
}

// The other thread has ended the leaning and waits for `inside`, or for the word.
static pthread_t begin_to_wait(waiting *w, bool leaning)
{
    pthread_t thread = begin(enter_for_a_while, w);
    while (leaning && __atomic_load_n(&w->guard->lock.leans, __ATOMIC_RELAXED) != 0) {
        (void)sched_yield();
    }
    doze(5);
    return thread;
}

static void check_that_it_waits(bool lean_again)
{
    static waiting w;
    guarded *g = &guards[0];
    bool leaning = host_leans();
    w.guard = g;
    atomic_store(&w.inside, 0);
    lean(g);
    syspte_lock_take(&g->lock);
    g->holder = self_now();
    pthread_t thread = begin_to_wait(&w, leaning);
    assert_int_equal(atomic_load(&w.inside), 0);
    if (lean_again) {
        syspte_port_lock_lean(&g->lock);
    }
    g->holder = 0;
    syspte_lock_give(&g->lock);

    wait_for(&w.inside, 1);
    enter(g, 1);
    assert_int_equal(atomic_load(&w.inside), 2); // not before it was out
    end(thread);
    assert_entered(g, 2);
}

static void who_is_inside_by_leaning_is_waited_for(void **state)
{
    (void)state;
    check_that_it_waits(false);
}

static void leaning_again_from_inside_lets_nobody_in_beside_who_waits(void **state)
{
    (void)state;
    check_that_it_waits(true);
}

// ---- Towards whom it leans

typedef struct ask {
    guarded *guard;
    bool leans; // towards the thread that asked
} ask;

static void *ask_to_lean(void *argument)
{
    ask *a = argument;
    syspte_lock_take(&a->guard->lock);
    syspte_port_lock_lean(&a->guard->lock);
    a->leans = a->guard->lock.leans == self_now();
    syspte_lock_give(&a->guard->lock);
    enter(a->guard, 1);
    return NULL;
}

// A thread may have seen that the lock leans towards it, and sleep before it writes so. It is awake
// when it comes the long way.
static void
a_lock_leans_towards_a_second_thread_only_after_the_first_came_the_long_way(void **state)
{
    (void)state;
    guarded *g = &guards[0];
    ask a = {.guard = g};
    lean(g);
    end(begin(ask_to_lean, &a));
    assert_false(a.leans);
    end(begin(ask_to_lean, &a));
    assert_false(a.leans);

    enter(g, 1);
    end(begin(ask_to_lean, &a));
    assert_int_equal(a.leans, host_leans());
    enter(g, 1);
    assert_entered(g, 5);
}

// ---- Contention

static atomic_int at_work; // hammers with rounds of their own

typedef struct hammer {
    pthread_t thread;
    unsigned rounds; // 0: as long as others are at work
    uint64_t entries;
    unsigned lean_every; // 0: never
    unsigned doze_every; // 0: never
} hammer;

static void *hammer_on(void *argument)
{
    hammer *h = argument;
    for (unsigned i = 1; h->rounds == 0 ? atomic_load(&at_work) != 0 : i <= h->rounds; i++) {
        guarded *g = &guards[i % 7 == 0];
        enter(g, i % 5);
        h->entries++;
        if (h->lean_every != 0 && i % h->lean_every == 0) {
            syspte_lock_take(&g->lock);
            if (!syspte_lock_leans(&g->lock) || i % 2 == 0) {
                syspte_port_lock_lean(&g->lock);
            }
            syspte_lock_give(&g->lock);
        }
        if (h->doze_every != 0 && i % h->doze_every == 0) {
            doze(0);
        }
    }
    atomic_fetch_sub(&at_work, h->rounds != 0);
    return NULL;
}

static unsigned rounds_for(unsigned plain)
{
    return syspte_tool_is_valgrind() || SYSPTE_TOOL_TSAN ? plain / 10 : plain;
}

static void check_hammers(hammer *hammers)
{
    uint64_t entries = 0;
    atomic_store(&at_work, 0);
    for (unsigned i = 0; i < THREADS; i++) {
        atomic_fetch_add(&at_work, hammers[i].rounds != 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        hammers[i].thread = begin(hammer_on, &hammers[i]);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        end(hammers[i].thread);
        assert_true(hammers[i].entries >= hammers[i].rounds);
        entries += hammers[i].entries;
    }
    assert_int_equal(guards[0].twice + guards[1].twice, 0);
    assert_int_equal(guards[0].entries + guards[1].entries, entries);
    assert_int_equal(guards[0].lock.word + guards[1].lock.word, 0);
}

// One thread is at home in the locks and takes them back at each chance; others come now and then.
static void leaning_that_is_often_ended_and_begun_again_keeps_all_apart(void **state)
{
    (void)state;
    hammer hammers[THREADS] = {{.lean_every = 3}};
    for (unsigned i = 1; i < THREADS; i++) {
        hammers[i] = (hammer){.rounds = rounds_for(1000), .doze_every = 1 + i};
    }
    check_hammers(hammers);
}

static void threads_that_all_want_it_to_lean_towards_them_are_kept_apart(void **state)
{
    (void)state;
    hammer hammers[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        hammers[i] = (hammer){
            .rounds = rounds_for(20000), .lean_every = 2 + i, .doze_every = rounds_for(2000)};
    }
    check_hammers(hammers);
}

static void a_lock_that_never_leaned_keeps_all_apart(void **state)
{
    (void)state;
    hammer hammers[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        hammers[i] = (hammer){.rounds = rounds_for(20000)};
    }
    check_hammers(hammers);
}

// ---- A child process

static atomic_int may_end; // 1: it leans; 2: the thread may end

static void *lean_and_stay(void *argument)
{
    ask *a = argument;
    lean(a->guard);
    atomic_store(&may_end, 1);
    wait_for(&may_end, 2);
    return NULL;
}

// The child has no other thread, so it must not wait for one.
static void check_child(guarded *g)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        (void)alarm(20);
        enter(g, 1);
        lean(g);
        enter(g, 1);
        _exit(g->entries == 2 && g->twice == 0 ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_child_takes_locks_whatever_they_leaned_towards(void **state)
{
    (void)state;
    ask a = {.guard = &guards[1]};
    lean(&guards[0]);
    atomic_store(&may_end, 0);
    pthread_t other = begin(lean_and_stay, &a);
    wait_for(&may_end, 1);

    check_child(&guards[0]);
    check_child(&guards[1]);

    atomic_store(&may_end, 2);
    end(other);
    enter(&guards[0], 1);
    enter(&guards[1], 1);
    assert_entered(&guards[0], 1);
    assert_entered(&guards[1], 1);
}

#define on_locks(test) cmocka_unit_test_setup_teardown(test, open_locks, close_locks)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_locks(a_lock_leans_only_where_the_tool_understands_it),
        on_locks(who_has_it_by_leaning_is_told),
        on_locks(locks_are_apart),
        on_locks(a_thread_that_has_ended_leaves_its_lock_to_others),
        on_locks(the_first_other_thread_ends_the_leaning),
        on_locks(who_is_inside_by_leaning_is_waited_for),
        on_locks(leaning_again_from_inside_lets_nobody_in_beside_who_waits),
        on_locks(a_lock_leans_towards_a_second_thread_only_after_the_first_came_the_long_way),
        on_locks(leaning_that_is_often_ended_and_begun_again_keeps_all_apart),
        on_locks(threads_that_all_want_it_to_lean_towards_them_are_kept_apart),
        on_locks(a_lock_that_never_leaned_keeps_all_apart),
        on_locks(a_child_takes_locks_whatever_they_leaned_towards),
    };
    return cmocka_run_group_tests_name("port.lock", tests, NULL, NULL);
}
