// SPDX-License-Identifier: MIT
// What the mapping functions of the port drivers (NDIS, Storport, video port) have in common: each
// is MmMapIoSpace by another name, on the same ledger.
#ifndef SYSPTE_SIM_PORT_DRIVER_H
#define SYSPTE_SIM_PORT_DRIVER_H

#include "sim/call.h"
#include "sim/map.h"

// Where addresses of ports end: such a range is not mapped, its number is its address.
#define SYSPTE_PORTS_END 0x10000u

// Checks that the call is at PASSIVE_LEVEL; false without a machine. Does not return if it stops.
bool syspte_port_driver_enter(syspte_api api, const syspte_caller *caller);

// Ends a mapping by its address alone, with the length that is kept for it. False: no mapping
// begins there; that is recorded.
bool syspte_port_driver_unmap(syspte_api api, void *address, const syspte_caller *caller);

#endif
