// SPDX-License-Identifier: MIT
// Keys, properties and interfaces of devices. All of it is in the registry, where the test finds
// it: device n has Enum\PCI\SYSPTE\000n, an interface
// Control\DeviceClasses\{guid}\##?#PCI#SYSPTE#... with the value Linked, 1 while it is enabled.
// Source: nf-wdm-ioopendeviceregistrykey, nf-wdm-ioopendriverregistrykey,
// nf-wdm-iogetdeviceproperty, nf-wdm-ioregisterdeviceinterface, nf-wdm-iosetdeviceinterfacestate.
#include "sim/bus.h"
#include "sim/object.h"
#include "sim/registry_key.h"
#include "sim/string_room.h"

#include <string.h>

#define CONTROL_SET  L"\\Registry\\Machine\\System\\CurrentControlSet"
#define CLASSES      CONTROL_SET L"\\Control\\DeviceClasses"
#define PARAMETERS   L"Device Parameters"
#define DRIVER_CLASS CONTROL_SET L"\\Control\\Class\\{00000000-0000-0000-0000-000000000000}"

enum { GUID_CHARACTERS = 38 };

// "000n", of a physical device; false: it is none.
static bool number_of(const DEVICE_OBJECT *device, WCHAR digits[5])
{
    const syspte_physical *physical = syspte_bus_find(device);
    unsigned number = physical == NULL ? 0 : syspte_bus_number(physical);
    for (unsigned i = 4; i-- > 0; number /= 10) {
        digits[i] = (WCHAR)('0' + number % 10);
    }
    digits[4] = 0;
    return physical != NULL;
}

// Opens the key of that path, and makes it with all above it where it is not there.
static NTSTATUS open_made(syspte_api api, const syspte_caller *caller,
                          const syspte_registry_path *path, HANDLE *out)
{
    NTSTATUS status;
    bool created;
    syspte_world_take();
    uint32_t key = syspte_registry_make(0, path, true, &created, &status);
    syspte_world_give();
    *out = NULL;
    if (key == 0) {
        syspte_object_full(api, caller, "the registry has 512 keys");
        return status;
    }
    return syspte_registry_open(api, caller, 0, path, false, out, NULL);
}

// ---- Keys

