// SPDX-License-Identifier: MIT
// Where text goes: everything that reports takes a writer.
#ifndef SYSPTE_WRITER_H
#define SYSPTE_WRITER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Receives `bytes` bytes of UTF-8 text, not NUL-terminated; called once a line or less.
// Needs: must not call back into syspte.
typedef struct syspte_writer {
    void (*write)(void *context, const char *text, size_t bytes);
    void *context;
} syspte_writer;

// Writers to the process's own streams. Where a function takes a writer, NULL means stderr.
extern const syspte_writer syspte_writer_stdout;
extern const syspte_writer syspte_writer_stderr;

#ifdef __cplusplus
}
#endif
#endif
