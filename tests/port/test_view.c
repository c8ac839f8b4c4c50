// SPDX-License-Identifier: MIT
// Physical memory and its views: shared bytes, protection, what is left after unmap, and limits.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "port.h"
#include "touch.h"

#define PHYSICAL_END (UINT64_C(1) << 52)
enum { PAGE = 4096, READ_WRITE = SYSPTE_PORT_READ | SYSPTE_PORT_WRITE };

static syspte_port_arena arena;

static int arena_begin(void **state)
{
    (void)state;
    bool ready =
        syspte_port_physical_open() && syspte_port_arena_reserve(UINT64_C(4) << 30, &arena);
    return ready ? 0 : -1;
}

static int arena_end(void **state)
{
    (void)state;
    syspte_port_arena_release(&arena);
    syspte_port_physical_reset();
    return 0;
}

// ---- Physical memory

static void untouched_physical_memory_reads_as_zeros(void **state)
{
    (void)state;
    static const uint64_t places[] = {0, 1, 0xFEBC0000, UINT64_C(1) << 40, PHYSICAL_END - 8};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        uint64_t value = 1;
        assert_true(syspte_port_physical_read(places[i], &value, sizeof value));
        assert_int_equal(value, 0);
    }
}

static void what_is_written_to_physical_memory_is_read_back(void **state)
{
    (void)state;
    unsigned char out[10000], in[10000];
    for (size_t i = 0; i < sizeof in; i++) {
        in[i] = (unsigned char)(i * 7 + 1);
    }

    assert_true(syspte_port_physical_write(0xFEBC0FFF, in, sizeof in));

    assert_true(syspte_port_physical_read(0xFEBC0FFF, out, sizeof out));
    assert_memory_equal(out, in, sizeof in);
    assert_true(syspte_port_physical_read(0xFEBC0FFE, out, 1));
    assert_int_equal(out[0], 0);
}

static void the_last_byte_of_physical_memory_exists_and_the_next_does_not(void **state)
{
    (void)state;
    unsigned char byte = 9, bytes[2] = {1, 1};

    assert_true(syspte_port_physical_write(PHYSICAL_END - 1, &byte, 1));
    assert_true(syspte_port_physical_read(PHYSICAL_END - 2, bytes, 2));
    assert_int_equal(bytes[1], 9);
    assert_true(syspte_port_physical_read(PHYSICAL_END, bytes, 0));

    assert_false(syspte_port_physical_read(PHYSICAL_END - 1, bytes, 2));
    assert_false(syspte_port_physical_write(PHYSICAL_END, &byte, 1));
    assert_false(syspte_port_physical_write(1, &byte, UINT64_MAX));
    assert_false(syspte_port_physical_read(UINT64_MAX, bytes, 1));
}

static void reset_makes_physical_memory_zeros_again(void **state)
{
    (void)state;
    uint64_t value = UINT64_C(0x1122334455667788);
    assert_true(syspte_port_physical_write(0, &value, sizeof value));
    assert_true(syspte_port_physical_write(PHYSICAL_END - 8, &value, sizeof value));

    syspte_port_physical_reset();

    assert_true(syspte_port_physical_read(0, &value, sizeof value));
    assert_int_equal(value, 0);
    assert_true(syspte_port_physical_read(PHYSICAL_END - 8, &value, sizeof value));
    assert_int_equal(value, 0);
}

// ---- Views

static void two_views_of_one_page_share_their_bytes(void **state)
{
    (void)state;
    volatile unsigned char *one = arena.base + 3 * PAGE;
    volatile unsigned char *two = arena.base + 9 * PAGE;
    unsigned char byte = 0;
    assert_true(syspte_port_view_map((void *)one, PAGE, 0xFEBC0, READ_WRITE));
    assert_true(syspte_port_view_map((void *)two, PAGE, 0xFEBC0, READ_WRITE));

    one[17] = 42;

    assert_int_equal(two[17], 42);
    assert_true(syspte_port_physical_read(0xFEBC0000 + 17, &byte, 1));
    assert_int_equal(byte, 42);
    byte = 43;
    assert_true(syspte_port_physical_write(0xFEBC0000 + 17, &byte, 1));
    assert_int_equal(one[17], 43);
}

