// SPDX-License-Identifier: MIT
// Buffers that a test lends the driver.
#include "harness.h"

static PUCHAR target;

static void touch_target(void)
{
    *(volatile unsigned char *)target = 1;
}

static void buffer_is_zeroed_page_aligned_memory_of_the_machine(void **state)
{
    unsigned char out[8] = {1};
    (void)state;
    for (unsigned kind = 0; kind < 2; kind++) {
        for (unsigned round = 0; round < 3; round++) {
            PUCHAR p = syspte_buffer_alloc(2 * PAGE + 1, (syspte_buffer_kind)kind);
            assert_int_equal((ULONG_PTR)p % PAGE, 0);
            for (unsigned i = 0; i < 2 * PAGE + 1; i++) {
                assert_int_equal(p[i], 0);
            }
            memset(p, 0x33, 2 * PAGE + 1);
            uint64_t at = (uint64_t)MmGetPhysicalAddress(p + PAGE).QuadPart;
            assert_true(syspte_memory_read(at, out, sizeof out));
            assert_int_equal(out[7], 0x33);
            assert_true(syspte_buffer_free(p));
        }
    }
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void buffer_faults_behind_its_end_and_when_it_is_freed(void **state)
{
    (void)state;
    PUCHAR p = syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_PAGEABLE);
    target = p + PAGE;
    assert_true(touch_stops(touch_target));
    (void)only_finding(SYSPTE_RULE_USE_PAST_BLOCK);

    boot(NULL);
    target = syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_PAGEABLE);
    assert_true(syspte_buffer_free(target));
    assert_true(touch_stops(touch_target));
    (void)only_finding(SYSPTE_RULE_USE_AFTER_FREE);
}

static void buffer_is_zeros_in_memory_that_was_used_before(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.ram_bytes = PAGE;
    boot(&config);
    for (unsigned i = 0; i < 3; i++) {
        PUCHAR p = syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_USER);
        assert_int_equal(p[17], 0);
        p[17] = 1;
        assert_true(syspte_buffer_free(p));
    }
}

static void buffers_are_no_leak(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("scope");
    (void)syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_USER);

    assert_int_equal(syspte_scope_leave(scope), 0);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void buffers_that_cannot_be_had_are_null(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    assert_null(syspte_buffer_alloc(1, SYSPTE_BUFFER_USER));
    assert_complaint("syspte_boot first");
    config.ram_bytes = 4 * PAGE;
    boot(&config);

    assert_null(syspte_buffer_alloc(0, SYSPTE_BUFFER_USER));
    assert_null(syspte_buffer_alloc(UINT64_MAX, SYSPTE_BUFFER_USER));
    assert_null(syspte_buffer_alloc(4 * PAGE + 1, SYSPTE_BUFFER_USER));
    PVOID all = syspte_buffer_alloc(4 * PAGE, SYSPTE_BUFFER_USER);
    assert_non_null(all);
    assert_null(syspte_buffer_alloc(1, SYSPTE_BUFFER_PAGEABLE));
    assert_true(syspte_buffer_free(all));
    assert_null(syspte_buffer_alloc(1, (syspte_buffer_kind)2));
    assert_complaint("no such kind of buffer");
    assert_no_findings();
}

static void only_the_start_of_a_buffer_is_freed(void **state)
{
    (void)state;
    PUCHAR buffer = syspte_buffer_alloc(2 * PAGE, SYSPTE_BUFFER_USER);
    PUCHAR pool = ExAllocatePoolWithTag(NonPagedPool, 2 * PAGE, 1);
    PUCHAR wrong[] = {NULL,       (PUCHAR)&target,
                      buffer + 1, buffer + PAGE,
                      pool,       ExAllocatePoolWithTag(PagedPool, 2 * PAGE, 1)};

    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(syspte_buffer_free(wrong[i]));
        assert_complaint("no buffer of syspte_buffer_alloc begins there");
    }
    assert_true(syspte_buffer_free(buffer));
    assert_false(syspte_buffer_free(buffer));
    assert_complaint("no buffer of syspte_buffer_alloc begins there");
    (void)syspte_shutdown();
    assert_false(syspte_buffer_free(buffer));
    assert_complaint("the machine has ended");
}

static void driver_cannot_free_a_buffer_as_pool(void **state)
{
    (void)state;
    PVOID buffer = syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_PAGEABLE);
    syspte_expect_bugcheck(0xC2, 0x46);

    ExFreePool(buffer);

    assert_true(only_finding(SYSPTE_RULE_FREE_NO_BLOCK).expected);
    assert_true(syspte_buffer_free(buffer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(buffer_is_zeroed_page_aligned_memory_of_the_machine),
        machine_test(buffer_faults_behind_its_end_and_when_it_is_freed),
        hooked_test(buffer_is_zeros_in_memory_that_was_used_before),
        machine_test(buffers_are_no_leak),
        hooked_test(buffers_that_cannot_be_had_are_null),
        machine_test(only_the_start_of_a_buffer_is_freed),
        machine_test(driver_cannot_free_a_buffer_as_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
