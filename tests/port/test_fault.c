// SPDX-License-Identifier: MIT
// Memory faults: what the handler is told, what goes on to the actions installed before, and how
// install and remove behave when others install actions too.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port.h"
#include "touch.h"

enum { PAGE = 4096, FAULTING = 0, PREVIOUS = 1, OTHER = 2 };

static struct sigaction segv_at_start; // of the process: a sanitizer's, or none
static unsigned char *page;            // inaccessible in every test

// What the handlers saw.
static struct {
    int handler_calls, previous_calls, other_calls;
    void *address;
    syspte_port_access access;
    uintptr_t code_address;
    int signal;
    bool blocked_self, blocked_user;
    bool on_alternate_stack;
} seen;
static sigjmp_buf out;

static bool handler_refuses(void *address, syspte_port_access access, uintptr_t code_address)
{
    seen.handler_calls++;
    seen.address = address;
    seen.access = access;
    seen.code_address = code_address;
    return false;
}

static bool handler_jumps(void *address, syspte_port_access access, uintptr_t code_address)
{
    (void)handler_refuses(address, access, code_address);
    stack_t now;
    (void)sigaltstack(NULL, &now);
    seen.on_alternate_stack = (now.ss_flags & SS_ONSTACK) != 0;
    siglongjmp(out, FAULTING + 10);
}

static bool handler_repairs(void *address, syspte_port_access access, uintptr_t code_address)
{
    (void)handler_refuses(address, access, code_address);
    errno = ENOENT;
    return mprotect(page, PAGE, PROT_READ | PROT_WRITE) == 0;
}

static void previous_note(int signal)
{
    sigset_t blocked;
    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    seen.previous_calls++;
    seen.signal = signal;
    seen.blocked_self = sigismember(&blocked, signal) == 1;
    seen.blocked_user = sigismember(&blocked, SIGUSR2) == 1;
}

static void previous_with_info(int signal, siginfo_t *info, void *context)
{
    (void)context;
    previous_note(signal);
    seen.address = info->si_addr;
    siglongjmp(out, PREVIOUS + 10);
}

static void previous_plain(int signal)
{
    previous_note(signal);
    siglongjmp(out, PREVIOUS + 10);
}

static void previous_counts(int signal)
{
    previous_note(signal);
}

static void action_put(int signal, void (*plain)(int), void (*with_info)(int, siginfo_t *, void *),
                       int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    (void)sigemptyset(&action.sa_mask);
    if (with_info != NULL) {
        action.sa_sigaction = with_info;
        flags |= SA_SIGINFO;
    } else {
        action.sa_handler = plain;
    }
    action.sa_flags = flags;
    (void)sigaddset(&action.sa_mask, SIGUSR2);
    assert_int_equal(sigaction(signal, &action, NULL), 0);
}

// Runs `access(page)` with Valgrind quiet: 0 if it went through, else the place that jumped out.
static int fault_at(void (*access)(volatile unsigned char *), void *at)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    int by = sigsetjmp(out, 1);
    if (by == 0) {
        access((volatile unsigned char *)at);
    }
    VALGRIND_ENABLE_ERROR_REPORTING;
    return by;
}

static struct sigaction segv_of_framework, bus_of_framework;

static int begin(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    (void)sigaction(SIGSEGV, NULL, &segv_of_framework);
    (void)sigaction(SIGBUS, NULL, &bus_of_framework);
    page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? -1 : 0;
}

static int end(void **state)
{
    (void)state;
    syspte_port_fault_remove();
    (void)sigaction(SIGSEGV, &segv_of_framework, NULL);
    (void)sigaction(SIGBUS, &bus_of_framework, NULL);
    return munmap(page, PAGE);
}

// ---- What the handler is told

static void a_fault_reaches_the_handler_with_its_address_and_code(void **state)
{
    (void)state;
    syspte_port_fault_install(handler_jumps);

    assert_int_equal(fault_at(touch_by_read, page + 123), FAULTING + 10);

    assert_int_equal(seen.handler_calls, 1);
    assert_ptr_equal(seen.address, page + 123);
    uintptr_t code = (uintptr_t)touch_by_read;
    assert_true(seen.code_address == 0 ||
                (seen.code_address >= code && seen.code_address < code + 4096));
}

