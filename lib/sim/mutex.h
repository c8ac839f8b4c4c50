// SPDX-License-Identifier: MIT
// Mutexes, for the function that waits for them.
#ifndef SYSPTE_SIM_MUTEX_H
#define SYSPTE_SIM_MUTEX_H

#include "sim/kernel.h"

// Acquires it for the calling thread, once more if that has it already. False: another thread has
// it. Lock: not held.
bool syspte_mutex_take(const syspte_caller *caller, PRKMUTEX mutex);

// True if the calling thread has it.
bool syspte_mutex_is_mine(const KMUTANT *mutex);

#endif
