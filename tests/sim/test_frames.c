// SPDX-License-Identifier: MIT
// The frames of RAM as the components that allocate from them see them: limits, windows, records,
// and a walk against a naive array. This test looks inside of the library.
#include "harness.h"

#include "sim/frames.h"
#include "sim/machine.h"

#define FIRST (SYSPTE_RAM_FIRST / SYSPTE_PAGE_BYTES)

static void boot_frames(uint64_t count)
{
    syspte_config config = syspte_config_default();
    config.ram_bytes = count * PAGE;
    boot(&config);
    syspte_world_take();
}

static void done(void)
{
    assert_null(syspte_frames_check());
    syspte_world_give();
}

static uint64_t take(uint64_t count, syspte_window window)
{
    syspte_frame_request request = {
        .count = count, .high = UINT64_MAX, .use = SYSPTE_FRAME_NONPAGED, .window = window};
    return syspte_frames_take(&request);
}

static uint64_t take_limited(uint64_t count, uint64_t low, uint64_t high, uint64_t boundary)
{
    syspte_frame_request request = {
        .count = count, .low = low, .high = high, .boundary = boundary, .use = SYSPTE_FRAME_PAGES};
    return syspte_frames_take(&request);
}

static void all_frames_can_be_taken_once(void **state)
{
    (void)state;
    boot_frames(65);
    for (uint64_t i = 0; i < 65; i++) {
        assert_int_equal(take(1, SYSPTE_WINDOW_NONE), FIRST + i);
    }
    assert_int_equal(take(1, SYSPTE_WINDOW_NONE), SYSPTE_FRAME_NONE);
    syspte_frames_give(FIRST + 64, 1);
    assert_int_equal(take(1, SYSPTE_WINDOW_NONE), FIRST + 64);
    assert_int_equal(take(0, SYSPTE_WINDOW_NONE), SYSPTE_FRAME_NONE);
    assert_int_equal(take(UINT64_MAX, SYSPTE_WINDOW_NONE), SYSPTE_FRAME_NONE);
    done();
}

static void limits_are_inclusive(void **state)
{
    (void)state;
    boot_frames(128);
    assert_int_equal(take_limited(2, FIRST + 10, FIRST + 11, 0), FIRST + 10);
    assert_int_equal(take_limited(1, FIRST + 10, FIRST + 11, 0), SYSPTE_FRAME_NONE);
    assert_int_equal(take_limited(3, FIRST + 9, FIRST + 13, 0), SYSPTE_FRAME_NONE);
    assert_int_equal(take_limited(1, FIRST + 127, UINT64_MAX, 0), FIRST + 127);
    assert_int_equal(take_limited(1, FIRST + 128, UINT64_MAX, 0), SYSPTE_FRAME_NONE);
    assert_int_equal(take_limited(1, 0, FIRST - 1, 0), SYSPTE_FRAME_NONE);
    assert_int_equal(take_limited(1, 0, FIRST, 0), FIRST);
    assert_int_equal(take_limited(1, 5, 4, 0), SYSPTE_FRAME_NONE);
    assert_int_equal(take_limited(115, 0, UINT64_MAX, 0), FIRST + 12);
    done();
}

static void boundary_is_not_crossed(void **state)
{
    (void)state;
    boot_frames(64);
    assert_int_equal(take_limited(3, 0, UINT64_MAX, 4), FIRST);
    assert_int_equal(take_limited(3, 0, UINT64_MAX, 4), FIRST + 4);
    assert_int_equal(take_limited(1, 0, UINT64_MAX, 4), FIRST + 3);
    assert_int_equal(take_limited(5, 0, UINT64_MAX, 4), SYSPTE_FRAME_NONE);
    assert_int_equal(take_limited(4, 0, FIRST + 11, 4), FIRST + 8);
    assert_int_equal(take_limited(4, 0, FIRST + 14, 4), SYSPTE_FRAME_NONE);
    done();
}

static void records_exist_for_frames_in_use_only(void **state)
{
    (void)state;
    boot_frames(8);
    assert_null(syspte_frame_at(FIRST));
    uint64_t first = take(2, SYSPTE_WINDOW_NONE);
    assert_int_equal(syspte_frame_at(first + 1)->use, SYSPTE_FRAME_NONPAGED);
    assert_int_equal(syspte_frame_at(first)->window, SYSPTE_WINDOW_NONE);
    assert_null(syspte_frame_at(first + 2));
    assert_null(syspte_frame_at(FIRST - 1));
    assert_null(syspte_frame_at(FIRST + 8));
    syspte_frame_at(first)->has_cache = true;
    syspte_frames_give(first, 2);
    assert_null(syspte_frame_at(first));
    assert_int_equal(take(1, SYSPTE_WINDOW_NONE), first);
    assert_false(syspte_frame_at(first)->has_cache);
    done();
}

