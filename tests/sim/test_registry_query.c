// SPDX-License-Identifier: MIT
// RtlQueryRegistryValues and what goes by path, as its public page has it: each flag, each way to
// get a value, each reason to fail.
#include "harness.h"

enum { CALLS = 8 };

static struct {
    unsigned count;
    struct {
        WCHAR name[16];
        ULONG type;
        ULONG bytes;
        unsigned char data[32];
        PVOID context;
        PVOID entry;
        bool has_data;
    } call[CALLS];
    NTSTATUS answer;
} asked;

static NTSTATUS NTAPI on_value(PWSTR ValueName, ULONG ValueType, PVOID ValueData, ULONG ValueLength,
                               PVOID Context, PVOID EntryContext)
{
    assert_in_range(asked.count, 0, CALLS - 1);
    for (unsigned i = 0; ValueName != NULL && i < 15 && ValueName[i] != 0; i++) {
        asked.call[asked.count].name[i] = ValueName[i];
    }
    asked.call[asked.count].type = ValueType;
    asked.call[asked.count].bytes = ValueLength;
    asked.call[asked.count].has_data = ValueData != NULL;
    if (ValueData != NULL) {
        memcpy(asked.call[asked.count].data, ValueData, ValueLength > 32 ? 32 : ValueLength);
    }
    asked.call[asked.count].context = Context;
    asked.call[asked.count].entry = EntryContext;
    asked.count++;
    return asked.answer;
}

static int begin(void **state)
{
    memset(&asked, 0, sizeof asked);
    return machine_begin(state);
}

#define query_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static NTSTATUS query(PRTL_QUERY_REGISTRY_TABLE table)
{
    return RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, L"driver", table, &asked, NULL);
}

// A table of one row and the end.
static NTSTATUS query_row(RTL_QUERY_REGISTRY_TABLE row)
{
    RTL_QUERY_REGISTRY_TABLE table[2];
    memset(table, 0, sizeof table);
    table[0] = row;
    return query(table);
}

static RTL_QUERY_REGISTRY_TABLE direct(PWSTR name, PVOID to)
{
    RTL_QUERY_REGISTRY_TABLE row = {.Flags = RTL_QUERY_REGISTRY_DIRECT, .Name = name};
    row.EntryContext = to;
    return row;
}

static RTL_QUERY_REGISTRY_TABLE routine(PWSTR name, ULONG flags)
{
    RTL_QUERY_REGISTRY_TABLE row = {.QueryRoutine = on_value, .Flags = flags, .Name = name};
    row.EntryContext = &row.Flags;
    row.EntryContext = &asked.answer;
    return row;
}

// ---- Direct

static void number_is_stored(void **state)
{
    ULONG value = 0;
    (void)state;
    assert_true(syspte_registry_set_dword("", "Debug", 9));

    assert_int_equal(query_row(direct(L"Debug", &value)), STATUS_SUCCESS);

    assert_int_equal(value, 9);
    assert_no_findings();
}

static void missing_value_leaves_the_variable_or_takes_the_default(void **state)
{
    ULONG value = 4;
    ULONG standard = 6;
    RTL_QUERY_REGISTRY_TABLE row = direct(L"Debug", &value);
    (void)state;

    assert_int_equal(query_row(row), STATUS_SUCCESS);
    assert_int_equal(value, 4);
    row.Flags |= RTL_QUERY_REGISTRY_REQUIRED;
    assert_int_equal(query_row(row), STATUS_OBJECT_NAME_NOT_FOUND);
    row.DefaultType = REG_DWORD;
    row.DefaultData = &standard;
    row.DefaultLength = sizeof standard;
    assert_int_equal(query_row(row), STATUS_SUCCESS);
    assert_int_equal(value, 6);
}

