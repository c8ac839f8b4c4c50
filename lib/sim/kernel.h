// SPDX-License-Identifier: MIT
// Private to the simulated kernel's Windows functions: Windows' types and the machine together.
#ifndef SYSPTE_SIM_KERNEL_H
#define SYSPTE_SIM_KERNEL_H

// Here the functions themselves are defined and called, not the macros that add the site.
#define SYSPTE_NO_SITE_MACROS
#include <ntddk.h>

#include "sim/machine.h"

#endif