static void windows_show_frames_where_their_addresses_say(void **state)
{
    unsigned char byte = 0;
    (void)state;
    boot_frames(8);
    for (unsigned w = SYSPTE_WINDOW_NONPAGED; w <= SYSPTE_WINDOW_USER; w++) {
        uint64_t first = take(2, (syspte_window)w);
        unsigned char *at = syspte_frame_shown(first, (syspte_window)w);
        uint64_t frame = 0;
        at[PAGE + 5] = (unsigned char)(w + 1);
        assert_true(syspte_port_physical_read((first + 1) * PAGE + 5, &byte, 1));
        assert_int_equal(byte, w + 1);
        assert_true(syspte_frame_of(at + PAGE + 5, &frame));
        assert_int_equal(frame, first + 1);
        assert_int_equal(syspte_frame_window(at), w);
        assert_int_equal(syspte_frame_va(at + 1), syspte_frame_va(at) + 1);
    }
    assert_ptr_equal(syspte_frame_address(FIRST),
                     syspte_frame_shown(FIRST, SYSPTE_WINDOW_NONPAGED));
    assert_int_equal(syspte_frame_va(syspte_frame_address(FIRST)), 0xFFFFFA8040000000);
    done();
}

static void addresses_elsewhere_are_in_no_window(void **state)
{
    uint64_t frame = 7;
    (void)state;
    boot_frames(8);
    assert_false(syspte_frame_of(&frame, &frame)); // not even one was lent
    assert_null(syspte_frame_address(FIRST));
    (void)take(1, SYSPTE_WINDOW_NONE);
    unsigned char *base = syspte_frame_address(FIRST);
    assert_false(syspte_frame_of(base - 1, &frame));
    assert_false(syspte_frame_of(NULL, &frame));
    assert_int_equal(frame, 7);
    assert_int_equal(syspte_frame_window(&frame), SYSPTE_WINDOW_NONE);
    assert_int_equal(syspte_frame_va(&frame), 0);
    assert_null(syspte_frame_shown(FIRST + 8, SYSPTE_WINDOW_USER));
    assert_null(syspte_frame_shown(FIRST, SYSPTE_WINDOW_NONE));
    assert_null(syspte_frame_shown(FIRST, SYSPTE_WINDOW_VIEW));
    done();
}

static void neighbours_in_one_window_are_one_view(void **state)
{
    (void)state;
    boot_frames(16);
    for (unsigned i = 0; i < 16; i++) {
        (void)take(1, SYSPTE_WINDOW_NONPAGED);
    }
    assert_int_equal(syspte_frames_views(), 1);
    assert_true(syspte_frames_show(FIRST + 4, 2, SYSPTE_WINDOW_USER));
    assert_int_equal(syspte_frames_views(), 3);
    assert_null(syspte_frames_check());
    syspte_frames_give(FIRST + 8, 1);
    assert_int_equal(syspte_frames_views(), 4);
    syspte_frames_give(FIRST + 3, 4); // of three kinds
    assert_int_equal(syspte_frames_views(), 3);
    assert_true(syspte_frames_show(FIRST, 3, SYSPTE_WINDOW_NONE));
    assert_int_equal(syspte_frames_views(), 2);
    done();
}

static void filled_frames_have_that_byte(void **state)
{
    (void)state;
    boot_frames(8);
    uint64_t first = take(3, SYSPTE_WINDOW_NONPAGED);
    syspte_frames_fill(first + 1, 1, 0x77);
    const unsigned char *at = syspte_frame_address(first);
    assert_int_equal(at[PAGE - 1], 0);
    assert_int_equal(at[PAGE], 0x77);
    assert_int_equal(at[2 * PAGE - 1], 0x77);
    assert_int_equal(at[2 * PAGE], 0);
    done();
}

static void only_pageable_frames_that_nobody_locked_may_not_be_mapped(void **state)
{
    uint64_t page = 0;
    (void)state;
    boot_frames(8);
    assert_false(syspte_frames_unlocked(SYSPTE_RAM_FIRST, 8 * PAGE, &page));
    (void)take(1, SYSPTE_WINDOW_NONE);
    syspte_frame_request paged = {.count = 2, .high = UINT64_MAX, .use = SYSPTE_FRAME_PAGED};
    (void)syspte_frames_take(&paged);

    assert_false(syspte_frames_unlocked(SYSPTE_RAM_FIRST, PAGE, &page));
    assert_true(syspte_frames_unlocked(SYSPTE_RAM_FIRST, PAGE + 1, &page));
    assert_int_equal(page, FIRST + 1);
    assert_true(syspte_frames_unlocked(0, UINT64_MAX / 2, &page));
    syspte_frame_at(FIRST + 1)->locks = 1;
    assert_true(syspte_frames_unlocked(SYSPTE_RAM_FIRST, 8 * PAGE, &page));
    assert_int_equal(page, FIRST + 2);
    assert_true(syspte_frames_are_pinned(FIRST, 3));
    assert_false(syspte_frames_are_pinned(FIRST + 2, 1));
    syspte_frame_at(FIRST + 2)->locks = 1;
    assert_false(syspte_frames_unlocked(SYSPTE_RAM_FIRST, 8 * PAGE, &page));
    done();
}

