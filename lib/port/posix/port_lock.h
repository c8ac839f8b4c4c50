// SPDX-License-Identifier: MIT
// A lock that leans towards one thread: while no other has asked for it, that thread takes it by
// saying so, without an instruction that other processors hear of. The first other one takes the
// word, ends the leaning for good, and lets the host pass a barrier through every processor
// (lock.c): then it sees whether the one thread is inside, and that one sees that it leans no more.
// After that, and where the host has no such barrier, it is a test-and-set in line, whose atomics
// the compilers' sanitizers understand. Where the program runs under a tool that must see locks to
// understand threads (Helgrind, DRD), it is the host's own. Not for lib/core: lib/sim locks for it.
#ifndef SYSPTE_PORT_LOCK_H
#define SYSPTE_PORT_LOCK_H

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "port_inline.h"

typedef struct syspte_port_lock {
    uintptr_t leans;  // towards that thread; 0: towards none
    uintptr_t inside; // that thread where it has the lock by leaning, or looks whether it may; or 0
    uintptr_t home;   // the only thread that may write `inside`; 0: there is none
    int word;
    bool watched;
    pthread_mutex_t mutex;
} syspte_port_lock;

// True where threads are watched by a tool that knows only the host's locks.
bool syspte_port_locks_are_watched(void);

// Takes the lock, and gives it back, where it may not lean towards the caller.
void syspte_port_lock_wait(syspte_port_lock *lock);
void syspte_port_lock_done(syspte_port_lock *lock);

static inline void syspte_lock_init(syspte_port_lock *lock)
{
    lock->leans = 0;
    lock->inside = 0;
    lock->home = 0;
    lock->word = 0;
    lock->watched = syspte_port_locks_are_watched();
    (void)pthread_mutex_init(&lock->mutex, NULL);
}

// Lets the lock lean towards the calling thread, if this host can, and if it leaned towards no
// other one that may still be about to look. Lock: held.
void syspte_port_lock_lean(syspte_port_lock *lock);

// True if the caller, who has the lock, has it by leaning.
static inline bool syspte_lock_leans(const syspte_port_lock *lock)
{
    return __atomic_load_n(&lock->inside, __ATOMIC_RELAXED) == SYSPTE_THREAD_SELF();
}

static inline void syspte_lock_take(syspte_port_lock *lock)
{
    uintptr_t self = SYSPTE_THREAD_SELF();
    if (__builtin_expect(__atomic_load_n(&lock->leans, __ATOMIC_RELAXED) == self, 1)) {
        __atomic_store_n(&lock->inside, self, __ATOMIC_RELAXED);
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        if (__builtin_expect(__atomic_load_n(&lock->leans, __ATOMIC_ACQUIRE) == self, 1)) {
            return;
        }
        __atomic_store_n(&lock->inside, 0, __ATOMIC_RELEASE);
    }
    syspte_port_lock_wait(lock);
}

static inline void syspte_lock_give(syspte_port_lock *lock)
{
    if (__builtin_expect(syspte_lock_leans(lock), 1)) {
        __atomic_store_n(&lock->inside, 0, __ATOMIC_RELEASE);
    } else {
        syspte_port_lock_done(lock);
    }
}

#endif
