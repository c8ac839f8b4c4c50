// SPDX-License-Identifier: MIT
// What the rest of the system does to a driver that is right: half of the PTEs are free, and a map
// of two pages fails.
#include <syspte/cmocka.h>

#include <string.h>

#include "capture.h"

#define FRAME_ADDRESS 0xD0000000

static CAPTURE_DEVICE device;
static UCHAR buffer[CAPTURE_FRAME_BYTES];

static void card_add(void)
{
    static const UCHAR pixels[] = {0x12, 0x34, 0x56, 0x78};

    memset(&device, 0, sizeof device);
    device.FrameAddress.QuadPart = FRAME_ADDRESS;
    assert_true(syspte_device_add(FRAME_ADDRESS, CAPTURE_FRAME_BYTES, NULL));
    assert_true(syspte_memory_write(FRAME_ADDRESS, pixels, sizeof pixels));
}

// Every second PTE is another driver's, but for what this one has.
static void pool_shatter(void)
{
    uint64_t half = syspte_counters_now().pte_free / 2;
    syspte_pool_shape pieces = {.pte_free = half, .free_blocks = half, .largest_free_block = 1};

    assert_true(syspte_pool_fragment(&pieces));
}

static void mapping_two_pages_fails_with_half_the_pool_free(void **state)
{
    (void)state;
    card_add();
    assert_true(NT_SUCCESS(CaptureFrameByMapping(&device, buffer)));
    assert_int_equal(buffer[3], 0x78);
    pool_shatter();

    assert_int_equal(CaptureFrameByMapping(&device, buffer), STATUS_INSUFFICIENT_RESOURCES);

    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.failed_maps, 1);
    assert_int_equal(syspte_pool_level_of(now.pte_free), SYSPTE_POOL_NORMAL); // no alarm went off
    assert_int_equal(now.largest_free_block, 1);
}

static void what_was_mapped_at_start_goes_on_working(void **state)
{
    (void)state;
    card_add();
    assert_true(NT_SUCCESS(CaptureStart(&device)));
    pool_shatter();

    assert_true(NT_SUCCESS(CaptureFrame(&device, buffer)));

    assert_int_equal(buffer[0], 0x12);
    CaptureStop(&device);
}

static void a_start_in_a_shattered_pool_fails_cleanly(void **state)
{
    (void)state;
    card_add();
    pool_shatter();

    assert_int_equal(CaptureStart(&device), STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(CaptureFrame(&device, buffer), STATUS_DEVICE_NOT_READY);
    CaptureStop(&device);
}

int main(void)
{
    syspte_config win7 = syspte_config_default();
    win7.profile = syspte_profile_find("win7-x86");
    const struct CMUnitTest tests[] = {
        syspte_unit_test_with(mapping_two_pages_fails_with_half_the_pool_free, &win7),
        syspte_unit_test_with(what_was_mapped_at_start_goes_on_working, &win7),
        syspte_unit_test_with(a_start_in_a_shattered_pool_fails_cleanly, &win7),
    };

    return cmocka_run_group_tests_name("fragmentation", tests, NULL, NULL);
}
