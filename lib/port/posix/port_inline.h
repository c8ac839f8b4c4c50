// SPDX-License-Identifier: MIT
// The inline part of this port for lib/core.
#ifndef SYSPTE_PORT_INLINE_H
#define SYSPTE_PORT_INLINE_H

#include "../gnu_inline.h"

// A number that the calling thread has and no other one, not 0.
#define SYSPTE_THREAD_SELF() ((uintptr_t)__builtin_thread_pointer())

// For a function of the library: the program may have its own of that name.
#define SYSPTE_REPLACEABLE __attribute__((__weak__))

#endif
