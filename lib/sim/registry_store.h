// SPDX-License-Identifier: MIT
// The keys and values of the simulated registry. Lock: held, for all of these. Keys are known by
// numbers that are never used again on a machine, so one that was deleted is known to be gone.
#ifndef SYSPTE_SIM_REGISTRY_STORE_H
#define SYSPTE_SIM_REGISTRY_STORE_H

#include "sim/kernel.h"

enum {
    SYSPTE_REGISTRY_NAME = 127, // characters of a name
    SYSPTE_REGISTRY_PATH = 511, // of a path
    SYSPTE_REGISTRY_DATA = 8192 // bytes of a value
};

typedef struct syspte_registry_name {
    unsigned count;
    WCHAR text[SYSPTE_REGISTRY_NAME + 1];
} syspte_registry_name;

typedef struct syspte_registry_path {
    unsigned count;
    WCHAR text[SYSPTE_REGISTRY_PATH + 1];
} syspte_registry_path;

typedef struct syspte_registry_key {
    uint32_t number; // 0: the row is free
    uint32_t parent; // its number; 0 for \Registry
    syspte_registry_name name;
} syspte_registry_key;

typedef struct syspte_registry_value {
    uint32_t key; // number; 0: the row is free
    uint32_t type;
    uint32_t bytes;
    uint32_t at;    // of the data
    uint32_t order; // of its making
    syspte_registry_name name;
} syspte_registry_value;

// ---- Keys

// The key that a path leads to from `base`; with base 0, from the root: "\Registry\Machine". 0: it
// is not there. Also begins anew after a boot.
uint32_t syspte_registry_find(uint32_t base, const syspte_registry_path *path);

// Makes the key, and with `parents` those on the way to it. 0 if a parent is not there, a name is
// too long, or the table is full: `status` tells.
uint32_t syspte_registry_make(uint32_t base, const syspte_registry_path *path, bool parents,
                              bool *created, NTSTATUS *status);

// Deletes a key with all below it.
void syspte_registry_delete_key(uint32_t key);

// The row of a key; NULL if it was deleted.
const syspte_registry_key *syspte_registry_key_of(uint32_t key);
// The `index`th key below, in the order of their making; NULL past the last.
const syspte_registry_key *syspte_registry_key_at(uint32_t key, unsigned index);

// ---- Values

const syspte_registry_value *syspte_registry_value_of(uint32_t key,
                                                      const syspte_registry_name *name);
// The `index`th in the order of their making; NULL past the last.
const syspte_registry_value *syspte_registry_value_at(uint32_t key, unsigned index);
const void *syspte_registry_data_of(const syspte_registry_value *value);

// False: the table, or the room for data, is full.
bool syspte_registry_put(uint32_t key, const syspte_registry_name *name, uint32_t type,
                         const void *data, uint32_t bytes);
bool syspte_registry_remove(uint32_t key, const syspte_registry_name *name);

// ---- Lock: not held. Copies of what a driver passes, before the lock is taken

// False: it is too long.
bool syspte_registry_name_copy(PCUNICODE_STRING from, syspte_registry_name *to);
bool syspte_registry_path_copy(PCUNICODE_STRING from, syspte_registry_path *to);
// Appends to a path, behind a backslash; a NULL `text` is none.
bool syspte_registry_path_append(syspte_registry_path *path, PCWSTR text);

#endif
