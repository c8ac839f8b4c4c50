// SPDX-License-Identifier: MIT
// Findings keep their text by reference: what is said about single calls stays here until the next
// boot.
#include "sim/fault_plan.h"

enum { LINES = 128, LINE_BYTES = 128 };

static struct {
    char text[LINES][LINE_BYTES];
    unsigned count;
    unsigned used; // of the last line
    syspte_writer writer;
} lines;

static void add(void *context, const char *text, size_t bytes)
{
    char *line = lines.text[lines.count - 1];
    (void)context;
    for (size_t i = 0; i < bytes && lines.used < LINE_BYTES - 1; i++) {
        line[lines.used++] = text[i];
    }
    line[lines.used] = 0;
}

void syspte_fault_words_begin(void)
{
    lines.count = 0;
}

syspte_writer *syspte_fault_words_open(void)
{
    if (lines.count == LINES) {
        return NULL;
    }
    lines.count++;
    lines.used = 0;
    lines.writer.write = add;
    return &lines.writer;
}

const char *syspte_fault_words(void)
{
    return lines.text[lines.count - 1];
}
