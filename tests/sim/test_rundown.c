// SPDX-License-Identifier: MIT
// Rundown protection: acquired until the rundown begins, which waits for all releases.
#include "harness.h"

static EX_RUNDOWN_REF reference;

static int begin(void **state)
{
    int failed = machine_begin(state);
    ExInitializeRundownProtection(&reference);
    return failed;
}

#define rundown_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void rundown_ends_when_nothing_is_acquired(void **state)
{
    (void)state;
    assert_true(ExAcquireRundownProtection(&reference));
    ExReleaseRundownProtection(&reference);

    ExWaitForRundownProtectionRelease(&reference);

    assert_false(ExAcquireRundownProtection(&reference));
    ExWaitForRundownProtectionRelease(&reference); // once more does nothing
    ExRundownCompleted(&reference);
    assert_false(ExAcquireRundownProtection(&reference));
    ExReInitializeRundownProtection(&reference);
    assert_true(ExAcquireRundownProtection(&reference));
    assert_no_findings();
}

static unsigned released;

static VOID NTAPI release_one(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    (void)DeviceObject;
    (void)Context;
    assert_false(ExAcquireRundownProtection(&reference));
    released++;
    ExReleaseRundownProtection(&reference);
}

static void rundown_waits_for_each_release(void **state)
{
    PIO_WORKITEM items[] = {IoAllocateWorkItem(NULL), IoAllocateWorkItem(NULL)};
    (void)state;
    released = 0;
    for (unsigned i = 0; i < 2; i++) {
        assert_true(ExAcquireRundownProtection(&reference));
        IoQueueWorkItem(items[i], release_one, DelayedWorkQueue, NULL);
    }

    ExWaitForRundownProtectionRelease(&reference);

    assert_int_equal(released, 2);
    assert_false(ExAcquireRundownProtection(&reference));
    IoFreeWorkItem(items[0]);
    IoFreeWorkItem(items[1]);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static unsigned waited_at;

static void wait_in_vain(void)
{
    waited_at = __LINE__ + 1;
    ExWaitForRundownProtectionRelease(&reference);
}

static void protection_that_is_not_released_is_found(void **state)
{
    (void)state;
    assert_true(ExAcquireRundownProtection(&reference));

    assert_true(stops(wait_in_vain));

    assert_int_equal(only_finding(SYSPTE_RULE_WAIT_FOREVER).call->line, waited_at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        rundown_test(rundown_ends_when_nothing_is_acquired),
        rundown_test(rundown_waits_for_each_release),
        rundown_test(protection_that_is_not_released_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
