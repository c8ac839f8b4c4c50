// SPDX-License-Identifier: MIT
// The C library that driver source gets from this project: 16-bit strings, bounded copies and
// formatting by Windows' rules; without a machine.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sim/crt.h>

static void wide_strings_are_copied_and_joined(void **state)
{
    WCHAR text[16];
    (void)state;

    assert_ptr_equal(syspte_crt_wcscpy(text, L"ab"), text);
    assert_ptr_equal(syspte_crt_wcscat(text, L"cd"), text);
    assert_ptr_equal(syspte_crt_wcsncat(text, L"efgh", 2), text);
    assert_memory_equal(text, L"abcdef", 7 * sizeof(WCHAR));
    assert_int_equal(syspte_crt_wcslen(text), 6);
    assert_int_equal(syspte_crt_wcsnlen(text, 4), 4);

    syspte_crt_wcsncpy(text, L"x", 4);
    assert_memory_equal(text, L"x\0\0\0ef", 7 * sizeof(WCHAR));
    syspte_crt_wcsncpy(text, L"wxyz", 2);
    assert_memory_equal(text, L"wx\0\0ef", 7 * sizeof(WCHAR));
}

static void wide_strings_are_compared_by_unsigned_units(void **state)
{
    (void)state;
    assert_int_equal(syspte_crt_wcscmp(L"a", L"a"), 0);
    assert_int_equal(syspte_crt_wcscmp(L"a", L"b"), -1);
    assert_int_equal(syspte_crt_wcscmp(L"\xFFFE", L"a"), 1);
    assert_int_equal(syspte_crt_wcscmp(L"ab", L"a"), 1);
    assert_int_equal(syspte_crt_wcsncmp(L"abc", L"abd", 2), 0);
    assert_int_equal(syspte_crt_wcsncmp(L"abc", L"abd", 3), -1);
    assert_int_equal(syspte_crt__wcsicmp(L"PCI[0]", L"pci[0]"), 0);
    assert_int_equal(syspte_crt__wcsicmp(L"PCI@", L"pci`"), -1);
    assert_int_equal(syspte_crt__wcsnicmp(L"PCIx", L"pciy", 3), 0);
    assert_int_equal(syspte_crt__wcsnicmp(L"PCIx", L"pciy", 4), -1);
}

static void wide_strings_are_searched(void **state)
{
    static const WCHAR text[] = L"a/b/c";
    (void)state;
    assert_ptr_equal(syspte_crt_wcschr(text, L'/'), text + 1);
    assert_ptr_equal(syspte_crt_wcsrchr(text, L'/'), text + 3);
    assert_ptr_equal(syspte_crt_wcschr(text, 0), text + 5);
    assert_ptr_equal(syspte_crt_wcsrchr(text, 0), text + 5);
    assert_null(syspte_crt_wcschr(text, L'?'));
    assert_null(syspte_crt_wcsrchr(text, L'?'));
    assert_ptr_equal(syspte_crt_wcsstr(text, L"b/"), text + 2);
    assert_ptr_equal(syspte_crt_wcsstr(text, L""), text);
    assert_null(syspte_crt_wcsstr(text, L"c/"));
}

static void only_letters_of_ascii_change_case(void **state)
{
    WCHAR wide[] = L"aZ[`{@\xE4";
    char narrow[] = "aZ[`{@\xE4";
    (void)state;
    assert_memory_equal(syspte_crt__wcsupr(wide), L"AZ[`{@\xE4", sizeof wide);
    assert_memory_equal(syspte_crt__wcslwr(wide), L"az[`{@\xE4", sizeof wide);
    assert_string_equal(syspte_crt__strupr(narrow), "AZ[`{@\xE4");
    assert_string_equal(syspte_crt__strlwr(narrow), "az[`{@\xE4");
}

static void bounded_copies_fill_their_room(void **state)
{
    char narrow[6];
    WCHAR wide[6];
    (void)state;
    assert_int_equal(syspte_crt_strcpy_s(narrow, 6, "ab"), 0);
    assert_int_equal(syspte_crt_strcat_s(narrow, 6, "cde"), 0);
    assert_string_equal(narrow, "abcde");
    assert_int_equal(syspte_crt_memcpy_s(narrow, 6, "xyz", 3), 0);
    assert_int_equal(syspte_crt_memmove_s(narrow + 1, 5, narrow, 4), 0);
    assert_string_equal(narrow, "xxyzd");
    assert_int_equal(syspte_crt_wcscpy_s(wide, 6, L"ab"), 0);
    assert_int_equal(syspte_crt_wcscat_s(wide, 6, L"cde"), 0);
    assert_memory_equal(wide, L"abcde", sizeof wide);
}

static void narrow_text_ends_with_zero_only_if_it_fits(void **state)
{
    char text[8] = "zzzzzzz";
    (void)state;
    assert_int_equal(syspte_crt__snprintf(text, 4, "%d", 123), 3);
    assert_string_equal(text, "123");
    assert_int_equal(syspte_crt__snprintf(text, 4, "%d", 1234), 4);
    assert_string_equal(text, "1234zzz");
    assert_int_equal(syspte_crt__snprintf(text, 4, "%d", 12345), -1);
    assert_int_equal(syspte_crt_sprintf(text, "%ws", L"ws"), 2);
    assert_string_equal(text, "ws");
    assert_int_equal(syspte_crt_sprintf_s(text, 8, "%I64x", 0x1234567LL), 7);
    assert_string_equal(text, "1234567");
}

static void wide_formats_have_wide_strings_for_s(void **state)
{
    WCHAR text[40];
    static const WCHAR expected[] = L"w n w n wc 7%\x20AC\xD83D\xDE00";
    (void)state;
    int count = syspte_crt_swprintf(text, L"%s %S %ws %hs %c%C %-1d%%%s", L"w", "n", L"w", "n",
                                    L'w', 'c', 7, L"\x20AC\xD83D\xDE00");
    assert_int_equal(count, -1 + sizeof expected / sizeof *expected);
    assert_memory_equal(text, expected, sizeof expected);
    assert_int_equal(syspte_crt__snwprintf(text, 2, L"%d", 123), -1);
    assert_int_equal(syspte_crt__snwprintf(text, 2, L"\xD83D\xDE00"), 2);
    assert_int_equal(syspte_crt__snwprintf(text, 1, L"\xD83D\xDE00"), -1);
    assert_int_equal(syspte_crt__snwprintf(text, 4, L"a%"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_strings_are_copied_and_joined),
        cmocka_unit_test(wide_strings_are_compared_by_unsigned_units),
        cmocka_unit_test(wide_strings_are_searched),
        cmocka_unit_test(only_letters_of_ascii_change_case),
        cmocka_unit_test(bounded_copies_fill_their_room),
        cmocka_unit_test(narrow_text_ends_with_zero_only_if_it_fits),
        cmocka_unit_test(wide_formats_have_wide_strings_for_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
