// SPDX-License-Identifier: MIT
// The loop over failures. What runs found is merged (each_failure_merge.c): a defect that comes to
// light with several failing calls is told once, with those calls. A run in which call k did not
// come to fail is the last one, and at the same time the one in which nothing fails.
#define _POSIX_C_SOURCE 200809L
#include "sim/each_failure.h"

#include "sim/fault_plan.h"
#include "sim/machine.h"
#include "sim/options.h"

#include "port_jump.h"
#include <stdlib.h>
#include <string.h>
#include <syspte/fault.h>
#include <syspte/report.h>

enum { RUNS_MOST = 200000 };

// ---- Begin and end

// Behind the name and the colon of SYSPTE_REPLAY, or NULL: it is not set, or names another test.
static const char *replay_number(const char *name)
{
    const char *wanted = getenv("SYSPTE_REPLAY");
    size_t length = strlen(name);
    bool mine = wanted != NULL && strncmp(wanted, name, length) == 0 && wanted[length] == ':';
    return mine ? wanted + length + 1 : NULL;
}

uint64_t syspte_failure_replay(const char *name)
{
    const char *number = replay_number(name);
    uint64_t run = 0;
    for (; number != NULL && *number >= '0' && *number <= '9' && run <= RUNS_MOST; number++) {
        run = run * 10 + (uint64_t)(*number - '0');
    }
    return number != NULL && *number == 0 ? run : 0;
}

syspte_failure_loop syspte_failure_loop_begin(const char *name)
{
    syspte_failure_loop loop = {.name = name, .run = 1};
    uint64_t only = syspte_failure_replay(name);
    syspte_merge_begin();
    if (only != 0) {
        loop.run = only;
        loop.replays = true;
    } else if (replay_number(name) != NULL) {
        syspte_misused("SYSPTE_REPLAY is not NAME:RUN, with the number of a run from 1 on");
    }
    return loop;
}

uint64_t syspte_failure_loop_end(syspte_failure_loop *loop, const syspte_writer *writer)
{
    const syspte_writer *out = writer == NULL ? syspte_options_writer() : writer;
    syspte_merge_write(loop, out);
    if (loop->is_in_run && (loop->replays || syspte_fault_fired() != 0)) {
        syspte_merge_write_run(loop, " ended early, in", out);
    } else if (loop->replays && loop->failed > 0) {
        syspte_merge_write_run(loop, ": replayed", out);
        syspte_report(out);
    }
    loop->is_in_run = false;
    return loop->failed;
}

// ---- Runs

void syspte_failure_loop_arm(syspte_failure_loop *loop)
{
    syspte_fault_plan plan = {
        .nth = (loop->run + 1) / 2, .all_later = loop->run % 2 == 0, .may_rest = !loop->replays};
    loop->broken = NULL;
    loop->is_in_run = syspte_fault_set(&plan);
    if (loop->is_in_run) {
        syspte_fault_loop_begin();
    }
}

// Why no call of the run, or not all of them, could be made to fail; NULL: they could. Without this
// a loop would end there as if it had seen them all.
static const char *escape(const syspte_failure_loop *loop)
{
    if (loop->is_in_run && !syspte_fault_loop_is_on()) {
        return "the run ended the loop's fault plan, or its machine: give a plan of its own a "
               "scope, and let the loop boot";
    }
    return syspte_thread_now()->fault_pauses != 0
               ? "the run calls syspte_fault_pause, and not syspte_fault_resume"
               : NULL;
}

void syspte_failure_loop_disarm(syspte_failure_loop *loop)
{
    bool has_stopped = syspte_load_acquire(&syspte_the.stopped) != 0;
    const char *escaped = has_stopped ? NULL : escape(loop);
    syspte_fault_clear();
    if (!has_stopped) {
        const char *broken = syspte_machine_check();
        loop->broken = broken != NULL ? broken : escaped;
    }
}

bool syspte_failure_loop_next(syspte_failure_loop *loop, const char *why)
{
    // Not what a plan of the test's own made fail.
    bool fired = loop->is_in_run && syspte_faults.fired_loop != 0;
    bool failed = syspte_report_failures() != 0 || why != NULL || loop->broken != NULL;
    if (failed) {
        loop->failed++;
        syspte_merge_run(loop, why);
    }
    loop->is_in_run = false;
    if (loop->replays || !fired) {
        return false;
    }
    if (loop->run == RUNS_MOST) {
        syspte_misused("100,000 calls were made to fail and there are more: does the test make "
                       "more calls in each run?");
        return false;
    }
    loop->run++;
    return true;
}

// ---- Without a framework

typedef struct alone {
    syspte_port_jump stop_point;
    bool can_jump;
    bool stopped;
    const char *misuse; // words
} alone;

static void stopped(void *context, const syspte_bugcheck *bugcheck, bool expected)
{
    alone *a = context;
    (void)bugcheck;
    (void)expected;
    a->stopped = true;
    if (!a->can_jump) {
        syspte_port_panic("a bug check outside of a run of syspte_each_failure");
    }
    SYSPTE_JUMP_TO(a->stop_point);
}

static void misused(void *context, const char *message)
{
    alone *a = context;
    a->misuse = message;
}

// The result of the run; 0 if a bug check ended it.
static int run_alone(alone *a, syspte_failure_loop *loop, int (*run)(void *context), void *context)
{
    volatile int result = 0;
    a->stopped = false;
    a->misuse = NULL;
    if (SYSPTE_JUMP_HERE(a->stop_point) == 0) {
        a->can_jump = true;
        syspte_scope scope = syspte_scope_enter(loop->name);
        syspte_failure_loop_arm(loop);
        result = run(context);
        syspte_failure_loop_disarm(loop);
        syspte_scope_leave(scope);
    } else {
        syspte_failure_loop_disarm(loop);
    }
    a->can_jump = false;
    return result;
}

uint64_t syspte_each_failure(const char *name, const syspte_config *config,
                             int (*run)(void *context), void *context, const syspte_writer *writer)
{
    alone a = {.can_jump = false};
    const syspte_framework framework = {stopped, misused, &a};
    const syspte_framework before = syspte_the.framework;
    bool had_framework = syspte_the.has_framework;
    syspte_failure_loop loop = syspte_failure_loop_begin(name);
    const char *why = NULL;
    do {
        syspte_framework_set(&framework);
        if (!syspte_boot(config)) {
            why = a.misuse;
        } else {
            int result = run_alone(&a, &loop, run, context);
            why = a.misuse != NULL ? a.misuse : result != 0 ? "the run says that it failed" : NULL;
        }
        syspte_shutdown();
    } while (syspte_failure_loop_next(&loop, why));
    syspte_framework_set(had_framework ? &before : NULL);
    return syspte_failure_loop_end(&loop, writer);
}
