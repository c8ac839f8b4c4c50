// SPDX-License-Identifier: MIT
// One directive at a time: `directive_read` takes flags, width, precision and size apart, then
// `directive_write` fetches the argument and writes it.
// What differs from C: %l is 32 bits wide; I64, I32 and I are sizes; %p is 16 (or 8) upper-case
// digits; %S, %ws and %ls are 16-bit strings and %C one such character; %Z and %wZ are counted
// strings. NULL prints as (null). A directive it does not know is text.
#include "sim/format.h"

#include <stdbool.h>
#include <wdm.h>

enum { COUNT_LIMIT = 65535, NO_PRECISION = -1 };

typedef enum argument_size {
    SIZE_INT,
    SIZE_CHAR,
    SIZE_SHORT,
    SIZE_LONG,
    SIZE_WIDE,
    SIZE_64,
    SIZE_POINTER
} argument_size;

typedef struct directive {
    bool left;
    bool plus;
    bool space;
    bool zero;
    bool alternate;
    int width;
    int precision; // or NO_PRECISION
    argument_size size;
    char conversion;
} directive;

// A va_list that can be passed on by address on every ABI.
typedef struct arguments {
    va_list list;
} arguments;

// ---- Strings and characters

static void pad_before(syspte_utf8 *out, const directive *this, int units)
{
    if (!this->left) {
        syspte_utf8_put_repeated(out, this->zero ? '0' : ' ', this->width - units);
    }
}

static void pad_after(syspte_utf8 *out, const directive *this, int units)
{
    if (this->left) {
        syspte_utf8_put_repeated(out, ' ', this->width - units);
    }
}

static void write_narrow(syspte_utf8 *out, const directive *this, const char *text, int bytes)
{
    pad_before(out, this, bytes);
    syspte_utf8_put(out, text, (size_t)bytes);
    pad_after(out, this, bytes);
}

static void write_wide(syspte_utf8 *out, const directive *this, const WCHAR *text, int units)
{
    pad_before(out, this, units);
    syspte_utf8_put_wide(out, text, units);
    pad_after(out, this, units);
}

// Never reads past the precision.
static int string_limit(const directive *this)
{
    return this->precision == NO_PRECISION ? COUNT_LIMIT : this->precision;
}

static void write_narrow_string(syspte_utf8 *out, const directive *this, const char *text)
{
    int limit = string_limit(this);
    int bytes = 0;

    if (text == NULL) {
        text = "(null)";
    }
    while (bytes < limit && text[bytes] != 0) {
        bytes++;
    }
    write_narrow(out, this, text, bytes);
}

static void write_wide_string(syspte_utf8 *out, const directive *this, const WCHAR *text)
{
    int limit = string_limit(this);
    int units = 0;

    if (text == NULL) {
        text = L"(null)";
    }
    while (units < limit && text[units] != 0) {
        units++;
    }
    write_wide(out, this, text, units);
}

static void write_counted_string(syspte_utf8 *out, const directive *this, bool wide,
                                 const void *string)
{
    const ANSI_STRING *narrow = (const ANSI_STRING *)string;

    if (narrow == NULL || narrow->Buffer == NULL) {
        write_narrow_string(out, this, NULL);
    } else if (wide) {
        const UNICODE_STRING *unicode = (const UNICODE_STRING *)string;
        write_wide(out, this, unicode->Buffer, unicode->Length / (int)sizeof(WCHAR));
    } else {
        write_narrow(out, this, narrow->Buffer, narrow->Length);
    }
}

static void write_character(syspte_utf8 *out, const directive *this, bool wide, int character)
{
    if (wide) {
        WCHAR unit = (WCHAR)character;
        write_wide(out, this, &unit, 1);
    } else {
        char byte = (char)character;
        write_narrow(out, this, &byte, 1);
    }
}

// ---- Integers

