// SPDX-License-Identifier: MIT
// Registry keys of the framework: where they begin, what their values give, and how they end.
#include "wdf_driver.h"

#include <syspte/fault.h>
#include <syspte/registry.h>

#define SERVICE    "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver"
#define PARAMETERS SERVICE "\\Parameters"
#define DEVICE_1                                                                                   \
    "\\Registry\\Machine\\System\\CurrentControlSet\\Enum\\PCI\\SYSPTE\\0001\\Device Parameters"

enum { VALUE_TAG = 0x56666457, HANDLE_TAG = 0x2079654B }; // 'WdfV', 'Key '

static const UNICODE_STRING service =
    RTL_CONSTANT_STRING(L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver");
static const UNICODE_STRING lanes = RTL_CONSTANT_STRING(L"Parameters\\Lanes");
static const UNICODE_STRING count = RTL_CONSTANT_STRING(L"Count");
static const UNICODE_STRING port = RTL_CONSTANT_STRING(L"Port");
static const UNICODE_STRING nothing = RTL_CONSTANT_STRING(L"Nothing");

static int begin(void **state)
{
    int failed = wdf_begin(state);
    return failed != 0 || !NT_SUCCESS(wdf_load_and_add());
}

#define registry_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void end_clean(void)
{
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static WDFKEY open_parameters(void)
{
    WDFKEY key;
    assert_int_equal(WdfDriverOpenParametersRegistryKey(the_driver.driver, KEY_ALL_ACCESS,
                                                        WDF_NO_OBJECT_ATTRIBUTES, &key),
                     STATUS_SUCCESS);
    return key;
}

static NTSTATUS open_below(WDFKEY parent, const UNICODE_STRING *name, WDFKEY *key)
{
    return WdfRegistryOpenKey(parent, name, KEY_READ, WDF_NO_OBJECT_ATTRIBUTES, key);
}

// ---- Begin

static void key_is_opened_by_its_path_or_below_another(void **state)
{
    WDFKEY root;
    WDFKEY below;
    ULONG number = 0;
    (void)state;
    assert_true(syspte_registry_set_dword(PARAMETERS "\\Lanes", "Count", 4));

    assert_int_equal(open_below(NULL, &service, &root), STATUS_SUCCESS);
    assert_int_equal(open_below(root, &lanes, &below), STATUS_SUCCESS);

    assert_int_equal(WdfRegistryQueryULong(below, &count, &number), STATUS_SUCCESS);
    assert_int_equal(number, 4);
    WdfRegistryClose(below);
    WdfRegistryClose(root);
    end_clean();
}

static void key_that_is_not_there_is_not_opened(void **state)
{
    WDFKEY root;
    WDFKEY key = NULL;
    (void)state;
    assert_int_equal(open_below(NULL, &service, &root), STATUS_SUCCESS);

    key = root;
    assert_int_equal(open_below(root, &nothing, &key), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_null(key);
    key = root;
    assert_int_equal(open_below(NULL, &nothing, &key), STATUS_OBJECT_PATH_SYNTAX_BAD);
    assert_null(key);

    WdfRegistryClose(root);
    end_clean();
}

static void key_is_created_if_it_is_not_there(void **state)
{
    WDFKEY root;
    WDFKEY key[2];
    ULONG disposition[2] = {0, 0};
    (void)state;
    assert_int_equal(WdfRegistryCreateKey(NULL, &service, KEY_ALL_ACCESS, REG_OPTION_NON_VOLATILE,
                                          NULL, WDF_NO_OBJECT_ATTRIBUTES, &root),
                     STATUS_SUCCESS);
    assert_false(syspte_registry_has(SERVICE "\\Nothing"));

    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(WdfRegistryCreateKey(root, &nothing, KEY_ALL_ACCESS,
                                              REG_OPTION_NON_VOLATILE, &disposition[i],
                                              WDF_NO_OBJECT_ATTRIBUTES, &key[i]),
                         STATUS_SUCCESS);
    }

    assert_true(syspte_registry_has(SERVICE "\\Nothing"));
    assert_int_equal(disposition[0], REG_CREATED_NEW_KEY);
    assert_int_equal(disposition[1], REG_OPENED_EXISTING_KEY);
    assert_ptr_not_equal(key[0], key[1]);
    end_clean();
}

static void device_has_a_key_if_a_bus_reported_it(void **state)
{
    WDFDEVICE control;
    WDFKEY key;
    ULONG number = 0;
    (void)state;
    assert_true(syspte_registry_set_dword(DEVICE_1, "Count", 4));
    PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(the_driver.driver, NULL);
    assert_int_equal(WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &control), STATUS_SUCCESS);

    assert_int_equal(WdfDeviceOpenRegistryKey(the_driver.device, PLUGPLAY_REGKEY_DEVICE, KEY_READ,
                                              WDF_NO_OBJECT_ATTRIBUTES, &key),
                     STATUS_SUCCESS);
    assert_int_equal(WdfRegistryQueryULong(key, &count, &number), STATUS_SUCCESS);
    assert_int_equal(number, 4);
    WdfRegistryClose(key);
    assert_int_equal(
        WdfDeviceOpenRegistryKey(the_driver.device, 0, KEY_READ, WDF_NO_OBJECT_ATTRIBUTES, &key),
        STATUS_INVALID_PARAMETER);
    assert_null(key);
    assert_int_equal(WdfDeviceOpenRegistryKey(control, PLUGPLAY_REGKEY_DEVICE, KEY_READ,
                                              WDF_NO_OBJECT_ATTRIBUTES, &key),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_null(key);
    end_clean();
}

static void attributes_of_another_size_open_no_key(void **state)
{
    WDF_OBJECT_ATTRIBUTES wrong;
    WDFKEY key;
    (void)state;
    WDF_OBJECT_ATTRIBUTES_INIT(&wrong);
    wrong.Size--;

    assert_int_equal(WdfRegistryOpenKey(NULL, &service, KEY_READ, &wrong, &key),
                     STATUS_INFO_LENGTH_MISMATCH);
    assert_null(key);
    assert_int_equal(WdfRegistryCreateKey(NULL, &service, KEY_READ, 0, NULL, &wrong, &key),
                     STATUS_INFO_LENGTH_MISMATCH);
    assert_null(key);
    assert_int_equal(WdfDriverOpenParametersRegistryKey(the_driver.driver, KEY_READ, &wrong, &key),
                     STATUS_INFO_LENGTH_MISMATCH);
    assert_null(key);
    assert_int_equal(
        WdfDeviceOpenRegistryKey(the_driver.device, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &wrong, &key),
        STATUS_INFO_LENGTH_MISMATCH);
    assert_null(key);
    end_clean();
}

// ---- Values

static void value_is_given_as_far_as_there_is_room(void **state)
{
    unsigned char five[5] = {1, 2, 3, 4, 5};
    unsigned char room[8] = {0};
    ULONG bytes = 0;
    ULONG type = 0;
    (void)state;
    WDFKEY key = open_parameters();
    assert_int_equal(WdfRegistryAssignValue(key, &port, REG_BINARY, sizeof five, five),
                     STATUS_SUCCESS);

    assert_int_equal(WdfRegistryQueryValue(key, &port, 3, room, &bytes, &type),
                     STATUS_BUFFER_OVERFLOW);
    assert_memory_equal(room, "\1\2\3\0\0", 5);
    assert_int_equal(bytes, 5);
    assert_int_equal(type, REG_BINARY);
    bytes = 0;
    assert_int_equal(WdfRegistryQueryValue(key, &port, 0, NULL, &bytes, NULL), STATUS_SUCCESS);
    assert_int_equal(bytes, 5);
    assert_int_equal(WdfRegistryQueryValue(key, &port, sizeof room, room, NULL, NULL),
                     STATUS_SUCCESS);
    assert_memory_equal(room, "\1\2\3\4\5\0\0", 8);
    bytes = 7;
    assert_int_equal(WdfRegistryQueryValue(key, &nothing, sizeof room, room, &bytes, NULL),
                     STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(bytes, 7);
    end_clean();
}

static void string_is_given_whole_or_not_at_all(void **state)
{
    WCHAR room[5] = {'x', 'x', 'x', 'x', 'x'};
    UNICODE_STRING there = {.Buffer = room, .MaximumLength = 6};
    USHORT bytes = 0;
    (void)state;
    assert_true(syspte_registry_set_string(PARAMETERS, "Port", "COM1"));
    WDFKEY key = open_parameters();

    assert_int_equal(WdfRegistryQueryUnicodeString(key, &port, &bytes, NULL), STATUS_SUCCESS);
    assert_int_equal(bytes, 10); // with the terminator
    bytes = 0;
    assert_int_equal(WdfRegistryQueryUnicodeString(key, &port, &bytes, &there),
                     STATUS_BUFFER_OVERFLOW);
    assert_int_equal(bytes, 10);
    assert_int_equal(there.Length, 0);
    assert_int_equal(room[0], 'x');
    there.MaximumLength = sizeof room;
    assert_int_equal(WdfRegistryQueryUnicodeString(key, &port, NULL, &there), STATUS_SUCCESS);
    assert_int_equal(there.Length, 8);
    assert_memory_equal(room, L"COM1", 8);
    end_clean();
}

static void value_of_another_type_is_no_string_and_no_number(void **state)
{
    unsigned char four[4] = {1, 2, 3, 4};
    DECLARE_UNICODE_STRING_SIZE(there, 16);
    ULONG number = 7;
    (void)state;
    WDFKEY key = open_parameters();
    assert_int_equal(WdfRegistryAssignValue(key, &port, REG_BINARY, sizeof four, four),
                     STATUS_SUCCESS);

    assert_int_equal(WdfRegistryQueryUnicodeString(key, &port, NULL, &there),
                     STATUS_OBJECT_TYPE_MISMATCH);
    assert_int_equal(there.Length, 0);
    assert_int_equal(WdfRegistryQueryULong(key, &port, &number), STATUS_OBJECT_TYPE_MISMATCH);
    assert_int_equal(number, 7);
    assert_int_equal(WdfRegistryQueryUnicodeString(key, &nothing, NULL, &there),
                     STATUS_OBJECT_NAME_NOT_FOUND);
    end_clean();
}

static void handle_of_a_key_serves_wdm(void **state)
{
    UNICODE_STRING name = count;
    ULONG number = 9;
    (void)state;
    WDFKEY key = open_parameters();

    HANDLE handle = WdfRegistryWdmGetHandle(key);
    assert_int_equal(ZwSetValueKey(handle, &name, 0, REG_DWORD, &number, sizeof number),
                     STATUS_SUCCESS);

    number = 0;
    assert_int_equal(WdfRegistryQueryULong(key, &count, &number), STATUS_SUCCESS);
    assert_int_equal(number, 9);
    end_clean();
}

// ---- No memory

static void value_that_finds_no_memory_is_not_given(void **state)
{
    DECLARE_UNICODE_STRING_SIZE(there, 16);
    ULONG number = 7;
    (void)state;
    assert_true(syspte_registry_set_dword(PARAMETERS, "Count", 4));
    assert_true(syspte_registry_set_string(PARAMETERS, "Port", "COM1"));
    WDFKEY key = open_parameters();
    assert_true(syspte_fault_set(&(syspte_fault_plan){.tag = VALUE_TAG}));

    assert_int_equal(WdfRegistryQueryULong(key, &count, &number), STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(WdfRegistryQueryValue(key, &count, sizeof number, &number, NULL, NULL),
                     STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(WdfRegistryQueryUnicodeString(key, &port, NULL, &there),
                     STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(number, 7);
    assert_int_equal(there.Length, 0);
    assert_int_equal(syspte_fault_fired(), 3);
    syspte_fault_clear();
    assert_int_equal(WdfRegistryQueryULong(key, &count, &number), STATUS_SUCCESS);
    assert_int_equal(number, 4);
}

static void key_whose_handle_finds_no_memory_leaves_nothing(void **state)
{
    WDFKEY key;
    (void)state;
    assert_true(syspte_fault_set(&(syspte_fault_plan){.tag = HANDLE_TAG}));

    assert_int_equal(open_below(NULL, &service, &key), STATUS_INSUFFICIENT_RESOURCES);

    assert_null(key);
    assert_int_equal(syspte_fault_fired(), 1);
    syspte_fault_clear();
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
}

// ---- End

static void key_that_is_not_closed_goes_with_its_parent(void **state)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFKEY key;
    (void)state;
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = the_driver.device;
    assert_int_equal(WdfRegistryOpenKey(NULL, &service, KEY_READ, &attributes, &key),
                     STATUS_SUCCESS);
    HANDLE handle = WdfRegistryWdmGetHandle(key);
    assert_int_equal(ZwFlushKey(handle), STATUS_SUCCESS);

    assert_int_equal(wdf_pnp(IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);

    assert_int_equal(ZwFlushKey(handle), STATUS_INVALID_HANDLE);
    syspte_driver_unload(the_driver.wdm);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void calls_with_a_closed_key_are_found(void **state)
{
    DECLARE_UNICODE_STRING_SIZE(there, 16);
    ULONG number = 7;
    WDFKEY key;
    (void)state;
    WDFKEY closed = open_parameters();
    WdfRegistryClose(closed);
    assert_no_findings();

    assert_int_equal(open_below(closed, &lanes, &key), STATUS_INVALID_PARAMETER);
    assert_null(key);
    assert_int_equal(
        WdfRegistryCreateKey(closed, &lanes, KEY_READ, 0, NULL, WDF_NO_OBJECT_ATTRIBUTES, &key),
        STATUS_INVALID_PARAMETER);
    assert_null(key);
    assert_int_equal(WdfRegistryQueryULong(closed, &count, &number), STATUS_INVALID_PARAMETER);
    assert_int_equal(WdfRegistryQueryValue(closed, &count, sizeof number, &number, NULL, NULL),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(WdfRegistryQueryUnicodeString(closed, &port, NULL, &there),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(WdfRegistryAssignULong(closed, &count, 1), STATUS_INVALID_PARAMETER);
    assert_null(WdfRegistryWdmGetHandle(closed));
    WdfRegistryClose(closed);

    assert_int_equal(number, 7);
    syspte_finding finding = finding_of(SYSPTE_RULE_WDF_DELETED);
    assert_string_equal(finding.mapped->function, "open_parameters");
    assert_string_equal(finding.unmapped->function, "calls_with_a_closed_key_are_found");
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_WDF_DELETED), 8);
}

static void driver_that_is_gone_has_no_parameters(void **state)
{
    WDFKEY key;
    (void)state;
    wdf_end();
    assert_no_findings();

    assert_int_equal(WdfDriverOpenParametersRegistryKey(the_driver.driver, KEY_READ,
                                                        WDF_NO_OBJECT_ATTRIBUTES, &key),
                     STATUS_INVALID_PARAMETER);

    assert_null(key);
    (void)only_finding(SYSPTE_RULE_WDF_DELETED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        registry_test(key_is_opened_by_its_path_or_below_another),
        registry_test(key_that_is_not_there_is_not_opened),
        registry_test(key_is_created_if_it_is_not_there),
        registry_test(device_has_a_key_if_a_bus_reported_it),
        registry_test(attributes_of_another_size_open_no_key),
        registry_test(value_is_given_as_far_as_there_is_room),
        registry_test(string_is_given_whole_or_not_at_all),
        registry_test(value_of_another_type_is_no_string_and_no_number),
        registry_test(handle_of_a_key_serves_wdm),
        registry_test(value_that_finds_no_memory_is_not_given),
        registry_test(key_whose_handle_finds_no_memory_leaves_nothing),
        registry_test(key_that_is_not_closed_goes_with_its_parent),
        registry_test(calls_with_a_closed_key_are_found),
        registry_test(driver_that_is_gone_has_no_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
