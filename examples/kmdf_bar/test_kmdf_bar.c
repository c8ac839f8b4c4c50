// SPDX-License-Identifier: MIT
// The driver's tests, as its author would write them: none of them looks for leaks, and each fails
// if there is one. The display's registers and picture are plain memory, which the test reads as
// the display would.
#include <syspte/cmocka.h>
#include <ntddk.h>

#include <string.h>

#include "kmdf_bar.h"

DRIVER_INITIALIZE DriverEntry;

#define REGISTERS_AT  0xFEBC0000u
#define PICTURE_AT    0xFD000000u
#define DIAGNOSIS_AT  0xFEBD0000u
#define PICTURE_BYTES 0x30000u

static const syspte_resource resources[] = {
    {.kind = SYSPTE_RESOURCE_MEMORY, .start = REGISTERS_AT, .bytes = 0x1000},
    {.kind = SYSPTE_RESOURCE_MEMORY, .start = PICTURE_AT, .bytes = PICTURE_BYTES},
    {.kind = SYSPTE_RESOURCE_INTERRUPT, .start = 0x61}, // that the driver has no use for
    {.kind = SYSPTE_RESOURCE_MEMORY, .start = DIAGNOSIS_AT, .bytes = 0x2000},
};
static const syspte_hardware display = {.resources = resources, .resource_count = 3};
static const syspte_hardware display_with_diagnosis = {.resources = resources, .resource_count = 4};
static const syspte_hardware no_picture = {.resources = resources, .resource_count = 1};

static DISPLAY_REGISTERS registers_now(void)
{
    DISPLAY_REGISTERS registers;

    assert_true(syspte_memory_read(REGISTERS_AT, &registers, sizeof registers));
    return registers;
}

// ---- The tests

static void is_on_and_black(void *context, syspte_life *life)
{
    ULONG last = 0xFFFFFFFF;
    (void)context;
    (void)life;

    assert_int_equal(registers_now().Control, DISPLAY_ON);
    assert_int_equal(registers_now().Bytes, PICTURE_BYTES);
    assert_true(syspte_memory_read(PICTURE_AT + PICTURE_BYTES - 4, &last, 4));
    assert_int_equal(last, 0);
    last = 0xFFFFFFFF;
    assert_true(syspte_memory_write(PICTURE_AT + PICTURE_BYTES - 4, &last, 4));
}

// Loaded, started, stopped and started again, put to sleep twice, pulled out, put back, removed.
static int32_t live(const syspte_hardware *hardware)
{
    syspte_lifecycle all = syspte_lifecycle_of(DriverEntry, hardware);
    all.running = is_on_and_black;

    return syspte_lifecycle_run(&all);
}

static void whole_life(void **state)
{
    (void)state;

    assert_int_equal(live(&display), STATUS_SUCCESS);
    assert_int_equal(registers_now().Control, 0);
}

// Run with each call of the driver failing in turn, by itself and with all that come later.
static void whatever_fails_nothing_is_lost(void **state)
{
    (void)state;

    if (!NT_SUCCESS(live(&display))) {
        syspte_assert_injected();
    }
}

static void range_that_the_driver_does_not_know_is_left_alone(void **state)
{
    (void)state;

    assert_int_equal(live(&display_with_diagnosis), STATUS_SUCCESS);
}

static void display_without_a_picture_does_not_start(void **state)
{
    (void)state;

    assert_int_equal(live(&no_picture), STATUS_DEVICE_CONFIGURATION_ERROR);
}

static void pull_out_while_asleep(void **state)
{
    syspte_life *life;
    (void)state;
    assert_int_equal(syspte_life_load(DriverEntry, &display, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);

    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);
    assert_int_equal(registers_now().Control, 0);
    assert_int_equal(syspte_life_surprise_removal(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_remove(life), STATUS_SUCCESS);

    syspte_life_unload(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(whole_life),
        syspte_unit_test_each_failure(whatever_fails_nothing_is_lost),
        syspte_unit_test(range_that_the_driver_does_not_know_is_left_alone),
        syspte_unit_test(display_without_a_picture_does_not_start),
        syspte_unit_test(pull_out_while_asleep),
    };
    return cmocka_run_group_tests_name("kmdf_bar", tests, NULL, NULL);
}
