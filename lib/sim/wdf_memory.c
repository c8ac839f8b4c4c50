// SPDX-License-Identifier: MIT
// The framework's memory objects and lookaside lists. A buffer of the object's own is a block of
// pool beside the object, with the tag that the driver gave; a lookaside list keeps no blocks, so
// that a late use of one is found.
// Source: wdfmemory nf-wdfmemory-wdfmemorycreate, nf-wdfmemory-wdfmemorycreatepreallocated,
// nf-wdfmemory-wdfmemorycopytobuffer, nf-wdfmemory-wdflookasidelistcreate.
#include "sim/wdf_memory.h"

#include <string.h>

typedef struct memory_body {
    void *buffer;
    size_t bytes;
    bool is_own;
    bool is_assigned; // from outside: it can be assigned anew
} memory_body;

typedef struct lookaside_body {
    size_t bytes;
    POOL_TYPE type;
    ULONG tag;
    bool has_attributes;
    WDF_OBJECT_ATTRIBUTES attributes;
} lookaside_body;

static memory_body *body_of(syspte_wdf_object *memory)
{
    return (memory_body *)memory->body;
}

static void destroy(syspte_wdf_object *memory)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    if (body_of(memory)->is_own) {
        (void)syspte_nt_free(SYSPTE_API_WDF_OBJECT_DELETE, &caller, body_of(memory)->buffer);
    }
}

static const syspte_wdf_class memory_class = {.name = "WDFMEMORY", .destroy = destroy};
static const syspte_wdf_class request_memory_class = {.name = "WDFMEMORY of a request",
                                                      .is_kept = true};
static const syspte_wdf_class lookaside_class = {.name = "WDFLOOKASIDE"};

static memory_body *find(const syspte_caller *caller, WDFMEMORY handle)
{
    syspte_wdf_object *memory = syspte_wdf_peek(handle);
    if (memory == NULL || memory->class != &request_memory_class) {
        memory = syspte_wdf_find(SYSPTE_API_WDF, caller, handle, &memory_class);
    }
    return memory == NULL ? NULL : body_of(memory);
}

// ---- Begin

static void *allocate(const syspte_wdf_ask *ask, syspte_wdf_object *memory, POOL_TYPE type,
                      ULONG tag, size_t bytes)
{
    enum { PAGED = 1, CACHE_ALIGNED = 4 };
    syspte_nt_request request = {.window = ((ULONG)type & PAGED) != 0 ? SYSPTE_WINDOW_PAGED
                                                                      : SYSPTE_WINDOW_NONPAGED,
                                 .bytes = bytes,
                                 .tag = tag == 0 ? syspte_wdf_driver_tag(memory) : tag,
                                 .cache_aligned = ((ULONG)type & CACHE_ALIGNED) != 0,
                                 .special = syspte_the.config.strictness == SYSPTE_VERIFIER};
    return syspte_wdf_allocate(ask->api, ask->caller, memory, &request);
}

static NTSTATUS create(const syspte_wdf_ask *ask, POOL_TYPE type, ULONG tag, size_t bytes,
                       syspte_wdf_object **memory)
{
    *memory = NULL;
    if (bytes == 0) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = syspte_wdf_create(ask, memory);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    void *buffer = allocate(ask, *memory, type, tag, bytes);
    if (buffer == NULL) {
        syspte_wdf_delete(ask->caller, *memory);
        *memory = NULL;
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *body_of(*memory) = (memory_body){.buffer = buffer, .bytes = bytes, .is_own = true};
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfMemoryCreate,
             (PWDF_OBJECT_ATTRIBUTES Attributes, POOL_TYPE PoolType, ULONG PoolTag,
              size_t BufferSize, WDFMEMORY *Memory, PVOID *Buffer),
             (Attributes, PoolType, PoolTag, BufferSize, Memory, Buffer))
{
    syspte_wdf_object *memory;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_MEMORY_CREATE,
                          .caller = caller,
                          .class = &memory_class,
                          .attributes = Attributes,
                          .parent = syspte_wdf_driver_last()};
    NTSTATUS status = create(&ask, PoolType, PoolTag, BufferSize, &memory);
    *Memory = memory == NULL ? NULL : (WDFMEMORY)memory->handle;
    if (Buffer != NULL) {
        *Buffer = memory == NULL ? NULL : body_of(memory)->buffer;
    }
    return status;
}

SYSPTE_ENTRY(NTSTATUS, WdfMemoryCreatePreallocated,
             (PWDF_OBJECT_ATTRIBUTES Attributes, PVOID Buffer, size_t BufferSize,
              WDFMEMORY *Memory),
             (Attributes, Buffer, BufferSize, Memory))
{
    syspte_wdf_object *memory;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_MEMORY_CREATE_PREALLOCATED,
                          .caller = caller,
                          .class = &memory_class,
                          .attributes = Attributes,
                          .parent = syspte_wdf_driver_last()};
    *Memory = NULL;
    if (Buffer == NULL || BufferSize == 0) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = syspte_wdf_create(&ask, &memory);
    if (NT_SUCCESS(status)) {
        *body_of(memory) =
            (memory_body){.buffer = Buffer, .bytes = BufferSize, .is_assigned = true};
        *Memory = (WDFMEMORY)memory->handle;
    }
    return status;
}

