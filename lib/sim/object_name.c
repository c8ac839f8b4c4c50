// SPDX-License-Identifier: MIT
// A table of names. They are copied from the driver before the lock is taken.
#include "sim/object_name.h"

enum { NAMES = 256, LONGEST = 128 };

typedef struct name_row {
    void *object; // NULL: free
    unsigned count;
    WCHAR text[LONGEST];
} name_row;

static struct {
    uint32_t generation;
    name_row rows[NAMES];
} names;

static WCHAR fold(WCHAR c)
{
    return c >= 'a' && c <= 'z' ? (WCHAR)(c - 'a' + 'A') : c;
}

static bool copy(PCUNICODE_STRING name, name_row *out)
{
    out->count = name->Length / (unsigned)sizeof(WCHAR);
    for (unsigned i = 0; i < out->count && i < LONGEST; i++) {
        out->text[i] = fold(name->Buffer[i]);
    }
    return out->count > 0 && out->count <= LONGEST;
}

// The row of that name, or NULL. Forgets an older machine's. Lock: held.
static name_row *find(const name_row *wanted)
{
    if (names.generation != syspte_the.generation) {
        names.generation = syspte_the.generation;
        for (unsigned i = 0; i < NAMES; i++) {
            names.rows[i].object = NULL;
        }
    }
    for (unsigned i = 0; i < NAMES; i++) {
        name_row *row = &names.rows[i];
        unsigned same = 0;
        while (row->object != NULL && row->count == wanted->count && same < row->count &&
               row->text[same] == wanted->text[same]) {
            same++;
        }
        if (row->object != NULL && row->count == wanted->count && same == row->count) {
            return row;
        }
    }
    return NULL;
}

NTSTATUS syspte_object_name_add(PCUNICODE_STRING name, void *object)
{
    name_row wanted;
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    if (!copy(name, &wanted)) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    wanted.object = object;
    syspte_world_take();
    if (find(&wanted) != NULL) {
        status = STATUS_OBJECT_NAME_COLLISION;
    }
    for (unsigned i = 0; i < NAMES && status == STATUS_INSUFFICIENT_RESOURCES; i++) {
        if (names.rows[i].object == NULL) {
            names.rows[i] = wanted;
            status = STATUS_SUCCESS;
        }
    }
    syspte_world_give();
    return status;
}

void *syspte_object_name_find(PCUNICODE_STRING name)
{
    name_row wanted;
    if (!copy(name, &wanted)) {
        return NULL;
    }
    syspte_world_take();
    const name_row *row = find(&wanted);
    void *object = row == NULL ? NULL : row->object;
    syspte_world_give();
    return object;
}

void syspte_object_name_remove(const void *object)
{
    syspte_world_take();
    for (unsigned i = 0; i < NAMES; i++) {
        if (names.rows[i].object == object) {
            names.rows[i].object = NULL;
        }
    }
    syspte_world_give();
}
