// SPDX-License-Identifier: MIT
// A whole driver, from DriverEntry to DriverUnload, with each of its calls failing in turn:
// correct, it leaves nothing behind whatever fails; with one defect in AddDevice, that is what is
// named.
#include "harness.h"

enum { TAG = 0x6566694C, VECTOR = 0x91 }; // 'Life'

typedef struct extension {
    PDEVICE_OBJECT below;
    PVOID buffer;
    PVOID registers;
    PKINTERRUPT interrupt;
} extension;

static const syspte_resource resources[] = {
    {SYSPTE_RESOURCE_MEMORY, BAR, PAGE, NULL, 0},
    {SYSPTE_RESOURCE_INTERRUPT, VECTOR, 0, NULL, 0},
};
static const syspte_hardware hardware = {.resources = resources, .resource_count = 2};

static PVOID global;
static bool leaks;
static char said[1 << 16];

// ---- The driver

static BOOLEAN NTAPI on_interrupt(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
    (void)Interrupt;
    (void)ServiceContext;
    return TRUE;
}

static void stop(extension *e)
{
    if (e->interrupt != NULL) {
        IoDisconnectInterrupt(e->interrupt);
    }
    if (e->registers != NULL) {
        MmUnmapIoSpace(e->registers, PAGE);
    }
    e->interrupt = NULL;
    e->registers = NULL;
}

static NTSTATUS start(extension *e, PCM_PARTIAL_RESOURCE_LIST list)
{
    NTSTATUS status = STATUS_SUCCESS;
    for (ULONG i = 0; i < list->Count && NT_SUCCESS(status); i++) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR d = &list->PartialDescriptors[i];
        if (d->Type == CmResourceTypeMemory) {
            e->registers = MmMapIoSpace(d->u.Memory.Start, d->u.Memory.Length, MmNonCached);
            status = e->registers != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
        } else if (d->Type == CmResourceTypeInterrupt) {
            status = IoConnectInterrupt(&e->interrupt, on_interrupt, e, NULL, d->u.Interrupt.Vector,
                                        (KIRQL)d->u.Interrupt.Level, (KIRQL)d->u.Interrupt.Level,
                                        LevelSensitive, FALSE, d->u.Interrupt.Affinity, FALSE);
        }
    }
    if (!NT_SUCCESS(status)) {
        stop(e);
    }
    return status;
}

static NTSTATUS complete(PIRP Irp, NTSTATUS status)
{
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS NTAPI dispatch_pnp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    extension *e = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(Irp);
    PDEVICE_OBJECT below = e->below;
    if (at->MinorFunction == IRP_MN_START_DEVICE) {
        return complete(Irp,
                        start(e, &at->Parameters.StartDevice.AllocatedResourcesTranslated->List[0]
                                      .PartialResourceList));
    }
    if (at->MinorFunction == IRP_MN_STOP_DEVICE || at->MinorFunction == IRP_MN_SURPRISE_REMOVAL) {
        stop(e);
    }
    if (at->MinorFunction == IRP_MN_REMOVE_DEVICE) {
        stop(e);
        ExFreePoolWithTag(e->buffer, TAG);
        IoDetachDevice(below);
        IoDeleteDevice(DeviceObject);
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(below, Irp);
}

static NTSTATUS NTAPI dispatch_power(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    extension *e = DeviceObject->DeviceExtension;
    PoStartNextPowerIrp(Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    return PoCallDriver(e->below, Irp);
}

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDevice)
{
    PDEVICE_OBJECT made;
    NTSTATUS status =
        IoCreateDevice(DriverObject, sizeof(extension), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &made);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    extension *e = made->DeviceExtension;
    e->buffer = ExAllocatePoolWithTag(NonPagedPool, 64, TAG);
    if (e->buffer == NULL) {
        if (!leaks) {
            IoDeleteDevice(made);
        }
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    e->below = IoAttachDeviceToDeviceStack(made, PhysicalDevice);
    made->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static VOID NTAPI unload(PDRIVER_OBJECT DriverObject)
{
    (void)DriverObject;
    ExFreePoolWithTag(global, TAG);
}

static NTSTATUS NTAPI entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    global = ExAllocatePoolWithTag(PagedPool, 96, TAG);
    if (global == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    DriverObject->MajorFunction[IRP_MJ_PNP] = dispatch_pnp;
    DriverObject->MajorFunction[IRP_MJ_POWER] = dispatch_power;
    DriverObject->DriverExtension->AddDevice = add_device;
    DriverObject->DriverUnload = unload;
    return STATUS_SUCCESS;
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

    uint64_t failed = syspte_each_failure("life", NULL, lead, &runs, &writer);

    assert_string_equal(said, "");
    assert_int_equal(failed, 0);
    // DriverEntry, AddDevice twice (it comes back), and of each of its starts the two calls.
    assert_int_equal(runs, 2 * (1 + 2 * (2 + 2 * 2)) + 1);
}

static void a_defect_of_add_device_is_named_with_its_call(void **state)
{
    unsigned runs = 0;
    (void)state;
    said[0] = 0;
    leaks = true;

    uint64_t failed = syspte_each_failure("life", NULL, lead, &runs, &writer);

    assert_int_not_equal(failed, 0);
    assert_non_null(strstr(said, "leak: IoCreateDevice in add_device: 1 block"));
    assert_non_null(
        strstr(said, "    run 5: call 3 fails, ExAllocatePoolWithTag in add_device at"));
    assert_non_null(strstr(said, "AddDevice, which failed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_correct_driver_survives_the_failure_of_each_call),
        cmocka_unit_test(a_defect_of_add_device_is_named_with_its_call),
    };
    return cmocka_run_group_tests_name("sim.each_failure_life", tests, NULL, NULL);
}
