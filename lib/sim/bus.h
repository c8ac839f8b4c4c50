// SPDX-License-Identifier: MIT
// The bus driver below every driver under test, and its physical devices. All of it belongs to the
// machine: a driver can leak none of it.
#ifndef SYSPTE_SIM_BUS_H
#define SYSPTE_SIM_BUS_H

#include "sim/kernel.h"
#include <syspte/hardware.h>

typedef struct syspte_physical {
    DEVICE_OBJECT object;
    bool used;
    const syspte_hardware *hardware; // NULL: none
    unsigned references;             // of the bus interface
    DEVICE_POWER_STATE power;        // as the last IRP_MN_SET_POWER set it
    uint8_t config[SYSPTE_CONFIG_BYTES];
    uint8_t writable[SYSPTE_CONFIG_BYTES]; // bits that a write changes
} syspte_physical;

// ---- Begin and end (bus.c)

// A physical device; NULL if 16 are there. It is used until it is released, or the next boot.
syspte_physical *syspte_bus_make(void);
void syspte_bus_release(syspte_physical *physical);

// ---- Use

// The physical device of a device object; NULL if it is none of the bus driver's, or not used.
syspte_physical *syspte_bus_find(const DEVICE_OBJECT *device);

// Its number, from 1; names of it have that.
unsigned syspte_bus_number(const syspte_physical *physical);

// The next physical device behind this one (NULL: the first); NULL behind the last.
syspte_physical *syspte_bus_next(const syspte_physical *physical);

// ---- Configuration space (pci.c)

// Makes it anew from the hardware.
void syspte_pci_fill(syspte_physical *physical);

// The bus driver lets the device answer at its addresses, from START on, or no more.
void syspte_pci_decode(syspte_physical *physical, bool on);

// Both return how many bytes were there.
uint32_t syspte_pci_read(const syspte_physical *physical, void *out, uint32_t offset,
                         uint32_t bytes);
uint32_t syspte_pci_write(syspte_physical *physical, const void *in, uint32_t offset,
                          uint32_t bytes);

// The interrupt line of a vector, as the raw resource list and the header have it.
static inline uint8_t syspte_pci_line(uint64_t vector)
{
    return (uint8_t)(vector % 24);
}

// ---- The interface (bus_interface.c)

// Fills in what IRP_MN_QUERY_INTERFACE asks for at this location. STATUS_NOT_SUPPORTED: not known
// here.
NTSTATUS syspte_bus_interface(syspte_physical *physical, const IO_STACK_LOCATION *location);

#endif
