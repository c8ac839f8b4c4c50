// SPDX-License-Identifier: MIT
// Fault plans: which calls they make fail, and what is said of a plan that never fires, fires
// elsewhere, contradicts itself or is set twice. What each function answers: test_fault_family.c.
#include "harness.h"

#include <stdio.h>

enum { TAG = 0x74736554, OTHER_TAG = 0x6D615465 };

static void set(const syspte_fault_plan *plan)
{
    assert_true(syspte_fault_set(plan));
}

#define SET(...) set(&(syspte_fault_plan){__VA_ARGS__})

// A page that stays mapped until the machine ends; true if there was one.
static bool maps(void)
{
    return map(BAR, PAGE) != NULL;
}

static void assert_fired(uint64_t count)
{
    assert_int_equal(syspte_fault_fired(), count);
}

// ---- Which call

static void the_nth_call_alone_fails(void **state)
{
    (void)state;
    SET(.nth = 3);

    assert_true(maps());
    assert_true(maps());
    assert_false(maps());
    assert_true(maps());

    assert_fired(1);
    assert_int_equal(syspte_counters_now().live_mappings, 3);
}

static void the_nth_call_and_all_later_ones_fail(void **state)
{
    (void)state;
    SET(.nth = 2, .all_later = true);

    assert_true(maps());
    assert_false(maps());
    assert_false(maps());
    assert_false(maps());

    assert_fired(3);
}

static void an_empty_plan_makes_every_call_fail(void **state)
{
    (void)state;
    SET(0);

    assert_false(maps());
    assert_null(ExAllocatePoolWithTag(NonPagedPool, 16, TAG));

    assert_fired(2);
}

static void calls_before_the_plan_and_after_it_do_not_fail(void **state)
{
    (void)state;
    assert_true(maps());
    assert_true(maps());
    SET(.nth = 1);
    assert_false(maps());
    syspte_fault_clear();

    assert_true(maps());

    assert_fired(1);
    assert_int_equal(syspte_fault_counts_now().calls, 1);
}

static void mappings_that_the_short_way_made_are_ended_under_a_plan(void **state)
{
    void *pages[100];
    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        pages[i] = map(BAR, PAGE);
    }
    SET(.nth = 1);
    assert_false(maps());

    for (unsigned i = 0; i < 100; i++) {
        unmap(pages[i], PAGE);
    }

    assert_int_equal(syspte_counters_now().live_mappings, 0);
    syspte_fault_clear();
    assert_true(maps());
}

static void a_plan_counts_only_its_api(void **state)
{
    (void)state;
    SET(.at = {.api = SYSPTE_API_EX_ALLOCATE_POOL_WITH_TAG}, .nth = 1);

    assert_true(maps());
    assert_null(ExAllocatePoolWithTag(NonPagedPool, 16, TAG));
    assert_true(maps());

    syspte_failure failure;
    assert_true(syspte_fault_at(0, &failure));
    assert_int_equal(failure.ordinal, 1);
    assert_int_equal(failure.bytes, 16);
    assert_int_equal(failure.call->api, SYSPTE_API_EX_ALLOCATE_POOL_WITH_TAG);
    assert_string_equal(failure.call->function, __func__);
    assert_int_equal(syspte_fault_counts_now().counted, 1);
    assert_int_equal(syspte_fault_counts_now().calls, 3);
    assert_false(syspte_fault_at(1, &failure));
}

static bool maps_in_another_function(void)
{
    return map(BAR, PAGE) != NULL;
}

static void a_plan_counts_only_its_function(void **state)
{
    (void)state;
    SET(.at = {.function = "maps_in_another_function"});

    assert_true(maps());
    assert_false(maps_in_another_function());
}

static void a_plan_counts_only_its_file_by_whole_names(void **state)
{
    (void)state;
    SET(.at = {.file = "fault_plan.c"}, .may_rest = true);
    assert_true(maps());
    syspte_fault_clear();

    SET(.at = {.file = "test_fault_plan.c"});
    assert_false(maps());
    syspte_fault_clear();

    SET(.at = {.file = "sim/test_fault_plan.c"});
    assert_false(maps());
}

