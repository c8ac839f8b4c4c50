// SPDX-License-Identifier: MIT
// What happens when a driver touches what it may not: the fault is a bug check with both sites.
// Faults that are not the machine's go on to whoever took them before.
// Source: bug checks 0x50, 0xD1, 0xBE, 0xFC.
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE

#include "harness.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "../port/touch.h"

static volatile unsigned char *target;
static unsigned char got;

static void read_target(void)
{
    got = *target;
}

static void write_target(void)
{
    *target = 0x5A;
}

static void call_target(void)
{
    int (*code)(void) = (int (*)(void))(uintptr_t)target;
    touch_returned = code();
}

// True if touching `at` stopped the machine. Valgrind's reports are off around the access only.
static bool stops_at(void (*access)(void), void *at)
{
    target = at;
    VALGRIND_DISABLE_ERROR_REPORTING;
    bool stopped = stops(access);
    VALGRIND_ENABLE_ERROR_REPORTING;
    return stopped;
}

// Reads are 0 and writes 2 in parameter 2 of 0x50. Valgrind does not tell which it was.
static void assert_page_fault(uint64_t va, uint64_t operation, uint64_t type)
{
    assert_int_equal(seen.stop.code, SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA);
    assert_int_equal(seen.stop.parameter[0], va);
    if (!RUNNING_ON_VALGRIND) {
        assert_int_equal(seen.stop.parameter[1], operation);
    }
    assert_int_equal(seen.stop.parameter[3], type);
}

// ---- After the unmap

static void read_after_unmap_is_0x50_with_both_sites(void **state)
{
    (void)state;
    PUCHAR va = map(BAR + 0x10, 0x20);
    int line = __LINE__ - 1;
    unmap(va, 0x20);

    assert_true(stops_at(read_target, va + 5));

    assert_page_fault(va_of(0) + 0x15, 0, 0); // of a freed PTE
    syspte_finding finding = only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
    assert_int_equal(finding.severity, SYSPTE_MISUSE);
    assert_int_equal(finding.mapped->line, line);
    assert_int_equal(finding.unmapped->line, line + 2);
    assert_int_equal(finding.physical_address, BAR + 0x10);
    assert_int_equal(finding.bytes, 0x20);
    assert_int_equal(finding.call->api, SYSPTE_API_ACCESS);
    assert_int_equal(finding.system_va, va_of(0) + 0x15);
}

static void write_after_unmap_is_0x50(void **state)
{
    (void)state;
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);

    assert_true(stops_at(write_target, va));

    assert_page_fault(va_of(0), 2, 0);
}

static void call_after_unmap_is_0x50(void **state)
{
    (void)state;
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);

    assert_true(stops_at(call_target, va));

    assert_page_fault(va_of(0), 0x10, 0);
}

static void every_page_of_an_unmapped_range_faults(void **state)
{
    (void)state;
    PUCHAR va = map(BAR, 4 * PAGE);
    memset(va, 0x11, 4 * PAGE);
    unmap(va, 4 * PAGE);

    for (unsigned page = 0; page < 4; page++) {
        assert_true(stops_at(read_target, va + page * PAGE + 0xFFF));
    }

    syspte_finding finding = only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
    assert_int_equal(finding.system_va, va_of(0) + 0xFFF); // the first one
}

static void touch_after_unmap_at_dispatch_level_is_0xD1(void **state)
{
    KIRQL before;
    (void)state;
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);
    KeRaiseIrql(DISPATCH_LEVEL, &before);

    assert_true(stops_at(write_target, va));

    assert_int_equal(seen.stop.code, SYSPTE_DRIVER_IRQL_NOT_LESS_OR_EQUAL);
    assert_int_equal(seen.stop.parameter[0], va_of(0));
    assert_int_equal(seen.stop.parameter[1], DISPATCH_LEVEL);
    if (!RUNNING_ON_VALGRIND) {
        assert_int_equal(seen.stop.parameter[2], 1);
    }
    assert_non_null(only_finding(SYSPTE_RULE_USE_AFTER_UNMAP).unmapped);
}

