// SPDX-License-Identifier: MIT
// The ACPI tables of a small imaginary PC, as firmware leaves them in memory: a root pointer at
// 0xE0040, the root table, and the two tables it names. Whoever includes this says where they go.
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include <stdint.h>
#include <string.h>

#define ROOT_POINTER_AT 0xE0040u
#define ROOT_TABLE_AT   0x7FFE1000u
#define FACP_AT         0x7FFE2038u // 56 bytes into a page
#define MCFG_AT         0x7FFE2FF0u // its end lies in the next page
#define FACP_BYTES      116u
#define MCFG_BYTES      60u

typedef void (*firmware_write)(uint32_t physical_address, const void *bytes, uint32_t count);

// Makes the byte at `at` what all `count` bytes then need to add up to 0.
static inline void firmware_sum(uint8_t *bytes, uint32_t count, uint32_t at)
{
    uint8_t sum = 0;

    bytes[at] = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    bytes[at] = (uint8_t)-sum;
}

// Writes a table whose bytes behind the header are `words`, then zeros.
static inline void firmware_put_table(firmware_write write, uint32_t address, const char *signature,
                                      uint32_t length, const uint32_t *words, uint32_t word_count)
{
    uint8_t table[256] = {0};

    memcpy(table, signature, 4);
    memcpy(table + 4, &length, 4);
    memcpy(table + 10, "SYSPTEEXAMPLE ", 14);
    memcpy(table + 36, words, word_count * 4);
    firmware_sum(table, length, 9);
    write(address, table, length);
}

static inline void firmware_put(firmware_write write)
{
    const uint32_t entries[] = {FACP_AT, MCFG_AT}, root = ROOT_TABLE_AT, none = 0;
    uint8_t pointer[20] = "RSD PTR ";

    memcpy(pointer + 16, &root, 4);
    firmware_sum(pointer, sizeof pointer, 8);
    write(ROOT_POINTER_AT, pointer, sizeof pointer);
    firmware_put_table(write, ROOT_TABLE_AT, "RSDT", 36 + sizeof entries, entries, 2);
    firmware_put_table(write, FACP_AT, "FACP", FACP_BYTES, &none, 1);
    firmware_put_table(write, MCFG_AT, "MCFG", MCFG_BYTES, &none, 1);
}

#endif
