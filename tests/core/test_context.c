// SPDX-License-Identifier: MIT
// Contexts: equal ones are one, every field tells them apart, sites compare by content, and the
// hash spreads whatever varies.
#include "core_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY = 128 };

static syspte_contexts contexts;

static int open_contexts(void **state)
{
    (void)state;
    syspte_contexts_init(&contexts, core_lend(syspte_contexts_storage(CAPACITY)), CAPACITY);
    return 0;
}

static int close_contexts(void **state)
{
    (void)state;
    free(contexts.rows);
    return 0;
}

static void storage_is_rows_sites_and_slots(void **state)
{
    (void)state;
    assert_int_equal(syspte_contexts_storage(CAPACITY), CAPACITY * (sizeof(syspte_context) + 24));
    assert_ptr_equal(contexts.site_at + CAPACITY,
                     (char *)contexts.rows + syspte_contexts_storage(CAPACITY));
}

static void equal_contexts_share_a_number(void **state)
{
    (void)state;
    syspte_context context = core_context("hw.c", 42);
    assert_int_equal(syspte_contexts_find(&contexts, &context), 0);
    uint32_t number = syspte_contexts_intern(&contexts, &context);

    assert_int_equal(number, 1);
    assert_int_equal(syspte_contexts_intern(&contexts, &context), number);
    assert_int_equal(syspte_contexts_find(&contexts, &context), number);
    assert_int_equal(contexts.count, 2);
    assert_memory_equal(syspte_contexts_at(&contexts, number), &context, sizeof(context));
}

// Each field changed alone makes another context; those of the site make another site.
static void every_field_tells_contexts_apart(void **state)
{
    (void)state;
    syspte_context base = core_context("hw.c", 42);
    syspte_context others[13];
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        others[i] = base;
    }
    others[0].file = "other.c";
    others[1].line++;
    others[2].return_address = 0x1000;
    others[3].function = "StopDevice";
    others[4].stack = 1;
    others[5].thread++;
    others[6].api++;
    others[7].kind++;
    others[8].cache++;
    others[9].irql++;
    others[10].owner++;
    others[11].tag++;
    others[12].protect++;
    uint32_t first = syspte_contexts_intern(&contexts, &base);

    for (uint32_t i = 0; i < COUNT_OF(others); i++) {
        uint32_t number = syspte_contexts_intern(&contexts, &others[i]);
        assert_int_equal(number, first + 1 + i);
        bool site = i < 3 || i == 6 || i == 11; // place, called function, tag
        assert_int_equal(syspte_contexts_site(&contexts, number), site ? number : first);
    }
    for (uint32_t i = 0; i < COUNT_OF(others); i++) {
        assert_int_equal(syspte_contexts_find(&contexts, &others[i]), first + 1 + i);
    }
}

static void a_site_is_the_text_of_its_file_and_its_line(void **state)
{
    (void)state;
    static const char one[] = "driver/hw.c";
    static const char two[] = "driver/hw.c";
    syspte_context context = core_context(one, 42);
    uint32_t first = syspte_contexts_intern(&contexts, &context);
    context.file = two;
    uint32_t second = syspte_contexts_intern(&contexts, &context);
    context.file = "driver/hw.h";
    uint32_t third = syspte_contexts_intern(&contexts, &context);
    context.file = NULL;
    uint32_t fourth = syspte_contexts_intern(&contexts, &context);
    context.file = "";
    uint32_t fifth = syspte_contexts_intern(&contexts, &context);

    assert_int_not_equal(first, second);
    assert_int_equal(syspte_contexts_site(&contexts, second), first);
    assert_int_equal(syspte_contexts_site(&contexts, third), third);
    assert_int_equal(syspte_contexts_site(&contexts, fourth), fourth);
    assert_int_equal(syspte_contexts_site(&contexts, fifth), fifth);
    assert_int_equal(syspte_contexts_site(&contexts, 0), 0);
}

static void a_function_or_a_tag_of_a_line_is_a_site_seen_from_any_unit(void **state)
{
    (void)state;
    static const char one[] = "driver/hw.c";
    static const char two[] = "driver/hw.c";
    static const struct {
        syspte_api api;
        uint32_t tag;
    } calls[] = {{SYSPTE_API_IO_ALLOCATE_IRP, 0x20707249},
                 {SYSPTE_API_IO_ALLOCATE_MDL, 0x206C644D},
                 {SYSPTE_API_EX_ALLOCATE_POOL2, 0x31676154},
                 {SYSPTE_API_EX_ALLOCATE_POOL2, 0x32676154}};
    uint32_t first[COUNT_OF(calls)];
    for (uint32_t i = 0; i < 2 * COUNT_OF(calls); i++) {
        uint32_t call = i % COUNT_OF(calls);
        syspte_context context = core_context(i < COUNT_OF(calls) ? one : two, 42);
        context.api = (uint8_t)calls[call].api;
        context.tag = calls[call].tag;
        uint32_t number = syspte_contexts_intern(&contexts, &context);
        assert_int_equal(number, i + 1);
        first[call] = i < COUNT_OF(calls) ? number : first[call];
        assert_int_equal(syspte_contexts_site(&contexts, number), first[call]);
    }
}

