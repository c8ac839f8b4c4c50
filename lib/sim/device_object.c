// SPDX-License-Identifier: MIT
// Device objects, symbolic links and device stacks. A device object with its extension is a block
// of nonpaged pool, and a link one of paged pool, so that one which is never deleted is a leak with
// the site of its creation. The device below is remembered in the object's reserved member. Source:
// nf-wdm-iocreatedevice, nf-wdm-iodeletedevice, nf-wdm-iocreatesymboliclink,
// nf-wdm-ioattachdevicetodevicestack, nf-wdm-iodetachdevice, nf-wdm-iocalldriver,
// nf-wdm-ioforwardirpsynchronously; bug check 0x35.
#include "sim/nt_pool.h"
#include "sim/object.h"
#include "sim/object_name.h"

enum { DEVICE_TAG = 0x69766544, LINK_TAG = 0x626D7953 }; // 'Devi', 'Symb'

// The IRQL rule of a call that is nothing else under the lock. False: there is no machine.
static bool check_irql(syspte_api api, const syspte_caller *caller, unsigned limit)
{
    syspte_call call;
    if (!syspte_call_begin(&call, api, caller)) {
        return false;
    }
    syspte_object_irql(&call, limit);
    syspte_call_end(&call);
    return true;
}

static void violate(syspte_api api, const syspte_caller *caller, syspte_rule_id rule,
                    const char *text)
{
    syspte_call call;
    if (syspte_call_begin(&call, api, caller)) {
        syspte_object_violate(&call, rule, NULL, text);
        syspte_call_end(&call);
    }
}

// ---- Device objects

static void fill(PDEVICE_OBJECT device, PDRIVER_OBJECT driver, ULONG extension, DEVICE_TYPE type)
{
    device->Type = IO_TYPE_DEVICE;
    device->Size = (USHORT)(sizeof *device + extension);
    device->DriverObject = driver;
    device->NextDevice = driver->DeviceObject;
    device->Flags = DO_DEVICE_INITIALIZING;
    device->DeviceExtension = extension == 0 ? NULL : device + 1;
    device->DeviceType = type;
    device->StackSize = 1;
    KeInitializeEvent(&device->DeviceLock, SynchronizationEvent, TRUE);
    driver->DeviceObject = device;
}

