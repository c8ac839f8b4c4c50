// SPDX-License-Identifier: MIT
// A whole driver under test: what the I/O manager does with it. The types are those of <ntddk.h>; a
// status is an NTSTATUS.
#ifndef SYSPTE_DRIVER_H
#define SYSPTE_DRIVER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct _DRIVER_OBJECT;
struct _DEVICE_OBJECT;
struct _IRP;
struct _UNICODE_STRING;

// An NTSTATUS, of the type that it has in the headers for this compiler.
#if __SIZEOF_LONG__ == 4
typedef long syspte_ntstatus;
#else
typedef int32_t syspte_ntstatus;
#endif

// ---- Begin and end

// Makes a driver object and calls DriverEntry with it, and with the registry path
// \Registry\Machine\System\CurrentControlSet\Services\driver. Requests that it sets no routine for
// end with STATUS_INVALID_DEVICE_REQUEST. Returns what DriverEntry does.
//
// Owns:  `*driver` until the unload or the next boot; NULL if DriverEntry failed.
// Fails: STATUS_INSUFFICIENT_RESOURCES (and the test) when 8 drivers are loaded.
int32_t syspte_driver_load(syspte_ntstatus (*entry)(struct _DRIVER_OBJECT *driver,
                                                    struct _UNICODE_STRING *registry_path),
                           struct _DRIVER_OBJECT **driver);

// Makes a physical device object of the bus driver and calls the driver's AddDevice with it.
// Returns what that does. `*physical` is valid until the next boot. The bus driver ends requests
// with success, but PnP requests that it does not know: those keep their status.
// <syspte/hardware.h> gives the device hardware, <syspte/lifecycle.h> leads its driver through all
// of its life.
//
// Fails: STATUS_INSUFFICIENT_RESOURCES (and the test) when 16 were made; STATUS_NOT_SUPPORTED if
//        the driver has no AddDevice.
int32_t syspte_driver_add_device(struct _DRIVER_OBJECT *driver, struct _DEVICE_OBJECT **physical);

// Calls DriverUnload, if there is one. A device object that is left is a finding.
void syspte_driver_unload(struct _DRIVER_OBJECT *driver);

// ---- Use

// Sends a request to the top of the stack that `device` is in, as IoCallDriver does: its next stack
// location says what is asked for. Returns what the dispatch routine does.
int32_t syspte_irp_send(struct _DEVICE_OBJECT *device, struct _IRP *irp);

#ifdef __cplusplus
}
#endif
#endif
