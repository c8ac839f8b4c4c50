// SPDX-License-Identifier: MIT
// Debug messages: the format rules that differ from C's, and where the text goes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <ntddk.h>
#include <syspte/debug.h>

#include "captured.h"

#define assert_prints(expected, ...)                                                               \
    do {                                                                                           \
        captured_clear();                                                                          \
        assert_int_equal(DbgPrint(__VA_ARGS__), STATUS_SUCCESS);                                   \
        assert_string_equal(captured_output.text, expected);                                       \
        assert_int_equal(captured_output.bytes, sizeof(expected) - 1);                             \
    } while (0)

static int default_output(void **state)
{
    (void)state;
    syspte_debug_writer_set(NULL);
    captured_clear();
    return 0;
}

// ---- Integers

static void plain_text_and_percent_signs_are_copied(void **state)
{
    (void)state;

    assert_prints("nothing to do\n", "nothing to do\n");
    assert_prints("100%", "100%%");
}

static void decimals_are_signed_or_not_as_asked(void **state)
{
    (void)state;

    assert_prints("-1 4294967295 0", "%d %u %i", -1, -1, 0);
    assert_prints("-2147483648", "%d", (LONG)0x80000000);
    assert_prints("+7 -7  7 -7", "%+d %+d % d % d", 7, -7, 7, -7);
}

static void hexadecimal_and_octal_take_the_alternate_form(void **state)
{
    (void)state;

    assert_prints("beef BEEF 0xbeef 0XBEEF 0", "%x %X %#x %#X %#x", 0xBEEF, 0xBEEF, 0xBEEF, 0xBEEF,
                  0);
    assert_prints("17 017 0", "%o %#o %#o", 15, 15, 0);
}

static void a_field_is_padded_to_its_width(void **state)
{
    (void)state;

    assert_prints("|   42|42   |00042|-0042|   -42|", "|%5d|%-5d|%05d|%05d|%6d|", 42, 42, 42, -42,
                  -42);
    assert_prints("|0x002a|  0x2a|", "|%#06x|%#6x|", 42, 42);
    assert_prints("|42   |", "|%-05d|", 42);
}

static void a_precision_is_the_least_number_of_digits(void **state)
{
    (void)state;

    assert_prints("|00042|   00042|00042   |", "|%.5d|%8.5d|%-8.5d|", 42, 42, 42);
    assert_prints("|   00042|", "|%08.5d|", 42);
    assert_prints("||", "|%.0d|", 0);
    assert_prints("|0|", "|%.*d|", -3, 0);
}

static void width_and_precision_come_from_arguments(void **state)
{
    (void)state;

    assert_prints("|   7|7   |0007|", "|%*d|%*d|%.*d|", 4, 7, -4, 7, 4, 7);
}

static void a_long_is_32_bits_wide(void **state)
{
    ULONG mask = 0xFFFFFFFF;
    LONG negative = -2;
    (void)state;

    assert_prints("ffffffff -2 4294967295", "%lx %ld %lu", mask, negative, mask);
    assert_prints("FEBC0000 4", "%08lX %ld", (ULONG)0xFEBC0000, (LONG)sizeof(LONG));
}

static void sixty_four_bits_have_four_spellings(void **state)
{
    ULONGLONG big = 0x123456789ABCDEF0;
    (void)state;

    assert_prints("123456789abcdef0 123456789ABCDEF0", "%I64x %I64X", big, big);
    assert_prints("123456789abcdef0 -1", "%llx %lld", big, (LONGLONG)-1);
    assert_prints("18446744073709551615 -9223372036854775808", "%I64u %I64d", ~(ULONGLONG)0,
                  MINLONG64);
    assert_prints("89abcdef", "%I32x", 0x89ABCDEF);
    assert_prints("1777777777777777777777", "%I64o", ~(ULONGLONG)0);
}

static void an_i_alone_is_as_wide_as_a_pointer(void **state)
{
    SIZE_T bytes = (SIZE_T)-1;
    (void)state;

    if (sizeof bytes == 8) {
        assert_prints("ffffffffffffffff -1 18446744073709551615", "%Ix %Id %zu", bytes, bytes,
                      bytes);
    } else {
        assert_prints("ffffffff -1 4294967295", "%Ix %Id %zu", bytes, bytes, bytes);
    }
}

static void short_arguments_are_cut_to_their_size(void **state)
{
    (void)state;

    assert_prints("ffff -1 65535", "%hx %hd %hu", 0x1FFFF, 0xFFFF, -1);
    assert_prints("fe -2", "%hhx %hhd", 0x1FE, 0xFE);
}

static void arguments_of_every_size_stay_in_order(void **state)
{
    (void)state;

    assert_prints("1 2 3 x 4 y 5", "%d %I64d %ld %s %hd %ws %Iu", 1, (LONGLONG)2, (LONG)3, "x", 4,
                  L"y", (SIZE_T)5);
}

