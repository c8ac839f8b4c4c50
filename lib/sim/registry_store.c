// SPDX-License-Identifier: MIT
// Two tables and one stretch of memory for all data, which is kept without gaps: what a value had
// is closed up when it is set anew. Names are compared without regard to the case of ASCII letters.
// Windows boots with many keys; these are the ones that drivers take for granted.
#include "sim/registry_store.h"

#include "sim/machine.h"

#include <string.h>

enum { KEYS = 512, VALUES = 1024, DATA = 256 * 1024 };

static struct {
    uint32_t generation;
    uint32_t numbers; // given
    uint32_t orders;
    uint32_t used; // bytes of data
    syspte_registry_key keys[KEYS];
    syspte_registry_value values[VALUES];
    unsigned char data[DATA];
} store;

static const WCHAR *const at_boot[] = {
    L"\\Registry\\Machine\\System\\CurrentControlSet\\Control",
    L"\\Registry\\Machine\\System\\CurrentControlSet\\Enum",
    L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver",
    L"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion",
    L"\\Registry\\Machine\\Hardware\\DeviceMap",
    L"\\Registry\\User\\.Default",
};

// ---- Names

static WCHAR fold(WCHAR c)
{
    return c >= 'a' && c <= 'z' ? (WCHAR)(c - 'a' + 'A') : c;
}

static bool is_same(const syspte_registry_name *name, const WCHAR *text, unsigned count)
{
    if (name->count != count) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        if (fold(name->text[i]) != fold(text[i])) {
            return false;
        }
    }
    return true;
}

bool syspte_registry_name_copy(PCUNICODE_STRING from, syspte_registry_name *to)
{
    to->count = from == NULL ? 0 : from->Length / (unsigned)sizeof(WCHAR);
    if (to->count > SYSPTE_REGISTRY_NAME) {
        return false;
    }
    for (unsigned i = 0; i < to->count; i++) {
        to->text[i] = from->Buffer[i];
    }
    to->text[to->count] = 0;
    return true;
}

bool syspte_registry_path_copy(PCUNICODE_STRING from, syspte_registry_path *to)
{
    to->count = from == NULL ? 0 : from->Length / (unsigned)sizeof(WCHAR);
    if (to->count > SYSPTE_REGISTRY_PATH) {
        return false;
    }
    for (unsigned i = 0; i < to->count; i++) {
        to->text[i] = from->Buffer[i];
    }
    to->text[to->count] = 0;
    return true;
}

bool syspte_registry_path_append(syspte_registry_path *path, PCWSTR text)
{
    if (text != NULL && text[0] != 0 && text[0] != '\\' && path->count < SYSPTE_REGISTRY_PATH) {
        path->text[path->count++] = '\\';
    }
    for (; text != NULL && *text != 0; text++) {
        if (path->count == SYSPTE_REGISTRY_PATH) {
            return false;
        }
        path->text[path->count++] = *text;
    }
    path->text[path->count] = 0;
    return true;
}

// ---- Keys

static syspte_registry_key *row_of(uint32_t number)
{
    for (unsigned i = 0; number != 0 && i < KEYS; i++) {
        if (store.keys[i].number == number) {
            return &store.keys[i];
        }
    }
    return NULL;
}

// The key of that name in `parent`; 0 if it is not there.
static uint32_t child_of(uint32_t parent, const WCHAR *text, unsigned count)
{
    for (unsigned i = 0; i < KEYS; i++) {
        const syspte_registry_key *key = &store.keys[i];
        if (key->number != 0 && key->parent == parent && is_same(&key->name, text, count)) {
            return key->number;
        }
    }
    return 0;
}

