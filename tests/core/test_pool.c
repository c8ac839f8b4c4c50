// SPDX-License-Identifier: MIT
// The pool: which PTEs a reserve gets, what a release joins, at the boundaries of its words and of
// 32 bits. The placements are told apart where they must differ; everything else holds for both.
#include "core_test.h"

#include "core/pool_inline.h"

#include <stdlib.h>

static const uint64_t sizes[] = {1, 2, 63, 64, 65, 127, 128, 129, 191, 192, 4095, 4096, 4097,
                                 262143, 262144, 262145};
static const syspte_placement placements[] = {SYSPTE_PLACEMENT_BEST_FIT_TAIL,
                                              SYSPTE_PLACEMENT_HINT};

static void open_pool(syspte_pool *pool, uint64_t pte_count, syspte_placement placement)
{
    void *storage = core_lend(syspte_pool_storage(pte_count, placement));
    syspte_pool_init(pool, storage, pte_count, placement, core_panic);
}

static void close_pool(syspte_pool *pool)
{
    free(pool->tags); // the first table of the storage
}

static void sound(const syspte_pool *pool)
{
    const char *broken = syspte_pool_check(pool);
    if (broken != NULL) {
        fail_msg("%s", broken);
    }
}

// Free PTEs, free runs and the longest of them.
static void holds(syspte_pool *pool, uint64_t pte_free, uint64_t blocks, uint64_t largest)
{
    assert_int_equal(pool->pte_free, pte_free);
    assert_int_equal(pool->free_blocks, blocks);
    assert_int_equal(syspte_pool_largest(pool), largest);
    sound(pool);
}

static uint64_t rounded(uint64_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static void storage_is_the_sum_of_its_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        uint64_t n = sizes[i];
        uint64_t hint = rounded(n * 8) + rounded((n + 63) / 64 * 8);
        uint64_t entries = n;
        for (unsigned level = 0; level < 6; level++) {
            entries = (entries + 63) / 64;
            hint += (entries + 63) / 64 * 64 * 4; // whole groups
        }

        assert_int_equal(syspte_pool_storage(n, SYSPTE_PLACEMENT_BEST_FIT_TAIL),
                         rounded(n * 8) * 2);
        assert_int_equal(syspte_pool_storage(n, SYSPTE_PLACEMENT_HINT), hint);
    }
}

static void tables_of_the_hint_fill_the_storage(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        syspte_pool pool;
        open_pool(&pool, sizes[i], SYSPTE_PLACEMENT_HINT);
        unsigned char *end = (unsigned char *)pool.tags +
                             syspte_pool_storage(sizes[i], SYSPTE_PLACEMENT_HINT);
        unsigned char *last = (unsigned char *)pool.hint.longest[SYSPTE_HINT_LEVELS - 1];

        assert_int_equal(pool.hint.entries[0], (sizes[i] + 63) / 64);
        assert_int_equal(pool.hint.entries[pool.hint.top], 1);
        assert_true(pool.hint.top == 0 || pool.hint.entries[pool.hint.top - 1] > 1);
        assert_ptr_equal((unsigned char *)pool.hint.starts,
                         (unsigned char *)pool.tags + rounded(sizes[i] * 8));
        assert_ptr_equal(last + (pool.hint.entries[SYSPTE_HINT_LEVELS - 1] + 63) / 64 * 256, end);
        close_pool(&pool);
    }
}

static void a_new_pool_is_one_free_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes) * 2; i++) {
        syspte_pool pool;
        uint64_t n = sizes[i / 2];
        uint64_t length = 0;
        open_pool(&pool, n, placements[i % 2]);

        holds(&pool, n, 1, n);
        assert_int_equal(pool.pte_count, n);
        assert_int_equal(syspte_pool_next_free(&pool, 0, &length), 0);
        assert_int_equal(length, n);
        assert_true(syspte_pool_ends_free(&pool, &length));
        assert_int_equal(length, n);
        close_pool(&pool);
    }
}

static void a_pool_gives_all_of_itself_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes) * 2; i++) {
        syspte_pool pool;
        uint64_t n = sizes[i / 2];
        uint64_t length = 7;
        open_pool(&pool, n, placements[i % 2]);

        assert_int_equal(syspte_pool_reserve(&pool, n + 1), SYSPTE_POOL_NONE);
        assert_int_equal(syspte_pool_reserve(&pool, 0), SYSPTE_POOL_NONE);
        assert_int_equal(syspte_pool_reserve(&pool, UINT64_MAX), SYSPTE_POOL_NONE);
        assert_int_equal(syspte_pool_reserve(&pool, n), 0);
        holds(&pool, 0, 0, 0);
        assert_int_equal(syspte_pool_reserve(&pool, 1), SYSPTE_POOL_NONE);
        assert_int_equal(syspte_pool_next_free(&pool, 0, &length), SYSPTE_POOL_NONE);
        assert_false(syspte_pool_ends_free(&pool, &length));
        assert_int_equal(length, 0);

        syspte_pool_release(&pool, 0, n);
        holds(&pool, n, 1, n);
        close_pool(&pool);
    }
}