static void a_plan_counts_only_its_line(void **state)
{
    (void)state;
    SET(.at = {.line = __LINE__ + 2});

    assert_null(map(BAR, PAGE));
    assert_non_null(map(BAR, PAGE));
}

static void the_write_combined_map_fails_and_the_noncached_one_does_not(void **state)
{
    (void)state;
    SET(.caches = 1u << SYSPTE_CACHE_WRITE_COMBINED);

    assert_null(MmMapIoSpace(physical(BAR), PAGE, MmWriteCombined));
    assert_non_null(MmMapIoSpace(physical(BAR), PAGE, MmNonCached));
    assert_non_null(ExAllocatePoolWithTag(NonPagedPool, 16, TAG));

    assert_fired(1);
}

static void a_plan_counts_only_calls_for_enough_bytes(void **state)
{
    (void)state;
    SET(.bytes_least = 2 * PAGE);

    assert_non_null(map(BAR, 2 * PAGE - 1));
    assert_null(map(BAR, 2 * PAGE));
}

static void a_plan_counts_only_its_tag(void **state)
{
    (void)state;
    SET(.tag = OTHER_TAG);

    assert_non_null(ExAllocatePoolWithTag(NonPagedPool, 16, TAG));
    assert_null(ExAllocatePoolWithTag(NonPagedPool, 16, OTHER_TAG));
    assert_non_null(MmAllocateMappingAddress(PAGE, TAG));
    assert_null(MmAllocateMappingAddress(PAGE, OTHER_TAG));
}

static unsigned fired_by_chance(uint64_t seed, char pattern[201])
{
    unsigned failed = 0;
    boot(NULL);
    SET(.per_10000 = 2500, .seed = seed);
    for (unsigned i = 0; i < 200; i++) {
        pattern[i] = maps() ? '.' : 'x';
        failed += pattern[i] == 'x';
    }
    pattern[200] = 0;
    return failed;
}

static void chance_follows_its_seed(void **state)
{
    char one[201];
    char again[201];
    char other[201];
    (void)state;

    unsigned failed = fired_by_chance(1, one);
    (void)fired_by_chance(1, again);
    (void)fired_by_chance(2, other);

    assert_in_range(failed, 25, 75);
    assert_string_equal(one, again);
    // The same with every compiler, on every host.
    assert_memory_equal(one, "x.xx.x.x....x....xx.x.......x...x..........x........x.......", 60);
    assert_string_not_equal(one, other);
}

static void paused_calls_neither_fail_nor_count(void **state)
{
    (void)state;
    SET(.nth = 1);

    syspte_fault_pause();
    syspte_fault_pause();
    assert_true(maps());
    syspte_fault_resume();
    assert_true(maps());
    syspte_fault_resume();
    assert_false(maps());

    assert_int_equal(syspte_fault_counts_now().calls, 1);
}

// ---- Shortage

static void a_shortage_leaves_so_many_ptes(void **state)
{
    (void)state;
    SET(.shortage = true, .leave_ptes = 10);

    void *eight = map(BAR, 8 * PAGE);
    assert_non_null(eight);
    assert_null(map(BAR, 3 * PAGE));
    assert_non_null(map(BAR, 2 * PAGE));
    assert_null(map(BAR, PAGE));
    assert_non_null(ExAllocatePoolWithTag(NonPagedPool, 16, TAG));
    unmap(eight, 8 * PAGE);
    assert_non_null(map(BAR, 8 * PAGE));

    assert_fired(2);
}

static void a_shortage_can_leave_nothing(void **state)
{
    (void)state;
    SET(.shortage = true);

    assert_false(maps());
}

static PMDL locked_mdl(void *buffer, uint64_t bytes)
{
    PMDL mdl = IoAllocateMdl(buffer, (ULONG)bytes, FALSE, FALSE, NULL);
    assert_non_null(mdl);
    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    return mdl;
}

