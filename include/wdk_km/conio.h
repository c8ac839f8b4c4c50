// SPDX-License-Identifier: MIT
// Ports, by the names of the C library. A number of a port, not a pointer.
#ifndef SYSPTE_KM_CONIO_H
#define SYSPTE_KM_CONIO_H

#include <ntddk.h>

#define inp(port)         _inp(port)
#define inpw(port)        _inpw(port)
#define inpd(port)        _inpd(port)
#define outp(port, data)  _outp(port, data)
#define outpw(port, data) _outpw(port, data)
#define outpd(port, data) _outpd(port, data)

#endif
