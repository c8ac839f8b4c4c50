// SPDX-License-Identifier: MIT
// What a device does when a driver touches its registers. A range of physical memory, or of ports,
// gets a model: two functions that READ_REGISTER_*, WRITE_REGISTER_*, READ_PORT_*, WRITE_PORT_* and
// plain accesses through any mapping reach. Registers without a model are memory: they keep what
// was written and start as zeros; ports without one read as all ones, and drop what is written.
#ifndef SYSPTE_DEVICE_H
#define SYSPTE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// `offset` is in bytes from the start of the range, `width` 1, 2, 4 or 8 bytes; of the answer the
// lowest `width` bytes count. Both are called on the thread of the access without any lock of the
// library, by several threads at once if the driver does so, and may call the library; a plain
// access is made from a signal handler, that of its own fault.
typedef struct syspte_device {
    uint64_t (*read)(void *context, uint64_t offset, unsigned width);
    void (*write)(void *context, uint64_t offset, unsigned width, uint64_t value);
    void *context;
} syspte_device;

// One access that a script expects: made with the macros below, which note where it stands.
typedef struct syspte_device_step {
    bool is_write;
    unsigned width;
    uint64_t offset;
    uint64_t value; // that must be written, or that a read is answered with
    const char *file;
    unsigned line;
} syspte_device_step;

#define SYSPTE_DEVICE_READ(offset, width, answer)                                                  \
    {                                                                                              \
        false, width, offset, answer, __FILE__, __LINE__                                           \
    }
#define SYSPTE_DEVICE_WRITE(offset, width, value)                                                  \
    {                                                                                              \
        true, width, offset, value, __FILE__, __LINE__                                             \
    }

// Accesses in the order in which they must come, and how many have come.
typedef struct syspte_device_script {
    const syspte_device_step *steps;
    size_t count;
    size_t done;   // starts as 0
    bool deviated; // starts as false
} syspte_device_script;

// ---- Use

// Gives [physical_address, physical_address + bytes) a model, or declares it as a device without
// one (NULL). A later declaration wins over an earlier one. Mappings that exist follow at once.
//
// Owns:  `model` is copied; its context stays the caller's until the machine's end.
// Fails: false, with a message, if the range is empty, ends beyond SYSPTE_PHYSICAL_BYTES or is the
//        machine's RAM, if `model` lacks a function, or if 64 ranges have one.
// Needs: a booted machine.
bool syspte_device_add(uint64_t physical_address, uint64_t bytes, const syspte_device *model);

// The same for `count` ports from `port` on: offsets count from there.
//
// Fails: as above; the last port is 0xFFFF.
bool syspte_device_add_ports(uint16_t port, unsigned count, const syspte_device *model);

// A model that answers as the script says. The first access that is not the next of the script is a
// finding with its site, and ends the script: reads are then answered with all ones. What has not
// come when the machine ends is a finding with the place of that step.
//
// Owns:  `script` stays the caller's until the machine's end.
syspte_device syspte_device_of_script(syspte_device_script *script);

// A model that is memory: `bytes` are the caller's, and what is beyond `count` reads as all ones.
typedef struct syspte_device_ram {
    void *bytes;
    uint64_t count;
} syspte_device_ram;
syspte_device syspte_device_of_ram(syspte_device_ram *ram);

// For models: says what is wrong with the access that is being made, as a finding with its site.
// `words` are copied, the first 150 bytes of them.
//
// Fails: with a message, if called outside of a model's functions.
void syspte_device_complain(const char *words);

// ---- Inspect

// NULL if plain accesses of a device with a model are carried out here; else why they are not. Then
// only READ_REGISTER_*, WRITE_REGISTER_* and ports reach models, and a plain access of a device
// with a model ends the test with a finding.
const char *syspte_device_untrapped(void);

#ifdef __cplusplus
}
#endif
#endif
