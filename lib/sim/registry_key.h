// SPDX-License-Identifier: MIT
// Keys as drivers name them: by handle, by OBJECT_ATTRIBUTES, by a place and a path.
#ifndef SYSPTE_SIM_REGISTRY_KEY_H
#define SYSPTE_SIM_REGISTRY_KEY_H

#include "sim/call.h"
#include "sim/registry_store.h"

// Lock: not held, for all of these.

// A call of `api` at PASSIVE_LEVEL: its IRQL rule. False: there is no machine.
bool syspte_registry_enter(syspte_api api, const syspte_caller *caller);

// The number of the key that a handle is of. STATUS_INVALID_HANDLE, STATUS_KEY_DELETED.
NTSTATUS syspte_registry_key_by_handle(HANDLE handle, uint32_t *key);

// Opens a handle of the key that a path leads to, or makes the key.
NTSTATUS syspte_registry_open(syspte_api api, const syspte_caller *caller, uint32_t base,
                              const syspte_registry_path *path, bool creates, HANDLE *out,
                              PULONG disposition);

// Copies a record to the driver by the rules of every query: nothing where its `fixed` bytes do not
// fit (STATUS_BUFFER_TOO_SMALL), as much as fits where the rest does not (STATUS_BUFFER_OVERFLOW).
NTSTATUS syspte_registry_answer(const void *record, ULONG bytes, ULONG fixed, PVOID to, ULONG room,
                                PULONG needed);

#endif
