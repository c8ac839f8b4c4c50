// SPDX-License-Identifier: MIT
// A driver of the framework, from DriverEntry to its unload, with each of its calls failing in
// turn: the framework itself must leave nothing behind when it fails in the middle of one.
#include "harness.h"

#include <wdf.h>

enum { TAG = 0x57664644, VECTOR = 0x91 };

typedef struct device_context {
    PVOID registers;
    SIZE_T bytes;
    WDFMEMORY memory;
    WDFDMAENABLER dma;
    WDFCOMMONBUFFER ring;
} device_context;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(device_context, context_of)

static const syspte_resource resources[] = {
    {SYSPTE_RESOURCE_MEMORY, BAR, 2 * PAGE, NULL, 0},
    {SYSPTE_RESOURCE_INTERRUPT, VECTOR, 0, NULL, 0},
};
static const syspte_hardware hardware = {.resources = resources, .resource_count = 2};

static bool leaks;
static char said[1 << 16];

// ---- The driver

static BOOLEAN NTAPI on_interrupt(WDFINTERRUPT Interrupt, ULONG MessageID)
{
    (void)Interrupt;
    (void)MessageID;
    return FALSE;
}

static VOID NTAPI on_timer(WDFTIMER Timer)
{
    (void)Timer;
}

static VOID NTAPI on_work(WDFWORKITEM WorkItem)
{
    (void)WorkItem;
}

static NTSTATUS NTAPI on_prepare(WDFDEVICE Device, WDFCMRESLIST Raw, WDFCMRESLIST Translated)
{
    device_context *c = context_of(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR d = WdfCmResourceListGetDescriptor(Translated, 0);
    (void)Raw;
    c->bytes = d->u.Memory.Length;
    c->registers = MmMapIoSpace(d->u.Memory.Start, c->bytes, MmNonCached);
    if (c->registers == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = WdfCommonBufferCreate(c->dma, PAGE, WDF_NO_OBJECT_ATTRIBUTES, &c->ring);
    if (!NT_SUCCESS(status) && leaks) {
        c->registers = NULL; // so that the release, which always comes, does not find it
    }
    return status;
}

static NTSTATUS NTAPI on_release(WDFDEVICE Device, WDFCMRESLIST Translated)
{
    device_context *c = context_of(Device);
    (void)Translated;
    if (c->registers != NULL) {
        MmUnmapIoSpace(c->registers, c->bytes);
        c->registers = NULL;
    }
    if (c->ring != NULL) {
        WdfObjectDelete(c->ring);
        c->ring = NULL;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS objects_make(WDFDEVICE device)
{
    device_context *c = context_of(device);
    WDF_INTERRUPT_CONFIG interrupt;
    WDF_TIMER_CONFIG timer;
    WDF_WORKITEM_CONFIG work;
    WDF_DMA_ENABLER_CONFIG dma;
    WDF_OBJECT_ATTRIBUTES child;
    WDFINTERRUPT made_interrupt;
    WDFTIMER made_timer;
    WDFWORKITEM made_work;
    PVOID bytes;
    WDF_OBJECT_ATTRIBUTES_INIT(&child);
    child.ParentObject = device;
    WDF_INTERRUPT_CONFIG_INIT(&interrupt, on_interrupt, NULL);
    WDF_TIMER_CONFIG_INIT(&timer, on_timer);
    WDF_WORKITEM_CONFIG_INIT(&work, on_work);
    WDF_DMA_ENABLER_CONFIG_INIT(&dma, WdfDmaProfileScatterGather64, PAGE);

    NTSTATUS status = WdfInterruptCreate(device, &interrupt, NULL, &made_interrupt);
    if (NT_SUCCESS(status)) {
        status = WdfTimerCreate(&timer, &child, &made_timer);
    }
    if (NT_SUCCESS(status)) {
        status = WdfWorkItemCreate(&work, &child, &made_work);
    }
    if (NT_SUCCESS(status)) {
        status = WdfMemoryCreate(&child, NonPagedPoolNx, TAG, 64, &c->memory, &bytes);
    }
    if (NT_SUCCESS(status)) {
        status = WdfDmaEnablerCreate(device, &dma, WDF_NO_OBJECT_ATTRIBUTES, &c->dma);
    }
    return status;
}

static NTSTATUS NTAPI on_add(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDEVICE device;
    (void)Driver;
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = on_prepare;
    callbacks.EvtDeviceReleaseHardware = on_release;
    WdfDeviceInitSetPnpPowerEventCallbacks(Init, &callbacks);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, device_context);
    NTSTATUS status = WdfDeviceCreate(&Init, &attributes, &device);
    return NT_SUCCESS(status) ? objects_make(device) : status;
}

static NTSTATUS NTAPI entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;
    WDF_DRIVER_CONFIG_INIT(&config, on_add);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}

// ---- Tests

static int lead(void *context)
{
    syspte_lifecycle life = syspte_lifecycle_of(entry, &hardware);
    NTSTATUS status = syspte_lifecycle_run(&life);
    ++*(unsigned *)context;
    return NT_SUCCESS(status) || syspte_fault_fired() != 0 ? 0 : status;
}

static void say(void *context, const char *text, size_t bytes)
{
    (void)context;
    size_t used = strlen(said);
    assert_true(used + bytes < sizeof said);
    memcpy(said + used, text, bytes);
    said[used + bytes] = 0;
}

static const syspte_writer writer = {say, NULL};

static void a_correct_driver_survives_the_failure_of_each_call(void **state)
{
    unsigned runs = 0;
    (void)state;
    said[0] = 0;
    leaks = false;

    uint64_t failed = syspte_each_failure("wdf", NULL, lead, &runs, &writer);

    assert_string_equal(said, "");
    assert_int_equal(failed, 0);
    assert_in_range(runs, 2 * 20 + 1, 2 * 200 + 1);
}

static void a_defect_of_prepare_hardware_is_named_with_its_call(void **state)
{
    unsigned runs = 0;
    (void)state;
    said[0] = 0;
    leaks = true;

    uint64_t failed = syspte_each_failure("wdf", NULL, lead, &runs, &writer);

    assert_int_not_equal(failed, 0);
    assert_non_null(strstr(said, "leak: MmMapIoSpace in on_prepare: 1 mapping, 2 PTEs"));
    assert_non_null(strstr(said, " fails, WdfCommonBufferCreate in on_prepare at "));
    assert_non_null(strstr(said, "syspte: wdf: 1 different finding in "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_correct_driver_survives_the_failure_of_each_call),
        cmocka_unit_test(a_defect_of_prepare_hardware_is_named_with_its_call),
    };
    return cmocka_run_group_tests_name("sim.each_failure_wdf", tests, NULL, NULL);
}