static void read_and_call_at_dispatch_level_tell_the_operation(void **state)
{
    KIRQL before;
    (void)state;
    if (RUNNING_ON_VALGRIND) {
        return; // it does not tell
    }
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);
    KeRaiseIrql(HIGH_LEVEL, &before);

    assert_true(stops_at(read_target, va));
    assert_stop(0xD1, va_of(0), HIGH_LEVEL, 0, 0);

    boot(NULL);
    va = map(BAR, PAGE);
    unmap(va, PAGE);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    assert_true(stops_at(call_target, va));
    assert_stop(0xD1, va_of(0), DISPATCH_LEVEL, 8, 0);
}

static void touch_at_apc_level_is_still_0x50(void **state)
{
    KIRQL before;
    (void)state;
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);
    KeRaiseIrql(APC_LEVEL, &before);

    assert_true(stops_at(read_target, va));

    assert_page_fault(va_of(0), 0, 0);
}

static void touch_after_unmap_stops_at_every_strictness(void **state)
{
    (void)state;

    for (int strictness = SYSPTE_FREE; strictness <= SYSPTE_VERIFIER; strictness++) {
        syspte_config config = syspte_config_default();
        config.strictness = (syspte_strictness)strictness;
        boot(&config);
        PVOID va = map(BAR, PAGE);
        unmap(va, PAGE);
        assert_true(stops_at(read_target, va));
        assert_true(only_finding(SYSPTE_RULE_USE_AFTER_UNMAP).stopped);
    }
}

static void touch_after_unmap_is_known_when_its_history_is_gone(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.history_rows = 1;
    boot(&config);
    PVOID va = map(BAR, PAGE);
    int line = __LINE__ - 1;
    PVOID other = map(BAR, PAGE);
    unmap(va, PAGE);
    unmap(other, PAGE);

    assert_true(stops_at(read_target, va));

    syspte_finding finding = only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
    assert_page_fault(va_of(0), 0, 0);
    assert_int_equal(finding.mapped->line, line);
    assert_null(finding.unmapped);
}

static void announced_touch_is_expected(void **state)
{
    (void)state;
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);
    syspte_expect_bugcheck(SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA, va_of(0));

    assert_true(stops_at(read_target, va));

    assert_true(seen.expected);
    assert_int_equal(syspte_report_failures(), 0);
}

// ---- Where nothing is

static void touch_past_the_last_page_is_0x50_with_the_mapping(void **state)
{
    (void)state;
    PUCHAR va = map(BAR + 0x800, PAGE); // two pages
    int line = __LINE__ - 1;
    assert_non_null(map(BAR, PAGE)); // the next PTE is somebody's

    va[0x17FF] = 1; // the last byte of the last page
    assert_true(stops_at(write_target, va + 0x1800));

    assert_page_fault(va_of(2), 2, 2);
    syspte_finding finding = only_finding(SYSPTE_RULE_USE_PAST_END);
    assert_int_equal(finding.mapped->line, line);
    assert_null(finding.unmapped);
    assert_int_equal(finding.physical_address, BAR + 0x800);
}

static void touch_before_the_first_page_is_the_one_behind_its_neighbour(void **state)
{
    (void)state;
    PUCHAR one = map(BAR, PAGE);
    int line = __LINE__ - 1;
    PUCHAR two = map(BAR, PAGE);

    assert_non_null(one);
    assert_true(stops_at(read_target, two - 1));

    assert_int_equal(only_finding(SYSPTE_RULE_USE_PAST_END).mapped->line, line);
}

static void touch_right_before_the_first_pte_is_0x50(void **state)
{
    (void)state;
    PUCHAR first = map(BAR, PAGE);

    assert_non_null(first);
    assert_true(stops_at(read_target, first - 1));

    assert_non_null(strstr(only_finding(SYSPTE_RULE_USE_NEVER_MAPPED).text, "before the first"));
    assert_int_equal(seen.stop.parameter[0], va_of(0) - 1);
}

static void touch_of_what_was_never_mapped_is_0x50(void **state)
{
    (void)state;
    PUCHAR one = map(BAR, PAGE);
    PUCHAR two = map(BAR, PAGE);

    assert_true(stops_at(read_target, one + 20 * (two - one) + 7));

    assert_page_fault(va_of(20) + 7, 0, 2);
    syspte_finding finding = only_finding(SYSPTE_RULE_USE_NEVER_MAPPED);
    assert_null(finding.mapped);
    assert_null(finding.unmapped);
}

