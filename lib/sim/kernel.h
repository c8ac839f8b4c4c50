// SPDX-License-Identifier: MIT
// Private to the simulated kernel's Windows functions: Windows' types and the machine together.
#ifndef SYSPTE_SIM_KERNEL_H
#define SYSPTE_SIM_KERNEL_H

#include <ntddk.h>

// Here the functions themselves are defined and called, not the macros that add the site.
#undef MmMapIoSpace
#undef MmMapIoSpaceEx
#undef MmUnmapIoSpace
#undef MmMapVideoDisplay
#undef MmUnmapVideoDisplay

#include "sim/machine.h"

#endif
