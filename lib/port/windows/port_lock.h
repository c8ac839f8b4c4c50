// SPDX-License-Identifier: MIT
// A lock is a test-and-set in line; who finds it taken waits in lock.c. It leans towards nobody:
// this host has no barrier that one thread can impose on all others as cheaply. Not for lib/core:
// lib/sim locks for it.
#ifndef SYSPTE_PORT_LOCK_H
#define SYSPTE_PORT_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "port_inline.h"

typedef struct syspte_port_lock {
    int word;
} syspte_port_lock;

// Takes the lock once its holder has given it back.
void syspte_port_lock_wait(syspte_port_lock *lock);

static inline void syspte_lock_init(syspte_port_lock *lock)
{
    lock->word = 0;
}

static inline void syspte_port_lock_lean(syspte_port_lock *lock)
{
    (void)lock;
}

static inline bool syspte_lock_leans(const syspte_port_lock *lock)
{
    (void)lock;
    return false;
}

static inline void syspte_lock_take(syspte_port_lock *lock)
{
    if (!SYSPTE_LIKELY(__atomic_exchange_n(&lock->word, 1, __ATOMIC_ACQUIRE) == 0)) {
        syspte_port_lock_wait(lock);
    }
}

static inline void syspte_lock_give(syspte_port_lock *lock)
{
    __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}

#endif