static ULONGLONG integer_fetch(arguments *from, argument_size size, bool is_signed)
{
    LONGLONG value;

    switch (size) {
    case SIZE_64:
        return va_arg(from->list, ULONGLONG);
    case SIZE_POINTER:
        value = va_arg(from->list, LONG_PTR);
        return is_signed ? (ULONGLONG)value : (ULONGLONG)(ULONG_PTR)value;
    case SIZE_LONG:
        value = va_arg(from->list, LONG);
        return is_signed ? (ULONGLONG)value : (ULONG)value;
    case SIZE_SHORT:
        value = va_arg(from->list, int);
        return is_signed ? (ULONGLONG)(SHORT)value : (USHORT)value;
    case SIZE_CHAR:
        value = va_arg(from->list, int);
        return is_signed ? (ULONGLONG)(SCHAR)value : (UCHAR)value;
    default:
        value = va_arg(from->list, int);
        return is_signed ? (ULONGLONG)value : (ULONG)value;
    }
}

// Stores the digits up to `end` and answers where they begin; 0 has none.
static char *digits_store(char *end, ULONGLONG value, unsigned base, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

    for (; value != 0; value /= base) {
        *--end = digits[value % base];
    }
    return end;
}

static void write_number(syspte_utf8 *out, const directive *this, const char *prefix,
                         int prefix_bytes, ULONGLONG magnitude, unsigned base)
{
    char buffer[24];
    char *end = buffer + sizeof buffer;
    char *begin = digits_store(end, magnitude, base, this->conversion == 'X');
    int digits = (int)(end - begin);
    int minimum = this->precision == NO_PRECISION ? 1 : this->precision;
    int zeros = digits < minimum ? minimum - digits : 0;
    int padding;

    if (base == 8 && this->alternate && zeros == 0) {
        zeros = 1;
    }
    padding = this->width - prefix_bytes - zeros - digits;
    if (this->zero && this->precision == NO_PRECISION && !this->left && padding > 0) {
        zeros += padding;
        padding = 0;
    }
    syspte_utf8_put_repeated(out, ' ', this->left ? 0 : padding);
    syspte_utf8_put(out, prefix, (size_t)prefix_bytes);
    syspte_utf8_put_repeated(out, '0', zeros);
    syspte_utf8_put(out, begin, (size_t)digits);
    syspte_utf8_put_repeated(out, ' ', this->left ? padding : 0);
}

static void write_signed(syspte_utf8 *out, const directive *this, ULONGLONG value)
{
    if ((LONGLONG)value < 0) {
        write_number(out, this, "-", 1, 0 - value, 10);
    } else if (this->plus) {
        write_number(out, this, "+", 1, value, 10);
    } else {
        write_number(out, this, " ", this->space ? 1 : 0, value, 10);
    }
}

static void write_hexadecimal(syspte_utf8 *out, const directive *this, ULONGLONG value)
{
    const char *prefix = this->conversion == 'X' ? "0X" : "0x";

    write_number(out, this, prefix, this->alternate && value != 0 ? 2 : 0, value, 16);
}

static void write_pointer(syspte_utf8 *out, const directive *this, const void *pointer)
{
    directive as = *this;

    as.conversion = 'X';
    as.precision = 2 * (int)sizeof pointer;
    write_hexadecimal(out, &as, (ULONG_PTR)pointer);
}

// ---- Directives

static const char *flags_read(const char *at, directive *this)
{
    for (;; at++) {
        switch (*at) {
        case '-':
            this->left = true;
            break;
        case '+':
            this->plus = true;
            break;
        case ' ':
            this->space = true;
            break;
        case '0':
            this->zero = true;
            break;
        case '#':
            this->alternate = true;
            break;
        default:
            return at;
        }
    }
}

static const char *count_read(const char *at, arguments *from, int *count)
{
    int value = 0;

    if (*at == '*') {
        value = va_arg(from->list, int);
        *count = value > COUNT_LIMIT ? COUNT_LIMIT : value < -COUNT_LIMIT ? -COUNT_LIMIT : value;
        return at + 1;
    }
    for (; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (*at - '0');
        value = value > COUNT_LIMIT ? COUNT_LIMIT : value;
    }
    *count = value;
    return at;
}

