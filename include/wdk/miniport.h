// SPDX-License-Identifier: MIT
// The basic types of a miniport driver, which takes nothing else from the kernel's headers.
#ifndef _MINIPORT_
#define _MINIPORT_

#include <sdkddkver.h>
#include <ntdef.h>

SYSPTE_WDK_BEGIN

#include <syspte_wdk/page.h>
#include <syspte_wdk/resource.h>

SYSPTE_WDK_END

#endif
