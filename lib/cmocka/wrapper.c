// SPDX-License-Identifier: MIT
// Runs one test. Everything that may fail happens inside CMocka's test function, so that a leak is
// FAILED and not ERROR, and so that the machine's fault handler, which boot installs, is on top of
// CMocka's own. A bug check jumps to the step it interrupted (lifetime, teardown or close);
// CMocka's assertions jump past all of them, out of the test function: then our teardown, which
// CMocka calls for every test, ends what is left. Only the test's thread may call CMocka: what
// other threads do is kept and told at the end.
#define _POSIX_C_SOURCE 200809L

#include "adapter.h"
#include "port_jump.h"
#include "verdict.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

// The test that runs. A process has one machine and CMocka one test at a time.
static struct {
    syspte_cmocka_entry *entry; // whose machine and framework are set; NULL: none
    const char *thread;         // the test's
    bool in_body;               // CMocka's test function is on the stack: a test may be failed
    bool can_jump;              // stop_point is valid
    syspte_port_jump stop_point;
    syspte_framework framework;
    syspte_failure_loop loop; // of a test that is run for each failure
} now;

static atomic_bool misused_elsewhere;
static atomic_bool misused_outside; // of our tests, since the last time it was asked for

// Its address names the thread.
static _Thread_local const char thread_mark;

// Fails the test that runs, with words that CMocka keeps with it in each of its formats: those of
// print_error() it does not.
static void test_fail(const char *words, const char *file, int line)
{
    _assert_true(0, words, file, line);
}

