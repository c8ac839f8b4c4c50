// SPDX-License-Identifier: MIT
// Device objects with a security descriptor, by the library that drivers link for them: device
// objects as any other, because every caller may do everything.
// Source: nf-wdmsec-wdmlibiocreatedevicesecure.
#include "sim/call.h"

#include <wdmsec.h>

SYSPTE_ENTRY(NTSTATUS, IoCreateDeviceSecure,
             (struct _DRIVER_OBJECT * DriverObject, ULONG DeviceExtensionSize,
              PUNICODE_STRING DeviceName, ULONG DeviceType, ULONG DeviceCharacteristics,
              BOOLEAN Exclusive, PCUNICODE_STRING DefaultSDDLString, LPCGUID DeviceClassGuid,
              struct _DEVICE_OBJECT **DeviceObject),
             (DriverObject, DeviceExtensionSize, DeviceName, DeviceType, DeviceCharacteristics,
              Exclusive, DefaultSDDLString, DeviceClassGuid, DeviceObject))
{
    (void)DefaultSDDLString;
    (void)DeviceClassGuid;
    return syspte_at_IoCreateDevice(DriverObject, DeviceExtensionSize, DeviceName, DeviceType,
                                    DeviceCharacteristics, Exclusive, DeviceObject, caller->file,
                                    caller->line, caller->function);
}
