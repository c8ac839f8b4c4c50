// SPDX-License-Identifier: MIT
// The framework's registry keys: each is a handle of WDM, which goes with the object.
// Source: wdfregistry nf-wdfregistry-wdfregistryopenkey, nf-wdfregistry-wdfregistryqueryvalue,
// wdfdriver nf-wdfdriver-wdfdriveropenparametersregistrykey.
#include "sim/wdf_device.h"

#include <string.h>

enum { VALUE_TAG = 0x56666457 }; // 'WdfV', while a value is looked at

typedef struct key_body {
    HANDLE handle;
} key_body;

// A value with its type, in a block of pool while it is looked at.
typedef struct value {
    PKEY_VALUE_PARTIAL_INFORMATION block;
    const UCHAR *data;
    ULONG bytes;
    ULONG type;
} value;

static void close(syspte_wdf_object *key)
{
    if (((key_body *)key->body)->handle != NULL) {
        (void)ZwClose(((key_body *)key->body)->handle);
    }
}

static const syspte_wdf_class key_class = {.name = "WDFKEY", .destroy = close};

static const key_body *find(const syspte_caller *caller, WDFKEY handle)
{
    syspte_wdf_object *key = syspte_wdf_find(SYSPTE_API_WDF, caller, handle, &key_class);
    return key == NULL ? NULL : (const key_body *)key->body;
}

// ---- Begin and end

static NTSTATUS create(const syspte_caller *caller, const WDF_OBJECT_ATTRIBUTES *attributes,
                       syspte_wdf_object **key)
{
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_REGISTRY_OPEN_KEY,
                          .caller = caller,
                          .class = &key_class,
                          .attributes = attributes,
                          .parent = syspte_wdf_driver_last()};
    return syspte_wdf_create(&ask, key);
}

// Ends what create began: gives the key to the driver, or deletes it.
static NTSTATUS finish(const syspte_caller *caller, syspte_wdf_object *key, NTSTATUS status,
                       WDFKEY *handle)
{
    *handle = NT_SUCCESS(status) ? (WDFKEY)key->handle : NULL;
    if (!NT_SUCCESS(status)) {
        ((key_body *)key->body)->handle = NULL;
        syspte_wdf_delete(caller, key);
    }
    return status;
}

static NTSTATUS open(const syspte_caller *caller, HANDLE root, PCUNICODE_STRING name,
                     ACCESS_MASK access, syspte_wdf_object *key)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING copy = *name;
    InitializeObjectAttributes(&attributes, &copy, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, root,
                               NULL);
    syspte_wdf_ownership before = syspte_wdf_own(key);
    NTSTATUS status = syspte_at_ZwOpenKey(&((key_body *)key->body)->handle, access, &attributes,
                                          caller->file, caller->line, caller->function);
    syspte_wdf_disown(&before);
    return status;
}

