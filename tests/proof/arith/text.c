// SPDX-License-Identifier: MIT
// Any number as decimal and as hexadecimal text, at any fill of the line buffer: nothing outside
// the digits, the pieces and the buffer is written, and no text is empty or too long.
#include "arith.h"

#include "core/text.c"

static void take(void *context, const char *text, size_t bytes)
{
    (void)context;
    (void)text;
    //@ assert within_buffer: 1 <= bytes <= 240;
}

static const syspte_writer writer = {.write = take};

static void at_any_fill(uint64_t value)
{
    syspte_text text = {.writer = &writer, .used = (unsigned)any(0, sizeof(text.buffer))};
    syspte_text_decimal(&text, value);
    syspte_text_hex(&text, value, (unsigned)any(0, UINT32_MAX));
    syspte_text_count(&text, value, "PTE");
    syspte_text_end(&text);
    //@ assert written: text.used == 0;
}

int main(void)
{
    syspte_text text = {.writer = &writer};
    syspte_text_decimal(&text, any(0, UINT64_MAX));
    //@ assert decimal: 1 <= text.used <= 20;
    text.used = 0;
    syspte_text_hex(&text, any(0, UINT64_MAX), (unsigned)any(0, UINT32_MAX));
    //@ assert hex: 3 <= text.used <= 18;
    at_any_fill(any(0, UINT64_MAX));
    Frama_C_show_each_end();
    return 0;
}
