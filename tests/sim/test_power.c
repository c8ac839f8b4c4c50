// SPDX-License-Identifier: MIT
// The power manager: what a driver asks it for, and what it is told.
#include "harness.h"

static PDRIVER_OBJECT driver;
static PDEVICE_OBJECT physical_device;
static PDEVICE_OBJECT made;
static PDEVICE_OBJECT below;

static unsigned requests; // that the driver saw
static UCHAR last_minor;
static POWER_STATE last_state;
static bool pends; // the request, until `pended` is completed
static PIRP pended;

// ---- The driver

static NTSTATUS NTAPI dispatch_power(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(Irp);
    assert_ptr_equal(DeviceObject, made);
    requests++;
    last_minor = at->MinorFunction;
    last_state = at->Parameters.Power.State;
    if (pends) {
        IoMarkIrpPending(Irp);
        pended = Irp;
        return STATUS_PENDING;
    }
    PoStartNextPowerIrp(Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    return PoCallDriver(below, Irp);
}

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDevice)
{
    NTSTATUS status = IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &made);
    below = IoAttachDeviceToDeviceStack(made, PhysicalDevice);
    made->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return status;
}

static NTSTATUS NTAPI driver_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    DriverObject->MajorFunction[IRP_MJ_POWER] = dispatch_power;
    DriverObject->DriverExtension->AddDevice = add_device;
    return STATUS_SUCCESS;
}

static int begin(void **state)
{
    int failed = machine_begin(state);
    requests = 0;
    pends = false;
    assert_int_equal(syspte_driver_load(driver_entry, &driver), STATUS_SUCCESS);
    assert_int_equal(syspte_driver_add_device(driver, &physical_device), STATUS_SUCCESS);
    return failed;
}

static int end(void **state)
{
    if (syspte_is_booted() && made != NULL) {
        IoDetachDevice(below);
        IoDeleteDevice(made);
        assert_int_equal(syspte_shutdown(), 0); // no request is a leak
    }
    return machine_end(state);
}

#define power_test(f) cmocka_unit_test_setup_teardown(f, begin, end)

// What the driver was called back with.
static struct {
    unsigned calls;
    UCHAR minor;
    POWER_STATE state;
    NTSTATUS status;
} answer;

static VOID NTAPI on_answer(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction,
                            POWER_STATE PowerState, PVOID Context, PIO_STATUS_BLOCK IoStatus)
{
    assert_ptr_equal(DeviceObject, physical_device);
    assert_ptr_equal(Context, &answer);
    answer.calls++;
    answer.minor = MinorFunction;
    answer.state = PowerState;
    answer.status = IoStatus->Status;
}

static NTSTATUS ask(UCHAR minor, DEVICE_POWER_STATE state)
{
    POWER_STATE wanted = {.DeviceState = state};
    answer.calls = 0;
    return PoRequestPowerIrp(physical_device, minor, wanted, on_answer, &answer, NULL);
}

// ---- Requests

static void request_goes_to_the_top_of_the_stack_and_comes_back(void **state)
{
    (void)state;

    assert_int_equal(ask(IRP_MN_SET_POWER, PowerDeviceD3), STATUS_PENDING);

    assert_int_equal(requests, 1);
    assert_int_equal(last_minor, IRP_MN_SET_POWER);
    assert_int_equal(last_state.DeviceState, PowerDeviceD3);
    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.minor, IRP_MN_SET_POWER);
    assert_int_equal(answer.state.DeviceState, PowerDeviceD3);
    assert_int_equal(answer.status, STATUS_SUCCESS);
    assert_no_findings();
}

static void request_from_dispatch_level_goes_later(void **state)
{
    (void)state;
    KIRQL old = KeRaiseIrqlToDpcLevel();

    assert_int_equal(ask(IRP_MN_QUERY_POWER, PowerDeviceD3), STATUS_PENDING);
    KeLowerIrql(old);

    assert_int_equal(requests, 0);
    assert_int_equal(syspte_run_pending(), 1);
    assert_int_equal(requests, 1);
    assert_int_equal(answer.calls, 1);
}