static const char *size_read(const char *at, argument_size *size)
{
    static const struct {
        const char *prefix;
        argument_size size;
    } sizes[] = {{"I64", SIZE_64}, {"I32", SIZE_INT},   {"I", SIZE_POINTER}, {"ll", SIZE_64},
                 {"l", SIZE_LONG}, {"hh", SIZE_CHAR},   {"h", SIZE_SHORT},   {"w", SIZE_WIDE},
                 {"j", SIZE_64},   {"z", SIZE_POINTER}, {"t", SIZE_POINTER}};
    size_t index;

    for (index = 0; index < ARRAYSIZE(sizes); index++) {
        const char *prefix = sizes[index].prefix;
        const char *end = at;
        while (*prefix != 0 && *end == *prefix) {
            prefix++;
            end++;
        }
        if (*prefix == 0) {
            *size = sizes[index].size;
            return end;
        }
    }
    return at;
}

// Reads what follows a percent sign, and answers where it ends.
static const char *directive_read(const char *at, arguments *from, directive *this)
{
    at = flags_read(at, this);
    at = count_read(at, from, &this->width);
    if (this->width < 0) {
        this->left = true;
        this->width = -this->width;
    }
    this->precision = NO_PRECISION;
    if (*at == '.') {
        at = count_read(at + 1, from, &this->precision);
        if (this->precision < 0) {
            this->precision = NO_PRECISION;
        }
    }
    at = size_read(at, &this->size);
    this->conversion = *at;
    return *at == 0 ? at : at + 1;
}

static void write_string(syspte_utf8 *out, const directive *this, bool wide, const void *text)
{
    if (wide) {
        write_wide_string(out, this, (const WCHAR *)text);
    } else {
        write_narrow_string(out, this, (const char *)text);
    }
}

// False if there is no such conversion; nothing is then written.
static bool directive_write(syspte_utf8 *out, const directive *this, arguments *from)
{
    bool wide = this->size == SIZE_WIDE || this->size == SIZE_LONG;
    bool not_narrow = this->size != SIZE_SHORT;

    switch (this->conversion) {
    case 'd':
    case 'i':
        write_signed(out, this, integer_fetch(from, this->size, true));
        return true;
    case 'u':
        write_number(out, this, "", 0, integer_fetch(from, this->size, false), 10);
        return true;
    case 'o':
        write_number(out, this, "", 0, integer_fetch(from, this->size, false), 8);
        return true;
    case 'x':
    case 'X':
        write_hexadecimal(out, this, integer_fetch(from, this->size, false));
        return true;
    case 'p':
        write_pointer(out, this, va_arg(from->list, void *));
        return true;
    case 'c':
        write_character(out, this, wide, va_arg(from->list, int));
        return true;
    case 'C':
        write_character(out, this, not_narrow, va_arg(from->list, int));
        return true;
    case 's':
        write_string(out, this, wide, va_arg(from->list, const void *));
        return true;
    case 'S':
        write_string(out, this, not_narrow, va_arg(from->list, const void *));
        return true;
    case 'Z':
        write_counted_string(out, this, wide, va_arg(from->list, const void *));
        return true;
    case '%':
        syspte_utf8_put(out, "%", 1);
        return true;
    default:
        return false;
    }
}

void syspte_format_write(syspte_utf8 *out, const char *format, va_list list)
{
    arguments from;
    const char *at = format;

    va_copy(from.list, list);
    while (*at != 0 && !out->cut) {
        directive this = {0};
        const char *begin = at++;
        if (*begin != '%') {
            syspte_utf8_put(out, begin, 1);
            continue;
        }
        at = directive_read(at, &from, &this);
        if (!directive_write(out, &this, &from)) {
            syspte_utf8_put(out, begin, (size_t)(at - begin));
        }
    }
    va_end(from.list);
}
