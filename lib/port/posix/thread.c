// SPDX-License-Identifier: MIT
// Stacks are read along the chain of frame pointers: a frame is the address of the caller's frame
// followed by the return address, on x86-64 and aarch64 alike. Code without frame pointers puts
// anything into that register, so each step must go up, stay aligned and stay inside this thread's
// stack; what is read there may be nonsense but can always be read. A chain that breaks before its
// second frame says nothing, and the unwinder (a hundred times slower) takes over.
#define _GNU_SOURCE
#include "../port.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include <unwind.h>

#if defined(__x86_64__) || defined(__aarch64__)
#define HAS_FRAME_CHAIN 1
#else
#define HAS_FRAME_CHAIN 0
#endif

// The walk reads stack memory that the sanitizers guard.
#if defined(__clang__)
#define UNCHECKED __attribute__((no_sanitize("address", "thread", "memory")))
#else
#define UNCHECKED __attribute__((no_sanitize_address, no_sanitize_thread))
#endif

typedef struct stack_bounds {
    uintptr_t low;
    uintptr_t high; // the first address after; 0: not known yet
} stack_bounds;

static _Thread_local stack_bounds bounds_now __attribute__((tls_model("initial-exec")));

// No frame lies in the bounds of a thread that the host knows nothing about.
static __attribute__((noinline, cold)) void bounds_find(stack_bounds *bounds)
{
    bounds->low = UINTPTR_MAX;
    bounds->high = UINTPTR_MAX;
#ifdef __linux__
    pthread_attr_t attributes;
    void *low = NULL;
    size_t bytes = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return;
    }
    if (pthread_attr_getstack(&attributes, &low, &bytes) == 0) {
        bounds->low = (uintptr_t)low;
        bounds->high = (uintptr_t)low + bytes;
    }
    (void)pthread_attr_destroy(&attributes);
#endif
}

typedef struct unwinding {
    uintptr_t *frames;
    uintptr_t from; // frames at or below this address are the capture's own
    unsigned max;
    unsigned skip;
    unsigned count;
} unwinding;

static _Unwind_Reason_Code unwind_step(struct _Unwind_Context *context, void *state)
{
    unwinding *walk = state;
    uintptr_t code_address = (uintptr_t)_Unwind_GetIP(context);
    if (code_address == 0) {
        return _URC_END_OF_STACK;
    }
    if ((uintptr_t)_Unwind_GetCFA(context) <= walk->from) {
        return _URC_NO_REASON;
    }
    if (walk->skip > 0) {
        walk->skip--;
        return _URC_NO_REASON;
    }
    walk->frames[walk->count++] = code_address;
    return walk->count < walk->max ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static __attribute__((noinline, cold)) unsigned unwind(uintptr_t *frames, unsigned max,
                                                       unsigned skip, uintptr_t from)
{
    unwinding walk = {.frames = frames, .from = from, .max = max, .skip = skip};
    if (max > 0) {
        (void)_Unwind_Backtrace(unwind_step, &walk);
    }
    return walk.count;
}

// One step up: the frame above `frame`, or 0 if there is none that can be read.
UNCHECKED static inline __attribute__((always_inline)) uintptr_t frame_above(uintptr_t frame,
                                                                             uintptr_t last)
{
    uintptr_t above = ((const uintptr_t *)frame)[0];
    return above > frame && above <= last && above % sizeof(uintptr_t) == 0 ? above : 0;
}

// Cost: a few loads a frame, so whatever is not part of a step is kept out of the loops.
UNCHECKED __attribute__((noinline)) unsigned syspte_port_stack_capture(uintptr_t *frames,
                                                                       unsigned max, unsigned skip)
{
    uintptr_t start = (uintptr_t)__builtin_frame_address(0);
    uintptr_t frame = start;
    unsigned skipped = 0;
    unsigned count = 0;

    if (bounds_now.high == 0) {
        bounds_find(&bounds_now);
    }
    uintptr_t last = bounds_now.high - 2 * sizeof(uintptr_t);
    if (!HAS_FRAME_CHAIN || frame < bounds_now.low || frame > last) {
        frame = 0;
    }
    for (; skipped < skip && frame != 0; skipped++) {
        frame = frame_above(frame, last);
    }
    for (; count < max && frame != 0; count++) {
        uintptr_t code_address = ((const uintptr_t *)frame)[1];
        if (code_address == 0) {
            break;
        }
        frames[count] = code_address;
        frame = frame_above(frame, last);
    }
    if (count < max && skipped + count < 2) {
        return unwind(frames, max, skip, start);
    }
    return count;
}

void syspte_port_park(void)
{
    sigset_t every;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    (void)sigfillset(&every);
    (void)pthread_sigmask(SIG_BLOCK, &every, NULL);
    for (;;) {
        (void)pause();
    }
}
