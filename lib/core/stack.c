// SPDX-License-Identifier: MIT
// Stacks lie one behind the other in an array of words; a stack's number is the index of its first
// word. An open-addressing table finds them by a hash of two lanes and a full comparison.
#include "core/stack.h"
#include "port_inline.h"

static uint64_t hash_of(const uintptr_t *frames, unsigned count)
{
    uint64_t even = count;
    uint64_t odd = 0x9E3779B97F4A7C15ull;
    for (unsigned i = 0; i + 1 < count; i += 2) {
        even = (even ^ frames[i]) * 0xD6E8FEB86659FD93ull;
        odd = (odd ^ frames[i + 1]) * 0xA0761D6478BD642Full;
    }
    if (count & 1) {
        even = (even ^ frames[count - 1]) * 0xD6E8FEB86659FD93ull;
    }
    even ^= odd ^ odd >> 29;
    return (even ^ even >> 32) * 0x9E3779B97F4A7C15ull;
}

uint64_t syspte_stacks_storage(uint32_t capacity, uint32_t slot_count)
{
    return capacity * (uint64_t)sizeof(uint64_t) + slot_count * (uint64_t)sizeof(uint32_t);
}

void syspte_stacks_init(syspte_stacks *stacks, void *storage, uint32_t capacity,
                        uint32_t slot_count)
{
    *stacks = (syspte_stacks){
        .words = storage, .capacity = capacity, .slot_count = slot_count, .used = 1};
    stacks->slots = (uint32_t *)(void *)(stacks->words + capacity);
}

static bool same(const uint64_t *stored, const uintptr_t *frames, unsigned count)
{
    if (stored[0] != count) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        if (stored[i + 1] != frames[i]) {
            return false;
        }
    }
    return true;
}

static uint32_t *slot_of(const syspte_stacks *stacks, const uintptr_t *frames, unsigned count)
{
    uint32_t mask = stacks->slot_count - 1;
    uint32_t at = (uint32_t)(hash_of(frames, count) >> 32) & mask;
    uint32_t number;
    while ((number = syspte_load_acquire_32(&stacks->slots[at])) != 0 &&
           !same(&stacks->words[number], frames, count)) {
        at = (at + 1) & mask;
    }
    return &stacks->slots[at];
}

void syspte_stacks_wipe(syspte_stacks *stacks)
{
    if (stacks->count != 0) {
        for (uint32_t at = 0; at < stacks->slot_count; at++) {
            stacks->slots[at] = 0;
        }
    }
    for (uint32_t at = 0; at < stacks->used; at++) {
        stacks->words[at] = 0;
    }
    stacks->used = 1;
    stacks->count = 0;
    stacks->dropped = 0;
}

uint32_t syspte_stacks_find(const syspte_stacks *stacks, const uintptr_t *frames, unsigned count)
{
    return count == 0 ? 0 : syspte_load_acquire_32(slot_of(stacks, frames, count));
}

uint32_t syspte_stacks_intern(syspte_stacks *stacks, const uintptr_t *frames, unsigned count)
{
    if (count == 0) {
        return 0;
    }
    uint32_t *slot = slot_of(stacks, frames, count);
    if (*slot != 0) {
        return *slot;
    }
    if (stacks->capacity - stacks->used <= count || stacks->count >= stacks->slot_count / 2) {
        stacks->dropped++;
        return 0;
    }
    uint32_t number = stacks->used;
    stacks->words[number] = count;
    for (unsigned i = 0; i < count; i++) {
        stacks->words[number + 1 + i] = frames[i];
    }
    stacks->used += count + 1;
    stacks->count++;
    syspte_store_release_32(slot, number);
    return number;
}

const uint64_t *syspte_stacks_at(const syspte_stacks *stacks, uint32_t number, unsigned *count)
{
    *count = (unsigned)stacks->words[number];
    return &stacks->words[number + 1];
}