SYSPTE_ENTRY(NTSTATUS, IoOpenDeviceRegistryKey,
             (PDEVICE_OBJECT DeviceObject, ULONG DevInstKeyType, ACCESS_MASK DesiredAccess,
              PHANDLE DeviceRegKey),
             (DeviceObject, DevInstKeyType, DesiredAccess, DeviceRegKey))
{
    syspte_registry_path path = {.count = 0};
    WCHAR number[5];
    ULONG kind = DevInstKeyType & ~(ULONG)PLUGPLAY_REGKEY_CURRENT_HWPROFILE;
    (void)DesiredAccess;
    *DeviceRegKey = NULL;
    if (!syspte_registry_enter(SYSPTE_API_IO_OPEN_DEVICE_REGISTRY_KEY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (kind != PLUGPLAY_REGKEY_DEVICE && kind != PLUGPLAY_REGKEY_DRIVER) {
        return STATUS_INVALID_PARAMETER;
    }
    if (!number_of(DeviceObject, number)) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    bool of_device = kind == PLUGPLAY_REGKEY_DEVICE;
    (void)syspte_registry_path_append(&path, of_device ? CONTROL_SET L"\\Enum\\PCI\\SYSPTE"
                                                       : DRIVER_CLASS);
    (void)syspte_registry_path_append(&path, number);
    (void)syspte_registry_path_append(&path, of_device ? PARAMETERS : NULL);
    return open_made(SYSPTE_API_IO_OPEN_DEVICE_REGISTRY_KEY, caller, &path, DeviceRegKey);
}

SYSPTE_ENTRY(NTSTATUS, IoOpenDriverRegistryKey,
             (PDRIVER_OBJECT DriverObject, DRIVER_REGKEY_TYPE RegKeyType, ACCESS_MASK DesiredAccess,
              ULONG Flags, PHANDLE DriverRegKey),
             (DriverObject, RegKeyType, DesiredAccess, Flags, DriverRegKey))
{
    static const WCHAR *const names[] = {
        [DriverRegKeyParameters] = L"Parameters",
        [DriverRegKeyPersistentState] = L"PersistentState",
        [DriverRegKeySharedPersistentState] = L"SharedPersistentState",
    };
    syspte_registry_path path = {.count = 0};
    (void)DriverObject;
    (void)DesiredAccess;
    *DriverRegKey = NULL;
    if (!syspte_registry_enter(SYSPTE_API_IO_OPEN_DRIVER_REGISTRY_KEY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if ((unsigned)RegKeyType >= sizeof names / sizeof names[0] || Flags != 0) {
        return STATUS_INVALID_PARAMETER;
    }
    (void)syspte_registry_path_append(&path, CONTROL_SET L"\\Services\\driver");
    (void)syspte_registry_path_append(&path, names[RegKeyType]);
    return open_made(SYSPTE_API_IO_OPEN_DRIVER_REGISTRY_KEY, caller, &path, DriverRegKey);
}

// ---- Properties

typedef union property {
    ULONG number;
    GUID guid;
    WCHAR text[64];
} property;

// Appends a string with its terminator.
static ULONG put_text(property *p, ULONG bytes, PCWSTR text)
{
    ULONG at = bytes / (ULONG)sizeof(WCHAR);
    for (; *text != 0; text++) {
        p->text[at++] = *text;
    }
    p->text[at++] = 0;
    return at * (ULONG)sizeof(WCHAR);
}

static ULONG put_digits(property *p, ULONG bytes, ULONG value, unsigned digits)
{
    ULONG at = bytes / (ULONG)sizeof(WCHAR);
    while (digits-- != 0) {
        p->text[at++] = (WCHAR) "0123456789ABCDEF"[value >> (4 * digits) & 0xF];
    }
    return at * (ULONG)sizeof(WCHAR);
}

// "PCI\VEN_8086&DEV_100E", and an empty string behind it.
static ULONG put_hardware_id(property *p, const syspte_hardware *hardware)
{
    ULONG bytes = put_text(p, 0, L"PCI\\VEN_") - (ULONG)sizeof(WCHAR);
    bytes = put_digits(p, bytes, hardware->vendor_id, 4);
    bytes = put_text(p, bytes, L"&DEV_") - (ULONG)sizeof(WCHAR);
    bytes = put_digits(p, bytes, hardware->device_id, 4);
    p->text[bytes / sizeof(WCHAR)] = 0;
    p->text[bytes / sizeof(WCHAR) + 1] = 0;
    return bytes + 2 * (ULONG)sizeof(WCHAR);
}

// How many bytes the property has; 0: the device has none.
static ULONG property_of(const syspte_physical *physical, DEVICE_REGISTRY_PROPERTY which,
                         property *p)
{
    static const GUID pci = {
        0xC8EBDFB0, 0xB510, 0x11D0, {0x80, 0xE5, 0x00, 0xA0, 0xC9, 0x25, 0x42, 0xE3}};
    const syspte_hardware *hardware = physical->hardware;
    switch (which) {
    case DevicePropertyPhysicalDeviceObjectName:
        return put_digits(p, put_text(p, 0, L"\\Device\\NTPNP_PCI") - (ULONG)sizeof(WCHAR),
                          syspte_bus_number(physical), 4) +
               (p->text[21] = 0, (ULONG)sizeof(WCHAR));
    case DevicePropertyEnumeratorName:
        return put_text(p, 0, L"PCI");
    case DevicePropertyBusTypeGuid:
        p->guid = pci;
        return sizeof p->guid;
    case DevicePropertyLegacyBusType:
        p->number = PCIBus;
        return sizeof p->number;
    case DevicePropertyBusNumber:
        p->number = hardware == NULL ? 0 : hardware->bus_number;
        return sizeof p->number;
    case DevicePropertyAddress:
        p->number = hardware == NULL ? 0 : (ULONG)hardware->slot << 16 | hardware->function;
        return sizeof p->number;
    case DevicePropertyHardwareID:
        return hardware == NULL ? 0 : put_hardware_id(p, hardware);
    default:
        return 0;
    }
}

SYSPTE_ENTRY(NTSTATUS, IoGetDeviceProperty,
             (PDEVICE_OBJECT DeviceObject, DEVICE_REGISTRY_PROPERTY DeviceProperty,
              ULONG BufferLength, PVOID PropertyBuffer, PULONG ResultLength),
             (DeviceObject, DeviceProperty, BufferLength, PropertyBuffer, ResultLength))
{
    property p;
    *ResultLength = 0;
    if (!syspte_registry_enter(SYSPTE_API_IO_GET_DEVICE_PROPERTY, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    const syspte_physical *physical = syspte_bus_find(DeviceObject);
    if (physical == NULL) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    if ((unsigned)DeviceProperty > DevicePropertyRemovalPolicy) {
        return STATUS_INVALID_PARAMETER_2;
    }
    ULONG bytes = property_of(physical, DeviceProperty, &p);
    *ResultLength = bytes;
    if (bytes == 0) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    if (BufferLength < bytes) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memcpy(PropertyBuffer, &p, bytes);
    return STATUS_SUCCESS;
}

// ---- Interfaces

// The key of a symbolic link: its name with number signs for backslashes, below its GUID.
static bool key_of_link(PCUNICODE_STRING link, syspte_registry_path *path)
{
    WCHAR guid[GUID_CHARACTERS + 1];
    WCHAR name[SYSPTE_REGISTRY_NAME + 1];
    unsigned count = link->Length / (unsigned)sizeof(WCHAR);
    unsigned at = 0;
    if (count > SYSPTE_REGISTRY_NAME) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        bool mangled = link->Buffer[i] == '\\' || (i < 4 && link->Buffer[i] == '?');
        name[i] = mangled ? L"##?#"[i < 4 ? i : 0] : link->Buffer[i];
    }
    name[count] = 0;
    while (at < count && name[at] != '{') {
        at++;
    }
    if (count - at < GUID_CHARACTERS) {
        return false;
    }
    memcpy(guid, name + at, sizeof guid - sizeof(WCHAR));
    guid[GUID_CHARACTERS] = 0;
    path->count = 0;
    return syspte_registry_path_append(path, CLASSES) && syspte_registry_path_append(path, guid) &&
           syspte_registry_path_append(path, name);
}

static const syspte_registry_name linked = {6, L"Linked"};

// Notes whether the interface is enabled. Lock: held.
static bool put_linked(uint32_t key, uint32_t enabled)
{
    return key != 0 && syspte_registry_put(key, &linked, REG_DWORD, &enabled, sizeof enabled);
}

static bool is_linked(uint32_t key)
{
    const syspte_registry_value *value = syspte_registry_value_of(key, &linked);
    return value != NULL && *(const unsigned char *)syspte_registry_data_of(value) != 0;
}

static void fill_link(PWCH at, const WCHAR number[5], const GUID *guid,
                      const UNICODE_STRING *reference)
{
    static const WCHAR prefix[] = L"\\??\\PCI#SYSPTE#";
    memcpy(at, prefix, sizeof prefix - sizeof(WCHAR));
    at += sizeof prefix / sizeof(WCHAR) - 1;
    memcpy(at, number, 4 * sizeof(WCHAR));
    at[4] = '#';
    syspte_string_put_guid(at + 5, guid);
    at += 5 + GUID_CHARACTERS;
    if (reference != NULL && reference->Length != 0) {
        *at++ = '\\';
        memcpy(at, reference->Buffer, reference->Length);
    }
}

SYSPTE_ENTRY(NTSTATUS, IoRegisterDeviceInterface,
             (PDEVICE_OBJECT PhysicalDeviceObject, const GUID *InterfaceClassGuid,
              PUNICODE_STRING ReferenceString, PUNICODE_STRING SymbolicLinkName),
             (PhysicalDeviceObject, InterfaceClassGuid, ReferenceString, SymbolicLinkName))
{
    enum { BEFORE_GUID = 20 };
    const syspte_api api = SYSPTE_API_IO_REGISTER_DEVICE_INTERFACE;
    syspte_registry_path path;
    WCHAR number[5];
    bool created = false;
    unsigned more = ReferenceString == NULL ? 0 : ReferenceString->Length / (unsigned)sizeof(WCHAR);
    if (!syspte_registry_enter(api, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (!number_of(PhysicalDeviceObject, number)) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    NTSTATUS status = syspte_string_room(api, caller, SymbolicLinkName,
                                         BEFORE_GUID + GUID_CHARACTERS + more + (more != 0));
    if (!NT_SUCCESS(status)) {
        return status;
    }
    fill_link(SymbolicLinkName->Buffer, number, InterfaceClassGuid, ReferenceString);
    bool fits = key_of_link(SymbolicLinkName, &path);
    if (fits) {
        syspte_world_take();
        uint32_t key = syspte_registry_make(0, &path, true, &created, &status);
        fits = key != 0 && (!created || put_linked(key, 0));
        syspte_world_give();
    }
    if (!fits) {
        RtlFreeUnicodeString(SymbolicLinkName);
        syspte_object_full(api, caller, "the registry is full, or the reference string too long");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, IoSetDeviceInterfaceState,
             (PUNICODE_STRING SymbolicLinkName, BOOLEAN Enable), (SymbolicLinkName, Enable))
{
    syspte_registry_path path;
    if (!syspte_registry_enter(SYSPTE_API_IO_SET_DEVICE_INTERFACE_STATE, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (!key_of_link(SymbolicLinkName, &path)) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    syspte_world_take();
    uint32_t key = syspte_registry_find(0, &path);
    bool was = key != 0 && is_linked(key);
    bool changes = key != 0 && was == !Enable;
    bool fits = !changes || put_linked(key, Enable ? 1 : 0);
    syspte_world_give();
    if (changes) {
        return fits ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    return key != 0 && Enable ? STATUS_OBJECT_NAME_EXISTS : STATUS_OBJECT_NAME_NOT_FOUND;
}

SYSPTE_ENTRY(NTSTATUS, IoOpenDeviceInterfaceRegistryKey,
             (PUNICODE_STRING SymbolicLinkName, ACCESS_MASK DesiredAccess,
              PHANDLE DeviceInterfaceRegKey),
             (SymbolicLinkName, DesiredAccess, DeviceInterfaceRegKey))
{
    const syspte_api api = SYSPTE_API_IO_OPEN_DEVICE_INTERFACE_REGISTRY_KEY;
    syspte_registry_path path;
    (void)DesiredAccess;
    *DeviceInterfaceRegKey = NULL;
    if (!syspte_registry_enter(api, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (!key_of_link(SymbolicLinkName, &path)) {
        return STATUS_INVALID_PARAMETER;
    }
    syspte_world_take();
    uint32_t key = syspte_registry_find(0, &path);
    syspte_world_give();
    if (key == 0) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    (void)syspte_registry_path_append(&path, PARAMETERS);
    return open_made(api, caller, &path, DeviceInterfaceRegKey);
}
