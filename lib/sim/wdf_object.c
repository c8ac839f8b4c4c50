// SPDX-License-Identifier: MIT
// The table of framework objects, and their life: created with one reference, deleted with their
// children, which go first, and gone when nobody refers to them. A child refers to its parent. The
// order of siblings is not documented: the newest goes first.
// Cells are used again in the order in which they became free, as late as possible, so that the
// handle of a deleted object is told from one that never was.
// Source: wdfobject nf-wdfobject-wdfobjectdelete, nf-wdfobject-wdfobjectdereferenceactual,
// nc-wdfobject-evt_wdf_object_context_cleanup, nc-wdfobject-evt_wdf_object_context_destroy; bug
// check 0x10D.
#include "sim/wdf.h"

#include "sim/irql.h"
#include <syspte/scope.h>

#include <string.h>

enum { OBJECTS = 16384, INDEX_SHIFT = 4, SEQUENCE_SHIFT = 20 };

// In front of a driver's context stands the handle of its object.
typedef struct context_head {
    uintptr_t handle;
    uintptr_t filler;
} context_head;

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

// ---- The family. Lock: held.

static void adopt(syspte_wdf_object *parent, syspte_wdf_object *object)
{
    object->parent = parent;
    if (parent != NULL) {
        parent->references++;
        object->older = parent->child;
        if (parent->child != NULL) {
            parent->child->newer = object;
        }
        parent->child = object;
    }
}

static void leave(syspte_wdf_object *object)
{
    if (object->parent != NULL && object->parent->child == object) {
        object->parent->child = object->older;
    }
    if (object->older != NULL) {
        object->older->newer = object->newer;
    }
    if (object->newer != NULL) {
        object->newer->older = object->older;
    }
    object->older = object->newer = NULL;
}

syspte_wdf_object *syspte_wdf_child(const syspte_wdf_object *parent, const syspte_wdf_class *class,
                                    const syspte_wdf_object *after)
{
    syspte_wdf_object *found = NULL;
    syspte_world_take();
    for (syspte_wdf_object *at = parent->child; at != NULL && at != after; at = at->older) {
        if (at->class == class && !at->is_deleted) {
            found = at;
        }
    }
    syspte_world_give();
    return found;
}

syspte_wdf_object *syspte_wdf_parent(syspte_wdf_object *object, const syspte_wdf_class *class)
{
    while (object != NULL && object->class != class) {
        object = object->parent;
    }
    return object;
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

static syspte_wdf_object *cell_take(void)
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

// ---- Contexts

static size_t bytes_of(const WDF_OBJECT_ATTRIBUTES *attributes)
{
    if (attributes == NULL || attributes->ContextTypeInfo == NULL) {
        return 0;
    }
    return attributes->ContextSizeOverride != 0 ? attributes->ContextSizeOverride
                                                : attributes->ContextTypeInfo->ContextSize;
}

syspte_wdf_ownership syspte_wdf_own(void)
{
    syspte_thread *thread = syspte_thread_now();
    syspte_wdf_ownership before = {.irql = thread->owner_irql};
    before.owner = syspte_owner_set(syspte_wdf_driver_owner());
    return before;
}

void syspte_wdf_disown(const syspte_wdf_ownership *before)
{
    syspte_thread *thread = syspte_thread_now();
    (void)syspte_owner_set(before->owner);
    thread->owner_irql = before->irql;
    syspte_thread_stand(thread);
}

void *syspte_wdf_allocate(syspte_api api, const syspte_caller *caller,
                          const syspte_nt_request *request)
{
    syspte_wdf_ownership before = syspte_wdf_own();
    void *block = syspte_nt_allocate(api, caller, request);
    syspte_wdf_disown(&before);
    return block;
}

static bool context_add(const syspte_wdf_ask *ask, syspte_wdf_object *object)
{
    const WDF_OBJECT_ATTRIBUTES *a = ask->attributes;
    syspte_wdf_context *context = &object->context[object->context_count];
    syspte_nt_request request = {.window = SYSPTE_WINDOW_NONPAGED,
                                 .bytes = sizeof(context_head) + bytes_of(a),
                                 .tag = syspte_wdf_driver_tag(),
                                 .special = syspte_the.config.strictness == SYSPTE_VERIFIER,
                                 .zeroed = true};
    context_head *head = syspte_wdf_allocate(ask->api, ask->caller, &request);
    if (head == NULL) {
        return false;
    }
    head->handle = object->handle;
    *context = (syspte_wdf_context){.block = head};
    if (a != NULL) {
        context->type = a->ContextTypeInfo == NULL ? NULL : a->ContextTypeInfo->UniqueType;
        context->cleanup = a->EvtCleanupCallback;
        context->destroy = a->EvtDestroyCallback;
    }
    object->context_count++;
    return true;
}

static void *context_find(const syspte_wdf_object *object, PCWDF_OBJECT_CONTEXT_TYPE_INFO type)
{
    for (unsigned i = 0; i < object->context_count; i++) {
        if (object->context[i].type == type) {
            return (context_head *)object->context[i].block + 1;
        }
    }
    return NULL;
}

PVOID WdfObjectGetTypedContextWorker(WDFOBJECT Handle, PCWDF_OBJECT_CONTEXT_TYPE_INFO TypeInfo)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    const syspte_wdf_object *object =
        syspte_wdf_find(SYSPTE_API_WDF_OBJECT_GET_TYPED_CONTEXT, &caller, Handle, NULL);
    return object == NULL ? NULL : context_find(object, TypeInfo->UniqueType);
}

