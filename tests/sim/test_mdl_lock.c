// SPDX-License-Identifier: MIT
// Locking and unlocking the pages of MDLs: flags, counts, what raises, and what is wrong. Sources:
// nf-wdm-mmprobeandlockpages, -mmunlockpages; bug checks 0xC4, 0x4E and 0x76.
#define _GNU_SOURCE
#include "mdl_words.h"

#include <sys/mman.h>

// ---- Right

static void lock_sets_its_flag_and_costs_no_pte(void **state)
{
    (void)state;
    PUCHAR buffer = paged(3 * PAGE);
    PMDL mdl = mdl_over(buffer + 0x10, 2 * PAGE);

    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);

    assert_int_equal(mdl->MdlFlags, MDL_ALLOCATED_FIXED_SIZE | MDL_PAGES_LOCKED);
    assert_null(mdl->Process);
    assert_int_equal(MmGetMdlPfnArray(mdl)[1],
                     MmGetPhysicalAddress(buffer + PAGE).QuadPart >> PAGE_SHIFT);
    assert_int_equal(ptes_taken(), 0);
    MmUnlockPages(mdl);
    assert_int_equal(mdl->MdlFlags, MDL_ALLOCATED_FIXED_SIZE);
    IoFreeMdl(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void write_operation_is_told_by_a_flag(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = mdl_over(buffer, PAGE);

    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    assert_int_equal(mdl->MdlFlags & MDL_WRITE_OPERATION, MDL_WRITE_OPERATION);
    MmUnlockPages(mdl);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    assert_int_equal(mdl->MdlFlags & MDL_WRITE_OPERATION, 0);
    MmUnlockPages(mdl);
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    assert_int_equal(mdl->MdlFlags & MDL_WRITE_OPERATION, MDL_WRITE_OPERATION);
    unlock_and_free(mdl);
    ExFreePool(buffer);
}

static void page_can_be_locked_through_many_mdls(void **state)
{
    enum { MDLS = 65 };
    PMDL mdl[MDLS];
    (void)state;
    PUCHAR buffer = pool(PAGE);
    for (unsigned i = 0; i < MDLS; i++) {
        mdl[i] = locked_over(buffer + i, 1);
    }
    for (unsigned i = 0; i < MDLS; i++) {
        unlock_and_free(mdl[i]);
    }
    ExFreePool(buffer);
    assert_no_findings();
}

static void unlock_drops_the_system_mapping(void **state)
{
    (void)state;
    PUCHAR buffer = pool(2 * PAGE);
    PMDL mdl = locked_over(buffer, 2 * PAGE);
    assert_non_null(system_address(mdl));
    assert_int_equal(ptes_taken(), 2);

    MmUnlockPages(mdl);

    assert_int_equal(ptes_taken(), 0);
    assert_int_equal(mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_PAGES_LOCKED), 0);
    IoFreeMdl(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void lock_of_host_memory_is_as_any_other(void **state)
{
    static UCHAR buffer[3 * PAGE];
    (void)state;
    PMDL mdl = mdl_over(buffer + 7, 2 * PAGE);

    MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);

    assert_int_equal(mdl->MdlFlags & MDL_PAGES_LOCKED, MDL_PAGES_LOCKED);
    assert_non_null(mdl->Process);
    unlock_and_free(mdl);
    assert_no_findings();
}

static void buffer_of_a_process_is_locked_for_it_and_seen_at_two_addresses(void **state)
{
    (void)state;
    boot_strict(SYSPTE_VERIFIER);
    PUCHAR buffer = syspte_buffer_alloc(3 * PAGE, SYSPTE_BUFFER_USER);
    PMDL mdl = mdl_over(buffer + 0x20, 2 * PAGE);

    MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
    PUCHAR mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);

    assert_non_null(mdl->Process);
    assert_ptr_not_equal(mapped, buffer + 0x20);
    mapped[0x1FFF] = 0x3C;
    assert_int_equal(buffer[0x201F], 0x3C);
    // Locked pages may be mapped as I/O space, too.
    PVOID by_io = MmMapIoSpace(physical((LONGLONG)MmGetMdlPfnArray(mdl)[1] * PAGE), PAGE, MmCached);
    assert_non_null(by_io);
    unmap(by_io, PAGE);
    unlock_and_free(mdl);
    assert_true(syspte_buffer_free(buffer));
    assert_int_equal(ptes_taken(), 0);
    assert_no_findings();
}