// Runs of each boundary length between taken PTEs: each is found by its own length.
static void every_boundary_length_finds_its_own_run(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {1, 2, 3, 63, 64, 65, 66, 127, 128, 129, 255, 256, 257};
    for (unsigned p = 0; p < 2; p++) {
        syspte_pool pool;
        uint64_t starts[COUNT_OF(lengths)];
        uint64_t at = 0;
        open_pool(&pool, 2048, placements[p]);
        assert_int_equal(syspte_pool_reserve(&pool, 2048), 0);
        for (size_t i = 0; i < COUNT_OF(lengths); i++) {
            starts[i] = at;
            syspte_pool_release(&pool, at, lengths[i]);
            at += lengths[i] + 1;
        }

        for (size_t i = COUNT_OF(lengths); i-- > 0;) {
            assert_int_equal(syspte_pool_largest(&pool), lengths[i]);
            assert_int_equal(syspte_pool_reserve(&pool, lengths[i] + 1), SYSPTE_POOL_NONE);
            assert_int_equal(syspte_pool_reserve(&pool, lengths[i]), starts[i]);
            sound(&pool);
        }
        holds(&pool, 0, 0, 0);
        close_pool(&pool);
    }
}

static void a_release_joins_both_neighbours(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {1, 2, 63, 64, 65, 127, 128, 129};
    for (size_t i = 0; i < COUNT_OF(lengths) * 2; i++) {
        syspte_pool pool;
        uint64_t n = lengths[i / 2];
        open_pool(&pool, 4 * n + 1, placements[i % 2]);
        assert_int_equal(syspte_pool_reserve(&pool, 4 * n + 1), 0);

        syspte_pool_release(&pool, 0, n);
        holds(&pool, n, 1, n);
        syspte_pool_release(&pool, 2 * n, n);
        holds(&pool, 2 * n, 2, n);
        syspte_pool_release(&pool, n, n); // between both
        holds(&pool, 3 * n, 1, 3 * n);
        syspte_pool_release(&pool, 3 * n, n); // behind
        holds(&pool, 4 * n, 1, 4 * n);
        syspte_pool_release(&pool, 4 * n, 1); // the last PTE
        holds(&pool, 4 * n + 1, 1, 4 * n + 1);
        close_pool(&pool);
    }
}

static void a_release_before_a_free_run_joins_it(void **state)
{
    (void)state;
    for (unsigned p = 0; p < 2; p++) {
        syspte_pool pool;
        open_pool(&pool, 200, placements[p]);
        assert_int_equal(syspte_pool_reserve(&pool, 200), 0);

        syspte_pool_release(&pool, 100, 100);
        syspte_pool_release(&pool, 30, 70);
        holds(&pool, 170, 1, 170);
        syspte_pool_release(&pool, 0, 30);
        holds(&pool, 200, 1, 200);
        close_pool(&pool);
    }
}

static void a_shattered_pool_refuses_two_adjacent_ptes(void **state)
{
    (void)state;
    for (unsigned p = 0; p < 2; p++) {
        syspte_pool pool;
        open_pool(&pool, 1000, placements[p]);
        assert_int_equal(syspte_pool_reserve(&pool, 1000), 0);
        for (uint64_t at = 0; at < 1000; at += 2) {
            syspte_pool_release(&pool, at, 1);
        }

        holds(&pool, 500, 500, 1);
        assert_int_equal(syspte_pool_reserve(&pool, 2), SYSPTE_POOL_NONE);
        syspte_pool_release(&pool, 501, 1);
        holds(&pool, 501, 499, 3);
        assert_int_equal(syspte_pool_reserve(&pool, 3), 500);
        close_pool(&pool);
    }
}

static void next_free_lists_every_run_in_order(void **state)
{
    (void)state;
    for (unsigned p = 0; p < 2; p++) {
        syspte_pool pool;
        uint64_t length = 0;
        open_pool(&pool, 300, placements[p]);
        assert_int_equal(syspte_pool_reserve(&pool, 300), 0);
        syspte_pool_release(&pool, 0, 1);
        syspte_pool_release(&pool, 63, 2);
        syspte_pool_release(&pool, 128, 70);
        syspte_pool_release(&pool, 299, 1);

        assert_int_equal(syspte_pool_next_free(&pool, 0, &length), 0);
        assert_int_equal(length, 1);
        assert_int_equal(syspte_pool_next_free(&pool, 1, &length), 63);
        assert_int_equal(length, 2);
        assert_int_equal(syspte_pool_next_free(&pool, 64, &length), 128); // 63 began before
        assert_int_equal(length, 70);
        assert_int_equal(syspte_pool_next_free(&pool, 129, &length), 299);
        assert_int_equal(length, 1);
        assert_int_equal(syspte_pool_next_free(&pool, 300, &length), SYSPTE_POOL_NONE);
        assert_true(syspte_pool_ends_free(&pool, &length));
        assert_int_equal(length, 1);
        close_pool(&pool);
    }
}

