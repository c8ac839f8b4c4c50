// SPDX-License-Identifier: MIT
// Ports, by the names of the C library. A number of a port, not a pointer.
#ifndef SYSPTE_KM_CONIO_H
#define SYSPTE_KM_CONIO_H

#include <ntddk.h>

#define _inp(port)         ((int)READ_PORT_UCHAR((PUCHAR)(ULONG_PTR)(USHORT)(port)))
#define _inpw(port)        READ_PORT_USHORT((PUSHORT)(ULONG_PTR)(USHORT)(port))
#define _inpd(port)        READ_PORT_ULONG((PULONG)(ULONG_PTR)(USHORT)(port))
#define _outp(port, data)  WRITE_PORT_UCHAR((PUCHAR)(ULONG_PTR)(USHORT)(port), (UCHAR)(data))
#define _outpw(port, data) WRITE_PORT_USHORT((PUSHORT)(ULONG_PTR)(USHORT)(port), (USHORT)(data))
#define _outpd(port, data) WRITE_PORT_ULONG((PULONG)(ULONG_PTR)(USHORT)(port), (ULONG)(data))
#define inp(port)          _inp(port)
#define inpw(port)         _inpw(port)
#define inpd(port)         _inpd(port)
#define outp(port, data)   _outp(port, data)
#define outpw(port, data)  _outpw(port, data)
#define outpd(port, data)  _outpd(port, data)

#endif
