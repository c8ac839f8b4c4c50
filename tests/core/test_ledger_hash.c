// SPDX-License-Identifier: MIT
// What only the hashed ledger promises: any id, a table that can be full, ends without a trace in
// the slots, searches of a bounded length, and its check against cells broken on purpose.
#include "core_test.h"

#include <stdlib.h>

static syspte_ledger_hash ledger;
static uint32_t slots; // of the ledger

static void open_with(uint32_t capacity)
{
    uint64_t bytes = syspte_ledger_hash_storage(capacity);
    syspte_ledger_hash_init(&ledger, core_lend(bytes + 64), capacity, core_panic);
    slots = 2 * capacity;
}

static int open_ledger(void **state)
{
    (void)state;
    open_with(32);
    return 0;
}

static int close_ledger(void **state)
{
    (void)state;
    unsigned used = 0;
    const char *broken = syspte_ledger_hash_check(&ledger);
    if (broken != NULL) {
        fail_msg("%s", broken);
    }
    for (uint32_t i = 0; i < slots; i++) {
        used += ledger.slots[i] != 0;
    }
    assert_int_equal(used, ledger.count);
    free(ledger.slots);
    return 0;
}

static syspte_row row_of(uint64_t id, uint64_t sequence)
{
    return (syspte_row){.id = id, .bytes = id ^ 7, .sequence = sequence, .context = 3};
}

static bool note(uint64_t id)
{
    static uint64_t sequence;
    syspte_row row = row_of(id, ++sequence);
    return syspte_ledger_hash_note(&ledger, &row);
}

static bool has(uint64_t id)
{
    syspte_row row = {0};
    return syspte_ledger_hash_find(&ledger, id, &row) && row.id == id && row.bytes == (id ^ 7);
}

static void strike(uint64_t id)
{
    syspte_row row;
    assert_true(syspte_ledger_hash_find(&ledger, id, &row));
    syspte_ledger_hash_strike_alone(&ledger, &row);
}

// The first id from `id` on whose search begins at slot `home` of a table with that mask.
static uint64_t id_from(uint64_t id, uint32_t home, uint32_t mask)
{
    for (;; id++) {
        // The slot of the only row of another ledger tells its hash.
        uint64_t storage[32] = {0};
        syspte_ledger_hash other;
        syspte_row row = row_of(id, 1);
        syspte_ledger_hash_init(&other, storage, 1, core_panic);
        assert_true(syspte_ledger_hash_note(&other, &row));
        if (((storage[0] | storage[1]) >> 32 & mask) == home) {
            return id;
        }
    }
}

static void the_tables_fill_the_storage(void **state)
{
    (void)state;
    assert_int_equal(syspte_ledger_hash_storage(0), 0);
    assert_int_equal(syspte_ledger_hash_storage(1u << 20),
                     (16 + sizeof(syspte_hash_cell)) * (1ull << 20));
    assert_ptr_equal(ledger.cells, ledger.slots + 64);
}

static void an_id_has_a_process_above_its_key(void **state)
{
    (void)state;
    assert_true(syspte_ledger_hash_id(0, 1) == 1);
    assert_true(syspte_ledger_hash_id(1, 1) == 0x100000000000001ull);
    assert_true(syspte_ledger_hash_id(255, 0xFFFFF88000003123ull) == 0xFFFFF88000003123ull);
    assert_true(syspte_ledger_hash_id(0, 0xFFFFF88000003123ull) == 0xFFF88000003123ull);
}

static void any_id_can_be_noted(void **state)
{
    (void)state;
    static const uint64_t ids[] = {0,
                                   1,
                                   1ull << 32,
                                   1ull << 55,
                                   1ull << 56,
                                   3ull << 56,
                                   UINT64_MAX - 1,
                                   UINT64_MAX,
                                   0xFFFFF88000003000ull};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        assert_true(note(ids[i]));
    }
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        assert_true(has(ids[i]));
        strike(ids[i]);
        assert_false(has(ids[i]));
    }
}

// Found by search: 19819 and 99176 have one hash, all 32 bits of it.
static void ids_of_one_hash_are_told_apart(void **state)
{
    (void)state;
    assert_true(note(19819));
    assert_false(has(99176));
    assert_true(note(99176));
    assert_true(has(19819));
    assert_true(has(99176));
    assert_int_equal(id_from(99176, 0xB4DD8D67 & 1023, 1023), 99176);
    assert_int_equal(id_from(19819, 0xB4DD8D67 & 1023, 1023), 19819);
    strike(19819);
    assert_true(has(99176));
    assert_false(has(19819));
}