SYSPTE_ENTRY(WDFOBJECT, WdfObjectContextGetObject, (PVOID ContextPointer), (ContextPointer))
{
    const void *handle =
        ContextPointer == NULL ? NULL : (void *)((const context_head *)ContextPointer - 1)->handle;
    const syspte_wdf_object *object = syspte_wdf_find(SYSPTE_API_WDF, caller, handle, NULL);
    return object == NULL ? NULL : (WDFOBJECT)object->handle;
}

SYSPTE_ENTRY(NTSTATUS, WdfObjectAllocateContext,
             (WDFOBJECT Handle, PWDF_OBJECT_ATTRIBUTES ContextAttributes, PVOID *Context),
             (Handle, ContextAttributes, Context))
{
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_OBJECT_ALLOCATE_CONTEXT,
                          .caller = caller,
                          .attributes = ContextAttributes};
    syspte_wdf_object *object = syspte_wdf_find(ask.api, caller, Handle, NULL);
    if (object == NULL || ContextAttributes == NULL || ContextAttributes->ContextTypeInfo == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (ContextAttributes->Size != sizeof(WDF_OBJECT_ATTRIBUTES)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (ContextAttributes->ParentObject != NULL) {
        return STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED;
    }
    void *there = context_find(object, ContextAttributes->ContextTypeInfo->UniqueType);
    if (there != NULL) {
        if (Context != NULL) {
            *Context = there;
        }
        return STATUS_OBJECT_NAME_EXISTS;
    }
    if (object->context_count == SYSPTE_WDF_CONTEXTS) {
        syspte_misused("a framework object has at most 4 contexts here");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (!context_add(&ask, object)) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (Context != NULL) {
        *Context = context_find(object, ContextAttributes->ContextTypeInfo->UniqueType);
    }
    return STATUS_SUCCESS;
}

// ---- Begin

static NTSTATUS check(const syspte_wdf_ask *ask, syspte_wdf_object **parent)
{
    const WDF_OBJECT_ATTRIBUTES *a = ask->attributes;
    *parent = ask->parent;
    if (a == NULL) {
        return STATUS_SUCCESS;
    }
    if (a->Size != sizeof(WDF_OBJECT_ATTRIBUTES)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (a->ContextTypeInfo != NULL &&
        (a->ContextTypeInfo->Size != sizeof(WDF_OBJECT_CONTEXT_TYPE_INFO) ||
         bytes_of(a) < a->ContextTypeInfo->ContextSize)) {
        return STATUS_INVALID_PARAMETER;
    }
    if (a->ParentObject == NULL) {
        return STATUS_SUCCESS;
    }
    if (ask->owns_parent) {
        return STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED;
    }
    *parent = syspte_wdf_find(ask->api, ask->caller, a->ParentObject, NULL);
    return *parent == NULL ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

static void cell_release(syspte_wdf_object *object)
{
    syspte_world_take();
    object->handle = 0;
    table.living--;
    syspte_world_give();
}

NTSTATUS syspte_wdf_create(const syspte_wdf_ask *ask, syspte_wdf_object **object)
{
    syspte_call call;
    syspte_wdf_object *parent;
    *object = NULL;
    NTSTATUS status = check(ask, &parent);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (!syspte_call_begin(&call, ask->api, ask->caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    syspte_wdf_object *made = cell_take();
    if (made != NULL) {
        made->class = ask->class;
        made->is_kept = ask->class->is_kept;
        made->references = 1;
        made->created = syspte_call_context(&call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0);
    }
    syspte_call_end(&call);
    if (made == NULL) {
        syspte_misused("16,384 framework objects are there: no more can be created");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if ((!ask->is_own || bytes_of(ask->attributes) != 0) && !context_add(ask, made)) {
        cell_release(made);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    syspte_world_take();
    adopt(parent, made);
    syspte_world_give();
    *object = made;
    return STATUS_SUCCESS;
}

static const syspte_wdf_class plain_class = {.name = "WDFOBJECT"};

SYSPTE_ENTRY(NTSTATUS, WdfObjectCreate, (PWDF_OBJECT_ATTRIBUTES Attributes, WDFOBJECT *Object),
             (Attributes, Object))
{
    syspte_wdf_object *object;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_OBJECT_CREATE,
                          .caller = caller,
                          .class = &plain_class,
                          .attributes = Attributes,
                          .parent = syspte_wdf_driver_last()};
    NTSTATUS status = syspte_wdf_create(&ask, &object);
    *Object = object == NULL ? NULL : (WDFOBJECT)object->handle;
    return status;
}

// ---- End

static void destroy(const syspte_caller *caller, syspte_wdf_object *object)
{
    syspte_wdf_object *parent = object->parent;
    for (unsigned i = object->context_count; i-- > 0;) {
        SYSPTE_WDF_CALL(object->context[i].destroy, "EvtDestroyCallback",
                        ((WDFOBJECT)object->handle));
    }
    if (object->class->destroy != NULL) {
        object->class->destroy(object);
    }
    for (unsigned i = 0; i < object->context_count; i++) {
        (void)syspte_nt_free(SYSPTE_API_WDF_OBJECT_DELETE, caller, object->context[i].block);
    }
    cell_release(object);
    if (parent != NULL) {
        syspte_wdf_dereference(caller, parent);
    }
}

void syspte_wdf_reference(syspte_wdf_object *object)
{
    syspte_world_take();
    object->references++;
    syspte_world_give();
}

void syspte_wdf_dereference(const syspte_caller *caller, syspte_wdf_object *object)
{
    syspte_world_take();
    bool is_last = --object->references == 0;
    syspte_world_give();
    if (is_last) {
        destroy(caller, object);
    }
}

// True for the first who deletes it.
static bool begin_delete(const syspte_caller *caller, syspte_wdf_object *object)
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_WDF_OBJECT_DELETE, caller)) {
        return false;
    }
    bool first = !object->is_deleted;
    object->is_deleted = true;
    object->deleted = syspte_call_context(&call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0);
    syspte_call_end(&call);
    return first;
}

// The newest child that is not deleted yet.
static syspte_wdf_object *child_left(const syspte_wdf_object *object)
{
    syspte_world_take();
    syspte_wdf_object *at = object->child;
    while (at != NULL && at->is_deleted) {
        at = at->older;
    }
    syspte_world_give();
    return at;
}

void syspte_wdf_delete(const syspte_caller *caller, syspte_wdf_object *object)
{
    syspte_wdf_object *child;
    if (!begin_delete(caller, object)) {
        return;
    }
    if (object->class->dispose != NULL) {
        object->class->dispose(object);
    }
    while ((child = child_left(object)) != NULL) {
        syspte_wdf_delete(caller, child);
    }
    for (unsigned i = object->context_count; i-- > 0;) {
        SYSPTE_WDF_CALL(object->context[i].cleanup, "EvtCleanupCallback",
                        ((WDFOBJECT)object->handle));
    }
    syspte_world_take();
    leave(object);
    syspte_world_give();
    syspte_wdf_dereference(caller, object);
}

SYSPTE_ENTRY_VOID(WdfObjectDelete, (WDFOBJECT Object), (Object))
{
    syspte_wdf_object *object = syspte_wdf_find(SYSPTE_API_WDF_OBJECT_DELETE, caller, Object, NULL);
    if (object == NULL) {
        return;
    }
    if (object->is_kept) {
        syspte_wdf_violate(SYSPTE_API_WDF_OBJECT_DELETE, caller, SYSPTE_RULE_WDF_DELETE_KEPT,
                           object, object->class->name);
        return;
    }
    if (object->is_deleted) {
        syspte_wdf_violate(SYSPTE_API_WDF_OBJECT_DELETE, caller, SYSPTE_RULE_WDF_DELETED, object,
                           "only references keep it");
        return;
    }
    syspte_wdf_delete(caller, object);
}

SYSPTE_ENTRY_VOID(WdfObjectReferenceActual, (WDFOBJECT Handle, PVOID Tag, LONG Line, PCCH File),
                  (Handle, Tag, Line, File))
{
    syspte_wdf_object *object =
        syspte_wdf_find(SYSPTE_API_WDF_OBJECT_REFERENCE, caller, Handle, NULL);
    (void)Tag;
    (void)Line;
    (void)File;
    if (object != NULL) {
        syspte_wdf_reference(object);
        (void)__atomic_add_fetch(&object->taken, 1, __ATOMIC_RELAXED);
    }
}

SYSPTE_ENTRY_VOID(WdfObjectDereferenceActual, (WDFOBJECT Handle, PVOID Tag, LONG Line, PCCH File),
                  (Handle, Tag, Line, File))
{
    syspte_wdf_object *object =
        syspte_wdf_find(SYSPTE_API_WDF_OBJECT_DEREFERENCE, caller, Handle, NULL);
    (void)Tag;
    (void)Line;
    (void)File;
    if (object == NULL) {
        return;
    }
    if (__atomic_load_n(&object->taken, __ATOMIC_RELAXED) == 0) {
        syspte_wdf_violate(SYSPTE_API_WDF_OBJECT_DEREFERENCE, caller,
                           SYSPTE_RULE_WDF_LAST_REFERENCE, object, NULL);
        return;
    }
    (void)__atomic_sub_fetch(&object->taken, 1, __ATOMIC_RELAXED);
    syspte_wdf_dereference(caller, object);
}
