// SPDX-License-Identifier: MIT
// What was wrong with a test: counted, and in words for CMocka.
#ifndef SYSPTE_CMOCKA_VERDICT_H
#define SYSPTE_CMOCKA_VERDICT_H

#include "adapter.h"

// Words being put together; what does not fit is cut off.
typedef struct syspte_cmocka_text {
    char words[512]; // always NUL-terminated
    size_t bytes;
} syspte_cmocka_text;

typedef struct syspte_cmocka_verdict {
    uint64_t failures; // findings that fail the test
    uint64_t leaks;
    uint64_t leaked_ptes;
    uint64_t growths;
    uint64_t grown_ptes;
    uint64_t misuses;
    uint64_t limits;
    uint64_t unanswered;    // announced bug checks that never came, where no finding told it
    bool misused_elsewhere; // another thread misused the library
    const char *file;       // of the first finding's call; the entry's where that is not known
    int line;
} syspte_cmocka_verdict;

// Counts the findings there are now.
syspte_cmocka_verdict syspte_cmocka_verdict_take(const syspte_cmocka_entry *entry);

// Why the test fails, a line for each reason; no words if it does not.
syspte_cmocka_text syspte_cmocka_verdict_tell(const syspte_cmocka_entry *entry,
                                              const syspte_cmocka_verdict *verdict);

#endif