// Behind what was touched lies one untouched run at most, and its last tag is no start.
static void next_free_stops_behind_what_was_touched(void **state)
{
    (void)state;
    syspte_pool pool;
    uint64_t length = 0;
    open_pool(&pool, 1000, SYSPTE_PLACEMENT_HINT);
    assert_int_equal(syspte_pool_next_free(&pool, 1, &length), SYSPTE_POOL_NONE);

    assert_int_equal(syspte_pool_reserve(&pool, 10), 0);
    assert_int_equal(syspte_pool_next_free(&pool, 0, &length), 10);
    assert_int_equal(length, 990);
    assert_int_equal(syspte_pool_next_free(&pool, 11, &length), SYSPTE_POOL_NONE);

    pool.tags[500] = 1ull << 63 | 3; // nothing reads so far: planted to see it
    assert_int_equal(syspte_pool_next_free(&pool, 11, &length), SYSPTE_POOL_NONE);
    close_pool(&pool);
}

static void best_fit_takes_the_shortest_run_from_its_tail(void **state)
{
    (void)state;
    syspte_pool pool;
    open_pool(&pool, 1000, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
    assert_int_equal(syspte_pool_reserve(&pool, 1000), 0);
    syspte_pool_release(&pool, 0, 500);
    syspte_pool_release(&pool, 600, 100);
    syspte_pool_release(&pool, 800, 10);

    assert_int_equal(syspte_pool_reserve(&pool, 4), 806);
    assert_int_equal(syspte_pool_reserve(&pool, 7), 693);
    assert_int_equal(syspte_pool_reserve(&pool, 6), 800);
    assert_int_equal(syspte_pool_reserve(&pool, 94), 406);
    assert_int_equal(syspte_pool_reserve(&pool, 93), 600);
    holds(&pool, 406, 1, 406);
    close_pool(&pool);
}

static void best_fit_prefers_the_run_freed_last_among_equals(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {1, 5, 64, 65, 100};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        syspte_pool pool;
        uint64_t n = lengths[i];
        open_pool(&pool, 800, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
        assert_int_equal(syspte_pool_reserve(&pool, 800), 0);
        syspte_pool_release(&pool, 200, n);
        syspte_pool_release(&pool, 400, n);
        syspte_pool_release(&pool, 0, n);
        syspte_pool_release(&pool, 600, n);

        assert_int_equal(syspte_pool_reserve(&pool, n), 600);
        assert_int_equal(syspte_pool_reserve(&pool, n), 0);
        sound(&pool);
        assert_int_equal(syspte_pool_reserve(&pool, n), 400);
        assert_int_equal(syspte_pool_reserve(&pool, n), 200);
        holds(&pool, 0, 0, 0);
        close_pool(&pool);
    }
}

// Equal runs are a list: one in its middle, at its end or at its head can leave it.
static void a_run_leaves_its_list_from_anywhere(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {5, 64, 65, 100};
    for (size_t i = 0; i < COUNT_OF(lengths) * 4; i++) {
        syspte_pool pool;
        uint64_t n = lengths[i / 4];
        uint64_t leaves = i % 4 * 200 + 1;
        open_pool(&pool, 801, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
        assert_int_equal(syspte_pool_reserve(&pool, 801), 0);
        for (uint64_t start = 1; start < 801; start += 200) {
            syspte_pool_release(&pool, start, n);
        }

        syspte_pool_release(&pool, leaves - 1, 1); // becomes longer than the others
        sound(&pool);
        for (uint64_t start = 601; start < 801; start -= 200) {
            if (start != leaves) {
                assert_int_equal(syspte_pool_reserve(&pool, n), start);
                sound(&pool);
            }
        }
        assert_int_equal(syspte_pool_reserve(&pool, n), leaves);
        close_pool(&pool);
    }
}

static void a_run_is_shortened_past_every_boundary(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {65, 66, 100, 127, 128, 129, 255, 256, 300};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        for (uint64_t rest = 1; rest < lengths[i]; rest++) {
            syspte_pool pool;
            open_pool(&pool, 700, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
            assert_int_equal(syspte_pool_reserve(&pool, 700), 0);
            syspte_pool_release(&pool, 350, lengths[i]);
            syspte_pool_release(&pool, 0, lengths[i]); // the first of two of one length

            assert_int_equal(syspte_pool_reserve(&pool, lengths[i] - rest), rest);
            holds(&pool, lengths[i] + rest, 2, lengths[i]);
            syspte_pool_release(&pool, rest, lengths[i] - rest);
            assert_int_equal(syspte_pool_reserve(&pool, lengths[i]), 0);
            assert_int_equal(syspte_pool_reserve(&pool, lengths[i] - rest), 350 + rest);
            holds(&pool, rest, 1, rest); // alone in its tree
            close_pool(&pool);
        }
    }
}

// All lengths of one tree: it is as deep as a length has bits below the highest, and no deeper.
static void a_tree_is_as_deep_as_its_lengths_have_bits(void **state)
{
    (void)state;
    enum { PTES = 256 * 400 };
    syspte_pool pool;
    unsigned deepest = 0;
    open_pool(&pool, PTES, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
    assert_int_equal(syspte_pool_reserve(&pool, PTES), 0);
    for (uint64_t i = 0; i < 128; i++) {
        uint64_t length = 128 + (i * 37 + 64) % 128; // in no order
        syspte_pool_release(&pool, i * 300, length);
    }
    sound(&pool);
    for (uint64_t i = 0; i < 128; i++) {
        unsigned depth = 0;
        uint32_t at = (uint32_t)(i * 300);
        for (; pool.fit.links[at + 2][0] != at; at = pool.fit.links[at + 2][0]) {
            depth++;
        }
        deepest = depth > deepest ? depth : deepest;
    }
    uint32_t root = pool.fit.tree[1];
    assert_in_range(deepest, 6, 7);
    assert_int_not_equal(pool.fit.links[root + 1][0], root);
    assert_int_not_equal(pool.fit.links[root + 1][1], root);
    for (uint64_t length = 128; length < 256; length++) {
        uint64_t start = syspte_pool_reserve(&pool, length);
        assert_int_equal(128 + (start / 300 * 37 + 64) % 128, length);
    }
    holds(&pool, 0, 0, 0);
    close_pool(&pool);
}

static void the_hint_moves_up_and_starts_over_at_the_bottom(void **state)
{
    (void)state;
    syspte_pool pool;
    open_pool(&pool, 100, SYSPTE_PLACEMENT_HINT);

    assert_int_equal(syspte_pool_reserve(&pool, 30), 0);
    assert_int_equal(syspte_pool_reserve(&pool, 30), 30);
    assert_int_equal(syspte_pool_reserve(&pool, 30), 60);
    syspte_pool_release(&pool, 0, 30); // brings the hint back
    assert_int_equal(syspte_pool_reserve(&pool, 10), 0);
    syspte_pool_release(&pool, 60, 30); // above the hint: joined with the last ten
    assert_int_equal(syspte_pool_reserve(&pool, 25), 60);
    assert_int_equal(syspte_pool_reserve(&pool, 15), 85);
    assert_int_equal(syspte_pool_reserve(&pool, 20), 10); // nothing above: from the bottom
    holds(&pool, 0, 0, 0);
    close_pool(&pool);
}

static void the_hint_passes_a_run_that_is_too_short(void **state)
{
    (void)state;
    syspte_pool pool;
    open_pool(&pool, 10000, SYSPTE_PLACEMENT_HINT);
    assert_int_equal(syspte_pool_reserve(&pool, 10000), 0);
    for (uint64_t at = 0; at < 9000; at += 20) {
        syspte_pool_release(&pool, at, 10);
    }
    syspte_pool_release(&pool, 9100, 30);

    assert_int_equal(syspte_pool_reserve(&pool, 11), 9100);
    assert_int_equal(syspte_pool_reserve(&pool, 10), 9111);
    assert_int_equal(syspte_pool_reserve(&pool, 10), 0);
    assert_int_equal(syspte_pool_reserve(&pool, 11), SYSPTE_POOL_NONE);
    assert_int_equal(syspte_pool_largest(&pool), 10);
    sound(&pool);
    close_pool(&pool);
}

// A search that fails makes the bounds exact, so that the next one does not look there again.
static void a_failed_search_lowers_the_bounds(void **state)
{
    (void)state;
    syspte_pool pool;
    open_pool(&pool, 64 * 64 * 4, SYSPTE_PLACEMENT_HINT);
    assert_int_equal(syspte_pool_reserve(&pool, 64 * 64 * 4), 0);
    syspte_pool_release(&pool, 100, 5);
    syspte_pool_release(&pool, 4050, 7);
    syspte_pool_release(&pool, 5000, 9);
    syspte_pool_release(&pool, 9000, 20);
    assert_int_equal(syspte_pool_reserve(&pool, 20), 9000);
    assert_int_equal(pool.hint.longest[pool.hint.top][0], 64 * 64 * 4);

    assert_int_equal(syspte_pool_reserve(&pool, 10), SYSPTE_POOL_NONE);
    assert_int_equal(pool.hint.longest[pool.hint.top][0], 9);
    assert_int_equal(pool.hint.longest[0][100 / 64], 5);
    assert_int_equal(pool.hint.longest[0][5000 / 64], 9);
    sound(&pool);
    assert_int_equal(pool.hint.longest[1][0], 7);
    assert_int_equal(pool.hint.longest[1][1], 9);
    assert_int_equal(pool.hint.longest[1][2], 0);
    for (uint64_t word = 0; word < 64 * 4; word++) {
        bool used = word == 100 / 64 || word == 4050 / 64 || word == 5000 / 64;
        assert_true(used || pool.hint.longest[0][word] == 0);
    }
    close_pool(&pool);
}

static void bounds_of_every_level_are_lowered(void **state)
{
    (void)state;
    enum { PTES = 64 * 64 * 64 * 2 };
    syspte_pool pool;
    open_pool(&pool, PTES, SYSPTE_PLACEMENT_HINT);
    assert_int_equal(pool.hint.top, 3);
    assert_int_equal(syspte_pool_reserve(&pool, PTES), 0);
    syspte_pool_release(&pool, 100, 10);
    syspte_pool_release(&pool, 400000, 50);
    syspte_pool_release(&pool, 500000, 20);
    syspte_pool_release(&pool, 450000, 60);
    assert_int_equal(syspte_pool_reserve(&pool, 60), 450000); // leaves bounds that are too high

    assert_int_equal(syspte_pool_reserve(&pool, 51), SYSPTE_POOL_NONE);
    assert_int_equal(pool.hint.longest[1][500000 >> 12], 20);
    assert_int_equal(pool.hint.longest[2][0], 10);
    assert_int_equal(pool.hint.longest[2][1], 50);
    assert_int_equal(pool.hint.longest[3][0], 50);
    sound(&pool);
    assert_int_equal(syspte_pool_reserve(&pool, 15), 500000);
    assert_int_equal(syspte_pool_reserve(&pool, 50), 400000);
    assert_int_equal(syspte_pool_reserve(&pool, 9), 100);
    holds(&pool, 6, 2, 5);
    close_pool(&pool);
}

// The hint of a pool of whole groups is behind them: nothing there is a bound.
static void a_hint_behind_whole_groups_starts_over(void **state)
{
    (void)state;
    for (uint64_t n = 4096; n <= 64 * 4096; n *= 64) {
        syspte_pool pool;
        open_pool(&pool, n, SYSPTE_PLACEMENT_HINT);
        assert_int_equal(syspte_pool_reserve(&pool, 10), 0);
        assert_int_equal(syspte_pool_reserve(&pool, 10), 10);
        syspte_pool_release(&pool, 0, 10);
        assert_int_equal(syspte_pool_reserve(&pool, n - 20), 20);
        assert_int_equal(pool.hint.hint, n);

        assert_int_equal(syspte_pool_reserve(&pool, 5), 0);
        holds(&pool, 5, 1, 5);
        close_pool(&pool);
    }
}

static void a_wipe_leaves_zeros(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes) * 2; i++) {
        syspte_pool pool;
        uint64_t n = sizes[i / 2];
        uint64_t bytes = syspte_pool_storage(n, placements[i % 2]);
        open_pool(&pool, n, placements[i % 2]);
        for (unsigned step = 0; step < 40; step++) {
            uint64_t start = syspte_pool_reserve(&pool, 1 + step * n / 200);
            if (start != SYSPTE_POOL_NONE && step % 3 == 0) {
                syspte_pool_release(&pool, start, 1 + step * n / 200);
            }
        }

        syspte_pool_wipe(&pool, core_zero);
        assert_true(core_all_zero(pool.tags, bytes));
        close_pool(&pool);

        open_pool(&pool, n, placements[i % 2]); // unused: only what init wrote
        syspte_pool_wipe(&pool, core_zero);
        assert_true(core_all_zero(pool.tags, bytes));
        close_pool(&pool);
    }
}

// The one reserve of a pool wrote to its own PTEs and to the one next to them.
static void a_wipe_after_one_reserve_leaves_zeros(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 2, 5, 63, 64, 65, 128, 199, 200};
    for (size_t i = 0; i < COUNT_OF(counts) * 4; i++) {
        syspte_pool pool;
        syspte_placement placement = placements[i % 2];
        open_pool(&pool, 200, placement);
        if (i / 2 % 2) {
            (void)syspte_pool_take(&pool, counts[i / 4]);
        } else {
            (void)syspte_pool_reserve(&pool, counts[i / 4]);
        }

        syspte_pool_wipe(&pool, core_zero);
        assert_true(core_all_zero(pool.tags, syspte_pool_storage(200, placement)));
        close_pool(&pool);
    }
}

