// SPDX-License-Identifier: MIT
// What the registry has of devices: their keys, properties and interfaces.
#include "harness.h"

#define DEVICE_1 "\\Registry\\Machine\\System\\CurrentControlSet\\Enum\\PCI\\SYSPTE\\0001"

static const GUID class = {
    0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF}};
static const char interface_key[] =
    "\\Registry\\Machine\\System\\CurrentControlSet\\Control\\DeviceClasses\\"
    "{00112233-4455-6677-8899-aabbccddeeff}\\"
    "##?#PCI#SYSPTE#0001#{00112233-4455-6677-8899-aabbccddeeff}";

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDeviceObject)
{
    (void)DriverObject;
    (void)PhysicalDeviceObject;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    DriverObject->DriverExtension->AddDevice = add_device;
    return STATUS_SUCCESS;
}

static PDRIVER_OBJECT driver;
static PDEVICE_OBJECT bus_device;

static int begin(void **state)
{
    int failed = machine_begin(state);
    failed |= !NT_SUCCESS(syspte_driver_load(entry, &driver));
    failed |= !NT_SUCCESS(syspte_driver_add_device(driver, &bus_device));
    return failed;
}

#define device_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static ULONG dword_of(HANDLE key, PCWSTR name)
{
    UNICODE_STRING value;
    union {
        KEY_VALUE_PARTIAL_INFORMATION partial;
        unsigned char room[32];
    } answer;
    ULONG bytes;
    ULONG number = 0;
    RtlInitUnicodeString(&value, name);
    assert_int_equal(
        ZwQueryValueKey(key, &value, KeyValuePartialInformation, &answer, sizeof answer, &bytes),
        STATUS_SUCCESS);
    memcpy(&number, answer.partial.Data, sizeof number);
    return number;
}

static void device_has_keys_of_its_own(void **state)
{
    HANDLE key;
    (void)state;
    assert_true(syspte_registry_set_dword(DEVICE_1 "\\Device Parameters", "Lanes", 4));

    assert_int_equal(IoOpenDeviceRegistryKey(bus_device, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key),
                     STATUS_SUCCESS);
    assert_int_equal(dword_of(key, L"lanes"), 4);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_int_equal(IoOpenDeviceRegistryKey(bus_device, PLUGPLAY_REGKEY_DRIVER, KEY_READ, &key),
                     STATUS_SUCCESS);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_int_equal(IoOpenDeviceRegistryKey(bus_device, 0, KEY_READ, &key),
                     STATUS_INVALID_PARAMETER);
    assert_null(key);
    assert_no_findings();
}

static void driver_has_parameters(void **state)
{
    HANDLE key;
    (void)state;
    assert_true(syspte_registry_set_dword("Parameters", "Debug", 3));
    assert_int_equal(IoOpenDriverRegistryKey(driver, DriverRegKeyParameters, KEY_READ, 0, &key),
                     STATUS_SUCCESS);
    assert_int_equal(dword_of(key, L"Debug"), 3);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_int_equal(IoOpenDriverRegistryKey(driver, (DRIVER_REGKEY_TYPE)9, KEY_READ, 0, &key),
                     STATUS_INVALID_PARAMETER);
}