#if defined(__x86_64__) || defined(__aarch64__)
static void reads_writes_and_calls_are_told_apart(void **state)
{
    (void)state;
    syspte_port_fault_install(handler_jumps);

    assert_int_equal(fault_at(touch_by_read, page), FAULTING + 10);
    assert_int_equal(seen.access, SYSPTE_PORT_ACCESS_READ);
    assert_int_equal(fault_at(touch_by_write, page), FAULTING + 10);
    assert_int_equal(seen.access, SYSPTE_PORT_ACCESS_WRITE);

    assert_int_equal(mprotect(page, PAGE, PROT_READ), 0);
    assert_int_equal(fault_at(touch_by_write, page + 8), FAULTING + 10);
    assert_int_equal(seen.access, SYSPTE_PORT_ACCESS_WRITE);
    if (!RUNNING_ON_VALGRIND) { // which checks calls itself and tells no kind
        assert_int_equal(fault_at(touch_by_call, page), FAULTING + 10);
        assert_int_equal(seen.access, SYSPTE_PORT_ACCESS_EXECUTE);
        assert_ptr_equal(seen.address, page);
    }
}
#endif

#if defined(__x86_64__)
static void an_address_that_is_none_is_told_as_the_highest(void **state)
{
    (void)state;
    if (RUNNING_ON_VALGRIND) {
        skip(); // which tells its own idea of the address
    }
    syspte_port_fault_install(handler_jumps);

    void *none = (void *)(uintptr_t)0xDEAD000000000000;
    assert_int_equal(fault_at(touch_by_read, none), FAULTING + 10);

    assert_ptr_equal(seen.address, (void *)UINTPTR_MAX);
    assert_int_equal(seen.access, SYSPTE_PORT_ACCESS_UNKNOWN);
}
#endif

static void true_retries_the_access_and_errno_is_untouched(void **state)
{
    (void)state;
    if (RUNNING_ON_VALGRIND) {
        skip(); // a retried access goes astray there: registers are not exact
    }
    syspte_port_fault_install(handler_repairs);
    errno = EDOM;

    page[5] = 7;

    assert_int_equal(errno, EDOM);
    assert_int_equal(page[5], 7);
    assert_int_equal(seen.handler_calls, 1);
}

static void the_handler_may_leave_by_a_jump_any_number_of_times(void **state)
{
    (void)state;
    syspte_port_fault_install(handler_jumps);

    for (int i = 1; i <= 100; i++) {
        assert_int_equal(fault_at(touch_by_write, page), FAULTING + 10);
        assert_int_equal(seen.handler_calls, i);
    }
}

static void a_page_without_memory_behind_it_is_a_fault_too(void **state)
{
    (void)state;
    int file = memfd_create("empty", MFD_CLOEXEC);
    assert_true(file >= 0);
    unsigned char *beyond = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    assert_ptr_not_equal(beyond, MAP_FAILED);
    syspte_port_fault_install(handler_jumps);

    assert_int_equal(fault_at(touch_by_read, beyond + 9), FAULTING + 10); // SIGBUS

    assert_ptr_equal(seen.address, beyond + 9);
    (void)munmap(beyond, PAGE);
    (void)close(file);
}

static void a_signal_stack_of_the_program_is_used_and_kept(void **state)
{
    (void)state;
    static unsigned char memory[64 * 1024];
    stack_t ours = {.ss_sp = memory, .ss_size = sizeof memory}, before, after;
    assert_int_equal(sigaltstack(&ours, &before), 0);
    syspte_port_fault_install(handler_jumps);

    assert_int_equal(fault_at(touch_by_read, page), FAULTING + 10);
    assert_int_equal(fault_at(touch_by_read, page), FAULTING + 10);

    assert_true(seen.on_alternate_stack);
    assert_int_equal(sigaltstack(&before, &after), 0);
    assert_ptr_equal(after.ss_sp, memory);
}

// ---- What goes on to the actions installed before

