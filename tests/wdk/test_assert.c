// SPDX-License-Identifier: MIT
// Assertions of a checked build: their words, and the bug check that follows. KeBugCheckEx here
// jumps back into the test.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <ntddk.h>

#include "captured.h"

static jmp_buf stopped;
static ULONG stop_code;
static ULONG_PTR stop_parameter;
static KIRQL irql;

VOID KeBugCheckEx(ULONG code, ULONG_PTR p1, ULONG_PTR p2, ULONG_PTR p3, ULONG_PTR p4)
{
    (void)p2;
    (void)p3;
    (void)p4;
    stop_code = code;
    stop_parameter = p1;
    longjmp(stopped, 1);
}

KIRQL KeGetCurrentIrql(VOID)
{
    return irql;
}

static int begin(void **state)
{
    (void)state;
    captured_clear();
    stop_code = 0;
    irql = PASSIVE_LEVEL;
    return 0;
}

static void assert_stopped(NTSTATUS status)
{
    assert_int_equal(stop_code, 0x1E);
    assert_int_equal(stop_parameter, (ULONG_PTR)(LONG_PTR)status);
}

static void assert_raises_a_breakpoint(void **state)
{
    (void)state;

    if (setjmp(stopped) == 0) {
        ASSERT(1 + 1 == 3);
        fail();
    }

    assert_stopped(STATUS_BREAKPOINT);
    assert_non_null(strstr(captured_output.text, "*** Assertion failed: 1 + 1 == 3\n"));
    assert_non_null(strstr(captured_output.text, "test_assert.c, line "));
}

static void assertmsg_puts_its_message_first(void **state)
{
    (void)state;

    if (setjmp(stopped) == 0) {
        ASSERTMSG("BAR too short", stop_code != 0);
        fail();
    }

    assert_stopped(STATUS_BREAKPOINT);
    assert_non_null(strstr(captured_output.text, "failed: BAR too short: stop_code != 0\n"));
}

static void nt_assert_raises_an_assertion_failure(void **state)
{
    (void)state;

    if (setjmp(stopped) == 0) {
        NT_ASSERT(stop_code != 0);
        fail();
    }

    assert_stopped(STATUS_ASSERTION_FAILURE);
    assert_non_null(strstr(captured_output.text, "Assertion failed: stop_code != 0\n"));
}

static void paged_code_is_an_assertion_about_the_irql(void **state)
{
    (void)state;

    irql = APC_LEVEL;
    PAGED_CODE();
    irql = DISPATCH_LEVEL;
    if (setjmp(stopped) == 0) {
        PAGED_CODE();
        fail();
    }

    assert_stopped(STATUS_ASSERTION_FAILURE);
}

static void what_holds_says_nothing(void **state)
{
    (void)state;

    ASSERT(stop_code == 0);
    ASSERTMSG("never seen", stop_code == 0);
    NT_ASSERT(stop_code == 0);
    assert_true(NT_VERIFY(stop_code == 0));

    assert_int_equal(captured_output.bytes, 0);
    assert_int_equal(stop_code, 0);
}

static void a_soft_assertion_goes_on(void **state)
{
    (void)state;

    RTL_SOFT_ASSERT(stop_code != 0);

    assert_int_equal(stop_code, 0);
    assert_non_null(strstr(captured_output.text, "Soft assertion failed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(assert_raises_a_breakpoint, begin),
        cmocka_unit_test_setup(assertmsg_puts_its_message_first, begin),
        cmocka_unit_test_setup(nt_assert_raises_an_assertion_failure, begin),
        cmocka_unit_test_setup(paged_code_is_an_assertion_about_the_irql, begin),
        cmocka_unit_test_setup(what_holds_says_nothing, begin),
        cmocka_unit_test_setup(a_soft_assertion_goes_on, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
