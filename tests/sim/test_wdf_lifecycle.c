// SPDX-License-Identifier: MIT
// The runner of whole lives with a KMDF driver: the same as a WDM driver's, seen through the
// framework's callbacks, and what it finds where.
#include "wdf_driver.h"

static const syspte_resource resources[] = {
    {.kind = SYSPTE_RESOURCE_MEMORY, .start = BAR, .bytes = 0x2000},
};
static const syspte_hardware hardware = {.resources = resources, .resource_count = 1};

static NTSTATUS run(void)
{
    syspte_lifecycle life = syspte_lifecycle_of(wdf_driver_entry, &hardware);
    return syspte_lifecycle_run(&life);
}

static void whole_life_is_clean(void **state)
{
    (void)state;
    the_driver.maps = true;
    syspte_lifecycle life = syspte_lifecycle_of(wdf_driver_entry, &hardware);
    life.removal = SYSPTE_REMOVAL_ORDERLY;

    assert_int_equal(syspte_lifecycle_run(&life), STATUS_SUCCESS);

    assert_log("Entry Add Prepare D0Entry(D3Final) PostEnabled SelfInit "
               "QueryStop SelfSuspend PreDisabled D0Exit(D3Final) Release "
               "Prepare D0Entry(D3Final) PostEnabled SelfRestart "
               "SelfSuspend PreDisabled D0Exit(D3) D0Entry(D3) PostEnabled SelfRestart "
               "SelfSuspend PreDisabled D0Exit(D3) D0Entry(D3) PostEnabled SelfRestart "
               "QueryRemove SelfSuspend PreDisabled D0Exit(D3Final) Release SelfFlush SelfCleanup "
               "Cleanup Destroy Unload");
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void device_that_comes_back_after_a_surprise_is_clean(void **state)
{
    (void)state;
    the_driver.maps = true;

    assert_int_equal(run(), STATUS_SUCCESS);

    assert_non_null(strstr(the_driver.log, "Surprise SelfSuspend PreDisabled D0Exit(D3Final) "
                                           "Release SelfFlush SelfCleanup Cleanup Destroy Add "));
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void forgotten_mapping_is_of_start_and_stop(void **state)
{
    (void)state;
    the_driver.maps = true;
    the_driver.forgets = true;

    assert_int_equal(run(), STATUS_SUCCESS);

    syspte_finding leak = finding_of(SYSPTE_RULE_LEAK);
    assert_int_equal(leak.call->line, wdf_map_line);
    assert_string_equal(leak.scope, "between START and STOP");
}

static void failed_prepare_is_cleaned_up(void **state)
{
    (void)state;
    the_driver.maps = true;
    the_driver.failing = "Prepare";

    assert_int_equal(run(), STATUS_DEVICE_DATA_ERROR);

    assert_log("Entry Add Prepare Release Cleanup Destroy Unload");
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void create_memory(WDFDEVICE device, WDFCMRESLIST list)
{
    WDFMEMORY memory;
    WDF_OBJECT_ATTRIBUTES attributes;
    (void)list;
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = device;
    assert_int_equal(WdfMemoryCreate(&attributes, NonPagedPoolNx, 'tseT', 100, &memory, NULL),
                     STATUS_SUCCESS);
}

static void memory_with_a_parent_is_no_leak(void **state)
{
    (void)state;
    the_driver.prepared = create_memory;

    assert_int_equal(run(), STATUS_SUCCESS);

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        wdf_test(whole_life_is_clean),
        wdf_test(device_that_comes_back_after_a_surprise_is_clean),
        wdf_test(forgotten_mapping_is_of_start_and_stop),
        wdf_test(failed_prepare_is_cleaned_up),
        wdf_test(memory_with_a_parent_is_no_leak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
