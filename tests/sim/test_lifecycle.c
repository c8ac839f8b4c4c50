// SPDX-License-Identifier: MIT
// Whole lives of a small driver, correct and not: what it is sent, in which order, and between
// which two requests a report says that something leaked.
#include "life_driver.h"

#include <stdio.h>

#define life_test(f) cmocka_unit_test_setup_teardown(f, life_begin, machine_end)

#define ROUND "add start query-stop stop start query-s3 s3 d3 s0 d0 query-s3 s3 d3 s0 d0 "

static syspte_lifecycle ordinary(void)
{
    return syspte_lifecycle_of(life_driver_entry, &life_hardware);
}

// A life of one start, that goes by surprise.
static syspte_lifecycle shortest(void)
{
    syspte_lifecycle l = ordinary();
    l.restarts = l.sleeps = 0;
    l.removal = SYSPTE_REMOVAL_SURPRISE;
    return l;
}

static int32_t lead(syspte_lifecycle l)
{
    return syspte_lifecycle_run(&l);
}

// ---- A correct driver

static void correct_driver_sees_every_request_and_leaves_nothing(void **state)
{
    (void)state;

    assert_int_equal(lead(ordinary()), STATUS_SUCCESS);

    assert_string_equal(life_seen,
                        "entry " ROUND "surprise remove " ROUND "query-remove remove unload");
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void life_can_be_led_any_number_of_times_on_one_machine(void **state)
{
    (void)state;

    for (unsigned i = 0; i < 100; i++) {
        life_seen[0] = 0;
        assert_int_equal(lead(ordinary()), STATUS_SUCCESS);
    }

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void correct_driver_passes_under_the_verifier(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.strictness = SYSPTE_VERIFIER;
    config.profile = syspte_profile_find("win7-x86");
    boot(&config);
    orders.asks_for_power = orders.maps_when_awake = orders.pends_start = true;

    assert_int_equal(lead(ordinary()), STATUS_SUCCESS);

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void count_up(void *context, syspte_life *life)
{
    assert_non_null(syspte_life_driver(life));
    assert_non_null(syspte_life_physical(life));
    assert_int_equal(syspte_interrupt_connected(LIFE_VECTOR), 1);
    assert_true(syspte_interrupt_fire(LIFE_VECTOR));
    ++*(unsigned *)context;
}

static void test_is_called_whenever_the_device_runs(void **state)
{
    unsigned calls = 0;
    syspte_lifecycle l = ordinary();
    (void)state;
    l.running = count_up;
    l.context = &calls;
    l.restarts = 3;
    l.sleeps = 4;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    assert_int_equal(calls, 2 * (1 + 3 + 4));
    assert_no_findings();
}

static void driver_that_asks_for_device_power_gets_it_once(void **state)
{
    syspte_lifecycle l = shortest();
    (void)state;
    orders.asks_for_power = true;
    l.sleeps = 1;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    assert_string_equal(life_seen, "entry add start query-s3 s3 d3 s0 d0 surprise remove unload");
    assert_no_findings();
}

static void driver_may_map_while_it_is_awake(void **state)
{
    (void)state;
    orders.maps_when_awake = true;

    assert_int_equal(lead(ordinary()), STATUS_SUCCESS);
    life_seen[0] = 0;
    assert_int_equal(lead(ordinary()), STATUS_SUCCESS);

    assert_no_findings();
}

static void start_that_a_work_item_completes_is_waited_for(void **state)
{
    (void)state;
    orders.pends_start = true;

    assert_int_equal(lead(ordinary()), STATUS_SUCCESS);

    assert_no_findings();
}

static void driver_without_add_device_is_loaded_and_unloaded(void **state)
{
    (void)state;
    orders.has_no_add_device = true;

    assert_int_equal(lead(ordinary()), STATUS_SUCCESS);

    assert_string_equal(life_seen, "entry unload");
    assert_no_findings();
}

// ---- What a driver may do otherwise

static void failed_entry_is_followed_by_nothing(void **state)
{
    (void)state;
    orders.entry_fails = true;

    assert_int_equal(lead(ordinary()), STATUS_NO_SUCH_DEVICE);

    assert_string_equal(life_seen, "entry");
    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_string_equal(finding.scope, "DriverEntry, which failed");
    assert_int_equal(finding.held_bytes, 96);
}

static void failed_add_device_is_followed_by_unload(void **state)
{
    (void)state;
    orders.add_fails = true;

    assert_int_equal(lead(ordinary()), STATUS_NO_SUCH_DEVICE);

    assert_string_equal(life_seen, "entry add unload");
    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_string_equal(finding.scope, "AddDevice, which failed");
    assert_int_equal(finding.held_bytes, 24);
}

static void failed_start_is_followed_by_remove(void **state)
{
    (void)state;
    orders.start_fails = 1;
    orders.failed_start_keeps = true; // REMOVE gives it back

    assert_int_equal(lead(ordinary()), STATUS_INSUFFICIENT_RESOURCES);

    assert_string_equal(life_seen, "entry add start remove unload");
    assert_no_findings();
}

static void failed_start_after_a_stop_is_followed_by_surprise_removal(void **state)
{
    (void)state;
    orders.start_fails = 2;

    assert_int_equal(lead(ordinary()), STATUS_INSUFFICIENT_RESOURCES);

    assert_string_equal(life_seen, "entry add start query-stop stop start surprise remove unload");
    assert_no_findings();
}

static void refused_stop_is_cancelled(void **state)
{
    syspte_lifecycle l = shortest();
    (void)state;
    orders.refuses_stop = true;
    l.restarts = 1;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    assert_string_equal(life_seen, "entry add start query-stop cancel-stop surprise remove unload");
    assert_no_findings();
}

static void refused_removal_is_cancelled(void **state)
{
    syspte_lifecycle l = shortest();
    (void)state;
    orders.refuses_remove = true;
    l.removal = SYSPTE_REMOVAL_ORDERLY;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    assert_string_equal(life_seen,
                        "entry add start query-remove cancel-remove surprise remove unload");
    assert_no_findings();
}

static void refused_sleep_is_none(void **state)
{
    syspte_lifecycle l = shortest();
    (void)state;
    orders.refuses_sleep = true;
    l.sleeps = 1;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    assert_string_equal(life_seen, "entry add start query-s3 s0 surprise remove unload");
    assert_no_findings();
}

static void device_that_does_not_wake_up_goes(void **state)
{
    (void)state;
    orders.fails_power_up = true;

    assert_int_equal(lead(ordinary()), STATUS_DEVICE_NOT_READY);

    assert_string_equal(life_seen, "entry add start query-stop stop start query-s3 s3 d3 s0 d0 "
                                   "surprise remove unload");
    assert_no_findings();
}

// ---- Leaks, and where

static void mapping_kept_at_stop_leaked_between_start_and_stop(void **state)
{
    syspte_lifecycle l = ordinary();
    char expected[1024];
    (void)state;
    orders.keeps_registers = true;
    l.removal = SYSPTE_REMOVAL_SURPRISE;
    l.sleeps = 0;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    assert_int_equal(syspte_finding_count(), 2); // the second START ends with REMOVE
    syspte_finding stop = finding_of(SYSPTE_RULE_LEAK);
    (void)snprintf(expected, sizeof expected,
                   "%s:%u: leak: MmMapIoSpace in use_resource: 1 mapping, 2 PTEs (8 KiB), never "
                   "unmapped in \"between START and STOP\"\n",
                   stop.call->file, stop.call->line);
    assert_memory_equal(report_text(), expected, strlen(expected));
    assert_non_null(strstr(report_text(), "in \"between START and REMOVE\"\n"));
    assert_non_null(strstr(report_text(), "syspte: 2 leaks (4 PTEs (16 KiB))\n"));
}

static void mapping_kept_by_a_failed_start_is_told_as_such(void **state)
{
    (void)state;
    orders.start_fails = 1;
    orders.failed_start_keeps = orders.keeps_registers = true;

    assert_int_equal(lead(ordinary()), STATUS_INSUFFICIENT_RESOURCES);

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).scope,
                        "between START, which failed, and REMOVE");
}

static void pool_of_the_device_leaked_between_add_and_remove(void **state)
{
    (void)state;
    orders.keeps_device_pool = true;

    assert_int_equal(lead(shortest()), STATUS_SUCCESS);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_string_equal(finding.scope, "between AddDevice and REMOVE");
    assert_int_equal(finding.held_bytes, 48);
}

static void pool_of_the_driver_leaked_between_load_and_unload(void **state)
{
    (void)state;
    orders.keeps_global = true;

    assert_int_equal(lead(ordinary()), STATUS_SUCCESS);

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).scope, "between load and unload");
    (void)syspte_shutdown();
    assert_int_equal(syspte_finding_count(), 1); // told once
}

