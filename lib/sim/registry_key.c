// SPDX-License-Identifier: MIT
// Keys by handle. A key that was deleted stays open: what is asked of it then fails. Access rights
// are not checked, as for every caller in kernel mode; classes, times and links are not kept.
// Source: nf-wdm-zwopenkey, nf-wdm-zwcreatekey, nf-wdm-zwdeletekey, nf-wdm-zwquerykey,
// nf-wdm-zwenumeratekey, nf-wdm-zwflushkey.
#include "sim/registry_key.h"

#include "sim/handle.h"
#include "sim/object.h"

#include <string.h>

bool syspte_registry_enter(syspte_api api, const syspte_caller *caller)
{
    syspte_call call;
    if (!syspte_call_begin(&call, api, caller)) {
        return false;
    }
    syspte_object_irql(&call, PASSIVE_LEVEL);
    syspte_call_end(&call);
    return true;
}

NTSTATUS syspte_registry_key_by_handle(HANDLE handle, uint32_t *key)
{
    uintptr_t of;
    if (!syspte_handle_find(handle, SYSPTE_HANDLE_KEY, &of)) {
        return STATUS_INVALID_HANDLE;
    }
    *key = (uint32_t)of;
    syspte_world_take();
    bool there = syspte_registry_key_of(*key) != NULL;
    syspte_world_give();
    return there ? STATUS_SUCCESS : STATUS_KEY_DELETED;
}

NTSTATUS syspte_registry_open(syspte_api api, const syspte_caller *caller, uint32_t base,
                              const syspte_registry_path *path, bool creates, HANDLE *out,
                              PULONG disposition)
{
    NTSTATUS status = STATUS_OBJECT_NAME_NOT_FOUND;
    bool created = false;
    syspte_world_take();
    uint32_t key = creates ? syspte_registry_make(base, path, false, &created, &status)
                           : syspte_registry_find(base, path);
    syspte_world_give();
    *out = NULL;
    if (key == 0 && status == STATUS_INSUFFICIENT_RESOURCES) {
        syspte_object_full(api, caller, "the registry has 512 keys, or the name is too long");
    }
    if (key == 0) {
        return status;
    }
    if (disposition != NULL) {
        *disposition = created ? REG_CREATED_NEW_KEY : REG_OPENED_EXISTING_KEY;
    }
    return syspte_handle_open(api, caller, SYSPTE_HANDLE_KEY, key, out);
}

