// SPDX-License-Identifier: MIT
// What only the direct ledger promises (the rest: test_ledger_contract.c): rows packed into two
// cells, what an ended row keeps, frames, and its check against cells broken on purpose.
#include "core_test.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS = 300 };

static syspte_ledger ledger;

static int open_ledger(void **state)
{
    (void)state;
    // A cell more than is lent: whoever looks there finds a row that is live and ended.
    syspte_cell *cells = core_lend(syspte_ledger_storage(CELLS + 2));
    cells[CELLS].who = 1ull << 24 | 1ull << 25;
    syspte_ledger_init(&ledger, cells, CELLS, core_panic);
    assert_int_equal(ledger.longest, 1);
    return 0;
}

static int close_ledger(void **state)
{
    (void)state;
    free(ledger.cells);
    return 0;
}

static syspte_row row_of(uint64_t id, uint64_t pte_count)
{
    return (syspte_row){.id = id,
                        .physical_address = 0xFEBC0000u + id * 0x1000,
                        .bytes = pte_count * 0x1000,
                        .pte_count = pte_count,
                        .sequence = id + 1,
                        .context = (uint32_t)id + 7};
}

static syspte_row note(uint64_t id, uint64_t pte_count)
{
    syspte_row row = row_of(id, pte_count);
    syspte_ledger_reach(&ledger, id, pte_count);
    syspte_ledger_note(&ledger, &row);
    return row;
}

static void equal_rows(const syspte_row *actual, const syspte_row *expected)
{
    assert_int_equal(actual->id, expected->id);
    assert_int_equal(actual->physical_address, expected->physical_address);
    assert_int_equal(actual->bytes, expected->bytes);
    assert_int_equal(actual->pte_count, expected->pte_count);
    assert_int_equal(actual->sequence, expected->sequence);
    assert_int_equal(actual->context, expected->context);
    assert_int_equal(actual->spare, expected->spare);
    assert_int_equal(actual->front, expected->front);
    assert_int_equal(actual->scattered, expected->scattered);
    assert_int_equal(actual->reported, expected->reported);
}

static void storage_is_16_bytes_a_pte(void **state)
{
    (void)state;
    assert_int_equal(syspte_ledger_storage(1), 16);
    assert_int_equal(syspte_ledger_storage(1ull << 32), 1ull << 36);
}

static void nothing_is_found_where_nothing_is_live(void **state)
{
    (void)state;
    syspte_row found = {.id = 77};
    note(10, 3);

    assert_false(syspte_ledger_find(&ledger, 9, &found));
    assert_false(syspte_ledger_find(&ledger, 11, &found));
    assert_false(syspte_ledger_find(&ledger, CELLS, &found));
    assert_false(syspte_ledger_find(&ledger, UINT64_MAX, &found));
    assert_false(syspte_ledger_ended(&ledger, 10, &found));
    assert_false(syspte_ledger_ended(&ledger, 9, &found));
    assert_false(syspte_ledger_ended(&ledger, CELLS, &found));
    assert_false(syspte_ledger_ended(&ledger, UINT64_MAX, &found));
    assert_int_equal(found.id, 77);
}

static void a_holder_is_not_sought_past_a_shorter_row(void **state)
{
    (void)state;
    syspte_row found;
    note(10, 50);
    note(70, 2);
    syspte_row edge = note(CELLS - 1, 1);

    assert_false(syspte_ledger_holder(&ledger, 60, &found));
    assert_false(syspte_ledger_holder(&ledger, 72, &found));
    assert_false(syspte_ledger_holder(&ledger, 9, &found));
    assert_false(syspte_ledger_holder(&ledger, 298, &found));
    assert_false(syspte_ledger_holder(&ledger, CELLS, &found));
    assert_true(syspte_ledger_holder(&ledger, CELLS - 1, &found));
    equal_rows(&found, &edge);
}

