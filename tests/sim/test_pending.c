// SPDX-License-Identifier: MIT
// DPCs, work items and timers: when they run, at which IRQL, in which order, and what is left.
#include "harness.h"

enum { CALLS = 16 };

static struct {
    unsigned count;
    const char *name[CALLS];
    KIRQL irql[CALLS];
    void *argument[3];
} ran;

static KDPC dpc;
static KTIMER timer;
static WORK_QUEUE_ITEM work;
static PIO_WORKITEM item;

static void note(const char *name)
{
    assert_in_range(ran.count, 0, CALLS - 1);
    ran.name[ran.count] = name;
    ran.irql[ran.count++] = KeGetCurrentIrql();
}

static VOID NTAPI on_dpc(struct _KDPC *Dpc, PVOID Context, PVOID First, PVOID Second)
{
    assert_ptr_equal(Dpc, &dpc);
    ran.argument[0] = Context;
    ran.argument[1] = First;
    ran.argument[2] = Second;
    note("dpc");
}

static VOID NTAPI on_work(PVOID Parameter)
{
    assert_ptr_equal(Parameter, &work);
    note("work");
}

static VOID NTAPI on_io_work(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    ran.argument[0] = DeviceObject;
    ran.argument[1] = Context;
    note("io work");
}

static int begin(void **state)
{
    int failed = machine_begin(state);
    memset(&ran, 0, sizeof ran);
    KeInitializeDpc(&dpc, on_dpc, &ran);
    KeInitializeTimer(&timer);
    ExInitializeWorkItem(&work, on_work, &work);
    return failed;
}

#define pending_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static LARGE_INTEGER in(LONGLONG units)
{
    LARGE_INTEGER due = {.QuadPart = -units};
    return due;
}