static void a_view_of_the_last_physical_page_exists(void **state)
{
    (void)state;
    uint64_t last = PHYSICAL_END / PAGE - 1;

    assert_true(syspte_port_view_map(arena.base, PAGE, last, READ_WRITE));
    assert_true(can_write(arena.base + PAGE - 1));
}

static void a_view_past_the_end_of_physical_memory_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    uint64_t last = PHYSICAL_END / PAGE - 1;
    assert_true(syspte_port_view_map(arena.base, 2 * PAGE, 7, READ_WRITE));

    assert_false(syspte_port_view_map(arena.base, 2 * PAGE, last, READ_WRITE));
    assert_false(syspte_port_view_map(arena.base, PAGE, last + 1, READ_WRITE));
    assert_false(syspte_port_view_map(arena.base, PAGE, UINT64_MAX, READ_WRITE));
    assert_false(syspte_port_view_map(arena.base, PAGE, UINT64_C(1) << 52, READ_WRITE)); // 2^64

    arena.base[0] = 5;
    unsigned char byte = 0;
    assert_true(syspte_port_physical_read(7 * PAGE, &byte, 1));
    assert_int_equal(byte, 5);
}

static void a_view_grants_exactly_its_access(void **state)
{
    (void)state;
    unsigned char *read_only = arena.base;
    unsigned char *writable = arena.base + PAGE;
    unsigned char *executable = arena.base + 2 * PAGE;
    unsigned char *write_means_read = arena.base + 3 * PAGE;
    assert_true(syspte_port_physical_write(0x1000, touch_code, sizeof touch_code));

    assert_true(syspte_port_view_map(read_only, PAGE, 1, SYSPTE_PORT_READ));
    assert_true(syspte_port_view_map(writable, PAGE, 1, READ_WRITE));
    assert_true(syspte_port_view_map(executable, PAGE, 1, SYSPTE_PORT_EXECUTE));
    assert_true(syspte_port_view_map(write_means_read, PAGE, 1, SYSPTE_PORT_WRITE));

    assert_true(can_read(read_only) && can_read(writable) && can_read(executable));
    assert_true(can_read(write_means_read));
    assert_false(can_write(read_only + 100) || can_write(executable + 100));
    assert_true(can_write(writable + 100) && can_write(write_means_read + 100));
    if (TOUCH_CAN_EXECUTE) {
        assert_true(can_execute(executable));
        assert_false(can_execute(read_only) || can_execute(writable));
    }
}

static void mapping_again_replaces_what_was_there(void **state)
{
    (void)state;
    unsigned char byte = 11;
    assert_true(syspte_port_physical_write(5 * PAGE, &byte, 1));
    assert_true(syspte_port_view_map(arena.base, PAGE, 4, READ_WRITE));

    assert_true(syspte_port_view_map(arena.base, PAGE, 5, SYSPTE_PORT_READ));

    assert_int_equal(*(volatile unsigned char *)arena.base, 11);
    assert_false(can_write(arena.base));
}

static void after_unmap_the_address_faults_and_its_neighbours_do_not(void **state)
{
    (void)state;
    assert_true(syspte_port_view_map(arena.base, PAGE, 20, READ_WRITE));
    assert_true(syspte_port_view_map(arena.base + PAGE, PAGE, 40, READ_WRITE));
    assert_true(syspte_port_view_map(arena.base + 2 * PAGE, PAGE, 60, READ_WRITE));

    assert_true(syspte_port_view_unmap(arena.base + PAGE, PAGE));

    assert_true(can_write(arena.base + PAGE - 1));
    assert_false(can_read(arena.base + PAGE));
    assert_false(can_write(arena.base + 2 * PAGE - 1));
    assert_true(can_write(arena.base + 2 * PAGE));
}

static void one_unmap_ends_several_whole_views(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        assert_true(syspte_port_view_map(arena.base + i * PAGE, PAGE, 100 - i, READ_WRITE));
    }

    assert_true(syspte_port_view_unmap(arena.base, 8 * PAGE));

    for (unsigned i = 0; i < 8; i++) {
        assert_false(can_read(arena.base + i * PAGE));
    }
}

