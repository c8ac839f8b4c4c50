// SPDX-License-Identifier: MIT
// How a bug check is delivered: to the framework on the test's thread and never back to the driver;
// to other threads by parking them; without a framework by the report and abort().
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#ifndef _WIN32
#include <sys/wait.h>
#endif
#include <time.h>
#include <unistd.h>

static bool went_on;

static void check_now(void)
{
    went_on = false;
    KeBugCheckEx(0xE2, 1, 2, 3, 4);
    went_on = true;
}

static void check_plainly(void)
{
    KeBugCheck(0x77);
}

static void driver_stops_the_machine_with_four_parameters(void **state)
{
    (void)state;

    assert_true(stops(check_now));

    assert_false(went_on);
    assert_stop(0xE2, 1, 2, 3, 4);
    assert_false(seen.expected);
    syspte_finding finding = only_finding(SYSPTE_RULE_BUGCHECK);
    assert_int_equal(finding.severity, SYSPTE_MISUSE);
    assert_true(finding.stopped);
    assert_int_equal(finding.call->api, SYSPTE_API_KE_BUG_CHECK);
    assert_int_equal(syspte_report_failures(), 1);
}

static void plain_bug_check_has_parameters_of_zero(void **state)
{
    (void)state;

    assert_true(stops(check_plainly));

    assert_stop(0x77, 0, 0, 0, 0);
}

static void announced_bug_check_is_expected_and_does_not_fail(void **state)
{
    (void)state;
    syspte_expect_bugcheck(0xE2, 1);

    assert_true(stops(check_now));

    assert_true(seen.expected);
    assert_true(only_finding(SYSPTE_RULE_BUGCHECK).expected);
    assert_int_equal(syspte_report_failures(), 0);
}

static void any_matches_every_first_parameter(void **state)
{
    (void)state;
    syspte_expect_bugcheck(0xE2, SYSPTE_ANY);

    assert_true(stops(check_now));

    assert_true(seen.expected);
}

static void other_first_parameter_is_not_what_was_announced(void **state)
{
    (void)state;
    syspte_expect_bugcheck(0xE2, 2);
    syspte_expect_bugcheck(0xE3, 1);

    assert_true(stops(check_now));

    assert_false(seen.expected);
    (void)syspte_shutdown();
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_BUGCHECK_MISSING), 2);
}

static void announcement_without_answer_is_a_finding_at_the_end(void **state)
{
    (void)state;
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, SYSPTE_ANY);
    assert_no_findings();

    (void)syspte_shutdown();

    syspte_finding finding = only_finding(SYSPTE_RULE_BUGCHECK_MISSING);
    assert_string_equal(finding.text, "SYSTEM_PTE_MISUSE");
    assert_int_equal(syspte_report_failures(), 1);
}

static void announcement_answers_once(void **state)
{
    (void)state;
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x302);
    unmap(NULL, PAGE);
    assert_int_equal(seen.stops, 0);
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x302);
    unmap(NULL, PAGE);

    assert_int_equal(seen.stops, 0);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_OUTSIDE), 2);
}

static void unmap_null(void)
{
    unmap(NULL, PAGE);
}

static void second_occurrence_of_an_announced_one_stops(void **state)
{
    (void)state;
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x302);
    unmap_null();

    assert_true(stops(unmap_null));

    assert_false(seen.expected);
}

static void announcement_at_a_strictness_that_does_not_stop_stays_open(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.strictness = SYSPTE_TRACK;
    boot(&config);
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x302);

    unmap_null();

    assert_false(only_finding(SYSPTE_RULE_UNMAP_OUTSIDE).expected);
    (void)syspte_shutdown();
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_BUGCHECK_MISSING), 1);
}

static void seventeenth_announcement_is_refused_in_words(void **state)
{
    (void)state;

    for (int i = 0; i < 16; i++) {
        syspte_expect_bugcheck(0xE2, (uint64_t)i);
    }
    assert_int_equal(seen.complaints, 0);
    syspte_expect_bugcheck(0xE2, 16);

    assert_complaint("16 bug checks are announced already");
}

static void announcement_without_a_machine_asks_for_one(void **state)
{
    (void)state;

    syspte_expect_bugcheck(0xE2, 0);

    assert_complaint("call syspte_boot first");
}

// ---- A stopped machine

static void map_one(void)
{
    (void)map(BAR, PAGE);
}

static void unmap_one(void)
{
    unmap((PVOID)0x1000, PAGE);
}

static void raise_wrongly(void)
{
    KeLowerIrql(HIGH_LEVEL);
}

