// SPDX-License-Identifier: MIT
// Entries of one function with several configs: each is named by what its config has otherwise than
// the default, in CMocka's lines and as the scope of its report.
//
// EXPECT exit 2
// EXPECT says [       OK ] maps
// EXPECT says [       OK ] maps [VERIFIER]
// EXPECT says [       OK ] maps [win7-x86]
// EXPECT says [       OK ] maps [FREE, xp-x86]
// EXPECT says [       OK ] runs_before_its_config_is_known
// EXPECT never maps [CHECK
// EXPECT never maps [FREE]
// EXPECT never known [
// EXPECT says [  FAILED  ] leaks [TRACK]
// EXPECT reports never unmapped in "leaks [TRACK]"
// EXPECT says [  FAILED  ] leaks [win10-x64]
// EXPECT says [  PASSED  ] 6 test(s).
#include "device.h"

static syspte_config usual, verifier, other, both, track, newer, late;

static void maps(void **state)
{
    (void)state;
    MmUnmapIoSpace(MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached), DEVICE_BYTES);
}

static void runs_before_its_config_is_known(void **state)
{
    (void)state;
    assert_int_equal(syspte_machine_config()->strictness, SYSPTE_VERIFIER);
}

static void leaks(void **state)
{
    (void)state;
    assert_non_null(MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached));
}

static int group_setup(void **state)
{
    (void)state;
    late = verifier;
    return 0;
}

int main(void)
{
    usual = verifier = other = both = track = newer = syspte_config_default();
    verifier.strictness = SYSPTE_VERIFIER;
    other.profile = syspte_profile_find("win7-x86");
    both.profile = syspte_profile_find("xp-x86");
    both.strictness = SYSPTE_FREE;
    track.strictness = SYSPTE_TRACK;
    newer.profile = syspte_profile_find("win10-x64");
    const struct CMUnitTest tests[] = {
        syspte_unit_test(maps),
        syspte_unit_test_with(maps, &usual),
        syspte_unit_test_with(maps, &verifier),
        syspte_unit_test_with(maps, &other),
        syspte_unit_test_with(maps, &both),
        syspte_unit_test_with(runs_before_its_config_is_known, &late),
        syspte_unit_test_with(leaks, &track),
        syspte_unit_test_with(leaks, &newer),
    };
    return cmocka_run_group_tests(tests, group_setup, NULL);
}