static uint32_t child_make(uint32_t parent, const WCHAR *text, unsigned count)
{
    for (unsigned i = 0; count <= SYSPTE_REGISTRY_NAME && i < KEYS; i++) {
        syspte_registry_key *key = &store.keys[i];
        if (key->number == 0) {
            key->number = ++store.numbers;
            key->parent = parent;
            key->name.count = count;
            memcpy(key->name.text, text, count * sizeof(WCHAR));
            return key->number;
        }
    }
    return 0;
}

// The next name of a path: skips backslashes before it.
static unsigned name_next(const syspte_registry_path *path, unsigned *at)
{
    unsigned end;
    while (*at < path->count && path->text[*at] == '\\') {
        ++*at;
    }
    for (end = *at; end < path->count && path->text[end] != '\\'; end++) {
    }
    return end - *at;
}

static bool is_last(const syspte_registry_path *path, unsigned at)
{
    while (at < path->count && path->text[at] == '\\') {
        at++;
    }
    return at == path->count;
}

static uint32_t make(uint32_t base, const syspte_registry_path *path, bool parents, bool *created,
                     NTSTATUS *status)
{
    uint32_t key = base;
    unsigned at = 0;
    unsigned count = name_next(path, &at);
    *created = false;
    for (; count != 0; at += count, count = name_next(path, &at)) {
        uint32_t next = child_of(key, &path->text[at], count);
        if (next == 0 && !parents && !is_last(path, at + count)) {
            *status = STATUS_OBJECT_NAME_NOT_FOUND;
            return 0;
        }
        *created = next == 0;
        key = next != 0 ? next : child_make(key, &path->text[at], count);
        if (key == 0) {
            *status = STATUS_INSUFFICIENT_RESOURCES;
            return 0;
        }
    }
    *status = key != 0 ? STATUS_SUCCESS : STATUS_OBJECT_PATH_SYNTAX_BAD; // the root is no key
    return key;
}

// Forgets an older machine's registry, and makes the keys that are there at boot.
static void renew(void)
{
    syspte_registry_path path = {.count = 0};
    NTSTATUS status;
    bool created;
    if (store.generation == syspte_the.generation) {
        return;
    }
    for (unsigned i = 0; i < KEYS; i++) {
        store.keys[i].number = 0;
    }
    for (unsigned i = 0; i < VALUES; i++) {
        store.values[i].key = 0;
    }
    store.generation = syspte_the.generation;
    store.numbers = 0;
    store.orders = 0;
    store.used = 0;
    for (unsigned i = 0; i < sizeof at_boot / sizeof at_boot[0]; i++) {
        path.count = 0;
        (void)syspte_registry_path_append(&path, at_boot[i]);
        (void)make(0, &path, true, &created, &status);
    }
}

uint32_t syspte_registry_find(uint32_t base, const syspte_registry_path *path)
{
    uint32_t key = base;
    unsigned at = 0;
    renew();
    unsigned count = name_next(path, &at);
    for (; count != 0; at += count, count = name_next(path, &at)) {
        key = child_of(key, &path->text[at], count);
        if (key == 0) {
            return 0;
        }
    }
    return key;
}

uint32_t syspte_registry_make(uint32_t base, const syspte_registry_path *path, bool parents,
                              bool *created, NTSTATUS *status)
{
    renew();
    return make(base, path, parents, created, status);
}

const syspte_registry_key *syspte_registry_key_of(uint32_t key)
{
    renew();
    return row_of(key);
}

// Numbers grow, so the order of numbers is that of making.
const syspte_registry_key *syspte_registry_key_at(uint32_t key, unsigned index)
{
    const syspte_registry_key *found = NULL;
    uint32_t after = 0;
    for (unsigned n = 0; n <= index; n++) {
        found = NULL;
        for (unsigned i = 0; i < KEYS; i++) {
            const syspte_registry_key *row = &store.keys[i];
            if (row->number > after && row->parent == key &&
                (found == NULL || row->number < found->number)) {
                found = row;
            }
        }
        if (found == NULL) {
            return NULL;
        }
        after = found->number;
    }
    return found;
}

