// SPDX-License-Identifier: MIT
// ProbeForRead and ProbeForWrite. Addresses of a process are those of buffers that the test lends
// as such, views in user space, and all of the program's own memory; the machine's others are
// system addresses. Reading is not tried, as on Windows; writing is asked about, not tried.
// Source: nf-wdm-probeforread, nf-wdm-probeforwrite.
#include "sim/call.h"
#include "sim/frames.h"
#include "sim/raise.h"
#include "sim/resident.h"

typedef struct probe {
    syspte_api api;
    const syspte_caller *caller;
    uintptr_t first;
    uintptr_t last;
    bool write;
} probe;

static bool is_users(const void *page)
{
    enum { ADDRESS_BITS = 48 };
    return (uint64_t)(uintptr_t)page >> ADDRESS_BITS == 0 &&
           (!syspte_resident_is_ours(page) || syspte_frame_window(page) == SYSPTE_WINDOW_USER);
}

// Lock: not held.
static bool is_writable(void *page)
{
    uint64_t frame;
    if (!syspte_frame_of(page, &frame)) {
        return syspte_resident_host(page, 1, true);
    }
    syspte_world_take();
    const syspte_frame *record = syspte_frame_at(frame);
    bool there = record != NULL && record->window == SYSPTE_WINDOW_USER;
    syspte_world_give();
    return there;
}

static NTSTATUS look(const probe *p)
{
    uintptr_t page = p->first & ~(uintptr_t)(PAGE_SIZE - 1);
    for (uintptr_t left = (p->last - page) / PAGE_SIZE + 1; left > 0; left--) {
        if (!is_users((void *)page) || (p->write && !is_writable((void *)page))) {
            return STATUS_ACCESS_VIOLATION;
        }
        page += PAGE_SIZE;
    }
    return STATUS_SUCCESS;
}

static void run(const probe *p, SIZE_T bytes, ULONG alignment)
{
    syspte_call call;
    NTSTATUS status = STATUS_SUCCESS;
    if (!syspte_call_begin(&call, p->api, p->caller)) {
        return;
    }
    bool stop = syspte_call_irql(&call, APC_LEVEL, SYSPTE_RULE_CALL_IRQL, 0, 0);
    syspte_call_end(&call);
    if (stop || bytes == 0) {
        return;
    }
    if (alignment != 0 && (p->first & (alignment - 1)) != 0) {
        status = STATUS_DATATYPE_MISALIGNMENT;
    } else if (p->last < p->first) {
        status = STATUS_ACCESS_VIOLATION;
    } else {
        status = look(p);
    }
    if (!NT_SUCCESS(status)) {
        syspte_raise(p->api, p->caller, status);
    }
}

SYSPTE_ENTRY_VOID(ProbeForRead, (const volatile VOID *Address, SIZE_T Length, ULONG Alignment),
                  (Address, Length, Alignment))
{
    probe p = {.api = SYSPTE_API_PROBE_FOR_READ,
               .caller = caller,
               .first = (uintptr_t)Address,
               .last = (uintptr_t)Address + Length - 1};
    run(&p, Length, Alignment);
}

SYSPTE_ENTRY_VOID(ProbeForWrite, (volatile VOID * Address, SIZE_T Length, ULONG Alignment),
                  (Address, Length, Alignment))
{
    probe p = {.api = SYSPTE_API_PROBE_FOR_WRITE,
               .caller = caller,
               .first = (uintptr_t)Address,
               .last = (uintptr_t)Address + Length - 1,
               .write = true};
    run(&p, Length, Alignment);
}