static void low_priority_runs_short_before_normal_and_high(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.priority_low_ptes = 8;
    config.priority_normal_ptes = 4;
    boot(&config);
    PMDL mdl = locked_mdl(syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_PAGEABLE), PAGE);
    SET(.shortage = true, .leave_ptes = 6);

    assert_null(MmGetSystemAddressForMdlSafe(mdl, LowPagePriority));
    assert_non_null(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority));
    MmUnmapLockedPages(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), mdl);
    assert_non_null(map(BAR, 4 * PAGE));
    assert_null(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority));
    assert_non_null(MmGetSystemAddressForMdlSafe(mdl, HighPagePriority));

    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    assert_null(map(BAR, 3 * PAGE)); // fires
}

// ---- Scopes

static void a_plan_of_a_scope_ends_with_it(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("short");
    SET(.scope = scope, .nth = 2, .all_later = true);
    void *page = map(BAR, PAGE);
    assert_false(maps());
    unmap(page, PAGE);
    syspte_scope_leave(scope);

    assert_true(maps());
    assert_fired(1);
}

static void a_plan_of_an_owner_counts_only_its_calls(void **state)
{
    static int owner;
    (void)state;
    syspte_scope scope = syspte_scope_enter_owned("device", &owner);
    SET(.scope = scope, .nth = 1);

    assert_true(maps());
    const void *before = syspte_owner_set(&owner);
    assert_false(maps());
    syspte_owner_set(before);
    assert_true(maps());

    syspte_scope_leave(scope);
}

static void the_machine_and_a_scope_can_have_a_plan_each(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("short");
    SET(.nth = 3);
    SET(.scope = scope, .nth = 1);

    assert_false(maps());
    void *page = map(BAR, PAGE);
    assert_non_null(page);
    assert_false(maps());

    unmap(page, PAGE);
    syspte_scope_leave(scope);
    assert_fired(2);
}

// ---- What calls answer

static NTSTATUS raised_by(void (*act)(void))
{
    NTSTATUS status = STATUS_SUCCESS;
    SYSPTE_TRY
    {
        act();
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        status = syspte_seh_code();
    }
    return status;
}

static void allocate_or_raise(void)
{
    (void)ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 16, TAG);
}

static void allocate_with_quota(void)
{
    (void)ExAllocatePoolWithQuotaTag(NonPagedPool, 16, TAG);
}

static void pool_that_raises_on_failure_raises(void **state)
{
    (void)state;
    SET(0);

    assert_int_equal(raised_by(allocate_or_raise), STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(raised_by(allocate_with_quota), STATUS_INSUFFICIENT_RESOURCES);
}

static PMDL the_mdl;

static void lock_it(void)
{
    MmProbeAndLockPages(the_mdl, KernelMode, IoWriteAccess);
}

static void locking_pages_fails_only_where_it_is_asked_for(void **state)
{
    (void)state;
    the_mdl =
        IoAllocateMdl(syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_PAGEABLE), PAGE, FALSE, FALSE, NULL);
    SET(.may_rest = true);
    assert_int_equal(raised_by(lock_it), STATUS_SUCCESS);
    MmUnlockPages(the_mdl);
    syspte_fault_clear();

    SET(.locks = true);
    assert_int_equal(raised_by(lock_it), STATUS_INSUFFICIENT_RESOURCES);
    syspte_fault_clear();

    SET(.at = {.api = SYSPTE_API_MM_PROBE_AND_LOCK_PAGES});
    assert_int_equal(raised_by(lock_it), STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(the_mdl->MdlFlags & MDL_PAGES_LOCKED, 0);
    IoFreeMdl(the_mdl);
}

static void map_in_user_mode(void)
{
    (void)MmMapLockedPagesSpecifyCache(the_mdl, UserMode, MmCached, NULL, FALSE,
                                       NormalPagePriority);
}

static void map_or_stop(void)
{
    (void)MmMapLockedPagesSpecifyCache(the_mdl, KernelMode, MmCached, NULL, TRUE,
                                       NormalPagePriority);
}

static void an_mdls_map_answers_null_raises_or_stops(void **state)
{
    (void)state;
    the_mdl = locked_mdl(syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_PAGEABLE), PAGE);
    SET(0);

    assert_null(MmGetSystemAddressForMdlSafe(the_mdl, NormalPagePriority));
    assert_null(MmMapLockedPagesSpecifyCache(the_mdl, KernelMode, MmCached, NULL, FALSE,
                                             NormalPagePriority));
    assert_int_equal(raised_by(map_in_user_mode), STATUS_INSUFFICIENT_RESOURCES);
    assert_true(stops(map_or_stop));
    assert_int_equal(seen.stop.code, SYSPTE_DRIVER_USED_EXCESSIVE_PTES);
}

