// SPDX-License-Identifier: MIT
// The arena: the same base in every run, another place if that is taken, less if the host refuses.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port.h"
#include "touch.h"

#if defined(__SANITIZE_THREAD__)
#define BASE_IS_FOR_CHECKERS 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define BASE_IS_FOR_CHECKERS 1
#endif
#endif
#ifndef BASE_IS_FOR_CHECKERS
#define BASE_IS_FOR_CHECKERS 0
#endif

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static uint64_t base_promised(void)
{
    return BASE_IS_FOR_CHECKERS || RUNNING_ON_VALGRIND ? UINT64_C(0x7e9000000000)
                                                       : UINT64_C(0x200000000000);
}

static void the_arena_lies_at_the_fixed_base_of_this_tool(void **state)
{
    (void)state;
    syspte_port_arena arena;

    assert_true(syspte_port_arena_reserve(GIB, &arena));

    assert_int_equal((uintptr_t)arena.base, base_promised());
    assert_int_equal(arena.bytes, GIB);
    assert_false(arena.moved);
    syspte_port_arena_release(&arena);
}

static void an_arena_for_the_largest_pool_fits(void **state)
{
    (void)state;
    syspte_port_arena arena;

    assert_true(syspte_port_arena_reserve(128 * GIB, &arena));

    assert_int_equal(arena.bytes, 128 * GIB);
    assert_int_equal((uintptr_t)arena.base, base_promised());
    syspte_port_arena_release(&arena);
}

static void nothing_in_the_arena_is_accessible(void **state)
{
    (void)state;
    syspte_port_arena arena;
    assert_true(syspte_port_arena_reserve(GIB, &arena));

    assert_false(can_read(arena.base));
    assert_false(can_write(arena.base + GIB / 2));
    assert_false(can_read(arena.base + GIB - 1));

    syspte_port_arena_release(&arena);
}

static void a_taken_base_moves_the_arena(void **state)
{
    (void)state;
    syspte_port_arena first, second;
    assert_true(syspte_port_arena_reserve(GIB, &first));

    assert_true(syspte_port_arena_reserve(GIB, &second));

    assert_true(second.moved);
    assert_int_equal(second.bytes, GIB);
    assert_true(second.base >= first.base + GIB || second.base + GIB <= first.base);
    assert_int_equal((uintptr_t)second.base % 4096, 0);
    assert_false(can_read(second.base));
    syspte_port_arena_release(&second);
    syspte_port_arena_release(&first);
}

