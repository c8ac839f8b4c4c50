// SPDX-License-Identifier: MIT
// A test run for each failure: with call 1, 2, 3, ... of those that can fail made to fail, until a
// run makes no such call. Each call fails twice: alone, and with all later ones. For adapters of
// test frameworks and for programs without one; CMocka's is syspte_unit_test_each_failure.
//
//     syspte_failure_loop loop = syspte_failure_loop_begin("start_and_stop");
//     do {
//         syspte_boot(NULL);
//         syspte_failure_loop_arm(&loop);
//         ... the test: it must leave nothing behind, whatever fails ...
//         syspte_failure_loop_disarm(&loop);
//         syspte_shutdown();
//     } while (syspte_failure_loop_next(&loop, NULL));
//     uint64_t failed = syspte_failure_loop_end(&loop, NULL);
//
// With SYSPTE_REPLAY=start_and_stop:7 in the environment only the seventh run is made, and its
// whole report is written.
#ifndef SYSPTE_EACH_FAILURE_H
#define SYSPTE_EACH_FAILURE_H

#include <stdbool.h>
#include <stdint.h>
#include <syspte/machine.h>
#include <syspte/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

// A process has one machine, and one loop at a time.
typedef struct syspte_failure_loop {
    const char *name;
    uint64_t run;      // the present one, from 1: 2k - 1 fails call k, 2k that and all later ones
    uint64_t failed;   // runs that did
    uint64_t findings; // different ones
    const char *file;  // of the first finding's call, or NULL
    unsigned line;
    bool replays; // one run that the environment names
    bool is_in_run;
    const char *broken; // what is, in the present run: an invariant, or the loop's plan
} syspte_failure_loop;

// ---- Begin and end

// `name` is what SYSPTE_REPLAY names; kept by reference.
//
// Fails: the test, if SYSPTE_REPLAY is not NAME:RUN.
syspte_failure_loop syspte_failure_loop_begin(const char *name);

// Writes each finding once, with the runs it came from: which call failed there, where it stands,
// and how to replay it; then a line that counts. What is written of a run that was begun and not
// ended is which call had failed. Nothing if all runs passed. NULL writes to where reports go.
// Returns how many failed.
uint64_t syspte_failure_loop_end(syspte_failure_loop *loop, const syspte_writer *writer);

// ---- Use

// Begins a run, on a machine that was booted for it: from the next call on calls count.
void syspte_failure_loop_arm(syspte_failure_loop *loop);

// From here on calls fail no more. Checks the machine's invariants.
void syspte_failure_loop_disarm(syspte_failure_loop *loop);

// Ends a run, after the shutdown: what is then a finding that fails a test fails the run. So does
// `why`, what the test itself says was wrong; NULL: nothing. True: there is another run.
bool syspte_failure_loop_next(syspte_failure_loop *loop, const char *why);

// All of it, without a framework: runs `run` on machines of `config` (NULL: the defaults), each in
// a lifetime of this name. A bug check ends a run; a result other than 0 fails it. Returns how many
// runs failed, of which `writer` is told. The framework of before is set again afterwards.
uint64_t syspte_each_failure(const char *name, const syspte_config *config,
                             int (*run)(void *context), void *context, const syspte_writer *writer);

// ---- Inspect

// The run that SYSPTE_REPLAY asks for of this name; 0: none.
uint64_t syspte_failure_replay(const char *name);

#ifdef __cplusplus
}
#endif
#endif
