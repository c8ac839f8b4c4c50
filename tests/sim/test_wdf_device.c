// SPDX-License-Identifier: MIT
// What a KMDF driver says of its device once that is there and what it asks about it, the devices
// above and below, and what is found when it asks one that is gone.
#include "wdf_driver.h"

static const GUID a_class = {0x4D36E97D, 0xE325, 0x11CE, {0xBF, 0xC1, 8, 0, 0x2B, 0xE1, 3, 0x18}};

static int begin(void **state)
{
    int failed = wdf_begin(state);
    return failed != 0 || !NT_SUCCESS(wdf_start());
}

#define device_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static WDFDEVICE control_device(void)
{
    WDFDEVICE device;
    PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(the_driver.driver, NULL);
    assert_int_equal(WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &device), STATUS_SUCCESS);
    WdfControlFinishInitializing(device);
    return device;
}

static PIRP irp_of(UCHAR major, UCHAR minor)
{
    PIRP irp = IoAllocateIrp(4, FALSE);
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    IoGetNextIrpStackLocation(irp)->MajorFunction = major;
    IoGetNextIrpStackLocation(irp)->MinorFunction = minor;
    return irp;
}

static NTSTATUS send(PDEVICE_OBJECT device, PIRP irp)
{
    (void)syspte_irp_send(device, irp);
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

// ---- Capabilities

static DEVICE_CAPABILITIES ask_capabilities(void)
{
    DEVICE_CAPABILITIES capabilities = {
        .Size = sizeof capabilities, .Version = 1, .Address = 0x77, .UINumber = 0x78};
    PIRP irp = irp_of(IRP_MJ_PNP, IRP_MN_QUERY_CAPABILITIES);
    IoGetNextIrpStackLocation(irp)->Parameters.DeviceCapabilities.Capabilities = &capabilities;
    assert_int_equal(send(the_driver.physical, irp), STATUS_SUCCESS);
    return capabilities;
}

static void each_capability_is_told(void **state)
{
    WDF_DEVICE_PNP_CAPABILITIES words;
    (void)state;
    WDF_DEVICE_PNP_CAPABILITIES_INIT(&words);
    words.LockSupported = words.EjectSupported = words.Removable = words.DockDevice = WdfTrue;
    words.UniqueID = words.SilentInstall = words.HardwareDisabled = words.NoDisplayInUI = WdfTrue;
    words.SurpriseRemovalOK = WdfFalse; // the bus says yes
    words.Address = 7;
    words.UINumber = 9;

    WdfDeviceSetPnpCapabilities(the_driver.device, &words);

    DEVICE_CAPABILITIES told = ask_capabilities();
    assert_true(told.LockSupported && told.EjectSupported && told.Removable && told.DockDevice);
    assert_true(told.UniqueID && told.SilentInstall && told.HardwareDisabled);
    assert_true(told.NoDisplayInUI);
    assert_int_equal(told.SurpriseRemovalOK, 0);
    assert_int_equal(told.Address, 7);
    assert_int_equal(told.UINumber, 9);
    end_clean();
}

static void capabilities_that_were_not_set_stay_those_of_the_bus(void **state)
{
    WDF_DEVICE_PNP_CAPABILITIES words;
    (void)state;
    WDF_DEVICE_PNP_CAPABILITIES_INIT(&words);

    for (unsigned i = 0; i < 2; i++) {
        DEVICE_CAPABILITIES told = ask_capabilities();
        assert_int_equal(told.SurpriseRemovalOK, 1);
        assert_int_equal(told.Removable, 0);
        assert_int_equal(told.Address, 0x77);
        assert_int_equal(told.UINumber, 0x78);
        WdfDeviceSetPnpCapabilities(the_driver.device, &words); // all of them by default
    }
    end_clean();
}

// ---- State

static ULONG_PTR ask_state(void)
{
    PIRP irp = irp_of(IRP_MJ_PNP, IRP_MN_QUERY_PNP_DEVICE_STATE);
    (void)syspte_irp_send(the_driver.physical, irp);
    assert_int_equal(irp->IoStatus.Status, STATUS_SUCCESS);
    ULONG_PTR flags = irp->IoStatus.Information;
    IoFreeIrp(irp);
    return flags;
}

static void each_word_on_the_state_is_a_flag(void **state)
{
    WDF_DEVICE_STATE words;
    (void)state;
    WDF_DEVICE_STATE_INIT(&words);
    words.Disabled = words.DontDisplayInUI = words.Failed = WdfTrue;
    words.Removed = words.ResourcesChanged = WdfTrue;

    WdfDeviceSetDeviceState(the_driver.device, &words);
    assert_int_equal(ask_state(), PNP_DEVICE_DISABLED | PNP_DEVICE_DONT_DISPLAY_IN_UI |
                                      PNP_DEVICE_FAILED | PNP_DEVICE_REMOVED |
                                      PNP_DEVICE_RESOURCE_REQUIREMENTS_CHANGED);
    words.Disabled = words.Failed = words.Removed = words.ResourcesChanged = WdfFalse;
    words.DontDisplayInUI = WdfUseDefault; // stays
    WdfDeviceSetDeviceState(the_driver.device, &words);

    assert_int_equal(ask_state(), PNP_DEVICE_DONT_DISPLAY_IN_UI);
    end_clean();
}

static void structures_of_another_size_are_found(void **state)
{
    WDF_DEVICE_PNP_CAPABILITIES pnp;
    WDF_DEVICE_POWER_CAPABILITIES power;
    WDF_DEVICE_STATE device_state;
    (void)state;
    WDF_DEVICE_PNP_CAPABILITIES_INIT(&pnp);
    WDF_DEVICE_POWER_CAPABILITIES_INIT(&power);
    WDF_DEVICE_STATE_INIT(&device_state);
    WdfDeviceSetPowerCapabilities(the_driver.device, &power); // this is right
    pnp.Removable = device_state.Failed = WdfTrue;
    pnp.Size = power.Size = device_state.Size = 4;

    assert_found(SYSPTE_RULE_WDF_SIZE, WdfDeviceSetPnpCapabilities(the_driver.device, &pnp));
    assert_found(SYSPTE_RULE_WDF_SIZE, WdfDeviceSetPowerCapabilities(the_driver.device, &power));
    assert_found(SYSPTE_RULE_WDF_SIZE, WdfDeviceSetDeviceState(the_driver.device, &device_state));

    assert_int_equal(wdf_findings(SYSPTE_RULE_WDF_SIZE), 3);
    assert_int_equal(ask_capabilities().Removable, 0);
    assert_int_equal(ask_state(), 0);
}

static void characteristics_and_alignment_are_the_wdm_devices(void **state)
{
    (void)state;
    WDFDEVICE device = the_driver.device;
    PDEVICE_OBJECT wdm = WdfDeviceWdmGetDeviceObject(device);
    assert_int_equal(WdfDeviceGetCharacteristics(device), FILE_DEVICE_SECURE_OPEN);

    WdfDeviceSetCharacteristics(device, FILE_REMOVABLE_MEDIA);
    WdfDeviceSetAlignmentRequirement(device, FILE_QUAD_ALIGNMENT);
    WdfDeviceSetSpecialFileSupport(device, WdfSpecialFilePaging, TRUE);

    assert_int_equal(wdm->Characteristics, FILE_REMOVABLE_MEDIA);
    assert_int_equal(WdfDeviceGetCharacteristics(device), FILE_REMOVABLE_MEDIA);
    assert_int_equal(wdm->AlignmentRequirement, FILE_QUAD_ALIGNMENT);
    assert_int_equal(WdfDeviceGetAlignmentRequirement(device), FILE_QUAD_ALIGNMENT);
    end_clean();
}

// ---- Power policy

static NTSTATUS set_idle(WDFDEVICE device, ULONG more)
{
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS settings;
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(&settings, IdleCannotWakeFromS0);
    settings.Size += more;
    return WdfDeviceAssignS0IdleSettings(device, &settings);
}

static NTSTATUS set_wake(WDFDEVICE device, ULONG more)
{
    WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS settings;
    WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS_INIT(&settings);
    settings.Size += more;
    return WdfDeviceAssignSxWakeSettings(device, &settings);
}

static void owner_sets_the_power_policy(void **state)
{
    (void)state;

    assert_int_equal(set_idle(the_driver.device, 1), STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(set_wake(the_driver.device, 1), STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(set_idle(the_driver.device, 0), STATUS_SUCCESS);
    assert_int_equal(set_wake(the_driver.device, 0), STATUS_SUCCESS);

    end_clean();
}

static void own_nothing(PWDFDEVICE_INIT init)
{
    WdfDeviceInitSetPowerPolicyOwnership(init, FALSE);
}

static void nobody_else_sets_the_power_policy(void **state)
{
    (void)state;
    the_driver.initialize = own_nothing;
    assert_int_equal(wdf_start(), STATUS_SUCCESS);

    assert_int_equal(set_idle(the_driver.device, 0), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(set_wake(the_driver.device, 0), STATUS_INVALID_DEVICE_REQUEST);

    end_clean();
}

static void idle_is_stopped_in_d0_alone(void **state)
{
    (void)state;

    assert_int_equal(WdfDeviceStopIdle(the_driver.device, TRUE), STATUS_SUCCESS);
    WdfDeviceResumeIdle(the_driver.device);
    assert_int_equal(wdf_set_power(PowerDeviceD3), STATUS_SUCCESS);
    assert_int_equal(WdfDeviceStopIdle(the_driver.device, TRUE), STATUS_POWER_STATE_INVALID);
    assert_int_equal(wdf_set_power(PowerDeviceD0), STATUS_SUCCESS);
    assert_int_equal(WdfDeviceStopIdle(the_driver.device, FALSE), STATUS_SUCCESS);

    WdfDeviceResumeIdle(the_driver.device);
    end_clean();
}

// ---- Interfaces and properties

static void interface_has_a_class(void **state)
{
    (void)state;

    assert_int_equal(WdfDeviceCreateDeviceInterface(the_driver.device, &a_class, NULL),
                     STATUS_SUCCESS);
    WdfDeviceSetDeviceInterfaceState(the_driver.device, &a_class, NULL, FALSE);
    assert_int_equal(WdfDeviceCreateDeviceInterface(the_driver.device, NULL, NULL),
                     STATUS_INVALID_PARAMETER);

    end_clean();
}

static NTSTATUS query_interface(WDFDEVICE device)
{
    INTERFACE interface;
    return WdfFdoQueryForInterface(device, &a_class, &interface, sizeof interface, 1, NULL);
}

static void interface_that_nobody_below_has_is_not_supported(void **state)
{
    const syspte_fault_plan plan = {.at.api = SYSPTE_API_IO_ALLOCATE_IRP, .nth = 1};
    (void)state;

    assert_int_equal(query_interface(the_driver.device), STATUS_NOT_SUPPORTED);
    assert_int_equal(query_interface(control_device()), STATUS_INVALID_PARAMETER);
    assert_true(syspte_fault_set(&plan));
    assert_int_equal(query_interface(the_driver.device), STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(syspte_fault_fired(), 1);
    syspte_fault_clear();
    wdf_end();
}

static NTSTATUS query_property(WDFDEVICE device, DEVICE_REGISTRY_PROPERTY property)
{
    ULONG bytes;
    WCHAR there[64];
    return WdfDeviceQueryProperty(device, property, sizeof there, there, &bytes);
}

static NTSTATUS allocate_property(WDFDEVICE device, DEVICE_REGISTRY_PROPERTY property)
{
    WDFMEMORY memory;
    NTSTATUS status = WdfDeviceAllocAndQueryProperty(device, property, PagedPool, NULL, &memory);
    assert_true(NT_SUCCESS(status) == (memory != NULL));
    return status;
}

static void property_that_is_not_there_needs_no_memory(void **state)
{
    const DEVICE_REGISTRY_PROPERTY none = DevicePropertyHardwareID; // of a device without hardware
    const DEVICE_REGISTRY_PROPERTY number = DevicePropertyBusNumber;
    (void)state;
    WDFDEVICE control = control_device();

    assert_int_equal(query_property(the_driver.device, number), STATUS_SUCCESS);
    assert_int_equal(query_property(the_driver.device, none), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(query_property(control, number), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(allocate_property(the_driver.device, number), STATUS_SUCCESS);
    assert_int_equal(allocate_property(the_driver.device, none), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(allocate_property(control, number), STATUS_INVALID_DEVICE_REQUEST);

    end_clean();
}

static void property_without_memory_is_not_told(void **state)
{
    const syspte_fault_plan plan = {.at.api = SYSPTE_API_WDF_MEMORY_CREATE, .nth = 1};
    (void)state;
    assert_true(syspte_fault_set(&plan));

    assert_int_equal(allocate_property(the_driver.device, DevicePropertyBusNumber),
                     STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(syspte_fault_fired(), 1);
    syspte_fault_clear();
    wdf_end();
}

// ---- Names

static void device_has_one_link(void **state)
{
    static WCHAR text[64];
    static const UNICODE_STRING first = RTL_CONSTANT_STRING(L"\\DosDevices\\First");
    static const UNICODE_STRING second = RTL_CONSTANT_STRING(L"\\DosDevices\\Second");
    const UNICODE_STRING long_one = {
        .Length = sizeof text, .MaximumLength = sizeof text, .Buffer = text};
    (void)state;
    WDFDEVICE device = the_driver.device;
    WDFDEVICE other = control_device();
    for (unsigned i = 0; i < 64; i++) {
        text[i] = 'x';
    }

    assert_int_equal(WdfDeviceCreateSymbolicLink(device, &long_one), STATUS_OBJECT_NAME_INVALID);
    assert_int_equal(WdfDeviceCreateSymbolicLink(device, &first), STATUS_SUCCESS);
    assert_int_equal(WdfDeviceCreateSymbolicLink(device, &second), STATUS_INSUFFICIENT_RESOURCES);
    assert_complaint("at most one symbolic link");

    assert_int_equal(WdfDeviceCreateSymbolicLink(other, &first), STATUS_OBJECT_NAME_COLLISION);
    assert_int_equal(WdfDeviceCreateSymbolicLink(other, &second), STATUS_SUCCESS);
    end_clean();
}

// ---- The PnP manager

static void device_that_was_started_is_not_started_again(void **state)
{
    (void)state;
    the_driver.log[0] = 0;

    assert_int_equal(wdf_pnp(IRP_MN_START_DEVICE), STATUS_INVALID_DEVICE_STATE);

    assert_log("");
    end_clean();
}

// A request to start with that many raw and translated resources.
static NTSTATUS start_with(ULONG raw, ULONG translated)
{
    enum { MOST = 64 };
    static union {
        CM_RESOURCE_LIST list;
        UCHAR room[sizeof(CM_RESOURCE_LIST) + MOST * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR)];
    } lists[2];
    const ULONG counts[] = {raw, translated};
    PIRP irp = irp_of(IRP_MJ_PNP, IRP_MN_START_DEVICE);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    for (unsigned i = 0; i < 2; i++) {
        memset(&lists[i], 0, sizeof lists[i]);
        lists[i].list.Count = 1;
        lists[i].list.List[0].PartialResourceList.Count = counts[i];
    }
    next->Parameters.StartDevice.AllocatedResources = &lists[0].list;
    next->Parameters.StartDevice.AllocatedResourcesTranslated = &lists[1].list;
    return send(the_driver.physical, irp);
}

static void device_with_too_many_resources_is_not_started(void **state)
{
    (void)state;
    assert_int_equal(wdf_load_and_add(), STATUS_SUCCESS);
    the_driver.log[0] = 0;

    assert_int_equal(start_with(49, 48), STATUS_INSUFFICIENT_RESOURCES);
    assert_complaint("more than 48 resources");
    assert_int_equal(start_with(48, 49), STATUS_INSUFFICIENT_RESOURCES);
    assert_complaint("more than 48 resources");
    assert_log("");
    assert_int_equal(start_with(48, 48), STATUS_SUCCESS);

    assert_log("Prepare D0Entry(D3Final) PostEnabled SelfInit");
    end_clean();
}

static void what_the_framework_does_not_know_goes_to_the_bus(void **state)
{
    (void)state;

    assert_int_equal(wdf_pnp(IRP_MN_QUERY_DEVICE_TEXT), STATUS_NOT_SUPPORTED);
    PIRP irp = irp_of(IRP_MJ_PNP, IRP_MN_QUERY_DEVICE_TEXT);
    irp->IoStatus.Status = STATUS_SUCCESS;
    assert_int_equal(send(the_driver.physical, irp), STATUS_SUCCESS);

    end_clean();
}

static void control_device_has_no_pnp(void **state)
{
    (void)state;
    PDEVICE_OBJECT wdm = WdfDeviceWdmGetDeviceObject(control_device());

    assert_int_equal(send(wdm, irp_of(IRP_MJ_PNP, IRP_MN_START_DEVICE)),
                     STATUS_INVALID_DEVICE_REQUEST);

    end_clean();
}

// ---- The drivers below

static void target_leads_to_the_devices(void **state)
{
    (void)state;
    WDFDEVICE control = control_device();
    WDFIOTARGET target = WdfDeviceGetIoTarget(the_driver.device);
    WDFIOTARGET nowhere = WdfDeviceGetIoTarget(control);

    assert_ptr_equal(WdfIoTargetGetDevice(target), the_driver.device);
    assert_ptr_equal(WdfIoTargetWdmGetTargetDeviceObject(target), the_driver.physical);
    assert_ptr_equal(WdfIoTargetWdmGetTargetPhysicalDevice(target), the_driver.physical);
    assert_ptr_equal(WdfIoTargetGetDevice(nowhere), control);
    assert_null(WdfIoTargetWdmGetTargetDeviceObject(nowhere));
    assert_null(WdfIoTargetWdmGetTargetPhysicalDevice(nowhere));
    assert_null(WdfWdmDeviceGetWdfDeviceHandle(the_driver.physical));
    assert_null(WdfWdmDeviceGetWdfDeviceHandle(NULL));
    assert_int_equal(WdfDeviceGetSystemPowerAction(the_driver.device), PowerActionNone);

    end_clean();
}

static WDFIOTARGET gone; // a target that was deleted

// Sends a request below and waits, and ends it as that ended.
static VOID NTAPI send_and_wait(WDFQUEUE Queue, WDFREQUEST Request)
{
    WDF_REQUEST_SEND_OPTIONS options;
    WDFIOTARGET target = WdfDeviceGetIoTarget(WdfIoQueueGetDevice(Queue));
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
    BOOLEAN sent = WdfRequestSend(Request, gone == NULL ? target : gone, &options);
    strcat(the_driver.log, sent ? "Sent " : "Unsent ");
    WdfRequestComplete(Request, WdfRequestGetStatus(Request));
}

static NTSTATUS write_through(WDFDEVICE device)
{
    WDFQUEUE queue;
    WDF_IO_QUEUE_CONFIG config;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDefault = send_and_wait;
    config.PowerManaged = WdfFalse;
    assert_int_equal(WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue),
                     STATUS_SUCCESS);
    the_driver.log[0] = 0;
    PIRP irp = irp_of(IRP_MJ_WRITE, 0);
    IoGetNextIrpStackLocation(irp)->Parameters.Write.Length = 1;
    return send(WdfDeviceWdmGetDeviceObject(device), irp);
}

static void request_that_is_sent_synchronously_comes_back_at_once(void **state)
{
    (void)state;
    gone = NULL;

    assert_int_equal(write_through(the_driver.device), STATUS_SUCCESS);

    assert_log("Sent");
    end_clean();
}

static void nothing_is_sent_below_a_control_device(void **state)
{
    (void)state;
    gone = NULL;

    assert_int_equal(write_through(control_device()), STATUS_INVALID_DEVICE_STATE);

    assert_log("Unsent");
    end_clean();
}

// ---- After the end

#define assert_deleted(...) assert_found(SYSPTE_RULE_WDF_DELETED, __VA_ARGS__)

static WDFDEVICE deleted_device(void)
{
    WDFDEVICE device = control_device();
    gone = WdfDeviceGetIoTarget(device);
    WdfObjectDelete(device);
    return device;
}

static void deleted_target_leads_nowhere(void **state)
{
    (void)state;
    (void)deleted_device();
    WDFIOTARGET target = gone;

    assert_deleted(assert_null(WdfIoTargetGetDevice(target)));
    assert_deleted(assert_null(WdfIoTargetWdmGetTargetDeviceObject(target)));
    assert_deleted(assert_null(WdfIoTargetWdmGetTargetPhysicalDevice(target)));
}

static void words_on_a_deleted_device_are_found(void **state)
{
    WDF_DEVICE_PNP_CAPABILITIES pnp;
    WDF_DEVICE_POWER_CAPABILITIES power;
    WDF_DEVICE_STATE words;
    (void)state;
    WDFDEVICE device = deleted_device();
    WDF_DEVICE_PNP_CAPABILITIES_INIT(&pnp);
    WDF_DEVICE_POWER_CAPABILITIES_INIT(&power);
    WDF_DEVICE_STATE_INIT(&words);

    assert_deleted(WdfControlFinishInitializing(device));
    assert_deleted(WdfDeviceSetPnpCapabilities(device, &pnp));
    assert_deleted(WdfDeviceSetPowerCapabilities(device, &power));
    assert_deleted(WdfDeviceSetDeviceState(device, &words));
    assert_deleted(WdfDeviceSetFailed(device, WdfDeviceFailedNoRestart));
    assert_deleted(WdfDeviceSetStaticStopRemove(device, FALSE));
    assert_deleted(WdfDeviceSetSpecialFileSupport(device, WdfSpecialFileDump, TRUE));
    assert_deleted(WdfDeviceSetCharacteristics(device, FILE_REMOVABLE_MEDIA));
    assert_deleted(WdfDeviceSetAlignmentRequirement(device, FILE_WORD_ALIGNMENT));
    assert_deleted(WdfDeviceResumeIdle(device));
    assert_deleted(WdfDeviceSetDeviceInterfaceState(device, &a_class, NULL, TRUE));
}

static void deleted_device_answers_with_an_error(void **state)
{
    static const UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Gone");
    const NTSTATUS invalid = STATUS_INVALID_PARAMETER;
    const NTSTATUS refused = STATUS_INVALID_DEVICE_REQUEST;
    (void)state;
    WDFDEVICE device = deleted_device();

    assert_deleted(assert_int_equal(set_idle(device, 0), invalid));
    assert_deleted(assert_int_equal(set_wake(device, 0), invalid));
    assert_deleted(assert_int_equal(WdfDeviceStopIdle(device, TRUE), invalid));
    assert_deleted(
        assert_int_equal(WdfDeviceCreateDeviceInterface(device, &a_class, NULL), invalid));
    assert_deleted(assert_int_equal(WdfDeviceCreateSymbolicLink(device, &link), invalid));
    assert_deleted(assert_int_equal(query_interface(device), invalid));
    assert_deleted(assert_int_equal(query_property(device, DevicePropertyBusNumber), refused));
    assert_deleted(assert_int_equal(allocate_property(device, DevicePropertyBusNumber), refused));
    assert_deleted(assert_null(WdfDeviceGetDriver(device)));
    assert_deleted(assert_null(WdfDeviceGetIoTarget(device)));
    assert_deleted(assert_null(WdfDeviceWdmGetDeviceObject(device)));
    assert_deleted(assert_int_equal(WdfDeviceGetCharacteristics(device), 0));
}

static void request_to_a_deleted_target_is_not_sent(void **state)
{
    (void)state;
    (void)deleted_device();

    assert_deleted(assert_int_equal(write_through(the_driver.device), STATUS_NOT_SUPPORTED));

    assert_log("Unsent");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        device_test(each_capability_is_told),
        device_test(capabilities_that_were_not_set_stay_those_of_the_bus),
        device_test(each_word_on_the_state_is_a_flag),
        device_test(structures_of_another_size_are_found),
        device_test(characteristics_and_alignment_are_the_wdm_devices),
        device_test(owner_sets_the_power_policy),
        wdf_test(nobody_else_sets_the_power_policy),
        device_test(idle_is_stopped_in_d0_alone),
        device_test(interface_has_a_class),
        device_test(interface_that_nobody_below_has_is_not_supported),
        device_test(property_that_is_not_there_needs_no_memory),
        device_test(property_without_memory_is_not_told),
        device_test(device_has_one_link),
        device_test(device_that_was_started_is_not_started_again),
        wdf_test(device_with_too_many_resources_is_not_started),
        device_test(what_the_framework_does_not_know_goes_to_the_bus),
        device_test(control_device_has_no_pnp),
        device_test(target_leads_to_the_devices),
        device_test(request_that_is_sent_synchronously_comes_back_at_once),
        device_test(nothing_is_sent_below_a_control_device),
        device_test(deleted_target_leads_nowhere),
        device_test(request_to_a_deleted_target_is_not_sent),
        device_test(words_on_a_deleted_device_are_found),
        device_test(deleted_device_answers_with_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
