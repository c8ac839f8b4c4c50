// SPDX-License-Identifier: MIT
// A stack is walked from frame to frame by the rule of each return address (unwind_rule.h). In code
// that keeps frame pointers that is the chain of frames, on x86-64 and aarch64 alike: the address
// of the caller's frame, followed by the return address. Each step must go up, stay aligned and
// stay inside this thread's stack; what is read there may be nonsense but can always be read. Where
// rules do not suffice (frames of signals, another stack than the thread's own) the unwinder takes
// over, which is a hundred times slower. A trail holds every word that a walk read; rules follow
// from return addresses, so equal words lead the same way.
#define _GNU_SOURCE
#include "../port.h"
#include "unwind_rule.h"

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
    uintptr_t from; // frames that end at or below this address are the library's own
    unsigned max;
    unsigned count;
} unwinding;

static _Unwind_Reason_Code unwind_step(struct _Unwind_Context *context, void *state)
{
    unwinding *walk = state;
    uintptr_t code_address = (uintptr_t)_Unwind_GetIP(context);
    if (code_address == 0) {
        return _URC_END_OF_STACK;
    }
    if (walk->count == 0 && (uintptr_t)_Unwind_GetCFA(context) <= walk->from) {
        return _URC_NO_REASON;
    }
    walk->frames[walk->count++] = code_address;
    return walk->count < walk->max ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static __attribute__((noinline, cold)) unsigned unwind(uintptr_t *frames, unsigned max,
                                                       uintptr_t frame)
{
    unwinding walk = {.frames = frames, .from = frame, .max = max};
    (void)_Unwind_Backtrace(unwind_step, &walk);
    return walk.count;
}

// What rules cannot tell the unwinder does, and it leaves no trail.
static __attribute__((noinline, cold)) unsigned give_up(syspte_port_trail *trail, uintptr_t *frames,
                                                        unsigned max, uintptr_t frame)
{
    if (trail != NULL) {
        trail->frame = 0;
    }
    return unwind(frames, max, frame);
}

// Where a walk stands: in the function that `return_address` leads into.
typedef struct cursor {
    uintptr_t return_address;
    uintptr_t stack_pointer;
    uintptr_t frame_pointer;
} cursor;

enum { NO_CODE_BELOW = 4096 };

// Notes the two words that a step read.
UNCHECKED static inline __attribute__((always_inline)) void
trail_note(syspte_port_trail *trail, const uintptr_t *first, const uintptr_t *second)
{
    if (trail != NULL && trail->count < SYSPTE_PORT_TRAIL) {
        trail->step[trail->count].at[0] = first;
        trail->step[trail->count].at[1] = second;
        trail->step[trail->count].word[0] = *first;
        trail->step[trail->count].word[1] = *second;
        trail->count++;
    } else if (trail != NULL) {
        trail->frame = 0; // longer than there is room for
    }
}

// One step up where the frame pointer is kept: its loads do not wait for a rule. `last`: the last
// two words of the stack. False: nothing that can be read is above.
UNCHECKED static inline __attribute__((always_inline)) bool
step_chain(cursor *at, uintptr_t last, syspte_port_trail *trail)
{
    uintptr_t base = at->frame_pointer;
    if (base < at->stack_pointer || base > last || base % sizeof(uintptr_t) != 0) {
        return false;
    }
    trail_note(trail, (const uintptr_t *)base, (const uintptr_t *)base + 1);
    at->frame_pointer = ((const uintptr_t *)base)[0];
    at->return_address = ((const uintptr_t *)base)[1];
    at->stack_pointer = base + 2 * sizeof(uintptr_t);
    return at->return_address >= NO_CODE_BELOW;
}

// One step up by any other rule that names a register.
UNCHECKED static inline __attribute__((always_inline)) bool
step(cursor *at, syspte_unwind_rule rule, uintptr_t last, syspte_port_trail *trail)
{
    const uintptr_t word = sizeof(uintptr_t);
    bool counts_from_frame = (rule & SYSPTE_UNWIND_KIND) == SYSPTE_UNWIND_FRAME_POINTER;
    uintptr_t base = counts_from_frame ? at->frame_pointer : at->stack_pointer;
    uintptr_t bytes = rule & SYSPTE_UNWIND_WORDS << SYSPTE_UNWIND_END; // words of 8, so no shift
    uintptr_t kept = rule >> SYSPTE_UNWIND_KEPT;
    if (base < at->stack_pointer || base > last || base % word != 0 ||
        bytes > last + 2 * word - base) {
        return false;
    }
    const uintptr_t *end = (const uintptr_t *)(base + bytes);
    trail_note(trail, end - 1, kept == 0 ? end - 1 : end - kept);
    at->return_address = end[-1];
    at->frame_pointer = kept == 0 ? at->frame_pointer : *(end - kept);
    at->stack_pointer = (uintptr_t)end;
    return at->return_address >= NO_CODE_BELOW;
}

// Cost: a few loads a frame, so whatever is not part of a step is kept out of the loop.
UNCHECKED __attribute__((noinline)) unsigned
syspte_port_stack_capture(uintptr_t *frames, unsigned max, uintptr_t frame,
                          syspte_port_trail *trail)
{
    unsigned count = 1;
    if (trail != NULL) {
        trail->frame = 0;
        trail->count = 0;
    }
    if (max == 0 || frame == 0) {
        return 0;
    }
    if (bounds_now.high == 0) {
        bounds_find(&bounds_now);
    }
    uintptr_t last = bounds_now.high - 2 * sizeof(uintptr_t);
    cursor at = {.stack_pointer = bounds_now.low, .frame_pointer = frame};
    if (trail != NULL) {
        trail->frame = frame;
    }
    if (!HAS_FRAME_CHAIN || !step_chain(&at, last, trail)) {
        return give_up(trail, frames, max, frame);
    }
    frames[0] = at.return_address;
    syspte_unwind_rule rule = max > 1 ? syspte_unwind_find(frames[0]) : SYSPTE_UNWIND_OUTERMOST;
    while (count < max && (rule & SYSPTE_UNWIND_KIND) <= SYSPTE_UNWIND_FRAME_POINTER) {
        bool chain = __builtin_expect(rule == SYSPTE_UNWIND_CHAIN, 1);
        if (!(chain ? step_chain(&at, last, trail) : step(&at, rule, last, trail))) {
            break;
        }
        rule = syspte_unwind_find(at.return_address);
        if (rule == SYSPTE_UNWIND_NO_CODE) {
            break;
        }
        frames[count++] = at.return_address;
    }
    if ((rule == SYSPTE_UNWIND_OTHER && count < max) || (!SYSPTE_UNWIND_HAS_RULES && count <= 1)) {
        return give_up(trail, frames, max, frame);
    }
    return count;
}

// No branch within: most trails hold.
UNCHECKED __attribute__((noinline)) bool syspte_port_trail_holds(const syspte_port_trail *trail,
                                                                 uintptr_t frame)
{
    uintptr_t differs = 0;
    if (trail->frame != frame || frame == 0) {
        return false;
    }
    for (unsigned i = 0; i < trail->count; i++) {
        differs |= *trail->step[i].at[0] ^ trail->step[i].word[0];
        differs |= *trail->step[i].at[1] ^ trail->step[i].word[1];
    }
    return differs == 0;
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
