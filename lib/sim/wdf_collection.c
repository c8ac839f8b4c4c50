// SPDX-License-Identifier: MIT
// The framework's collections, which refer to what is in them, and its strings.
// Source: wdfcollection nf-wdfcollection-wdfcollectionadd, nf-wdfcollection-wdfcollectionremove,
// wdfstring nf-wdfstring-wdfstringcreate.
#include "sim/wdf.h"

#include <string.h>

enum { ITEMS = SYSPTE_WDF_BODY_WORDS - 1 };

typedef struct collection_body {
    uint64_t count;
    syspte_wdf_object *items[ITEMS];
} collection_body;

typedef struct string_body {
    UNICODE_STRING string; // in a block of its own
} string_body;

static collection_body *items_of(syspte_wdf_object *collection)
{
    return (collection_body *)collection->body;
}

// ---- Collections

static void take_out(const syspte_caller *caller, collection_body *b, uint64_t at)
{
    syspte_wdf_object *item = b->items[at];
    b->count--;
    memmove(&b->items[at], &b->items[at + 1], (b->count - at) * sizeof b->items[0]);
    syspte_wdf_dereference(caller, item);
}

static void empty(syspte_wdf_object *collection)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    while (items_of(collection)->count != 0) {
        take_out(&caller, items_of(collection), items_of(collection)->count - 1);
    }
}

static const syspte_wdf_class collection_class = {.name = "WDFCOLLECTION", .dispose = empty};

SYSPTE_ENTRY(NTSTATUS, WdfCollectionCreate,
             (PWDF_OBJECT_ATTRIBUTES CollectionAttributes, WDFCOLLECTION *Collection),
             (CollectionAttributes, Collection))
{
    syspte_wdf_object *collection;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_COLLECTION_CREATE,
                          .caller = caller,
                          .class = &collection_class,
                          .attributes = CollectionAttributes,
                          .parent = syspte_wdf_driver_last()};
    NTSTATUS status = syspte_wdf_create(&ask, &collection);
    *Collection = collection == NULL ? NULL : (WDFCOLLECTION)collection->handle;
    return status;
}

static collection_body *find(const syspte_caller *caller, WDFCOLLECTION handle)
{
    syspte_wdf_object *collection =
        syspte_wdf_find(SYSPTE_API_WDF, caller, handle, &collection_class);
    return collection == NULL ? NULL : items_of(collection);
}

SYSPTE_ENTRY(ULONG, WdfCollectionGetCount, (WDFCOLLECTION Collection), (Collection))
{
    const collection_body *b = find(caller, Collection);
    return b == NULL ? 0 : (ULONG)b->count;
}

SYSPTE_ENTRY(NTSTATUS, WdfCollectionAdd, (WDFCOLLECTION Collection, WDFOBJECT Object),
             (Collection, Object))
{
    collection_body *b = find(caller, Collection);
    syspte_wdf_object *item = syspte_wdf_find(SYSPTE_API_WDF, caller, Object, NULL);
    if (b == NULL || item == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (b->count == ITEMS) {
        syspte_misused("a framework collection has at most 143 objects here");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    syspte_wdf_reference(item);
    b->items[b->count++] = item;
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY_VOID(WdfCollectionRemove, (WDFCOLLECTION Collection, WDFOBJECT Item),
                  (Collection, Item))
{
    collection_body *b = find(caller, Collection);
    uint64_t at = 0;
    while (b != NULL && at < b->count && b->items[at]->handle != (uintptr_t)Item) {
        at++;
    }
    if (b != NULL && at < b->count) {
        take_out(caller, b, at);
    }
}

SYSPTE_ENTRY_VOID(WdfCollectionRemoveItem, (WDFCOLLECTION Collection, ULONG Index),
                  (Collection, Index))
{
    collection_body *b = find(caller, Collection);
    if (b != NULL && Index < b->count) {
        take_out(caller, b, Index);
    }
}

static WDFOBJECT item_at(const collection_body *b, uint64_t index)
{
    return b == NULL || index >= b->count ? NULL : (WDFOBJECT)b->items[index]->handle;
}

SYSPTE_ENTRY(WDFOBJECT, WdfCollectionGetItem, (WDFCOLLECTION Collection, ULONG Index),
             (Collection, Index))
{
    return item_at(find(caller, Collection), Index);
}

SYSPTE_ENTRY(WDFOBJECT, WdfCollectionGetFirstItem, (WDFCOLLECTION Collection), (Collection))
{
    return item_at(find(caller, Collection), 0);
}

SYSPTE_ENTRY(WDFOBJECT, WdfCollectionGetLastItem, (WDFCOLLECTION Collection), (Collection))
{
    const collection_body *b = find(caller, Collection);
    return b == NULL || b->count == 0 ? NULL : item_at(b, b->count - 1);
}

// ---- Strings

static void string_free(syspte_wdf_object *string)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    PWCH buffer = ((string_body *)string->body)->string.Buffer;
    if (buffer != NULL) {
        (void)syspte_nt_free(SYSPTE_API_WDF_OBJECT_DELETE, &caller, buffer);
    }
}

static const syspte_wdf_class string_class = {.name = "WDFSTRING", .destroy = string_free};

static NTSTATUS fill(const syspte_caller *caller, syspte_wdf_object *string, PCUNICODE_STRING from)
{
    UNICODE_STRING *to = &((string_body *)string->body)->string;
    syspte_nt_request request = {.window = SYSPTE_WINDOW_PAGED,
                                 .bytes = from->Length + sizeof(WCHAR),
                                 .tag = syspte_wdf_driver_tag(string),
                                 .zeroed = true};
    to->Buffer = syspte_wdf_allocate(SYSPTE_API_WDF_STRING_CREATE, caller, string, &request);
    if (to->Buffer == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    memcpy(to->Buffer, from->Buffer, from->Length);
    to->Length = from->Length;
    to->MaximumLength = (USHORT)request.bytes;
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfStringCreate,
             (PCUNICODE_STRING UnicodeString, PWDF_OBJECT_ATTRIBUTES StringAttributes,
              WDFSTRING *String),
             (UnicodeString, StringAttributes, String))
{
    syspte_wdf_object *string;
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_STRING_CREATE,
                          .caller = caller,
                          .class = &string_class,
                          .attributes = StringAttributes,
                          .parent = syspte_wdf_driver_last()};
    NTSTATUS status = syspte_wdf_create(&ask, &string);
    *String = NULL;
    if (NT_SUCCESS(status) && UnicodeString != NULL) {
        status = fill(caller, string, UnicodeString);
        if (!NT_SUCCESS(status)) {
            syspte_wdf_delete(caller, string);
        }
    }
    if (NT_SUCCESS(status)) {
        *String = (WDFSTRING)string->handle;
    }
    return status;
}

SYSPTE_ENTRY_VOID(WdfStringGetUnicodeString, (WDFSTRING String, PUNICODE_STRING UnicodeString),
                  (String, UnicodeString))
{
    syspte_wdf_object *string = syspte_wdf_find(SYSPTE_API_WDF, caller, String, &string_class);
    if (string != NULL) {
        *UnicodeString = ((string_body *)string->body)->string;
    }
}