// ---- Values

// Rows of key 0 are free: none has the root.
static syspte_registry_value *value_row(uint32_t key, const syspte_registry_name *name)
{
    for (unsigned i = 0; key != 0 && i < VALUES; i++) {
        syspte_registry_value *value = &store.values[i];
        if (value->key == key && is_same(&value->name, name->text, name->count)) {
            return value;
        }
    }
    return NULL;
}

const syspte_registry_value *syspte_registry_value_of(uint32_t key,
                                                      const syspte_registry_name *name)
{
    renew();
    return value_row(key, name);
}

const syspte_registry_value *syspte_registry_value_at(uint32_t key, unsigned index)
{
    const syspte_registry_value *found = NULL;
    uint32_t after = 0;
    for (unsigned n = 0; key != 0 && n <= index; n++) {
        found = NULL;
        for (unsigned i = 0; i < VALUES; i++) {
            const syspte_registry_value *value = &store.values[i];
            if (value->key == key && value->order > after &&
                (found == NULL || value->order < found->order)) {
                found = value;
            }
        }
        if (found == NULL) {
            return NULL;
        }
        after = found->order;
    }
    return found;
}

const void *syspte_registry_data_of(const syspte_registry_value *value)
{
    return &store.data[value->at];
}

// Takes the data of a value out, and closes the gap.
static void data_drop(syspte_registry_value *value)
{
    uint32_t end = value->at + value->bytes;
    memmove(&store.data[value->at], &store.data[end], store.used - end);
    store.used -= value->bytes;
    for (unsigned i = 0; i < VALUES; i++) {
        if (store.values[i].key != 0 && store.values[i].at >= end) {
            store.values[i].at -= value->bytes;
        }
    }
    value->bytes = 0;
}

static syspte_registry_value *value_free(void)
{
    for (unsigned i = 0; i < VALUES; i++) {
        if (store.values[i].key == 0) {
            return &store.values[i];
        }
    }
    return NULL;
}

bool syspte_registry_put(uint32_t key, const syspte_registry_name *name, uint32_t type,
                         const void *data, uint32_t bytes)
{
    syspte_registry_value *value = value_row(key, name);
    uint32_t had = value == NULL ? 0 : value->bytes;
    if (store.used - had + bytes > DATA) {
        return false;
    }
    if (value == NULL) {
        value = value_free();
        if (value == NULL) {
            return false;
        }
        *value = (syspte_registry_value){.key = key, .order = ++store.orders, .name = *name};
    } else {
        data_drop(value);
    }
    value->type = type;
    value->at = store.used;
    value->bytes = bytes;
    if (bytes != 0) {
        memcpy(&store.data[value->at], data, bytes);
    }
    store.used += bytes;
    return true;
}

bool syspte_registry_remove(uint32_t key, const syspte_registry_name *name)
{
    syspte_registry_value *value = value_row(key, name);
    if (value == NULL) {
        return false;
    }
    data_drop(value);
    value->key = 0;
    return true;
}

// ---- Ends of keys

static void values_drop(uint32_t key)
{
    for (unsigned i = 0; i < VALUES; i++) {
        if (store.values[i].key == key) {
            data_drop(&store.values[i]);
            store.values[i].key = 0;
        }
    }
}

// One generation at a time: what has lost its parent goes in the next round.
void syspte_registry_delete_key(uint32_t key)
{
    bool changed = true;
    syspte_registry_key *row = row_of(key);
    if (row == NULL) {
        return;
    }
    row->number = 0;
    values_drop(key);
    while (changed) {
        changed = false;
        for (unsigned i = 0; i < KEYS; i++) {
            syspte_registry_key *orphan = &store.keys[i];
            if (orphan->number != 0 && orphan->parent != 0 && row_of(orphan->parent) == NULL) {
                values_drop(orphan->number);
                orphan->number = 0;
                changed = true;
            }
        }
    }
}