static void bytes_outlive_their_view(void **state)
{
    (void)state;
    assert_true(syspte_port_view_map(arena.base, PAGE, 33, READ_WRITE));
    arena.base[1] = 99;
    assert_true(syspte_port_view_unmap(arena.base, PAGE));

    assert_true(syspte_port_view_map(arena.base + 4 * PAGE, PAGE, 33, SYSPTE_PORT_READ));

    assert_int_equal(arena.base[4 * PAGE + 1], 99);
}

// ---- Limits

// Views with an inaccessible page between each two, until `count` or until the host refuses.
static uint64_t views_fill(uint64_t count)
{
    uint64_t made = 0;
    while (made < count &&
           syspte_port_view_map(arena.base + made * 2 * PAGE, PAGE, made, READ_WRITE)) {
        made++;
    }
    return made;
}

static void *thread_that_only_returns(void *argument)
{
    return argument;
}

static void as_many_views_as_promised_leave_the_process_healthy(void **state)
{
    (void)state;
    uint64_t limit = syspte_port_view_limit();
    uint64_t wanted = limit < 100000 ? limit : 100000;
    pthread_t thread;
    void *answer = NULL;
    assert_true(limit >= 1000);

    assert_int_equal(views_fill(wanted), wanted);

    void *block = malloc(8 << 20);
    assert_non_null(block);
    free(block);
    assert_int_equal(pthread_create(&thread, NULL, thread_that_only_returns, &limit), 0);
    assert_int_equal(pthread_join(thread, &answer), 0);
    assert_ptr_equal(answer, &limit);
    assert_true(syspte_port_view_unmap(arena.base + 2 * PAGE, PAGE));
    assert_false(can_read(arena.base + 2 * PAGE));
}

static void a_view_can_be_taken_away_at_the_hosts_own_limit(void **state)
{
    (void)state;
    uint64_t many = syspte_port_view_limit() + 10000;
#if defined(__SANITIZE_THREAD__)
    skip(); // the sanitizer's own mappings would be refused too
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
    skip();
#endif
#endif
    if (RUNNING_ON_VALGRIND || many > 100000) {
        skip(); // fatal to Valgrind; elsewhere a limit too high to be reached quickly
    }

    uint64_t made = views_fill(many);
    bool unmapped = syspte_port_view_unmap(arena.base + 2 * PAGE, PAGE);
    bool gone = !can_read(arena.base + 2 * PAGE);
    bool neighbour_is_left = can_read(arena.base + 4 * PAGE);
    syspte_port_arena_release(&arena);

    assert_true(made > syspte_port_view_limit() && made < many);
    assert_true(unmapped);
    assert_true(gone);
    assert_true(neighbour_is_left);
}

static void views_are_eager_exactly_under_valgrind(void **state)
{
    (void)state;
    assert_int_equal(syspte_port_views_are_eager(), RUNNING_ON_VALGRIND != 0);
}

#define test_in_arena(test) cmocka_unit_test_setup_teardown(test, arena_begin, arena_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(untouched_physical_memory_reads_as_zeros),
        test_in_arena(what_is_written_to_physical_memory_is_read_back),
        test_in_arena(the_last_byte_of_physical_memory_exists_and_the_next_does_not),
        test_in_arena(reset_makes_physical_memory_zeros_again),
        test_in_arena(two_views_of_one_page_share_their_bytes),
        test_in_arena(a_view_of_the_last_physical_page_exists),
        test_in_arena(a_view_past_the_end_of_physical_memory_is_refused_and_changes_nothing),
        test_in_arena(a_view_grants_exactly_its_access),
        test_in_arena(mapping_again_replaces_what_was_there),
        test_in_arena(after_unmap_the_address_faults_and_its_neighbours_do_not),
        test_in_arena(one_unmap_ends_several_whole_views),
        test_in_arena(bytes_outlive_their_view),
        test_in_arena(as_many_views_as_promised_leave_the_process_healthy),
        test_in_arena(a_view_can_be_taken_away_at_the_hosts_own_limit),
        cmocka_unit_test(views_are_eager_exactly_under_valgrind),
    };
    return cmocka_run_group_tests_name("port.view", tests, NULL, NULL);
}
