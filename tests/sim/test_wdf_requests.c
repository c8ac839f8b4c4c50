// SPDX-License-Identifier: MIT
// What reaches a KMDF driver beside its queues: files that are opened and closed, requests that it
// sees before they are queued, what a filter passes on, and what the PnP manager asks it.
#include "wdf_driver.h"

typedef struct file_context {
    ULONG number;
} file_context;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(file_context, file_context_of)

static WDFFILEOBJECT opened;
static WDFQUEUE queue;
static unsigned queued;

static int begin(void **state)
{
    opened = NULL;
    queue = NULL;
    queued = 0;
    return wdf_begin(state);
}

#define file_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static PIRP irp_of(UCHAR major, PFILE_OBJECT file)
{
    PIRP irp = IoAllocateIrp(4, FALSE);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = major;
    next->FileObject = file;
    next->Parameters.Write.Length = major == IRP_MJ_WRITE ? 1 : 0;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    return irp;
}

static NTSTATUS send(PIRP irp)
{
    (void)syspte_irp_send(the_driver.physical, irp);
    NTSTATUS status = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}

static void end_clean(void)
{
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// ---- Files

static VOID NTAPI on_create(WDFDEVICE Device, WDFREQUEST Request, WDFFILEOBJECT FileObject)
{
    assert_ptr_equal(WdfFileObjectGetDevice(FileObject), Device);
    assert_ptr_equal(WdfRequestGetFileObject(Request), FileObject);
    opened = FileObject;
    file_context_of(FileObject)->number = 5;
    strcat(the_driver.log, "Create ");
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

static VOID NTAPI on_file_cleanup(WDFFILEOBJECT FileObject)
{
    assert_ptr_equal(FileObject, opened);
    strcat(the_driver.log, "FileCleanup ");
}

static VOID NTAPI on_close(WDFFILEOBJECT FileObject)
{
    assert_int_equal(file_context_of(FileObject)->number, 5);
    strcat(the_driver.log, "Close ");
}

static void with_files(PWDFDEVICE_INIT init)
{
    WDF_FILEOBJECT_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_FILEOBJECT_CONFIG_INIT(&config, on_create, on_close, on_file_cleanup);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, file_context);
    WdfDeviceInitSetFileObjectConfig(init, &config, &attributes);
}

static void file_lives_from_create_to_close(void **state)
{
    static FILE_OBJECT file;
    (void)state;
    the_driver.initialize = with_files;
    (void)wdf_start();
    the_driver.log[0] = 0;

    assert_int_equal(send(irp_of(IRP_MJ_CREATE, &file)), STATUS_SUCCESS);
    assert_ptr_equal(WdfFileObjectWdmGetFileObject(opened), &file);
    assert_int_equal(send(irp_of(IRP_MJ_CLEANUP, &file)), STATUS_SUCCESS);
    assert_int_equal(send(irp_of(IRP_MJ_CLOSE, &file)), STATUS_SUCCESS);

    assert_log("Create FileCleanup Close");
    assert_null(file_context_of(opened));
    (void)only_finding(SYSPTE_RULE_WDF_DELETED);
}

static void driver_without_a_file_config_lets_everybody_in(void **state)
{
    (void)state;
    (void)wdf_start();

    assert_int_equal(send(irp_of(IRP_MJ_CREATE, NULL)), STATUS_SUCCESS);
    assert_int_equal(send(irp_of(IRP_MJ_CLOSE, NULL)), STATUS_SUCCESS);

    end_clean();
}

// ---- Before the queue

static VOID NTAPI on_any(WDFQUEUE Queue, WDFREQUEST Request)
{
    assert_ptr_equal(Queue, queue);
    queued++;
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

static void create_queue(WDFDEVICE device)
{
    WDF_IO_QUEUE_CONFIG config;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDefault = on_any;
    assert_int_equal(WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue),
                     STATUS_SUCCESS);
    assert_ptr_equal(WdfDeviceGetDefaultQueue(device), queue);
}

static VOID NTAPI in_context(WDFDEVICE Device, WDFREQUEST Request)
{
    WDF_REQUEST_PARAMETERS parameters;
    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    assert_int_equal(parameters.Type, WdfRequestTypeWrite);
    assert_int_equal(parameters.Parameters.Write.Length, 1);
    strcat(the_driver.log, "Context ");
    assert_int_equal(WdfDeviceEnqueueRequest(Device, Request), STATUS_SUCCESS);
}

static void with_context(PWDFDEVICE_INIT init)
{
    WdfDeviceInitSetIoInCallerContextCallback(init, in_context);
}

static void driver_sees_a_request_before_it_is_queued(void **state)
{
    (void)state;
    the_driver.initialize = with_context;
    the_driver.added = create_queue;
    (void)wdf_start();
    the_driver.log[0] = 0;

    assert_int_equal(send(irp_of(IRP_MJ_WRITE, NULL)), STATUS_SUCCESS);

    assert_log("Context");
    assert_int_equal(queued, 1);
    end_clean();
}

// ---- Filters

static void as_filter(PWDFDEVICE_INIT init)
{
    WdfFdoInitSetFilter(init);
}

static void function_driver_refuses_what_it_has_no_queue_for(void **state)
{
    (void)state;
    (void)wdf_start();

    assert_int_equal(send(irp_of(IRP_MJ_WRITE, NULL)), STATUS_INVALID_DEVICE_REQUEST);

    end_clean();
}

static void filter_passes_on_what_it_has_no_queue_for(void **state)
{
    (void)state;
    the_driver.initialize = as_filter;
    assert_int_equal(wdf_start(), STATUS_SUCCESS);

    assert_int_not_equal(send(irp_of(IRP_MJ_FLUSH_BUFFERS, NULL)), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_not_equal(send(irp_of(IRP_MJ_WRITE, NULL)), STATUS_INVALID_DEVICE_REQUEST);

    end_clean();
}

// ---- The PnP manager

static void set_capabilities(WDFDEVICE device)
{
    WDF_DEVICE_PNP_CAPABILITIES capabilities;
    WDF_DEVICE_STATE device_state;
    WDF_DEVICE_PNP_CAPABILITIES_INIT(&capabilities);
    capabilities.Removable = WdfTrue;
    capabilities.UINumber = 3;
    WdfDeviceSetPnpCapabilities(device, &capabilities);
    WDF_DEVICE_STATE_INIT(&device_state);
    device_state.NotDisableable = WdfTrue;
    WdfDeviceSetDeviceState(device, &device_state);
}

static void capabilities_are_told_to_who_asks(void **state)
{
    DEVICE_CAPABILITIES capabilities = {.Size = sizeof capabilities, .Version = 1};
    (void)state;
    the_driver.added = set_capabilities;
    (void)wdf_start();
    PIRP irp = irp_of(IRP_MJ_PNP, NULL);
    IoGetNextIrpStackLocation(irp)->MinorFunction = IRP_MN_QUERY_CAPABILITIES;
    IoGetNextIrpStackLocation(irp)->Parameters.DeviceCapabilities.Capabilities = &capabilities;

    assert_int_equal(send(irp), STATUS_SUCCESS);

    assert_int_equal(capabilities.Removable, 1);
    assert_int_equal(capabilities.UINumber, 3);
    end_clean();
}

static void state_is_told_to_who_asks(void **state)
{
    (void)state;
    the_driver.added = set_capabilities;
    (void)wdf_start();
    WdfDeviceSetFailed(the_driver.device, WdfDeviceFailedNoRestart);
    PIRP irp = irp_of(IRP_MJ_PNP, NULL);
    IoGetNextIrpStackLocation(irp)->MinorFunction = IRP_MN_QUERY_PNP_DEVICE_STATE;

    (void)syspte_irp_send(the_driver.physical, irp);

    assert_int_equal(irp->IoStatus.Status, STATUS_SUCCESS);
    assert_int_equal(irp->IoStatus.Information, PNP_DEVICE_NOT_DISABLEABLE | PNP_DEVICE_FAILED);
    IoFreeIrp(irp);
    end_clean();
}

static void device_that_may_not_be_stopped_refuses(void **state)
{
    (void)state;
    (void)wdf_start();
    WdfDeviceSetStaticStopRemove(the_driver.device, FALSE);

    assert_false(NT_SUCCESS(wdf_pnp(IRP_MN_QUERY_STOP_DEVICE)));

    WdfDeviceSetStaticStopRemove(the_driver.device, TRUE);
    end_clean();
}

// ---- Wake

static NTSTATUS NTAPI on_arm(WDFDEVICE Device)
{
    (void)Device;
    strcat(the_driver.log, "Arm ");
    return STATUS_SUCCESS;
}

static VOID NTAPI on_disarm(WDFDEVICE Device)
{
    (void)Device;
    strcat(the_driver.log, "Disarm ");
}

static void with_wake(PWDFDEVICE_INIT init)
{
    WDF_POWER_POLICY_EVENT_CALLBACKS callbacks;
    WDF_POWER_POLICY_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDeviceArmWakeFromSx = on_arm;
    callbacks.EvtDeviceDisarmWakeFromSx = on_disarm;
    WdfDeviceInitSetPowerPolicyEventCallbacks(init, &callbacks);
}

static void allow_wake(WDFDEVICE device)
{
    WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS settings;
    WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS_INIT(&settings);
    assert_int_equal(WdfDeviceAssignSxWakeSettings(device, &settings), STATUS_SUCCESS);
}

static void device_that_can_wake_is_armed_for_a_sleep(void **state)
{
    (void)state;
    the_driver.initialize = with_wake;
    the_driver.added = allow_wake;
    (void)wdf_start();
    the_driver.log[0] = 0;

    (void)wdf_set_power(PowerDeviceD3);
    assert_log("SelfSuspend Arm PreDisabled D0Exit(D3)");
    (void)wdf_set_power(PowerDeviceD0);

    assert_log("D0Entry(D3) PostEnabled Disarm SelfRestart");
    end_clean();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        file_test(file_lives_from_create_to_close),
        file_test(driver_without_a_file_config_lets_everybody_in),
        file_test(driver_sees_a_request_before_it_is_queued),
        file_test(function_driver_refuses_what_it_has_no_queue_for),
        file_test(filter_passes_on_what_it_has_no_queue_for),
        file_test(capabilities_are_told_to_who_asks),
        file_test(state_is_told_to_who_asks),
        file_test(device_that_may_not_be_stopped_refuses),
        file_test(device_that_can_wake_is_armed_for_a_sleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
