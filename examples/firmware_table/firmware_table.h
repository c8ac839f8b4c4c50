// SPDX-License-Identifier: MIT
// What an application and the driver of this folder agree on. The application includes <windows.h>
// and <winioctl.h> first, the driver <ntddk.h>.
#ifndef FIRMWARE_TABLE_H
#define FIRMWARE_TABLE_H

// In: the signature of an ACPI table, four characters, first character lowest. Out: the table.
#define IOCTL_FIRMWARE_GET_TABLE                                                                   \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS)

#endif