// Behind the tags of 128 PTEs lie the bits of the starts, which look like the tag of a long run
// there when one begins at PTE 63 and others before.
static void open_with_a_false_tag(syspte_pool *pool)
{
    static const uint64_t counts[] = {1, 9, 1, 52, 3, 2}; // [0, 68)
    open_pool(pool, 128, SYSPTE_PLACEMENT_HINT);
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        (void)syspte_pool_reserve(pool, counts[i]);
    }
    syspte_pool_release(pool, 0, 1);
    syspte_pool_release(pool, 10, 1);
    syspte_pool_release(pool, 63, 3);
    assert_int_equal(syspte_pool_reserve(pool, 60), 68);
    assert_int_equal(pool->hint.hint, 128);
    assert_int_equal(pool->tags[128] >> 63, 1);
}

static void nothing_behind_the_tags_is_taken_for_one(void **state)
{
    (void)state;
    uint64_t length = 0;
    for (unsigned way = 0; way < 4; way++) {
        syspte_pool pool;
        open_with_a_false_tag(&pool);
        assert_int_equal(syspte_pool_next_free(&pool, 66, &length), SYSPTE_POOL_NONE);
        if (way == 0) {
            assert_int_equal(syspte_pool_reserve(&pool, 1), 0);
            holds(&pool, 4, 2, 3);
        } else if (way == 1) {
            assert_int_equal(syspte_pool_take(&pool, 1), 0);
            holds(&pool, 4, 2, 3);
        } else if (way == 2) {
            syspte_pool_release(&pool, 68, 60);
            holds(&pool, 65, 4, 60);
        } else {
            syspte_pool_give(&pool, 68, 60);
            holds(&pool, 65, 4, 60);
        }
        close_pool(&pool);
    }
}

