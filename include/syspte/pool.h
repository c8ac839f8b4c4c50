// SPDX-License-Identifier: MIT
// The pool of system PTEs as the rest of the system leaves it to the driver: partly taken, in
// pieces, and measured by the thresholds that administrators use.
#ifndef SYSPTE_POOL_H
#define SYSPTE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What is free, in the three numbers of !sysptes 1.
typedef struct syspte_pool_shape {
    uint64_t pte_free;
    uint64_t free_blocks;
    uint64_t largest_free_block;
    uint64_t seed; // which of the many pools with these numbers
} syspte_pool_shape;

// How near the end the pool is, by the profile's thresholds of `Free System Page Table Entries`.
typedef enum syspte_pool_level {
    SYSPTE_POOL_NORMAL,
    SYSPTE_POOL_WARNING, // fewer free than syspte_profile.free_warning
    SYSPTE_POOL_ALARM,
    SYSPTE_POOL_CRITICAL
} syspte_pool_level;

// ---- Use

// Takes free PTEs, as the rest of the system would, until the pool has exactly that shape. Blocks
// of different lengths lie in an order that the seed decides: the same seed, the same pool. What is
// taken stays so until the next boot, is nobody's leak, and is counted as pte_elsewhere.
//
// Fails: false, with a message that says why, and nothing changed: more is asked for than is free,
//        the numbers contradict each other, or live mappings lie so that no such pool is left.
// Needs: a booted machine whose tables cover all of its PTEs (syspte_limits_now).
// Costs: O(free_blocks).
bool syspte_pool_fragment(const syspte_pool_shape *shape);

// ---- Inspect

// The level of that many free PTEs on the machine's profile; NORMAL without a machine. For a
// machine with a pte_count of its own the thresholds are still the profile's.
syspte_pool_level syspte_pool_level_of(uint64_t pte_free);

// "normal", "warning", "alarm" or "critical".
const char *syspte_pool_level_name(syspte_pool_level level);

#ifdef __cplusplus
}
#endif
#endif
