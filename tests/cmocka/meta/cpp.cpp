// SPDX-License-Identifier: MIT
// The same entries in C++: at file scope, in a local array, and in a static one.
//
// EXPECT exit 1
// EXPECT says [       OK ] maps_and_unmaps
// EXPECT says [  FAILED  ] leaks_one_page
// EXPECT at LEAK leak: MmMapIoSpace
// EXPECT says [       OK ] keeps_its_page
// EXPECT says [       OK ] sees_its_first_state
// EXPECT says [       OK ] fixtures_run
// EXPECT says [       OK ] runs_with_its_config
// EXPECT says [       OK ] survives_a_failed_map [each failure]
#include "device.h"

static int seven = 7;
static syspte_config config = syspte_config_default();

static int nothing(void **)
{
    return 0;
}

static void maps_and_unmaps(void **)
{
    MmUnmapIoSpace(MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached), DEVICE_BYTES);
}

static void leaks_one_page(void **)
{
    MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached); // LEAK
}

static void keeps_its_page(void **state)
{
    if (*state == nullptr)
        *state = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
}

static void sees_its_first_state(void **state)
{
    assert_ptr_equal(*state, &seven);
}

static void fixtures_run(void **)
{
}

static void runs_with_its_config(void **)
{
    assert_true(syspte_is_booted());
}

static void survives_a_failed_map(void **)
{
    PVOID page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    if (page == nullptr) {
        syspte_assert_injected();
        return;
    }
    MmUnmapIoSpace(page, DEVICE_BYTES);
}

static const struct CMUnitTest at_file_scope[] = {
    syspte_unit_test_each_failure(survives_a_failed_map),
    syspte_unit_test(maps_and_unmaps),
    cmocka_unit_test(fixtures_run),
};

int main()
{
    static const struct CMUnitTest statics[] = {
        syspte_unit_test_cycles(keeps_its_page, 3),
        syspte_unit_test_prestate(sees_its_first_state, &seven),
    };
    const struct CMUnitTest locals[] = {
        syspte_unit_test(leaks_one_page),
        syspte_unit_test_setup_teardown(fixtures_run, nothing, nothing),
        syspte_unit_test_with(runs_with_its_config, &config),
        syspte_unit_test_each_failure_with(survives_a_failed_map, &config),
    };
    int failed = cmocka_run_group_tests(at_file_scope, NULL, NULL);
    failed += cmocka_run_group_tests(statics, NULL, NULL);
    failed += cmocka_run_group_tests_name("locals", locals, NULL, NULL);
    return failed;
}
