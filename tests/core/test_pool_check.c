// SPDX-License-Identifier: MIT
// syspte_pool_check against storage broken on purpose: every message it can return, and each way to
// the same message.
#include "core_test.h"

#include "core/pool_index.h"

#include <stdlib.h>
#include <string.h>

static syspte_pool pool;

// [100, 110), [200, 300), [400, 500), [600, 675), [700, 764) and the last PTE, 999, are free.
static int open_shattered(syspte_placement placement)
{
    void *storage = core_lend(syspte_pool_storage(1000, placement));
    syspte_pool_init(&pool, storage, 1000, placement, core_panic);
    assert_int_equal(syspte_pool_reserve(&pool, 1000), 0);
    syspte_pool_release(&pool, 999, 1);
    syspte_pool_release(&pool, 100, 10);
    syspte_pool_release(&pool, 200, 100);
    syspte_pool_release(&pool, 700, 64);
    syspte_pool_release(&pool, 600, 75);
    syspte_pool_release(&pool, 400, 100);
    assert_null(syspte_pool_check(&pool));
    return 0;
}

static int open_fit(void **state)
{
    (void)state;
    return open_shattered(SYSPTE_PLACEMENT_BEST_FIT_TAIL);
}

static int open_hint(void **state)
{
    (void)state;
    return open_shattered(SYSPTE_PLACEMENT_HINT);
}

static int close_pool(void **state)
{
    (void)state;
    free(pool.tags);
    return 0;
}

static void says(const char *message)
{
    const char *found = syspte_pool_check(&pool);
    assert_non_null(found);
    assert_string_equal(found, message);
}

// Breaks one word, looks, and mends it.
static void broken_word_says(uint64_t *word, uint64_t value, const char *message)
{
    uint64_t right = *word;
    *word = value;
    says(message);
    *word = right;
    assert_null(syspte_pool_check(&pool));
}

static void broken_link_says(uint64_t run, unsigned entry, unsigned side, uint32_t value,
                             const char *message)
{
    uint32_t *link = &pool.fit.links[run + entry][side];
    uint32_t right = *link;
    *link = value;
    says(message);
    *link = right;
    assert_null(syspte_pool_check(&pool));
}

static void a_tag_outside_every_free_run_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: a tag stands inside no free run";
    broken_word_says(&pool.tags[50], TAG_LAST | 1, message);    // no start
    broken_word_says(&pool.tags[50], TAG_FIRST, message);       // of no length
    broken_word_says(&pool.tags[50], TAG_FIRST | 951, message); // longer than the pool
    broken_word_says(&pool.tags[100], 0, message);              // the end stands alone
}

static void adjacent_free_runs_are_found(void **state)
{
    (void)state;
    broken_word_says(&pool.tags[110], TAG_FIRST | TAG_LAST | 1,
                     "pool: two free runs are adjacent");
}

static void ends_that_disagree_are_found(void **state)
{
    (void)state;
    static const char message[] = "pool: the two ends of a free run disagree";
    broken_word_says(&pool.tags[109], 0, message);
    broken_word_says(&pool.tags[109], TAG_LAST | 9, message);
    broken_word_says(&pool.tags[109], TAG_FIRST | TAG_LAST | 10, message);
    broken_word_says(&pool.tags[109], 10, message);
    broken_word_says(&pool.tags[999], TAG_FIRST | 1, message);
}

static void a_tag_inside_a_free_run_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: a tag stands inside a free run";
    broken_word_says(&pool.tags[101], 1, message);
    broken_word_says(&pool.tags[108], TAG_FIRST | TAG_LAST | 1, message);
}

static void wrong_counts_are_found(void **state)
{
    (void)state;
    broken_word_says(&pool.free_blocks, 5, "pool: the count of free blocks is wrong");
    broken_word_says(&pool.free_blocks, 7, "pool: the count of free blocks is wrong");
    broken_word_says(&pool.pte_free, 349, "pool: the count of free PTEs is wrong");
    broken_word_says(&pool.pte_free, 351, "pool: the count of free PTEs is wrong");
}

static void a_list_with_a_beginning_before_it_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: the first run of a list has one before it";
    broken_link_says(100, 0, 1, 200, message);
    broken_link_says(400, 0, 1, 200, message); // the head of the two runs of 100 in their tree
}

static void a_list_with_a_run_of_another_length_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: a list holds a run of another length";
    uint32_t right = pool.fit.bin[9];
    pool.fit.links[50][1] = 50;
    pool.fit.bin[9] = 50; // no run at all
    says(message);
    pool.fit.links[109][1] = 109;
    pool.fit.bin[9] = 109; // the end of a run of 10
    says(message);
    pool.fit.bin[9] = 600; // a run of 75
    says(message);
    pool.fit.bin[9] = right;

    broken_link_says(400, 0, 0, 999, "pool: a list is torn");
    pool.fit.links[600][1] = 400; // says that 400 is before it, which has another length
    pool.fit.links[400][0] = 600;
    says(message);
}

static void a_torn_list_is_found(void **state)
{
    (void)state;
    broken_link_says(200, 0, 1, 200, "pool: a list is torn"); // behind 400 in its list
}

