// SPDX-License-Identifier: MIT
// The test's side of the registry: ASCII in, 16-bit strings stored. A key that is not named from
// the root on is below the driver's own.
#include "sim/registry_store.h"

#include "sim/machine.h"
#include <syspte/registry.h>

#include <string.h>

#define SERVICE "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver"

static bool is_ready(void)
{
    if (!syspte_the.booted) {
        syspte_misused("syspte/registry.h needs a machine: call syspte_boot first");
        return false;
    }
    return true;
}

// Appends ASCII text. False: it is too long, or no ASCII.
static bool append(syspte_registry_path *path, const char *text)
{
    for (; *text != '\0'; text++) {
        if (path->count == SYSPTE_REGISTRY_PATH || (unsigned char)*text >= 0x80) {
            return false;
        }
        path->text[path->count++] = (WCHAR)*text;
    }
    path->text[path->count] = 0;
    return true;
}

static bool path_of(const char *key, syspte_registry_path *path)
{
    bool fits = true;
    path->count = 0;
    if (key != NULL && key[0] == '\\' && key[strspn(key, "\\")] == '\0') {
        syspte_misused("the root of the registry is no key: begin with \\Registry\\Machine");
        return false;
    }
    if (key == NULL || key[0] != '\\') {
        fits = append(path, SERVICE);
        fits = fits && (key == NULL || key[0] == '\0' || append(path, "\\"));
    }
    fits = fits && append(path, key == NULL ? "" : key);
    if (!fits) {
        syspte_misused("the path of a registry key has more than 511 characters, or others than "
                       "ASCII's: shorten it");
    }
    return fits;
}

static bool name_of(const char *name, syspte_registry_name *out)
{
    size_t count = name == NULL ? 0 : strlen(name);
    if (count > SYSPTE_REGISTRY_NAME) {
        syspte_misused("the name of a registry value has more than 127 characters: shorten it");
        return false;
    }
    out->count = (unsigned)count;
    for (size_t i = 0; i < count; i++) {
        out->text[i] = (WCHAR)name[i];
        if ((unsigned char)name[i] >= 0x80) {
            syspte_misused("the name of a registry value has others than ASCII's characters");
            return false;
        }
    }
    out->text[count] = 0;
    return true;
}

static bool say_full(void)
{
    syspte_misused("the simulated registry is full (512 keys, 1,024 values, 256 KiB of data), or a "
                   "key's name has more than 127 characters: delete or shorten something");
    return false;
}

// ---- Use

bool syspte_registry_set(const char *key, const char *name, uint32_t type, const void *data,
                         size_t bytes)
{
    syspte_registry_path path;
    syspte_registry_name value;
    NTSTATUS status;
    bool created;
    if (!is_ready() || !path_of(key, &path) || !name_of(name, &value)) {
        return false;
    }
    if (bytes > SYSPTE_REGISTRY_DATA) {
        syspte_misused("a registry value has more than 8,192 bytes: give it fewer");
        return false;
    }
    if (data == NULL && bytes != 0) {
        syspte_misused("a registry value has bytes, but its data is NULL");
        return false;
    }
    syspte_world_take();
    uint32_t made = syspte_registry_make(0, &path, true, &created, &status);
    bool fits = made != 0 && syspte_registry_put(made, &value, type, data, (uint32_t)bytes);
    syspte_world_give();
    return fits || say_full();
}

bool syspte_registry_set_dword(const char *key, const char *name, uint32_t value)
{
    return syspte_registry_set(key, name, REG_DWORD, &value, sizeof value);
}

bool syspte_registry_set_qword(const char *key, const char *name, uint64_t value)
{
    return syspte_registry_set(key, name, REG_QWORD, &value, sizeof value);
}

// Appends a string with its terminator to `out`. False: it does not fit, or is no ASCII.
static bool widen(const char *text, WCHAR *out, size_t *count)
{
    for (;; text++) {
        if (*count == SYSPTE_REGISTRY_DATA / sizeof(WCHAR) || (unsigned char)*text >= 0x80) {
            syspte_misused("a string for the registry has more than 4,095 characters, or others "
                           "than ASCII's: pass it with syspte_registry_set");
            return false;
        }
        out[(*count)++] = (WCHAR)*text;
        if (*text == '\0') {
            return true;
        }
    }
}

bool syspte_registry_set_string(const char *key, const char *name, const char *text)
{
    WCHAR wide[SYSPTE_REGISTRY_DATA / sizeof(WCHAR)];
    size_t count = 0;
    return widen(text, wide, &count) &&
           syspte_registry_set(key, name, REG_SZ, wide, count * sizeof(WCHAR));
}

bool syspte_registry_set_strings(const char *key, const char *name, const char *const *texts,
                                 size_t count)
{
    WCHAR wide[SYSPTE_REGISTRY_DATA / sizeof(WCHAR)];
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!widen(texts[i], wide, &used)) {
            return false;
        }
    }
    return widen("", wide, &used) &&
           syspte_registry_set(key, name, REG_MULTI_SZ, wide, used * sizeof(WCHAR));
}

bool syspte_registry_create(const char *key)
{
    syspte_registry_path path;
    NTSTATUS status;
    bool created;
    if (!is_ready() || !path_of(key, &path)) {
        return false;
    }
    syspte_world_take();
    uint32_t made = syspte_registry_make(0, &path, true, &created, &status);
    syspte_world_give();
    return made != 0 || say_full();
}

bool syspte_registry_delete_value(const char *key, const char *name)
{
    syspte_registry_path path;
    syspte_registry_name value;
    if (!is_ready() || !path_of(key, &path) || !name_of(name, &value)) {
        return false;
    }
    syspte_world_take();
    uint32_t found = syspte_registry_find(0, &path);
    bool removed = found != 0 && syspte_registry_remove(found, &value);
    syspte_world_give();
    return removed;
}

bool syspte_registry_delete(const char *key)
{
    syspte_registry_path path;
    if (!is_ready() || !path_of(key, &path)) {
        return false;
    }
    syspte_world_take();
    uint32_t found = syspte_registry_find(0, &path);
    syspte_registry_delete_key(found);
    syspte_world_give();
    return found != 0;
}

// ---- Inspect

size_t syspte_registry_get(const char *key, const char *name, uint32_t *type, void *data,
                           size_t room)
{
    syspte_registry_path path;
    syspte_registry_name wanted;
    size_t bytes = SIZE_MAX;
    if (!is_ready() || !path_of(key, &path) || !name_of(name, &wanted)) {
        return bytes;
    }
    syspte_world_take();
    uint32_t found = syspte_registry_find(0, &path);
    const syspte_registry_value *value = syspte_registry_value_of(found, &wanted);
    if (value != NULL) {
        bytes = value->bytes;
        if (data != NULL) {
            memcpy(data, syspte_registry_data_of(value), bytes < room ? bytes : room);
        }
        if (type != NULL) {
            *type = value->type;
        }
    }
    syspte_world_give();
    return bytes;
}

bool syspte_registry_get_dword(const char *key, const char *name, uint32_t *value)
{
    uint32_t type = REG_NONE;
    uint32_t found = 0;
    if (syspte_registry_get(key, name, &type, &found, sizeof found) != sizeof found ||
        type != REG_DWORD) {
        return false;
    }
    *value = found;
    return true;
}

bool syspte_registry_has(const char *key)
{
    syspte_registry_path path;
    if (!is_ready() || !path_of(key, &path)) {
        return false;
    }
    syspte_world_take();
    uint32_t found = syspte_registry_find(0, &path);
    syspte_world_give();
    return found != 0;
}
