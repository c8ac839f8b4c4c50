// SPDX-License-Identifier: MIT
// Stack capture against return addresses that the code called notes itself, in all shapes of frames
// and along broken chains of them, and the end of a parked thread.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "port.h"
#include "posix/port_inline.h"
#include "shapes.h"

enum { FRAMES = 32 };

#define NO_INLINE __attribute__((noinline))

static _Thread_local volatile unsigned keep; // written after a call, so that it is no tail call

// ---- Routes

typedef struct captured {
    struct route route; // first: a pointer to it is one to this
    uintptr_t frames[FRAMES + 1];
    uintptr_t frame;
    unsigned max;
    unsigned count;
} captured;

// The end of each route: what an API function is to a driver.
static NO_INLINE void capture(struct route *route)
{
    captured *c = (captured *)(void *)route;
    memset(c->frames, 0xEE, sizeof c->frames);
    route->noted[0] = SYSPTE_RETURN_ADDRESS();
    c->frame = SYSPTE_FRAME_ADDRESS();
    c->count = syspte_port_stack_capture(c->frames, c->max, c->frame, NULL);
    keep++;
}

static NO_INLINE void drive(captured *c)
{
    c->max = c->max == 0 ? FRAMES : c->max;
    c->route.end = c->route.end == NULL ? capture : c->route.end;
    c->route.at[c->route.count - 1](&c->route, c->route.count - 1);
    keep++;
}

// How many frames are as noted, from the first on.
static unsigned right_frames(const captured *c)
{
    unsigned right = 0;
    while (right < c->count && right <= c->route.count &&
           c->frames[right] == c->route.noted[right]) {
        right++;
    }
    return right;
}

// All levels, and at least what called the outermost one.
static void assert_right(const captured *c)
{
    for (unsigned i = 0; i <= c->route.count; i++) {
        assert_int_equal(c->frames[i], c->route.noted[i]);
    }
    assert_true(c->count > c->route.count + 1);
}

static captured route_of_one_shape(shape_function *shape, unsigned count)
{
    captured c = {.route = {.count = count}};
    for (unsigned i = 0; i < count; i++) {
        c.route.at[i] = shape;
    }
    return c;
}

// ---- What is stored

static void frames_begin_where_the_function_of_that_frame_returns_to(void **state)
{
    (void)state;
    captured c = route_of_one_shape(shapes_with_frame_pointers[SHAPE_PLAIN], 6);

    drive(&c);

    assert_right(&c);
}

static void no_more_than_max_frames_are_stored(void **state)
{
    (void)state;
    uintptr_t untouched;
    memset(&untouched, 0xEE, sizeof untouched);
    shape_function *const *flavours[] = {shapes_with_frame_pointers, shapes_without_frame_pointers};
    for (unsigned max = 1; max <= ROUTE_MAX; max++) {
        captured c = route_of_one_shape(flavours[max % 2][SHAPE_PLAIN], ROUTE_MAX);
        c.max = max;

        drive(&c);

        assert_int_equal(c.count, max);
        assert_int_equal(right_frames(&c), max);
        assert_int_equal(c.frames[max], untouched);
    }
}

static void nothing_wanted_and_no_frame_store_nothing(void **state)
{
    (void)state;
    uintptr_t out[2] = {1, 2};

    assert_int_equal(syspte_port_stack_capture(out, 0, SYSPTE_FRAME_ADDRESS(), NULL), 0);
    assert_int_equal(syspte_port_stack_capture(out, 2, 0, NULL), 0);

    assert_int_equal(out[0], 1);
    assert_int_equal(out[1], 2);
}

// ---- Shapes

static void every_shape_of_frame_is_stepped_over(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SHAPE_COUNT; i++) {
        captured c = route_of_one_shape(shapes_with_frame_pointers[i], 5);
        drive(&c);
        assert_right(&c);
#if defined(__x86_64__)
        c = route_of_one_shape(shapes_without_frame_pointers[i], 5);
        drive(&c);
        assert_right(&c);
#endif
        c = route_of_one_shape(shapes_without_tables[i], 5);
        drive(&c);
        assert_right(&c);
    }
}

