// SPDX-License-Identifier: MIT
// The table of framework objects. Cells are used again in the order in which they became free, as
// late as possible, so that the handle of a deleted object is told from one that never was.
// Source: bug check 0x10D.
#include "sim/wdf_table.h"

#include "sim/irql.h"

#include <string.h>

enum { OBJECTS = 16384, INDEX_SHIFT = 4, SEQUENCE_SHIFT = 20 };

static struct {
    uint32_t generation;
    unsigned used; // cells that were ever used
    unsigned next; // where a free cell is looked for, once all were used
    unsigned living;
    syspte_wdf_object objects[OBJECTS];
} table;

// ---- Handles

static uintptr_t handle_of(const syspte_wdf_object *object)
{
    uint64_t index = (uint64_t)(object - table.objects);
    return (uintptr_t)(0xE000000000000000ull | (uint64_t)object->sequence << SEQUENCE_SHIFT |
                       index << INDEX_SHIFT);
}

// As reports print a handle: without what tells the uses of a cell apart.
static uint64_t printed(const void *handle)
{
    return handle == NULL ? 0 : (uint64_t)(uintptr_t)handle & ((1ull << SEQUENCE_SHIFT) - 1);
}

// The cell that a handle names; NULL if it cannot be one of this machine's.
static syspte_wdf_object *cell_of(const void *handle)
{
    uint64_t value = (uint64_t)(uintptr_t)handle;
    uint64_t index = (value & ((1ull << SEQUENCE_SHIFT) - 1)) >> INDEX_SHIFT;
    bool fits = (value & ((1u << INDEX_SHIFT) - 1)) == 0 && index < table.used &&
                table.generation == syspte_the.generation;
    return fits && handle != NULL && value >> 60 == 0xE ? &table.objects[index] : NULL;
}

syspte_wdf_object *syspte_wdf_peek(const void *handle)
{
    syspte_wdf_object *object = cell_of(handle);
    return object != NULL && object->handle == (uintptr_t)handle ? object : NULL;
}

// ---- What is wrong with a handle

static void say_wrong(syspte_call *call, const void *handle, const syspte_wdf_object *object)
{
    syspte_event event = {.rule = SYSPTE_RULE_WDF_HANDLE};
    if (handle == NULL) {
        event.text = "it is NULL";
        (void)syspte_call_violate_as(call, &event, SYSPTE_WDF_VIOLATION, 0x4, 0, 0, 0);
        return;
    }
    event.text = object == NULL ? "it is no handle of an object" : object->class->name;
    event.mapped = object == NULL ? 0 : object->created;
    (void)syspte_call_violate(call, &event, printed(handle), 0, 0);
}

static void say_deleted(syspte_call *call, const syspte_wdf_object *cell)
{
    syspte_event event = {
        .rule = SYSPTE_RULE_WDF_DELETED, .mapped = cell->created, .unmapped = cell->deleted};
    (void)syspte_call_violate(call, &event, 0, 0, 0);
}

syspte_wdf_object *syspte_wdf_find(syspte_api api, const syspte_caller *caller, const void *handle,
                                   const syspte_wdf_class *class)
{
    syspte_call call;
    syspte_wdf_object *object = syspte_wdf_peek(handle);
    if (object != NULL && (class == NULL || object->class == class)) {
        return object;
    }
    if (!syspte_call_begin(&call, api, caller)) {
        return NULL;
    }
    const syspte_wdf_object *cell = cell_of(handle);
    if (object == NULL && cell != NULL && cell->handle == 0) {
        say_deleted(&call, cell);
    } else {
        say_wrong(&call, handle, object);
    }
    syspte_call_end(&call);
    return NULL;
}

void syspte_wdf_violate(syspte_api api, const syspte_caller *caller, syspte_rule_id rule,
                        const syspte_wdf_object *object, const char *text)
{
    syspte_call call;
    syspte_event event = {.rule = rule, .text = text};
    if (object != NULL) {
        event.mapped = object->created;
    }
    if (syspte_call_begin(&call, api, caller)) {
        (void)syspte_call_violate(&call, &event,
                                  object == NULL ? 0 : printed((void *)object->handle), 0, 0);
        syspte_call_end(&call);
    }
}

void syspte_wdf_returned(KIRQL irql, const char *callback)
{
    syspte_thread *thread = syspte_thread_now();
    KIRQL now = thread->irql;
    if (now == irql) {
        return;
    }
    syspte_event event = {.rule = SYSPTE_RULE_WDF_CALLBACK_IRQL, .text = callback};
    syspte_world_take();
    bool stop = syspte_violate(&event, irql, now, 0);
    syspte_world_give();
    syspte_irql_set(thread, irql);
    if (stop) {
        syspte_stop_now(&event.bugcheck, false);
    }
}

// ---- Cells

syspte_wdf_object *syspte_wdf_first(const syspte_wdf_class *class)
{
    const syspte_wdf_object before = {.class = class};
    return syspte_wdf_next(&before);
}

syspte_wdf_object *syspte_wdf_next(const syspte_wdf_object *after)
{
    unsigned at = after->handle == 0 ? 0 : (unsigned)(after - table.objects) + 1;
    unsigned end = table.generation == syspte_the.generation ? table.used : 0;
    while (at < end && (table.objects[at].handle == 0 || table.objects[at].is_deleted ||
                        table.objects[at].class != after->class)) {
        at++;
    }
    return at < end ? &table.objects[at] : NULL;
}

syspte_wdf_object *syspte_wdf_cell_take(void)
{
    syspte_wdf_object *cell = NULL;
    if (table.generation != syspte_the.generation) {
        table.generation = syspte_the.generation;
        table.used = table.next = table.living = 0;
    }
    if (table.used < OBJECTS) {
        cell = &table.objects[table.used++];
        cell->sequence = 0;
    }
    for (unsigned i = 0; cell == NULL && table.living < OBJECTS && i < OBJECTS; i++) {
        unsigned at = table.next;
        table.next = (at + 1) % OBJECTS;
        cell = table.objects[at].handle == 0 ? &table.objects[at] : NULL;
    }
    if (cell != NULL) {
        uint32_t sequence = cell->sequence + 1;
        memset(cell, 0, sizeof *cell);
        cell->sequence = sequence;
        cell->handle = handle_of(cell);
        table.living++;
    }
    return cell;
}

void syspte_wdf_cell_release(syspte_wdf_object *object)
{
    syspte_world_take();
    object->handle = 0;
    table.living--;
    syspte_world_give();
}
