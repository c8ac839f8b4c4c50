// SPDX-License-Identifier: MIT
// Text without a libc: lines built in a buffer and handed to a writer.
#ifndef SYSPTE_CORE_TEXT_H
#define SYSPTE_CORE_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <syspte/writer.h>

typedef struct syspte_text {
    const syspte_writer *writer;
    unsigned used;
    char buffer[240];
} syspte_text;

// ---- Use

// Each adds to the line; a full buffer is written out and filled anew.
void syspte_text_add(syspte_text *text, const char *words); // NULL adds nothing
void syspte_text_decimal(syspte_text *text, uint64_t value);
// "0x" and at least `digits` upper-case digits.
void syspte_text_hex(syspte_text *text, uint64_t value, unsigned digits);
// "1 PTE", "2 PTEs".
void syspte_text_count(syspte_text *text, uint64_t count, const char *noun);
// Ends the line and writes it.
void syspte_text_end(syspte_text *text);

// In bytes, without the NUL.
unsigned syspte_text_length(const char *words);

// True if both are the same text, or both NULL.
bool syspte_text_same(const char *a, const char *b);

#endif