static void request_that_is_pending_is_answered_when_it_is_completed(void **state)
{
    (void)state;
    pends = true;
    assert_int_equal(ask(IRP_MN_SET_POWER, PowerDeviceD0), STATUS_PENDING);
    assert_int_equal(answer.calls, 0);

    pended->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(pended, IO_NO_INCREMENT);

    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.status, STATUS_DEVICE_NOT_READY);
}

static void device_that_cannot_wake_says_so(void **state)
{
    PIRP irp = NULL;
    POWER_STATE lowest = {.SystemState = PowerSystemSleeping3};
    (void)state;
    answer.calls = 0;

    assert_int_equal(
        PoRequestPowerIrp(physical_device, IRP_MN_WAIT_WAKE, lowest, on_answer, &answer, &irp),
        STATUS_PENDING);

    assert_non_null(irp);
    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.status, STATUS_NOT_SUPPORTED);
}

static void what_is_no_power_request_is_refused(void **state)
{
    (void)state;

    assert_int_equal(ask(IRP_MN_POWER_SEQUENCE, PowerDeviceD0), STATUS_INVALID_PARAMETER_2);

    assert_int_equal(requests, 0);
}

static void request_needs_nobody_to_answer_to(void **state)
{
    POWER_STATE wanted = {.DeviceState = PowerDeviceD0};
    (void)state;

    for (unsigned i = 0; i < 200; i++) { // more than can be under way
        assert_int_equal(PoRequestPowerIrp(made, IRP_MN_SET_POWER, wanted, NULL, NULL, NULL),
                         STATUS_PENDING);
    }

    assert_int_equal(requests, 200);
}

static void requests_that_never_end_use_the_machine_up(void **state)
{
    (void)state;
    pends = true;
    for (unsigned i = 0; i < 64; i++) {
        assert_int_equal(ask(IRP_MN_SET_POWER, PowerDeviceD0), STATUS_PENDING);
    }

    assert_int_equal(ask(IRP_MN_SET_POWER, PowerDeviceD0), STATUS_INSUFFICIENT_RESOURCES);
}

// ---- States

static void power_state_is_answered_with_the_one_before(void **state)
{
    POWER_STATE d0 = {.DeviceState = PowerDeviceD0};
    POWER_STATE d3 = {.DeviceState = PowerDeviceD3};
    POWER_STATE s3 = {.SystemState = PowerSystemSleeping3};
    (void)state;

    assert_int_equal(PoSetPowerState(made, DevicePowerState, d0).DeviceState,
                     PowerDeviceUnspecified);
    assert_int_equal(PoSetPowerState(made, DevicePowerState, d3).DeviceState, PowerDeviceD0);
    assert_int_equal(PoSetPowerState(made, SystemPowerState, s3).SystemState,
                     PowerSystemUnspecified);
    assert_int_equal(PoSetPowerState(physical_device, DevicePowerState, d0).DeviceState,
                     PowerDeviceUnspecified);
    assert_int_equal(PoSetPowerState(made, DevicePowerState, d0).DeviceState, PowerDeviceD3);
}

static void idle_detection_gives_a_counter_to_clear(void **state)
{
    (void)state;

    PULONG counter = PoRegisterDeviceForIdleDetection(made, 60, 60, PowerDeviceD3);

    assert_non_null(counter);
    *counter = 5;
    PoSetDeviceBusy(counter);
    assert_int_equal(*counter, 0);
    assert_null(PoRegisterDeviceForIdleDetection(made, 0, 0, PowerDeviceD3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        power_test(request_goes_to_the_top_of_the_stack_and_comes_back),
        power_test(request_from_dispatch_level_goes_later),
        power_test(request_that_is_pending_is_answered_when_it_is_completed),
        power_test(device_that_cannot_wake_says_so),
        power_test(what_is_no_power_request_is_refused),
        power_test(request_needs_nobody_to_answer_to),
        power_test(requests_that_never_end_use_the_machine_up),
        power_test(power_state_is_answered_with_the_one_before),
        power_test(idle_detection_gives_a_counter_to_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
