// SPDX-License-Identifier: MIT
// A small driver from its entry to its unload: device objects, their stacks, requests through its
// dispatch table, and what it can leave behind.
#include "harness.h"

#include <wdmsec.h>

typedef struct extension {
    PDEVICE_OBJECT below;
    PVOID registers;
} extension;

static PDRIVER_OBJECT driver;
static PDEVICE_OBJECT physical_device;
static PDEVICE_OBJECT made; // by add_device
static UNICODE_STRING device_name = RTL_CONSTANT_STRING(L"\\Device\\Example");
static UNICODE_STRING link_name = RTL_CONSTANT_STRING(L"\\DosDevices\\Example");
static bool forgets_to_detach;
static bool raises_the_irql;

// ---- The driver

static NTSTATUS NTAPI pass_on(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    extension *e = DeviceObject->DeviceExtension;
    if (raises_the_irql) {
        (void)KeRaiseIrqlToDpcLevel();
    }
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(e->below, Irp);
}

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDevice)
{
    NTSTATUS status = IoCreateDevice(DriverObject, sizeof(extension), &device_name,
                                     FILE_DEVICE_UNKNOWN, 0, FALSE, &made);
    if (NT_SUCCESS(status)) {
        extension *e = made->DeviceExtension;
        e->below = IoAttachDeviceToDeviceStack(made, PhysicalDevice);
        made->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
        status = IoCreateSymbolicLink(&link_name, &device_name);
    }
    return status;
}

static void remove_device(void)
{
    extension *e = made->DeviceExtension;
    (void)IoDeleteSymbolicLink(&link_name);
    if (!forgets_to_detach) {
        IoDetachDevice(e->below);
    }
    IoDeleteDevice(made);
}

static unsigned unloads;

static VOID NTAPI on_unload(PDRIVER_OBJECT DriverObject)
{
    assert_ptr_equal(DriverObject, driver);
    unloads++;
}

static NTSTATUS NTAPI driver_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    assert_int_equal(RegistryPath->Buffer[0], '\\');
    assert_int_equal(RegistryPath->Length % sizeof(WCHAR), 0);
    DriverObject->MajorFunction[IRP_MJ_PNP] = pass_on;
    DriverObject->DriverExtension->AddDevice = add_device;
    DriverObject->DriverUnload = on_unload;
    return STATUS_SUCCESS;
}

// ---- The tests

static int begin(void **state)
{
    int failed = machine_begin(state);
    unloads = 0;
    forgets_to_detach = raises_the_irql = false;
    return failed;
}

#define driver_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void start(void)
{
    assert_int_equal(syspte_driver_load(driver_entry, &driver), STATUS_SUCCESS);
    assert_int_equal(syspte_driver_add_device(driver, &physical_device), STATUS_SUCCESS);
}

static NTSTATUS send(UCHAR major, NTSTATUS *ended)
{
    PIRP irp = IoAllocateIrp(made->StackSize, FALSE);
    IoGetNextIrpStackLocation(irp)->MajorFunction = major;
    NTSTATUS status = syspte_irp_send(physical_device, irp);
    *ended = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}

static void driver_that_cleans_up_leaves_nothing(void **state)
{
    NTSTATUS ended;
    (void)state;

    start();
    assert_int_equal(send(IRP_MJ_PNP, &ended), STATUS_SUCCESS);
    assert_int_equal(ended, STATUS_SUCCESS);
    remove_device();
    syspte_driver_unload(driver);

    assert_int_equal(unloads, 1);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void device_is_made_as_on_windows(void **state)
{
    (void)state;

    start();

    assert_int_equal(made->Type, IO_TYPE_DEVICE);
    assert_int_equal(made->StackSize, 2);
    assert_ptr_equal(made->DriverObject, driver);
    assert_ptr_equal(driver->DeviceObject, made);
    assert_ptr_equal(physical_device->AttachedDevice, made);
    assert_null(((extension *)made->DeviceExtension)->registers);
    assert_true(made->Flags & DO_DEVICE_HAS_NAME);
    remove_device();
    assert_null(driver->DeviceObject);
    assert_null(physical_device->AttachedDevice);
}

static void request_without_a_routine_is_refused(void **state)
{
    NTSTATUS ended;
    (void)state;
    start();

    assert_int_equal(send(IRP_MJ_DEVICE_CONTROL, &ended), STATUS_INVALID_DEVICE_REQUEST);

    assert_int_equal(ended, STATUS_INVALID_DEVICE_REQUEST);
    remove_device();
}

static void device_that_is_left_is_found_at_unload_and_at_the_end(void **state)
{
    (void)state;
    start();

    syspte_driver_unload(driver);
    (void)only_finding(SYSPTE_RULE_DEVICES_LEFT);
    assert_int_equal(syspte_shutdown(), 2);

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 2);
    assert_non_null(strstr(report_text(), "IoCreateDevice in add_device: 1 block"));
    assert_non_null(strstr(report_text(), "IoCreateSymbolicLink in add_device: 1 block"));
}

