// SPDX-License-Identifier: MIT
// Stored stacks: each once, compared in full, up to the last word and the last slot.
#include "core_test.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS = 64, SLOTS = 32 };

static syspte_stacks stacks;

static int open_stacks(void **state)
{
    (void)state;
    syspte_stacks_init(&stacks, core_lend(syspte_stacks_storage(WORDS, SLOTS)), WORDS, SLOTS);
    return 0;
}

static int close_stacks(void **state)
{
    (void)state;
    free(stacks.words);
    return 0;
}

static uint32_t store(uintptr_t a, uintptr_t b, uintptr_t c, unsigned count)
{
    uintptr_t frames[3] = {a, b, c};
    return syspte_stacks_intern(&stacks, frames, count);
}

static void an_equal_stack_has_the_same_number(void **state)
{
    (void)state;
    uintptr_t frames[3] = {1, 2, 3};
    unsigned count = 0;
    assert_int_equal(syspte_stacks_find(&stacks, frames, 3), 0);

    uint32_t number = store(1, 2, 3, 3);
    assert_int_equal(number, 1);
    assert_int_equal(store(1, 2, 3, 3), number);
    assert_int_equal(syspte_stacks_find(&stacks, frames, 3), number);
    assert_int_equal(stacks.count, 1);
    assert_int_equal(stacks.used, 5);
    const uint64_t *stored = syspte_stacks_at(&stacks, number, &count);
    assert_int_equal(count, 3);
    assert_int_equal(stored[0], 1);
    assert_int_equal(stored[1], 2);
    assert_int_equal(stored[2], 3);
}

static void stacks_that_differ_anywhere_are_two(void **state)
{
    (void)state;
    assert_int_equal(store(1, 2, 3, 3), 1);
    assert_int_equal(store(9, 2, 3, 3), 5);
    assert_int_equal(store(1, 9, 3, 3), 9);
    assert_int_equal(store(1, 2, 9, 3), 13);
    assert_int_equal(store(1, 2, 3, 2), 17);
    assert_int_equal(store(1, 2, 3, 1), 20);
    assert_int_equal(store(2, 1, 3, 3), 22);
    assert_int_equal(store(1, 2, 3, 3), 1);
    assert_int_equal(store(1, 2, 3, 2), 17);
    assert_int_equal(stacks.count, 7);
}

static void an_empty_stack_is_number_0(void **state)
{
    (void)state;
    unsigned count = 7;
    uintptr_t frames[1] = {1};
    assert_int_equal(store(1, 2, 3, 0), 0);
    assert_int_equal(syspte_stacks_find(&stacks, frames, 0), 0);
    assert_int_equal(stacks.used, 1);
    assert_int_equal(stacks.dropped, 0);

    (void)syspte_stacks_at(&stacks, 0, &count);
    assert_int_equal(count, 0);
}

static void the_last_word_is_used_and_no_more(void **state)
{
    (void)state;
    for (uintptr_t i = 0; i < 15; i++) {
        assert_int_equal(store(i, 2, 3, 3), 1 + i * 4);
    }
    assert_int_equal(stacks.used, 61);

    assert_int_equal(store(100, 2, 3, 3), 0); // 4 words, and 3 are left
    assert_int_equal(stacks.dropped, 1);
    assert_int_equal(store(100, 2, 3, 2), 61);
    assert_int_equal(stacks.used, WORDS);
    assert_int_equal(store(101, 0, 0, 1), 0);
    assert_int_equal(stacks.dropped, 2);
    assert_int_equal(store(100, 2, 3, 2), 61);
}

static void half_of_the_slots_are_used_and_no_more(void **state)
{
    (void)state;
    for (uintptr_t i = 0; i < SLOTS / 2; i++) {
        assert_int_equal(store(i * 1000, 0, 0, 1), 1 + i * 2);
    }
    assert_int_equal(store(7, 0, 0, 1), 0);
    assert_int_equal(stacks.dropped, 1);
    assert_int_equal(stacks.count, SLOTS / 2);
    assert_int_equal(store(1000, 0, 0, 1), 3);
}

static void the_deepest_stack_is_stored(void **state)
{
    (void)state;
    uintptr_t frames[SYSPTE_STACK_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < SYSPTE_STACK_MAX; i++) {
        frames[i] = 0xFFFF000000000000u + i;
    }
    uint32_t number = syspte_stacks_intern(&stacks, frames, SYSPTE_STACK_MAX);

    const uint64_t *stored = syspte_stacks_at(&stacks, number, &count);
    assert_int_equal(count, SYSPTE_STACK_MAX);
    assert_memory_equal(stored, frames, sizeof(frames));
    frames[SYSPTE_STACK_MAX - 1]++;
    assert_int_equal(syspte_stacks_find(&stacks, frames, SYSPTE_STACK_MAX), 0);
}

