// SPDX-License-Identifier: MIT
// The life of framework objects: created with one reference, deleted with their children, which go
// first, and gone when nobody refers to them. A child refers to its parent. The order of siblings
// is not documented: the newest goes first. Source: wdfobject nf-wdfobject-wdfobjectdelete,
// nf-wdfobject-wdfobjectdereferenceactual, nc-wdfobject-evt_wdf_object_context_cleanup,
// nc-wdfobject-evt_wdf_object_context_destroy.
#include "sim/wdf_table.h"

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
         syspte_wdf_context_bytes(a) < a->ContextTypeInfo->ContextSize)) {
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
    syspte_wdf_object *made = syspte_wdf_cell_take();
    if (made != NULL) {
        made->class = ask->class;
        made->is_kept = ask->class->is_kept;
        made->parent = parent;
        made->references = 1;
        made->created = syspte_call_context(&call, SYSPTE_KIND_POOL, SYSPTE_CACHE_NONCACHED, 0);
    }
    syspte_call_end(&call);
    if (made == NULL) {
        syspte_misused("16,384 framework objects are there: no more can be created");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if ((!ask->is_own || syspte_wdf_context_bytes(ask->attributes) != 0) &&
        !syspte_wdf_context_add(ask, made)) {
        syspte_wdf_cell_release(made);
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
    syspte_wdf_cell_release(object);
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
    object->deleted = syspte_call_context(&call, SYSPTE_KIND_POOL, SYSPTE_CACHE_NONCACHED, 0);
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
