// SPDX-License-Identifier: MIT
// The lists of resources that a device is started with, as the framework shows them: the
// descriptors of the start request, in its order, copied, so that the list is there until the
// device is stopped.
// Source: wdfresource nf-wdfresource-wdfcmresourcelistgetcount,
// nf-wdfresource-wdfcmresourcelistgetdescriptor.
#include "sim/wdf_device.h"

#include <string.h>

enum { MOST = 48 };

typedef struct resources_body {
    ULONG count;
    CM_PARTIAL_RESOURCE_DESCRIPTOR descriptors[MOST];
} resources_body;

const syspte_wdf_class syspte_wdf_resources_class = {.name = "WDFCMRESLIST", .is_kept = true};

static resources_body *body_of(syspte_wdf_object *list)
{
    SYSPTE_WDK_STATIC_ASSERT(sizeof(resources_body) <= sizeof list->body, "a list fits");
    return (resources_body *)list->body;
}

// A list has one full descriptor, unless the device is on several buses.
static const CM_PARTIAL_RESOURCE_LIST *partial_of(const CM_RESOURCE_LIST *from)
{
    return from == NULL || from->Count == 0 ? NULL : &from->List[0].PartialResourceList;
}

NTSTATUS syspte_wdf_resources_create(syspte_wdf_object *device, PCM_RESOURCE_LIST from,
                                     syspte_wdf_object **list)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF,
                          .caller = &caller,
                          .class = &syspte_wdf_resources_class,
                          .parent = device,
                          .is_own = true};
    const CM_PARTIAL_RESOURCE_LIST *partial = partial_of(from);
    if (partial != NULL && partial->Count > MOST) {
        syspte_misused("a framework device is started with more than 48 resources");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = syspte_wdf_create(&ask, list);
    if (NT_SUCCESS(status) && partial != NULL) {
        resources_body *b = body_of(*list);
        b->count = partial->Count;
        memcpy(b->descriptors, partial->PartialDescriptors, b->count * sizeof b->descriptors[0]);
    }
    return status;
}

const CM_PARTIAL_RESOURCE_DESCRIPTOR *syspte_wdf_resources_interrupt(syspte_wdf_object *list,
                                                                     unsigned n)
{
    const resources_body *b = body_of(list);
    for (ULONG i = 0; i < b->count; i++) {
        if (b->descriptors[i].Type == CmResourceTypeInterrupt && n-- == 0) {
            return &b->descriptors[i];
        }
    }
    return NULL;
}

SYSPTE_ENTRY(ULONG, WdfCmResourceListGetCount, (WDFCMRESLIST List), (List))
{
    syspte_wdf_object *list =
        syspte_wdf_find(SYSPTE_API_WDF, caller, List, &syspte_wdf_resources_class);
    return list == NULL ? 0 : body_of(list)->count;
}

SYSPTE_ENTRY(PCM_PARTIAL_RESOURCE_DESCRIPTOR, WdfCmResourceListGetDescriptor,
             (WDFCMRESLIST List, ULONG Index), (List, Index))
{
    syspte_wdf_object *list =
        syspte_wdf_find(SYSPTE_API_WDF, caller, List, &syspte_wdf_resources_class);
    return list == NULL || Index >= body_of(list)->count ? NULL
                                                         : &body_of(list)->descriptors[Index];
}