static void dpc_runs_at_dispatch_level_when_the_test_says_so(void **state)
{
    (void)state;

    assert_true(KeInsertQueueDpc(&dpc, &timer, &work));
    assert_int_equal(ran.count, 0);
    assert_int_equal(syspte_run_pending(), 1);

    assert_int_equal(ran.irql[0], DISPATCH_LEVEL);
    assert_ptr_equal(ran.argument[0], &ran);
    assert_ptr_equal(ran.argument[1], &timer);
    assert_ptr_equal(ran.argument[2], &work);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_int_equal(syspte_run_pending(), 0);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void dpc_is_queued_once(void **state)
{
    (void)state;

    assert_true(KeInsertQueueDpc(&dpc, NULL, NULL));
    assert_false(KeInsertQueueDpc(&dpc, &work, NULL));
    assert_int_equal(syspte_run_pending(), 1);

    assert_null(ran.argument[1]);
    assert_true(KeInsertQueueDpc(&dpc, NULL, NULL));
    assert_true(KeRemoveQueueDpc(&dpc));
    assert_false(KeRemoveQueueDpc(&dpc));
    assert_int_equal(syspte_run_pending(), 0);
    assert_no_findings();
}

static VOID NTAPI on_dpc_queues_again(struct _KDPC *Dpc, PVOID Context, PVOID First, PVOID Second)
{
    note("again");
    assert_true(KeInsertQueueDpc(Dpc, First, Second));
    (void)Context;
}

static void flush_runs_the_dpcs_of_before_and_nothing_else(void **state)
{
    KDPC again;
    (void)state;
    KeInitializeDpc(&again, on_dpc_queues_again, NULL);
    ExQueueWorkItem(&work, DelayedWorkQueue);
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
    (void)KeInsertQueueDpc(&again, NULL, NULL);

    KeFlushQueuedDpcs();

    assert_int_equal(ran.count, 2);
    assert_string_equal(ran.name[0], "dpc");
    assert_string_equal(ran.name[1], "again");
    assert_int_equal(ran.irql[0], DISPATCH_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_true(KeRemoveQueueDpc(&again));
    assert_int_equal(syspte_run_pending(), 1);
    assert_string_equal(ran.name[ran.count - 1], "work");
    assert_no_findings();
}

static void flush_at_dispatch_level_is_found(void **state)
{
    (void)state;
    KIRQL old = KeRaiseIrqlToDpcLevel();

    KeFlushQueuedDpcs();

    assert_int_equal(only_finding(SYSPTE_RULE_CALL_IRQL).call->api,
                     SYSPTE_API_KE_FLUSH_QUEUED_DPCS);
    KeLowerIrql(old);
}

static void dpcs_run_before_work_items(void **state)
{
    static DEVICE_OBJECT device;
    (void)state;
    item = IoAllocateWorkItem(&device);

    ExQueueWorkItem(&work, DelayedWorkQueue);
    IoQueueWorkItem(item, on_io_work, DelayedWorkQueue, &ran);
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
    assert_int_equal(syspte_run_pending(), 3);

    assert_string_equal(ran.name[0], "dpc");
    assert_string_equal(ran.name[1], "work");
    assert_string_equal(ran.name[2], "io work");
    assert_int_equal(ran.irql[1], PASSIVE_LEVEL);
    assert_ptr_equal(ran.argument[0], &device);
    assert_ptr_equal(ran.argument[1], &ran);
    IoFreeWorkItem(item);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void what_never_ran_is_named_at_shutdown(void **state)
{
    (void)state;
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
    unsigned line = __LINE__ - 1;

    assert_int_equal(syspte_shutdown(), 1);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.call->line, line);
    assert_non_null(strstr(report_text(), "1 queued routine, "));
    assert_non_null(strstr(report_text(), ", never run"));
}

static void next_machine_has_nothing_pending(void **state)
{
    (void)state;
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);

    boot(NULL);

    assert_int_equal(syspte_run_pending(), 0);
    assert_int_equal(ran.count, 0);
}

static void work_item_queued_twice_is_found(void **state)
{
    (void)state;

    ExQueueWorkItem(&work, DelayedWorkQueue);
    unsigned line = __LINE__ - 1;
    ExQueueWorkItem(&work, DelayedWorkQueue);

    syspte_finding finding = only_finding(SYSPTE_RULE_QUEUED_TWICE);
    assert_int_equal(finding.mapped->line, line);
    assert_int_equal(syspte_run_pending(), 1);
}

static void work_item_freed_while_queued_is_found(void **state)
{
    (void)state;
    item = IoAllocateWorkItem(NULL);
    IoQueueWorkItem(item, on_io_work, DelayedWorkQueue, NULL);

    IoFreeWorkItem(item);

    (void)only_finding(SYSPTE_RULE_FREE_QUEUED);
    assert_int_equal(syspte_run_pending(), 0);
    assert_int_equal(syspte_shutdown(), 0);
}

static void work_item_never_freed_is_a_leak(void **state)
{
    (void)state;
    item = IoAllocateWorkItem(NULL);

    assert_int_equal(syspte_shutdown(), 1);

    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->api, SYSPTE_API_IO_ALLOCATE_WORK_ITEM);
}

static VOID NTAPI forget_to_lower(PVOID Parameter)
{
    (void)Parameter;
    (void)KeRaiseIrqlToDpcLevel();
}

static void routine_that_leaves_the_irql_raised_is_found(void **state)
{
    (void)state;
    ExInitializeWorkItem(&work, forget_to_lower, NULL);
    ExQueueWorkItem(&work, DelayedWorkQueue);
    unsigned line = __LINE__ - 1;

    assert_int_equal(syspte_run_pending(), 1);

    assert_int_equal(only_finding(SYSPTE_RULE_ROUTINE_IRQL).call->line, line);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static VOID NTAPI queue_again(PVOID Parameter)
{
    ExQueueWorkItem(Parameter, DelayedWorkQueue);
}

static void routine_that_queues_itself_for_ever_is_a_complaint(void **state)
{
    (void)state;
    ExInitializeWorkItem(&work, queue_again, &work);
    ExQueueWorkItem(&work, DelayedWorkQueue);

    assert_int_equal(syspte_run_pending(), 10000);

    assert_complaint("one queues itself anew");
}

static void nothing_runs_at_dispatch_level(void **state)
{
    KIRQL old = KeRaiseIrqlToDpcLevel();
    (void)state;
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);

    assert_int_equal(syspte_run_pending(), 0);

    assert_complaint("lower the IRQL first");
    KeLowerIrql(old);
    assert_int_equal(syspte_run_pending(), 1);
}

// ---- Timers

