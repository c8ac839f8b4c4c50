// SPDX-License-Identifier: MIT
// Handles have the form of those of kernel-mode drivers: multiples of 4 with the highest bits set.
// The table holds the open ones; a number that was given and is in no row was closed before.
// Source: nf-wdm-zwclose.
#include "sim/handle.h"

#include "sim/nt_pool.h"
#include "sim/object.h"
#include "sim/system_thread.h"

enum { HANDLES = 256, KEY_TAG = 0x2079654B, THREAD_TAG = 0x65726854 }; // 'Key ', 'Thre'

#define FIRST ((uintptr_t)0 - 0x80000000u)

typedef struct handle_row {
    uintptr_t handle; // 0: the row is free
    uintptr_t of;
    syspte_handle_kind kind;
    void *block;
} handle_row;

static struct {
    uint32_t generation;
    uint32_t given;
    handle_row rows[HANDLES];
} handles;

// Forgets an older machine's. Lock: held.
static handle_row *find(uintptr_t handle)
{
    if (handles.generation != syspte_the.generation) {
        handles.generation = syspte_the.generation;
        handles.given = 0;
        for (unsigned i = 0; i < HANDLES; i++) {
            handles.rows[i].handle = 0;
        }
    }
    for (unsigned i = 0; i < HANDLES; i++) {
        if (handles.rows[i].handle == handle) {
            return &handles.rows[i];
        }
    }
    return NULL;
}

NTSTATUS syspte_handle_open(syspte_api api, const syspte_caller *caller, syspte_handle_kind kind,
                            uintptr_t of, HANDLE *out)
{
    syspte_nt_request request = {.window = SYSPTE_WINDOW_PAGED,
                                 .bytes = sizeof(handle_row),
                                 .tag = kind == SYSPTE_HANDLE_KEY ? KEY_TAG : THREAD_TAG};
    void *block = syspte_nt_allocate(api, caller, &request);
    uintptr_t handle = 0;
    *out = NULL;
    if (block == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    syspte_world_take();
    handle_row *row = find(0);
    if (row != NULL) {
        handle = FIRST + 4 * (uintptr_t)++handles.given;
        *row = (handle_row){handle, of, kind, block};
    }
    syspte_world_give();
    if (handle == 0) {
        (void)syspte_nt_free(api, caller, block);
        syspte_object_full(api, caller, "256 handles are open");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *out = (HANDLE)handle;
    return STATUS_SUCCESS;
}

void *syspte_handle_block(HANDLE handle)
{
    syspte_world_take();
    const handle_row *row = find((uintptr_t)handle);
    void *block = row == NULL ? NULL : row->block;
    syspte_world_give();
    return block;
}

bool syspte_handle_find(HANDLE handle, syspte_handle_kind kind, uintptr_t *of)
{
    syspte_world_take();
    const handle_row *row = handle == NULL ? NULL : find((uintptr_t)handle);
    bool found = row != NULL && row->kind == kind;
    if (found) {
        *of = row->of;
    }
    syspte_world_give();
    return found;
}

// Lock: held.
static void say_bad(syspte_call *call, uintptr_t handle)
{
    uintptr_t given = (handle - FIRST) / 4;
    bool was_open = handle % 4 == 0 && given >= 1 && given <= handles.given;
    syspte_object_violate(call, SYSPTE_RULE_CLOSE_BAD_HANDLE, NULL,
                          was_open ? "it was closed before" : NULL);
}

SYSPTE_ENTRY(NTSTATUS, ZwClose, (HANDLE Handle), (Handle))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_ZW_CLOSE, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    syspte_object_irql(&call, PASSIVE_LEVEL);
    handle_row *row = Handle == NULL ? NULL : find((uintptr_t)Handle);
    handle_row closed = row == NULL ? (handle_row){.handle = 0} : *row;
    if (row == NULL) {
        say_bad(&call, (uintptr_t)Handle);
    } else {
        row->handle = 0;
    }
    syspte_call_end(&call);
    if (closed.handle == 0) {
        return STATUS_INVALID_HANDLE;
    }
    if (closed.kind == SYSPTE_HANDLE_THREAD) {
        syspte_system_thread_release(SYSPTE_API_ZW_CLOSE, caller, (void *)closed.of);
    } else {
        (void)syspte_nt_free(SYSPTE_API_ZW_CLOSE, caller, closed.block);
    }
    return STATUS_SUCCESS;
}
