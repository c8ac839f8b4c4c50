// SPDX-License-Identifier: MIT
// Waiting for a lock: looks again and again, and lets another thread run in between, as its holder
// may wait for this very processor.
#include "port_lock.h"

#include "windows_api.h"

void syspte_port_lock_wait(syspte_port_lock *lock)
{
    for (unsigned tries = 1; __atomic_exchange_n(&lock->word, 1, __ATOMIC_ACQUIRE) != 0;) {
        while (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) != 0) {
            if (tries++ % 1000 == 0) {
                Sleep(0);
            }
        }
    }
}
