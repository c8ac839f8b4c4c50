// SPDX-License-Identifier: MIT
// The registry, row by row of the public pages: keys by handle, values and their buffers, queries
// by table, and what the test sets and reads.
#include "harness.h"

#define DRIVER L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver"

static HANDLE open_path(PCWSTR path, HANDLE root, NTSTATUS *status)
{
    HANDLE key = NULL;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, root,
                               NULL);
    *status = ZwOpenKey(&key, KEY_READ, &attributes);
    return key;
}

static HANDLE driver_key(void)
{
    NTSTATUS status;
    HANDLE key = open_path(DRIVER, NULL, &status);
    assert_int_equal(status, STATUS_SUCCESS);
    return key;
}

static UNICODE_STRING string(PCWSTR text)
{
    UNICODE_STRING result;
    RtlInitUnicodeString(&result, text);
    return result;
}

static NTSTATUS create_below(HANDLE root, PCWSTR path, HANDLE *key, ULONG *disposition)
{
    UNICODE_STRING name = string(path);
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, root, NULL);
    return ZwCreateKey(key, KEY_ALL_ACCESS, &attributes, 0, NULL, REG_OPTION_NON_VOLATILE,
                       disposition);
}

// ---- The test's side

static void values_are_read_back(void **state)
{
    const char *const texts[] = {"one", "two"};
    uint32_t number = 0;
    uint32_t type = 0;
    WCHAR text[16] = {0};
    (void)state;

    assert_true(syspte_registry_set_dword("Parameters", "Debug", 7));
    assert_true(syspte_registry_set_string("", "Path", "C:"));
    assert_true(syspte_registry_set_strings("", "List", texts, 2));
    assert_true(syspte_registry_set_qword("\\Registry\\Machine\\Software\\x", "Big", 1ull << 40));

    assert_true(syspte_registry_get_dword("parameters", "DEBUG", &number));
    assert_int_equal(number, 7);
    assert_int_equal(syspte_registry_get("", "Path", &type, text, sizeof text), 6);
    assert_int_equal(type, REG_SZ);
    assert_memory_equal(text, L"C:", 6);
    assert_int_equal(syspte_registry_get("", "List", &type, NULL, 0), 18);
    assert_int_equal(type, REG_MULTI_SZ);
    assert_false(syspte_registry_get_dword("", "Path", &number));
    assert_int_equal(syspte_registry_get("", "Nothing", NULL, NULL, 0), SIZE_MAX);
    assert_true(syspte_registry_has("\\registry\\machine\\software\\X"));
    assert_true(syspte_registry_delete("\\Registry\\Machine\\Software\\x"));
    assert_false(syspte_registry_has("\\Registry\\Machine\\Software\\x"));
    assert_true(syspte_registry_delete_value("", "List"));
    assert_false(syspte_registry_delete_value("", "List"));
}

static void machine_boots_without_values(void **state)
{
    uint32_t number = 0;
    (void)state;
    boot(NULL);
    assert_true(syspte_registry_set_dword("", "Debug", 1));
    (void)syspte_shutdown();

    boot(NULL);

    assert_false(syspte_registry_get_dword("", "Debug", &number));
    assert_true(syspte_registry_has(""));
}

static void what_does_not_fit_is_said(void **state)
{
    static char name[SYSPTE_PAGE_BYTES];
    static unsigned char data[8193];
    (void)state;
    memset(name, 'x', sizeof name - 1);

    assert_false(syspte_registry_set_dword(name, "v", 1));
    assert_complaint("more than 511 characters");
    assert_false(syspte_registry_set_dword("", name, 1));
    assert_complaint("more than 127 characters");
    assert_false(syspte_registry_set("", "v", REG_BINARY, data, sizeof data));
    assert_complaint("more than 8,192 bytes");
    assert_false(syspte_registry_set_string("", "v", "\xC3\xA4"));
    assert_complaint("ASCII");
    assert_true(syspte_registry_set("", "v", REG_BINARY, data, sizeof data - 1));
    for (unsigned i = 0; i < 31; i++) {
        char other[2] = {(char)('0' + i), 0};
        assert_true(syspte_registry_set("", other, REG_BINARY, data, 8192));
    }
    assert_false(syspte_registry_set("", "w", REG_BINARY, data, 1));
    assert_complaint("is full");
    assert_true(syspte_registry_delete_value("", "0"));
    assert_true(syspte_registry_set("", "w", REG_BINARY, data, 1));
}