static void one_taken_page_in_the_way_moves_the_arena_and_stays(void **state)
{
    (void)state;
    void *wanted = (void *)(uintptr_t)(base_promised() + 512 * MIB);
    unsigned char *page = mmap(wanted, 4096, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    syspte_port_arena arena;
    assert_ptr_equal(page, wanted);
    *page = 77;

    assert_true(syspte_port_arena_reserve(GIB, &arena));

    assert_true(arena.moved);
    assert_int_equal(*page, 77);
    syspte_port_arena_release(&arena);
    (void)munmap(page, 4096);
}

static void release_forgets_the_arena_and_frees_its_base(void **state)
{
    (void)state;
    syspte_port_arena arena;
    for (int round = 0; round < 3; round++) {
        assert_true(syspte_port_arena_reserve(GIB, &arena));
        assert_false(arena.moved);

        syspte_port_arena_release(&arena);

        assert_null(arena.base);
        assert_int_equal(arena.bytes, 0);
        syspte_port_arena_release(&arena); // nothing to release any more
    }
}

static void more_than_the_host_has_is_halved_until_it_fits(void **state)
{
    (void)state;
    uint64_t bytes = UINT64_C(1) << 50;
    syspte_port_arena arena;

    assert_true(syspte_port_arena_reserve(bytes, &arena));

    assert_true(arena.bytes < bytes);
    assert_true(arena.bytes >= 16 * GIB);
    assert_int_equal(arena.bytes & (arena.bytes - 1), 0);
    assert_false(can_read(arena.base + arena.bytes - 1));
    syspte_port_arena_release(&arena);
}

static void an_odd_number_of_pages_is_halved_to_whole_pages(void **state)
{
    (void)state;
    syspte_port_arena arena;

    assert_true(syspte_port_arena_reserve((UINT64_C(1) << 50) + 4096, &arena));

    assert_int_equal(arena.bytes % 4096, 0);
    syspte_port_arena_release(&arena);
}

static void no_bytes_are_no_arena(void **state)
{
    (void)state;
    syspte_port_arena arena;

    assert_false(syspte_port_arena_reserve(0, &arena));
    assert_null(arena.base);
}

// Bytes of address space this process has now.
static uint64_t address_space_used(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%llu", &pages) != 1) {
        _exit(100);
    }
    (void)fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

// In a child that may take only `allowed` more: the MiB it gets of the `wanted`; 0 if refused.
static int reserve_under_limit(uint64_t allowed, uint64_t wanted)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        syspte_port_arena arena;
        uint64_t limit = address_space_used() + allowed;
        struct rlimit ends = {.rlim_cur = limit, .rlim_max = limit};
        if (setrlimit(RLIMIT_AS, &ends) != 0) {
            _exit(101);
        }
        bool reserved = syspte_port_arena_reserve(wanted, &arena);
        _exit(reserved ? (int)(arena.bytes / MIB) : 0);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void sixteen_mebibytes_are_the_least_worth_having(void **state)
{
    (void)state;
    if (RUNNING_ON_VALGRIND) {
        skip(); // Valgrind itself needs address space
    }

    assert_int_equal(reserve_under_limit(20 * MIB, 128 * GIB), 16);
    assert_int_equal(reserve_under_limit(20 * MIB, 44 * MIB), 16); // not 11
    assert_int_equal(reserve_under_limit(12 * MIB, 128 * GIB), 0);
    assert_int_equal(reserve_under_limit(12 * MIB, 8 * MIB), 8);
    assert_int_equal(reserve_under_limit(12 * MIB, 16 * MIB), 0);
}

// ---- Windows

static void windows_lie_at_their_own_fixed_base_and_are_inaccessible(void **state)
{
    bool checked = BASE_IS_FOR_CHECKERS || RUNNING_ON_VALGRIND;
    syspte_port_arena arena;
    syspte_port_arena windows;
    (void)state;
    assert_true(syspte_port_arena_reserve(GIB, &arena));

    assert_true(syspte_port_windows_reserve(4 * GIB, &windows));

    assert_int_equal((uintptr_t)windows.base,
                     checked ? UINT64_C(0x7e8800000000) : UINT64_C(0x1f0000000000));
    assert_int_equal(windows.bytes, 4 * GIB);
    assert_false(windows.moved);
    assert_false(touch(touch_by_read, windows.base));
    assert_false(touch(touch_by_read, windows.base + 4 * GIB - 1));
    syspte_port_windows_release(&windows);
    syspte_port_arena_release(&arena);
}

static void taken_base_moves_the_windows(void **state)
{
    syspte_port_arena first;
    syspte_port_arena second;
    (void)state;
    assert_true(syspte_port_windows_reserve(16 * MIB, &first));

    assert_true(syspte_port_windows_reserve(16 * MIB, &second));

    assert_true(second.moved);
    assert_ptr_not_equal(first.base, second.base);
    syspte_port_windows_release(&first);
    syspte_port_windows_release(&second);
    assert_null(second.base);
    assert_true(syspte_port_windows_reserve(16 * MIB, &first));
    assert_false(first.moved);
    syspte_port_windows_release(&first);
    syspte_port_windows_release(&first); // of none: nothing
}

static void windows_are_had_in_full_or_not_at_all(void **state)
{
    syspte_port_arena windows = {.bytes = 1};
    (void)state;

    assert_false(syspte_port_windows_reserve(UINT64_C(1) << 60, &windows));

    assert_null(windows.base);
    assert_int_equal(windows.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_arena_lies_at_the_fixed_base_of_this_tool),
        cmocka_unit_test(an_arena_for_the_largest_pool_fits),
        cmocka_unit_test(nothing_in_the_arena_is_accessible),
        cmocka_unit_test(a_taken_base_moves_the_arena),
        cmocka_unit_test(one_taken_page_in_the_way_moves_the_arena_and_stays),
        cmocka_unit_test(release_forgets_the_arena_and_frees_its_base),
        cmocka_unit_test(more_than_the_host_has_is_halved_until_it_fits),
        cmocka_unit_test(an_odd_number_of_pages_is_halved_to_whole_pages),
        cmocka_unit_test(no_bytes_are_no_arena),
        cmocka_unit_test(sixteen_mebibytes_are_the_least_worth_having),
        cmocka_unit_test(windows_lie_at_their_own_fixed_base_and_are_inaccessible),
        cmocka_unit_test(taken_base_moves_the_windows),
        cmocka_unit_test(windows_are_had_in_full_or_not_at_all),
    };
    return cmocka_run_group_tests_name("port.arena", tests, NULL, NULL);
}
