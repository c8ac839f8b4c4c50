// SPDX-License-Identifier: MIT
// What goes over several steps of the ledger at once: the claim of a whole mapping by what a call
// says of it, and the sweep over rows that are alike.
#include "core_test.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS = 300 };

static syspte_ledger ledger;

static int open_ledger(void **state)
{
    (void)state;
    // A cell more than is lent: whoever looks there finds a row that is live.
    syspte_cell *cells = core_lend(syspte_ledger_storage(CELLS + 2));
    cells[CELLS].who = 1ull << 24 | 7;
    cells[CELLS].what = 0x5000ull << 12 | 1;
    syspte_ledger_init(&ledger, cells, CELLS, core_panic);
    return 0;
}

static int close_ledger(void **state)
{
    (void)state;
    free(ledger.cells);
    return 0;
}

// A row as MmMapIoSpace makes it.
static syspte_row note(uint64_t id, uint64_t physical_address, uint64_t bytes)
{
    syspte_row row = {.id = id,
                      .physical_address = physical_address,
                      .bytes = bytes,
                      .pte_count = ((physical_address & 0xFFF) + bytes + 0xFFF) >> 12,
                      .sequence = id + 1,
                      .context = 7};
    syspte_ledger_reach(&ledger, id, row.pte_count);
    syspte_ledger_note(&ledger, &row);
    return row;
}

static bool claim(const syspte_row *row, syspte_row *out)
{
    return syspte_ledger_claim(&ledger, row->id, row->physical_address & 0xFFF, row->bytes,
                               row->pte_count, out);
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

// ---- Claims

static void a_claim_ends_the_row_and_tells_all_of_it(void **state)
{
    (void)state;
    static const uint64_t offsets[] = {0, 1, 0x234, 0xFFF};
    static const uint64_t bytes[] = {1, 0xFFF, 0x1000, 0x1001, 0x4000, 0xFFFF};
    for (size_t i = 0; i < COUNT_OF(offsets) * COUNT_OF(bytes); i++) {
        syspte_row out;
        memset(&out, 0xEE, sizeof out); // as the slot of a history is
        syspte_row row =
            note(20, 0xABCDE12345000ull + offsets[i / COUNT_OF(bytes)], bytes[i % COUNT_OF(bytes)]);
        if (i % 2 != 0) {
            syspte_ledger_mark(&ledger, &row);
            row.reported = true;
        }

        assert_true(claim(&row, &out));
        equal_rows(&out, &row);
        assert_false(syspte_ledger_find(&ledger, 20, &out));
        assert_true(syspte_ledger_ended(&ledger, 20, &out));
        assert_int_equal(out.sequence, row.sequence);
        assert_null(syspte_ledger_check(&ledger));
    }
}

static void the_largest_numbers_come_back_from_a_claim(void **state)
{
    (void)state;
    syspte_row out;
    syspte_row row = {.id = CELLS - 1,
                      .physical_address = (1ull << 52) - 1,
                      .bytes = 1,
                      .pte_count = 1,
                      .sequence = (1ull << 36) - 1,
                      .context = (1u << 24) - 1};
    syspte_ledger_reach(&ledger, row.id, 1);
    syspte_ledger_note(&ledger, &row);

    assert_true(claim(&row, &out));
    equal_rows(&out, &row);
}

// Fails, and changes nothing.
static void refuses(syspte_row wrong)
{
    static const unsigned char untouched[sizeof(syspte_row)];
    syspte_cell before[CELLS];
    syspte_row out;
    memset(&out, 0, sizeof out);
    memcpy(before, ledger.cells, sizeof before);

    assert_false(claim(&wrong, &out));
    assert_memory_equal(&out, untouched, sizeof out);
    assert_memory_equal(before, ledger.cells, sizeof before);
}

static void a_call_that_says_something_else_claims_nothing(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0x10, 0x1000, 0x2345};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        syspte_row out;
        syspte_row row = note(20 + i * 20, 0x7007, sizes[i]);
        syspte_row wrong = row;
        wrong.id = row.id - 1;
        refuses(wrong);
        wrong.id = row.id + 1;
        refuses(wrong);
        for (unsigned bit = 0; bit < 12; bit++) { // of the offset
            wrong = row;
            wrong.physical_address ^= 1u << bit;
            refuses(wrong);
        }
        for (unsigned bit = 0; bit < 12; bit++) { // of the bytes
            wrong = row;
            wrong.bytes ^= 1u << bit;
            refuses(wrong);
        }
        for (unsigned bit = 0; bit < 64; bit++) {
            wrong = row;
            wrong.pte_count ^= 1ull << bit;
            refuses(wrong);
        }
        assert_true(claim(&row, &out));
    }
}

