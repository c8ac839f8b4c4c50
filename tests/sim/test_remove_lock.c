// SPDX-License-Identifier: MIT
// Remove locks, bug check callbacks, the processor, and time that passes by being asked for.
#include "harness.h"

#include <syspte/pending.h>

static IO_REMOVE_LOCK removal;

static int begin(void **state)
{
    IoInitializeRemoveLock(&removal, 0x4C6F636B, 0, 0);
    return machine_begin(state);
}

#define remove_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void lock_is_refused_once_the_device_goes(void **state)
{
    (void)state;

    assert_int_equal(IoAcquireRemoveLock(&removal, NULL), STATUS_SUCCESS);
    IoReleaseRemoveLockAndWait(&removal, NULL);

    assert_int_equal(IoAcquireRemoveLock(&removal, NULL), STATUS_DELETE_PENDING);
    assert_int_equal(removal.Common.IoCount, 0);
}

static VOID release(struct _KDPC *dpc, PVOID context, PVOID first, PVOID second)
{
    (void)dpc;
    (void)first;
    (void)second;
    *(PBOOLEAN)context = TRUE;
    IoReleaseRemoveLock(&removal, NULL);
}

static void removal_waits_for_what_is_under_way(void **state)
{
    BOOLEAN released = FALSE;
    KDPC dpc;
    (void)state;
    KeInitializeDpc(&dpc, release, &released);
    assert_int_equal(IoAcquireRemoveLock(&removal, NULL), STATUS_SUCCESS);
    assert_int_equal(IoAcquireRemoveLock(&removal, NULL), STATUS_SUCCESS);

    KeInsertQueueDpc(&dpc, NULL, NULL);
    IoReleaseRemoveLockAndWait(&removal, NULL);

    assert_true(released);
    assert_int_equal(removal.Common.IoCount, 0);
}

static VOID on_bug_check(PVOID buffer, ULONG length)
{
    (void)buffer;
    (void)length;
}

static void record_is_registered_once(void **state)
{
    KBUGCHECK_CALLBACK_RECORD record;
    UCHAR name[] = "test";
    (void)state;
    KeInitializeCallbackRecord(&record);

    assert_false(KeDeregisterBugCheckCallback(&record));
    assert_true(KeRegisterBugCheckCallback(&record, on_bug_check, NULL, 0, name));
    assert_false(KeRegisterBugCheckCallback(&record, on_bug_check, NULL, 0, name));
    assert_true(KeDeregisterBugCheckCallback(&record));
    assert_int_equal(record.State, BufferEmpty);
}

static void breakpoint_without_a_debugger_stops(void **state)
{
    (void)state;
    assert_false(KD_DEBUGGER_ENABLED);
    assert_true(KdRefreshDebuggerNotPresent());

    assert_true(stops(DbgBreakPoint));

    assert_int_equal(seen.stop.code, KMODE_EXCEPTION_NOT_HANDLED);
    assert_int_equal((NTSTATUS)seen.stop.parameter[0], STATUS_BREAKPOINT);
}

static void region_is_left_as_often_as_entered(void **state)
{
    (void)state;

    KeEnterCriticalRegion();
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
    assert_true(KeAreApcsDisabled());
    KeLeaveCriticalRegion();
    assert_false(KeAreApcsDisabled());
}

static void machine_has_one_processor(void **state)
{
    PROCESSOR_NUMBER number = {.Group = 7};
    KAFFINITY active;
    (void)state;

    assert_int_equal(KeQueryActiveProcessorCount(&active), 1);
    assert_int_equal(active, 1);
    assert_int_equal(KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS), 1);
    assert_int_equal(KeQueryActiveProcessorCountEx(1), 0);
    assert_int_equal(KeGetCurrentProcessorNumberEx(&number), 0);
    assert_int_equal(number.Group, 0);
}

static void loop_that_asks_for_the_time_ends(void **state)
{
    LARGE_INTEGER frequency;
    LARGE_INTEGER start = KeQueryPerformanceCounter(&frequency);
    LARGE_INTEGER now, tick;
    unsigned rounds = 0;
    (void)state;

    do {
        KeQuerySystemTime(&now);
        KeQueryTickCount(&tick);
        rounds++;
    } while (KeQueryPerformanceCounter(NULL).QuadPart - start.QuadPart < frequency.QuadPart / 1000);

    assert_in_range(rounds, 100, 1000);
    assert_true(now.QuadPart > start.QuadPart);
}

static VOID on_reason(KBUGCHECK_CALLBACK_REASON reason, PKBUGCHECK_REASON_CALLBACK_RECORD record,
                      PVOID data, ULONG bytes)
{
    (void)reason;
    (void)record;
    (void)data;
    (void)bytes;
}

static void record_of_a_reason_is_registered_once(void **state)
{
    KBUGCHECK_REASON_CALLBACK_RECORD record;
    UCHAR name[] = "test";
    (void)state;
    memset(&record, 0, sizeof record);
    KeInitializeCallbackRecord(&record);

    assert_false(KeDeregisterBugCheckReasonCallback(&record));
    assert_true(KeRegisterBugCheckReasonCallback(&record, on_reason, KbCallbackDumpIo, name));
    assert_int_equal(record.State, BufferInserted);
    assert_int_equal(record.Reason, KbCallbackDumpIo);
    assert_ptr_equal(record.Component, name);
    assert_false(KeRegisterBugCheckReasonCallback(&record, on_reason, KbCallbackAddPages, name));
    assert_int_equal(record.Reason, KbCallbackDumpIo);
    assert_true(KeDeregisterBugCheckReasonCallback(&record));
    assert_false(KeDeregisterBugCheckReasonCallback(&record));
    assert_int_equal(record.State, BufferEmpty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        remove_test(lock_is_refused_once_the_device_goes),
        remove_test(removal_waits_for_what_is_under_way),
        remove_test(record_is_registered_once),
        remove_test(breakpoint_without_a_debugger_stops),
        remove_test(region_is_left_as_often_as_entered),
        remove_test(machine_has_one_processor),
        remove_test(loop_that_asks_for_the_time_ends),
        remove_test(record_of_a_reason_is_registered_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