static uint64_t zeroed;

static void count_zeroed(void *from, uint64_t bytes)
{
    zeroed += bytes;
    core_zero(from, bytes);
}

static void a_wipe_costs_what_was_used(void **state)
{
    (void)state;
    for (unsigned p = 0; p < 2; p++) {
        syspte_pool pool;
        open_pool(&pool, 1 << 20, placements[p]);
        uint64_t start = syspte_pool_reserve(&pool, 8);
        syspte_pool_release(&pool, start, 8);

        zeroed = 0;
        syspte_pool_wipe(&pool, count_zeroed);
        assert_in_range(zeroed, 1, 512);
        assert_true(core_all_zero(pool.tags, syspte_pool_storage(1 << 20, placements[p])));
        close_pool(&pool);
    }
}

// Every index of 32 bits is a PTE: the last one is no mark for "none".
static void a_pool_of_all_32_bit_indexes_works(void **state)
{
    (void)state;
    for (unsigned p = 0; p < 2; p++) {
        syspte_pool pool;
        uint64_t bytes = syspte_pool_storage(SYSPTE_POOL_MAX, placements[p]);
        void *storage = core_reserve(bytes);
        if (storage == NULL) {
            skip();
        }
        syspte_pool_init(&pool, storage, SYSPTE_POOL_MAX, placements[p], core_panic);
        assert_int_equal(syspte_pool_largest(&pool), SYSPTE_POOL_MAX);
        assert_null(syspte_pool_check(&pool));

        assert_int_equal(syspte_pool_reserve(&pool, SYSPTE_POOL_MAX + 1), SYSPTE_POOL_NONE);
        assert_int_equal(syspte_pool_reserve(&pool, SYSPTE_POOL_MAX), 0);
        assert_int_equal(syspte_pool_largest(&pool), 0);
        syspte_pool_release(&pool, 0xFFFFFFFF, 1);
        assert_int_equal(syspte_pool_largest(&pool), 1);
        assert_int_equal(syspte_pool_reserve(&pool, 1), 0xFFFFFFFF);
        syspte_pool_release(&pool, 0xFFFFFFFF, 1);
        syspte_pool_release(&pool, 0xFFFFFFF0, 3);
        assert_int_equal(syspte_pool_reserve(&pool, 1),
                         placements[p] == SYSPTE_PLACEMENT_HINT ? 0xFFFFFFF0 : 0xFFFFFFFF);
        syspte_pool_wipe(&pool, core_zero);
        core_unreserve(storage, bytes);
    }
}

