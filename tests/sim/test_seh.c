// SPDX-License-Identifier: MIT
// The chain of frames: where an exception goes, what filters and final blocks may do, and what is
// restored.
#include "seh_words.h"

#include <syspte/pending.h>

static LONG raise_again(void)
{
    ExRaiseStatus(STATUS_DATA_ERROR);
}

static void filter_that_raises_goes_to_the_outer_body(void **state)
{
    volatile NTSTATUS status = 0;
    (void)state;
    SYSPTE_TRY
    {
        SYSPTE_TRY
        {
            ExRaiseStatus(STATUS_TIMEOUT);
        }
        SYSPTE_EXCEPT(raise_again())
        {
            status = -1;
        }
        status = -2;
    }
    SYSPTE_EXCEPT(EVERYTHING)
    {
        status = syspte_seh_code();
    }
    assert_int_equal(status, STATUS_DATA_ERROR);
}

static LONG filter_with_a_body(LONG disposition)
{
    target = NEAR_NULL;
    assert_int_equal(raised_by(read_target), STATUS_ACCESS_VIOLATION);
    return disposition;
}

static void filter_may_handle_another_exception(void **state)
{
    volatile NTSTATUS status = 0;
    (void)state;
    assert_false(stops(nothing));
    SYSPTE_TRY
    {
        SYSPTE_TRY
        {
            ExRaiseStatus(STATUS_TIMEOUT);
        }
        SYSPTE_EXCEPT(filter_with_a_body(EXCEPTION_CONTINUE_SEARCH))
        {
            status = -1;
        }
        status = -2;
    }
    SYSPTE_EXCEPT(filter_with_a_body(EXCEPTION_EXECUTE_HANDLER))
    {
        status = syspte_seh_code();
    }
    assert_int_equal(status, STATUS_TIMEOUT);
}

static void continued_execution_is_a_noncontinuable_exception(void **state)
{
    volatile NTSTATUS status = 0;
    (void)state;
    SYSPTE_TRY
    {
        SYSPTE_TRY
        {
            ExRaiseStatus(STATUS_TIMEOUT);
        }
        SYSPTE_EXCEPT(EXCEPTION_CONTINUE_EXECUTION)
        {
            status = -1;
        }
    }
    SYSPTE_EXCEPT(note(syspte_seh_pointers()))
    {
        status = syspte_seh_code();
    }
    assert_int_equal(status, STATUS_NONCONTINUABLE_EXCEPTION);
    assert_int_equal(caught.ExceptionFlags, EXCEPTION_NONCONTINUABLE);
}

static int final_blocks;

static void raise_through_a_final_block(void)
{
    SYSPTE_TRY
    {
        read_target();
    }
    SYSPTE_FINALLY
    {
        final_blocks += syspte_finally.raised ? 1 : 100;
        (void)raised_by(search_on); // another exception, handled meanwhile
    }
}

static void final_block_runs_and_the_exception_goes_on_whole(void **state)
{
    (void)state;
    final_blocks = 0;
    target = (PUCHAR)(ULONG_PTR)0x20;

    assert_int_equal(status_of(raise_through_a_final_block), STATUS_ACCESS_VIOLATION);

    assert_int_equal(final_blocks, 1);
    assert_int_equal(caught.ExceptionInformation[1], 0x20);
}

static void body_left_by_continue_does_not_stay_open(void **state)
{
    (void)state;
    for (volatile int i = 0; i < 1000; i++) {
        SYSPTE_TRY
        {
            if (i >= 0) {
                continue;
            }
        }
        SYSPTE_EXCEPT(EVERYTHING)
        {
        }
    }
}

static KDPC dpc;

static VOID dpc_raises(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second)
{
    (void)Dpc, (void)Context, (void)First, (void)Second;
    ExRaiseStatus(STATUS_TIMEOUT);
}

static void run_all(void)
{
    (void)syspte_run_pending();
}

static void try_to_run_all(void)
{
    (void)raised_by(run_all);
}

static void exception_of_a_dpc_does_not_reach_whoever_waits(void **state)
{
    (void)state;
    KeInitializeDpc(&dpc, dpc_raises, NULL);
    assert_true(KeInsertQueueDpc(&dpc, NULL, NULL));

    assert_true(stops_in_a_body(try_to_run_all));

    assert_int_equal(seen.stop.code, 0x1E);
    assert_int_equal((NTSTATUS)seen.stop.parameter[0], STATUS_TIMEOUT);
}

static PVOID owner_inside;

static void set_an_owner_and_raise(void)
{
    (void)syspte_owner_set(&owner_inside);
    ExRaiseStatus(STATUS_TIMEOUT);
}

static void owner_is_what_it_was_when_the_body_began(void **state)
{
    static char mine;
    (void)state;
    (void)syspte_owner_set(&mine);

    assert_int_equal(status_of(set_an_owner_and_raise), STATUS_TIMEOUT);

    assert_ptr_equal(syspte_owner_set(NULL), &mine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(filter_that_raises_goes_to_the_outer_body),
        machine_test(filter_may_handle_another_exception),
        machine_test(continued_execution_is_a_noncontinuable_exception),
        machine_test(final_block_runs_and_the_exception_goes_on_whole),
        machine_test(body_left_by_continue_does_not_stay_open),
        machine_test(exception_of_a_dpc_does_not_reach_whoever_waits),
        machine_test(owner_is_what_it_was_when_the_body_began),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