#if defined(__x86_64__)
// The frames of a driver's caller are good ones, which a chain would go on with.
static void driver_without_frame_pointers_under_a_caller_with_them_has_all_its_frames(void **state)
{
    (void)state;
    captured c = route_of_one_shape(shapes_without_frame_pointers[SHAPE_PLAIN], 8);
    for (unsigned i = 5; i < 8; i++) {
        c.route.at[i] = shapes_with_frame_pointers[SHAPE_PLAIN];
    }

    drive(&c);

    assert_right(&c);
}

static uint64_t random_next(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random >> 11;
}

static void route_draw(captured *c, uint64_t *random, shape_function *const **flavours,
                       unsigned count)
{
    *c = (captured){.route = {.count = 1 + (unsigned)(random_next(random) % ROUTE_MAX)}};
    for (unsigned i = 0; i < c->route.count; i++) {
        c->route.at[i] = flavours[random_next(random) % count][random_next(random) % SHAPE_COUNT];
        c->route.room[i] = random_next(random) % 300;
    }
}

static void any_route_through_any_shapes_is_told_exactly(void **state)
{
    shape_function *const *flavours[] = {shapes_without_frame_pointers, shapes_with_frame_pointers};
    uint64_t random = 88172645463325252u;
    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        captured c;
        uint64_t seed = random;
        route_draw(&c, &random, flavours, 2);

        drive(&c);

        if (right_frames(&c) != c.route.count + 1 || c.count <= c.route.count + 1) {
            fail_msg("seed %llu: %u of %u frames are right", (unsigned long long)seed,
                     right_frames(&c), c.route.count + 1);
        }
    }
}

// Where only the unwinder knows a shape and another one has no tables, the stack ends early.
static void code_without_tables_may_shorten_a_stack_and_adds_nothing_to_it(void **state)
{
    shape_function *const *flavours[] = {shapes_without_frame_pointers, shapes_with_frame_pointers,
                                         shapes_without_tables};
    uint64_t random = 2463534242u;
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        captured c;
        route_draw(&c, &random, flavours, 3);
        c.max = c.route.count + 1;
        for (unsigned k = 0; k < c.route.count; k++) {
            if (c.route.at[k] == shapes_without_tables[SHAPE_ALIGNED]) {
                c.route.at[k] = shapes_without_tables[SHAPE_PLAIN]; // nothing tells where it ends
            }
        }

        drive(&c);

        assert_true(c.count >= 1);
        assert_int_equal(right_frames(&c), c.count);
    }
}
#endif

// ---- The same place again, from elsewhere

static void another_outer_caller_at_the_same_depth_gives_another_stack(void **state)
{
    (void)state;
    captured a = route_of_one_shape(shapes_without_frame_pointers[SHAPE_PLAIN], 8);
    captured b = a;
    b.route.at[7] = shapes_without_frame_pointers[SHAPE_TWIN];

    for (int i = 0; i < 3; i++) {
        drive(&a);
        drive(&b);

        assert_int_equal(a.frame, b.frame);
        assert_int_equal(a.frames[0], b.frames[0]);
        assert_int_not_equal(a.frames[7], b.frames[7]);
        assert_right(&a);
        assert_right(&b);
    }
}

static void frames_that_change_their_sizes_at_the_same_depth_are_told_apart(void **state)
{
    (void)state;
    captured a = route_of_one_shape(shapes_without_frame_pointers[SHAPE_PLAIN], 8);
    a.route.at[3] = shapes_without_frame_pointers[SHAPE_OF_ROOM];
    a.route.at[6] = shapes_without_frame_pointers[SHAPE_OF_ROOM];
    captured b = a;
    a.route.room[3] = 512;
    b.route.room[6] = 512;

    for (int i = 0; i < 3; i++) {
        drive(&a);
        drive(&b);

        assert_int_equal(a.frame, b.frame);
        assert_right(&a);
        assert_right(&b);
    }
}

// ---- Threads

static void *drive_often(void *argument)
{
    unsigned *wrong = argument;
    for (unsigned i = 0; i < 300; i++) {
        captured c = route_of_one_shape(shapes_without_frame_pointers[i % SHAPE_HUGE], 6);
        drive(&c);
        *wrong += right_frames(&c) != 7 || c.count < 8;
    }
    return NULL;
}

static void every_thread_has_its_own_stack(void **state)
{
    (void)state;
    unsigned wrong[4] = {0};
    pthread_t threads[4];

    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, drive_often, &wrong[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(wrong[i], 0);
    }
}

// ---- Signals

static captured on_signal;