static void one_key_in_two_processes_is_two_rows(void **state)
{
    (void)state;
    syspte_row row = row_of(syspte_ledger_hash_id(1, 0x1000), 1);
    syspte_row other = row_of(syspte_ledger_hash_id(2, 0x1000), 2);
    assert_true(syspte_ledger_hash_note(&ledger, &row));
    assert_true(syspte_ledger_hash_note(&ledger, &other));

    assert_true(has(row.id));
    syspte_ledger_hash_strike_alone(&ledger, &row);
    assert_false(has(row.id));
    assert_true(has(other.id));
}

static void a_holder_is_sought_in_its_process_alone(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = {.id = syspte_ledger_hash_id(1, 0) - 2, .pte_count = 9, .sequence = 1};
    syspte_ledger_hash_reach(&ledger, row.id, 9);
    assert_true(syspte_ledger_hash_note(&ledger, &row));

    assert_true(syspte_ledger_hash_holder(&ledger, row.id + 1, &found));
    assert_false(syspte_ledger_hash_holder(&ledger, row.id + 2, &found)); // key 0 of process 1
    assert_false(syspte_ledger_hash_holder(&ledger, row.id + 3, &found));
    row.id += 2;
    assert_true(syspte_ledger_hash_note(&ledger, &row));
    assert_true(syspte_ledger_hash_holder(&ledger, row.id + 1, &found));
    assert_true(found.id == row.id);
}

static void it_is_full_when_all_cells_are_live(void **state)
{
    (void)state;
    for (uint64_t id = 0; id < 32; id++) {
        assert_true(note(id * 0x1000));
    }
    assert_false(note(77));
    assert_false(has(77));
    strike(0x5000);
    assert_true(note(77));
    assert_true(has(77));
    assert_int_equal(ledger.used, 32);
}

static void a_table_without_rows_is_full_and_finds_nothing(void **state)
{
    (void)state;
    syspte_row found;
    uint64_t cursor = 0;
    free(ledger.slots);
    open_with(0);
    assert_false(note(1));
    assert_false(has(1));
    assert_false(syspte_ledger_hash_next(&ledger, &cursor, &found));
    assert_false(syspte_ledger_hash_ended(&ledger, 1, &found));
    assert_false(syspte_ledger_hash_holder(&ledger, 1, &found));
    syspte_ledger_hash_wipe(&ledger, core_zero);
}

// Rows that all begin at one slot, and one in the way of each: what ends leaves nothing behind.
static void the_end_of_a_row_moves_up_those_behind(void **state)
{
    (void)state;
    for (uint32_t home = 61; home < 64; home++) { // around the end of the table
        uint64_t ids[6];
        for (unsigned i = 0; i < 4; i++) {
            ids[i] = id_from(i == 0 ? 1 : ids[i - 1] + 1, home, 63);
        }
        ids[4] = id_from(1, (home + 2) & 63, 63);
        ids[5] = id_from(1, (home + 6) & 63, 63);
        for (unsigned gone = 0; gone < 6; gone++) {
            for (unsigned i = 0; i < 6; i++) {
                assert_true(note(ids[i]));
            }
            strike(ids[gone]);
            for (unsigned i = 0; i < 6; i++) {
                assert_int_equal(has(ids[i]), i != gone);
            }
            // As if it had never been: in the order that is left, from the first slot on.
            unsigned expected = 0;
            for (unsigned i = 0; i < 4; i++) {
                if (i != gone) {
                    uint64_t slot = ledger.slots[(home + expected++) & 63];
                    assert_true(slot != 0 && ledger.cells[(uint32_t)slot - 1].row.id == ids[i]);
                }
            }
            assert_int_equal(ledger.slots[(home + 6) & 63] != 0, gone != 5);
            for (unsigned i = 0; i < 6; i++) {
                if (i != gone) {
                    strike(ids[i]);
                }
            }
            assert_true(core_all_zero(ledger.slots, 64 * sizeof(uint64_t)));
        }
    }
}

