// SPDX-License-Identifier: MIT
// sprintf and its relatives for driver source, over the one formatter (sim/format.h). A wide format
// becomes a narrow one first: %s and %c mean the format's own width there, so they change places
// with %S and %C. The text then becomes 16-bit units again.
#include "sim/crt.h"
#include "sim/format.h"
#include "sim/kernel.h"

enum { WIDE_BYTES = 4096 };

static const size_t any_length = (size_t)-1 >> 2;

int syspte_crt__vsnprintf(char *to, size_t count, const char *format, va_list arguments)
{
    syspte_utf8 out = {.at = to, .bytes = count};
    syspte_format_write(&out, format, arguments);
    if (out.cut) {
        return -1;
    }
    if (out.used < count) {
        to[out.used] = 0;
    }
    return (int)out.used;
}

// ---- Wide

static bool changes_width(char conversion)
{
    return conversion == 's' || conversion == 'S' || conversion == 'c' || conversion == 'C';
}

// Copies one directive that begins at `from`, and answers what follows it.
static const WCHAR *directive_copy(syspte_utf8 *out, const WCHAR *from)
{
    bool sized = false;
    syspte_utf8_put_wide(out, from++, 1);
    while (*from != 0 && syspte_crt_wcschr(L"-+ #0123456789.*hlwIL", *from) != NULL) {
        sized |= *from == 'h' || *from == 'l' || *from == 'w';
        syspte_utf8_put_wide(out, from++, 1);
    }
    if (*from == 0) {
        return from;
    }
    char conversion = *from < 0x80 ? (char)*from : 0;
    if (!sized && changes_width(conversion)) {
        conversion = (char)(conversion ^ ('s' ^ 'S'));
        syspte_utf8_put(out, &conversion, 1);
    } else {
        syspte_utf8_put_wide(out, from, 1);
    }
    return from + 1;
}

static void format_narrow(char *to, const WCHAR *format)
{
    syspte_utf8 out = {.at = to, .bytes = WIDE_BYTES - 1};
    while (*format != 0) {
        size_t plain = 0;
        while (format[plain] != 0 && format[plain] != '%') {
            plain++;
        }
        syspte_utf8_put_wide(&out, format, (int)plain);
        format += plain;
        if (*format == '%') {
            format = directive_copy(&out, format);
        }
    }
    if (out.cut) {
        syspte_port_panic("the driver's wide format is longer than 4095 bytes");
    }
    to[out.used] = 0;
}

// One character of UTF-8 text, which the formatter made and which is therefore whole.
static uint32_t character_take(const UCHAR **at)
{
    UCHAR first = *(*at)++;
    unsigned more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    uint32_t character = more == 0 ? first : first & (0x3Fu >> more);
    while (more-- > 0) {
        character = character << 6 | (*(*at)++ & 0x3Fu);
    }
    return character;
}

int syspte_crt__vsnwprintf(WCHAR *to, size_t count, const WCHAR *format, va_list arguments)
{
    char narrow[WIDE_BYTES];
    char text[WIDE_BYTES];
    syspte_utf8 out = {.at = text, .bytes = sizeof text};
    size_t used = 0;

    format_narrow(narrow, format);
    syspte_format_write(&out, narrow, arguments);
    if (out.cut) {
        syspte_port_panic("the driver's wide text is longer than 4096 bytes");
    }
    for (const UCHAR *at = (const UCHAR *)text; at < (const UCHAR *)text + out.used;) {
        uint32_t character = character_take(&at);
        if (count - used < (character < 0x10000 ? 1u : 2u)) {
            return -1;
        }
        if (character >= 0x10000) {
            to[used++] = (WCHAR)(0xD7C0 + (character >> 10));
            character = 0xDC00 | (character & 0x3FF);
        }
        to[used++] = (WCHAR)character;
    }
    if (used < count) {
        to[used] = 0;
    }
    return (int)used;
}

// ---- The others

int syspte_crt__snprintf(char *to, size_t count, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = syspte_crt__vsnprintf(to, count, format, arguments);
    va_end(arguments);
    return result;
}

int syspte_crt__snwprintf(WCHAR *to, size_t count, const WCHAR *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = syspte_crt__vsnwprintf(to, count, format, arguments);
    va_end(arguments);
    return result;
}

int syspte_crt_vsprintf(char *to, const char *format, va_list arguments)
{
    return syspte_crt__vsnprintf(to, any_length, format, arguments);
}

int syspte_crt_sprintf(char *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = syspte_crt_vsprintf(to, format, arguments);
    va_end(arguments);
    return result;
}

int syspte_crt_swprintf(WCHAR *to, const WCHAR *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = syspte_crt__vsnwprintf(to, any_length, format, arguments);
    va_end(arguments);
    return result;
}

int syspte_crt_sprintf_s(char *to, size_t count, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = syspte_crt__vsnprintf(to, count, format, arguments);
    va_end(arguments);
    if (result < 0 || (size_t)result >= count) {
        syspte_port_panic("the driver formatted more than fits with sprintf_s");
    }
    return result;
}
