// SPDX-License-Identifier: MIT
// What a KMDF driver says of a device before it creates it, what becomes of that in the WDM device
// object, and what is found when it says it wrongly.
#include "wdf_driver.h"

static const GUID a_class = {0x4D36E97D, 0xE325, 0x11CE, {0xBF, 0xC1, 8, 0, 0x2B, 0xE1, 3, 0x18}};

static int begin(void **state)
{
    int failed = wdf_begin(state);
    return failed != 0 || !NT_SUCCESS(wdf_load_and_add());
}

#define init_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static PWDFDEVICE_INIT control_init(void)
{
    PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(the_driver.driver, NULL);
    assert_non_null(init);
    return init;
}

// The WDM device object of a device with that init.
static PDEVICE_OBJECT create(PWDFDEVICE_INIT init)
{
    WDFDEVICE device;
    assert_int_equal(WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &device), STATUS_SUCCESS);
    return WdfDeviceWdmGetDeviceObject(device);
}

static void end_clean(void)
{
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// ---- What becomes of it

static void io_type_is_a_flag_of_the_device(void **state)
{
    const ULONG both = DO_BUFFERED_IO | DO_DIRECT_IO;
    WDF_IO_TYPE_CONFIG config;
    (void)state;
    PWDFDEVICE_INIT direct = control_init();
    PWDFDEVICE_INIT neither = control_init();
    PWDFDEVICE_INIT by_config = control_init();

    WdfDeviceInitSetIoType(direct, WdfDeviceIoDirect);
    WdfDeviceInitSetIoType(neither, WdfDeviceIoNeither);
    WDF_IO_TYPE_CONFIG_INIT(&config);
    config.ReadWriteIoType = WdfDeviceIoDirect;
    WdfDeviceInitSetIoTypeEx(by_config, &config);

    assert_int_equal(create(control_init())->Flags & both, DO_BUFFERED_IO);
    assert_int_equal(create(direct)->Flags & both, DO_DIRECT_IO);
    assert_int_equal(create(neither)->Flags & both, 0);
    assert_int_equal(create(by_config)->Flags & both, DO_DIRECT_IO);
    end_clean();
}

static void inrush_device_is_not_power_pageable(void **state)
{
    const ULONG both = DO_POWER_PAGABLE | DO_POWER_INRUSH;
    (void)state;
    PWDFDEVICE_INIT init = control_init();

    WdfDeviceInitSetPowerInrush(init);

    assert_int_equal(create(control_init())->Flags & both, DO_POWER_PAGABLE);
    assert_int_equal(create(init)->Flags & both, DO_POWER_INRUSH);
    end_clean();
}

static void type_and_characteristics_are_the_devices(void **state)
{
    (void)state;
    PWDFDEVICE_INIT added = control_init();
    PWDFDEVICE_INIT alone = control_init();

    WdfDeviceInitSetDeviceType(added, FILE_DEVICE_SOUND);
    WdfDeviceInitSetExclusive(added, TRUE);
    WdfDeviceInitSetCharacteristics(added, FILE_REMOVABLE_MEDIA, TRUE);
    WdfDeviceInitSetCharacteristics(alone, FILE_REMOVABLE_MEDIA, FALSE);

    PDEVICE_OBJECT device = create(added);
    assert_int_equal(device->DeviceType, FILE_DEVICE_SOUND);
    assert_int_not_equal(device->Flags & DO_EXCLUSIVE, 0);
    assert_int_equal(device->Characteristics, FILE_DEVICE_SECURE_OPEN | FILE_REMOVABLE_MEDIA);
    device = create(alone);
    assert_int_equal(device->DeviceType, FILE_DEVICE_UNKNOWN);
    assert_int_equal(device->Flags & DO_EXCLUSIVE, 0);
    assert_int_equal(device->Characteristics, FILE_REMOVABLE_MEDIA);
    end_clean();
}

static void what_changes_nothing_here_is_taken(void **state)
{
    static const UNICODE_STRING sddl = RTL_CONSTANT_STRING(L"D:P(A;;GA;;;SY)");
    (void)state;
    PWDFDEVICE_INIT init = control_init();
    ULONG flags = create(control_init())->Flags;

    WdfDeviceInitSetPowerPageable(init);
    WdfDeviceInitSetPowerNotPageable(init);
    WdfDeviceInitSetReleaseHardwareOrderOnFailure(init,
                                                  WdfReleaseHardwareOrderOnFailureAfterDescendants);
    WdfDeviceInitSetDeviceClass(init, &a_class);
    assert_int_equal(WdfDeviceInitAssignSDDLString(init, &sddl), STATUS_SUCCESS);

    assert_int_equal(create(init)->Flags, flags);
    end_clean();
}

// ---- Names

static void name_can_be_taken_back(void **state)
{
    static const UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Control");
    (void)state;
    PWDFDEVICE_INIT init = control_init();

    assert_int_equal(WdfDeviceInitAssignName(init, &name), STATUS_SUCCESS);
    assert_int_equal(WdfDeviceInitAssignName(init, NULL), STATUS_SUCCESS);

    assert_int_equal(create(init)->Flags & DO_DEVICE_HAS_NAME, 0);
    end_clean();
}

static void name_of_more_than_63_characters_is_refused(void **state)
{
    static WCHAR text[64];
    UNICODE_STRING name = {.Length = sizeof text, .MaximumLength = sizeof text, .Buffer = text};
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        text[i] = 'x';
    }
    PWDFDEVICE_INIT init = control_init();

    assert_int_equal(WdfDeviceInitAssignName(init, &name), STATUS_OBJECT_NAME_INVALID);
    name.Length = sizeof text - sizeof text[0];
    assert_int_equal(WdfDeviceInitAssignName(init, &name), STATUS_SUCCESS);

    WdfDeviceInitFree(init);
    end_clean();
}