static void stopped_machine_runs_nothing_any_more(void **state)
{
    static void (*const calls[])(void) = {map_one, unmap_one, raise_wrongly, check_plainly};
    (void)state;
    assert_true(stops(check_now));

    for (unsigned i = 0; i < 4; i++) {
        seen.stop.code = 0;
        assert_true(stops(calls[i]));
        assert_stop(0xE2, 1, 2, 3, 4); // the one that stopped it
    }
    assert_int_equal(syspte_finding_count(), 1);
    assert_int_equal(syspte_counters_now().maps, 0);
}

static void what_is_alive_at_a_stop_is_abandoned_and_no_leak(void **state)
{
    (void)state;
    PVOID va = map(BAR, 3 * PAGE);
    assert_non_null(va);

    assert_true(stops(check_now));
    assert_int_equal(syspte_shutdown(), 1);

    syspte_finding finding = finding_of(SYSPTE_RULE_ABANDONED);
    assert_int_equal(finding.severity, SYSPTE_NOTE);
    assert_int_equal(finding.pte_count, 3);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 0);
    assert_int_equal(syspte_report_failures(), 1); // the bug check itself
}

static void next_machine_knows_nothing_of_the_stop(void **state)
{
    (void)state;
    assert_non_null(map(BAR, PAGE));
    assert_true(stops(check_now));

    boot(NULL);

    assert_no_findings();
    assert_non_null(map(BAR, PAGE));
    assert_int_equal(syspte_counters_now().live_mappings, 1);
}

static void bug_check_of_an_announced_misuse_does_not_stop(void **state)
{
    (void)state;
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x302);

    assert_false(stops(unmap_null));

    assert_non_null(map(BAR, PAGE));
}

// ---- Other threads

static void *stop_elsewhere(void *context)
{
    (void)context;
    unmap(NULL, PAGE);
    abort(); // a parked thread does not come here
}

static void map_until_stopped(void)
{
    struct timespec pause = {.tv_nsec = 1000000};
    for (int i = 0; i < 20000; i++) {
        unmap(map(BAR, PAGE), PAGE);
        nanosleep(&pause, NULL);
    }
}

static void stop_on_another_thread_reaches_the_test_at_its_next_call(void **state)
{
    pthread_t thread;
    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, stop_elsewhere, NULL), 0);
    assert_int_equal(pthread_detach(thread), 0);

    assert_true(stops(map_until_stopped));

    assert_stop(0xDA, 0x302, 0, 0, 0);
    assert_int_equal(seen.stops, 1);
    assert_int_equal(finding_of(SYSPTE_RULE_UNMAP_OUTSIDE).call->api, SYSPTE_API_MM_UNMAP_IO_SPACE);
}

// ---- Without a framework

typedef struct death {
    int status;
    char words[8192];
} death;

#ifdef _WIN32

// There is no fork() here.
static death die(void (*act)(void))
{
    death d = {0};
    (void)act;
    skip();
    return d;
}

static void assert_died(const death *d, const char *words)
{
    (void)d;
    (void)words;
}

#else

enum { ABORTED = 86 };

// Ends the child so that coverage is still written, and that nothing else ends it the same way.
static void on_abort(int signal)
{
    (void)signal;
    exit(ABORTED);
}

// What a process says on stderr, and how it ends, that runs `act` without a framework.
static death die(void (*act)(void))
{
    death d = {0};
    int ends[2];
    size_t used = 0;
    ssize_t got;
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGABRT, on_abort);
        (void)dup2(ends[1], STDERR_FILENO);
        syspte_framework_set(NULL);
        act();
        _exit(0);
    }
    (void)close(ends[1]);
    while ((got = read(ends[0], d.words + used, sizeof d.words - 1 - used)) > 0) {
        used += (size_t)got;
    }
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &d.status, 0), child);
    return d;
}

static void assert_died(const death *d, const char *words)
{
    assert_true(WIFEXITED(d->status));
    assert_int_equal(WEXITSTATUS(d->status), ABORTED);
    if (strstr(d->words, words) == NULL) {
        fail_msg("it said \"%s\", without \"%s\"", d->words, words);
    }
}

#endif

static void leave_a_mapping_and_stop(void)
{
    (void)map(BAR, PAGE);
    check_now();
}

static void without_a_framework_the_report_comes_before_the_abort(void **state)
{
    (void)state;

    death d = die(leave_a_mapping_and_stop);

    assert_died(&d, "syspte: STOP 0x000000E2");
    assert_died(&d, "test_bugcheck.c:");
    assert_died(&d, "1 mapping, 1 PTE (4 KiB), abandoned by the bug check");
    assert_died(&d, "no test framework is set");
}

