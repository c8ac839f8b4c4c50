// SPDX-License-Identifier: MIT
// The loop over failures without a framework: which runs it makes, what it says of them, and that
// it says the same each time.
#define _POSIX_C_SOURCE 200809L
#include "harness.h"

#include "sim/machine.h"

#include <stdlib.h>

static char said[1 << 19];

static void say(void *context, const char *text, size_t bytes)
{
    (void)context;
    size_t used = strlen(said);
    assert_true(used + bytes < sizeof said);
    memcpy(said + used, text, bytes);
    said[used + bytes] = 0;
}

static uint64_t each(const char *name, int (*run)(void *context), void *context)
{
    static const syspte_writer writer = {say, NULL};
    said[0] = 0;
    return syspte_each_failure(name, NULL, run, context, &writer);
}

static void assert_said(const char *words)
{
    if (strstr(said, words) == NULL) {
        fail_msg("\"%s\" was not said, but:\n%s", words, said);
    }
}

// ---- What is run

enum { STEPS = 6 };

typedef struct record {
    unsigned runs;
    unsigned got[64]; // bits: of calls that succeeded
    unsigned skip;    // step whose failure forgets to undo the first; 0: none
    int result;       // of a run in which something failed
} record;

// Maps STEPS pages, and undoes what it did where one fails.
static int map_steps(void *context)
{
    record *r = context;
    void *pages[STEPS];
    unsigned made = 0;
    while (made < STEPS && (pages[made] = map(BAR + made * PAGE, PAGE)) != NULL) {
        r->got[r->runs] |= 1u << made++;
    }
    int result = made < STEPS ? r->result : 0;
    for (unsigned i = made; i-- > (r->skip != 0 && made + 1 == r->skip ? 1 : 0);) {
        unmap(pages[i], PAGE);
    }
    r->runs++;
    return result;
}

static void each_call_fails_once_alone_and_once_with_all_later_ones(void **state)
{
    record r = {.runs = 0};
    (void)state;

    assert_int_equal(each("steps", map_steps, &r), 0);

    assert_int_equal(r.runs, 2 * STEPS + 1);
    for (unsigned run = 0; run < 2 * STEPS; run++) {
        assert_int_equal(r.got[run], (1u << run / 2) - 1);
    }
    assert_int_equal(r.got[2 * STEPS], (1u << STEPS) - 1);
    assert_string_equal(said, "");
}

static int call_three_times(void *context)
{
    record *r = context;
    for (unsigned i = 0; i < 3; i++) {
        void *page = map(BAR, PAGE);
        if (page != NULL) {
            r->got[r->runs] |= 1u << i;
            unmap(page, PAGE);
        }
    }
    r->runs++;
    return 0;
}

static void the_second_run_of_a_call_fails_the_later_ones_as_well(void **state)
{
    static const unsigned got[] = {6, 0, 5, 1, 3, 3, 7};
    record r = {.runs = 0};
    (void)state;

    assert_int_equal(each("thrice", call_three_times, &r), 0);

    assert_int_equal(r.runs, 7);
    assert_memory_equal(r.got, got, sizeof got);
}

static void a_leak_on_one_error_path_is_told_once_with_its_call(void **state)
{
    record r = {.skip = 4};
    (void)state;

    assert_int_equal(each("steps", map_steps, &r), 2);

    assert_said(": leak: MmMapIoSpace in map_steps: 1 mapping, 1 PTE (4 KiB), never unmapped in "
                "\"steps\"\n");
    assert_said("    run 7: call 4 fails, MmMapIoSpace in map_steps at ");
    assert_said("    run 8: the same, and all later calls fail\n");
    assert_said("    replay it with SYSPTE_REPLAY=steps:7\n");
    assert_said("syspte: steps: 1 different finding in 2 of 13 runs\n");
    assert_null(strstr(said, "note: "));
}

static void the_same_loop_says_the_same(void **state)
{
    static char before[sizeof said];
    record r = {.skip = 4};
    record again = {.skip = 4};
    (void)state;
    each("steps", map_steps, &r);
    strcpy(before, said);

    each("steps", map_steps, &again);

    assert_string_equal(said, before);
}