static int32_t lead_keeping(bool keeps)
{
    syspte_lifecycle l = shortest();
    l.restarts = 1;
    l.keeps_memory = keeps;
    orders.allocates_once = true;
    return syspte_lifecycle_run(&l);
}

static void memory_kept_over_a_stop_leaked_unless_the_life_says_otherwise(void **state)
{
    (void)state;

    assert_int_equal(lead_keeping(true), STATUS_SUCCESS);
    assert_no_findings();
    assert_int_equal(lead_keeping(false), STATUS_SUCCESS);

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).scope, "between START and STOP");
}

static void memory_that_may_stay_over_a_stop_ends_at_remove(void **state)
{
    (void)state;
    orders.keeps_once = true;

    assert_int_equal(lead_keeping(true), STATUS_SUCCESS);

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).scope, "between START and REMOVE");
}

static void hardware_may_not_stay_over_a_stop_with_the_memory(void **state)
{
    (void)state;
    orders.keeps_registers = orders.keeps_interrupt = true;

    assert_int_equal(lead_keeping(true), STATUS_SUCCESS);

    assert_int_equal(syspte_finding_count(), 4); // registers and interrupt, at STOP and REMOVE
    assert_non_null(strstr(report_text(), "1 mapping, 2 PTEs (8 KiB), never unmapped in "
                                          "\"between START and STOP\""));
    assert_non_null(strstr(report_text(), "'Intr', never freed in \"between START and STOP\""));
}

