// SPDX-License-Identifier: MIT
// What both test programs let the drivers run on.
#ifndef IDIOMS_HARDWARE_H
#define IDIOMS_HARDWARE_H

#include <syspte/cmocka.h>
#include "idioms.h"

#define DEVICE 0xFEBC0000ull

static inline PHYSICAL_ADDRESS at(uint64_t address)
{
    PHYSICAL_ADDRESS result;
    result.QuadPart = (LONGLONG)address;
    return result;
}

// The translated list of a device with registers, a range to be carved, a port that the bus shows
// as memory, and an interrupt. Valid until the next call.
static inline PCM_RESOURCE_LIST resources(void)
{
    static const syspte_resource of_device[] = {
        {.kind = SYSPTE_RESOURCE_MEMORY, .start = DEVICE, .bytes = 0x1000},
        {.kind = SYSPTE_RESOURCE_MEMORY, .start = DEVICE + 0x10000, .bytes = 0x3000},
        {.kind = SYSPTE_RESOURCE_MAPPED_PORT, .start = 0x3000, .bytes = 0x20},
        {.kind = SYSPTE_RESOURCE_PORT, .start = 0x4000, .bytes = 0x20},
        {.kind = SYSPTE_RESOURCE_INTERRUPT, .start = 0x51},
    };
    static const syspte_hardware hardware = {.resources = of_device, .resource_count = 5};
    static union {
        CM_RESOURCE_LIST list;
        unsigned char room[512];
    } translated;
    uint32_t bytes = syspte_hardware_list(&hardware, true, &translated.list, sizeof translated);
    assert_true(bytes <= sizeof translated);
    return &translated.list;
}

// Leads a device of the driver framework through its life. Its registers hold `ready`.
static inline NTSTATUS kmdf_life(syspte_driver_entry *entry, uint32_t ready)
{
    static const syspte_resource registers = {
        .kind = SYSPTE_RESOURCE_MEMORY, .start = DEVICE, .bytes = 0x1000};
    static const syspte_hardware hardware = {.resources = &registers, .resource_count = 1};
    syspte_lifecycle life = syspte_lifecycle_of(entry, &hardware);
    assert_true(syspte_memory_write(DEVICE, &ready, sizeof ready));
    return syspte_lifecycle_run(&life);
}

#endif
