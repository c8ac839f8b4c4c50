// SPDX-License-Identifier: MIT
// UTF-8 text in a buffer that the caller lends: what does not fit is cut off. No NUL is written.
#ifndef SYSPTE_SIM_UTF8_H
#define SYSPTE_SIM_UTF8_H

#include <stdbool.h>
#include <wdm.h>

typedef struct syspte_utf8 {
    char *at;
    size_t bytes; // of the buffer
    size_t used;
    bool cut; // from the first byte that did not fit on, nothing is written any more
} syspte_utf8;

void syspte_utf8_put(syspte_utf8 *out, const char *text, size_t bytes);
void syspte_utf8_put_repeated(syspte_utf8 *out, char character, int count);
// Surrogates that are not a pair become U+FFFD.
void syspte_utf8_put_wide(syspte_utf8 *out, const WCHAR *text, int units);

// Takes back the beginning of a sequence whose rest was cut off.
void syspte_utf8_trim(syspte_utf8 *out);

#endif
