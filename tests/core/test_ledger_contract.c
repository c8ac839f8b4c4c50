// SPDX-License-Identifier: MIT
// The interface of the ledger, proved by the same tests of both implementations: the one that is
// indexed by PTE and the one that is hashed. What only one of them promises is in its own file.
#include "core_test.h"

#include <stdlib.h>

enum { CELLS = 300 };

static syspte_ledger direct;
static syspte_ledger_hash hashed;

// Same names, same meaning.
static struct {
    void *ledger;
    void (*reach)(void *ledger, uint64_t id, uint64_t pte_count);
    bool (*note)(void *ledger, const syspte_row *row);
    bool (*find)(const void *ledger, uint64_t id, syspte_row *out);
    bool (*strike)(void *ledger, const syspte_row *row);
    void (*strike_alone)(void *ledger, const syspte_row *row);
    void (*mark)(void *ledger, const syspte_row *row);
    bool (*ended)(const void *ledger, uint64_t id, syspte_row *out);
    bool (*holder)(const void *ledger, uint64_t index, syspte_row *out);
    bool (*next)(const void *ledger, uint64_t *cursor, syspte_row *out);
    const char *(*check)(const void *ledger);
} the;

static void direct_reach(void *ledger, uint64_t id, uint64_t pte_count)
{
    syspte_ledger_reach(ledger, id, pte_count);
}

static bool direct_note(void *ledger, const syspte_row *row)
{
    syspte_ledger_note(ledger, row);
    return true;
}

static bool direct_find(const void *ledger, uint64_t id, syspte_row *out)
{
    return syspte_ledger_find(ledger, id, out);
}

static bool direct_strike(void *ledger, const syspte_row *row)
{
    return syspte_ledger_strike(ledger, row);
}

static void direct_strike_alone(void *ledger, const syspte_row *row)
{
    syspte_ledger_strike_alone(ledger, row);
}

static void direct_mark(void *ledger, const syspte_row *row)
{
    syspte_ledger_mark(ledger, row);
}

static bool direct_ended(const void *ledger, uint64_t id, syspte_row *out)
{
    return syspte_ledger_ended(ledger, id, out);
}

static bool direct_holder(const void *ledger, uint64_t index, syspte_row *out)
{
    return syspte_ledger_holder(ledger, index, out);
}

static bool direct_next(const void *ledger, uint64_t *cursor, syspte_row *out)
{
    return syspte_ledger_next(ledger, cursor, out);
}

static const char *direct_check(const void *ledger)
{
    return syspte_ledger_check(ledger);
}

static void hashed_reach(void *ledger, uint64_t id, uint64_t pte_count)
{
    syspte_ledger_hash_reach(ledger, id, pte_count);
}

static bool hashed_note(void *ledger, const syspte_row *row)
{
    return syspte_ledger_hash_note(ledger, row);
}

static bool hashed_find(const void *ledger, uint64_t id, syspte_row *out)
{
    return syspte_ledger_hash_find(ledger, id, out);
}

static bool hashed_strike(void *ledger, const syspte_row *row)
{
    return syspte_ledger_hash_strike(ledger, row);
}

static void hashed_strike_alone(void *ledger, const syspte_row *row)
{
    syspte_ledger_hash_strike_alone(ledger, row);
}

static void hashed_mark(void *ledger, const syspte_row *row)
{
    syspte_ledger_hash_mark(ledger, row);
}

static bool hashed_ended(const void *ledger, uint64_t id, syspte_row *out)
{
    return syspte_ledger_hash_ended(ledger, id, out);
}

static bool hashed_holder(const void *ledger, uint64_t index, syspte_row *out)
{
    return syspte_ledger_hash_holder(ledger, index, out);
}

static bool hashed_next(const void *ledger, uint64_t *cursor, syspte_row *out)
{
    return syspte_ledger_hash_next(ledger, cursor, out);
}

static const char *hashed_check(const void *ledger)
{
    return syspte_ledger_hash_check(ledger);
}

static int open_direct(void **state)
{
    (void)state;
    syspte_ledger_init(&direct, core_lend(syspte_ledger_storage(CELLS)), CELLS, core_panic);
    the.ledger = &direct;
    the.reach = direct_reach;
    the.note = direct_note;
    the.find = direct_find;
    the.strike = direct_strike;
    the.strike_alone = direct_strike_alone;
    the.mark = direct_mark;
    the.ended = direct_ended;
    the.holder = direct_holder;
    the.next = direct_next;
    the.check = direct_check;
    return 0;
}

static int open_hashed(void **state)
{
    (void)state;
    syspte_ledger_hash_init(&hashed, core_lend(syspte_ledger_hash_storage(64)), 64, core_panic);
    the.ledger = &hashed;
    the.reach = hashed_reach;
    the.note = hashed_note;
    the.find = hashed_find;
    the.strike = hashed_strike;
    the.strike_alone = hashed_strike_alone;
    the.mark = hashed_mark;
    the.ended = hashed_ended;
    the.holder = hashed_holder;
    the.next = hashed_next;
    the.check = hashed_check;
    return 0;
}