static void a_refused_fault_goes_to_the_previous_action_with_its_info(void **state)
{
    (void)state;
    action_put(SIGSEGV, NULL, previous_with_info, 0);
    syspte_port_fault_install(handler_refuses);

    assert_int_equal(fault_at(touch_by_read, page + 55), PREVIOUS + 10);

    assert_int_equal(seen.handler_calls, 1);
    assert_int_equal(seen.previous_calls, 1);
    assert_ptr_equal(seen.address, page + 55);
    assert_int_equal(seen.signal, SIGSEGV);
}

// The kernel's own call is the measure: the thread sanitizer blocks more than was asked for.
static void check_blocked_like_without_us(int flags)
{
    action_put(SIGSEGV, previous_plain, NULL, flags);
    assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
    bool blocked_self = seen.blocked_self;

    syspte_port_fault_install(handler_refuses);
    assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
    syspte_port_fault_remove();

    assert_int_equal(seen.previous_calls, 2);
    assert_int_equal(seen.blocked_self, blocked_self);
    assert_true(blocked_self || flags == SA_NODEFER);
    assert_true(seen.blocked_user);
    seen.previous_calls = 0;
}

static void a_previous_action_runs_with_the_signals_blocked_that_it_asked_for(void **state)
{
    (void)state;
    check_blocked_like_without_us(0);
    check_blocked_like_without_us(SA_NODEFER);
}

static void a_previous_action_gets_every_refused_fault_not_only_the_first(void **state)
{
    (void)state;
    action_put(SIGSEGV, previous_plain, NULL, 0);
    syspte_port_fault_install(handler_refuses);

    for (int i = 1; i <= 10; i++) {
        assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
        assert_int_equal(seen.handler_calls, i);
        assert_int_equal(seen.previous_calls, i);
    }
}

static void a_signal_sent_by_a_process_is_no_fault_and_goes_straight_on(void **state)
{
    (void)state;
    action_put(SIGSEGV, previous_counts, NULL, 0);
    action_put(SIGBUS, previous_counts, NULL, 0);
    syspte_port_fault_install(handler_jumps);

    assert_int_equal(raise(SIGSEGV), 0);
    assert_int_equal(kill(getpid(), SIGBUS), 0);

    assert_int_equal(seen.handler_calls, 0);
    assert_int_equal(seen.previous_calls, 2);
    assert_int_equal(seen.signal, SIGBUS);
}

static void an_ignored_signal_that_is_sent_stays_ignored(void **state)
{
    (void)state;
    action_put(SIGSEGV, SIG_IGN, NULL, 0);
    syspte_port_fault_install(handler_jumps);

    assert_int_equal(raise(SIGSEGV), 0);

    assert_int_equal(fault_at(touch_by_read, page), FAULTING + 10); // still installed
}

// ---- Ends of processes

typedef void child_work(void);

// The wait status of a child that runs `work` and exits 0 if that returns. Its output is dropped.
static int status_of_child(child_work *work)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        (void)dup2(nowhere, STDERR_FILENO);
        work();
        _exit(0);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void crash(void)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    touch_by_write(page);
}

static void crash_by_default(void)
{
    action_put(SIGSEGV, SIG_DFL, NULL, 0);
    syspte_port_fault_install(handler_refuses);
    crash();
}

static void crash_ignored(void)
{
    action_put(SIGSEGV, SIG_IGN, NULL, 0);
    syspte_port_fault_install(handler_refuses);
    crash();
}

static void crash_with_one_shot(void)
{
    action_put(SIGSEGV, previous_counts, NULL, (int)SA_RESETHAND);
    syspte_port_fault_install(handler_refuses);
    crash();
}

static void sent_by_default(void)
{
    action_put(SIGSEGV, SIG_DFL, NULL, 0);
    syspte_port_fault_install(handler_jumps);
    (void)raise(SIGSEGV);
}

static void a_refused_fault_kills_where_nobody_else_takes_it(void **state)
{
    (void)state;
    static child_work *const works[] = {crash_by_default, crash_ignored, crash_with_one_shot,
                                        sent_by_default};
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        int status = status_of_child(works[i]);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGSEGV);
    }
}

