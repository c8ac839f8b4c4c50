// SPDX-License-Identifier: MIT
// See wdf_driver.h.
#include "wdf_driver.h"

#include <stdio.h>

wdf_driver the_driver;
const unsigned wdf_map_line = 66;

static NTSTATUS note(const char *name)
{
    size_t at = strlen(the_driver.log);
    (void)snprintf(the_driver.log + at, sizeof the_driver.log - at, "%s ", name);
    bool fails = the_driver.failing != NULL && strcmp(the_driver.failing, name) == 0;
    return fails ? STATUS_DEVICE_DATA_ERROR : STATUS_SUCCESS;
}

// ---- Callbacks

static const char *state_name(WDF_POWER_DEVICE_STATE state)
{
    static const char *const names[] = {"invalid", "D0", "D1", "D2", "D3", "D3Final"};
    return names[state];
}

static NTSTATUS note_state(const char *name, WDF_POWER_DEVICE_STATE state)
{
    char words[64];
    (void)snprintf(words, sizeof words, "%s(%s)", name, state_name(state));
    NTSTATUS status = note(words);
    return the_driver.failing != NULL && strcmp(the_driver.failing, name) == 0
               ? STATUS_DEVICE_DATA_ERROR
               : status;
}

static NTSTATUS NTAPI on_d0_entry(WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState)
{
    (void)Device;
    return note_state("D0Entry", PreviousState);
}

static NTSTATUS NTAPI on_enabled(WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState)
{
    (void)Device;
    (void)PreviousState;
    return note("PostEnabled");
}

static NTSTATUS NTAPI on_d0_exit(WDFDEVICE Device, WDF_POWER_DEVICE_STATE TargetState)
{
    (void)Device;
    return note_state("D0Exit", TargetState);
}

static NTSTATUS NTAPI on_disabled(WDFDEVICE Device, WDF_POWER_DEVICE_STATE TargetState)
{
    (void)Device;
    (void)TargetState;
    return note("PreDisabled");
}

static void map_first(device_context *context, WDFCMRESLIST list)
{
    PCM_PARTIAL_RESOURCE_DESCRIPTOR memory = WdfCmResourceListGetDescriptor(list, 0);
    context->bytes = memory->u.Memory.Length;
    context->registers = MmMapIoSpace(memory->u.Memory.Start, context->bytes, MmNonCached);
    _Static_assert(__LINE__ == 67, "wdf_map_line is the line above");
}

static NTSTATUS NTAPI on_prepare(WDFDEVICE Device, WDFCMRESLIST ResourcesRaw,
                                 WDFCMRESLIST ResourcesTranslated)
{
    (void)ResourcesRaw;
    if (the_driver.maps) {
        map_first(context_of(Device), ResourcesTranslated);
    }
    if (the_driver.prepared != NULL) {
        the_driver.prepared(Device, ResourcesTranslated);
    }
    return note("Prepare");
}

static NTSTATUS NTAPI on_release(WDFDEVICE Device, WDFCMRESLIST ResourcesTranslated)
{
    (void)ResourcesTranslated;
    if (the_driver.maps && !the_driver.forgets) {
        device_context *context = context_of(Device);
        MmUnmapIoSpace(context->registers, context->bytes);
        context->registers = NULL;
    }
    return note("Release");
}

static VOID NTAPI on_self_cleanup(WDFDEVICE Device)
{
    (void)Device;
    (void)note("SelfCleanup");
}

static VOID NTAPI on_self_flush(WDFDEVICE Device)
{
    (void)Device;
    (void)note("SelfFlush");
}

static NTSTATUS NTAPI on_self_init(WDFDEVICE Device)
{
    (void)Device;
    return note("SelfInit");
}

static NTSTATUS NTAPI on_self_suspend(WDFDEVICE Device)
{
    (void)Device;
    return note("SelfSuspend");
}

static NTSTATUS NTAPI on_self_restart(WDFDEVICE Device)
{
    (void)Device;
    return note("SelfRestart");
}

static VOID NTAPI on_surprise(WDFDEVICE Device)
{
    (void)Device;
    (void)note("Surprise");
}

static NTSTATUS NTAPI on_query_remove(WDFDEVICE Device)
{
    (void)Device;
    return note("QueryRemove");
}

static NTSTATUS NTAPI on_query_stop(WDFDEVICE Device)
{
    (void)Device;
    return note("QueryStop");
}

static VOID NTAPI on_cleanup(WDFOBJECT Object)
{
    (void)Object;
    (void)note("Cleanup");
}

static VOID NTAPI on_destroy(WDFOBJECT Object)
{
    (void)Object;
    (void)note("Destroy");
}

// ---- The driver

