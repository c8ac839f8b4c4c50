// SPDX-License-Identifier: MIT
// Output that arrives whole whatever the other end does, symbols, and the end by panic.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "port.h"

enum { LONG = 1024 * 1024, PIECE = 8192 };

static char text[LONG], arrived[LONG + PIECE];

// ---- Streams

typedef struct reader {
    int from;
    size_t bytes;
} reader;

static void rest(long nanoseconds)
{
    struct timespec time = {.tv_nsec = nanoseconds};
    (void)nanosleep(&time, NULL);
}

static void *read_slowly(void *argument)
{
    reader *own = argument;
    sigset_t blocked;
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGALRM);
    (void)pthread_sigmask(SIG_BLOCK, &blocked, NULL); // alarms are for the writer
    rest(50 * 1000 * 1000); // the pipe is full for several alarms: none of these writes a byte
    for (;;) {
        ssize_t done = read(own->from, arrived + own->bytes, PIECE);
        if (done <= 0) {
            return NULL;
        }
        own->bytes += (size_t)done;
        if (own->bytes > LONG) {
            return NULL; // more than was ever written
        }
        rest(200 * 1000);
    }
}

static volatile sig_atomic_t alarms;

static void on_alarm(int signal)
{
    (void)signal;
    alarms = alarms + 1;
}

// Writes all of `text` to `stream` while that is a pipe whose other end is read slowly.
static size_t write_through_pipe(int stream, bool blocking)
{
    int ends[2];
    pthread_t thread;
    int kept = dup(stream);
    (void)fflush(NULL);
    assert_true(kept >= 0 && pipe(ends) == 0);
    if (!blocking) {
        assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    }
    reader own = {.from = ends[0], .bytes = 0};
    assert_int_equal(pthread_create(&thread, NULL, read_slowly, &own), 0);
    assert_int_equal(dup2(ends[1], stream), stream);
    (void)close(ends[1]);

    syspte_port_write(stream, text, sizeof text);

    (void)dup2(kept, stream);
    (void)close(kept);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)close(ends[0]);
    return own.bytes;
}

static int fill_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)('a' + i % 26 + i / 4096 % 3);
    }
    memset(arrived, 0, sizeof arrived);
    return 0;
}

static void a_long_text_arrives_whole_on_both_streams(void **state)
{
    (void)state;
    for (int stream = STDOUT_FILENO; stream <= STDERR_FILENO; stream++) {
        memset(arrived, 0, sizeof arrived);
        assert_int_equal(write_through_pipe(stream, true), sizeof text);
        assert_memory_equal(arrived, text, sizeof text);
    }
}

static void signals_in_the_middle_of_a_write_lose_nothing(void **state)
{
    (void)state;
    struct sigaction action, before;
    struct itimerval often = {{0, 5000}, {0, 5000}}, never = {{0, 0}, {0, 0}};
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm; // without SA_RESTART
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);

    size_t bytes = write_through_pipe(STDOUT_FILENO, true);

    (void)setitimer(ITIMER_REAL, &never, NULL);
    (void)sigaction(SIGALRM, &before, NULL);
    assert_true(alarms > 0);
    assert_int_equal(bytes, sizeof text);
    assert_memory_equal(arrived, text, sizeof text);
}

static void a_stream_that_does_not_block_is_waited_for(void **state)
{
    (void)state;
    assert_int_equal(write_through_pipe(STDERR_FILENO, false), sizeof text);
    assert_memory_equal(arrived, text, sizeof text);
}

static void a_closed_stream_is_given_up_without_a_loop(void **state)
{
    (void)state;
    int kept = dup(STDERR_FILENO);
    (void)close(STDERR_FILENO);

    syspte_port_write(STDERR_FILENO, "nobody hears this\n", 18);

    assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
    (void)close(kept);
}

// ---- Symbols

// Inside abort() of the C library itself, which a sanitizer may wrap.
static uintptr_t exported_code(void)
{
    void *library = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
    void *function = library != NULL ? dlsym(library, "abort") : NULL;
    assert_non_null(function);
    (void)dlclose(library);
    return (uintptr_t)function + 3;
}

