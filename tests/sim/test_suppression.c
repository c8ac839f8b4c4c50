// SPDX-License-Identifier: MIT
// Suppressions: what a pattern finds, what each kind covers, and what a file may not say.
#define _DEFAULT_SOURCE
#include "harness.h"

#include "sim/suppression.h"
#include <syspte/suppression.h>

#include <stdio.h>
#include <stdlib.h>

enum { TAG = 0x6B61654C }; // 'Leak'

static int clear_begin(void **state)
{
    syspte_suppressions_clear();
    return hook_begin(state);
}

#define suppression_test(f) cmocka_unit_test_setup_teardown(f, clear_begin, machine_end)

#line 100 "vendor/hw.c"
static void StartVendor(void)
{
    (void)map(0xFEBC0000, 2 * PAGE);
}
static void AllocateVendor(void)
{
    (void)ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
}
static void MapVideo(void)
{
    PHYSICAL_ADDRESS vga = {.QuadPart = 0xA0000};
    (void)MmMapVideoDisplay(vga, PAGE, MmNonCached);
}
#line 36 "test_suppression.c"

// Leaks three things and says how many findings are left that fail.
static uint64_t failures_with(const char *suppressions)
{
    syspte_suppressions_clear();
    assert_true(syspte_suppressions_add("list", suppressions));
    boot(NULL);
    StartVendor();
    AllocateVendor();
    MapVideo();
    (void)syspte_shutdown();
    return syspte_report_failures();
}

static void patterns_are_those_of_leak_sanitizer(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *text;
        bool matches;
    } rows[] = {
        {"foo", "a foo b", true},   {"foo", "fo", false},
        {"^foo", "foobar", true},   {"^foo", "xfoo", false},
        {"foo$", "xfoo", true},     {"foo$", "foox", false},
        {"^foo$", "foo", true},     {"^foo$", "foofoo", false},
        {"a*c", "xabcx", true},     {"a*c", "ca", false},
        {"a*b*c", "a-b-b-c", true}, {"^a*c$", "abcc", true},
        {"^a*c$", "abcd", false},   {"*", "", true},
        {"", "anything", true},     {"$", "x", true},
        {"^$", "", true},           {"^$", "x", false},
        {"f**o", "fo", true},       {"a$b", "xa$by", true},
        {"^*x", "yyx", true},       {"ab", "aab", true},
        {"a*ab$", "aab", true},     {"a*ab$", "ab", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (syspte_pattern_matches(rows[i].pattern, rows[i].text) != rows[i].matches) {
            fail_msg("\"%s\" in \"%s\"", rows[i].pattern, rows[i].text);
        }
    }
}

static void each_kind_covers_its_own(void **state)
{
    (void)state;
    assert_int_equal(failures_with(""), 3);
    assert_int_equal(failures_with("leak:StartVendor\n"), 2);
    assert_int_equal(failures_with("leak:^vendor/*.c$"), 0);
    assert_int_equal(failures_with("leak:other.c"), 3);
    assert_int_equal(failures_with("tag:Leak"), 2);
    assert_int_equal(failures_with("tag:Lea"), 3);
    assert_int_equal(failures_with("api:MmMapVideoDisplay"), 2);
    assert_int_equal(failures_with("api:MmMapVideo"), 3);
    assert_int_equal(failures_with("physical:0xA0000-0xBFFFF"), 2);
    assert_int_equal(failures_with("physical:0xFEBC0000-0xFEBC1FFF"), 2);
    assert_int_equal(failures_with("physical:0xFEBC0000-0xFEBC1FFE"), 3); // not all of it
    assert_int_equal(failures_with("physical:0xFEBC0000"), 3);
    assert_int_equal(failures_with(" # a comment\r\n\n\ttag:Leak \r\nleak:MapVideo"), 1);
}

static void the_report_counts_what_is_suppressed(void **state)
{
    (void)state;
    assert_int_equal(failures_with("leak:Vendor\n"), 1);
    const char *report = report_text();
    assert_null(strstr(report, "StartVendor"));
    assert_non_null(strstr(report, ": leak: MmMapVideoDisplay in MapVideo"));
    assert_non_null(strstr(report, "syspte: 1 leak (1 PTE (4 KiB)), 2 suppressed findings\n"));
}

static void the_stack_is_looked_through_too(void **state)
{
    (void)state;
    syspte_config config = syspte_config_default();
    config.stack_frames = 16;
    assert_true(syspte_suppressions_add("list", "leak:test_sim_suppression"));
    boot(&config);
    StartVendor();
    (void)syspte_shutdown();
    assert_int_equal(syspte_report_failures(), 0); // a module is in each frame's name
}