static void entry_fail(const syspte_cmocka_entry *entry, const char *format, ...)
{
    char words[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(words, sizeof(words), format, arguments);
    va_end(arguments);
    test_fail(words, entry->test->file, entry->test->line);
}

static void stopped(void *context, const syspte_bugcheck *bugcheck, bool expected)
{
    syspte_cmocka_entry *entry = context;

    if (!entry->stopped) {
        entry->stopped = true;
        entry->stop = *bugcheck;
        entry->stop_expected = expected;
    }
    if (!now.can_jump) {
        fprintf(stderr, "syspte: %s: a bug check outside the test and its fixtures\n", entry->name);
        abort();
    }
    SYSPTE_JUMP_TO(now.stop_point);
}

static void misused(void *context, const char *message)
{
    const syspte_cmocka_entry *entry = context;

    if (now.in_body && now.thread == &thread_mark)
        entry_fail(entry, "syspte: %s", message);
    if (now.thread != &thread_mark)
        atomic_store(&misused_elsewhere, true);
    fprintf(stderr, "syspte: %s: %s\n", entry->name, message);
}

// Between two of our tests, and in entries that are not ours, there is no machine. A driver's call
// then, by a thread that was left running perhaps, is told and must not end the other tests.
static void stopped_between(void *context, const syspte_bugcheck *bugcheck, bool expected)
{
    (void)context;
    (void)bugcheck;
    (void)expected;
    fprintf(stderr, "syspte: a bug check between two tests\n");
    abort();
}

static void misused_between(void *context, const char *message)
{
    (void)context;
    atomic_store(&misused_outside, true);
    fprintf(stderr, "syspte: outside a syspte_unit_test: %s\n", message);
}

bool syspte_cmocka_misused_outside(void)
{
    return atomic_exchange(&misused_outside, false);
}

static const syspte_framework between_tests = {stopped_between, misused_between, NULL};

// Runs a step that a bug check may end. False if one did.
static bool guarded(void (*step)(syspte_cmocka_entry *entry), syspte_cmocka_entry *entry)
{
    if (SYSPTE_JUMP_HERE(now.stop_point) != 0) {
        now.can_jump = false;
        return false;
    }
    now.can_jump = true;
    step(entry);
    now.can_jump = false;
    return true;
}

// A fixture that did not return 0 fails the test where it still can be failed.
static void fixture_judge(const syspte_cmocka_entry *entry, const char *which, int result)
{
    if (result == 0)
        return;
    if (now.in_body)
        entry_fail(entry, "syspte: the %s returned %d", which, result);
    fprintf(stderr, "syspte: %s: its %s returned %d\n", entry->name, which, result);
}

static void lifetime(syspte_cmocka_entry *entry)
{
    const syspte_cmocka_test *test = entry->test;

    entry->phase = SYSPTE_CMOCKA_SETUP;
    entry->scope = syspte_scope_enter(test->each_failure ? entry->title : entry->name);
    if (test->setup != NULL)
        fixture_judge(entry, "setup", test->setup(&entry->state));
    entry->phase = SYSPTE_CMOCKA_TEST;
    if (test->each_failure)
        syspte_failure_loop_arm(&now.loop);
    test->test(&entry->state);
    if (test->each_failure)
        syspte_failure_loop_disarm(&now.loop);
}

static void cycles(syspte_cmocka_entry *entry)
{
    entry->phase = SYSPTE_CMOCKA_TEST;
    for (long i = 0; i < entry->test->cycles; i++) {
        syspte_scope cycle = syspte_scope_enter_cycle(entry->name);
        entry->test->test(&entry->state);
        syspte_scope_leave(cycle);
    }
}

static void teardown(syspte_cmocka_entry *entry)
{
    entry->phase = SYSPTE_CMOCKA_TEARDOWN;
    if (entry->test->teardown != NULL)
        fixture_judge(entry, "teardown", entry->test->teardown(&entry->state));
}

static void scope_close(syspte_cmocka_entry *entry)
{
    syspte_scope scope = entry->scope;
    entry->scope = 0;
    if (!syspte_is_booted()) {
        entry->phase = SYSPTE_CMOCKA_JUDGED; // what a machine of its own left is not this test's
        entry_fail(entry, "syspte: the test ended its machine: syspte_shutdown and syspte_predict "
                          "need a cmocka_unit_test of their own");
    }
    syspte_scope_leave(scope);
}

// Teardown, unless the test proper was never reached or the teardown was; then the scope, which a
// stopped machine keeps to itself.
static void test_close(syspte_cmocka_entry *entry)
{
    if (entry->phase == SYSPTE_CMOCKA_TEST)
        guarded(teardown, entry);
    if (entry->scope != 0 && !entry->stopped)
        guarded(scope_close, entry);
}

// Shuts the machine down and says what was wrong with it. Where cycles were judged, what is still
// mapped is no leak: so the verdict and the report come before the shutdown, which calls it one.
static syspte_cmocka_verdict machine_end(const syspte_cmocka_entry *entry)
{
    bool before = entry->test->judges_growth;

    if (!before)
        syspte_shutdown();
    syspte_cmocka_verdict verdict = syspte_cmocka_verdict_take(entry);
    if (verdict.failures > 0) {
        fflush(stdout);
        if (!now.in_body)
            fprintf(stderr, "syspte: %s ended early: CMocka tells why. It left behind:\n",
                    entry->name);
        syspte_report(NULL);
    }
    if (before) {
        syspte_shutdown();
        verdict.unanswered = syspte_finding_occurrences(SYSPTE_RULE_BUGCHECK_MISSING);
    }
    return verdict;
}

void syspte_cmocka_clear(void)
{
    if (now.entry == NULL)
        return;
    now.in_body = false;
    now.can_jump = false;
    if (now.entry->phase != SYSPTE_CMOCKA_WAITING && now.entry->phase != SYSPTE_CMOCKA_JUDGED) {
        machine_end(now.entry);
        if (now.entry->test->each_failure)
            syspte_failure_loop_end(&now.loop, NULL);
    }
    syspte_framework_set(&between_tests);
    now.entry = NULL;
}

static void machine_begin(syspte_cmocka_entry *entry)
{
    entry->phase = SYSPTE_CMOCKA_WAITING;
    entry->scope = 0;
    entry->stopped = false;
    if (!syspte_boot(entry->test->config))
        entry_fail(entry, "syspte: the machine did not boot");
}

static void begin(syspte_cmocka_entry *entry)
{
    syspte_cmocka_clear();
    entry->phase = SYSPTE_CMOCKA_WAITING;
    atomic_store(&misused_elsewhere, false);
    now.entry = entry;
    now.thread = &thread_mark;
    now.in_body = true;
    now.framework = (syspte_framework){stopped, misused, entry};
    syspte_framework_set(&now.framework);

    if (entry->test->judges_growth && entry->test->cycles < 2)
        entry_fail(entry,
                   "syspte: cycles = %ld judges nothing: the first warms up, so ask for 2 or more",
                   entry->test->cycles);
}

// Why a run failed that no finding tells; NULL: it did not.
static const char *run_why(const syspte_cmocka_entry *entry)
{
    if (atomic_exchange(&misused_elsewhere, false))
        return "another thread misused the library: see the message above";
    if (entry->stopped && !entry->stop_expected && syspte_report_failures() == 0)
        return "a bug check ended the run";
    return NULL;
}

static void loop_fail(const syspte_cmocka_entry *entry, uint64_t failed)
{
    const syspte_failure_loop *loop = &now.loop;
    bool known = loop->file != NULL;
    char words[128];

    if (loop->replays)
        snprintf(words, sizeof(words), "syspte: run %" PRIu64 " failed: see the report above",
                 loop->run);
    else
        snprintf(words, sizeof(words),
                 "syspte: %" PRIu64 " different finding%s in %" PRIu64 " of %" PRIu64
                 " run%s: see the report above",
                 loop->findings, loop->findings == 1 ? "" : "s", failed, loop->run,
                 loop->run == 1 ? "" : "s");
    test_fail(words, known ? loop->file : entry->test->file,
              known ? (int)loop->line : entry->test->line);
}

// Runs the test for each failure, and fails it once with all that was found.
static void each_failure(syspte_cmocka_entry *entry)
{
    void *state = entry->state;

    now.loop = syspte_failure_loop_begin(entry->title);
    do {
        entry->state = state;
        machine_begin(entry);
        if (!guarded(lifetime, entry))
            syspte_failure_loop_disarm(&now.loop);
        test_close(entry);
        syspte_shutdown();
    } while (syspte_failure_loop_next(&now.loop, run_why(entry)));
    entry->phase = SYSPTE_CMOCKA_JUDGED;
    fflush(stdout);
    uint64_t failed = syspte_failure_loop_end(&now.loop, NULL);
    if (failed > 0)
        loop_fail(entry, failed);
}

void syspte_cmocka_body(void **state)
{
    if (!syspte_cmocka_is_running())
        test_fail("syspte: the table has syspte_unit_test() entries: where it is run, include "
                  "<syspte/cmocka.h> for its cmocka_run_group_tests",
                  __FILE__, __LINE__);
    syspte_cmocka_entry *entry = *state;
    begin(entry);
    if (entry->test->each_failure) {
        each_failure(entry);
        return;
    }

    machine_begin(entry);
    guarded(entry->test->judges_growth ? cycles : lifetime, entry);
    test_close(entry);
    syspte_cmocka_verdict verdict = machine_end(entry);
    verdict.misused_elsewhere = atomic_load(&misused_elsewhere);
    entry->phase = SYSPTE_CMOCKA_JUDGED;
    syspte_cmocka_text why = syspte_cmocka_verdict_tell(entry, &verdict);
    if (why.bytes > 0)
        test_fail(why.words, verdict.file, verdict.line);
}

int syspte_cmocka_end(void **state)
{
    syspte_cmocka_entry *entry = *state;

    now.in_body = false;
    now.can_jump = false;
    if (entry->phase != SYSPTE_CMOCKA_WAITING && entry->phase != SYSPTE_CMOCKA_JUDGED) {
        syspte_framework_set(&now.framework); // and our fault handler on top of CMocka's
        test_close(entry);
    }
    syspte_cmocka_clear();
    return 0;
}