static void a_pointer_is_all_its_digits(void **state)
{
    (void)state;

    if (sizeof(PVOID) == 8) {
        assert_prints("00000000FEBC0ABC", "%p", (PVOID)(ULONG_PTR)0xFEBC0ABC);
        assert_prints("0000000000000000|", "%p|", NULL);
        assert_prints("|  FFFFF80000000000|", "|%18p|", (PVOID)0xFFFFF80000000000);
    } else {
        assert_prints("FEBC0ABC", "%p", (PVOID)(ULONG_PTR)0xFEBC0ABC);
    }
}

// ---- Text

static void narrow_strings_take_width_and_precision(void **state)
{
    static const char not_terminated[3] = {'a', 'b', 'c'};
    (void)state;

    assert_prints("|abc|  abc|abc  |ab|", "|%s|%5s|%-5s|%.2s|", "abc", "abc", "abc", "abc");
    assert_prints("abc", "%.3s", not_terminated);
    assert_prints("abc abc", "%hs %hS", "abc", "abc");
}

static void wide_strings_become_utf_8(void **state)
{
    (void)state;

    assert_prints("ab ab ab", "%ws %ls %S", L"ab", L"ab", L"ab");
    assert_prints("\xC3\xA9\xE2\x82\xAC", "%ws", L"\x00E9\x20AC");
    assert_prints("\xF0\x9F\x98\x80!", "%ws", L"\xD83D\xDE00!");
    assert_prints("| ab|a|", "|%3ws|%.1S|", L"ab", L"ab");
}

static void lone_surrogates_are_replaced(void **state)
{
    static const WCHAR high[] = {0xD83D, 'x', 0};
    static const WCHAR low[] = {0xDE00, 0};
    (void)state;

    assert_prints("\xEF\xBF\xBDx", "%ws", high);
    assert_prints("\xEF\xBF\xBD", "%ws", low);
    assert_prints("\xEF\xBF\xBD", "%.1ws", L"\xD83D\xDE00");
}

static void counted_strings_need_no_terminator(void **state)
{
    UNICODE_STRING name = {8, 10, (PWCH)L"\\Dev is longer"};
    ANSI_STRING narrow = {3, 3, (PCHAR) "abcdef"};
    (void)state;

    assert_prints("[\\Dev]", "[%wZ]", &name);
    assert_prints("[      \\Dev]", "[%10wZ]", &name);
    assert_prints("[abc]", "[%Z]", &narrow);
}

static void characters_are_narrow_or_wide(void **state)
{
    (void)state;

    assert_prints("A|  B|C  |", "%c|%3c|%-3c|", 'A', 'B', 'C');
    assert_prints("\xC3\xA9 \xC3\xA9 \xC3\xA9 A", "%C %wc %lc %hC", 0xE9, 0xE9, 0xE9, 'A');
}

static void null_strings_say_so(void **state)
{
    UNICODE_STRING empty = {0, 0, NULL};
    (void)state;

    assert_prints("(null) (null) (null)", "%s %ws %S", NULL, NULL, NULL);
    assert_prints("(null) (null) (null)", "%wZ %wZ %Z", NULL, &empty, NULL);
    assert_prints("|  (null)|(nu|", "|%8s|%.3s|", NULL, NULL);
}

static void unknown_directives_are_text(void **state)
{
    (void)state;

    assert_prints("%y 1", "%y %d", 1);
    assert_prints("%-5.2q|", "%-5.2q|");
    assert_prints("%n 2", "%n %d", 2);
    assert_prints("50%", "50%");
    assert_prints("50%I64", "50%I64");
}

// ---- Length

static void a_message_is_cut_at_512_bytes(void **state)
{
    char text[600];
    (void)state;

    memset(text, 'x', sizeof text);
    text[599] = 0;
    captured_clear();
    DbgPrint("%s", text);
    assert_int_equal(captured_output.bytes, 512);

    text[512] = 0;
    captured_clear();
    DbgPrint("%s", text);
    assert_int_equal(captured_output.bytes, 512);

    text[511] = 0;
    captured_clear();
    DbgPrint("%s", text);
    assert_int_equal(captured_output.bytes, 511);
}

static void a_cut_never_splits_a_character(void **state)
{
    char text[512];
    (void)state;

    memset(text, 'x', sizeof text);
    text[510] = 0;
    captured_clear();
    DbgPrint("%s%ws%s", text, L"\x20AC", "lost");
    assert_int_equal(captured_output.bytes, 510);

    text[509] = 0;
    captured_clear();
    DbgPrint("%s%ws%s", text, L"\x20AC", "lost");
    assert_int_equal(captured_output.bytes, 512);
    assert_string_equal(captured_output.text + 509, "\xE2\x82\xAC");

    captured_clear();
    DbgPrint("%s%s%s", text, "\xE2\x82\xAC", "lost");
    assert_int_equal(captured_output.bytes, 512);

    text[509] = 'x';
    text[510] = 0;
    captured_clear();
    DbgPrint("%s%s%s", text, "\xE2\x82\xAC", "lost");
    assert_int_equal(captured_output.bytes, 510); // without the two bytes that there was room for
}