static void fill_callbacks(PWDFDEVICE_INIT init)
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDeviceD0Entry = on_d0_entry;
    callbacks.EvtDeviceD0EntryPostInterruptsEnabled = on_enabled;
    callbacks.EvtDeviceD0Exit = on_d0_exit;
    callbacks.EvtDeviceD0ExitPreInterruptsDisabled = on_disabled;
    callbacks.EvtDevicePrepareHardware = on_prepare;
    callbacks.EvtDeviceReleaseHardware = on_release;
    callbacks.EvtDeviceSelfManagedIoCleanup = on_self_cleanup;
    callbacks.EvtDeviceSelfManagedIoFlush = on_self_flush;
    callbacks.EvtDeviceSelfManagedIoInit = on_self_init;
    callbacks.EvtDeviceSelfManagedIoSuspend = on_self_suspend;
    callbacks.EvtDeviceSelfManagedIoRestart = on_self_restart;
    callbacks.EvtDeviceSurpriseRemoval = on_surprise;
    callbacks.EvtDeviceQueryRemove = on_query_remove;
    callbacks.EvtDeviceQueryStop = on_query_stop;
    WdfDeviceInitSetPnpPowerEventCallbacks(init, &callbacks);
}

static NTSTATUS NTAPI on_add(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    (void)Driver;
    fill_callbacks(DeviceInit);
    if (the_driver.initialize != NULL) {
        the_driver.initialize(DeviceInit);
    }
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, device_context);
    attributes.EvtCleanupCallback = on_cleanup;
    attributes.EvtDestroyCallback = on_destroy;
    NTSTATUS status = WdfDeviceCreate(
        &DeviceInit, the_driver.attributes == NULL ? &attributes : the_driver.attributes,
        &the_driver.device);
    if (NT_SUCCESS(status) && the_driver.added != NULL) {
        the_driver.added(the_driver.device);
    }
    return NT_SUCCESS(status) ? note("Add") : status;
}

static VOID NTAPI on_unload(WDFDRIVER Driver)
{
    (void)Driver;
    (void)note("Unload");
}

NTSTATUS wdf_driver_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;
    WDF_DRIVER_CONFIG_INIT(&config, on_add);
    config.EvtDriverUnload = on_unload;
    NTSTATUS status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                                      &the_driver.driver);
    return NT_SUCCESS(status) ? note("Entry") : status;
}

// ---- What the managers do

int wdf_begin(void **state)
{
    memset(&the_driver, 0, sizeof the_driver);
    return machine_begin(state);
}

NTSTATUS wdf_load_and_add(void)
{
    NTSTATUS status = syspte_driver_load(wdf_driver_entry, &the_driver.wdm);
    return NT_SUCCESS(status) ? syspte_driver_add_device(the_driver.wdm, &the_driver.physical)
                              : status;
}

static CM_RESOURCE_LIST resources;

static PIO_STACK_LOCATION next_of(PIRP irp, UCHAR major, UCHAR minor)
{
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    next->MajorFunction = major;
    next->MinorFunction = minor;
    return next;
}

static NTSTATUS send(PIRP irp)
{
    (void)syspte_irp_send(the_driver.physical, irp);
    NTSTATUS status = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}

NTSTATUS wdf_pnp(UCHAR minor)
{
    PIRP irp = IoAllocateIrp(4, FALSE);
    PIO_STACK_LOCATION next = next_of(irp, IRP_MJ_PNP, minor);
    if (minor == IRP_MN_START_DEVICE) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR memory =
            &resources.List[0].PartialResourceList.PartialDescriptors[0];
        resources.Count = 1;
        resources.List[0].PartialResourceList.Count = 1;
        memory->Type = CmResourceTypeMemory;
        memory->u.Memory.Start = physical(BAR);
        memory->u.Memory.Length = 0x2000;
        next->Parameters.StartDevice.AllocatedResources = &resources;
        next->Parameters.StartDevice.AllocatedResourcesTranslated = &resources;
    }
    return send(irp);
}

NTSTATUS wdf_set_power(DEVICE_POWER_STATE state)
{
    PIRP irp = IoAllocateIrp(4, FALSE);
    PIO_STACK_LOCATION next = next_of(irp, IRP_MJ_POWER, IRP_MN_SET_POWER);
    next->Parameters.Power.Type = DevicePowerState;
    next->Parameters.Power.State.DeviceState = state;
    return send(irp);
}

NTSTATUS wdf_start(void)
{
    NTSTATUS status = wdf_load_and_add();
    return NT_SUCCESS(status) ? wdf_pnp(IRP_MN_START_DEVICE) : status;
}

void wdf_end(void)
{
    assert_int_equal(wdf_pnp(IRP_MN_QUERY_REMOVE_DEVICE), STATUS_SUCCESS);
    assert_int_equal(wdf_pnp(IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);
    syspte_driver_unload(the_driver.wdm);
}

void assert_log(const char *expected)
{
    size_t length = strlen(the_driver.log);
    if (length > 0) {
        the_driver.log[length - 1] = 0;
    }
    assert_string_equal(the_driver.log, expected);
    the_driver.log[0] = 0;
}

size_t wdf_findings(syspte_rule_id rule)
{
    syspte_finding finding;
    size_t count = 0;
    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        count += finding.rule == rule;
    }
    return count;
}