static void second_device_of_a_name_is_not_created(void **state)
{
    static const UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Control");
    WDFDEVICE device;
    (void)state;
    PWDFDEVICE_INIT first = control_init();
    PWDFDEVICE_INIT second = control_init();
    PWDFDEVICE_INIT kept = second;
    assert_int_equal(WdfDeviceInitAssignName(first, &name), STATUS_SUCCESS);
    assert_int_equal(WdfDeviceInitAssignName(second, &name), STATUS_SUCCESS);
    assert_int_not_equal(create(first)->Flags & DO_DEVICE_HAS_NAME, 0);

    assert_int_equal(WdfDeviceCreate(&second, WDF_NO_OBJECT_ATTRIBUTES, &device),
                     STATUS_OBJECT_NAME_COLLISION);

    assert_null(device);
    assert_ptr_equal(second, kept); // still the driver's, to free
    WdfDeviceInitFree(second);
    end_clean();
}

// ---- Requests

typedef struct request_context {
    ULONG number;
} request_context;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(request_context, request_context_of)

static void with_request_context(PWDFDEVICE_INIT init)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, request_context);
    WdfDeviceInitSetRequestAttributes(init, &attributes);
}

static VOID NTAPI on_any(WDFQUEUE Queue, WDFREQUEST Request)
{
    (void)Queue;
    assert_int_equal(request_context_of(Request)->number, 0);
    request_context_of(Request)->number = 7;
    strcat(the_driver.log, "Any ");
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

static void create_queue(WDFDEVICE device)
{
    WDF_IO_QUEUE_CONFIG config;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDefault = on_any;
    assert_int_equal(WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, NULL),
                     STATUS_SUCCESS);
}

static void each_request_has_a_context_of_its_own(void **state)
{
    (void)state;
    the_driver.initialize = with_request_context;
    the_driver.added = create_queue;
    assert_int_equal(wdf_start(), STATUS_SUCCESS);
    the_driver.log[0] = 0;

    for (unsigned i = 0; i < 2; i++) {
        PIRP irp = IoAllocateIrp(4, FALSE);
        IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_WRITE;
        IoGetNextIrpStackLocation(irp)->Parameters.Write.Length = 1;
        (void)syspte_irp_send(the_driver.physical, irp);
        assert_int_equal(irp->IoStatus.Status, STATUS_SUCCESS);
        IoFreeIrp(irp);
    }

    assert_log("Any Any");
    end_clean();
}

// ---- The physical device

