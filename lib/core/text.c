// SPDX-License-Identifier: MIT
// Decimal digits come from four 16-bit pieces, because freestanding 32-bit code has no 64-bit
// division.
#include "core/text.h"

static void flush(syspte_text *text)
{
    text->writer->write(text->writer->context, text->buffer, text->used);
    text->used = 0;
}

static void add_char(syspte_text *text, char character)
{
    if (text->used == sizeof(text->buffer)) {
        flush(text);
    }
    text->buffer[text->used++] = character;
}

void syspte_text_add(syspte_text *text, const char *words)
{
    for (; words != NULL && *words != 0; words++) {
        add_char(text, *words);
    }
}

// Divides the number in `pieces` (the highest first) by ten and returns the rest.
static unsigned tenth(uint16_t pieces[4])
{
    uint32_t rest = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint32_t value = rest << 16 | pieces[i];
        pieces[i] = (uint16_t)(value / 10);
        rest = value % 10;
    }
    return rest;
}

void syspte_text_decimal(syspte_text *text, uint64_t value)
{
    uint16_t pieces[4] = {(uint16_t)(value >> 48), (uint16_t)(value >> 32),
                          (uint16_t)(value >> 16), (uint16_t)value};
    char digits[20];
    unsigned count = 0;
    do {
        digits[count++] = (char)('0' + tenth(pieces));
    } while ((pieces[0] | pieces[1] | pieces[2] | pieces[3]) != 0);
    while (count > 0) {
        add_char(text, digits[--count]);
    }
}

void syspte_text_hex(syspte_text *text, uint64_t value, unsigned digits)
{
    unsigned count = 16;
    while (count > 1 && count > digits && value >> (4 * (count - 1)) == 0) {
        count--;
    }
    syspte_text_add(text, "0x");
    while (count-- > 0) {
        add_char(text, "0123456789ABCDEF"[value >> (4 * count) & 15]);
    }
}

void syspte_text_count(syspte_text *text, uint64_t count, const char *noun)
{
    syspte_text_decimal(text, count);
    add_char(text, ' ');
    syspte_text_add(text, noun);
    if (count != 1) {
        add_char(text, 's');
    }
}

void syspte_text_end(syspte_text *text)
{
    add_char(text, '\n');
    flush(text);
}

unsigned syspte_text_length(const char *words)
{
    unsigned length = 0;
    while (words[length] != 0) {
        length++;
    }
    return length;
}

bool syspte_text_same(const char *a, const char *b)
{
    if (a == b || a == NULL || b == NULL) {
        return a == b;
    }
    while (*a == *b && *a != 0) {
        a++;
        b++;
    }
    return *a == *b;
}
