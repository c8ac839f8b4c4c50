// SPDX-License-Identifier: MIT
// The long way into a lock. Leaning needs a barrier that one thread can impose on all others
// (Linux's membarrier): without one, under the thread sanitizer, which cannot see it, and under the
// thread checkers of Valgrind, locks lean towards nobody. Under its other tools one thread runs at
// a time, and going from one to the next is such a barrier. Valgrind names the tool it runs only
// in the library that it preloads for it.
#define _GNU_SOURCE
#include "port_lock.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "port_tool.h"

#ifdef __linux__
#include <linux/membarrier.h>
#include <sys/syscall.h>
#endif

typedef enum barrier_kind { UNKNOWN, NONE, NOT_NEEDED, HOST } barrier_kind;

bool syspte_port_locks_are_watched(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return syspte_tool_is_valgrind() && preloaded != NULL &&
           (strstr(preloaded, "vgpreload_helgrind") != NULL ||
            strstr(preloaded, "vgpreload_drd") != NULL);
}

static barrier_kind barrier_find(void)
{
    if (SYSPTE_TOOL_TSAN || syspte_port_locks_are_watched()) {
        return NONE;
    }
    if (syspte_tool_is_valgrind()) {
        return NOT_NEEDED;
    }
#if defined(__linux__) && defined(__NR_membarrier)
    if (syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0) {
        return HOST;
    }
#endif
    return NONE;
}

static barrier_kind barrier_known(void)
{
    static int known = UNKNOWN;
    barrier_kind kind = (barrier_kind)__atomic_load_n(&known, __ATOMIC_RELAXED);
    if (kind == UNKNOWN) {
        kind = barrier_find();
        __atomic_store_n(&known, (int)kind, __ATOMIC_RELAXED);
    }
    return kind;
}

// After it every other thread has seen what this one wrote before, and the other way round.
static void barrier_pass(void)
{
#if defined(__linux__) && defined(__NR_membarrier)
    // Registration is lost in some children of a fork; the global barrier needs none.
    if (barrier_known() == HOST &&
        syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) {
        (void)syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
    }
#endif
    if (!SYSPTE_TOOL_TSAN) { // it knows no fences, and never comes here
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    }
}

void syspte_port_lock_wait(syspte_port_lock *lock)
{
    if (lock->watched) {
        (void)pthread_mutex_lock(&lock->mutex);
        return;
    }
    for (unsigned tries = 1; __atomic_exchange_n(&lock->word, 1, __ATOMIC_ACQUIRE) != 0;) {
        while (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) != 0) {
            if (tries++ % 1000 == 0) {
                (void)sched_yield(); // its holder may wait for this very processor
            }
        }
    }
    if (__atomic_load_n(&lock->leans, __ATOMIC_RELAXED) != 0) {
        __atomic_store_n(&lock->leans, 0, __ATOMIC_RELAXED);
        barrier_pass();
        for (unsigned tries = 1; __atomic_load_n(&lock->inside, __ATOMIC_ACQUIRE) != 0; tries++) {
            if (tries % 1000 == 0) {
                (void)sched_yield();
            }
        }
    }
    if (lock->home == SYSPTE_THREAD_SELF()) {
        lock->home = 0; // this thread is here, so it is not about to write `inside`
    }
}

void syspte_port_lock_done(syspte_port_lock *lock)
{
    if (lock->watched) {
        (void)pthread_mutex_unlock(&lock->mutex);
    } else {
        __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
    }
}

// Who has the lock by leaning may not let it lean again: another thread can have ended that, and
// come in as soon as `inside` is 0. And a thread that once saw the lock lean towards it can write
// `inside` at any later time, until it has been seen on the long way: two such would undo what the
// other one wrote.
void syspte_port_lock_lean(syspte_port_lock *lock)
{
    uintptr_t self = SYSPTE_THREAD_SELF();
    bool is_free = lock->home == 0 || lock->home == self;
    if (!lock->watched && is_free && !syspte_lock_leans(lock) && barrier_known() != NONE) {
        lock->home = self;
        __atomic_store_n(&lock->leans, self, __ATOMIC_RELEASE);
    }
}
