// SPDX-License-Identifier: MIT
// Which checking tool this process runs under: sanitizers are known when the port is compiled,
// Valgrind only when it runs.
#ifndef SYSPTE_PORT_TOOL_H
#define SYSPTE_PORT_TOOL_H

#include <stdbool.h>
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
