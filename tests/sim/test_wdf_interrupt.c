// SPDX-License-Identifier: MIT
// Interrupts of a KMDF driver beyond their way to the ISR: work items, connecting on demand, locks
// of what is not connected, interrupts without resources, and what is refused.
#include "wdf_driver.h"

enum { VECTOR = 0x70 };

static const syspte_resource resources[] = {
    {.kind = SYSPTE_RESOURCE_INTERRUPT, .start = VECTOR, .flags = CM_RESOURCE_INTERRUPT_LATCHED},
};
static const syspte_hardware hardware = {.resources = resources, .resource_count = 1};

static syspte_life *life;
static WDF_INTERRUPT_CONFIG config;

static struct {
    WDFINTERRUPT interrupt;
    WDFINTERRUPT second;
    unsigned works;
    KIRQL work_irql;
    NTSTATUS enable_status;
} had;

// ---- The driver

static BOOLEAN NTAPI on_isr(WDFINTERRUPT Interrupt, ULONG MessageID)
{
    (void)MessageID;
    assert_true(WdfInterruptQueueWorkItemForIsr(Interrupt));
    assert_false(WdfInterruptQueueWorkItemForIsr(Interrupt));
    return TRUE;
}

static VOID NTAPI on_work(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject)
{
    assert_ptr_equal(Interrupt, had.interrupt);
    assert_ptr_equal(AssociatedObject, the_driver.device);
    had.works++;
    had.work_irql = KeGetCurrentIrql();
}

static NTSTATUS NTAPI on_enable(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice)
{
    assert_ptr_equal(Interrupt, had.interrupt);
    assert_ptr_equal(AssociatedDevice, the_driver.device);
    strcat(the_driver.log, "Enable ");
    return had.enable_status;
}

static NTSTATUS NTAPI on_disable(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice)
{
    assert_ptr_equal(Interrupt, had.interrupt);
    assert_ptr_equal(AssociatedDevice, the_driver.device);
    strcat(the_driver.log, "Disable ");
    return STATUS_SUCCESS;
}

static void create(WDFDEVICE device)
{
    assert_int_equal(WdfInterruptCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &had.interrupt),
                     STATUS_SUCCESS);
}

static void create_two(WDFDEVICE device)
{
    create(device);
    assert_int_equal(WdfInterruptCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &had.second),
                     STATUS_SUCCESS);
}

static int begin(void **state)
{
    memset(&had, 0, sizeof had);
    WDF_INTERRUPT_CONFIG_INIT(&config, on_isr, NULL);
    config.EvtInterruptWorkItem = on_work;
    config.EvtInterruptEnable = on_enable;
    config.EvtInterruptDisable = on_disable;
    return wdf_begin(state);
}