// One page more is one PTE more: as calls count them, no other length has these two numbers.
static void a_length_that_is_equal_but_for_whole_pages_claims_nothing(void **state)
{
    (void)state;
    syspte_row row = note(20, 0x7007, 0x1010);
    for (uint64_t more = 1; more != 0; more <<= 1) {
        syspte_row wrong = row;
        wrong.bytes += more << 12;
        wrong.pte_count = ((row.physical_address & 0xFFF) + wrong.bytes + 0xFFF) >> 12;
        if (wrong.bytes != row.bytes) {
            refuses(wrong);
        }
    }
    row.bytes = 0x10;
    row.pte_count = 1;
    refuses(row);
}

static void where_nothing_is_live_nothing_is_claimed(void **state)
{
    (void)state;
    syspte_row out;
    syspte_row row = note(20, 0x7000, 0x3000);
    syspte_row never = {.id = 100, .pte_count = 1};
    refuses(never); // a cell of zeros says 0 bytes at 0
    never.id = CELLS;
    never.physical_address = 0x5000;
    never.bytes = 1;
    refuses(never); // there is a row, but beyond what was lent
    never.id = UINT64_MAX;
    refuses(never);

    assert_true(claim(&row, &out));
    refuses(row); // it has ended
    syspte_ledger_frame_note(&ledger, 22, 5);
    row.id = 22;
    row.pte_count = 1;
    refuses(row); // what is there is a frame
}

static void a_row_with_spare_ptes_or_scattered_frames_is_not_claimed(void **state)
{
    (void)state;
    syspte_row row = {
        .physical_address = 0x7000, .bytes = 0x2000, .pte_count = 4, .sequence = 1, .context = 7};
    for (unsigned i = 0; i < 3; i++) {
        row.id = 20 + i * 10;
        row.spare = i == 2 ? 0 : 2;
        row.front = i == 1;
        row.pte_count = 2 + row.spare;
        row.scattered = i == 2;
        syspte_ledger_reach(&ledger, row.id, row.pte_count);
        syspte_ledger_note(&ledger, &row);
        refuses(row);
        row.pte_count = 2;
        refuses(row);
    }
}

// ---- Sweeps

static syspte_row note_one(uint64_t id, uint64_t physical_address, uint64_t bytes,
                           uint64_t sequence, uint32_t context)
{
    syspte_row row = {.id = id,
                      .physical_address = physical_address,
                      .bytes = bytes,
                      .pte_count = 1,
                      .sequence = sequence,
                      .context = context};
    syspte_ledger_reach(&ledger, id, 1);
    syspte_ledger_note(&ledger, &row);
    return row;
}

static bool is_reported(uint64_t id)
{
    syspte_row row = {0};
    return syspte_ledger_find(&ledger, id, &row) && row.reported;
}

static void sweeps(uint64_t from, uint64_t since, uint64_t to)
{
    syspte_sweep sweep;
    assert_int_equal(syspte_ledger_sweep(&ledger, from, 7, since, &sweep), to);
    assert_int_equal(sweep.count, to - from);
}

static void a_sweep_sums_up_and_marks_rows_that_are_alike(void **state)
{
    (void)state;
    syspte_sweep sweep;
    syspte_row found;
    note_one(10, 0x5FFF, 1, 30, 7);
    note_one(11, 0x3010, 0xFF0, 20, 7);  // to the end of its page
    note_one(12, 0x9000, 0x1000, 10, 7); // a whole page: the highest
    note_one(13, 0x9000, 0xFFF, 40, 7);
    note_one(14, 0x9800, 0x10, 50, 7);

    assert_int_equal(syspte_ledger_sweep(&ledger, 10, 7, 0, &sweep), 15);

    assert_int_equal(sweep.count, 5);
    assert_int_equal(sweep.physical_first, 0x3010);
    assert_int_equal(sweep.physical_last, 0x9FFF);
    assert_int_equal(sweep.sequence, 10);
    for (uint64_t id = 10; id < 15; id++) {
        assert_true(is_reported(id));
    }
    assert_true(syspte_ledger_find(&ledger, 12, &found));
    assert_int_equal(found.physical_address, 0x9000);
    assert_int_equal(found.sequence, 10);
    assert_int_equal(found.context, 7);
    assert_null(syspte_ledger_check(&ledger));
}