static void lock_over_a_mapping_of_a_device_says_io_space(void **state)
{
    (void)state;
    PUCHAR registers = map(BAR, PAGE);
    PMDL mdl = mdl_over(registers, PAGE);

    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);

    assert_int_equal(mdl->MdlFlags & MDL_IO_SPACE, MDL_IO_SPACE);
    assert_int_equal(MmGetMdlPfnArray(mdl)[0], BAR >> PAGE_SHIFT);
    (void)only_finding(SYSPTE_RULE_LOCK_NOT_MEMORY);
    MmUnlockPages(mdl);
    assert_int_equal(mdl->MdlFlags & MDL_IO_SPACE, 0);
    IoFreeMdl(mdl);
    unmap(registers, PAGE);
    assert_int_equal(syspte_report_failures(), 0);
}

static void process_and_selected_pages_are_locked_too(void **state)
{
    FILE_SEGMENT_ELEMENT segments[3];
    (void)state;
    PUCHAR buffer = pool(4 * PAGE);
    PMDL mdl = mdl_over(NULL, 3 * PAGE);
    for (unsigned i = 0; i < 3; i++) {
        segments[i].Alignment = 0;
        segments[i].Buffer = buffer + (3 - i) * PAGE;
    }

    MmProbeAndLockSelectedPages(mdl, segments, KernelMode, IoReadAccess);

    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(MmGetMdlPfnArray(mdl)[i],
                         MmGetPhysicalAddress(buffer + (3 - i) * PAGE).QuadPart >> PAGE_SHIFT);
    }
    MmUnlockPages(mdl);
    MmInitializeMdl(mdl, buffer, PAGE);
    MmProbeAndLockProcessPages(mdl, (PEPROCESS)state, KernelMode, IoReadAccess);
    assert_ptr_equal(mdl->Process, state);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

// ---- Raising

static NTSTATUS status_of_lock(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation)
{
    volatile NTSTATUS status = STATUS_SUCCESS;
    SYSPTE_TRY
    {
        MmProbeAndLockPages(mdl, mode, operation);
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        status = syspte_seh_code();
    }
    return status;
}

static void bad_addresses_raise_an_access_violation(void **state)
{
    (void)state;
    PUCHAR gone = map(BAR, PAGE);
    unmap(gone, PAGE);
    PUCHAR freed = pool(PAGE);
    ExFreePool(freed);
    PUCHAR unreadable = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const PVOID bad[] = {(PVOID)(ULONG_PTR)0x10, gone, freed, unreadable};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        PMDL mdl = mdl_over(bad[i], 16);
        MDL before = *mdl;

        assert_int_equal(status_of_lock(mdl, KernelMode, IoReadAccess), STATUS_ACCESS_VIOLATION);

        assert_memory_equal(mdl, &before, sizeof before);
        IoFreeMdl(mdl);
    }
    assert_int_equal(munmap(unreadable, PAGE), 0);
    assert_no_findings();
}

static void memory_that_ends_raises(void **state)
{
    (void)state;
    PUCHAR two = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(mprotect(two + PAGE, PAGE, PROT_NONE), 0);
    PMDL mdl = mdl_over(two + PAGE - 1, 2);

    assert_int_equal(status_of_lock(mdl, UserMode, IoReadAccess), STATUS_ACCESS_VIOLATION);

    IoFreeMdl(mdl);
    assert_int_equal(munmap(two, 2 * PAGE), 0);
}

static void read_only_memory_raises_for_a_write_only(void **state)
{
    (void)state;
    PUCHAR page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    PVOID view = MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_READONLY | PAGE_NOCACHE);
    const PVOID both[] = {page, view};
    for (unsigned i = 0; i < 2; i++) {
        PMDL mdl = mdl_over(both[i], 16);

        assert_int_equal(status_of_lock(mdl, KernelMode, IoWriteAccess), STATUS_ACCESS_VIOLATION);
        assert_int_equal(status_of_lock(mdl, KernelMode, IoReadAccess), STATUS_SUCCESS);
        unlock_and_free(mdl);
    }
    unmap(view, PAGE);
    assert_int_equal(munmap(page, PAGE), 0);
}