SYSPTE_ENTRY(NTSTATUS, IoCreateDevice,
             (PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize, PUNICODE_STRING DeviceName,
              DEVICE_TYPE DeviceType, ULONG DeviceCharacteristics, BOOLEAN Exclusive,
              PDEVICE_OBJECT *DeviceObject),
             (DriverObject, DeviceExtensionSize, DeviceName, DeviceType, DeviceCharacteristics,
              Exclusive, DeviceObject))
{
    syspte_nt_request request = {.window = SYSPTE_WINDOW_NONPAGED,
                                 .bytes = sizeof(DEVICE_OBJECT) + DeviceExtensionSize,
                                 .tag = DEVICE_TAG,
                                 .zeroed = true};
    *DeviceObject = NULL;
    if (!check_irql(SYSPTE_API_IO_CREATE_DEVICE, caller, APC_LEVEL)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (DeviceName != NULL && syspte_object_name_find(DeviceName) != NULL) {
        return STATUS_OBJECT_NAME_COLLISION;
    }
    PDEVICE_OBJECT device = syspte_nt_allocate(SYSPTE_API_IO_CREATE_DEVICE, caller, &request);
    if (device == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status =
        DeviceName == NULL ? STATUS_SUCCESS : syspte_object_name_add(DeviceName, device);
    if (!NT_SUCCESS(status)) {
        (void)syspte_nt_free(SYSPTE_API_IO_CREATE_DEVICE, caller, device);
        return status;
    }
    fill(device, DriverObject, DeviceExtensionSize, DeviceType);
    device->Characteristics = DeviceCharacteristics;
    device->Flags |= (Exclusive ? DO_EXCLUSIVE : 0u) | (DeviceName ? DO_DEVICE_HAS_NAME : 0u);
    *DeviceObject = device;
    return STATUS_SUCCESS;
}

static void unlink_device(PDEVICE_OBJECT device)
{
    PDEVICE_OBJECT *at = &device->DriverObject->DeviceObject;
    while (*at != NULL && *at != device) {
        at = &(*at)->NextDevice;
    }
    if (*at != NULL) {
        *at = device->NextDevice;
    }
}

// Out of its stack, of its driver's list, and of the names.
static void detach_and_unlink(const syspte_caller *caller, PDEVICE_OBJECT DeviceObject)
{
    PDEVICE_OBJECT below = DeviceObject->Reserved;
    if (DeviceObject->AttachedDevice != NULL) {
        violate(SYSPTE_API_IO_DELETE_DEVICE, caller, SYSPTE_RULE_DEVICE_ATTACHED,
                "another device is attached above it");
        DeviceObject->AttachedDevice->Reserved = NULL;
    }
    if (below != NULL) {
        violate(SYSPTE_API_IO_DELETE_DEVICE, caller, SYSPTE_RULE_DEVICE_ATTACHED,
                "it is still attached to the device below it");
        below->AttachedDevice = NULL;
    }
    unlink_device(DeviceObject);
    syspte_object_name_remove(DeviceObject);
}

SYSPTE_ENTRY_VOID(IoDeleteDevice, (PDEVICE_OBJECT DeviceObject), (DeviceObject))
{
    if (!check_irql(SYSPTE_API_IO_DELETE_DEVICE, caller, APC_LEVEL)) {
        return;
    }
    if (syspte_nt_is_block(DeviceObject)) {
        detach_and_unlink(caller, DeviceObject);
    }
    if (!syspte_nt_free(SYSPTE_API_IO_DELETE_DEVICE, caller, DeviceObject)) {
        violate(SYSPTE_API_IO_DELETE_DEVICE, caller, SYSPTE_RULE_FREE_NO_BLOCK,
                "it is no device object, or was deleted before");
    }
}

// ---- Symbolic links

SYSPTE_ENTRY(NTSTATUS, IoCreateSymbolicLink,
             (PUNICODE_STRING SymbolicLinkName, PUNICODE_STRING DeviceName),
             (SymbolicLinkName, DeviceName))
{
    syspte_nt_request request = {
        .window = SYSPTE_WINDOW_PAGED, .bytes = sizeof(void *), .tag = LINK_TAG, .zeroed = true};
    if (!check_irql(SYSPTE_API_IO_CREATE_SYMBOLIC_LINK, caller, PASSIVE_LEVEL)) {
        return STATUS_UNSUCCESSFUL;
    }
    (void)DeviceName; // a link may come before what it leads to
    void *link = syspte_nt_allocate(SYSPTE_API_IO_CREATE_SYMBOLIC_LINK, caller, &request);
    if (link == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = syspte_object_name_add(SymbolicLinkName, link);
    if (!NT_SUCCESS(status)) {
        (void)syspte_nt_free(SYSPTE_API_IO_CREATE_SYMBOLIC_LINK, caller, link);
    }
    return status;
}

SYSPTE_ENTRY(NTSTATUS, IoDeleteSymbolicLink, (PUNICODE_STRING SymbolicLinkName), (SymbolicLinkName))
{
    if (!check_irql(SYSPTE_API_IO_DELETE_SYMBOLIC_LINK, caller, PASSIVE_LEVEL)) {
        return STATUS_UNSUCCESSFUL;
    }
    void *link = syspte_object_name_find(SymbolicLinkName);
    if (link == NULL) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    syspte_object_name_remove(link);
    (void)syspte_nt_free(SYSPTE_API_IO_DELETE_SYMBOLIC_LINK, caller, link);
    return STATUS_SUCCESS;
}

// ---- Stacks

SYSPTE_ENTRY(PDEVICE_OBJECT, IoAttachDeviceToDeviceStack,
             (PDEVICE_OBJECT SourceDevice, PDEVICE_OBJECT TargetDevice),
             (SourceDevice, TargetDevice))
{
    PDEVICE_OBJECT top = TargetDevice;
    if (!check_irql(SYSPTE_API_IO_ATTACH_DEVICE_TO_DEVICE_STACK, caller, DISPATCH_LEVEL)) {
        return NULL;
    }
    while (top->AttachedDevice != NULL) {
        top = top->AttachedDevice;
    }
    if ((top->Flags & DO_DEVICE_INITIALIZING) != 0) {
        return NULL;
    }
    top->AttachedDevice = SourceDevice;
    SourceDevice->Reserved = top;
    SourceDevice->StackSize = (CCHAR)(top->StackSize + 1);
    SourceDevice->AlignmentRequirement = top->AlignmentRequirement;
    return top;
}

SYSPTE_ENTRY_VOID(IoDetachDevice, (PDEVICE_OBJECT TargetDevice), (TargetDevice))
{
    if (!check_irql(SYSPTE_API_IO_DETACH_DEVICE, caller, DISPATCH_LEVEL)) {
        return;
    }
    if (TargetDevice->AttachedDevice == NULL) {
        violate(SYSPTE_API_IO_DETACH_DEVICE, caller, SYSPTE_RULE_DEVICE_NOT_ATTACHED, NULL);
        return;
    }
    TargetDevice->AttachedDevice->Reserved = NULL;
    TargetDevice->AttachedDevice = NULL;
}

// ---- Requests

static void stop_without_location(const syspte_caller *caller, PIRP irp)
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_IO_CALL_DRIVER, caller)) {
        return;
    }
    uint64_t va = syspte_locate(irp).system_va;
    syspte_bugcheck bugcheck = {.code = SYSPTE_NO_MORE_IRP_STACK_LOCATIONS, .parameter = {va}};
    syspte_event event = {.rule = SYSPTE_RULE_NO_STACK_LOCATION, .system_va = va};
    syspte_call_crash(&call, &event, &bugcheck);
}