static void a_function_that_is_exported_has_module_and_name(void **state)
{
    (void)state;
    char symbol[256];
    unsigned offset = 0, inside = 0;
    char module[128], function[128];

    syspte_port_symbol(exported_code(), symbol, sizeof symbol);

    assert_int_equal(
        sscanf(symbol, "%127[^+]+0x%x (%127[^+]+0x%x)", module, &offset, function, &inside), 4);
    assert_true(strncmp(module, "libc", 4) == 0);
    assert_string_equal(function, "abort");
    assert_int_equal(inside, 3);
    assert_true(offset > 3);
    assert_int_equal(symbol[strlen(symbol) - 1], ')');
}

static void a_function_of_the_program_has_module_and_name(void **state)
{
    (void)state;
    char symbol[256], program[256], module[256], function[128];
    unsigned offset = 0, inside = 0;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    assert_true(length > 0);
    program[length] = '\0';

    syspte_port_symbol((uintptr_t)exported_code + 1, symbol, sizeof symbol);

    assert_int_equal(
        sscanf(symbol, "%255[^+]+0x%x (%127[^+]+0x%x)", module, &offset, function, &inside), 4);
    assert_string_equal(function, "exported_code");
    assert_int_equal(inside, 1);
    if (getenv("LD_PRELOAD") == NULL) { // Valgrind's child sees another program
        assert_string_equal(module, strrchr(program, '/') + 1);
    }
}

static void a_place_without_a_known_name_has_its_module_alone(void **state)
{
    static const char no_function = 1;
    (void)state;
    char symbol[256], module[256];
    unsigned offset = 0;
    int end = 0;

    syspte_port_symbol((uintptr_t)&no_function, symbol, sizeof symbol);

    assert_int_equal(sscanf(symbol, "%255[^+]+0x%x%n", module, &offset, &end), 2);
    assert_int_equal(symbol[end], '\0');
}

static void an_address_outside_every_module_is_a_question_mark(void **state)
{
    (void)state;
    char symbol[16];
    int on_the_stack = 0;

    syspte_port_symbol(0, symbol, sizeof symbol);
    assert_string_equal(symbol, "?");
    syspte_port_symbol((uintptr_t)&on_the_stack, symbol, sizeof symbol);
    assert_string_equal(symbol, "?");
}

static void a_symbol_is_cut_off_at_the_bytes_given(void **state)
{
    (void)state;
    char whole[256], part[256];
    syspte_port_symbol(exported_code(), whole, sizeof whole);
    size_t length = strlen(whole);

    for (size_t bytes = 0; bytes <= length + 2; bytes++) {
        memset(part, '#', sizeof part);
        syspte_port_symbol(exported_code(), part, bytes);

        assert_int_equal(part[bytes], '#');
        if (bytes > 0) {
            size_t expected = bytes - 1 < length ? bytes - 1 : length;
            assert_int_equal(strlen(part), expected);
            assert_memory_equal(part, whole, expected);
        }
    }
}

// ---- Panic

static void panic_says(const char *words, const char *expected)
{
    int ends[2];
    int status = 0;
    size_t bytes = 0;
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        syspte_port_panic(words);
    }
    (void)close(ends[1]);
    for (ssize_t done; (done = read(ends[0], arrived + bytes, 4096)) > 0;) {
        bytes += (size_t)done;
    }
    arrived[bytes] = '\0';
    (void)close(ends[0]);

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_string_equal(arrived, expected);
}

static void panic_writes_one_whole_line_and_aborts(void **state)
{
    (void)state;
    panic_says("the ledger is broken", "the ledger is broken\n");
    panic_says("the ledger is broken\n", "the ledger is broken\n");
    panic_says("", "\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_long_text_arrives_whole_on_both_streams, fill_text),
        cmocka_unit_test_setup(signals_in_the_middle_of_a_write_lose_nothing, fill_text),
        cmocka_unit_test_setup(a_stream_that_does_not_block_is_waited_for, fill_text),
        cmocka_unit_test(a_closed_stream_is_given_up_without_a_loop),
        cmocka_unit_test(a_function_that_is_exported_has_module_and_name),
        cmocka_unit_test(a_function_of_the_program_has_module_and_name),
        cmocka_unit_test(a_place_without_a_known_name_has_its_module_alone),
        cmocka_unit_test(an_address_outside_every_module_is_a_question_mark),
        cmocka_unit_test(a_symbol_is_cut_off_at_the_bytes_given),
        cmocka_unit_test(panic_writes_one_whole_line_and_aborts),
    };
    return cmocka_run_group_tests_name("port.output", tests, NULL, NULL);
}