static void system_memory_raises_for_user_mode(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = mdl_over(buffer, PAGE);

    assert_int_equal(status_of_lock(mdl, UserMode, IoReadAccess), STATUS_ACCESS_VIOLATION);

    IoFreeMdl(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static PMDL subject;

static void act_lock(void)
{
    MmProbeAndLockPages(subject, KernelMode, IoReadAccess);
}

static void raise_that_nobody_handles_is_0x1E(void **state)
{
    (void)state;
    subject = mdl_over((PVOID)(ULONG_PTR)0x10, 16);

    assert_true(stops(act_lock));

    assert_int_equal(seen.stop.code, 0x1E);
    assert_int_equal((NTSTATUS)seen.stop.parameter[0], STATUS_ACCESS_VIOLATION);
    assert_int_equal(finding_of(SYSPTE_RULE_UNHANDLED_EXCEPTION).call->api,
                     SYSPTE_API_MM_PROBE_AND_LOCK_PAGES);
}

// ---- Frames of exceptions

static void raise_goes_to_the_innermost_body_and_outwards(void **state)
{
    volatile unsigned steps = 0;
    (void)state;
    SYSPTE_TRY
    {
        SYSPTE_TRY
        {
            ExRaiseStatus(STATUS_NO_MEMORY);
        }
        SYSPTE_EXCEPT(EXCEPTION_CONTINUE_SEARCH)
        {
            steps += 100; // its filter went on searching
        }
        steps += 100;
    }
    SYSPTE_EXCEPT(syspte_seh_code() == STATUS_NO_MEMORY)
    {
        steps++;
    }
    assert_int_equal(steps, 1);
}

static int leave_by_return(void)
{
    SYSPTE_TRY
    {
        return 1;
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        return 2;
    }
    return 3;
}

static void body_left_by_return_catches_nothing_any_more(void **state)
{
    volatile NTSTATUS caught = 0;
    (void)state;
    SYSPTE_TRY
    {
        assert_int_equal(leave_by_return(), 1);
        ExRaiseAccessViolation();
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        caught = syspte_seh_code();
    }
    assert_int_equal(caught, STATUS_ACCESS_VIOLATION);
}

static void act_raise(void)
{
    SYSPTE_TRY
    {
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
    }
    ExRaiseStatus(STATUS_NO_MEMORY);
}

static void raise_behind_a_body_that_ended_is_0x1E(void **state)
{
    (void)state;
    assert_true(stops(act_raise));
    assert_int_equal(seen.stop.code, 0x1E);
}

// ---- Wrong

static void act_lock_twice(void)
{
    MmProbeAndLockPages(subject, KernelMode, IoReadAccess);
    MmProbeAndLockPages(subject, KernelMode, IoReadAccess);
}

static void act_unlock(void)
{
    MmUnlockPages(subject);
}

static void act_unlock_twice(void)
{
    MmUnlockPages(subject);
    MmUnlockPages(subject);
}

static void act_lock_above_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
    MmProbeAndLockPages(subject, KernelMode, IoReadAccess);
}

static void act_lock_process_above_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
    MmProbeAndLockProcessPages(subject, NULL, KernelMode, IoReadAccess);
}

static void act_lock_selected_above_dispatch(void)
{
    FILE_SEGMENT_ELEMENT segment = {.Alignment = 0};
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
    MmProbeAndLockSelectedPages(subject, &segment, KernelMode, IoReadAccess);
}

static void act_unlock_above_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
    MmUnlockPages(subject);
}

static PMDL make_plain(void)
{
    return mdl_over(pool(2 * PAGE), 2 * PAGE);
}

static PMDL make_locked(void)
{
    return locked_over(pool(2 * PAGE), 2 * PAGE);
}

static PMDL make_built(void)
{
    PMDL mdl = make_plain();
    MmBuildMdlForNonPagedPool(mdl);
    return mdl;
}

static PMDL make_partial(void)
{
    PMDL source = make_locked();
    PMDL part = mdl_over(MmGetMdlVirtualAddress(source), PAGE);
    IoBuildPartialMdl(source, part, MmGetMdlVirtualAddress(source), PAGE);
    return part;
}

static PMDL make_over_a_device(void)
{
    return mdl_over(map(BAR, PAGE), PAGE);
}

enum { ANY = -1 };

