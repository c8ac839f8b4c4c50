// SPDX-License-Identifier: MIT
// Memory faults of the driver: which of them a body of __try sees, what it is told, and what those
// come to that no body sees or handles.
#define _GNU_SOURCE
#include "seh_words.h"

#include <sys/mman.h>

static PVOID forbidden_page(void)
{
    PVOID page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    return page;
}

// ---- Faults that become exceptions

static void null_pointer_in_a_body_is_an_access_violation(void **state)
{
    (void)state;
    target = (PUCHAR)(ULONG_PTR)0x18;

    assert_int_equal(status_of(write_target), STATUS_ACCESS_VIOLATION);

    assert_int_equal(caught.ExceptionCode, STATUS_ACCESS_VIOLATION);
    assert_int_equal(caught.NumberParameters, 2);
    if (!RUNNING_ON_VALGRIND) { // which does not always say which access it was
        assert_int_equal(caught.ExceptionInformation[0], 1);
    }
    assert_int_equal(caught.ExceptionInformation[1], 0x18);
    assert_no_findings();
}

static void exception_tells_the_code_that_faulted(void **state)
{
    ULONG_PTR code = (ULONG_PTR)read_target;
    (void)state;
    target = NEAR_NULL;

    assert_int_equal(status_of(read_target), STATUS_ACCESS_VIOLATION);

    assert_int_equal(caught.ExceptionInformation[0], 0);
    assert_in_range((ULONG_PTR)caught.ExceptionAddress, code, code + 256);
#if defined(__x86_64__)
    assert_int_equal(caught_context.ContextFlags, CONTEXT_CONTROL);
    assert_int_equal(caught_context.Rip, (ULONG_PTR)caught.ExceptionAddress);
#endif
}

static void page_behind_a_user_buffer_is_an_access_violation(void **state)
{
    (void)state;
    target = (PUCHAR)user_buffer() + PAGE;

    assert_int_equal(status_of(read_target), STATUS_ACCESS_VIOLATION);

    assert_int_equal(caught.ExceptionInformation[1], (ULONG_PTR)target);
    assert_no_findings();
}

static void freed_user_buffer_is_an_access_violation(void **state)
{
    (void)state;
    target = user_buffer();
    assert_int_equal(status_of(read_target), STATUS_SUCCESS);
    assert_true(syspte_buffer_free(target));

    assert_int_equal(status_of(read_target), STATUS_ACCESS_VIOLATION);
    assert_int_equal(status_of(write_target), STATUS_ACCESS_VIOLATION);
    assert_no_findings();
}

static void memory_of_the_program_that_cannot_be_touched_is_an_access_violation(void **state)
{
    (void)state;
    target = forbidden_page();

    for (int i = 0; i < 100; i++) {
        assert_int_equal(status_of(write_target), STATUS_ACCESS_VIOLATION);
    }
    assert_int_equal(munmap(target, PAGE), 0);
    assert_no_findings();
}

static void unmapped_user_view_is_an_access_violation(void **state)
{
    PVOID pool = ExAllocatePoolWithTag(NonPagedPool, PAGE, TAG);
    PMDL mdl = IoAllocateMdl(pool, PAGE, FALSE, FALSE, NULL);
    (void)state;
    assert_non_null(mdl);
    MmBuildMdlForNonPagedPool(mdl);
    target = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    assert_int_equal(status_of(write_target), STATUS_SUCCESS);
    MmUnmapLockedPages(target, mdl);

    assert_int_equal(status_of(read_target), STATUS_ACCESS_VIOLATION);

    IoFreeMdl(mdl);
    ExFreePoolWithTag(pool, TAG);
    assert_no_findings();
}