static void crash_as_at_start(void)
{
    (void)sigaction(SIGSEGV, &segv_at_start, NULL);
    crash();
}

static void crash_as_at_start_through_us(void)
{
    (void)sigaction(SIGSEGV, &segv_at_start, NULL);
    syspte_port_fault_install(handler_refuses);
    crash();
}

static void a_refused_fault_ends_the_process_as_it_would_have_ended_without_us(void **state)
{
    (void)state;
    int without = status_of_child(crash_as_at_start);
    int with = status_of_child(crash_as_at_start_through_us);

    assert_true(WIFSIGNALED(without) || WEXITSTATUS(without) != 0);
    assert_int_equal(with, without);
}

// ---- Install and remove

static void installing_again_changes_the_handler_and_nothing_else(void **state)
{
    (void)state;
    action_put(SIGSEGV, previous_plain, NULL, 0);
    syspte_port_fault_install(handler_refuses);
    syspte_port_fault_install(handler_jumps);
    assert_int_equal(fault_at(touch_by_read, page), FAULTING + 10);

    syspte_port_fault_install(handler_refuses);
    assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
    assert_int_equal(seen.previous_calls, 1);
}

static void remove_puts_the_previous_action_back(void **state)
{
    (void)state;
    struct sigaction now;
    action_put(SIGSEGV, NULL, previous_with_info, SA_NODEFER);
    syspte_port_fault_install(handler_jumps);

    syspte_port_fault_remove();

    assert_int_equal(sigaction(SIGSEGV, NULL, &now), 0);
    assert_true(now.sa_sigaction == previous_with_info);
    assert_true((now.sa_flags & (SA_SIGINFO | SA_NODEFER)) == (SA_SIGINFO | SA_NODEFER));
    assert_true(sigismember(&now.sa_mask, SIGUSR2));
    assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
    assert_int_equal(seen.handler_calls, 0);
    syspte_port_fault_remove(); // nothing to remove any more
    assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
}

static struct sigaction covered; // what other_goes_on has replaced

static void other_goes_on(int signal, siginfo_t *info, void *context)
{
    seen.other_calls++;
    if (seen.other_calls > 10) {
        siglongjmp(out, OTHER + 10); // round in a circle
    }
    covered.sa_sigaction(signal, info, context);
}

static void cover_ours(void)
{
    assert_int_equal(sigaction(SIGSEGV, NULL, &covered), 0);
    action_put(SIGSEGV, NULL, other_goes_on, SA_NODEFER);
}

static void an_action_that_covers_ours_and_goes_on_reaches_the_handler(void **state)
{
    (void)state;
    action_put(SIGSEGV, previous_plain, NULL, 0);
    syspte_port_fault_install(handler_refuses);
    cover_ours();

    assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);

    assert_int_equal(seen.other_calls, 1);
    assert_int_equal(seen.handler_calls, 1);
    assert_int_equal(seen.previous_calls, 1);
}

static void installing_over_an_action_that_goes_on_to_ours_makes_no_circle(void **state)
{
    (void)state;
    action_put(SIGSEGV, previous_plain, NULL, 0);
    syspte_port_fault_install(handler_refuses);
    cover_ours();
    syspte_port_fault_install(handler_refuses);

    for (int i = 1; i <= 5; i++) {
        assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
        assert_int_equal(seen.handler_calls, i);
        assert_int_equal(seen.other_calls, i);
        assert_int_equal(seen.previous_calls, i);
    }
}

static void an_action_that_covers_and_stays_covered_after_remove_still_goes_on(void **state)
{
    (void)state;
    action_put(SIGSEGV, previous_plain, NULL, 0);
    syspte_port_fault_install(handler_refuses);
    cover_ours();
    syspte_port_fault_install(handler_refuses);

    syspte_port_fault_remove();

    assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
    assert_int_equal(seen.other_calls, 1);
    assert_int_equal(seen.handler_calls, 0);
    (void)sigaction(SIGSEGV, &covered, NULL); // ours again, and then what was before it
    syspte_port_fault_remove();
}

