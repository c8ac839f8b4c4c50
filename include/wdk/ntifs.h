// SPDX-License-Identifier: MIT
// The kernel's interface for file systems: ntddk.h and what is not for other drivers.
#ifndef _NTIFS_
#define _NTIFS_

#include <ntddk.h>

SYSPTE_WDK_BEGIN

#include <syspte_wdk/ntifs_api.h>

SYSPTE_WDK_END

#define SYSPTE_WDK_NTIFS
#include <syspte_wdk/sites_not_simulated.h>

#endif