static void an_mdl_that_is_mapped_already_does_not_fail(void **state)
{
    (void)state;
    PMDL mdl = locked_mdl(syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_PAGEABLE), PAGE);
    PVOID mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    SET(.may_rest = true);

    assert_ptr_equal(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), mapped);

    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    assert_fired(0);
}

static void a_reserved_mapping_makes_progress_under_a_shortage(void **state)
{
    (void)state;
    PMDL mdl = locked_mdl(syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_PAGEABLE), PAGE);
    PVOID reserved = MmAllocateMappingAddress(PAGE, TAG);
    SET(.may_rest = true);

    PVOID mapped = MmMapLockedPagesWithReservedMapping(reserved, TAG, mdl, MmCached);

    assert_non_null(mapped);
    MmUnmapReservedMapping(reserved, TAG, mdl);
    MmFreeMappingAddress(reserved, TAG);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    assert_fired(0);
}

static void a_call_that_is_wrong_is_not_counted(void **state)
{
    (void)state;
    SET(.nth = 1);

    assert_null(map(BAR, 0));
    assert_int_equal(syspte_fault_counts_now().calls, 0);

    assert_false(maps());
    (void)finding_of(SYSPTE_RULE_MAP_ZERO);
}

// ---- What is said

static void a_planned_failure_is_a_note_with_its_ordinal(void **state)
{
    (void)state;
    SET(.nth = 2);
    void *page = map(BAR, PAGE);
    assert_false(maps());
    unmap(page, PAGE);

    syspte_finding finding = only_finding(SYSPTE_RULE_FAULT_INJECTED);

    assert_int_equal(finding.severity, SYSPTE_NOTE);
    assert_string_equal(finding.text, "call 2");
    assert_string_equal(finding.call->function, "maps");
    assert_int_equal(finding.pte_count, 1);
    assert_int_equal(syspte_report_failures(), 0);
    assert_non_null(
        strstr(report_text(), "note: MmMapIoSpace in maps fails as the fault plan says: call 2\n"));
}

static void later_failures_of_a_site_are_one_note(void **state)
{
    (void)state;
    for (unsigned nth = 0; nth <= 1; nth++) { // 0: every call fails
        boot(NULL);
        SET(.nth = nth, .all_later = nth != 0);
        for (unsigned i = 0; i < 5; i++) {
            assert_false(maps());
        }

        assert_int_equal(syspte_finding_count(), 2);
        assert_non_null(strstr(report_text(), "plan says: a later call, 4 times\n"));
    }
}

static void failures_by_chance_are_told_by_their_ordinals_up_to_a_number(void **state)
{
    unsigned singles = 0;
    syspte_finding finding;
    (void)state;
    SET(.per_10000 = 10000);
    for (unsigned i = 0; i < 300; i++) {
        assert_false(maps());
    }

    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        singles += finding.count == 1;
        if (finding.count != 1) {
            assert_string_equal(finding.text, "one of many calls");
            assert_int_equal(finding.count + singles, 300);
        }
    }
    assert_in_range(singles, 16, 200);
}

static void a_plan_that_never_fires_is_a_finding(void **state)
{
    (void)state;
    SET(.at = {.function = "maps"}, .nth = 3);
    assert_non_null(map(BAR, PAGE));
    assert_true(maps());
    syspte_fault_clear();

    syspte_finding finding = only_finding(SYSPTE_RULE_FAULT_UNUSED);

    assert_string_equal(finding.text, "1 call counted, 2 could have failed");
    assert_int_equal(syspte_report_failures(), 1);
}

static void the_machines_end_tells_of_a_plan_that_never_fired(void **state)
{
    (void)state;
    SET(.nth = 1);
    syspte_shutdown();

    (void)only_finding(SYSPTE_RULE_FAULT_UNUSED);
}

