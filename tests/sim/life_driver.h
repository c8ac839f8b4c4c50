// SPDX-License-Identifier: MIT
// A small WDM driver with one device, for the tests of a life: correct, unless a test tells it what
// to do wrong. It notes every request that it sees.
#ifndef SYSPTE_TEST_SIM_LIFE_DRIVER_H
#define SYSPTE_TEST_SIM_LIFE_DRIVER_H

#include "harness.h"

enum { LIFE_VECTOR = 0x91 };

// What it does wrong, or otherwise than usual.
typedef struct life_orders {
    bool entry_fails;       // with a block of pool left
    bool add_fails;         // the same
    bool keeps_global;      // allocated in DriverEntry
    bool keeps_device_pool; // allocated in AddDevice
    bool keeps_registers;   // at STOP and REMOVE
    bool allocates_once;    // at the first START, until REMOVE
    bool keeps_once;        // and beyond
    unsigned start_fails;   // the n-th START, from 1; 0: none
    bool failed_start_keeps;
    bool loses_registers; // of a START that fails for want of an interrupt
    bool refuses_stop;
    bool refuses_remove;
    bool refuses_sleep;
    bool fails_stop;
    bool forgets_stop;
    bool fails_power_up;
    bool maps_when_awake; // unmapped at power down
    bool keeps_when_asleep;
    bool asks_for_power;  // PoRequestPowerIrp
    bool pends_start;     // until a work item
    bool starts_by_timer; // or until a timer's DPC
    bool forgets_start;   // it pends forever
    bool needs_no_resources;
    bool forgets_request;
    bool reads_by_interrupt; // a read waits for one
    bool fails_request;
    bool forgets_power; // that it asked for itself, at START
    bool returns_other_status;
    bool keeps_interface;
    bool keeps_interrupt;
    bool stays_at_dispatch; // AddDevice returns there
    bool leaves_timer;
    bool has_no_add_device;
} life_orders;

extern life_orders orders;
extern char life_seen[4096]; // the requests, a word each

NTSTATUS NTAPI life_driver_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath);

// Its hardware: registers, ports, an interrupt.
extern const syspte_hardware life_hardware;

// Nothing was seen yet.
void life_forget(void);

// Setup: a machine, no orders, nothing seen.
int life_begin(void **state);

#endif
