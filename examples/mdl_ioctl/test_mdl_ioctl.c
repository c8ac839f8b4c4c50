// SPDX-License-Identifier: MIT
// The driver's tests, as its author would write them: none of them looks for leaks, and each fails
// if there is one. The test is the application: it owns the buffer, and sends what DeviceIoControl
// and CloseHandle send.
#include <syspte/cmocka.h>
#include <ntddk.h>

#include "../request.h"
#include "mdl_ioctl.h"

DRIVER_INITIALIZE DriverEntry;

static PDRIVER_OBJECT driver;

// ---- What the tests stand on

static int load(void **state)
{
    (void)state;
    return syspte_driver_load(DriverEntry, &driver);
}

static int close_and_unload(void **state)
{
    IO_STACK_LOCATION cleanup = {.MajorFunction = IRP_MJ_CLEANUP};
    IO_STACK_LOCATION close = {.MajorFunction = IRP_MJ_CLOSE};
    (void)state;

    NTSTATUS status = request_send(driver->DeviceObject, &cleanup, NULL, NULL);
    status |= request_send(driver->DeviceObject, &close, NULL, NULL);
    syspte_driver_unload(driver);
    return status;
}

// DeviceIoControl without an output buffer.
static NTSTATUS control(ULONG code, PVOID in, ULONG bytes)
{
    IO_STACK_LOCATION wanted = {.MajorFunction = IRP_MJ_DEVICE_CONTROL};

    wanted.Parameters.DeviceIoControl.IoControlCode = code;
    wanted.Parameters.DeviceIoControl.InputBufferLength = bytes;
    wanted.Parameters.DeviceIoControl.Type3InputBuffer = in;
    return request_send(driver->DeviceObject, &wanted, in, NULL);
}

static NTSTATUS put(ULONG word)
{
    return control(IOCTL_BUFFER_PUT, &word, sizeof word);
}

// ---- The tests

static void words_go_around_in_the_buffer(void **state)
{
    PUCHAR user = syspte_buffer_alloc(2 * PAGE_SIZE, SYSPTE_BUFFER_USER);
    PULONG lent = (PULONG)(user + PAGE_SIZE - sizeof(ULONG)); // the next word is in the next page
    (void)state;

    assert_int_equal(control(IOCTL_BUFFER_LEND, lent, 2 * sizeof(ULONG)), STATUS_SUCCESS);
    assert_int_equal(put(1), STATUS_SUCCESS);
    assert_int_equal(put(2), STATUS_SUCCESS);
    assert_int_equal(put(3), STATUS_SUCCESS);
    assert_int_equal(control(IOCTL_BUFFER_TAKE_BACK, NULL, 0), STATUS_SUCCESS);

    assert_int_equal(lent[0], 3);
    assert_int_equal(lent[1], 2);
    assert_int_equal(put(4), STATUS_INVALID_DEVICE_STATE);
}

static void application_that_dies_gets_its_buffer_back(void **state)
{
    PULONG user = syspte_buffer_alloc(PAGE_SIZE, SYSPTE_BUFFER_USER);
    (void)state;

    assert_int_equal(control(IOCTL_BUFFER_LEND, user, PAGE_SIZE), STATUS_SUCCESS);
    assert_int_equal(put(7), STATUS_SUCCESS);

    assert_int_equal(user[0], 7);
}

static void second_buffer_is_refused(void **state)
{
    PULONG user = syspte_buffer_alloc(PAGE_SIZE, SYSPTE_BUFFER_USER);
    (void)state;

    assert_int_equal(control(IOCTL_BUFFER_LEND, user, PAGE_SIZE), STATUS_SUCCESS);
    assert_int_equal(control(IOCTL_BUFFER_LEND, user, PAGE_SIZE), STATUS_DEVICE_BUSY);
    assert_int_equal(control(IOCTL_BUFFER_TAKE_BACK, NULL, 0), STATUS_SUCCESS);
    assert_int_equal(control(IOCTL_BUFFER_TAKE_BACK, NULL, 0), STATUS_INVALID_DEVICE_STATE);
}