static void lengths_next_to_2_to_the_32_are_told_apart(void **state)
{
    (void)state;
    for (unsigned p = 0; p < 2; p++) {
        syspte_pool pool;
        bool hint = placements[p] == SYSPTE_PLACEMENT_HINT;
        uint64_t bytes = syspte_pool_storage(SYSPTE_POOL_MAX, placements[p]);
        void *storage = core_reserve(bytes);
        if (storage == NULL) {
            skip();
        }
        syspte_pool_init(&pool, storage, SYSPTE_POOL_MAX, placements[p], core_panic);

        assert_int_equal(syspte_pool_reserve(&pool, 1), hint ? 0 : 0xFFFFFFFF);
        assert_int_equal(syspte_pool_largest(&pool), 0xFFFFFFFF);
        assert_int_equal(syspte_pool_reserve(&pool, SYSPTE_POOL_MAX), SYSPTE_POOL_NONE);
        assert_int_equal(syspte_pool_reserve(&pool, 0xFFFFFFFF), hint ? 1 : 0);
        assert_int_equal(pool.pte_free, 0);
        syspte_pool_release(&pool, hint ? 1 : 0, 0xFFFFFFFF);
        assert_int_equal(syspte_pool_reserve(&pool, 0xFFFFFFFE), hint ? 1 : 1);
        syspte_pool_release(&pool, 1, 0xFFFFFFFE);
        syspte_pool_release(&pool, hint ? 0 : 0xFFFFFFFF, 1);
        assert_int_equal(syspte_pool_largest(&pool), SYSPTE_POOL_MAX);
        assert_int_equal(pool.free_blocks, 1);
        syspte_pool_wipe(&pool, core_zero);
        core_unreserve(storage, bytes);
    }
}