static void drive_on_signal(int signal)
{
    (void)signal;
    drive(&on_signal);
    keep++;
}

// The handler runs while `raise` is called at the end of a route.
static void raise_at_the_end(struct route *route)
{
    route->noted[0] = SYSPTE_RETURN_ADDRESS();
    (void)raise(SIGUSR1);
    keep++;
}

static bool raise_on_stack(const stack_t *stack, captured *interrupted)
{
    stack_t stack_before;
    struct sigaction action, action_before;
    memset(&action, 0, sizeof action);
    action.sa_handler = drive_on_signal;
    action.sa_flags = stack == NULL ? 0 : SA_ONSTACK;
    if ((stack != NULL && sigaltstack(stack, &stack_before) != 0) ||
        sigaction(SIGUSR1, &action, &action_before) != 0) {
        return false;
    }
    drive(interrupted);
    return sigaction(SIGUSR1, &action_before, NULL) == 0 &&
           (stack == NULL || sigaltstack(&stack_before, NULL) == 0);
}

// All of the handler's frames, and those of what it interrupted. It may run on any thread.
static bool signal_is_stepped_over(const stack_t *stack)
{
    captured interrupted = route_of_one_shape(shapes_without_frame_pointers[SHAPE_PLAIN], 3);
    interrupted.route.end = raise_at_the_end;
    on_signal = route_of_one_shape(shapes_without_frame_pointers[SHAPE_PLAIN], 3);
    bool right = raise_on_stack(stack, &interrupted) && right_frames(&on_signal) == 4;
#if defined(__x86_64__)
    unsigned below = 4;
    while (below < on_signal.count && on_signal.frames[below] != interrupted.route.noted[0]) {
        below++;
    }
    right = right && below + 3 < on_signal.count &&
            memcmp(&on_signal.frames[below], interrupted.route.noted, 4 * sizeof(uintptr_t)) == 0;
#endif
    return right;
}

static void signal_handler_on_the_same_stack_shows_what_it_interrupted(void **state)
{
    (void)state;
    assert_true(signal_is_stepped_over(NULL));
}

static void a_stack_that_is_not_the_threads_own_is_captured_too(void **state)
{
    (void)state;
    size_t bytes = 256 * 1024;
    stack_t ours = {.ss_sp = malloc(bytes), .ss_size = bytes};
    assert_non_null(ours.ss_sp);

    assert_true(signal_is_stepped_over(&ours));

    free(ours.ss_sp);
}

static void *raise_in_thread(void *argument)
{
    captured first = route_of_one_shape(shapes_with_frame_pointers[SHAPE_PLAIN], 1);
    drive(&first); // the thread's bounds are asked for with a lock that handlers must not take
    return signal_is_stepped_over(argument) ? argument : NULL;
}

static void a_signal_stack_may_be_above_the_one_interrupted(void **state)
{
    (void)state;
    size_t bytes = 4 * 1024 * 1024;
    unsigned char *area = syspte_port_table_reserve(2 * bytes);
    stack_t above = {.ss_sp = area + bytes, .ss_size = bytes};
    pthread_attr_t attributes;
    pthread_t thread;
    void *answer = NULL;
    assert_non_null(area);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, area, bytes), 0);

    assert_int_equal(pthread_create(&thread, &attributes, raise_in_thread, &above), 0);
    assert_int_equal(pthread_join(thread, &answer), 0);

    assert_non_null(answer);
    (void)pthread_attr_destroy(&attributes);
    syspte_port_table_release(area, 2 * bytes);
}

// ---- Trails

static struct {
    syspte_port_trail trail; // of the last route
    uintptr_t frames[FRAMES];
    unsigned count;
    unsigned wrong; // times that it held for another stack
    bool held;      // for the route before this one
    bool left;      // this route left one
} trailed;

// The end of a route: is its stack that of the route before? And leaves its own trail.
static NO_INLINE void compare(struct route *route)
{
    captured *c = (captured *)(void *)route;
    route->noted[0] = SYSPTE_RETURN_ADDRESS();
    c->frame = SYSPTE_FRAME_ADDRESS();
    trailed.held = syspte_port_trail_holds(&trailed.trail, c->frame);
    c->count = syspte_port_stack_capture(c->frames, c->max, c->frame, &trailed.trail);
    trailed.left = syspte_port_trail_holds(&trailed.trail, c->frame);
    trailed.wrong +=
        trailed.held && (c->count != trailed.count ||
                         memcmp(c->frames, trailed.frames, c->count * sizeof c->frames[0]) != 0);
    trailed.count = c->count;
    memcpy(trailed.frames, c->frames, sizeof trailed.frames);
    keep++;
}

