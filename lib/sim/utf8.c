// SPDX-License-Identifier: MIT
// Text in a buffer of fixed size: the first byte that does not fit ends it.
#include "sim/utf8.h"

void syspte_utf8_put(syspte_utf8 *out, const char *text, size_t bytes)
{
    size_t index;

    for (index = 0; index < bytes && !out->cut; index++) {
        if (out->used == out->bytes) {
            out->cut = true;
        } else {
            out->at[out->used++] = text[index];
        }
    }
}

void syspte_utf8_put_repeated(syspte_utf8 *out, char character, int count)
{
    for (; count > 0 && !out->cut; count--) {
        syspte_utf8_put(out, &character, 1);
    }
}

static void put_code_point(syspte_utf8 *out, ULONG code_point)
{
    char text[4];
    size_t bytes;

    if (code_point < 0x80) {
        text[0] = (char)code_point;
        bytes = 1;
    } else if (code_point < 0x800) {
        text[0] = (char)(0xC0 | code_point >> 6);
        text[1] = (char)(0x80 | (code_point & 0x3F));
        bytes = 2;
    } else if (code_point < 0x10000) {
        text[0] = (char)(0xE0 | code_point >> 12);
        text[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        text[2] = (char)(0x80 | (code_point & 0x3F));
        bytes = 3;
    } else {
        text[0] = (char)(0xF0 | code_point >> 18);
        text[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
        text[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
        text[3] = (char)(0x80 | (code_point & 0x3F));
        bytes = 4;
    }
    syspte_utf8_put(out, text, bytes);
}

void syspte_utf8_put_wide(syspte_utf8 *out, const WCHAR *text, int units)
{
    int index;

    for (index = 0; index < units && !out->cut; index++) {
        ULONG unit = text[index];
        if (unit < 0xD800 || unit > 0xDFFF) {
            put_code_point(out, unit);
        } else if (unit < 0xDC00 && index + 1 < units && text[index + 1] >= 0xDC00 &&
                   text[index + 1] <= 0xDFFF) {
            index++;
            put_code_point(out, 0x10000 + ((unit - 0xD800) << 10) + (text[index] - 0xDC00u));
        } else {
            put_code_point(out, 0xFFFD);
        }
    }
}

// The length of the UTF-8 sequence that `lead` begins; 0 if it begins none.
static size_t sequence_bytes(unsigned char lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xF0) {
        return 4;
    }
    if (lead >= 0xE0) {
        return 3;
    }
    return lead >= 0xC0 ? 2 : 0;
}

void syspte_utf8_trim(syspte_utf8 *out)
{
    size_t back;

    if (!out->cut) {
        return;
    }
    for (back = 1; back <= 3 && back <= out->used; back++) {
        size_t bytes = sequence_bytes((unsigned char)out->at[out->used - back]);
        if (bytes != 0) {
            out->used -= bytes > back ? back : 0;
            return;
        }
    }
}
