// SPDX-License-Identifier: MIT
// Which checking tool this process runs under: sanitizers are known when the port is compiled,
// Valgrind only when it runs.
#ifndef SYSPTE_PORT_TOOL_H
#define SYSPTE_PORT_TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define SYSPTE_TOOL_TSAN 1
#endif
#if __has_feature(memory_sanitizer)
#define SYSPTE_TOOL_MSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__) && !defined(SYSPTE_TOOL_TSAN)
#define SYSPTE_TOOL_TSAN 1
#endif
#ifndef SYSPTE_TOOL_TSAN
#define SYSPTE_TOOL_TSAN 0
#endif
#ifndef SYSPTE_TOOL_MSAN
#define SYSPTE_TOOL_MSAN 0
#endif

#ifdef __has_include
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#define SYSPTE_TOOL_HAS_VALGRIND_H 1
#endif
#endif
#ifndef SYSPTE_TOOL_HAS_VALGRIND_H
#define SYSPTE_TOOL_HAS_VALGRIND_H 0
#endif

static inline bool syspte_tool_is_valgrind(void)
{
#if SYSPTE_TOOL_HAS_VALGRIND_H
    return RUNNING_ON_VALGRIND != 0;
#else
    const char *preloaded = getenv("LD_PRELOAD"); // Valgrind puts its own library there
    return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
#endif
}

// Where mappings lie: in a program as such and under AddressSanitizer, where nobody puts anything
// who is not told to; and in what Valgrind and the other sanitizers leave to the program.
#define SYSPTE_TOOL_BASE_PLAIN   UINT64_C(0x200000000000)
#define SYSPTE_TOOL_BASE_CHECKED UINT64_C(0x7e9000000000)

static inline bool syspte_tool_is_checked(void)
{
    return SYSPTE_TOOL_TSAN || SYSPTE_TOOL_MSAN || syspte_tool_is_valgrind();
}

// True if a hole at this address stays one: the host looks for room from the top, or from a third
// of all addresses on, and finds it there first. A hole costs half of what closed memory does.
static inline bool syspte_tool_leaves_holes(const void *at)
{
    uint64_t above = (uint64_t)(uintptr_t)at - SYSPTE_TOOL_BASE_PLAIN;
    return above < SYSPTE_TOOL_BASE_PLAIN / 4 && !syspte_tool_is_checked();
}

// Tells memcheck that the host has made these bytes zeros behind its back.
static inline void syspte_tool_memory_is_defined(void *from, size_t bytes)
{
#if SYSPTE_TOOL_HAS_VALGRIND_H
    (void)VALGRIND_MAKE_MEM_DEFINED(from, bytes);
#else
    (void)from;
    (void)bytes;
#endif
}

#endif