static void interrupt_kept_at_stop_leaked(void **state)
{
    syspte_lifecycle l = shortest();
    (void)state;
    orders.keeps_interrupt = true;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.call->api, SYSPTE_API_IO_CONNECT_INTERRUPT);
    assert_string_equal(finding.scope, "between START and REMOVE");
}

static void timer_left_behind_is_told_and_not_run(void **state)
{
    (void)state;
    orders.leaves_timer = true;

    assert_int_equal(lead(shortest()), STATUS_SUCCESS);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.call->kind, SYSPTE_KIND_QUEUED);
    assert_int_equal(finding.call->api, SYSPTE_API_KE_SET_TIMER);
}

static void mapping_of_each_waking_up_is_growth_and_no_leak_beside(void **state)
{
    syspte_lifecycle l = shortest();
    char expected[1024];
    (void)state;
    orders.maps_when_awake = orders.keeps_when_asleep = true;
    l.sleeps = 4;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    syspte_finding finding = only_finding(SYSPTE_RULE_GROWTH);
    (void)snprintf(expected, sizeof expected,
                   "%s:%u: growth: MmMapIoSpace in map_awake: 1 PTE (4 KiB) more after each of 3 "
                   "cycles of \"power down and up\"\n",
                   finding.call->file, finding.call->line);
    assert_memory_equal(report_text(), expected, strlen(expected));
    (void)syspte_shutdown();
    assert_int_equal(syspte_finding_count(), 1);
}

static void first_sleep_after_each_start_is_the_warm_up(void **state)
{
    syspte_lifecycle l = shortest();
    (void)state;
    orders.maps_when_awake = orders.keeps_when_asleep = true;
    l.sleeps = 1;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_string_equal(finding.scope, "between START and REMOVE");
    assert_int_equal(finding.count, 2);
}

// ---- Requests that go wrong

static void request_that_no_driver_may_fail_is_found(void **state)
{
    syspte_lifecycle l = shortest();
    (void)state;
    orders.fails_stop = true;
    l.restarts = 1;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    (void)only_finding(SYSPTE_RULE_IRP_MUST_SUCCEED);
    assert_report("misuse: fails a request that no driver may fail: IRP_MN_STOP_DEVICE, in "
                  "\"IRP_MN_STOP_DEVICE\"\n"
                  "    fix: do what the request says, and end it with STATUS_SUCCESS\n"
                  "syspte: 1 rule violation\n");
}

