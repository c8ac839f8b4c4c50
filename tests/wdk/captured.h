// SPDX-License-Identifier: MIT
// Keeps what the code under test writes, here in place of the host's streams.
#ifndef SYSPTE_TEST_CAPTURED_H
#define SYSPTE_TEST_CAPTURED_H

#include <stddef.h>

typedef struct captured {
    char text[1024];
    size_t bytes;
    unsigned calls;
    int stream; // of the last call that went to a stream; 0 if none did
} captured;

extern captured captured_output;

void captured_clear(void);

#endif