static void device_deleted_while_attached_is_found(void **state)
{
    (void)state;
    start();
    forgets_to_detach = true;

    remove_device();

    assert_string_equal(only_finding(SYSPTE_RULE_DEVICE_ATTACHED).text,
                        "it is still attached to the device below it");
    assert_null(physical_device->AttachedDevice);
}

static void device_deleted_below_another_one_is_found(void **state)
{
    PDEVICE_OBJECT upper;
    (void)state;
    start();
    assert_int_equal(IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, TRUE, &upper),
                     STATUS_SUCCESS);
    assert_null(upper->DeviceExtension);
    assert_ptr_equal(IoAttachDeviceToDeviceStack(upper, physical_device), made);
    assert_int_equal(upper->StackSize, 3);

    remove_device();

    assert_string_equal(only_finding(SYSPTE_RULE_DEVICE_ATTACHED).text,
                        "another device is attached above it");
    IoDeleteDevice(upper);
    assert_int_equal(syspte_shutdown(), 0);
}

static void nothing_attaches_to_a_device_that_is_not_ready(void **state)
{
    PDEVICE_OBJECT device[2];
    (void)state;
    start();
    for (unsigned i = 0; i < 2; i++) {
        (void)!IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device[i]);
    }

    assert_null(IoAttachDeviceToDeviceStack(device[0], device[1]));
    device[1]->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    assert_ptr_equal(IoAttachDeviceToDeviceStack(device[0], device[1]), device[1]);
    IoDetachDevice(device[1]);
    IoDetachDevice(device[1]);

    (void)only_finding(SYSPTE_RULE_DEVICE_NOT_ATTACHED);
}

static void names_are_unique(void **state)
{
    PDEVICE_OBJECT second;
    UNICODE_STRING same = RTL_CONSTANT_STRING(L"\\DEVICE\\example");
    UNICODE_STRING other = RTL_CONSTANT_STRING(L"\\DEVICE\\examples");
    (void)state;
    start();

    assert_int_equal(IoCreateDevice(driver, 0, &same, FILE_DEVICE_UNKNOWN, 0, FALSE, &second),
                     STATUS_OBJECT_NAME_COLLISION);
    assert_null(second);
    assert_int_equal(IoCreateSymbolicLink(&link_name, &device_name), STATUS_OBJECT_NAME_COLLISION);
    assert_int_equal(IoDeleteSymbolicLink(&other), STATUS_OBJECT_NAME_NOT_FOUND);
    remove_device();
    assert_int_equal(IoDeleteSymbolicLink(&link_name), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(IoCreateDevice(driver, 0, &same, FILE_DEVICE_UNKNOWN, 0, FALSE, &second),
                     STATUS_SUCCESS);
    IoDeleteDevice(second);

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static PIRP short_irp;

static void send_too_short(void)
{
    IoGetNextIrpStackLocation(short_irp)->MajorFunction = IRP_MJ_PNP;
    IoSetNextIrpStackLocation(short_irp);
    (void)IoCallDriver(physical_device, short_irp);
}

static void request_without_a_location_stops_the_machine(void **state)
{
    (void)state;
    start();
    short_irp = IoAllocateIrp(1, FALSE);

    assert_true(stops(send_too_short));

    syspte_finding finding = only_finding(SYSPTE_RULE_NO_STACK_LOCATION);
    assert_stop(0x35, finding.system_va, 0, 0, 0);
    assert_int_not_equal(finding.system_va, 0);
}

static void dispatch_routine_that_changes_the_irql_is_found(void **state)
{
    NTSTATUS ended;
    (void)state;
    start();
    raises_the_irql = true;

    (void)send(IRP_MJ_PNP, &ended);

    (void)only_finding(SYSPTE_RULE_ROUTINE_IRQL);
}

static void device_made_at_dispatch_level_is_found(void **state)
{
    PDEVICE_OBJECT device;
    (void)state;
    start();
    KIRQL old = KeRaiseIrqlToDpcLevel();

    assert_int_equal(IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device),
                     STATUS_SUCCESS);

    assert_int_equal(only_finding(SYSPTE_RULE_CALL_IRQL).call->api, SYSPTE_API_IO_CREATE_DEVICE);
    KeLowerIrql(old);
}

static NTSTATUS NTAPI failing_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    PDEVICE_OBJECT device;
    (void)RegistryPath;
    (void)!IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    return STATUS_NO_SUCH_DEVICE;
}