static void look_at_physical(PWDFDEVICE_INIT init)
{
    WCHAR name[8];
    ULONG bytes;
    PDEVICE_OBJECT physical = WdfFdoInitWdmGetPhysicalDevice(init);
    assert_non_null(physical);
    assert_int_equal(WdfFdoInitQueryProperty(init, DevicePropertyEnumeratorName, 0, NULL, &bytes),
                     STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(bytes, sizeof L"PCI");
    assert_int_equal(
        WdfFdoInitQueryProperty(init, DevicePropertyEnumeratorName, sizeof name, name, &bytes),
        STATUS_SUCCESS);
    assert_memory_equal(name, L"PCI", sizeof L"PCI");
    strcat(the_driver.log, "Looked ");
}

static void physical_device_can_be_asked_before_the_create(void **state)
{
    (void)state;
    the_driver.initialize = look_at_physical;

    assert_int_equal(wdf_start(), STATUS_SUCCESS);

    assert_log("Entry Looked Add Prepare D0Entry(D3Final) PostEnabled SelfInit");
    end_clean();
}

static void control_device_has_no_physical_one(void **state)
{
    ULONG number;
    ULONG bytes;
    (void)state;
    PWDFDEVICE_INIT init = control_init();

    assert_null(WdfFdoInitWdmGetPhysicalDevice(init));
    assert_int_equal(
        WdfFdoInitQueryProperty(init, DevicePropertyBusNumber, sizeof number, &number, &bytes),
        STATUS_INVALID_DEVICE_REQUEST);

    WdfDeviceInitFree(init);
    end_clean();
}

static void let_it_initialize(PWDFDEVICE_INIT init)
{
    WdfFdoInitWdmGetPhysicalDevice(init)->Flags |= DO_DEVICE_INITIALIZING;
}

static void device_is_not_created_over_one_that_is_not_ready(void **state)
{
    (void)state;
    the_driver.initialize = let_it_initialize;

    assert_int_equal(wdf_load_and_add(), STATUS_NO_SUCH_DEVICE);

    assert_log("Entry Cleanup Destroy");
    assert_null(the_driver.device);
    assert_null(the_driver.wdm->DeviceObject);
    assert_null(the_driver.physical->AttachedDevice);
    syspte_driver_unload(the_driver.wdm);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// ---- Said wrongly

static void init_that_cannot_be_allocated_is_null(void **state)
{
    const syspte_fault_plan plan = {.at.api = SYSPTE_API_WDF_CONTROL_DEVICE_INIT_ALLOCATE,
                                    .nth = 1};
    (void)state;
    assert_true(syspte_fault_set(&plan));

    assert_null(WdfControlDeviceInitAllocate(the_driver.driver, NULL));

    assert_int_equal(syspte_fault_fired(), 1);
    syspte_fault_clear();
}

static void structures_of_another_size_are_found(void **state)
{
    WDF_PNPPOWER_EVENT_CALLBACKS pnp;
    WDF_POWER_POLICY_EVENT_CALLBACKS policy;
    WDF_FILEOBJECT_CONFIG file;
    WDF_OBJECT_ATTRIBUTES request;
    WDF_FDO_EVENT_CALLBACKS fdo;
    (void)state;
    PWDFDEVICE_INIT init = control_init();
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnp);
    WDF_POWER_POLICY_EVENT_CALLBACKS_INIT(&policy);
    WDF_FILEOBJECT_CONFIG_INIT(&file, NULL, NULL, NULL);
    WDF_OBJECT_ATTRIBUTES_INIT(&request);
    WDF_FDO_EVENT_CALLBACKS_INIT(&fdo);
    pnp.Size = policy.Size = file.Size = request.Size = fdo.Size = 4;

    assert_found(SYSPTE_RULE_WDF_SIZE, WdfDeviceInitSetPnpPowerEventCallbacks(init, &pnp));
    assert_found(SYSPTE_RULE_WDF_SIZE, WdfDeviceInitSetPowerPolicyEventCallbacks(init, &policy));
    assert_found(SYSPTE_RULE_WDF_SIZE, WdfDeviceInitSetFileObjectConfig(init, &file, NULL));
    assert_found(SYSPTE_RULE_WDF_SIZE, WdfDeviceInitSetRequestAttributes(init, &request));
    assert_found(SYSPTE_RULE_WDF_SIZE, WdfFdoInitSetEventCallbacks(init, &fdo));

    assert_int_equal(seen.complaints, 0);
    assert_string_equal(finding_of(SYSPTE_RULE_WDF_SIZE).call->function, __func__);
}

static NTSTATUS NTAPI preprocess(WDFDEVICE Device, PIRP Irp)
{
    (void)Device;
    return Irp->IoStatus.Status;
}

static void what_is_not_simulated_is_said(void **state)
{
    WDF_FDO_EVENT_CALLBACKS callbacks;
    (void)state;
    PWDFDEVICE_INIT init = control_init();
    WDF_FDO_EVENT_CALLBACKS_INIT(&callbacks);

    WdfFdoInitSetEventCallbacks(init, &callbacks);
    assert_complaint("WdfFdoInitSetEventCallbacks is not simulated");
    assert_int_equal(
        WdfDeviceInitAssignWdmIrpPreprocessCallback(init, preprocess, IRP_MJ_WRITE, NULL, 0),
        STATUS_NOT_SUPPORTED);
    assert_complaint("WdfDeviceInitAssignWdmIrpPreprocessCallback is not simulated");

    WdfDeviceInitFree(init);
    end_clean();
}

// ---- After its end

static PWDFDEVICE_INIT freed(void)
{
    PWDFDEVICE_INIT init = control_init();
    WdfDeviceInitFree(init);
    return init;
}

#define assert_deleted(...) assert_found(SYSPTE_RULE_WDF_DELETED, __VA_ARGS__)

static void callbacks_of_a_freed_init_are_found(void **state)
{
    WDF_PNPPOWER_EVENT_CALLBACKS pnp;
    WDF_POWER_POLICY_EVENT_CALLBACKS policy;
    WDF_FILEOBJECT_CONFIG file;
    WDF_OBJECT_ATTRIBUTES request;
    WDF_FDO_EVENT_CALLBACKS fdo;
    (void)state;
    PWDFDEVICE_INIT init = freed();
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnp);
    WDF_POWER_POLICY_EVENT_CALLBACKS_INIT(&policy);
    WDF_FILEOBJECT_CONFIG_INIT(&file, NULL, NULL, NULL);
    WDF_OBJECT_ATTRIBUTES_INIT(&request);
    WDF_FDO_EVENT_CALLBACKS_INIT(&fdo);

    assert_deleted(WdfDeviceInitSetPnpPowerEventCallbacks(init, &pnp));
    assert_deleted(WdfDeviceInitSetPowerPolicyEventCallbacks(init, &policy));
    assert_deleted(WdfDeviceInitSetFileObjectConfig(init, &file, NULL));
    assert_deleted(WdfDeviceInitSetRequestAttributes(init, &request));
    assert_deleted(WdfFdoInitSetEventCallbacks(init, &fdo));
    assert_deleted(WdfDeviceInitSetIoInCallerContextCallback(init, NULL));
    assert_deleted(assert_int_equal(
        WdfDeviceInitAssignWdmIrpPreprocessCallback(init, preprocess, IRP_MJ_WRITE, NULL, 0),
        STATUS_NOT_SUPPORTED));

    assert_int_equal(seen.complaints, 0);
}

