// SPDX-License-Identifier: MIT
// Numbers and words without a libc, and the buffer between them and the writer.
#include "core_test.h"

#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static core_text out;
static syspte_writer writer;
static syspte_text text;

static int open_text(void **state)
{
    (void)state;
    writer = core_text_writer(&out);
    text = (syspte_text){.writer = &writer};
    return 0;
}

// What was added so far, as one line without its end.
static const char *line(void)
{
    syspte_text_end(&text);
    assert_int_equal(out.text[out.bytes - 1], '\n');
    out.text[out.bytes - 1] = 0;
    out.bytes = 0;
    return out.text;
}

static void decimals_are_as_printf_writes_them(void **state)
{
    (void)state;
    static const uint64_t values[] = {0, 1, 9, 10, 99, 100, 65535, 65536, 65537, 4294967295u,
                                      4294967296u, 281474976710655u, 281474976710656u,
                                      655360, 42949672960, 2814749767106560,
                                      UINT64_MAX - 1, UINT64_MAX};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        char expected[32];
        snprintf(expected, sizeof(expected), "%" PRIu64, values[i]);
        syspte_text_decimal(&text, values[i]);
        assert_string_equal(line(), expected);
    }
    for (uint64_t value = 1; value < UINT64_MAX / 7; value = value * 7 + 3) {
        char expected[32];
        snprintf(expected, sizeof(expected), "%" PRIu64, value);
        syspte_text_decimal(&text, value);
        assert_string_equal(line(), expected);
    }
}

static void hex_has_at_least_the_digits_asked_for(void **state)
{
    (void)state;
    static const uint64_t values[] = {0, 1, 0xF, 0x10, 0xABCDEF, 0xFEBC0000, 0x100000000,
                                      0x0123456789ABCDEF, UINT64_MAX};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        for (unsigned digits = 0; digits <= 16; digits++) {
            char expected[32];
            snprintf(expected, sizeof(expected), "0x%0*" PRIX64, (int)(digits ? digits : 1),
                     values[i]);
            syspte_text_hex(&text, values[i], digits);
            assert_string_equal(line(), expected);
        }
    }
}

static void a_count_of_one_has_no_s(void **state)
{
    (void)state;
    syspte_text_count(&text, 0, "PTE");
    assert_string_equal(line(), "0 PTEs");
    syspte_text_count(&text, 1, "PTE");
    assert_string_equal(line(), "1 PTE");
    syspte_text_count(&text, 2, "PTE");
    assert_string_equal(line(), "2 PTEs");
}

static void words_are_added_and_null_is_none(void **state)
{
    (void)state;
    syspte_text_add(&text, "a");
    syspte_text_add(&text, NULL);
    syspte_text_add(&text, "");
    syspte_text_add(&text, "bc");
    assert_int_equal(out.calls, 0);

    assert_string_equal(line(), "abc");
    assert_int_equal(out.calls, 1);
    assert_string_equal(line(), "");
}

// A line longer than the buffer reaches the writer in parts, whole.
static void a_line_of_any_length_is_written_whole(void **state)
{
    (void)state;
    static const size_t lengths[] = {238, 239, 240, 241, 479, 480, 481, 1000};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        char words[1024];
        (void)open_text(NULL);
        for (size_t at = 0; at < lengths[i]; at++) {
            words[at] = (char)('a' + at % 26);
        }
        words[lengths[i]] = 0;

        syspte_text_add(&text, words);
        syspte_text_end(&text);
        assert_int_equal(out.bytes, lengths[i] + 1);
        assert_memory_equal(out.text, words, lengths[i]);
        assert_int_equal(out.text[lengths[i]], '\n');
        assert_int_equal(out.calls, lengths[i] / sizeof(text.buffer) + 1);
        assert_true(out.longest <= sizeof(text.buffer));
    }
}

static void a_length_is_without_the_nul(void **state)
{
    (void)state;
    assert_int_equal(syspte_text_length(""), 0);
    assert_int_equal(syspte_text_length("a"), 1);
    assert_int_equal(syspte_text_length("case"), 4);
}

static void texts_are_the_same_by_content(void **state)
{
    (void)state;
    char hw[] = "hw.c";
    assert_true(syspte_text_same("hw.c", hw));
    assert_true(syspte_text_same(hw, hw));
    assert_true(syspte_text_same("", &hw[4]));
    assert_true(syspte_text_same(NULL, NULL));
    assert_false(syspte_text_same(NULL, ""));
    assert_false(syspte_text_same("", NULL));
    assert_false(syspte_text_same("hw", hw));
    assert_false(syspte_text_same(hw, "hw"));
    assert_false(syspte_text_same("gw.c", hw));
    assert_false(syspte_text_same("hw.h", hw));
}

#define on_text(test) cmocka_unit_test_setup(test, open_text)

int core_test_text(void)
{
    const struct CMUnitTest tests[] = {
        on_text(decimals_are_as_printf_writes_them),
        on_text(hex_has_at_least_the_digits_asked_for),
        on_text(a_count_of_one_has_no_s),
        on_text(words_are_added_and_null_is_none),
        on_text(a_line_of_any_length_is_written_whole),
        cmocka_unit_test(a_length_is_without_the_nul),
        cmocka_unit_test(texts_are_the_same_by_content),
    };
    return cmocka_run_group_tests_name("core.text", tests, NULL, NULL);
}
