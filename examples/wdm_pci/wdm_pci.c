// SPDX-License-Identifier: MIT
// A WDM function driver for a PCI card: it maps the card's two memory resources and connects its
// interrupt when the PnP manager starts the device, and gives all of it back when the device is
// stopped, removed, or pulled out. The interrupt's service routine acknowledges; the DPC reads what
// the card has measured, and tells the card the highest value for its display.
//
// What a start took, CardRelease gives back, whichever way the device goes and however far the
// start came. Power requests are passed on: the mappings stay while the card sleeps.
//
// Source: "Starting a Device in a Function Driver", "Stopping a Device", "Removing a Device".
#include <ntddk.h>

#include "wdm_pci.h"

typedef struct _MAPPED_RANGE {
    PVOID Base; // NULL: not mapped
    ULONG Bytes;
} MAPPED_RANGE, *PMAPPED_RANGE;

enum { RANGE_REGISTERS, RANGE_WINDOW, RANGE_COUNT }; // in the order of the card's resources

typedef struct _DEVICE_EXTENSION {
    PDEVICE_OBJECT Below; // the next device of the stack
    MAPPED_RANGE Ranges[RANGE_COUNT];
    PKINTERRUPT Interrupt; // NULL: not connected
    ULONG Read;            // how many words of the window the DPC has read
    ULONG Highest;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

// NTAPI says for every compiler what Microsoft's is told by /Gz on x86.
DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD CardUnload;
DRIVER_ADD_DEVICE CardAddDevice;
DRIVER_DISPATCH CardPnp;
DRIVER_DISPATCH CardPower;
DRIVER_DISPATCH CardPassOn;
KSERVICE_ROUTINE CardInterrupt;
IO_DPC_ROUTINE CardDpc;

static NTSTATUS CardStart(_In_ PDEVICE_OBJECT DeviceObject, _In_opt_ PCM_RESOURCE_LIST Resources);
static VOID CardQuiet(_In_ PDEVICE_EXTENSION Extension);
static VOID CardRelease(_In_ PDEVICE_EXTENSION Extension);

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, CardUnload)
#pragma alloc_text(PAGE, CardAddDevice)
#pragma alloc_text(PAGE, CardPnp)
#pragma alloc_text(PAGE, CardStart)
#pragma alloc_text(PAGE, CardQuiet)
#pragma alloc_text(PAGE, CardRelease)
#endif

// ---- The interrupt

// At the interrupt's IRQL. The line may be shared: FALSE says that it was another device.
BOOLEAN NTAPI CardInterrupt(_In_ PKINTERRUPT Interrupt, _In_opt_ PVOID ServiceContext)
{
    PDEVICE_OBJECT device = ServiceContext;
    PDEVICE_EXTENSION extension = device->DeviceExtension;
    PCARD_REGISTERS registers = extension->Ranges[RANGE_REGISTERS].Base;
    ULONG status;

    UNREFERENCED_PARAMETER(Interrupt);

    status = READ_REGISTER_ULONG(&registers->Status);
    if (status == CARD_GONE || (status & CARD_WAITING) == 0) {
        return FALSE;
    }
    WRITE_REGISTER_ULONG(&registers->Status, CARD_WAITING);
    IoRequestDpc(device, NULL, NULL);
    return TRUE;
}

// At DISPATCH_LEVEL. Runs once for any number of interrupts before it.
VOID NTAPI CardDpc(_In_ PKDPC Dpc, _In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp,
                   _In_opt_ PVOID Context)
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;
    PCARD_REGISTERS registers = extension->Ranges[RANGE_REGISTERS].Base;
    PULONG window = extension->Ranges[RANGE_WINDOW].Base;
    ULONG written = READ_REGISTER_ULONG(&registers->Written);

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);

    if (written == CARD_GONE) {
        return;
    }
    for (; extension->Read != written; extension->Read++) {
        ULONG value = READ_REGISTER_ULONG(&window[extension->Read % CARD_WINDOW_WORDS]);
        extension->Highest = max(extension->Highest, value);
    }
    WRITE_REGISTER_ULONG(&registers->Highest, extension->Highest);
}

// ---- Start and stop