static void type_is_checked(void **state)
{
    ULONG value = 0;
    RTL_QUERY_REGISTRY_TABLE row = direct(L"Debug", &value);
    (void)state;
    row.Flags |= RTL_QUERY_REGISTRY_TYPECHECK;
    row.DefaultType = (REG_DWORD << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT) | REG_NONE;
    assert_true(syspte_registry_set_string("", "Debug", "text"));

    assert_int_equal(query_row(row), STATUS_OBJECT_TYPE_MISMATCH);
    assert_true(syspte_registry_set_dword("", "Debug", 3));
    assert_int_equal(query_row(row), STATUS_SUCCESS);

    assert_int_equal(value, 3);
}

static unsigned queried_at;

static void string_is_allocated_and_leaks_unless_freed(void **state)
{
    UNICODE_STRING text = {0};
    RTL_QUERY_REGISTRY_TABLE table[2];
    (void)state;
    memset(table, 0, sizeof table);
    table[0] = direct(L"Name", &text);
    assert_true(syspte_registry_set_string("", "Name", "eth"));

    queried_at = __LINE__ + 1;
    (void)RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, L"driver", table, NULL, NULL);

    assert_int_equal(text.Length, 6);
    assert_int_equal(text.MaximumLength, 8);
    assert_memory_equal(text.Buffer, L"eth", 8);
    assert_int_equal(syspte_shutdown(), 1);
    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->line, queried_at);
}

static void string_goes_to_the_buffer_that_is_there(void **state)
{
    WCHAR buffer[4];
    UNICODE_STRING text = {0, sizeof buffer, buffer};
    (void)state;
    assert_true(syspte_registry_set_string("", "Name", "eth"));
    assert_true(syspte_registry_set_string("", "Long", "wlan"));

    assert_int_equal(query_row(direct(L"Name", &text)), STATUS_SUCCESS);
    assert_int_equal(text.Length, 6);
    assert_memory_equal(buffer, L"eth", 8);
    assert_int_equal(query_row(direct(L"Long", &text)), STATUS_BUFFER_TOO_SMALL);
    assert_no_findings();
}

static void long_data_go_by_the_sign_of_the_buffer(void **state)
{
    union {
        LONG size;
        ULONG words[6];
    } buffer;
    (void)state;
    assert_true(syspte_registry_set_qword("", "Big", 0x1122334455667788ull));

    buffer.size = -8;
    assert_int_equal(query_row(direct(L"Big", &buffer)), STATUS_SUCCESS);
    assert_int_equal(buffer.words[0], 0x55667788);
    assert_int_equal(buffer.words[1], 0x11223344);
    buffer.size = -7;
    assert_int_equal(query_row(direct(L"Big", &buffer)), STATUS_BUFFER_TOO_SMALL);
    buffer.size = 16;
    assert_int_equal(query_row(direct(L"Big", &buffer)), STATUS_SUCCESS);
    assert_int_equal(buffer.words[0], 8);
    assert_int_equal(buffer.words[1], REG_QWORD);
    assert_int_equal(buffer.words[2], 0x55667788);
    buffer.size = 15;
    assert_int_equal(query_row(direct(L"Big", &buffer)), STATUS_BUFFER_TOO_SMALL);
}

static void multiple_strings_are_stored_as_one(void **state)
{
    const char *const texts[] = {"a", "bc"};
    WCHAR buffer[16];
    UNICODE_STRING text = {0, sizeof buffer, buffer};
    RTL_QUERY_REGISTRY_TABLE row = direct(L"List", &text);
    (void)state;
    row.Flags |= RTL_QUERY_REGISTRY_NOEXPAND;
    assert_true(syspte_registry_set_strings("", "List", texts, 2));

    assert_int_equal(query_row(row), STATUS_SUCCESS);

    assert_int_equal(text.Length, 10);
    assert_memory_equal(buffer, L"a\0bc\0", 12);
}

static void direct_needs_a_name_and_no_routine(void **state)
{
    ULONG value = 0;
    RTL_QUERY_REGISTRY_TABLE row = direct(L"Debug", &value);
    (void)state;
    row.QueryRoutine = on_value;
    assert_int_equal(query_row(row), STATUS_INVALID_PARAMETER);
    row.Name = NULL;
    assert_int_equal(query_row(row), STATUS_INVALID_PARAMETER);
    row = direct(L"Debug", &value);
    row.Flags |= RTL_QUERY_REGISTRY_SUBKEY;
    assert_int_equal(query_row(row), STATUS_INVALID_PARAMETER);
}

