// SPDX-License-Identifier: MIT
// What the simulated registry holds: set before the driver runs, and read back after. A machine
// boots with the keys that every Windows has, and without values.
//
// A key is named by its path: from the root on if it begins with a backslash,
// "\\Registry\\Machine\\System\\CurrentControlSet\\Control", else below the driver's own key, which
// is the registry path that DriverEntry gets: "Parameters", or "" for that key itself. Names are
// ASCII, compared without regard to case, at most 127 characters; values have at most 8,192 bytes.
#ifndef SYSPTE_REGISTRY_H
#define SYSPTE_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Use

// Sets a value, in a key that is made where it is not there. `type` is REG_*; `name` NULL or "":
// the key's default value.
//
// Owns:  `data` is copied.
// Fails: false, with a message, if a name or the data are too long, or the registry is full.
// Needs: a booted machine, as all of these.
bool syspte_registry_set(const char *key, const char *name, uint32_t type, const void *data,
                         size_t bytes);

// The same for the common types. Strings are UTF-8 and become 16-bit ones, with their terminators.
bool syspte_registry_set_dword(const char *key, const char *name, uint32_t value);
bool syspte_registry_set_qword(const char *key, const char *name, uint64_t value);
bool syspte_registry_set_string(const char *key, const char *name, const char *text);
bool syspte_registry_set_strings(const char *key, const char *name, const char *const *texts,
                                 size_t count);

// Makes a key without values; true if it is there already.
bool syspte_registry_create(const char *key);

// Deletes a value, or a key with all below it. False, and nothing is said, if it is not there.
bool syspte_registry_delete_value(const char *key, const char *name);
bool syspte_registry_delete(const char *key);

// ---- Inspect

// The type of a value, and up to `room` bytes of its data. Returns how many bytes it has; SIZE_MAX
// if it is not there. `type` and `data` may be NULL.
size_t syspte_registry_get(const char *key, const char *name, uint32_t *type, void *data,
                           size_t room);

// The value as a number. False, and `value` is untouched, if it is not there or no REG_DWORD.
bool syspte_registry_get_dword(const char *key, const char *name, uint32_t *value);

// True if the key is there.
bool syspte_registry_has(const char *key);

#ifdef __cplusplus
}
#endif
#endif