static NTSTATUS CardMap(_Inout_ PMAPPED_RANGE Range, _In_ PCM_PARTIAL_RESOURCE_DESCRIPTOR Memory)
{
    // leaked by LEAK_ON_FAILED_START, LEAK_ON_STOP, LEAK_ON_SURPRISE:
    Range->Base = MmMapIoSpace(Memory->u.Memory.Start, Memory->u.Memory.Length, MmNonCached);
    Range->Bytes = Memory->u.Memory.Length;
    return Range->Base != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS CardConnect(_In_ PDEVICE_OBJECT DeviceObject,
                            _In_ PCM_PARTIAL_RESOURCE_DESCRIPTOR Interrupt)
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;
    KIRQL irql = (KIRQL)Interrupt->u.Interrupt.Level;
    KINTERRUPT_MODE mode =
        (Interrupt->Flags & CM_RESOURCE_INTERRUPT_LATCHED) != 0 ? Latched : LevelSensitive;
    BOOLEAN shared = Interrupt->ShareDisposition == CmResourceShareShared;

    return IoConnectInterrupt(&extension->Interrupt, CardInterrupt, DeviceObject, NULL,
                              Interrupt->u.Interrupt.Vector, irql, irql, mode, shared,
                              Interrupt->u.Interrupt.Affinity, FALSE);
}

// With the translated resources. The interrupt comes last: it may fire at once, and needs the rest.
static NTSTATUS CardStart(_In_ PDEVICE_OBJECT DeviceObject, _In_opt_ PCM_RESOURCE_LIST Resources)
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;
    PCM_PARTIAL_RESOURCE_LIST list;
    PCM_PARTIAL_RESOURCE_DESCRIPTOR interrupt = NULL;
    ULONG ranges = 0, i;
    NTSTATUS status = STATUS_SUCCESS;
    PCARD_REGISTERS registers;

    PAGED_CODE();

    if (Resources == NULL) {
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }
    extension->Read = extension->Highest = 0;
    list = &Resources->List[0].PartialResourceList;
    for (i = 0; i < list->Count && NT_SUCCESS(status); i++) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR resource = &list->PartialDescriptors[i];

        if (resource->Type == CmResourceTypeMemory && ranges < RANGE_COUNT) {
            status = CardMap(&extension->Ranges[ranges++], resource);
        } else if (resource->Type == CmResourceTypeInterrupt) {
            interrupt = resource;
        }
    }
    if (NT_SUCCESS(status) && (ranges != RANGE_COUNT || interrupt == NULL)) {
        status = STATUS_DEVICE_CONFIGURATION_ERROR;
    }
    if (NT_SUCCESS(status)) {
        status = CardConnect(DeviceObject, interrupt);
    }
    if (!NT_SUCCESS(status)) {
        CardRelease(extension);
        return status;
    }

    registers = extension->Ranges[RANGE_REGISTERS].Base;
    WRITE_REGISTER_ULONG(&registers->Control, CARD_ENABLE);
    return STATUS_SUCCESS;
}

// For a card that is still there: it stops measuring.
static VOID CardQuiet(_In_ PDEVICE_EXTENSION Extension)
{
    PCARD_REGISTERS registers = Extension->Ranges[RANGE_REGISTERS].Base;

    PAGED_CODE();

    if (registers != NULL) {
        WRITE_REGISTER_ULONG(&registers->Control, 0);
    }
}

// Gives back whatever the device has, and touches no register: the card may be gone. The interrupt
// first, because its routine and the DPC use the mappings.
static VOID CardRelease(_In_ PDEVICE_EXTENSION Extension)
{
    ULONG i;

    PAGED_CODE();

#ifdef LEAK_ON_FAILED_START
    // The defect: a start that failed has mapped something before it came to the interrupt.
    if (Extension->Interrupt == NULL) {
        return;
    }
#endif
    if (Extension->Interrupt != NULL) {
        IoDisconnectInterrupt(Extension->Interrupt);
        Extension->Interrupt = NULL;
        KeFlushQueuedDpcs(); // one may still be queued, or run on another processor
    }
    for (i = 0; i < RANGE_COUNT; i++) {
        if (Extension->Ranges[i].Base != NULL) {
            MmUnmapIoSpace(Extension->Ranges[i].Base, Extension->Ranges[i].Bytes);
            Extension->Ranges[i].Base = NULL;
        }
    }
}