static void the_scopes_end_tells_of_a_plan_that_never_fired(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("short");
    SET(.scope = scope);
    syspte_scope_leave(scope);

    assert_string_equal(only_finding(SYSPTE_RULE_FAULT_UNUSED).scope, "short");
}

static void a_plan_that_may_rest_is_not_told_of(void **state)
{
    (void)state;
    SET(.nth = 1, .may_rest = true);
    syspte_fault_clear();

    assert_no_findings();
}

static void a_plan_that_fires_elsewhere_is_a_finding(void **state)
{
    (void)state;
    SET(.nth = 1, .expect = {.api = SYSPTE_API_IO_ALLOCATE_MDL, .function = "start", .line = 7});
    assert_false(maps());

    syspte_finding finding = finding_of(SYSPTE_RULE_FAULT_ELSEWHERE);

    assert_string_equal(finding.call->function, "maps");
    assert_string_equal(finding.text, "IoAllocateMdl in start at line 7");
}

static void a_plan_that_fires_where_it_is_expected_is_none(void **state)
{
    (void)state;
    SET(.nth = 1, .expect = {.api = SYSPTE_API_MM_MAP_IO_SPACE, .file = "test_fault_plan.c"});
    assert_false(maps());

    (void)only_finding(SYSPTE_RULE_FAULT_INJECTED);
}

static void a_driver_that_never_gives_up_is_a_finding(void **state)
{
    unsigned tries = 1;
    (void)state;
    SET(.nth = 1, .all_later = true);

    while (!maps()) {
        tries++;
    }

    assert_int_equal(tries, 100001);
    assert_string_equal(finding_of(SYSPTE_RULE_FAULT_ENDLESS).call->function, "maps");
}

// ---- Misuse

static void a_second_plan_is_refused(void **state)
{
    (void)state;
    SET(.nth = 1);

    assert_false(syspte_fault_set(&(syspte_fault_plan){.nth = 2}));

    assert_complaint("a plan is set already: end it first with syspte_fault_clear");
    assert_false(maps());
    assert_true(maps());
}

static void a_scopes_second_plan_is_refused(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("short");
    SET(.scope = scope, .may_rest = true);

    assert_false(syspte_fault_set(&(syspte_fault_plan){.scope = scope}));
    assert_complaint("this scope has a plan already");
    syspte_scope_leave(scope);
    assert_false(syspte_fault_set(&(syspte_fault_plan){.scope = scope}));
    assert_complaint("the plan's scope is not open");
}

static void a_ninth_plan_is_refused(void **state)
{
    syspte_scope scopes[9];
    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        scopes[i] = syspte_scope_enter("one of nine");
        bool is_set = syspte_fault_set(&(syspte_fault_plan){.scope = scopes[i], .may_rest = true});
        assert_int_equal(is_set, i < 8);
    }

    assert_complaint("8 plans are set already");
    syspte_scope_leave(scopes[0]);
    finding_of(SYSPTE_RULE_SCOPE); // those inside were closed with it
}

static void plans_that_contradict_themselves_are_refused(void **state)
{
    static const struct {
        syspte_fault_plan plan;
        const char *words;
    } wrong[] = {
        {{.all_later = true}, "all_later needs nth"},
        {{.leave_ptes = 1}, "leave_ptes needs shortage"},
        {{.caches = 8}, "of three cache types"},
        {{.per_10000 = 10001}, "per_10000 is more than 10,000"},
        {{.known = ""}, "known needs once_per_stack"},
        {{.stack_frames = 33}, "stack_frames is more than 32"},
        {{.at = {.api = SYSPTE_API_COUNT}}, "there is no such api"},
        {{.expect = {.api = SYSPTE_API_COUNT}}, "there is no such api"},
    };
    (void)state;

    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(syspte_fault_set(&wrong[i].plan));
        assert_complaint(wrong[i].words);
    }

    assert_true(maps());
}

static void a_plan_needs_a_machine(void **state)
{
    (void)state;

    assert_false(syspte_fault_set(&(syspte_fault_plan){.nth = 1}));

    assert_complaint("needs a machine");
    assert_fired(0);
    syspte_fault_clear();
}