static void a_walk_meets_every_live_row_in_order(void **state)
{
    (void)state;
    uint64_t cursor = 0;
    syspte_row found = {.id = 77};
    assert_false(syspte_ledger_next(&ledger, &cursor, &found));
    assert_int_equal(found.id, 77);
    syspte_row first = note(3, 2);
    syspte_row second = note(5, 1);
    syspte_row ended = note(6, 4);
    syspte_row last = note(200, 64);
    assert_true(syspte_ledger_strike(&ledger, &ended));

    cursor = 0;
    assert_true(syspte_ledger_next(&ledger, &cursor, &found));
    equal_rows(&found, &first);
    assert_int_equal(cursor, 5);
    assert_true(syspte_ledger_next(&ledger, &cursor, &found));
    equal_rows(&found, &second);
    assert_true(syspte_ledger_next(&ledger, &cursor, &found));
    equal_rows(&found, &last);
    assert_false(syspte_ledger_next(&ledger, &cursor, &found));
    assert_int_equal(cursor, 264);
    assert_false(syspte_ledger_next(&ledger, &cursor, &found));
    syspte_row behind = note(290, 1);
    assert_true(syspte_ledger_strike(&ledger, &behind));
    assert_false(syspte_ledger_next(&ledger, &cursor, &found));
    assert_int_equal(cursor, 291);
    cursor = 4; // inside the first row: the next begins behind
    assert_true(syspte_ledger_next(&ledger, &cursor, &found));
    equal_rows(&found, &second);
}

static void an_ended_row_is_kept_until_its_cells_are_used(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = note(10, 3);
    assert_true(syspte_ledger_strike(&ledger, &row));

    note(12, 1); // the third PTE: the row's two cells are as they were
    assert_true(syspte_ledger_ended(&ledger, 10, &found));
    assert_int_equal(found.physical_address, row.physical_address);
    syspte_row single = note(9, 1);
    assert_true(syspte_ledger_strike(&ledger, &single));
    note(10, 1);
    assert_false(syspte_ledger_ended(&ledger, 10, &found));
    assert_true(syspte_ledger_ended(&ledger, 9, &found)); // of one PTE: one cell
    equal_rows(&found, &single);
}

// The second cell has the length of a long row, and can be another mapping's by then.
static void the_length_of_an_ended_long_row_is_not_told(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = note(10, 3);
    assert_true(syspte_ledger_strike(&ledger, &row));
    row.bytes = row.pte_count = 0;
    assert_true(syspte_ledger_ended(&ledger, 10, &found));
    equal_rows(&found, &row);

    syspte_row inside = note(11, 1);
    assert_true(syspte_ledger_ended(&ledger, 10, &found));
    equal_rows(&found, &row);
    syspte_ledger_strike_alone(&ledger, &inside);
    assert_true(syspte_ledger_ended(&ledger, 11, &found));
    equal_rows(&found, &inside);
}

static void a_long_row_forgets_what_ended_in_its_second_cell(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = note(11, 1);
    assert_true(syspte_ledger_strike(&ledger, &row));

    note(10, 2);
    assert_false(syspte_ledger_ended(&ledger, 11, &found));
    assert_false(syspte_ledger_find(&ledger, 11, &found));
}

static void reach_widens_and_never_narrows(void **state)
{
    (void)state;
    syspte_ledger_reach(&ledger, 100, 20);
    assert_int_equal(ledger.low, 100);
    assert_int_equal(ledger.high, 120);
    assert_int_equal(ledger.longest, 20);
    syspte_ledger_reach(&ledger, 105, 3);
    assert_int_equal(ledger.low, 100);
    assert_int_equal(ledger.high, 120);
    assert_int_equal(ledger.longest, 20);
    syspte_ledger_reach(&ledger, 0, CELLS);
    assert_int_equal(ledger.low, 0);
    assert_int_equal(ledger.high, CELLS);
    assert_int_equal(ledger.longest, CELLS);
}

static uint64_t zeroed;

static void count_zeroed(void *from, uint64_t bytes)
{
    zeroed += bytes;
    core_zero(from, bytes);
}

