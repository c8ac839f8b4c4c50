// SPDX-License-Identifier: MIT
// The arena is inaccessible memory at a base that is the same in every run of one tool, so that
// reports and core dumps of two runs show the same addresses. The bases lie where a process has
// nothing of its own: one is free beside plain programs and AddressSanitizer's shadow, the other
// inside the ranges that the thread and memory sanitizers and Valgrind leave to the program.
// For each size, from the wanted one downwards: the base, then any place, then half the size.
// The windows lie below the arena; they are had in full or not at all.
#define _GNU_SOURCE
#include "../port.h"

#include <sys/mman.h>

#include "port_tool.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0 // then the base is a hint, which the checked answer allows for
#endif

#define WINDOWS_PLAIN   UINT64_C(0x1f0000000000)
#define WINDOWS_CHECKED UINT64_C(0x7e8800000000)
#define BYTES_FLOOR  (UINT64_C(16) << 20)
// Anything longer the kernel may place outside what the thread sanitizer knows, and that is fatal.
#define BYTES_MOVED_TSAN (UINT64_C(512) << 30)

// Registers memory that may hold the only pointer to a block of the program's.
extern void __lsan_register_root_region(const void *at, size_t bytes) __attribute__((weak));
extern void __lsan_unregister_root_region(const void *at, size_t bytes) __attribute__((weak));

static void *base_of(uint64_t plain, uint64_t checked)
{
    return (void *)(uintptr_t)(syspte_tool_is_checked() ? checked : plain);
}

// NULL if refused; the place may be another than `at`.
static void *range_reserve(void *at, uint64_t bytes, int flags)
{
    if (bytes != (size_t)bytes) {
        return NULL;
    }
    void *range = mmap(at, (size_t)bytes, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
    return range == MAP_FAILED ? NULL : range;
}

static uint64_t bytes_next(uint64_t bytes)
{
    uint64_t half = bytes / 2 / 4096 * 4096;
    return half < BYTES_FLOOR ? BYTES_FLOOR : half;
}

bool syspte_port_arena_reserve(uint64_t bytes, syspte_port_arena *arena)
{
    void *wanted = base_of(SYSPTE_TOOL_BASE_PLAIN, SYSPTE_TOOL_BASE_CHECKED);

    *arena = (syspte_port_arena){0};
    if (bytes == 0) {
        return false;
    }
    for (;;) {
        void *range = range_reserve(wanted, bytes, MAP_FIXED_NOREPLACE);
        if (range == NULL && (!SYSPTE_TOOL_TSAN || bytes <= BYTES_MOVED_TSAN)) {
            range = range_reserve(NULL, bytes, 0);
        }
        if (range != NULL) {
            *arena = (syspte_port_arena){.base = range, .bytes = bytes, .moved = range != wanted};
            return true;
        }
        if (bytes <= BYTES_FLOOR) {
            return false;
        }
        bytes = bytes_next(bytes);
    }
}

void syspte_port_arena_release(syspte_port_arena *arena)
{
    if (arena->base != NULL) {
        (void)munmap(arena->base, (size_t)arena->bytes);
    }
    *arena = (syspte_port_arena){0};
}

bool syspte_port_windows_reserve(uint64_t bytes, syspte_port_arena *windows)
{
    void *wanted = base_of(WINDOWS_PLAIN, WINDOWS_CHECKED);
    void *range = range_reserve(wanted, bytes, MAP_FIXED_NOREPLACE);
    if (range == NULL) {
        range = range_reserve(NULL, bytes, 0);
    }
    *windows = (syspte_port_arena){0};
    if (range == NULL) {
        return false;
    }
    *windows = (syspte_port_arena){.base = range, .bytes = bytes, .moved = range != wanted};
    if (__lsan_register_root_region != NULL) {
        __lsan_register_root_region(range, (size_t)bytes);
    }
    return true;
}

void syspte_port_windows_release(syspte_port_arena *windows)
{
    if (windows->base != NULL && __lsan_unregister_root_region != NULL) {
        __lsan_unregister_root_region(windows->base, (size_t)windows->bytes);
    }
    syspte_port_arena_release(windows);
}