static void a_full_table_answers_0_and_counts(void **state)
{
    (void)state;
    for (uint32_t line = 1; line < CAPACITY; line++) {
        syspte_context context = core_context("hw.c", line);
        assert_int_equal(syspte_contexts_intern(&contexts, &context), line);
    }
    syspte_context more = core_context("hw.c", CAPACITY);

    assert_int_equal(contexts.dropped, 0);
    assert_int_equal(syspte_contexts_intern(&contexts, &more), 0);
    assert_int_equal(syspte_contexts_intern(&contexts, &more), 0);
    assert_int_equal(contexts.dropped, 2);
    assert_int_equal(contexts.count, CAPACITY);
    more.line = 5;
    assert_int_equal(syspte_contexts_intern(&contexts, &more), 5);
    assert_int_equal(contexts.dropped, 2);
}

static void a_wipe_leaves_zeros(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2 * CAPACITY; i++) {
        syspte_context context = core_context(i % 2 ? "hw.c" : "sw.c", i % 50 + 1);
        context.thread = (uint16_t)(i % 7);
        (void)syspte_contexts_intern(&contexts, &context);
    }
    assert_int_equal(contexts.count, CAPACITY);

    syspte_contexts_wipe(&contexts);
    assert_true(core_all_zero(contexts.rows, syspte_contexts_storage(CAPACITY)));
    assert_int_equal(contexts.count, 1);
    assert_int_equal(contexts.dropped, 0);
    syspte_context again = core_context("hw.c", 1);
    assert_int_equal(syspte_contexts_intern(&contexts, &again), 1);
}

// How far, all together, the contexts of a table lie from where their search begins: as it would be
// for a random hash at half load, or the hash has lost something. `vary` makes the nth context.
static void spreads(const char *what, void (*vary)(syspte_context *context, uint32_t n))
{
    enum { MANY = 4096 };
    syspte_contexts many;
    uint64_t steps = 0;
    syspte_contexts_init(&many, core_lend(syspte_contexts_storage(MANY)), MANY);
    for (uint32_t n = 1; n < MANY; n++) {
        syspte_context context = core_context("hw.c", 1);
        vary(&context, n);
        assert_int_equal(syspte_contexts_intern(&many, &context), n);
    }
    uint32_t runs = 0; // of used slots: a hash that clusters has few
    for (uint32_t at = 0; at < 2 * MANY; at++) {
        bool begins = many.slots[at] != 0 && (at == 0 || many.slots[at - 1] == 0);
        runs += begins;
        steps += many.slots[at] != 0;
    }
    assert_int_equal(steps, MANY - 1);
    if (runs < 1200) { // of about 2000 at random
        fail_msg("the hash loses %s: %u runs of slots", what, runs);
    }
    free(many.rows);
}

// Irregular, and different for each n: what is regular can spread without a single collision.
static uint32_t scrambled(uint32_t n)
{
    n *= 2654435761u;
    return (n ^ n >> 15) * 2246822519u;
}

static void vary_file(syspte_context *c, uint32_t n)
{
    static char files[4096 * 16];
    c->file = &files[n * 16];
}

static void vary_line(syspte_context *c, uint32_t n)
{
    c->line = n;
}

static void vary_return(syspte_context *c, uint32_t n)
{
    c->return_address = 0x400000 + n * 5;
}

static void vary_function(syspte_context *c, uint32_t n)
{
    static char functions[4096 * 16];
    c->function = &functions[n * 16];
}

static void vary_stack(syspte_context *c, uint32_t n)
{
    c->stack = scrambled(n);
}

static void vary_thread(syspte_context *c, uint32_t n)
{
    c->thread = (uint16_t)n;
}

static void vary_thread_and_tag(syspte_context *c, uint32_t n)
{
    c->tag = scrambled(n);
    c->thread = (uint16_t)n;
}

static void vary_small(syspte_context *c, uint32_t n)
{
    c->api = n & 7;
    c->kind = n >> 3 & 7;
    c->cache = n >> 6 & 7;
    c->irql = n >> 9 & 7;
}

static void vary_api(syspte_context *c, uint32_t n)
{
    c->tag = scrambled(n);
    c->api = (uint8_t)c->tag;
}

static void vary_kind(syspte_context *c, uint32_t n)
{
    c->tag = scrambled(n);
    c->kind = (uint8_t)c->tag;
}

static void vary_cache(syspte_context *c, uint32_t n)
{
    c->tag = scrambled(n);
    c->cache = (uint8_t)c->tag;
}

static void vary_irql(syspte_context *c, uint32_t n)
{
    c->tag = scrambled(n);
    c->irql = (uint8_t)c->tag;
}

