// SPDX-License-Identifier: MIT
// What a device is made of: memory, ports, an interrupt, and the configuration space of its bus.
// The bus driver below the driver under test hands it out: as resource lists with
// IRP_MN_START_DEVICE, as interrupts, and as configuration space to whoever asks for it.
#ifndef SYSPTE_HARDWARE_H
#define SYSPTE_HARDWARE_H

#include <syspte/device.h>

#ifdef __cplusplus
extern "C" {
#endif

struct _CM_RESOURCE_LIST;
struct _DEVICE_OBJECT;

typedef enum syspte_resource_kind {
    SYSPTE_RESOURCE_MEMORY, // CmResourceTypeMemory
    SYSPTE_RESOURCE_PORT,   // CmResourceTypePort with CM_RESOURCE_PORT_IO: READ_PORT_* reach it
    SYSPTE_RESOURCE_MAPPED_PORT, // the raw list says the same; the translated one has no
                                 // CM_RESOURCE_PORT_IO: the driver maps it as memory
    SYSPTE_RESOURCE_INTERRUPT    // CmResourceTypeInterrupt
} syspte_resource_kind;

typedef struct syspte_resource {
    syspte_resource_kind kind;
    uint64_t start; // physical address, first port, or the interrupt's vector: 0x30 to 0xCF; its
                    // IRQL is a sixteenth of that
    uint64_t bytes; // of memory or ports; 0 for an interrupt
    const syspte_device *model; // what its registers do; NULL: as syspte/device.h says
    uint16_t flags;             // CM_RESOURCE_*, beside what the kind says: prefetchable, latched
} syspte_resource;

enum { SYSPTE_RESOURCES_MOST = 16, SYSPTE_CONFIG_BYTES = 256 };

// A PCI device. All but the resources may be 0.
typedef struct syspte_hardware {
    const syspte_resource *resources; // in the order of the resource lists
    unsigned resource_count;          // at most SYSPTE_RESOURCES_MOST
    uint16_t vendor_id;
    uint16_t device_id;
    uint16_t subsystem_vendor_id;
    uint16_t subsystem_id;
    uint32_t class_code; // base class, subclass, interface: 0x020000
    uint8_t revision;
    uint8_t bus_number;
    uint8_t slot;          // device number: 0 to 31
    uint8_t function;      // 0 to 7
    const uint8_t *config; // the first bytes of the configuration space, over what is made of the
                           // members above; NULL: none
    unsigned config_bytes; // of them, at most SYSPTE_CONFIG_BYTES
} syspte_hardware;

// ---- Begin and end

// Gives a physical device of the bus driver its hardware: declares its ranges with their models,
// unless an equal one is declared already, and fills in its configuration space: ids, one base
// address register for each range of memory or ports (two from 4 GiB on; as many as there are),
// interrupt line and pin.
//
// Owns:  `hardware` and what it points to stay the caller's until the device is removed.
// Fails: false, with a message, if a range cannot be a device (syspte_device_add), a vector or a
//        count is out of its range, or `physical` is none of the bus driver's.
// Needs: a booted machine.
bool syspte_hardware_give(struct _DEVICE_OBJECT *physical, const syspte_hardware *hardware);

// ---- Use

// Writes the list that IRP_MN_START_DEVICE has, raw or translated: one full descriptor. Returns how
// many bytes it takes; nothing is written if `bytes` is less.
uint32_t syspte_hardware_list(const syspte_hardware *hardware, bool translated,
                              struct _CM_RESOURCE_LIST *list, uint32_t bytes);

// Raises the interrupt of that vector: calls the service routines that are connected to it, in the
// order of connection, each at its IRQL and with its lock, until one says that the interrupt was
// its device's. True if one did. What they queue runs with syspte_run_pending.
//
// Where the thread's IRQL is that of the interrupt or above (a model's function can be called so)
// it waits, answers false, and comes first among what is pending.
//
// Fails: with a message, without a machine or for a vector outside of 0x30 to 0xCF.
bool syspte_interrupt_fire(unsigned vector);

// ---- Inspect

// How many service routines are connected to that vector.
unsigned syspte_interrupt_connected(unsigned vector);

// The byte at `offset` of the configuration space, as the driver's writes have left it; 0xFF beyond
// it, or without hardware.
uint8_t syspte_hardware_config(struct _DEVICE_OBJECT *physical, unsigned offset);

#ifdef __cplusplus
}
#endif
#endif
