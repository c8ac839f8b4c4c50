// SPDX-License-Identifier: MIT
// The arena is inaccessible memory at a base that is the same in every run of one tool, so that
// reports and core dumps of two runs show the same addresses. The bases lie where a process has
// nothing of its own: one is free beside plain programs and AddressSanitizer's shadow, the other
// inside the ranges that the thread and memory sanitizers and Valgrind leave to the program.
// For each size, from the wanted one downwards: the base, then any place, then half the size.
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

#define BASE_PLAIN   UINT64_C(0x200000000000)
#define BASE_CHECKED UINT64_C(0x7e9000000000)
#define BYTES_FLOOR  (UINT64_C(16) << 20)
// Anything longer the kernel may place outside what the thread sanitizer knows, and that is fatal.
#define BYTES_MOVED_TSAN (UINT64_C(512) << 30)

static void *base_wanted(void)
{
    bool checked = SYSPTE_TOOL_TSAN || SYSPTE_TOOL_MSAN || syspte_tool_is_valgrind();
    return (void *)(uintptr_t)(checked ? BASE_CHECKED : BASE_PLAIN);
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
    void *wanted = base_wanted();

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
