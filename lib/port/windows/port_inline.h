// SPDX-License-Identifier: MIT
// The inline part of this port for lib/core. A thread is told by its environment block, whose own
// address is in it.
#ifndef SYSPTE_PORT_INLINE_H
#define SYSPTE_PORT_INLINE_H

#include "../gnu_inline.h"

// clang's frame pointer is somewhere in the frame here, not right below the return address.
#ifdef __clang__
void *_AddressOfReturnAddress(void);
#undef SYSPTE_FRAME_ADDRESS
#define SYSPTE_FRAME_ADDRESS() ((uintptr_t)_AddressOfReturnAddress() - sizeof(uintptr_t))
#endif

// A number that the calling thread has and no other one, not 0.
static inline uintptr_t syspte_thread_self(void)
{
    uintptr_t self;
#if defined(__x86_64__)
    __asm__("movq %%gs:0x30, %0" : "=r"(self));
#else
    __asm__("movl %%fs:0x18, %0" : "=r"(self));
#endif
    return self;
}
#define SYSPTE_THREAD_SELF() syspte_thread_self()

// For a function of the library: the program may have its own of that name. Here a weak function of
// a library is not found by who calls it, so programs are linked with the option to take the first
// of two, which is theirs.
#define SYSPTE_REPLACEABLE

#endif