// One call of drive in the code, so that routes differ only in what they go through. True if the
// trail of the route before held.
static NO_INLINE bool follow(captured *c)
{
    c->route.end = compare;
    drive(c);
    keep++;
    return trailed.held;
}

static NO_INLINE bool follow_from_elsewhere(captured *c)
{
    bool held = follow(c);
    keep++;
    return held;
}

// follow() each time from the same place.
static NO_INLINE unsigned follow_in_turn(captured *const *routes, unsigned count)
{
    unsigned held = 0;
    memset(&trailed, 0, sizeof trailed);
    for (volatile unsigned i = 0; i < count; i++) {
        held += follow(routes[i]);
        keep++;
    }
    return held;
}

static void a_trail_holds_for_the_same_call_again(void **state)
{
    (void)state;
    shape_function *const *flavours[] = {
#if defined(__x86_64__)
        shapes_without_frame_pointers,
#endif
        shapes_with_frame_pointers,
        shapes_without_tables
    };
    for (unsigned i = 0; i < SHAPE_ALIGNED * sizeof flavours / sizeof flavours[0]; i++) {
        captured a = route_of_one_shape(flavours[i / SHAPE_ALIGNED][i % SHAPE_ALIGNED], 6);
        captured *again[] = {&a, &a, &a};

        assert_int_equal(follow_in_turn(again, 3), 2);
        assert_true(trailed.left);
        assert_int_equal(trailed.wrong, 0);
        assert_right(&a);
    }
}

static void a_trail_does_not_hold_from_another_frame_or_from_none(void **state)
{
    (void)state;
    static const syspte_port_trail nothing;
    captured a = route_of_one_shape(shapes_with_frame_pointers[SHAPE_PLAIN], 3);
    captured *once[] = {&a};
    assert_int_equal(follow_in_turn(once, 1), 0);
    assert_true(trailed.left);

    assert_false(syspte_port_trail_holds(&trailed.trail, 0));
    assert_false(syspte_port_trail_holds(&trailed.trail, a.frame - 16));
    assert_false(syspte_port_trail_holds(&trailed.trail, a.frame + 16));
    assert_false(syspte_port_trail_holds(&nothing, 0));
    assert_false(syspte_port_trail_holds(&nothing, a.frame));
}

static void nothing_captured_leaves_no_trail(void **state)
{
    (void)state;
    uintptr_t out[1];
    uintptr_t frame = SYSPTE_FRAME_ADDRESS();
    syspte_port_trail trail;
    memset(&trail, 0xEE, sizeof trail);
    assert_int_equal(syspte_port_stack_capture(out, 0, frame, &trail), 0);
    assert_false(syspte_port_trail_holds(&trail, frame));
    trail.frame = frame;
    assert_int_equal(syspte_port_stack_capture(out, 1, 0, &trail), 0);
    assert_false(syspte_port_trail_holds(&trail, 0));
    assert_false(syspte_port_trail_holds(&trail, frame));
    assert_int_equal(syspte_port_stack_capture(out, 1, frame, &trail), 1);
    assert_true(syspte_port_trail_holds(&trail, frame));
}

// The words are those of frames that are still there: this function's and its callers'.
static void each_word_of_a_trail_counts(void **state)
{
    (void)state;
    uintptr_t out[FRAMES];
    uintptr_t frame = SYSPTE_FRAME_ADDRESS();
    syspte_port_trail trail;
    unsigned count = syspte_port_stack_capture(out, 4, frame, &trail);
    assert_int_equal(trail.count, count);
    for (unsigned i = 0; i < 2 * trail.count; i++) {
        uintptr_t *word = &trail.step[i / 2].word[i % 2];
        for (uintptr_t bit = 1; bit != 0; bit <<= 1) {
            *word ^= bit;
            assert_false(syspte_port_trail_holds(&trail, frame));
            *word ^= bit;
        }
        assert_true(syspte_port_trail_holds(&trail, frame));
    }
}