// ---- Routines

static void routine_gets_a_value_and_both_contexts(void **state)
{
    (void)state;
    assert_true(syspte_registry_set_dword("", "Debug", 9));

    assert_int_equal(query_row(routine(L"Debug", 0)), STATUS_SUCCESS);

    assert_int_equal(asked.count, 1);
    assert_memory_equal(asked.call[0].name, L"Debug", 12);
    assert_int_equal(asked.call[0].type, REG_DWORD);
    assert_int_equal(asked.call[0].bytes, 4);
    assert_int_equal(asked.call[0].data[0], 9);
    assert_ptr_equal(asked.call[0].context, &asked);
    assert_ptr_equal(asked.call[0].entry, &asked.answer);
}

static void each_string_is_a_call(void **state)
{
    const char *const texts[] = {"a", "bc"};
    (void)state;
    assert_true(syspte_registry_set_strings("", "List", texts, 2));

    assert_int_equal(query_row(routine(L"List", 0)), STATUS_SUCCESS);
    assert_int_equal(asked.count, 2);
    assert_int_equal(asked.call[1].type, REG_SZ);
    assert_int_equal(asked.call[1].bytes, 6);
    assert_memory_equal(asked.call[1].data, L"bc", 6);
    asked.count = 0;
    assert_int_equal(query_row(routine(L"List", RTL_QUERY_REGISTRY_NOEXPAND)), STATUS_SUCCESS);

    assert_int_equal(asked.count, 1);
    assert_int_equal(asked.call[0].type, REG_MULTI_SZ);
    assert_int_equal(asked.call[0].bytes, 12);
}

