// SPDX-License-Identifier: MIT
// SYSPTE_REPLAY makes one run of one test and nothing else, with its whole report; what it names
// must be there.
//
// EXPECT exit 3
// EXPECT says [  FAILED  ] leaks_when_its_second_map_fails [each failure]
// EXPECT reports syspte: leaks_when_its_second_map_fails: replayed
// EXPECT reports     run 3: call 2 fails, MmMapIoSpace in leaks_when_its_second_map_fails at
// EXPECT at SECOND note: MmMapIoSpace in leaks_when_its_second_map_fails fails as the fault plan
// EXPECT at FIRST leak: MmMapIoSpace in leaks_when_its_second_map_fails
// EXPECT says --- syspte: run 3 failed: see the report above
// EXPECT reports the fault plan made no call fail: 2 calls counted, 2 could have failed
// EXPECT reports SYSPTE_REPLAY=leaks_when_its_second_map_fails:x names no run of a syspte_unit_test
// EXPECT never another one ran
#define _POSIX_C_SOURCE 200809L
#include "device.h"

#include <stdio.h>
#include <stdlib.h>

static void leaks_when_its_second_map_fails(void **state)
{
    (void)state;

    PVOID first = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);  // FIRST
    PVOID second = MmMapIoSpace(device_page(1), DEVICE_BYTES, MmNonCached); // SECOND
    if (second == NULL)
        return;
    MmUnmapIoSpace(second, DEVICE_BYTES);
    MmUnmapIoSpace(first, DEVICE_BYTES);
}

static void says_that_it_ran(void **state)
{
    (void)state;
    printf("another one ran\n");
}

static const struct CMUnitTest tests[] = {
    syspte_unit_test(says_that_it_ran),
    cmocka_unit_test(says_that_it_ran),
    syspte_unit_test_each_failure(says_that_it_ran),
    syspte_unit_test(leaks_when_its_second_map_fails),
    syspte_unit_test_each_failure(leaks_when_its_second_map_fails),
};

static int replay(const char *run)
{
    char wanted[] = "leaks_when_its_second_map_fails:....";
    snprintf(wanted, sizeof wanted, "leaks_when_its_second_map_fails:%s", run);
    setenv("SYSPTE_REPLAY", wanted, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return replay("3") + replay("9") + replay("x");
}
