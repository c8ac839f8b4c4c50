// SPDX-License-Identifier: MIT
// The Ex forms of bounded strings, flag by flag, and counted ones.
#include "harness.h"

#include <ntstrsafe.h>

static char text[8];
static char *end;
static size_t left;

static int begin(void **state)
{
    (void)state;
    memset(text, '#', sizeof text);
    end = NULL;
    left = 77;
    return 0;
}

#define strsafe_test(f) cmocka_unit_test_setup(f, begin)

static void end_and_room_are_told(void **state)
{
    (void)state;
    assert_int_equal(RtlStringCchCopyExA(text, sizeof text, "abc", &end, &left, 0), STATUS_SUCCESS);
    assert_ptr_equal(end, text + 3);
    assert_int_equal(left, 5);
    assert_int_equal(text[4], '#');
    assert_int_equal(RtlStringCchCatExA(text, sizeof text, "de", &end, &left, 0), STATUS_SUCCESS);
    assert_string_equal(text, "abcde");
    assert_int_equal(left, 3);
    assert_int_equal(RtlStringCchPrintfExA(end, left, &end, &left, 0, "%u", 7u), STATUS_SUCCESS);
    assert_string_equal(text, "abcde7");
    assert_int_equal(left, 2);
    assert_int_equal(RtlStringCchCatNExA(text, sizeof text, "xyz", 1, &end, &left, 0),
                     STATUS_SUCCESS);
    assert_int_equal(left, 1);
    assert_int_equal(RtlStringCchCopyExA(text, 0, "a", &end, &left, 0), STATUS_INVALID_PARAMETER);
}

static void what_is_cut_off_ends_at_the_end(void **state)
{
    (void)state;
    assert_int_equal(RtlStringCchCopyExA(text, 4, "abcdef", &end, &left, 0),
                     STATUS_BUFFER_OVERFLOW);
    assert_string_equal(text, "abc");
    assert_ptr_equal(end, text + 3);
    assert_int_equal(left, 1);
    assert_int_equal(text[4], '#');
}

static void nothing_is_cut_off_if_so_asked(void **state)
{
    (void)state;
    assert_int_equal(RtlStringCchCopyA(text, 4, "ab"), STATUS_SUCCESS);
    assert_int_equal(RtlStringCchCatExA(text, 4, "cdef", &end, &left, STRSAFE_NO_TRUNCATION),
                     STATUS_BUFFER_OVERFLOW);
    assert_string_equal(text, "ab");
    assert_int_equal(left, 2);
    assert_int_equal(RtlStringCchCopyExA(text, 4, "abcdef", &end, &left, STRSAFE_NO_TRUNCATION),
                     STATUS_BUFFER_OVERFLOW);
    assert_string_equal(text, "");
    assert_int_equal(left, 4);
}

static void rest_is_filled(void **state)
{
    (void)state;
    assert_int_equal(RtlStringCchCopyExA(text, 6, "ab", NULL, NULL, STRSAFE_FILL_BYTE('x')),
                     STATUS_SUCCESS);
    assert_memory_equal(text, "ab\0xxx##", 8);
    assert_int_equal(RtlStringCchCopyExA(text, 4, "abcdef", &end, &left, STRSAFE_FAILURE_BYTE('y')),
                     STATUS_BUFFER_OVERFLOW);
    assert_memory_equal(text, "yyy\0xx##", 8);
    assert_int_equal(left, 1);
    assert_int_equal(
        RtlStringCchPrintfExA(text, 4, &end, &left, STRSAFE_NULL_ON_FAILURE, "%s", "abcdef"),
        STATUS_BUFFER_OVERFLOW);
    assert_string_equal(text, "");
    assert_ptr_equal(end, text);
}

static void no_string_is_an_empty_one(void **state)
{
    (void)state;
    assert_int_equal(RtlStringCchCopyExA(text, 4, NULL, &end, &left, STRSAFE_IGNORE_NULLS),
                     STATUS_SUCCESS);
    assert_string_equal(text, "");
    assert_int_equal(RtlStringCchCatNExA(text, 4, NULL, 3, NULL, NULL, STRSAFE_IGNORE_NULLS),
                     STATUS_SUCCESS);
}

static void bytes_are_counted_in_bytes(void **state)
{
    WCHAR wide[5];
    WCHAR *wide_end;
    (void)state;
    assert_int_equal(RtlStringCbCopyExW(wide, 9, L"ab", &wide_end, &left, 0), STATUS_SUCCESS);
    assert_ptr_equal(wide_end, wide + 2);
    assert_int_equal(left, 5); // two characters, and a byte
    assert_int_equal(RtlStringCbPrintfExW(wide, sizeof wide, NULL, &left, 0, L"%u", 12345u),
                     STATUS_BUFFER_OVERFLOW);
    assert_memory_equal(wide, L"1234", 10);
    assert_int_equal(left, 2);
}

static NTSTATUS print(PUNICODE_STRING to, const WCHAR *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    NTSTATUS status = RtlUnicodeStringVPrintf(to, format, arguments);
    va_end(arguments);
    return status;
}

static void counted_strings(void **state)
{
    WCHAR room[4];
    UNICODE_STRING to = {0, sizeof room, room};
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"abcdef");
    UNICODE_STRING odd = {3, 4, room};
    UNICODE_STRING nowhere = {0, 4, NULL};
    (void)state;
    assert_int_equal(RtlUnicodeStringCchCopyN(&to, &from, 2), STATUS_SUCCESS);
    assert_int_equal(to.Length, 4);
    assert_int_equal(RtlUnicodeStringCbCatN(&to, &from, 4), STATUS_SUCCESS);
    assert_memory_equal(room, L"abab", 8);
    assert_int_equal(RtlUnicodeStringCchCatN(&to, &from, 1), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(print(&to, L"%u", 42u), STATUS_SUCCESS);
    assert_int_equal(to.Length, 4);
    assert_int_equal(RtlUnicodeStringValidate(&to), STATUS_SUCCESS);
    assert_int_equal(RtlUnicodeStringValidate(&odd), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlUnicodeStringValidate(&nowhere), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlUnicodeStringValidate(NULL), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlUnicodeStringValidateEx(NULL, STRSAFE_IGNORE_NULLS), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        strsafe_test(end_and_room_are_told),
        strsafe_test(what_is_cut_off_ends_at_the_end),
        strsafe_test(nothing_is_cut_off_if_so_asked),
        strsafe_test(rest_is_filled),
        strsafe_test(no_string_is_an_empty_one),
        strsafe_test(bytes_are_counted_in_bytes),
        strsafe_test(counted_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