// The hint behind the last PTE, and the first PTE free: the run there is not at the hint.
static void a_hint_behind_the_last_pte_is_no_run(void **state)
{
    (void)state;
    syspte_pool pool;
    open_pool(&pool, 128, SYSPTE_PLACEMENT_HINT);
    assert_int_equal(syspte_pool_take(&pool, 40), 0);
    assert_int_equal(syspte_pool_take(&pool, 8), 40);
    syspte_pool_give(&pool, 0, 40);
    assert_int_equal(syspte_pool_take(&pool, 80), 48);
    assert_int_equal(pool.hint.hint, 128);

    assert_int_equal(syspte_pool_take(&pool, 5), 0);
    holds(&pool, 35, 1, 35);
    close_pool(&pool);
}

// The ways in line are the same as the others, at every length around where they part.
static void the_short_ways_take_and_give_as_the_long_ones(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {0, 1, 2, 63, 64, 65, 98, 99, 100, 101};
    for (size_t i = 0; i < COUNT_OF(lengths) * 2; i++) {
        syspte_pool one;
        syspte_pool two;
        open_pool(&one, 100, placements[i % 2]);
        open_pool(&two, 100, placements[i % 2]);
        uint64_t bytes = syspte_pool_storage(100, placements[i % 2]);

        uint64_t start = syspte_pool_take(&one, lengths[i / 2]);
        assert_int_equal(start, syspte_pool_reserve(&two, lengths[i / 2]));
        assert_memory_equal(one.tags, two.tags, bytes);
        if (start != SYSPTE_POOL_NONE) {
            syspte_pool_give(&one, start, lengths[i / 2]);
            syspte_pool_release(&two, start, lengths[i / 2]);
            assert_memory_equal(one.tags, two.tags, bytes);
            holds(&one, 100, 1, 100);
        }
        close_pool(&one);
        close_pool(&two);
    }
}

// At the begin, in the middle, at the end and over the whole of a run, next to taken PTEs.
static void a_run_is_carved_where_it_is_asked(void **state)
{
    (void)state;
    static const struct {
        uint64_t before, count, behind;
    } cuts[] = {{0, 1, 99}, {0, 64, 36}, {10, 1, 89}, {64, 1, 35}, {63, 2, 35},
                {99, 1, 0}, {36, 64, 0}, {0, 100, 0}};
    for (size_t i = 0; i < COUNT_OF(cuts) * 2; i++) {
        syspte_pool pool;
        uint64_t length;
        uint64_t before = cuts[i / 2].before;
        uint64_t count = cuts[i / 2].count;
        uint64_t behind = cuts[i / 2].behind;
        open_pool(&pool, 300, placements[i % 2]);
        syspte_pool_carve(&pool, 0, 0, 70); // the free runs are now 70 and, behind, 170
        syspte_pool_carve(&pool, 70, 170, 130);
        holds(&pool, 100, 1, 100);

        syspte_pool_carve(&pool, 70, 70 + before, count);

        holds(&pool, before + behind, (before != 0) + (behind != 0),
              before > behind ? before : behind);
        uint64_t first = before != 0 ? 70 : behind != 0 ? 70 + count : SYSPTE_POOL_NONE;
        assert_true(syspte_pool_next_free(&pool, 0, &length) == first);
        if (first != SYSPTE_POOL_NONE) {
            assert_int_equal(length, before != 0 ? before : behind);
            assert_int_equal(syspte_pool_reserve(&pool, length), first);
            syspte_pool_release(&pool, first, length);
        }
        syspte_pool_release(&pool, 70 + before, count);
        holds(&pool, 100, 1, 100);
        close_pool(&pool);
    }
}

static void a_carve_outside_its_run_panics(void **state)
{
    (void)state;
    static syspte_pool pool;
    open_pool(&pool, 100, SYSPTE_PLACEMENT_BEST_FIT_TAIL);
    assert_panics(syspte_pool_carve(&pool, 0, 0, 0));
    assert_panics(syspte_pool_carve(&pool, 0, 0, 101));
    assert_panics(syspte_pool_carve(&pool, 0, 100, 1));
    assert_panics(syspte_pool_carve(&pool, 0, 50, 51));
    assert_int_equal(syspte_pool_reserve(&pool, 30), 70);
    assert_panics(syspte_pool_carve(&pool, 70, 80, 1)); // taken
    close_pool(&pool);
}