// Each on a machine of its own at VERIFIER; p3 and p4 as far as they are the same in each run.
static const struct {
    PMDL (*make)(void);
    void (*act)(void);
    uint64_t p1;
    int64_t p2; // ANY: the MDL's address
    int64_t p3;
    int64_t p4;
    syspte_rule_id rule;
} rows[] = {
    {make_plain, act_lock_twice, 0xB0, ANY, MDL_ALLOCATED_FIXED_SIZE | MDL_PAGES_LOCKED,
     MDL_PAGES_LOCKED, SYSPTE_RULE_LOCK_WRONG_MDL},
    {make_built, act_lock, 0xB0, ANY, MDL_ALLOCATED_FIXED_SIZE | MDL_SOURCE_IS_NONPAGED_POOL,
     MDL_SOURCE_IS_NONPAGED_POOL, SYSPTE_RULE_LOCK_WRONG_MDL},
    {make_over_a_device, act_lock, 0x6F, ANY, BAR >> PAGE_SHIFT, ANY, SYSPTE_RULE_LOCK_NOT_MEMORY},
    {make_plain, act_lock_above_dispatch, 0x70, DISPATCH_LEVEL + 1, ANY, KernelMode,
     SYSPTE_RULE_MDL_IRQL},
    {make_plain, act_lock_process_above_dispatch, 0x71, DISPATCH_LEVEL + 1, ANY, ANY,
     SYSPTE_RULE_MDL_IRQL},
    {make_plain, act_lock_selected_above_dispatch, 0x72, DISPATCH_LEVEL + 1, ANY, ANY,
     SYSPTE_RULE_MDL_IRQL},
    {make_locked, act_unlock_above_dispatch, 0x78, DISPATCH_LEVEL + 1, ANY, 0,
     SYSPTE_RULE_MDL_IRQL},
    {make_plain, act_unlock, 0x7C, ANY, MDL_ALLOCATED_FIXED_SIZE, 0, SYSPTE_RULE_UNLOCK_NOT_LOCKED},
    {make_locked, act_unlock_twice, 0x7C, ANY, ANY, 0, SYSPTE_RULE_UNLOCK_NOT_LOCKED},
    {make_built, act_unlock, 0x7D, ANY, MDL_ALLOCATED_FIXED_SIZE | MDL_SOURCE_IS_NONPAGED_POOL, 0,
     SYSPTE_RULE_UNLOCK_POOL_MDL},
    {make_partial, act_unlock, 0xB4, ANY, MDL_ALLOCATED_FIXED_SIZE | MDL_PARTIAL, MDL_PARTIAL,
     SYSPTE_RULE_UNLOCK_PARTIAL_MDL},
};

static void each_misuse_is_its_0xC4_at_VERIFIER(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        boot_strict(SYSPTE_VERIFIER);
        subject = rows[i].make();

        assert_true(stops(rows[i].act));

        const uint64_t *p = seen.stop.parameter;
        assert_stop(0xC4, rows[i].p1, rows[i].p2 == ANY ? p[1] : (uint64_t)rows[i].p2,
                    rows[i].p3 == ANY ? p[2] : (uint64_t)rows[i].p3,
                    rows[i].p4 == ANY ? p[3] : (uint64_t)rows[i].p4);
        assert_int_not_equal(p[1], 0);
        assert_true(finding_of(rows[i].rule).stopped);
    }
}

static void below_VERIFIER_each_misuse_is_recorded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        boot_strict(SYSPTE_FREE);
        subject = rows[i].make();
        bool too_often = rows[i].rule == SYSPTE_RULE_UNLOCK_NOT_LOCKED;

        if (rows[i].act != act_lock_selected_above_dispatch) { // its segment is no address
            assert_int_equal(stops(rows[i].act), too_often);
            (void)finding_of(rows[i].rule);
        }
    }
}

static void locking_pageable_memory_at_dispatch_level_is_a_finding(void **state)
{
    KIRQL before;
    (void)state;
    PMDL resident = mdl_over(pool(PAGE), PAGE);
    PMDL pageable = mdl_over(paged(PAGE), PAGE);
    KeRaiseIrql(DISPATCH_LEVEL, &before);

    MmProbeAndLockPages(resident, KernelMode, IoReadAccess);
    assert_no_findings();
    MmProbeAndLockPages(pageable, KernelMode, IoReadAccess);

    (void)only_finding(SYSPTE_RULE_MDL_IRQL);
    KeLowerIrql(before);
}

static void unlocking_too_often_is_0x4E_7_without_the_verifier(void **state)
{
    (void)state;
    subject = make_locked();
    uint64_t frame = MmGetMdlPfnArray(subject)[0];

    assert_true(stops(act_unlock_twice));

    assert_stop(0x4E, 7, frame, 0, 0);
}

