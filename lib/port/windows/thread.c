// SPDX-License-Identifier: MIT
// Stacks are unwound by the tables that every 64-bit function has here: from this one outwards, and
// noted from the function on whose frame was given. The 32-bit host has no such tables, and code
// there keeps frame pointers: the address of the caller's frame, followed by the return address.
// What a walk looked at is not noted, so that no trail ever holds.
#include "../port.h"

#include "windows_api.h"

#if defined(__x86_64__)

// Steps out of one function. False: nothing is above.
static bool step(CONTEXT *at)
{
    DWORD64 image;
    PVOID handler_data;
    DWORD64 frame;
    PRUNTIME_FUNCTION function = RtlLookupFunctionEntry(at->Rip, &image, NULL);
    if (function != NULL) {
        (void)RtlVirtualUnwind(UNW_FLAG_NHANDLER, image, at->Rip, function, at, &handler_data,
                               &frame, NULL);
    } else if (at->Rsp != 0 && at->Rsp % sizeof(uintptr_t) == 0) { // it moves no stack pointer
        at->Rip = *(const DWORD64 *)at->Rsp;
        at->Rsp += sizeof(uintptr_t);
    } else {
        return false;
    }
    return at->Rip != 0;
}

static unsigned walk(uintptr_t *frames, unsigned max, uintptr_t frame)
{
    CONTEXT at;
    unsigned count = 0;
    RtlCaptureContext(&at);
    while (count < max && step(&at)) {
        if (at.Rsp > frame) { // what was stepped out of lies above or is that function
            frames[count++] = (uintptr_t)at.Rip;
        }
    }
    return count;
}

#else

static unsigned walk(uintptr_t *frames, unsigned max, uintptr_t frame)
{
    const NT_TIB *thread = (const NT_TIB *)NtCurrentTeb();
    uintptr_t last = (uintptr_t)thread->StackBase - 2 * sizeof(uintptr_t);
    uintptr_t low = (uintptr_t)thread->StackLimit;
    unsigned count = 0;
    while (count < max && frame >= low && frame <= last && frame % sizeof(uintptr_t) == 0) {
        const uintptr_t *words = (const uintptr_t *)frame;
        if (words[1] == 0) {
            break;
        }
        frames[count++] = words[1];
        low = frame + 1;
        frame = words[0];
    }
    return count;
}

#endif

__attribute__((noinline)) unsigned syspte_port_stack_capture(uintptr_t *frames, unsigned max,
                                                             uintptr_t frame,
                                                             syspte_port_trail *trail)
{
    if (trail != NULL) {
        trail->frame = 0;
        trail->count = 0;
    }
    return max == 0 || frame == 0 ? 0 : walk(frames, max, frame);
}

bool syspte_port_trail_holds(const syspte_port_trail *trail, uintptr_t frame)
{
    (void)trail;
    (void)frame;
    return false;
}

void syspte_port_park(void)
{
    for (;;) {
        Sleep(INFINITE);
    }
}