static void without_gaps_mappings_are_adjacent(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.gap = false;
    boot(&config);
    PUCHAR one = map(BAR, 2 * PAGE);
    PUCHAR two = map(BAR + 0x10000, PAGE);
    assert_ptr_equal(two, one + 2 * PAGE);

    one[2 * PAGE] = 0x77; // as on Windows: the neighbour's
    assert_int_equal(*two, 0x77);
    assert_true(stops_at(read_target, two + PAGE));
    assert_page_fault(va_of(3), 0, 2);
    (void)only_finding(SYSPTE_RULE_USE_NEVER_MAPPED);
}

static void without_gaps_an_unmapped_page_faults(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.gap = false;
    boot(&config);
    PUCHAR one = map(BAR, 3 * PAGE);
    PUCHAR two = map(BAR, PAGE);
    unmap(one, 3 * PAGE);

    *two = 1;
    assert_true(stops_at(read_target, one + 2 * PAGE));
    assert_page_fault(va_of(2), 0, 0);
    assert_non_null(only_finding(SYSPTE_RULE_USE_AFTER_UNMAP).unmapped);
}

// ---- Protection

static void write_to_a_read_only_mapping_is_0xBE(void **state)
{
    (void)state;
    PUCHAR va = MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_READONLY | PAGE_NOCACHE);
    int line = __LINE__ - 1;

    assert_false(stops_at(read_target, va));
    assert_int_equal(got, 0);
    assert_true(stops_at(write_target, va + 3));

    assert_int_equal(seen.stop.code, SYSPTE_ATTEMPTED_WRITE_TO_READONLY_MEMORY);
    assert_int_equal(seen.stop.parameter[0], va_of(0) + 3);
    syspte_finding finding = only_finding(SYSPTE_RULE_WRITE_READ_ONLY);
    assert_int_equal(finding.mapped->line, line);
    assert_null(finding.unmapped);
}

static void write_to_executable_read_only_mappings_is_0xBE(void **state)
{
    static const ULONG protects[] = {PAGE_EXECUTE, PAGE_EXECUTE_READ};
    (void)state;

    for (unsigned i = 0; i < 2; i++) {
        boot(NULL);
        PVOID va = MmMapIoSpaceEx(physical(BAR), PAGE, protects[i]);
        assert_false(stops_at(read_target, va));
        assert_true(stops_at(write_target, va));
        assert_int_equal(seen.stop.code, SYSPTE_ATTEMPTED_WRITE_TO_READONLY_MEMORY);
    }
}

static void call_into_a_mapping_without_execution_is_0xFC(void **state)
{
    (void)state;
    if (!TOUCH_CAN_EXECUTE || RUNNING_ON_VALGRIND) {
        skip(); // Valgrind does not tell what the access was
    }
    assert_true(syspte_memory_write(BAR, touch_code, sizeof touch_code));
    PUCHAR va = MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_READWRITE | PAGE_NOCACHE);

    assert_int_equal(va[0], touch_code[0]);
    assert_true(stops_at(call_target, va));

    assert_stop(SYSPTE_ATTEMPTED_EXECUTE_OF_NOEXECUTE, va_of(0), 0, 0, 0);
    assert_non_null(only_finding(SYSPTE_RULE_EXECUTE_NO_EXECUTE).mapped);
}

static void call_into_an_executable_mapping_runs(void **state)
{
    (void)state;
    if (!TOUCH_CAN_EXECUTE) {
        skip();
    }
    assert_true(syspte_memory_write(BAR, touch_code, sizeof touch_code));
    PVOID va[] = {MmMapIoSpace(physical(BAR), PAGE, MmCached),
                  MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_EXECUTE_READ)};

    for (unsigned i = 0; i < 2; i++) {
        touch_returned = 0;
        __builtin___clear_cache((char *)va[i], (char *)va[i] + sizeof touch_code);
        assert_false(stops_at(call_target, va[i]));
        assert_int_equal(touch_returned, 42);
    }
}

// ---- Faults of others

#ifdef _WIN32

// These are about signals.
static void fault_elsewhere_goes_to_the_handler_from_before(void **state)
{
    (void)state;
    skip();
}

static void handler_installed_after_boot_is_covered_by_setting_the_framework(void **state)
{
    (void)state;
    skip();
}

static void machine_with_accounting_only_leaves_faults_alone(void **state)
{
    (void)state;
    skip();
}