static void library_function_that_faults_for_the_driver_leaves_nothing_locked(void **state)
{
    volatile NTSTATUS status = STATUS_SUCCESS;
    PKEVENT event = user_buffer();
    (void)state;
    assert_false(stops(nothing));
    assert_true(syspte_buffer_free(event));

    VALGRIND_DISABLE_ERROR_REPORTING;
    SYSPTE_TRY
    {
        KeInitializeEvent(event, NotificationEvent, FALSE);
    }
    SYSPTE_EXCEPT(EVERYTHING)
    {
        status = syspte_seh_code();
    }
    VALGRIND_ENABLE_ERROR_REPORTING;

    assert_int_equal(status, STATUS_ACCESS_VIOLATION);
    unmap(map(BAR, PAGE), PAGE); // calls still come through
    assert_no_findings();
}

static void caught_fault_leaves_the_irql_as_it_was(void **state)
{
    KIRQL before;
    (void)state;
    target = NEAR_NULL;
    KeRaiseIrql(APC_LEVEL, &before);

    assert_int_equal(status_of(read_target), STATUS_ACCESS_VIOLATION);

    assert_int_equal(KeGetCurrentIrql(), APC_LEVEL);
    KeLowerIrql(before);
}

// ---- Faults that no body sees

static void try_target(void)
{
    (void)raised_by(read_target);
}

static void unmapped_system_address_passes_every_body(void **state)
{
    (void)state;
    target = map(BAR, PAGE);
    unmap(target, PAGE);

    assert_true(stops_in_a_body(try_target));

    assert_int_equal(seen.stop.code, SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA);
    (void)only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
}

static void try_write(void)
{
    (void)raised_by(write_target);
}

static void write_to_read_only_passes_every_body(void **state)
{
    (void)state;
    target = MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_READONLY | PAGE_NOCACHE);

    assert_true(stops_in_a_body(try_write));

    assert_int_equal(seen.stop.code, SYSPTE_ATTEMPTED_WRITE_TO_READONLY_MEMORY);
}

static void freed_pool_passes_every_body(void **state)
{
    (void)state;
    target = ExAllocatePoolWithTag(NonPagedPool, 2 * PAGE, TAG);
    ExFreePoolWithTag(target, TAG);

    assert_true(stops_in_a_body(try_target));

    assert_int_equal(seen.stop.code, SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA);
    (void)only_finding(SYSPTE_RULE_USE_AFTER_FREE);
}

#if defined(__x86_64__)
static void address_of_the_system_half_passes_every_body(void **state)
{
    (void)state;
    if (RUNNING_ON_VALGRIND || is_watched()) {
        skip(); // Valgrind tells an address of its own, and AddressSanitizer looks at another one
    }
    target = (PUCHAR)0xFFFFFFFFFFFFF000;

    assert_true(stops_in_a_body(try_target));

    assert_stop(SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA, 0xFFFFFFFFFFFFF000, 0, 0, 2);
    (void)only_finding(SYSPTE_RULE_USE_NEVER_MAPPED);
}

static void address_that_is_none_passes_every_body(void **state)
{
    (void)state;
    if (RUNNING_ON_VALGRIND) {
        skip(); // which tells its own idea of the address
    }
    target = (PUCHAR)0xDEAD000000000000;

    assert_true(stops_in_a_body(try_target));

    assert_stop(SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA, UINTPTR_MAX, 0, 0, 4);
}
#endif

static void user_address_at_dispatch_level_is_0xD1(void **state)
{
    KIRQL before;
    (void)state;
    target = user_buffer();
    assert_true(syspte_buffer_free(target));
    KeRaiseIrql(DISPATCH_LEVEL, &before);

    assert_true(stops_in_a_body(try_write));

    assert_int_equal(seen.stop.code, SYSPTE_DRIVER_IRQL_NOT_LESS_OR_EQUAL);
    assert_int_equal(seen.stop.parameter[1], DISPATCH_LEVEL);
    assert_int_equal(seen.stop.parameter[2], if_write(1));
    (void)only_finding(SYSPTE_RULE_USE_USER_ADDRESS);
}

static void null_pointer_at_dispatch_level_is_0xD1(void **state)
{
    KIRQL before;
    (void)state;
    target = (PUCHAR)(ULONG_PTR)8;
    KeRaiseIrql(DISPATCH_LEVEL, &before);

    assert_true(stops_in_a_body(try_target));

    assert_stop(SYSPTE_DRIVER_IRQL_NOT_LESS_OR_EQUAL, 8, DISPATCH_LEVEL, 0, 0);
    (void)only_finding(SYSPTE_RULE_USE_NULL);
}