static void misuse_the_library(void)
{
    (void)syspte_memory_add(0, 0, SYSPTE_MEMORY_RAM);
}

static void without_a_framework_a_complaint_aborts(void **state)
{
    (void)state;

    death d = die(misuse_the_library);

    assert_died(&d, "syspte: syspte_memory_add: the range is empty");
    assert_died(&d, "syspte was used wrongly");
}

static void shut_down_and_map(void)
{
    (void)syspte_shutdown();
    map_one();
}

static void driver_call_without_a_machine_names_the_function(void **state)
{
    (void)state;

    death d = die(shut_down_and_map);

    assert_died(&d, "syspte: the driver called MmMapIoSpace\n");
    assert_died(&d, "there is no machine: call syspte_boot first");
}

static void shut_down_and_stop(void)
{
    (void)syspte_shutdown();
    check_now();
}

static void bug_check_without_a_machine_ends_the_process(void **state)
{
    (void)state;

    death d = die(shut_down_and_stop);

    assert_died(&d, "syspte: the driver called KeBugCheckEx\n");
}

static void returning_stopped(void *context, const syspte_bugcheck *bugcheck, bool expected)
{
    (void)context;
    (void)bugcheck;
    (void)expected;
}

static void returning_misused(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static void set_a_framework_that_returns_and_stop(void)
{
    static const syspte_framework framework = {returning_stopped, returning_misused, NULL};
    syspte_framework_set(&framework);
    check_now();
}

static void framework_that_returns_ends_the_process(void **state)
{
    (void)state;

    death d = die(set_a_framework_that_returns_and_stop);

    assert_died(&d, "the test framework returned from a bug check");
}

static void stop_without_a_machine(void)
{
    static const syspte_framework framework = {returning_stopped, returning_misused, NULL};
    syspte_framework_set(&framework);
    shut_down_and_stop();
}

static void bug_check_without_a_machine_never_returns_to_the_driver(void **state)
{
    (void)state;

    death d = die(stop_without_a_machine);

    assert_died(&d, "KeBugCheckEx was called without a machine");
}

// ---- Names

static void codes_have_their_windows_names(void **state)
{
    static const struct {
        uint32_t code;
        const char *name;
    } rows[] = {{0x09, "IRQL_NOT_GREATER_OR_EQUAL"},
                {0x0A, "IRQL_NOT_LESS_OR_EQUAL"},
                {0x1A, "MEMORY_MANAGEMENT"},
                {0x50, "PAGE_FAULT_IN_NONPAGED_AREA"},
                {0xBE, "ATTEMPTED_WRITE_TO_READONLY_MEMORY"},
                {0xC4, "DRIVER_VERIFIER_DETECTED_VIOLATION"},
                {0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"},
                {0xDA, "SYSTEM_PTE_MISUSE"},
                {0xFC, "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY"},
                {0x12345, "?"}};
    (void)state;

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(syspte_bugcheck_name(rows[i].code), rows[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(driver_stops_the_machine_with_four_parameters),
        machine_test(plain_bug_check_has_parameters_of_zero),
        machine_test(announced_bug_check_is_expected_and_does_not_fail),
        machine_test(any_matches_every_first_parameter),
        machine_test(other_first_parameter_is_not_what_was_announced),
        machine_test(announcement_without_answer_is_a_finding_at_the_end),
        machine_test(announcement_answers_once),
        machine_test(second_occurrence_of_an_announced_one_stops),
        hooked_test(announcement_at_a_strictness_that_does_not_stop_stays_open),
        machine_test(seventeenth_announcement_is_refused_in_words),
        hooked_test(announcement_without_a_machine_asks_for_one),
        machine_test(stopped_machine_runs_nothing_any_more),
        machine_test(what_is_alive_at_a_stop_is_abandoned_and_no_leak),
        machine_test(next_machine_knows_nothing_of_the_stop),
        machine_test(bug_check_of_an_announced_misuse_does_not_stop),
        machine_test(without_a_framework_the_report_comes_before_the_abort),
        machine_test(without_a_framework_a_complaint_aborts),
        machine_test(driver_call_without_a_machine_names_the_function),
        machine_test(bug_check_without_a_machine_ends_the_process),
        machine_test(framework_that_returns_ends_the_process),
        machine_test(bug_check_without_a_machine_never_returns_to_the_driver),
        machine_test(codes_have_their_windows_names),
        machine_test(stop_on_another_thread_reaches_the_test_at_its_next_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