static void a_search_is_bounded(void **state)
{
    (void)state;
    free(ledger.slots);
    open_with(256);
    uint64_t ids[SYSPTE_HASH_PROBES + 2];
    for (unsigned i = 0; i < COUNT_OF(ids); i++) {
        ids[i] = id_from(i == 0 ? 1 : ids[i - 1] + 1, 500, 511);
    }
    for (unsigned i = 0; i < SYSPTE_HASH_PROBES; i++) {
        assert_true(note(ids[i]));
    }
    assert_false(note(ids[SYSPTE_HASH_PROBES])); // though half of the cells are free
    assert_false(has(ids[SYSPTE_HASH_PROBES]));
    assert_int_equal(ledger.count, SYSPTE_HASH_PROBES);
    assert_true(has(ids[SYSPTE_HASH_PROBES - 1]));

    strike(ids[0]);
    assert_true(note(ids[SYSPTE_HASH_PROBES]));
    assert_true(has(ids[SYSPTE_HASH_PROBES]));
    assert_false(note(ids[SYSPTE_HASH_PROBES + 1]));
}

// After any number of ends a search is as short as in a fresh table.
static void nothing_decays(void **state)
{
    (void)state;
    uint64_t id = 0;
    for (unsigned i = 0; i < 16; i++) {
        assert_true(note(++id * 0x1000));
    }
    for (unsigned i = 0; i < 20000; i++) {
        strike((id - 15) * 0x1000);
        assert_true(note(++id * 0x1000));
        unsigned used = 0;
        for (uint32_t slot = 0; slot < 64 && i % 100 == 0; slot++) {
            used += ledger.slots[slot] != 0;
        }
        assert_int_equal(used, i % 100 == 0 ? 16 : 0);
    }
    assert_int_equal(ledger.used, 16);
}

static void neighbouring_ids_spread_over_the_slots(void **state)
{
    (void)state;
    // Pages, blocks of 16 bytes, and addresses of one page each in many processes.
    static const uint64_t steps[] = {1, 16, 0x1000, 1ull << 56};
    for (size_t step = 0; step < COUNT_OF(steps); step++) {
        uint64_t longest = 0;
        free(ledger.slots);
        open_with(4096);
        uint64_t count = steps[step] == 1ull << 56 ? 255 : 4096;
        for (uint64_t i = 0; i < count; i++) {
            assert_true(note(0xF88000000000ull + i * steps[step]));
        }
        for (uint32_t i = 0, run = 0; i < slots; i++) {
            run = ledger.slots[i] != 0 ? run + 1 : 0;
            longest = run > longest ? run : longest;
        }
        assert_true(longest < 60); // as chance would have it at half full
    }
}

static void of_ended_rows_the_last_is_told_and_any_is_forgotten_when_its_cell_is_used(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = row_of(10, 5);
    row.pte_count = 3;
    assert_true(syspte_ledger_hash_note(&ledger, &row));
    syspte_ledger_hash_strike_alone(&ledger, &row);
    assert_true(syspte_ledger_hash_ended(&ledger, 10, &found));
    assert_int_equal(found.pte_count, 3); // whole, unlike the direct ledger's
    assert_int_equal(found.bytes, 10 ^ 7);

    ledger.cells[1].row = row_of(12, 9); // never used
    assert_false(syspte_ledger_hash_ended(&ledger, 12, &found));
    ledger.cells[1].row = (syspte_row){0};
    assert_true(note(11)); // takes its cell
    assert_int_equal(ledger.used, 1);
    assert_false(syspte_ledger_hash_ended(&ledger, 10, &found));
}

static void cells_are_used_again_the_last_one_first(void **state)
{
    (void)state;
    syspte_row found;
    uint64_t cursor = 0;
    for (uint64_t id = 1; id <= 3; id++) {
        assert_true(note(id));
    }
    strike(1);
    strike(3);
    assert_true(note(4)); // in the third cell
    assert_true(note(5)); // in the first
    assert_true(note(6)); // in a fresh one

    static const uint64_t order[] = {5, 2, 4, 6};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        assert_true(syspte_ledger_hash_next(&ledger, &cursor, &found));
        assert_int_equal(found.id, order[i]);
    }
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
    syspte_ledger_hash_wipe(&ledger, count_zeroed);
    assert_int_equal(zeroed, 0);
    for (uint64_t id = 1; id <= 20; id++) {
        assert_true(note(id));
    }
    for (uint64_t id = 1; id <= 20; id += 3) {
        strike(id);
    }
    syspte_ledger_hash_reach(&ledger, 1, 99);

    syspte_ledger_hash_wipe(&ledger, count_zeroed);
    assert_int_equal(zeroed, 20 * sizeof(syspte_hash_cell));
    assert_true(core_all_zero(ledger.slots, syspte_ledger_hash_storage(32)));
    assert_int_equal(ledger.count, 0);
    assert_int_equal(ledger.used, 0);
    assert_int_equal(ledger.free, 0);
    assert_int_equal(ledger.longest, 1);
    assert_true(note(5));
}

