// SPDX-License-Identifier: MIT
// The CMocka adapter: entries for CMocka's table of tests, each of which runs on a machine of its
// own and fails, by name, if it leaks what it mapped, locked or allocated, or misuses it. Include
// this instead of <cmocka.h>; plain cmocka_unit_test() entries may stand in the same table and run
// as ever.
#ifndef SYSPTE_CMOCKA_H
#define SYSPTE_CMOCKA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#include <cmocka.h>

#ifdef __cplusplus
}
#endif

#include <syspte/syspte.h>

#ifdef __cplusplus
extern "C" {
#endif

// What an entry says; the macros below fill it in. In C it lives as long as the table's block.
typedef struct syspte_cmocka_test {
    CMUnitTestFunction test;
    CMFixtureFunction setup;     // run inside the test, on its machine; NULL: none
    CMFixtureFunction teardown;  // the same; not run if the setup failed
    void *state;                 // the first *state, unless the group's setup made one
    const syspte_config *config; // NULL: syspte_config_default()
    bool judges_growth;          // cycles, judged by growth; false: one lifetime, judged by leaks
    long cycles;
    bool each_failure; // run for each failure
    const char *file;  // of the entry
    int line;
} syspte_cmocka_test;

// ---- Use

// One test. Boots a machine, opens a scope named after the test, runs `f`, closes the scope and
// shuts the machine down. The test fails if the report then holds a leak, a misuse, an unexpected
// bug check, or an announced one that never came; the report goes to stderr first.
//
// A test that fails by itself, or skips, keeps CMocka's word for it: its teardown still runs, and
// what it left behind is listed without changing its result. After a bug check the teardown runs
// too, up to its first use of the stopped machine.
// Needs: the table is run by cmocka_run_group_tests as this header defines it. In C the table is a
// local array or at file scope, not a static array inside a function. The group's setup may boot a
// machine for plain tests; each entry made here replaces it.
#define syspte_unit_test(f) SYSPTE_CMOCKA_ENTRY(#f, f, NULL, NULL, NULL, NULL, false, 0, false)

// The same on a machine with a config of its own: a `const syspte_config *`. What it has otherwise
// than the default, of strictness and profile, stands behind the test's name: "f [VERIFIER]",
// "f [FREE, win7-x86]". A filter for all of them is "f*". A config that is filled in only after the
// table begins to run leaves the name alone.
#define syspte_unit_test_with(f, config)                                                           \
    SYSPTE_CMOCKA_ENTRY(#f, f, NULL, NULL, NULL, config, false, 0, false)

// The same with fixtures. They run inside the scope, so what setup maps teardown must unmap. A
// setup or teardown that returns anything but 0 fails the test.
#define syspte_unit_test_setup_teardown(f, setup, teardown)                                        \
    SYSPTE_CMOCKA_ENTRY(#f, f, setup, teardown, NULL, NULL, false, 0, false)

// The same with a first value for *state.
#define syspte_unit_test_prestate(f, state)                                                        \
    SYSPTE_CMOCKA_ENTRY(#f, f, NULL, NULL, state, NULL, false, 0, false)

// Runs `f` n times on one machine, each time in a cycle scope. The first is the warm-up; from then
// on no site may hold more PTEs, pages or bytes of pool after a cycle than before it. What is still
// held at the end is not a leak.
//
// Fails: n < 2 fails the test, because a warm-up alone can judge nothing.
#define syspte_unit_test_cycles(f, n)                                                              \
    SYSPTE_CMOCKA_ENTRY(#f, f, NULL, NULL, NULL, NULL, true, n, false)

// Runs `f` again and again, each time on a machine of its own: with call 1, 2, 3, ... of those that
// can fail made to fail, alone and with all later ones, until a run makes no such call
// (<syspte/each_failure.h>). In none of them may it leak or break a rule. What the runs found is
// told once at the end, with the calls that failed. "[each failure]" stands behind the test's name;
// with SYSPTE_REPLAY=f:7 in the environment nothing but the seventh run is made.
//
// Needs: what outlives a run, as globals of the driver, `f` itself sets anew. An assertion that
// fails ends the test in that run, as ever: a status that a planned failure explains is told apart
// with syspte_assert_injected().
#define syspte_unit_test_each_failure(f)                                                           \
    SYSPTE_CMOCKA_ENTRY(#f, f, NULL, NULL, NULL, NULL, false, 0, true)
#define syspte_unit_test_each_failure_with(f, config)                                              \
    SYSPTE_CMOCKA_ENTRY(#f, f, NULL, NULL, NULL, config, false, 0, true)

// Says that something failed because a call was made to fail: fails the test if none was since
// this machine was booted.
#define syspte_assert_injected()                                                                   \
    _assert_true(syspte_fault_fired() != 0, "no planned failure explains this", __FILE__, __LINE__)

#undef cmocka_run_group_tests
#define cmocka_run_group_tests(group_tests, group_setup, group_teardown)                           \
    syspte_cmocka_run(#group_tests, group_tests, sizeof(group_tests) / sizeof((group_tests)[0]),   \
                      group_setup, group_teardown)

#undef cmocka_run_group_tests_name
#define cmocka_run_group_tests_name(group_name, group_tests, group_setup, group_teardown)          \
    syspte_cmocka_run(group_name, group_tests, sizeof(group_tests) / sizeof((group_tests)[0]),     \
                      group_setup, group_teardown)

// ---- What the macros stand on

// Runs a table in which both kinds of entries may stand. Returns what CMocka does: 0 if all passed,
// else how many did not.
//
// Fails: 1, with a message and before any test, if there is no memory for a copy of the table.
int syspte_cmocka_run(const char *group_name, const struct CMUnitTest *tests, size_t test_count,
                      CMFixtureFunction group_setup, CMFixtureFunction group_teardown);

// The test function of every entry made here.
void syspte_cmocka_body(void **state);

// A record for C++, which has no compound literals. Kept until the process ends.
//
// Fails: NULL without memory; the run then says so and runs nothing.
void *syspte_cmocka_record(CMUnitTestFunction test, CMFixtureFunction setup,
                           CMFixtureFunction teardown, void *state, const syspte_config *config,
                           bool judges_growth, long cycles, bool each_failure, const char *file,
                           int line);

#ifdef __cplusplus
#define SYSPTE_CMOCKA_RECORD(...) syspte_cmocka_record(__VA_ARGS__)
#else
#define SYSPTE_CMOCKA_RECORD(...)                                                                  \
    &(syspte_cmocka_test)                                                                          \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#endif

#define SYSPTE_CMOCKA_ENTRY(name, f, setup, teardown, state, config, judges_growth, cycles,        \
                            each_failure)                                                          \
    {                                                                                              \
        name, syspte_cmocka_body, NULL, NULL,                                                      \
            SYSPTE_CMOCKA_RECORD(f, setup, teardown, state, config, judges_growth, cycles,         \
                                 each_failure, __FILE__, __LINE__)                                 \
    }

#ifdef __cplusplus
}
#endif
#endif
