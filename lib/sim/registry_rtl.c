// SPDX-License-Identifier: MIT
// Values by a place and a path, without handles: one value is copied out of the store at a time,
// and nothing is held while a driver's routine runs. Strings that are stored directly are blocks of
// paged pool where the driver gives no buffer. There is no environment: nothing in a REG_EXPAND_SZ
// is replaced.
// Source: nf-wdm-rtlqueryregistryvalues, nf-wdm-rtlwriteregistryvalue,
// nf-wdm-rtldeleteregistryvalue, nf-wdm-rtlcheckregistrykey, nf-wdm-rtlcreateregistrykey.
#include "sim/nt_pool.h"
#include "sim/object.h"
#include "sim/registry_key.h"

#include <string.h>

enum { STRING_TAG = 0x53676552 }; // 'RegS'

// ---- Where

static PCWSTR place_name(ULONG relative_to)
{
    static const WCHAR *const names[] = {
        [RTL_REGISTRY_ABSOLUTE] = L"",
        [RTL_REGISTRY_SERVICES] = L"\\Registry\\Machine\\System\\CurrentControlSet\\Services",
        [RTL_REGISTRY_CONTROL] = L"\\Registry\\Machine\\System\\CurrentControlSet\\Control",
        [RTL_REGISTRY_WINDOWS_NT] =
            L"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion",
        [RTL_REGISTRY_DEVICEMAP] = L"\\Registry\\Machine\\Hardware\\DeviceMap",
        [RTL_REGISTRY_USER] = L"\\Registry\\User\\.Default",
    };
    return relative_to < RTL_REGISTRY_MAXIMUM ? names[relative_to] : NULL;
}