static NTSTATUS secure_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    return IoCreateDeviceSecure(DriverObject, 16, &device_name, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                &SDDL_DEVOBJ_SYS_ALL_ADM_ALL, NULL, &made);
}

static void secure_device_is_a_device_of_its_caller(void **state)
{
    (void)state;

    assert_int_equal(syspte_driver_load(secure_entry, &driver), STATUS_SUCCESS);
    assert_ptr_equal(driver->DeviceObject, made);
    assert_non_null(made->DeviceExtension);
    (void)syspte_shutdown();

    assert_string_equal(only_finding(SYSPTE_RULE_LEAK).call->function, "secure_entry");
}

static void entry_that_fails_and_leaves_a_device_leaks(void **state)
{
    (void)state;

    assert_int_equal(syspte_driver_load(failing_entry, &driver), STATUS_NO_SUCH_DEVICE);

    assert_null(driver);
    assert_int_equal(syspte_shutdown(), 1);
    (void)only_finding(SYSPTE_RULE_LEAK);
}

static NTSTATUS NTAPI entry_with_a_device(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    return IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &made);
}

static void device_of_the_entry_is_ready_when_it_returns(void **state)
{
    (void)state;

    assert_int_equal(syspte_driver_load(entry_with_a_device, &driver), STATUS_SUCCESS);

    assert_false(made->Flags & DO_DEVICE_INITIALIZING);
    IoDeleteDevice(made);
}

static NTSTATUS NTAPI empty_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)DriverObject;
    (void)RegistryPath;
    return STATUS_SUCCESS;
}

static void eight_drivers_can_be_loaded(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(syspte_driver_load(empty_entry, &driver), STATUS_SUCCESS);
    }
    PDRIVER_OBJECT last = driver;

    assert_int_equal(syspte_driver_add_device(last, &physical_device), STATUS_NOT_SUPPORTED);
    assert_int_equal(syspte_driver_load(empty_entry, &driver), STATUS_INSUFFICIENT_RESOURCES);
    assert_complaint("8 drivers are loaded already");
    syspte_driver_unload(last);

    assert_int_equal(syspte_driver_load(empty_entry, &driver), STATUS_SUCCESS);
}

static void driver_without_an_entry_is_a_complaint(void **state)
{
    (void)state;
    boot(NULL);

    assert_int_equal(syspte_driver_load(NULL, &driver), STATUS_INVALID_PARAMETER);

    assert_complaint("there is no DriverEntry to call");
    assert_null(driver);
}

static void driver_without_a_machine_is_a_complaint(void **state)
{
    (void)state;
    (void)syspte_shutdown();

    assert_int_equal(syspte_driver_load(empty_entry, &driver), STATUS_UNSUCCESSFUL);

    assert_complaint("call syspte_boot first");
}

static void delete_again(void)
{
    IoDeleteDevice(made);
}

static void device_that_is_deleted_twice_is_found(void **state)
{
    (void)state;
    start();
    remove_device();

    assert_true(stops(delete_again));

    (void)only_finding(SYSPTE_RULE_FREE_TWICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        driver_test(driver_that_cleans_up_leaves_nothing),
        driver_test(device_is_made_as_on_windows),
        driver_test(request_without_a_routine_is_refused),
        driver_test(device_that_is_left_is_found_at_unload_and_at_the_end),
        driver_test(device_deleted_while_attached_is_found),
        driver_test(device_deleted_below_another_one_is_found),
        driver_test(device_that_is_deleted_twice_is_found),
        driver_test(nothing_attaches_to_a_device_that_is_not_ready),
        driver_test(names_are_unique),
        driver_test(request_without_a_location_stops_the_machine),
        driver_test(dispatch_routine_that_changes_the_irql_is_found),
        driver_test(device_made_at_dispatch_level_is_found),
        driver_test(secure_device_is_a_device_of_its_caller),
        driver_test(entry_that_fails_and_leaves_a_device_leaks),
        driver_test(device_of_the_entry_is_ready_when_it_returns),
        driver_test(eight_drivers_can_be_loaded),
        driver_test(driver_without_an_entry_is_a_complaint),
        driver_test(driver_without_a_machine_is_a_complaint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
