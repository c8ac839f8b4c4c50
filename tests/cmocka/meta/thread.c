// SPDX-License-Identifier: MIT
// A driver's own thread that stops the machine is parked for good; the test fails at its next call,
// or at its end if it makes none, and the next test has a machine again.
//
// EXPECT exit 2
// EXPECT says [  FAILED  ] next_call_fails
// EXPECT never [  ERROR   ] next_call_fails
// EXPECT says syspte: bug check 0xDA SYSTEM_PTE_MISUSE
// EXPECT never never reached
// EXPECT at TWICE misuse: MmUnmapIoSpace
// EXPECT says [  FAILED  ] end_fails
// EXPECT never [  ERROR   ] end_fails
// EXPECT says [       OK ] starts_on_a_clean_machine
#define _POSIX_C_SOURCE 200809L
#include "device.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static atomic_bool about_to_stop;

static void *unmap_twice(void *unused)
{
    PVOID page = MmMapIoSpace(device_page(0), DEVICE_BYTES, MmNonCached);
    MmUnmapIoSpace(page, DEVICE_BYTES);

    atomic_store(&about_to_stop, true);
    MmUnmapIoSpace(page, DEVICE_BYTES); // TWICE
    fprintf(stderr, "never reached\n");
    return unused;
}

// Starts the thread and waits until it is at, and most likely in, its last call.
static void thread_stops_the_machine(void)
{
    const struct timespec moment = {.tv_nsec = 50 * 1000 * 1000};
    pthread_t thread;

    atomic_store(&about_to_stop, false);
    assert_int_equal(pthread_create(&thread, NULL, unmap_twice, NULL), 0);
    assert_int_equal(pthread_detach(thread), 0);
    while (!atomic_load(&about_to_stop)) {
    }
    nanosleep(&moment, NULL);
}

static void next_call_fails(void **state)
{
    (void)state;

    thread_stops_the_machine();

    for (;;)
        MmUnmapIoSpace(MmMapIoSpace(device_page(1), DEVICE_BYTES, MmNonCached), DEVICE_BYTES);
}

static void end_fails(void **state)
{
    (void)state;

    thread_stops_the_machine();
}

static void starts_on_a_clean_machine(void **state)
{
    (void)state;

    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_int_equal(syspte_finding_count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(next_call_fails),
        syspte_unit_test(starts_on_a_clean_machine),
        syspte_unit_test(end_fails),
        syspte_unit_test(starts_on_a_clean_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