static void a_pool_of_no_ptes_or_too_many_panics(void **state)
{
    (void)state;
    static uint64_t storage[1024];
    static syspte_pool pool;
    assert_panics(syspte_pool_init(&pool, storage, 0, SYSPTE_PLACEMENT_HINT, core_panic));
    assert_panics(syspte_pool_init(&pool, storage, SYSPTE_POOL_MAX + 1, SYSPTE_PLACEMENT_HINT,
                                   core_panic));
}

static void a_release_outside_the_pool_panics(void **state)
{
    (void)state;
    static syspte_pool pool;
    open_pool(&pool, 100, SYSPTE_PLACEMENT_HINT);
    assert_int_equal(syspte_pool_reserve(&pool, 100), 0);

    assert_panics(syspte_pool_release(&pool, 10, 0));
    assert_panics(syspte_pool_give(&pool, 10, 0));
    assert_panics(syspte_pool_release(&pool, 100, 1));
    assert_panics(syspte_pool_release(&pool, 90, 11));
    assert_panics(syspte_pool_release(&pool, 90, UINT64_MAX - 85));
    syspte_pool_release(&pool, 50, 50);
    assert_panics(syspte_pool_give(&pool, 50, 0)); // right before a free run
    assert_panics(syspte_pool_give(&pool, 49, 52));
    sound(&pool);
    close_pool(&pool);
}

static void a_release_inside_a_free_run_panics(void **state)
{
    (void)state;
    for (unsigned p = 0; p < 2; p++) {
        static syspte_pool pool;
        open_pool(&pool, 100, placements[p]);
        assert_int_equal(syspte_pool_reserve(&pool, 100), 0);
        syspte_pool_release(&pool, 10, 10);

        assert_panics(syspte_pool_release(&pool, 11, 1));
        assert_panics(syspte_pool_release(&pool, 18, 1));
        sound(&pool);
        close_pool(&pool);
    }
}

int core_test_pool(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storage_is_the_sum_of_its_tables),
        cmocka_unit_test(tables_of_the_hint_fill_the_storage),
        cmocka_unit_test(a_new_pool_is_one_free_run),
        cmocka_unit_test(a_pool_gives_all_of_itself_once),
        cmocka_unit_test(every_boundary_length_finds_its_own_run),
        cmocka_unit_test(a_release_joins_both_neighbours),
        cmocka_unit_test(a_release_before_a_free_run_joins_it),
        cmocka_unit_test(a_shattered_pool_refuses_two_adjacent_ptes),
        cmocka_unit_test(next_free_lists_every_run_in_order),
        cmocka_unit_test(next_free_stops_behind_what_was_touched),
        cmocka_unit_test(best_fit_takes_the_shortest_run_from_its_tail),
        cmocka_unit_test(best_fit_prefers_the_run_freed_last_among_equals),
        cmocka_unit_test(a_run_leaves_its_list_from_anywhere),
        cmocka_unit_test(a_run_is_shortened_past_every_boundary),
        cmocka_unit_test(a_tree_is_as_deep_as_its_lengths_have_bits),
        cmocka_unit_test(the_hint_moves_up_and_starts_over_at_the_bottom),
        cmocka_unit_test(the_hint_passes_a_run_that_is_too_short),
        cmocka_unit_test(a_failed_search_lowers_the_bounds),
        cmocka_unit_test(bounds_of_every_level_are_lowered),
        cmocka_unit_test(a_hint_behind_whole_groups_starts_over),
        cmocka_unit_test(a_wipe_leaves_zeros),
        cmocka_unit_test(a_wipe_after_one_reserve_leaves_zeros),
        cmocka_unit_test(nothing_behind_the_tags_is_taken_for_one),
        cmocka_unit_test(a_wipe_costs_what_was_used),
        cmocka_unit_test(a_pool_of_all_32_bit_indexes_works),
        cmocka_unit_test(lengths_next_to_2_to_the_32_are_told_apart),
        cmocka_unit_test(a_hint_behind_the_last_pte_is_no_run),
        cmocka_unit_test(the_short_ways_take_and_give_as_the_long_ones),
        cmocka_unit_test(a_run_is_carved_where_it_is_asked),
        cmocka_unit_test(a_carve_outside_its_run_panics),
        cmocka_unit_test(a_pool_of_no_ptes_or_too_many_panics),
        cmocka_unit_test(a_release_outside_the_pool_panics),
        cmocka_unit_test(a_release_inside_a_free_run_panics),
    };
    return cmocka_run_group_tests_name("core.pool", tests, NULL, NULL);
}
