// SPDX-License-Identifier: MIT
// The kernel's interface for a WDM driver, one part a header. What is here, the simulated machine
// has.
#ifndef _WDMDDK_
#define _WDMDDK_

#include <sdkddkver.h>
#include <ntdef.h>
#include <ntstatus.h>
#include <bugcodes.h>
#include <driverspecs.h>

SYSPTE_WDK_BEGIN

#include <syspte_wdk/page.h>
#include <syspte_wdk/irql.h>
#include <syspte_wdk/mdl.h>
#include <syspte_wdk/dispatcher.h>
#include <syspte_wdk/spin_lock.h>
#include <syspte_wdk/wait.h>
#include <syspte_wdk/debug.h>
#include <syspte_wdk/rtl.h>
#include <syspte_wdk/string.h>
#include <syspte_wdk/bitmap.h>
#include <syspte_wdk/version.h>
#include <syspte_wdk/list.h>
#include <syspte_wdk/interlocked.h>
#include <syspte_wdk/register.h>
#include <syspte_wdk/port.h>
#include <syspte_wdk/map.h>
#include <syspte_wdk/nt_pool.h>
#include <syspte_wdk/contiguous.h>
#include <syspte_wdk/section.h>
#include <syspte_wdk/io.h>
#include <syspte_wdk/access.h>
#include <syspte_wdk/later.h>
#include <syspte_wdk/device_api.h>
#include <syspte_wdk/interrupt.h>
#include <syspte_wdk/pci.h>
#include <syspte_wdk/bus.h>
#include <syspte_wdk/power_api.h>
#include <syspte_wdk/power_setting.h>
#include <syspte_wdk/mdl_api.h>
#include <syspte_wdk/reserved.h>
#include <syspte_wdk/seh.h>
#include <syspte_wdk/object_api.h>
#include <syspte_wdk/cancel.h>
#include <syspte_wdk/process.h>
#include <syspte_wdk/zw.h>
#include <syspte_wdk/registry.h>
#include <syspte_wdk/security.h>
#include <syspte_wdk/trace.h>
#include <syspte_wdk/configuration.h>
#include <syspte_wdk/processor.h>
#include <syspte_wdk/executive.h>
#include <syspte_wdk/io_api.h>
#include <syspte_wdk/rundown.h>
#include <syspte_wdk/seldom.h>
#include <syspte_wdk/intrinsics.h>
#include <syspte_wdk/lookaside.h>
#include <syspte_wdk/interlocked_list.h>
#include <syspte_wdk/remove_lock.h>
#include <syspte_wdk/bugcheck_callback.h>

SYSPTE_WDK_END

#include <syspte_sites.h>

#endif
