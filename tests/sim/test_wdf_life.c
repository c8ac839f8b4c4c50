// SPDX-License-Identifier: MIT
// The life of a KMDF driver with one device: which callbacks come in which order, what follows one
// that fails, and what the driver can leave behind.
#include "wdf_driver.h"

static void whole_life_in_order(void **state)
{
    (void)state;
    the_driver.maps = true;

    assert_int_equal(wdf_start(), STATUS_SUCCESS);
    assert_log("Entry Add Prepare D0Entry(D3Final) PostEnabled SelfInit");
    wdf_end();

    assert_log("QueryRemove SelfSuspend PreDisabled D0Exit(D3Final) Release SelfFlush SelfCleanup "
               "Cleanup Destroy Unload");
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void sleep_leaves_the_hardware_alone(void **state)
{
    (void)state;
    the_driver.maps = true;
    (void)wdf_start();
    the_driver.log[0] = 0;
    PVOID registers = context_of(the_driver.device)->registers;

    assert_int_equal(wdf_set_power(PowerDeviceD3), STATUS_SUCCESS);
    assert_log("SelfSuspend PreDisabled D0Exit(D3)");
    assert_int_equal(wdf_set_power(PowerDeviceD0), STATUS_SUCCESS);
    assert_log("D0Entry(D3) PostEnabled SelfRestart");

    assert_ptr_equal(context_of(the_driver.device)->registers, registers);
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void rebalance_releases_and_prepares_on_the_same_device(void **state)
{
    (void)state;
    the_driver.maps = true;
    (void)wdf_start();
    the_driver.log[0] = 0;
    device_context *context = context_of(the_driver.device);

    assert_int_equal(wdf_pnp(IRP_MN_QUERY_STOP_DEVICE), STATUS_SUCCESS);
    assert_int_equal(wdf_pnp(IRP_MN_STOP_DEVICE), STATUS_SUCCESS);
    assert_log("QueryStop SelfSuspend PreDisabled D0Exit(D3Final) Release");
    assert_null(context->registers);
    assert_int_equal(wdf_pnp(IRP_MN_START_DEVICE), STATUS_SUCCESS);

    assert_log("Prepare D0Entry(D3Final) PostEnabled SelfRestart");
    assert_ptr_equal(context_of(the_driver.device), context);
    assert_non_null(context->registers);
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void failed_prepare_is_followed_by_release(void **state)
{
    (void)state;
    the_driver.maps = true;
    the_driver.failing = "Prepare";

    assert_int_equal(wdf_start(), STATUS_DEVICE_DATA_ERROR);
    assert_log("Entry Add Prepare Release");
    assert_int_equal(wdf_pnp(IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);
    assert_log("Cleanup Destroy");

    syspte_driver_unload(the_driver.wdm);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void failed_d0_entry_is_not_followed_by_d0_exit(void **state)
{
    (void)state;
    the_driver.maps = true;
    the_driver.failing = "D0Entry";

    assert_int_equal(wdf_start(), STATUS_DEVICE_DATA_ERROR);
    assert_log("Entry Add Prepare D0Entry(D3Final) Release");
    wdf_end();

    assert_log("QueryRemove Cleanup Destroy Unload");
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void failed_self_managed_init_takes_the_device_out_of_d0(void **state)
{
    (void)state;
    the_driver.failing = "SelfInit";

    assert_int_equal(wdf_start(), STATUS_DEVICE_DATA_ERROR);
    assert_log("Entry Add Prepare D0Entry(D3Final) PostEnabled SelfInit PreDisabled "
               "D0Exit(D3Final) Release");
    wdf_end();

    assert_log("QueryRemove SelfFlush SelfCleanup Cleanup Destroy Unload");
}

static void device_that_does_not_wake_up_is_released_when_it_goes(void **state)
{
    (void)state;
    the_driver.maps = true;
    (void)wdf_start();
    (void)wdf_set_power(PowerDeviceD2);
    the_driver.failing = "D0Entry";
    the_driver.log[0] = 0;

    assert_int_equal(wdf_set_power(PowerDeviceD0), STATUS_DEVICE_DATA_ERROR);
    assert_log("D0Entry(D2)");
    (void)wdf_pnp(IRP_MN_SURPRISE_REMOVAL);
    assert_log("Surprise Release SelfFlush");
    (void)wdf_pnp(IRP_MN_REMOVE_DEVICE);

    assert_log("SelfCleanup Cleanup Destroy");
    syspte_driver_unload(the_driver.wdm);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void surprise_removal_comes_before_the_way_down(void **state)
{
    (void)state;
    the_driver.maps = true;
    (void)wdf_start();
    the_driver.log[0] = 0;

    assert_int_equal(wdf_pnp(IRP_MN_SURPRISE_REMOVAL), STATUS_SUCCESS);
    assert_log("Surprise SelfSuspend PreDisabled D0Exit(D3Final) Release SelfFlush");
    assert_int_equal(wdf_pnp(IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);

    assert_log("SelfCleanup Cleanup Destroy");
    syspte_driver_unload(the_driver.wdm);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void sleeping_device_is_removed_without_another_d0_exit(void **state)
{
    (void)state;
    (void)wdf_start();
    (void)wdf_set_power(PowerDeviceD3);
    the_driver.log[0] = 0;

    wdf_end();

    assert_log("QueryRemove Release SelfFlush SelfCleanup Cleanup Destroy Unload");
}

static void refused_stop_changes_nothing(void **state)
{
    (void)state;
    (void)wdf_start();
    the_driver.failing = "QueryStop";
    the_driver.log[0] = 0;

    assert_int_equal(wdf_pnp(IRP_MN_QUERY_STOP_DEVICE), STATUS_DEVICE_DATA_ERROR);
    assert_int_equal(wdf_pnp(IRP_MN_CANCEL_STOP_DEVICE), STATUS_SUCCESS);

    assert_log("QueryStop");
    wdf_end();
}

static void mapping_that_release_forgets_leaks_with_its_line(void **state)
{
    (void)state;
    the_driver.maps = true;
    the_driver.forgets = true;
    (void)wdf_start();
    syspte_scope scope = syspte_scope_enter("a rebalance");

    (void)wdf_pnp(IRP_MN_STOP_DEVICE);
    (void)wdf_pnp(IRP_MN_START_DEVICE);
    (void)wdf_pnp(IRP_MN_STOP_DEVICE);

    assert_int_equal(syspte_scope_leave(scope), 1);
    syspte_finding leak = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(leak.call->line, wdf_map_line);
    assert_string_equal(leak.call->function, "map_first");
    wdf_end();
    assert_int_equal(syspte_shutdown(), 2); // that, and the one of the first START
}

static void failed_add_deletes_what_it_created(void **state)
{
    (void)state;
    the_driver.failing = "Add";

    assert_int_equal(wdf_load_and_add(), STATUS_DEVICE_DATA_ERROR);

    assert_log("Entry Add Cleanup Destroy");
    assert_null(the_driver.wdm->DeviceObject);
    assert_null(the_driver.physical->AttachedDevice);
    syspte_driver_unload(the_driver.wdm);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void failed_entry_deletes_the_driver_object(void **state)
{
    (void)state;
    the_driver.failing = "Entry";

    assert_int_equal(wdf_load_and_add(), STATUS_DEVICE_DATA_ERROR);

    assert_log("Entry");
    assert_null(WdfGetDriver());
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void unload_with_a_device_is_found(void **state)
{
    (void)state;
    (void)wdf_start();

    syspte_driver_unload(the_driver.wdm);

    (void)only_finding(SYSPTE_RULE_DEVICES_LEFT);
    assert_true(syspte_shutdown() > 0);
}

static void driver_can_be_loaded_again_and_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        assert_int_equal(syspte_driver_load(wdf_driver_entry, &the_driver.wdm), STATUS_SUCCESS);
        syspte_driver_unload(the_driver.wdm);
        the_driver.log[0] = 0;
    }

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void two_drivers_have_objects_of_their_own(void **state)
{
    PDRIVER_OBJECT other;
    (void)state;
    assert_int_equal(syspte_driver_load(wdf_driver_entry, &other), STATUS_SUCCESS);
    WDFDRIVER first = the_driver.driver;
    assert_int_equal(wdf_start(), STATUS_SUCCESS);

    assert_ptr_not_equal(the_driver.driver, first);
    assert_ptr_equal(WdfDeviceGetDriver(the_driver.device), the_driver.driver);
    syspte_driver_unload(other);
    assert_ptr_equal(WdfGetDriver(), the_driver.driver);

    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void second_device_has_a_context_of_its_own(void **state)
{
    PDEVICE_OBJECT first;
    (void)state;
    (void)wdf_start();
    device_context *context = context_of(the_driver.device);
    first = the_driver.physical;

    assert_int_equal(syspte_driver_add_device(the_driver.wdm, &the_driver.physical),
                     STATUS_SUCCESS);
    assert_int_equal(wdf_pnp(IRP_MN_START_DEVICE), STATUS_SUCCESS);

    assert_ptr_not_equal(context_of(the_driver.device), context);
    assert_int_equal(wdf_pnp(IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);
    the_driver.physical = first;
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        wdf_test(whole_life_in_order),
        wdf_test(sleep_leaves_the_hardware_alone),
        wdf_test(rebalance_releases_and_prepares_on_the_same_device),
        wdf_test(failed_prepare_is_followed_by_release),
        wdf_test(failed_d0_entry_is_not_followed_by_d0_exit),
        wdf_test(failed_self_managed_init_takes_the_device_out_of_d0),
        wdf_test(device_that_does_not_wake_up_is_released_when_it_goes),
        wdf_test(surprise_removal_comes_before_the_way_down),
        wdf_test(sleeping_device_is_removed_without_another_d0_exit),
        wdf_test(refused_stop_changes_nothing),
        wdf_test(mapping_that_release_forgets_leaks_with_its_line),
        wdf_test(failed_add_deletes_what_it_created),
        wdf_test(failed_entry_deletes_the_driver_object),
        wdf_test(unload_with_a_device_is_found),
        wdf_test(driver_can_be_loaded_again_and_again),
        wdf_test(two_drivers_have_objects_of_their_own),
        wdf_test(second_device_has_a_context_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