static void a_run_that_says_it_failed_fails(void **state)
{
    record r = {.result = 1};
    (void)state;

    assert_int_equal(each("steps", map_steps, &r), 2 * STEPS);

    assert_said("syspte: the run says that it failed\n    run 1: call 1 fails");
    assert_said("    and in 4 more runs\n");
}

static int stop_where_a_map_fails(void *context)
{
    void *page = map(BAR, PAGE);
    (void)context;
    if (page == NULL) {
        KeBugCheckEx(0xE2, 0, 0, 0, 0);
    }
    unmap(page, PAGE);
    return 0;
}

static void a_bug_check_ends_its_run_and_no_other(void **state)
{
    (void)state;

    assert_int_equal(each("stop", stop_where_a_map_fails, NULL), 2);

    assert_said("STOP 0x000000E2");
    assert_said("    run 1: call 1 fails, MmMapIoSpace in stop_where_a_map_fails at ");
    assert_said("2 of 3 runs");
}

static int leak_in_every_run(void *context)
{
    (void)context;
    (void)map(BAR, PAGE);
    (void)map(BAR, PAGE);
    return 0;
}

static void a_leak_without_a_failure_is_told_too(void **state)
{
    (void)state;

    assert_int_equal(each("leak", leak_in_every_run, NULL), 4);

    assert_said("    run 5: no call fails\n");
}

static int leak_in_two_scopes(void *context)
{
    (void)context;
    for (int i = 0; i < 2; i++) {
        syspte_scope scope = syspte_scope_enter(i == 0 ? "first" : "second");
        (void)map(BAR, PAGE);
        (void)syspte_scope_leave(scope);
    }
    return 0;
}

static void a_run_that_leaks_in_two_scopes_is_one_run(void **state)
{
    (void)state;

    assert_int_equal(each("scopes", leak_in_two_scopes, NULL), 4);

    assert_said("    run 4: the same, and all later calls fail\n"
                "    run 5: no call fails\n"
                "    replay it with SYSPTE_REPLAY=scopes:1\n");
    assert_said("syspte: scopes: 1 different finding in 4 of 5 runs\n");
}

static int leak_two(void *context)
{
    (void)context;
    (void)ExAllocatePoolWithTag(NonPagedPool, 32, 0x74736554);
    (void)map(BAR, PAGE);
    return 0;
}

static void a_leak_that_is_suppressed_is_not_told(void **state)
{
    (void)state;
    assert_true(syspte_suppressions_add("test", "api:ExAllocatePoolWithTag\n"));

    assert_int_equal(each("two", leak_two, NULL), 2);
    syspte_suppressions_clear();

    assert_null(strstr(said, "leak: ExAllocatePoolWithTag"));
    assert_said(": leak: MmMapIoSpace in leak_two: 1 mapping");
    assert_said("syspte: two: 1 different finding in 2 of 5 runs\n");
}

static int plan_of_its_own(void *context)
{
    syspte_scope scope = syspte_scope_enter("own");
    const syspte_fault_plan plan = {.scope = scope, .nth = 1, .may_rest = true};
    (void)syspte_fault_set(&plan);
    void *first = map(BAR, PAGE);
    void *second = map(BAR, PAGE);
    if (first != NULL) {
        unmap(first, PAGE);
    }
    if (second != NULL) {
        unmap(second, PAGE);
    }
    syspte_scope_leave(scope);
    ++*(unsigned *)context;
    return first != NULL;
}

static void a_plan_of_the_tests_own_does_not_keep_the_loop_going(void **state)
{
    unsigned runs = 0;
    (void)state;

    assert_int_equal(each("own", plan_of_its_own, &runs), 0);

    assert_int_equal(runs, 5);
}

static int plan_instead_of_the_loops(void *context)
{
    const syspte_fault_plan plan = {.nth = 1, .may_rest = true};
    syspte_fault_clear();
    (void)syspte_fault_set(&plan);
    assert_null(map(BAR, PAGE));
    ++*(unsigned *)context;
    return 0;
}