static void only_physical_devices_have_keys(void **state)
{
    DEVICE_OBJECT other = {.Type = IO_TYPE_DEVICE};
    HANDLE key;
    ULONG bytes;
    UNICODE_STRING link;
    (void)state;
    assert_int_equal(IoOpenDeviceRegistryKey(&other, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(IoGetDeviceProperty(&other, DevicePropertyBusNumber, 0, NULL, &bytes),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(IoRegisterDeviceInterface(&other, &class, NULL, &link),
                     STATUS_INVALID_DEVICE_REQUEST);
}

static void properties_say_what_they_need(void **state)
{
    static const syspte_hardware hardware = {
        .vendor_id = 0x8086, .device_id = 0x100E, .bus_number = 2, .slot = 3, .function = 1};
    WCHAR text[64];
    ULONG number = 0;
    ULONG bytes = 0;
    (void)state;
    assert_true(syspte_hardware_give(bus_device, &hardware));

    assert_int_equal(IoGetDeviceProperty(bus_device, DevicePropertyBusNumber, 0, NULL, &bytes),
                     STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(bytes, 4);
    assert_int_equal(
        IoGetDeviceProperty(bus_device, DevicePropertyBusNumber, sizeof number, &number, &bytes),
        STATUS_SUCCESS);
    assert_int_equal(number, 2);
    assert_int_equal(
        IoGetDeviceProperty(bus_device, DevicePropertyAddress, sizeof number, &number, &bytes),
        STATUS_SUCCESS);
    assert_int_equal(number, 0x30001);
    assert_int_equal(
        IoGetDeviceProperty(bus_device, DevicePropertyHardwareID, sizeof text, text, &bytes),
        STATUS_SUCCESS);
    assert_memory_equal(text, L"PCI\\VEN_8086&DEV_100E\0", 46);
    assert_int_equal(bytes, 46);
    assert_int_equal(IoGetDeviceProperty(bus_device, DevicePropertyPhysicalDeviceObjectName,
                                         sizeof text, text, &bytes),
                     STATUS_SUCCESS);
    assert_memory_equal(text, L"\\Device\\NTPNP_PCI0001", 44);
    assert_int_equal(bytes, 44);
    assert_int_equal(
        IoGetDeviceProperty(bus_device, DevicePropertyFriendlyName, sizeof text, text, &bytes),
        STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(bytes, 0);
}

static void interface_is_enabled_once(void **state)
{
    UNICODE_STRING link;
    uint32_t linked = 7;
    (void)state;
    assert_int_equal(IoRegisterDeviceInterface(bus_device, &class, NULL, &link), STATUS_SUCCESS);
    assert_memory_equal(link.Buffer,
                        L"\\??\\PCI#SYSPTE#0001#{00112233-4455-6677-8899-aabbccddeeff}", 118);
    assert_int_equal(link.Length, 116);
    assert_true(syspte_registry_get_dword(interface_key, "Linked", &linked));
    assert_int_equal(linked, 0);

    assert_int_equal(IoSetDeviceInterfaceState(&link, FALSE), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(IoSetDeviceInterfaceState(&link, TRUE), STATUS_SUCCESS);
    assert_int_equal(IoSetDeviceInterfaceState(&link, TRUE), STATUS_OBJECT_NAME_EXISTS);
    assert_true(syspte_registry_get_dword(interface_key, "Linked", &linked));
    assert_int_equal(linked, 1);
    assert_int_equal(IoSetDeviceInterfaceState(&link, FALSE), STATUS_SUCCESS);
    RtlFreeUnicodeString(&link);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void unknown_interface_has_no_state(void **state)
{
    UNICODE_STRING link;
    (void)state;
    RtlInitUnicodeString(&link, L"\\??\\PCI#SYSPTE#0001#{00112233-4455-6677-8899-aabbccddeeff}");
    assert_int_equal(IoSetDeviceInterfaceState(&link, TRUE), STATUS_OBJECT_NAME_NOT_FOUND);
    RtlInitUnicodeString(&link, L"x");
    assert_int_equal(IoSetDeviceInterfaceState(&link, TRUE), STATUS_OBJECT_NAME_NOT_FOUND);
}

static unsigned registered_at;

static void link_name_that_is_not_freed_leaks(void **state)
{
    UNICODE_STRING link;
    UNICODE_STRING reference;
    HANDLE key;
    (void)state;
    RtlInitUnicodeString(&reference, L"port1");
    registered_at = __LINE__ + 1;
    (void)IoRegisterDeviceInterface(bus_device, &class, &reference, &link);
    assert_memory_equal(link.Buffer + 58, L"\\port1", 14);
    assert_int_equal(IoOpenDeviceInterfaceRegistryKey(&link, KEY_READ, &key), STATUS_SUCCESS);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);

    assert_int_equal(syspte_shutdown(), 1);

    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->line, registered_at);
}

static void key_of_the_driver_is_in_its_class(void **state)
{
    static const char key_name[] =
        "\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Class\\"
        "{00000000-0000-0000-0000-000000000000}\\0001";
    HANDLE key;
    (void)state;
    assert_true(syspte_registry_set_dword(key_name, "Speed", 9));
    assert_int_equal(
        IoOpenDeviceRegistryKey(
            bus_device, PLUGPLAY_REGKEY_DRIVER | PLUGPLAY_REGKEY_CURRENT_HWPROFILE, KEY_READ, &key),
        STATUS_SUCCESS);
    assert_int_equal(dword_of(key, L"Speed"), 9);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_no_findings();
}

static void bus_of_a_device_is_pci(void **state)
{
    static const GUID pci = {
        0xC8EBDFB0, 0xB510, 0x11D0, {0x80, 0xE5, 0x00, 0xA0, 0xC9, 0x25, 0x42, 0xE3}};
    WCHAR text[64];
    GUID guid;
    INTERFACE_TYPE bus = Internal;
    ULONG bytes = 0;
    (void)state;
    assert_int_equal(
        IoGetDeviceProperty(bus_device, DevicePropertyEnumeratorName, sizeof text, text, &bytes),
        STATUS_SUCCESS);
    assert_memory_equal(text, L"PCI", 8);
    assert_int_equal(bytes, 8);
    assert_int_equal(
        IoGetDeviceProperty(bus_device, DevicePropertyBusTypeGuid, sizeof guid, &guid, &bytes),
        STATUS_SUCCESS);
    assert_memory_equal(&guid, &pci, sizeof guid);
    assert_int_equal(
        IoGetDeviceProperty(bus_device, DevicePropertyLegacyBusType, sizeof bus, &bus, &bytes),
        STATUS_SUCCESS);
    assert_int_equal(bus, PCIBus);
    assert_int_equal(
        IoGetDeviceProperty(bus_device, (DEVICE_REGISTRY_PROPERTY)99, sizeof text, text, &bytes),
        STATUS_INVALID_PARAMETER_2);
    assert_int_equal(bytes, 0);
}

// ---- What cannot be done

static void machine_that_is_gone_has_no_device_keys(void **state)
{
    UNICODE_STRING link;
    HANDLE key = &link;
    ULONG bytes = 7;
    (void)state;
    RtlInitUnicodeString(&link, L"x");
    (void)syspte_shutdown();

    assert_int_equal(IoOpenDeviceRegistryKey(bus_device, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key),
                     STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_null(key);
    assert_int_equal(IoOpenDriverRegistryKey(driver, DriverRegKeyParameters, KEY_READ, 0, &key),
                     STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_int_equal(IoGetDeviceProperty(bus_device, DevicePropertyBusNumber, 0, NULL, &bytes),
                     STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_int_equal(bytes, 0);
    assert_int_equal(IoRegisterDeviceInterface(bus_device, &class, NULL, &link),
                     STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_int_equal(IoSetDeviceInterfaceState(&link, TRUE), STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    key = &link;
    assert_int_equal(IoOpenDeviceInterfaceRegistryKey(&link, KEY_READ, &key), STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_null(key);
}

static void link_that_is_too_long_or_has_no_guid_has_no_key(void **state)
{
    static WCHAR text[129];
    UNICODE_STRING link;
    HANDLE key = &link;
    (void)state;
    for (unsigned i = 0; i < 128; i++) {
        text[i] = 'x';
    }
    RtlInitUnicodeString(&link, text);
    assert_int_equal(IoSetDeviceInterfaceState(&link, TRUE), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(IoOpenDeviceInterfaceRegistryKey(&link, KEY_READ, &key),
                     STATUS_INVALID_PARAMETER);
    assert_null(key);
    RtlInitUnicodeString(&link, L"\\??\\PCI#SYSPTE#0009#{00112233-4455-6677-8899-aabbccddeeff}");
    key = &link;
    assert_int_equal(IoOpenDeviceInterfaceRegistryKey(&link, KEY_READ, &key),
                     STATUS_OBJECT_NAME_NOT_FOUND);
    assert_null(key);
    assert_no_findings();
}

static void reference_string_that_is_too_long_is_found(void **state)
{
    static WCHAR text[101];
    UNICODE_STRING reference;
    UNICODE_STRING link;
    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        text[i] = 'r';
    }
    RtlInitUnicodeString(&reference, text);

    assert_int_equal(IoRegisterDeviceInterface(bus_device, &class, &reference, &link),
                     STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(only_finding(SYSPTE_RULE_TABLE_FULL).severity, SYSPTE_LIMIT);
    assert_int_equal(syspte_shutdown(), 0); // the name is not kept
}

static void name_of_a_link_can_find_no_memory(void **state)
{
    UNICODE_STRING link;
    (void)state;
    assert_true(syspte_fault_set(&(syspte_fault_plan){.nth = 1}));
    assert_int_equal(IoRegisterDeviceInterface(bus_device, &class, NULL, &link), STATUS_NO_MEMORY);
    assert_int_equal(syspte_fault_fired(), 1);
    assert_false(syspte_registry_has(interface_key));
}

static void full_registry_makes_no_key_of_a_device(void **state)
{
    char name[16] = "k000";
    HANDLE key = name;
    unsigned made = 0;
    (void)state;
    while (made < 600 && syspte_registry_create(name)) {
        made++;
        name[1] = (char)('0' + made / 100);
        name[2] = (char)('0' + made / 10 % 10);
        name[3] = (char)('0' + made % 10);
    }
    assert_in_range(made, 400, 511);
    seen.complaints = 0;

    assert_int_equal(IoOpenDeviceRegistryKey(bus_device, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key),
                     STATUS_INSUFFICIENT_RESOURCES);

    assert_null(key);
    assert_int_equal(only_finding(SYSPTE_RULE_TABLE_FULL).severity, SYSPTE_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        device_test(device_has_keys_of_its_own),
        device_test(driver_has_parameters),
        device_test(only_physical_devices_have_keys),
        device_test(properties_say_what_they_need),
        device_test(interface_is_enabled_once),
        device_test(unknown_interface_has_no_state),
        device_test(link_name_that_is_not_freed_leaks),
        device_test(key_of_the_driver_is_in_its_class),
        device_test(bus_of_a_device_is_pci),
        device_test(machine_that_is_gone_has_no_device_keys),
        device_test(link_that_is_too_long_or_has_no_guid_has_no_key),
        device_test(reference_string_that_is_too_long_is_found),
        device_test(name_of_a_link_can_find_no_memory),
        device_test(full_registry_makes_no_key_of_a_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