NTSTATUS syspte_registry_answer(const void *record, ULONG bytes, ULONG fixed, PVOID to, ULONG room,
                                PULONG needed)
{
    *needed = bytes;
    if (room < fixed) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memcpy(to, record, bytes < room ? bytes : room);
    return bytes <= room ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

// ---- Open and close

// Where a name begins: at a handle's key, or at the root.
static NTSTATUS place_of(POBJECT_ATTRIBUTES attributes, uint32_t *base, syspte_registry_path *path)
{
    *base = 0;
    if (!syspte_registry_path_copy(attributes->ObjectName, path)) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    bool from_root = path->count != 0 && path->text[0] == '\\';
    if (attributes->RootDirectory != NULL) {
        return from_root ? STATUS_OBJECT_PATH_SYNTAX_BAD
                         : syspte_registry_key_by_handle(attributes->RootDirectory, base);
    }
    return from_root ? STATUS_SUCCESS : STATUS_OBJECT_PATH_SYNTAX_BAD;
}

static NTSTATUS open_key(syspte_api api, const syspte_caller *caller, POBJECT_ATTRIBUTES attributes,
                         bool creates, PHANDLE out, PULONG disposition)
{
    syspte_registry_path path;
    uint32_t base;
    *out = NULL;
    if (!syspte_registry_enter(api, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = place_of(attributes, &base, &path);
    return NT_SUCCESS(status)
               ? syspte_registry_open(api, caller, base, &path, creates, out, disposition)
               : status;
}

SYSPTE_ENTRY(NTSTATUS, ZwOpenKey,
             (PHANDLE KeyHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes),
             (KeyHandle, DesiredAccess, ObjectAttributes))
{
    (void)DesiredAccess;
    return open_key(SYSPTE_API_ZW_OPEN_KEY, caller, ObjectAttributes, false, KeyHandle, NULL);
}

SYSPTE_ENTRY(NTSTATUS, ZwCreateKey,
             (PHANDLE KeyHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
              ULONG TitleIndex, PUNICODE_STRING Class, ULONG CreateOptions, PULONG Disposition),
             (KeyHandle, DesiredAccess, ObjectAttributes, TitleIndex, Class, CreateOptions,
              Disposition))
{
    (void)DesiredAccess;
    (void)TitleIndex;
    (void)Class;
    (void)CreateOptions; // nothing outlives the machine anyway
    return open_key(SYSPTE_API_ZW_CREATE_KEY, caller, ObjectAttributes, true, KeyHandle,
                    Disposition);
}

SYSPTE_ENTRY(NTSTATUS, ZwDeleteKey, (HANDLE KeyHandle), (KeyHandle))
{
    uint32_t key;
    if (!syspte_registry_enter(SYSPTE_API_ZW_DELETE_KEY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = syspte_registry_key_by_handle(KeyHandle, &key);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    syspte_world_take();
    bool has_keys = syspte_registry_key_at(key, 0) != NULL;
    if (!has_keys) {
        syspte_registry_delete_key(key);
    }
    syspte_world_give();
    return has_keys ? STATUS_CANNOT_DELETE : STATUS_SUCCESS;
}

// Nothing is written anywhere: what is set is there.
SYSPTE_ENTRY(NTSTATUS, ZwFlushKey, (HANDLE KeyHandle), (KeyHandle))
{
    uint32_t key;
    return syspte_registry_enter(SYSPTE_API_ZW_FLUSH_KEY, caller)
               ? syspte_registry_key_by_handle(KeyHandle, &key)
               : STATUS_UNSUCCESSFUL;
}

// ---- Questions

typedef union key_record {
    KEY_BASIC_INFORMATION basic;
    KEY_NODE_INFORMATION node;
    KEY_FULL_INFORMATION full;
    KEY_NAME_INFORMATION name;
    unsigned char room[sizeof(KEY_FULL_INFORMATION) + sizeof(syspte_registry_path)];
} key_record;

static ULONG longer(ULONG most, unsigned count)
{
    ULONG bytes = count * (ULONG)sizeof(WCHAR);
    return bytes > most ? bytes : most;
}

// Lock: held.
static void fill_full(uint32_t key, KEY_FULL_INFORMATION *full)
{
    const syspte_registry_key *below;
    const syspte_registry_value *value;
    full->ClassOffset = MAXULONG;
    for (; (below = syspte_registry_key_at(key, full->SubKeys)) != NULL; full->SubKeys++) {
        full->MaxNameLen = longer(full->MaxNameLen, below->name.count);
    }
    for (; (value = syspte_registry_value_at(key, full->Values)) != NULL; full->Values++) {
        full->MaxValueNameLen = longer(full->MaxValueNameLen, value->name.count);
        full->MaxValueDataLen =
            value->bytes > full->MaxValueDataLen ? value->bytes : full->MaxValueDataLen;
    }
}

// The whole path of a key. Lock: held.
static ULONG fill_name(const syspte_registry_key *row, WCHAR *name)
{
    unsigned count = 0;
    for (const syspte_registry_key *k = row; k != NULL; k = syspte_registry_key_of(k->parent)) {
        count += k->name.count + 1;
    }
    unsigned at = count;
    for (const syspte_registry_key *k = row; k != NULL && count <= SYSPTE_REGISTRY_PATH;
         k = syspte_registry_key_of(k->parent)) {
        at -= k->name.count;
        memcpy(&name[at], k->name.text, k->name.count * sizeof(WCHAR));
        name[--at] = '\\';
    }
    return count <= SYSPTE_REGISTRY_PATH ? count * (ULONG)sizeof(WCHAR) : 0;
}

// Fills the record of a key. STATUS_INVALID_PARAMETER: not of that class. Lock: held.
static NTSTATUS fill(const syspte_registry_key *row, KEY_INFORMATION_CLASS class, key_record *out,
                     ULONG *bytes, ULONG *fixed)
{
    ULONG name_bytes = row->name.count * (ULONG)sizeof(WCHAR);
    memset(out, 0, sizeof *out);
    switch (class) {
    case KeyBasicInformation:
        *fixed = FIELD_OFFSET(KEY_BASIC_INFORMATION, Name);
        out->basic.NameLength = name_bytes;
        memcpy(out->basic.Name, row->name.text, name_bytes);
        break;
    case KeyNodeInformation:
        *fixed = FIELD_OFFSET(KEY_NODE_INFORMATION, Name);
        out->node.ClassOffset = MAXULONG;
        out->node.NameLength = name_bytes;
        memcpy(out->node.Name, row->name.text, name_bytes);
        break;
    case KeyFullInformation:
        *fixed = FIELD_OFFSET(KEY_FULL_INFORMATION, Class);
        fill_full(row->number, &out->full);
        name_bytes = 0;
        break;
    case KeyNameInformation:
        *fixed = FIELD_OFFSET(KEY_NAME_INFORMATION, Name);
        name_bytes = fill_name(row, out->name.Name);
        out->name.NameLength = name_bytes;
        break;
    default:
        return STATUS_INVALID_PARAMETER;
    }
    *bytes = *fixed + name_bytes;
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, ZwQueryKey,
             (HANDLE KeyHandle, KEY_INFORMATION_CLASS KeyInformationClass, PVOID KeyInformation,
              ULONG Length, PULONG ResultLength),
             (KeyHandle, KeyInformationClass, KeyInformation, Length, ResultLength))
{
    key_record record;
    uint32_t key;
    ULONG bytes;
    ULONG fixed;
    if (!syspte_registry_enter(SYSPTE_API_ZW_QUERY_KEY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = syspte_registry_key_by_handle(KeyHandle, &key);
    if (NT_SUCCESS(status)) {
        syspte_world_take();
        const syspte_registry_key *row = syspte_registry_key_of(key);
        status = row == NULL ? STATUS_KEY_DELETED
                             : fill(row, KeyInformationClass, &record, &bytes, &fixed);
        syspte_world_give();
    }
    return NT_SUCCESS(status)
               ? syspte_registry_answer(&record, bytes, fixed, KeyInformation, Length, ResultLength)
               : status;
}

SYSPTE_ENTRY(NTSTATUS, ZwEnumerateKey,
             (HANDLE KeyHandle, ULONG Index, KEY_INFORMATION_CLASS KeyInformationClass,
              PVOID KeyInformation, ULONG Length, PULONG ResultLength),
             (KeyHandle, Index, KeyInformationClass, KeyInformation, Length, ResultLength))
{
    key_record record;
    uint32_t key;
    ULONG bytes;
    ULONG fixed;
    if (!syspte_registry_enter(SYSPTE_API_ZW_ENUMERATE_KEY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = KeyInformationClass > KeyFullInformation
                          ? STATUS_INVALID_PARAMETER
                          : syspte_registry_key_by_handle(KeyHandle, &key);
    if (NT_SUCCESS(status)) {
        syspte_world_take();
        const syspte_registry_key *row = syspte_registry_key_at(key, Index);
        status = row == NULL ? STATUS_NO_MORE_ENTRIES
                             : fill(row, KeyInformationClass, &record, &bytes, &fixed);
        syspte_world_give();
    }
    return NT_SUCCESS(status)
               ? syspte_registry_answer(&record, bytes, fixed, KeyInformation, Length, ResultLength)
               : status;
}
