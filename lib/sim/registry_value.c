// SPDX-License-Identifier: MIT
// Values of keys by handle. A record is made under the lock and copied to the driver after it.
// Source: nf-wdm-zwqueryvaluekey, nf-wdm-zwsetvaluekey, nf-wdm-zwdeletevaluekey,
// nf-wdm-zwenumeratevaluekey.
#include "sim/object.h"
#include "sim/registry_key.h"

#include <string.h>

enum { DATA_ALIGNMENT = 8 };

typedef union value_record {
    KEY_VALUE_BASIC_INFORMATION basic;
    KEY_VALUE_FULL_INFORMATION full;
    KEY_VALUE_PARTIAL_INFORMATION partial;
    unsigned char room[sizeof(KEY_VALUE_FULL_INFORMATION) + sizeof(syspte_registry_name) +
                       DATA_ALIGNMENT + SYSPTE_REGISTRY_DATA];
} value_record;

typedef struct value_answer {
    value_record record;
    ULONG bytes;
    ULONG fixed;
} value_answer;

// Lock: held, for these.

static void fill_full(const syspte_registry_value *value, value_answer *out)
{
    KEY_VALUE_FULL_INFORMATION *full = &out->record.full;
    ULONG name_bytes = value->name.count * (ULONG)sizeof(WCHAR);
    out->fixed = FIELD_OFFSET(KEY_VALUE_FULL_INFORMATION, Name);
    *full = (KEY_VALUE_FULL_INFORMATION){
        .Type = value->type, .DataLength = value->bytes, .NameLength = name_bytes};
    full->DataOffset = (ULONG)ALIGN_UP_BY(out->fixed + name_bytes, DATA_ALIGNMENT);
    memcpy(full->Name, value->name.text, name_bytes);
    memcpy(&out->record.room[full->DataOffset], syspte_registry_data_of(value), value->bytes);
    out->bytes = full->DataOffset + value->bytes;
}

static void fill_partial(const syspte_registry_value *value, value_answer *out)
{
    KEY_VALUE_PARTIAL_INFORMATION *partial = &out->record.partial;
    out->fixed = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);
    partial->TitleIndex = 0;
    partial->Type = value->type;
    partial->DataLength = value->bytes;
    memcpy(&out->record.room[out->fixed], syspte_registry_data_of(value), value->bytes);
    out->bytes = out->fixed + value->bytes;
}

static void fill_basic(const syspte_registry_value *value, value_answer *out)
{
    KEY_VALUE_BASIC_INFORMATION *basic = &out->record.basic;
    out->fixed = FIELD_OFFSET(KEY_VALUE_BASIC_INFORMATION, Name);
    basic->TitleIndex = 0;
    basic->Type = value->type;
    basic->NameLength = value->name.count * (ULONG)sizeof(WCHAR);
    memcpy(&out->record.room[out->fixed], value->name.text, basic->NameLength);
    out->bytes = out->fixed + basic->NameLength;
}

