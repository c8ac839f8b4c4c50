// SPDX-License-Identifier: MIT
// Stack capture against return addresses that the test notes itself, against broken frame chains,
// and the end of a parked thread.
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

enum { FRAMES = 32, DEPTH = 40 };

#define NO_INLINE __attribute__((noinline))

static uintptr_t frames[FRAMES + 1];
static unsigned frame_count;
static unsigned wanted_max, wanted_skip;
static uintptr_t noted[DEPTH]; // return addresses of recursion's own levels, innermost first
static volatile unsigned keep; // written after each call, so that none is a tail call

static NO_INLINE void innermost(void)
{
    noted[0] = (uintptr_t)__builtin_return_address(0);
    frame_count = syspte_port_stack_capture(frames, wanted_max, wanted_skip);
    keep++;
}

// `depth` levels above innermost.
static NO_INLINE void nest(unsigned depth)
{
    noted[depth] = (uintptr_t)__builtin_return_address(0);
    if (depth > 1) {
        nest(depth - 1);
    } else {
        innermost();
    }
    keep++;
}

static void capture_at_depth(unsigned depth, unsigned max, unsigned skip)
{
    memset(frames, 0xEE, sizeof frames);
    wanted_max = max;
    wanted_skip = skip;
    nest(depth);
}

static void captured_frames_are_the_return_addresses_innermost_first(void **state)
{
    (void)state;
    capture_at_depth(6, FRAMES, 0);

    assert_true(frame_count >= 8);
    uintptr_t function = (uintptr_t)innermost;
    assert_true(frames[0] > function && frames[0] < function + 4096);
    for (unsigned i = 0; i <= 6; i++) {
        assert_int_equal(frames[1 + i], noted[i]);
    }
}

static void skip_leaves_the_innermost_out(void **state)
{
    (void)state;
    for (unsigned skip = 1; skip <= 4; skip++) {
        capture_at_depth(6, FRAMES, skip);

        assert_int_equal(frames[0], noted[skip - 1]);
        assert_int_equal(frames[1], noted[skip]);
    }
}

static void no_more_than_max_frames_are_stored(void **state)
{
    (void)state;
    static const unsigned maxima[] = {1, 2, 3, 16, FRAMES};
    for (size_t i = 0; i < sizeof maxima / sizeof maxima[0]; i++) {
        unsigned max = maxima[i];
        capture_at_depth(DEPTH - 1, max, 2);

        assert_int_equal(frame_count, max);
        assert_int_equal(frames[0], noted[1]);
        assert_int_equal(frames[max - 1], noted[max]);
        uintptr_t untouched;
        memset(&untouched, 0xEE, sizeof untouched);
        assert_int_equal(frames[max], untouched);
    }
}

static void nothing_wanted_and_everything_skipped_store_nothing(void **state)
{
    (void)state;
    uintptr_t untouched;
    memset(&untouched, 0xEE, sizeof untouched);

    capture_at_depth(3, 0, 0);
    assert_int_equal(frame_count, 0);
    capture_at_depth(3, FRAMES, 100000);
    assert_int_equal(frame_count, 0);
    capture_at_depth(3, FRAMES, 4294967295u);
    assert_int_equal(frame_count, 0);

    assert_int_equal(frames[0], untouched);
}

static void *capture_in_thread(void *argument)
{
    uintptr_t *own = argument;
    own[FRAMES] = syspte_port_stack_capture(own, FRAMES, 0);
    return NULL;
}

static void every_thread_has_its_own_stack(void **state)
{
    (void)state;
    static uintptr_t captured[4][FRAMES + 1];
    pthread_t threads[4];

    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, capture_in_thread, captured[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        uintptr_t function = (uintptr_t)capture_in_thread;
        assert_true(captured[i][FRAMES] >= 2);
        assert_true(captured[i][0] > function && captured[i][0] < function + 4096);
        assert_int_equal(captured[i][1], captured[0][1]);
    }
}

// ---- Where frame pointers give out

static unsigned captured_elsewhere;

static void raise_on_stack(const stack_t *stack, void (*handler)(int signal))
{
    stack_t stack_before;
    struct sigaction action, action_before;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_ONSTACK;
    assert_int_equal(sigaltstack(stack, &stack_before), 0);
    assert_int_equal(sigaction(SIGUSR1, &action, &action_before), 0);

    assert_int_equal(raise(SIGUSR1), 0);

    assert_int_equal(sigaction(SIGUSR1, &action_before, NULL), 0);
    assert_int_equal(sigaltstack(&stack_before, NULL), 0);
}

static void capture_on_signal(int signal)
{
    (void)signal;
    captured_elsewhere = syspte_port_stack_capture(frames, FRAMES, 0);
}

static void a_stack_that_is_not_the_threads_own_is_captured_too(void **state)
{
    (void)state;
    size_t bytes = 256 * 1024;
    stack_t ours = {.ss_sp = malloc(bytes), .ss_size = bytes};
    assert_non_null(ours.ss_sp);

    raise_on_stack(&ours, capture_on_signal);

    uintptr_t function = (uintptr_t)capture_on_signal;
    assert_true(captured_elsewhere >= 1);
    assert_true(frames[0] > function && frames[0] < function + 4096);
    free(ours.ss_sp);
}

#if defined(__x86_64__)
// Captures with `frame_pointer` in the register that frame pointers are kept in.
unsigned capture_with_frame_pointer(uintptr_t *out, unsigned max, uintptr_t frame_pointer,
                                    unsigned skip);