static void unlocking_twice_names_the_lock_and_the_first_unlock(void **state)
{
    (void)state;
    for (unsigned strict = SYSPTE_FREE; strict <= SYSPTE_VERIFIER; strict++) {
        boot_strict((syspte_strictness)strict);
        subject = mdl_over(pool(PAGE), PAGE);
        unsigned line = __LINE__ + 1;
        MmProbeAndLockPages(subject, KernelMode, IoReadAccess);
        MmUnlockPages(subject);

        assert_true(stops(act_unlock));

        syspte_finding finding = finding_of(SYSPTE_RULE_UNLOCK_NOT_LOCKED);
        assert_int_equal(finding.mapped->line, line);
        assert_int_equal(finding.unmapped->line, line + 1);
        assert_non_null(strstr(report_text(), "    unlocked before at "));
    }
}

static void unlocking_a_users_pages_too_often_is_0x76_1(void **state)
{
    static UCHAR buffer[PAGE];
    (void)state;
    subject = mdl_over(buffer, PAGE);
    MmProbeAndLockPages(subject, UserMode, IoReadAccess);

    assert_true(stops(act_unlock_twice));

    assert_int_equal(seen.stop.code, 0x76);
    assert_int_equal(seen.stop.parameter[0], 1);
}

static void unlocking_what_another_mdl_locked_takes_its_lock(void **state)
{
    (void)state;
    boot_strict(SYSPTE_FREE);
    PUCHAR buffer = pool(PAGE);
    PMDL first = locked_over(buffer, PAGE);
    PMDL second = locked_over(buffer, PAGE);
    MmUnlockPages(first);

    MmUnlockPages(first);

    (void)only_finding(SYSPTE_RULE_UNLOCK_NOT_LOCKED);
    IoFreeMdl(first);
    unlock_and_free(second);
    ExFreePool(buffer);
}

static void lock_never_undone_is_a_leak(void **state)
{
    (void)state;
    PUCHAR buffer = pool(3 * PAGE);
    PMDL mdl = locked_over(buffer, 3 * PAGE);
    (void)mdl;

    (void)syspte_shutdown();
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 3); // and MDL, and buffer
    bool found = false;
    syspte_finding finding;
    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        found |= finding.call->kind == SYSPTE_KIND_LOCK && finding.held_pages == 3;
    }
    assert_true(found);
    assert_non_null(
        strstr(report_text(), "STOP 0x00000076 PROCESS_HAS_LOCKED_PAGES, or 0x000000CB"));
}

static void lock_of_an_mdl_made_anew_stays(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    MmInitializeMdl(mdl, buffer, PAGE);

    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);

    (void)syspte_shutdown();
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 2); // and the buffer
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(lock_sets_its_flag_and_costs_no_pte),
        machine_test(write_operation_is_told_by_a_flag),
        machine_test(page_can_be_locked_through_many_mdls),
        machine_test(unlock_drops_the_system_mapping),
        machine_test(lock_of_host_memory_is_as_any_other),
        hooked_test(buffer_of_a_process_is_locked_for_it_and_seen_at_two_addresses),
        machine_test(lock_over_a_mapping_of_a_device_says_io_space),
        machine_test(process_and_selected_pages_are_locked_too),
        machine_test(bad_addresses_raise_an_access_violation),
        machine_test(memory_that_ends_raises),
        machine_test(read_only_memory_raises_for_a_write_only),
        machine_test(system_memory_raises_for_user_mode),
        machine_test(raise_that_nobody_handles_is_0x1E),
        machine_test(raise_goes_to_the_innermost_body_and_outwards),
        machine_test(body_left_by_return_catches_nothing_any_more),
        machine_test(raise_behind_a_body_that_ended_is_0x1E),
        hooked_test(each_misuse_is_its_0xC4_at_VERIFIER),
        hooked_test(below_VERIFIER_each_misuse_is_recorded),
        machine_test(locking_pageable_memory_at_dispatch_level_is_a_finding),
        machine_test(unlocking_too_often_is_0x4E_7_without_the_verifier),
        hooked_test(unlocking_twice_names_the_lock_and_the_first_unlock),
        machine_test(unlocking_a_users_pages_too_often_is_0x76_1),
        hooked_test(unlocking_what_another_mdl_locked_takes_its_lock),
        machine_test(lock_never_undone_is_a_leak),
        machine_test(lock_of_an_mdl_made_anew_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
