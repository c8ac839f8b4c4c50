// SPDX-License-Identifier: MIT
// The driver's tests, as its author would write them: none of them looks for leaks, and each fails
// if there is one. What a PC's firmware has left in memory is written there by the test.
#include <syspte/cmocka.h>
#include <ntddk.h>

#include "../request.h"
#include "firmware.h"
#include "firmware_table.h"

DRIVER_INITIALIZE DriverEntry;

#define FACP 0x50434146 // the signatures, as a driver sees them
#define MCFG 0x4746434D
#define SSDT 0x54445353

static UCHAR buffer[256];
static ULONG_PTR returned; // Information of the last request: bytes

// ---- What the tests stand on

static void write_memory(uint32_t physical_address, const void *bytes, uint32_t count)
{
    assert_true(syspte_memory_write(physical_address, bytes, count));
}

static NTSTATUS send(PDEVICE_OBJECT device, ULONG code, ULONG in_bytes, ULONG out_bytes)
{
    IO_STACK_LOCATION wanted = {.MajorFunction = IRP_MJ_DEVICE_CONTROL};

    wanted.Parameters.DeviceIoControl.IoControlCode = code;
    wanted.Parameters.DeviceIoControl.InputBufferLength = in_bytes;
    wanted.Parameters.DeviceIoControl.OutputBufferLength = out_bytes;
    return request_send(device, &wanted, buffer, &returned);
}

static NTSTATUS get_table(PDEVICE_OBJECT device, ULONG signature, ULONG out_bytes)
{
    memset(buffer, 0xAA, sizeof buffer);
    memcpy(buffer, &signature, sizeof signature);
    return send(device, IOCTL_FIRMWARE_GET_TABLE, sizeof signature, out_bytes);
}

// Loads the driver, asks it for one table, and unloads it.
static NTSTATUS load_and_get(ULONG signature, ULONG out_bytes)
{
    PDRIVER_OBJECT driver;

    assert_int_equal(syspte_driver_load(DriverEntry, &driver), STATUS_SUCCESS);
    NTSTATUS status = get_table(driver->DeviceObject, signature, out_bytes);
    syspte_driver_unload(driver);
    return status;
}

// ---- The tests

static void table_is_found_and_copied(void **state)
{
    (void)state;
    firmware_put(write_memory);

    assert_int_equal(load_and_get(FACP, sizeof buffer), STATUS_SUCCESS);

    assert_int_equal(returned, FACP_BYTES);
    assert_memory_equal(buffer, "FACP", 4);
    assert_memory_equal(buffer + 10, "SYSPTEEXAMPLE ", 14);
    assert_int_equal(buffer[FACP_BYTES], 0xAA);
}

static void table_behind_another_one_and_across_pages_is_found(void **state)
{
    (void)state;
    firmware_put(write_memory);

    assert_int_equal(load_and_get(MCFG, MCFG_BYTES), STATUS_SUCCESS);

    assert_int_equal(returned, MCFG_BYTES);
    assert_memory_equal(buffer, "MCFG", 4);
}

static void table_that_is_not_there_is_not_found(void **state)
{
    (void)state;
    firmware_put(write_memory);

    assert_int_equal(load_and_get(SSDT, sizeof buffer), STATUS_NOT_FOUND);

    assert_int_equal(returned, 0);
}

static void buffer_that_is_too_small_stays_as_it_was(void **state)
{
    (void)state;
    firmware_put(write_memory);

    assert_int_equal(load_and_get(FACP, FACP_BYTES - 1), STATUS_BUFFER_TOO_SMALL);

    assert_int_equal(returned, 0);
    assert_int_equal(buffer[4], 0xAA);
}

static void machine_without_root_pointer_has_no_tables(void **state)
{
    (void)state;

    assert_int_equal(load_and_get(FACP, sizeof buffer), STATUS_NOT_FOUND);
}

static void root_pointer_with_a_wrong_sum_does_not_count(void **state)
{
    (void)state;
    firmware_put(write_memory);
    write_memory(ROOT_POINTER_AT + 15, "\x55", 1);

    assert_int_equal(load_and_get(FACP, sizeof buffer), STATUS_NOT_FOUND);
}

static void table_with_a_wrong_sum_is_refused(void **state)
{
    (void)state;
    firmware_put(write_memory);
    write_memory(FACP_AT + FACP_BYTES - 1, "\x55", 1);

    assert_int_equal(load_and_get(FACP, sizeof buffer), STATUS_DATA_ERROR);
}

static void table_that_claims_gigabytes_is_refused(void **state)
{
    (void)state;
    firmware_put(write_memory);
    write_memory(FACP_AT + 4, "\xFF\xFF\xFF\x7F", 4);

    assert_int_equal(load_and_get(FACP, sizeof buffer), STATUS_DATA_ERROR);
}

// Run with each call of the driver failing in turn, by itself and with all that come later.
static void whatever_fails_nothing_is_lost(void **state)
{
    PDRIVER_OBJECT driver;
    (void)state;
    firmware_put(write_memory);

    if (!NT_SUCCESS(syspte_driver_load(DriverEntry, &driver))) {
        syspte_assert_injected();
        return;
    }
    if (!NT_SUCCESS(get_table(driver->DeviceObject, MCFG, sizeof buffer))) {
        syspte_assert_injected();
    }
    syspte_driver_unload(driver);
}

static void requests_of_another_shape_are_refused(void **state)
{
    PDRIVER_OBJECT driver;
    (void)state;
    assert_int_equal(syspte_driver_load(DriverEntry, &driver), STATUS_SUCCESS);

    assert_int_equal(send(driver->DeviceObject, IOCTL_FIRMWARE_GET_TABLE, 3, sizeof buffer),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(send(driver->DeviceObject, IOCTL_FIRMWARE_GET_TABLE + 4, 4, sizeof buffer),
                     STATUS_INVALID_DEVICE_REQUEST);

    syspte_driver_unload(driver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(table_is_found_and_copied),
        syspte_unit_test(table_behind_another_one_and_across_pages_is_found),
        syspte_unit_test(table_that_is_not_there_is_not_found),
        syspte_unit_test(buffer_that_is_too_small_stays_as_it_was),
        syspte_unit_test(machine_without_root_pointer_has_no_tables),
        syspte_unit_test(root_pointer_with_a_wrong_sum_does_not_count),
        syspte_unit_test(table_with_a_wrong_sum_is_refused),
        syspte_unit_test(table_that_claims_gigabytes_is_refused),
        syspte_unit_test_each_failure(whatever_fails_nothing_is_lost),
        syspte_unit_test(requests_of_another_shape_are_refused),
    };
    return cmocka_run_group_tests_name("firmware_table", tests, NULL, NULL);
}