static void a_sweep_of_one_row_has_its_numbers(void **state)
{
    (void)state;
    static const uint64_t addresses[] = {0, 0xFFF, 0x123456789000ull, (1ull << 52) - 1};
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        syspte_sweep sweep;
        note_one(10 * i, addresses[i], 1, (1ull << 36) - 1, 7);
        assert_int_equal(syspte_ledger_sweep(&ledger, 10 * i, 7, 0, &sweep), 10 * i + 1);
        assert_int_equal(sweep.count, 1);
        assert_int_equal(sweep.physical_first, addresses[i]);
        assert_int_equal(sweep.physical_last, addresses[i]);
        assert_int_equal(sweep.sequence, (1ull << 36) - 1);
    }
}

static void a_sweep_stops_at_the_first_row_that_is_another_ones(void **state)
{
    (void)state;
    for (uint64_t id = 10; id < 30; id++) {
        note_one(id, 0x1000 * id, 1, id, 7);
    }
    for (unsigned bit = 0; bit < 24; bit++) {
        ledger.cells[20].who ^= 1ull << bit; // another context
        sweeps(20, 0, 20);
        ledger.cells[20].who ^= 1ull << bit;
    }
    sweeps(10, 11, 10); // born too early
    sweeps(10, 10, 30);
    sweeps(10, 0, 10); // reported
    assert_false(is_reported(30));
}

static void a_sweep_stops_where_no_row_of_one_pte_is_live(void **state)
{
    (void)state;
    for (uint64_t id = 10; id < 60; id++) {
        if (id != 20 && id != 41 && id != 42) {
            note_one(id, 0x1000 * id, 1, id, 7);
        }
    }
    syspte_row ended = note_one(20, 0x20000, 1, 20, 7);
    syspte_ledger_strike_alone(&ledger, &ended);
    syspte_row two = {.id = 41,
                      .physical_address = 0x41000,
                      .bytes = 0x2000,
                      .pte_count = 2,
                      .sequence = 41,
                      .context = 7};
    syspte_ledger_note(&ledger, &two);
    syspte_ledger_frame_note(&ledger, 42, 7 | 1ull << 24);

    sweeps(10, 0, 20);
    sweeps(20, 0, 20); // ended
    sweeps(21, 0, 41);
    sweeps(41, 0, 41); // of two PTEs
    sweeps(42, 0, 42); // a frame inside it
    sweeps(43, 0, 60);
    sweeps(60, 0, 60); // never used
    assert_false(is_reported(41));
}

static void a_sweep_stops_behind_the_last_row(void **state)
{
    (void)state;
    for (uint64_t id = CELLS - 3; id < CELLS; id++) {
        note_one(id, 0x1000 * id, 1, id, 7);
    }
    sweeps(CELLS - 3, 0, CELLS); // what lies behind looks like one more
    sweeps(CELLS, 0, CELLS);
    ledger.high = CELLS - 1;
    note_one(10, 0, 1, 1, 7);
    syspte_row row = {0};
    assert_true(syspte_ledger_find(&ledger, CELLS - 1, &row));
    syspte_ledger_strike_alone(&ledger, &row);
    note_one(CELLS - 1, 0, 1, 1, 7);
    ledger.high = CELLS - 1;
    sweeps(CELLS - 1, 0, CELLS - 1);
}

#define on_ledger(test) cmocka_unit_test_setup_teardown(test, open_ledger, close_ledger)

int core_test_ledger_claim(void)
{
    const struct CMUnitTest tests[] = {
        on_ledger(a_claim_ends_the_row_and_tells_all_of_it),
        on_ledger(the_largest_numbers_come_back_from_a_claim),
        on_ledger(a_call_that_says_something_else_claims_nothing),
        on_ledger(a_length_that_is_equal_but_for_whole_pages_claims_nothing),
        on_ledger(where_nothing_is_live_nothing_is_claimed),
        on_ledger(a_row_with_spare_ptes_or_scattered_frames_is_not_claimed),
        on_ledger(a_sweep_sums_up_and_marks_rows_that_are_alike),
        on_ledger(a_sweep_of_one_row_has_its_numbers),
        on_ledger(a_sweep_stops_at_the_first_row_that_is_another_ones),
        on_ledger(a_sweep_stops_where_no_row_of_one_pte_is_live),
        on_ledger(a_sweep_stops_behind_the_last_row),
    };
    return cmocka_run_group_tests_name("core.ledger_claim", tests, NULL, NULL);
}