#define interrupt_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void add_life(void (*added)(WDFDEVICE))
{
    the_driver.added = added;
    assert_int_equal(syspte_life_load(wdf_driver_entry, &hardware, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
}

static void start_life(void (*added)(WDFDEVICE))
{
    add_life(added);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);
    the_driver.log[0] = 0;
}

static void end_life(void)
{
    syspte_life_unload(life);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// ---- What the ISR queues

static void work_item_of_an_interrupt_runs_once_at_passive_level(void **state)
{
    (void)state;
    start_life(create);

    assert_true(syspte_interrupt_fire(VECTOR));
    assert_int_equal(had.works, 0);
    had.work_irql = HIGH_LEVEL;
    (void)syspte_run_pending();

    assert_int_equal(had.works, 1);
    assert_int_equal(had.work_irql, PASSIVE_LEVEL);
    end_life();
}

static void work_item_of_an_interrupt_can_be_queued_without_one(void **state)
{
    (void)state;
    start_life(create);

    assert_true(WdfInterruptQueueWorkItemForIsr(had.interrupt));
    assert_false(WdfInterruptQueueWorkItemForIsr(had.interrupt));
    assert_int_equal(syspte_run_pending(), 1);
    assert_true(WdfInterruptQueueWorkItemForIsr(had.interrupt));
    assert_int_equal(syspte_run_pending(), 1);

    assert_int_equal(had.works, 2);
    end_life();
}

static void work_item_of_an_interrupt_goes_with_it(void **state)
{
    (void)state;
    start_life(create);
    assert_true(syspte_interrupt_fire(VECTOR));

    WdfObjectDelete(had.interrupt);
    (void)syspte_run_pending();

    assert_int_equal(had.works, 0);
    assert_int_equal(syspte_interrupt_connected(VECTOR), 0);
    end_life();
}

// ---- Connecting

static void driver_disables_and_enables_its_interrupt(void **state)
{
    (void)state;
    start_life(create);

    WdfInterruptDisable(had.interrupt);
    assert_log("Disable");
    assert_int_equal(syspte_interrupt_connected(VECTOR), 0);
    assert_false(syspte_interrupt_fire(VECTOR));
    WdfInterruptEnable(had.interrupt);
    WdfInterruptEnable(had.interrupt); // it is connected already

    assert_log("Enable");
    assert_int_equal(syspte_interrupt_connected(VECTOR), 1);
    end_life();
}

static void device_whose_interrupt_is_not_enabled_does_not_start(void **state)
{
    (void)state;
    had.enable_status = STATUS_DEVICE_DATA_ERROR;
    add_life(create);

    assert_int_equal(syspte_life_start(life), STATUS_DEVICE_DATA_ERROR);

    assert_int_equal(syspte_interrupt_connected(VECTOR), 0);
    end_life();
}

static void interrupt_object_of_wdm_is_there_while_it_is_connected(void **state)
{
    (void)state;
    start_life(create);

    assert_int_equal(syspte_interrupt_connected(VECTOR), 1);
    assert_non_null(WdfInterruptWdmGetInterrupt(had.interrupt));
    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);

    assert_null(WdfInterruptWdmGetInterrupt(had.interrupt));
    end_life();
}

// ---- Without a connection

static BOOLEAN NTAPI tell_irql(WDFINTERRUPT Interrupt, WDFCONTEXT Context)
{
    assert_ptr_equal(Interrupt, had.interrupt);
    *(KIRQL *)Context = KeGetCurrentIrql();
    return TRUE;
}

static BOOLEAN NTAPI say_no(WDFINTERRUPT Interrupt, WDFCONTEXT Context)
{
    (void)Interrupt;
    (void)Context;
    return FALSE;
}

static void interrupt_that_is_not_connected_has_no_lock(void **state)
{
    KIRQL irql = HIGH_LEVEL;
    (void)state;
    start_life(create);
    assert_false(WdfInterruptSynchronize(had.interrupt, say_no, NULL));
    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);

    assert_true(WdfInterruptSynchronize(had.interrupt, tell_irql, &irql));
    assert_false(WdfInterruptSynchronize(had.interrupt, say_no, NULL));
    WdfInterruptAcquireLock(had.interrupt);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    WdfInterruptReleaseLock(had.interrupt);

    assert_int_equal(irql, PASSIVE_LEVEL);
    end_life();
}

static void interrupt_without_a_resource_is_never_connected(void **state)
{
    WDF_INTERRUPT_INFO info;
    (void)state;
    start_life(create_two);
    WDF_INTERRUPT_INFO_INIT(&info);

    WdfInterruptEnable(had.second);

    assert_null(WdfInterruptWdmGetInterrupt(had.second));
    assert_ptr_equal(WdfInterruptGetDevice(had.second), the_driver.device);
    WdfInterruptGetInfo(had.second, &info);
    assert_int_equal(info.Vector, 0);
    WdfInterruptGetInfo(had.interrupt, &info);
    assert_int_equal(info.Vector, VECTOR);
    assert_int_equal(info.Mode, Latched);
    end_life();
}

