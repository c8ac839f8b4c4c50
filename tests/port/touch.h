// SPDX-License-Identifier: MIT
// Touches memory that may be inaccessible and tells whether it could be read, written or executed,
// with a signal handler of its own, so that these answers do not rest on the code under test.
// Valgrind's reports are switched off around the access only.
#ifndef SYSPTE_TEST_TOUCH_H
#define SYSPTE_TEST_TOUCH_H

#include <setjmp.h>
#ifndef _WIN32
#include <signal.h>
#endif
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __has_include
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef RUNNING_ON_VALGRIND
#define RUNNING_ON_VALGRIND              0
#define VALGRIND_DISABLE_ERROR_REPORTING (void)0
#define VALGRIND_ENABLE_ERROR_REPORTING  (void)0
#endif

#ifdef _WIN32

static inline bool touch(void (*access)(volatile unsigned char *at), void *at)
{
    return posix_touch(access, at);
}

#else

static sigjmp_buf touch_out;

static inline void touch_leave(int signal)
{
    (void)signal;
    siglongjmp(touch_out, 1);
}

// Calls `access(at)`; false if that faulted.
static inline bool touch(void (*access)(volatile unsigned char *at), void *at)
{
    struct sigaction ours, segv_before, bus_before;
    memset(&ours, 0, sizeof ours);
    ours.sa_handler = touch_leave;
    (void)sigemptyset(&ours.sa_mask);
    (void)sigaction(SIGSEGV, &ours, &segv_before);
    (void)sigaction(SIGBUS, &ours, &bus_before);
    volatile bool done = false;

    VALGRIND_DISABLE_ERROR_REPORTING;
    if (sigsetjmp(touch_out, 1) == 0) {
        access((volatile unsigned char *)at);
        done = true;
    }
    VALGRIND_ENABLE_ERROR_REPORTING;

    (void)sigaction(SIGSEGV, &segv_before, NULL);
    (void)sigaction(SIGBUS, &bus_before, NULL);
    return done;
}

#endif

static inline void touch_by_read(volatile unsigned char *at)
{
    (void)*at;
}

static inline void touch_by_write(volatile unsigned char *at)
{
    *at = 0x5A;
}

static inline bool can_read(void *at)
{
    return touch(touch_by_read, at);
}

static inline bool can_write(void *at)
{
    return touch(touch_by_write, at);
}

#if defined(__x86_64__)
#define TOUCH_CAN_EXECUTE 1
static const unsigned char touch_code[] = {0xB8, 0x2A, 0x00, 0x00, 0x00, 0xC3}; // return 42
#elif defined(__aarch64__)
#define TOUCH_CAN_EXECUTE 1
static const unsigned char touch_code[] = {0x40, 0x05, 0x80, 0x52, 0xC0, 0x03, 0x5F, 0xD6};
#else
#define TOUCH_CAN_EXECUTE 0
static const unsigned char touch_code[] = {0};
#endif

static int touch_returned;

static inline void touch_by_call(volatile unsigned char *at)
{
    int (*code)(void) = (int (*)(void))(uintptr_t)at;
    touch_returned = code();
}

// `at` holds touch_code.
static inline bool can_execute(void *at)
{
    touch_returned = 0;
    __builtin___clear_cache((char *)at, (char *)at + sizeof touch_code);
    return touch(touch_by_call, at) && touch_returned == 42;
}

#endif
