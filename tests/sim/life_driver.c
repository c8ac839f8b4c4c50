// SPDX-License-Identifier: MIT
// The driver of the tests of a life.
#include "life_driver.h"

#define INITGUID
#include <wdmguid.h>

enum { TAG = 0x6566694C, READ_BYTES = 16 }; // 'Life'

life_orders orders;
char life_seen[4096];

static const syspte_resource resources[] = {
    {SYSPTE_RESOURCE_MEMORY, BAR, 0x2000, NULL, 0},
    {SYSPTE_RESOURCE_PORT, 0xC000, 0x20, NULL, 0},
    {SYSPTE_RESOURCE_INTERRUPT, LIFE_VECTOR, 0, NULL, 0},
};
const syspte_hardware life_hardware = {
    .resources = resources, .resource_count = 3, .vendor_id = 0x1234, .device_id = 0x5678};

typedef struct extension {
    PDEVICE_OBJECT self;
    PDEVICE_OBJECT below;
    PDEVICE_OBJECT physical;
    PVOID pool;
    PVOID once;
    PVOID registers;
    ULONG length;
    PVOID awake;
    PKINTERRUPT interrupt;
    PIO_WORKITEM work;
    PIRP pended;
    PIRP read;
    KDPC read_dpc;
    KTIMER timer;
    KDPC dpc;
    BUS_INTERFACE_STANDARD bus;
    POWER_STATE power;
} extension;

static PVOID global;
static unsigned starts;

// What has no room is not noted.
static void note(const char *word)
{
    if (strlen(life_seen) + strlen(word) + 2 >= sizeof life_seen) {
        return;
    }
    if (life_seen[0] != 0) {
        strcat(life_seen, " ");
    }
    strcat(life_seen, word);
}

static NTSTATUS complete(PIRP Irp, NTSTATUS status)
{
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return orders.returns_other_status ? STATUS_UNSUCCESSFUL : status;
}

static NTSTATUS pass_on(extension *e, PIRP Irp)
{
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(e->below, Irp);
}

// ---- Start and stop

static BOOLEAN NTAPI on_interrupt(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
    extension *e = ServiceContext;
    (void)Interrupt;
    if (e->read != NULL) {
        (void)KeInsertQueueDpc(&e->read_dpc, NULL, NULL);
    }
    return TRUE;
}

// The timer's: a START that waits for it goes on with a work item.
static IO_WORKITEM_ROUTINE start_later;

static VOID NTAPI on_dpc(PKDPC Dpc, PVOID DeferredContext, PVOID Argument1, PVOID Argument2)
{
    extension *e = DeferredContext;
    (void)Dpc;
    (void)Argument1;
    (void)Argument2;
    if (orders.starts_by_timer) {
        IoQueueWorkItem(e->work, start_later, DelayedWorkQueue, e);
    }
}

static void map_awake(extension *e)
{
    if (orders.maps_when_awake) {
        e->awake = map(BAR + 0x1000, 0x1000);
    }
}

static void unmap_awake(extension *e)
{
    if (e->awake != NULL && !orders.keeps_when_asleep) {
        unmap(e->awake, 0x1000);
    }
    e->awake = NULL;
}

static bool query_bus(extension *e)
{
    PIRP irp = IoAllocateIrp(e->below->StackSize, FALSE);
    if (irp == NULL) {
        return false;
    }
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_PNP;
    next->MinorFunction = IRP_MN_QUERY_INTERFACE;
    next->Parameters.QueryInterface.InterfaceType = &GUID_BUS_INTERFACE_STANDARD;
    next->Parameters.QueryInterface.Size = sizeof e->bus;
    next->Parameters.QueryInterface.Version = 1;
    next->Parameters.QueryInterface.Interface = (PINTERFACE)&e->bus;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    assert_int_equal(IoCallDriver(e->below, irp), STATUS_SUCCESS);
    IoFreeIrp(irp);
    return true;
}

static void use_resource(extension *e, const CM_PARTIAL_RESOURCE_DESCRIPTOR *d)
{
    if (d->Type == CmResourceTypeMemory) {
        e->length = d->u.Memory.Length;
        e->registers = MmMapIoSpace(d->u.Memory.Start, e->length, MmNonCached);
    } else if (d->Type == CmResourceTypeInterrupt) {
        (void)!IoConnectInterrupt(&e->interrupt, on_interrupt, e, NULL, d->u.Interrupt.Vector,
                                  (KIRQL)d->u.Interrupt.Level, (KIRQL)d->u.Interrupt.Level,
                                  LevelSensitive, TRUE, d->u.Interrupt.Affinity, FALSE);
    }
}

