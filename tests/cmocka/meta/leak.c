// SPDX-License-Identifier: MIT
// A mapping that a test leaves behind fails that test, by name and with the line of the call; the
// next test starts on a clean machine.
//
// EXPECT exit 2
// EXPECT says [  FAILED  ] leaks_one_page
// EXPECT never [  ERROR   ] leaks_one_page
// EXPECT at LEAK leak: MmMapIoSpace
// EXPECT reports 1 mapping, 1 PTE (4 KiB), never unmapped in "leaks_one_page"
// EXPECT says [  ERROR   ] --- syspte: 1 finding (1 leak, 1 PTE): see the report above
// EXPECT at LEAK error: Failure!
// EXPECT order leak.c => see the report above
// EXPECT says [       OK ] starts_on_a_clean_machine
// EXPECT says [  FAILED  ] leaks_two_sites
// EXPECT at FIRST leak: MmMapIoSpace
// EXPECT at SECOND leak: MmMapIoSpace
// EXPECT says syspte: 2 findings (2 leaks, 34 PTEs): see the report above
// EXPECT says [       OK ] a_plain_test_has_no_machine
// EXPECT never ended early
//
// EXPECT-TAP exit 2
// EXPECT-TAP says not ok 1 - leaks_one_page
// EXPECT-TAP says # syspte: 1 finding (1 leak, 1 PTE): see the report above
// EXPECT-TAP says ok 2 - starts_on_a_clean_machine
// EXPECT-TAP at LEAK leak: MmMapIoSpace
//
// EXPECT-XML exit 2
// EXPECT-XML says <testcase name="leaks_one_page"
// EXPECT-XML says <failure><![CDATA[syspte: 1 finding (1 leak, 1 PTE): see the report above
// EXPECT-XML at LEAK leak: MmMapIoSpace
//
// EXPECT-SUBUNIT exit 2
// EXPECT-SUBUNIT says failure: leaks_one_page [
// EXPECT-SUBUNIT says syspte: 1 finding (1 leak, 1 PTE): see the report above
// EXPECT-SUBUNIT says success: starts_on_a_clean_machine
// EXPECT-SUBUNIT at LEAK leak: MmMapIoSpace
#include "device.h"

static void leaks_one_page(void **state)
{
    (void)state;

    PVOID page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached); // LEAK

    assert_non_null(page);
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_int_equal(syspte_finding_count(), 0);
}

static void leaks_two_sites(void **state)
{
    (void)state;

    PVOID small = MmMapIoSpace(device_page(0), 1, MmNonCached);                 // FIRST
    PVOID large = MmMapIoSpace(device_page(1), 33 * DEVICE_BYTES, MmNonCached); // SECOND

    assert_non_null(small);
    assert_non_null(large);
}

static void a_plain_test_has_no_machine(void **state)
{
    (void)state;

    assert_false(syspte_is_booted());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(leaks_one_page),
        syspte_unit_test(starts_on_a_clean_machine),
        syspte_unit_test(leaks_two_sites),
        cmocka_unit_test(a_plain_test_has_no_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