// ---- Requests

static NTSTATUS CardComplete(_In_ PIRP Irp, _In_ NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS NTAPI CardPassOn(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;

    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(extension->Below, Irp);
}

NTSTATUS NTAPI CardPower(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;

    PoStartNextPowerIrp(Irp); // Windows before Vista waits for this
    IoSkipCurrentIrpStackLocation(Irp);
    return PoCallDriver(extension->Below, Irp);
}

NTSTATUS NTAPI CardPnp(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PDEVICE_OBJECT below = extension->Below;
    NTSTATUS status;

    PAGED_CODE();

    switch (stack->MinorFunction) {
    case IRP_MN_START_DEVICE:
        if (!IoForwardIrpSynchronously(below, Irp)) { // the bus comes first
            return CardComplete(Irp, STATUS_UNSUCCESSFUL);
        }
        status = Irp->IoStatus.Status;
        if (NT_SUCCESS(status)) {
            status =
                CardStart(DeviceObject, stack->Parameters.StartDevice.AllocatedResourcesTranslated);
        }
        return CardComplete(Irp, status);

    case IRP_MN_STOP_DEVICE: // for other resources: START follows, with a list of its own
        CardQuiet(extension);
#ifdef LEAK_ON_STOP
        // The defect: only what disturbs is given back, and START maps anew.
        IoDisconnectInterrupt(extension->Interrupt);
        extension->Interrupt = NULL;
#else
        CardRelease(extension);
#endif
        break;

    case IRP_MN_SURPRISE_REMOVAL: // the card is gone; REMOVE follows
#ifdef LEAK_ON_SURPRISE
                                  // The defect: as if its mappings had gone with it.
        RtlZeroMemory(extension->Ranges, sizeof(extension->Ranges));
#endif
        CardRelease(extension);
        break;

    case IRP_MN_REMOVE_DEVICE: // of a device in whatever state
        CardQuiet(extension);
        CardRelease(extension);
        Irp->IoStatus.Status = STATUS_SUCCESS;
        status = CardPassOn(DeviceObject, Irp);
        IoDetachDevice(below);
        IoDeleteDevice(DeviceObject);
        return status;

    case IRP_MN_QUERY_STOP_DEVICE: // nothing speaks against any of these
    case IRP_MN_CANCEL_STOP_DEVICE:
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
        break;

    default: // as it came: its status says that no driver has handled it
        return CardPassOn(DeviceObject, Irp);
    }

    Irp->IoStatus.Status = STATUS_SUCCESS;
    return CardPassOn(DeviceObject, Irp);
}

// ---- Begin and end

NTSTATUS NTAPI CardAddDevice(_In_ PDRIVER_OBJECT DriverObject,
                             _In_ PDEVICE_OBJECT PhysicalDeviceObject)
{
    PDEVICE_OBJECT device;
    PDEVICE_EXTENSION extension;
    NTSTATUS status;

    PAGED_CODE();

    status = IoCreateDevice(DriverObject, sizeof(*extension), NULL, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    extension = device->DeviceExtension;
    extension->Below = IoAttachDeviceToDeviceStack(device, PhysicalDeviceObject);
    if (extension->Below == NULL) {
        IoDeleteDevice(device);
        return STATUS_DEVICE_REMOVED;
    }
    IoInitializeDpcRequest(device, CardDpc);
    device->Flags |= DO_POWER_PAGABLE;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

// The PnP manager has removed every device before.
VOID NTAPI CardUnload(_In_ PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    PAGED_CODE();
}

NTSTATUS NTAPI DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);

    DriverObject->MajorFunction[IRP_MJ_PNP] = CardPnp;
    DriverObject->MajorFunction[IRP_MJ_POWER] = CardPower;
    DriverObject->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = CardPassOn;
    DriverObject->DriverExtension->AddDevice = CardAddDevice;
    DriverObject->DriverUnload = CardUnload;
    return STATUS_SUCCESS;
}