static void words_on_a_freed_init_are_found(void **state)
{
    WDF_IO_TYPE_CONFIG config;
    (void)state;
    PWDFDEVICE_INIT init = freed();
    WDF_IO_TYPE_CONFIG_INIT(&config);

    assert_deleted(WdfDeviceInitFree(init));
    assert_deleted(WdfDeviceInitSetPowerPolicyOwnership(init, TRUE));
    assert_deleted(WdfDeviceInitSetIoType(init, WdfDeviceIoDirect));
    assert_deleted(WdfDeviceInitSetIoTypeEx(init, &config));
    assert_deleted(WdfDeviceInitSetDeviceType(init, FILE_DEVICE_SOUND));
    assert_deleted(WdfDeviceInitSetCharacteristics(init, FILE_REMOVABLE_MEDIA, TRUE));
    assert_deleted(WdfFdoInitSetFilter(init));
    assert_deleted(WdfDeviceInitSetPowerInrush(init));
    assert_deleted(WdfDeviceInitSetPowerPageable(init));
    assert_deleted(WdfDeviceInitSetPowerNotPageable(init));
    assert_deleted(WdfDeviceInitSetDeviceClass(init, &a_class));
    assert_deleted(
        WdfDeviceInitSetReleaseHardwareOrderOnFailure(init, WdfReleaseHardwareOrderOnFailureEarly));
}

static void freed_init_answers_with_an_error(void **state)
{
    ULONG bytes;
    WDFDEVICE device;
    (void)state;
    PWDFDEVICE_INIT init = freed();

    assert_deleted(assert_int_equal(WdfDeviceInitAssignName(init, NULL), STATUS_INVALID_PARAMETER));
    assert_deleted(
        assert_int_equal(WdfDeviceInitAssignSDDLString(init, NULL), STATUS_INVALID_PARAMETER));
    assert_deleted(assert_null(WdfFdoInitWdmGetPhysicalDevice(init)));
    assert_deleted(
        assert_int_equal(WdfFdoInitQueryProperty(init, DevicePropertyBusNumber, 0, NULL, &bytes),
                         STATUS_INVALID_DEVICE_REQUEST));
    assert_deleted(assert_int_equal(WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &device),
                                    STATUS_INVALID_PARAMETER));
    assert_null(device);
    assert_deleted(assert_null(WdfControlDeviceInitAllocate((WDFDRIVER)init, NULL)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        init_test(io_type_is_a_flag_of_the_device),
        init_test(inrush_device_is_not_power_pageable),
        init_test(type_and_characteristics_are_the_devices),
        init_test(what_changes_nothing_here_is_taken),
        init_test(name_can_be_taken_back),
        init_test(name_of_more_than_63_characters_is_refused),
        init_test(second_device_of_a_name_is_not_created),
        wdf_test(each_request_has_a_context_of_its_own),
        wdf_test(physical_device_can_be_asked_before_the_create),
        init_test(control_device_has_no_physical_one),
        wdf_test(device_is_not_created_over_one_that_is_not_ready),
        init_test(init_that_cannot_be_allocated_is_null),
        init_test(structures_of_another_size_are_found),
        init_test(what_is_not_simulated_is_said),
        init_test(callbacks_of_a_freed_init_are_found),
        init_test(words_on_a_freed_init_are_found),
        init_test(freed_init_answers_with_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
