// SPDX-License-Identifier: MIT
// Counted strings by their public pages: what fits, what is cut off, what is allocated and must be
// freed, and what is said of neither.
#include "harness.h"

static WCHAR room[16];
static UNICODE_STRING out;

static int begin(void **state)
{
    memset(room, 0xCC, sizeof room);
    out = (UNICODE_STRING){0, 8, room}; // four characters
    return machine_begin(state);
}

#define string_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static UNICODE_STRING wide(PCWSTR text)
{
    UNICODE_STRING result;
    RtlInitUnicodeString(&result, text);
    return result;
}

static ANSI_STRING narrow(PCSZ text)
{
    ANSI_STRING result;
    RtlInitAnsiString(&result, text);
    return result;
}

// ---- Copy and append

static void copy_cuts_off_and_terminates_where_it_can(void **state)
{
    UNICODE_STRING three = wide(L"abc");
    UNICODE_STRING five = wide(L"abcde");
    (void)state;

    RtlCopyUnicodeString(&out, &three);
    assert_int_equal(out.Length, 6);
    assert_memory_equal(room, L"abc", 8);
    RtlCopyUnicodeString(&out, &five);
    assert_int_equal(out.Length, 8);
    assert_memory_equal(room, L"abcd", 8);
    assert_int_equal((USHORT)room[4], 0xCCCC);
    RtlCopyUnicodeString(&out, NULL);
    assert_int_equal(out.Length, 0);
}

static void append_does_all_or_nothing(void **state)
{
    UNICODE_STRING two = wide(L"ab");
    (void)state;

    assert_int_equal(RtlAppendUnicodeStringToString(&out, &two), STATUS_SUCCESS);
    assert_int_equal(room[2], 0);
    assert_int_equal(RtlAppendUnicodeToString(&out, L"cd"), STATUS_SUCCESS);
    assert_int_equal(out.Length, 8);
    assert_int_equal(RtlAppendUnicodeToString(&out, L"e"), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(out.Length, 8);
    assert_int_equal((USHORT)room[4], 0xCCCC);
    assert_int_equal(RtlAppendUnicodeToString(&out, NULL), STATUS_SUCCESS);
}

static void narrow_copies(void **state)
{
    char text[4];
    ANSI_STRING to = {0, sizeof text, text};
    ANSI_STRING from = narrow("abcde");
    (void)state;
    RtlCopyString(&to, &from);
    assert_int_equal(to.Length, 4);
    assert_memory_equal(text, "abcd", 4);
    RtlUpperString(&to, &from);
    assert_memory_equal(text, "ABCD", 4);
    RtlCopyString(&to, NULL);
    assert_int_equal(to.Length, 0);
}

static void long_string_is_refused(void **state)
{
    static WCHAR text[32768];
    (void)state;
    for (unsigned i = 0; i < 32766; i++) {
        text[i] = 'x';
    }
    assert_int_equal(RtlInitUnicodeStringEx(&out, text), STATUS_SUCCESS);
    assert_int_equal(out.Length, 65532);
    text[32766] = 'x';
    assert_int_equal(RtlInitUnicodeStringEx(&out, text), STATUS_NAME_TOO_LONG);
}

// ---- Compare

static void comparisons_order_and_fold(void **state)
{
    UNICODE_STRING abc = wide(L"abc");
    UNICODE_STRING upper = wide(L"ABC");
    UNICODE_STRING ab = wide(L"ab");
    UNICODE_STRING latin = wide(L"\x00E4\x00F7\x00FF");
    UNICODE_STRING latin_upper = wide(L"\x00C4\x00F7\x0178");
    (void)state;

    assert_true(RtlCompareUnicodeString(&abc, &upper, FALSE) > 0);
    assert_int_equal(RtlCompareUnicodeString(&abc, &upper, TRUE), 0);
    assert_true(RtlCompareUnicodeString(&ab, &abc, TRUE) < 0);
    assert_true(RtlEqualUnicodeString(&abc, &upper, TRUE));
    assert_false(RtlEqualUnicodeString(&abc, &upper, FALSE));
    assert_false(RtlEqualUnicodeString(&abc, &ab, TRUE));
    assert_true(RtlEqualUnicodeString(&latin, &latin_upper, TRUE));
    assert_true(RtlPrefixUnicodeString(&ab, &upper, TRUE));
    assert_false(RtlPrefixUnicodeString(&ab, &upper, FALSE));
    assert_false(RtlPrefixUnicodeString(&abc, &ab, FALSE));
    ab = abc;
    ab.Length = 4; // the same memory
    assert_false(RtlPrefixUnicodeString(&abc, &ab, FALSE));
    assert_int_equal(RtlUpcaseUnicodeChar(0xF7), 0xF7);
    assert_int_equal(RtlDowncaseUnicodeChar(0xD7), 0xD7);
}

static void narrow_comparisons(void **state)
{
    ANSI_STRING abc = narrow("abc");
    ANSI_STRING upper = narrow("ABC");
    ANSI_STRING ab = narrow("ab");
    (void)state;
    assert_true(RtlEqualString(&abc, &upper, TRUE));
    assert_false(RtlEqualString(&abc, &upper, FALSE));
    assert_true(RtlCompareString(&ab, &abc, FALSE) < 0);
    assert_true(RtlCompareString(&abc, &upper, FALSE) > 0);
    assert_int_equal(RtlUpperChar('z'), 'Z');
    assert_int_equal((UCHAR)RtlUpperChar((CHAR)0xFF), 0xFF);
}

static void hash_is_x65599(void **state)
{
    UNICODE_STRING text = wide(L"ab");
    ULONG hash = 0;
    (void)state;
    assert_int_equal(RtlHashUnicodeString(&text, FALSE, HASH_STRING_ALGORITHM_X65599, &hash),
                     STATUS_SUCCESS);
    assert_int_equal(hash, 97 * 65599u + 98);
    assert_int_equal(RtlHashUnicodeString(&text, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &hash),
                     STATUS_SUCCESS);
    assert_int_equal(hash, 65 * 65599u + 66);
    assert_int_equal(RtlHashUnicodeString(&text, TRUE, 2, &hash), STATUS_INVALID_PARAMETER);
}

// ---- Convert

static unsigned allocated_at;

static void allocated_string_that_is_not_freed_leaks(void **state)
{
    UNICODE_STRING to;
    ANSI_STRING from = narrow("eth\xE4");
    (void)state;
    allocated_at = __LINE__ + 1;
    assert_int_equal(RtlAnsiStringToUnicodeString(&to, &from, TRUE), STATUS_SUCCESS);

    assert_int_equal(to.Length, 8);
    assert_int_equal(to.MaximumLength, 10);
    assert_memory_equal(to.Buffer, L"eth\x00E4", 10);
    assert_int_equal(syspte_shutdown(), 1);
    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->line, allocated_at);
    assert_non_null(strstr(report_text(), "RtlFreeUnicodeString"));
}

