// SPDX-License-Identifier: MIT
// The text report over one account. The same words in user mode and in a kernel.
#ifndef SYSPTE_CORE_REPORT_H
#define SYSPTE_CORE_REPORT_H

#include "core/account.h"
#include <syspte/writer.h>

typedef struct syspte_report_style {
    unsigned pointer_bits; // of the profile: 32 or 64
    // Names a code address, NUL-terminated; NULL: it is written as a number.
    void (*symbol)(uintptr_t code_address, char *out, size_t bytes);
} syspte_report_style;

// Writes all findings in order of sequence and one summary line.
void syspte_report_write(const syspte_account *account, const syspte_report_style *style,
                         const syspte_writer *writer);

// How many of the findings fail a test; events that found no room count too.
uint64_t syspte_report_count(const syspte_account *account);

#endif
