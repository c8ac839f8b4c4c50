// SPDX-License-Identifier: MIT
// Where the driver's debug messages go: DbgPrint, KdPrint and what failed assertions say.
#ifndef SYSPTE_DEBUG_H
#define SYSPTE_DEBUG_H

#include <syspte/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Use

// Sends debug messages to `writer` from now on, on every thread; NULL sends them to stderr, where
// they go unless this is called. Each message is one call of the writer, at most 512 bytes of UTF-8
// with the line end if the driver wrote one: what is longer is cut off, as DbgPrint does. Messages
// of every component and level are written: there is no debugger that filters.
//
// Owns:  `writer` is kept by reference until the next call.
// Source: ntddk nf-wdm-dbgprint, the 512-byte limit.
void syspte_debug_writer_set(const syspte_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
