// SPDX-License-Identifier: MIT
// What completing a request does to its MDLs.
#ifndef SYSPTE_SIM_MDL_CHAIN_H
#define SYSPTE_SIM_MDL_CHAIN_H

#include "sim/kernel.h"

// Unmaps, unlocks and frees every MDL of a chain, as the I/O manager does for Irp->MdlAddress; the
// caller then sets that to NULL. Lock: not held.
void syspte_mdl_chain_release(syspte_api api, const syspte_caller *caller, PMDL first);

#endif
