// SPDX-License-Identifier: MIT
// The inline part of the kernel's port for lib/core. In a driver the core is used under one lock,
// which is all the order that memory needs there: plain accesses that the compiler leaves alone.
#ifndef SYSPTE_PORT_INLINE_H
#define SYSPTE_PORT_INLINE_H

#include <stdint.h>

#define SYSPTE_LIKELY(condition) (condition)

static __inline uint64_t syspte_load_acquire(const uint64_t *at)
{
    return *(const volatile uint64_t *)at;
}

static __inline void syspte_store_release(uint64_t *at, uint64_t value)
{
    *(volatile uint64_t *)at = value;
}

static __inline uint32_t syspte_load_acquire_32(const uint32_t *at)
{
    return *(const volatile uint32_t *)at;
}

static __inline void syspte_store_release_32(uint32_t *at, uint32_t value)
{
    *(volatile uint32_t *)at = value;
}

static __inline int syspte_compare_exchange(uint64_t *at, uint64_t expected, uint64_t desired)
{
    int same = *(volatile uint64_t *)at == expected;
    if (same) {
        *(volatile uint64_t *)at = desired;
    }
    return same;
}

#endif
