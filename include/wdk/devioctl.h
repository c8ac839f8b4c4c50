// SPDX-License-Identifier: MIT
// Types of devices and control codes, for headers that a driver shares with an application.
#ifndef _DEVIOCTL_
#define _DEVIOCTL_

#include <ntdef.h>
#include <syspte_wdk/io_codes.h>

#endif