static int close_ledger(void **state)
{
    (void)state;
    assert_null(the.check(the.ledger));
    free(the.ledger == &direct ? (void *)direct.cells : (void *)hashed.slots);
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

static void note_row(const syspte_row *row)
{
    the.reach(the.ledger, row->id, row->pte_count);
    assert_true(the.note(the.ledger, row));
}

static syspte_row note(uint64_t id, uint64_t pte_count)
{
    syspte_row row = row_of(id, pte_count);
    note_row(&row);
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

// Every byte count and offset that fits a row's PTEs comes back as it went in.
static void a_row_comes_back_as_it_was_noted(void **state)
{
    (void)state;
    static const uint64_t bytes[] = {1, 2, 3, 4095, 4096, 4097, 8191, 8192, 8193, 65536, 300000};
    static const uint64_t offsets[] = {0, 1, 2, 2048, 4094, 4095};
    for (size_t i = 0; i < COUNT_OF(bytes); i++) {
        for (size_t j = 0; j < COUNT_OF(offsets); j++) {
            syspte_row found;
            syspte_row row = {.id = 5,
                              .physical_address = 0xABCDE12345000ull + offsets[j],
                              .bytes = bytes[i],
                              .pte_count = (offsets[j] + bytes[i] + 4095) / 4096,
                              .sequence = (1ull << 36) - 1,
                              .context = (1u << 24) - 1};
            note_row(&row);

            assert_true(the.find(the.ledger, 5, &found));
            equal_rows(&found, &row);
            assert_null(the.check(the.ledger));
            assert_true(the.strike(the.ledger, &found));
        }
    }
}

static void the_smallest_values_come_back_too(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = {.id = 0, .bytes = 1, .pte_count = 1, .sequence = 1};
    note_row(&row);

    assert_true(the.find(the.ledger, 0, &found));
    equal_rows(&found, &row);
}

static void spare_ptes_and_scattered_frames_come_back(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = row_of(5, 2);
    row.pte_count = 5;
    row.spare = 3;
    row.front = 2;
    row.scattered = true;
    note_row(&row);

    assert_true(the.find(the.ledger, 5, &found));
    equal_rows(&found, &row);
}

static void nothing_is_found_where_nothing_is_live(void **state)
{
    (void)state;
    syspte_row found = {.id = 77};
    assert_false(the.find(the.ledger, 10, &found));
    note(10, 3);

    assert_false(the.find(the.ledger, 9, &found));
    assert_false(the.find(the.ledger, 11, &found));
    assert_false(the.find(the.ledger, UINT64_MAX, &found));
    assert_false(the.ended(the.ledger, 10, &found));
    assert_false(the.ended(the.ledger, 9, &found));
    assert_false(the.ended(the.ledger, UINT64_MAX, &found));
    assert_false(the.holder(the.ledger, 9, &found));
    assert_false(the.holder(the.ledger, 13, &found));
    assert_int_equal(found.id, 77);
}

static void of_two_claims_one_succeeds(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = note(10, 3);

    assert_true(the.strike(the.ledger, &row));
    assert_false(the.strike(the.ledger, &row));
    assert_false(the.find(the.ledger, 10, &found));
    assert_true(the.ended(the.ledger, 10, &found));
    assert_int_equal(found.sequence, row.sequence);
}

static void a_stale_row_claims_nothing(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row row = note(10, 1);
    syspte_row other = row;
    other.sequence++;
    assert_false(the.strike(the.ledger, &other));
    other = row;
    other.context++;
    assert_false(the.strike(the.ledger, &other));
    other = row;
    other.pte_count = 2;
    assert_false(the.strike(the.ledger, &other));
    other = row;
    other.reported = true;
    assert_false(the.strike(the.ledger, &other));

    assert_true(the.find(the.ledger, 10, &found));
    equal_rows(&found, &row);
}

static void a_marked_row_is_found_as_reported(void **state)
{
    (void)state;
    syspte_row found;
    for (uint64_t count = 1; count <= 2; count++) {
        syspte_row row = note(10 * count, count);
        the.mark(the.ledger, &row);

        assert_true(the.find(the.ledger, 10 * count, &found));
        assert_false(the.strike(the.ledger, &row)); // it is another row now
        row.reported = true;
        equal_rows(&found, &row);
        assert_true(the.strike(the.ledger, &found));
        assert_true(the.ended(the.ledger, 10 * count, &found));
        assert_true(found.reported);
        assert_int_equal(found.context, row.context);
    }
}

static void a_claim_without_rivals_must_be_right(void **state)
{
    (void)state;
    static syspte_row row;
    row = note(10, 3);
    row.sequence++;
    assert_panics(the.strike_alone(the.ledger, &row));
    row.sequence--;
    the.strike_alone(the.ledger, &row);
    assert_panics(the.strike_alone(the.ledger, &row));
}

static void a_note_of_a_live_id_panics(void **state)
{
    (void)state;
    static syspte_row row;
    row = note(10, 1);
    assert_panics((void)the.note(the.ledger, &row));
}

static void a_holder_is_found_from_each_of_its_ptes(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 2, 63, 64, 65, 128};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        syspte_row found = {.id = 77};
        syspte_row row = note(100, counts[i]);

        assert_false(the.holder(the.ledger, 99, &found));
        assert_false(the.holder(the.ledger, 100 + counts[i], &found));
        assert_int_equal(found.id, 77);
        for (uint64_t at = 0; at < counts[i]; at++) {
            found = (syspte_row){0};
            assert_true(the.holder(the.ledger, 100 + at, &found));
            equal_rows(&found, &row);
        }
        assert_true(the.strike(the.ledger, &row));
        assert_false(the.holder(the.ledger, 100, &found));
    }
}