// A request that the I/O manager sent has no site: the routine's own address says more than ours.
static void tell_irql(const syspte_caller *caller, PDRIVER_DISPATCH routine)
{
    syspte_caller at = *caller;
    if (at.file == NULL) {
        at.return_address = (uintptr_t)routine + 1;
    }
    violate(SYSPTE_API_IO_CALL_DRIVER, &at, SYSPTE_RULE_ROUTINE_IRQL,
            "the dispatch routine of the device below");
}

SYSPTE_ENTRY(NTSTATUS, IofCallDriver, (PDEVICE_OBJECT DeviceObject, PIRP Irp), (DeviceObject, Irp))
{
    if (!check_irql(SYSPTE_API_IO_CALL_DRIVER, caller, DISPATCH_LEVEL)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (Irp->CurrentLocation <= 1) {
        stop_without_location(caller, Irp);
        return STATUS_UNSUCCESSFUL;
    }
    KIRQL before = KeGetCurrentIrql();
    IoSetNextIrpStackLocation(Irp);
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    location->DeviceObject = DeviceObject;
    PDRIVER_DISPATCH routine = DeviceObject->DriverObject->MajorFunction[location->MajorFunction];
    NTSTATUS status = routine(DeviceObject, Irp);
    if (KeGetCurrentIrql() != before) {
        tell_irql(caller, routine);
    }
    return status;
}

static NTSTATUS NTAPI on_forwarded(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    (void)DeviceObject;
    (void)Irp;
    (void)KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KEVENT ended;
    if (Irp->CurrentLocation <= 1) {
        return FALSE;
    }
    KeInitializeEvent(&ended, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, on_forwarded, &ended, TRUE, TRUE, TRUE);
    if (IoCallDriver(DeviceObject, Irp) == STATUS_PENDING) {
        (void)KeWaitForSingleObject(&ended, Executive, KernelMode, FALSE, NULL);
    }
    return TRUE;
}
