// SPDX-License-Identifier: MIT
// The driver's tests, as its author would write them: none of them looks for leaks, and each fails
// if there is one. The card is a model of its registers beside plain memory for its window; the
// test measures, and the card raises its interrupt.
#include <syspte/cmocka.h>
#include <ntddk.h>

#include <string.h>

#include "wdm_pci.h"

DRIVER_INITIALIZE DriverEntry;

#define REGISTERS_AT 0xFEBC0000u
#define WINDOW_AT    0xFE800000u
#define VECTOR       0x61

// ---- The card

static CARD_REGISTERS card;

static uint64_t card_read(void *context, uint64_t offset, unsigned width)
{
    ULONG value = CARD_GONE;
    (void)context;

    if (width != sizeof value || offset + width > sizeof card) {
        syspte_device_complain("the card has no such register to read");
    } else {
        memcpy(&value, (PUCHAR)&card + offset, sizeof value);
    }
    return value;
}

static void card_write(void *context, uint64_t offset, unsigned width, uint64_t value)
{
    (void)context;

    switch (width == sizeof(ULONG) ? offset : UINT64_MAX) {
    case FIELD_OFFSET(CARD_REGISTERS, Control):
        card.Control = (ULONG)value;
        card.Written = 0;
        break;
    case FIELD_OFFSET(CARD_REGISTERS, Status):
        card.Status &= ~(ULONG)value;
        break;
    case FIELD_OFFSET(CARD_REGISTERS, Highest):
        card.Highest = (ULONG)value;
        break;
    default:
        syspte_device_complain("the card has no such register to write to");
    }
}

static const syspte_device model = {card_read, card_write, NULL};
static const syspte_resource resources[] = {
    {.kind = SYSPTE_RESOURCE_MEMORY, .start = REGISTERS_AT, .bytes = 0x1000, .model = &model},
    {.kind = SYSPTE_RESOURCE_MEMORY,
     .start = WINDOW_AT,
     .bytes = CARD_WINDOW_WORDS * sizeof(ULONG)},
    {.kind = SYSPTE_RESOURCE_INTERRUPT, .start = VECTOR},
};
static const syspte_hardware hardware = {
    .resources = resources, .resource_count = 3, .vendor_id = 0x1234, .device_id = 0x0001};

// The card measures: true if it raised its interrupt and the driver said that it was the card's.
static bool measure(ULONG value)
{
    ULONG at = card.Written % CARD_WINDOW_WORDS;

    assert_true(syspte_memory_write(WINDOW_AT + at * sizeof value, &value, sizeof value));
    card.Written++;
    card.Status |= CARD_WAITING;
    return (card.Control & CARD_ENABLE) != 0 && syspte_interrupt_fire(VECTOR);
}

// ---- What the tests stand on

static syspte_life *life;

static int32_t load_and_add(const syspte_hardware *with)
{
    memset(&card, 0, sizeof card);
    assert_int_equal(syspte_life_load(DriverEntry, with, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
    return syspte_life_start(life);
}

static int start(void **state)
{
    (void)state;
    return load_and_add(&hardware);
}

static int remove_and_unload(void **state)
{
    (void)state;
    int32_t status = syspte_life_remove(life);
    syspte_life_unload(life);
    return status;
}

static void measure_once(void *context, syspte_life *running)
{
    (void)context;
    (void)running;
    assert_true(measure(5));
    (void)syspte_run_pending();
    assert_int_equal(card.Highest, 5);
}

// ---- The tests

// Loaded, started, stopped and started again, put to sleep twice, pulled out, put back, removed.
static void whole_life(void **state)
{
    syspte_lifecycle all = syspte_lifecycle_of(DriverEntry, &hardware);
    (void)state;
    memset(&card, 0, sizeof card);
    all.running = measure_once;

    assert_int_equal(syspte_lifecycle_run(&all), STATUS_SUCCESS);
}

// Run with each call of the driver failing in turn, by itself and with all that come later.
static void whatever_fails_nothing_is_lost(void **state)
{
    syspte_lifecycle all = syspte_lifecycle_of(DriverEntry, &hardware);
    (void)state;
    memset(&card, 0, sizeof card);

    if (!NT_SUCCESS(syspte_lifecycle_run(&all))) {
        syspte_assert_injected();
    }
}

static void highest_value_is_shown(void **state)
{
    (void)state;

    assert_true(measure(3));
    assert_true(measure(9));
    assert_true(measure(4));
    assert_int_equal(syspte_run_pending(), 1); // one DPC for three interrupts

    assert_int_equal(card.Highest, 9);
    assert_int_equal(card.Status, 0);
}

static void window_begins_again_at_its_end(void **state)
{
    (void)state;
    for (ULONG i = 0; i < CARD_WINDOW_WORDS; i++) {
        assert_true(measure(i % 7));
    }
    (void)syspte_run_pending();

    assert_true(measure(100));
    (void)syspte_run_pending();

    assert_int_equal(card.Highest, 100);
}

static void interrupt_of_another_device_is_not_claimed(void **state)
{
    (void)state;

    assert_false(syspte_interrupt_fire(VECTOR));
    assert_int_equal(syspte_run_pending(), 0);
}

static void stopped_card_is_quiet_and_starts_again(void **state)
{
    (void)state;
    assert_true(measure(9)); // its DPC has not run yet

    assert_int_equal(syspte_life_query_stop(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_stop(life), STATUS_SUCCESS);
    assert_int_equal(card.Control, 0);
    assert_int_equal(syspte_interrupt_connected(VECTOR), 0);

    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);
    assert_int_equal(card.Control, CARD_ENABLE);
    assert_true(measure(2));
}

static void card_that_is_pulled_out_is_left_alone(void **state)
{
    (void)state;
    memset(&card, 0xFF, sizeof card);

    assert_false(syspte_interrupt_fire(VECTOR));
    assert_int_equal(syspte_life_surprise_removal(life), STATUS_SUCCESS);

    assert_int_equal(card.Control, CARD_GONE);
}

static void card_without_an_interrupt_does_not_start(void **state)
{
    const syspte_hardware lacking = {.resources = resources, .resource_count = 2};

    assert_int_equal(load_and_add(&lacking), STATUS_DEVICE_CONFIGURATION_ERROR);

    assert_int_equal(remove_and_unload(state), STATUS_SUCCESS);
}

static void card_without_a_window_does_not_start(void **state)
{
    const syspte_hardware lacking = {.resources = resources, .resource_count = 1};

    assert_int_equal(load_and_add(&lacking), STATUS_DEVICE_CONFIGURATION_ERROR);

    assert_int_equal(remove_and_unload(state), STATUS_SUCCESS);
}

#define with_card(test) syspte_unit_test_setup_teardown(test, start, remove_and_unload)

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(whole_life),
        syspte_unit_test_each_failure(whatever_fails_nothing_is_lost),
        with_card(highest_value_is_shown),
        with_card(window_begins_again_at_its_end),
        with_card(interrupt_of_another_device_is_not_claimed),
        with_card(stopped_card_is_quiet_and_starts_again),
        with_card(card_that_is_pulled_out_is_left_alone),
        syspte_unit_test(card_without_an_interrupt_does_not_start),
        syspte_unit_test(card_without_a_window_does_not_start),
    };
    return cmocka_run_group_tests_name("wdm_pci", tests, NULL, NULL);
}
