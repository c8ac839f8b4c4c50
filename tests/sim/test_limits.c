// SPDX-License-Identifier: MIT
// Hosts that lend less than a profile asks: what is missing is told in numbers and words, and never
// guessed. The host's own limit on address space (ulimit -v) stands in for a poor host, in a child
// process each, because what a machine was lent once is kept for the next.
#define _DEFAULT_SOURCE

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// Address space that this process has now.
static uint64_t bytes_in_use(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file != NULL) {
        if (fscanf(file, "%llu", &pages) != 1) {
            pages = 0;
        }
        (void)fclose(file);
    }
    return pages * PAGE;
}

static void lend_only(uint64_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    limit.rlim_cur = bytes_in_use() + bytes;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
}

// Runs `test` in a child; it ends with exit 0 unless an assertion fails there.
static void in_child(void (*test)(void))
{
    int status = -1;
    if (is_watched()) {
        skip(); // sanitizers and Valgrind take more address space than there is
    }
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        test();
        exit(0); // not _exit: coverage is written at exit
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

// CMocka's assertions jump into the parent's copy of the test: end the child there.
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            print_error("%s:%d: %s\n", __FILE__, __LINE__, #condition);                            \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

static void boot_windows_10(void)
{
    syspte_config config = syspte_config_default();
    config.profile = syspte_profile_find("win10-x64");
    CHECK(syspte_boot(&config));
}

static void with_little(void)
{
    const uint64_t all = 1ull << 32;
    lend_only(2ull << 30);
    boot_windows_10();

    syspte_limits limits = syspte_limits_now();
    CHECK(limits.pte_tracked >= 1024 && limits.pte_tracked < all);
    CHECK(limits.pte_backed < all);
    CHECK(strcmp(limits.reason, "this host lends tables for a part of the PTEs only") == 0);
    syspte_counters now = syspte_counters_now();
    CHECK(now.pte_total == all && now.pte_free == all);
    CHECK(now.free_blocks == 1 && now.largest_free_block == all);

    PVOID most = map(0, (limits.pte_tracked - 1) * PAGE);
    PVOID last = map(BAR, PAGE);
    CHECK(most != NULL && last != NULL);
    now = syspte_counters_now();
    CHECK(now.pte_free == all - limits.pte_tracked);
    CHECK(now.free_blocks == 1 && now.largest_free_block == all - limits.pte_tracked);
    CHECK(syspte_report_failures() == 0);

    CHECK(map(BAR, PAGE) == NULL); // Windows would have some left: the host's limit is a finding
    CHECK(syspte_finding_occurrences(SYSPTE_RULE_HOST_TABLE) == 1);
    CHECK(finding_of(SYSPTE_RULE_HOST_TABLE).severity == SYSPTE_LIMIT);
    CHECK(strcmp(finding_of(SYSPTE_RULE_HOST_TABLE).text, limits.reason) == 0);
    CHECK(syspte_report_failures() == 1);
    CHECK(syspte_counters_now().failed_maps == 1);

    unmap(last, PAGE);
    CHECK(syspte_counters_now().largest_free_block == all - limits.pte_tracked + 1);
    unmap(most, (limits.pte_tracked - 1) * PAGE);
    CHECK(syspte_counters_now().largest_free_block == all);
    CHECK(syspte_shutdown() == 0);
}

static void host_with_little_address_space_lends_a_part_and_says_so(void **state)
{
    (void)state;
    in_child(with_little);
}

static void with_nothing(void)
{
    lend_only(1ull << 20);
    CHECK(!syspte_boot(NULL));
    CHECK(strstr(seen.complaint, "this host lends no memory for tables") != NULL);
    CHECK(strstr(seen.complaint, "ulimit -v") != NULL);
    syspte_finding finding;
    CHECK(!syspte_is_booted());
    CHECK(syspte_finding_count() == 0);
    CHECK(!syspte_finding_at(0, &finding));
    CHECK(syspte_finding_occurrences(SYSPTE_RULE_LEAK) == 0);
    CHECK(strcmp(report_text(), "syspte: no findings\n") == 0);
    CHECK(syspte_report_failures() == 0);
}

static void host_with_no_address_space_refuses_to_boot_in_words(void **state)
{
    (void)state;
    in_child(with_nothing);
}

static void with_an_old_machines(void)
{
    PVOID va;
    syspte_config config = syspte_config_default();
    CHECK(syspte_boot(&config));
    lend_only(1ull << 20);
    config.pte_count = 1ull << 30;
    CHECK(syspte_boot(&config)); // what the old one had is lent anew, and it is not enough
    CHECK(syspte_limits_now().pte_tracked < config.pte_count);
    CHECK((va = map(BAR, PAGE)) != NULL);
    unmap(va, PAGE);
    CHECK(syspte_shutdown() == 0);
}

static void larger_machine_after_a_smaller_one_makes_do(void **state)
{
    (void)state;
    in_child(with_an_old_machines);
}

static void with_tables_but_no_arena(void)
{
    syspte_config config = syspte_config_default();
    config.accounting_only = true;
    CHECK(syspte_boot(&config)); // has its tables
    lend_only(64ull << 20);
    config.accounting_only = false;
    CHECK(syspte_boot(&config));

    syspte_limits limits = syspte_limits_now();
    CHECK(limits.pte_tracked == config.profile->pte_count);
    CHECK(limits.pte_backed < limits.pte_tracked);
    CHECK(strcmp(limits.reason, "this host has address space for a part of the PTEs only") == 0);
    volatile unsigned char *low = map(BAR, PAGE);
    low[0] = 1;
    CHECK(low[0] == 1);

    PUCHAR high = map(BAR, 32768 * PAGE); // ends where nothing can be shown
    CHECK(high != NULL);
    CHECK(syspte_finding_occurrences(SYSPTE_RULE_HOST_ARENA) == 1);
    CHECK(finding_of(SYSPTE_RULE_HOST_ARENA).severity == SYSPTE_NOTE);
    CHECK(syspte_counters_now().live_mappings == 2);
    unmap(high, 32768 * PAGE);
    unmap((PVOID)low, PAGE);
    CHECK(syspte_report_failures() == 0);
    CHECK(syspte_shutdown() == 0);
}

static void host_without_room_for_memory_keeps_the_account(void **state)
{
    (void)state;
    in_child(with_tables_but_no_arena);
}

// ---- No file for physical memory

static volatile unsigned char *touched;

static void touch(void)
{
    touched[3] = 1;
}

static void with_no_file(void)
{
    struct rlimit size = {1ull << 20, 1ull << 20};
    unsigned char byte = 7;
    CHECK(setrlimit(RLIMIT_FSIZE, &size) == 0);
    CHECK(syspte_boot(NULL));
    CHECK(!syspte_memory_write(BAR, &byte, 1));
    CHECK(!syspte_memory_read(BAR, &byte, 1));

    PVOID untouched = map(BAR, PAGE);
    touched = map(BAR + PAGE, 2 * PAGE);
    CHECK(untouched != NULL && touched != NULL);
    unmap(untouched, PAGE);
    CHECK(syspte_finding_count() == 0); // the account needs no memory

    CHECK(stops(touch));
    CHECK(seen.stop.code == 0 && !seen.expected); // Windows would not have stopped
    syspte_finding told = finding_of(SYSPTE_RULE_HOST_TOUCH);
    CHECK(told.severity == SYSPTE_LIMIT && !told.has_bugcheck);
    CHECK(told.system_va == va_of(1) + 3);
    CHECK(told.call->api == SYSPTE_API_ACCESS && told.call->return_address != 0);
    CHECK(told.mapped != NULL && told.mapped->api == SYSPTE_API_MM_MAP_IO_SPACE);
    CHECK(syspte_report_failures() == 1);
    CHECK(syspte_shutdown() == 1);
}

static void pool_with_no_file(void)
{
    struct rlimit size = {1ull << 20, 1ull << 20};
    CHECK(setrlimit(RLIMIT_FSIZE, &size) == 0);
    CHECK(syspte_boot(NULL));
    CHECK(ExAllocatePoolWithTag(NonPagedPool, 100, 0x74736554) == NULL);
    CHECK(finding_of(SYSPTE_RULE_HOST_TABLE).severity == SYSPTE_LIMIT);
    CHECK(map(BAR, PAGE) != NULL); // PTEs are left
    CHECK(syspte_report_failures() == 1);
    CHECK(syspte_shutdown() == 1);
}

static void touch_that_the_host_has_no_memory_for_ends_the_test(void **state)
{
    (void)state;
    in_child(with_no_file);
}

static void pool_that_the_host_has_no_memory_for_is_refused(void **state)
{
    (void)state;
    in_child(pool_with_no_file);
}

// ---- A place that is taken

static struct {
    PUCHAR first; // address that the first mapping of every run has
    char report[1024];
} * notes; // written by one child, read by the next

static void leak_two_pages(void)
{
    volatile unsigned char *va = map(BAR, 2 * PAGE);
    CHECK(va != NULL);
    va[PAGE] = 0x5A;
    CHECK(va[PAGE] == 0x5A);
    CHECK(syspte_shutdown() == 1);
}

static void at_the_usual_place(void)
{
    CHECK(syspte_boot(NULL));
    CHECK(!syspte_limits_now().arena_moved);
    CHECK(syspte_limits_now().reason == NULL);
    notes->first = map(BAR, PAGE);
    CHECK(syspte_boot(NULL));
    leak_two_pages();
    (void)snprintf(notes->report, sizeof notes->report, "%s", report_text());
}

static void at_another_place(void)
{
    void *other = mmap(notes->first, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(other == notes->first);
    CHECK(syspte_boot(NULL));
    CHECK(syspte_limits_now().arena_moved);
    CHECK(strcmp(syspte_limits_now().reason, "the address space that every run uses was taken") ==
          0);
    leak_two_pages();
    CHECK(strcmp(report_text(), notes->report) == 0); // reports do not know
}

static void arena_that_moved_is_told_and_reports_stay_the_same(void **state)
{
    (void)state;
    notes = mmap(NULL, sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(notes, MAP_FAILED);
    in_child(at_the_usual_place);
    in_child(at_another_place);
    assert_int_equal(munmap(notes, sizeof *notes), 0);
}

// ---- Full tables

static void call_sites_beyond_the_table_are_told_at_once(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.accounting_only = true;
    boot(&config);
    for (unsigned line = 1; line <= 70000; line++) {
        PVOID va = syspte_at_MmMapIoSpace(physical(BAR), PAGE, MmNonCached, "hw.c", line, "f");
        assert_non_null(va);
        if (line < 70000) {
            unmap(va, PAGE);
        }
    }
    assert_int_equal(only_finding(SYSPTE_RULE_CONTEXTS_FULL).severity, SYSPTE_LIMIT);

    assert_int_equal(syspte_shutdown(), 1);

    assert_null(finding_of(SYSPTE_RULE_LEAK).call);
    assert_non_null(strstr(report_text(), "(unknown site): leak: "));
    assert_int_equal(syspte_report_failures(), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(host_with_little_address_space_lends_a_part_and_says_so),
        hooked_test(host_with_no_address_space_refuses_to_boot_in_words),
        hooked_test(larger_machine_after_a_smaller_one_makes_do),
        hooked_test(host_without_room_for_memory_keeps_the_account),
        hooked_test(touch_that_the_host_has_no_memory_for_ends_the_test),
        hooked_test(pool_that_the_host_has_no_memory_for_is_refused),
        hooked_test(arena_that_moved_is_told_and_reports_stay_the_same),
        hooked_test(call_sites_beyond_the_table_are_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
