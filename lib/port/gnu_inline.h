// SPDX-License-Identifier: MIT
// Bits and atomics for lib/core, for compilers with the GNU built-ins: what port_inline.h has of
// them on every host.
#ifndef SYSPTE_GNU_INLINE_H
#define SYSPTE_GNU_INLINE_H

#include <stdint.h>

// The short way of a call is in line where it begins; the long way stays out of it.
#define SYSPTE_HOT  static inline __attribute__((always_inline))
#define SYSPTE_COLD __attribute__((noinline, cold))

// What most calls find, so that the code for it stands together.
#define SYSPTE_LIKELY(condition) __builtin_expect((condition) != 0, 1)

// Where the calling function was called from.
#define SYSPTE_RETURN_ADDRESS() ((uintptr_t)__builtin_return_address(0))

// Where the calling function's frame is.
#define SYSPTE_FRAME_ADDRESS() ((uintptr_t)__builtin_frame_address(0))

// Index of the lowest or highest set bit; `bits` is not 0. In halves where a long has 32 bits:
// 64-bit built-ins would need the compiler's run-time library there.
static inline unsigned syspte_bit_lowest(uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    if (sizeof(long) == sizeof bits) {
        return (unsigned)__builtin_ctzl((unsigned long)bits);
    }
    return low != 0 ? (unsigned)__builtin_ctz(low)
                    : 32u + (unsigned)__builtin_ctz((uint32_t)(bits >> 32));
}

static inline unsigned syspte_bit_highest(uint64_t bits)
{
    uint32_t high = (uint32_t)(bits >> 32);
    if (sizeof(long) == sizeof bits) {
        return 63u - (unsigned)__builtin_clzl((unsigned long)bits);
    }
    return high != 0 ? 63u - (unsigned)__builtin_clz(high)
                     : 31u - (unsigned)__builtin_clz((uint32_t)bits);
}

static inline uint64_t syspte_load_acquire(const uint64_t *at)
{
    return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

static inline void syspte_store_release(uint64_t *at, uint64_t value)
{
    __atomic_store_n(at, value, __ATOMIC_RELEASE);
}

static inline uint32_t syspte_load_acquire_32(const uint32_t *at)
{
    return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

static inline void syspte_store_release_32(uint32_t *at, uint32_t value)
{
    __atomic_store_n(at, value, __ATOMIC_RELEASE);
}

// If *at is `expected`, sets it to `desired` and answers nonzero.
static inline int syspte_compare_exchange(uint64_t *at, uint64_t expected, uint64_t desired)
{
    return __atomic_compare_exchange_n(at, &expected, desired, 0, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

// Adds and answers the value before.
static inline uint64_t syspte_fetch_add(uint64_t *at, uint64_t amount)
{
    return __atomic_fetch_add(at, amount, __ATOMIC_ACQ_REL);
}

#endif