static void made_up_frames_lead_back_to_their_page(void **state)
{
    int here = 0;
    (void)state;
    uint64_t frame = syspte_frame_of_host(&here);

    assert_true(syspte_frame_is_host(frame));
    assert_int_equal((uintptr_t)syspte_frame_host(frame), (uintptr_t)&here & ~(uintptr_t)0xFFF);
    assert_false(syspte_frame_is_host(FIRST));
    assert_false(syspte_frame_is_host(SYSPTE_FRAME_NONE));
}

// Its tables are wiped where they were used, wherever that was.
static void machine_begins_anew_after_frames_were_in_use(void **state)
{
    (void)state;
    boot_frames(5000);
    assert_int_equal(take_limited(3, FIRST + 4500, UINT64_MAX, 0), FIRST + 4500);
    assert_int_equal(take_limited(1, FIRST + 700, UINT64_MAX, 0), FIRST + 700);
    assert_true(syspte_frames_show(FIRST + 4501, 1, SYSPTE_WINDOW_PAGED));
    unsigned char *at = syspte_frame_shown(FIRST + 4501, SYSPTE_WINDOW_PAGED);
    *at = 1;
    syspte_frame_at(FIRST + 700)->locks = 3;
    done();

    boot_frames(5000);
    assert_int_equal(take(5000, SYSPTE_WINDOW_PAGED), FIRST);
    assert_int_equal(*at, 0);
    assert_int_equal(syspte_frame_at(FIRST + 700)->locks, 0);
    assert_int_equal(syspte_frames_views(), 1);
    done();
}

// Takes and gives at random, next to an array that says who has each frame.
static void walk_agrees_with_an_array(void **state)
{
    enum { COUNT = 200, STEPS = 4000 };
    static unsigned owner[COUNT];
    static struct {
        uint64_t first, count;
    } held[COUNT];
    uint64_t random = 0x9E3779B97F4A7C15ull;
    unsigned live = 0;
    (void)state;
    memset(owner, 0, sizeof owner);
    boot_frames(COUNT);
    for (unsigned step = 1; step <= STEPS; step++) {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        uint64_t dice = random >> 33;
        if (live > 0 && dice % 5 < 2) {
            unsigned i = (unsigned)(dice / 5 % live);
            syspte_frames_give(held[i].first, held[i].count);
            for (uint64_t k = 0; k < held[i].count; k++) {
                owner[held[i].first - FIRST + k] = 0;
            }
            held[i] = held[--live];
            continue;
        }
        uint64_t count = 1 + dice / 5 % 7;
        uint64_t low = FIRST + dice / 64 % COUNT;
        uint64_t high = low + dice / 4096 % 60;
        uint64_t boundary = dice % 3 == 0 ? 8 : 0;
        bool fits = false;
        for (uint64_t at = low; at + count - 1 <= high && at + count <= FIRST + COUNT; at++) {
            bool free = boundary == 0 || at / 8 == (at + count - 1) / 8;
            for (uint64_t k = 0; k < count; k++) {
                free = free && owner[at - FIRST + k] == 0;
            }
            fits = fits || free;
        }
        uint64_t first = take_limited(count, low, high, boundary);
        if ((first != SYSPTE_FRAME_NONE) != fits) {
            fail_msg("step %u: %llu", step, (unsigned long long)first);
        }
        for (uint64_t k = 0; fits && k < count; k++) {
            assert_int_equal(owner[first - FIRST + k], 0);
            owner[first - FIRST + k] = step;
        }
        if (fits) {
            assert_true(first >= low && first + count - 1 <= high);
            held[live].first = first;
            held[live++].count = count;
        }
        assert_null(syspte_frames_check());
    }
    done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(all_frames_can_be_taken_once),
        hooked_test(limits_are_inclusive),
        hooked_test(boundary_is_not_crossed),
        hooked_test(records_exist_for_frames_in_use_only),
        hooked_test(windows_show_frames_where_their_addresses_say),
        hooked_test(addresses_elsewhere_are_in_no_window),
        hooked_test(neighbours_in_one_window_are_one_view),
        hooked_test(filled_frames_have_that_byte),
        hooked_test(only_pageable_frames_that_nobody_locked_may_not_be_mapped),
        hooked_test(made_up_frames_lead_back_to_their_page),
        hooked_test(machine_begins_anew_after_frames_were_in_use),
        hooked_test(walk_agrees_with_an_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