static void request_that_is_never_completed_is_found(void **state)
{
    syspte_life *life;
    unsigned char bytes[16];
    syspte_request request = {.major = IRP_MJ_READ, .out = bytes, .out_bytes = sizeof bytes};
    (void)state;
    orders.forgets_request = true;
    assert_int_equal(syspte_life_load(life_driver_entry, &life_hardware, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);

    assert_int_equal(syspte_life_request(life, &request), STATUS_PENDING);

    syspte_finding finding = only_finding(SYSPTE_RULE_IRP_NEVER_COMPLETED);
    assert_string_equal(finding.text, "IRP_MJ_READ");
    assert_string_equal(finding.scope, "after START");
    syspte_life_unload(life);
    assert_string_equal(life_seen, "entry add start surprise remove unload");
    assert_int_equal(syspte_shutdown(), 0);
    (void)only_finding(SYSPTE_RULE_IRP_NEVER_COMPLETED);
}

static void start_that_never_ends_has_failed(void **state)
{
    (void)state;
    orders.forgets_start = true;

    assert_int_equal(lead(ordinary()), STATUS_IO_TIMEOUT);

    assert_string_equal(life_seen, "entry add start remove unload");
    assert_string_equal(only_finding(SYSPTE_RULE_IRP_NEVER_COMPLETED).text, "IRP_MN_START_DEVICE");
}

static void stop_that_never_ends_is_told_once(void **state)
{
    syspte_life *life;
    (void)state;
    orders.forgets_stop = true;
    assert_int_equal(syspte_life_load(life_driver_entry, &life_hardware, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);

    assert_int_equal(syspte_life_stop(life), STATUS_IO_TIMEOUT);

    assert_string_equal(finding_of(SYSPTE_RULE_IRP_NEVER_COMPLETED).text, "IRP_MN_STOP_DEVICE");
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_IRP_MUST_SUCCEED), 0);
    syspte_life_unload(life);
}

static void power_request_that_is_never_completed_is_found_at_remove(void **state)
{
    (void)state;
    orders.forgets_power = true;

    assert_int_equal(lead(shortest()), STATUS_SUCCESS);

    syspte_finding finding = only_finding(SYSPTE_RULE_IRP_NEVER_COMPLETED);
    assert_string_equal(finding.text, "IRP_MN_SET_POWER that PoRequestPowerIrp asked for");
    assert_string_equal(finding.scope, "IRP_MN_REMOVE_DEVICE");
}

static void status_that_differs_from_the_requests_is_found(void **state)
{
    (void)state;
    orders.returns_other_status = true;

    assert_int_equal(lead(shortest()), STATUS_SUCCESS);

    syspte_finding finding = only_finding(SYSPTE_RULE_IRP_STATUS);
    assert_string_equal(finding.text, "IRP_MN_START_DEVICE");
}

static void bus_interface_that_stays_referenced_is_found_at_remove(void **state)
{
    (void)state;
    orders.keeps_interface = true;

    assert_int_equal(lead(shortest()), STATUS_SUCCESS);

    syspte_finding finding = only_finding(SYSPTE_RULE_INTERFACE_REFERENCE);
    assert_string_equal(finding.text, "references are left after REMOVE");
}

