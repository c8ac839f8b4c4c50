// SPDX-License-Identifier: MIT
// What an application and the driver of this folder agree on. The application includes <windows.h>
// and <winioctl.h> first, the driver <ntddk.h>.
#ifndef MDL_IOCTL_H
#define MDL_IOCTL_H

// In: a buffer of ULONGs, which the driver writes to from now on. It must stay allocated until it
// is given back with the next one, or the handle is closed.
#define IOCTL_BUFFER_LEND CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_NEITHER, FILE_WRITE_ACCESS)
#define IOCTL_BUFFER_TAKE_BACK                                                                     \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_NEITHER, FILE_WRITE_ACCESS)

// In: a ULONG. It is written to the buffer that was lent, behind the one before; after the last
// comes the first again.
#define IOCTL_BUFFER_PUT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_WRITE_ACCESS)

#endif
