// SPDX-License-Identifier: MIT
// What a driver keeps with a framework object: each context is a block of nonpaged pool, with the
// handle of its object in front.
// Source: wdfobject nf-wdfobject-wdfobjectallocatecontext,
// nf-wdfobject-wdfobjectgettypedcontextworker.
#include "sim/wdf_table.h"

#include <syspte/scope.h>

// In front of a driver's context stands the handle of its object.
typedef struct context_head {
    uintptr_t handle;
    uintptr_t filler;
} context_head;

size_t syspte_wdf_context_bytes(const WDF_OBJECT_ATTRIBUTES *attributes)
{
    if (attributes == NULL || attributes->ContextTypeInfo == NULL) {
        return 0;
    }
    return attributes->ContextSizeOverride != 0 ? attributes->ContextSizeOverride
                                                : attributes->ContextTypeInfo->ContextSize;
}

syspte_wdf_ownership syspte_wdf_own(syspte_wdf_object *object)
{
    syspte_thread *thread = syspte_thread_now();
    syspte_wdf_ownership before = {.irql = thread->owner_irql};
    before.owner = syspte_owner_set(syspte_wdf_driver_owner(object));
    return before;
}

void syspte_wdf_disown(const syspte_wdf_ownership *before)
{
    syspte_thread *thread = syspte_thread_now();
    (void)syspte_owner_set(before->owner);
    thread->owner_irql = before->irql;
    syspte_thread_stand(thread);
}

void *syspte_wdf_allocate(syspte_api api, const syspte_caller *caller, syspte_wdf_object *object,
                          const syspte_nt_request *request)
{
    syspte_wdf_ownership before = syspte_wdf_own(object);
    void *block = syspte_nt_allocate(api, caller, request);
    syspte_wdf_disown(&before);
    return block;
}

bool syspte_wdf_context_add(const syspte_wdf_ask *ask, syspte_wdf_object *object)
{
    const WDF_OBJECT_ATTRIBUTES *a = ask->attributes;
    syspte_wdf_context *context = &object->context[object->context_count];
    syspte_nt_request request = {.window = SYSPTE_WINDOW_NONPAGED,
                                 .bytes = sizeof(context_head) + syspte_wdf_context_bytes(a),
                                 .tag = syspte_wdf_driver_tag(object),
                                 .special = syspte_the.config.strictness == SYSPTE_VERIFIER,
                                 .zeroed = true};
    bool fits = request.bytes >= sizeof(context_head);
    context_head *head = fits ? syspte_wdf_allocate(ask->api, ask->caller, object, &request) : NULL;
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
    if (!syspte_wdf_context_add(&ask, object)) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (Context != NULL) {
        *Context = context_find(object, ContextAttributes->ContextTypeInfo->UniqueType);
    }
    return STATUS_SUCCESS;
}