static void run_that_ends_the_loops_plan_fails_and_is_the_last(void **state)
{
    unsigned runs = 0;
    (void)state;

    assert_int_equal(each("instead", plan_instead_of_the_loops, &runs), 1);

    assert_int_equal(runs, 1);
    assert_said("syspte: the run ended the loop's fault plan, or its machine");
}

static int pause_without_end(void *context)
{
    (void)context;
    syspte_fault_pause();
    unmap(map(BAR, PAGE), PAGE);
    return 0;
}

static void run_that_stays_paused_fails(void **state)
{
    (void)state;

    assert_int_equal(each("paused", pause_without_end, NULL), 1);

    assert_said("syspte: the run calls syspte_fault_pause, and not syspte_fault_resume");
}

static void stop_here(void)
{
    KeBugCheckEx(0xE2, 1, 2, 3, 4);
}

static void stop_on_a_machine_of_its_own(void)
{
    (void)syspte_boot(NULL);
    stop_here();
}

static int no_calls(void *context)
{
    (void)context;
    return 0;
}

static void loop_inside(void)
{
    (void)syspte_each_failure("inside", NULL, no_calls, NULL, NULL);
    stop_on_a_machine_of_its_own();
}

static void framework_of_before_is_set_again(void **state)
{
    (void)state;

    assert_true(stops(loop_inside));

    assert_int_equal(seen.stop.code, 0xE2);
}

static int map_by_a_pointer(void *context)
{
    PVOID(NTAPI * function)(PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE) = MmMapIoSpace;
    (void)map(BAR, PAGE);
    (void)context;
    return function(physical(BAR), PAGE, MmNonCached) == NULL ? 1 : 0;
}

static void a_call_without_a_site_is_named_by_its_code(void **state)
{
    (void)state;

    (void)each("pointer", map_by_a_pointer, NULL);

    assert_said("    run 3: call 2 fails, MmMapIoSpace at test_sim_each_failure");
}

static int leak_at_many_sites(void *context)
{
    (void)context;
#define LEAK_8 LEAK, LEAK, LEAK, LEAK, LEAK, LEAK, LEAK, LEAK
#define LEAK                                                                                       \
    (void)syspte_at_MmMapIoSpace(physical(BAR), PAGE, MmNonCached, "many.c", ++line, "many")
    unsigned line = 0;
    syspte_fault_pause(); // one run is enough
    for (unsigned i = 0; i < 75; i++) {
        LEAK_8;
    }
    syspte_fault_resume();
    return 0;
}

static void more_findings_than_there_is_room_for_are_counted(void **state)
{
    (void)state;

    assert_int_equal(each("many", leak_at_many_sites, NULL), 1);

    assert_said("syspte: many: 512 different findings in 1 of 1 run");
    assert_said("; more were not kept\n");
}

static int lose_a_pte(void *context)
{
    (void)context;
    syspte_the.lost_ptes++;
    return 0;
}

static void a_run_that_breaks_an_invariant_fails(void **state)
{
    (void)state;

    assert_int_equal(each("loses", lose_a_pte, NULL), 1);

    assert_said(
        "syspte: machine: free, quarantined, mapped, lost and others' PTEs are not all PTEs\n");
}

static int misuse(void *context)
{
    (void)context;
    syspte_fault_resume();
    return 0;
}

static void misuse_of_the_library_fails_a_run(void **state)
{
    (void)state;

    assert_int_equal(each("misuse", misuse, NULL), 1);

    assert_said("syspte: syspte_fault_resume: this thread has not called syspte_fault_pause\n");
}

static int use_pool_without_end(void *context)
{
    (void)context;
    while (map(BAR, PAGE) == NULL) {
    }
    return 0;
}

static void a_driver_that_never_gives_up_is_told(void **state)
{
    (void)state;

    assert_int_equal(each("endless", use_pool_without_end, NULL), 3);

    assert_said("is called again and again although it fails");
    assert_said("run 2: call 1 and all later ones fail");
}

// ---- Replay