static void growth_can_be_suppressed_and_misuse_cannot(void **state)
{
    (void)state;
    syspte_config config = syspte_config_default();
    config.strictness = SYSPTE_FREE;
    assert_true(syspte_suppressions_add("list", "leak:*"));
    boot(&config);
    for (unsigned i = 0; i < 3; i++) {
        syspte_scope scope = syspte_scope_enter_cycle("cycle");
        StartVendor();
        (void)syspte_scope_leave(scope);
    }
    assert_int_equal(finding_of(SYSPTE_RULE_GROWTH).suppressed, true);
    assert_int_equal(syspte_report_failures(), 0);
    unmap((PUCHAR)map(BAR, PAGE) + PAGE, PAGE);
    assert_int_equal(syspte_report_failures(), 1);
}

static char written[4096];

static void keep(void *context, const char *text, size_t bytes)
{
    (void)context;
    strncat(written, text, bytes);
}

static void used_and_unused_ones_are_told(void **state)
{
    (void)state;
    static const syspte_writer writer = {keep, NULL};
    written[0] = '\0';
    (void)failures_with("leak:nobody\nleak:Vendor\napi:MmMapVideoDisplay\nphysical:1-2\n");
    assert_int_equal(syspte_report_failures(), 0);
    assert_int_equal(syspte_suppressions_report(&writer), 2);
    assert_string_equal(written,
                        "Suppressions used:\n"
                        "  findings template\n"
                        "         2 leak:Vendor\n"
                        "         1 api:MmMapVideoDisplay\n"
                        "syspte: the suppression \"leak:nobody\" covered nothing: remove it\n"
                        "syspte: the suppression \"physical:1-2\" covered nothing: remove it\n");
    syspte_suppressions_clear();
    written[0] = '\0';
    assert_int_equal(syspte_suppressions_report(&writer), 0);
    assert_string_equal(written, "");
}

static void assert_refused(const char *text, const char *words)
{
    assert_false(syspte_suppressions_add("list", text));
    assert_complaint(words);
}

static void a_wrong_line_is_named_and_nothing_is_added(void **state)
{
    (void)state;
    static char large[33 * 1024];
    assert_refused("leak:a\nleek:b\n", "list:2: it begins with none of leak:");
    assert_refused("leak:", "list:1: nothing stands behind the colon");
    assert_refused("tag:Leaks", "list:1: a tag has at most four characters");
    assert_refused("\n\nphysical:nowhere", "list:3: a physical range is 0xFIRST-0xLAST");
    assert_refused("physical:0x2000-0x1000", "list:1: a physical range");
    assert_refused("physical:0x1000-", "list:1: a physical range");
    assert_refused("physical:-1", "list:1: a physical range");
    memset(large, 'a', sizeof large - 1);
    assert_refused(large, "more than 32 KiB");
    for (unsigned i = 0; i < 257; i++) {
        memcpy(large + i * 7, "leak:a\n", 7);
    }
    large[257 * 7] = '\0';
    assert_refused(large, "list:257: there are 256 suppressions already");
    assert_int_equal(syspte_suppressions_report(NULL), 0);
}

static void a_file_is_read(void **state)
{
    (void)state;
    char path[] = "/tmp/syspte-suppressions-XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    assert_true(fputs("leak:Vendor\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_true(syspte_suppressions_read(path));
    boot(NULL);
    StartVendor();
    (void)syspte_shutdown();
    assert_int_equal(syspte_report_failures(), 0);
    assert_int_equal(remove(path), 0);
    assert_false(syspte_suppressions_read(path));
    assert_complaint("cannot be opened");
#ifndef _WIN32 // where a folder cannot be opened
    assert_false(syspte_suppressions_read("/"));
    assert_complaint("cannot be read");
#endif
    assert_false(syspte_suppressions_read("/dev/zero"));
    assert_complaint("more than 32 KiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        suppression_test(patterns_are_those_of_leak_sanitizer),
        suppression_test(each_kind_covers_its_own),
        suppression_test(the_report_counts_what_is_suppressed),
        suppression_test(the_stack_is_looked_through_too),
        suppression_test(growth_can_be_suppressed_and_misuse_cannot),
        suppression_test(used_and_unused_ones_are_told),
        suppression_test(a_wrong_line_is_named_and_nothing_is_added),
        suppression_test(a_file_is_read),
    };
    return cmocka_run_group_tests_name("suppression", tests, NULL, NULL);
}