static void timer_queues_its_dpc_at_its_time(void **state)
{
    (void)state;

    assert_false(KeSetTimer(&timer, in(1000), &dpc));
    assert_int_equal(syspte_run_pending(), 0);
    assert_int_equal(syspte_time_advance(999), 0);
    assert_int_equal(timer.Header.SignalState, 0);
    assert_int_equal(syspte_time_advance(1), 1);

    assert_int_equal(timer.Header.SignalState, 1);
    assert_int_equal(ran.irql[0], DISPATCH_LEVEL);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void periodic_timer_runs_until_it_is_cancelled(void **state)
{
    (void)state;

    (void)KeSetTimerEx(&timer, in(10000), 2, &dpc);
    assert_int_equal(syspte_time_advance(10000 + 3 * 20000), 4);
    assert_true(KeCancelTimer(&timer));
    assert_false(KeCancelTimer(&timer));
    assert_int_equal(syspte_time_advance(1000000), 0);

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void timer_set_again_begins_anew(void **state)
{
    (void)state;

    (void)KeSetTimer(&timer, in(100), &dpc);
    assert_true(KeSetTimer(&timer, in(500), &dpc));
    assert_int_equal(syspte_time_advance(499), 0);
    assert_int_equal(syspte_time_advance(1), 1);
}

static void timer_left_set_is_named_at_shutdown(void **state)
{
    (void)state;
    (void)KeSetTimerEx(&timer, in(100), 1, &dpc);
    unsigned line = __LINE__ - 1;
    (void)syspte_time_advance(20000);

    assert_int_equal(syspte_shutdown(), 1);

    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->line, line);
}

static void delay_lets_timers_expire(void **state)
{
    LARGE_INTEGER interval = in(5000);
    LARGE_INTEGER before;
    LARGE_INTEGER after;
    (void)state;
    (void)KeSetTimer(&timer, in(4000), &dpc);
    KeQuerySystemTime(&before);

    assert_int_equal(KeDelayExecutionThread(KernelMode, FALSE, &interval), STATUS_SUCCESS);

    KeQuerySystemTime(&after);
    assert_int_equal(after.QuadPart - before.QuadPart, 5000);
    assert_int_equal(ran.count, 1);
    assert_no_findings();
}

static void stall_is_short_and_lets_nothing_run(void **state)
{
    LARGE_INTEGER before;
    LARGE_INTEGER after;
    (void)state;
    (void)KeSetTimer(&timer, in(100), &dpc);
    KeQuerySystemTime(&before);

    KeStallExecutionProcessor(50);
    assert_no_findings();
    KeStallExecutionProcessor(51);

    assert_int_equal(only_finding(SYSPTE_RULE_STALL_LONG).severity, SYSPTE_NOTE);
    KeQuerySystemTime(&after);
    assert_int_equal(after.QuadPart - before.QuadPart, 1010);
    assert_int_equal(ran.count, 0);
    assert_int_equal(syspte_run_pending(), 1);
}

static void ticks_follow_the_time(void **state)
{
    LARGE_INTEGER before;
    LARGE_INTEGER after;
    (void)state;
    KeQueryTickCount(&before);

    (void)syspte_time_advance(10ull * KeQueryTimeIncrement());

    KeQueryTickCount(&after);
    assert_int_equal(after.QuadPart - before.QuadPart, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pending_test(dpc_runs_at_dispatch_level_when_the_test_says_so),
        pending_test(dpc_is_queued_once),
        pending_test(flush_runs_the_dpcs_of_before_and_nothing_else),
        pending_test(flush_at_dispatch_level_is_found),
        pending_test(dpcs_run_before_work_items),
        pending_test(what_never_ran_is_named_at_shutdown),
        pending_test(next_machine_has_nothing_pending),
        pending_test(work_item_queued_twice_is_found),
        pending_test(work_item_freed_while_queued_is_found),
        pending_test(work_item_never_freed_is_a_leak),
        pending_test(routine_that_leaves_the_irql_raised_is_found),
        pending_test(routine_that_queues_itself_for_ever_is_a_complaint),
        pending_test(nothing_runs_at_dispatch_level),
        pending_test(timer_queues_its_dpc_at_its_time),
        pending_test(periodic_timer_runs_until_it_is_cancelled),
        pending_test(timer_set_again_begins_anew),
        pending_test(timer_left_set_is_named_at_shutdown),
        pending_test(delay_lets_timers_expire),
        pending_test(stall_is_short_and_lets_nothing_run),
        pending_test(ticks_follow_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