static void a_resume_without_a_pause_is_refused(void **state)
{
    (void)state;

    syspte_fault_resume();

    assert_complaint("this thread has not called syspte_fault_pause");
}

// ---- The next machine

static void a_new_machine_has_no_plan(void **state)
{
    (void)state;
    SET(.nth = 1);
    assert_false(maps());
    boot(NULL);

    assert_true(maps());

    assert_fired(0);
    assert_int_equal(syspte_fault_counts_now().calls, 0);
}

static void the_fast_order_asks_as_well(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.order = SYSPTE_ORDER_FAST;
    config.accounting_only = true;
    boot(&config);
    for (unsigned i = 0; i < 10; i++) {
        void *page = map(BAR, PAGE);
        assert_non_null(page);
        unmap(page, PAGE);
    }
    SET(.nth = 2);

    assert_true(maps());
    assert_false(maps());
    syspte_fault_clear();
    for (unsigned i = 0; i < 10; i++) {
        assert_true(maps());
    }

    assert_fired(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(the_nth_call_alone_fails),
        machine_test(the_nth_call_and_all_later_ones_fail),
        machine_test(an_empty_plan_makes_every_call_fail),
        machine_test(calls_before_the_plan_and_after_it_do_not_fail),
        machine_test(mappings_that_the_short_way_made_are_ended_under_a_plan),
        machine_test(a_plan_counts_only_its_api),
        machine_test(a_plan_counts_only_its_function),
        machine_test(a_plan_counts_only_its_file_by_whole_names),
        machine_test(a_plan_counts_only_its_line),
        machine_test(the_write_combined_map_fails_and_the_noncached_one_does_not),
        machine_test(a_plan_counts_only_calls_for_enough_bytes),
        machine_test(a_plan_counts_only_its_tag),
        machine_test(chance_follows_its_seed),
        machine_test(paused_calls_neither_fail_nor_count),
        machine_test(a_shortage_leaves_so_many_ptes),
        machine_test(a_shortage_can_leave_nothing),
        machine_test(low_priority_runs_short_before_normal_and_high),
        machine_test(a_plan_of_a_scope_ends_with_it),
        machine_test(a_plan_of_an_owner_counts_only_its_calls),
        machine_test(the_machine_and_a_scope_can_have_a_plan_each),
        machine_test(pool_that_raises_on_failure_raises),
        machine_test(locking_pages_fails_only_where_it_is_asked_for),
        machine_test(an_mdls_map_answers_null_raises_or_stops),
        machine_test(an_mdl_that_is_mapped_already_does_not_fail),
        machine_test(a_reserved_mapping_makes_progress_under_a_shortage),
        machine_test(a_call_that_is_wrong_is_not_counted),
        machine_test(a_planned_failure_is_a_note_with_its_ordinal),
        machine_test(later_failures_of_a_site_are_one_note),
        machine_test(failures_by_chance_are_told_by_their_ordinals_up_to_a_number),
        machine_test(a_plan_that_never_fires_is_a_finding),
        machine_test(the_machines_end_tells_of_a_plan_that_never_fired),
        machine_test(the_scopes_end_tells_of_a_plan_that_never_fired),
        machine_test(a_plan_that_may_rest_is_not_told_of),
        machine_test(a_plan_that_fires_elsewhere_is_a_finding),
        machine_test(a_plan_that_fires_where_it_is_expected_is_none),
        machine_test(a_driver_that_never_gives_up_is_a_finding),
        machine_test(a_second_plan_is_refused),
        machine_test(a_scopes_second_plan_is_refused),
        machine_test(a_ninth_plan_is_refused),
        machine_test(plans_that_contradict_themselves_are_refused),
        hooked_test(a_plan_needs_a_machine),
        machine_test(a_resume_without_a_pause_is_refused),
        machine_test(a_new_machine_has_no_plan),
        machine_test(the_fast_order_asks_as_well),
    };
    return cmocka_run_group_tests_name("sim.fault_plan", tests, NULL, NULL);
}
