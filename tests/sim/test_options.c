// SPDX-License-Identifier: MIT
// Options: each one's effect on the defaults, what is refused, and the help.
#define _DEFAULT_SOURCE
#include "harness.h"

#include <syspte/options.h>
#include <syspte/suppression.h>

#include <stdio.h>
#include <stdlib.h>

static int forget(void **state)
{
    (void)state;
    (void)syspte_options_set(NULL);
    syspte_suppressions_clear();
    return 0;
}

static int options_begin(void **state)
{
    (void)forget(state);
    return hook_begin(state);
}

static int options_end(void **state)
{
    (void)forget(state);
    return machine_end(state);
}

#define options_test(f) cmocka_unit_test_setup_teardown(f, options_begin, options_end)

static void options_change_the_defaults(void **state)
{
    (void)state;
    assert_true(syspte_options_set("stacks=16:strictness=verifier:profile=xp-x86:ptes=0x200"));
    assert_true(syspte_options_set(":order=fast:quarantine=4:history=9:"));
    assert_true(syspte_options_set("accounting_only=1:gap=0"));
    syspte_config config = syspte_config_default();
    assert_int_equal(config.stack_frames, 16);
    assert_int_equal(config.strictness, SYSPTE_VERIFIER);
    assert_string_equal(config.profile->name, "xp-x86");
    assert_int_equal(config.pte_count, 512);
    assert_int_equal(config.order, SYSPTE_ORDER_FAST);
    assert_int_equal(config.quarantine_ptes, 4);
    assert_int_equal(config.history_rows, 9);
    assert_true(config.accounting_only);
    assert_false(config.gap);
    boot(NULL);
    assert_int_equal(syspte_machine_config()->pte_count, 512);
    assert_true(syspte_options_set(NULL));
    config = syspte_config_default();
    assert_int_equal(config.stack_frames, 0);
    assert_string_equal(config.profile->name, "win7-x64");
}

static void what_a_test_says_itself_stays(void **state)
{
    (void)state;
    syspte_config config = syspte_config_default();
    config.strictness = SYSPTE_TRACK;
    assert_true(syspte_options_set("strictness=verifier"));
    boot(&config);
    assert_int_equal(syspte_machine_config()->strictness, SYSPTE_TRACK);
}

static void assert_refused(const char *options, const char *words)
{
    assert_false(syspte_options_set(options));
    assert_complaint(words);
}

static void what_is_no_option_is_named(void **state)
{
    (void)state;
    assert_refused("stak=1", "\"stak\" is no option; help=1 lists all of them");
    assert_refused("stacks=8:stacksx=1", "\"stacksx\" is no option");
    assert_refused("stack=1", "\"stack\" is no option");
    assert_refused("stacks", "\"stacks\" is not name=value");
    assert_refused("stacks=", "\"stacks=\" has a value that is none");
    assert_refused("stacks=33", "\"stacks=33\" has a value that is none");
    assert_refused("stacks=-1", "has a value that is none");
    assert_refused("stacks=8x", "has a value that is none");
    assert_refused("history=99999999999999999999999", "has a value that is none");
    assert_refused("strictness=strict", "has a value that is none");
    assert_refused("profile=win95", "has a value that is none");
    assert_refused("report=", "has a value that is none");
    assert_refused("report=/nowhere/at/all", "cannot be opened for the report");
    assert_int_equal(syspte_config_default().stack_frames, 0); // nothing of a wrong text holds
}

static void the_report_goes_to_a_file(void **state)
{
    (void)state;
    char path[] = "/tmp/syspte-report-XXXXXX";
    char option[128];
    char text[4096] = "";
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "r");
    assert_non_null(file);
    (void)snprintf(option, sizeof option, "report=%s", path);
    assert_true(syspte_options_set(option));
    boot(NULL);
    assert_non_null(map(BAR, PAGE));
    (void)syspte_shutdown();
    syspte_report(NULL);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    assert_non_null(strstr(text, "leak: MmMapIoSpace in the_report_goes_to_a_file"));
    (void)fclose(file);
    (void)syspte_options_set(NULL); // closes it, without which a host may keep it
    assert_int_equal(remove(path), 0);
}

static void suppressions_come_from_a_file(void **state)
{
    (void)state;
    char path[] = "/tmp/syspte-suppressions-XXXXXX";
    char option[128];
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    assert_true(fputs("leak:suppressions_come\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    (void)snprintf(option, sizeof option, "suppressions=%s:unused_suppressions=fail", path);
    assert_false(syspte_options_unused_fails());
    assert_true(syspte_options_set(option));
    assert_true(syspte_options_unused_fails());
    boot(NULL);
    assert_non_null(map(BAR, PAGE));
    (void)syspte_shutdown();
    assert_int_equal(syspte_report_failures(), 0);
    assert_int_equal(remove(path), 0);
    assert_false(syspte_options_set(option));
    seen.complaints = 0; // one for the file, one for the option
}

static char written[4096];

static void keep(void *context, const char *text, size_t bytes)
{
    (void)context;
    strncat(written, text, bytes);
}

static void help_lists_all_options_with_their_values(void **state)
{
    (void)state;
    static const char *const names[] = {
        "profile", "ptes",       "strictness",   "order",
        "stacks",  "quarantine", "history",      "accounting_only",
        "gap",     "report",     "suppressions", "unused_suppressions",
        "help"};
    static const syspte_writer writer = {keep, NULL};
    written[0] = '\0';
    assert_true(syspte_options_set("stacks=5"));
    syspte_options_help(&writer);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "\n  %s: ", names[i]);
        assert_non_null(strstr(written, line));
    }
    assert_non_null(strstr(written, "(free, track, check, verifier)\n"));
    assert_non_null(strstr(written, "stacks: frames stored with each call (0 to 32); now 5\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        options_test(options_change_the_defaults),
        options_test(what_a_test_says_itself_stays),
        options_test(what_is_no_option_is_named),
        options_test(the_report_goes_to_a_file),
        options_test(suppressions_come_from_a_file),
        options_test(help_lists_all_options_with_their_values),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
