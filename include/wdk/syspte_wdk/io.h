// SPDX-License-Identifier: MIT
// I/O: requests, the devices and drivers they go to, and the resources those are given.
#ifndef SYSPTE_WDK_IO_H
#define SYSPTE_WDK_IO_H

#include <syspte_wdk/io_codes.h>
#include <syspte_wdk/resource.h>
#include <syspte_wdk/power.h>
#include <syspte_wdk/device.h>
#include <syspte_wdk/irp.h>
#include <syspte_wdk/dma.h>

#endif