static void huge_widths_end_with_the_buffer(void **state)
{
    (void)state;

    captured_clear();
    DbgPrint("%4294967297d", 1); // 2^32 + 1
    assert_int_equal(captured_output.bytes, 512);
    captured_clear();
    DbgPrint("%*d", (int)0x80000000, 1);
    assert_int_equal(captured_output.bytes, 512);
    assert_int_equal(captured_output.text[0], '1');
}

// ---- Where it goes

static void messages_go_to_stderr_in_one_call(void **state)
{
    (void)state;

    DbgPrint("%s %d %ws\n", "a", 1, L"b");

    assert_int_equal(captured_output.stream, 2);
    assert_int_equal(captured_output.calls, 1);
}

static void collect(void *context, const char *text, size_t bytes)
{
    captured *to = (captured *)context;

    memcpy(to->text + to->bytes, text, bytes);
    to->bytes += bytes;
    to->text[to->bytes] = 0;
    to->calls++;
}

static void a_writer_replaces_stderr_until_it_is_removed(void **state)
{
    captured own = {0};
    syspte_writer writer = {collect, &own};
    (void)state;

    syspte_debug_writer_set(&writer);
    DbgPrint("mine\n");
    syspte_debug_writer_set(NULL);
    DbgPrint("theirs\n");

    assert_string_equal(own.text, "mine\n");
    assert_string_equal(captured_output.text, "theirs\n");
}

static void the_streams_are_writers_too(void **state)
{
    (void)state;

    syspte_writer_stdout.write(syspte_writer_stdout.context, "out", 3);
    assert_int_equal(captured_output.stream, 1);
    syspte_writer_stderr.write(syspte_writer_stderr.context, "err", 3);
    assert_int_equal(captured_output.stream, 2);
    assert_string_equal(captured_output.text, "outerr");
}

static void print_list(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vDbgPrintExWithPrefix("driver: ", DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, format, arguments);
    va_end(arguments);
    va_start(arguments, format);
    vDbgPrintEx(DPFLTR_DEFAULT_ID, DPFLTR_ERROR_LEVEL, format, arguments);
    va_end(arguments);
}

static void the_relatives_print_the_same(void **state)
{
    (void)state;

    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_TRACE_LEVEL, "%d;", 1);
    print_list("%d%s", 2, ";");
    KdPrint(("%d;", 3));
    KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "%d;", 4));

    assert_string_equal(captured_output.text, "1;driver: 2;2;3;4;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_and_percent_signs_are_copied),
        cmocka_unit_test(decimals_are_signed_or_not_as_asked),
        cmocka_unit_test(hexadecimal_and_octal_take_the_alternate_form),
        cmocka_unit_test(a_field_is_padded_to_its_width),
        cmocka_unit_test(a_precision_is_the_least_number_of_digits),
        cmocka_unit_test(width_and_precision_come_from_arguments),
        cmocka_unit_test(a_long_is_32_bits_wide),
        cmocka_unit_test(sixty_four_bits_have_four_spellings),
        cmocka_unit_test(an_i_alone_is_as_wide_as_a_pointer),
        cmocka_unit_test(short_arguments_are_cut_to_their_size),
        cmocka_unit_test(arguments_of_every_size_stay_in_order),
        cmocka_unit_test(a_pointer_is_all_its_digits),
        cmocka_unit_test(narrow_strings_take_width_and_precision),
        cmocka_unit_test(wide_strings_become_utf_8),
        cmocka_unit_test(lone_surrogates_are_replaced),
        cmocka_unit_test(counted_strings_need_no_terminator),
        cmocka_unit_test(characters_are_narrow_or_wide),
        cmocka_unit_test(null_strings_say_so),
        cmocka_unit_test(unknown_directives_are_text),
        cmocka_unit_test(a_message_is_cut_at_512_bytes),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(huge_widths_end_with_the_buffer),
        cmocka_unit_test_setup(messages_go_to_stderr_in_one_call, default_output),
        cmocka_unit_test_setup(a_writer_replaces_stderr_until_it_is_removed, default_output),
        cmocka_unit_test_setup(the_streams_are_writers_too, default_output),
        cmocka_unit_test_setup(the_relatives_print_the_same, default_output),
    };
    return cmocka_run_group_tests(tests, default_output, NULL);
}
