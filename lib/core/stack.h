// SPDX-License-Identifier: MIT
// Stored stacks: each distinct list of return addresses once, compared in full.
#ifndef SYSPTE_CORE_STACK_H
#define SYSPTE_CORE_STACK_H

#include <stdbool.h>
#include <stdint.h>

enum { SYSPTE_STACK_MAX = 32 }; // frames

typedef struct syspte_stacks {
    uint64_t *words;    // [capacity] of each stack its length, then its frames, innermost first
    uint32_t *slots;    // [slot_count] hash -> number
    uint32_t capacity;  // of words
    uint32_t slot_count; // a power of two
    uint32_t used;      // words in use; word 0 is none
    uint32_t count;     // stacks stored
    uint64_t dropped;   // interns that found no room
} syspte_stacks;

// ---- Begin and end

// Bytes of zeroed storage; `slot_count` is a power of two, and half of it is how many stacks fit.
uint64_t syspte_stacks_storage(uint32_t capacity, uint32_t slot_count);
void syspte_stacks_init(syspte_stacks *stacks, void *storage, uint32_t capacity,
                        uint32_t slot_count);
// Clears what was used of the storage. Costs: O(words used).
void syspte_stacks_wipe(syspte_stacks *stacks);

// ---- Use

// The number of an equal stack, or 0. Costs: O(frames) expected; needs no lock.
uint32_t syspte_stacks_find(const syspte_stacks *stacks, const uintptr_t *frames, unsigned count);

// The number of an equal stack, from 1, stored now if it is new; 0 for an empty one.
//
// Fails: 0 if there is no room; counted in `dropped`.
// Needs: one caller at a time; count <= SYSPTE_STACK_MAX.
uint32_t syspte_stacks_intern(syspte_stacks *stacks, const uintptr_t *frames, unsigned count);

// ---- Inspect

// The frames of a stack; `count` receives how many. Number 0 has none.
const uint64_t *syspte_stacks_at(const syspte_stacks *stacks, uint32_t number, unsigned *count);

#endif