static NTSTATUS fill(const syspte_registry_value *value, KEY_VALUE_INFORMATION_CLASS class,
                     value_answer *out)
{
    switch (class) {
    case KeyValueBasicInformation:
        fill_basic(value, out);
        return STATUS_SUCCESS;
    case KeyValueFullInformation:
        fill_full(value, out);
        return STATUS_SUCCESS;
    case KeyValuePartialInformation:
        fill_partial(value, out);
        return STATUS_SUCCESS;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

// ---- Questions

SYSPTE_ENTRY(NTSTATUS, ZwQueryValueKey,
             (HANDLE KeyHandle, PUNICODE_STRING ValueName,
              KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass, PVOID KeyValueInformation,
              ULONG Length, PULONG ResultLength),
             (KeyHandle, ValueName, KeyValueInformationClass, KeyValueInformation, Length,
              ResultLength))
{
    value_answer answer;
    syspte_registry_name name;
    uint32_t key;
    if (!syspte_registry_enter(SYSPTE_API_ZW_QUERY_VALUE_KEY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = syspte_registry_key_by_handle(KeyHandle, &key);
    if (!NT_SUCCESS(status) || !syspte_registry_name_copy(ValueName, &name)) {
        return NT_SUCCESS(status) ? STATUS_OBJECT_NAME_NOT_FOUND : status;
    }
    syspte_world_take();
    const syspte_registry_value *value = syspte_registry_value_of(key, &name);
    status = value == NULL ? STATUS_OBJECT_NAME_NOT_FOUND
                           : fill(value, KeyValueInformationClass, &answer);
    syspte_world_give();
    return NT_SUCCESS(status) ? syspte_registry_answer(&answer.record, answer.bytes, answer.fixed,
                                                       KeyValueInformation, Length, ResultLength)
                              : status;
}

SYSPTE_ENTRY(NTSTATUS, ZwEnumerateValueKey,
             (HANDLE KeyHandle, ULONG Index, KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
              PVOID KeyValueInformation, ULONG Length, PULONG ResultLength),
             (KeyHandle, Index, KeyValueInformationClass, KeyValueInformation, Length,
              ResultLength))
{
    value_answer answer;
    uint32_t key;
    if (!syspte_registry_enter(SYSPTE_API_ZW_ENUMERATE_VALUE_KEY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = syspte_registry_key_by_handle(KeyHandle, &key);
    if (NT_SUCCESS(status)) {
        syspte_world_take();
        const syspte_registry_value *value = syspte_registry_value_at(key, Index);
        status =
            value == NULL ? STATUS_NO_MORE_ENTRIES : fill(value, KeyValueInformationClass, &answer);
        syspte_world_give();
    }
    return NT_SUCCESS(status) ? syspte_registry_answer(&answer.record, answer.bytes, answer.fixed,
                                                       KeyValueInformation, Length, ResultLength)
                              : status;
}

// ---- Changes

SYSPTE_ENTRY(NTSTATUS, ZwSetValueKey,
             (HANDLE KeyHandle, PUNICODE_STRING ValueName, ULONG TitleIndex, ULONG Type, PVOID Data,
              ULONG DataSize),
             (KeyHandle, ValueName, TitleIndex, Type, Data, DataSize))
{
    unsigned char copy[SYSPTE_REGISTRY_DATA];
    syspte_registry_name name;
    uint32_t key;
    (void)TitleIndex;
    if (!syspte_registry_enter(SYSPTE_API_ZW_SET_VALUE_KEY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = syspte_registry_key_by_handle(KeyHandle, &key);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (!syspte_registry_name_copy(ValueName, &name) || DataSize > sizeof copy) {
        syspte_object_full(SYSPTE_API_ZW_SET_VALUE_KEY, caller,
                           "a value has at most 8,192 bytes, its name 127 characters");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (DataSize != 0) {
        memcpy(copy, Data, DataSize);
    }
    syspte_world_take();
    bool fits = syspte_registry_put(key, &name, Type, copy, DataSize);
    syspte_world_give();
    if (!fits) {
        syspte_object_full(SYSPTE_API_ZW_SET_VALUE_KEY, caller,
                           "the registry has 1,024 values, or 256 KiB of data");
    }
    return fits ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

SYSPTE_ENTRY(NTSTATUS, ZwDeleteValueKey, (HANDLE KeyHandle, PUNICODE_STRING ValueName),
             (KeyHandle, ValueName))
{
    syspte_registry_name name;
    uint32_t key;
    if (!syspte_registry_enter(SYSPTE_API_ZW_DELETE_VALUE_KEY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status = syspte_registry_key_by_handle(KeyHandle, &key);
    if (!NT_SUCCESS(status) || !syspte_registry_name_copy(ValueName, &name)) {
        return NT_SUCCESS(status) ? STATUS_OBJECT_NAME_NOT_FOUND : status;
    }
    syspte_world_take();
    bool removed = syspte_registry_remove(key, &name);
    syspte_world_give();
    return removed ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND;
}