SYSPTE_ENTRY(NTSTATUS, WdfRegistryOpenKey,
             (WDFKEY ParentKey, PCUNICODE_STRING KeyName, ACCESS_MASK DesiredAccess,
              PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key),
             (ParentKey, KeyName, DesiredAccess, KeyAttributes, Key))
{
    syspte_wdf_object *key;
    const key_body *parent = ParentKey == NULL ? NULL : find(caller, ParentKey);
    *Key = NULL;
    if (ParentKey != NULL && parent == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = create(caller, KeyAttributes, &key);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = open(caller, parent == NULL ? NULL : parent->handle, KeyName, DesiredAccess, key);
    return finish(caller, key, status, Key);
}

SYSPTE_ENTRY(NTSTATUS, WdfRegistryCreateKey,
             (WDFKEY ParentKey, PCUNICODE_STRING KeyName, ACCESS_MASK DesiredAccess,
              ULONG CreateOptions, PULONG CreateDisposition, PWDF_OBJECT_ATTRIBUTES KeyAttributes,
              WDFKEY *Key),
             (ParentKey, KeyName, DesiredAccess, CreateOptions, CreateDisposition, KeyAttributes,
              Key))
{
    syspte_wdf_object *key;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name = *KeyName;
    const key_body *parent = ParentKey == NULL ? NULL : find(caller, ParentKey);
    *Key = NULL;
    if (ParentKey != NULL && parent == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = create(caller, KeyAttributes, &key);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                               parent == NULL ? NULL : parent->handle, NULL);
    syspte_wdf_ownership before = syspte_wdf_own(key);
    status = syspte_at_ZwCreateKey(&((key_body *)key->body)->handle, DesiredAccess, &attributes, 0,
                                   NULL, CreateOptions, CreateDisposition, caller->file,
                                   caller->line, caller->function);
    syspte_wdf_disown(&before);
    return finish(caller, key, status, Key);
}

SYSPTE_ENTRY(NTSTATUS, WdfDriverOpenParametersRegistryKey,
             (WDFDRIVER Driver, ACCESS_MASK DesiredAccess, PWDF_OBJECT_ATTRIBUTES KeyAttributes,
              WDFKEY *Key),
             (Driver, DesiredAccess, KeyAttributes, Key))
{
    static const WCHAR parameters[] = L"\\Parameters";
    WCHAR path[160];
    syspte_wdf_object *key;
    PCWSTR driver = WdfDriverGetRegistryPath(Driver);
    *Key = NULL;
    if (driver == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    size_t length = 0;
    while (driver[length] != 0) {
        path[length] = driver[length];
        length++;
    }
    memcpy(&path[length], parameters, sizeof parameters);
    UNICODE_STRING name = {.Buffer = path};
    name.Length = (USHORT)(length * sizeof(WCHAR) + sizeof parameters - sizeof(WCHAR));
    name.MaximumLength = name.Length;
    NTSTATUS status = create(caller, KeyAttributes, &key);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    // Made if it is not there.
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    syspte_wdf_ownership before = syspte_wdf_own(key);
    status = syspte_at_ZwCreateKey(&((key_body *)key->body)->handle, DesiredAccess, &attributes, 0,
                                   NULL, REG_OPTION_NON_VOLATILE, NULL, caller->file, caller->line,
                                   caller->function);
    syspte_wdf_disown(&before);
    return finish(caller, key, status, Key);
}

SYSPTE_ENTRY(NTSTATUS, WdfDeviceOpenRegistryKey,
             (WDFDEVICE Device, ULONG DeviceInstanceKeyType, ACCESS_MASK DesiredAccess,
              PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key),
             (Device, DeviceInstanceKeyType, DesiredAccess, KeyAttributes, Key))
{
    syspte_wdf_object *key;
    PDEVICE_OBJECT physical = WdfDeviceWdmGetPhysicalDevice(Device);
    *Key = NULL;
    if (physical == NULL) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    NTSTATUS status = create(caller, KeyAttributes, &key);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    syspte_wdf_ownership before = syspte_wdf_own(key);
    status = syspte_at_IoOpenDeviceRegistryKey(physical, DeviceInstanceKeyType, DesiredAccess,
                                               &((key_body *)key->body)->handle, caller->file,
                                               caller->line, caller->function);
    syspte_wdf_disown(&before);
    return finish(caller, key, status, Key);
}

SYSPTE_ENTRY_VOID(WdfRegistryClose, (WDFKEY Key), (Key))
{
    syspte_wdf_object *key = syspte_wdf_find(SYSPTE_API_WDF, caller, Key, &key_class);
    if (key != NULL) {
        syspte_wdf_delete(caller, key);
    }
}

// ---- Values

static NTSTATUS value_get(const key_body *key, PCUNICODE_STRING name, value *v)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    KEY_VALUE_PARTIAL_INFORMATION head;
    UNICODE_STRING copy = *name;
    ULONG bytes = 0;
    *v = (value){.block = NULL};
    NTSTATUS status =
        ZwQueryValueKey(key->handle, &copy, KeyValuePartialInformation, &head, sizeof head, &bytes);
    if (!NT_SUCCESS(status) && status != STATUS_BUFFER_OVERFLOW &&
        status != STATUS_BUFFER_TOO_SMALL) {
        return status;
    }
    syspte_nt_request request = {.window = SYSPTE_WINDOW_PAGED, .bytes = bytes, .tag = VALUE_TAG};
    v->block = syspte_nt_allocate(SYSPTE_API_WDF, &caller, &request);
    if (v->block == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    status =
        ZwQueryValueKey(key->handle, &copy, KeyValuePartialInformation, v->block, bytes, &bytes);
    v->data = v->block->Data;
    v->bytes = v->block->DataLength;
    v->type = v->block->Type;
    return status;
}

static void value_drop(const value *v)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    if (v->block != NULL) {
        (void)syspte_nt_free(SYSPTE_API_WDF, &caller, v->block);
    }
}

SYSPTE_ENTRY(NTSTATUS, WdfRegistryQueryValue,
             (WDFKEY Key, PCUNICODE_STRING ValueName, ULONG ValueLength, PVOID Value,
              PULONG ValueLengthQueried, PULONG ValueType),
             (Key, ValueName, ValueLength, Value, ValueLengthQueried, ValueType))
{
    value v;
    const key_body *key = find(caller, Key);
    NTSTATUS status = key == NULL ? STATUS_INVALID_PARAMETER : value_get(key, ValueName, &v);
    if (key == NULL) {
        return status;
    }
    if (NT_SUCCESS(status)) {
        status = Value != NULL && v.bytes > ValueLength ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
        if (Value != NULL) {
            memcpy(Value, v.data, v.bytes < ValueLength ? v.bytes : ValueLength);
        }
        if (ValueLengthQueried != NULL) {
            *ValueLengthQueried = v.bytes;
        }
        if (ValueType != NULL) {
            *ValueType = v.type;
        }
    }
    value_drop(&v);
    return status;
}

SYSPTE_ENTRY(NTSTATUS, WdfRegistryQueryULong,
             (WDFKEY Key, PCUNICODE_STRING ValueName, PULONG Value), (Key, ValueName, Value))
{
    value v;
    const key_body *key = find(caller, Key);
    if (key == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = value_get(key, ValueName, &v);
    if (NT_SUCCESS(status) && (v.type != REG_DWORD || v.bytes != sizeof *Value)) {
        status = STATUS_OBJECT_TYPE_MISMATCH;
    }
    if (NT_SUCCESS(status)) {
        memcpy(Value, v.data, sizeof *Value);
    }
    value_drop(&v);
    return status;
}

// The terminator that the value has is not part of the string.
static USHORT string_bytes(const value *v)
{
    const WCHAR *text = (const WCHAR *)(const void *)v->data;
    ULONG characters = v->bytes / sizeof(WCHAR);
    while (characters != 0 && text[characters - 1] == 0) {
        characters--;
    }
    return (USHORT)(characters * sizeof(WCHAR));
}

SYSPTE_ENTRY(NTSTATUS, WdfRegistryQueryUnicodeString,
             (WDFKEY Key, PCUNICODE_STRING ValueName, PUSHORT ValueByteLength,
              PUNICODE_STRING Value),
             (Key, ValueName, ValueByteLength, Value))
{
    value v;
    const key_body *key = find(caller, Key);
    if (key == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = value_get(key, ValueName, &v);
    if (NT_SUCCESS(status) && v.type != REG_SZ && v.type != REG_EXPAND_SZ) {
        status = STATUS_OBJECT_TYPE_MISMATCH;
    }
    if (NT_SUCCESS(status)) {
        USHORT bytes = string_bytes(&v);
        if (ValueByteLength != NULL) {
            *ValueByteLength = (USHORT)(bytes + sizeof(WCHAR)); // this counts it
        }
        if (Value != NULL && Value->MaximumLength < bytes) {
            status = STATUS_BUFFER_OVERFLOW;
        } else if (Value != NULL) {
            memcpy(Value->Buffer, v.data, bytes);
            Value->Length = bytes;
        }
    }
    value_drop(&v);
    return status;
}

static NTSTATUS assign(const syspte_caller *caller, WDFKEY handle, PCUNICODE_STRING name,
                       ULONG type, PVOID data, ULONG bytes)
{
    const key_body *key = find(caller, handle);
    UNICODE_STRING copy = *name;
    return key == NULL ? STATUS_INVALID_PARAMETER
                       : ZwSetValueKey(key->handle, &copy, 0, type, data, bytes);
}

SYSPTE_ENTRY(NTSTATUS, WdfRegistryAssignULong,
             (WDFKEY Key, PCUNICODE_STRING ValueName, ULONG Value), (Key, ValueName, Value))
{
    return assign(caller, Key, ValueName, REG_DWORD, &Value, sizeof Value);
}

SYSPTE_ENTRY(NTSTATUS, WdfRegistryAssignValue,
             (WDFKEY Key, PCUNICODE_STRING ValueName, ULONG ValueType, ULONG ValueLength,
              PVOID Value),
             (Key, ValueName, ValueType, ValueLength, Value))
{
    return assign(caller, Key, ValueName, ValueType, Value, ValueLength);
}

SYSPTE_ENTRY(HANDLE, WdfRegistryWdmGetHandle, (WDFKEY Key), (Key))
{
    const key_body *key = find(caller, Key);
    return key == NULL ? NULL : key->handle;
}