static void a_mark_of_what_is_not_live_panics(void **state)
{
    (void)state;
    static syspte_row row;
    row = row_of(10, 5);
    assert_panics(syspte_ledger_hash_mark(&ledger, &row));
}

static void says(const char *message)
{
    const char *found = syspte_ledger_hash_check(&ledger);
    assert_non_null(found);
    assert_string_equal(found, message);
}

static void a_row_out_of_place_is_found(void **state)
{
    (void)state;
    static const char message[] = "ledger: a live row is not found by its id";
    assert_true(note(1));
    assert_true(note(2));
    ledger.cells[1].row.id = 3;
    says(message);
    ledger.cells[1].row.id = 1; // two rows of one id: one is found
    says(message);
    ledger.cells[1].row.id = 2;
}

static void a_wrong_count_is_found(void **state)
{
    (void)state;
    assert_true(note(1));
    ledger.count = 2;
    says("ledger: the count of live rows is wrong");
    ledger.count = 1;
}

static void a_row_of_impossible_length_is_found(void **state)
{
    (void)state;
    syspte_row row = row_of(1, 1);
    row.pte_count = 3;
    syspte_ledger_hash_reach(&ledger, 1, 3);
    assert_int_equal(ledger.longest, 3);
    syspte_ledger_hash_reach(&ledger, 1, 2);
    assert_int_equal(ledger.longest, 3);
    assert_true(syspte_ledger_hash_note(&ledger, &row));
    assert_null(syspte_ledger_hash_check(&ledger));
    ledger.longest = 2;
    says("ledger: a row is longer than any that was noted");
    ledger.longest = 3;
}

static void a_broken_list_of_free_rows_is_found(void **state)
{
    (void)state;
    static const char message[] = "ledger: the list of free rows is broken";
    for (uint64_t id = 1; id <= 4; id++) {
        assert_true(note(id));
    }
    strike(1);
    strike(2);
    strike(3);
    assert_null(syspte_ledger_hash_check(&ledger));
    ledger.cells[1].next = 0; // ends too early
    says(message);
    ledger.cells[1].next = 3; // never ends
    says(message);
    ledger.cells[1].next = 4; // leads to a live row
    says(message);
    ledger.cells[1].next = 5; // and to a row that never was
    says(message);
    ledger.cells[1].next = 1;
    assert_null(syspte_ledger_hash_check(&ledger));
    strike(4);
    ledger.cells[0].next = 4; // a circle of all there are
    says(message);
    ledger.cells[0].next = 0;
}

#define on_ledger(test) cmocka_unit_test_setup_teardown(test, open_ledger, close_ledger)

int core_test_ledger_hash(void)
{
    const struct CMUnitTest tests[] = {
        on_ledger(the_tables_fill_the_storage),
        on_ledger(an_id_has_a_process_above_its_key),
        on_ledger(any_id_can_be_noted),
        on_ledger(ids_of_one_hash_are_told_apart),
        on_ledger(one_key_in_two_processes_is_two_rows),
        on_ledger(a_holder_is_sought_in_its_process_alone),
        on_ledger(it_is_full_when_all_cells_are_live),
        on_ledger(a_table_without_rows_is_full_and_finds_nothing),
        on_ledger(the_end_of_a_row_moves_up_those_behind),
        on_ledger(a_search_is_bounded),
        on_ledger(nothing_decays),
        on_ledger(neighbouring_ids_spread_over_the_slots),
        on_ledger(of_ended_rows_the_last_is_told_and_any_is_forgotten_when_its_cell_is_used),
        on_ledger(cells_are_used_again_the_last_one_first),
        on_ledger(a_wipe_leaves_zeros_and_costs_what_was_used),
        on_ledger(a_mark_of_what_is_not_live_panics),
        on_ledger(a_row_out_of_place_is_found),
        on_ledger(a_wrong_count_is_found),
        on_ledger(a_row_of_impossible_length_is_found),
        on_ledger(a_broken_list_of_free_rows_is_found),
    };
    return cmocka_run_group_tests_name("core.ledger_hash", tests, NULL, NULL);
}