static void without_a_name_all_values_are_reported(void **state)
{
    (void)state;
    assert_int_equal(query_row(routine(NULL, RTL_QUERY_REGISTRY_REQUIRED)),
                     STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(query_row(routine(NULL, 0)), STATUS_SUCCESS);
    assert_int_equal(asked.count, 0);
    assert_true(syspte_registry_set_dword("", "one", 1));
    assert_true(syspte_registry_set_dword("", "two", 2));

    assert_int_equal(query_row(routine(NULL, 0)), STATUS_SUCCESS);
    assert_int_equal(asked.count, 2);
    assert_memory_equal(asked.call[1].name, L"two", 8);
    assert_int_equal(query_row(routine(NULL, RTL_QUERY_REGISTRY_NOVALUE)), STATUS_SUCCESS);

    assert_int_equal(asked.count, 3);
    assert_int_equal(asked.call[2].type, REG_NONE);
    assert_false(asked.call[2].has_data);
}

static void routine_ends_the_query_with_its_error(void **state)
{
    (void)state;
    assert_true(syspte_registry_set_dword("", "one", 1));
    assert_true(syspte_registry_set_dword("", "two", 2));
    asked.answer = STATUS_ACCESS_DENIED;

    assert_int_equal(query_row(routine(NULL, 0)), STATUS_ACCESS_DENIED);
    assert_int_equal(asked.count, 1);
    asked.answer = STATUS_BUFFER_TOO_SMALL;
    assert_int_equal(query_row(routine(NULL, 0)), STATUS_SUCCESS);

    assert_int_equal(asked.count, 3);
}

static void values_are_deleted_after_the_query(void **state)
{
    (void)state;
    assert_true(syspte_registry_set_dword("", "one", 1));
    assert_true(syspte_registry_set_dword("", "two", 2));

    assert_int_equal(query_row(routine(L"one", RTL_QUERY_REGISTRY_DELETE)), STATUS_SUCCESS);
    assert_int_equal(asked.count, 1);
    assert_int_equal(syspte_registry_get("", "one", NULL, NULL, 0), SIZE_MAX);
    assert_int_equal(syspte_registry_get("", "two", NULL, NULL, 0), 4);
    assert_true(syspte_registry_set_dword("", "three", 3));
    assert_int_equal(query_row(routine(NULL, RTL_QUERY_REGISTRY_DELETE)), STATUS_SUCCESS);

    assert_int_equal(asked.count, 3);
    assert_int_equal(syspte_registry_get("", "two", NULL, NULL, 0), SIZE_MAX);
    assert_int_equal(syspte_registry_get("", "three", NULL, NULL, 0), SIZE_MAX);
}

static void default_string_is_measured(void **state)
{
    RTL_QUERY_REGISTRY_TABLE row = routine(L"Nothing", 0);
    (void)state;
    row.DefaultType = REG_SZ;
    row.DefaultData = L"none";
    assert_int_equal(query_row(row), STATUS_SUCCESS);
    assert_int_equal(asked.call[0].bytes, 10);
    row.DefaultType = REG_MULTI_SZ;
    row.DefaultData = L"a\0bc\0";
    row.Flags = RTL_QUERY_REGISTRY_NOEXPAND;
    assert_int_equal(query_row(row), STATUS_SUCCESS);
    assert_int_equal(asked.call[1].bytes, 12);
}

// ---- Subkeys

static void subkeys_lead_down_and_back(void **state)
{
    ULONG top = 0;
    ULONG below = 0;
    ULONG back = 0;
    RTL_QUERY_REGISTRY_TABLE table[6];
    (void)state;
    memset(table, 0, sizeof table);
    table[0] = direct(L"Value", &top);
    table[1].Flags = RTL_QUERY_REGISTRY_SUBKEY;
    table[1].Name = L"Parameters";
    table[2] = direct(L"Value", &below);
    table[3] = direct(L"Value", &back);
    table[3].Flags |= RTL_QUERY_REGISTRY_TOPKEY;
    assert_true(syspte_registry_set_dword("", "Value", 1));
    assert_true(syspte_registry_set_dword("Parameters", "Value", 2));

    assert_int_equal(query(table), STATUS_SUCCESS);
    assert_int_equal(top, 1);
    assert_int_equal(below, 2);
    assert_int_equal(back, 1);
    table[1].Name = L"Nothing";
    assert_int_equal(query(table), STATUS_OBJECT_NAME_NOT_FOUND);
    table[1].Name = L"Parameters";
    table[1].QueryRoutine = on_value;
    assert_int_equal(query(table), STATUS_SUCCESS);

    assert_int_equal(asked.count, 1);
}

// ---- Places

static void places_are_relative(void **state)
{
    ULONG value = 0;
    ULONG set = 12;
    RTL_QUERY_REGISTRY_TABLE table[2];
    HANDLE key;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    (void)state;
    memset(table, 0, sizeof table);
    table[0] = direct(L"v", &value);
    assert_int_equal(RtlCreateRegistryKey(RTL_REGISTRY_CONTROL, (PWSTR)L"mine"), STATUS_SUCCESS);
    assert_int_equal(RtlCheckRegistryKey(RTL_REGISTRY_CONTROL, (PWSTR)L"mine"), STATUS_SUCCESS);
    assert_int_equal(RtlCheckRegistryKey(RTL_REGISTRY_CONTROL, (PWSTR)L"yours"),
                     STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(
        RtlWriteRegistryValue(RTL_REGISTRY_CONTROL, L"mine", L"v", REG_DWORD, &set, sizeof set),
        STATUS_SUCCESS);
    assert_true(
        syspte_registry_has("\\Registry\\Machine\\System\\CurrentControlSet\\Control\\mine"));
    assert_int_equal(RtlQueryRegistryValues(RTL_REGISTRY_CONTROL, L"mine", table, NULL, NULL),
                     STATUS_SUCCESS);
    assert_int_equal(value, 12);
    RtlInitUnicodeString(&name, L"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\mine");
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    assert_int_equal(ZwOpenKey(&key, KEY_READ, &attributes), STATUS_SUCCESS);
    value = 0;
    assert_int_equal(RtlQueryRegistryValues(RTL_REGISTRY_HANDLE, (PCWSTR)key, table, NULL, NULL),
                     STATUS_SUCCESS);
    assert_int_equal(value, 12);
    assert_int_equal(ZwClose(key), STATUS_SUCCESS);
    assert_int_equal(RtlDeleteRegistryValue(RTL_REGISTRY_CONTROL, L"mine", L"v"), STATUS_SUCCESS);
    assert_int_equal(RtlDeleteRegistryValue(RTL_REGISTRY_CONTROL, L"mine", L"v"),
                     STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, L"mine", table, NULL, NULL),
                     STATUS_OBJECT_PATH_SYNTAX_BAD);
    assert_int_equal(RtlQueryRegistryValues(RTL_REGISTRY_MAXIMUM, L"mine", table, NULL, NULL),
                     STATUS_INVALID_PARAMETER);
    assert_no_findings();
}

static void optional_key_need_not_be_there(void **state)
{
    ULONG value = 4;
    RTL_QUERY_REGISTRY_TABLE table[2];
    (void)state;
    memset(table, 0, sizeof table);
    table[0] = direct(L"v", &value);

    assert_int_equal(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, L"no", table, NULL, NULL),
                     STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES | RTL_REGISTRY_OPTIONAL, L"no",
                                            table, NULL, NULL),
                     STATUS_SUCCESS);

    assert_int_equal(value, 4);
}

