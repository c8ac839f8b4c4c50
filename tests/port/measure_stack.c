// SPDX-License-Identifier: MIT
// What a stack of 16 frames costs, in ns: the best of several rounds for each kind of driver code.
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "port.h"
#include "posix/port_inline.h"
#include "posix/unwind_rule.h"
#include "shapes.h"

enum { FRAMES = 16, ROUNDS = 500 };

static unsigned calls;
static bool forgets;
static double best;
static unsigned count;

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static __attribute__((noinline)) void forget(void)
{
#if SYSPTE_UNWIND_HAS_RULES
    memset(syspte_unwind_known, 0, sizeof syspte_unwind_known);
#endif
}

static __attribute__((noinline)) void time_captures(struct route *route)
{
    uintptr_t frames[FRAMES];
    (void)route;
    for (unsigned round = 0; round < ROUNDS; round++) {
        double spent = 0;
        for (unsigned i = 0; i < (forgets ? calls : 1); i++) {
            if (forgets) {
                forget();
            }
            double begin = now();
            for (unsigned call = 0; call < (forgets ? 1 : calls); call++) {
                count = syspte_port_stack_capture(frames, FRAMES, SYSPTE_FRAME_ADDRESS(), NULL);
            }
            spent += now() - begin;
        }
        best = round == 0 || spent / calls < best ? spent / calls : best;
    }
}

static void measure(const char *what, shape_function *shape, unsigned how_often, bool forgetting)
{
    struct route route = {.count = ROUTE_MAX, .end = time_captures};
    for (unsigned i = 0; i < ROUTE_MAX; i++) {
        route.at[i] = shape;
    }
    calls = how_often;
    forgets = forgetting;
    route.at[ROUTE_MAX - 1](&route, ROUTE_MAX - 1);
    printf("%8.0f ns  %s: %u frames\n", best, what, count);
}

// Below main, so that there are 16 frames with what starts a program.
int main(void)
{
    shape_function *const *with = shapes_with_frame_pointers;
    shape_function *const *without = shapes_without_frame_pointers;
    measure("with frame pointers", with[SHAPE_PLAIN], 1000, false);
    measure("without", without[SHAPE_PLAIN], 1000, false);
    measure("without, the register used for other things", without[SHAPE_ALL_REGISTERS], 1000,
            false);
    measure("a frame that only the unwinder knows", without[SHAPE_HUGE], 100, false);
    measure("without, nothing known yet", without[SHAPE_PLAIN], 20, true);
    return 0;
}
