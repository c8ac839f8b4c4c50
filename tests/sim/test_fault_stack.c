// SPDX-License-Identifier: MIT
// Plans by stack: each stack fails once, what a log knows and what is excluded does not, and a plan
// that only asks what if. The functions have frames of their own, and names that a log shows; loops
// have volatile counters, so that each is one call and not several.
#include "harness.h"

#include <stdio.h>

#define FRAME __attribute__((noinline))

static char said[1 << 14];

static void say(void *context, const char *text, size_t bytes)
{
    (void)context;
    size_t used = strlen(said);
    assert_true(used + bytes < sizeof said);
    memcpy(said + used, text, bytes);
    said[used + bytes] = 0;
}

// The log, until the next call.
static const char *the_log(void)
{
    static const syspte_writer writer = {say, NULL};
    said[0] = 0;
    syspte_fault_log(&writer);
    return said;
}

static void set(const syspte_fault_plan *plan)
{
    assert_true(syspte_fault_set(plan));
}

#define SET(...) set(&(syspte_fault_plan){__VA_ARGS__})

// ---- A driver

enum { MAP_LINE = __LINE__ + 5 };

// True if it got a page.
static FRAME bool map_page(void)
{
    void *page = map(BAR, PAGE);
    if (page != NULL) {
        unmap(page, PAGE);
    }
    return page != NULL;
}

static FRAME bool start_device(void)
{
    bool mapped = map_page();
    return mapped; // not a tail call: the frame stays
}

static FRAME bool resume_device(void)
{
    bool mapped = map_page();
    return mapped;
}

static FRAME bool run_device(void)
{
    bool started = start_device();
    bool resumed = resume_device();
    return started && resumed;
}

// The line of the log about map_page, called by `caller` in run_device, in a test.
static const char *line_of(const char *fate, const char *caller, const char *test)
{
    static char line[256];
    snprintf(line, sizeof line,
             "%s MmMapIoSpace at test_fault_stack.c:%d in map_page < %s < run_device < %s\n", fate,
             MAP_LINE, caller, test);
    return line;
}

// ---- Tests

static void each_stack_fails_once(void **state)
{
    unsigned failed = 0;
    (void)state;
    SET(.once_per_stack = true);

    for (volatile unsigned i = 0; i < 5; i++) {
        failed += !start_device();
        failed += !resume_device();
    }

    assert_int_equal(failed, 2);
    assert_int_equal(syspte_fault_fired(), 2);
    assert_int_equal(syspte_fault_counts_now().counted, 10);
    assert_int_equal(syspte_fault_counts_now().stacks, 2);
}

static void one_function_called_from_two_lines_has_two_stacks_and_one_line_in_the_log(void **state)
{
    char line[256];
    (void)state;
    SET(.once_per_stack = true);

    assert_false(start_device());
    assert_false(start_device());

    snprintf(line, sizeof line,
             "failed MmMapIoSpace at test_fault_stack.c:%d in map_page < start_device < %s\n",
             MAP_LINE, __func__);
    assert_int_equal(syspte_fault_counts_now().stacks, 2);
    assert_ptr_equal(strstr(the_log(), line), said);
    assert_null(strstr(said + 1, line));
}

static void frames_that_are_not_looked_at_do_not_tell_stacks_apart(void **state)
{
    (void)state;
    SET(.once_per_stack = true, .stack_frames = 1);

    assert_false(start_device());
    assert_true(resume_device());
}

static void the_log_has_a_line_for_each_stack(void **state)
{
    (void)state;
    SET(.once_per_stack = true);
    for (volatile unsigned i = 0; i < 3; i++) {
        (void)run_device();
    }

    const char *log = the_log();

    const char *first = strstr(log, line_of("failed", "start_device", __func__));
    const char *second = strstr(log, line_of("failed", "resume_device", __func__));
    assert_ptr_equal(first, log);
    assert_non_null(second);
    assert_string_equal(second, line_of("failed", "resume_device", __func__));
}

static void a_stack_that_a_log_knows_does_not_fail(void **state)
{
    static const char known[] = "of another function < run_device\n";
    static char log[512];
    (void)state;
    snprintf(log, sizeof log, "%s%s", known, line_of("failed", "start_device", __func__));
    SET(.once_per_stack = true, .known = log);

    for (volatile unsigned i = 0; i < 2; i++) {
        assert_int_equal(run_device(), i == 1);
    }

    assert_int_equal(syspte_fault_fired(), 1);
    assert_int_equal(syspte_fault_counts_now().known, 1);
    assert_non_null(strstr(the_log(), line_of("known", "start_device", __func__)));
    assert_non_null(strstr(the_log(), line_of("failed", "resume_device", __func__)));
}