static void pointer_that_leads_nowhere_is_refused(void **state)
{
    (void)state;

    assert_int_equal(control(IOCTL_BUFFER_LEND, (PVOID)0x10000, PAGE_SIZE),
                     STATUS_INVALID_USER_BUFFER);
}

static void buffer_that_ends_too_early_is_refused(void **state)
{
    PULONG user = syspte_buffer_alloc(PAGE_SIZE, SYSPTE_BUFFER_USER);
    (void)state;

    assert_int_equal(control(IOCTL_BUFFER_LEND, user + 1, PAGE_SIZE), STATUS_INVALID_USER_BUFFER);
}

static void address_of_the_system_is_refused(void **state)
{
    PVOID system = syspte_buffer_alloc(PAGE_SIZE, SYSPTE_BUFFER_PAGEABLE);
    (void)state;

    assert_int_equal(control(IOCTL_BUFFER_LEND, system, PAGE_SIZE), STATUS_INVALID_USER_BUFFER);
}

// On a machine with one system PTE.
static void machine_that_ran_out_of_ptes_is_an_error(void **state)
{
    PVOID user = syspte_buffer_alloc(2 * PAGE_SIZE, SYSPTE_BUFFER_USER);
    assert_int_equal(load(state), 0);

    assert_int_equal(control(IOCTL_BUFFER_LEND, user, 2 * PAGE_SIZE),
                     STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(close_and_unload(state), 0);
}

// Run with each call of the driver failing in turn, by itself and with all that come later.
static void whatever_fails_nothing_is_lost(void **state)
{
    PULONG user = syspte_buffer_alloc(2 * PAGE_SIZE, SYSPTE_BUFFER_USER);

    if (!NT_SUCCESS(load(state))) {
        syspte_assert_injected();
        return;
    }
    if (!NT_SUCCESS(control(IOCTL_BUFFER_LEND, user, 2 * PAGE_SIZE))) {
        syspte_assert_injected();
    } else {
        assert_int_equal(put(1), STATUS_SUCCESS);
    }
    assert_int_equal(close_and_unload(state), STATUS_SUCCESS);
}

static void requests_of_another_shape_are_refused(void **state)
{
    PUCHAR user = syspte_buffer_alloc(PAGE_SIZE, SYSPTE_BUFFER_USER);
    (void)state;

    assert_int_equal(control(IOCTL_BUFFER_LEND, user + 2, 8), STATUS_DATATYPE_MISALIGNMENT);
    assert_int_equal(control(IOCTL_BUFFER_LEND, user, 3), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(control(IOCTL_BUFFER_PUT, user, 3), STATUS_INVALID_PARAMETER);
    assert_int_equal(control(IOCTL_BUFFER_PUT + 4, user, 4), STATUS_INVALID_DEVICE_REQUEST);
}

#define with_driver(test) syspte_unit_test_setup_teardown(test, load, close_and_unload)

int main(void)
{
    syspte_config one_pte = syspte_config_default();
    one_pte.pte_count = 1;

    const struct CMUnitTest tests[] = {
        with_driver(words_go_around_in_the_buffer),
        with_driver(application_that_dies_gets_its_buffer_back),
        with_driver(second_buffer_is_refused),
        with_driver(pointer_that_leads_nowhere_is_refused),
        with_driver(buffer_that_ends_too_early_is_refused),
        with_driver(address_of_the_system_is_refused),
        with_driver(requests_of_another_shape_are_refused),
        syspte_unit_test_each_failure(whatever_fails_nothing_is_lost),
        syspte_unit_test_with(machine_that_ran_out_of_ptes_is_an_error, &one_pte),
    };
    return cmocka_run_group_tests_name("mdl_ioctl", tests, NULL, NULL);
}
