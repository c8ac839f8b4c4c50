// SPDX-License-Identifier: MIT
// The ring of ended rows: the newest row that covers a PTE is found, the oldest is overwritten.
#include "core_test.h"

#include <string.h>

static syspte_ended storage[4];
static syspte_history history;

static void open_history(uint32_t capacity)
{
    syspte_history_init(&history, storage, capacity);
}

static void add(uint64_t id, uint64_t pte_count, uint32_t unmapped)
{
    syspte_row row = {.id = id, .pte_count = pte_count, .sequence = unmapped};
    syspte_history_add(&history, &row, unmapped, 100 + unmapped);
}

// The context of the end of the row that held `index`; 0 if none is kept.
static uint32_t last(uint64_t index)
{
    const syspte_ended *ended = syspte_history_last(&history, index);
    return ended == NULL ? 0 : ended->unmapped;
}

static void storage_is_one_entry_a_row(void **state)
{
    (void)state;
    assert_int_equal(syspte_history_storage(0), 0);
    assert_int_equal(syspte_history_storage(4096), 4096 * sizeof(syspte_ended));
}

static void an_empty_history_knows_nothing(void **state)
{
    (void)state;
    open_history(4);
    assert_null(syspte_history_last(&history, 0));
}

static void a_row_is_found_from_each_of_its_ptes(void **state)
{
    (void)state;
    open_history(4);
    add(10, 3, 1);

    assert_int_equal(last(9), 0);
    assert_int_equal(last(10), 1);
    assert_int_equal(last(12), 1);
    assert_int_equal(last(13), 0);
    const syspte_ended *ended = syspte_history_last(&history, 11);
    assert_int_equal(ended->row.id, 10);
    assert_int_equal(ended->row.pte_count, 3);
    assert_int_equal(ended->order, 101);
}

static void of_two_rows_the_one_that_ended_last_is_found(void **state)
{
    (void)state;
    open_history(4);
    add(10, 3, 1);
    add(12, 1, 2);
    add(20, 1, 3);

    assert_int_equal(last(10), 1);
    assert_int_equal(last(12), 2);
    assert_int_equal(last(20), 3);
}

static void a_full_ring_forgets_the_oldest_row(void **state)
{
    (void)state;
    open_history(3);
    for (uint32_t i = 1; i <= 10; i++) {
        add(i * 10, 1, i);

        assert_int_equal(history.kept, i < 3 ? i : 3);
        for (uint32_t j = 1; j <= 10; j++) {
            assert_int_equal(last(j * 10), j <= i && j + 3 > i ? j : 0);
        }
    }
}

static void a_ring_of_one_keeps_the_last(void **state)
{
    (void)state;
    open_history(1);
    add(10, 1, 1);
    add(20, 1, 2);

    assert_int_equal(last(10), 0);
    assert_int_equal(last(20), 2);
}

// Holdings have ids that are no indexes of PTEs.
static void a_row_is_found_by_its_id_alone(void **state)
{
    (void)state;
    open_history(4);
    add(10, 3, 1);
    add(20, 0, 2);
    add(10, 3, 3);

    assert_int_equal(syspte_history_of(&history, 10)->unmapped, 3);
    assert_int_equal(syspte_history_of(&history, 20)->unmapped, 2);
    assert_null(syspte_history_of(&history, 11));
    assert_int_equal(last(11), 3);
}

static void without_room_nothing_is_kept(void **state)
{
    (void)state;
    storage[0].row.id = 77;
    open_history(0);
    add(10, 1, 1);
    assert_int_equal(storage[0].row.id, 77); // nor written

    assert_int_equal(last(10), 0);
    assert_int_equal(history.kept, 0);
    assert_int_equal(history.next, 0);
}

// A caller writes into the slot and may then not keep it.
static void only_a_slot_that_is_kept_counts(void **state)
{
    (void)state;
    open_history(3);
    for (uint32_t i = 1; i <= 10; i++) {
        syspte_ended *slot = syspte_history_slot(&history);
        assert_ptr_equal(slot, &storage[(i - 1) % 3]);
        slot->row = (syspte_row){.id = i * 10, .pte_count = 1};
        slot->unmapped = i;
        assert_ptr_equal(syspte_history_slot(&history), slot);
        assert_int_equal(history.kept, i <= 3 ? i - 1 : 3);

        syspte_history_keep(&history);
        assert_int_equal(last(i * 10), i);
        assert_int_equal(history.kept, i < 3 ? i : 3);
        assert_int_equal(history.next, i % 3);
    }
}

static void without_room_there_is_a_slot_all_the_same(void **state)
{
    (void)state;
    memset(storage, 0x5A, sizeof storage);
    open_history(0);
    for (uint32_t i = 1; i <= 3; i++) {
        syspte_ended *slot = syspte_history_slot(&history);
        assert_true(slot < &storage[0] || slot >= &storage[COUNT_OF(storage)]);
        slot->row = (syspte_row){.id = 10, .pte_count = 1};
        syspte_history_keep(&history);
        assert_int_equal(last(10), 0);
        assert_int_equal(history.kept, 0);
        assert_int_equal(history.next, 0);
    }
    for (size_t i = 0; i < sizeof storage; i++) {
        assert_int_equal(((unsigned char *)storage)[i], 0x5A); // it is lent to somebody else
    }
}

int core_test_history(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storage_is_one_entry_a_row),
        cmocka_unit_test(an_empty_history_knows_nothing),
        cmocka_unit_test(a_row_is_found_from_each_of_its_ptes),
        cmocka_unit_test(of_two_rows_the_one_that_ended_last_is_found),
        cmocka_unit_test(a_full_ring_forgets_the_oldest_row),
        cmocka_unit_test(a_ring_of_one_keeps_the_last),
        cmocka_unit_test(a_row_is_found_by_its_id_alone),
        cmocka_unit_test(without_room_nothing_is_kept),
        cmocka_unit_test(only_a_slot_that_is_kept_counts),
        cmocka_unit_test(without_room_there_is_a_slot_all_the_same),
    };
    return cmocka_run_group_tests_name("core.history", tests, NULL, NULL);
}
