// SPDX-License-Identifier: MIT
// What real drivers do with MDLs and reserved mappings, done right: nothing is found.
#include <string.h>
#include <syspte/fault.h>
#include "hardware.h"

#define BYTES 0x2000u

// A locked MDL over pool of the test, not mapped.
static PMDL locked_pool(PVOID *block, ULONG bytes)
{
    *block = ExAllocatePoolWithTag(NonPagedPool, bytes, IDIOM_TAG);
    assert_non_null(*block);
    memset(*block, 0x33, bytes);
    PMDL mdl = IoAllocateMdl(*block, bytes, FALSE, FALSE, NULL);
    assert_non_null(mdl);
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    return mdl;
}

static void unlock_pool(PMDL mdl, PVOID block)
{
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(block, IDIOM_TAG);
}

static void reservation_serves_when_nothing_else_can(void **state)
{
    EMERGENCY emergency;
    syspte_fault_plan plan = {.at = {.api = SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE}};
    PVOID block;
    KIRQL irql;
    UCHAR first = 0;
    (void)state;
    PMDL mdl = locked_pool(&block, BYTES);
    assert_int_equal(EmergencyReserve(&emergency), STATUS_SUCCESS);
    assert_true(syspte_fault_set(&plan));

    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    assert_int_equal(EmergencyRead(&emergency, mdl, &first), STATUS_SUCCESS);
    assert_int_equal(EmergencyRead(&emergency, mdl, &first), STATUS_SUCCESS);
    KeLowerIrql(irql);

    assert_int_equal(first, 0x33);
    syspte_fault_clear();
    EmergencyFree(&emergency);
    unlock_pool(mdl, block);
}

static void ring_of_doubled_pages_wraps(void **state)
{
    RING ring = {0};
    (void)state;
    assert_int_equal(RingCreate(&ring, BYTES), STATUS_SUCCESS);

    memcpy(ring.Base + BYTES - 2, "wrap", 4);

    assert_memory_equal(ring.Base, "ap", 2);
    assert_memory_equal(ring.Base + 2 * BYTES - 2, "wr", 2);
    RingDelete(&ring);
}

static void one_mdl_is_mapped_twice_into_one_reservation(void **state)
{
    PVOID block;
    UCHAR first = 0;
    UCHAR second = 0;
    (void)state;
    PMDL mdl = locked_pool(&block, BYTES);

    assert_int_equal(RingTwice(mdl, BYTES, &first, &second), STATUS_SUCCESS);

    assert_int_equal(first, 0x11);
    assert_int_equal(second, 0x22);
    unlock_pool(mdl, block);
}

static void lock_map_unlock_free_leaves_nothing(void **state)
{
    ULONG sum = 0;
    PUCHAR user = syspte_buffer_alloc(BYTES, SYSPTE_BUFFER_USER);
    (void)state;
    user[100] = user[BYTES - 1] = 0x10;

    assert_int_equal(LockSum(user + 100, BYTES - 100, UserMode, &sum), STATUS_SUCCESS);
    assert_int_equal(sum, 0x20);
    assert_int_equal(LockSum(user + 100, BYTES, UserMode, &sum), STATUS_ACCESS_VIOLATION);

    assert_true(syspte_buffer_free(user));
}

static void freed_partial_mdl_drops_its_mapping(void **state)
{
    ULONG sum = 0;
    PUCHAR buffer = syspte_buffer_alloc(BYTES, SYSPTE_BUFFER_PAGEABLE);
    (void)state;
    buffer[0x1000] = 5;

    assert_int_equal(LockPart(buffer, BYTES, &sum), STATUS_SUCCESS);

    assert_int_equal(sum, 5);
    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_true(syspte_buffer_free(buffer));
}

static void pages_for_an_mdl_are_freed_and_then_the_mdl(void **state)
{
    (void)state;
    assert_int_equal(PagesFill(3 * 0x1000, 0x77), STATUS_SUCCESS);
}

static void registers_are_shown_to_an_application(void **state)
{
    uint32_t value = 0xCAFE;
    ULONG seen = 0;
    (void)state;
    assert_true(syspte_memory_write(DEVICE + 0x10, &value, sizeof value));

    assert_int_equal(PeekShow(at(DEVICE + 0x10), 0x20, &seen), STATUS_SUCCESS);

    assert_int_equal(seen, value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(reservation_serves_when_nothing_else_can),
        syspte_unit_test(ring_of_doubled_pages_wraps),
        syspte_unit_test(one_mdl_is_mapped_twice_into_one_reservation),
        syspte_unit_test(lock_map_unlock_free_leaves_nothing),
        syspte_unit_test(freed_partial_mdl_drops_its_mapping),
        syspte_unit_test(pages_for_an_mdl_are_freed_and_then_the_mdl),
        syspte_unit_test(registers_are_shown_to_an_application),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