static void a_trail_does_not_hold_after_another_caller_up_the_stack(void **state)
{
    (void)state;
    for (unsigned level = 0; level < 8; level++) {
        captured a = route_of_one_shape(shapes_with_frame_pointers[SHAPE_PLAIN], 8);
        captured b = a;
        b.route.at[level] = shapes_with_frame_pointers[SHAPE_TWIN];
        captured *turns[] = {&a, &b, &a, &b, &b, &a};

        assert_int_equal(follow_in_turn(turns, 6), 1);
        assert_int_equal(a.frame, b.frame);
        assert_int_equal(trailed.wrong, 0);
    }
}

static void a_trail_does_not_hold_at_another_depth_or_from_another_place(void **state)
{
    (void)state;
    captured a = route_of_one_shape(shapes_with_frame_pointers[SHAPE_PLAIN], 5);
    captured b = route_of_one_shape(shapes_with_frame_pointers[SHAPE_PLAIN], 6);
    captured *turns[] = {&a, &b, &a, &b};
    assert_int_equal(follow_in_turn(turns, 4), 0);

    (void)follow(&a);
    assert_false(follow_from_elsewhere(&a));
    assert_false(follow(&a));
    assert_int_equal(trailed.wrong, 0);
}

// What is above the frames that are wanted is another matter.
static void a_trail_is_as_long_as_the_stack_that_is_wanted(void **state)
{
    (void)state;
    for (unsigned max = 1; max <= ROUTE_MAX; max++) {
        captured a = route_of_one_shape(shapes_with_frame_pointers[SHAPE_PLAIN], ROUTE_MAX);
        captured b = a;
        b.route.at[6] = shapes_with_frame_pointers[SHAPE_TWIN];
        a.max = b.max = max;
        captured *turns[] = {&a, &b, &a};

        // The frame of level 6 tells where it returns to; into it returns that of level 5.
        assert_int_equal(follow_in_turn(turns, 3), max <= 6 ? 2 : 0);
        assert_int_equal(trailed.wrong, 0);
    }
}

static NO_INLINE void descend(captured *c, unsigned depth)
{
    if (depth == 0) {
        compare(&c->route);
    } else {
        descend(c, depth - 1);
    }
    keep++;
}

static void a_trail_of_a_stack_that_is_cut_off_holds(void **state)
{
    (void)state;
    captured c = {.max = FRAMES};
    memset(&trailed, 0, sizeof trailed);
    for (volatile unsigned i = 0; i < 6; i++) {
        descend(&c, 60);
        assert_int_equal(c.count, FRAMES);
        assert_int_equal(trailed.held, i > 0);
        assert_true(trailed.left);
    }
    assert_int_equal(trailed.wrong, 0);
}

#if defined(__x86_64__)
static void a_signal_on_the_way_leaves_no_trail(void **state)
{
    (void)state;
    captured interrupted = route_of_one_shape(shapes_without_frame_pointers[SHAPE_PLAIN], 3);
    interrupted.route.end = raise_at_the_end;
    on_signal = route_of_one_shape(shapes_without_frame_pointers[SHAPE_PLAIN], 3);
    on_signal.route.end = compare;
    assert_true(raise_on_stack(NULL, &interrupted));
    assert_int_equal(right_frames(&on_signal), 4);
    assert_false(trailed.left);
}

static void another_stack_leaves_no_trail(void **state)
{
    (void)state;
    size_t bytes = 256 * 1024;
    stack_t ours = {.ss_sp = malloc(bytes), .ss_size = bytes};
    assert_non_null(ours.ss_sp);
    captured interrupted = route_of_one_shape(shapes_without_frame_pointers[SHAPE_PLAIN], 3);
    interrupted.route.end = raise_at_the_end;
    on_signal = route_of_one_shape(shapes_with_frame_pointers[SHAPE_PLAIN], 3);
    on_signal.route.end = compare;
    on_signal.max = 2;

    assert_true(raise_on_stack(&ours, &interrupted));

    assert_int_equal(right_frames(&on_signal), 2);
    assert_false(trailed.left);
    free(ours.ss_sp);
}