static void data_survive_their_neighbours(void **state)
{
    uint32_t number = 0;
    (void)state;
    assert_true(syspte_registry_set_dword("", "a", 1));
    assert_true(syspte_registry_set_string("", "b", "middle"));
    assert_true(syspte_registry_set_dword("", "c", 3));

    assert_true(syspte_registry_set_string("", "b", "longer than before"));
    assert_true(syspte_registry_delete_value("", "a"));

    assert_true(syspte_registry_get_dword("", "c", &number));
    assert_int_equal(number, 3);
    assert_int_equal(syspte_registry_get("", "b", NULL, NULL, 0), 38);
}

// ---- Keys by handle

static unsigned opened_at;

static void key_that_is_never_closed_leaks(void **state)
{
    NTSTATUS status;
    UNICODE_STRING name = string(DRIVER);
    OBJECT_ATTRIBUTES attributes;
    HANDLE key;
    (void)state;
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    opened_at = __LINE__ + 1;
    status = ZwOpenKey(&key, KEY_READ, &attributes);
    assert_int_equal(status, STATUS_SUCCESS);

    assert_int_equal(syspte_shutdown(), 1);

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.call->line, opened_at);
    assert_string_equal(syspte_api_name(finding.call->api), "ZwOpenKey");
    assert_non_null(strstr(report_text(), "ZwClose"));
}

static void close_twice_is_found(void **state)
{
    HANDLE key;
    (void)state;
    key = driver_key();

    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_no_findings();
    assert_int_equal(ZwClose(key), STATUS_INVALID_HANDLE);

    assert_string_equal(only_finding(SYSPTE_RULE_CLOSE_BAD_HANDLE).text, "it was closed before");
}

static void close_of_no_handle_is_found(void **state)
{
    (void)state;
    assert_int_equal(ZwClose(NULL), STATUS_INVALID_HANDLE);
    assert_null(only_finding(SYSPTE_RULE_CLOSE_BAD_HANDLE).text);
}

static void names_lead_to_keys(void **state)
{
    NTSTATUS status;
    HANDLE root;
    HANDLE key;
    (void)state;
    assert_true(syspte_registry_create("Parameters"));
    root = driver_key();

    key = open_path(L"parameters", root, &status);
    assert_int_equal(status, STATUS_SUCCESS);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    (void)open_path(L"Nothing", root, &status);
    assert_int_equal(status, STATUS_OBJECT_NAME_NOT_FOUND);
    (void)open_path(DRIVER, root, &status);
    assert_int_equal(status, STATUS_OBJECT_PATH_SYNTAX_BAD);
    (void)open_path(L"Registry", NULL, &status);
    assert_int_equal(status, STATUS_OBJECT_PATH_SYNTAX_BAD);
    (void)open_path(L"x", (HANDLE)(ULONG_PTR)0x44, &status);
    assert_int_equal(status, STATUS_INVALID_HANDLE);
    assert_int_equal(ZwClose(root), STATUS_SUCCESS);
    assert_no_findings();
}