static void vary_owner(syspte_context *c, uint32_t n)
{
    c->owner = scrambled(n);
}

static void vary_tag(syspte_context *c, uint32_t n)
{
    c->tag = scrambled(n);
}

static void vary_protect(syspte_context *c, uint32_t n)
{
    c->protect = scrambled(n);
}

static void the_hash_spreads_whatever_varies(void **state)
{
    (void)state;
    spreads("the file", vary_file);
    spreads("the line", vary_line);
    spreads("the return address", vary_return);
    spreads("the function", vary_function);
    spreads("the stack", vary_stack);
    spreads("the thread", vary_thread);
    spreads("the thread and the tag", vary_thread_and_tag);
    spreads("api, kind, cache or IRQL", vary_small);
    spreads("the api and the tag", vary_api);
    spreads("the kind and the tag", vary_kind);
    spreads("the cache type and the tag", vary_cache);
    spreads("the IRQL and the tag", vary_irql);
    spreads("the owner", vary_owner);
    spreads("the tag", vary_tag);
    spreads("the protection", vary_protect);
}

// Files that differ in one letter, lines and return addresses: sites have a hash of their own.
static void the_hash_of_sites_spreads_too(void **state)
{
    (void)state;
    enum { MANY = 4096 };
    static char files[MANY][8];
    for (unsigned what = 0; what < 3; what++) {
        syspte_contexts many;
        uint32_t runs = 0;
        syspte_contexts_init(&many, core_lend(syspte_contexts_storage(MANY)), MANY);
        for (uint32_t n = 1; n < MANY; n++) {
            syspte_context context = core_context("hw.c", what == 1 ? n : 1);
            snprintf(files[n], sizeof(files[n]), "f%u.c", n);
            context.file = what == 0 ? files[n] : what == 1 ? "hw.c" : NULL;
            context.return_address = what == 2 ? n * 3 : 0;
            uint32_t number = syspte_contexts_intern(&many, &context);
            assert_int_equal(syspte_contexts_site(&many, number), number);
        }
        for (uint32_t at = 1; at < 2 * MANY; at++) {
            runs += many.site_slots[at] != 0 && many.site_slots[at - 1] == 0;
        }
        assert_in_range(runs, 1200, MANY);
        free(many.rows);
    }
}

// Hash slots wrap around the end of the table; all of it is searched.
static void every_slot_of_the_table_is_used(void **state)
{
    (void)state;
    bool used[2 * CAPACITY] = {false};
    bool site_used[2 * CAPACITY] = {false};
    for (uint32_t round = 0; round < 64; round++) {
        syspte_contexts_wipe(&contexts);
        for (uint32_t n = 1; n < CAPACITY; n++) {
            syspte_context context = core_context("hw.c", round * 1000 + n);
            assert_int_equal(syspte_contexts_intern(&contexts, &context), n);
            assert_int_equal(syspte_contexts_find(&contexts, &context), n);
        }
        for (uint32_t at = 0; at < 2 * CAPACITY; at++) {
            used[at] = used[at] || contexts.slots[at] != 0;
            site_used[at] = site_used[at] || contexts.site_slots[at] != 0;
        }
    }
    for (uint32_t at = 0; at < 2 * CAPACITY; at++) {
        assert_true(used[at]);
        assert_true(site_used[at]);
    }
}

// The code that a name belongs to may be gone by the time of the wipe.
static void a_wipe_reads_no_names(void **state)
{
    (void)state;
    char *file = malloc(8);
    assert_non_null(file);
    memcpy(file, "gone.c", 7);
    syspte_context context = {.file = file, .line = 3};
    assert_int_not_equal(syspte_contexts_intern(&contexts, &context), 0);
    free(file);

    syspte_contexts_wipe(&contexts);

    context.file = "here.c";
    assert_int_equal(syspte_contexts_intern(&contexts, &context), 1);
}

#define on_contexts(test) cmocka_unit_test_setup_teardown(test, open_contexts, close_contexts)

int core_test_context(void)
{
    const struct CMUnitTest tests[] = {
        on_contexts(storage_is_rows_sites_and_slots),
        on_contexts(equal_contexts_share_a_number),
        on_contexts(every_field_tells_contexts_apart),
        on_contexts(a_site_is_the_text_of_its_file_and_its_line),
        on_contexts(a_function_or_a_tag_of_a_line_is_a_site_seen_from_any_unit),
        on_contexts(a_full_table_answers_0_and_counts),
        on_contexts(a_wipe_leaves_zeros),
        on_contexts(a_wipe_reads_no_names),
        on_contexts(every_slot_of_the_table_is_used),
        cmocka_unit_test(the_hash_spreads_whatever_varies),
        cmocka_unit_test(the_hash_of_sites_spreads_too),
    };
    return cmocka_run_group_tests_name("core.context", tests, NULL, NULL);
}
