// SPDX-License-Identifier: MIT
// Handles. An open one is a block of pool, so that one which is never closed is a leak with the
// site of the call that opened it; its number is never used again on a machine.
#ifndef SYSPTE_SIM_HANDLE_H
#define SYSPTE_SIM_HANDLE_H

#include "sim/call.h"

typedef enum syspte_handle_kind {
    SYSPTE_HANDLE_KEY,   // of the registry: `of` is its number
    SYSPTE_HANDLE_THREAD // of a system thread: `of` is its address
} syspte_handle_kind;

// Lock: not held, for all of these.

// Opens one. STATUS_INSUFFICIENT_RESOURCES, and `out` is NULL, if that fails.
NTSTATUS syspte_handle_open(syspte_api api, const syspte_caller *caller, syspte_handle_kind kind,
                            uintptr_t of, HANDLE *out);

// The block that is held for an open handle.
void *syspte_handle_block(HANDLE handle);

// What an open handle of that kind is of. False: there is none (STATUS_INVALID_HANDLE), or it is of
// another kind.
bool syspte_handle_find(HANDLE handle, syspte_handle_kind kind, uintptr_t *of);

#endif
