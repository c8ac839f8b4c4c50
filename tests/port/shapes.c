// SPDX-License-Identifier: MIT
// SHAPES names the flavour that this is compiled as. Each shape notes where it returns to, and does
// something after its call, so that the call is not its last instruction in the guise of a jump.
#include "shapes.h"

static _Thread_local volatile unsigned keep;
static volatile unsigned char sink;

static inline __attribute__((always_inline)) void go_on(struct route *route, unsigned level,
                                                        uintptr_t return_address)
{
    route->noted[1 + level] = return_address;
    if (level == 0) {
        route->end(route);
    } else {
        route->at[level - 1](route, level - 1);
    }
    keep++;
}

#define GO_ON() go_on(route, level, (uintptr_t)__builtin_return_address(0))

static __attribute__((noinline)) void plain(struct route *route, unsigned level)
{
    GO_ON();
}

static __attribute__((noinline)) void twin(struct route *route, unsigned level)
{
    GO_ON();
    keep++;
}

#if defined(__x86_64__) && defined(FREE_FRAME_POINTER)
// Every register that a caller keeps, the frame pointer among them, holds a bad stack address.
static __attribute__((noinline)) void all_registers(struct route *route, unsigned level)
{
    __asm__ volatile("leaq 40(%%rsp), %%rbp\n"
                     "movq %%rbp, %%rbx\n"
                     "movq %%rbp, %%r12\n"
                     "movq %%rbp, %%r13\n"
                     "movq %%rbp, %%r14\n" ::
                         : "rbp", "rbx", "r12", "r13", "r14", "memory");
    GO_ON();
}
#else
static __attribute__((noinline)) void all_registers(struct route *route, unsigned level)
{
    unsigned a = keep, b = keep, c = keep, d = keep, e = keep, f = keep;
    GO_ON();
    keep = a + b * 2 + c * 3 + d * 5 + e * 7 + f;
}
#endif

static __attribute__((noinline)) void large(struct route *route, unsigned level)
{
    volatile unsigned char bytes[3000];
    bytes[level] = 1;
    GO_ON();
    sink = bytes[level];
}

static __attribute__((noinline)) void of_room(struct route *route, unsigned level)
{
    volatile unsigned char *bytes = __builtin_alloca(route->room[level] + 16);
    bytes[0] = 1;
    GO_ON();
    sink = bytes[0];
}

static __attribute__((noinline)) void aligned(struct route *route, unsigned level)
{
    _Alignas(64) volatile unsigned char bytes[64];
    volatile unsigned char *more = __builtin_alloca(route->room[level] + 16);
    bytes[level] = 1;
    more[0] = 1;
    GO_ON();
    sink = (unsigned char)(bytes[level] + more[0]);
}

static __attribute__((noinline)) void huge(struct route *route, unsigned level)
{
    volatile unsigned char bytes[100000];
    bytes[level] = 1;
    GO_ON();
    sink = bytes[level];
}

shape_function *const SHAPES[SHAPE_COUNT] = {
    [SHAPE_PLAIN] = plain, [SHAPE_TWIN] = twin,       [SHAPE_ALL_REGISTERS] = all_registers,
    [SHAPE_LARGE] = large, [SHAPE_OF_ROOM] = of_room, [SHAPE_ALIGNED] = aligned,
    [SHAPE_HUGE] = huge,
};