// ---- Faults that nobody handles

static void null_pointer_without_a_body_is_0x1E(void **state)
{
    (void)state;
    target = (PUCHAR)(ULONG_PTR)0x40;

    assert_true(touch_stops(read_target));

    assert_stop(0x1E, (uint64_t)(int64_t)STATUS_ACCESS_VIOLATION, 0, 0, 0x40);
    syspte_finding finding = only_finding(SYSPTE_RULE_USE_NULL);
    assert_int_equal(finding.call->api, SYSPTE_API_ACCESS);
    assert_in_range(finding.call->return_address, (uintptr_t)read_target,
                    (uintptr_t)read_target + 256);
}

static int register_line;

static void read_register(void)
{
    register_line = __LINE__ + 1;
    got = READ_REGISTER_UCHAR(target);
}

static void null_pointer_to_a_register_is_told_with_its_line(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    target = (PUCHAR)(ULONG_PTR)0x40;
    assert_int_equal(status_of(read_register), STATUS_ACCESS_VIOLATION);

    config.accounting_only = true; // where nothing can fault
    boot(&config);
    assert_true(stops(read_register));

    assert_stop(0x1E, (uint64_t)(int64_t)STATUS_ACCESS_VIOLATION, 0, 0, 0x40);
    assert_int_equal(only_finding(SYSPTE_RULE_USE_NULL).call->line, register_line);
}

static void announced_null_pointer_is_expected(void **state)
{
    (void)state;
    target = NEAR_NULL;
    syspte_expect_bugcheck(0x1E, SYSPTE_ANY);

    assert_true(touch_stops(read_target));

    assert_true(seen.expected);
}

static void user_buffer_without_a_body_is_0x1E(void **state)
{
    (void)state;
    target = user_buffer();
    assert_true(syspte_buffer_free(target));

    assert_true(touch_stops(write_target));

    assert_int_equal(seen.stop.code, 0x1E);
    assert_int_equal(seen.stop.parameter[2], RUNNING_ON_VALGRIND ? seen.stop.parameter[2] : 1);
    assert_int_equal(seen.stop.parameter[3], only_finding(SYSPTE_RULE_USE_USER_ADDRESS).system_va);
}

static void search_that_finds_nobody_is_0x1E(void **state)
{
    (void)state;
    target = NEAR_NULL;

    assert_true(touch_stops(search_on));

    assert_int_equal(seen.stop.code, 0x1E);
    (void)only_finding(SYSPTE_RULE_USE_NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(null_pointer_in_a_body_is_an_access_violation),
        machine_test(exception_tells_the_code_that_faulted),
        machine_test(page_behind_a_user_buffer_is_an_access_violation),
        machine_test(freed_user_buffer_is_an_access_violation),
        machine_test(memory_of_the_program_that_cannot_be_touched_is_an_access_violation),
        machine_test(unmapped_user_view_is_an_access_violation),
        machine_test(library_function_that_faults_for_the_driver_leaves_nothing_locked),
        machine_test(caught_fault_leaves_the_irql_as_it_was),
        machine_test(unmapped_system_address_passes_every_body),
        machine_test(write_to_read_only_passes_every_body),
        machine_test(freed_pool_passes_every_body),
#if defined(__x86_64__)
        machine_test(address_of_the_system_half_passes_every_body),
        machine_test(address_that_is_none_passes_every_body),
#endif
        machine_test(user_address_at_dispatch_level_is_0xD1),
        machine_test(null_pointer_at_dispatch_level_is_0xD1),
        machine_test(null_pointer_without_a_body_is_0x1E),
        machine_test(null_pointer_to_a_register_is_told_with_its_line),
        machine_test(announced_null_pointer_is_expected),
        machine_test(user_buffer_without_a_body_is_0x1E),
        machine_test(search_that_finds_nobody_is_0x1E),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