static void replay_makes_one_run_and_reports_all_of_it(void **state)
{
    record r = {.skip = 4};
    (void)state;
    setenv("SYSPTE_REPLAY", "steps:7", 1);

    assert_int_equal(each("steps", map_steps, &r), 1);
    unsetenv("SYSPTE_REPLAY");

    assert_int_equal(r.runs, 1);
    assert_int_equal(r.got[0], 7);
    assert_said("syspte: steps: replayed\n    run 7: call 4 fails, ");
    assert_said("note: MmMapIoSpace in map_steps fails as the fault plan says: call 4");
}

static void replay_of_another_loop_changes_nothing(void **state)
{
    record r = {.runs = 0};
    (void)state;
    setenv("SYSPTE_REPLAY", "step:1", 1);

    assert_int_equal(each("steps", map_steps, &r), 0);
    unsetenv("SYSPTE_REPLAY");

    assert_int_equal(r.runs, 2 * STEPS + 1);
}

static void replay_of_a_run_that_is_none_fails(void **state)
{
    record r = {.runs = 0};
    (void)state;
    setenv("SYSPTE_REPLAY", "steps:99", 1);

    assert_int_equal(each("steps", map_steps, &r), 1);
    unsetenv("SYSPTE_REPLAY");

    assert_said("    run 99: no call fails: it is the last run, or behind it\n");
    assert_said("the fault plan made no call fail: 6 calls counted");
}

static void the_number_of_a_replay_is_read_exactly(void **state)
{
    static const struct {
        const char *text;
        uint64_t run;
    } cases[] = {
        {"f:1", 1}, {"f:200000", 200000}, {"f:0", 0},  {"f:", 0}, {"f:7x", 0}, {"f: 7", 0},
        {"f7", 0},  {"g:7", 0},           {"ff:7", 0}, {"", 0},   {"f:-1", 0}, {"f:12", 12}};
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv("SYSPTE_REPLAY", cases[i].text, 1);
        assert_int_equal(syspte_failure_replay("f"), cases[i].run);
    }
    unsetenv("SYSPTE_REPLAY");
    assert_int_equal(syspte_failure_replay("f"), 0);
}

static void a_replay_without_a_number_is_refused(void **state)
{
    (void)state;
    setenv("SYSPTE_REPLAY", "f:x", 1);

    syspte_failure_loop loop = syspte_failure_loop_begin("f");
    unsetenv("SYSPTE_REPLAY");

    assert_complaint("SYSPTE_REPLAY is not NAME:RUN");
    assert_false(loop.replays);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_fails_once_alone_and_once_with_all_later_ones),
        cmocka_unit_test(the_second_run_of_a_call_fails_the_later_ones_as_well),
        cmocka_unit_test(a_leak_on_one_error_path_is_told_once_with_its_call),
        cmocka_unit_test(the_same_loop_says_the_same),
        cmocka_unit_test(a_run_that_says_it_failed_fails),
        cmocka_unit_test(a_bug_check_ends_its_run_and_no_other),
        cmocka_unit_test(a_leak_without_a_failure_is_told_too),
        cmocka_unit_test(a_run_that_leaks_in_two_scopes_is_one_run),
        cmocka_unit_test(a_leak_that_is_suppressed_is_not_told),
        cmocka_unit_test(a_plan_of_the_tests_own_does_not_keep_the_loop_going),
        cmocka_unit_test(run_that_ends_the_loops_plan_fails_and_is_the_last),
        cmocka_unit_test(run_that_stays_paused_fails),
        cmocka_unit_test(framework_of_before_is_set_again),
        cmocka_unit_test(a_call_without_a_site_is_named_by_its_code),
        cmocka_unit_test(more_findings_than_there_is_room_for_are_counted),
        cmocka_unit_test(a_run_that_breaks_an_invariant_fails),
        cmocka_unit_test(misuse_of_the_library_fails_a_run),
        cmocka_unit_test(a_driver_that_never_gives_up_is_told),
        cmocka_unit_test(replay_makes_one_run_and_reports_all_of_it),
        cmocka_unit_test(replay_of_another_loop_changes_nothing),
        cmocka_unit_test(replay_of_a_run_that_is_none_fails),
        cmocka_unit_test(the_number_of_a_replay_is_read_exactly),
        hooked_test(a_replay_without_a_number_is_refused),
    };
    return cmocka_run_group_tests_name("sim.each_failure", tests, NULL, NULL);
}