static NTSTATUS path_of(ULONG relative_to, PCWSTR path, syspte_registry_path *out)
{
    PCWSTR place = place_name(relative_to & ~(ULONG)RTL_REGISTRY_OPTIONAL);
    out->count = 0;
    if (place == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (place[0] == 0 && (path == NULL || path[0] != '\\')) {
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    }
    return syspte_registry_path_append(out, place) && syspte_registry_path_append(out, path)
               ? STATUS_SUCCESS
               : STATUS_OBJECT_NAME_INVALID;
}

// The key that is meant, which may have to be made.
static NTSTATUS key_of(ULONG relative_to, PCWSTR path, bool creates, uint32_t *key)
{
    syspte_registry_path whole;
    NTSTATUS status;
    bool created;
    if ((relative_to & RTL_REGISTRY_HANDLE) != 0) {
        return syspte_registry_key_by_handle((HANDLE)(ULONG_PTR)path, key);
    }
    status = path_of(relative_to, path, &whole);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    syspte_world_take();
    *key = creates ? syspte_registry_make(0, &whole, false, &created, &status)
                   : syspte_registry_find(0, &whole);
    syspte_world_give();
    return *key != 0 || creates ? status : STATUS_OBJECT_NAME_NOT_FOUND;
}

static bool name_of(PCWSTR name, syspte_registry_name *out)
{
    UNICODE_STRING string;
    RtlInitUnicodeString(&string, name);
    return syspte_registry_name_copy(&string, out);
}

// ---- One value

typedef struct query {
    const syspte_caller *caller;
    PVOID context;
    uint32_t top; // key
    uint32_t key; // that is asked
} query;

typedef struct found {
    syspte_registry_name name;
    ULONG type;
    ULONG bytes;
    const void *data; // `copy`, or the driver's own default
    ULONG64 copy[SYSPTE_REGISTRY_DATA / sizeof(ULONG64) + 1];
} found;

// Lock: held.
static void copy_out(const syspte_registry_value *value, found *out)
{
    out->name = value->name;
    out->type = value->type;
    out->bytes = value->bytes;
    out->data = out->copy;
    memcpy(out->copy, syspte_registry_data_of(value), value->bytes);
    memset((char *)out->copy + value->bytes, 0, sizeof(WCHAR));
}

static bool is_text(ULONG type)
{
    return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
}

static NTSTATUS store_string(const query *q, PUNICODE_STRING to, const found *f)
{
    ULONG bytes = f->bytes > MAXUSHORT - 1 ? MAXUSHORT - 1 : f->bytes;
    if (to->Buffer == NULL) {
        syspte_nt_request request = {
            .window = SYSPTE_WINDOW_PAGED, .bytes = bytes, .tag = STRING_TAG};
        to->Buffer = syspte_nt_allocate(SYSPTE_API_RTL_QUERY_REGISTRY_VALUES, q->caller, &request);
        if (to->Buffer == NULL) {
            return STATUS_NO_MEMORY;
        }
        to->MaximumLength = (USHORT)bytes;
    } else if (to->MaximumLength < bytes) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memcpy(to->Buffer, f->data, bytes);
    to->Length = (USHORT)(bytes < sizeof(WCHAR) ? 0 : bytes - sizeof(WCHAR));
    return STATUS_SUCCESS;
}

// Other data than text that is longer than a ULONG: the buffer says how long it is, and by the sign
// whether length and type are wanted, too.
static NTSTATUS store_long(PVOID to, const found *f)
{
    LONG room;
    memcpy(&room, to, sizeof room);
    if (room < 0) {
        if (0 - (ULONG)room < f->bytes) {
            return STATUS_BUFFER_TOO_SMALL;
        }
        memcpy(to, f->data, f->bytes);
        return STATUS_SUCCESS;
    }
    if ((ULONG)room < f->bytes + 2 * sizeof(ULONG)) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memcpy(to, &f->bytes, sizeof(ULONG));
    memcpy((char *)to + sizeof(ULONG), &f->type, sizeof(ULONG));
    memcpy((char *)to + 2 * sizeof(ULONG), f->data, f->bytes);
    return STATUS_SUCCESS;
}

static NTSTATUS report(const query *q, const RTL_QUERY_REGISTRY_TABLE *row, found *f)
{
    if ((row->Flags & RTL_QUERY_REGISTRY_DIRECT) != 0) {
        if (is_text(f->type)) {
            return store_string(q, row->EntryContext, f);
        }
        if (f->bytes > sizeof(ULONG)) {
            return store_long(row->EntryContext, f);
        }
        memcpy(row->EntryContext, f->data, f->bytes);
        return STATUS_SUCCESS;
    }
    NTSTATUS status = row->QueryRoutine(f->name.text, f->type, (PVOID)f->data, f->bytes, q->context,
                                        row->EntryContext);
    return status == STATUS_BUFFER_TOO_SMALL ? STATUS_SUCCESS : status;
}

// Characters of a string with its terminator, which may be missing at the end of the data.
static ULONG string_bytes(const WCHAR *text, ULONG most)
{
    ULONG bytes = 0;
    while (bytes + sizeof(WCHAR) <= most) {
        bytes += sizeof(WCHAR);
        if (text[bytes / sizeof(WCHAR) - 1] == 0) {
            break;
        }
    }
    return bytes;
}

// Each string of a REG_MULTI_SZ as one of its own.
static NTSTATUS report_strings(const query *q, const RTL_QUERY_REGISTRY_TABLE *row, found *f)
{
    NTSTATUS status = STATUS_SUCCESS;
    const WCHAR *text = f->data;
    ULONG left = f->bytes;
    f->type = REG_SZ;
    while (NT_SUCCESS(status) && left >= sizeof(WCHAR) && *text != 0) {
        f->data = text;
        f->bytes = string_bytes(text, left);
        text += f->bytes / sizeof(WCHAR);
        left -= f->bytes;
        status = report(q, row, f);
    }
    return status;
}

static NTSTATUS report_found(const query *q, const RTL_QUERY_REGISTRY_TABLE *row, found *f)
{
    const ULONG checked = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK;
    ULONG wanted = row->DefaultType >> RTL_QUERY_REGISTRY_TYPECHECK_SHIFT;
    if ((row->Flags & checked) == checked && f->type != wanted) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if ((row->Flags & RTL_QUERY_REGISTRY_NOEXPAND) != 0) {
        return report(q, row, f);
    }
    if (f->type == REG_MULTI_SZ) {
        return report_strings(q, row, f);
    }
    f->type = f->type == REG_EXPAND_SZ ? REG_SZ : f->type;
    return report(q, row, f);
}

// The default, if there is one.
static NTSTATUS report_missing(const query *q, const RTL_QUERY_REGISTRY_TABLE *row, found *f)
{
    const WCHAR *text = row->DefaultData;
    f->type = row->DefaultType & 0xFF;
    if (f->type == REG_NONE) {
        return (row->Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0 ? STATUS_OBJECT_NAME_NOT_FOUND
                                                               : STATUS_SUCCESS;
    }
    f->data = row->DefaultData;
    f->bytes = row->DefaultLength;
    if (f->bytes == 0 && is_text(f->type) && text != NULL) {
        f->bytes = string_bytes(text, MAXUSHORT);
        while (f->type == REG_MULTI_SZ && text[f->bytes / sizeof(WCHAR) - 1] == 0 &&
               text[f->bytes / sizeof(WCHAR)] != 0) {
            f->bytes += string_bytes(text + f->bytes / sizeof(WCHAR), MAXUSHORT);
        }
        f->bytes += f->type == REG_MULTI_SZ ? (ULONG)sizeof(WCHAR) : 0;
    }
    return report(q, row, f);
}

// ---- One row

static NTSTATUS query_one(const query *q, const RTL_QUERY_REGISTRY_TABLE *row)
{
    found f;
    if (!name_of(row->Name, &f.name)) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    syspte_registry_name name = f.name;
    syspte_world_take();
    const syspte_registry_value *value = syspte_registry_value_of(q->key, &name);
    bool there = value != NULL;
    if (there) {
        copy_out(value, &f);
    }
    syspte_world_give();
    NTSTATUS status = there ? report_found(q, row, &f) : report_missing(q, row, &f);
    if (there && NT_SUCCESS(status) && (row->Flags & RTL_QUERY_REGISTRY_DELETE) != 0) {
        syspte_world_take();
        (void)syspte_registry_remove(q->key, &name);
        syspte_world_give();
    }
    return status;
}

static NTSTATUS query_all(const query *q, const RTL_QUERY_REGISTRY_TABLE *row)
{
    bool deletes = (row->Flags & RTL_QUERY_REGISTRY_DELETE) != 0;
    NTSTATUS status = STATUS_SUCCESS;
    unsigned index = 0;
    unsigned count = 0;
    for (; NT_SUCCESS(status); count++) {
        found f;
        syspte_world_take();
        const syspte_registry_value *value = syspte_registry_value_at(q->key, index);
        bool there = value != NULL;
        if (there) {
            copy_out(value, &f);
            index += deletes ? 0 : 1;
        }
        if (there && deletes) {
            (void)syspte_registry_remove(q->key, &f.name);
        }
        syspte_world_give();
        if (!there) {
            bool lacks = count == 0 && (row->Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0;
            return lacks ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_SUCCESS;
        }
        status = report_found(q, row, &f);
    }
    return status;
}

static NTSTATUS enter_subkey(query *q, const RTL_QUERY_REGISTRY_TABLE *row)
{
    syspte_registry_path path = {.count = 0};
    if (row->Name == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    if (!syspte_registry_path_append(&path, row->Name)) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    syspte_world_take();
    q->key = syspte_registry_find(q->top, &path);
    syspte_world_give();
    if (q->key == 0) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    return row->QueryRoutine == NULL ? STATUS_SUCCESS : query_all(q, row);
}

static NTSTATUS query_row(query *q, const RTL_QUERY_REGISTRY_TABLE *row)
{
    bool direct = (row->Flags & RTL_QUERY_REGISTRY_DIRECT) != 0;
    bool subkey = (row->Flags & RTL_QUERY_REGISTRY_SUBKEY) != 0;
    if (direct && (row->Name == NULL || subkey || row->QueryRoutine != NULL)) {
        return STATUS_INVALID_PARAMETER;
    }
    if (subkey) {
        return enter_subkey(q, row);
    }
    if ((row->Flags & RTL_QUERY_REGISTRY_TOPKEY) != 0) {
        q->key = q->top;
    }
    if (row->QueryRoutine == NULL && !direct) {
        return (row->Flags & RTL_QUERY_REGISTRY_TOPKEY) != 0 ? STATUS_SUCCESS
                                                             : STATUS_INVALID_PARAMETER;
    }
    if (row->Name != NULL) {
        return query_one(q, row);
    }
    if ((row->Flags & RTL_QUERY_REGISTRY_NOVALUE) != 0) {
        return row->QueryRoutine(NULL, REG_NONE, NULL, 0, q->context, row->EntryContext);
    }
    return query_all(q, row);
}

// ---- The functions

SYSPTE_ENTRY(NTSTATUS, RtlQueryRegistryValues,
             (ULONG RelativeTo, PCWSTR Path, PRTL_QUERY_REGISTRY_TABLE QueryTable, PVOID Context,
              PVOID Environment),
             (RelativeTo, Path, QueryTable, Context, Environment))
{
    query q = {.caller = caller, .context = Context};
    (void)Environment;
    if (!syspte_registry_enter(SYSPTE_API_RTL_QUERY_REGISTRY_VALUES, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = key_of(RelativeTo, Path, false, &q.top);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND && (RelativeTo & RTL_REGISTRY_OPTIONAL) != 0) {
        status = STATUS_SUCCESS; // a key without values
    }
    q.key = q.top;
    for (const RTL_QUERY_REGISTRY_TABLE *row = QueryTable;
         NT_SUCCESS(status) && (row->QueryRoutine != NULL || row->Name != NULL); row++) {
        status = query_row(&q, row);
    }
    return status;
}

SYSPTE_ENTRY(NTSTATUS, RtlWriteRegistryValue,
             (ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName, ULONG ValueType, PVOID ValueData,
              ULONG ValueLength),
             (RelativeTo, Path, ValueName, ValueType, ValueData, ValueLength))
{
    unsigned char copy[SYSPTE_REGISTRY_DATA];
    syspte_registry_name name;
    uint32_t key = 0;
    if (!syspte_registry_enter(SYSPTE_API_RTL_WRITE_REGISTRY_VALUE, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = key_of(RelativeTo, Path, true, &key);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    bool fits = name_of(ValueName, &name) && ValueLength <= sizeof copy;
    if (fits) {
        memcpy(copy, ValueLength == 0 ? "" : ValueData, ValueLength);
        syspte_world_take();
        fits = syspte_registry_put(key, &name, ValueType, copy, ValueLength);
        syspte_world_give();
    }
    if (!fits) {
        syspte_object_full(SYSPTE_API_RTL_WRITE_REGISTRY_VALUE, caller,
                           "the registry has 1,024 values of at most 8,192 bytes, and 256 KiB");
    }
    return fits ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

SYSPTE_ENTRY(NTSTATUS, RtlDeleteRegistryValue, (ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName),
             (RelativeTo, Path, ValueName))
{
    syspte_registry_name name;
    uint32_t key = 0;
    bool removed = false;
    if (!syspte_registry_enter(SYSPTE_API_RTL_DELETE_REGISTRY_VALUE, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = key_of(RelativeTo, Path, false, &key);
    if (NT_SUCCESS(status) && name_of(ValueName, &name)) {
        syspte_world_take();
        removed = syspte_registry_remove(key, &name);
        syspte_world_give();
    }
    return NT_SUCCESS(status) && !removed ? STATUS_OBJECT_NAME_NOT_FOUND : status;
}

SYSPTE_ENTRY(NTSTATUS, RtlCheckRegistryKey, (ULONG RelativeTo, PWSTR Path), (RelativeTo, Path))
{
    uint32_t key = 0;
    return syspte_registry_enter(SYSPTE_API_RTL_CHECK_REGISTRY_KEY, caller)
               ? key_of(RelativeTo, Path, false, &key)
               : STATUS_UNSUCCESSFUL;
}

SYSPTE_ENTRY(NTSTATUS, RtlCreateRegistryKey, (ULONG RelativeTo, PWSTR Path), (RelativeTo, Path))
{
    uint32_t key = 0;
    return syspte_registry_enter(SYSPTE_API_RTL_CREATE_REGISTRY_KEY, caller)
               ? key_of(RelativeTo, Path, true, &key)
               : STATUS_UNSUCCESSFUL;
}
