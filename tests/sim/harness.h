// SPDX-License-Identifier: MIT
// What the tests of the simulated kernel share: a framework hook that catches bug checks and
// complaints, so that a test can look at the machine afterwards, and short words for findings.
#ifndef SYSPTE_TEST_SIM_HARNESS_H
#define SYSPTE_TEST_SIM_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <ntddk.h>
#include <syspte/syspte.h>

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

#define PAGE 0x1000ull
#define BAR  0xFEBC0000ull // of a device

// ---- Begin and end of a test

// Setup and teardown of a test: hooks in and boots the defaults; checks every invariant of the
// machine, shuts it down and unhooks.
int machine_begin(void **state);
int machine_end(void **state);
// Setup of a test that boots by itself.
int hook_begin(void **state);

#define machine_test(f) cmocka_unit_test_setup_teardown(f, machine_begin, machine_end)
#define hooked_test(f)  cmocka_unit_test_setup_teardown(f, hook_begin, machine_end)

// Boots, and fails the test if that fails.
void boot(const syspte_config *config);
// The defaults on another profile.
void boot_profile(const char *name);

// Under a sanitizer or Valgrind, where large tests would take too long.
bool is_watched(void);

// ---- What happened

// Runs `act`. True if the machine stopped in it: then `seen` says with what.
bool stops(void (*act)(void));

// The same for an access that is wrong, which Valgrind does not report then.
static inline bool touch_stops(void (*access)(void))
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    bool stopped = stops(access);
    VALGRIND_ENABLE_ERROR_REPORTING;
    return stopped;
}

typedef struct sight {
    syspte_bugcheck stop;
    bool expected;
    unsigned stops;      // since the test began
    unsigned complaints; // the library's words on its own misuse, since the test began
    char complaint[512]; // the last one
} sight;

extern sight seen;

// Parameter 2 of a stop by a write. Valgrind does not always say which access it was: then 0.
static inline uint64_t if_write(uint64_t parameter)
{
    return RUNNING_ON_VALGRIND && seen.stop.parameter[1] == 0 ? 0 : parameter;
}

void assert_stop(uint32_t code, uint64_t p1, uint64_t p2, uint64_t p3, uint64_t p4);
// Exactly one complaint came since the test began or since the last of these, with these words.
void assert_complaint(const char *words);

// The first finding of that rule; there must be one.
syspte_finding finding_of(syspte_rule_id rule);
// The same, and there must be no other finding but what a bug check abandoned, and that the pool
// had no room.
syspte_finding only_finding(syspte_rule_id rule);
// None but that the pool had no room.
void assert_no_findings(void);

// The report as text, until the next call.
const char *report_text(void);
void assert_report(const char *expected);

// ---- Short words for calls

static inline PHYSICAL_ADDRESS physical(uint64_t address)
{
    PHYSICAL_ADDRESS result;
    result.QuadPart = (LONGLONG)address;
    return result;
}

#define map(address, bytes) MmMapIoSpace(physical(address), bytes, MmNonCached)
#define unmap(va, bytes)    MmUnmapIoSpace(va, bytes)

// The address that reports print for PTE `pte` of the running machine.
uint64_t va_of(uint64_t pte);

// The live mapping that begins at `address`; there must be one.
syspte_mapping mapping_at(const void *address);

#endif
