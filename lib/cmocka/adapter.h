// SPDX-License-Identifier: MIT
// What the runner (the table and its group) and the wrapper (one test) share.
#ifndef SYSPTE_CMOCKA_ADAPTER_H
#define SYSPTE_CMOCKA_ADAPTER_H

#include <syspte/cmocka.h>

// How far a test has come. A test that CMocka ends early stays where it was.
typedef enum syspte_cmocka_phase {
    SYSPTE_CMOCKA_WAITING,
    SYSPTE_CMOCKA_SETUP,
    SYSPTE_CMOCKA_TEST,
    SYSPTE_CMOCKA_TEARDOWN, // and all that follows it
    SYSPTE_CMOCKA_JUDGED
} syspte_cmocka_phase;

// One of our tests in the running group.
typedef struct syspte_cmocka_entry {
    const char *name;
    const char *title;              // the same without what stands in brackets behind it
    const syspte_cmocka_test *test; // as the table has it
    void *state;                    // *state of the test and its fixtures
    syspte_cmocka_phase phase;
    syspte_scope scope; // of the lifetime; 0 while none is open
    bool stopped;       // a bug check ended it: this one
    bool stop_expected;
    syspte_bugcheck stop;
} syspte_cmocka_entry;

// True while a group runs: only then is *state of the body an entry.
bool syspte_cmocka_is_running(void);

// CMocka's teardown of every entry: ends what a test that was ended early left behind.
int syspte_cmocka_end(void **state);

// The same for a test whose own teardown was ended early: nothing where no test is left.
void syspte_cmocka_clear(void);

// True if the library was misused outside of our entries since this was asked last: in a plain
// test, or by a thread between two tests.
bool syspte_cmocka_misused_outside(void);

#endif
