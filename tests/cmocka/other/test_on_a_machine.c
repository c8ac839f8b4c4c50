// SPDX-License-Identifier: MIT
// What docs/frameworks.md promises of the adapter it shows.
#include "../meta/device.h"

bool on_a_machine(const char *name, void (*test)(void));

static void unmaps(void)
{
    MmUnmapIoSpace(MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached), DEVICE_BYTES);
}

static void leaks(void)
{
    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
}

static void stops(void)
{
    KeBugCheckEx(0xE2, 0, 0, 0, 0);
}

static void stops_as_announced(void)
{
    syspte_expect_bugcheck(0xE2, SYSPTE_ANY);
    stops();
}

static void announces_in_vain(void)
{
    syspte_expect_bugcheck(0xE2, SYSPTE_ANY);
}

static void misuses(void)
{
    syspte_memory_add(DEVICE_PAGE, 0, SYSPTE_MEMORY_RAM);
}

static void only_what_is_clean_passes(void **state)
{
    (void)state;

    assert_true(on_a_machine("unmaps", unmaps));
    assert_false(on_a_machine("leaks", leaks));
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 1);
    assert_true(on_a_machine("unmaps", unmaps));
}

static void bug_checks_return_to_it(void **state)
{
    (void)state;

    assert_false(on_a_machine("stops", stops));
    assert_true(on_a_machine("stops_as_announced", stops_as_announced));
    assert_false(on_a_machine("announces_in_vain", announces_in_vain));
    assert_false(syspte_is_booted());
}

static void misuse_fails(void **state)
{
    (void)state;

    assert_false(on_a_machine("misuses", misuses));
    assert_int_equal(syspte_report_failures(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_clean_passes),
        cmocka_unit_test(bug_checks_return_to_it),
        cmocka_unit_test(misuse_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