static void create_makes_the_last_key_alone(void **state)
{
    HANDLE root;
    HANDLE key;
    ULONG disposition = 0;
    (void)state;
    root = driver_key();

    assert_int_equal(create_below(root, L"a\\b", &key, NULL), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(create_below(root, L"a", &key, &disposition), STATUS_SUCCESS);
    assert_int_equal(disposition, REG_CREATED_NEW_KEY);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_int_equal(create_below(root, L"A", &key, &disposition), STATUS_SUCCESS);
    assert_int_equal(disposition, REG_OPENED_EXISTING_KEY);
    assert_true(syspte_registry_has("a"));
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_int_equal(ZwClose(root), STATUS_SUCCESS);
}

static void deleted_key_answers_no_more(void **state)
{
    UNICODE_STRING name = string(L"v");
    HANDLE root;
    HANDLE key;
    ULONG bytes;
    (void)state;
    assert_true(syspte_registry_set_dword("a\\b", "v", 1));
    root = driver_key();
    assert_int_equal(create_below(root, L"a", &key, NULL), STATUS_SUCCESS);
    assert_int_equal(ZwDeleteKey(key), STATUS_CANNOT_DELETE);
    assert_true(syspte_registry_delete("a\\b"));

    assert_int_equal(ZwDeleteKey(key), STATUS_SUCCESS);

    assert_false(syspte_registry_has("a"));
    assert_int_equal(ZwQueryValueKey(key, &name, KeyValuePartialInformation, NULL, 0, &bytes),
                     STATUS_KEY_DELETED);
    assert_int_equal(ZwFlushKey(key), STATUS_KEY_DELETED);
    assert_int_equal(ZwFlushKey(root), STATUS_SUCCESS);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_int_equal(ZwClose(root), STATUS_SUCCESS);
}

static void keys_are_listed(void **state)
{
    union {
        KEY_BASIC_INFORMATION basic;
        KEY_FULL_INFORMATION full;
        KEY_NAME_INFORMATION name;
        unsigned char room[256];
    } answer;
    HANDLE key;
    ULONG bytes;
    (void)state;
    assert_true(syspte_registry_create("first"));
    assert_true(syspte_registry_set_string("second", "", "text"));
    assert_true(syspte_registry_set_dword("", "value", 1));
    key = driver_key();

    assert_int_equal(ZwEnumerateKey(key, 1, KeyBasicInformation, &answer, sizeof answer, &bytes),
                     STATUS_SUCCESS);
    assert_int_equal(answer.basic.NameLength, 12);
    assert_memory_equal(answer.basic.Name, L"second", 12);
    assert_int_equal(bytes, 16 + 12);
    assert_int_equal(ZwEnumerateKey(key, 2, KeyBasicInformation, &answer, sizeof answer, &bytes),
                     STATUS_NO_MORE_ENTRIES);
    assert_int_equal(ZwEnumerateKey(key, 0, KeyNameInformation, &answer, sizeof answer, &bytes),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(ZwQueryKey(key, KeyFullInformation, &answer, sizeof answer, &bytes),
                     STATUS_SUCCESS);
    assert_int_equal(answer.full.SubKeys, 2);
    assert_int_equal(answer.full.MaxNameLen, 12);
    assert_int_equal(answer.full.Values, 1);
    assert_int_equal(answer.full.MaxValueNameLen, 10);
    assert_int_equal(answer.full.MaxValueDataLen, 4);
    assert_int_equal(ZwQueryKey(key, KeyNameInformation, &answer, sizeof answer, &bytes),
                     STATUS_SUCCESS);
    assert_int_equal(answer.name.NameLength, sizeof DRIVER - sizeof(WCHAR));
    assert_memory_equal(answer.name.Name, DRIVER, sizeof DRIVER - sizeof(WCHAR));
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
}

// ---- Values by handle

static void query_tells_the_bytes_it_needs(void **state)
{
    UNICODE_STRING name = string(L"Debug");
    UNICODE_STRING other = string(L"Other");
    union {
        KEY_VALUE_PARTIAL_INFORMATION partial;
        unsigned char room[64];
    } answer;
    HANDLE key;
    ULONG bytes = 0;
    (void)state;
    assert_true(syspte_registry_set_qword("", "Debug", 0x1122334455667788ull));
    key = driver_key();

    assert_int_equal(ZwQueryValueKey(key, &name, KeyValuePartialInformation, NULL, 0, &bytes),
                     STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(bytes, 12 + 8);
    assert_int_equal(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &answer, 11, &bytes),
                     STATUS_BUFFER_TOO_SMALL);
    memset(&answer, 0xCC, sizeof answer);
    assert_int_equal(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &answer, 16, &bytes),
                     STATUS_BUFFER_OVERFLOW);
    assert_int_equal(bytes, 20);
    assert_int_equal(answer.partial.DataLength, 8);
    assert_int_equal(*(answer.partial.Data + 3), 0x55);
    assert_int_equal(answer.room[16], 0xCC);
    assert_int_equal(ZwQueryValueKey(key, &name, KeyValuePartialInformation, &answer, 20, &bytes),
                     STATUS_SUCCESS);
    assert_int_equal(answer.partial.Type, REG_QWORD);
    assert_int_equal(*(answer.partial.Data + 7), 0x11);
    assert_int_equal(ZwQueryValueKey(key, &other, KeyValuePartialInformation, &answer, 20, &bytes),
                     STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(
        ZwQueryValueKey(key, &name, (KEY_VALUE_INFORMATION_CLASS)9, &answer, 20, &bytes),
        STATUS_INVALID_PARAMETER);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
}

static void full_information_has_the_data_behind_the_name(void **state)
{
    UNICODE_STRING name = string(L"Debug");
    union {
        KEY_VALUE_FULL_INFORMATION full;
        KEY_VALUE_BASIC_INFORMATION basic;
        unsigned char room[64];
    } answer;
    HANDLE key;
    ULONG bytes = 0;
    (void)state;
    assert_true(syspte_registry_set_dword("", "Debug", 77));
    key = driver_key();

    assert_int_equal(
        ZwQueryValueKey(key, &name, KeyValueFullInformation, &answer, sizeof answer, &bytes),
        STATUS_SUCCESS);
    assert_int_equal(answer.full.NameLength, 10);
    assert_memory_equal(answer.full.Name, L"Debug", 10);
    assert_true(answer.full.DataOffset >= 20 + 10);
    assert_int_equal(answer.room[answer.full.DataOffset], 77);
    assert_int_equal(bytes, answer.full.DataOffset + 4);
    assert_int_equal(
        ZwEnumerateValueKey(key, 0, KeyValueBasicInformation, &answer, sizeof answer, &bytes),
        STATUS_SUCCESS);
    assert_int_equal(bytes, 12 + 10);
    assert_int_equal(answer.basic.Type, REG_DWORD);
    assert_int_equal(
        ZwEnumerateValueKey(key, 1, KeyValueBasicInformation, &answer, sizeof answer, &bytes),
        STATUS_NO_MORE_ENTRIES);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
}

static void driver_sets_and_deletes_values(void **state)
{
    UNICODE_STRING name = string(L"Count");
    ULONG data = 5;
    uint32_t number = 0;
    HANDLE key;
    (void)state;
    key = driver_key();

    assert_int_equal(ZwSetValueKey(key, &name, 0, REG_DWORD, &data, sizeof data), STATUS_SUCCESS);
    assert_true(syspte_registry_get_dword("", "count", &number));
    assert_int_equal(number, 5);
    assert_int_equal(ZwDeleteValueKey(key, &name), STATUS_SUCCESS);
    assert_int_equal(ZwDeleteValueKey(key, &name), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void value_that_does_not_fit_is_found(void **state)
{
    static unsigned char data[8193];
    UNICODE_STRING name = string(L"Big");
    HANDLE key;
    (void)state;
    key = driver_key();

    assert_int_equal(ZwSetValueKey(key, &name, 0, REG_BINARY, data, sizeof data),
                     STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(only_finding(SYSPTE_RULE_TABLE_FULL).severity, SYSPTE_LIMIT);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
}

static void keys_are_for_passive_level(void **state)
{
    KIRQL old;
    HANDLE key;
    (void)state;
    key = driver_key();
    KeRaiseIrql(APC_LEVEL, &old);

    (void)ZwClose(key);

    KeLowerIrql(old);
    assert_int_equal(only_finding(SYSPTE_RULE_CALL_IRQL).call->irql, APC_LEVEL);
}

static void root_is_no_key(void **state)
{
    UNICODE_STRING name = string(L"\\");
    OBJECT_ATTRIBUTES attributes;
    HANDLE key = NULL;
    (void)state;
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);

    assert_int_equal(ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, 0, NULL),
                     STATUS_OBJECT_PATH_SYNTAX_BAD);

    assert_null(key);
    assert_false(syspte_registry_create("\\"));
    assert_complaint("the root of the registry is no key");
    assert_no_findings();
}

static void value_with_bytes_and_without_data_is_said(void **state)
{
    (void)state;

    assert_false(syspte_registry_set("", "x", REG_BINARY, NULL, 4));

    assert_complaint("its data is NULL");
    assert_int_equal(syspte_registry_get("", "x", NULL, NULL, 0), SIZE_MAX);
}

static void value_name_beyond_ascii_is_said(void **state)
{
    (void)state;

    assert_false(syspte_registry_set_dword("", "\xC3\xA4", 1));

    assert_complaint("others than ASCII's");
}

static void node_information_has_no_class(void **state)
{
    union {
        KEY_NODE_INFORMATION node;
        unsigned char room[128];
    } answer;
    HANDLE key;
    ULONG bytes = 0;
    (void)state;
    assert_true(syspte_registry_create("below"));
    key = driver_key();

    assert_int_equal(ZwQueryKey(key, KeyNodeInformation, &answer, sizeof answer, &bytes),
                     STATUS_SUCCESS);
    assert_int_equal(answer.node.ClassLength, 0);
    assert_int_equal(answer.node.ClassOffset, MAXULONG);
    assert_int_equal(answer.node.NameLength, 12);
    assert_memory_equal(answer.node.Name, L"driver", 12);
    assert_int_equal(bytes, 24 + 12);
    assert_int_equal(ZwEnumerateKey(key, 0, KeyNodeInformation, &answer, sizeof answer, &bytes),
                     STATUS_SUCCESS);
    assert_memory_equal(answer.node.Name, L"below", 10);
    assert_int_equal(ZwQueryKey(key, KeyNodeInformation, &answer, 23, &bytes),
                     STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(bytes, 24 + 12);
    assert_int_equal(ZwQueryKey(key, (KEY_INFORMATION_CLASS)99, &answer, sizeof answer, &bytes),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_no_findings();
}

static void what_is_no_handle_of_a_key_answers_nothing(void **state)
{
    HANDLE none = (HANDLE)(ULONG_PTR)0x44;
    unsigned char room[64];
    ULONG bytes = 0;
    (void)state;
    assert_int_equal(ZwDeleteKey(none), STATUS_INVALID_HANDLE);
    assert_int_equal(ZwFlushKey(none), STATUS_INVALID_HANDLE);
    assert_int_equal(ZwQueryKey(none, KeyBasicInformation, room, sizeof room, &bytes),
                     STATUS_INVALID_HANDLE);
    assert_int_equal(ZwEnumerateKey(none, 0, KeyBasicInformation, room, sizeof room, &bytes),
                     STATUS_INVALID_HANDLE);
}

static void machine_that_is_gone_has_no_registry(void **state)
{
    NTSTATUS status = STATUS_SUCCESS;
    unsigned char room[64];
    ULONG bytes = 0;
    HANDLE key = driver_key();
    (void)state;
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    (void)syspte_shutdown();

    assert_null(open_path(DRIVER, NULL, &status));
    assert_int_equal(status, STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_int_equal(ZwDeleteKey(key), STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_int_equal(ZwFlushKey(key), STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_int_equal(ZwQueryKey(key, KeyBasicInformation, room, sizeof room, &bytes),
                     STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_int_equal(ZwEnumerateKey(key, 0, KeyBasicInformation, room, sizeof room, &bytes),
                     STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
}

static void path_that_is_too_long_is_no_name(void **state)
{
    static WCHAR text[514];
    NTSTATUS status = STATUS_SUCCESS;
    (void)state;
    text[0] = '\\';
    for (unsigned i = 1; i < 512; i++) {
        text[i] = 'x';
    }

    assert_null(open_path(text, NULL, &status));

    assert_int_equal(status, STATUS_OBJECT_NAME_INVALID);
    assert_no_findings();
}

static void key_whose_name_is_too_long_is_not_made(void **state)
{
    static WCHAR text[129];
    HANDLE root = driver_key();
    HANDLE key = root;
    (void)state;
    for (unsigned i = 0; i < 128; i++) {
        text[i] = 'x';
    }

    assert_int_equal(create_below(root, text, &key, NULL), STATUS_INSUFFICIENT_RESOURCES);

    assert_null(key);
    assert_int_equal(only_finding(SYSPTE_RULE_TABLE_FULL).severity, SYSPTE_LIMIT);
    assert_int_equal(ZwClose(root), STATUS_SUCCESS);
}

static void deleted_key_has_no_information(void **state)
{
    unsigned char room[64];
    ULONG bytes = 0;
    HANDLE root = driver_key();
    HANDLE key;
    (void)state;
    assert_int_equal(create_below(root, L"a", &key, NULL), STATUS_SUCCESS);
    assert_int_equal(ZwDeleteKey(key), STATUS_SUCCESS);
    assert_int_equal(ZwQueryKey(key, KeyBasicInformation, room, sizeof room, &bytes),
                     STATUS_KEY_DELETED);
    assert_int_equal(ZwDeleteKey(key), STATUS_KEY_DELETED);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_int_equal(ZwClose(root), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(root_is_no_key),
        machine_test(value_with_bytes_and_without_data_is_said),
        machine_test(value_name_beyond_ascii_is_said),
        machine_test(values_are_read_back),
        hooked_test(machine_boots_without_values),
        machine_test(what_does_not_fit_is_said),
        machine_test(data_survive_their_neighbours),
        machine_test(key_that_is_never_closed_leaks),
        machine_test(close_twice_is_found),
        machine_test(close_of_no_handle_is_found),
        machine_test(names_lead_to_keys),
        machine_test(create_makes_the_last_key_alone),
        machine_test(deleted_key_answers_no_more),
        machine_test(keys_are_listed),
        machine_test(query_tells_the_bytes_it_needs),
        machine_test(full_information_has_the_data_behind_the_name),
        machine_test(driver_sets_and_deletes_values),
        machine_test(value_that_does_not_fit_is_found),
        machine_test(keys_are_for_passive_level),
        machine_test(node_information_has_no_class),
        machine_test(what_is_no_handle_of_a_key_answers_nothing),
        machine_test(machine_that_is_gone_has_no_registry),
        machine_test(path_that_is_too_long_is_no_name),
        machine_test(key_whose_name_is_too_long_is_not_made),
        machine_test(deleted_key_has_no_information),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
