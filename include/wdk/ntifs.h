// SPDX-License-Identifier: MIT
// The kernel's interface for file systems: what ntddk.h has.
#ifndef _NTIFS_
#define _NTIFS_

#include <ntddk.h>

#endif