__asm__(".text\n"
        ".globl capture_with_frame_pointer\n"
        ".type capture_with_frame_pointer, @function\n"
        "capture_with_frame_pointer:\n"
        "  .cfi_startproc\n"
        "  pushq %rbp\n"
        "  .cfi_adjust_cfa_offset 8\n"
        "  .cfi_rel_offset %rbp, 0\n"
        "  movq %rdx, %rbp\n"
        "  movl %ecx, %edx\n"
        "  call syspte_port_stack_capture@PLT\n"
        "  popq %rbp\n"
        "  .cfi_adjust_cfa_offset -8\n"
        "  .cfi_restore %rbp\n"
        "  ret\n"
        "  .cfi_endproc\n"
        ".size capture_with_frame_pointer, .-capture_with_frame_pointer\n");

static NO_INLINE void check_broken_chain(uintptr_t frame_pointer)
{
    uintptr_t function = (uintptr_t)capture_with_frame_pointer;
    uintptr_t caller = (uintptr_t)__builtin_return_address(0);

    memset(frames, 0xEE, sizeof frames);
    unsigned count = capture_with_frame_pointer(frames, FRAMES, frame_pointer, 0);

    assert_true(count >= 3);
    assert_true(frames[0] > function && frames[0] < function + 32);
    assert_int_equal(frames[2], caller);
    assert_int_equal(capture_with_frame_pointer(frames, 1, frame_pointer, 0), 1);
    assert_int_equal(capture_with_frame_pointer(frames, 2, frame_pointer, 0), 2);
    assert_int_equal(capture_with_frame_pointer(frames, FRAMES, frame_pointer, 2), count - 2);
    assert_int_equal(frames[0], caller);
}

static void a_broken_chain_of_frames_is_never_followed_and_the_unwinder_answers(void **state)
{
    (void)state;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    static uintptr_t heap_like[4];

    check_broken_chain(0);
    check_broken_chain(1);
    check_broken_chain(here + 1);             // not aligned
    check_broken_chain(here - 64 * 1024);     // goes down
    check_broken_chain((uintptr_t)heap_like); // not on the stack
    check_broken_chain(UINTPTR_MAX - 7);      // past every stack
    check_broken_chain(UINTPTR_MAX - 15);     // its second word would be the last one
    check_broken_chain(here + (1u << 30));    // past this stack
    check_broken_chain(0xDEAD00000000BEE8u);  // no address at all
}

static void a_chain_that_turns_back_ends_there(void **state)
{
    (void)state;
    uintptr_t itself[2] = {(uintptr_t)itself, 0x9ABC};
    uintptr_t two[4] = {0, 0x1234, 0, 0x5678}; // the upper one leads to the lower one
    two[0] = (uintptr_t)&two[2];
    two[2] = (uintptr_t)&two[0];

    assert_int_equal(capture_with_frame_pointer(frames, FRAMES, (uintptr_t)&two[2], 0), 2);
    assert_int_equal(frames[1], 0x5678);
    assert_int_equal(capture_with_frame_pointer(frames, FRAMES, (uintptr_t)itself, 0), 2);
    assert_int_equal(frames[1], 0x9ABC);
}

static uintptr_t unreadable;

static void capture_on_signal_with_broken_chain(int signal)
{
    (void)signal;
    captured_elsewhere = capture_with_frame_pointer(frames, FRAMES, unreadable, 0);
}

static void a_stack_of_unknown_end_is_not_walked_by_frame_pointers(void **state)
{
    (void)state;
    size_t bytes = 256 * 1024;
    unsigned char *area = syspte_port_table_reserve(2 * bytes);
    stack_t ours = {.ss_sp = area, .ss_size = bytes};
    assert_non_null(area);
    assert_int_equal(mprotect(area + bytes, bytes, PROT_NONE), 0);
    unreadable = (uintptr_t)(area + bytes + 64);

    raise_on_stack(&ours, capture_on_signal_with_broken_chain);

    assert_true(captured_elsewhere >= 1);
    syspte_port_table_release(area, 2 * bytes);
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
        uintptr_t out[FRAMES];
        *wrong += capture_with_frame_pointer(out, FRAMES, (uintptr_t)low + bytes - below, 0) == 0;
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
        cmocka_unit_test(captured_frames_are_the_return_addresses_innermost_first),
        cmocka_unit_test(skip_leaves_the_innermost_out),
        cmocka_unit_test(no_more_than_max_frames_are_stored),
        cmocka_unit_test(nothing_wanted_and_everything_skipped_store_nothing),
        cmocka_unit_test(every_thread_has_its_own_stack),
        cmocka_unit_test(a_stack_that_is_not_the_threads_own_is_captured_too),
#if defined(__x86_64__)
        cmocka_unit_test(a_broken_chain_of_frames_is_never_followed_and_the_unwinder_answers),
        cmocka_unit_test(a_chain_that_turns_back_ends_there),
        cmocka_unit_test(a_stack_of_unknown_end_is_not_walked_by_frame_pointers),
        cmocka_unit_test(a_chain_that_leads_to_the_end_of_the_stack_stops_there),
#endif
        cmocka_unit_test(a_parked_thread_never_comes_back_whatever_is_sent_to_it),
    };
    return cmocka_run_group_tests_name("port.thread", tests, NULL, NULL);
}
