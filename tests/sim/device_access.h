// SPDX-License-Identifier: MIT
// Instructions with a memory operand that a driver's code can be compiled to, one function each.
// On a device's registers they must leave what they leave on memory: registers, flags and bytes.
#ifndef SYSPTE_TEST_SIM_DEVICE_ACCESS_H
#define SYSPTE_TEST_SIM_DEVICE_ACCESS_H

#include <stddef.h>
#include <stdint.h>

typedef struct outcome {
    uint64_t a; // RAX
    uint64_t c; // RCX
    uint64_t flags;
} outcome;

typedef struct access_case {
    const char *words; // the instruction
    outcome (*run)(void *at, uint64_t a, uint64_t c, uint64_t flags);
} access_case;

extern const access_case access_cases[];
extern const size_t access_case_count; // 0 on another processor

#endif
