// SPDX-License-Identifier: MIT
// A spin lock. Where the program runs under a tool that must see locks to understand threads
// (Helgrind, DRD), it is the host's own; else it is a test-and-set in line, whose atomics the
// compilers' sanitizers understand. Not for lib/core: lib/sim locks for it.
#ifndef SYSPTE_PORT_LOCK_H
#define SYSPTE_PORT_LOCK_H

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

typedef struct syspte_port_lock {
    int word;
    bool watched;
    pthread_mutex_t mutex;
} syspte_port_lock;

// True where threads are watched by a tool that knows only the host's locks.
bool syspte_port_locks_are_watched(void);

static inline void syspte_lock_init(syspte_port_lock *lock)
{
    lock->word = 0;
    lock->watched = syspte_port_locks_are_watched();
    (void)pthread_mutex_init(&lock->mutex, NULL);
}

static inline void syspte_lock_take(syspte_port_lock *lock)
{
    if (lock->watched) {
        (void)pthread_mutex_lock(&lock->mutex);
        return;
    }
    for (unsigned tries = 0; __atomic_exchange_n(&lock->word, 1, __ATOMIC_ACQUIRE) != 0; tries++) {
        while (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) != 0) {
            if (++tries > 1000) {
                (void)sched_yield(); // its holder may wait for this very processor
                tries = 0;
            }
        }
    }
}

static inline void syspte_lock_give(syspte_port_lock *lock)
{
    if (lock->watched) {
        (void)pthread_mutex_unlock(&lock->mutex);
        return;
    }
    __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}

#endif