static void a_holder_is_not_sought_past_a_shorter_row(void **state)
{
    (void)state;
    syspte_row found;
    note(10, 50);
    note(70, 2);

    assert_false(the.holder(the.ledger, 60, &found));
    assert_false(the.holder(the.ledger, 72, &found));
    assert_false(the.holder(the.ledger, 0, &found));
}

static void a_walk_meets_every_live_row_once(void **state)
{
    (void)state;
    static const uint64_t ids[] = {3, 5, 200, 90};
    unsigned met[COUNT_OF(ids)] = {0};
    uint64_t cursor = 0;
    syspte_row found = {.id = 77};
    assert_false(the.next(the.ledger, &cursor, &found));
    assert_int_equal(found.id, 77);
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        note(ids[i], 1 + i % 2);
    }
    syspte_row ended = note(20, 4);
    the.strike_alone(the.ledger, &ended);

    cursor = 0;
    for (unsigned row = 0; row < COUNT_OF(ids); row++) {
        assert_true(the.next(the.ledger, &cursor, &found));
        for (size_t i = 0; i < COUNT_OF(ids); i++) {
            if (found.id == ids[i]) {
                syspte_row expected = row_of(ids[i], 1 + i % 2);
                equal_rows(&found, &expected);
                met[i]++;
            }
        }
    }
    assert_false(the.next(the.ledger, &cursor, &found));
    assert_false(the.next(the.ledger, &cursor, &found));
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        assert_int_equal(met[i], 1);
    }
}

static void rows_may_end_during_a_walk(void **state)
{
    (void)state;
    uint64_t cursor = 0;
    unsigned count = 0;
    syspte_row row;
    for (uint64_t id = 0; id < 40; id++) {
        note(id, 1);
    }
    while (the.next(the.ledger, &cursor, &row)) {
        assert_true(the.strike(the.ledger, &row));
        count++;
    }
    assert_int_equal(count, 40);
    cursor = 0;
    assert_false(the.next(the.ledger, &cursor, &row));
}

static void an_ended_row_is_kept_until_its_id_is_live_again(void **state)
{
    (void)state;
    syspte_row found;
    syspte_row other = note(9, 1);
    syspte_row row = note(10, 1);
    the.strike_alone(the.ledger, &other);
    the.strike_alone(the.ledger, &row);
    assert_true(the.ended(the.ledger, 10, &found));
    equal_rows(&found, &row);
    row.sequence = 99;
    note_row(&row);

    assert_false(the.ended(the.ledger, 10, &found));
    assert_true(the.ended(the.ledger, 9, &found));
    equal_rows(&found, &other);
    the.strike_alone(the.ledger, &row);
    assert_true(the.ended(the.ledger, 10, &found));
    assert_int_equal(found.sequence, 99); // of two the later one
}

#define on_both(test)                                                                              \
    {#test " (direct)", test, open_direct, close_ledger, NULL},                                    \
    {                                                                                              \
#test " (hashed)", test, open_hashed, close_ledger, NULL                                   \
    }

int core_test_ledger_contract(void)
{
    const struct CMUnitTest tests[] = {
        on_both(a_row_comes_back_as_it_was_noted),
        on_both(the_smallest_values_come_back_too),
        on_both(spare_ptes_and_scattered_frames_come_back),
        on_both(nothing_is_found_where_nothing_is_live),
        on_both(of_two_claims_one_succeeds),
        on_both(a_stale_row_claims_nothing),
        on_both(a_marked_row_is_found_as_reported),
        on_both(a_claim_without_rivals_must_be_right),
        on_both(a_note_of_a_live_id_panics),
        on_both(a_holder_is_found_from_each_of_its_ptes),
        on_both(a_holder_is_not_sought_past_a_shorter_row),
        on_both(a_walk_meets_every_live_row_once),
        on_both(rows_may_end_during_a_walk),
        on_both(an_ended_row_is_kept_until_its_id_is_live_again),
    };
    return cmocka_run_group_tests_name("core.ledger_contract", tests, NULL, NULL);
}