// Whichever slots the stacks hash to, first and last ones included; and no word more is written.
static void a_wipe_clears_every_slot(void **state)
{
    (void)state;
    uint64_t bytes = syspte_stacks_storage(WORDS, SLOTS);
    unsigned char *storage = core_lend(bytes + 64);
    bool used[SLOTS] = {false};
    memset(storage + bytes, 0xA5, 64);
    syspte_stacks_init(&stacks, storage, WORDS, SLOTS);
    for (uintptr_t round = 0; round < 64; round++) {
        for (uintptr_t i = 0; i < SLOTS / 2; i++) {
            (void)store(round * 1000 + i, round, 0, 2);
        }
        for (unsigned at = 0; at < SLOTS; at++) {
            used[at] = used[at] || stacks.slots[at] != 0;
        }
        syspte_stacks_wipe(&stacks);
        assert_true(core_all_zero(storage, bytes));
        assert_int_equal(storage[bytes], 0xA5);
    }
    for (unsigned at = 0; at < SLOTS; at++) {
        assert_true(used[at]);
    }
    free(storage);
}

static void a_stack_of_one_frame_is_found(void **state)
{
    (void)state;
    uintptr_t frame = 7;
    uint32_t number = syspte_stacks_intern(&stacks, &frame, 1);
    assert_int_not_equal(number, 0);
    assert_int_equal(syspte_stacks_find(&stacks, &frame, 1), number);
}

static void a_wipe_leaves_zeros(void **state)
{
    (void)state;
    syspte_stacks_wipe(&stacks);
    assert_true(core_all_zero(stacks.words, syspte_stacks_storage(WORDS, SLOTS)));
    for (uintptr_t i = 0; i < 20; i++) {
        (void)store(i, 2, 3, 3);
    }

    syspte_stacks_wipe(&stacks);
    assert_true(core_all_zero(stacks.words, syspte_stacks_storage(WORDS, SLOTS)));
    assert_int_equal(stacks.used, 1);
    assert_int_equal(stacks.count, 0);
    assert_int_equal(stacks.dropped, 0);
    assert_int_equal(store(1, 2, 3, 3), 1);
}

// Stacks that differ in one frame only, at each depth: runs of used slots as at random.
static void the_hash_spreads_every_frame(void **state)
{
    (void)state;
    enum { MANY = 2048, DEPTH = 8 };
    for (unsigned depth = 1; depth <= DEPTH; depth++) {
        for (unsigned varied = 0; varied < depth; varied++) {
            syspte_stacks many;
            unsigned runs = 0;
            uint32_t words = MANY * (DEPTH + 1);
            syspte_stacks_init(&many, core_lend(syspte_stacks_storage(words, 2 * MANY)), words,
                               2 * MANY);
            for (unsigned n = 0; n < MANY - 1; n++) {
                uintptr_t frames[DEPTH] = {10, 20, 30, 40, 50, 60, 70, 80};
                frames[varied] = 0x400000 + n * 5;
                assert_int_equal(syspte_stacks_intern(&many, frames, depth), 1 + n * (depth + 1));
                assert_int_equal(syspte_stacks_find(&many, frames, depth), 1 + n * (depth + 1));
            }
            for (unsigned at = 1; at < 2 * MANY; at++) {
                runs += many.slots[at] != 0 && many.slots[at - 1] == 0;
            }
            assert_in_range(runs, 700, MANY); // of about 1000
            free(many.words);
        }
    }
}

#define on_stacks(test) cmocka_unit_test_setup_teardown(test, open_stacks, close_stacks)

int core_test_stack(void)
{
    const struct CMUnitTest tests[] = {
        on_stacks(an_equal_stack_has_the_same_number),
        on_stacks(stacks_that_differ_anywhere_are_two),
        on_stacks(an_empty_stack_is_number_0),
        on_stacks(the_last_word_is_used_and_no_more),
        on_stacks(half_of_the_slots_are_used_and_no_more),
        on_stacks(the_deepest_stack_is_stored),
        on_stacks(a_wipe_leaves_zeros),
        on_stacks(a_stack_of_one_frame_is_found),
        cmocka_unit_test(a_wipe_clears_every_slot),
        cmocka_unit_test(the_hash_spreads_every_frame),
    };
    return cmocka_run_group_tests_name("core.stack", tests, NULL, NULL);
}