#else

static volatile int user_faults;
static sigjmp_buf user_out;

static void on_user_fault(int signal)
{
    (void)signal;
    user_faults++;
    siglongjmp(user_out, 1);
}

static void *forbidden_page(void)
{
    void *page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    return page;
}

// Touches a page that is not the machine's; returns how often the user's handler was called.
static int touch_as_user(void *page)
{
    user_faults = 0;
    VALGRIND_DISABLE_ERROR_REPORTING;
    if (sigsetjmp(user_out, 1) == 0) {
        *(volatile unsigned char *)page = 1;
    }
    VALGRIND_ENABLE_ERROR_REPORTING;
    return user_faults;
}

static void fault_elsewhere_goes_to_the_handler_from_before(void **state)
{
    struct sigaction users, before;
    (void)state;
    memset(&users, 0, sizeof users);
    users.sa_handler = on_user_fault;
    assert_int_equal(sigaction(SIGSEGV, &users, &before), 0);
    boot(NULL);
    void *page = forbidden_page();

    assert_int_equal(touch_as_user(page), 1);
    assert_int_equal(touch_as_user(page), 1);

    assert_int_equal(seen.stops, 0);
    assert_no_findings();
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);
    assert_true(stops_at(read_target, va)); // ours are still ours
    assert_int_equal(user_faults, 1);
    (void)syspte_shutdown();
    assert_int_equal(touch_as_user(page), 1); // and the user's the user's again
    assert_int_equal(munmap(page, PAGE), 0);
    assert_int_equal(sigaction(SIGSEGV, &before, NULL), 0);
}

static void handler_installed_after_boot_is_covered_by_setting_the_framework(void **state)
{
    struct sigaction users, before;
    (void)state;
    PVOID va = map(BAR, PAGE);
    unmap(va, PAGE);
    memset(&users, 0, sizeof users);
    users.sa_handler = on_user_fault;
    assert_int_equal(sigaction(SIGSEGV, &users, &before), 0);

    (void)hook_begin(state);

    assert_true(stops_at(read_target, va));
    (void)syspte_shutdown();
    assert_int_equal(sigaction(SIGSEGV, &before, NULL), 0);
}

static void machine_with_accounting_only_leaves_faults_alone(void **state)
{
    struct sigaction now_set, at_first;
    syspte_config config = syspte_config_default();
    (void)state;
    assert_int_equal(sigaction(SIGSEGV, NULL, &at_first), 0);
    config.accounting_only = true;
    boot(&config);

    assert_int_equal(sigaction(SIGSEGV, NULL, &now_set), 0);

    assert_ptr_equal((void *)(uintptr_t)now_set.sa_handler, (void *)(uintptr_t)at_first.sa_handler);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(read_after_unmap_is_0x50_with_both_sites),
        machine_test(write_after_unmap_is_0x50),
        machine_test(call_after_unmap_is_0x50),
        machine_test(every_page_of_an_unmapped_range_faults),
        machine_test(touch_after_unmap_at_dispatch_level_is_0xD1),
        machine_test(read_and_call_at_dispatch_level_tell_the_operation),
        machine_test(touch_at_apc_level_is_still_0x50),
        hooked_test(touch_after_unmap_stops_at_every_strictness),
        hooked_test(touch_after_unmap_is_known_when_its_history_is_gone),
        machine_test(announced_touch_is_expected),
        machine_test(touch_past_the_last_page_is_0x50_with_the_mapping),
        machine_test(touch_right_before_the_first_pte_is_0x50),
        machine_test(touch_before_the_first_page_is_the_one_behind_its_neighbour),
        machine_test(touch_of_what_was_never_mapped_is_0x50),
        hooked_test(without_gaps_mappings_are_adjacent),
        hooked_test(without_gaps_an_unmapped_page_faults),
        machine_test(write_to_a_read_only_mapping_is_0xBE),
        hooked_test(write_to_executable_read_only_mappings_is_0xBE),
        machine_test(call_into_a_mapping_without_execution_is_0xFC),
        machine_test(call_into_an_executable_mapping_runs),
        hooked_test(fault_elsewhere_goes_to_the_handler_from_before),
        machine_test(handler_installed_after_boot_is_covered_by_setting_the_framework),
        hooked_test(machine_with_accounting_only_leaves_faults_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