static void a_tree_with_a_run_of_another_size_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: a tree holds a run of another size";
    uint32_t root = pool.fit.tree[0];
    broken_link_says(root, 2, 1, 0, message); // no node of a tree
    pool.fit.tree[0] = 100;                   // a run of 10
    says(message);
    pool.fit.tree[0] = 700; // a run of 64, which would be in it were it one longer
    pool.fit.links[700][1] = 700;
    pool.fit.links[702][1] = 1;
    says(message);
    pool.fit.tree[0] = root;
    pool.fit.tree[1] = root; // a run of less than 128
    pool.fit.trees |= 2;
    says(message);
    pool.fit.trees &= ~2u;
    assert_null(syspte_pool_check(&pool));
}

// 200 and 400 hang under 600 or the other way round; whichever it is, one is the other's child.
static void a_torn_tree_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: a tree is torn";
    uint32_t root = pool.fit.tree[0];
    uint32_t child = root == 600 ? 400 : 600;
    broken_link_says(root, 2, 0, child, message);
    broken_link_says(child, 2, 0, child, message);
    broken_link_says(child, 2, 0, 100, message);
    broken_link_says(child, 1, 0, root, message);
    broken_link_says(child, 1, 1, root, message);
}

static void a_run_off_its_way_in_a_tree_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: a run lies off its way in a tree";
    uint32_t root = pool.fit.tree[0];
    uint32_t child = root == 600 ? 400 : 600;
    unsigned side = pool.fit.links[root + 1][1] == child;
    pool.fit.links[root + 1][side] = root;
    pool.fit.links[root + 1][!side] = child;
    says(message);
    pool.fit.links[root + 1][side] = child;
    pool.fit.links[root + 1][!side] = root;
    assert_null(syspte_pool_check(&pool));
}

// Two nodes of one length, each where its bits lead: the lower one is never found.
static void two_nodes_of_one_length_are_found(void **state)
{
    (void)state;
    unsigned side = pool.fit.tree[0] == 400 ? 1 : 0; // the bits of 100 are 1, 100100
    assert_int_equal(pool.fit.links[400][0], 200);
    assert_int_equal(pool.fit.links[401][side], 400);
    pool.fit.links[400][0] = 400; // 200 leaves the list and hangs under the other run of 100
    pool.fit.links[401][side] = 200;
    pool.fit.links[200][1] = 200;
    pool.fit.links[201][0] = pool.fit.links[201][1] = 200;
    pool.fit.links[202][0] = 400;
    pool.fit.links[202][1] = 1;
    says("pool: a run lies off its way in a tree");
}

static void a_run_in_no_list_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: a free run is in no list";
    broken_word_says(&pool.fit.bins, 1ull << 9, message);
    broken_link_says(400, 0, 0, 400, message); // drops 200 from the list
}

static void a_wrong_bitmap_of_starts_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: the bitmap of starts is wrong";
    for (unsigned word = 0; word < 16; word++) {
        broken_word_says(&pool.hint.starts[word], pool.hint.starts[word] ^ 1, message);
    }
    broken_word_says(&pool.hint.starts[15], 0, message); // the last PTE is a run of its own
}

static void a_bound_below_its_runs_is_found(void **state)
{
    (void)state;
    static const char message[] = "pool: a bound is below a run under it";
    uint32_t right = pool.hint.longest[0][200 >> 6];
    pool.hint.longest[0][200 >> 6] = 99;
    says(message);
    pool.hint.longest[0][200 >> 6] = right;
    right = pool.hint.longest[1][0];
    pool.hint.longest[1][0] = 99;
    says(message);
    pool.hint.longest[1][0] = right;
    assert_null(syspte_pool_check(&pool));
}

static void a_hint_outside_the_pool_is_found(void **state)
{
    (void)state;
    uint64_t right = pool.hint.hint;
    pool.hint.hint = 1000; // behind the last PTE: after an allocation at the end
    assert_null(syspte_pool_check(&pool));
    pool.hint.hint = right;
    broken_word_says(&pool.hint.hint, 1001, "pool: the hint is outside the pool");
}

#define on_fit(test)  cmocka_unit_test_setup_teardown(test, open_fit, close_pool)
#define on_hint(test) cmocka_unit_test_setup_teardown(test, open_hint, close_pool)

int core_test_pool_check(void)
{
    const struct CMUnitTest tests[] = {
        on_fit(a_tag_outside_every_free_run_is_found),
        on_hint(a_tag_outside_every_free_run_is_found),
        on_fit(adjacent_free_runs_are_found),
        on_fit(ends_that_disagree_are_found),
        on_hint(ends_that_disagree_are_found),
        on_fit(a_tag_inside_a_free_run_is_found),
        on_fit(wrong_counts_are_found),
        on_hint(wrong_counts_are_found),
        on_fit(a_list_with_a_beginning_before_it_is_found),
        on_fit(a_list_with_a_run_of_another_length_is_found),
        on_fit(a_torn_list_is_found),
        on_fit(a_tree_with_a_run_of_another_size_is_found),
        on_fit(a_torn_tree_is_found),
        on_fit(a_run_off_its_way_in_a_tree_is_found),
        on_fit(two_nodes_of_one_length_are_found),
        on_fit(a_run_in_no_list_is_found),
        on_hint(a_wrong_bitmap_of_starts_is_found),
        on_hint(a_bound_below_its_runs_is_found),
        on_hint(a_hint_outside_the_pool_is_found),
    };
    return cmocka_run_group_tests_name("core.pool_check", tests, NULL, NULL);
}
