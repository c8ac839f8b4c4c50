// SPDX-License-Identifier: MIT
// The kernel-mode driver framework (KMDF), one part a header. What is here, the simulated machine
// has.
#ifndef _WDF_H_
#define _WDF_H_

#include <wdm.h>

SYSPTE_WDK_BEGIN

#include <syspte_wdk/wdf_types.h>
#include <syspte_wdk/wdf_object.h>
#include <syspte_wdk/wdf_driver.h>
#include <syspte_wdk/wdf_device_init.h>
#include <syspte_wdk/wdf_device.h>
#include <syspte_wdk/wdf_lock.h>
#include <syspte_wdk/wdf_interrupt.h>
#include <syspte_wdk/wdf_later.h>
#include <syspte_wdk/wdf_memory.h>
#include <syspte_wdk/wdf_dma.h>
#include <syspte_wdk/wdf_queue.h>
#include <syspte_wdk/wdf_request.h>
#include <syspte_wdk/wdf_registry.h>
#include <syspte_wdk/wdf_unsimulated.h>

SYSPTE_WDK_END

#include <syspte_wdk/sites_wdf.h>

#endif