static void freed_string_is_empty(void **state)
{
    UNICODE_STRING to;
    ANSI_STRING back;
    ANSI_STRING from = narrow("eth");
    (void)state;
    assert_int_equal(RtlAnsiStringToUnicodeString(&to, &from, TRUE), STATUS_SUCCESS);
    assert_int_equal(RtlUnicodeStringToAnsiString(&back, &to, TRUE), STATUS_SUCCESS);
    assert_string_equal(back.Buffer, "eth");
    assert_int_equal(back.MaximumLength, 4);

    RtlFreeUnicodeString(&to);
    RtlFreeAnsiString(&back);
    RtlFreeAnsiString(&back); // nothing is there any more

    assert_null(to.Buffer);
    assert_int_equal(to.MaximumLength, 0);
    assert_null(back.Buffer);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void conversion_needs_room_for_the_terminator(void **state)
{
    char text[4];
    ANSI_STRING to = {0, sizeof text, text};
    ANSI_STRING three = narrow("abc");
    ANSI_STRING four = narrow("abcd");
    UNICODE_STRING wide_four = wide(L"ab\x2022\x00E4");
    (void)state;

    assert_int_equal(RtlAnsiStringToUnicodeString(&out, &three, FALSE), STATUS_SUCCESS);
    assert_memory_equal(room, L"abc", 8);
    assert_int_equal(RtlAnsiStringToUnicodeString(&out, &four, FALSE), STATUS_BUFFER_OVERFLOW);
    out.MaximumLength = 9;
    assert_int_equal(RtlAnsiStringToUnicodeString(&out, &four, FALSE), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlUnicodeStringToAnsiString(&to, &wide_four, FALSE), STATUS_BUFFER_OVERFLOW);
    assert_string_equal(text, "ab?");
    assert_int_equal(to.Length, 3);
    assert_int_equal(RtlAnsiStringToUnicodeSize(&four), 10);
    assert_int_equal(RtlUnicodeStringToAnsiSize(&wide_four), 5);
}

static void case_is_changed(void **state)
{
    UNICODE_STRING four = wide(L"aB\x00E9Z");
    UNICODE_STRING five = wide(L"abcde");
    UNICODE_STRING made;
    (void)state;
    assert_int_equal(RtlUpcaseUnicodeString(&out, &four, FALSE), STATUS_SUCCESS);
    assert_memory_equal(room, L"AB\x00C9Z", 8);
    assert_int_equal(RtlUpcaseUnicodeString(&out, &five, FALSE), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlDowncaseUnicodeString(&made, &out, TRUE), STATUS_SUCCESS);
    assert_memory_equal(made.Buffer, L"ab\x00E9z", 8);
    RtlFreeUnicodeString(&made);
    assert_int_equal(syspte_shutdown(), 0);
}

static void conversions_are_for_passive_level(void **state)
{
    KIRQL old;
    ANSI_STRING three = narrow("abc");
    (void)state;
    KeRaiseIrql(DISPATCH_LEVEL, &old);

    (void)RtlAnsiStringToUnicodeString(&out, &three, FALSE);

    KeLowerIrql(old);
    assert_string_equal(syspte_api_name(only_finding(SYSPTE_RULE_CALL_IRQL).call->api),
                        "RtlAnsiStringToUnicodeString");
}

static void free_literal(void)
{
    static WCHAR literal[] = L"x";
    UNICODE_STRING text = {2, 4, literal};
    RtlFreeUnicodeString(&text);
}

static void string_that_was_not_allocated_is_not_freed(void **state)
{
    (void)state;

    assert_true(stops(free_literal));

    assert_int_equal(seen.stop.code, 0xC2);
    assert_string_equal(only_finding(SYSPTE_RULE_FREE_NO_BLOCK).text,
                        "nothing was allocated for the string");
}

// ---- Numbers

static void numbers_are_written(void **state)
{
    (void)state;
    assert_int_equal(RtlIntegerToUnicodeString(255, 16, &out), STATUS_SUCCESS);
    assert_memory_equal(room, L"FF", 6);
    assert_int_equal(out.Length, 4);
    assert_int_equal(RtlIntegerToUnicodeString(1234, 0, &out), STATUS_SUCCESS);
    assert_memory_equal(room, L"1234", 8);
    assert_int_equal(RtlIntegerToUnicodeString(12345, 10, &out), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlIntegerToUnicodeString(1, 7, &out), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlIntegerToUnicodeString(0, 2, &out), STATUS_SUCCESS);
    assert_int_equal(out.Length, 2);
    out.MaximumLength = sizeof room;
    assert_int_equal(RtlInt64ToUnicodeString(1ull << 40, 8, &out), STATUS_SUCCESS);
    assert_memory_equal(room, L"20000000000000", 30);
}

static void numbers_are_read(void **state)
{
    static const struct {
        PCWSTR text;
        ULONG base;
        ULONG value;
    } cases[] = {{L"12", 0, 12},      {L"  -1", 0, MAXULONG},
                 {L"0x1fG", 0, 0x1F}, {L"0b101", 0, 5},
                 {L"0o17", 0, 15},    {L"ff", 16, 255},
                 {L"0x10", 16, 0},    {L"", 0, 0},
                 {L"+7 8", 10, 7},    {L"4294967295", 10, MAXULONG}};
    ULONG value = 0;
    UNICODE_STRING text;
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        text = wide(cases[i].text);
        assert_int_equal(RtlUnicodeStringToInteger(&text, cases[i].base, &value), STATUS_SUCCESS);
        assert_int_equal(value, cases[i].value);
    }
    assert_int_equal(RtlUnicodeStringToInteger(&text, 3, &value), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlCharToInteger(" 0x2A", 0, &value), STATUS_SUCCESS);
    assert_int_equal(value, 42);
}

