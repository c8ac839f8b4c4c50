// SPDX-License-Identifier: MIT
// Short words for tests of exceptions: an address to touch, and what came of an act in a body of
// SYSPTE_TRY. Compiled without what syspte_add_driver adds.
#ifndef SYSPTE_TEST_SIM_SEH_WORDS_H
#define SYSPTE_TEST_SIM_SEH_WORDS_H

#include "harness.h"

#define EVERYTHING EXCEPTION_EXECUTE_HANDLER
#define TAG        0x74736554u
#define NEAR_NULL  ((PUCHAR)(ULONG_PTR)8) // what UndefinedBehaviorSanitizer has nothing against

static PUCHAR target;
static volatile UCHAR got;

static inline void read_target(void)
{
    got = *(volatile UCHAR *)target;
}

static inline void write_target(void)
{
    *(volatile UCHAR *)target = 1;
}

static inline PVOID user_buffer(void)
{
    PVOID buffer = syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_USER);
    assert_non_null(buffer);
    return buffer;
}

// The last exception that was caught.
static EXCEPTION_RECORD caught;
static CONTEXT caught_context;

static inline LONG note(PEXCEPTION_POINTERS pointers)
{
    caught = *pointers->ExceptionRecord;
    caught_context = *pointers->ContextRecord;
    return EXCEPTION_EXECUTE_HANDLER;
}

// The status that `act` raised, or STATUS_SUCCESS. Valgrind is quiet about what it touches.
static inline NTSTATUS raised_by(void (*act)(void))
{
    volatile NTSTATUS status = STATUS_SUCCESS;
    VALGRIND_DISABLE_ERROR_REPORTING;
    SYSPTE_TRY
    {
        act();
    }
    SYSPTE_EXCEPT(note(syspte_seh_pointers()))
    {
        status = syspte_seh_code();
    }
    VALGRIND_ENABLE_ERROR_REPORTING;
    return status;
}

static inline void nothing(void)
{
}

// The same in a test: the machine's fault handler comes before CMocka's then.
static inline NTSTATUS status_of(void (*act)(void))
{
    assert_false(stops(nothing));
    return raised_by(act);
}

// The same as stops() for what raised_by() runs.
static inline bool stops_in_a_body(void (*act)(void))
{
    bool stopped = stops(act);
    VALGRIND_ENABLE_ERROR_REPORTING;
    return stopped;
}

// Handles nothing itself.
static inline void search_on(void)
{
    SYSPTE_TRY
    {
        read_target();
    }
    SYSPTE_EXCEPT(EXCEPTION_CONTINUE_SEARCH)
    {
    }
}

#endif