static void covering_and_installing_over_and_over_keeps_the_previous_action(void **state)
{
    (void)state;
    action_put(SIGSEGV, previous_plain, NULL, 0);
    syspte_port_fault_install(handler_refuses);
    for (int i = 0; i < 20; i++) {
        cover_ours();
        syspte_port_fault_install(handler_refuses);
    }

    assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
    assert_int_equal(seen.other_calls, 1);
    (void)sigaction(SIGSEGV, &covered, NULL);
    syspte_port_fault_remove();
    syspte_port_fault_remove();
}

static void our_action_survives_being_saved_and_restored_by_signal(void **state)
{
    (void)state;
#ifdef __has_feature
#if __has_feature(memory_sanitizer)
    skip(); // whose signal() answers with an action of its own that cannot be restored
#endif
#endif
    syspte_port_fault_install(handler_jumps);

    void (*saved)(int) = signal(SIGSEGV, previous_plain);
    assert_int_equal(fault_at(touch_by_read, page), PREVIOUS + 10);
    (void)signal(SIGSEGV, saved);

    if (!RUNNING_ON_VALGRIND) { // a retried access goes astray there
        assert_int_equal(fault_at(touch_by_read, page + 3), FAULTING + 10);
        assert_ptr_equal(seen.address, page + 3);
        (void)signal(SIGSEGV, previous_plain);
        (void)signal(SIGSEGV, saved);
    }
    syspte_port_fault_install(handler_jumps);
    struct sigaction now;
    assert_int_equal(sigaction(SIGSEGV, NULL, &now), 0);
    assert_true((now.sa_flags & SA_NODEFER) != 0);
    assert_int_equal(fault_at(touch_by_read, page + 4), FAULTING + 10);
    assert_ptr_equal(seen.address, page + 4);
}

static void install_unblocks_the_signals_that_a_crashed_test_left_blocked(void **state)
{
    (void)state;
    sigset_t faults;
    (void)sigemptyset(&faults);
    (void)sigaddset(&faults, SIGSEGV);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &faults, NULL), 0);

    syspte_port_fault_install(handler_jumps);

    assert_int_equal(fault_at(touch_by_read, page), FAULTING + 10);
}

#define test_here(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    (void)sigaction(SIGSEGV, NULL, &segv_at_start);
    const struct CMUnitTest tests[] = {
        test_here(a_fault_reaches_the_handler_with_its_address_and_code),
#if defined(__x86_64__) || defined(__aarch64__)
        test_here(reads_writes_and_calls_are_told_apart),
#endif
#if defined(__x86_64__)
        test_here(an_address_that_is_none_is_told_as_the_highest),
#endif
        test_here(true_retries_the_access_and_errno_is_untouched),
        test_here(the_handler_may_leave_by_a_jump_any_number_of_times),
        test_here(a_page_without_memory_behind_it_is_a_fault_too),
        test_here(a_signal_stack_of_the_program_is_used_and_kept),
        test_here(a_refused_fault_goes_to_the_previous_action_with_its_info),
        test_here(a_previous_action_runs_with_the_signals_blocked_that_it_asked_for),
        test_here(a_previous_action_gets_every_refused_fault_not_only_the_first),
        test_here(a_signal_sent_by_a_process_is_no_fault_and_goes_straight_on),
        test_here(an_ignored_signal_that_is_sent_stays_ignored),
        test_here(a_refused_fault_kills_where_nobody_else_takes_it),
        test_here(a_refused_fault_ends_the_process_as_it_would_have_ended_without_us),
        test_here(installing_again_changes_the_handler_and_nothing_else),
        test_here(remove_puts_the_previous_action_back),
        test_here(an_action_that_covers_ours_and_goes_on_reaches_the_handler),
        test_here(installing_over_an_action_that_goes_on_to_ours_makes_no_circle),
        test_here(an_action_that_covers_and_stays_covered_after_remove_still_goes_on),
        test_here(covering_and_installing_over_and_over_keeps_the_previous_action),
        test_here(our_action_survives_being_saved_and_restored_by_signal),
        test_here(install_unblocks_the_signals_that_a_crashed_test_left_blocked),
    };
    return cmocka_run_group_tests_name("port.fault", tests, NULL, NULL);
}
