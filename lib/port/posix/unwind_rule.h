// SPDX-License-Identifier: MIT
// How to step from one frame of this thread's stack to the one above it, told by the return address
// into its function alone: the unwind tables say so for every call, whatever registers hold.
#ifndef SYSPTE_PORT_UNWIND_RULE_H
#define SYSPTE_PORT_UNWIND_RULE_H

#include <stdint.h>

#if defined(__x86_64__) && defined(__ELF__) && __has_include(<link.h>)
#define SYSPTE_UNWIND_HAS_RULES 1
#else
#define SYSPTE_UNWIND_HAS_RULES 0
#endif

// A rule in 29 bits: the lowest three say what it is; then comes, in words, where the frame ends,
// counted up from the stack pointer or the frame pointer; then how many words below its end the
// caller's frame pointer is kept, 0: nowhere, it is unchanged. The return address is the last word
// of a frame.
typedef uint32_t syspte_unwind_rule;

enum {
    SYSPTE_UNWIND_STACK_POINTER,
    SYSPTE_UNWIND_FRAME_POINTER,
    SYSPTE_UNWIND_OUTERMOST, // nothing is above
    SYSPTE_UNWIND_OTHER,     // only an unwinder can tell
    SYSPTE_UNWIND_NO_CODE,   // no return address at all

    SYSPTE_UNWIND_KIND = 7,
    SYSPTE_UNWIND_END = 3, // where these fields begin
    SYSPTE_UNWIND_KEPT = 16,
    SYSPTE_UNWIND_WORDS = 0x1FFF, // the most that a field can hold
    // The rule of every function that keeps frame pointers.
    SYSPTE_UNWIND_CHAIN =
        SYSPTE_UNWIND_FRAME_POINTER | 2 << SYSPTE_UNWIND_END | 2 << SYSPTE_UNWIND_KEPT
};

#if SYSPTE_UNWIND_HAS_RULES

// Rules that were asked for, two to a set: of an address 35 bits, and the set tells the rest.
enum { SYSPTE_UNWIND_SET_BITS = 12, SYSPTE_UNWIND_RULE_BITS = 29 };
extern uint64_t syspte_unwind_known[1 << SYSPTE_UNWIND_SET_BITS][2];

// Reads the tables, and remembers what they say. Lock: may be held.
syspte_unwind_rule syspte_unwind_learn(uintptr_t return_address);

static inline uint64_t *syspte_unwind_set(uintptr_t return_address)
{
    return syspte_unwind_known[return_address & ((1 << SYSPTE_UNWIND_SET_BITS) - 1)];
}

// The rule of the function that `return_address` leads into, at that call.
static inline syspte_unwind_rule syspte_unwind_find(uintptr_t return_address)
{
    const uint64_t *set = syspte_unwind_set(return_address);
    for (int way = 0; way < 2; way++) {
        uint64_t known = __atomic_load_n(&set[way], __ATOMIC_RELAXED);
        if (known >> SYSPTE_UNWIND_RULE_BITS == return_address >> SYSPTE_UNWIND_SET_BITS) {
            return (syspte_unwind_rule)known & ((1u << SYSPTE_UNWIND_RULE_BITS) - 1);
        }
    }
    return syspte_unwind_learn(return_address);
}

#else

// Elsewhere frame pointers are the rule.
static inline syspte_unwind_rule syspte_unwind_find(uintptr_t return_address)
{
    (void)return_address;
    return SYSPTE_UNWIND_CHAIN;
}

#endif

#endif
