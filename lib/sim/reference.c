// SPDX-License-Identifier: MIT
// References to objects. Each that a driver takes is a block of pool, so that one which is never
// given back is a leak with the site that took it; giving back one more than was taken is found. A
// file object that the machine makes up for a device is its own reference.
// Source: nf-wdm-obreferenceobject, nf-wdm-obdereferenceobject, nf-wdm-obreferenceobjectbypointer,
// nf-wdm-iogetattacheddevicereference, nf-wdm-iogetdeviceobjectpointer.
#include "sim/reference.h"

#include "sim/nt_pool.h"
#include "sim/object.h"
#include "sim/object_name.h"

enum { REFERENCES = 256, REFERENCE_TAG = 0x6665524F }; // 'ORef'

typedef struct reference_row {
    void *object; // NULL: the row is free
    void *block;
} reference_row;

static struct {
    uint32_t generation;
    reference_row rows[REFERENCES];
} references;

// Forgets an older machine's. Lock: held.
static reference_row *find(const void *object)
{
    if (references.generation != syspte_the.generation) {
        references.generation = syspte_the.generation;
        for (unsigned i = 0; i < REFERENCES; i++) {
            references.rows[i].object = NULL;
        }
    }
    for (unsigned i = 0; i < REFERENCES; i++) {
        if (references.rows[i].object == object) {
            return &references.rows[i];
        }
    }
    return NULL;
}

// A reference to `object`, or, if that is NULL, to the block itself, which is returned. NULL: there
// is no room.
static void *take(syspte_api api, const syspte_caller *caller, void *object, unsigned bytes)
{
    syspte_nt_request request = {
        .window = SYSPTE_WINDOW_NONPAGED, .bytes = bytes, .tag = REFERENCE_TAG, .zeroed = true};
    void *block = syspte_nt_allocate(api, caller, &request);
    if (block == NULL) {
        return NULL;
    }
    syspte_world_take();
    reference_row *row = find(NULL);
    if (row != NULL) {
        *row = (reference_row){object == NULL ? block : object, block};
    }
    syspte_world_give();
    if (row == NULL) {
        (void)syspte_nt_free(api, caller, block);
        syspte_object_full(api, caller, "256 references to objects are held");
        return NULL;
    }
    return object == NULL ? block : object;
}

bool syspte_reference_take(syspte_api api, const syspte_caller *caller, void *object)
{
    return take(api, caller, object, sizeof(reference_row)) != NULL;
}

static void give(syspte_api api, const syspte_caller *caller, void *object)
{
    syspte_call call;
    if (!syspte_call_begin(&call, api, caller)) {
        return;
    }
    syspte_object_irql(&call, DISPATCH_LEVEL);
    reference_row *row = object == NULL ? NULL : find(object);
    void *block = row == NULL ? NULL : row->block;
    if (row != NULL) {
        row->object = NULL;
    } else {
        syspte_object_violate(&call, SYSPTE_RULE_DEREFERENCE_NOT_HELD, NULL, NULL);
    }
    syspte_call_end(&call);
    if (block != NULL) {
        (void)syspte_nt_free(api, caller, block);
    }
}

// ---- The functions. What they answer is no count: Windows promises none.

SYSPTE_ENTRY(LONG_PTR, ObfReferenceObject, (PVOID Object), (Object))
{
    (void)take(SYSPTE_API_OB_REFERENCE_OBJECT, caller, Object, sizeof(reference_row));
    return 1;
}

SYSPTE_ENTRY(NTSTATUS, ObReferenceObjectByPointer,
             (PVOID Object, ACCESS_MASK DesiredAccess, POBJECT_TYPE ObjectType,
              KPROCESSOR_MODE AccessMode),
             (Object, DesiredAccess, ObjectType, AccessMode))
{
    (void)DesiredAccess;
    (void)ObjectType;
    (void)AccessMode;
    return take(SYSPTE_API_OB_REFERENCE_OBJECT, caller, Object, sizeof(reference_row)) == NULL
               ? STATUS_INSUFFICIENT_RESOURCES
               : STATUS_SUCCESS;
}

SYSPTE_ENTRY(LONG_PTR, ObfDereferenceObject, (PVOID Object), (Object))
{
    give(SYSPTE_API_OB_DEREFERENCE_OBJECT, caller, Object);
    return 1;
}

SYSPTE_ENTRY_VOID(ObDereferenceObjectDeferDelete, (PVOID Object), (Object))
{
    give(SYSPTE_API_OB_DEREFERENCE_OBJECT, caller, Object);
}

// ---- Devices

PDEVICE_OBJECT IoGetAttachedDevice(PDEVICE_OBJECT DeviceObject)
{
    while (DeviceObject->AttachedDevice != NULL) {
        DeviceObject = DeviceObject->AttachedDevice;
    }
    return DeviceObject;
}

SYSPTE_ENTRY(PDEVICE_OBJECT, IoGetAttachedDeviceReference, (PDEVICE_OBJECT DeviceObject),
             (DeviceObject))
{
    PDEVICE_OBJECT top = IoGetAttachedDevice(DeviceObject);
    (void)take(SYSPTE_API_IO_GET_ATTACHED_DEVICE_REFERENCE, caller, top, sizeof(reference_row));
    return top;
}

// The device is found by its own name alone, not by a symbolic link; it gets no IRP_MJ_CREATE.
SYSPTE_ENTRY(NTSTATUS, IoGetDeviceObjectPointer,
             (PUNICODE_STRING ObjectName, ACCESS_MASK DesiredAccess, PFILE_OBJECT *FileObject,
              PDEVICE_OBJECT *DeviceObject),
             (ObjectName, DesiredAccess, FileObject, DeviceObject))
{
    syspte_call call;
    (void)DesiredAccess;
    if (!syspte_call_begin(&call, SYSPTE_API_IO_GET_DEVICE_OBJECT_POINTER, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    syspte_object_irql(&call, PASSIVE_LEVEL);
    syspte_call_end(&call);
    PDEVICE_OBJECT device = syspte_object_name_find(ObjectName);
    if (device == NULL || device->Type != IO_TYPE_DEVICE) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    PFILE_OBJECT file =
        take(SYSPTE_API_IO_GET_DEVICE_OBJECT_POINTER, caller, NULL, sizeof(FILE_OBJECT));
    if (file == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    file->Type = IO_TYPE_FILE;
    file->Size = sizeof *file;
    file->DeviceObject = device;
    *FileObject = file;
    *DeviceObject = IoGetAttachedDevice(device);
    return STATUS_SUCCESS;
}
