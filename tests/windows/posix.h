// SPDX-License-Identifier: MIT
// What tests use of POSIX, and of C, that mingw-w64 has otherwise or not: each source of a test for
// Windows begins with it. Only what they use, and only as they use it.
#ifndef SYSPTE_TEST_POSIX_H
#define SYSPTE_TEST_POSIX_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

// ---- Jumps, out of the handler of a fault, too: without a frame to unwind to

#undef setjmp
#define setjmp(jump)                  _setjmp(jump, NULL)
#define sigjmp_buf                    jmp_buf
#define sigsetjmp(jump, with_signals) _setjmp(jump, NULL)
#define siglongjmp(jump, value)       longjmp(jump, value)

// ---- Memory

void *posix_aligned_alloc(size_t alignment, size_t bytes);
void posix_free(void *block); // of aligned_alloc or malloc
#define aligned_alloc(alignment, bytes) posix_aligned_alloc(alignment, bytes)
#define free(block)                     posix_free(block)

// ---- Faults

// Calls `access(at)`; false if that faulted, and nobody saw to it.
bool posix_touch(void (*access)(volatile unsigned char *at), void *at);

// ---- Files

int posix_dup2(int from, int to); // answers with the descriptor
int posix_mkstemp(char *path);    // others can open the file, too
#define dup2(from, to) posix_dup2(from, to)
#define mkstemp(path)  posix_mkstemp(path)

// ---- Environment

int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);

// ---- Time: a test that hangs is ended by whoever runs it

static inline unsigned alarm(unsigned seconds)
{
    return seconds;
}

#endif
