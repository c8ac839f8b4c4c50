// SPDX-License-Identifier: MIT
// ProbeForRead and ProbeForWrite.
#include "seh_words.h"

static SIZE_T probe_bytes;
static ULONG probe_alignment;

static void probe_read(void)
{
    ProbeForRead(target, probe_bytes, probe_alignment);
}

static void probe_write(void)
{
    ProbeForWrite(target, probe_bytes, probe_alignment);
}

static void probe_of_a_user_buffer_passes_and_behind_it_only_for_reading(void **state)
{
    (void)state;
    target = user_buffer();
    probe_alignment = 1;

    probe_bytes = PAGE;
    assert_int_equal(status_of(probe_read), STATUS_SUCCESS);
    assert_int_equal(status_of(probe_write), STATUS_SUCCESS);
    probe_bytes = PAGE + 1;
    assert_int_equal(status_of(probe_read), STATUS_SUCCESS); // reading is not tried
    assert_int_equal(status_of(probe_write), STATUS_ACCESS_VIOLATION);
}

static void probe_of_a_system_address_raises(void **state)
{
    (void)state;
    PVOID system[] = {map(BAR, PAGE), ExAllocatePoolWithTag(NonPagedPool, PAGE, TAG),
                      (PVOID)(ULONG_PTR)0xFFFF800000000000};
    probe_bytes = 4;
    probe_alignment = 4;

    for (unsigned i = 0; i < 3; i++) {
        target = system[i];
        assert_int_equal(status_of(probe_read), STATUS_ACCESS_VIOLATION);
        assert_int_equal(status_of(probe_write), STATUS_ACCESS_VIOLATION);
    }
    unmap(system[0], PAGE);
    ExFreePoolWithTag(system[1], TAG);
}

static void probe_looks_at_alignment_wrap_and_nothing_at_zero_bytes(void **state)
{
    (void)state;
    target = (PUCHAR)user_buffer() + 2;
    probe_bytes = 4;
    probe_alignment = 4;
    assert_int_equal(status_of(probe_read), STATUS_DATATYPE_MISALIGNMENT);
    probe_alignment = 2;
    assert_int_equal(status_of(probe_read), STATUS_SUCCESS);

    probe_bytes = SIZE_MAX - 2;
    assert_int_equal(status_of(probe_read), STATUS_ACCESS_VIOLATION);

    target = (PUCHAR)(ULONG_PTR)0xFFFF800000000001;
    probe_bytes = 0;
    assert_int_equal(status_of(probe_write), STATUS_SUCCESS);
}

static void probe_above_apc_level_is_found(void **state)
{
    KIRQL before;
    (void)state;
    target = user_buffer();
    probe_bytes = 4;
    KeRaiseIrql(DISPATCH_LEVEL, &before);

    assert_int_equal(status_of(probe_read), STATUS_SUCCESS);

    KeLowerIrql(before);
    assert_int_equal(only_finding(SYSPTE_RULE_CALL_IRQL).call->api, SYSPTE_API_PROBE_FOR_READ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(probe_of_a_user_buffer_passes_and_behind_it_only_for_reading),
        machine_test(probe_of_a_system_address_raises),
        machine_test(probe_looks_at_alignment_wrap_and_nothing_at_zero_bytes),
        machine_test(probe_above_apc_level_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
