// SPDX-License-Identifier: MIT
// Private to the simulated framework: what timers, DPCs and work items have in common.
#ifndef SYSPTE_SIM_WDF_LATER_H
#define SYSPTE_SIM_WDF_LATER_H

#include "sim/wdf_device.h"
#include "sim/pending.h"

// Creates an object whose parent the attributes must name, a device or what belongs to one:
// STATUS_WDF_PARENT_NOT_SPECIFIED, STATUS_INVALID_DEVICE_REQUEST.
static inline NTSTATUS syspte_wdf_later_create(const syspte_wdf_ask *ask,
                                               syspte_wdf_object **object)
{
    *object = NULL;
    if (ask->attributes == NULL || ask->attributes->ParentObject == NULL) {
        return STATUS_WDF_PARENT_NOT_SPECIFIED;
    }
    syspte_wdf_object *parent =
        syspte_wdf_find(ask->api, ask->caller, ask->attributes->ParentObject, NULL);
    if (parent == NULL || syspte_wdf_parent(parent, &syspte_wdf_device_class) == NULL) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    return syspte_wdf_create(ask, object);
}

static inline WDFOBJECT syspte_wdf_later_parent(const syspte_wdf_object *object)
{
    return object == NULL || object->parent == NULL ? NULL : (WDFOBJECT)object->parent->handle;
}

static inline bool syspte_wdf_later_is_queued(const void *what)
{
    syspte_world_take();
    bool queued = syspte_pending_context(what) != 0;
    syspte_world_give();
    return queued;
}

static inline void syspte_wdf_later_drop(const void *what)
{
    syspte_world_take();
    (void)syspte_pending_remove(what);
    syspte_world_give();
}

#endif
