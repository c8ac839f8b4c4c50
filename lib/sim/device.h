// SPDX-License-Identifier: MIT
// Devices with a model (<syspte/device.h>). A page that one lies in, in part or as a whole, has no
// view: each access of it is carried out by what is here.
#ifndef SYSPTE_SIM_DEVICE_H
#define SYSPTE_SIM_DEVICE_H

#include "sim/machine.h"

#include <syspte/device.h>

typedef struct syspte_device_range {
    uint64_t first; // bytes, or ports
    uint64_t last;
    bool is_port;
    syspte_device model;
} syspte_device_range;

// ---- Begin and end. Lock: held.

void syspte_devices_begin(void);
void syspte_device_words_begin(void);
// Finds what scripts expected and what did not come.
void syspte_devices_judge(void);

// ---- Pages. Lock: held.

// True if a device with a model lies in that page, or in one of them.
bool syspte_device_is_at(uint64_t frame);
bool syspte_device_is_in(uint64_t frame, uint64_t count);

// The range of memory, or of ports, that has this byte; NULL if none has.
const syspte_device_range *syspte_device_range_at(uint64_t at, bool is_port);
// Keeps words for a finding until the next boot, as many as there is room for.
const char *syspte_device_keep(const char *words);

// ---- Accesses (device_access.c). Lock: not held. They may leave by a jump.

// Makes one access for the driver. False: it is not in a page of a device, or not allowed, and
// nothing has happened.
bool syspte_device_access(const syspte_caller *caller, uintptr_t address, unsigned width,
                          bool is_write, uint64_t *value);
// The same at a port: reads without a model are answered with all ones.
void syspte_device_port(const syspte_caller *caller, uint64_t port, unsigned width, bool is_write,
                        uint64_t *value);
// Carries out the access that faulted at `address`, in the fault's handler. Does not return if it
// cannot.
void syspte_device_trap(const syspte_caller *caller, uintptr_t address);

// ---- Scripts (device_model.c). Lock: held.

// The step that has not come, of a script without deviation; NULL: none, or `model` is no script.
// `words` receive what it is, kept.
const syspte_device_step *syspte_device_left(const syspte_device *model, const char **words);

#endif