static void a_wipe_leaves_zeros_and_costs_what_was_used(void **state)
{
    (void)state;
    zeroed = 0;
    syspte_ledger_wipe(&ledger, count_zeroed);
    assert_int_equal(zeroed, 0);
    note(100, 2);
    note(119, 1);

    syspte_ledger_wipe(&ledger, count_zeroed);
    assert_int_equal(zeroed, 20 * 16);
    assert_true(core_all_zero(ledger.cells, syspte_ledger_storage(CELLS)));
    assert_int_equal(ledger.low, CELLS);
    assert_int_equal(ledger.high, 0);
    assert_int_equal(ledger.longest, 1);
    assert_null(syspte_ledger_check(&ledger));
    note(0, 1);
    assert_int_equal(ledger.low, 0);
}

static void says(const char *message)
{
    const char *found = syspte_ledger_check(&ledger);
    assert_non_null(found);
    assert_string_equal(found, message);
}

// PTEs that map nothing (guards, headers) count, and take nothing from the bytes.
static void spare_ptes_and_scattered_frames_come_back(void **state)
{
    (void)state;
    static const uint32_t spares[] = {0, 1, 2, (1u << 12) - 1};
    for (size_t i = 0; i < 2 * COUNT_OF(spares); i++) {
        syspte_row found;
        syspte_row row = {.id = 5,
                          .physical_address = 0xABCDE12345F00ull,
                          .bytes = 0x1100,
                          .pte_count = 2 + spares[i / 2],
                          .sequence = 9,
                          .context = 3,
                          .spare = spares[i / 2],
                          .front = (spares[i / 2] + 1) / 2 - (spares[i / 2] >> 11),
                          .scattered = i % 2 != 0};
        syspte_ledger_reach(&ledger, 5, 2);
        ledger.longest = 1 << 24;
        syspte_ledger_note(&ledger, &row);

        assert_true(syspte_ledger_find(&ledger, 5, &found));
        equal_rows(&found, &row);
        syspte_ledger_strike_alone(&ledger, &found);
        assert_true(syspte_ledger_ended(&ledger, 5, &found));
        row.bytes = row.pte_count = row.spare = row.front = 0;
        row.scattered = false;
        equal_rows(&found, &row);
    }
}

static void frames_are_kept_for_the_ptes_inside_a_row(void **state)
{
    (void)state;
    static const uint64_t frames[] = {0,         1,          0xFFFFFE,         0xFFFFFF,
                                      0x1000000, 0x12345678, (1ull << 40) - 1, (1ull << 60) - 2};
    syspte_row found;
    syspte_row row = note(10, 10);
    for (size_t i = 0; i < COUNT_OF(frames); i++) {
        syspte_ledger_frame_note(&ledger, 11 + i, frames[i]);
    }

    for (size_t i = 0; i < COUNT_OF(frames); i++) {
        assert_true(syspte_ledger_frame(&ledger, 11 + i) == frames[i]);
    }
    assert_true(syspte_ledger_frame(&ledger, 19) == SYSPTE_LEDGER_NO_FRAME); // never noted
    syspte_ledger_frame_note(&ledger, 12, SYSPTE_LEDGER_NO_FRAME);
    assert_true(syspte_ledger_frame(&ledger, 12) == SYSPTE_LEDGER_NO_FRAME);
    assert_true(syspte_ledger_find(&ledger, 10, &found));
    equal_rows(&found, &row);
    assert_false(syspte_ledger_find(&ledger, 13, &found));
    assert_false(syspte_ledger_ended(&ledger, 13, &found));
    assert_null(syspte_ledger_check(&ledger));
}

static void a_row_live_or_ended_is_no_frame(void **state)
{
    (void)state;
    syspte_row row = note(10, 1);
    assert_true(syspte_ledger_frame(&ledger, 10) == SYSPTE_LEDGER_NO_FRAME);
    syspte_ledger_strike_alone(&ledger, &row);
    assert_true(syspte_ledger_frame(&ledger, 10) == SYSPTE_LEDGER_NO_FRAME);
}

static void a_frame_over_a_live_row_panics(void **state)
{
    (void)state;
    note(10, 1);
    assert_panics(syspte_ledger_frame_note(&ledger, 10, 1));
}