// What an older machine or a deleted value left behind is no value of a key that is not there.
static void key_that_may_be_missing_has_no_values(void **state)
{
    static const unsigned char data[8192];
    RTL_QUERY_REGISTRY_TABLE table[2];
    (void)state;
    for (char name[] = "a"; name[0] <= 'z'; name[0]++) {
        assert_true(syspte_registry_set("", name, REG_BINARY, data, sizeof data));
    }
    boot(NULL);
    memset(table, 0, sizeof table);
    table[0].QueryRoutine = on_value;
    table[0].Flags = RTL_QUERY_REGISTRY_DELETE;

    assert_int_equal(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE | RTL_REGISTRY_OPTIONAL,
                                            L"\\Registry\\Missing", table, &asked, NULL),
                     STATUS_SUCCESS);

    assert_int_equal(asked.count, 0);
}

static void root_takes_no_values(void **state)
{
    ULONG value = 7;
    (void)state;

    assert_int_equal(
        RtlWriteRegistryValue(RTL_REGISTRY_ABSOLUTE, L"\\", L"", REG_DWORD, &value, sizeof value),
        STATUS_OBJECT_PATH_SYNTAX_BAD);
}

static void direct_room_of_the_least_number_is_room_enough(void **state)
{
    static const unsigned char data[12] = "eleven chars";
    LONG room[3] = {(LONG)0x80000000};
    (void)state;
    assert_true(syspte_registry_set("", "long", REG_BINARY, data, sizeof data));

    assert_int_equal(query_row((RTL_QUERY_REGISTRY_TABLE){.Flags = RTL_QUERY_REGISTRY_DIRECT,
                                                          .Name = L"long",
                                                          .EntryContext = room}),
                     STATUS_SUCCESS);

    assert_memory_equal(room, data, sizeof data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        query_test(key_that_may_be_missing_has_no_values),
        query_test(root_takes_no_values),
        query_test(direct_room_of_the_least_number_is_room_enough),
        query_test(number_is_stored),
        query_test(missing_value_leaves_the_variable_or_takes_the_default),
        query_test(type_is_checked),
        query_test(string_is_allocated_and_leaks_unless_freed),
        query_test(string_goes_to_the_buffer_that_is_there),
        query_test(long_data_go_by_the_sign_of_the_buffer),
        query_test(multiple_strings_are_stored_as_one),
        query_test(direct_needs_a_name_and_no_routine),
        query_test(routine_gets_a_value_and_both_contexts),
        query_test(each_string_is_a_call),
        query_test(without_a_name_all_values_are_reported),
        query_test(routine_ends_the_query_with_its_error),
        query_test(values_are_deleted_after_the_query),
        query_test(default_string_is_measured),
        query_test(subkeys_lead_down_and_back),
        query_test(places_are_relative),
        query_test(optional_key_need_not_be_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
