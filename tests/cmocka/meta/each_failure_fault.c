// SPDX-License-Identifier: MIT
// A driver that does not look at what it was given: where its map fails it touches NULL, which no
// handler catches. The run is named with the call that failed, and the other runs are made.
//
// EXPECT exit 1
// EXPECT says [       OK ] touches_what_it_was_given
// EXPECT says [  FAILED  ] touches_what_it_was_given [each failure]
// EXPECT never [  ERROR   ] touches_what_it_was_given
// EXPECT reports STOP 0x0000001E
// EXPECT reports     run 1: call 1 fails, MmMapIoSpace in touches_what_it_was_given at
// EXPECT reports     run 2: the same, and all later calls fail
// EXPECT says 1 different finding in 2 of 5 runs
#include "device.h"

// UBSan would end the program at a NULL that the machine is to see.
__attribute__((no_sanitize("undefined"))) static void touch(volatile unsigned char *registers)
{
    registers[0] = 1;
}

static void touches_what_it_was_given(void **state)
{
    (void)state;

    volatile unsigned char *registers = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    touch(registers);
    PVOID block = ExAllocatePoolWithTag(NonPagedPool, 16, 0x74736554);
    if (block != NULL)
        ExFreePoolWithTag(block, 0x74736554);
    MmUnmapIoSpace((PVOID)registers, DEVICE_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(touches_what_it_was_given),
        syspte_unit_test_each_failure(touches_what_it_was_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
