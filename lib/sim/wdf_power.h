// SPDX-License-Identifier: MIT
// Private to the simulated framework: what is started and stopped with a device's power. Each is
// asked for all of the device's objects of its kind, oldest first, and stopped the other way round.
#ifndef SYSPTE_SIM_WDF_POWER_H
#define SYSPTE_SIM_WDF_POWER_H

#include "sim/wdf_device.h"

// ---- wdf_interrupt.c

// Connects each and calls its EvtInterruptEnable. Where one fails, the others stay as they are.
NTSTATUS syspte_wdf_interrupts_enable(syspte_wdf_object *device);
void syspte_wdf_interrupts_disable(syspte_wdf_object *device);
// Gives each the resource that is its turn; STATUS_SUCCESS even where there is none.
void syspte_wdf_interrupts_assign(syspte_wdf_object *device);
// Deletes those that EvtDevicePrepareHardware has made.
void syspte_wdf_interrupts_release(syspte_wdf_object *device);

// ---- wdf_dma.c

NTSTATUS syspte_wdf_dma_start(syspte_wdf_object *device);
void syspte_wdf_dma_stop(syspte_wdf_object *device);

// ---- wdf_queue.c: those that follow the device's power

void syspte_wdf_queues_start(syspte_wdf_object *device);
// Delivers no more requests and lets the driver end or keep those that it has.
void syspte_wdf_queues_stop(syspte_wdf_object *device, WDF_POWER_DEVICE_STATE target);
// Ends every request that no driver has; the device is about to go.
void syspte_wdf_queues_purge(syspte_wdf_object *device);

#endif