static void give_back(extension *e)
{
    if (e->interrupt != NULL && !orders.keeps_interrupt) {
        IoDisconnectInterrupt(e->interrupt);
    }
    if (e->registers != NULL && !orders.keeps_registers) {
        MmUnmapIoSpace(e->registers, e->length);
    }
    if (e->bus.Context != NULL && !orders.keeps_interface) {
        e->bus.InterfaceDereference(e->bus.Context);
    }
    unmap_awake(e);
    e->interrupt = NULL;
    e->registers = NULL;
    e->bus.Context = NULL;
}

static NTSTATUS start_hardware(extension *e, const IO_STACK_LOCATION *at)
{
    PCM_RESOURCE_LIST list = at->Parameters.StartDevice.AllocatedResourcesTranslated;
    if (orders.needs_no_resources) {
        assert_null(list);
        assert_null(at->Parameters.StartDevice.AllocatedResources);
        return STATUS_SUCCESS;
    }
    PCM_PARTIAL_RESOURCE_LIST partial = &list->List[0].PartialResourceList;
    if (!query_bus(e)) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    for (ULONG i = 0; i < partial->Count; i++) {
        use_resource(e, &partial->PartialDescriptors[i]);
        partial->PartialDescriptors[i].u.Memory.Length = 0; // the list is the driver's to change
    }
    map_awake(e);
    if (orders.forgets_power) {
        POWER_STATE d0 = {.DeviceState = PowerDeviceD0};
        (void)PoRequestPowerIrp(e->self, IRP_MN_SET_POWER, d0, NULL, NULL, NULL);
    }
    if (orders.allocates_once && e->once == NULL) {
        e->once = ExAllocatePoolWithTag(NonPagedPool, 32, TAG);
    }
    if (orders.leaves_timer) {
        LARGE_INTEGER due = {.QuadPart = -10000000000};
        KeSetTimer(&e->timer, due, &e->dpc);
    }
    if (++starts == orders.start_fails) {
        if (!orders.failed_start_keeps) {
            give_back(e);
        }
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (orders.loses_registers && e->interrupt == NULL) {
        e->registers = NULL;
    }
    return e->registers == NULL || e->interrupt == NULL ? STATUS_INSUFFICIENT_RESOURCES
                                                        : STATUS_SUCCESS;
}

static VOID NTAPI start_later(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    extension *e = Context;
    PIRP irp = e->pended;
    (void)DeviceObject;
    IoFreeWorkItem(e->work);
    (void)complete(irp, start_hardware(e, IoGetCurrentIrpStackLocation(irp)));
}

static NTSTATUS NTAPI on_below_started(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    (void)DeviceObject;
    (void)Irp;
    (void)KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS start(extension *e, PIRP Irp)
{
    KEVENT started;
    KeInitializeEvent(&started, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, on_below_started, &started, TRUE, TRUE, TRUE);
    if (IoCallDriver(e->below, Irp) == STATUS_PENDING) {
        (void)KeWaitForSingleObject(&started, Executive, KernelMode, FALSE, NULL);
    }
    if (orders.forgets_start) {
        IoMarkIrpPending(Irp);
        return STATUS_PENDING;
    }
    if (orders.pends_start) {
        e->pended = Irp;
        IoMarkIrpPending(Irp);
        e->work = IoAllocateWorkItem(e->self);
        if (orders.starts_by_timer) {
            LARGE_INTEGER due = {.QuadPart = -30000000}; // three seconds
            KeSetTimer(&e->timer, due, &e->dpc);
        } else {
            IoQueueWorkItem(e->work, start_later, DelayedWorkQueue, e);
        }
        return STATUS_PENDING;
    }
    return complete(Irp, start_hardware(e, IoGetCurrentIrpStackLocation(Irp)));
}

// ---- Dispatch

static NTSTATUS remove_device(extension *e, PIRP Irp)
{
    Irp->IoStatus.Status = STATUS_SUCCESS;
    give_back(e);
    NTSTATUS status = pass_on(e, Irp);
    if (e->once != NULL && !orders.keeps_once) {
        ExFreePoolWithTag(e->once, TAG);
    }
    if (!orders.keeps_device_pool) {
        ExFreePoolWithTag(e->pool, TAG);
    }
    IoDetachDevice(e->below);
    IoDeleteDevice(e->self);
    return status;
}

static NTSTATUS refuse_or_pass(extension *e, PIRP Irp, bool refuses)
{
    if (refuses) {
        return complete(Irp, STATUS_UNSUCCESSFUL);
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    return pass_on(e, Irp);
}

static NTSTATUS NTAPI dispatch_pnp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    extension *e = DeviceObject->DeviceExtension;
    static const char *const words[] = {"start", "query-remove", "remove",     "cancel-remove",
                                        "stop",  "query-stop",   "cancel-stop"};
    UCHAR minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
    note(minor < sizeof words / sizeof words[0] ? words[minor]
         : minor == IRP_MN_SURPRISE_REMOVAL     ? "surprise"
                                                : "pnp");
    switch (minor) {
    case IRP_MN_START_DEVICE:
        return start(e, Irp);
    case IRP_MN_STOP_DEVICE:
        if (orders.forgets_stop) {
            IoMarkIrpPending(Irp);
            return STATUS_PENDING;
        }
        give_back(e);
        return refuse_or_pass(e, Irp, orders.fails_stop);
    case IRP_MN_SURPRISE_REMOVAL:
        give_back(e);
        return refuse_or_pass(e, Irp, false);
    case IRP_MN_REMOVE_DEVICE:
        return remove_device(e, Irp);
    case IRP_MN_QUERY_STOP_DEVICE:
        return refuse_or_pass(e, Irp, orders.refuses_stop);
    case IRP_MN_QUERY_REMOVE_DEVICE:
        return refuse_or_pass(e, Irp, orders.refuses_remove);
    default:
        return refuse_or_pass(e, Irp, false);
    }
}

static VOID NTAPI on_device_power(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction,
                                  POWER_STATE PowerState, PVOID Context, PIO_STATUS_BLOCK IoStatus)
{
    extension *e = DeviceObject->DeviceExtension;
    (void)MinorFunction;
    (void)PowerState;
    (void)IoStatus;
    (void)pass_on(e, Context);
}

static NTSTATUS power_of_device(extension *e, PIRP Irp, DEVICE_POWER_STATE state)
{
    POWER_STATE now = {.DeviceState = state};
    note(state == PowerDeviceD0 ? "d0" : "d3");
    if (state == PowerDeviceD0) {
        map_awake(e);
    } else {
        unmap_awake(e);
    }
    (void)PoSetPowerState(e->self, DevicePowerState, now);
    if (state == PowerDeviceD0 && orders.fails_power_up) {
        PoStartNextPowerIrp(Irp);
        return complete(Irp, STATUS_DEVICE_NOT_READY);
    }
    PoStartNextPowerIrp(Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    return PoCallDriver(e->below, Irp);
}

static NTSTATUS power_of_system(extension *e, PIRP Irp, SYSTEM_POWER_STATE state)
{
    POWER_STATE wanted = {.DeviceState =
                              state == PowerSystemWorking ? PowerDeviceD0 : PowerDeviceD3};
    note(state == PowerSystemWorking ? "s0" : "s3");
    if (!orders.asks_for_power) {
        return pass_on(e, Irp);
    }
    IoMarkIrpPending(Irp);
    assert_int_equal(
        PoRequestPowerIrp(e->self, IRP_MN_SET_POWER, wanted, on_device_power, Irp, NULL),
        STATUS_PENDING);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI dispatch_power(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    extension *e = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(Irp);
    if (orders.forgets_power) {
        IoMarkIrpPending(Irp);
        return STATUS_PENDING;
    }
    if (at->MinorFunction == IRP_MN_QUERY_POWER) {
        note("query-s3");
        return refuse_or_pass(e, Irp, orders.refuses_sleep);
    }
    if (at->Parameters.Power.Type == DevicePowerState) {
        return power_of_device(e, Irp, at->Parameters.Power.State.DeviceState);
    }
    return power_of_system(e, Irp, at->Parameters.Power.State.SystemState);
}

static NTSTATUS finish_read(PIRP Irp)
{
    PVOID to = Irp->AssociatedIrp.SystemBuffer;
    if (Irp->MdlAddress != NULL) {
        to = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    }
    memset(to, 'r', READ_BYTES);
    Irp->IoStatus.Information = READ_BYTES;
    return complete(Irp, orders.fails_request ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS);
}

static VOID NTAPI on_read(PKDPC Dpc, PVOID DeferredContext, PVOID Argument1, PVOID Argument2)
{
    extension *e = DeferredContext;
    PIRP irp = e->read;
    (void)Dpc;
    (void)Argument1;
    (void)Argument2;
    e->read = NULL;
    (void)finish_read(irp);
}

static NTSTATUS NTAPI dispatch_read(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    extension *e = DeviceObject->DeviceExtension;
    if (!orders.forgets_request && !orders.reads_by_interrupt) {
        return finish_read(Irp);
    }
    IoMarkIrpPending(Irp);
    e->read = orders.reads_by_interrupt ? Irp : NULL;
    return STATUS_PENDING;
}

static NTSTATUS NTAPI dispatch_write(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(Irp);
    (void)DeviceObject;
    assert_int_equal(at->Parameters.Write.Length, 1);
    assert_int_equal(*(char *)Irp->AssociatedIrp.SystemBuffer, 'w');
    Irp->IoStatus.Information = at->Parameters.Write.ByteOffset.LowPart & 0xFF;
    return complete(Irp, STATUS_SUCCESS);
}

// Where a control request's buffers are, and an answer.
static NTSTATUS answer_control(PIRP Irp, const IO_STACK_LOCATION *at)
{
    bool is_neither = (at->Parameters.DeviceIoControl.IoControlCode & 3) == METHOD_NEITHER;
    const char *in = is_neither ? at->Parameters.DeviceIoControl.Type3InputBuffer
                                : Irp->AssociatedIrp.SystemBuffer;
    PVOID out = is_neither ? Irp->UserBuffer
                           : MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    assert_string_equal(in, "from the application");
    note(is_neither ? "in-user out-user" : "in-system out-mdl");
    memcpy(out, "driver", sizeof "driver");
    Irp->IoStatus.Information = sizeof "driver";
    return complete(Irp, STATUS_SUCCESS);
}

// A buffered one gets back what it gave, plus one.
static NTSTATUS NTAPI dispatch_control(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(Irp);
    unsigned char *bytes = Irp->AssociatedIrp.SystemBuffer;
    (void)DeviceObject;
    assert_non_null(at->FileObject);
    if ((at->Parameters.DeviceIoControl.IoControlCode & 3) != METHOD_BUFFERED) {
        return answer_control(Irp, at);
    }
    bytes[0]++;
    Irp->IoStatus.Information = at->Parameters.DeviceIoControl.OutputBufferLength;
    return complete(Irp, STATUS_SUCCESS);
}

// ---- Load and add

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDevice)
{
    PDEVICE_OBJECT made;
    note("add");
    if (orders.add_fails) {
        (void)!ExAllocatePoolWithTag(NonPagedPool, 24, TAG);
        return STATUS_NO_SUCH_DEVICE;
    }
    NTSTATUS status =
        IoCreateDevice(DriverObject, sizeof(extension), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &made);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    extension *e = made->DeviceExtension;
    e->pool = ExAllocatePoolWithTag(NonPagedPool, 48, TAG);
    if (e->pool == NULL) {
        IoDeleteDevice(made);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    e->self = made;
    e->physical = PhysicalDevice;
    e->below = IoAttachDeviceToDeviceStack(made, PhysicalDevice);
    KeInitializeTimer(&e->timer);
    KeInitializeDpc(&e->dpc, on_dpc, e);
    KeInitializeDpc(&e->read_dpc, on_read, e);
    made->Flags |= DO_BUFFERED_IO;
    made->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    if (orders.stays_at_dispatch) {
        (void)KeRaiseIrqlToDpcLevel();
    }
    return STATUS_SUCCESS;
}

static VOID NTAPI on_unload(PDRIVER_OBJECT DriverObject)
{
    (void)DriverObject;
    note("unload");
    if (!orders.keeps_global) {
        ExFreePoolWithTag(global, TAG);
    }
}

NTSTATUS NTAPI life_driver_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    note("entry");
    starts = 0;
    global = ExAllocatePoolWithTag(PagedPool, 96, TAG);
    if (global == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (orders.entry_fails) {
        return STATUS_NO_SUCH_DEVICE;
    }
    DriverObject->MajorFunction[IRP_MJ_PNP] = dispatch_pnp;
    DriverObject->MajorFunction[IRP_MJ_POWER] = dispatch_power;
    DriverObject->MajorFunction[IRP_MJ_READ] = dispatch_read;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = dispatch_write;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = dispatch_control;
    DriverObject->DriverUnload = on_unload;
    if (!orders.has_no_add_device) {
        DriverObject->DriverExtension->AddDevice = add_device;
    }
    return STATUS_SUCCESS;
}

void life_forget(void)
{
    life_seen[0] = 0;
    starts = 0;
}

int life_begin(void **state)
{
    int failed = machine_begin(state);
    orders = (life_orders){.entry_fails = false};
    life_forget();
    return failed;
}