static void a_log_that_knows_all_of_them_makes_nothing_fail(void **state)
{
    static char log[sizeof said];
    (void)state;
    SET(.once_per_stack = true);
    for (volatile unsigned i = 0; i < 3; i++) {
        (void)start_device();
    }
    strcpy(log, the_log());
    boot(NULL);
    SET(.once_per_stack = true, .known = log, .may_rest = true);

    for (volatile unsigned i = 0; i < 3; i++) {
        assert_true(start_device());
    }

    assert_int_equal(syspte_fault_fired(), 0);
}

static void a_part_of_a_line_is_not_known(void **state)
{
    static char log[512];
    (void)state;
    strcpy(log, line_of("failed", "start_device", "run"));
    SET(.once_per_stack = true, .known = log);

    assert_false(start_device());
}

static void what_if_makes_nothing_fail_and_logs_what_would(void **state)
{
    (void)state;
    SET(.once_per_stack = true, .what_if = true);

    assert_true(run_device());

    assert_int_equal(syspte_fault_fired(), 0);
    assert_int_equal(syspte_fault_counts_now().would, 2);
    assert_non_null(strstr(the_log(), line_of("would-fail", "start_device", __func__)));
    syspte_fault_clear();
    assert_no_findings();
}

static void excluded_functions_neither_fail_nor_count(void **state)
{
    static const char *const exclude[] = {"no_such_function", "start_device", NULL};
    (void)state;
    SET(.exclude = exclude, .nth = 1);

    assert_true(start_device());
    assert_false(resume_device());

    assert_int_equal(syspte_fault_counts_now().excluded, 1);
    assert_int_equal(syspte_fault_counts_now().counted, 1);
    assert_non_null(strstr(the_log(), "excluded MmMapIoSpace at test_fault_stack.c:"));
}

static void the_function_that_calls_can_be_excluded(void **state)
{
    static const char *const exclude[] = {"map_page", NULL};
    (void)state;
    SET(.exclude = exclude, .may_rest = true);

    assert_true(run_device());
}

static void any_plan_logs_what_it_made_fail(void **state)
{
    (void)state;
    SET(.nth = 1, .all_later = true);
    (void)run_device();

    char line[128];
    snprintf(line, sizeof line, "failed MmMapIoSpace at test_fault_stack.c:%d in map_page\n",
             MAP_LINE);
    assert_string_equal(the_log(), line);
}

static void a_call_by_a_pointer_is_logged_by_its_function(void **state)
{
    PVOID(NTAPI * function)(PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE) = MmMapIoSpace;
    char line[128];
    (void)state;
    SET(.nth = 1);

    assert_null(function(physical(BAR), PAGE, MmNonCached));

    snprintf(line, sizeof line, "failed MmMapIoSpace in %s\n", __func__);
    assert_string_equal(the_log(), line);
}

static void a_new_machine_has_an_empty_log(void **state)
{
    (void)state;
    SET(.nth = 1);
    assert_false(map_page());
    boot(NULL);

    assert_string_equal(the_log(), "");
    assert_int_equal(syspte_fault_counts_now().stacks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(each_stack_fails_once),
        machine_test(one_function_called_from_two_lines_has_two_stacks_and_one_line_in_the_log),
        machine_test(frames_that_are_not_looked_at_do_not_tell_stacks_apart),
        machine_test(the_log_has_a_line_for_each_stack),
        machine_test(a_stack_that_a_log_knows_does_not_fail),
        machine_test(a_log_that_knows_all_of_them_makes_nothing_fail),
        machine_test(a_part_of_a_line_is_not_known),
        machine_test(what_if_makes_nothing_fail_and_logs_what_would),
        machine_test(excluded_functions_neither_fail_nor_count),
        machine_test(the_function_that_calls_can_be_excluded),
        machine_test(any_plan_logs_what_it_made_fail),
        machine_test(a_call_by_a_pointer_is_logged_by_its_function),
        machine_test(a_new_machine_has_an_empty_log),
    };
    return cmocka_run_group_tests_name("sim.fault_stack", tests, NULL, NULL);
}
