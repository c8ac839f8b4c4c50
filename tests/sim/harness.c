// SPDX-License-Identifier: MIT
// A stop jumps back into stops() if one is running, and fails the test otherwise. A complaint is
// kept for the test to look at. Everything is static: a process runs one test at a time.
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

sight seen;

static struct {
    bool armed;
    sigjmp_buf out;
} catching;

static struct {
    char text[1 << 20];
    size_t bytes;
} paper;

static void stopped(void *context, const syspte_bugcheck *bugcheck, bool expected)
{
    (void)context;
    seen.stop = *bugcheck;
    seen.expected = expected;
    seen.stops++;
    if (catching.armed) {
        siglongjmp(catching.out, 1);
    }
    syspte_report(NULL);
    fail_msg("an unexpected bug check: 0x%X (0x%llX, ...)", bugcheck->code,
             (unsigned long long)bugcheck->parameter[0]);
}

static void misused(void *context, const char *message)
{
    (void)context;
    seen.complaints++;
    (void)snprintf(seen.complaint, sizeof seen.complaint, "%s", message);
}

static const syspte_framework framework = {stopped, misused, NULL};

bool stops(void (*act)(void))
{
    syspte_framework_set(&framework); // the fault handler comes before CMocka's
    if (sigsetjmp(catching.out, 1) != 0) {
        catching.armed = false;
        return true;
    }
    catching.armed = true;
    act();
    catching.armed = false;
    return false;
}

int hook_begin(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    catching.armed = false;
    syspte_framework_set(&framework);
    return 0;
}

int machine_begin(void **state)
{
    hook_begin(state);
    return syspte_boot(NULL) ? 0 : 1;
}

int machine_end(void **state)
{
    (void)state;
    const char *broken = syspte_machine_check();
    if (broken != NULL) {
        print_error("the machine is broken: %s\n", broken);
    }
    if (seen.complaints != 0) {
        print_error("a complaint that the test did not ask for: %s\n", seen.complaint);
    }
    (void)syspte_shutdown();
    syspte_framework_set(NULL);
    return broken == NULL && seen.complaints == 0 ? 0 : 1;
}

void boot(const syspte_config *config)
{
    if (!syspte_boot(config)) {
        fail_msg("the machine does not boot: %s", seen.complaint);
    }
}

void boot_profile(const char *name)
{
    syspte_config config = syspte_config_default();
    config.profile = syspte_profile_find(name);
    boot(&config);
}

bool is_watched(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return true;
#else
    return RUNNING_ON_VALGRIND != 0;
#endif
#else
    return RUNNING_ON_VALGRIND != 0;
#endif
}

void assert_stop(uint32_t code, uint64_t p1, uint64_t p2, uint64_t p3, uint64_t p4)
{
    assert_int_equal(seen.stop.code, code);
    assert_int_equal(seen.stop.parameter[0], p1);
    assert_int_equal(seen.stop.parameter[1], p2);
    assert_int_equal(seen.stop.parameter[2], p3);
    assert_int_equal(seen.stop.parameter[3], p4);
}

void assert_complaint(const char *words)
{
    assert_int_equal(seen.complaints, 1);
    if (strstr(seen.complaint, words) == NULL) {
        fail_msg("the complaint is \"%s\", without \"%s\"", seen.complaint, words);
    }
    seen.complaints = 0;
}

syspte_finding finding_of(syspte_rule_id rule)
{
    syspte_finding finding;
    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        if (finding.rule == rule) {
            return finding;
        }
    }
    syspte_report(NULL);
    fail_msg("no finding %s", syspte_rule_of(rule)->name);
    memset(&finding, 0, sizeof finding);
    return finding;
}

syspte_finding only_finding(syspte_rule_id rule)
{
    syspte_finding finding = finding_of(rule);
    syspte_finding other;
    for (size_t i = 0; syspte_finding_at(i, &other); i++) {
        if (other.sequence != finding.sequence && other.rule != SYSPTE_RULE_ABANDONED &&
            other.rule != SYSPTE_RULE_OUT_OF_PTES) {
            syspte_report(NULL);
            fail_msg("not %s alone", syspte_rule_of(rule)->name);
        }
    }
    return finding;
}

void assert_no_findings(void)
{
    syspte_finding finding;
    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        if (finding.rule != SYSPTE_RULE_OUT_OF_PTES) {
            syspte_report(NULL);
            fail_msg("there is a finding: %s", syspte_rule_of(finding.rule)->name);
        }
    }
}

static void paper_write(void *context, const char *text, size_t bytes)
{
    (void)context;
    if (bytes < sizeof paper.text - paper.bytes) {
        memcpy(paper.text + paper.bytes, text, bytes);
        paper.bytes += bytes;
    }
}

const char *report_text(void)
{
    static const syspte_writer writer = {paper_write, NULL};
    paper.bytes = 0;
    syspte_report(&writer);
    paper.text[paper.bytes] = '\0';
    return paper.text;
}

void assert_report(const char *expected)
{
    assert_string_equal(report_text(), expected);
}

uint64_t va_of(uint64_t pte)
{
    return syspte_machine_config()->profile->system_va + pte * PAGE;
}

typedef struct search {
    const void *address;
    bool found;
    syspte_mapping mapping;
} search;

static bool compare(void *context, const syspte_mapping *mapping)
{
    search *wanted = context;
    if (mapping->address == wanted->address) {
        wanted->found = true;
        wanted->mapping = *mapping;
    }
    return !wanted->found;
}

syspte_mapping mapping_at(const void *address)
{
    search wanted = {.address = address};
    syspte_mappings_each(compare, &wanted);
    assert_true(wanted.found);
    return wanted.mapping;
}