NTSTATUS syspte_wdf_memory_over(const syspte_caller *caller, syspte_wdf_object *request,
                                void *buffer, size_t bytes, WDFMEMORY *memory)
{
    syspte_wdf_object *object;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF,
                          .caller = caller,
                          .class = &request_memory_class,
                          .parent = request,
                          .is_own = true};
    NTSTATUS status = syspte_wdf_create(&ask, &object);
    if (NT_SUCCESS(status)) {
        *body_of(object) = (memory_body){.buffer = buffer, .bytes = bytes};
        *memory = (WDFMEMORY)object->handle;
    }
    return status;
}

// ---- Use

SYSPTE_ENTRY(PVOID, WdfMemoryGetBuffer, (WDFMEMORY Memory, size_t *BufferSize),
             (Memory, BufferSize))
{
    const memory_body *b = find(caller, Memory);
    if (BufferSize != NULL) {
        *BufferSize = b == NULL ? 0 : b->bytes;
    }
    return b == NULL ? NULL : b->buffer;
}

SYSPTE_ENTRY(NTSTATUS, WdfMemoryAssignBuffer, (WDFMEMORY Memory, PVOID Buffer, size_t BufferSize),
             (Memory, Buffer, BufferSize))
{
    memory_body *b = find(caller, Memory);
    if (b == NULL || Buffer == NULL || BufferSize == 0) {
        return STATUS_INVALID_PARAMETER;
    }
    if (!b->is_assigned) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    b->buffer = Buffer;
    b->bytes = BufferSize;
    return STATUS_SUCCESS;
}

// NULL: the range does not lie in the memory.
static char *range_of(const memory_body *b, size_t offset, size_t bytes)
{
    bool fits = b != NULL && offset <= b->bytes && bytes <= b->bytes - offset;
    return fits ? (char *)b->buffer + offset : NULL;
}

SYSPTE_ENTRY(NTSTATUS, WdfMemoryCopyToBuffer,
             (WDFMEMORY SourceMemory, size_t SourceOffset, PVOID Buffer, size_t NumBytesToCopyTo),
             (SourceMemory, SourceOffset, Buffer, NumBytesToCopyTo))
{
    const char *from = range_of(find(caller, SourceMemory), SourceOffset, NumBytesToCopyTo);
    if (from == NULL) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memcpy(Buffer, from, NumBytesToCopyTo);
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfMemoryCopyFromBuffer,
             (WDFMEMORY DestinationMemory, size_t DestinationOffset, PVOID Buffer,
              size_t NumBytesToCopyFrom),
             (DestinationMemory, DestinationOffset, Buffer, NumBytesToCopyFrom))
{
    char *to = range_of(find(caller, DestinationMemory), DestinationOffset, NumBytesToCopyFrom);
    if (to == NULL) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memcpy(to, Buffer, NumBytesToCopyFrom);
    return STATUS_SUCCESS;
}

// ---- Lookaside lists

SYSPTE_ENTRY(NTSTATUS, WdfLookasideListCreate,
             (PWDF_OBJECT_ATTRIBUTES LookasideAttributes, size_t BufferSize, POOL_TYPE PoolType,
              PWDF_OBJECT_ATTRIBUTES MemoryAttributes, ULONG PoolTag, WDFLOOKASIDE *Lookaside),
             (LookasideAttributes, BufferSize, PoolType, MemoryAttributes, PoolTag, Lookaside))
{
    syspte_wdf_object *lookaside;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_LOOKASIDE_LIST_CREATE,
                          .caller = caller,
                          .class = &lookaside_class,
                          .attributes = LookasideAttributes,
                          .parent = syspte_wdf_driver_last()};
    *Lookaside = NULL;
    if (BufferSize == 0) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = syspte_wdf_create(&ask, &lookaside);
    if (NT_SUCCESS(status)) {
        lookaside_body *b = (lookaside_body *)lookaside->body;
        *b = (lookaside_body){.bytes = BufferSize,
                              .type = PoolType,
                              .tag = PoolTag,
                              .has_attributes = MemoryAttributes != NULL};
        if (MemoryAttributes != NULL) {
            b->attributes = *MemoryAttributes;
        }
        *Lookaside = (WDFLOOKASIDE)lookaside->handle;
    }
    return status;
}

SYSPTE_ENTRY(NTSTATUS, WdfMemoryCreateFromLookaside, (WDFLOOKASIDE Lookaside, WDFMEMORY *Memory),
             (Lookaside, Memory))
{
    syspte_wdf_object *memory;
    syspte_wdf_object *lookaside =
        syspte_wdf_find(SYSPTE_API_WDF, caller, Lookaside, &lookaside_class);
    *Memory = NULL;
    if (lookaside == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    lookaside_body *b = (lookaside_body *)lookaside->body;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_MEMORY_CREATE,
                          .caller = caller,
                          .class = &memory_class,
                          .attributes = b->has_attributes ? &b->attributes : NULL,
                          .parent = lookaside};
    NTSTATUS status = create(&ask, b->type, b->tag, b->bytes, &memory);
    *Memory = memory == NULL ? NULL : (WDFMEMORY)memory->handle;
    return status;
}