// Routes that are often alike: whenever a trail holds, a capture finds what the one before found.
static void a_trail_never_holds_for_another_stack(void **state)
{
    shape_function *const *flavours[] = {shapes_without_frame_pointers, shapes_with_frame_pointers};
    uint64_t random = 362436069;
    captured c = {.route = {.count = 0}};
    unsigned held = 0;
    unsigned different = 0;
    (void)state;
    memset(&trailed, 0, sizeof trailed);
    for (volatile unsigned i = 0; i < 5000; i++) {
        captured before = c;
        uint64_t what = random_next(&random) % 4;
        if (i % 40 == 0) {
            route_draw(&c, &random, flavours, 2);
        } else if (what == 0) {
            unsigned level = (unsigned)(random_next(&random) % c.route.count);
            c.route.at[level] =
                flavours[random_next(&random) % 2][random_next(&random) % SHAPE_HUGE];
        } else if (what == 1) {
            c.route.room[random_next(&random) % c.route.count] = random_next(&random) % 100;
        }
        c.max = 1 + i / 40 % FRAMES;
        bool same = memcmp(before.route.at, c.route.at, sizeof c.route.at) == 0;

        held += follow(&c);
        different += !trailed.held && !same;
        if (trailed.wrong != 0) {
            fail_msg("round %u: the trail held for another stack", i);
        }
    }
    assert_true(held > 1000 && different > 500);
}
#endif

// ---- Where frame pointers give out

#if defined(__x86_64__)
// Calls drive(c) with `frame_pointer` in the register that frame pointers are kept in: with a table
// that tells where the old one is, and without.
void call_with_table(captured *c, uintptr_t frame_pointer);
void call_without_table(captured *c, uintptr_t frame_pointer);
void call_end(captured *c) __asm__("call_end");
NO_INLINE void call_end(captured *c)
{
    capture(&c->route);
    keep++;
}
// The same, with a call that never returns as its last instruction.
_Noreturn void call_last(captured *c);
_Noreturn void call_end_for_good(captured *c) __asm__("call_end_for_good");
static jmp_buf after_the_end;
_Noreturn NO_INLINE void call_end_for_good(captured *c)
{
    capture(&c->route);
    longjmp(after_the_end, 1);
}
__asm__(".text\n"
        ".type call_last, @function\n"
        "call_last:\n"
        "  .cfi_startproc\n"
        "  subq $56, %rsp\n"
        "  .cfi_adjust_cfa_offset 56\n"
        "  call call_end_for_good\n"
        "  .cfi_endproc\n"
        ".size call_last, .-call_last\n"
        ".type call_with_table, @function\n"
        "call_with_table:\n"
        "  .cfi_startproc\n"
        "  pushq %rbp\n"
        "  .cfi_adjust_cfa_offset 8\n"
        "  .cfi_rel_offset %rbp, 0\n"
        "  movq %rsi, %rbp\n"
        "  call call_end\n"
        "  popq %rbp\n"
        "  .cfi_adjust_cfa_offset -8\n"
        "  .cfi_restore %rbp\n"
        "  ret\n"
        "  .cfi_endproc\n"
        ".size call_with_table, .-call_with_table\n"
        ".type call_without_table, @function\n"
        "call_without_table:\n"
        "  pushq %rbp\n"
        "  movq %rsi, %rbp\n"
        "  call call_end\n"
        "  popq %rbp\n"
        "  ret\n"
        ".size call_without_table, .-call_without_table\n");

static NO_INLINE void check_bad_frame_pointer(uintptr_t frame_pointer)
{
    captured c = {.max = FRAMES};
    uintptr_t with = (uintptr_t)call_with_table;
    uintptr_t without = (uintptr_t)call_without_table;
    uintptr_t caller = SYSPTE_RETURN_ADDRESS();

    call_with_table(&c, frame_pointer);
    assert_true(c.count > 4);
    assert_true(c.frames[1] > with && c.frames[1] < with + 32);
    assert_int_equal(c.frames[3], caller);

    call_without_table(&c, frame_pointer);
    assert_int_equal(c.count, 2);
    assert_true(c.frames[1] > without && c.frames[1] < without + 32);
}

