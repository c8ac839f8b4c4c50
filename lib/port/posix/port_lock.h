// SPDX-License-Identifier: MIT
// A spin lock that thread checkers (TSan, Helgrind) know. Not for lib/core: lib/sim locks for it.
#ifndef SYSPTE_PORT_LOCK_H
#define SYSPTE_PORT_LOCK_H

#include <pthread.h>
#include <unistd.h>

#if defined(_POSIX_SPIN_LOCKS) && _POSIX_SPIN_LOCKS > 0
typedef pthread_spinlock_t syspte_port_lock;

static inline void syspte_lock_init(syspte_port_lock *lock)
{
    (void)pthread_spin_init(lock, PTHREAD_PROCESS_PRIVATE);
}

static inline void syspte_lock_take(syspte_port_lock *lock)
{
    (void)pthread_spin_lock(lock);
}

static inline void syspte_lock_give(syspte_port_lock *lock)
{
    (void)pthread_spin_unlock(lock);
}
#else
typedef pthread_mutex_t syspte_port_lock;

static inline void syspte_lock_init(syspte_port_lock *lock)
{
    (void)pthread_mutex_init(lock, NULL);
}

static inline void syspte_lock_take(syspte_port_lock *lock)
{
    (void)pthread_mutex_lock(lock);
}

static inline void syspte_lock_give(syspte_port_lock *lock)
{
    (void)pthread_mutex_unlock(lock);
}
#endif
#endif
