// SPDX-License-Identifier: MIT
// Suppressions: leaks that are known, and that tests shall not fail for yet. The format is that of
// LeakSanitizer's files, one suppression a line, with three kinds more:
//
//     # vendor code, to be fixed there
//     leak:VendorStart
//     leak:^vendor/*.c$
//     tag:Vndr
//     api:MmMapVideoDisplay
//     physical:0xA0000-0xBFFFF
//
// `leak:` is looked for in the function and the file of the call, and in the names of its stack;
// `*` stands for any text, `^` for the begin and `$` for the end. `tag:` is a pool tag, as the
// report prints it; `api:` the function that mapped, whole; `physical:` a range in which all that
// leaked lies. Leaks and growth can be suppressed, misuse cannot.
#ifndef SYSPTE_SUPPRESSION_H
#define SYSPTE_SUPPRESSION_H

#include <syspte/writer.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Begin and end

// Adds the suppressions of a text; `name` (of its file) is for messages. They hold for this machine
// and all later ones.
//
// Fails: false, with a message that names the line, and none is added: a line that is none of the
//        above, or more than 256 suppressions or 32 KiB of them altogether.
bool syspte_suppressions_add(const char *name, const char *text);

// The same from a file, of at most 32 KiB.
bool syspte_suppressions_read(const char *path);

// Forgets all of them.
void syspte_suppressions_clear(void);

// ---- Inspect

// Writes a table of those that were used, with the findings each one covered, and a line for each
// that was not; nothing if there are none. Returns how many were not. NULL writes to where
// reports go.
uint64_t syspte_suppressions_report(const syspte_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