static void a_bad_frame_pointer_is_never_followed(void **state)
{
    uintptr_t here = SYSPTE_FRAME_ADDRESS();
    static uintptr_t heap_like[4];
    uintptr_t no_code[2] = {here + 4096, 0x1234};
    uintptr_t low[2] = {here + 4096, 0x234};
    uintptr_t data[2] = {here + 4096, (uintptr_t)heap_like};
    (void)state;

    check_bad_frame_pointer(0);
    check_bad_frame_pointer(1);
    check_bad_frame_pointer(here + 1);             // not aligned
    check_bad_frame_pointer(here - 64 * 1024);     // goes down
    check_bad_frame_pointer((uintptr_t)heap_like); // not on the stack
    check_bad_frame_pointer(UINTPTR_MAX - 7);      // past every stack
    check_bad_frame_pointer(UINTPTR_MAX - 15);     // its second word would be the last one
    check_bad_frame_pointer(here + (1u << 30));    // past this stack
    check_bad_frame_pointer(0xDEAD00000000BEE8u);  // no address at all
    check_bad_frame_pointer((uintptr_t)no_code);   // what lies there is no return address
    check_bad_frame_pointer((uintptr_t)low);
    check_bad_frame_pointer((uintptr_t)data);
}

static NO_INLINE void check_call_at_the_end(void)
{
    static captured c;
    c.max = FRAMES;
    if (setjmp(after_the_end) == 0) {
        call_last(&c);
    }
    assert_true(c.count > 3);
    assert_int_equal(c.frames[1], (uintptr_t)call_with_table);
    assert_int_equal(c.frames[3], SYSPTE_RETURN_ADDRESS());
}

static void a_call_that_ends_its_function_is_looked_up_in_that_function(void **state)
{
    (void)state;
    check_call_at_the_end();
    keep++;
}

// Under a return address into call_last are 64 bytes; the main thread's stack has 16 more.
static void a_frame_that_would_end_past_the_stack_is_not_read(void **state)
{
    captured c = {.max = FRAMES};
    pthread_attr_t attributes;
    void *low;
    size_t bytes;
    uintptr_t before[2];
    (void)state;
    assert_int_equal(pthread_getattr_np(pthread_self(), &attributes), 0);
    assert_int_equal(pthread_attr_getstack(&attributes, &low, &bytes), 0);
    assert_int_equal(pthread_attr_destroy(&attributes), 0);
    uintptr_t *top = (uintptr_t *)(void *)((unsigned char *)low + bytes - 32); // the program's name
    memcpy(before, top, sizeof before);
    top[0] = 0;
    top[1] = (uintptr_t)call_with_table; // where call_last would return to

    call_without_table(&c, (uintptr_t)top);

    memcpy(top, before, sizeof before);
    assert_int_equal(c.count, 3);
    assert_int_equal(c.frames[2], (uintptr_t)call_with_table);
}

static void a_chain_that_turns_back_ends_there(void **state)
{
    (void)state;
    captured c = {.max = FRAMES};
    uintptr_t code = (uintptr_t)call_without_table + 4;
    uintptr_t itself[2] = {(uintptr_t)itself, code};
    uintptr_t two[4] = {0, code, 0, code + 1}; // the upper one leads to the lower one
    two[0] = (uintptr_t)&two[2];
    two[2] = (uintptr_t)&two[0];

    call_without_table(&c, (uintptr_t)&two[0]);
    assert_int_equal(c.count, 4);
    assert_int_equal(c.frames[2], code);
    assert_int_equal(c.frames[3], code + 1);
    call_without_table(&c, (uintptr_t)itself);
    assert_int_equal(c.count, 3);
    assert_int_equal(c.frames[2], code);
}

// The last two words of the stack can be read, what follows them not.
static void *capture_at_the_very_end_of_the_stack(void *argument)
{
    pthread_attr_t attributes;
    void *low;
    size_t bytes;
    unsigned *wrong = argument;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0 ||
        pthread_attr_getstack(&attributes, &low, &bytes) != 0) {
        return NULL;
    }
    (void)pthread_attr_destroy(&attributes);
    *wrong = 0;
    for (uintptr_t below = 0; below <= 64; below += 8) {
        captured c = {.max = FRAMES};
        call_without_table(&c, (uintptr_t)low + bytes - below);
        *wrong += c.count < 2;
    }
    return NULL;
}

static void a_chain_that_leads_to_the_end_of_the_stack_stops_there(void **state)
{
    (void)state;
    size_t bytes = 4 * 1024 * 1024; // a sanitizer takes a part of it
    unsigned char *area = syspte_port_table_reserve(2 * bytes);
    pthread_attr_t attributes;
    pthread_t thread;
    unsigned wrong = 99;
    assert_non_null(area);
    assert_int_equal(mprotect(area + bytes, bytes, PROT_NONE), 0); // a word too many faults
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, area, bytes), 0);

    assert_int_equal(
        pthread_create(&thread, &attributes, capture_at_the_very_end_of_the_stack, &wrong), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);

    assert_int_equal(wrong, 0);
    (void)pthread_attr_destroy(&attributes);
    syspte_port_table_release(area, 2 * bytes);
}
#endif