static void guids_go_both_ways(void **state)
{
    static const GUID guid = {
        0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF}};
    UNICODE_STRING text;
    UNICODE_STRING wrong = wide(L"{00112233-4455-6677-8899-AABBCCDDEEFG}");
    GUID back;
    (void)state;
    assert_int_equal(RtlStringFromGUID(&guid, &text), STATUS_SUCCESS);
    assert_int_equal(text.Length, 76);
    assert_memory_equal(text.Buffer, L"{00112233-4455-6677-8899-aabbccddeeff}", 78);

    assert_int_equal(RtlGUIDFromString(&text, &back), STATUS_SUCCESS);
    assert_memory_equal(&back, &guid, sizeof guid);
    assert_int_equal(RtlGUIDFromString(&wrong, &back), STATUS_INVALID_PARAMETER);
    text.Buffer[9] = '+';
    assert_int_equal(RtlGUIDFromString(&text, &back), STATUS_INVALID_PARAMETER);
    RtlFreeUnicodeString(&text);
    assert_int_equal(syspte_shutdown(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        string_test(copy_cuts_off_and_terminates_where_it_can),
        string_test(append_does_all_or_nothing),
        string_test(narrow_copies),
        string_test(long_string_is_refused),
        string_test(comparisons_order_and_fold),
        string_test(narrow_comparisons),
        string_test(hash_is_x65599),
        string_test(allocated_string_that_is_not_freed_leaks),
        string_test(freed_string_is_empty),
        string_test(conversion_needs_room_for_the_terminator),
        string_test(case_is_changed),
        string_test(conversions_are_for_passive_level),
        string_test(string_that_was_not_allocated_is_not_freed),
        string_test(numbers_are_written),
        string_test(numbers_are_read),
        string_test(guids_go_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