static void information_of_another_size_is_left_alone(void **state)
{
    WDF_INTERRUPT_INFO info;
    (void)state;
    start_life(create);
    WDF_INTERRUPT_INFO_INIT(&info);
    info.Size--;
    info.Vector = 1;

    WdfInterruptGetInfo(had.interrupt, &info);

    assert_int_equal(info.Vector, 1);
    end_life();
}

static void interrupt_with_a_policy_still_arrives(void **state)
{
    (void)state;
    start_life(create);

    WdfInterruptSetPolicy(had.interrupt, WdfIrqPolicyOneCloseProcessor, WdfIrqPriorityHigh, 1);

    assert_true(syspte_interrupt_fire(VECTOR));
    end_life();
}

// ---- Refused

static void interrupt_that_cannot_be_simulated_is_refused(void **state)
{
    WDFINTERRUPT refused;
    (void)state;
    start_life(create);
    refused = had.interrupt;

    config.Size--;
    assert_int_equal(
        WdfInterruptCreate(the_driver.device, &config, WDF_NO_OBJECT_ATTRIBUTES, &refused),
        STATUS_INFO_LENGTH_MISMATCH);
    config.Size++;
    config.PassiveHandling = TRUE;
    assert_int_equal(
        WdfInterruptCreate(the_driver.device, &config, WDF_NO_OBJECT_ATTRIBUTES, &refused),
        STATUS_NOT_SUPPORTED);
    assert_complaint("PASSIVE_LEVEL is not simulated");
    config.PassiveHandling = FALSE;
    config.EvtInterruptIsr = NULL;
    assert_int_equal(
        WdfInterruptCreate(the_driver.device, &config, WDF_NO_OBJECT_ATTRIBUTES, &refused),
        STATUS_INVALID_PARAMETER);

    assert_null(refused);
    end_life();
}

static size_t count_findings(void)
{
    syspte_finding finding;
    size_t count = 0;
    while (syspte_finding_at(count, &finding)) {
        assert_int_equal(finding.rule, SYSPTE_RULE_WDF_DELETED);
        count++;
    }
    return count;
}

static void deleted_interrupt_answers_nothing(void **state)
{
    WDF_INTERRUPT_INFO info;
    (void)state;
    start_life(create);
    WdfObjectDelete(had.interrupt);
    WDF_INTERRUPT_INFO_INIT(&info);
    info.Vector = 1;
    the_driver.log[0] = 0;

    assert_false(WdfInterruptQueueDpcForIsr(had.interrupt));
    assert_false(WdfInterruptQueueWorkItemForIsr(had.interrupt));
    assert_false(WdfInterruptSynchronize(had.interrupt, tell_irql, NULL));
    WdfInterruptAcquireLock(had.interrupt);
    WdfInterruptReleaseLock(had.interrupt);
    WdfInterruptEnable(had.interrupt);
    WdfInterruptDisable(had.interrupt);
    WdfInterruptGetInfo(had.interrupt, &info);
    assert_null(WdfInterruptGetDevice(had.interrupt));
    assert_null(WdfInterruptWdmGetInterrupt(had.interrupt));

    assert_int_equal(info.Vector, 1);
    assert_string_equal(the_driver.log, "");
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_int_equal(count_findings(), 10);
    syspte_life_unload(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        interrupt_test(work_item_of_an_interrupt_runs_once_at_passive_level),
        interrupt_test(work_item_of_an_interrupt_can_be_queued_without_one),
        interrupt_test(work_item_of_an_interrupt_goes_with_it),
        interrupt_test(driver_disables_and_enables_its_interrupt),
        interrupt_test(device_whose_interrupt_is_not_enabled_does_not_start),
        interrupt_test(interrupt_object_of_wdm_is_there_while_it_is_connected),
        interrupt_test(interrupt_that_is_not_connected_has_no_lock),
        interrupt_test(interrupt_without_a_resource_is_never_connected),
        interrupt_test(information_of_another_size_is_left_alone),
        interrupt_test(interrupt_with_a_policy_still_arrives),
        interrupt_test(interrupt_that_cannot_be_simulated_is_refused),
        interrupt_test(deleted_interrupt_answers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
