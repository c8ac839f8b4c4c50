// SPDX-License-Identifier: MIT
// Private to the simulated framework: a device, and what is said of it before it is created.
#ifndef SYSPTE_SIM_WDF_DEVICE_H
#define SYSPTE_SIM_WDF_DEVICE_H

#include "sim/wdf.h"

enum { SYSPTE_WDF_NAME = 64 }; // characters, with the terminator

// The body of what a PWDFDEVICE_INIT stands for.
typedef struct syspte_wdf_init {
    syspte_wdf_object *driver;
    PDEVICE_OBJECT physical; // NULL: a control device
    WDF_PNPPOWER_EVENT_CALLBACKS pnp;
    WDF_POWER_POLICY_EVENT_CALLBACKS policy;
    WDF_FILEOBJECT_CONFIG file;
    WDF_OBJECT_ATTRIBUTES file_attributes;
    WDF_OBJECT_ATTRIBUTES request_attributes;
    WDF_DEVICE_IO_TYPE io_type;
    DEVICE_TYPE type;
    ULONG characteristics;
    bool is_filter;
    bool is_exclusive;
    bool is_inrush;
    bool is_not_owner; // of the power policy
    PFN_WDF_IO_IN_CALLER_CONTEXT in_caller_context;
    WDFDEVICE made; // by WdfDeviceCreate
    WCHAR name[SYSPTE_WDF_NAME];
} syspte_wdf_init;

// The body of a device.
typedef struct syspte_wdf_device {
    syspte_wdf_init init; // as the driver filled it in
    PDEVICE_OBJECT wdm;
    PDEVICE_OBJECT below; // NULL: a control device
    syspte_wdf_object *raw;
    syspte_wdf_object *translated;
    syspte_wdf_object *target;
    syspte_wdf_object *default_queue;
    syspte_wdf_object *queues[IRP_MJ_INTERNAL_DEVICE_CONTROL + 1]; // by major function
    WDF_POWER_DEVICE_STATE state; // D0, a lower one, or D3Final: not started
    bool is_prepared;             // EvtDevicePrepareHardware was called, whatever it returned
    bool has_self_managed;        // EvtDeviceSelfManagedIoInit was called
    bool is_suspended;            // EvtDeviceSelfManagedIoSuspend was
    bool is_failed;               // the driver or a callback said so
    bool is_flushed;              // EvtDeviceSelfManagedIoFlush was
    bool is_static;               // it may not be stopped or removed
    bool is_armed;                // to wake
    WDF_DEVICE_PNP_CAPABILITIES capabilities; // Size 0: none were set
    WDF_TRI_STATE wakes;
    POWER_ACTION action;
    PNP_DEVICE_STATE reported; // to the PnP manager
    WCHAR link[SYSPTE_WDF_NAME];
} syspte_wdf_device;

extern const syspte_wdf_class syspte_wdf_device_class;
extern const syspte_wdf_class syspte_wdf_init_class;
extern const syspte_wdf_class syspte_wdf_resources_class;
extern const syspte_wdf_class syspte_wdf_target_class;

static inline syspte_wdf_init *syspte_wdf_init_of(syspte_wdf_object *init)
{
    return (syspte_wdf_init *)init->body;
}

static inline syspte_wdf_device *syspte_wdf_device_of(syspte_wdf_object *device)
{
    return (syspte_wdf_device *)device->body;
}

static inline WDFDEVICE syspte_wdf_device_handle(const syspte_wdf_object *device)
{
    return (WDFDEVICE)device->handle;
}

// ---- wdf_driver.c

PDRIVER_OBJECT syspte_wdf_driver_wdm(syspte_wdf_object *driver);

// ---- wdf_device.c

// What the framework's AddDevice does.
NTSTATUS syspte_wdf_device_add(syspte_wdf_object *driver, PFN_WDF_DRIVER_DEVICE_ADD add,
                               PDEVICE_OBJECT physical);

// The device of a WDM device object that the framework has made; NULL otherwise.
syspte_wdf_object *syspte_wdf_device_find(PDEVICE_OBJECT wdm);

// Makes the device's handle and its WDM device object go.
void syspte_wdf_device_remove(syspte_wdf_object *device);

// ---- wdf_dispatch.c: every dispatch routine of the driver

NTSTATUS NTAPI syspte_wdf_dispatch(PDEVICE_OBJECT wdm, PIRP irp);

// Ends a request.
NTSTATUS syspte_wdf_complete(PIRP irp, NTSTATUS status);
// Passes a request on as it is and does not come back to it.
NTSTATUS syspte_wdf_pass(syspte_wdf_object *device, PIRP irp);
// Passes a request on and waits until the drivers below have ended it; the caller completes it.
NTSTATUS syspte_wdf_pass_and_wait(syspte_wdf_object *device, PIRP irp);

// Sends a request of the framework's own, with STATUS_NOT_SUPPORTED to begin with, to that device
// and waits for its end; the caller frees it.
NTSTATUS syspte_wdf_call_and_wait(PDEVICE_OBJECT wdm, PIRP irp);

// ---- wdf_device_state.c

// Lets the driver's word count in the capabilities that the bus driver has filled in.
void syspte_wdf_capabilities_fill(syspte_wdf_object *device, PDEVICE_CAPABILITIES to);

// ---- wdf_pnp.c, wdf_power.c

NTSTATUS syspte_wdf_pnp(syspte_wdf_object *device, PIRP irp);
NTSTATUS syspte_wdf_power(syspte_wdf_object *device, PIRP irp);

// Brings a device to D0, from `previous`. What failed is undone, as far as D0.
NTSTATUS syspte_wdf_power_up(syspte_wdf_object *device, WDF_POWER_DEVICE_STATE previous);
// Takes it out of D0. `surprised`: it is gone already.
void syspte_wdf_power_down(syspte_wdf_object *device, WDF_POWER_DEVICE_STATE target,
                           bool surprised);

// ---- wdf_resources.c

// A list with the descriptors of an IRP's, or an empty one (NULL); of the device.
NTSTATUS syspte_wdf_resources_create(syspte_wdf_object *device, PCM_RESOURCE_LIST from,
                                     syspte_wdf_object **list);
// The descriptor of the interrupt with that number, from 0; NULL if there are fewer.
const CM_PARTIAL_RESOURCE_DESCRIPTOR *syspte_wdf_resources_interrupt(syspte_wdf_object *list,
                                                                     unsigned n);

#endif