static void routine_that_returns_at_another_irql_is_found(void **state)
{
    (void)state;
    orders.stays_at_dispatch = true;

    assert_int_equal(lead(shortest()), STATUS_SUCCESS);

    assert_string_equal(only_finding(SYSPTE_RULE_ROUTINE_IRQL).text, "AddDevice");
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

// ---- Each failure

static char told[8192];

static void tell(void *context, const char *text, size_t bytes)
{
    (void)context;
    assert_true(strlen(told) + bytes < sizeof told);
    strncat(told, text, bytes);
}

static uint64_t failing_runs(void)
{
    const syspte_writer writer = {.write = tell};
    syspte_lifecycle l = ordinary();
    l.removal = SYSPTE_REMOVAL_SURPRISE;
    told[0] = 0;
    orders.maps_when_awake = true;
    return syspte_lifecycle_each_failure("life", &l, NULL, &writer);
}

static int forget(void **state)
{
    (void)state;
    orders = (life_orders){.entry_fails = false};
    life_forget();
    return 0;
}

#define failing_test(f) cmocka_unit_test_setup_teardown(f, forget, NULL)

static void driver_that_gives_everything_back_passes_with_each_failure(void **state)
{
    (void)state;

    (void)failing_runs();

    assert_string_equal(told, "");
}

static void registers_lost_where_the_interrupt_fails_are_found(void **state)
{
    (void)state;
    orders.loses_registers = true;

    assert_int_not_equal(failing_runs(), 0);

    assert_non_null(strstr(told, "MmMapIoSpace in use_resource: 1 mapping, 2 PTEs (8 KiB), never "
                                 "unmapped in \"between START, which failed, and REMOVE\""));
    assert_non_null(strstr(told, "IoConnectInterrupt"));
}

static void life_that_fails_by_itself_fails_its_run(void **state)
{
    (void)state;
    orders.start_fails = 1;

    assert_int_not_equal(failing_runs(), 0);

    assert_non_null(strstr(told, "the run says that it failed"));
}

// ---- Requests of an application

static syspte_life *running_life(void)
{
    syspte_life *life;
    assert_int_equal(syspte_life_load(life_driver_entry, &life_hardware, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);
    return life;
}

static void read_is_copied_out_of_a_system_buffer(void **state)
{
    unsigned char bytes[32] = {0};
    syspte_request request = {.major = IRP_MJ_READ, .out = bytes, .out_bytes = sizeof bytes};
    (void)state;
    syspte_life *life = running_life();

    assert_int_equal(syspte_life_request(life, &request), STATUS_SUCCESS);

    assert_int_equal(request.information, 16);
    assert_int_equal(bytes[15], 'r');
    assert_int_equal(bytes[16], 0);
    syspte_life_unload(life);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void read_that_waits_for_an_interrupt_ends_after_it(void **state)
{
    unsigned char bytes[16] = {0};
    syspte_request request = {.major = IRP_MJ_READ, .out = bytes, .out_bytes = sizeof bytes};
    (void)state;
    orders.reads_by_interrupt = true;
    syspte_life *life = running_life();

    assert_int_equal(syspte_life_request_begin(life, &request), STATUS_PENDING);
    assert_false(syspte_life_request_is_over(&request));
    assert_true(syspte_interrupt_fire(LIFE_VECTOR));
    assert_false(syspte_life_request_is_over(&request));
    (void)syspte_run_pending();
    assert_true(syspte_life_request_is_over(&request));
    assert_int_equal(bytes[0], 0);
    assert_int_equal(syspte_life_request_end(life, &request), STATUS_SUCCESS);

    assert_int_equal(bytes[0], 'r');
    syspte_life_unload(life);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void request_that_waits_over_a_stop_is_no_leak(void **state)
{
    unsigned char *bytes = syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_USER);
    syspte_request request = {.major = IRP_MJ_READ, .out = bytes, .out_bytes = 16};
    (void)state;
    orders.reads_by_interrupt = true;
    syspte_life *life = running_life();
    PDEVICE_OBJECT top = syspte_life_physical(life)->AttachedDevice;
    top->Flags = (top->Flags & ~(ULONG)DO_BUFFERED_IO) | DO_DIRECT_IO;

    assert_int_equal(syspte_life_request_begin(life, &request), STATUS_PENDING);
    assert_int_equal(syspte_life_stop(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);
    assert_true(syspte_interrupt_fire(LIFE_VECTOR));
    assert_int_equal(syspte_life_request_end(life, &request), STATUS_SUCCESS);

    assert_int_equal(bytes[0], 'r');
    assert_int_equal(syspte_life_request_end(life, &request), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("not under way");
    syspte_life_unload(life);
    assert_true(syspte_buffer_free(bytes));
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void requests_that_never_end_are_given_up_at_the_unload(void **state)
{
    unsigned char *bytes = syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_USER);
    syspte_request request[33];
    (void)state;
    orders.forgets_request = true;
    syspte_life *life = running_life();
    PDEVICE_OBJECT top = syspte_life_physical(life)->AttachedDevice;
    top->Flags = (top->Flags & ~(ULONG)DO_BUFFERED_IO) | DO_DIRECT_IO;
    for (unsigned i = 0; i < 33; i++) {
        request[i] = (syspte_request){.major = IRP_MJ_READ, .out = bytes, .out_bytes = 16};
        assert_int_equal(syspte_life_request_begin(life, &request[i]),
                         i < 32 ? STATUS_PENDING : STATUS_INSUFFICIENT_RESOURCES);
    }
    assert_complaint("32 requests are under way");

    syspte_life_unload(life);

    assert_true(syspte_buffer_free(bytes)); // no longer locked
    assert_int_equal(only_finding(SYSPTE_RULE_IRP_NEVER_COMPLETED).count, 32);
}

static NTSTATUS NTAPI read_raised(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL old;
    (void)DeviceObject;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static void dispatch_routine_that_stays_raised_is_named_by_its_address(void **state)
{
    unsigned char bytes[32];
    syspte_request request = {.major = IRP_MJ_READ, .out = bytes, .out_bytes = sizeof bytes};
    (void)state;
    syspte_life *life = running_life();
    syspte_life_driver(life)->MajorFunction[IRP_MJ_READ] = read_raised;

    assert_int_equal(syspte_life_request(life, &request), STATUS_SUCCESS);

    assert_int_equal(only_finding(SYSPTE_RULE_ROUTINE_IRQL).call->return_address,
                     (uintptr_t)read_raised + 1);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    syspte_life_unload(life);
}

static void read_that_fails_copies_nothing(void **state)
{
    unsigned char bytes[32] = {0};
    syspte_request request = {.major = IRP_MJ_READ, .out = bytes, .out_bytes = sizeof bytes};
    (void)state;
    orders.fails_request = true;
    syspte_life *life = running_life();

    assert_int_equal(syspte_life_request(life, &request), STATUS_UNSUCCESSFUL);

    assert_int_equal(request.information, 16);
    assert_int_equal(bytes[0], 0);
    syspte_life_unload(life);
}

static void direct_read_is_locked_mapped_and_given_back(void **state)
{
    unsigned char *bytes = syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_USER);
    syspte_request request = {.major = IRP_MJ_READ, .out = bytes, .out_bytes = 32};
    (void)state;
    syspte_life *life = running_life();
    PDEVICE_OBJECT top = syspte_life_physical(life)->AttachedDevice;
    top->Flags = (top->Flags & ~(ULONG)DO_BUFFERED_IO) | DO_DIRECT_IO;

    assert_int_equal(syspte_life_request(life, &request), STATUS_SUCCESS);

    assert_int_equal(bytes[15], 'r');
    assert_true(syspte_buffer_free(bytes)); // nothing holds it locked or mapped
    syspte_life_unload(life);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void control_request_goes_in_and_comes_out(void **state)
{
    unsigned char in = 41;
    unsigned char out = 0;
    syspte_request request = {.major = IRP_MJ_DEVICE_CONTROL,
                              .code = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, 0),
                              .in = &in,
                              .in_bytes = 1,
                              .out = &out,
                              .out_bytes = 1};
    syspte_request open = {.major = IRP_MJ_CREATE};
    (void)state;
    syspte_life *life = running_life();

    assert_int_equal(syspte_life_request(life, &open), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(syspte_life_request(life, &request), STATUS_SUCCESS);

    assert_int_equal(out, 42);
    syspte_life_unload(life);
    assert_no_findings();
}

static void control(ULONG method, const char *buffers, char *out)
{
    static const char in[] = "from the application";
    syspte_request request = {.major = IRP_MJ_DEVICE_CONTROL,
                              .code = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, method, 0),
                              .in = in,
                              .in_bytes = sizeof in,
                              .out = out,
                              .out_bytes = 8};
    syspte_life *life = running_life();
    life_seen[0] = 0;
    assert_int_equal(syspte_life_request(life, &request), STATUS_SUCCESS);
    assert_string_equal(life_seen, buffers);
    syspte_life_unload(life);
}

static void direct_control_request_has_a_buffer_in_and_an_mdl_out(void **state)
{
    char *out = syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_USER);
    (void)state;

    control(METHOD_OUT_DIRECT, "in-system out-mdl", out);
    assert_string_equal(out, "driver");
    control(METHOD_IN_DIRECT, "in-system out-mdl", out);

    assert_true(syspte_buffer_free(out));
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void request_of_neither_kind_has_the_callers_pointers(void **state)
{
    char out[8] = "";
    (void)state;

    control(METHOD_NEITHER, "in-user out-user", out);

    assert_string_equal(out, "driver");
    assert_no_findings();
}

static void write_goes_in_by_a_system_buffer(void **state)
{
    syspte_request request = {
        .major = IRP_MJ_WRITE, .in = "w", .in_bytes = 1, .offset = 0x123456789A};
    (void)state;
    syspte_life *life = running_life();

    assert_int_equal(syspte_life_request(life, &request), STATUS_SUCCESS);

    assert_int_equal(request.information, 0x9A); // the driver answers with the offset's last byte
    syspte_life_unload(life);
}

static void device_without_resources_starts_with_no_lists(void **state)
{
    syspte_lifecycle l = syspte_lifecycle_of(life_driver_entry, NULL);
    (void)state;
    orders.needs_no_resources = true;

    assert_int_equal(syspte_lifecycle_run(&l), STATUS_SUCCESS);

    assert_no_findings();
}

static void start_that_a_timer_completes_is_waited_for(void **state)
{
    (void)state;
    orders.pends_start = orders.starts_by_timer = true;

    assert_int_equal(lead(shortest()), STATUS_SUCCESS);

    assert_no_findings();
}

// ---- Misuse of the steps

static void steps_out_of_order_are_refused(void **state)
{
    syspte_life *life;
    syspte_life *other;
    (void)state;
    assert_int_equal(syspte_life_load(life_driver_entry, &life_hardware, &life), STATUS_SUCCESS);

    assert_int_equal(syspte_life_load(life_driver_entry, NULL, &other),
                     STATUS_INSUFFICIENT_RESOURCES);
    assert_complaint("another life is under way");
    assert_null(other);
    assert_int_equal(syspte_life_start(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("not added");
    assert_int_equal(syspte_life_remove(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("there is no device");
    assert_int_equal(syspte_life_query_remove(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("there is no device");
    assert_int_equal(syspte_life_surprise_removal(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("there is no device");
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("there is a device already");
    assert_int_equal(syspte_life_stop(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("not started");
    assert_int_equal(syspte_life_query_stop(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("not started");
    assert_int_equal(syspte_life_power_down(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("not started");
    assert_int_equal(syspte_life_power_up(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("not asleep");
    syspte_life_unload(life);
    syspte_life_unload(life);
    assert_complaint("no such life");

    assert_string_equal(life_seen, "entry add remove unload");
}

static void device_that_sleeps_can_go(void **state)
{
    (void)state;
    syspte_life *life = running_life();
    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_power_up(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);

    syspte_life_unload(life);

    assert_null(strstr(life_seen, "query-remove"));
    assert_non_null(strstr(life_seen, "d3 surprise remove unload"));
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void scope_around_a_life_that_is_not_over_ends_its_scopes(void **state)
{
    (void)state;
    syspte_scope around = syspte_scope_enter("around");
    (void)running_life();

    assert_int_equal(syspte_scope_leave(around), 0); // what is held was told inside

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_SCOPE), 0);
    assert_non_null(strstr(report_text(), "IoConnectInterrupt in use_resource"));
    assert_non_null(strstr(report_text(), "never unmapped in \"after START\"\n"));
    assert_non_null(strstr(report_text(), "never freed in \"after AddDevice\"\n"));
    assert_non_null(strstr(report_text(), "never freed in \"after load\"\n"));
}

static void scope_of_an_owner_ends_in_the_middle_of_a_life(void **state)
{
    (void)state;
    syspte_scope owned = syspte_scope_enter_owned("owned", &orders);
    syspte_life *life = running_life();

    assert_int_equal(syspte_scope_leave(owned), 0);
    syspte_life_unload(life);

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void life_without_a_machine_is_a_complaint(void **state)
{
    (void)state;
    (void)syspte_shutdown();

    assert_int_equal(lead(ordinary()), STATUS_UNSUCCESSFUL);

    assert_complaint("call syspte_boot first");
}

static void life_of_an_older_machine_is_over(void **state)
{
    (void)state;
    syspte_life *life = running_life();

    boot(NULL);

    assert_int_equal(syspte_life_stop(life), STATUS_INVALID_DEVICE_STATE);
    assert_complaint("not started");
    life_seen[0] = 0;
    assert_int_equal(lead(shortest()), STATUS_SUCCESS);
}

static void request_and_hardware_that_make_no_sense_are_said(void **state)
{
    const syspte_hardware hollow = {.resource_count = 1};
    syspte_request reads = {.major = IRP_MJ_READ, .out_bytes = 16};
    syspte_request unknown = {.major = 0xFF};
    syspte_life *life;
    (void)state;
    assert_int_equal(syspte_life_load(life_driver_entry, &hollow, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_INVALID_PARAMETER);
    assert_complaint("they are NULL");
    syspte_life_unload(life);
    assert_int_equal(syspte_life_load(life_driver_entry, &life_hardware, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);

    assert_int_equal(syspte_life_request(life, &reads), STATUS_INVALID_PARAMETER);
    assert_complaint("a buffer has bytes, but is NULL");
    assert_int_equal(syspte_life_request(life, &unknown), STATUS_INVALID_PARAMETER);
    assert_complaint("there is no such major function");

    syspte_life_unload(life);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        life_test(request_and_hardware_that_make_no_sense_are_said),
        life_test(correct_driver_sees_every_request_and_leaves_nothing),
        life_test(life_can_be_led_any_number_of_times_on_one_machine),
        life_test(correct_driver_passes_under_the_verifier),
        life_test(test_is_called_whenever_the_device_runs),
        life_test(driver_that_asks_for_device_power_gets_it_once),
        life_test(driver_may_map_while_it_is_awake),
        life_test(start_that_a_work_item_completes_is_waited_for),
        life_test(driver_without_add_device_is_loaded_and_unloaded),
        life_test(failed_entry_is_followed_by_nothing),
        life_test(failed_add_device_is_followed_by_unload),
        life_test(failed_start_is_followed_by_remove),
        life_test(failed_start_after_a_stop_is_followed_by_surprise_removal),
        life_test(refused_stop_is_cancelled),
        life_test(refused_removal_is_cancelled),
        life_test(refused_sleep_is_none),
        life_test(device_that_does_not_wake_up_goes),
        life_test(mapping_kept_at_stop_leaked_between_start_and_stop),
        life_test(mapping_kept_by_a_failed_start_is_told_as_such),
        life_test(pool_of_the_device_leaked_between_add_and_remove),
        life_test(pool_of_the_driver_leaked_between_load_and_unload),
        life_test(memory_kept_over_a_stop_leaked_unless_the_life_says_otherwise),
        life_test(memory_that_may_stay_over_a_stop_ends_at_remove),
        life_test(hardware_may_not_stay_over_a_stop_with_the_memory),
        life_test(interrupt_kept_at_stop_leaked),
        life_test(timer_left_behind_is_told_and_not_run),
        life_test(mapping_of_each_waking_up_is_growth_and_no_leak_beside),
        life_test(first_sleep_after_each_start_is_the_warm_up),
        life_test(request_that_no_driver_may_fail_is_found),
        life_test(request_that_is_never_completed_is_found),
        life_test(start_that_never_ends_has_failed),
        life_test(stop_that_never_ends_is_told_once),
        life_test(power_request_that_is_never_completed_is_found_at_remove),
        life_test(status_that_differs_from_the_requests_is_found),
        life_test(bus_interface_that_stays_referenced_is_found_at_remove),
        life_test(routine_that_returns_at_another_irql_is_found),
        failing_test(driver_that_gives_everything_back_passes_with_each_failure),
        failing_test(registers_lost_where_the_interrupt_fails_are_found),
        failing_test(life_that_fails_by_itself_fails_its_run),
        life_test(read_is_copied_out_of_a_system_buffer),
        life_test(read_that_waits_for_an_interrupt_ends_after_it),
        life_test(request_that_waits_over_a_stop_is_no_leak),
        life_test(requests_that_never_end_are_given_up_at_the_unload),
        life_test(dispatch_routine_that_stays_raised_is_named_by_its_address),
        life_test(read_that_fails_copies_nothing),
        life_test(direct_read_is_locked_mapped_and_given_back),
        life_test(control_request_goes_in_and_comes_out),
        life_test(direct_control_request_has_a_buffer_in_and_an_mdl_out),
        life_test(request_of_neither_kind_has_the_callers_pointers),
        life_test(write_goes_in_by_a_system_buffer),
        life_test(device_without_resources_starts_with_no_lists),
        life_test(start_that_a_timer_completes_is_waited_for),
        life_test(steps_out_of_order_are_refused),
        life_test(device_that_sleeps_can_go),
        life_test(scope_around_a_life_that_is_not_over_ends_its_scopes),
        life_test(scope_of_an_owner_ends_in_the_middle_of_a_life),
        life_test(life_without_a_machine_is_a_complaint),
        life_test(life_of_an_older_machine_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