// ---- Parked threads

static sem_t about_to_park;
static atomic_bool came_back;

static void wake(int signal)
{
    (void)signal;
}

static void *park(void *argument)
{
    (void)argument;
    (void)sem_post(&about_to_park);
    syspte_port_park();
    atomic_store(&came_back, true); // the compiler knows better, a broken park does not
    return NULL;
}

static void a_parked_thread_never_comes_back_whatever_is_sent_to_it(void **state)
{
    (void)state;
    pthread_t thread;
    struct timespec a_while = {.tv_nsec = 100 * 1000 * 1000};
    struct timespec end;
    assert_int_equal(sem_init(&about_to_park, 0, 0), 0);
    assert_true(signal(SIGUSR1, wake) != SIG_ERR);
    assert_int_equal(pthread_create(&thread, NULL, park, NULL), 0);
    assert_int_equal(sem_wait(&about_to_park), 0);
    (void)nanosleep(&a_while, NULL);

    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_kill(thread, SIGUSR1), 0);
    }
    assert_int_equal(pthread_cancel(thread), 0);

    (void)clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec++;
    assert_int_not_equal(pthread_timedjoin_np(thread, NULL, &end), 0);
    assert_false(atomic_load(&came_back));
    assert_int_equal(pthread_detach(thread), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_begin_where_the_function_of_that_frame_returns_to),
        cmocka_unit_test(no_more_than_max_frames_are_stored),
        cmocka_unit_test(nothing_wanted_and_no_frame_store_nothing),
        cmocka_unit_test(every_shape_of_frame_is_stepped_over),
#if defined(__x86_64__)
        cmocka_unit_test(driver_without_frame_pointers_under_a_caller_with_them_has_all_its_frames),
        cmocka_unit_test(any_route_through_any_shapes_is_told_exactly),
        cmocka_unit_test(code_without_tables_may_shorten_a_stack_and_adds_nothing_to_it),
#endif
        cmocka_unit_test(another_outer_caller_at_the_same_depth_gives_another_stack),
        cmocka_unit_test(frames_that_change_their_sizes_at_the_same_depth_are_told_apart),
        cmocka_unit_test(every_thread_has_its_own_stack),
        cmocka_unit_test(signal_handler_on_the_same_stack_shows_what_it_interrupted),
        cmocka_unit_test(a_stack_that_is_not_the_threads_own_is_captured_too),
        cmocka_unit_test(a_signal_stack_may_be_above_the_one_interrupted),
        cmocka_unit_test(a_trail_holds_for_the_same_call_again),
        cmocka_unit_test(a_trail_does_not_hold_from_another_frame_or_from_none),
        cmocka_unit_test(nothing_captured_leaves_no_trail),
        cmocka_unit_test(each_word_of_a_trail_counts),
        cmocka_unit_test(a_trail_does_not_hold_after_another_caller_up_the_stack),
        cmocka_unit_test(a_trail_does_not_hold_at_another_depth_or_from_another_place),
        cmocka_unit_test(a_trail_is_as_long_as_the_stack_that_is_wanted),
        cmocka_unit_test(a_trail_of_a_stack_that_is_cut_off_holds),
#if defined(__x86_64__)
        cmocka_unit_test(a_signal_on_the_way_leaves_no_trail),
        cmocka_unit_test(another_stack_leaves_no_trail),
        cmocka_unit_test(a_trail_never_holds_for_another_stack),
        cmocka_unit_test(a_bad_frame_pointer_is_never_followed),
        cmocka_unit_test(a_call_that_ends_its_function_is_looked_up_in_that_function),
        cmocka_unit_test(a_frame_that_would_end_past_the_stack_is_not_read),
        cmocka_unit_test(a_chain_that_turns_back_ends_there),
        cmocka_unit_test(a_chain_that_leads_to_the_end_of_the_stack_stops_there),
#endif
        cmocka_unit_test(a_parked_thread_never_comes_back_whatever_is_sent_to_it),
    };
    return cmocka_run_group_tests_name("port.thread", tests, NULL, NULL);
}