static void an_amended_row_has_another_context_and_frame(void **state)
{
    (void)state;
    static syspte_row row;
    syspte_row found;
    row = note(10, 3);
    syspte_ledger_mark(&ledger, &row);
    row.reported = true;
    row.context = 99;
    row.physical_address = 0x7777000;

    syspte_ledger_amend(&ledger, &row);

    assert_true(syspte_ledger_find(&ledger, 10, &found));
    equal_rows(&found, &row);
    row.sequence++;
    assert_panics(syspte_ledger_amend(&ledger, &row));
    syspte_ledger_strike_alone(&ledger, &found);
    row.sequence--;
    assert_panics(syspte_ledger_amend(&ledger, &row));
}

static void a_row_with_too_many_spare_ptes_is_found(void **state)
{
    (void)state;
    note(10, 3);
    static const char message[] = "ledger: a row has more spare PTEs than it can";
    ledger.cells[11].what = 3 | 2ull << 52 | 2ull << 41;
    assert_null(syspte_ledger_check(&ledger));
    ledger.cells[11].what = 3 | 3ull << 52;
    says(message);
    ledger.cells[11].what = 3 | 1ull << 52 | 2ull << 41;
    says(message);
}

static void overlapping_rows_are_found(void **state)
{
    (void)state;
    note(10, 3);
    note(13, 1);
    assert_null(syspte_ledger_check(&ledger));
    ledger.cells[12] = ledger.cells[13];
    says("ledger: two live rows overlap");
}

static void a_row_of_impossible_length_is_found(void **state)
{
    (void)state;
    static const char message[] = "ledger: a row is longer than any that was noted";
    note(10, 3);
    ledger.cells[11].what = 0;
    says(message);
    ledger.cells[11].what = 4;
    says(message);
    ledger.longest = 4; // as long as another one, but behind the last row noted
    says(message);
    ledger.high = 14;
    assert_null(syspte_ledger_check(&ledger));
}

static void a_row_both_live_and_ended_is_found(void **state)
{
    (void)state;
    note(10, 1);
    ledger.cells[10].who |= 1ull << 25;
    says("ledger: a row is live and ended");
}

static void a_note_over_a_live_row_panics(void **state)
{
    (void)state;
    static syspte_row row;
    note(10, 1);
    row = row_of(10, 1);
    assert_panics(syspte_ledger_note(&ledger, &row));
    row = row_of(9, 2);
    assert_panics(syspte_ledger_note(&ledger, &row));
}

static void a_reach_past_the_capacity_panics(void **state)
{
    (void)state;
    syspte_ledger_reach(&ledger, CELLS - 1, 1);
    assert_panics(syspte_ledger_reach(&ledger, CELLS - 1, 2));
}

#define on_ledger(test) cmocka_unit_test_setup_teardown(test, open_ledger, close_ledger)

int core_test_ledger(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storage_is_16_bytes_a_pte),
        on_ledger(nothing_is_found_where_nothing_is_live),
        on_ledger(a_holder_is_not_sought_past_a_shorter_row),
        on_ledger(a_walk_meets_every_live_row_in_order),
        on_ledger(an_ended_row_is_kept_until_its_cells_are_used),
        on_ledger(the_length_of_an_ended_long_row_is_not_told),
        on_ledger(a_long_row_forgets_what_ended_in_its_second_cell),
        on_ledger(reach_widens_and_never_narrows),
        on_ledger(a_wipe_leaves_zeros_and_costs_what_was_used),
        on_ledger(spare_ptes_and_scattered_frames_come_back),
        on_ledger(frames_are_kept_for_the_ptes_inside_a_row),
        on_ledger(a_row_live_or_ended_is_no_frame),
        on_ledger(a_frame_over_a_live_row_panics),
        on_ledger(an_amended_row_has_another_context_and_frame),
        on_ledger(a_row_with_too_many_spare_ptes_is_found),
        on_ledger(overlapping_rows_are_found),
        on_ledger(a_row_of_impossible_length_is_found),
        on_ledger(a_row_both_live_and_ended_is_found),
        on_ledger(a_note_over_a_live_row_panics),
        on_ledger(a_reach_past_the_capacity_panics),
    };
    return cmocka_run_group_tests_name("core.ledger", tests, NULL, NULL);
}
